import { os } from '../staff/procedures.ts'
import {
  acceptHealth,
  acceptPaper,
  askPaper,
  closeAsked,
  openPaper,
  papersOfFamily,
  papersQueue,
  readHealthTold,
  refusePaper,
} from './papers.ts'

const { papers } = os

export const papersRoutes = papers.router({
  ofFamily: papers.ofFamily.handler(({ context: { core, person }, input }) =>
    papersOfFamily(core, person, input.familyId),
  ),
  queue: papers.queue.handler(({ context: { core, person } }) => papersQueue(core, person)),
  ask: papers.ask.handler(({ context: { core, person }, input }) => askPaper(core, person, input)),
  close: papers.close.handler(({ context: { core, person }, input }) => closeAsked(core, person, input)),
  open: papers.open.handler(({ context: { core, person }, input }) => openPaper(core, person, input.id)),
  healthTold: papers.healthTold.handler(({ context: { core, person }, input }) =>
    readHealthTold(core, person, input.id),
  ),
  accept: papers.accept.handler(({ context: { core, person }, input }) => acceptPaper(core, person, input)),
  acceptHealth: papers.acceptHealth.handler(({ context: { core, person }, input }) =>
    acceptHealth(core, person, input),
  ),
  refuse: papers.refuse.handler(({ context: { core, person }, input }) => refusePaper(core, person, input)),
})
