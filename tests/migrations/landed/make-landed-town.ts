/*
 * Makes the files beside it, and runs only in a checkout of commit c690d7ac (29 November 2026), whose invoicing is the
 * one that these files have to come from: later versions bill otherwise, and do not compile this script.
 *
 *   git worktree add --detach /tmp/landed-town c690d7ac
 *   ln -s "$PWD/node_modules" /tmp/landed-town/node_modules
 *   mkdir /tmp/landed-town/tests/migrations/landed && cp tests/migrations/landed/*.ts $_
 *   node_modules/.bin/node /tmp/landed-town/tests/migrations/landed/make-landed-town.ts tests/migrations/landed
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { issuedPdfs } from '../../../main/desk/invoicing/invoicing.ts'
import { checkFile } from '../../../main/store/checking/check.ts'
import type { PeriodInput } from '../../../shared/contract/desk/activities.ts'
import type { Definition } from '../../../shared/contract/desk/money/prices.ts'
import { exampleTariffs } from '../../../shared/examples/tariffs.ts'
import { addDays, day, instantOf, lastOfMonth, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import { aClock, clientOf, openIn, startService } from '../../support/desk.ts'
import { last } from '../../support/towns/billing.ts'
import { aChild, aGuardian, aHome, anAddress } from '../../support/towns/families.ts'
import { pdfDigest } from './pdf-digest.ts'

const [output = ''] = process.argv.slice(2)
if (output === '') throw new Error('say into which folder')

const folder = mkdtempSync(join(tmpdir(), 'landed-town-'))
const clock = aClock('2024-08-15')
const desk = await openIn(folder, clock)
const client = clientOf(desk)
const { store } = desk.core
await startService(client)
await client.settings.changeOrganisation({
  ...(await client.settings.organisation()),
  phone: '02 61 91 55 20',
  email: 'jeunesse@example.fr',
  regie: 'Régie Espace Jeunesse',
  waysToPay: 'chèque, espèces, CESU',
  payfipNumber: '014550',
})

// ---- activities and tariffs -------------------------------------------------------------------------------------

type Activity = 'MERCREDI' | 'PÉRISCOLAIRE' | 'RESTAURANT'
const slotTimes: Readonly<Record<Activity, Readonly<Record<string, readonly [string, string]>>>> = {
  MERCREDI: { Matin: ['08:00', '12:00'], Repas: ['12:00', '13:30'], 'Après-midi': ['13:30', '18:00'] },
  PÉRISCOLAIRE: { Matin: ['07:30', '08:30'], Soir: ['16:30', '18:30'] },
  RESTAURANT: { Repas: ['12:00', '13:30'] },
}
const weekdays: Readonly<Record<Activity, number>> = { PÉRISCOLAIRE: 1, MERCREDI: 3, RESTAURANT: 4 }
const activityNames = Object.keys(slotTimes) as Activity[]
/** Days with which each school year begins and ends. */
const years = [
  ['2024-09-02', '2025-07-04'],
  ['2025-09-01', '2026-07-03'],
  ['2026-09-01', '2027-07-02'],
] as const

const eightDays = { unit: 'calendarDays', amount: 8, before: 'day' } as const
const sameDay = { unit: 'calendarDays', amount: 0, before: 'day' } as const
const place = await client.settings.saveFacility({
  name: 'Centre de loisirs',
  address: '',
  contact: '',
  phone: '',
  archived: false,
})
const type = await client.activities.saveType({ name: 'ALSH' })
const activityIds = new Map<Activity, number>()
const slotIds = new Map<string, number>()
const periodIds = new Map<string, number>()
for (const name of activityNames) {
  const deadline = name === 'MERCREDI' ? eightDays : sameDay
  const saved = await client.activities.save({
    name,
    facilityId: place.id,
    typeId: type.id,
    minimumAge: null,
    maximumAge: null,
    levels: null,
    residentsOnly: false,
    supervision: 'none',
    bookingRule: { deadline, after: { surcharge: 300 } },
    cancelRule: { deadline, after: { surcharge: 500 } },
    archived: false,
    slots: Object.entries(slotTimes[name]).map(([slot, [start, end]]) => ({
      name: slot,
      shortName: `${slot.slice(0, 3).toLowerCase()}.`,
      start: timeOfDay(start),
      end: timeOfDay(end),
      isMeal: slot === 'Repas',
    })),
  })
  activityIds.set(name, saved.id)
  for (const { id, name: slot } of saved.slots) slotIds.set(`${name} ${slot}`, id)
  for (const [startDay, endDay] of years) {
    const input: PeriodInput = {
      activityId: saved.id,
      name: `${name} ${startDay.slice(0, 4)}`,
      startDay: day(startDay),
      endDay: day(endDay),
      weekdays: [weekdays[name]],
      schoolHolidays: 'with',
      places: saved.slots.map(({ id }) => ({ slotId: id, capacity: 60 })),
      registrationOpensAt: null,
      registrationClosesAt: null,
      bookingOpensAt: null,
      bookingClosesAt: null,
      residentsOpenAt: null,
      bookingRule: null,
      cancelRule: null,
      waitingList: true,
      promotion: 'proposal',
      archived: false,
    }
    periodIds.set(`${name} ${startDay.slice(0, 4)}`, (await client.activities.savePeriod(input)).id)
  }
}

const found = <T>(map: ReadonlyMap<string, T>, key: string): T => {
  const value = map.get(key)
  if (value === undefined) throw new Error(`this town has no « ${key} »`)
  return value
}

const example = (label: string): Definition => {
  const version = exampleTariffs.find((one) => one.label === label)?.versions[0]
  if (!version) throw new Error(`no example tariff « ${label} »`)
  const { from: _, ...definition } = structuredClone(version)
  return definition as unknown as Definition
}
const fixed = (cents: number) => ({ method: 'fixed', cents, nonResident: { rule: 'same' } }) as const

/**
 * Wednesdays: brothers and sisters, a fee for each child and school year, an aid capped by month and one by school
 * year.
 */
const wednesday: Definition = {
  ...example('ALSH mercredi, 3-6 ans'),
  siblings: { percents: [10, 20], on: ['garde'] },
  deductions: [
    { label: 'Aide CAF', per: 'day', cents: 400, upTo: 700, leaves: 100, cap: { per: 'month', cents: 800 } },
    { label: 'Aide du CCAS', per: 'meal', cents: 150, upTo: 300, leaves: 100, cap: { per: 'schoolYear', cents: 2000 } },
  ],
  membership: { label: 'Adhésion', per: 'child', year: 'school', price: fixed(1000) },
}
/** Before and after school: a fee for each home and civil year, and a minimum by month. */
const aroundSchool = (minimum: number): Definition => ({
  ...example('Accueil périscolaire'),
  membership: { label: 'Cotisation', per: 'family', year: 'civil', price: fixed(1500) },
  minimum: { cents: minimum },
})
const canteen = (cents: number): Definition => {
  const definition = example('Restaurant scolaire')
  for (const { count } of definition.lines) if (count.per === 'slot') count.price = fixed(cents)
  return definition
}

const tariffIds = new Map<string, number>()
const versionIds = new Map<string, number>()
/** Adds a version from this day on; if the tariff has one, changes it in place. */
const saveVersion = async (activity: Activity, from: string, definition: Definition) => {
  const id = versionIds.get(`${activity} ${from}`)
  const tariff = await client.prices.saveVersion({
    ...(id !== undefined && { id }),
    tariffId: found(tariffIds, activity),
    from: day(from),
    definition,
  })
  for (const version of tariff.versions) versionIds.set(`${activity} ${version.from}`, version.id)
}
for (const name of activityNames) {
  const { id } = await client.prices.saveTariff({ name })
  tariffIds.set(name, id)
  await client.prices.attach({ activityId: found(activityIds, name), tariffId: id })
}
await saveVersion('MERCREDI', '2024-09-01', wednesday)
await saveVersion('PÉRISCOLAIRE', '2024-09-01', aroundSchool(800))
await saveVersion('RESTAURANT', '2024-09-01', canteen(390))

// ---- homes ------------------------------------------------------------------------------------------------------

type Booked = Readonly<Partial<Record<Activity, readonly string[]>>>
type ChildPlan = { readonly born: string; readonly years: readonly (0 | 1 | 2)[]; readonly booked: Booked }
type HomePlan = { readonly quotient: number | null; readonly children: Readonly<Record<string, ChildPlan>> }

const always = [0, 1, 2] as const
const homes: Readonly<Record<string, HomePlan>> = {
  Marchand: {
    quotient: 727,
    children: {
      Louison: { born: '2019-03-14', years: always, booked: { MERCREDI: ['Matin', 'Repas'], RESTAURANT: ['Repas'] } },
      Basile: { born: '2021-05-02', years: always, booked: { MERCREDI: ['Matin', 'Repas', 'Après-midi'] } },
    },
  },
  Fouquet: {
    quotient: null,
    children: { Noé: { born: '2020-01-20', years: always, booked: { MERCREDI: ['Matin'] } } },
  },
  Lebrun: {
    quotient: 640,
    children: { Zoé: { born: '2020-06-11', years: always, booked: { MERCREDI: ['Matin', 'Repas'] } } },
  },
  Duval: {
    quotient: 280,
    children: {
      Inès: { born: '2018-02-01', years: always, booked: { MERCREDI: ['Matin', 'Repas'], RESTAURANT: ['Repas'] } },
      Malo: { born: '2021-09-30', years: always, booked: { MERCREDI: ['Repas', 'Après-midi'] } },
      Lise: { born: '2022-01-05', years: [2], booked: { MERCREDI: ['Matin', 'Repas'] } },
    },
  },
  Petit: {
    quotient: 900,
    children: { Léo: { born: '2019-11-02', years: always, booked: { PÉRISCOLAIRE: ['Matin'] } } },
  },
  Évrard: {
    quotient: 1000,
    children: {
      Ada: { born: '2020-04-04', years: [0, 2], booked: { MERCREDI: ['Matin'] } },
      Éva: { born: '2017-02-28', years: [0], booked: { RESTAURANT: ['Repas'] } },
    },
  },
  Caron: {
    quotient: 850,
    children: {
      Hugo: { born: '2018-08-08', years: [0], booked: { PÉRISCOLAIRE: ['Soir'], MERCREDI: ['Matin'] } },
      Nina: { born: '2021-02-17', years: [0], booked: { PÉRISCOLAIRE: ['Soir'] } },
    },
  },
  Hamel: {
    quotient: 1200,
    children: { Rose: { born: '2019-07-07', years: always, booked: { MERCREDI: ['Matin', 'Repas'] } } },
  },
  Lemoine: {
    quotient: 900,
    children: { Paul: { born: '2020-12-12', years: always, booked: { MERCREDI: ['Matin'], RESTAURANT: ['Repas'] } } },
  },
  Noël: {
    quotient: 727,
    children: { Tom: { born: '2021-03-03', years: always, booked: { MERCREDI: ['Matin', 'Repas', 'Après-midi'] } } },
  },
  Roussel: {
    quotient: 400,
    children: {
      Lou: { born: '2019-05-05', years: [0], booked: { MERCREDI: ['Matin', 'Repas'], PÉRISCOLAIRE: ['Soir'] } },
    },
  },
  Vasseur: {
    quotient: 777,
    children: {
      Jules: { born: '2020-10-02', years: always, booked: { MERCREDI: ['Matin'] } },
      /** Jules typed a second time, until both become one. */
      Julles: { born: '2020-10-02', years: [2], booked: { RESTAURANT: ['Repas'] } },
    },
  },
}
const familyIds = new Map<string, number>()
const childIds = new Map<string, number>()
const registrationIds = new Map<string, number>()

for (const [name, { quotient, children }] of Object.entries(homes)) {
  const fromDay = day('2024-09-01')
  const { id } = await client.families.create({
    home: { ...aHome(name), dependentChildren: Object.keys(children).length },
    guardians: [{ ...aGuardian('Camille', name), civility: 'Mme' }],
    move: { fromDay, address: anAddress('4 rue des Saules'), resident: null },
    quotient: quotient === null ? null : { fromDay, value: quotient, source: 'CAF', updatedOn: fromDay },
    children: Object.entries(children).map(([first, { born }]) => ({ ...aChild(first, name, born), schooling: null })),
  })
  familyIds.set(name, id)
  const family = await client.families.one({ id })
  for (const child of family.children) childIds.set(child.firstName, child.id)
}

/** Registers each child for what it books by habit in that school year, and for the cases further down. */
const register = async (year: 0 | 1 | 2) => {
  const [startDay, endDay] = years[year]
  const also: Readonly<Record<string, readonly Activity[]>> =
    year === 1 ? { Ada: ['MERCREDI'], Hugo: ['PÉRISCOLAIRE'], Nina: ['PÉRISCOLAIRE'], Paul: ['PÉRISCOLAIRE'] } : {}
  for (const [name, { children }] of Object.entries(homes))
    for (const [first, plan] of Object.entries(children)) {
      const booked = plan.years.includes(year) ? (Object.keys(plan.booked) as Activity[]) : []
      for (const activity of new Set([...booked, ...(also[first] ?? [])])) {
        const { id } = await client.registrations.ask({
          childId: found(childIds, first),
          familyId: found(familyIds, name),
          periodId: found(periodIds, `${activity} ${startDay.slice(0, 4)}`),
          startDay: day(startDay),
          endDay: day(endDay),
          typicalWeek: [],
          overrideReason: '',
          accepted: true,
        })
        registrationIds.set(`${first} ${activity} ${year}`, id)
      }
    }
}

// ---- gestures ---------------------------------------------------------------------------------------------------

const yearOf = (on: string): 0 | 1 | 2 => (on < '2025-08-15' ? 0 : on < '2026-08-15' ? 1 : 2)
const cellsOf = (child: string, activity: Activity, days: readonly string[], slots: readonly string[]) =>
  days.flatMap((on) =>
    slots.map((slot) => ({
      registrationId: found(registrationIds, `${child} ${activity} ${yearOf(on)}`),
      day: day(on),
      slotId: found(slotIds, `${activity} ${slot}`),
    })),
  )
type Cells = ReturnType<typeof cellsOf>
type Move = Parameters<typeof client.reservations.move>[0]
const move = async (cells: Cells, act: Move['act'], more: Partial<Move> = {}) => {
  const { refused } = await client.reservations.move({ cells, act, ...more })
  if (refused[0]) throw new Error(`${refused[0].child}, ${refused[0].day}: ${refused[0].sentence}`)
}
const book = (child: string, days: readonly string[], slots: readonly string[], activity: Activity = 'MERCREDI') =>
  move(cellsOf(child, activity, days, slots), 'book')
const free = (child: string, days: readonly string[], slots: readonly string[], activity: Activity = 'MERCREDI') =>
  move(cellsOf(child, activity, days, slots), 'free', {
    charged: false,
    reason: { kind: 'listed', code: 'toldInTime' },
  })

const run = async (from: string, to: string, ...names: readonly string[]) =>
  last(
    await client.invoicing.run({
      from: day(from),
      to: day(to),
      activityIds: null,
      familyIds: names.length === 0 ? null : names.map((name) => found(familyIds, name)),
    }),
  )
/** Issues every draft without an error, set aside or not. */
const issue = async (runId: number) => {
  const { drafts } = await client.invoicing.drafts({ runId })
  const ids = drafts.filter(({ state, verdict }) => state === 'draft' && verdict !== 'error').map(({ id }) => id)
  const { stale } = await last(await client.invoicing.issue({ runId, ids }))
  if (stale > 0) throw new Error(`run ${runId}: ${stale} drafts are stale`)
}
const bill = async (from: string, to: string, ...names: readonly string[]) => {
  const { id } = await run(from, to, ...names)
  await issue(id)
}
const latest = async (name: string) => {
  const papers = await client.invoicing.ofFamily({ familyId: found(familyIds, name) })
  const paper = papers.find(({ kind }) => kind === 'invoice')
  if (!paper) throw new Error(`${name} has no invoice`)
  const { sections } = await client.invoicing.paper({ id: paper.id })
  return { id: paper.id, lines: sections.flatMap(({ lines }) => lines) }
}
const credit = async (
  name: string,
  reason: string,
  billAgain: boolean,
  chosen: ((label: string) => boolean) | null = null,
) => {
  const { id, lines } = await latest(name)
  const lineIds = chosen && lines.filter(({ label }) => chosen(label)).map((line) => line.id)
  await client.invoicing.creditNote({ invoiceId: id, lineIds, reason, billAgain })
}
const balance = async (name: string) =>
  (await client.payments.account({ familyId: found(familyIds, name) })).balanceCents
type Means = 'cash' | 'cheque' | 'cesu'
const pay = async (name: string, amountCents: number, means: Means, on: string, payer = '') =>
  client.payments.record({
    familyId: found(familyIds, name),
    means,
    amountCents,
    receivedOn: day(on),
    payer,
    reference: '',
    chosen: null,
  })

/** What issued papers ask of a home on these days, less what credit notes give back. */
const standing = (name: string, from: string, to = from): number => {
  const lines = store
    .statement(`select quantity, unit_cents as unit, days from invoice_line
      join invoice on invoice.id = invoice_id where family_id = ? and invoice.state = 'issued'`)
    .all(found(familyIds, name)) as { quantity: number; unit: number; days: string }[]
  return lines.reduce((sum, { quantity, unit, days }) => {
    const within = (JSON.parse(days) as string[]).filter((on) => from <= on && on <= to).length
    return sum + Math.sign(quantity) * unit * within
  }, 0)
}
const expectStanding = (name: string, from: string, to: string, expected: number) => {
  const cents = standing(name, from, to)
  if (cents !== expected) throw new Error(`${name}, ${from} to ${to}: ${cents} stands, ${expected} expected`)
}

// ---- three school years, in order of day ------------------------------------------------------------------------

/** What happens, on its day: the clock only goes forward, so that papers get their numbers in order. */
const timeline: { readonly on: string; readonly work: () => Promise<unknown> }[] = []
const on = (date: string, work: () => Promise<unknown>) => void timeline.push({ on: date, work })

const openDays = (activity: Activity, month: string) =>
  store
    .statement(`select distinct day from opening join period on period.id = period_id
      where activity_id = ? and substr(day, 1, 7) = ? order by day`)
    .pluck()
    .all(found(activityIds, activity), month) as string[]
/** Months that a home does not book by habit: a case of its own, further down, fills them. */
const quiet = new Set(['Lebrun 2026-01', 'Lebrun 2026-03', 'Lemoine 2026-03', 'Lemoine 2026-05'])

const bookMonth = async (month: string) => {
  const cells: Cells[number][] = []
  for (const [name, { children }] of Object.entries(homes))
    for (const [first, plan] of Object.entries(children))
      for (const [activity, slots] of Object.entries(plan.booked) as [Activity, readonly string[]][]) {
        if (!plan.years.includes(yearOf(`${month}-01`)) || quiet.has(`${name} ${month}`)) continue
        const days = openDays(activity, month)
        // The first and the third day of the month; the others are left for the cases of one home. Duval books all, so
        // that it reaches the ceilings of its aids.
        const habits = days.filter((_, index) => index % 2 === 0).slice(0, 2)
        cells.push(...cellsOf(first, activity, name === 'Duval' && activity === 'MERCREDI' ? days : habits, slots))
      }
  await move(cells, 'book')
}
const monthsOf = (year: number) => [
  ...['09', '10', '11', '12'].map((month) => `${year}-${month}`),
  ...['01', '02', '03', '04', '05', '06', '07'].map((month) => `${year + 1}-${month}`),
]
const endOf = (month: string) => lastOfMonth(day(`${month}-01`))

for (const year of [0, 1, 2] as const) on(`${2024 + year}-08-17`, () => register(year))
for (const month of [...monthsOf(2024), ...monthsOf(2025), '2026-09', '2026-10', '2026-11', '2026-12'])
  on(addDays(day(`${month}-01`), -12), () => bookMonth(month))

// The first year is billed by quarters, then by months.
for (const [first, final, date] of [
  ['2024-09', '2024-11', '2024-12-03'],
  ['2024-12', '2025-02', '2025-03-04'],
  ['2025-03', '2025-05', '2025-06-03'],
  ['2025-06', '2025-08', '2025-09-01'],
] as const)
  on(date, () => bill(`${first}-01`, endOf(final)))
for (const [month, date] of [
  ['2025-09', '2025-10-01'],
  ['2025-10', '2025-11-03'],
  ['2025-11', '2025-12-01'],
  ['2025-12', '2026-01-04'],
  ['2026-01', '2026-02-02'],
  ['2026-02', '2026-03-02'],
  ['2026-03', '2026-04-01'],
  ['2026-04', '2026-05-04'],
  ['2026-05', '2026-06-01'],
  ['2026-06', '2026-07-01'],
  ['2026-07', '2026-08-03'],
  ['2026-09', '2026-10-01'],
  ['2026-10', '2026-11-02'],
  ['2026-11', '2026-11-24'],
] as const)
  on(date, () => bill(`${month}-01`, endOf(month)))

// Payments: whole, in part, by vouchers, by somebody else, cancelled, never.
for (const date of [
  '2024-12-16',
  '2025-03-17',
  '2025-06-16',
  '2025-09-15',
  '2025-12-15',
  '2026-03-16',
  '2026-06-15',
  '2026-10-12',
])
  on(date, async () => {
    for (const name of familyIds.keys()) {
      const due = await balance(name)
      if (due <= 0 || name === 'Lebrun') continue
      if (name === 'Marchand') {
        await pay(name, Math.floor(due / 3), 'cesu', date)
        await pay(name, due - Math.floor(due / 3), 'cheque', date, 'Mme Camille Marchand')
      } else if (name === 'Duval') await pay(name, Math.ceil(due / 2), 'cheque', date, 'Mme Huguette Duval')
      else if (name === 'Fouquet' && date === '2025-03-17') {
        const { id } = await pay(name, due, 'cheque', date)
        await client.payments.cancel({ id, reason: 'Chèque sans provision' })
      } else await pay(name, due, name === 'Petit' ? 'cash' : 'cheque', date)
    }
  })

// Tariffs: a minimum is lowered in mid-year, prices change with the school year, then in place after they billed.
on('2025-02-10', () => saveVersion('PÉRISCOLAIRE', '2025-02-17', aroundSchool(600)))
on('2025-08-20', async () => {
  await saveVersion('MERCREDI', '2025-09-01', wednesday)
  await saveVersion('PÉRISCOLAIRE', '2025-09-01', aroundSchool(1300))
  await saveVersion('RESTAURANT', '2025-09-01', canteen(410))
})
on('2026-02-10', () => saveVersion('RESTAURANT', '2025-09-01', canteen(440)))

// Billed wrong by this version, 1: half a day is billed, the other half is in two runs, the second of which is issued
// first. The day costs two halves instead of a whole day.
on('2025-11-04', async () => {
  const date = '2025-11-26'
  await book('Louison', [date], ['Matin'])
  await bill(date, date, 'Marchand')
  await book('Louison', [date], ['Après-midi'])
  const [first, second] = [await run(date, date, 'Marchand'), await run(date, date, 'Marchand')]
  await issue(second.id)
  await client.invoicing.discard({ runId: first.id })
  expectStanding('Marchand', date, date, 1100)
})
// Billed wrong, 1: an old draft of one half is issued after another run billed the other half; the second time, the
// day's aid is given twice.
const oldDraft = async (child: string, name: string, date: string, expected: number) => {
  await book(child, [date], ['Après-midi'])
  const old = await run(date, date, name)
  await free(child, [date], ['Après-midi'])
  await book(child, [date], ['Matin'])
  await bill(date, date, name)
  await book(child, [date], ['Après-midi'])
  await issue(old.id)
  expectStanding(name, date, date, expected)
}
on('2025-11-25', () => oldDraft('Noé', 'Fouquet', '2025-12-10', 1250))
on('2026-01-05', () => oldDraft('Zoé', 'Lebrun', '2026-01-28', 300))
// Two months issued in the wrong order, which share the ceiling of an aid by year.
on('2026-10-26', () => bill('2026-11-01', endOf('2026-11'), 'Duval'))

// Billed wrong, 2: a minimum is lowered after it was billed, in place or by a version that begins in mid-month. The
// next draft of the home would be negative, nothing can issue it, and its days are never billed.
const refusedDraft = async (from: string, to: string, name: string, expected: number) => {
  const { id } = await run(from, to, name)
  const [draft] = (await client.invoicing.drafts({ runId: id })).drafts
  if (draft?.verdict !== 'error' || draft.totalCents !== expected)
    throw new Error(`${name}: the draft is ${draft?.verdict}, ${draft?.totalCents}`)
}
on('2026-02-03', async () => {
  const february = ['2026-02-01', '2026-02-28', 'Petit'] as const
  await bill(...february)
  await saveVersion('PÉRISCOLAIRE', '2025-09-01', aroundSchool(1000))
  await book('Léo', ['2026-02-23'], ['Matin'], 'PÉRISCOLAIRE')
  await refusedDraft(...february, -300)
})
on('2026-02-04', () => book('Paul', ['2026-02-09'], ['Matin'], 'PÉRISCOLAIRE'))
on('2026-03-03', async () => {
  await saveVersion('PÉRISCOLAIRE', '2026-03-16', aroundSchool(600))
  await book('Paul', ['2026-03-09'], ['Matin'], 'PÉRISCOLAIRE')
  await bill('2026-03-01', '2026-03-15', 'Lemoine')
  await book('Paul', ['2026-03-23'], ['Matin'], 'PÉRISCOLAIRE')
  await refusedDraft('2026-03-16', '2026-03-31', 'Lemoine', -400)
})

// Billed wrong, 3: what a credit note frees of a monthly ceiling is not given to the days left.
on('2026-02-20', async () => {
  await book('Zoé', ['2026-03-04', '2026-03-11', '2026-03-18'], ['Matin'])
  await bill('2026-03-01', '2026-03-31', 'Lebrun')
  await free('Zoé', ['2026-03-04'], ['Matin'])
  await bill('2026-03-01', '2026-03-31', 'Lebrun')
  expectStanding('Lebrun', '2026-03-01', '2026-03-31', 700)
})

// Billed wrong, 4: a membership is given back with the last day of its own invoice, although another day of the year is
// billed; and one is lost between two runs, the second of which is issued first.
on('2026-01-20', async () => {
  const february = ['2026-02-01', '2026-02-28', 'Évrard'] as const
  await book('Ada', ['2026-02-11'], ['Matin'])
  await bill(...february)
  await book('Ada', ['2026-02-25'], ['Matin'])
  await bill(...february)
  await free('Ada', ['2026-02-11'], ['Matin'])
  await bill(...february)
  expectStanding('Évrard', '2026-02-01', '2026-02-28', 550)
})
on('2026-01-08', async () => {
  const january = ['2026-01-01', '2026-01-31', 'Caron'] as const
  await book('Hugo', ['2026-01-19'], ['Matin', 'Soir'], 'PÉRISCOLAIRE')
  await bill(...january)
  await free('Hugo', ['2026-01-19'], ['Matin', 'Soir'], 'PÉRISCOLAIRE')
  const proposed = await run(...january)
  await book('Nina', ['2026-01-12', '2026-01-19', '2026-01-26'], ['Matin', 'Soir'], 'PÉRISCOLAIRE')
  await bill(...january)
  await issue(proposed.id)
  expectStanding('Caron', '2026-01-01', '2026-01-31', 6 * 295)
})

// A minimum made up by one invoice and given back inside the next one; and one that stays due, so that the credit note
// is smaller.
on('2025-10-08', () => bill('2025-10-01', '2025-10-12', 'Petit'))
on('2025-10-27', async () => {
  await book('Léo', ['2025-11-10', '2025-11-24'], ['Matin', 'Soir'], 'PÉRISCOLAIRE')
  await bill('2025-11-01', '2025-11-30', 'Petit')
  await free('Léo', ['2025-11-10', '2025-11-24'], ['Matin', 'Soir'], 'PÉRISCOLAIRE')
})

// A tariff changed in place between two halves of a day.
on('2026-04-14', async () => {
  const date = '2026-04-29'
  await book('Louison', [date], ['Matin'])
  await bill(date, date, 'Marchand')
  const dearer = structuredClone(wednesday)
  for (const { count } of dearer.lines)
    if (count.per === 'formula')
      for (const { price } of count.formulas)
        if (price.method === 'bracket') price.cents = price.cents.map((c) => c + 20)
  await saveVersion('MERCREDI', '2025-09-01', dearer)
  await book('Louison', [date], ['Après-midi'])
  await bill(date, date, 'Marchand')
})

// A quotient corrected back over billed months, before a billed day changes; and a move that the home tells a month
// late.
on('2026-05-04', async () => {
  await book('Paul', ['2026-05-20', '2026-05-27'], ['Matin'])
  await bill('2026-05-01', '2026-05-31', 'Lemoine')
  const fromDay = day('2026-03-01')
  await client.families.setQuotient({
    familyId: found(familyIds, 'Lemoine'),
    fromDay,
    value: 500,
    source: 'CAF',
    updatedOn: day('2026-05-04'),
  })
  await book('Paul', ['2026-05-20'], ['Après-midi'])
})
on('2026-07-10', () =>
  client.families.setAddress({
    familyId: found(familyIds, 'Lemoine'),
    fromDay: day('2026-06-01'),
    address: anAddress('12 rue de Bayeux', 'Caen', '14000'),
    resident: null,
  }),
)

// Credit notes of staff: whole and by line, for good and to be billed again.
on('2025-11-05', async () => {
  await credit('Noël', 'Facture à refaire', true)
  await bill('2025-10-01', '2025-10-31', 'Noël')
})
on('2025-10-06', () => credit('Vasseur', 'Adhésion offerte', false, (label) => label.includes('adhésion')))
on('2025-12-04', () => credit('Noël', 'Repas non servis', false, (label) => label.includes('repas')))
on('2026-01-08', () => credit('Noël', 'Geste du maire', false))
on('2026-02-04', () => credit('Noël', 'Mauvais jours', true, (label) => !label.includes('adhésion')))
on('2026-04-05', () => credit('Noël', 'Facture à refaire', true))

// Late bookings and cancellations, attendance.
on('2026-02-05', () =>
  move(cellsOf('Rose', 'MERCREDI', ['2026-02-11'], ['Matin']), 'book', {
    surchargeAccepted: true,
    reason: { kind: 'listed', code: 'work' },
  }),
)
on('2026-03-05', () => credit('Hamel', 'Supplément offert', false, (label) => label.includes('hors délai')))
const cancelLate = async (date: string, asked: string) => {
  const cells = cellsOf('Rose', 'MERCREDI', [date], ['Matin'])
  const recordedAt = instantOf(day(asked), timeOfDay('09:00'))
  await move(cells, 'enterDemand', { recordedAt, surchargeAccepted: true })
  await move(cells, 'acceptCancel')
}
on('2026-03-12', () => cancelLate('2026-03-18', '2026-03-12'))
on('2026-04-10', () =>
  move(cellsOf('Rose', 'MERCREDI', ['2026-04-15'], ['Matin', 'Repas']), 'free', {
    charged: true,
    reason: { kind: 'listed', code: 'family' },
  }),
)
on('2026-05-11', () => bill('2026-05-01', '2026-05-31', 'Hamel'))
on('2026-05-14', () => cancelLate('2026-05-20', '2026-05-14'))
on('2026-01-21', async () => {
  type Mark = Parameters<typeof client.attendance.mark>[0]['mark']
  const mark = (date: string, slot: string, one: Mark) =>
    client.attendance.mark({ cells: cellsOf('Rose', 'MERCREDI', [date], [slot]), mark: one, reason: 'Certificat' })
  await mark('2026-01-07', 'Matin', 'absent')
  await mark('2026-01-07', 'Repas', 'justifiedInTime')
  await mark('2026-01-14', 'Matin', 'present')
  await mark('2026-01-21', 'Matin', 'present')
  await mark('2026-01-21', 'Repas', 'present')
  const registrationId = found(registrationIds, 'Rose MERCREDI 1')
  await client.attendance.departure({ registrationId, day: day('2026-01-21'), at: timeOfDay('14:40') })
})

// A child on two records, one of them billed, becomes one; a home that left and paid is erased, and so is a child of a
// home that stays.
on('2026-09-28', async () => {
  const pair = { keptId: found(childIds, 'Jules'), goneId: found(childIds, 'Julles') }
  await client.doubles.merge({ kind: 'child', ...pair, take: [] })
})
on('2025-09-20', async () => {
  await client.reservations.leave({ familyId: found(familyIds, 'Roussel'), on: day('2025-09-20'), charged: false })
})
on('2026-10-20', async () => {
  await client.protection.setRetention({ kind: 'family', months: 12 })
  const roussel = { subject: 'family', id: found(familyIds, 'Roussel') } as const
  await last(await client.protection.erase({ ...roussel, confirmation: 'Roussel' }))
  const child = { subject: 'child', id: found(childIds, 'Éva') } as const
  await last(await client.protection.erase({ ...child, confirmation: 'Éva Évrard' }))
})

// On the last day, December is prepared, with a credit note for a day given up; then days change that no run sees.
on('2026-11-18', () => book('Inès', ['2026-11-26'], ['Repas'], 'RESTAURANT'))
on('2026-11-20', () => book('Louison', ['2026-11-26'], ['Repas'], 'RESTAURANT'))
on('2026-11-25', async () => {
  await free('Inès', ['2026-11-26'], ['Repas'], 'RESTAURANT')
  await run('2026-12-01', '2026-12-31')
  await free('Louison', ['2026-11-26'], ['Repas'], 'RESTAURANT')
  await book('Tom', ['2026-12-09'], ['Matin'])
  await free('Noé', ['2026-12-16'], ['Matin'])
})

for (const [position, { on: date, work }] of timeline.toSorted((a, b) => a.on.localeCompare(b.on)).entries()) {
  // No two gestures at the same minute of a day.
  clock.set(date, `10:${10 + (position % 50)}`)
  try {
    await work()
  } catch (error) {
    throw new Error(`on ${date}: ${work.toString()}`, { cause: error })
  }
}

// ---- what the landed version says of it -------------------------------------------------------------------------

const findings = checkFile(store.sqlite)
if (findings.length > 0) throw new Error(JSON.stringify(findings.slice(0, 5), null, 1))

const seals = store.statement(`select id, hash from invoice where state = 'issued' order by id`).all() as {
  id: number
  hash: string
}[]
const pdfs = await issuedPdfs(
  store,
  seals.map(({ id }) => id),
)
const papers = seals.map(({ id, hash }) => {
  const pdf = pdfs.get(id)
  if (!pdf) throw new Error(`paper ${id} has no PDF`)
  return { id, seal: hash, pdf: pdfDigest(pdf) }
})
const balances: { name: string; familyId: number; cents: number }[] = []
for (const [name, familyId] of familyIds) balances.push({ name, familyId, cents: await balance(name) })
const certificates = []
for (const year of [2024, 2025, 2026]) certificates.push({ year, rows: await client.statements.certificates({ year }) })

const rows = <T>(all: readonly T[]) => `[\n${all.map((row) => JSON.stringify(row)).join(',\n')}\n]`
const copy = join(folder, 'copy.sqlite')
store.sqlite.exec(`vacuum into '${copy}'`)
const bytes = gzipSync(readFileSync(copy), { level: 9 })
writeFileSync(join(resolve(output), 'town.sqlite.gz'), bytes)
writeFileSync(join(resolve(output), 'papers.json'), `${rows(papers)}\n`)
writeFileSync(
  join(resolve(output), 'accounts.json'),
  `{\n"balances": ${rows(balances)},\n"certificates": ${rows(certificates)}\n}\n`,
)
const count = (text: string) => store.statement(`select count(*) from ${text}`).pluck().get()
console.log({
  bytes: bytes.length,
  papers: papers.length,
  notes: count(`invoice where state = 'issued' and kind = 'creditNote'`),
  drafts: count(`invoice where state = 'draft'`),
  cells: count('reservation'),
  audit: count('audit'),
  payments: count('payment'),
})
await desk.close()
rmSync(folder, { recursive: true, force: true })
