import { Button, MultiSelect, NumberInput, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { ColumnShown } from '../../../shared/contract/desk/figures/free-lists.ts'
import { type Day, isDay } from '../../../shared/rules/calendar/day.ts'
import type { ColumnId } from '../../../shared/rules/lists/list-columns.ts'
import {
  type ConditionKind,
  conditionsOfKind,
  type ListCondition,
  whyNotCondition,
} from '../../../shared/rules/lists/list-query.ts'
import { Note } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { Dialog } from '../parts/forms/dialogs.tsx'
import { columnChoices } from './column-choices.ts'

const kindNames: Readonly<Record<ConditionKind, string>> = {
  containing: 'contient',
  equalTo: 'est exactement',
  oneOf: 'est parmi',
  noneOf: 'n’est pas parmi',
  between: 'est entre',
  fromTo: 'est entre',
  withinDays: 'est à tant de jours',
  empty: 'n’est pas rempli',
  filled: 'est rempli',
}

const nameOfKind = (kind: ConditionKind, column: ColumnShown): string =>
  column.kind === 'set' && kind === 'oneOf'
    ? 'comprend'
    : column.kind === 'set' && kind === 'noneOf'
      ? 'ne comprend pas'
      : kindNames[kind]

/** What was typed for each kind of condition, so that changing the kind and back loses nothing. */
type Typed = {
  readonly is: ConditionKind
  readonly text: string
  readonly values: readonly string[]
  readonly low: number | null
  readonly high: number | null
  readonly firstDay: Day | null
  readonly lastDay: Day | null
  readonly days: number
  readonly direction: 'ahead' | 'past'
}

const typedOf = (condition: ListCondition | undefined, is: ConditionKind): Typed => ({
  is: condition?.is ?? is,
  text: condition && 'text' in condition ? condition.text : '',
  values: condition && 'values' in condition ? condition.values : [],
  low: condition?.is === 'between' ? condition.from : null,
  high: condition?.is === 'between' ? condition.to : null,
  firstDay: condition?.is === 'fromTo' ? condition.from : null,
  lastDay: condition?.is === 'fromTo' ? condition.to : null,
  days: condition?.is === 'withinDays' ? condition.days : 30,
  direction: condition?.is === 'withinDays' ? condition.direction : 'ahead',
})

const conditionOf = (column: ColumnId, typed: Typed): ListCondition => {
  const { is, text, values, low, high, firstDay, lastDay, days, direction } = typed
  switch (is) {
    case 'containing':
    case 'equalTo':
      return { column, is, text }
    case 'oneOf':
    case 'noneOf':
      return { column, is, values }
    case 'between':
      return { column, is, from: low, to: high }
    case 'fromTo':
      return { column, is, from: firstDay, to: lastDay }
    case 'withinDays':
      return { column, is, days, direction }
    case 'empty':
    case 'filled':
      return { column, is }
  }
}

/** One condition of a list: the column, the comparison and the value. */
export const ConditionDialog = ({
  title,
  columns,
  condition,
  onDone,
  onClose,
}: {
  title: string
  columns: readonly ColumnShown[]
  /** Absent for a new condition. */
  condition?: ListCondition | undefined
  onDone: (condition: ListCondition) => void
  onClose: () => void
}) => {
  const [id, setId] = useState<ColumnId | null>(condition?.column ?? null)
  const column = columns.find((one) => one.id === id)
  const kinds = column ? conditionsOfKind[column.kind] : []
  const [typed, setTyped] = useState(() => typedOf(condition, 'containing'))
  const is = kinds.includes(typed.is) ? typed.is : kinds[0]
  const [why, setWhy] = useState<string | null>(null)
  const change = (changes: Partial<Typed>) => {
    setWhy(null)
    setTyped((before) => ({ ...before, ...changes }))
  }
  return (
    <Dialog opened title={title} width="narrow" onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          if (id === null || is === undefined) return
          const next = conditionOf(id, { ...typed, is })
          const refusal = column ? whyNotCondition(next, column) : null
          setWhy(refusal)
          if (refusal === null) onDone(next)
        }}
      >
        <Select
          label="Colonne"
          data-autofocus
          searchable
          data={columnChoices(columns.filter(({ kind }) => conditionsOfKind[kind].length > 0))}
          value={id}
          onChange={(value) => {
            change({ values: [] })
            setId(value as ColumnId | null)
          }}
        />
        {column && is ? (
          <>
            <Select
              label="Comparaison"
              allowDeselect={false}
              data={kinds.map((one) => ({ value: one, label: nameOfKind(one, column) }))}
              value={is}
              onChange={(value) => value !== null && change({ is: value })}
            />
            <Against column={column} is={is} typed={typed} onChange={change} />
          </>
        ) : null}
        {why === null ? null : (
          <Note tone="danger" alert>
            {why}
          </Note>
        )}
        <div className="dialog-foot">
          <Button variant="default" onClick={onClose}>
            Annuler
          </Button>
          <Button type="submit" variant="filled" disabled={!column}>
            Filtrer
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

/** The fields for the value of the comparison. */
const Against = ({
  column,
  is,
  typed,
  onChange,
}: {
  column: ColumnShown
  is: ConditionKind
  typed: Typed
  onChange: (changes: Partial<Typed>) => void
}) => {
  const isAmount = column.kind === 'amount'
  const bound = (label: string, name: 'low' | 'high') => (
    <NumberInput
      label={label}
      decimalSeparator=","
      decimalScale={2}
      {...(isAmount && { suffix: '\u00a0€' })}
      value={typed[name] === null ? '' : isAmount ? typed[name] / 100 : typed[name]}
      onChange={(value) =>
        onChange({ [name]: value === '' ? null : isAmount ? Math.round(Number(value) * 100) : Number(value) })
      }
    />
  )
  switch (is) {
    case 'containing':
    case 'equalTo':
      return <TextInput label="Texte" value={typed.text} onChange={(event) => onChange({ text: event.target.value })} />
    case 'oneOf':
    case 'noneOf':
      return (
        <MultiSelect
          label="Valeurs"
          searchable
          // It stays open from one value to the next: below, it would cover « Filtrer ».
          comboboxProps={{ position: 'top' }}
          data={column.options ?? []}
          value={[...typed.values]}
          onChange={(values) => onChange({ values })}
        />
      )
    case 'between':
      return (
        <div className="row">
          {bound('De', 'low')}
          {bound('À', 'high')}
        </div>
      )
    case 'fromTo':
      return (
        <div className="row">
          <DayField
            label="Du"
            value={typed.firstDay}
            onChange={(day) => onChange({ firstDay: isDay(day) ? day : null })}
          />
          <DayField
            label="Au"
            value={typed.lastDay}
            onChange={(day) => onChange({ lastDay: isDay(day) ? day : null })}
          />
        </div>
      )
    case 'withinDays':
      return (
        <div className="row">
          <NumberInput
            label="Jours"
            min={0}
            max={3660}
            allowDecimal={false}
            value={typed.days}
            onChange={(value) => onChange({ days: Number(value) })}
          />
          <Select
            label="Sens"
            allowDeselect={false}
            data={[
              { value: 'ahead', label: 'à venir' },
              { value: 'past', label: 'passés' },
            ]}
            value={typed.direction}
            onChange={(value) => onChange({ direction: value === 'past' ? 'past' : 'ahead' })}
          />
        </div>
      )
    case 'empty':
    case 'filled':
      return null
  }
}
