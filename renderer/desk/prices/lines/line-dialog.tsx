import { Button, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { Definition } from '../../../../shared/contract/desk/money/prices.ts'
import { FormDialog } from '../../parts/forms/dialogs.tsx'
import { optionsOf } from '../options.ts'
import type { Line } from '../tariff-edit.ts'
import { CountFields } from './line-count-fields.tsx'
import { lineOf } from './line-form.ts'
import { PriceFields } from './line-price-fields.tsx'
import { validateLine } from './line-refusals.ts'
import { type LineValues, valuesOf } from './line-values.ts'

/** Form of one tariff line: what it counts and how its price is computed. Amounts are typed in the grid. */
export const LineDialog = ({
  definition,
  at,
  groups,
  onSave,
  onRemove,
  onClose,
}: {
  definition: Definition
  /** Index of the line; null for a new line. */
  at: number | null
  /** The names of the groups of the tariff’s activities. */
  groups: readonly string[]
  onSave: (line: Line) => void
  onRemove: () => void
  onClose: () => void
}) => {
  const before = at === null ? undefined : definition.lines[at]
  const form = useForm<LineValues>({
    initialValues: valuesOf(definition, at),
    validate: validateLine(definition),
  })
  return (
    <FormDialog
      opened
      title={before ? 'Modifier la ligne' : 'Nouvelle ligne'}
      form={form}
      submit={before ? 'Modifier la ligne' : 'Ajouter la ligne'}
      onSubmit={async (_client, values) => onSave(lineOf(definition, values, at))}
      onClose={onClose}
    >
      <TextInput label="Nom, imprimé sur la facture" data-autofocus {...form.getInputProps('label')} />
      <Select
        label="Nature, pour l’attestation fiscale"
        data={optionsOf(fiscalNames)}
        {...form.getInputProps('fiscal')}
      />
      <CountFields form={form} />
      <TextInput
        label="Seulement pour"
        description="Vide&nbsp;: pour tous. Ou une catégorie, un groupe («&nbsp;groupe 3-5 ans&nbsp;»), des dates&nbsp;: «&nbsp;le 14/07/2026&nbsp;»."
        {...form.getInputProps('when')}
      />
      <PriceFields form={form} groups={groups} />
      {before ? (
        <Button color="red" variant="subtle" onClick={onRemove}>
          Retirer cette ligne
        </Button>
      ) : null}
    </FormDialog>
  )
}

const fiscalNames: Readonly<Record<Line['fiscal'], string>> = {
  garde: 'Garde d’enfant',
  repas: 'Repas',
  autre: 'Autre',
}
