/** The door of invoicing: what routes and the domains above may call. */
export {
  accountKey,
  allBalances,
  balanceOf,
  balancesOf,
  balancesOfThirdParties,
  correctFormerInvoice,
  type FormerInvoice,
  formerInvoiceKey,
  formerInvoices,
  homesOfFormerInvoice,
  openCredits,
  openDebts,
  openDebtsOf,
  openingBalances,
  spendCredits,
  whyNotCorrected,
  writeFormerInvoice,
  writeOpeningBalance,
} from './account.ts'
export {
  atTreasurySql,
  givenUpCentsSql,
  givenUpKindSql,
  keptForTreasurySql,
  type PayerIds,
  type PayerKind,
  payerKey,
} from './account-store.ts'
export { allocate, allocateMany, releaseDecisions, standsSql, undoAllocations } from './allocations.ts'
export { forecast, forecastFile, forecastOfHome, forecastSheet } from './forecast.ts'
export { amountsOfInvoices, type InvoiceRow, linesOf } from './invoicing-store.ts'
export { allOrNothing } from './long-work.ts'
export { debtsBeingPaid } from './papers/being-paid.ts'
export { creditNote, leftToCredit } from './papers/credit-notes.ts'
export { removeDraft } from './papers/drafts.ts'
export { findPaperByNumber, issuedPapers, papersOfThirdParty } from './papers/issued.ts'
export { assignNumbers, finalizePaper, type PreparedPaper } from './papers/numbering.ts'
export { issuedPdfs, letterheadOf } from './papers/paper-facts.ts'
export { balanceDays } from './papers/year-plans.ts'
export { type Quote, quoteOfHome } from './quote.ts'
export { firstDeclaredDay, repriceBilledMonths, repricingPreview } from './repricing.ts'
export { issue } from './runs/issuing.ts'
export { natureColumns } from './runs/proposals.ts'
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
} from './runs/runs.ts'
export { adoptMonthsOfDays } from './spans/adopting.ts'
export { type OwedUnit, spanOfHome } from './spans/spans.ts'
export { unitsOfPart } from './spans/spans-store.ts'
