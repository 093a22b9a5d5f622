import { Autocomplete, Button, Select } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { Family, PriceCategory } from '../../../shared/contract/desk/people/families.ts'
import { isDay } from '../../../shared/rules/calendar/day.ts'
import { longDate } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { useAskRepricing } from '../invoicing/repricing-question.tsx'
import { PlainAction } from '../parts/buttons.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { useNow } from '../staff/now.ts'
import { fieldPropsOf } from './fields.tsx'

const wholeHome = 'home'

/** Records or corrects a price category (« catégorie tarifaire ») of the home or of one child. */
export const CategoryDialog = ({
  family,
  category,
  onClose,
}: {
  family: Family
  category: PriceCategory | 'new'
  onClose: () => void
}) => {
  const { today } = useNow()
  const askRepricing = useAskRepricing()
  const known = category === 'new' ? undefined : category
  const { data: names = [] } = useQuery(orpc.families.categoryNames.queryOptions())
  const form = useForm({
    initialValues: {
      childId: known?.childId ? String(known.childId) : wholeHome,
      category: known?.category ?? '',
      fromDay: known?.fromDay ?? today,
      toDay: known?.toDay ?? '',
    },
    validate: { category: (text) => (text.trim() === '' ? 'Nommez la catégorie, comme le tarif la nomme.' : null) },
  })
  const field = fieldPropsOf(form)
  return (
    <FormDialog
      opened
      title={known ? 'Corriger la catégorie tarifaire' : 'Catégorie tarifaire'}
      draft={known ? `catégorie ${known.id}` : `nouvelle catégorie ${family.id}`}
      form={form}
      submit="Enregistrer"
      onSubmit={async (client, { childId, toDay, ...values }) => {
        await client.families.setCategory({
          ...values,
          ...(known && { id: known.id }),
          familyId: childId === wholeHome ? family.id : null,
          childId: childId === wholeHome ? null : Number(childId),
          toDay: toDay === '' ? null : toDay,
        })
        if (isDay(values.fromDay)) await askRepricing({ familyId: family.id, fromDay: values.fromDay })
      }}
      onClose={onClose}
    >
      <Select
        label="De"
        data={[
          { value: wholeHome, label: 'tout le foyer' },
          ...family.children.map(({ id, firstName }) => ({ value: String(id), label: firstName })),
        ]}
        {...form.getInputProps('childId')}
      />
      <Autocomplete
        label="Catégorie"
        description="Comme le tarif la nomme&nbsp;: agent de la ville, commune conventionnée, ULIS."
        data-autofocus
        data={names}
        {...form.getInputProps('category')}
      />
      <div className="form-pair">
        <DayField label="À partir du" {...field('fromDay')} />
        <DayField label="Jusqu’au" description="Vide&nbsp;: sans fin connue." clearable {...field('toDay')} />
      </div>
      {known ? <RemoveCategory id={known.id} familyId={family.id} fromDay={known.fromDay} onRemoved={onClose} /> : null}
    </FormDialog>
  )
}

const RemoveCategory = ({
  id,
  familyId,
  fromDay,
  onRemoved,
}: {
  id: number
  familyId: number
  fromDay: PriceCategory['fromDay']
  onRemoved: () => void
}) => {
  const askRepricing = useAskRepricing()
  const removal = useMutation({
    mutationFn: (values: { id: number }) => clientOutsideForms.families.removeCategory(values),
    onSuccess: async () => {
      onRemoved()
      await askRepricing({ familyId, fromDay })
    },
  })
  return (
    <Button color="red" variant="subtle" loading={removal.isPending} onClick={() => removal.mutate({ id })}>
      Retirer cette catégorie
    </Button>
  )
}

/** The categories of the home and of its children, with their days. */
export const Categories = ({
  family,
  mayWrite,
  onEdit,
}: {
  family: Family
  mayWrite: boolean
  onEdit: (category: PriceCategory) => void
}) => (
  <ul className="family-people">
    {family.categories.map((row) => (
      <li key={row.id}>
        <span>
          {row.category}{' '}
          <span className="soft">{family.children.find(({ id }) => id === row.childId)?.firstName ?? 'foyer'}</span>
        </span>
        <span>
          <span className="soft">
            depuis le {longDate(row.fromDay)}
            {row.toDay === null ? null : `, jusqu’au ${longDate(row.toDay)}`}
          </span>{' '}
          {mayWrite ? (
            <PlainAction label="Corriger" aria={`Corriger la catégorie ${row.category}`} onAction={() => onEdit(row)} />
          ) : null}
        </span>
      </li>
    ))}
  </ul>
)
