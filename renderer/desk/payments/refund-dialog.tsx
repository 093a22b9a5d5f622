import { Select, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Refund, RefundableAccount } from '../../../shared/contract/desk/money/refunds.ts'
import { isDay } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { refundMeansNames } from '../../../shared/rules/money/payment/refund.ts'
import {
  type PayerRefundMeans,
  payerRefundMeans,
  refundTexts,
} from '../../../shared/rules/money/recovery/debt-decision.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { printPaper } from '../../connection/paper.ts'
import { PlainAction, SegmentedControl } from '../parts/buttons.tsx'
import { Note } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { EuroField } from '../parts/forms/euro-field.tsx'
import { notifyRefusal } from '../queries.ts'
import { useRegies } from '../regies/regie-choice.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import type { NamedPayer } from './payer-search.tsx'

/**
 * What a payer has ahead, with « Rembourser… » for people who may refund; renders nothing when it has nothing ahead.
 */
export const MoneyAhead = ({ payer, name }: { payer: NamedPayer; name: string }) => {
  const may = useMay()
  const accounts = useRefundable(payer)
  const [isOpened, setIsOpened] = useState(false)
  if (accounts.length === 0) return null
  return (
    <Note>
      {aheadText(accounts)}.{' '}
      {may('refunds') ? <PlainAction label="Rembourser…" onAction={() => setIsOpened(true)} /> : null}
      {isOpened ? (
        <RefundDialog payer={payer} name={name} accounts={accounts} onClose={() => setIsOpened(false)} />
      ) : null}
    </Note>
  )
}

/** The amounts that can be given back, with the name of each régie when there are several: « 23,40 € en avance ». */
export const aheadText = (accounts: readonly RefundableAccount[]): string =>
  accounts
    .map(({ regie, refundableCents }) =>
      [`${formatEuros(refundableCents)} en avance`, ...(accounts.length > 1 ? [`(${regie})`] : [])].join(' '),
    )
    .join(', ')

/** The régies where a payer has money ahead; empty for a person who may not read accounts. */
export const useRefundable = (payer: NamedPayer): readonly RefundableAccount[] => {
  const may = useMay()
  return (
    useQuery(
      orpc.payments.refundable.queryOptions({
        input: { familyId: null, ...payer },
        enabled: may('invoices.read'),
      }),
    ).data ?? []
  )
}

/** The form of a refund: the régie pays it, or asks the town’s finance service to. */
export const RefundDialog = ({
  payer,
  name,
  accounts,
  reason = '',
  onClose,
}: {
  payer: NamedPayer
  name: string
  /** At least one. */
  accounts: readonly RefundableAccount[]
  reason?: string
  onClose: () => void
}) => {
  const { today } = useNow()
  const regies = useRegies()
  const mine = accounts.filter(({ regieId }) => regies.find(({ id }) => id === regieId)?.takesMoney ?? false)
  const choice = mine.length > 0 ? mine : accounts
  const [first] = choice
  const form = useForm({
    mode: 'controlled',
    initialValues: {
      regieId: String(first?.regieId ?? ''),
      means: usualMeansOf(first),
      amount: (first?.refundableCents ?? 0) / 100,
      reason,
      paidOn: today,
      reference: '',
    },
    validate: {
      reason: (text) => (text.trim() === '' ? 'Dites pourquoi cet argent est rendu.' : null),
      paidOn: (text, { means }) => (means !== 'transfer' || isDay(text) ? null : 'Choisissez le jour du virement.'),
    },
  })
  const { regieId, means } = form.values
  const account = choice.find((one) => String(one.regieId) === regieId)
  const possible = payerRefundMeans.filter((one) => one === 'paymentOrder' || account?.paysRefunds)
  return (
    <FormDialog
      opened
      title={`Rembourser ${name}`}
      form={form}
      submit={means === 'paymentOrder' ? 'Demander le mandat' : 'Rembourser'}
      onSubmit={async (client, { amount, paidOn, reference, ...values }) => {
        const made = await client.payments.recordRefund({
          familyId: null,
          ...payer,
          ...values,
          regieId: Number(regieId),
          amountCents: Math.round(amount * 100),
          paidOn: means === 'transfer' ? paidOn : means === 'cash' ? today : null,
          reference: means === 'transfer' ? reference : '',
        })
        notifyRefund(made)
      }}
      onClose={onClose}
    >
      {choice.length > 1 ? (
        <Select
          label="Régie"
          allowDeselect={false}
          data={choice.map((one) => ({ value: String(one.regieId), label: one.regie }))}
          {...form.getInputProps('regieId')}
        />
      ) : null}
      {possible.length > 1 ? (
        <div className="payments-field">
          <SegmentedControl
            label="Par"
            value={means}
            onChange={(one) => form.setFieldValue('means', one)}
            options={possible.map((one) => [one, shortNames[one]] as const)}
          />
        </div>
      ) : (
        <Note>
          Cette régie ne rend pas d’argent elle-même&nbsp;: la somme est gardée, et la demande rejoint
          «&nbsp;Remboursements à mandater&nbsp;».
        </Note>
      )}
      <EuroField
        label="Montant"
        description={`En avance\u00a0: ${formatEuros(account?.refundableCents ?? 0)}.`}
        data-autofocus
        data-core="amountCents"
        fixedDecimalScale
        {...form.getInputProps('amount')}
      />
      {means === 'transfer' ? (
        <div className="row row-wide">
          <DayField label="Viré le" {...form.getInputProps('paidOn')} />
          <TextInput className="grow" label="Référence du virement" {...form.getInputProps('reference')} />
        </div>
      ) : null}
      <Textarea label="Motif" autosize minRows={2} {...form.getInputProps('reason')} />
    </FormDialog>
  )
}

const usualMeansOf = (account: { readonly paysRefunds: boolean } | undefined): PayerRefundMeans =>
  account?.paysRefunds ? 'transfer' : 'paymentOrder'

const shortNames: Readonly<Record<PayerRefundMeans, string>> = { ...refundMeansNames, paymentOrder: 'Mandat' }

/** Reports what was recorded, and prints the receipt of cash at once, for the payer to sign. */
const notifyRefund = ({ id, means, amountCents, payer }: Refund) => {
  notifications.show({
    color: 'green',
    title: `${refundTexts[means]} de ${formatEuros(amountCents)}`,
    message: means === 'paymentOrder' ? `${payer}\u00a0: à mandater.` : payer,
  })
  if (means === 'cash') void clientOutsideForms.payments.refundReceipt({ id }).then(printPaper, notifyRefusal)
}
