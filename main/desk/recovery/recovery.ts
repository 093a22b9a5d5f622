/** The door of recovery: what routes and the domains above may call. */
export { cancelDecision, decide, readDecidable } from './decisions.ts'
export { noteCall, setAside, takeUp } from './notes.ts'
export { handOverDebts, readOutstanding, saveOutstandingRules, statementFile } from './outstanding.ts'
export { endPlan, makePlan, planFile } from './plans.ts'
export { countBrokenPlans } from './plans-shown.ts'
export { type OverdueDebt, overdueDebts, remindersStanding } from './recovery-store.ts'
export { letterFile, lettersFile, mailOfReminder, prepareRun, previewLetter, remind } from './reminders.ts'
export {
  askReduction,
  cancelTold,
  forwardMoney,
  keepMoney,
  readTreasury,
  takeBackDebt,
  tellPaid,
  tellReduced,
} from './treasury.ts'
export { keptSums } from './treasury-store.ts'
export { listUnpaid, readUnpaid } from './unpaid.ts'
export { unpaidFile } from './unpaid-file.ts'
