import { os } from '../staff/procedures.ts'
import { checkFile, followBackup, readBackups, restore } from './backups.ts'
import { confirmPhrase, makePhrase, makePhraseForNewKey, openByPhrase, phraseSheet, readSealing } from './sealing.ts'
import {
  changeLogo,
  changeOrganisation,
  changesOfAct,
  facilitiesOf,
  listActs,
  readLogo,
  readOrganisation,
  readSchoolCalendar,
  removeSchool,
  removeSite,
  saveFacility,
  saveSchool,
  saveSite,
  schoolsOf,
  sitesOf,
} from './settings.ts'

export const settingsRoutes = os.settings.router({
  organisation: os.settings.organisation.handler(({ context: { core } }) => readOrganisation(core)),
  changeOrganisation: os.settings.changeOrganisation.handler(({ context: { core, person }, input }) =>
    changeOrganisation(core, person, input),
  ),
  changeLogo: os.settings.changeLogo.handler(({ context: { core, person }, input }) =>
    changeLogo(core, person, input.file),
  ),
  logo: os.settings.logo.handler(({ context: { core } }) => readLogo(core)),
  sites: os.settings.sites.handler(({ context: { core } }) => sitesOf(core.store)),
  saveSite: os.settings.saveSite.handler(({ context: { core, person }, input }) => saveSite(core, person, input)),
  removeSite: os.settings.removeSite.handler(({ context: { core, person }, input }) =>
    removeSite(core, person, input.id),
  ),
  facilities: os.settings.facilities.handler(({ context: { core } }) => facilitiesOf(core.store)),
  saveFacility: os.settings.saveFacility.handler(({ context: { core, person }, input }) =>
    saveFacility(core, person, input),
  ),
  schoolCalendar: os.settings.schoolCalendar.handler(({ context: { core } }) => readSchoolCalendar(core)),
  schools: os.settings.schools.handler(({ context: { core } }) => schoolsOf(core.store)),
  saveSchool: os.settings.saveSchool.handler(({ context: { core, person }, input }) => saveSchool(core, person, input)),
  removeSchool: os.settings.removeSchool.handler(({ context: { core, person }, input }) =>
    removeSchool(core, person, input.id),
  ),
  audit: os.settings.audit.handler(({ context: { core }, input }) => listActs(core, input)),
  auditAct: os.settings.auditAct.handler(({ context: { core, person }, input }) =>
    changesOfAct(core, person, input.id),
  ),
  backups: os.settings.backups.handler(({ context: { core } }) => readBackups(core)),
  makeBackup: os.settings.makeBackup.handler(({ context: { core } }) => followBackup(core)),
  restoreBackup: os.settings.restoreBackup.handler(({ context: { core, person }, input }) =>
    restore(core, person, input),
  ),
  sealing: os.settings.sealing.handler(({ context: { core } }) => readSealing(core)),
  makePhrase: os.settings.makePhrase.handler(({ context: { core } }) => makePhrase(core)),
  startOver: os.settings.startOver.handler(({ context: { core } }) => makePhraseForNewKey(core)),
  phraseSheet: os.settings.phraseSheet.handler(({ context: { core } }) => phraseSheet(core)),
  confirmPhrase: os.settings.confirmPhrase.handler(({ context: { core, person }, input }) =>
    confirmPhrase(core, person, input.words),
  ),
  openByPhrase: os.settings.openByPhrase.handler(({ context: { core, person }, input }) =>
    openByPhrase(core, person, input.phrase),
  ),
  check: os.settings.check.handler(({ context: { core } }) => checkFile(core)),
})
