import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exampleTariffs, falaiseWednesday3to6 } from '../../../shared/examples/tariffs.ts'
import { copiedText, copyWithPercent } from '../../../shared/rules/price/printed/tariff-copy.ts'
import { type TariffVersion } from '../../../shared/rules/price/tariff.ts'
import { refuseTariff } from '../../../shared/rules/price/tariff-refusals.ts'

const plain = (text: string) => text.replaceAll(/[\u00A0\u202F]/g, ' ')
const [version] = falaiseWednesday3to6.versions
if (!version) throw new Error('no version')
const costs = (one: Omit<TariffVersion, 'from'>) =>
  one.lines.flatMap(({ count }) =>
    count.per === 'formula' ? count.formulas.map(({ price }) => ('cents' in price ? price.cents : [])) : [],
  )

describe('a copy with a percentage', () => {
  it('rounds each price once, as chosen, and states the effect of rounding', () => {
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
