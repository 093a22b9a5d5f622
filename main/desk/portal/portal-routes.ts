import { os } from '../staff/procedures.ts'
import {
  accountsOfFamily,
  inviteByLetter,
  inviteByMail,
  listAccounts,
  readPayfip,
  readSettings,
  saveAutomatic,
  saveHealthShown,
  savePayfip,
  saveTerms,
  saveTexts,
  setBlocked,
  tryPayfip,
} from './portal.ts'

export const portalRoutes = os.portal.router({
  accounts: os.portal.accounts.handler(({ context: { core }, input }) => listAccounts(core, input)),
  accountsOfFamily: os.portal.accountsOfFamily.handler(({ context: { core }, input }) =>
    accountsOfFamily(core, input.familyId),
  ),
  inviteByMail: os.portal.inviteByMail.handler(({ context: { core, person }, input }) =>
    inviteByMail(core, person, input.guardianIds),
  ),
  inviteByLetter: os.portal.inviteByLetter.handler(({ context: { core, person }, input }) =>
    inviteByLetter(core, person, input.guardianIds),
  ),
  block: os.portal.block.handler(({ context: { core, person }, input }) => setBlocked(core, person, input)),
  settings: os.portal.settings.handler(({ context: { core } }) => readSettings(core)),
  saveTexts: os.portal.saveTexts.handler(({ context: { core, person }, input }) => saveTexts(core, person, input)),
  saveTerms: os.portal.saveTerms.handler(({ context: { core, person }, input }) => saveTerms(core, person, input)),
  payfip: os.portal.payfip.handler(({ context: { core }, input }) => readPayfip(core, input.regieId)),
  savePayfip: os.portal.savePayfip.handler(({ context: { core, person }, input }) => savePayfip(core, person, input)),
  tryPayfip: os.portal.tryPayfip.handler(({ context: { core }, input }) => tryPayfip(core, input.regieId)),
  saveHealthShown: os.portal.saveHealthShown.handler(({ context: { core, person }, input: { showsHealth } }) =>
    saveHealthShown(core, person, showsHealth),
  ),
  saveAutomatic: os.portal.saveAutomatic.handler(({ context: { core, person }, input }) =>
    saveAutomatic(core, person, input),
  ),
})
