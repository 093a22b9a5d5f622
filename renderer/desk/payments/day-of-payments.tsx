import { Button } from '@mantine/core'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Payment, Till } from '../../../shared/contract/desk/money/payments.ts'
import { type Day, type Instant, timeAt } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { heldText } from '../../../shared/rules/money/payment/counter.ts'
import { paymentMeansNames } from '../../../shared/rules/money/payment/payment.ts'
import { counted, shortDay, timeText } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { readPaper } from '../../connection/paper.ts'
import { HistoryButton } from '../history/history-button.tsx'
import { Badge, EmptyState, Failure, Loading, Note, Properties } from '../parts/feedback.tsx'
import { RequiredDayField } from '../parts/forms/day-field.tsx'
import { Section } from '../parts/screen.tsx'
import { useMay } from '../staff/may.ts'
import { OnlineChecks } from './online-checks.tsx'
import { ReasonDialog } from './reason-dialog.tsx'
import { TillSection } from './till.tsx'

/** Payments received on a day, and their totals by means; the chosen payment can be printed again or cancelled. */
export const DayOfPayments = ({
  regieId,
  today,
  day,
  till,
  onDay,
  onHandOver,
}: {
  regieId: number
  today: Day
  day: Day
  till: Till | undefined
  onDay: (day: Day) => void
  /** Proposes a deposit slip of the cash. */
  onHandOver: () => void
}) => {
  const [chosenId, setChosenId] = useState<number>()
  const { data, error, refetch } = useQuery(
    orpc.payments.day.queryOptions({ input: { day, regieId }, placeholderData: keepPreviousData }),
  )
  const chosen = data?.payments.find(({ id }) => id === chosenId)
  return (
    <aside className="payments-day" aria-label="Règlements du jour">
      <OnlineChecks />
      <Section
        title={day === today ? 'Aujourd’hui' : 'Règlements du'}
        subtitle={data ? `${counted(data.payments.length, 'règlement')}, ${formatEuros(data.totalCents)}` : undefined}
        action={
          <span>
            <RequiredDayField aria-label="Jour des règlements" w={160} maxDate={today} value={day} onChange={onDay} />
          </span>
        }
      >
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
        {data ? (
          data.payments.length === 0 ? (
            <EmptyState title="Aucun règlement">
              Les règlements du jour viennent ici, chacun avec sa quittance.
            </EmptyState>
          ) : (
            <PaymentsTable
              payments={data.payments}
              total={data.totalCents}
              chosenId={chosenId}
              onChoose={setChosenId}
            />
          )
        ) : error ? null : (
          <Loading />
        )}
      </Section>
      {chosen ? <ChosenPayment key={chosen.id} payment={chosen} /> : null}
      <div className="payments-two">
        {data && data.byMeans.length > 0 ? (
          <Section title="Par moyen">
            <table className="table table-flush payments-means">
              <tbody>
                {data.byMeans.map(({ means, count, cents }) => (
                  <tr key={means}>
                    <td>{paymentMeansNames[means]}</td>
                    <td className="num">{count}</td>
                    <td className="num">{formatEuros(cents)}</td>
                  </tr>
                ))}
              </tbody>
              <tfoot>
                <tr>
                  <td>Total</td>
                  <td className="num">{data.byMeans.reduce((sum, { count }) => sum + count, 0)}</td>
                  <td className="num">{formatEuros(data.totalCents)}</td>
                </tr>
              </tfoot>
            </table>
          </Section>
        ) : null}
        <div className="payments-till">
          {till ? (
            <TillSection regieId={regieId} day={day} till={till} onHandOver={day === today ? onHandOver : undefined} />
          ) : null}
          <Note>Un règlement ne s’efface pas&nbsp;: le régisseur l’annule avec un motif, la trace reste.</Note>
        </div>
      </div>
    </aside>
  )
}

const PaymentsTable = ({
  payments,
  total,
  chosenId,
  onChoose,
}: {
  payments: readonly Payment[]
  total: number
  chosenId: number | undefined
  onChoose: (id: number) => void
}) => (
  <table className="table table-flush" aria-label="Règlements">
    <thead>
      <tr>
        <th scope="col">Heure</th>
        <th scope="col">Quittance</th>
        <th scope="col">Payeur</th>
        <th scope="col">Moyen</th>
        <th scope="col" className="num">
          Montant
        </th>
      </tr>
    </thead>
    <tbody>
      {payments.map((payment) => (
        <tr
          key={payment.id}
          aria-rowindex={payment.id}
          aria-selected={payment.id === chosenId}
          data-cancelled={payment.cancelled ? true : undefined}
          onClick={() => onChoose(payment.id)}
        >
          <td className="soft">{timeText(timeAt(payment.recordedAt as Instant))}</td>
          <td>
            <Button variant="subtle" size="compact-sm" onClick={() => onChoose(payment.id)}>
              {payment.receipt}
            </Button>
          </td>
          <td>{payment.family}</td>
          <td>{paymentMeansNames[payment.means]}</td>
          <td className="num">{formatEuros(payment.amountCents)}</td>
        </tr>
      ))}
    </tbody>
    <tfoot>
      <tr>
        <td colSpan={4}>Total du jour</td>
        <td className="num">{formatEuros(total)}</td>
      </tr>
    </tfoot>
  </table>
)

const ChosenPayment = ({ payment }: { payment: Payment }) => {
  const may = useMay()
  const [isCancelling, setIsCancelling] = useState(false)
  const print = useMutation({
    mutationFn: async () => readPaper(await clientOutsideForms.payments.receipt({ id: payment.id })),
  })
  return (
    <Section
      title={`Quittance ${payment.receipt}`}
      subtitle={payment.cancelled ? <Badge tone="danger">annulée</Badge> : undefined}
      action={
        <span className="row">
          <HistoryButton entity="payment" id={payment.id} title={`quittance ${payment.receipt}`} />
          <Button loading={print.isPending} onClick={() => print.mutate()}>
            Ouvrir la quittance
          </Button>
          {payment.cancelled || !may('payments.cancel') ? null : (
            <Button color="red" onClick={() => setIsCancelling(true)}>
              Annuler…
            </Button>
          )}
        </span>
      }
    >
      <Properties
        alignStart
        entries={[
          [payment.familyId === null ? 'Tiers payeur' : 'Famille', payment.family],
          ['Reçu par', payment.recordedBy],
          ...(payment.bookedOn === payment.receivedOn
            ? []
            : ([['Compté le', `${shortDay(payment.bookedOn)}, premier jour ouvert`]] as const)),
          ...(payment.payer ? ([['Payé par', payment.payer]] as const) : []),
          ...(payment.reference ? ([['Référence', payment.reference]] as const) : []),
          ...(payment.givenCents === null
            ? []
            : ([
                ['Donné', formatEuros(payment.givenCents)],
                ['Rendu', formatEuros(payment.givenCents - payment.amountCents)],
              ] as const)),
          ...(payment.heldUntil ? ([['Chèque', heldText(payment.heldUntil)]] as const) : []),
          ...payment.parts.map(({ name, cents }) => [name, formatEuros(cents)] as const),
          ...(payment.creditCents > 0 ? ([['En avance', formatEuros(payment.creditCents)]] as const) : []),
          ...(payment.refundedCents > 0 ? ([['Remboursé', formatEuros(payment.refundedCents)]] as const) : []),
          ...(payment.cancelled ? ([['Motif', payment.cancelled.reason]] as const) : []),
        ]}
      />
      {isCancelling ? <CancelDialog payment={payment} onClose={() => setIsCancelling(false)} /> : null}
    </Section>
  )
}

const CancelDialog = ({ payment, onClose }: { payment: Payment; onClose: () => void }) => (
  <ReasonDialog
    title={`Annuler le règlement de ${formatEuros(payment.amountCents)}`}
    label="Motif"
    missing="Indiquez le motif de l’annulation."
    submit="Annuler le règlement"
    onSubmit={(client, reason) => client.payments.cancel({ id: payment.id, reason })}
    onClose={onClose}
  >
    <p>Ce qu’il payait est dû de nouveau. La quittance {payment.receipt} garde son numéro, avec le motif.</p>
  </ReasonDialog>
)
