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

export const refundsRoutes = os.payments.refunds.router({
  refundable: os.payments.refunds.refundable.handler(({ context: { core }, input }) => refundableAt(core, input)),
  record: os.payments.refunds.record.handler(({ context: { core, person }, input }) =>
    recordRefund(core, person, input),
  ),
  markPaid: os.payments.refunds.markPaid.handler(({ context: { core, person }, input }) =>
    markRefundPaid(core, person, input),
  ),
  cancel: os.payments.refunds.cancel.handler(({ context: { core, person }, input }) =>
    cancelRefund(core, person, input),
  ),
  list: os.payments.refunds.list.handler(({ context: { core }, input }) => listRefunds(core, input.regieId)),
  paymentOrders: os.payments.refunds.paymentOrders.handler(({ context: { core }, input }) =>
    paymentOrdersFile(core, input),
  ),
  receipt: os.payments.refunds.receipt.handler(({ context: { core }, input }) => refundFile(core, input.id)),
})
