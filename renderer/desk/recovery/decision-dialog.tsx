import { Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import type { Decidable } from '../../../shared/contract/desk/money/debt-decisions.ts'
import { isDay } from '../../../shared/rules/calendar/day.ts'
import { firstOpenDay } from '../../../shared/rules/money/closing.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import {
  busyTexts,
  debtDecisionNames,
  decidableCents,
  type RecordedDecisionKind,
  recordedDecisionKinds,
} from '../../../shared/rules/money/recovery/debt-decision.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { SegmentedControl } from '../parts/buttons.tsx'
import { Failure, Loading, Note } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { Dialog, FormDialog } from '../parts/forms/dialogs.tsx'
import { EuroField } from '../parts/forms/euro-field.tsx'
import { useNow } from '../staff/now.ts'

type Of = { readonly regieId: number; readonly familyId: number | null; readonly thirdPartyId: number | null }

/**
 * A remission, or a write-off of debts at the Treasury: which debts, how much of each, and what the payer then owes.
 */
export const DecisionDialog = ({ of, name, onClose }: { of: Of; name: string; onClose: () => void }) => {
  const { data, error } = useQuery(orpc.recovery.decidable.queryOptions({ input: of }))
  return data ? (
    <DecisionForm of={of} name={name} decidable={data} onClose={onClose} />
  ) : (
    <Dialog opened title={`Décision, ${name}`} onClose={onClose}>
      {error ? <Failure error={error} /> : <Loading />}
    </Dialog>
  )
}

const keyOf = ({ invoiceId, openingDebtId }: Decidable['debts'][number]): string =>
  invoiceId === null ? `opening${openingDebtId}` : `invoice${invoiceId}`

const DecisionForm = ({
  of,
  name,
  decidable: { debts, balanceCents, closedThrough },
  onClose,
}: {
  of: Of
  name: string
  decidable: Decidable
  onClose: () => void
}) => {
  const { today } = useNow()
  const kinds = recordedDecisionKinds.filter((kind) => debts.some((debt) => decidableCents(kind, debt) > 0))
  const form = useForm({
    mode: 'controlled',
    initialValues: {
      kind: kinds[0] ?? ('remission' satisfies RecordedDecisionKind),
      organ: 'Conseil municipal',
      number: '',
      decidedOn: today,
      reason: '',
      amounts: Object.fromEntries<number | string>(debts.map((debt) => [keyOf(debt), 0])),
    },
    validate: {
      number: (number) => (number.trim() === '' ? 'Donnez le numéro de la décision.' : null),
      decidedOn: (on) => (isDay(on) ? null : 'Quel jour a-t-elle été prise\u00a0?'),
      reason: (reason) => (reason.trim() === '' ? 'Indiquez le motif.' : null),
    },
  })
  const { kind, decidedOn, amounts } = form.values
  const centsOf = (debt: Decidable['debts'][number]): number => Math.round(Number(amounts[keyOf(debt)] ?? 0) * 100)
  const shown = debts.filter((debt) => decidableCents(kind, debt) > 0)
  const cents = shown.reduce((sum, debt) => sum + centsOf(debt), 0)
  const atTreasury = debts.reduce((sum, { treasuryCents }) => sum + treasuryCents, 0)
  const before = kind === 'remission' ? balanceCents : atTreasury
  const onDay = isDay(decidedOn) ? firstOpenDay(decidedOn, closedThrough) : null
  return (
    <FormDialog
      opened
      title={`${debtDecisionNames[kind]}, ${name}`}
      form={form}
      submit={`Enregistrer ${formatEuros(cents)}`}
      onClose={onClose}
      onSubmit={async (client, { organ, number, reason }) => {
        const made = await client.recovery.decide({
          ...of,
          kind,
          organ,
          number,
          decidedOn,
          reason,
          parts: shown.flatMap((debt) => {
            const { invoiceId, openingDebtId } = debt
            return centsOf(debt) === 0 ? [] : [{ invoiceId, openingDebtId, cents: centsOf(debt) }]
          }),
        })
        notifications.show({
          color: 'green',
          message: `${debtDecisionNames[kind]} de ${formatEuros(made.cents)}\u00a0: ${name}.`,
        })
      }}
    >
      {kinds.length > 1 ? (
        <SegmentedControl
          label="Décision"
          value={kind}
          onChange={(one) => form.setFieldValue('kind', one)}
          options={kinds.map((one) => [one, debtDecisionNames[one]] as const)}
        />
      ) : null}
      <div className="row row-wide">
        <TextInput className="grow" label="Décidé par" {...form.getInputProps('organ')} />
        <TextInput label="Numéro" data-autofocus {...form.getInputProps('number')} />
        <DayField label="Le" {...form.getInputProps('decidedOn')} />
      </div>
      <Textarea label="Motif" autosize minRows={2} {...form.getInputProps('reason')} />
      <fieldset className="decision-debts">
        <legend>Dettes et montants</legend>
        {shown.map((debt) => (
          <EuroField
            key={keyOf(debt)}
            label={[debt.name, debt.period].filter((text) => text !== '').join(', ')}
            description={
              debt.busy === null
                ? `${kind === 'remission' ? 'Reste' : 'À la Trésorerie'}\u00a0: ${formatEuros(decidableCents(kind, debt))}`
                : `Impossible maintenant\u00a0: ${busyTexts[debt.busy]}.`
            }
            disabled={debt.busy !== null}
            data-core="parts"
            fixedDecimalScale
            {...form.getInputProps(`amounts.${keyOf(debt)}`)}
          />
        ))}
      </fieldset>
      <Note>
        {kind === 'remission' ? 'Dû à la régie' : 'À la Trésorerie'}&nbsp;: {formatEuros(before)}, puis{' '}
        <b>{formatEuros(before - cents)}</b>.{' '}
        {onDay !== null && onDay !== decidedOn
          ? `Comptée le ${shortDay(onDay)}, premier jour ouvert de la régie.`
          : null}
      </Note>
    </FormDialog>
  )
}

/** Cancels a recorded decision, with a reason. */
export const CancelDecisionDialog = ({ id, text, onClose }: { id: number; text: string; onClose: () => void }) => {
  const form = useForm({
    initialValues: { reason: '' },
    validate: { reason: (reason) => (reason.trim() === '' ? 'Indiquez le motif de l’annulation.' : null) },
  })
  return (
    <FormDialog
      opened
      title="Annuler cette décision"
      width="narrow"
      form={form}
      submit="Annuler la décision"
      onClose={onClose}
      onSubmit={(client, { reason }) => client.recovery.cancelDecision({ id, reason })}
    >
      <p>{text}. Ce qu’elle retirait est dû de nouveau.</p>
      <Textarea label="Motif" data-autofocus autosize minRows={2} {...form.getInputProps('reason')} />
    </FormDialog>
  )
}
