import { Button, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Refund } from '../../../shared/contract/desk/money/refunds.ts'
import type { RegieChoice } from '../../../shared/contract/desk/money/regies.ts'
import { isDay } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { refundMeansNames } from '../../../shared/rules/money/payment/refund.ts'
import { counted, numericDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { printPaper, readPaper, savePaper } from '../../connection/paper.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { Badge, EmptyState, Failure, Loading } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { Dialog, FormDialog } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'
import { notifyRefusal } from '../queries.ts'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import { ReasonDialog } from './reason-dialog.tsx'

/** Refunds that the finance service must pay, refunds made, and homes that left with money ahead. */
export const RefundsDialog = ({ regie, onClose }: { regie: RegieChoice; onClose: () => void }) => {
  const { data, error, refetch } = useQuery(orpc.payments.refunds.queryOptions({ input: { regieId: regie.id } }))
  return (
    <Dialog opened title="Remboursements" width="wide" onClose={onClose}>
      <div className="dialog-form">
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
        {data ? (
          <>
            <Pending refunds={data.pending} regie={regie} />
            {data.left.length > 0 ? (
              <Section title="Familles parties avec une avance" subtitle={counted(data.left.length, 'famille')}>
                <table className="table table-flush" aria-label="Familles parties avec une avance">
                  <thead>
                    <tr>
                      <th scope="col">Famille</th>
                      <th scope="col">Partie le</th>
                      <th scope="col" className="num">
                        Avance
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {data.left.map(({ familyId, family, leftOn, refundableCents }) => (
                      <tr key={familyId}>
                        <td>
                          <Link
                            to="/familles/$familyId"
                            params={{ familyId: String(familyId) }}
                            search={{ onglet: 'argent' }}
                          >
                            {family}
                          </Link>
                        </td>
                        <td>{numericDay(leftOn)}</td>
                        <td className="num">{formatEuros(refundableCents)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </Section>
            ) : null}
            {data.ended.length > 0 ? (
              <Section title="Déjà rendus">
                <EndedTable refunds={data.ended} />
              </Section>
            ) : null}
          </>
        ) : error ? null : (
          <Loading />
        )}
      </div>
    </Dialog>
  )
}

const Pending = ({ refunds, regie }: { refunds: readonly Refund[]; regie: RegieChoice }) => {
  const may = useMay()
  const [opened, setOpened] = useState<{ readonly refund: Refund; readonly for: 'paid' | 'cancel' }>()
  const file = useMutation({
    mutationFn: async (format: 'pdf' | 'xlsx') => {
      const made = await clientOutsideForms.payments.paymentOrders({ regieId: regie.id, format })
      await (format === 'pdf' ? printPaper(made) : savePaper(made))
    },
    onError: notifyRefusal,
  })
  const close = () => setOpened(undefined)
  const total = refunds.reduce((sum, { amountCents }) => sum + amountCents, 0)
  const acts = may('refunds') && regie.takesMoney
  return (
    <Section
      title="Remboursements à mandater"
      subtitle={refunds.length > 0 ? `${counted(refunds.length, 'remboursement')}, ${formatEuros(total)}` : undefined}
      action={
        refunds.length > 0 && may('refunds') ? (
          <span className="row">
            <Button loading={file.isPending} onClick={() => file.mutate('xlsx')}>
              Excel
            </Button>
            <Button loading={file.isPending} onClick={() => file.mutate('pdf')}>
              Imprimer
            </Button>
          </span>
        ) : undefined
      }
    >
      {refunds.length === 0 ? (
        <EmptyState title="Rien à mandater">Un remboursement se demande depuis le compte de la famille.</EmptyState>
      ) : (
        <div className="table-scroll payments-slip">
          <table className="table table-flush" aria-label="Remboursements à mandater">
            <thead>
              <tr>
                <th scope="col">Demandé le</th>
                <th scope="col">Payeur</th>
                <th scope="col">Motif</th>
                <th scope="col" className="num">
                  Montant
                </th>
                <th scope="col">
                  <span className="unseen">Gestes</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {refunds.map((refund) => (
                <tr key={refund.id}>
                  <td>{numericDay(refund.askedOn)}</td>
                  <td>{refund.payer}</td>
                  <td className="soft">{refund.reason}</td>
                  <td className="num">{formatEuros(refund.amountCents)}</td>
                  <td>
                    {acts ? (
                      <span className="row">
                        <PlainAction
                          label="Payé…"
                          aria={`Remboursement payé\u00a0: ${refund.payer}`}
                          onAction={() => setOpened({ refund, for: 'paid' })}
                        />
                        <PlainAction
                          label="Annuler…"
                          aria={`Annuler le remboursement\u00a0: ${refund.payer}`}
                          onAction={() => setOpened({ refund, for: 'cancel' })}
                        />
                      </span>
                    ) : null}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {opened?.for === 'paid' ? <PaidDialog refund={opened.refund} onClose={close} /> : null}
      {opened?.for === 'cancel' ? (
        <ReasonDialog
          title={`Annuler le remboursement de ${formatEuros(opened.refund.amountCents)}`}
          label="Motif"
          missing="Indiquez le motif de l’annulation."
          submit="Annuler le remboursement"
          onSubmit={(client, reason) => client.payments.cancelRefund({ id: opened.refund.id, reason })}
          onClose={close}
        >
          <p>L’avance redevient libre&nbsp;: elle paie d’abord ce que {opened.refund.payer} doit.</p>
        </ReasonDialog>
      ) : null}
    </Section>
  )
}

const PaidDialog = ({ refund, onClose }: { refund: Refund; onClose: () => void }) => {
  const { today } = useNow()
  const form = useForm({
    mode: 'controlled',
    initialValues: { paidOn: today, reference: '' },
    validate: { paidOn: (text) => (isDay(text) ? null : 'Choisissez le jour du paiement.') },
  })
  return (
    <FormDialog
      opened
      title={`${refund.payer}\u00a0: ${formatEuros(refund.amountCents)} payés`}
      width="narrow"
      form={form}
      submit="Enregistrer"
      onSubmit={(client, values) => client.payments.markRefundPaid({ id: refund.id, ...values })}
      onClose={onClose}
    >
      <DayField label="Payé le" data-autofocus {...form.getInputProps('paidOn')} />
      <TextInput label="Numéro du mandat" {...form.getInputProps('reference')} />
    </FormDialog>
  )
}

const EndedTable = ({ refunds }: { refunds: readonly Refund[] }) => {
  const print = useMutation({
    mutationFn: async (id: number) => readPaper(await clientOutsideForms.payments.refundReceipt({ id })),
    onError: notifyRefusal,
  })
  return (
    <div className="table-scroll payments-slip">
      <table className="table table-flush" aria-label="Remboursements rendus">
        <thead>
          <tr>
            <th scope="col">Rendu le</th>
            <th scope="col">Payeur</th>
            <th scope="col">Par</th>
            <th scope="col" className="num">
              Montant
            </th>
            <th scope="col">
              <span className="unseen">Papier</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {refunds.map(({ id, payer, means, reference, amountCents, paidOn, cancelled }) => (
            <tr key={id}>
              <td>{paidOn ? numericDay(paidOn) : ''}</td>
              <td>{payer}</td>
              <td>
                {refundMeansNames[means]} <span className="soft small">{reference}</span>
              </td>
              <td className="num">{formatEuros(amountCents)}</td>
              <td>
                {cancelled ? (
                  <>
                    <Badge tone="danger">annulé</Badge> <span className="soft small">{cancelled.reason}</span>
                  </>
                ) : (
                  <PlainAction
                    label="Ouvrir"
                    aria={`Ouvrir le reçu de ${payer}`}
                    disabled={print.isPending}
                    onAction={() => print.mutate(id)}
                  />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
