import { Button, MultiSelect, NumberInput, TextInput } from '@mantine/core'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import type { ComponentProps, ReactNode } from 'react'
import type { Activity, ActivityInput } from '../../../shared/contract/desk/activities.ts'
import { addDays, isDay } from '../../../shared/rules/calendar/day.ts'
import { DayField } from '../parts/forms/day-field.tsx'
import { RowsEdit } from '../parts/forms/rows-edit.tsx'

export type SublistFields = {
  key: string
  id?: number
  name: string
  capacity: number | string
  slotIds: string[]
  /** The day from which the list has ended; empty while it goes on. */
  endedFrom: string
}

export const sublistFieldsOf = (sublists: Activity['sublists']): SublistFields[] =>
  sublists.map(({ id, name, capacity, slotIds, endedFrom }) => ({
    key: String(id),
    id,
    name,
    capacity,
    slotIds: (slotIds ?? []).map(String),
    endedFrom: endedFrom === null ? '' : addDays(endedFrom, -1),
  }))

export const sublistInputsOf = (sublists: readonly SublistFields[]): NonNullable<ActivityInput['sublists']> =>
  sublists.map(({ id, name, capacity, slotIds, endedFrom }) => ({
    ...(id !== undefined && { id }),
    name,
    capacity: Number(capacity),
    slotIds: slotIds.length > 0 ? slotIds.map(Number) : null,
    endedFrom: isDay(endedFrom) ? addDays(endedFrom, 1) : null,
  }))

const emptySublist = (): SublistFields => ({
  key: crypto.randomUUID(),
  name: '',
  capacity: '',
  slotIds: [],
  endedFrom: '',
})

/** The lists of an activity, one row each; none at first. */
export const SublistsFieldset = ({
  sublists,
  slots,
  error,
  field,
  onChange,
}: {
  sublists: readonly SublistFields[]
  /** A slot that is not recorded yet has no id, so no list can be limited to it. */
  slots: readonly { id?: number; name: string }[]
  error: ReactNode
  field: (path: string) => object
  onChange: (sublists: SublistFields[]) => void
}) => (
  <fieldset style={{ display: 'block' }}>
    <legend>Listes</legend>
    {sublists.length === 0 ? (
      <p className="soft small">
        Aucune. Un car, un atelier&nbsp;: une liste a ses places, et un enfant peut être sur plusieurs.
      </p>
    ) : (
      <RowsEdit
        heads={['Nom', 'Places', 'Plages', 'Dernier jour']}
        rows={sublists}
        renderCells={(list, index) => (
          <>
            <td>
              <TextInput
                aria-label={`Nom de la liste ${index + 1}`}
                placeholder="Car 2"
                maxLength={24}
                w={140}
                {...field(`sublists.${index}.name`)}
              />
            </td>
            <td>
              <NumberInput
                aria-label={`Places de la liste ${index + 1}`}
                allowDecimal={false}
                hideControls
                w={72}
                {...field(`sublists.${index}.capacity`)}
              />
            </td>
            <td>
              <MultiSelect
                aria-label={`Plages de la liste ${index + 1}`}
                placeholder={list.slotIds.length === 0 ? 'toutes' : ''}
                data={slots.flatMap(({ id, name }) => (id === undefined ? [] : [{ value: String(id), label: name }]))}
                {...field(`sublists.${index}.slotIds`)}
              />
            </td>
            <td>
              <DayField
                aria-label={`Dernier jour de la liste ${index + 1}`}
                placeholder="aucun"
                clearable
                w={150}
                {...(field(`sublists.${index}.endedFrom`) as ComponentProps<typeof DayField>)}
              />
            </td>
          </>
        )}
        removeLabel={({ name }, index) => `Retirer la liste ${name || index + 1}`}
        onRemove={(index) => onChange(sublists.filter((_, at) => at !== index))}
      />
    )}
    {error ? (
      <p className="danger small" role="alert">
        {error}
      </p>
    ) : null}
    <Button
      data-path="sublists"
      leftSection={<IconPlus size={14} />}
      onClick={() => onChange([...sublists, emptySublist()])}
    >
      Ajouter une liste
    </Button>
  </fieldset>
)
