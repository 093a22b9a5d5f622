/** The door of invoicing: what routes and the domains above may call. */
export {
  accountKey,
  allBalances,
  balanceOf,
  balancesOf,
  balancesOfThirdParties,
  openCredits,
  openDebts,
  openingBalances,
  spendCredits,
  writeOpeningBalance,
} from './account.ts'
export { dueOnSql } from './account-store.ts'
export { creditNote, leftToCredit } from './credit-notes.ts'
export { removeDraft } from './draft-writing.ts'
export { forecast, forecastFile } from './forecast.ts'
export { type InvoiceRow, linesOf } from './invoicing-store.ts'
export { findPaperByNumber, issuedPapers, papersOfThirdParty } from './issued.ts'
export { issue } from './issuing.ts'
export { assignNumbers, finalizePaper, type PreparedPaper } from './numbering.ts'
export { issuedPdfs, letterheadOf } from './paper-facts.ts'
export { natureColumns } from './proposals.ts'
export { firstDeclaredDay, repriceBilledMonths, repricingPreview } from './repricing.ts'
export {
  cellsToBill,
  checksBeforeIssue,
  discardRun,
  draftsToTakeOver,
  historyOfRun,
  listRuns,
  readDrafts,
  recalculate,
  recalculateDraft,
  setDraftsAside,
  startRun,
} from './runs.ts'
export { adoptMonthsOfDays } from './spans/adopting.ts'
export { monthOfHome, type OwedUnit } from './spans/spans.ts'
export { unitsOfPart } from './spans/spans-store.ts'
