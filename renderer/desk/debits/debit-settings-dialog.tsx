import { Checkbox, NumberInput, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import type { DebitSettingsInput } from '../../../shared/contract/desk/money/debits.ts'
import type { Regie } from '../../../shared/contract/desk/money/regies.ts'
import { debitFormatNames, debitFormats } from '../../../shared/rules/money/debit/debit-file.ts'
import { usualDebitSettings } from '../../../shared/rules/money/debit/debit-settings.ts'
import { orpc } from '../../connection/client.ts'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { EuroField } from '../parts/forms/euro-field.tsx'

/** How a régie collects by direct debit. */
export const DebitSettingsDialog = ({ regie, onClose }: { regie: Regie; onClose: () => void }) => {
  const { data } = useQuery(orpc.debits.settings.queryOptions({ input: { regieId: regie.id } }))
  return data === undefined ? null : <SettingsForm regie={regie} settings={data} onClose={onClose} />
}

const SettingsForm = ({
  regie,
  settings,
  onClose,
}: {
  regie: Regie
  settings: DebitSettingsInput | null
  onClose: () => void
}) => {
  const { leastCents, returnFeeCents, ...usual } = usualDebitSettings
  const form = useForm({
    mode: 'controlled',
    initialValues: {
      creditorId: settings?.creditorId ?? '',
      iban: settings?.iban ?? regie.iban,
      bic: settings?.bic ?? regie.bic,
      format: settings?.format ?? usual.format,
      noticeDays: settings?.noticeDays ?? usual.noticeDays,
      fileDays: settings?.fileDays ?? usual.fileDays,
      least: (settings?.leastCents ?? leastCents) / 100,
      fee: (settings?.returnFeeCents ?? returnFeeCents) / 100,
      returnFeeDecision: settings?.returnFeeDecision ?? '',
      referencePrefix: settings?.referencePrefix ?? usual.referencePrefix,
      onPortal: settings?.onPortal ?? false,
      treasuryName: settings?.treasuryName ?? '',
      treasuryIban: settings?.treasuryIban ?? '',
      treasuryBic: settings?.treasuryBic ?? 'BDFEFRPPCCT',
      treasuryPost: settings?.treasuryPost ?? '',
      treasuryService: settings?.treasuryService ?? '',
    },
  })
  return (
    <FormDialog
      opened
      title={`Prélèvement, ${regie.name || 'Régie'}`}
      draft={`prélèvement ${regie.id}`}
      form={form}
      submit="Enregistrer"
      onSubmit={async (client, { least, fee, ...values }) => {
        await client.debits.saveSettings({
          ...values,
          regieId: regie.id,
          leastCents: Math.round(least * 100),
          returnFeeCents: Math.round(fee * 100),
        })
      }}
      onClose={onClose}
    >
      <div className="settings-form">
        <fieldset>
          <legend>Le créancier</legend>
          <TextInput
            label="Identifiant de créancier (ICS)"
            description="Donné par la Banque de France ou le comptable public&nbsp;: FR72ZZZ123456."
            data-autofocus
            {...form.getInputProps('creditorId')}
          />
          <TextInput label="IBAN du compte crédité" {...form.getInputProps('iban')} />
          <TextInput label="BIC" {...form.getInputProps('bic')} />
          <TextInput
            label="Début des références (RUM)"
            description="EJ&nbsp;: EJ-2026-000058."
            {...form.getInputProps('referencePrefix')}
          />
          <Checkbox
            label="Les familles signent et arrêtent leur mandat sur le portail"
            {...form.getInputProps('onPortal', { type: 'checkbox' })}
          />
        </fieldset>
        <fieldset>
          <legend>Le fichier</legend>
          <Select
            label="Format"
            description="Celui que la banque demande."
            allowDeselect={false}
            data={debitFormats.map((value) => ({ value, label: debitFormatNames[value] }))}
            {...form.getInputProps('format')}
          />
          {form.values.format === 'DFT' ? (
            <>
              <TextInput
                label="Service de la DGFiP"
                description="Qui prélève pour la régie&nbsp;: DDFiP du Calvados."
                {...form.getInputProps('treasuryName')}
              />
              <TextInput label="IBAN de ce service" {...form.getInputProps('treasuryIban')} />
              <TextInput label="BIC de ce service" {...form.getInputProps('treasuryBic')} />
              <TextInput label="Codique du poste comptable" {...form.getInputProps('treasuryPost')} />
              <TextInput
                label="Identifiant de service"
                description="De la convention&nbsp;: TGDFT027."
                {...form.getInputProps('treasuryService')}
              />
            </>
          ) : null}
        </fieldset>
        <fieldset>
          <legend>Les délais</legend>
          <NumberInput
            label="Avis à la famille, avant le prélèvement"
            suffix=" jours"
            allowDecimal={false}
            {...form.getInputProps('noticeDays')}
          />
          <NumberInput
            label="Fichier à la banque, avant le prélèvement"
            suffix=" jours ouvrés"
            allowDecimal={false}
            {...form.getInputProps('fileDays')}
          />
          <EuroField label="Prélever à partir de" data-core="leastCents" {...form.getInputProps('least')} />
        </fieldset>
        <fieldset>
          <legend>Un prélèvement rejeté</legend>
          <EuroField
            label="Frais demandés à la famille"
            description="Quand le compte n’a pas payé. Zéro sans délibération."
            data-core="returnFeeCents"
            {...form.getInputProps('fee')}
          />
          <TextInput label="Numéro de la délibération" {...form.getInputProps('returnFeeDecision')} />
        </fieldset>
      </div>
    </FormDialog>
  )
}
