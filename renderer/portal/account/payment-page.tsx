import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useParams } from 'wouter'
import type { AttemptShown } from '../../../shared/contract/portal/payments.ts'
import { paymentHead, paymentShown } from '../../../shared/pages/money/payment.ts'
import { canRetry, isWaiting } from '../../../shared/rules/money/payment/payfip.ts'
import { orpc } from '../client.ts'
import { Button, ButtonLink } from '../parts/button.tsx'
import { Facts } from '../parts/card.tsx'
import { Notice, type NoticeKind } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { QueryState } from '../parts/query-state.tsx'
import { PayButton } from './pay.tsx'
import './account.css'

/**
 * Polls the portal while PayFiP has not decided, so that a parent who returns from PayFiP sees the outcome without
 * pressing anything.
 */
const pollMilliseconds = 5_000

/** The outcome of one online payment. PayFiP sends the parent back to this page. */
export const PaymentPage = () => {
  const { id = '' } = useParams()
  const queries = useQueryClient()
  const attempt = useQuery({
    ...orpc.payments.attempt.queryOptions({ input: { id } }),
    refetchInterval: ({ state: { data } }) => (data && isWaiting(data.state) ? pollMilliseconds : false),
  })
  const state = attempt.data?.state
  useEffect(() => {
    if (state !== undefined) void queries.invalidateQueries({ queryKey: orpc.home.key() })
  }, [queries, state])
  return (
    <Page head={paymentHead(attempt.isError && !attempt.data ? 'missing' : state)} isNarrow>
      <QueryState query={attempt}>
        {(shown) => (
          <PaymentDetail attempt={shown} isAsking={attempt.isFetching} onAsk={() => void attempt.refetch()} />
        )}
      </QueryState>
    </Page>
  )
}

const kinds: Readonly<Record<AttemptShown['state'], NoticeKind>> = {
  made: 'info',
  sent: 'info',
  unknown: 'info',
  paid: 'good',
  refused: 'danger',
  abandoned: 'warn',
  expired: 'warn',
  checked: 'info',
}

/** Offers to pay the same debt again after a payment that failed. */
const PayAgain = ({ attempt: { invoice, openingDebt, label } }: { attempt: AttemptShown }) => {
  const { data } = useQuery(orpc.home.account.queryOptions())
  const online = data?.online
  if (invoice !== null) {
    const payable = online?.invoices.find((one) => one.invoice === invoice)
    return payable ? <PayButton debt={{ invoice }} label={label} payable={payable} /> : null
  }
  const payable = online?.openingDebts.find((one) => one.openingDebt === openingDebt)
  return payable && openingDebt !== null ? <PayButton debt={{ openingDebt }} label={label} payable={payable} /> : null
}

const PaymentDetail = ({
  attempt,
  isAsking,
  onAsk,
}: {
  attempt: AttemptShown
  isAsking: boolean
  onAsk: () => void
}) => {
  const { state } = attempt
  const { sentence, after, name, entries, resume, back } = paymentShown(attempt)
  return (
    <div className="stack">
      {/* A live region: screen readers announce the new state, and the focus stays where it is. */}
      <div role="status">
        <Notice kind={kinds[state]}>
          <p>
            <b>{sentence}</b>
          </p>
          {after !== '' && <p>{after}</p>}
        </Notice>
      </div>
      <section className="card" aria-label={name}>
        <Facts facts={entries} />
      </section>
      <div className="btns">
        {resume && (
          <a className="btn btn-primary" href={resume.path}>
            {resume.name}
          </a>
        )}
        {canRetry(state) && <PayAgain attempt={attempt} />}
        {isWaiting(state) && (
          <Button kind="second" isBusy={isAsking} onClick={onAsk}>
            Demander la réponse
          </Button>
        )}
        <ButtonLink kind={isWaiting(state) ? 'quiet' : canRetry(state) ? 'second' : 'primary'} to={back.path}>
          {back.name}
        </ButtonLink>
      </div>
    </div>
  )
}
