import { describe, expect, it, onTestFinished } from 'vitest'
import { day } from '../../../../shared/rules/calendar/day.ts'
import { aBillingTown } from '../../../support/towns/billing.ts'

const plain = (text: string | undefined) => text?.replaceAll(/[\u00A0\u202F]/g, ' ')

const open = async () => {
  const town = await aBillingTown().open()
  onTestFinished(() => town.close())
  const [tariff] = await town.client.prices.tariffs()
  const [version] = tariff?.versions ?? []
  if (!tariff || !version) throw new Error('the town has a tariff')
  const cost = (on: string, ...slots: string[]) =>
    town.client.prices.priceOf({
      familyId: town.family('Marchand'),
      activityId: town.activity('CLSH MERCREDI'),
      days: [{ day: day(on), slotIds: slots.map((slot) => town.slot('CLSH MERCREDI', slot)) }],
    })
  return { town, tariff, version, cost }
}

describe('a tariff', () => {
  it('prices a day for a family, with an explanation a parent can read', async () => {
    const { cost } = await open()
    const priced = await cost('2026-12-09', 'Matin', 'Repas', 'Après-midi')
    expect(priced.totalCents).toBe(1505)
    expect(priced.lines.map(({ explanation }) => plain(explanation))).toEqual([
      'QF 727 → tranche 621–1100 → journée 10,55 €',
      'repas 4,50 €',
    ])
  })

  it('holds from its day: the one before still prices the days before', async () => {
    const { town, tariff, version, cost } = await open()
    const dearer = structuredClone(version.definition)
    for (const line of dearer.lines)
      if (line.count.per === 'slot' && line.count.price.method === 'fixed') line.count.price.cents = 500
    await town.client.prices.saveVersion({ tariffId: tariff.id, from: day('2027-01-01'), definition: dearer })
    expect((await cost('2026-12-16', 'Repas')).totalCents).toBe(450)
    expect((await cost('2027-01-06', 'Repas')).totalCents).toBe(500)
    await expect(
      town.client.prices.saveVersion({ tariffId: tariff.id, from: day('2027-01-01'), definition: dearer }),
    ).rejects.toMatchObject({ data: { field: 'from' } })
  })

  it('that leaves a hole between brackets, or a bracket without price, is refused', async () => {
    const { town, tariff, version } = await open()
    const save = (definition: typeof version.definition) =>
      town.client.prices.saveVersion({ tariffId: tariff.id, from: day('2027-01-01'), definition })
    const [first, , third, last] = version.definition.brackets
    if (!first || !third || !last) throw new Error('four brackets')
    await expect(save({ ...version.definition, brackets: [first, third, last] })).rejects.toMatchObject({
      data: { sentence: expect.stringMatching(/Il y a un trou/) },
    })
    await expect(save({ ...version.definition, lines: [] })).rejects.toMatchObject({
      data: { sentence: 'Le tarif n’a aucun prix.' },
    })
    expect((await town.client.prices.tariffs())[0]?.versions).toHaveLength(1)
  })

  it('that an activity uses stays; without a tariff the activity has no price', async () => {
    const { town, tariff, cost } = await open()
    await expect(town.client.prices.removeTariff({ id: tariff.id })).rejects.toMatchObject({ code: 'REFUSED' })
    await town.client.prices.attach({ activityId: town.activity('CLSH MERCREDI'), tariffId: null })
    expect((await cost('2026-12-09', 'Matin')).errors[0]?.kind).toBe('noTariff')
    await town.client.prices.removeTariff({ id: tariff.id })
    expect(await town.client.prices.tariffs()).toEqual([])
  })

  it('is written by the director, read by the cashier', async () => {
    const { town } = await open()
    const cashier = await town.as('cashier')
    expect(await cashier.prices.tariffs()).toHaveLength(1)
    await expect(cashier.prices.saveTariff({ name: 'Autre' })).rejects.toMatchObject({
      data: { sentence: 'Cette action demande le rôle Directeur.' },
    })
    await expect(town.client.prices.saveTariff({ name: 'alsh mercredi, 3-6 ANS' })).rejects.toMatchObject({
      data: { field: 'name' },
    })
  })
})
