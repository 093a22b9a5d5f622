import { afterEach, describe, expect, it } from 'vitest'
import { periodDocuments } from '../../../main/exchange/published/periods.ts'
import { checkFile } from '../../../main/store/checking/check.ts'
import type { PeriodInput } from '../../../shared/contract/desk/activities.ts'
import { day, instantOf, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import { aClock } from '../../support/desk.ts'
import { aFamily, anActivity, aPeriod, aRegistration, aTown, type Town } from '../../support/towns/town.ts'

const period = 'Vacances de février'
const activity = 'CLSH VACANCES'
const weekOf = (monday: string) =>
  Array.from(
    { length: 5 },
    (_, more) => `${monday.slice(0, 8)}${String(Number(monday.slice(8)) + more).padStart(2, '0')}`,
  )
const days = weekOf('2027-02-15')
const [monday = '', tuesday = '', wednesday = ''] = days
const names = ['Ana', 'Bob', 'Zoé'] as const
type Name = (typeof names)[number]
const plain = (text: string | null | undefined) => text?.replaceAll('\u00a0', ' ') ?? null

let town: Town
const open = async (
  weekRule: Partial<NonNullable<PeriodInput['weekRule']>>,
  changes: Partial<Pick<PeriodInput, 'promotion' | 'waitingList'>> & { readonly capacity?: number } = {},
) => {
  const parts = [
    ...names.map((name) => aFamily(`Famille ${name}`, { children: { [name]: {} } })),
    anActivity(activity),
    aPeriod(period, activity, {
      capacity: 2,
      startDay: '2027-02-15',
      endDay: '2027-02-26',
      weekdays: [1, 2, 3, 4, 5],
      schoolHolidays: 'with',
      ...changes,
    }),
    ...names.map((name) => aRegistration(`Famille ${name}`, name, period)),
  ]
  town = await parts.reduce((made, part) => made.with(part), aTown()).open(aClock('2026-11-25', '10:42'))
  await rule(weekRule)
}
const rule = async (weekRule: Partial<NonNullable<PeriodInput['weekRule']>> | null) => {
  const found = await town.client.activities.period({ id: town.period(period) })
  const whole = { least: null, most: null, needs: [], oneOf: [], ...weekRule }
  return town.client.activities.savePeriod({ ...found, weekRule: weekRule && whole })
}
const slot = (name: string) => town.slot(activity, name)
type Act = Parameters<typeof town.client.reservations.move>[0]['act']
const key = (child: Name, on: string, slotName = 'Matin') => ({
  registrationId: town.registration(child, period),
  day: on,
  slotId: slot(slotName),
})
type Move = Partial<Parameters<typeof town.client.reservations.move>[0]>
const act = async (name: Act, child: Name, on: readonly string[] = days, more: Move = {}) => {
  const { refused } = await town.client.reservations.move({
    cells: on.map((one) => key(child, one)),
    act: name,
    ...more,
  })
  return refused.map(({ sentence, needs }) => `${plain(sentence)}${needs ? ` [${needs}]` : ''}`)
}
const states = async (child: Name, on: readonly string[] = days, slotName = 'Matin') =>
  Promise.all(on.map(async (one) => (await town.client.reservations.cell(key(child, one, slotName))).state))
const fill = (weekdays: readonly number[], from = '2027-02-15') =>
  town.client.reservations.applyWeek({
    registrationId: town.registration('Ana', period),
    week: weekdays.map((weekday) => ({ weekday, slotId: slot('Matin') })),
    from,
  })
const written = { reason: { kind: 'written', text: 'Accord de la directrice' } } as const
const all = (state: string) => days.map(() => state)

afterEach(async () => {
  const [fault] = checkFile(town.store.sqlite)
  await town.close()
  if (fault) throw new Error(fault.sentence)
})

describe('a week at the desk', () => {
  it('is booked whole or with a written reason, and given back whole', async () => {
    await open({ least: 'all' })
    const missing =
      'Semaine entière, ou aucun jour : il manque mar. 16 févr., mer. 17 févr., jeu. 18 févr. et ven. 19 févr.'
    expect(await act('book', 'Ana', [monday])).toEqual([
      `${missing} Passer outre demande un motif écrit. [writtenReason]`,
    ])
    expect(await states('Ana', [monday])).toEqual(['free'])
    expect(await act('book', 'Ana', [monday], written)).toEqual([])
    expect(await act('book', 'Ana', days.slice(1))).toEqual([])
    expect(await act('free', 'Ana', [monday])).toEqual([
      'Semaine entière, ou aucun jour : il manque lun. 15 févr. Passer outre demande un motif écrit. [writtenReason]',
    ])
    expect(await act('free', 'Ana')).toEqual([])
    const reception = await town.as('receptionist')
    const { refused } = await reception.reservations.move({ cells: [key('Ana', monday)], act: 'book' })
    expect(refused).toMatchObject([{ needs: null, sentence: expect.stringMatching(/demande le rôle Directeur/) }])
  })

  it('is not booked at all when one of its days cannot be, and the day is named', async () => {
    await open({ least: 3 }, { capacity: 1 })
    await act('book', 'Bob', [wednesday], written)
    const sentences = await act('book', 'Ana')
    expect(sentences).toHaveLength(5)
    expect(sentences[0]).toMatch(/^Complet : il ne reste aucune place/)
    expect(sentences.slice(1)).toEqual(
      sentences
        .slice(1)
        .map(() => expect.stringMatching(/^Mer. 17 févr. Complet .* La semaine va ensemble\. \[writtenReason\]$/)),
    )
    expect(await states('Ana')).toEqual(all('free'))
  })

  it('is decided, waited for and promoted as one', async () => {
    await open({ least: 'all' }, { capacity: 1, promotion: 'automatic' })
    expect(await act('enterDemand', 'Ana', [monday])).toHaveLength(1)
    expect(await act('enterDemand', 'Ana')).toEqual([])
    expect(await act('accept', 'Ana', [monday, tuesday])).toEqual([
      expect.stringMatching(/^La semaine va ensemble : décidez aussi mer. 17 févr., jeu. 18 févr. et ven. 19 févr\./),
      expect.stringMatching(/^La semaine va ensemble/),
    ])
    expect(await act('accept', 'Ana')).toEqual([])
    await act('enterDemand', 'Bob')
    await act('enterDemand', 'Zoé')
    // Only one day is freed: the week that waits stays whole.
    await act('waitList', 'Bob')
    await act('free', 'Ana', [tuesday], written)
    expect(await states('Bob')).toEqual(all('waitlisted'))
    expect(await act('promote', 'Bob', [tuesday])).toEqual([expect.stringMatching(/^La semaine va ensemble/)])
    await act('free', 'Ana', [monday, ...days.slice(2)])
    expect(await states('Bob')).toEqual(all('confirmed'))
    expect(await act('refuse', 'Zoé', [monday], written)).toEqual([expect.stringMatching(/décidez aussi/)])
    expect(await act('refuse', 'Zoé', days, written)).toEqual([])
  })

  it('is suggested one answer: waited for as soon as one of its days is full', async () => {
    await open({ least: 'all' }, { capacity: 1 })
    await act('book', 'Bob', [wednesday], written)
    await act('enterDemand', 'Ana')
    const [item] = await town.client.requests.queue()
    const detail = item && (await town.client.requests.one(item.key))
    const suggested = (detail?.parts ?? []).map(({ suggested: { act: answer, why } }) => `${answer} ${plain(why)}`)
    expect(suggested[0]).toMatch(/^waitList Mer. 17 févr\. Matin complet.* La semaine va ensemble\.$/)
    expect(new Set(suggested.map((text) => text.split(' ')[0]))).toEqual(new Set(['waitList']))
  })

  it('is filled from a typical week whole, or not at all', async () => {
    await open({ least: 3 })
    const none = await fill([1, 2])
    expect([none.filled.length, none.skipped.length]).toEqual([0, 4])
    expect(plain(none.skipped[0]?.reason)).toBe('Au moins 3 jours par semaine, ou aucun : il y en aurait 2.')
    // The first week begins on its Thursday: only the second one has three days.
    const some = await fill([1, 4, 5], '2027-02-18')
    expect(some.filled.map(({ day }) => day)).toEqual(['2027-02-22', '2027-02-25', '2027-02-26'])
  })

  it('is filled so for many children, and a day moved to another keeps it', async () => {
    await open({ least: 3 })
    const wish = {
      periodId: town.period(period),
      registrationIds: names.map((name) => town.registration(name, period)),
      week: [1, 2, 3].map((weekday) => ({ weekday, slotId: slot('Matin') })),
      from: '2027-02-15',
      to: '2027-02-19',
    }
    const told = await town.client.reservations.weeksPreview(wish)
    // Two places a day: the third child waits for all three.
    expect([told.filled, told.waitListed]).toEqual([6, 3])
    expect(await Array.fromAsync(await town.client.reservations.applyWeeks(wish))).toContainEqual(
      expect.objectContaining({ step: 'done' }),
    )
    expect(await states('Zoé', days.slice(0, 3))).toEqual(['waitlisted', 'waitlisted', 'waitlisted'])
    expect(await states('Ana', days.slice(0, 4))).toEqual(['confirmed', 'confirmed', 'confirmed', 'free'])
    const move = { registrationId: town.registration('Ana', period), from: monday, slotIds: [slot('Matin')] }
    expect((await town.client.reservations.reschedule({ ...move, to: '2027-02-18' })).done).toBe(1)
    const away = { ...move, from: '2027-02-18', to: '2027-02-25' }
    const { lacks, needs } = await town.client.reservations.reschedulingPreview(away)
    expect([lacks.map(plain), needs]).toEqual([
      [
        expect.stringMatching(/^Au moins 3 jours par semaine, ou aucun : il y en aurait 2\. Passer outre/),
        expect.stringMatching(/^Au moins 3 jours par semaine, ou aucun : il y en aurait 1\. Passer outre/),
      ],
      'writtenReason',
    ])
    await expect(town.client.reservations.reschedule(away)).rejects.toMatchObject({ code: 'REFUSED' })
  })

  it('that waits for another day says why it leaves a free place, and a held one is given back in one gesture', async () => {
    await open({ least: 'all' })
    for (const child of ['Ana', 'Bob'] as const) expect(await act('book', child)).toEqual([])
    expect(await act('waitList', 'Zoé')).toEqual([])
    expect(await act('free', 'Ana', [monday], written)).toEqual([])
    const told = async () =>
      (await town.client.reservations.promotable({})).map(({ name, free, stopped }) => [name, free, plain(stopped)])
    expect(await told()).toEqual([
      ['Famille Zoé Zoé', 1, expect.stringMatching(/^Mar\. 16 févr\. .*omplet.* La semaine va ensemble\.$/)],
    ])
    const { wholeWeek } = await town.client.reservations.cell(key('Ana', tuesday))
    expect(wholeWeek).toEqual(days.slice(1).map((on) => key('Ana', on)))
    const { done, refused } = await town.client.reservations.move({ cells: wholeWeek, act: 'free' })
    expect([done, refused]).toEqual([4, []])
    expect((await told()).map(([, , stopped]) => stopped)).toEqual(days.map(() => null))
  })

  it('asks for the morning with the meal, and never for a slot that staff closed', async () => {
    await open({})
    await rule({ needs: [{ slotId: slot('Repas'), neededId: slot('Matin') }] })
    const meal = (name: Act, on: string, slots: readonly string[], more: Move = {}) =>
      town.client.reservations
        .move({ cells: slots.map((one) => key('Ana', on, one)), act: name, ...more })
        .then(({ refused }) => refused.map(({ sentence }) => plain(sentence)))
    expect(await meal('book', monday, ['Repas'])).toEqual([
      expect.stringMatching(/^Lun\. 15 févr\. Repas se prend avec Matin\./),
    ])
    expect(await meal('book', monday, ['Repas', 'Matin'])).toEqual([])
    expect(await meal('free', monday, ['Matin'])).toEqual([expect.stringMatching(/Repas se prend avec Matin/)])
    expect(await meal('free', monday, ['Matin', 'Repas'])).toEqual([])
    await town.client.reservations.close({
      periodIds: [town.period(period)],
      from: tuesday,
      to: tuesday,
      slotIds: [slot('Matin')],
      reason: 'Sortie',
      charged: false,
    })
    expect(await meal('book', tuesday, ['Repas'])).toEqual([])
  })

  it('takes along what needs a freed slot, said before: a place is freed, a rank is left, and the next child comes', async () => {
    await open({}, { capacity: 1, promotion: 'automatic' })
    await rule({ needs: [{ slotId: slot('Repas'), neededId: slot('Matin') }] })
    const both = ['Matin', 'Repas']
    const move = async (child: Name, name: Act, slots: readonly string[], more: Move = {}) => {
      const cells = slots.map((one) => key(child, monday, one))
      const { refused } = await town.client.reservations.move({ cells, act: name, ...more })
      return refused.map(({ sentence }) => plain(sentence))
    }
    const along = async (child: Name) =>
      (await town.client.reservations.cell(key(child, monday))).takesAlong.map(({ name, isHeld }) => [name, isHeld])
    const day1 = (child: Name) =>
      Promise.all(both.map((one) => states(child, [monday], one))).then((found) => found.flat())
    // Bob has the meal, so that Ana, who has the morning, waits for it; Zoé waits for both.
    await move('Bob', 'book', ['Repas'], written)
    await move('Ana', 'book', ['Matin'])
    await move('Ana', 'waitList', ['Repas'])
    await move('Zoé', 'waitList', both)
    expect([await along('Ana'), await along('Bob')]).toEqual([[['Repas', false]], []])
    const { actId } = await town.client.reservations.move({ cells: [key('Ana', monday)], act: 'free' })
    expect(await day1('Ana')).toEqual(['free', 'free'])
    const { story } = await town.client.reservations.cell(key('Ana', monday, 'Repas'))
    expect(story.map(({ sentence, reason }) => [sentence, plain(reason)])[0]).toEqual([
      'Retiré de la liste d’attente',
      'Repas se prend avec Matin, qui n’est plus réservé',
    ])
    // Zoé’s meal is first on its list now, and takes the place that Bob gives back.
    expect(await move('Bob', 'free', ['Repas'])).toEqual([])
    expect(await day1('Zoé')).toEqual(['confirmed', 'confirmed'])
    expect(await along('Zoé')).toEqual([['Repas', true]])
    expect(await move('Zoé', 'free', both)).toEqual([])
    expect(actId).not.toBeNull()
  })

  it('is typed with the period, refused when no week could follow it, and shown to parents', async () => {
    await open({ least: 2 })
    await expect(rule({ least: 6 })).rejects.toMatchObject({
      data: { sentence: expect.stringMatching(/a 5\u00a0jours/) },
    })
    await expect(rule({ oneOf: [slot('Matin')] })).rejects.toMatchObject({ data: { field: 'weekRule' } })
    const published = () =>
      periodDocuments(town.store, { overSince: '2026-01-01', today: '2026-11-25' } as never, [town.period(period)])
    expect(published().get(town.period(period))?.weekRule).toEqual({ least: 2, most: null, needs: [], oneOf: [] })
    // A screen that knows nothing of it keeps it; one that asks nothing takes it away.
    const { weekRule: _, ...older } = await town.client.activities.period({ id: town.period(period) })
    expect((await town.client.activities.savePeriod(older)).weekRule).toMatchObject({ least: 2 })
    expect((await rule({})).weekRule).toBeNull()
    expect(published().get(town.period(period))).not.toHaveProperty('weekRule')
  })
})

const opening = (from: string, to: string) => ({
  periodId: town.period(period),
  from: day(from),
  to: day(to),
  slotIds: null,
  more: 1,
  act: 'promote' as const,
})

describe('places that are opened for whole weeks', () => {
  const friday = days.at(-1) ?? ''

  it('are given for each day of the week, or for none, and the reason is said before and after', async () => {
    await open({ least: 'all' }, { capacity: 1 })
    await act('book', 'Ana')
    await act('waitList', 'Bob')
    await act('waitList', 'Zoé')
    const one = await town.client.reservations.openingPreview(opening(tuesday, tuesday))
    expect(one.given).toBe(0)
    expect(plain(one.places[0]?.stopped?.why)).toMatch(/La semaine va ensemble/)
    expect(await town.client.reservations.openPlaces(opening(tuesday, tuesday))).toEqual(one)
    expect(await states('Bob')).toEqual(all('waitlisted'))
    // Tuesday has a free place by now.
    const whole = await town.client.reservations.openPlaces(opening(monday, friday))
    expect(whole).toMatchObject({ given: 5, children: 1 })
    expect(await states('Bob')).toEqual(all('confirmed'))
    expect(await states('Zoé')).toEqual(all('waitlisted'))
  })

  it('are offered until one instant, before the first of the days: no part of the week stays offered alone', async () => {
    await open({ least: 'all' }, { capacity: 1 })
    town.store.sqlite.exec('update activity set offer_hours = 2400')
    await act('book', 'Ana')
    await act('waitList', 'Bob')
    await town.client.reservations.openPlaces({ ...opening(monday, friday), act: 'offer' })
    const until = town.store.statement('select distinct offered_until from reservation where offered_until is not null')
    expect(until.pluck().all()).toEqual([instantOf(day(monday), timeOfDay('00:00'))])
  })
})
