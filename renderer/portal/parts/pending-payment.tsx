import { formatEuros } from '../../../shared/rules/money/money.ts'

/** The cents paid online that the town has not entered in its accounts yet, shown below the amount to pay. */
export const PendingPayment = ({ cents }: { cents: number }) =>
  cents > 0 && (
    <p className="small">
      Paiement en cours&nbsp;: <b className="nowrap">{formatEuros(cents)}</b> payés en ligne, déjà déduits. La mairie
      les compte au prochain échange.
    </p>
  )
