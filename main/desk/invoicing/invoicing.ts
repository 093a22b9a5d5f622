/** The door of invoicing: what routes and the domains above may call. */
export {
  balanceOf,
  balances,
  type CreditRow,
  type OpenInvoice,
  openCredits,
  openInvoices,
  paperNumber,
} from './account.ts'
export { creditNote } from './credit-notes.ts'
export { issuedPapers, paperNumbered } from './issued.ts'
export { issue } from './issuing.ts'
export { letterheadOf } from './papers.ts'
export {
  discardRun,
  listRuns,
  type RunInput,
  readDrafts,
  recalculate,
  replay,
  setAside,
  startRun,
  storyOf,
  toBill,
} from './runs.ts'
