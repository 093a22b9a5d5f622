import { os } from '../staff/procedures.ts'
import {
  aidsOfFamily,
  aidsToWatch,
  bill,
  changeAid,
  listThirdParties,
  moveAid,
  promise,
  refuse,
  removeAid,
  saveThirdParty,
  thirdPartyPage,
  whoPays,
} from './payers.ts'

export const payersRoutes = os.payers.router({
  thirdParties: os.payers.thirdParties.handler(({ context: { core } }) => listThirdParties(core)),
  thirdParty: os.payers.thirdParty.handler(({ context: { core }, input }) => thirdPartyPage(core, input.id)),
  saveThirdParty: os.payers.saveThirdParty.handler(({ context: { core, person }, input }) =>
    saveThirdParty(core, person, input),
  ),
  ofFamily: os.payers.ofFamily.handler(({ context: { core }, input }) => aidsOfFamily(core, input.familyId)),
  toWatch: os.payers.toWatch.handler(({ context: { core } }) => aidsToWatch(core)),
  promise: os.payers.promise.handler(({ context: { core, person }, input }) => promise(core, person, input)),
  changeAid: os.payers.changeAid.handler(({ context: { core, person }, input }) => changeAid(core, person, input)),
  refuse: os.payers.refuse.handler(({ context: { core, person }, input }) => refuse(core, person, input)),
  remove: os.payers.remove.handler(({ context: { core, person }, input }) => removeAid(core, person, input.id)),
  move: os.payers.move.handler(({ context: { core, person }, input }) => moveAid(core, person, input)),
  whoPays: os.payers.whoPays.handler(({ context: { core }, input }) => whoPays(core, input)),
  bill: os.payers.bill.handler(({ context: { core, person }, input }) => bill(core, person, input.thirdPartyIds)),
})
