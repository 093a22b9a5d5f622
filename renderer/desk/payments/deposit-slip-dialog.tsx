import { Button, Checkbox } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { DepositSlip, HandOverQueue } from '../../../shared/contract/desk/money/payments.ts'
import type { RegieChoice } from '../../../shared/contract/desk/money/regies.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { paymentMeansNames } from '../../../shared/rules/money/payment/payment.ts'
import { type HandedOverMeans, handedOverMeans, maxSlipPayments } from '../../../shared/rules/money/payment/till.ts'
import { counted, numericDay, shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { printPaper } from '../../connection/paper.ts'
import { PlainAction, SegmentedControl } from '../parts/buttons.tsx'
import { Badge, Failure, Loading, Note } from '../parts/feedback.tsx'
import { Dialog } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { NumbersUnknown, useNumbersUnknown } from '../portal/numbers-unknown.tsx'
import { notifyRefusal } from '../queries.ts'
import { useMay } from '../staff/may.ts'
import { ReasonDialog } from './reason-dialog.tsx'

/** Makes a deposit slip for the Treasury, for one means of payment; lists earlier slips below. */
export const DepositSlipDialog = ({ regie, onClose }: { regie: RegieChoice; onClose: () => void }) => {
  const [means, setMeans] = useState<HandedOverMeans>('cash')
  return (
    <Dialog opened title="Bordereau de remise" width="wide" onClose={onClose}>
      <div className="dialog-form">
        <div className="payments-field">
          <SegmentedControl
            label="Moyen"
            value={means}
            onChange={setMeans}
            options={handedOverMeans.map((one) => [one, paymentMeansNames[one]] as const)}
          />
        </div>
        <PendingPayments key={means} means={means} regie={regie} />
        <Slips means={means} regie={regie} />
      </div>
    </Dialog>
  )
}

type OfRegie = { readonly means: HandedOverMeans; readonly regie: RegieChoice }

const PendingPayments = ({ means, regie }: OfRegie) => {
  const { data, error, refetch } = useQuery(
    orpc.payments.toHandOver.queryOptions({ input: { means, regieId: regie.id } }),
  )
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  if (data.lines.length === 0 && data.refunds.length === 0)
    return (
      <p className="soft">
        Rien à remettre&nbsp;: tout ce qui a été reçu ({paymentMeansNames[means].toLocaleLowerCase('fr')}) l’est déjà.
      </p>
    )
  return <SlipForm means={means} regie={regie} {...data} />
}

type PaymentLine = HandOverQueue['lines'][number]
/** A payment that may be left out, or cash given back, which the slip deducts in any case. */
type Line = PaymentLine | HandOverQueue['refunds'][number]

const isPayment = (line: Line): line is PaymentLine => 'paymentId' in line

/**
 * Payments to deposit, all ticked by default, except negative amounts other than cash: a returned cheque is not in the
 * drawer.
 */
const SlipForm = ({ means, regie, lines, waiting, refunds }: HandOverQueue & OfRegie) => {
  const may = useMay()
  const isUnnumbered = useNumbersUnknown()
  const [toggled, setToggled] = useState<ReadonlySet<number>>(new Set())
  const isIncluded = ({ paymentId, amountCents }: PaymentLine) =>
    (means === 'cash' || amountCents > 0) !== toggled.has(paymentId)
  const toggle = ({ paymentId }: PaymentLine) => {
    const next = new Set(toggled)
    if (!next.delete(paymentId)) next.add(paymentId)
    setToggled(next)
  }
  const included = lines.filter(isIncluded)
  const refundedCents = refunds.reduce((sum, { cents }) => sum + cents, 0)
  const totalCents = included.reduce((sum, { amountCents }) => sum + amountCents, 0) - refundedCents
  const print = useMutation({
    mutationFn: async ({ id }: DepositSlip) => printPaper(await clientOutsideForms.payments.slip({ id })),
    meta: { isErrorShownInline: true },
    // The slip is recorded even if printing fails.
    onError: (_, { number }) =>
      notifications.show({
        color: 'yellow',
        title: `Le bordereau ${number} n’est pas imprimé`,
        message: 'La remise est enregistrée\u00a0: ouvrez-le dans «\u00a0Déjà remis\u00a0».',
        autoClose: 12_000,
      }),
  })
  const handOver = useMutation({
    mutationFn: () =>
      clientOutsideForms.payments.handOver({
        regieId: regie.id,
        means,
        paymentIds: included.map(({ paymentId }) => paymentId),
        totalCents,
      }),
    meta: { isErrorShownInline: true },
    onSuccess: (slip) => {
      setToggled(new Set())
      print.mutate(slip)
    },
  })
  return (
    <>
      {lines.length < waiting ? (
        <Note>
          Les {maxSlipPayments} plus anciens sur {waiting}&nbsp;: un second bordereau prendra la suite.
        </Note>
      ) : null}
      <Table
        label="À remettre"
        items={[...lines, ...refunds]}
        idOf={(line) => (isPayment(line) ? line.paymentId : `refund ${line.refundId}`)}
        columns={[tickColumn(isIncluded, toggle), ...columns]}
        keepsWidths
        flush
        style={{ maxBlockSize: '40vh' }}
      />
      <NumbersUnknown />
      {handOver.error ? <Failure error={handOver.error} /> : null}
      <div className="dialog-foot">
        <span className="grow" aria-live="polite">
          {counted(included.length, 'règlement')}
          {refundedCents > 0 ? `, moins ${formatEuros(refundedCents)} rendus` : ''}, <b>{formatEuros(totalCents)}</b>
        </span>
        {may('payments') && regie.takesMoney ? (
          <Button
            variant="filled"
            disabled={totalCents <= 0 || included.length === 0 || isUnnumbered}
            loading={handOver.isPending}
            onClick={() => handOver.mutate()}
          >
            Remettre et imprimer
          </Button>
        ) : null}
      </div>
    </>
  )
}

const tickColumn = (
  isIncluded: (line: PaymentLine) => boolean,
  toggle: (line: PaymentLine) => void,
): TableColumn<Line> => ({
  id: 'included',
  title: <span className="unseen">Remis</span>,
  width: 40,
  show: (line) =>
    isPayment(line) ? (
      <Checkbox
        size="xs"
        aria-label={`Remettre\u00a0: ${line.receipt}, ${line.family}`}
        checked={isIncluded(line)}
        onChange={() => toggle(line)}
      />
    ) : null,
})

const columns: readonly TableColumn<Line>[] = [
  {
    id: 'on',
    title: 'Reçu le',
    width: 92,
    show: (line) => numericDay(isPayment(line) ? line.receivedOn : line.paidOn),
  },
  { id: 'receipt', title: 'Quittance', width: 124, show: (line) => (isPayment(line) ? line.receipt : null) },
  {
    id: 'payer',
    title: 'Payé par',
    show: (line) => (isPayment(line) ? line.payer || line.family : line.family),
  },
  {
    id: 'reference',
    title: 'Référence',
    show: (line) => (
      <span className="soft">
        {isPayment(line)
          ? line.amountCents < 0
            ? 'annulé depuis sa remise'
            : line.reference
          : `rendu en espèces, ${line.reason}`}
      </span>
    ),
  },
  {
    id: 'cents',
    title: 'Montant',
    number: true,
    width: 104,
    show: (line) => formatEuros(isPayment(line) ? line.amountCents : -line.cents),
  },
]

const Slips = ({ means, regie }: OfRegie) => {
  const may = useMay()
  const [cancelled, setCancelled] = useState<DepositSlip>()
  const { data, error, refetch } = useQuery(orpc.payments.slips.queryOptions({ input: { regieId: regie.id } }))
  const print = useMutation({
    mutationFn: async (id: number) => printPaper(await clientOutsideForms.payments.slip({ id })),
    onError: notifyRefusal,
  })
  const slips = (data ?? []).filter((slip) => slip.means === means)
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (slips.length === 0) return null
  return (
    <Section title="Déjà remis">
      <div className="table-scroll payments-slip">
        <table className="table table-flush" aria-label="Bordereaux">
          <thead>
            <tr>
              <th scope="col">Bordereau</th>
              <th scope="col">Remis le</th>
              <th scope="col">Par</th>
              <th scope="col" className="num">
                Total
              </th>
              <th scope="col">
                <span className="unseen">Gestes</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {slips.map((slip) => (
              <tr key={slip.id}>
                <td>{slip.number}</td>
                <td>{shortDay(slip.handedOn)}</td>
                <td>{slip.handedBy}</td>
                <td className="num">
                  {slip.cancelled ? <Badge tone="danger">annulé</Badge> : formatEuros(slip.totalCents)}
                </td>
                <td>
                  {slip.cancelled ? (
                    <span className="soft">{slip.cancelled.reason}</span>
                  ) : (
                    <span className="row">
                      <PlainAction
                        label="Ouvrir"
                        aria={`Ouvrir le bordereau ${slip.number}`}
                        disabled={print.isPending}
                        onAction={() => print.mutate(slip.id)}
                      />
                      {may('payments.cancel') && regie.takesMoney ? (
                        <PlainAction
                          label="Annuler…"
                          aria={`Annuler le bordereau ${slip.number}`}
                          onAction={() => setCancelled(slip)}
                        />
                      ) : null}
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {cancelled ? (
        <ReasonDialog
          title={`Annuler le bordereau ${cancelled.number}`}
          label="Motif"
          missing="Indiquez le motif de l’annulation."
          submit="Annuler le bordereau"
          onSubmit={(client, reason) => client.payments.cancelSlip({ id: cancelled.id, reason })}
          onClose={() => setCancelled(undefined)}
        >
          <p>
            {counted(cancelled.count, 'règlement')}, {formatEuros(cancelled.totalCents)}&nbsp;: tout attend de nouveau
            une remise. Le bordereau garde son numéro, avec le motif.
          </p>
        </ReasonDialog>
      ) : null}
    </Section>
  )
}
