import { addDays, type Day, type Month } from '../calendar/day.ts'
import { formatEuros, formatNumber } from '../money/money.ts'
import { numberIn } from '../money/series.ts'
import { counted, listed, monthText, numericDay } from '../text/french.ts'
import { type ColumnId, type ColumnKind, type ListColumn, type ListThing, subjectOf, things } from './list-columns.ts'

/** A condition on the lines of a list. Bounds are included; null leaves a side open. Amounts are in cents. */
export type ListCondition = { readonly column: ColumnId } & (
  | { readonly is: 'containing' | 'equalTo'; readonly text: string }
  | { readonly is: 'oneOf' | 'noneOf'; readonly values: readonly string[] }
  | { readonly is: 'between'; readonly from: number | null; readonly to: number | null }
  | { readonly is: 'fromTo'; readonly from: Day | null; readonly to: Day | null }
  /** This many days from the list's day on, or up to it; both ends included. */
  | { readonly is: 'withinDays'; readonly days: number; readonly direction: 'ahead' | 'past' }
  | { readonly is: 'empty' | 'filled' }
)
export type ConditionKind = ListCondition['is']

/** The lines that a free list finds. A saved audience contains this part of a list. */
export type ListFilter = {
  readonly thing: ListThing
  /** The day on which ages, classes and registrations are read; null for the day on which the list is run. */
  readonly on: Day | null
  /** Every bracket must hold; a bracket holds when any of its conditions does. */
  readonly brackets: readonly (readonly ListCondition[])[]
}

/** A free list (« liste libre ») as a person composed it. No part of it is SQL. */
export type ListQuery = ListFilter & {
  readonly columns: readonly ColumnId[]
  /** The columns by which lines are grouped, outermost first. */
  readonly groups: readonly ColumnId[]
  readonly sort: readonly { readonly column: ColumnId; readonly isDescending: boolean }[]
}

/** The conditions that each kind of column accepts. */
export const conditionsOfKind: Readonly<Record<ColumnKind, readonly ConditionKind[]>> = {
  text: ['containing', 'equalTo', 'empty', 'filled'],
  choice: ['oneOf', 'noneOf', 'empty', 'filled'],
  set: ['oneOf', 'noneOf', 'empty', 'filled'],
  number: ['between', 'empty', 'filled'],
  amount: ['between', 'empty', 'filled'],
  day: ['fromTo', 'withinDays', 'empty', 'filled'],
  month: [],
  paper: [],
}

/** Whether lines can be grouped by a column. They cannot by a set, since a line belongs to one group. */
export const makesGroups = ({ kind }: Pick<ListColumn, 'kind'>): boolean => kind !== 'set' && kind !== 'paper'

/**
 * The columns that may be summed over the lines of a thing. Not an age; and not what a home owes in a list of bookings,
 * where it would be counted once for each booking.
 */
const addingUp: Readonly<Record<ListThing, readonly string[]>> = {
  children: [],
  homes: ['home.owed', 'home.childCount'],
  guardians: [],
  registrations: ['registration.bookedCells'],
  bookings: [],
  invoices: ['invoice.total', 'invoice.left'],
  payments: ['payment.amount'],
}
export const addsUp = (thing: ListThing, id: string): boolean => addingUp[thing].includes(id)

const columnsUsed = ({ brackets, columns, groups, sort }: ListQuery): readonly ColumnId[] => [
  ...columns,
  ...groups,
  ...sort.map(({ column }) => column),
  ...brackets.flat().map(({ column }) => column),
]

/** Every column that a query uses, once each: filters, groups and sorts reveal as much as shown columns. */
export const columnsRead = (query: ListQuery): readonly ColumnId[] => [...new Set(columnsUsed(query))]

/** Why a query cannot be answered, as a sentence; null when it can. @param known every column of the town, by id */
export const whyNotQuery = (query: ListQuery, known: ReadonlyMap<string, ListColumn>): string | null => {
  const { subjects, label } = things[query.thing]
  for (const id of columnsRead(query)) {
    const column = known.get(id)
    if (!column) return 'Cette liste lit un champ qui n’existe plus\u00a0: retirez-le, puis recommencez.'
    if (!subjects.includes(subjectOf(id)))
      return `«\u00a0${column.label}\u00a0» n’est pas une colonne pour ${label}\u00a0: retirez-la.`
  }
  for (const id of query.groups) {
    const column = known.get(id)
    if (column && !makesGroups(column))
      return `Une ligne peut avoir plusieurs «\u00a0${column.label}\u00a0»\u00a0: rangez la liste autrement.`
  }
  for (const condition of query.brackets.flat()) {
    const column = known.get(condition.column)
    const why = column ? whyNotCondition(condition, column) : null
    if (why !== null) return why
  }
  return null
}

/** Why a condition says nothing, as a sentence; null when it does. */
export const whyNotCondition = (
  condition: ListCondition,
  { label, kind }: Pick<ListColumn, 'label' | 'kind'>,
): string | null => {
  const about = `«\u00a0${label}\u00a0»`
  if (!conditionsOfKind[kind].includes(condition.is)) return `${about} ne se filtre pas ainsi.`
  switch (condition.is) {
    case 'containing':
    case 'equalTo':
      return condition.text.trim() === '' ? `${about}\u00a0: écrivez le texte à chercher.` : null
    case 'oneOf':
    case 'noneOf':
      return condition.values.length === 0 ? `${about}\u00a0: choisissez au moins une valeur.` : null
    case 'between':
    case 'fromTo': {
      const { from, to } = condition
      if (from === null && to === null) return `${about}\u00a0: écrivez au moins une borne.`
      return from !== null && to !== null && from > to ? `${about}\u00a0: la première borne dépasse la seconde.` : null
    }
    case 'withinDays':
    case 'empty':
    case 'filled':
      return null
  }
}

/** « Âge : entre 3 et 11 ». @param column the condition's column, with its options in this town */
export const conditionText = (condition: ListCondition, column: ListColumn): string => {
  const { label, options = [] } = column
  const nameOf = (value: string) => options.find((option) => option.value === value)?.label ?? value
  const text = (value: number | Day) => cellText(column, value)
  switch (condition.is) {
    case 'containing':
      return `${label} contient «\u00a0${condition.text}\u00a0»`
    case 'equalTo':
      return `${label}\u00a0: ${condition.text}`
    case 'oneOf':
      return `${label}\u00a0: ${listed(condition.values.map(nameOf), 'ou')}`
    case 'noneOf':
      return `${label}\u00a0: ni ${condition.values.map(nameOf).join(' ni ')}`
    case 'between':
    case 'fromTo': {
      const { from, to } = condition
      if (from === null) return `${label}\u00a0: jusqu’à ${to === null ? '' : text(to)}`
      return to === null
        ? `${label}\u00a0: à partir de ${text(from)}`
        : `${label}\u00a0: de ${text(from)} à ${text(to)}`
    }
    case 'withinDays':
      return condition.direction === 'ahead'
        ? `${label}\u00a0: dans les ${counted(condition.days, 'jour')} à venir`
        : `${label}\u00a0: depuis ${counted(condition.days, 'jour')}`
    case 'empty':
      return `${label}\u00a0: rien`
    case 'filled':
      return `${label}\u00a0: rempli`
  }
}

/** The first and the last day of a condition on coming or past days. */
export const daysWithin = (
  { days, direction }: { readonly days: number; readonly direction: 'ahead' | 'past' },
  on: Day,
): { readonly from: Day; readonly to: Day } =>
  direction === 'ahead' ? { from: on, to: addDays(on, days) } : { from: addDays(on, -days), to: on }

export type CellValue = string | number | null

/** The value of a cell as people read it; may be empty. The value of a set is already text. */
export const cellText = ({ kind, options = [] }: ListColumn, value: CellValue): string => {
  if (kind === 'choice') {
    const text = String(value ?? '')
    return options.find((option) => option.value === text)?.label ?? text
  }
  if (value === null || value === '') return ''
  switch (kind) {
    case 'amount':
      return formatEuros(Number(value))
    case 'number':
      return formatNumber(Number(value))
    case 'day':
      return numericDay(value as Day)
    case 'month':
      return monthText(`${value as Month}-01` as Day)
    case 'paper': {
      const [series = '', year, number] = String(value).split(' ')
      return numberIn(series, Number(year), Number(number))
    }
    case 'text':
    case 'set':
      return String(value)
  }
}
