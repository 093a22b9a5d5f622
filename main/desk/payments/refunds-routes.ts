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

export const refundRoutes = {
  refundable: os.payments.refundable.handler(({ context: { core }, input }) => refundableAt(core, input)),
  recordRefund: os.payments.recordRefund.handler(({ context: { core, person }, input }) =>
    recordRefund(core, person, input),
  ),
  markRefundPaid: os.payments.markRefundPaid.handler(({ context: { core, person }, input }) =>
    markRefundPaid(core, person, input),
  ),
  cancelRefund: os.payments.cancelRefund.handler(({ context: { core, person }, input }) =>
    cancelRefund(core, person, input),
  ),
  refunds: os.payments.refunds.handler(({ context: { core }, input }) => listRefunds(core, input.regieId)),
  paymentOrders: os.payments.paymentOrders.handler(({ context: { core }, input }) => paymentOrdersFile(core, input)),
  refundReceipt: os.payments.refundReceipt.handler(({ context: { core }, input }) => refundFile(core, input.id)),
}
