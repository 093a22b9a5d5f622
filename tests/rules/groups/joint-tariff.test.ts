import { describe, expect, it } from 'vitest'
import { exampleTariffs } from '../../../shared/examples/tariffs.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { jointDefinition } from '../../../shared/rules/groups/joint-tariff.ts'
import type { TariffVersion } from '../../../shared/rules/price/tariff.ts'
import { refuseTariff } from '../../../shared/rules/price/tariff-refusals.ts'
import { type DescribedHome, tryPrice } from '../../../shared/rules/price/trying/try-price.ts'
import { examples } from '../../support/long.ts'
import { beside } from '../../support/published-tariffs/beside.ts'
import { criteria } from '../../support/published-tariffs/criteria.ts'
import { forfaits } from '../../support/published-tariffs/forfaits.ts'
import { plain } from '../../support/published-tariffs/plain.ts'

type Definition = Omit<TariffVersion, 'from'>
/** With how many of those that follow it each one is made one. */
const others = examples(20)
const published = [...criteria, ...plain, ...forfaits, ...beside]

/** What the home is asked, and why not, with every child in the group. */
const asked = (definition: Definition, home: DescribedHome, group: string) => {
  const tariff = { id: '1', label: 'ALSH', versions: [{ ...definition, from: day('2020-01-01') }] }
  const children = home.children.map((child) => ({ ...child, group }))
  return tryPrice(tariff, { ...home, children }).flatMap(({ charges, errors }) => [
    ...charges.map(({ days, totalCents, fiscal }) => [fiscal, days, totalCents]),
    ...errors.map(({ text }) => [text]),
  ])
}

const joint = (kept: Definition, joined: Definition) =>
  jointDefinition(kept, { definition: joined, group: '6–11 ans' }, ['3–5 ans'])

describe('two tariffs as one with a price for each group', () => {
  it('ask of each child what its own one asks, of all that councils print', () => {
    let pairs = 0
    for (const [at, one] of published.entries())
      for (const other of [...published, ...published].slice(at + 1, at + 1 + others)) {
        const both = joint(one.definition, other.definition)
        if ('differs' in both) continue
        pairs += 1
        for (const { home } of one.cells)
          expect(asked(both.definition, home, '3–5 ans')).toEqual(asked(one.definition, home, '3–5 ans'))
        for (const { home } of other.cells)
          expect(asked(both.definition, home, '6–11 ans')).toEqual(asked(other.definition, home, ''))
        const version = { ...both.definition, from: day('2020-01-01') }
        expect(refuseTariff({ id: '1', label: 'ALSH', versions: [version] })).toBeUndefined()
      }
    expect(pairs).toBeGreaterThan(published.length / 2)
  })

  const [young, old] = ['ALSH mercredi, 3-6 ans', 'ALSH mercredi, 7-11 ans'].map(
    (label) => exampleTariffs.find((one) => one.label === label)?.versions[0],
  )
  if (!young || !old) throw new Error('the example tariffs are there')

  it('have a case for the group where only prices differ, and leave what is the same as it is', () => {
    const both = joint(young, old)
    if ('differs' in both) throw new Error(both.differs)
    expect(both.definition.lines).toHaveLength(young.lines.length)
    expect(both.definition.lines[1]).toEqual(young.lines[1])
    expect(both.definition.lines[0]?.count).toMatchObject({
      formulas: [
        { price: { method: 'cases', cases: [{ when: { group: '6–11 ans' } }], otherwise: { method: 'bracket' } } },
        {},
      ],
    })
    expect([young.example, old.example, both.definition.example]).toEqual([false, true, true])
    expect(joint(young, young)).toEqual({ definition: young })
  })

  it('stay two where a rule of the whole tariff differs, which is named; what staff decided stays', () => {
    const unlike = { ...old, absence: { unjustified: 'notBilled', justifiedInTime: 'notBilled' } } as const
    expect(joint(young, unlike)).toEqual({ differs: 'la règle des absences' })
    const both = joint(young, old)
    if ('differs' in both) throw new Error(both.differs)
    expect(joint(both.definition, unlike)).toEqual(both)
  })
})
