import { Checkbox, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { ThirdParty } from '../../../shared/contract/desk/money/payers.ts'
import { thirdPartyKindNames, thirdPartyKinds } from '../../../shared/rules/money/third-party.ts'
import { FormDialog } from '../parts/forms/dialogs.tsx'

const empty: Omit<ThirdParty, 'id'> = {
  name: '',
  kind: 'ccas',
  address: '',
  postcode: '',
  town: '',
  contactName: '',
  phone: '',
  email: '',
  isPublic: true,
  siret: '',
  serviceCode: '',
  orderNumber: '',
  toTitle: false,
  archived: false,
}

export const ThirdPartyDialog = ({
  party,
  onSaved,
  onClose,
}: {
  party: ThirdParty | null
  onSaved?: (id: number) => void
  onClose: () => void
}) => {
  const form = useForm({ mode: 'controlled', initialValues: { ...empty, ...party } })
  return (
    <FormDialog
      opened
      title={party ? `Modifier ${party.name}` : 'Nouveau tiers payeur'}
      draft={party ? `tiers payeur ${party.id}` : 'nouveau tiers payeur'}
      form={form}
      submit="Enregistrer"
      onClose={onClose}
      onSubmit={async (client, values) => {
        const saved = await client.payers.saveThirdParty({ ...values, ...(party && { id: party.id }) })
        onSaved?.(saved.id)
      }}
    >
      <div className="settings-form">
        <fieldset>
          <legend>Qui paie</legend>
          <TextInput label="Nom" data-autofocus {...form.getInputProps('name')} />
          <Select
            label="Genre"
            data={thirdPartyKinds.map((value) => ({ value, label: thirdPartyKindNames[value] }))}
            allowDeselect={false}
            {...form.getInputProps('kind')}
          />
          <TextInput label="Adresse" {...form.getInputProps('address')} />
          <TextInput label="Code postal" {...form.getInputProps('postcode')} />
          <TextInput label="Commune" {...form.getInputProps('town')} />
        </fieldset>
        <fieldset>
          <legend>Contact</legend>
          <TextInput label="Personne à joindre" {...form.getInputProps('contactName')} />
          <TextInput label="Téléphone" {...form.getInputProps('phone')} />
          <TextInput label="Mail" {...form.getInputProps('email')} />
        </fieldset>
        <fieldset>
          <legend>Sur ses factures</legend>
          <TextInput
            label="Référence à porter"
            description="Son bon de commande, sur chaque facture."
            {...form.getInputProps('orderNumber')}
          />
          <Checkbox label="Organisme public" {...form.getInputProps('isPublic', { type: 'checkbox' })} />
          {form.values.isPublic ? (
            <>
              <TextInput label="SIRET" {...form.getInputProps('siret')} />
              <TextInput label="Code service" {...form.getInputProps('serviceCode')} />
            </>
          ) : null}
          <Checkbox
            label="À titrer"
            description="La commune émet un titre de recettes&nbsp;: la régie n’encaisse rien."
            {...form.getInputProps('toTitle', { type: 'checkbox' })}
          />
          {party ? (
            <Checkbox
              label="Archivé&nbsp;: ne se propose plus"
              {...form.getInputProps('archived', { type: 'checkbox' })}
            />
          ) : null}
        </fieldset>
      </div>
    </FormDialog>
  )
}
