import { formatEuros } from '../../../shared/rules/money/money.ts'

/** Below the amount to pay: what was paid online and the town has not counted yet. */
export const PaymentUnderWay = ({ cents }: { cents: number }) =>
  cents > 0 && (
    <p className="small">
      Paiement en cours&nbsp;: <b className="nowrap">{formatEuros(cents)}</b> payés en ligne, déjà déduits. La mairie
      les compte au prochain échange.
    </p>
  )
