import { describe, expect, it } from 'vitest'
import { lineOf } from '../../../renderer/desk/prices/lines/line-form.ts'
import { validateLine } from '../../../renderer/desk/prices/lines/line-refusals.ts'
import { type LineValues, valuesOf } from '../../../renderer/desk/prices/lines/line-values.ts'
import { rowsOf } from '../../../shared/rules/price/printed/tariff-rows.ts'
import { beside } from '../../support/published-tariffs/beside.ts'
import { criteria } from '../../support/published-tariffs/criteria.ts'
import { forfaits } from '../../support/published-tariffs/forfaits.ts'
import { plain } from '../../support/published-tariffs/plain.ts'
import { bracketsOf, byBracket, byCase, fixed, line, tariff } from '../../support/published-tariffs/published.ts'

const published = [...plain, ...criteria, ...forfaits, ...beside]

describe('the form of a line', () => {
  it.each(published)('leaves each line of $town unchanged when nothing is typed', ({ definition }) => {
    for (const [at, before] of definition.lines.entries())
      expect(lineOf(definition, valuesOf(definition, at), at)).toEqual(before)
  })
})

/** The line after some fields were typed, as its rows of the grid show it. */
const rowsAfter = (definition: ReturnType<typeof tariff>, values: Partial<LineValues>) => {
  const changed = lineOf(definition, { ...valuesOf(definition, 0), ...values }, 0)
  return rowsOf({ ...definition, lines: [changed] }).map(({ title, price }) => [
    title,
    price.method === 'effortRate' ? price.percent : price.cents,
  ])
}

describe('the amounts of a line stay with what they are for', () => {
  const byChild = tariff(
    [line('Repas', ['repas'], byCase({ '2ᵉ enfant': fixed('3,00'), PAI: fixed('0,50') }, byBracket(['3,50', '4,50'])))],
    { brackets: bracketsOf('0–300', '> 300') },
  )

  it('when a case is put before them', () => {
    expect(rowsAfter(byChild, { cases: 'hors commune\n2ᵉ enfant\nPAI' })).toEqual([
      ['Repas, hors commune', [350, 450]],
      ['Repas, 2ᵉ enfant', 300],
      ['Repas, PAI', 50],
      ['Repas, les autres', [350, 450]],
    ])
  })

  it('when a case is taken away, or written in other words', () => {
    expect(rowsAfter(byChild, { cases: 'PAI' })).toEqual([
      ['Repas, PAI', 50],
      ['Repas, les autres', [350, 450]],
    ])
    expect(rowsAfter(byChild, { cases: '2ᵉ enfant\nprotocole' })).toContainEqual(['Repas, protocole', 50])
  })

  it('when a step is put between them', () => {
    const steps = [1, 3].map((from) => ({ from, unit: { one: 'mois', many: 'mois' }, price: fixed(`${from}0,00`) }))
    const count = { per: 'forfait', span: 'month', slots: ['repas'], by: 'weekdays', steps } as const
    const rest = { partial: 'whole', absence: null, billed: 'start' } as const
    const monthly = tariff([line('Repas', [], fixed('0'), { count: { ...count, ...rest, slots: ['repas'] } })])
    expect(rowsAfter(monthly, { steps: '1, 2, 3' }).map(([, cents]) => cents)).toEqual([1000, 1000, 3000])
  })

  it('and all follow a method that is typed', () => {
    expect(rowsAfter(byChild, { method: 'bracket' }).map(([, cents]) => cents)).toEqual([
      [300, 300],
      [50, 50],
      [350, 450],
    ])
  })
})

const meals = tariff([line('Repas', ['repas'], fixed('3,50'))], { brackets: bracketsOf('0–300', '> 300') })
const typed = (values: Partial<LineValues>): LineValues => ({ ...valuesOf(meals, 0), ...values })
const refusal = (field: keyof LineValues, values: Partial<LineValues>) => {
  const rule = validateLine(meals)[field]
  const all = typed(values)
  return typeof rule === 'function' ? (rule as (...given: unknown[]) => unknown)(all[field], all, field) : null
}

describe('what is typed in a line is refused at its field', () => {
  it.each<[string, keyof LineValues, Partial<LineValues>, string]>([
    ['a deposit below zero', 'depositCents', { per: 'forfait', depositCents: '-5' }, 'Jamais négatif.'],
    ['a deposit of nothing', 'depositCents', { per: 'forfait', depositCents: '0' }, 'Plus que zéro, ou vide.'],
    ['a supplement below zero', 'outsideAmount', { outside: 'amount', outsideAmount: '−2' }, 'Jamais négatif.'],
    [
      'a deposit with parts',
      'depositCents',
      { per: 'forfait', span: 'term', instalments: '3', depositCents: '20' },
      'Un acompte ou des parts, pas les deux.',
    ],
    [
      'a maximum below its minimum',
      'timeMost',
      { per: 'time', timeLeast: '3', timeMost: '2' },
      'Moins que le minimum.',
    ],
    [
      'an end before its beginning',
      'clockTo',
      { per: 'time', clockFrom: '18:30', clockTo: '18:00' },
      'Après l’heure de début.',
    ],
  ])('%s', (_, field, values, sentence) => {
    expect(refusal(field, values)).toBe(sentence)
  })

  it('and never where its field is not on screen', () => {
    expect(refusal('bundleFrom', { per: 'time', bundleFrom: '1' })).toBeNull()
    expect(refusal('instalments', { per: 'forfait', span: 'month', instalments: '99' })).toBeNull()
  })

  it('parts typed for a term are not paid for a month', () => {
    const { count } = lineOf(meals, typed({ per: 'forfait', span: 'month', instalments: '3' }), 0)
    expect(count).not.toHaveProperty('instalments')
  })
})
