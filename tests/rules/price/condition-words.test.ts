import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, day } from '../../../shared/rules/calendar/day.ts'
import { conditionText, parseCondition } from '../../../shared/rules/price/printed/condition-words.ts'
import { groupCode, type PriceCondition } from '../../../shared/rules/price/tariff.ts'

describe('the condition of a price, as a council writes it', () => {
  it.each<[string, PriceCondition]>([
    ['1er ENF', { rank: { from: 1, to: 1 } }],
    ['2ème ENF', { rank: { from: 2, to: 2 } }],
    ['4ème ENF et +', { rank: { from: 4, to: null } }],
    ['3ᵉ enfant et suivants', { rank: { from: 3, to: null } }],
    ['2 enfants', { children: { from: 2, to: 2 } }],
    ['3 enfants et plus', { children: { from: 3, to: null } }],
    ['EXTERIEUR', { resident: false }],
    ['Hors commune', { resident: false }],
    ['Enfant de l’extérieur', { resident: false }],
    ['conditions CCAS', { category: 'conditions CCAS' }],
    ['Allocataires CAF', { scheme: 'CAF' }],
    ['régime MSA', { scheme: 'MSA' }],
    ['groupe 3–5 ans', { group: '3–5 ans' }],
    ['groupe 11 ans +', { group: '11 ans +' }],
    ['catégorie A+', { category: 'A+' }],
    ['Groupe Grands, hors commune', { group: 'Grands', resident: false }],
    ['catégorie CAF', { category: 'CAF' }],
    ['catégorie Petits', { category: 'Petits', isCategory: true }],
    ['inscrit 4 jours et plus par semaine', { weekdays: { from: 4, to: null } }],
    ['à partir du 3e jour de la semaine', { nth: { from: 3, to: null, per: 'week' } }],
    ['5 jours et plus dans la période', { days: { from: 5, to: null, per: 'period' } }],
    ['matin + après-midi', { slots: ['matin', 'apres-midi'] }],
    ['le 14/07/2026', { dates: { from: day('2026-07-14'), to: day('2026-07-14') } }],
    ['2ᵉ enfant, hors commune', { rank: { from: 2, to: 2 }, resident: false }],
  ])('reads « %s »', (text, when) => {
    expect(parseCondition(text)).toEqual({ when })
  })

  it.each([
    ['', /pour qui/],
    ['le 31/02/2026', /n’est pas une date/],
    ['du 10/07/2026 au 06/07/2026', /avant la date de début/],
    ['commune, hors commune', /se contredisent/],
  ])('refuses « %s »', (text, sentence) => {
    expect(parseCondition(text)).toEqual({ refusal: expect.stringMatching(sentence) as string })
  })

  const number = fc.integer({ min: 1, max: 9 })
  const range = fc.oneof(
    number.map((one) => ({ from: one, to: one })),
    number.map((from) => ({ from, to: null })),
    fc.tuple(number, number).map(([from, more]) => ({ from, to: from + more })),
  )
  const per = fc.constantFrom('week' as const, 'month' as const, 'period' as const)
  const counted = fc.tuple(range, per).map(([own, span]) => ({ ...own, per: span }))
  const condition: fc.Arbitrary<PriceCondition> = fc
    .record(
      {
        resident: fc.boolean(),
        category: fc.constantFrom(
          'agent de la ville',
          'commune conventionnée',
          'ULIS',
          'CAF',
          '3 enfants',
          'ville',
          'groupe d’Ys',
          'A+',
        ),
        scheme: fc.constantFrom('CAF', 'MSA', 'général'),
        group: fc.constantFrom('3–5 ans', 'Grands', '2ᵉ enfant', 'CAF', 'hors commune', '11 ans +', 'A + B'),
        rank: range,
        children: range,
        weekdays: range,
        slots: fc.constantFrom(['matin', 'soir'], ['matin', 'repas', 'apres-midi'], ['groupe matin', 'repas']),
        dates: fc.integer({ min: 0, max: 9 }).map((days) => ({
          from: day('2026-07-06'),
          to: addDays(day('2026-07-06'), days),
        })),
        nth: counted,
        days: counted,
      },
      { requiredKeys: [] },
    )
    .filter((when) => Object.keys(when).length > 0)

  const anyName = fc
    .oneof(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc
        .array(
          fc.constantFrom('Groupe', '11 ans', '+', ',', ' ', '–', '-', 'é', '2ᵉ enfant', 'le 14/07/2026', 'régime'),
        )
        .map((parts) => parts.join('')),
    )
    .map((name) => name.trim())
    .filter((name) => groupCode(name) !== '')

  it('reads again any name of a group', () => {
    fc.assert(
      fc.property(anyName, (group) => {
        const read = parseCondition(conditionText({ group, resident: false }))
        const { when = {} } = 'when' in read ? read : {}
        expect({ ...when, group: groupCode(when.group ?? '') }).toEqual({ group: groupCode(group), resident: false })
      }),
      { numRuns: 500 },
    )
  })

  it('reads again what it shows', () => {
    fc.assert(
      fc.property(condition, (when) => {
        expect(parseCondition(conditionText(when))).toEqual({ when })
      }),
    )
  })
})
