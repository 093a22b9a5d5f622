import { os } from '../staff/procedures.ts'
import { debtByNumber, recordPile } from './cheque-piles.ts'
import { cancelSlip, depositSlips, handOver, paymentsToHandOver, slipFile } from './deposit-slips.ts'
import { journalFile } from './journal.ts'
import { creditOnline, markChecked, onlineToCheck } from './online.ts'
import {
  accountOf,
  cancelPayment,
  findPayers,
  listBalances,
  paymentsOfDay,
  readOwed,
  receiptFile,
  recordPayment,
  recordTogether,
} from './payments.ts'
import { refundRoutes } from './refunds-routes.ts'
import { closeTill, readTill, reopenTill } from './till.ts'

export const paymentsRoutes = os.payments.router({
  families: os.payments.families.handler(({ context: { core }, input }) => listBalances(core, input)),
  find: os.payments.find.handler(({ context: { core }, input }) => findPayers(core, input.text)),
  owed: os.payments.owed.handler(({ context: { core }, input }) => readOwed(core, input)),
  record: os.payments.record.handler(({ context: { core, person }, input }) => recordPayment(core, person, input)),
  recordTogether: os.payments.recordTogether.handler(({ context: { core, person }, input }) =>
    recordTogether(core, person, input),
  ),
  debt: os.payments.debt.handler(({ context: { core }, input }) => debtByNumber(core, input)),
  recordPile: os.payments.recordPile.handler(({ context: { core, person }, input }) => recordPile(core, person, input)),
  cancel: os.payments.cancel.handler(({ context: { core, person }, input }) => cancelPayment(core, person, input)),
  day: os.payments.day.handler(({ context: { core }, input }) => paymentsOfDay(core, input)),
  journal: os.payments.journal.handler(({ context: { core }, input }) => journalFile(core, input)),
  toHandOver: os.payments.toHandOver.handler(({ context: { core }, input }) => paymentsToHandOver(core, input)),
  handOver: os.payments.handOver.handler(({ context: { core, person }, input }) => handOver(core, person, input)),
  cancelSlip: os.payments.cancelSlip.handler(({ context: { core, person }, input }) => cancelSlip(core, person, input)),
  slips: os.payments.slips.handler(({ context: { core }, input }) => depositSlips(core, input.regieId)),
  slip: os.payments.slip.handler(({ context: { core }, input }) => slipFile(core, input.id)),
  till: os.payments.till.handler(({ context: { core }, input }) => readTill(core, input)),
  closeTill: os.payments.closeTill.handler(({ context: { core, person }, input }) => closeTill(core, person, input)),
  reopenTill: os.payments.reopenTill.handler(({ context: { core, person }, input }) => reopenTill(core, person, input)),
  toCheck: os.payments.toCheck.handler(({ context: { core } }) => onlineToCheck(core)),
  credit: os.payments.credit.handler(({ context: { core, person }, input }) => creditOnline(core, person, input)),
  seen: os.payments.seen.handler(({ context: { core, person }, input }) => markChecked(core, person, input)),
  account: os.payments.account.handler(({ context: { core }, input }) => accountOf(core.store, input.familyId)),
  ...refundRoutes,
  receipt: os.payments.receipt.handler(({ context: { core }, input }) => receiptFile(core, input.id)),
})
