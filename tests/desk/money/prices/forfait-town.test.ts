import { expect, it, onTestFinished } from 'vitest'
import { moneyDocuments } from '../../../../main/exchange/published/money.ts'
import { reachOn } from '../../../../main/exchange/published/reach.ts'
import type { Definition } from '../../../../shared/contract/desk/money/prices.ts'
import { day, today } from '../../../../shared/rules/calendar/day.ts'
import { giveAccount } from '../../../exchange/published/publishing.ts'
import { aBillingTown, billing, period } from '../../../support/towns/billing.ts'

type Line = Definition['lines'][number]

const forfait = (cents: number, more: Partial<Extract<Line['count'], { per: 'forfait' }>> = {}): Line => ({
  label: 'Accueil au mois',
  fiscal: 'garde',
  count: {
    per: 'forfait',
    span: 'month',
    slots: ['matin', 'repas', 'apres-midi'],
    by: 'registration',
    steps: [
      {
        from: 1,
        unit: { one: 'mois', many: 'mois' },
        price: {
          method: 'cases',
          cases: [
            {
              when: { category: 'agent de la ville' },
              price: { method: 'fixed', cents: cents / 2, nonResident: { rule: 'same' } },
            },
          ],
          otherwise: { method: 'fixed', cents, nonResident: { rule: 'same' } },
        },
      },
    ],
    partial: 'openDays',
    absence: null,
    billed: 'start',
    ...more,
  },
  withoutBooking: null,
})

const nothing = { data: { sentence: expect.stringMatching(/rien à facturer/) as string } }

/** The town of the invoices, its Wednesdays at 40,00 € a month. */
const open = async (more: Parameters<typeof forfait>[1] = {}) => {
  const town = await aBillingTown().open()
  onTestFinished(() => town.close())
  const [tariff] = await town.client.prices.tariffs()
  const [version] = tariff?.versions ?? []
  if (!tariff || !version) throw new Error('the town has a tariff')
  await town.client.prices.saveVersion({
    id: version.id,
    tariffId: tariff.id,
    from: version.from,
    definition: { ...version.definition, lines: [forfait(4000, more)] },
  })
  const desk = billing(town)
  const owed = async (month: string) => {
    const run = await desk.run(month)
    const drafts = await desk.drafts(run.id)
    await desk.issue(run.id)
    return Object.fromEntries(drafts.map(({ family, month: of, totalCents }) => [`${family} ${of ?? ''}`, totalCents]))
  }
  return { town, ...desk, owed }
}

it('a registered child owes its month without having booked, and one run more finds nothing', async () => {
  const { owed, run, findings } = await open()
  expect(await owed('2026-09')).toEqual({ 'Marchand 2026-09': 8000, 'Fouquet 2026-09': 4000 })
  await expect(run('2026-09')).rejects.toMatchObject(nothing)
  expect(findings()).toEqual([])
})

it('bookings do not change its price, and are no slots without a price', async () => {
  const { book, owed, run } = await open()
  await book('Louison', ['2026-12-09', '2026-12-16'], 'Matin', 'Repas')
  const first = await owed('2026-12')
  expect(first['Marchand 2026-12']).toBe(8000)
  await book('Basile', ['2026-12-09'], 'Matin')
  await expect(run('2026-12')).rejects.toMatchObject(nothing)
})

it('a category of the home halves its next months, and the billed one when staff ask for it', async () => {
  const { owed, town, run, drafts } = await open()
  await owed('2026-09')
  const familyId = town.family('Marchand')
  await town.client.families.setCategory({
    familyId,
    childId: null,
    category: 'Agent de la ville',
    fromDay: day('2026-09-01'),
    toDay: null,
  })
  expect(await owed('2026-10')).toMatchObject({ 'Marchand 2026-10': 4000, 'Fouquet 2026-10': 4000 })
  const { client } = town
  const asked = { familyId, fromDay: day('2026-09-01') }
  await client.invoicing.reprice({ ...asked, reason: 'Attestation remise en retard' })
  const again = await run('2026-10')
  // The month is given back whole and billed again at its new price.
  expect((await drafts(again.id)).map(({ totalCents }) => totalCents)).toEqual([4000, -8000])
})

it('a child who arrives in the middle of a month owes its open days', async () => {
  const { town, owed } = await open()
  const registrationId = town.registration('Noé', period)
  await town.client.registrations.change({
    id: registrationId,
    startDay: day('2026-11-16'),
    endDay: day('2027-06-30'),
    typicalWeek: [],
    overrideReason: '',
  })
  // Two of three: 11 November is closed.
  expect((await owed('2026-11'))['Fouquet 2026-11']).toBe(2667)
})

it('a week that crosses two months is billed once, with its Monday, by whichever month is run', async () => {
  const unit = { one: 'semaine', many: 'semaines' }
  const week = {
    from: 1,
    unit,
    price: { method: 'fixed' as const, cents: 3000, nonResident: { rule: 'same' as const } },
  }
  const { book, free, owed, run } = await open({ span: 'week', by: 'booking', steps: [week] })
  // The Wednesday of the week of Monday 31 May.
  await book('Louison', ['2027-06-02'], 'Matin')
  expect(await owed('2027-06')).toEqual({ 'Marchand 2027-05': 3000 })
  await expect(run('2027-06')).rejects.toMatchObject(nothing)
  await free('Louison', ['2027-06-02'], 'Matin')
  expect(await owed('2027-06')).toEqual({ 'Marchand 2027-05': -3000 })
})

it('a deposit and a balance have due days of their own, on the paper and on the portal', async () => {
  const unit = { one: 'trimestre', many: 'trimestres' }
  const term = {
    from: 1,
    unit,
    price: { method: 'fixed' as const, cents: 9000, nonResident: { rule: 'same' as const } },
  }
  const { town, book, run, drafts, issue } = await open({
    span: 'term',
    by: 'booking',
    steps: [term],
    partial: 'whole',
    billed: 'end',
    deposit: { cents: 3000, daysBefore: 0 },
  })
  await book('Louison', ['2027-01-13'], 'Matin')
  const deposit = await run('2027-01')
  const [draft] = await drafts(deposit.id)
  expect(draft?.totalCents).toBe(3000)
  await issue(deposit.id)
  const [paper] = await town.client.invoicing.ofFamily({ familyId: town.family('Marchand') })
  if (!paper) throw new Error('a paper is issued')
  const shown = await town.client.invoicing.paper({ id: paper.id })
  const [line] = shown.sections.flatMap(({ lines }) => lines)
  const told = 'trimestre, du 01/01/2027 au 31/03/2027, acompte dû le 01/01/2027'
  // Thirty days after the issue would be in December.
  expect([shown.dueOn, line?.note, line?.totalCents]).toEqual(['2027-01-01', told, 3000])
  giveAccount(town, 'Marchand')
  const familyId = town.family('Marchand')
  const published = moneyDocuments(town.store, reachOn(today(town.clock)), [familyId]).get(familyId)
  expect(published?.invoices[0]).toMatchObject({
    dueOn: '2027-01-01',
    lines: [{ detail: expect.stringContaining(told) as string }],
  })
})

it('a forfait of days on which no activity opens is refused at its line, and nothing is saved', async () => {
  const { town } = await open()
  const [tariff] = await town.client.prices.tariffs()
  const [version] = tariff?.versions ?? []
  if (!tariff || !version) throw new Error('the town has a tariff')
  const sunday = { from: day('2026-11-15'), to: day('2026-11-15') }
  const lines = [forfait(4000), { ...forfait(1000), when: { dates: sunday } }]
  const saved = town.client.prices.saveVersion({
    id: version.id,
    tariffId: tariff.id,
    from: version.from,
    definition: { ...version.definition, lines },
  })
  await expect(saved).rejects.toMatchObject({
    data: { field: 'definition.lines.1', sentence: expect.stringMatching(/n’ouvre le 15\/11\/2026/) as string },
  })
  expect(await town.client.prices.tariffs()).toEqual([tariff])
})
