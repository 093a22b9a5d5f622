import { NumberInput, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import type { ThirdPartyPage } from '../../../shared/contract/desk/money/payers.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { type PaymentMeans, paymentMeansNames } from '../../../shared/rules/money/payment.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { useNow } from '../staff/now.ts'

const means: readonly PaymentMeans[] = ['transfer', 'cheque', 'card', 'cash']

type Typed = { means: PaymentMeans; amount: number | ''; receivedOn: Day; reference: string }

export const ThirdPartyPaymentDialog = ({ page, onClose }: { page: ThirdPartyPage; onClose: () => void }) => {
  const { today } = useNow()
  const form = useForm<Typed>({
    mode: 'controlled',
    initialValues: { means: 'transfer', amount: page.balanceCents / 100, receivedOn: today, reference: '' },
  })
  return (
    <FormDialog
      opened
      title={`Encaisser de ${page.thirdParty.name}`}
      width="narrow"
      form={form}
      submit="Encaisser"
      onClose={onClose}
      onSubmit={async (client, { amount, ...values }) => {
        const paid = await client.payments.record({
          ...values,
          amountCents: amount === '' ? 0 : Math.round(amount * 100),
          familyId: null,
          thirdPartyId: page.thirdParty.id,
          regieId: firstRegieId,
          payer: '',
          chosen: null,
        })
        notifications.show({ color: 'green', message: `Règlement enregistré, quittance ${paid.receipt}.` })
      }}
    >
      <NumberInput
        label="Montant"
        suffix="&nbsp;€"
        decimalScale={2}
        decimalSeparator=","
        allowNegative={false}
        data-autofocus
        data-core="amountCents"
        {...form.getInputProps('amount')}
      />
      <Select
        label="Moyen"
        data={means.map((value) => ({ value, label: paymentMeansNames[value] }))}
        allowDeselect={false}
        {...form.getInputProps('means')}
      />
      <DayField label="Reçu le" {...form.getInputProps('receivedOn')} />
      <TextInput label="Référence" {...form.getInputProps('reference')} />
    </FormDialog>
  )
}
