import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exampleTariffs, falaiseWednesday3to6 } from '../../../shared/examples/tariffs.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { copiedText, copyWithPercent } from '../../../shared/rules/price/printed/tariff-copy.ts'
import { type TariffVersion } from '../../../shared/rules/price/tariff.ts'
import { createComparison, extremesText } from '../../../shared/rules/price/tariff-comparison.ts'
import { refuseTariff } from '../../../shared/rules/price/tariff-refusals.ts'

const plain = (text: string) => text.replaceAll(/[\u00A0\u202F]/g, ' ')
const [version] = falaiseWednesday3to6.versions
if (!version) throw new Error('no version')
const since = day('2020-01-01')
const costs = (one: Omit<TariffVersion, 'from'>) =>
  one.lines.flatMap(({ count }) =>
    count.per === 'formula' ? count.formulas.map(({ price }) => ('cents' in price ? price.cents : [])) : [],
  )

describe('a copy with a percentage', () => {
  it('rounds each price once, as chosen, and tells what the rounding made', () => {
    const two = copyWithPercent(version, 2, 'halfUpToFive')
    expect(costs(two.definition)).toEqual([
      [355, 485, 560, 640],
      [670, 925, 1075, 1230],
    ])
    expect(plain(copiedText(two, 2, 'halfUpToFive'))).toBe(
      'Chaque prix + 2 %, arrondi aux 5 centimes : de + 1,43 % à + 2,4 % selon le prix.',
    )
    expect(plain(copiedText(copyWithPercent(version, 0, 'halfUp'), 0, 'halfUp'))).toMatch(/\+ 0 % partout/)
    expect(two.definition.decision).toBeNull()
  })

  it('can always be kept, and moves no price by more than the rounding', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...exampleTariffs),
        fc.integer({ min: -50, max: 100 }),
        fc.constantFrom<TariffVersion['rounding']>('halfUp', 'halfUpToFive', 'halfUpToTen'),
        (tariff, percent, rounding) => {
          for (const { from, ...definition } of tariff.versions) {
            const copy = copyWithPercent(definition, percent, rounding).definition
            expect(refuseTariff({ ...tariff, versions: [{ ...copy, from }] })).toBeUndefined()
            const [before, after] = [costs(definition).flat(), costs(copy).flat()]
            for (const [at, cents] of before.entries())
              expect(Math.abs((after[at] ?? 0) * 100 - cents * (100 + percent))).toBeLessThanOrEqual(500)
          }
        },
      ),
    )
  })
})

const home = (value: number | null, slots: readonly string[]) => ({
  familyQuotients: value === null ? [] : [{ from: since, value, source: 'CAF' }],
  residence: [{ from: since, resident: true }],
  siblings: [],
  parts: [
    {
      childId: 1,
      activityId: 1,
      activity: 'ALSH',
      tariff: null,
      days: [
        {
          day: day('2025-12-10'),
          slots: slots.map((slot) => ({ slot, why: 'booked' as const, attendance: 'present' as const })),
        },
      ],
    },
  ],
})

describe('two years of a tariff on the same days', () => {
  it('tells how much more in total and by tranche, and how many homes go up or down', () => {
    const dearer = copyWithPercent(version, 10, 'halfUp').definition
    const cheaperMeals = {
      ...dearer,
      lines: dearer.lines.map((line) =>
        line.label === 'Repas' && line.count.per === 'slot'
          ? {
              ...line,
              count: {
                ...line.count,
                price: { method: 'fixed' as const, cents: 300, nonResident: { rule: 'same' as const } },
              },
            }
          : line,
      ),
    }
    const compared = createComparison(version, cheaperMeals)
    compared.add(1, home(727, ['matin']))
    compared.add(2, home(200, ['repas']))
    compared.add(3, home(null, ['matin', 'apres-midi']))
    compared.add(4, home(727, ['soir']))
    expect(compared.result()).toEqual({
      families: 4,
      beforeCents: 550 + 450 + 1205,
      afterCents: 605 + 300 + 1326,
      up: 2,
      down: 1,
      same: 1,
      mostUpCents: 121,
      mostDownCents: -150,
      unpricedDays: 1,
      brackets: [
        { label: '0–300', families: 1, beforeCents: 450, afterCents: 300 },
        { label: '621–1100', families: 1, beforeCents: 550, afterCents: 605 },
        { label: null, families: 1, beforeCents: 1205, afterCents: 1326 },
      ],
    })
  })
  it.each([
    [
      'up and down',
      { up: 2, down: 1 },
      'Sur l’année, la plus forte hausse d’une famille est de 1,21 €, la plus forte baisse est de 1,50 €.',
    ],
    [
      'all down',
      { down: 3, mostUpCents: 0 },
      'Sur l’année, la plus forte baisse d’une famille est de 1,50 € ; aucune ne paie plus.',
    ],
    [
      'all up',
      { up: 3, mostDownCents: 0 },
      'Sur l’année, la plus forte hausse d’une famille est de 1,21 € ; aucune ne paie moins.',
    ],
    ['nothing', { mostUpCents: 0, mostDownCents: 0 }, 'Sur l’année, aucune famille ne paie plus ni moins.'],
  ])('is said of the homes that feel it most: %s', (_, own, sentence) => {
    const none = { ...createComparison(version, version).result(), mostUpCents: 121, mostDownCents: -150 }
    expect(extremesText({ ...none, ...own }).replaceAll('\u00A0', ' ')).toBe(sentence)
  })
})
