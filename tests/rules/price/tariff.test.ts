import { describe, expect, it } from 'vitest'
import {
  exampleCanteen,
  exampleTariffs,
  falaisePeriscolaire,
  falaiseWednesday3to6,
} from '../../../shared/examples/tariffs.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import {
  slotCode,
  type Tariff,
  type TariffVersion,
  type UnitPrice,
  versionOn,
} from '../../../shared/rules/price/tariff.ts'
import { refuseTariff } from '../../../shared/rules/price/tariff-refusals.ts'

const changed = (tariff: Tariff, change: (version: TariffVersion) => Partial<TariffVersion>): Tariff => ({
  ...tariff,
  versions: tariff.versions.map((version) => ({ ...version, ...change(version) })),
})

const priced = (price: UnitPrice): Tariff =>
  changed(exampleCanteen, ({ lines }) => ({
    lines: lines.map((line) => ({
      ...line,
      count: { per: 'slot', slots: ['repas'], unit: { one: 'repas', many: 'repas' }, price },
    })),
  }))

const same = { rule: 'same' } as const

describe('a tariff', () => {
  it.each(exampleTariffs)('« $label » of the example town can be kept', (tariff) => {
    expect(refuseTariff(tariff)).toBeUndefined()
  })

  it('names a slot whatever its accents and capitals', () => {
    expect([' Après-midi', 'APRES-MIDI', 'après-midi'].map(slotCode)).toStrictEqual([
      'apres-midi',
      'apres-midi',
      'apres-midi',
    ])
  })

  it('is equal after it was stored as JSON and read back', () => {
    expect(JSON.parse(JSON.stringify(exampleTariffs))).toStrictEqual(exampleTariffs)
  })

  it('holds from its day until the next version starts', () => {
    const [first] = falaisePeriscolaire.versions
    if (!first) throw new Error('no version')
    const dated = { ...falaisePeriscolaire, versions: [{ ...first, from: day('2026-09-01') }, first] }
    expect(versionOn(dated, day('2024-08-31'))).toBeUndefined()
    expect(versionOn(dated, day('2026-08-31'))?.from).toBe('2024-09-01')
    expect(versionOn(dated, day('2026-09-01'))?.from).toBe('2026-09-01')
  })

  it.each<[string, Tariff, RegExp]>([
    ['a name', { ...exampleCanteen, label: ' ' }, /pas de nom/],
    [
      'one version a day',
      { ...exampleCanteen, versions: [...exampleCanteen.versions, ...exampleCanteen.versions] },
      /le même jour/,
    ],
    ['a price', changed(exampleCanteen, () => ({ lines: [] })), /aucun prix/],
    [
      'tranches without hole',
      changed(exampleCanteen, ({ brackets }) => ({ brackets: brackets.toSpliced(1, 1) })),
      /trou/,
    ],
    ['a price per tranche', priced({ method: 'bracket', cents: [100, 200], nonResident: same }), /pour chaque tranche/],
    ['tranches for its prices', changed(falaisePeriscolaire, () => ({ brackets: [] })), /pour chaque tranche/],
    [
      'a column for other towns',
      priced({ method: 'fixed', cents: 100, nonResident: { rule: 'column', cents: [100, 200] } }),
      /hors commune/,
    ],
    [
      'an addition, not a gift, for other towns',
      priced({ method: 'fixed', cents: 100, nonResident: { rule: 'percent', percent: -20 } }),
      /négative/,
    ],
    [
      'an addition with two decimals at most',
      priced({ method: 'fixed', cents: 100, nonResident: { rule: 'percent', percent: 12.345 } }),
      /majoration.*deux décimales/,
    ],
    [
      'a rate with four decimals at most',
      priced({ method: 'effortRate', percent: 0.06195, floor: 100, ceiling: 450, nonResident: same }),
      /taux d’effort.*quatre décimales/,
    ],
    ['no negative price', priced({ method: 'fixed', cents: -1, nonResident: same }), /négatif/],
    ['whole cents', priced({ method: 'fixed', cents: 1.5, nonResident: same }), /négatif|centimes/],
    [
      'a floor under its ceiling',
      priced({ method: 'effortRate', percent: 0.36, floor: 500, ceiling: 450, nonResident: same }),
      /minimum dépasse le maximum/,
    ],
    [
      'a rate',
      priced({ method: 'effortRate', percent: 0, floor: 100, ceiling: 450, nonResident: same }),
      /taux d’effort/,
    ],
    [
      'one formula for the same slots',
      changed(falaiseWednesday3to6, ({ lines }) => ({
        lines: lines.map((line) =>
          line.count.per === 'formula'
            ? { ...line, count: { per: 'formula', formulas: [...line.count.formulas, ...line.count.formulas] } }
            : line,
        ),
      })),
      /deux formules/,
    ],
  ])('needs %s', (_, tariff, sentence) => {
    expect(refuseTariff(tariff)).toMatch(sentence)
  })
})
