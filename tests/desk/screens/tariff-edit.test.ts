import { expect, it } from 'vitest'
import { emptyDefinition, withTable } from '../../../renderer/desk/prices/tariff-edit.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { readTable } from '../../../shared/rules/price/printed/tariff-table.ts'
import { refuseTariff } from '../../../shared/rules/price/tariff-refusals.ts'

const taken = (definition: typeof emptyDefinition, goal: string) => {
  const read = readTable('QF\t1 enfant\t2 enfants\n0–620\t4,00\t3,00\n> 621\t6,00\t5,90')
  if ('refusal' in read) throw new Error(read.refusal)
  return withTable(definition, read.table, [goal])
}

it('columns that follow no percentage become the cases of a line: of a new one, or of one that had another price', () => {
  const made = taken(emptyDefinition, 'new')
  const price = {
    method: 'cases',
    cases: [
      { when: { children: { from: 1, to: 1 } }, price: { method: 'bracket', cents: [400, 600] } },
      { when: { children: { from: 2, to: null } }, price: { method: 'bracket', cents: [300, 590] } },
    ],
    otherwise: null,
  }
  expect(made.lines).toMatchObject([{ label: 'Prix', count: { price } }])
  expect(refuseTariff({ id: '1', label: 'Garderie', versions: [{ ...made, from: day('2026-09-01') }] })).toBeUndefined()

  const [line] = made.lines
  if (line?.count.per !== 'slot') throw new Error('the line is priced by slot')
  const fixed = { method: 'fixed' as const, cents: 100, nonResident: { rule: 'same' as const } }
  const before = { ...made, lines: [{ ...line, label: 'Soir', count: { ...line.count, price: fixed } }] }
  expect(taken(before, '0').lines).toMatchObject([{ label: 'Soir', count: { price } }])
})
