import { Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { MandateInput } from '../../../shared/contract/desk/money/debits.ts'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { useChosenRegie } from '../regies/regie-choice.tsx'
import { useNow } from '../staff/now.ts'

/** The payer of a mandate, its name, and the account holder that the form proposes. */
export type MandatePayer = Pick<MandateInput, 'familyId' | 'thirdPartyId'> & {
  readonly name: string
  readonly holder: string
}

type Typed = Omit<MandateInput, 'familyId' | 'thirdPartyId' | 'regieId'> & { readonly regieId: string }

/**
 * Records a mandate that a payer signed on paper. What is typed is not kept as a draft, since it contains a full
 * account number.
 */
export const MandateDialog = ({
  payer: { familyId, thirdPartyId, name, holder },
  onClose,
}: {
  payer: MandatePayer
  onClose: () => void
}) => {
  const { today } = useNow()
  const { regies, regie } = useChosenRegie()
  const form = useForm<Typed>({
    mode: 'controlled',
    initialValues: {
      regieId: String(regie.id),
      debtor: holder,
      iban: '',
      bic: '',
      signedOn: today,
      kind: 'recurrent',
      reference: '',
    },
  })
  return (
    <FormDialog
      opened
      title={`Nouveau mandat, ${name}`}
      form={form}
      submit="Enregistrer le mandat"
      onSubmit={async (client, { regieId, ...values }) => {
        await client.debits.saveMandate({ ...values, familyId, thirdPartyId, regieId: Number(regieId) })
      }}
      onClose={onClose}
    >
      <p className="soft small">
        Le compte est chiffré dès l’enregistrement&nbsp;: ensuite, on n’en montre plus que les quatre derniers signes.
        Un mandat d’avant, pour la même régie, est arrêté.
      </p>
      {regies.length > 1 ? (
        <Select
          label="Régie"
          allowDeselect={false}
          data={regies.map(({ id, name }) => ({ value: String(id), label: name }))}
          {...form.getInputProps('regieId')}
        />
      ) : null}
      <TextInput label="Titulaire du compte" data-autofocus {...form.getInputProps('debtor')} />
      <TextInput
        label="IBAN"
        description="Tel qu’il est écrit sur le relevé d’identité bancaire."
        autoComplete="off"
        {...form.getInputProps('iban')}
      />
      <TextInput
        label="BIC"
        description="Seulement pour un compte hors de l’Espace économique européen."
        autoComplete="off"
        {...form.getInputProps('bic')}
      />
      <DayField label="Signé le" {...form.getInputProps('signedOn')} />
      <Select
        label="Pour"
        allowDeselect={false}
        data={[
          { value: 'recurrent', label: 'toutes les factures à venir' },
          { value: 'oneOff', label: 'un seul prélèvement' },
        ]}
        {...form.getInputProps('kind')}
      />
      <TextInput
        label="Référence (RUM)"
        description="Celle d’un mandat déjà donné à l’ancien logiciel&nbsp;; vide, elle est numérotée."
        {...form.getInputProps('reference')}
      />
    </FormDialog>
  )
}
