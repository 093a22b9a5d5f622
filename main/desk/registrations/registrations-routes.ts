import { os } from '../staff/procedures.ts'
import {
  acceptRegistration,
  askRegistration,
  changeRegistration,
  checkRegistration,
  childRegistrations,
  countRegistrations,
  familyRegistrations,
  getRegistration,
  listRegistrations,
  readChildSublists,
  refuseRegistration,
  setSublist,
  withdrawRegistration,
} from './registrations.ts'

const { registrations } = os

export const registrationsRoutes = registrations.router({
  counts: registrations.counts.handler(({ context: { core }, input }) => countRegistrations(core, input)),
  list: registrations.list.handler(({ context: { core }, input }) => listRegistrations(core, input)),
  ofFamily: registrations.ofFamily.handler(({ context: { core }, input }) => familyRegistrations(core, input.familyId)),
  ofChild: registrations.ofChild.handler(({ context: { core }, input }) => childRegistrations(core, input.childId)),
  get: registrations.get.handler(({ context: { core }, input }) => getRegistration(core, input.id)),
  check: registrations.check.handler(({ context: { core }, input }) => checkRegistration(core, input)),
  ask: registrations.ask.handler(({ context: { core, person }, input }) => askRegistration(core, person, input)),
  accept: registrations.accept.handler(({ context: { core, person }, input }) =>
    acceptRegistration(core, person, input),
  ),
  refuse: registrations.refuse.handler(({ context: { core, person }, input }) =>
    refuseRegistration(core, person, input),
  ),
  withdraw: registrations.withdraw.handler(({ context: { core, person }, input }) =>
    withdrawRegistration(core, person, input),
  ),
  change: registrations.change.handler(({ context: { core, person }, input }) =>
    changeRegistration(core, person, input),
  ),
  sublists: registrations.sublists.handler(({ context: { core }, input }) =>
    readChildSublists(core, input.registrationId),
  ),
  setSublist: registrations.setSublist.handler(({ context: { core, person }, input }) =>
    setSublist(core, person, input),
  ),
})
