import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readXlsx } from '../../../main/documents/spreadsheets/xlsx.ts'
import type { HoursRuleInput } from '../../../shared/contract/desk/figures/figures.ts'
import { day, type Month } from '../../../shared/rules/calendar/day.ts'
import { usualHoursRules } from '../../../shared/rules/figures/hours-rule.ts'
import type { TestDesk } from '../../support/desk.ts'
import { atFirstSite, mark } from '../../support/towns/sites.ts'
import { aFamily, anActivity, aPeriod, aRegistration, aTown, aWednesday, type Town } from '../../support/towns/town.ts'
import { undone } from '../../support/undone.ts'

const wednesdays = 'ALSH mercredi 2026/2027'
let town: Town
let client: TestDesk['client']
beforeEach(async () => {
  town = await aTown()
    .with(aFamily('Marchand', { children: { Basile: { birthDay: '2020-11-11' }, Zoé: { birthDay: '2016-04-02' } } }))
    .with(aWednesday())
    .with(aRegistration('Marchand', 'Basile', wednesdays))
    .with(aRegistration('Marchand', 'Zoé', wednesdays))
    .open()
  client = town.client
})
afterEach(() => town.close())

const cellsOf = (child: string, on: string, slots: readonly string[]) =>
  slots.map((slot) => ({
    registrationId: town.registration(child, wednesdays),
    day: day(on),
    slotId: town.slot('CLSH MERCREDI', slot),
  }))
const book = (child: string, on: string, ...slots: string[]) =>
  client.reservations.move({
    cells: cellsOf(child, on, slots),
    act: 'book',
    reason: { kind: 'written', text: 'Au téléphone' },
  })
const came = (child: string, on: string, ...slots: string[]) =>
  client.attendance.mark({ cells: cellsOf(child, on, slots), mark: 'present' })

const november = { from: '2026-11' as Month, to: '2026-11' as Month }
const rule = (changes: Partial<HoursRuleInput> = {}): HoursRuleInput => ({
  ...usualHoursRules.periscolaire,
  source: 'Convention, article 4',
  activityId: town.activity('CLSH MERCREDI'),
  fromDay: day('2026-09-01'),
  declaredAs: 'ALSH mercredi',
  ...changes,
})
const declared = async () => {
  const { rows } = await client.figures.caf(november)
  return rows.map(({ accueil, ageGroup, done, booked }) => [accueil, ageGroup, done / 60, booked / 60])
}
const refused = (call: Promise<unknown>, sentence: RegExp, field?: string) =>
  expect(call).rejects.toMatchObject({ data: { sentence: expect.stringMatching(sentence), ...(field && { field }) } })

describe('hours to declare', () => {
  it('are none of an activity that is not declared, then those of its rule', async () => {
    await book('Zoé', '2026-11-18', 'Matin')
    await came('Zoé', '2026-11-18', 'Matin')
    expect(await declared()).toEqual([])
    await client.figures.saveHoursRule(rule())
    expect(await declared()).toEqual([['ALSH mercredi', 'from6', 4, 4]])
  })

  it('are of the age on each day, by its ceilings, and nothing of who did not come', async () => {
    await client.figures.saveHoursRule(rule())
    for (const on of ['2026-11-04', '2026-11-18']) {
      await book('Basile', on, 'Matin', 'Repas', 'Après-midi')
      await came('Basile', on, 'Matin', 'Repas', 'Après-midi')
    }
    await book('Zoé', '2026-11-18', 'Matin')
    // Basile is 6 on 11 November. Ten hours of slots count nine.
    expect(await declared()).toEqual([
      ['ALSH mercredi', 'under6', 9, 9],
      ['ALSH mercredi', 'from6', 9, 13],
    ])
  })

  it('count a child who came without a booking, which is one more hour done than booked', async () => {
    await client.figures.saveHoursRule(rule())
    await came('Zoé', '2026-11-18', 'Matin')
    expect(await declared()).toEqual([['ALSH mercredi', 'from6', 4, 0]])
  })

  it('follow the rule of each month', async () => {
    await client.figures.saveHoursRule(rule())
    await client.figures.saveHoursRule(rule({ fromDay: day('2026-11-01'), halfDayMinutes: 180 }))
    for (const on of ['2026-10-14', '2026-11-18']) await came('Zoé', on, 'Matin')
    const { rows } = await client.figures.caf({ from: '2026-10', to: '2026-11' })
    expect(rows.map(({ months }) => months)).toEqual([[240, 180]])
    const [activity] = await client.figures.hoursRules()
    await client.figures.removeHoursRule({ id: activity?.rules[0]?.id ?? 0 })
    const [before] = (await client.figures.caf({ from: '2026-10', to: '2026-11' })).rows
    expect(before?.months).toEqual([240, 240])
  })
})

it('lists what may be wrong: unmarked days, homes without a scheme, a rule that the town did not type', async () => {
  await book('Zoé', '2026-11-18', 'Matin')
  await book('Basile', '2026-11-18', 'Matin', 'Repas', 'Après-midi')
  await came('Basile', '2026-11-18', 'Matin', 'Repas', 'Après-midi')
  const activity = await client.activities.get({ id: town.activity('CLSH MERCREDI') })
  const { facility: _facility, type: _type, ...values } = activity
  await client.activities.save({ ...values, supervision: 'periscolaire' })
  const { controls } = await client.figures.caf(november)
  expect(controls).toEqual([
    {
      kind: 'unmarked',
      accueil: 'CLSH MERCREDI',
      activityId: town.activity('CLSH MERCREDI'),
      childDays: 1,
      minutes: 240,
      firstDay: '2026-11-18',
    },
    {
      kind: 'withoutScheme',
      children: 1,
      minutes: 540,
      named: [expect.objectContaining({ name: expect.stringMatching(/Basile$/) })],
    },
    { kind: 'usualRule', accueils: ['CLSH MERCREDI'] },
  ])
})

it('leads from a child without scheme to the home that registered it', async () => {
  await aFamily('Duval')(town)
  await client.families.linkChild({ familyId: town.family('Duval'), childId: town.child('Zoé') })
  await aRegistration('Duval', 'Zoé', wednesdays)(town)
  await client.figures.saveHoursRule(rule())
  await came('Zoé', '2026-11-18', 'Matin')
  const { controls } = await client.figures.caf(november)
  expect(controls).toMatchObject([{ kind: 'withoutScheme', named: [{ familyId: town.family('Duval') }] }])
})

it('explains a figure by a day of one child, step by step', async () => {
  await client.figures.saveHoursRule(rule())
  await came('Basile', '2026-11-18', 'Matin', 'Repas', 'Après-midi')
  const detail = await client.figures.cafDetail({ ...november, accueil: 'ALSH mercredi', ageGroup: 'from6' })
  expect(detail).toMatchObject({
    minutes: 540,
    days: [{ day: '2026-11-18', wholeDays: 1, halfDays: 0, minutes: 540 }],
    children: [{ name: 'Marchand Basile', days: 1, minutes: 540 }],
    example: {
      name: 'Basile Marchand',
      day: '2026-11-18',
      slots: [
        { name: 'Matin', minutes: 240 },
        { name: 'Repas', minutes: 90 },
        { name: 'Après-midi', minutes: 270 },
      ],
      sum: 600,
      minutes: 540,
      source: 'Convention, article 4',
    },
  })
})

it('tells every rule that counted, with its activity and its dates, on screen and in the spreadsheet', async () => {
  await client.figures.saveHoursRule(rule())
  await client.figures.saveHoursRule(rule({ fromDay: day('2026-11-01'), dayMinutes: 120, halfDayMinutes: 60 }))
  for (const on of ['2026-10-14', '2026-11-18']) await came('Zoé', on, 'Matin')
  const autumn = { from: '2026-10' as Month, to: '2026-11' as Month }
  const of = { activity: 'CLSH MERCREDI', accueil: 'ALSH mercredi' }
  const both = [
    { ...of, fromDay: '2026-09-01', until: '2026-10', halfDayMinutes: 240 },
    { ...of, fromDay: '2026-11-01', until: null, halfDayMinutes: 60 },
  ]
  expect((await client.figures.caf(autumn)).rules).toMatchObject(both)
  expect(await client.figures.cafDetail({ ...autumn, accueil: 'ALSH mercredi', ageGroup: 'from6' })).toMatchObject({
    rules: both,
    example: {
      day: '2026-11-18',
      sum: 240,
      how: 'plafond d’une demi-journée, compté',
      minutes: 60,
      rule: expect.stringMatching(/1.h par demi-journée au plus, depuis novembre 2026$/),
    },
  })
  const file = await client.figures.cafFile({ ...autumn, format: 'xlsx' })
  const { rows } = await readXlsx(new Uint8Array(await file.arrayBuffer()), '', 100)
  expect([rows[0]?.[0], rows[1]?.[0]]).toEqual([
    'Heures d’accueil à déclarer à la CAF',
    expect.stringMatching(/octobre 2026.*30.novembre 2026, comptées le/),
  ])
  expect(rows.slice(-2).map(([line]) => line)).toEqual([
    expect.stringMatching(/^ALSH mercredi \(CLSH MERCREDI\), depuis septembre 2026, jusqu’en octobre 2026.: /),
    expect.stringMatching(/, depuis novembre 2026.: plage entière, 2.h .* \(Convention, article 4\)$/),
  ])
})

describe('a declaration', () => {
  it('keeps its hours and its rules, and shows what would be counted otherwise today', async () => {
    await client.figures.saveHoursRule(rule())
    await came('Basile', '2026-11-18', 'Matin')
    await refused(client.figures.declare(november), /ne sont pas finis/)
    town.clock.set('2026-12-01')
    const { id } = await client.figures.declare(november)
    expect(await client.figures.declaration({ id })).toMatchObject({
      minutes: 240,
      differences: [],
      by: 'Sandrine Tostain',
    })
    await came('Zoé', '2026-11-18', 'Matin')
    await client.figures.saveHoursRule(rule({ halfDayMinutes: 180 }))
    const kept = await client.figures.declaration({ id })
    expect(kept).toMatchObject({ minutes: 240, rules: [{ accueil: 'ALSH mercredi', halfDayMinutes: 240 }] })
    expect(kept.differences).toEqual([
      { accueil: 'ALSH mercredi', ageGroup: 'from6', month: '2026-11', declared: 240, now: 360 },
    ])
    const change = () => town.store.sqlite.exec(`update hours_declaration set rows = '[]'`)
    expect(change).toThrow('declared hours never change')
    expect((await client.figures.declarationFile({ id, format: 'pdf' })).type).toBe('application/pdf')
  })

  it('is of some hours, and is never undone', async () => {
    town.clock.set('2026-12-01')
    await refused(client.figures.declare(november), /Aucune heure/)
    await refused(client.figures.declaration({ id: 7 }), /n’existe pas/)
    await client.figures.saveHoursRule(rule())
    await came('Basile', '2026-11-18', 'Matin')
    await client.figures.declare(november)
    const last = town.store.statement('select max(id) from act where kind = ?').pluck().get('figures.declare') as number
    await expect(undone(client, last)).rejects.toThrow('gardez-en une autre')
  })
})

describe('what is typed', () => {
  it('is refused in a sentence, and changes nothing', async () => {
    await refused(client.figures.saveHoursRule(rule({ fromDay: day('2026-09-02') })), /1ᵉʳ d’un mois/, 'fromDay')
    await refused(client.figures.saveHoursRule(rule({ halfDayMinutes: 600 })), /plus qu’une journée/, 'halfDayMinutes')
    await refused(client.figures.saveHoursRule(rule({ dayMinutes: 1500 })), /24 heures/, 'dayMinutes')
    await refused(client.figures.saveHoursRule(rule({ source: '' })), /d’où vient/, 'source')
    await refused(client.figures.removeHoursRule({ id: 7 }), /n’existe plus/)
    await refused(client.figures.caf({ from: '2026-11', to: '2026-10' }), /avant le premier/)
    await refused(client.figures.caf({ from: '2025-01', to: '2026-10' }), /un an au plus/)
    await refused(client.figures.caf({ from: '2026-13', to: '2026-13' }), /mois n’existe pas/)
    expect(town.store.statement('select count(*) from hours_rule').pluck().get()).toBe(0)
  })
})

const accueils = async (from: TestDesk['client'], siteId: number | null = null) =>
  (await from.figures.caf({ ...november, siteId })).rows.map(({ accueil }) => accueil)

it('a person of one site counts the hours of that site alone', async () => {
  const other = `CLSH ${mark}`
  await client.figures.saveHoursRule(rule())
  await came('Zoé', '2026-11-18', 'Matin')
  await anActivity(other, { facility: `MAISON ${mark}`, supervision: 'periscolaire' })(town)
  await aPeriod(`${mark} 2026/2027`, other)(town)
  await aRegistration('Marchand', 'Basile', `${mark} 2026/2027`)(town)
  const site = await client.settings.saveSite({ name: `Site ${mark}` })
  const facility = (await client.settings.facilities()).find(({ name }) => name === `MAISON ${mark}`)
  if (!facility) throw new Error('no facility')
  await client.settings.saveFacility({ ...facility, siteId: site.id })
  await client.attendance.mark({
    cells: [
      {
        registrationId: town.registration('Basile', `${mark} 2026/2027`),
        day: day('2026-11-18'),
        slotId: town.slot(other, 'Matin'),
      },
    ],
    mark: 'present',
  })
  expect(await accueils(client)).toEqual(['ALSH mercredi', other])
  expect(await accueils(client, site.id)).toEqual([other])
  const nord = await atFirstSite(town, ['director'])
  expect(await accueils(nord)).toEqual(['ALSH mercredi'])
  expect(await accueils(nord, site.id)).toEqual([])
  await refused(nord.figures.declarations(), /sites/)
})
