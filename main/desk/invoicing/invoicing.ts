/** The door of invoicing: what routes and the domains above may call. */
export {
  accountKey,
  allBalances,
  balanceOf,
  balancesOf,
  openCredits,
  openDebts,
  openingBalances,
  spendCredits,
  writeOpeningBalance,
} from './account.ts'
export { dueOnSql } from './account-store.ts'
export { creditNote, leftToCredit } from './credit-notes.ts'
export { removeDraft } from './draft-writing.ts'
export { findPaperByNumber, issuedPapers } from './issued.ts'
export { issue } from './issuing.ts'
export { issuedPdfs, letterheadOf } from './paper-facts.ts'
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
