import { os } from '../procedures.ts'
import { journalFile } from './journal.ts'
import { creditOnline, markSeen, onlineToCheck } from './online.ts'
import { accountOf, cancelPayment, findPayers, owedBy, paymentsOfDay, receiptFile, recordPayment } from './payments.ts'

export const paymentsRoutes = os.payments.router({
  find: os.payments.find.handler(({ context: { core }, input }) => findPayers(core, input.text)),
  owed: os.payments.owed.handler(({ context: { core }, input }) => owedBy(core, input.familyId)),
  record: os.payments.record.handler(({ context: { core, person }, input }) => recordPayment(core, person, input)),
  cancel: os.payments.cancel.handler(({ context: { core, person }, input }) => cancelPayment(core, person, input)),
  day: os.payments.day.handler(({ context: { core }, input }) => paymentsOfDay(core, input.day)),
  journal: os.payments.journal.handler(({ context: { core }, input }) => journalFile(core, input)),
  toCheck: os.payments.toCheck.handler(({ context: { core } }) => onlineToCheck(core)),
  credit: os.payments.credit.handler(({ context: { core, person }, input }) => creditOnline(core, person, input)),
  seen: os.payments.seen.handler(({ context: { core, person }, input }) => markSeen(core, person, input)),
  account: os.payments.account.handler(({ context: { core }, input }) => accountOf(core.store, input.familyId)),
  receipt: os.payments.receipt.handler(({ context: { core }, input }) => receiptFile(core, input.id)),
})
