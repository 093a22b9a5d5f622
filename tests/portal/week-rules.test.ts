import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Login } from '../../main/portal/account/accounts.ts'
import { publish } from '../../main/portal/exchange/publications.ts'
import { registrations } from '../../main/portal/pages/pages.ts'
import { latestDemandes, takeBack, withdraw } from '../../main/portal/reservations/demandes.ts'
import { drafts, draftWeek, saveDrafts } from '../../main/portal/reservations/drafts.ts'
import { leave, record } from '../../main/portal/reservations/recorded-days.ts'
import type { PeriodDocument } from '../../shared/contract/portal/documents.ts'
import { addDays, type Day, day } from '../../shared/rules/calendar/day.ts'
import { aPortal } from './portal.ts'
import { stores } from './stores.ts'
import { bookings, period, published } from './town.ts'

const noa = 1001
const weeks = ['2027-01-11', '2027-01-18'].map((monday) =>
  Array.from({ length: 5 }, (_, more) => addDays(day(monday), more)),
)
const [first = [], second = []] = weeks
const [morning, meal] = [1, 2]
const plain = (text: string | undefined) => text?.replaceAll('\u00a0', ' ')
const tick = (on: Day, slot = morning, wish: 'book' | 'cancel' | null = 'book') => ({
  registration: noa,
  day: on,
  slot,
  wish,
})
const now = () => ({ request: randomUUID(), surchargeAccepted: false })

const rule = (changes: Partial<NonNullable<PeriodDocument['weekRule']>>) => ({
  least: null,
  most: null,
  needs: [],
  oneOf: [],
  ...changes,
})

describe.each(stores)('a week that goes together on %s', (_, openStore) => {
  let place: Awaited<ReturnType<typeof aPortal>>
  let claire: Login
  beforeEach(async () => {
    place = await aPortal(openStore)
    claire = await place.login('claire.aubry@exemple.fr')
  })
  afterEach(() => place.close())

  /** Two weeks of five days, by default with room on all of them; the child has the mornings of `held`. */
  const town = (
    weekRule: PeriodDocument['weekRule'],
    {
      full = [],
      held = [],
      listed = [],
      waitingList = true,
    }: { full?: Day[]; held?: Day[]; listed?: Day[]; waitingList?: boolean } = {},
  ) => {
    const openings = [...first, ...second].flatMap((on) =>
      [morning, meal].map((slot) => ({ day: on, slot, capacity: 9 })),
    )
    return publish(place.portal, {
      documents: [
        published('period/1', { ...period, weekdays: [1, 2, 3, 4, 5], weekRule, waitingList, openings, closed: [] }),
        published('places/1', {
          openings: openings.map(({ capacity: _capacity, ...one }) => ({
            ...one,
            held: full.includes(one.day) ? 9 : 1,
            waiting: 0,
          })),
        }),
        published('bookings/1', {
          ...bookings(1),
          cells: [
            ...held.map((on) => ({
              registration: noa,
              day: on,
              slot: morning,
              held: { kind: 'confirmed' as const, cancelDenied: false },
              note: '',
            })),
            ...listed.map((on) => ({
              registration: noa,
              day: on,
              slot: meal,
              held: { kind: 'waitlisted' as const, rank: 1 },
              note: '',
            })),
          ],
        }),
      ],
      withdrawn: [],
    })
  }
  const tell = async () =>
    (await drafts(place.portal, claire)).items.map(
      ({ day: on, outcome, text }) => `${on.slice(8)} ${outcome} ${plain(text)}`,
    )

  it('is explained before a day is ticked, and while the week breaks the rule', async () => {
    await town(rule({ least: 'all' }))
    expect((await registrations(place.portal, claire))[0]?.registrations[0]?.weekRule.map(plain)).toEqual([
      'Une semaine se réserve entière : tous ses jours ouverts, ou aucun.',
      'Une semaine se demande et s’annule en une fois : si un de ses jours ne se peut pas, aucun n’est enregistré.',
    ])
    await saveDrafts(
      place.portal,
      claire,
      first.slice(0, 4).map((on) => tick(on)),
    )
    const missing = 'Semaine entière, ou aucun jour : il manque ven. 15 janv.'
    expect(await tell()).toEqual(['11', '12', '13', '14'].map((on) => `${on} week ${missing}`))
    await expect(record(place.portal, claire, now())).rejects.toThrow(missing.replace('jour :', 'jour\u00a0:'))
    await saveDrafts(
      place.portal,
      claire,
      first.slice(4).map((on) => tick(on)),
    )
    expect((await record(place.portal, claire, now())).items).toHaveLength(5)
  })

  it('is not recorded at all when one of its days cannot be, which the receipt names; other weeks are', async () => {
    await town(rule({ least: 3 }))
    await saveDrafts(
      place.portal,
      claire,
      [...first.slice(0, 3), ...second.slice(0, 3)].map((on) => tick(on)),
    )
    // Meanwhile a day is full, without a waiting list.
    await town(rule({ least: 3 }), { full: [first[1] ?? day('2027-01-12')], waitingList: false })
    const receipt = await record(place.portal, claire, now())
    expect(receipt.items.map((item) => item.day)).toEqual(second.slice(0, 3))
    expect(receipt.refused.map((one) => plain(one.reason))).toEqual([
      'Mar. 12 janv. Complet, sans liste d’attente. La semaine va ensemble.',
      'Complet, sans liste d’attente.',
      'Mar. 12 janv. Complet, sans liste d’attente. La semaine va ensemble.',
    ])
    // The days that could be recorded stay ticked: the parent may choose another one.
    expect((await tell()).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(['11 week', '13 week'])
  })

  it('waits whole for a place when one of its days is full, and leaves the list whole', async () => {
    await town(rule({ least: 3 }), { full: first.slice(0, 1) })
    await saveDrafts(
      place.portal,
      claire,
      first.slice(0, 3).map((on) => tick(on)),
    )
    expect((await drafts(place.portal, claire)).items.map(({ outcome }) => outcome)).toEqual([
      'waitingList',
      'waitingList',
      'waitingList',
    ])
    expect((await record(place.portal, claire, now())).estimateCents).toBeNull()
    await publish(place.portal, {
      documents: [
        published('bookings/1', {
          ...bookings(1),
          cells: second.slice(0, 3).map((on) => ({
            registration: noa,
            day: on,
            slot: morning,
            held: { kind: 'waitlisted' as const, rank: 1 },
            note: '',
          })),
        }),
      ],
      withdrawn: [],
    })
    const left = await leave(place.portal, claire, {
      ...now(),
      registration: noa,
      day: second[0] ?? day('2027-01-18'),
      slot: morning,
    })
    expect(left.items.map(({ day: on, wish }) => [on, wish])).toEqual(second.slice(0, 3).map((on) => [on, 'leave']))
  })

  it('is cancelled whole, or down to the days that it needs', async () => {
    await town(rule({ least: 3 }), { held: first.slice(0, 4) })
    const cancel = (days: readonly Day[]) =>
      saveDrafts(
        place.portal,
        claire,
        days.map((on) => tick(on, morning, 'cancel')),
      )
    await cancel(first.slice(0, 2))
    expect(await tell()).toEqual([
      expect.stringMatching(/^11 week Au moins 3 jours par semaine, ou aucun : il y en aurait 2/),
      expect.stringMatching(/^12 week/),
    ])
    await expect(record(place.portal, claire, now())).rejects.toThrow(/il y en aurait 2/)
    await cancel(first.slice(2, 4))
    expect((await record(place.portal, claire, now())).items).toHaveLength(4)
  })

  it('is withdrawn whole where it could not stand without the day', async () => {
    await town(rule({ least: 3 }))
    await saveDrafts(
      place.portal,
      claire,
      first.slice(0, 4).map((on) => tick(on)),
    )
    await record(place.portal, claire, now())
    const open = async () =>
      (await latestDemandes(place.portal, claire)).filter(({ withdrawnAt }) => withdrawnAt === null)
    const [one] = await open()
    await withdraw(place.portal, claire, one?.id ?? '')
    expect(await open()).toHaveLength(3)
    const [other] = await open()
    expect(other?.goesTogether).toBe(true)
    await withdraw(place.portal, claire, other?.id ?? '')
    expect(await open()).toHaveLength(0)
    await expect(takeBack(place.portal, claire, other?.id ?? '')).rejects.toThrow(/déjà retirée/)
  })

  const ticked = async (cells: Parameters<typeof saveDrafts>[2]) =>
    (await saveDrafts(place.portal, claire, cells)).items.map(({ slot, wish }) => [slot, wish])

  it('unticks the meal with the morning that it needs, and the meal alone', async () => {
    const [on = day('2027-01-11')] = first
    await town(rule({ needs: [{ slotId: meal, neededId: morning }] }))
    const both = [tick(on, morning), tick(on, meal)]
    expect(await ticked(both)).toHaveLength(2)
    expect(await ticked([tick(on, morning, null)])).toEqual([])
    expect(await ticked(both)).toHaveLength(2)
    expect(await ticked([tick(on, meal, null)])).toEqual([[morning, 'book']])
  })

  it('leaves with the morning the list of the meal that needs it', async () => {
    const [on = day('2027-01-11')] = first
    await town(rule({ needs: [{ slotId: meal, neededId: morning }] }), { held: [on], listed: [on] })
    expect(await ticked([tick(on, morning, 'cancel')])).toEqual([
      [morning, 'cancel'],
      [meal, 'cancel'],
    ])
    expect((await tell()).map((line) => line.split(' ')[1])).not.toContain('week')
  })

  it('takes along what needs a cancelled slot, and a typical week is ticked whole', async () => {
    await town(rule({ needs: [{ slotId: meal, neededId: morning }] }))
    await saveDrafts(place.portal, claire, [tick(first[0] ?? day('2027-01-11'), meal)])
    expect(await tell()).toEqual(['11 week Lun. 11 janv. Repas se prend avec Matin.'])
    await saveDrafts(place.portal, claire, [tick(first[0] ?? day('2027-01-11'), morning)])
    expect((await tell()).map((line) => line.split(' ')[1])).toEqual(['record', 'record'])
    await town(rule({ least: 3 }), { full: [first[2] ?? day('2027-01-13')], waitingList: false })
    const { items, skipped } = await draftWeek(place.portal, claire, {
      registration: noa,
      from: day('2027-01-11'),
      week: [1, 2, 3].map((weekday) => ({ weekday, slot: morning })),
    })
    expect(items.filter(({ slot }) => slot === morning).map((item) => item.day)).toEqual([
      first[0],
      ...second.slice(0, 3),
    ])
    expect(plain(skipped.find((one) => one.day === first[1])?.reason)).toBe(
      'Mer. 13 janv. Complet, sans liste d’attente. La semaine va ensemble.',
    )
  })
})
