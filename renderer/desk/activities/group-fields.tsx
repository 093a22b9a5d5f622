import { Button, MultiSelect, NumberInput, TextInput } from '@mantine/core'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import type { ReactNode } from 'react'
import type { Activity, ActivityInput } from '../../../shared/contract/desk/activities.ts'
import { levels } from '../../../shared/rules/people/schooling.ts'
import { Note } from '../parts/feedback.tsx'
import { RowsEdit } from '../parts/forms/rows-edit.tsx'

export type GroupFields = {
  key: string
  id?: number
  name: string
  minimumAge: number | string
  maximumAge: number | string
  levels: string[]
  childrenPerAdult: number | string
}

export const groupFieldsOf = (groups: Activity['groups']): GroupFields[] =>
  groups.map((group) => ({
    key: String(group.id),
    id: group.id,
    name: group.name,
    minimumAge: group.minimumAge ?? '',
    maximumAge: group.maximumAge ?? '',
    levels: group.levels ?? [],
    childrenPerAdult: group.childrenPerAdult ?? '',
  }))

export const groupInputsOf = (groups: readonly GroupFields[]): NonNullable<ActivityInput['groups']> =>
  groups.map(({ id, name, minimumAge, maximumAge, levels: classes, childrenPerAdult }) => ({
    ...(id !== undefined && { id }),
    name,
    minimumAge: numberOrNone(minimumAge),
    maximumAge: numberOrNone(maximumAge),
    levels: classes.length > 0 ? classes : null,
    childrenPerAdult: numberOrNone(childrenPerAdult),
  }))

const numberOrNone = (value: number | string) => (value === '' ? null : Number(value))

const emptyGroup = (): GroupFields => ({
  key: crypto.randomUUID(),
  name: '',
  minimumAge: '',
  maximumAge: '',
  levels: [],
  childrenPerAdult: '',
})

/**
 * The groups of an activity, one row each; none at first, since most activities receive all their children together.
 */
export const GroupsFieldset = ({
  groups,
  uncovered,
  error,
  field,
  onChange,
}: {
  groups: readonly GroupFields[]
  /** Whose children of the activity no group takes. */
  uncovered: string | null
  error: ReactNode
  field: (path: string) => object
  onChange: (groups: GroupFields[]) => void
}) => {
  return (
    <fieldset style={{ display: 'block' }}>
      <legend>Groupes</legend>
      {groups.length === 0 ? (
        <p className="soft small">
          Aucun&nbsp;: tous les enfants sont ensemble. Avec des groupes, l’âge ou la classe du jour donne celui de
          chaque enfant.
        </p>
      ) : (
        <RowsEdit
          heads={['Nom', 'De', 'À', 'Classes', 'Enfants par adulte']}
          rows={groups}
          renderCells={(group, index) => (
            <>
              <td>
                <TextInput
                  aria-label={`Nom du groupe ${index + 1}`}
                  placeholder="3-5 ans"
                  maxLength={24}
                  w={140}
                  {...field(`groups.${index}.name`)}
                />
              </td>
              <td>
                <NumberInput
                  aria-label={`Âge le plus bas du groupe ${index + 1}`}
                  suffix=" ans"
                  allowDecimal={false}
                  hideControls
                  w={72}
                  {...field(`groups.${index}.minimumAge`)}
                />
              </td>
              <td>
                <NumberInput
                  aria-label={`Âge le plus haut du groupe ${index + 1}`}
                  suffix=" ans"
                  allowDecimal={false}
                  hideControls
                  w={72}
                  {...field(`groups.${index}.maximumAge`)}
                />
              </td>
              <td>
                <MultiSelect
                  aria-label={`Classes du groupe ${index + 1}`}
                  placeholder={group.levels.length === 0 ? 'toutes' : ''}
                  data={[...levels]}
                  {...field(`groups.${index}.levels`)}
                />
              </td>
              <td>
                <NumberInput
                  aria-label={`Enfants par adulte du groupe ${index + 1}`}
                  placeholder="la loi"
                  allowDecimal={false}
                  hideControls
                  w={88}
                  {...field(`groups.${index}.childrenPerAdult`)}
                />
              </td>
            </>
          )}
          removeLabel={({ name }, index) => `Retirer le groupe ${name || index + 1}`}
          onRemove={(index) => onChange(groups.filter((_, at) => at !== index))}
        />
      )}
      {uncovered === null ? null : <Note tone="warn">{uncovered}</Note>}
      {error ? (
        <p className="danger small" role="alert">
          {error}
        </p>
      ) : null}
      <Button
        data-path="groups"
        leftSection={<IconPlus size={14} />}
        onClick={() => onChange([...groups, emptyGroup()])}
      >
        Ajouter un groupe
      </Button>
    </fieldset>
  )
}
