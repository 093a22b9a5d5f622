import { os } from '../staff/procedures.ts'
import {
  cancelRefund,
  listRefunds,
  markRefundPaid,
  paymentOrdersFile,
  recordRefund,
  refundableAt,
  refundFile,
} from './refunds.ts'

export const refundsRoutes = os.refunds.router({
  refundable: os.refunds.refundable.handler(({ context: { core }, input }) => refundableAt(core, input)),
  record: os.refunds.record.handler(({ context: { core, person }, input }) => recordRefund(core, person, input)),
  markPaid: os.refunds.markPaid.handler(({ context: { core, person }, input }) => markRefundPaid(core, person, input)),
  cancel: os.refunds.cancel.handler(({ context: { core, person }, input }) => cancelRefund(core, person, input)),
  list: os.refunds.list.handler(({ context: { core }, input }) => listRefunds(core, input.regieId)),
  paymentOrders: os.refunds.paymentOrders.handler(({ context: { core }, input }) => paymentOrdersFile(core, input)),
  receipt: os.refunds.receipt.handler(({ context: { core }, input }) => refundFile(core, input.id)),
})
