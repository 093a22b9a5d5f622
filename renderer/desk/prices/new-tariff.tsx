import { Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { Definition, Tariff } from '../../../shared/contract/desk/money/prices.ts'
import { exampleTariffs } from '../../../shared/examples/tariffs.ts'
import { schoolYearStart } from '../../../shared/rules/people/schooling.ts'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { useNow } from '../staff/now.ts'

/** « Nouveau tarif »: empty, or a copy of another tariff or of an example. */
export const NewTariff = ({
  tariffs,
  onMade,
  onClose,
}: {
  tariffs: readonly Tariff[]
  onMade: (id: number) => void
  onClose: () => void
}) => {
  const { today } = useNow()
  const models = [
    ...tariffs.flatMap(({ id, name, versions }) => {
      const latest = versions.at(-1)
      return latest ? [{ value: `tariff ${id}`, label: name, definition: latest.definition }] : []
    }),
    ...exampleTariffs.flatMap(({ id, label, versions }) => {
      const [first] = versions
      if (!first) return []
      const { from: _, ...definition } = structuredClone(first)
      return [{ value: id, label: `Exemple\u00a0: ${label}`, definition: definition as Definition }]
    }),
  ]
  const form = useForm({
    initialValues: { name: '', model: null as string | null },
    validate: { name: (name) => (name.trim() === '' ? 'À remplir.' : null) },
  })
  return (
    <FormDialog
      opened
      title="Nouveau tarif"
      width="narrow"
      form={form}
      submit="Créer le tarif"
      onClose={onClose}
      onSubmit={async (client, { name, model }) => {
        const made = await client.prices.saveTariff({ name })
        const definition = models.find(({ value }) => value === model)?.definition
        if (definition) await client.prices.saveVersion({ tariffId: made.id, from: schoolYearStart(today), definition })
        onMade(made.id)
      }}
    >
      <TextInput label="Nom" data-autofocus {...form.getInputProps('name')} />
      <Select
        label="Partir de"
        placeholder="une grille vide"
        clearable
        data={models.map(({ value, label }) => ({ value, label }))}
        {...form.getInputProps('model')}
      />
    </FormDialog>
  )
}
