/** The door of debits: what routes and the domains above may call. */

export { accountDigests } from './account.ts'
export { askAccount, dropAccountRequest, listAccountRequests } from './account-requests.ts'
export {
  abandon,
  freeze,
  listCollections,
  noticeText,
  previewCollection,
  readCollection,
  removeLine,
} from './collections.ts'
export {
  accountRequestsOf,
  announcedDebits,
  collectedMandates,
  debitOnSql,
  debtsInCollections,
  openingsDebited,
} from './debits-store.ts'
export { fileOf, writeFile } from './file.ts'
export { dismissMandate, portalMandates, writeSignedMandate, writeStoppedMandate } from './from-portal.ts'
export {
  listMandates,
  mandatePaper,
  mandatePdf,
  readAccount,
  resumeMandate,
  saveMandate,
  stopMandate,
} from './mandates.ts'
export { passDebits } from './merging.ts'
export { noticeFile, noticesFile } from './notices.ts'
export { collect } from './paying.ts'
export { findReturn, previewReturns, recordReturns, returnedDebits, writeReturn } from './returns.ts'
export { portalCreditors, readSettings, saveSettings } from './settings.ts'
export {
  changeYearPlan,
  endYearPlan,
  listYearPlans,
  makeYearPlan,
  proposeYear,
  standingYears,
  yearPlanFile,
} from './year-plans.ts'
