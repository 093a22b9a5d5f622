import { describe, expect, it, onTestFinished } from 'vitest'
import { checkFile } from '../../../main/store/checking/check.ts'
import {
  billedSpan,
  finalSpan,
  giveUp,
  keptPrice,
  priceBookTable,
  repricing,
  reservation,
  tariffRevision,
  tariffVersion,
} from '../../../main/store/schema/index.ts'
import { day, type Month } from '../../../shared/rules/calendar/day.ts'
import { aClock } from '../../support/desk.ts'
import { aBillingTown, billing, period } from '../../support/towns/billing.ts'
import { aList, takenIn, takenOut } from '../../support/towns/import.ts'
import { aFamily, aPeriod, aRegistration, type Town } from '../../support/towns/town.ts'
import { undone } from '../../support/undone.ts'
import { close, gestures, odd, open as openTwoHomes, town as twoHomes } from '../families/two-homes.ts'

const december = '2026-12' as Month
const book = { activities: [], tariffs: [], slots: [] }

/** What each span has, by home and month: « Marchand 2026-12 ». */
const revisions = (town: Town): ReadonlyMap<string, number> =>
  new Map(
    town.store
      .statement(`select family.name || ' ' || month, revision from billing_span join family on family.id = family_id`)
      .raw()
      .all() as [string, number][],
  )

/** The spans that a work raised or added, in order. */
const raisedBy = async (town: Town, work: () => unknown): Promise<string[]> => {
  const before = revisions(town)
  await work()
  expect(checkFile(town.store.sqlite)).toEqual([])
  return [...revisions(town)].flatMap(([span, revision]) => (before.get(span) === revision ? [] : [span])).toSorted()
}

const lastAct = ({ store }: Town) =>
  Number(store.statement(`select max(id) from act where state = 'closed'`).pluck().get())

const [november, decembers, january] = ['2026-11-18', ['2026-12-09', '2026-12-16'], '2027-01-06'] as const

/** Louison is booked in November, December and January, Basile in December, Noé of another home too. */
const open = async (clock = aClock()) => {
  const town = await aBillingTown().open(clock)
  onTestFinished(() => town.close())
  const gesture = billing(town)
  await gesture.book('Louison', [...decembers, january], 'Matin')
  await gesture.book('Basile', [decembers[0]], 'Matin')
  await gesture.book('Noé', [decembers[0]], 'Matin')
  const cell = (child: string, on: string, slot = 'Matin') => ({
    registrationId: town.registration(child, period),
    day: day(on),
    slotId: town.slot('CLSH MERCREDI', slot),
  })
  return { town, client: town.client, cell, raised: (work: () => unknown) => raisedBy(town, work), ...gesture }
}

describe('a cell', () => {
  it('raises the month of its day when it is booked, freed, and when either is undone', async () => {
    const { town, client, raised, book: booked, free } = await open()
    expect(await raised(() => booked('Basile', [decembers[1]], 'Matin', 'Repas'))).toEqual(['Marchand 2026-12'])
    expect(await raised(() => undone(client, lastAct(town)))).toEqual(['Marchand 2026-12'])
    expect(await raised(() => free('Louison', [january], 'Matin'))).toEqual(['Marchand 2027-01'])
    expect(await raised(() => undone(client, lastAct(town)))).toEqual(['Marchand 2027-01'])
    expect(await raised(() => booked('Noé', ['2027-02-03'], 'Matin'))).toEqual(['Fouquet 2027-02'])
  })

  it('raises nothing on a waiting list or asked for, since none of these is billed', async () => {
    const { client, raised, cell } = await open()
    const move = (act: 'waitList' | 'enterDemand' | 'removeFromList', on: string) =>
      client.reservations.move({ cells: [cell('Louison', on)], act })
    expect(await raised(() => move('enterDemand', '2027-02-03'))).toEqual([])
    expect(await raised(() => move('waitList', '2027-02-03'))).toEqual([])
    expect(await raised(() => move('removeFromList', '2027-02-03'))).toEqual([])
  })

  it('raises its month when its place goes but stays charged', async () => {
    const { client, town, raised } = await open()
    const closing = { periodIds: [town.period(period)], from: day(january), to: day(january), slotIds: null }
    const closed = () => client.reservations.close({ ...closing, reason: 'Grève', charged: true })
    expect(await raised(closed)).toEqual(['Marchand 2027-01'])
  })

  it('raises the months of both homes when custody moves it', async () => {
    const { book: booked, rule, change } = await openTwoHomes()
    onTestFinished(close)
    await booked('Marchand', odd)
    const moved = () => change(rule('2026-12-01'), 'move')
    expect(await raisedBy(twoHomes, moved)).toEqual(['Duval 2026-12', 'Marchand 2026-12'])
    const { marchand, duval } = gestures(twoHomes)
    const back = () => change(rule('2026-12-10', duval, marchand), 'free')
    expect(await raisedBy(twoHomes, back)).toEqual(['Duval 2026-12'])
  })

  it('raises nothing when papers bill it; a credit note has the months that it takes back priced again', async () => {
    const { client, raised, run, issue, paper } = await open()
    const { id: runId } = await run()
    expect(await raised(() => issue(runId))).toEqual([])
    const { id: invoiceId } = await paper('Marchand')
    const credited = () => client.invoicing.creditNote({ invoiceId, lines: null, reason: 'Erreur', billAgain: true })
    expect(await raised(credited)).toEqual(['Marchand 2026-12'])
  })
})

describe('attendance', () => {
  it('raises the month of what it marks, changes and takes back, and of a departure', async () => {
    const clock = aClock()
    const { client, raised, cell } = await open(clock)
    clock.set(decembers[0])
    const marked = (child: string, mark: 'present' | 'absent' | 'justifiedLate' | null) =>
      client.attendance.mark({ cells: [cell(child, decembers[0])], mark, reason: 'Certificat' })
    expect(await raised(() => marked('Louison', 'absent'))).toEqual(['Marchand 2026-12'])
    expect(await raised(() => marked('Louison', 'justifiedLate'))).toEqual(['Marchand 2026-12'])
    expect(await raised(() => marked('Louison', null))).toEqual(['Marchand 2026-12'])
    await marked('Noé', 'present')
    const left = (at: string | null) =>
      client.attendance.departure({ registrationId: cell('Noé', january).registrationId, day: decembers[0], at })
    clock.set(decembers[0], '19:00')
    expect(await raised(() => left('18:40'))).toEqual(['Fouquet 2026-12'])
    expect(await raised(() => left(null))).toEqual(['Fouquet 2026-12'])
  })

  it('adds the month of a child present without booking', async () => {
    const clock = aClock(november)
    const { client, raised, cell } = await open(clock)
    const marked = (mark: 'present' | null) =>
      client.attendance.mark({ cells: [cell('Noé', november)], mark, reason: '' })
    expect(await raised(() => marked('present'))).toEqual(['Fouquet 2026-11'])
    expect(await raised(() => marked(null))).toEqual(['Fouquet 2026-11'])
  })
})

describe('a registration', () => {
  it('raises, for the ranks of brothers and sisters, the months between its old end and its new one', async () => {
    const { client, town, raised } = await open()
    const ended = (child: string) => () =>
      client.reservations.endRegistration({
        registrationId: town.registration(child, period),
        lastDay: day('2026-12-20'),
        reason: 'Déménagement',
        charged: false,
      })
    // Its own cells end in January, and Basile's rank changes from the end of December on.
    expect(await raised(ended('Louison'))).toEqual(['Marchand 2026-12', 'Marchand 2027-01'])
    // An only child has no rank: only freed cells would count, and Noé has none after that day.
    expect(await raised(ended('Noé'))).toEqual([])
  })

  it('raises the months that it covers when it is accepted, and no other home', async () => {
    const { town, raised } = await open()
    const spring = { startDay: '2027-01-04', endDay: '2027-06-30' }
    await aPeriod('Printemps', 'CLSH MERCREDI', spring)(town)
    const registered = () => aRegistration('Marchand', 'Basile', 'Printemps')(town)
    expect(await raised(registered)).toEqual(['Marchand 2027-01'])
  })

  it('raises every month of its homes when the birth day of a child changes', async () => {
    const { client, town, raised } = await open()
    const { lastName, firstName } = { lastName: 'Marchand', firstName: 'Basile' }
    const child = { lastName, firstName, birthDay: day('2018-01-01'), sex: '' as const, notes: '' }
    const changed = () => client.families.changeChild({ id: town.child('Basile'), child })
    expect(await raised(changed)).toEqual(['Marchand 2026-12', 'Marchand 2027-01'])
  })
})

describe('two records of one home', () => {
  it('become one: the months of both are raised, and go with a record that goes', async () => {
    const { client, town, raised, book: booked } = await open()
    await aFamily('Marchant', { familyQuotient: 727, children: { Lou: {} } })(town)
    await aRegistration('Marchant', 'Lou', period)(town)
    await booked('Lou', ['2027-03-17'], 'Matin')
    const homes = { keptId: town.family('Marchand'), goneId: town.family('Marchant') }
    const merged = await raised(() => client.doubles.merge({ kind: 'family', ...homes, take: [] }))
    expect(merged).toEqual(['Marchand 2026-12', 'Marchand 2027-01', 'Marchand 2027-03'])
    expect(revisions(town).has('Marchant 2027-03')).toBe(false)
    const back = await raised(() => undone(client, lastAct(town)))
    expect(back).toContain('Marchant 2027-03')
    expect(back).toContain('Marchand 2027-03')
  })
})

const quotient = (fromDay: string, value: number) => ({ fromDay, value, source: 'CAF', updatedOn: fromDay })

describe('what a home declares', () => {
  it('raises the months from its day to the next one that is known', async () => {
    const { client, town, raised } = await open()
    const familyId = town.family('Marchand')
    const said = (from: string, value: number) => () =>
      client.families.setQuotient({ familyId, ...quotient(from, value) })
    expect(await raised(said('2027-01-01', 500))).toEqual(['Marchand 2027-01'])
    expect(await raised(said('2026-12-01', 600))).toEqual(['Marchand 2026-12', 'Marchand 2027-01'])
    expect(await raised(said('2027-01-01', 510))).toEqual(['Marchand 2027-01'])
    expect(await raised(said('2027-01-01', 510))).toEqual([])
    expect(await raised(() => undone(client, lastAct(town)))).toEqual(['Marchand 2027-01'])
    const address = { line1: '1 rue du Port', line2: '', postcode: '14000', town: 'Caen' }
    const movedOut = () => client.families.setAddress({ familyId, fromDay: '2027-01-01', address, resident: null })
    expect(await raised(movedOut)).toEqual(['Marchand 2027-01'])
    // The first address counts for the days before it too.
    const { addresses } = await client.families.one({ id: familyId })
    const first = addresses.find(({ fromDay }) => fromDay === '2025-09-01')?.id ?? 0
    expect(await raised(() => client.families.removeAddress({ id: first }))).toEqual([
      'Marchand 2026-12',
      'Marchand 2027-01',
    ])
  })

  it('does not reach a month that was billed with what it was priced with', async () => {
    const { client, town, raised } = await open()
    const familyId = town.family('Marchand')
    town.store.act(town.person, 'invoicing.issue', 'Essai', (write) => {
      const { id: bookId } = write.insert(priceBookTable, { digest: 'x', book })
      write.insert(billedSpan, { familyId, month: december, bookId, quotients: [], residence: [] })
    })
    const said = () => client.families.setQuotient({ familyId, ...quotient('2026-12-01', 600) })
    expect(await raised(said)).toEqual(['Marchand 2027-01'])
  })

  it('counts for as long as the rule of the service says: another rule raises every month that was not billed', async () => {
    const { client, town, raised } = await open()
    const familyId = town.family('Marchand')
    const rule = { holds: { kind: 'months', months: 12 }, without: { kind: 'top' } } as const
    expect(await raised(() => client.quotients.saveRule({ rule }))).toEqual([
      'Fouquet 2026-12',
      'Marchand 2026-12',
      'Marchand 2027-01',
    ])
    expect(await raised(() => client.quotients.saveRule({ rule }))).toEqual([])
    town.store.act(town.person, 'invoicing.issue', 'Essai', (write) => {
      const { id: bookId } = write.insert(priceBookTable, { digest: 'x', book })
      write.insert(billedSpan, { familyId, month: december, bookId, quotients: [], residence: [] })
    })
    expect(await raised(() => client.quotients.saveRule({ rule: null }))).toEqual([
      'Fouquet 2026-12',
      'Marchand 2027-01',
    ])
  })

  it('comes by an import, which raises the same months when it is undone', async () => {
    const { client, town, raised } = await open()
    const list = aList(['NOM;PRENOM;QF;MOIS', 'MARCHAND;Camille;640;01/2027'])
    let actId: number | null = null
    const imported = async () => {
      actId = (await takenIn(client, list, true)).actId
    }
    expect(await raised(imported)).toEqual(['Marchand 2027-01'])
    expect(await raised(() => takenOut(client, actId))).toEqual(['Marchand 2027-01'])
    expect(town.store.statement('select count(*) from family_quotient').pluck().get()).toBe(1)
  })
})

describe('a long act', () => {
  it('raises a month at once, and again when it is rolled back', async () => {
    const { town, raised } = await open()
    const cells = town.store.statement('select id from reservation where day = ?').pluck().all(january) as number[]
    const act = town.store.longAct(town.person, 'reservations.custody', 'Long')
    const before = revisions(town)
    await act.slices(cells, (write, id) => write.update(reservation, id, { held: 'none' }))
    expect(revisions(town).get('Marchand 2027-01')).toBeGreaterThan(before.get('Marchand 2027-01') ?? 0)
    expect(await raised(() => act.rollBack())).toEqual(['Marchand 2027-01'])
  })
})

describe('what was decided of a span', () => {
  it('raises it, but for the book that it is billed with', async () => {
    const { town, client, raised, run, issue, paper } = await open()
    const { store, person } = town
    await issue((await run()).id)
    const familyId = town.family('Marchand')
    const span = { familyId, month: december }
    const wrote = (work: Parameters<typeof store.act>[3]) => () => store.act(person, 'invoicing.issue', 'Essai', work)
    const id = (table: string) => Number(store.statement(`select max(id) from ${table}`).pluck().get())
    wrote((write) => write.remove(billedSpan, id('billed_span')))()
    expect(
      await raised(
        wrote((write) => {
          const { id: bookId } = write.insert(priceBookTable, { digest: 'x', book })
          write.insert(billedSpan, { ...span, bookId, quotients: [], residence: [] })
        }),
      ),
    ).toEqual([])
    const own = ['Marchand 2026-12']
    const residence = [{ from: day('2026-12-01'), resident: true }]
    expect(await raised(wrote((write) => write.update(billedSpan, id('billed_span'), { residence })))).toEqual(own)
    const price = { ...span, kind: 'minimum' as const, facts: '', amountCents: 1300 }
    expect(await raised(wrote((write) => write.insert(keptPrice, price)))).toEqual(own)
    expect(await raised(wrote((write) => write.remove(keptPrice, id('kept_price'))))).toEqual(own)
    expect(await raised(wrote((write) => write.insert(finalSpan, { ...span, cause: 'town' })))).toEqual(own)
    expect(await raised(wrote((write) => write.remove(finalSpan, id('final_span'))))).toEqual(own)
    const { id: invoiceId } = await paper('Marchand')
    const forGood = () => client.invoicing.creditNote({ invoiceId, lines: null, reason: 'Geste', billAgain: false })
    expect(await raised(forGood)).toEqual(own)
  })

  it('is stored unchanged', async () => {
    const { town, run, issue } = await open()
    const { store, person } = town
    await issue((await run()).id)
    store.act(person, 'invoicing.issue', 'Essai', (write) => {
      const familyId = town.family('Marchand')
      const given = { kind: 'days' as const, activityId: town.activity('CLSH MERCREDI'), product: 'Accueil' }
      const line = { fiscal: 'garde' as const, days: [day(decembers[0])], unitCents: 550, creditLineId: 1 }
      write.insert(giveUp, { familyId, month: december, ...given, ...line, reason: 'Geste' })
      write.insert(repricing, { fromDay: day('2026-12-01'), families: 1, upCents: 0, downCents: 200, reason: 'QF' })
      const { id: versionId, definition } = write.db.select().from(tariffVersion).get() ?? { id: 0 }
      if (!definition) throw new Error('the town has a tariff')
      write.insert(tariffRevision, { versionId, revision: 1, definition })
      const versions = [{ id: versionId, revision: 2, from: day('2026-09-01') }]
      write.insert(priceBookTable, { digest: 'x', book: { ...book, tariffs: [{ id: 1, versions }] } })
    })
    for (const table of ['give_up', 'repricing', 'tariff_revision', 'price_book']) {
      expect(() => store.sqlite.exec(`update ${table} set act_id = act_id`)).toThrow(/never changes/)
      expect(() => store.sqlite.exec(`delete from ${table}`)).toThrow(/never erased|keeps its former/)
    }
  })
})
