import { streamProgress } from '../progress.ts'
import { os } from '../staff/procedures.ts'
import {
  eraseDue,
  eraseSubject,
  exportFamily,
  listDue,
  planErasure,
  protectionOverview,
  readConsultations,
  setRetention,
} from './protection.ts'

export const protectionRoutes = os.protection.router({
  overview: os.protection.overview.handler(({ context: { core } }) => protectionOverview(core)),
  setRetention: os.protection.setRetention.handler(({ context: { core, person }, input }) =>
    setRetention(core, person, input),
  ),
  due: os.protection.due.handler(({ context: { core }, input }) => listDue(core, input.kind)),
  plan: os.protection.plan.handler(({ context: { core }, input }) => planErasure(core, input)),
  erase: os.protection.erase.handler(({ context: { core, person }, input, signal }) =>
    streamProgress(core, signal, (work) => eraseSubject(core, person, input, work)),
  ),
  eraseDue: os.protection.eraseDue.handler(({ context: { core, person }, input, signal }) =>
    streamProgress(core, signal, (work) => eraseDue(core, person, input, work)),
  ),
  exportFamily: os.protection.exportFamily.handler(({ context: { core, person }, input }) =>
    exportFamily(core, person, input.familyId),
  ),
  consultations: os.protection.consultations.handler(({ context: { core }, input }) => readConsultations(core, input)),
})
