import { Button, Menu, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Treasury } from '../../../shared/contract/desk/money/treasury.ts'
import { type Day, isDay } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { briefDay, shortDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { Badge } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { EuroField } from '../parts/forms/euro-field.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import { DecisionDialog } from './decision-dialog.tsx'

type Debt = Treasury['debts'][number]
type Reported = Treasury['reported'][number]

/** What the Treasury has to collect for a régie, and what it reported. */
export const TreasuryOfRegie = ({ regieId }: { regieId: number }) => {
  const may = useMay()
  const { data } = useQuery(orpc.recovery.treasury.queryOptions({ input: { regieId } }))
  const [opened, setOpened] = useState<
    | { readonly act: 'paid' | 'back' | 'writeOff' | 'reduction' | 'keep'; readonly debt: Debt }
    | { readonly act: 'cancel' | 'reduced'; readonly reported: Reported }
    | { readonly act: 'forward' }
  >()
  if (!data || data.debts.length + data.reported.length === 0) return null
  const total = data.debts.reduce((sum, { sentCents, paidCents }) => sum + sentCents - paidCents, 0)
  const mayAct = may('debtDecisions')
  const kept = data.reported.filter(isToForward)
  const close = () => setOpened(undefined)
  return (
    <section className="unpaid-runs" aria-label="À la Trésorerie">
      <header className="row">
        <h2 className="grow">À la Trésorerie{total === 0 ? '' : `\u00a0: ${formatEuros(total)}`}</h2>
        {mayAct && kept.length > 0 ? (
          <Button size="compact-sm" onClick={() => setOpened({ act: 'forward' })}>
            Reverser {formatEuros(sumOfReported(kept))}…
          </Button>
        ) : null}
      </header>
      <ul>
        {data.debts.map((debt) => (
          <li key={`${debt.invoiceId} ${debt.openingDebtId}`}>
            <time dateTime={debt.sentOn}>{briefDay(debt.sentOn)}</time>
            <span>
              {debt.payer} · {debt.number} · <b>{formatEuros(debt.sentCents - debt.paidCents)}</b>
              {debt.paidCents > 0 ? `, ${formatEuros(debt.paidCents)} déjà payés ou réduits` : ''}
              {debt.keptCents > 0 ? `, ${formatEuros(debt.keptCents)} reçus ici, à reverser` : ''}
            </span>
            {mayAct ? (
              <Menu position="bottom-end">
                <Menu.Target>
                  <Button variant="subtle" size="compact-sm" aria-label={`La Trésorerie dit… ${debt.number}`}>
                    La Trésorerie dit…
                  </Button>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item onClick={() => setOpened({ act: 'paid', debt })}>Payée, toute ou en partie…</Menu.Item>
                  {mayKeep(debt) > 0 ? (
                    <Menu.Item onClick={() => setOpened({ act: 'keep', debt })}>Payée ici, à reverser…</Menu.Item>
                  ) : null}
                  <Menu.Item onClick={() => setOpened({ act: 'reduction', debt })}>Réduction à demander…</Menu.Item>
                  <Menu.Item onClick={() => setOpened({ act: 'back', debt })}>Rendue à la régie…</Menu.Item>
                  <Menu.Item onClick={() => setOpened({ act: 'writeOff', debt })}>Admise en non-valeur…</Menu.Item>
                </Menu.Dropdown>
              </Menu>
            ) : null}
          </li>
        ))}
        {data.reported.map((reported) => (
          <li key={`reported ${reported.id}`}>
            <Since day={reported.paidOn ?? reported.askedOn} />
            <span>
              {reported.payer} · {reported.number} · {reportedText(reported)}
            </span>
            {reported.cancelled ? (
              <Badge>annulé le {shortDay(reported.cancelled.on)}</Badge>
            ) : mayAct && !(reported.kind === 'forwarded' && reported.paidOn !== null) ? (
              <span>
                {reported.kind === 'reduction' && reported.paidOn === null ? (
                  <Button
                    variant="subtle"
                    size="compact-sm"
                    aria-label={`Réduction faite\u00a0: ${reported.number}`}
                    onClick={() => setOpened({ act: 'reduced', reported })}
                  >
                    Faite…
                  </Button>
                ) : null}
                <Button
                  variant="subtle"
                  size="compact-sm"
                  aria-label={`Annuler ${cancelledText(reported)}\u00a0: ${reported.number}`}
                  onClick={() => setOpened({ act: 'cancel', reported })}
                >
                  Annuler…
                </Button>
              </span>
            ) : null}
          </li>
        ))}
      </ul>
      {opened?.act === 'paid' ? <PaidDialog debt={opened.debt} onClose={close} /> : null}
      {opened?.act === 'keep' ? <KeepDialog debt={opened.debt} onClose={close} /> : null}
      {opened?.act === 'forward' ? <ForwardDialog regieId={regieId} kept={kept} onClose={close} /> : null}
      {opened?.act === 'reduction' ? <ReductionDialog debt={opened.debt} onClose={close} /> : null}
      {opened?.act === 'reduced' ? <ReducedDialog reported={opened.reported} onClose={close} /> : null}
      {opened?.act === 'back' ? <BackDialog debt={opened.debt} onClose={close} /> : null}
      {opened?.act === 'writeOff' ? (
        <DecisionDialog of={ofDebt(opened.debt)} name={opened.debt.payer} onClose={close} />
      ) : null}
      {opened?.act === 'cancel' ? <CancelReportedDialog reported={opened.reported} onClose={close} /> : null}
    </section>
  )
}

const Since = ({ day }: { day: Day | null }) => (day === null ? null : <time dateTime={day}>{briefDay(day)}</time>)

/** Money received here for a debt at the Treasury that is not handed over yet. */
const isToForward = ({ kind, paidOn, cancelled }: Reported): boolean =>
  kind === 'forwarded' && paidOn === null && cancelled === null

const sumOfReported = (reported: readonly Reported[]): number =>
  reported.reduce((sum, { amountCents }) => sum + amountCents, 0)

/** How much of what the payer has ahead may be kept for the debt. */
const mayKeep = ({ sentCents, paidCents, keptCents, aheadCents }: Debt): number =>
  Math.min(aheadCents, sentCents - paidCents - keptCents)

/** « 12,00 € payés à la Trésorerie », « 12,00 € : réduction à demander. Famille facturée deux fois » */
const reportedText = ({ kind, amountCents, paidOn, reason }: Reported): string => {
  const amount = formatEuros(amountCents)
  if (kind === 'reduction')
    return `${amount}${paidOn === null ? '\u00a0: réduction à demander' : ' réduits'}. ${reason}`
  if (kind === 'paid') return `${amount} payés à la Trésorerie`
  return paidOn === null ? `${amount} reçus ici, à reverser` : `${amount} reçus ici et reversés`
}

const cancelledTexts: Readonly<Record<Reported['kind'], string>> = {
  paid: 'l’encaissement',
  forwarded: 'ce reversement',
  reduction: 'la réduction',
}
const cancelledText = ({ kind }: Reported): string => cancelledTexts[kind]

const ofDebt = ({ regieId, familyId, thirdPartyId }: Debt) => ({ regieId, familyId, thirdPartyId })

const PaidDialog = ({ debt, onClose }: { debt: Debt; onClose: () => void }) => {
  const { today } = useNow()
  const { invoiceId, openingDebtId, number, payer, sentCents, paidCents } = debt
  const form = useForm({
    initialValues: { amount: (sentCents - paidCents) / 100, paidOn: today },
    validate: { paidOn: (on) => (isDay(on) ? null : 'Quel jour\u00a0?') },
  })
  return (
    <FormDialog
      opened
      title={`Payé à la Trésorerie, ${payer}`}
      width="narrow"
      form={form}
      submit="Enregistrer"
      onClose={onClose}
      onSubmit={(client, { amount, paidOn }) =>
        client.recovery.tellPaid({ invoiceId, openingDebtId, amountCents: Math.round(amount * 100), paidOn })
      }
    >
      <p>
        {number}&nbsp;: la Trésorerie a {formatEuros(sentCents - paidCents)} à recouvrer.
      </p>
      <EuroField
        label="Payé"
        data-autofocus
        data-core="amountCents"
        fixedDecimalScale
        {...form.getInputProps('amount')}
      />
      <DayField label="Le" {...form.getInputProps('paidOn')} />
    </FormDialog>
  )
}

const KeepDialog = ({ debt, onClose }: { debt: Debt; onClose: () => void }) => {
  const { invoiceId, openingDebtId, number, payer, aheadCents } = debt
  const form = useForm({ initialValues: { amount: mayKeep(debt) / 100 } })
  return (
    <FormDialog
      opened
      title={`Payée ici, à reverser, ${payer}`}
      width="narrow"
      form={form}
      submit="Garder pour la Trésorerie"
      onClose={onClose}
      onSubmit={(client, { amount }) =>
        client.recovery.keepMoney({ invoiceId, openingDebtId, amountCents: Math.round(amount * 100) })
      }
    >
      <p>
        {payer} a {formatEuros(aheadCents)} en avance. Ce qui est pour {number} est gardé à part&nbsp;: il ne paie plus
        rien d’autre.
      </p>
      <EuroField
        label="À reverser"
        data-autofocus
        data-core="amountCents"
        fixedDecimalScale
        {...form.getInputProps('amount')}
      />
    </FormDialog>
  )
}

/** Hands over all the money kept for the Treasury. */
const ForwardDialog = ({
  regieId,
  kept,
  onClose,
}: {
  regieId: number
  kept: readonly Reported[]
  onClose: () => void
}) => {
  const { today } = useNow()
  const form = useForm({
    initialValues: { paidOn: today, reference: '' },
    validate: { paidOn: (on) => (isDay(on) ? null : 'Quel jour\u00a0?') },
  })
  return (
    <FormDialog
      opened
      title={`Reverser ${formatEuros(sumOfReported(kept))} à la Trésorerie`}
      width="narrow"
      form={form}
      submit="Reverser"
      onClose={onClose}
      onSubmit={(client, { paidOn, reference }) =>
        client.recovery.forwardMoney({ regieId, ids: kept.map(({ id }) => id), paidOn, reference })
      }
    >
      <ul>
        {kept.map(({ id, payer, number, amountCents }) => (
          <li key={id}>
            {payer} · {number} · {formatEuros(amountCents)}
          </li>
        ))}
      </ul>
      <p>La Trésorerie n’a plus à recouvrer ces sommes. Ce qui est reversé ne revient pas.</p>
      <DayField label="Reversé le" {...form.getInputProps('paidOn')} />
      <TextInput label="Référence" data-autofocus {...form.getInputProps('reference')} />
    </FormDialog>
  )
}

const ReductionDialog = ({ debt, onClose }: { debt: Debt; onClose: () => void }) => {
  const { invoiceId, openingDebtId, number, payer, sentCents, paidCents, waitingCents } = debt
  const leftCents = sentCents - paidCents - waitingCents
  const form = useForm({
    initialValues: { amount: leftCents / 100, reason: '' },
    validate: { reason: (reason) => (reason.trim() === '' ? 'Indiquez le motif.' : null) },
  })
  return (
    <FormDialog
      opened
      title={`Réduction à demander, ${payer}`}
      width="narrow"
      form={form}
      submit="Noter la demande"
      onClose={onClose}
      onSubmit={(client, { amount, reason }) =>
        client.recovery.askReduction({ invoiceId, openingDebtId, amountCents: Math.round(amount * 100), reason })
      }
    >
      <p>
        {number}&nbsp;: la régie ne fait plus d’avoir. L’ordonnateur réduit le titre&nbsp;; rien ne change avant que
        vous notiez qu’il l’a fait.
      </p>
      <EuroField
        label="À réduire de"
        data-autofocus
        data-core="amountCents"
        fixedDecimalScale
        {...form.getInputProps('amount')}
      />
      <Textarea label="Motif" autosize minRows={2} {...form.getInputProps('reason')} />
    </FormDialog>
  )
}

const ReducedDialog = ({
  reported: { id, number, amountCents },
  onClose,
}: {
  reported: Reported
  onClose: () => void
}) => {
  const { today } = useNow()
  const form = useForm({
    initialValues: { paidOn: today },
    validate: { paidOn: (on) => (isDay(on) ? null : 'Quel jour\u00a0?') },
  })
  return (
    <FormDialog
      opened
      title="Réduction faite"
      width="narrow"
      form={form}
      submit="Enregistrer"
      onClose={onClose}
      onSubmit={(client, { paidOn }) => client.recovery.tellReduced({ id, paidOn })}
    >
      <p>
        {number}&nbsp;: la Trésorerie a {formatEuros(amountCents)} de moins à recouvrer.
      </p>
      <DayField label="Le" data-autofocus {...form.getInputProps('paidOn')} />
    </FormDialog>
  )
}

const BackDialog = ({ debt, onClose }: { debt: Debt; onClose: () => void }) => {
  const { invoiceId, openingDebtId, number, payer, sentCents, paidCents } = debt
  const form = useForm({
    initialValues: { reason: '' },
    validate: { reason: (reason) => (reason.trim() === '' ? 'Indiquez l’accord de la Trésorerie.' : null) },
  })
  return (
    <FormDialog
      opened
      title={`Dette rendue à la régie, ${payer}`}
      width="narrow"
      form={form}
      submit="Reprendre la dette"
      onClose={onClose}
      onSubmit={async (client, { reason }) => {
        const { cents } = await client.recovery.takeBackDebt({ invoiceId, openingDebtId, reason })
        notifications.show({
          color: 'green',
          message: `${formatEuros(cents)} sont de nouveau dus à la régie\u00a0: ${payer}.`,
        })
      }}
    >
      <p>
        {number}&nbsp;: {formatEuros(sentCents - paidCents)} seront de nouveau dus à la régie, et ses mois se facturent
        de nouveau.
      </p>
      <Textarea label="Accord de la Trésorerie" data-autofocus autosize minRows={2} {...form.getInputProps('reason')} />
    </FormDialog>
  )
}

const cancelEffect = ({ kind, paidOn }: Reported): string => {
  if (kind === 'forwarded') return 'ne sont plus à reverser\u00a0: le payeur les a en avance.'
  return paidOn === null ? 'ne sont plus à réduire.' : 'sont de nouveau à recouvrer par la Trésorerie.'
}

const CancelReportedDialog = ({ reported, onClose }: { reported: Reported; onClose: () => void }) => {
  const { id, number, amountCents } = reported
  const form = useForm({
    initialValues: { reason: '' },
    validate: { reason: (reason) => (reason.trim() === '' ? 'Indiquez le motif de l’annulation.' : null) },
  })
  return (
    <FormDialog
      opened
      title={`Annuler ${cancelledText(reported)}`}
      width="narrow"
      form={form}
      submit={`Annuler ${cancelledText(reported)}`}
      onClose={onClose}
      onSubmit={(client, { reason }) => client.recovery.cancelTold({ id, reason })}
    >
      <p>
        {number}&nbsp;: {formatEuros(amountCents)} {cancelEffect(reported)}
      </p>
      <Textarea label="Motif" data-autofocus autosize minRows={2} {...form.getInputProps('reason')} />
    </FormDialog>
  )
}
