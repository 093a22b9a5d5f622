import { describe, expect, it, onTestFinished } from 'vitest'
import { forecast } from '../../../../main/desk/invoicing/invoicing.ts'
import { readXlsx } from '../../../../main/documents/spreadsheets/xlsx.ts'
import { finalSpan } from '../../../../main/store/schema/index.ts'
import type { Forecast } from '../../../../shared/contract/desk/money/invoicing.ts'
import { day, monthKey } from '../../../../shared/rules/calendar/day.ts'
import { forecastTotal } from '../../../../shared/rules/money/forecast.ts'
import { firstRegieId } from '../../../../shared/rules/money/regie.ts'
import { aBillingTown, billing, last } from '../../../support/towns/billing.ts'
import { anAidInput, aThirdPartyInput } from '../../../support/towns/payers.ts'
import { aTownOfTwoRegies, bookCamp, camp, secondRegie } from '../../../support/towns/regies.ts'
import type { Town } from '../../../support/towns/town.ts'
import { tools, worker } from '../../../support/works/desk-works.ts'

const withDesk = (town: Town) => {
  onTestFinished(() => town.close())
  const { client } = town
  const desk = billing(town)
  const foreseen = async (from: string, to = from) =>
    last(await client.invoicing.forecast({ from: day(`${from}-01`), to: day(`${to}-01`) }))
  const of = async (month: string) => forecastTotal((await foreseen(month)).rows)
  /** What the drafts of a run of the month ask for it, all together. */
  const drafted = async (month: string) => {
    const { id } = await desk.run(month)
    const drafts = (await desk.drafts(id)).filter((draft) => draft.month === month)
    return { id, ids: drafts.map((draft) => draft.id), cents: sumOf(drafts.map(({ totalCents }) => totalCents)) }
  }
  const bill = async (month: string) => {
    const { id, ids, cents } = await drafted(month)
    await desk.issue(id, ids)
    return cents
  }
  return { town, client, ...desk, foreseen, of, drafted, bill }
}

/** Louison and Noé come two Wednesdays of December, Louison one of January. */
const open = async () => {
  const desk = withDesk(await aBillingTown().open())
  await desk.book('Louison', ['2026-12-09', '2026-12-16', '2027-01-06'], 'Matin')
  await desk.book('Noé', ['2026-12-09', '2026-12-16'], 'Matin', 'Repas')
  return desk
}

const sumOf = (amounts: readonly number[]): number => amounts.reduce((sum, cents) => sum + cents, 0)

const euros = (cents: number): string => String(cents / 100).replace('.', ',')

const refusing = (sentence: RegExp) => ({
  data: { sentence: expect.stringMatching(sentence) as string, field: 'to' },
})

const byMonth = ({ months, rows }: Forecast) =>
  Object.fromEntries(
    months.map((month) => [month, forecastTotal(rows.filter((row) => row.month === month))] as const),
  ) as Readonly<Record<string, ReturnType<typeof forecastTotal>>>

describe('the forecast of a month', () => {
  it('is the sum of the drafts of a run, whether they are made, issued or not', async () => {
    const { of, drafted, issue, findings } = await open()
    const before = await of('2026-12')
    const { id, ids, cents } = await drafted('2026-12')
    expect(before).toEqual({ cents, billedCents: 0, lastYearCents: 0 })
    expect(cents).toBeGreaterThan(0)
    expect(await of('2026-12')).toEqual(before)
    await issue(id, ids)
    expect(await of('2026-12')).toEqual({ cents, billedCents: cents, lastYearCents: 0 })
    expect(findings()).toEqual([])
  })

  it('follows what changes after its papers: what they bill, and what the next run gives back or adds', async () => {
    const { of, bill, book, free, drafted, issue } = await open()
    const billedCents = await bill('2026-12')
    await free('Noé', ['2026-12-16'], 'Repas')
    await book('Louison', ['2026-12-09'], 'Repas')
    const after = await of('2026-12')
    const { id, ids, cents } = await drafted('2026-12')
    expect(after).toEqual({ cents: billedCents + cents, billedCents, lastYearCents: 0 })
    await issue(id, ids)
    expect(await of('2026-12')).toEqual({ ...after, billedCents: after.cents })
  })

  it('is what its papers say once the month is final, whatever is booked since', async () => {
    const { town, of, bill, book } = await open()
    const cents = await bill('2026-12')
    town.store.act(worker, 'invoicing.issue', '', (write) => {
      for (const name of ['Marchand', 'Fouquet'])
        write.insert(finalSpan, { familyId: town.family(name), month: monthKey(day('2026-12-01')), cause: 'erased' })
    })
    await book('Louison', ['2026-12-09'], 'Repas')
    expect(await of('2026-12')).toEqual({ cents, billedCents: cents, lastYearCents: 0 })
  })

  it('has a row for each régie and activity', async () => {
    const desk = withDesk(await aTownOfTwoRegies().open())
    const { town, book, bill, foreseen } = desk
    await book('Louison', ['2026-12-09'], 'Matin')
    await bookCamp(town, ['2026-12-16'], 'Matin')
    const found = await foreseen('2026-12')
    expect(Object.fromEntries(found.rows.map(({ regieId, activity }) => [activity, regieId]))).toEqual({
      'CLSH MERCREDI': firstRegieId,
      [camp]: secondRegie(town),
    })
    const cents = await bill('2026-12')
    const after = await foreseen('2026-12')
    expect(forecastTotal(after.rows)).toEqual({ cents, billedCents: cents, lastYearCents: 0 })
    expect(after.rows.map((row) => ({ ...row, billedCents: 0 }))).toEqual(expect.arrayContaining(found.rows))
  })

  it('has what third parties pay and what the home pays', async () => {
    const { town, client, of, bill, balance } = await open()
    const before = await of('2027-01')
    const { id } = await client.payers.saveThirdParty(aThirdPartyInput('CCAS'))
    await client.payers.promise({
      aid: anAidInput(id),
      beneficiaries: [{ familyId: town.family('Marchand'), childId: town.child('Louison') }],
    })
    expect(await of('2027-01')).toEqual(before)
    await bill('2027-01')
    expect(await balance('Marchand')).toBe(before.cents * 0.6)
    expect(await of('2027-01')).toEqual({ ...before, billedCents: before.cents })
    await client.payers.bill({ thirdPartyIds: [id] })
    expect(await of('2027-01')).toEqual({ ...before, billedCents: before.cents })
  })

  it('has what a child owes at a price of the month without having booked', async () => {
    const { client, of, drafted } = withDesk(await aBillingTown().open())
    const [tariff] = await client.prices.tariffs()
    const [version] = tariff?.versions ?? []
    if (!tariff || !version) throw new Error('the town has a tariff')
    const unit = { one: 'mois', many: 'mois' }
    const price = { method: 'fixed', cents: 4000, nonResident: { rule: 'same' } } as const
    const count = {
      per: 'forfait',
      span: 'month',
      slots: ['matin', 'repas', 'apres-midi'],
      by: 'registration',
      steps: [{ from: 1, unit, price }],
      partial: 'openDays',
      absence: null,
      billed: 'start',
    } as const
    const line = { label: 'Accueil au mois', fiscal: 'garde', count, withoutBooking: null } as const
    await client.prices.saveVersion({
      id: version.id,
      tariffId: tariff.id,
      from: version.from,
      definition: { ...version.definition, lines: [structuredClone(line) as never] },
    })
    expect(await of('2026-09')).toEqual({ cents: 12_000, billedCents: 0, lastYearCents: 0 })
    expect((await drafted('2026-09')).cents).toBe(12_000)
  })
})

describe('the forecast of a year', () => {
  it('has each month, beside what papers bill of the same month a year before, less credit notes', async () => {
    const { client, foreseen, bill, paper, of } = await open()
    const december = await bill('2026-12')
    const { cents: january } = await of('2027-01')
    const { id, totalCents } = await paper('Fouquet')
    await client.invoicing.creditNote({ invoiceId: id, lines: null, reason: 'Erreur', billAgain: false })
    const left = december - totalCents
    const year = await foreseen('2026-09', '2027-08')
    expect(year.months).toHaveLength(12)
    // Nobody booked September and October either, but they are over.
    expect(year.unbooked.filter((month) => month !== '2026-11')).toEqual(
      ['02', '03', '04', '05', '06', '07', '08'].map((month) => `2027-${month}`),
    )
    expect(byMonth(year)).toMatchObject({
      '2026-11': { cents: 0, billedCents: 0, lastYearCents: 0 },
      '2026-12': { cents: left, billedCents: left, lastYearCents: 0 },
      '2027-01': { cents: january, billedCents: 0, lastYearCents: 0 },
    })
    const next = byMonth(await foreseen('2027-09', '2028-08'))
    expect(next['2027-12']).toEqual({ cents: 0, billedCents: 0, lastYearCents: left })
    // What was only booked was not billed.
    expect(next['2028-01']).toEqual({ cents: 0, billedCents: 0, lastYearCents: 0 })
  })

  it('writes nothing, is the same when a thread computes it, and stops when it is aborted', async () => {
    const { town, foreseen } = await open()
    const dump = () => town.store.statement('select * from billing_span order by family_id, month').all()
    const before = dump()
    const year = await foreseen('2026-09', '2027-08')
    expect(dump()).toEqual(before)
    expect(forecastTotal(year.rows).cents).toBeGreaterThan(0)
    const asked = { from: day('2026-09-01'), to: day('2027-08-31') }
    expect(await forecast(town.desk.core, asked, { ...tools, threadFrom: 1 })).toEqual(year)
    const stopped = { ...tools, signal: AbortSignal.abort() }
    await expect(forecast(town.desk.core, asked, stopped)).rejects.toThrow(/abort/)
  })

  it('counts days without a price for nothing, and says how many', async () => {
    const { client, foreseen, of } = await open()
    const { cents } = await of('2026-12')
    const [tariff] = await client.prices.tariffs()
    if (!tariff) throw new Error('the town has a tariff')
    await client.prices.attach({ activityId: tariff.activityIds[0] ?? 0, tariffId: null })
    const found = await foreseen('2026-12')
    expect(forecastTotal(found.rows).cents).toBe(0)
    expect(cents).toBeGreaterThan(0)
    expect(found.unpricedDays).toBe(4)
  })

  it('is refused for days in the wrong order, and for more than a year', async () => {
    const { foreseen } = await open()
    await expect(foreseen('2026-12', '2026-11')).rejects.toMatchObject(refusing(/avant la date de début/))
    await expect(foreseen('2026-09', '2027-09')).rejects.toMatchObject(refusing(/un an au plus/))
  })
})

it('a forecast is saved as a spreadsheet, with a row for each month and activity, and their sum', async () => {
  const { client, of, bill } = await open()
  const december = await bill('2026-12')
  const { cents: january } = await of('2027-01')
  const file = await client.invoicing.forecastFile({ from: day('2026-12-01'), to: day('2027-01-01'), regieId: null })
  expect(file.name).toBe('prevision-2026-12-2027-01.xlsx')
  const { rows } = await readXlsx(new Uint8Array(await file.arrayBuffer()), '', 100)
  expect(rows).toEqual([
    ['Mois', 'Activité', 'Prévu', 'dont facturé', 'Année d’avant', 'Écart'],
    ['décembre 2026', 'CLSH MERCREDI', euros(december), euros(december), '0', euros(december)],
    ['janvier 2027', 'CLSH MERCREDI', euros(january), '0', '0', euros(january)],
    ['Total', '', euros(december + january), euros(december), '0', euros(december + january)],
  ])
})
