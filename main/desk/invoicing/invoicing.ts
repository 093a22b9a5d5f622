/** The door of invoicing: what routes and the domains above may call. */
export {
  balanceOf,
  balances,
  balancesOf,
  openCredits,
  openDebts,
  openingBalances,
  paperNumber,
  spendCredits,
  writeOpeningBalance,
} from './account.ts'
export { creditNote, leftToCredit } from './credit-notes.ts'
export { issuedPapers, paperNumbered } from './issued.ts'
export { issue } from './issuing.ts'
export { issuedPdfs, letterheadOf } from './paper-facts.ts'
export {
  beforeIssue,
  discardRun,
  listRuns,
  readDrafts,
  recalculate,
  replay,
  setAside,
  startRun,
  storyOf,
  toBill,
} from './runs.ts'
