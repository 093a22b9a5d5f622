import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { OnlineShown, PayableShown } from '../../../shared/contract/portal/payments.ts'
import type { Invoice } from '../../../shared/pages/money/invoice.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { isWaiting } from '../../../shared/rules/money/payment/payfip.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { client, orpc } from '../client.ts'
import { Button, ButtonLink } from '../parts/button.tsx'
import { Notice } from '../parts/notice.tsx'
import { sentenceOf } from '../queries.ts'

export const findPayable = (online: OnlineShown | null, { id }: Invoice): PayableShown | undefined =>
  online?.invoices.find(({ invoice }) => invoice === id)

/** What is paid: an invoice, or a balance taken over from another program. */
export type NamedDebt = { readonly invoice: number } | { readonly openingDebt: number }

/**
 * « Payer cette facture »: records the payment attempt, then leaves for PayFiP's page. The button stays busy until the
 * browser has left this page.
 */
export const PayButton = ({
  debt,
  label,
  payable: { payCents },
  isWide = false,
}: {
  debt: NamedDebt
  label: string
  payable: PayableShown
  isWide?: boolean
}) => {
  const queries = useQueryClient()
  // Idempotency key: stays the same until the portal answers, so that a second press cannot begin a second payment.
  const [request, setRequest] = useState(() => crypto.randomUUID())
  const pay = useMutation({
    mutationFn: () => client.payments.begin({ request, ...debt }),
    meta: { isErrorShownInline: true },
    onSuccess: ({ url }) => window.location.assign(url),
    onError: (error) => {
      if (refusalOf(error).why !== 'noAnswer') setRequest(crypto.randomUUID())
      return queries.invalidateQueries({ queryKey: orpc.home.account.key() })
    },
  })
  if (payCents === null && !pay.isError) return null
  return (
    <>
      {payCents !== null && (
        <Button isWide={isWide} isBusy={pay.isPending || pay.isSuccess} onClick={() => pay.mutate()}>
          {pay.isPending || pay.isSuccess
            ? 'Un instant…'
            : 'invoice' in debt
              ? 'Payer cette facture'
              : 'Payer cette somme'}
          <span className="vh">&nbsp;: {label}</span>
        </Button>
      )}
      {pay.isError && (
        <Notice kind="warn" isAlert>
          <p>{sentenceOf(pay.error)}</p>
        </Notice>
      )}
    </>
  )
}

/** States the online payment in progress, or why this invoice cannot be paid online. */
export const PaymentNote = ({ payable: { receivedCents, why, attempt, payCents } }: { payable: PayableShown }) => {
  if (receivedCents > 0) {
    return (
      <p className="small">
        <b>Paiement en cours&nbsp;:</b> {formatEuros(receivedCents)} payés en ligne, bientôt sur votre compte.
      </p>
    )
  }
  const isUnderWay = payCents === null && attempt !== null && isWaiting(attempt.state)
  if (isUnderWay) {
    return (
      <>
        <p className="small">{attempt.sentence}</p>
        <div className="btns">
          {attempt.page === null ? null : (
            <a className="btn btn-second" href={attempt.page}>
              Reprendre le paiement
            </a>
          )}
          <ButtonLink kind="quiet" to={`/mon-compte/paiement/${attempt.id}`}>
            Voir ce paiement
          </ButtonLink>
        </div>
      </>
    )
  }
  return why === null ? null : <p className="small soft">{why}</p>
}
