import { Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import type { ThirdPartyPage } from '../../../shared/contract/desk/money/payers.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { type PaymentMeans, paymentMeansNames } from '../../../shared/rules/money/payment.ts'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { EuroField } from '../parts/forms/euro-field.tsx'
import { RegieControl, useChosenRegie } from '../regies/regie-choice.tsx'
import { useNow } from '../staff/now.ts'

const usualMeans: readonly PaymentMeans[] = ['transfer', 'cheque', 'card', 'cash']

/** What is left to pay of the invoices of one régie, in euros. */
const owedAt = ({ papers }: ThirdPartyPage, regieId: number): number =>
  papers.reduce(
    (sum, paper) => (paper.kind === 'invoice' && paper.regieId === regieId ? sum + paper.leftCents : sum),
    0,
  ) / 100

type Typed = { means: PaymentMeans; amount: number | ''; receivedOn: Day; reference: string }

export const ThirdPartyPaymentDialog = ({ page, onClose }: { page: ThirdPartyPage; onClose: () => void }) => {
  const { today } = useNow()
  const { regies, regie, chooseRegie } = useChosenRegie()
  const form = useForm<Typed>({
    mode: 'controlled',
    initialValues: { means: 'transfer', amount: owedAt(page, regie.id), receivedOn: today, reference: '' },
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
          regieId: regie.id,
          payer: '',
          chosen: null,
        })
        notifications.show({ color: 'green', message: `Règlement enregistré, quittance ${paid.receipt}.` })
      }}
    >
      <RegieControl
        regies={regies}
        regie={regie}
        onChoose={(id) => {
          chooseRegie(id)
          form.setValues({ amount: owedAt(page, id) })
        }}
      />
      <EuroField label="Montant" data-autofocus data-core="amountCents" {...form.getInputProps('amount')} />
      <Select
        label="Moyen"
        data={usualMeans
          .filter((one) => regie.means?.includes(one) ?? true)
          .map((value) => ({ value, label: paymentMeansNames[value] }))}
        allowDeselect={false}
        {...form.getInputProps('means')}
      />
      <DayField label="Reçu le" {...form.getInputProps('receivedOn')} />
      <TextInput label="Référence" {...form.getInputProps('reference')} />
    </FormDialog>
  )
}
