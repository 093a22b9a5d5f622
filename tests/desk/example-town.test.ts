import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Desk, openDesk } from '../../main/app/desk.ts'
import { readyExampleTown } from '../../main/desk/example/example.ts'
import { healthNotices } from '../../main/desk/families/health.ts'
import { systemActor } from '../../main/store/acts/acts.ts'
import { checkFile } from '../../main/store/checking/check.ts'
import { CannotOpen, dataFileName, openStore } from '../../main/store/store.ts'
import { falaisePeriscolaire } from '../../shared/examples/tariffs.ts'
import { roles } from '../../shared/rules/access/roles.ts'
import { day, type Instant, instantOf, timeOfDay } from '../../shared/rules/calendar/day.ts'
import { withExplicitLate } from '../../shared/rules/price/tariff.ts'
import { clientOf } from '../support/desk.ts'
import { aDataFolder } from '../support/machine/data-folder.ts'
import { before, copyExampleTown, exampleNow, exampleTown } from './example-made.ts'

const slow = 240_000

const between = (value: number, low: number, high: number) => {
  expect(value).toBeGreaterThanOrEqual(low)
  expect(value).toBeLessThanOrEqual(high)
}

describe('the example town', () => {
  let folder: string
  let desk: Desk
  let sqlite: Sqlite.Database
  beforeAll(async () => {
    folder = join(mkdtempSync(join(tmpdir(), 'exemple-')), 'ville')
    await copyExampleTown(folder)
    desk = await openDesk({ dataDir: `${folder}-service`, exampleDir: folder, demo: true, clock: () => exampleNow })
    sqlite = desk.core.store.sqlite
  }, slow)
  afterAll(async () => {
    await desk.close()
    rmSync(dirname(folder), { recursive: true, force: true })
  })

  /** A page that was opened: it asks first who is there. */
  const atTheDesk = async () => {
    const client = clientOf(desk)
    await client.staff.session()
    return client
  }
  const one = (question: string) => sqlite.prepare(question).pluck().get() as number

  it('asked families for papers, some late, and has two conversations, one without an answer', async () => {
    const client = await atTheDesk()
    expect((await client.papers.queue()).late).toHaveLength(3)
    expect(one(`select count(*) from asked_paper where state = 'settled'`)).toBe(1)
    expect(one(`select count(*) from asked_paper where state = 'open'`)).toBe(5)
    const { rows, unread } = await client.messages.list({ state: 'open', filter: '', from: 0, count: 10 })
    expect([rows.length, unread]).toEqual([2, 1])
  })

  it('asks for dossiers, most of which are whole, and a campaign runs in which homes are everywhere', async () => {
    const client = await atTheDesk()
    const all = { activityId: null, periodId: null, schoolId: null, requiredId: null }
    const { children, incomplete, required } = await client.dossiers.list(all)
    between(incomplete / children, 0.15, 0.6)
    expect(required.every((one) => one.children > 0)).toBe(true)
    const [running] = await client.campaign.list()
    expect(running).toMatchObject({ isRunning: true, year: 2026 })
    const { counts } = await client.campaign.progress({ id: running?.id ?? 0 })
    expect(Object.values(counts).every((homes) => homes > 0)).toBe(true)
  })

  it('has about 600 families and 900 children, three years of invoices, two years of days', () => {
    between(one('select count(*) from family'), 580, 620)
    between(one('select count(*) from child'), 860, 940)
    between(one('select count(*) from reservation'), 60_000, 180_000)
    const years = `select count(distinct substr(from_day, 1, 4)) from invoice where state = 'issued'`
    expect(one(years)).toBe(3)
    expect(one(`select min(from_day) from invoice`)).toBe('2024-09-01')
    expect(one(`select max(to_day) from invoice`)).toBe('2026-10-31')
    expect(
      one(`select count(distinct substr(day, 1, 7)) from reservation where day between '2025-09-01' and '2026-12-31'`),
    ).toBe(16)
  })

  it('says what vouchers pay, and has money to give back to a home that left', async () => {
    const client = await atTheDesk()
    const [regie] = await client.regies.list()
    expect(regie?.voucherRules.map(({ means }) => means)).toEqual(['cesu', 'holidayVouchers'])
    expect((await client.payments.refunds({})).left).toMatchObject([{ refundableCents: 3850 }])
  })

  it('names the online way to pay on every paper that it issued', () => {
    const unpaidOnline = `coalesce(json_extract(paper, '$.payment.payfipNumber'), '') = ''`
    expect(one(`select count(*) from invoice where state = 'issued' and ${unpaidOnline}`)).toBe(0)
  })

  it('has no contradiction: the judge finds nothing', () => {
    expect(checkFile(sqlite)).toEqual([])
  })

  it('is nobody’s: phones and mails that fiction may use', () => {
    const phones = sqlite
      .prepare(
        `select mobile_phone from guardian union select work_phone from guardian union select home_phone from family
        union select phone from pickup_contact union select phone from facility`,
      )
      .pluck()
      .all() as string[]
    expect(phones.filter((phone) => phone !== '' && !/^(06 39 98|02 61 91) \d\d \d\d$/.test(phone))).toEqual([])
    expect(one(`select count(*) from guardian where email not like '%@example.fr'`)).toBe(0)
  })

  it('prices care and Wednesdays by the table of Falaise, the rest by tariffs said to be examples', async () => {
    const tariffs = await (await atTheDesk()).prices.tariffs()
    const care = tariffs.find(({ name }) => name === falaisePeriscolaire.label)
    const [printed] = falaisePeriscolaire.versions
    if (!printed) throw new Error('the example has a version')
    const { lines, latePickUp } = withExplicitLate(printed)
    expect(care?.versions[0]?.definition).toMatchObject({ lines, latePickUp })
    expect(tariffs.map(({ name, versions }) => [name, versions[0]?.definition.example])).toEqual([
      ['Accueil périscolaire', false],
      ['ALSH mercredi, 3-6 ans', false],
      ['ALSH mercredi, 7-11 ans', true],
      ['ALSH vacances', true],
      ['Espace jeunes', true],
      ['Restaurant scolaire', true],
    ])
  })

  it.each([
    [
      'a child in two homes',
      'select count(*) from (select 1 from family_child group by child_id having count(*) = 2)',
      3,
    ],
    [
      'a family without quotient',
      'select count(*) from family where id not in (select family_id from family_quotient)',
      30,
    ],
    ['parents confirmed', 'select count(*) from guardian_bond', 200],
    ['someone who may not fetch a child', 'select count(*) from pickup_contact where not allowed', 2],
    [
      'two children on one waiting list to come',
      `select count(*) from (select 1 from reservation where held = 'waitlisted' and day > '2026-12-03' group by period_id, day, slot_id having count(*) > 1)`,
      1,
    ],
    [
      'a place offered that its family has not answered',
      'select count(*) from reservation where offered_until is not null',
      1,
    ],
    [
      'demandes to book',
      `select count(*) from reservation where held = 'none' and ask = 'book' and day > '2026-11-25'`,
      4,
    ],
    ['demandes to cancel', `select count(*) from reservation where held = 'confirmed' and ask = 'cancel'`, 2],
    ['cancellations refused', 'select count(*) from reservation where cancel_denied', 2],
    [
      'a cancellation that stays billed',
      `select count(*) from reservation where held = 'none' and charged_reason is not null`,
      1,
    ],
    ['registrations «\u00a0?\u00a0»', `select count(*) from registration where state = 'asked'`, 3],
    ['a family that moved out', `select count(*) from family where left_on is not null and left_on < '2026-11-25'`, 1],
    ['homes of other towns', 'select count(*) from family_address where not resident', 20],
    [
      'invoices past their due day and unpaid',
      `select count(*) from invoice where due_on < '2026-11-25' and total_cents > coalesce((select sum(amount_cents) from allocation where invoice_id = invoice.id), 0)`,
      20,
    ],
    [
      'days that nobody marked',
      `select count(*) from reservation where held = 'confirmed' and day between '2026-11-01' and '2026-11-24' and id not in (select reservation_id from attendance)`,
      3,
    ],
  ])('has %s', (_, question, atLeast) => {
    expect(one(question)).toBeGreaterThanOrEqual(atLeast)
  })

  it('has PAI, allergies and diets, sealed, which its own key opens', () => {
    const childIds = sqlite.prepare('select child_id from health_record').pluck().all() as number[]
    const notices = healthNotices(desk.core, { ...systemActor, roles }, childIds, 'essai')
    const having = (field: 'pai' | 'allergies' | 'diet') => notices.filter((one) => one[field] !== '').length
    expect(having('pai')).toBeGreaterThanOrEqual(5)
    expect(having('allergies')).toBeGreaterThanOrEqual(20)
    expect(having('diet')).toBeGreaterThanOrEqual(20)
  })

  it('lets Sandrine in by itself, with every role', async () => {
    const state = await clientOf(desk).staff.session()
    expect(state).toMatchObject({ state: 'open', isDemo: true, member: { name: 'Sandrine Tostain' } })
    expect(state.member?.roles).toEqual(roles)
  })

  it('shows the day at work: children expected, mornings marked, demandes waiting', async () => {
    const activities = await (await atTheDesk()).attendance.day({ day: day('2026-11-25') })
    const centre = activities.find(({ activity }) => activity === 'ALSH mercredi, 6-11 ans')
    expect(centre?.expected).toBeGreaterThan(20)
    expect(centre?.present).toBeGreaterThan(10)
    expect(centre?.toMark).toBeGreaterThan(0)
    expect(await (await atTheDesk()).reservations.promotable()).toHaveLength(1)
  })
})

/** Ends a making as soon as it begins. */
const onProgress = () => {
  throw new RangeError('begun')
}

describe('making the town', () => {
  it('builds it in a folder beside, and then replaces the old one', () => {
    // The furthest numbers given are noted beside the file, though only once.
    expect(existsSync(join(exampleTown, 'temoin-numeros.json'))).toBe(true)
    expect([before, `${exampleTown}-en-cours`, `${exampleTown}-ancienne`].filter(existsSync)).toEqual([])
  })

  it('is not done again within a week, nor while the town is open; a file that cannot be read is made anew', async () => {
    const dataDir = join(aDataFolder(), 'ville')
    await copyExampleTown(dataDir)
    const store = openStore(dataDir, () => exampleNow)
    await readyExampleTown({ dataDir, clock: at('2026-12-01'), onProgress })
    await expect(readyExampleTown({ dataDir, clock: at('2026-12-02'), onProgress })).rejects.toThrow(CannotOpen)
    store.close()
    writeFileSync(join(dataDir, dataFileName), 'not a database')
    await expect(readyExampleTown({ dataDir, clock: () => exampleNow, onProgress })).rejects.toThrow('begun')
  })
})

const at =
  (on: string): (() => Instant) =>
  () =>
    instantOf(day(on), timeOfDay('15:05'))
