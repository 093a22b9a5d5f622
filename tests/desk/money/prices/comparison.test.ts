import { describe, expect, it, onTestFinished } from 'vitest'
import { compareTariffs } from '../../../../main/desk/prices/comparison.ts'
import { readXlsx } from '../../../../main/documents/spreadsheets/xlsx.ts'
import type { CompareInput, Definition } from '../../../../shared/contract/desk/money/prices.ts'
import { day } from '../../../../shared/rules/calendar/day.ts'
import { forecastTotal } from '../../../../shared/rules/money/forecast.ts'
import { copyWithPercent } from '../../../../shared/rules/price/printed/tariff-copy.ts'
import { billing, last } from '../../../support/towns/billing.ts'
import { anAidInput } from '../../../support/towns/payers.ts'
import { aTownOfTwoRegies, bookCamp } from '../../../support/towns/regies.ts'
import { tools } from '../../../support/works/desk-works.ts'

/**
 * Louison comes two Wednesdays, billed, and one day at the camp, of another tariff; Noé comes one Wednesday, not
 * billed.
 */
const open = async () => {
  const town = await aTownOfTwoRegies().open()
  onTestFinished(() => town.close())
  const { client } = town
  const { book, run, issue } = billing(town)
  await book('Louison', ['2026-12-09', '2026-12-16'], 'Matin', 'Repas')
  await issue((await run()).id)
  await book('Noé', ['2026-12-09'], 'Matin')
  await bookCamp(town, ['2027-01-06'], 'Matin')
  const tariffs = await client.prices.tariffs()
  const tariff = tariffs.find(({ name }) => name === 'ALSH mercredi, 3-6 ans')
  const [version] = tariff?.versions ?? []
  if (!tariff || !version) throw new Error('the town has a tariff')
  const after = structuredClone(copyWithPercent(version.definition, 10, 'halfUp').definition) as Definition
  const input: CompareInput = {
    tariffId: tariff.id,
    before: version.from,
    after: version.from,
    draft: { tariffId: tariff.id, definition: after },
    from: day('2026-09-01'),
    to: day('2027-08-31'),
  }
  const compare = async (changes: Partial<CompareInput> = {}) =>
    last(await client.prices.compare({ ...input, ...changes }))
  return { town, client, tariffs, tariff, version, input, compare }
}

const sums = ({ beforeCents, afterCents }: { beforeCents: number; afterCents: number }) => [beforeCents, afterCents]

const wednesdays = [2 * (550 + 450) + 625, 2 * (605 + 495) + 688]

describe('a year under a version of a tariff and under a draft', () => {
  it('gives totals, brackets and homes, billed or not, writes nothing, and is the same when a thread computes it', async () => {
    const { town, client, tariffs, input, compare } = await open()
    const found = await compare()
    expect(sums(found.total)).toEqual(wednesdays)
    expect(found.total).toMatchObject({ families: 2, up: 2, down: 0 })
    expect(found.brackets.map(sums)).toEqual([
      [2000, 2200],
      [625, 688],
    ])
    expect(found.homes.map(({ name }) => name)).toEqual(['Marchand', 'Fouquet'])
    expect(await client.prices.tariffs()).toEqual(tariffs)
    expect(await compareTariffs(town.desk.core, input, { ...tools, threadFrom: 1 })).toEqual(found)
    const stopped = { ...tools, signal: AbortSignal.abort() }
    await expect(compareTariffs(town.desk.core, input, stopped)).rejects.toThrow(/abort/)
  })

  it('compares all tariffs together: those in force on two days, and the draft; without a change it equals what runs bill', async () => {
    const { client, tariffs, tariff, version, input, compare } = await open()
    const camps = tariffs.find(({ id }) => id !== tariff.id)
    const [campVersion] = camps?.versions ?? []
    if (!camps || !campVersion) throw new Error('the camp has a tariff')
    const next = day('2027-09-01')
    await client.prices.saveVersion({
      tariffId: camps.id,
      from: next,
      definition: structuredClone(copyWithPercent(campVersion.definition, 20, 'halfUp').definition) as Definition,
    })
    const found = await compare({ tariffId: null, after: next })
    expect(found.activities.map(({ activity, ...group }) => [activity, ...sums(group)])).toEqual([
      ['CAMP', 550, 660],
      ['CLSH MERCREDI', ...wednesdays],
    ])
    const { from, to } = input
    const unchanged = await compare({ tariffId: null, after: version.from, draft: null })
    const foreseen = forecastTotal((await last(await client.invoicing.forecast({ from, to }))).rows)
    expect(unchanged.total).toMatchObject({ up: 0, down: 0 })
    expect(sums(unchanged.total)).toEqual([foreseen.cents, foreseen.cents])
  })

  it('is refused for what cannot be recorded, for days in the wrong order, and for a tariff of no activity', async () => {
    const { client, tariff, version, compare } = await open()
    const draft = { tariffId: tariff.id, definition: { ...version.definition, lines: [] } }
    await expect(compare({ draft })).rejects.toMatchObject({ data: { sentence: 'Le tarif n’a aucun prix.' } })
    await expect(compare({ from: day('2027-09-01') })).rejects.toMatchObject({ data: { field: 'to' } })
    const { id } = await client.prices.saveTariff({ name: 'Séjours' })
    await expect(compare({ tariffId: id, draft: null })).rejects.toMatchObject({
      data: { sentence: expect.stringMatching(/Aucune activité n’est à ce tarif/) as string },
    })
  })

  it('is saved as a spreadsheet, with a sheet for brackets, one for activities and one for families', async () => {
    const { client, input } = await open()
    const file = await client.prices.compareFile(input)
    expect(file.name).toBe('comparaison-des-tarifs.xlsx')
    const bytes = new Uint8Array(await file.arrayBuffer())
    const { rows: tranches, sheets } = await readXlsx(bytes, 'Par tranche', 100)
    expect(sheets).toEqual(['Par tranche', 'Par activité', 'Par famille'])
    expect(tranches.map((row) => row.slice(1, 7).join(' '))).toEqual([
      'Familles En hausse En baisse Recettes avant Recettes après Écart',
      '1 1 0 20 22 2',
      '1 1 0 6,25 6,88 0,63',
      '2 2 0 26,25 28,88 2,63',
    ])
    const { rows: families } = await readXlsx(bytes, 'Par famille', 100)
    expect(families.map(([name, , tranche, before, after]) => [name, tranche, before, after])).toEqual([
      ['Famille', 'Tranche', 'Payé avant', 'Payé après'],
      ['Marchand', expect.stringMatching(/^621–1\s100$/), '20', '22'],
      ['Fouquet', 'Sans quotient connu', '6,25', '6,88'],
    ])
  })
})

/** Louison in December, by a draft 10 % dearer. */
const openToTry = async () => {
  const { town, client, tariff, input, ...more } = await open()
  const { draft } = input
  if (!draft) throw new Error('a draft')
  const asked = {
    tariffId: tariff.id,
    definition: draft.definition,
    familyId: town.family('Marchand'),
    childId: town.child('Louison'),
    from: day('2026-12-01'),
    to: day('2026-12-31'),
  }
  const tryChild = (changes: Partial<typeof asked> = {}) => client.prices.tryChild({ ...asked, ...changes })
  return { town, client, tariff, draft, tryChild, ...more }
}

describe('the days of a child of the town, tried', () => {
  it('cost what a run asks by the recorded tariff, billed or not, and say why by the draft, whatever is not recorded', async () => {
    const { tryChild } = await openToTry()
    const { facts, tried, recorded } = await tryChild()
    expect(facts).toEqual({ quotient: 727, isResident: true, rank: 1, categories: [], groups: [] })
    expect(recorded.totalCents).toBe(2000)
    expect(tried.totalCents).toBe(2200)
    expect(
      tried.lines.map(({ activity, label, quantity, totalCents, days }) => [
        activity,
        label,
        quantity,
        totalCents,
        ...days,
      ]),
    ).toEqual([
      ['CLSH MERCREDI', 'Accueil', 2, 1210, '2026-12-09', '2026-12-16'],
      ['CLSH MERCREDI', 'Repas', 2, 990, '2026-12-09', '2026-12-16'],
    ])
    expect(tried.lines[0]?.explanation).toMatch(/^QF 727 → tranche/)
    const oneDay = await tryChild({ from: day('2026-12-16'), to: day('2026-12-16') })
    expect([oneDay.tried.totalCents, oneDay.tried.lines.length]).toEqual([1100, 2])
    expect((await tryChild({ from: day('2027-02-01'), to: day('2027-02-28') })).tried.lines).toEqual([])
  })

  it('follow the quotient, the category and the aids of the day', async () => {
    const { town, client, tryChild } = await openToTry()
    const familyId = town.family('Marchand')
    const on = day('2026-12-10')
    await client.families.setQuotient({ familyId, value: 200, fromDay: on, updatedOn: on, source: 'CAF' })
    await client.families.setCategory({
      familyId,
      childId: null,
      category: 'Agent de la ville',
      fromDay: on,
      toDay: null,
    })
    await client.payers.promise({
      aid: anAidInput(null, { label: 'Coup de pouce', per: 'rest', percent: 100, amountCents: null }),
      beneficiaries: [{ familyId, childId: town.child('Louison') }],
    })
    const { facts, tried } = await tryChild({ from: day('2026-12-16') })
    expect(facts).toMatchObject({ quotient: 200, categories: ['Agent de la ville'] })
    const [care, aids] = tried.lines
    expect([care?.label, aids?.label]).toEqual(['Accueil', 'Coup de pouce'])
    expect(care?.explanation).toMatch(/^QF 200 →/)
    expect(tried.totalCents).toBe(0)
  })

  it('owe a yearly membership once, on the first day of the year', async () => {
    const { draft, tryChild } = await openToTry()
    const definition: Definition = {
      ...draft.definition,
      membership: {
        label: 'Adhésion',
        per: 'child',
        year: 'school',
        price: { method: 'fixed', cents: 1000, nonResident: { rule: 'same' } },
      },
    }
    const labels = async (from: string) =>
      (await tryChild({ definition, from: day(from), to: day('2026-12-31') })).tried.lines.map(({ label }) => label)
    expect(await labels('2026-12-01')).toContain('Adhésion')
    expect(await labels('2026-12-10')).not.toContain('Adhésion')
  })

  it('are refused for a home that is not the child’s, for too long, and for a tariff that cannot be recorded', async () => {
    const { town, draft, tryChild } = await openToTry()
    const field = (changes: Parameters<typeof tryChild>[0]) =>
      tryChild(changes).then(
        () => undefined,
        (error: { data: { field?: string } }) => error.data.field,
      )
    expect(await field({ familyId: town.family('Fouquet') })).toBe('childId')
    expect(await field({ to: day('2027-01-31') })).toBe('to')
    expect(await field({ to: day('2026-11-30') })).toBe('to')
    expect(await field({ definition: { ...draft.definition, lines: [] } })).toBe('definition')
  })
})
