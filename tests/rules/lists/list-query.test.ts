import { describe, expect, it } from 'vitest'
import { day } from '../../../shared/rules/calendar/day.ts'
import {
  allColumns,
  customColumnId,
  declaredFields,
  type ListColumn,
  listSubjects,
} from '../../../shared/rules/lists/list-columns.ts'
import { cellText, columnsRead, conditionText, daysWithin } from '../../../shared/rules/lists/list-query.ts'

const plain = (text: string) => text.replaceAll('\u00a0', ' ').replaceAll('\u202f', ' ')
const school: ListColumn = { label: 'École', kind: 'choice', options: [{ value: '3', label: 'Les Tilleuls' }] }

it('every declared field is a column, with its label, and so is a field of the town', () => {
  const columns = allColumns([])
  for (const subject of listSubjects)
    for (const [name, { label }] of Object.entries(declaredFields[subject]))
      expect([name, columns.get(`${subject}.${name}`)?.label]).toEqual([name, label])
  const field = {
    id: 7,
    subject: 'family',
    label: 'Badge',
    kind: 'choice',
    choices: ['bleu', 'vert'],
    seenBy: [],
    editedBy: [],
    withdrawnFrom: null,
    parents: 'none',
  } as const
  expect(allColumns([field]).get(customColumnId(field))).toEqual({
    label: 'Badge',
    kind: 'choice',
    options: [
      { value: 'bleu', label: 'bleu' },
      { value: 'vert', label: 'vert' },
    ],
  })
})

describe('a value', () => {
  it.each<[ListColumn, string | number | null, string]>([
    [school, 3, 'Les Tilleuls'],
    [school, null, ''],
    [{ label: '', kind: 'amount' }, 123456, '1 234,56 €'],
    [{ label: '', kind: 'number' }, 12.5, '12,5'],
    [{ label: '', kind: 'day' }, '2026-11-30', '30/11/2026'],
    [{ label: '', kind: 'month' }, '2026-11', 'novembre 2026'],
    [{ label: '', kind: 'paper' }, 'F 2026 00000012', '2026-000012'],
    [{ label: '', kind: 'text' }, null, ''],
  ])('of %j: %j is read « %s »', (column, value, text) => {
    expect(plain(cellText(column, value))).toBe(text)
  })
})

describe('a condition is told', () => {
  const age: ListColumn = { label: 'Âge', kind: 'number' }
  it.each([
    [conditionText({ column: 'child.age', is: 'between', from: 3, to: 11 }, age), 'Âge : de 3 à 11'],
    [conditionText({ column: 'child.age', is: 'between', from: 3, to: null }, age), 'Âge : à partir de 3'],
    [conditionText({ column: 'child.age', is: 'between', from: null, to: 11 }, age), 'Âge : jusqu’à 11'],
    [conditionText({ column: 'child.school', is: 'oneOf', values: ['3'] }, school), 'École : Les Tilleuls'],
    [conditionText({ column: 'child.school', is: 'noneOf', values: ['3'] }, school), 'École : ni Les Tilleuls'],
    [conditionText({ column: 'child.school', is: 'empty' }, school), 'École : rien'],
  ])('%s', (text, expected) => {
    expect(plain(text)).toBe(expected)
  })
})

it('the days ahead and past begin and end on the day of the list', () => {
  const on = day('2026-02-27')
  expect(daysWithin({ days: 2, direction: 'ahead' }, on)).toEqual({ from: '2026-02-27', to: '2026-03-01' })
  expect(daysWithin({ days: 2, direction: 'past' }, on)).toEqual({ from: '2026-02-25', to: '2026-02-27' })
})

it('a query reads what it filters, groups and sorts by as much as what it shows', () => {
  expect(
    columnsRead({
      thing: 'children',
      on: null,
      brackets: [[{ column: 'child.pai', is: 'filled' }]],
      columns: ['child.firstName'],
      groups: ['child.school'],
      sort: [{ column: 'child.age', isDescending: true }],
    }),
  ).toEqual(['child.firstName', 'child.school', 'child.age', 'child.pai'])
})
