import { os } from '../staff/procedures.ts'
import {
  abandon,
  askAccount,
  changeYearPlan,
  collect,
  dismissMandate,
  dropAccountRequest,
  endYearPlan,
  fileOf,
  freeze,
  listAccountRequests,
  listCollections,
  listMandates,
  listYearPlans,
  makeYearPlan,
  mandatePaper,
  noticesFile,
  portalMandates,
  previewCollection,
  previewReturns,
  proposeYear,
  readAccount,
  readCollection,
  readSettings,
  recordReturns,
  removeLine,
  resumeMandate,
  saveMandate,
  saveSettings,
  stopMandate,
  writeFile,
  yearPlanFile,
} from './debits.ts'

export const debitsRoutes = os.debits.router({
  settings: os.debits.settings.handler(({ context: { core }, input }) => readSettings(core, input.regieId)),
  saveSettings: os.debits.saveSettings.handler(({ context: { core, person }, input }) =>
    saveSettings(core, person, input),
  ),
  mandatesOf: os.debits.mandatesOf.handler(({ context: { core }, input }) => listMandates(core, input)),
  portalMandates: os.debits.portalMandates.handler(({ context: { core }, input }) =>
    portalMandates(core, input.familyId),
  ),
  dismissMandate: os.debits.dismissMandate.handler(({ context: { core, person }, input }) =>
    dismissMandate(core, person, input),
  ),
  accountRequests: os.debits.accountRequests.handler(({ context: { core }, input }) =>
    listAccountRequests(core, input.familyId),
  ),
  askAccount: os.debits.askAccount.handler(({ context: { core, person }, input }) => askAccount(core, person, input)),
  dropAccountRequest: os.debits.dropAccountRequest.handler(({ context: { core, person }, input }) =>
    dropAccountRequest(core, person, input),
  ),
  saveMandate: os.debits.saveMandate.handler(({ context: { core, person }, input }) =>
    saveMandate(core, person, input),
  ),
  stopMandate: os.debits.stopMandate.handler(({ context: { core, person }, input }) =>
    stopMandate(core, person, input),
  ),
  resumeMandate: os.debits.resumeMandate.handler(({ context: { core, person }, input }) =>
    resumeMandate(core, person, input.id),
  ),
  readAccount: os.debits.readAccount.handler(({ context: { core, person }, input }) =>
    readAccount(core, person, input.id),
  ),
  yearPlansOfFamily: os.debits.yearPlansOfFamily.handler(({ context: { core }, input }) =>
    listYearPlans(core, input.familyId),
  ),
  proposeYear: os.debits.proposeYear.handler(({ context: { core }, input }) => proposeYear(core, input)),
  makeYearPlan: os.debits.makeYearPlan.handler(({ context: { core, person }, input }) =>
    makeYearPlan(core, person, input),
  ),
  changeYearPlan: os.debits.changeYearPlan.handler(({ context: { core, person }, input }) =>
    changeYearPlan(core, person, input),
  ),
  endYearPlan: os.debits.endYearPlan.handler(({ context: { core, person }, input }) =>
    endYearPlan(core, person, input),
  ),
  yearPlanFile: os.debits.yearPlanFile.handler(({ context: { core }, input }) => yearPlanFile(core, input.id)),
  mandatePaper: os.debits.mandatePaper.handler(({ context: { core }, input }) => mandatePaper(core, input.id)),
  preview: os.debits.preview.handler(({ context: { core }, input }) => previewCollection(core, input)),
  collections: os.debits.collections.handler(({ context: { core }, input }) => listCollections(core, input.regieId)),
  collection: os.debits.collection.handler(({ context: { core }, input }) => readCollection(core, input.id)),
  freeze: os.debits.freeze.handler(({ context: { core, person }, input }) => freeze(core, person, input)),
  remove: os.debits.remove.handler(({ context: { core, person }, input }) => removeLine(core, person, input)),
  abandon: os.debits.abandon.handler(({ context: { core, person }, input }) => abandon(core, person, input)),
  writeFile: os.debits.writeFile.handler(({ context: { core, person }, input }) => writeFile(core, person, input.id)),
  file: os.debits.file.handler(({ context: { core, person }, input }) => fileOf(core, person, input.id)),
  notices: os.debits.notices.handler(({ context: { core }, input }) => noticesFile(core, input)),
  collect: os.debits.collect.handler(({ context: { core, person }, input }) => collect(core, person, input.id)),
  readReturns: os.debits.readReturns.handler(({ context: { core }, input }) => previewReturns(core, input)),
  recordReturns: os.debits.recordReturns.handler(({ context: { core, person }, input }) =>
    recordReturns(core, person, input.returned),
  ),
})
