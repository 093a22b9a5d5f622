import { ascending } from '../../../../shared/collections.ts'
import type {
  AttendanceAsked,
  Behind,
  FiguresColumn,
  FiguresTable,
} from '../../../../shared/contract/desk/figures/figures-tables.ts'
import {
  addDays,
  addMonths,
  ageOn,
  type Day,
  daysOfMonth,
  isDay,
  lastOfMonth,
  type Month,
  mondayOf,
  monthKey,
  today,
  yearOf,
} from '../../../../shared/rules/calendar/day.ts'
import {
  type AttendanceStep,
  againstText,
  attendanceStepNames,
  attendanceTitles,
  meanText,
  shareOf,
} from '../../../../shared/rules/figures/figures-table.ts'
import { formatNumber } from '../../../../shared/rules/money/money.ts'
import {
  ageText,
  briefDay,
  capitalised,
  counted,
  daysText,
  monthText,
  shortDay,
} from '../../../../shared/rules/text/french.ts'
import type { Store } from '../../../store/store.ts'
import { activityOf, groupsOf } from '../../activities/activities.ts'
import { type Core, Refused } from '../../core.ts'
import { type ChildGroups, childGroupsIn } from '../../registrations/registrations.ts'
import { accueilActivities } from '../hours-store.ts'
import {
  type AttendanceMeasure,
  activityDays,
  type ChildBehind,
  childDays,
  childrenBehind,
  groupPlacesOfDays,
  measuresSql,
  placesOfDays,
  type SlotsAsked,
} from './attendance-store.ts'
import { maxBehind, siteText } from './tables.ts'

/*
 * « Fréquentation »: children expected and present against places. A child counts once a day in an activity, as on the
 * day sheet; in the totals of several days or activities it counts on each of them.
 */

type Sums = { readonly [Measure in AttendanceMeasure | 'places' | 'slotPlaces' | 'takenSlots']: number }

const nothing: Sums = {
  present: 0,
  booked: 0,
  absent: 0,
  toMark: 0,
  waiting: 0,
  places: 0,
  slotPlaces: 0,
  takenSlots: 0,
}
const measures = Object.keys(nothing) as (keyof Sums)[]

const plus = (one: Sums, other: Partial<Sums>): Sums =>
  Object.fromEntries(measures.map((key) => [key, one[key] + (other[key] ?? 0)])) as Sums

/** Sums by row key: a day, the Monday of a week, a month, or the id of an activity or a group. */
type SumsByRow = ReadonlyMap<string, Sums>

export const attendanceTable = ({ store }: Core, asked: AttendanceAsked): FiguresTable => {
  checkAsked(store, asked)
  const { by, from, to } = asked
  const now = sumsByRow(store, asked)
  const yesterday = addDays(today(store.clock), -1)
  // Today is not over, and nobody came yet on the days after it.
  const isCut = from <= yesterday && yesterday < to
  const done = isCut ? { ...asked, to: yesterday } : asked
  const compared = isCut ? sumsByRow(store, done) : now
  const before = new Map(
    [...sumsByRow(store, { ...done, from: yearBefore(from, by), to: yearBefore(done.to, by) })].map(([key, sums]) => [
      yearAfter(key, by),
      sums,
    ]),
  )
  const titles = titlesOf(store, asked)
  const valuesIn = (own: Sums, ofDone: Sums, was: Sums) => [
    ...valuesOf(own),
    was.present,
    from > yesterday ? null : ofDone.present - was.present,
  ]
  const rows = [...new Set([...now.keys(), ...before.keys()])]
    .map((key) => ({
      key,
      title: titles(key),
      values: valuesIn(now.get(key) ?? nothing, compared.get(key) ?? nothing, before.get(key) ?? nothing),
    }))
    .toSorted(ascending(({ key, title }) => (isDated(by) ? key : title)))
  return {
    title: asked.slot === '' ? 'Présents' : `Présents, ${asked.slot.toLocaleLowerCase('fr')}`,
    about: [
      daysText(from, to),
      asked.activityId === null ? siteText(store, asked.siteId) : activityOf(store, asked.activityId).name,
    ]
      .filter((text) => text !== '')
      .join(', '),
    head: attendanceStepNames[by],
    columns: columnsOf(asked),
    rows,
    total: valuesIn(sumAll(now), sumAll(compared), sumAll(before)),
    opens: Object.keys(measuresSql),
    chart: {
      series: ['present', 'absent', 'toMark'],
      before: 'before',
      ceiling: by === 'day' ? ceilingOf([...now.values()].map(({ places }) => places)) : null,
    },
    sentence:
      sumAll(now).present + sumAll(now).booked === 0
        ? 'Personne n’est attendu ni venu ces jours-là.'
        : sentenceOf(store, done, compared, `${isCut ? 'jusqu’à hier, ' : ''}${againstBefore(compared, before)}`),
    note: `${isCut ? `L’écart avec l’année d’avant s’arrête à hier, ${shortDay(yesterday)}\u00a0: ${counted(sumAll(compared).present, 'présence')}. ` : ''}Un enfant compte une fois par jour et par activité, les jours fermés à part. Les places se comptent plage par plage\u00a0: un enfant du matin et du repas en prend deux. Prises\u00a0: celles des présents, et des réservés d’aujourd’hui et des jours à venir. Attente\u00a0: qui attend une plage, place proposée comprise.`,
  }
}

const columnsOf = ({ by, from, to }: AttendanceAsked): FiguresColumn[] => [
  { key: 'present', title: attendanceTitles.present, unit: 'count', isMain: true },
  { key: 'taken', title: attendanceTitles.taken, unit: 'count' },
  { key: 'places', title: attendanceTitles.places, unit: 'count' },
  { key: 'share', title: attendanceTitles.share, unit: 'percent', isFill: true },
  { key: 'booked', title: attendanceTitles.booked, unit: 'count' },
  { key: 'absent', title: attendanceTitles.absent, unit: 'count' },
  { key: 'toMark', title: attendanceTitles.toMark, unit: 'count' },
  { key: 'waiting', title: attendanceTitles.waiting, unit: 'count' },
  {
    key: 'before',
    title:
      (by === 'day' || by === 'week') && yearOf(yearBefore(from, by)) === yearOf(yearBefore(to, by))
        ? `En ${yearOf(yearBefore(from, by))}`
        : 'Un an avant',
    unit: 'count',
  },
  { key: 'change', title: 'Écart', unit: 'count', isDifference: true },
]

const againstBefore = (now: SumsByRow, before: SumsByRow): string =>
  againstText(sumAll(now).present, sumAll(before).present, formatNumber)

const valuesOf = (now: Sums): (number | null)[] => [
  now.present,
  now.takenSlots,
  now.slotPlaces,
  shareOf(now.takenSlots, now.slotPlaces),
  now.booked,
  now.absent,
  now.toMark,
  now.waiting,
]

const sumAll = (rows: SumsByRow): Sums => [...rows.values()].reduce<Sums>(plus, nothing)

/** The number of places, when it is the same on every day; else null. */
const ceilingOf = (places: readonly number[]) => {
  const [first] = places
  return first !== undefined && places.every((one) => one === first)
    ? { value: first, name: counted(first, 'place') }
    : null
}

const isDated = (by: AttendanceStep): boolean => by !== 'activity' && by !== 'group'

/** Days and weeks are compared with the same weekday 52 weeks before, other rows with the same dates a year before. */
const yearBefore = (on: Day, by: AttendanceStep): Day =>
  by === 'day' || by === 'week'
    ? addDays(on, -364)
    : isLastOfMonth(on)
      ? lastOfMonth(addMonths(on, -12))
      : addMonths(on, -12)

const isLastOfMonth = (on: Day): boolean => lastOfMonth(on) === on

const yearAfter = (key: string, by: AttendanceStep): string => {
  if (by === 'day' || by === 'week') return addDays(key as Day, 364)
  return by === 'month' ? monthKey(addMonths(daysOfMonth(key as Month).from, 12)) : key
}

const checkAsked = (store: Store, { activityId, by }: AttendanceAsked): void => {
  if (activityId !== null) activityOf(store, activityId)
  if (by !== 'group') return
  if (activityId === null) throw new Refused('Choisissez une activité\u00a0: chacune a ses groupes.', 'activityId')
  if (groupsOf(store, activityId).length === 0)
    throw new Refused('Cette activité n’a pas de groupes\u00a0: ils se créent dans son réglage.', 'by')
}

const sumsByRow = (store: Store, asked: AttendanceAsked): SumsByRow => {
  const sums = new Map<string, Sums>()
  const add = (key: string, of: Partial<Sums>) => sums.set(key, plus(sums.get(key) ?? nothing, of))
  if (asked.by === 'group') {
    addGroups(store, asked, (groupId, of) => add(String(groupId), of))
    return sums
  }
  const keyOf = rowKeys[asked.by]
  for (const row of activityDays(store, asked)) add(keyOf(row), countsOf(row))
  for (const row of placesOfDays(store, asked)) add(keyOf(row), { places: row.places, slotPlaces: row.slotPlaces })
  return sums
}

type ChildCounts = { readonly [Measure in AttendanceMeasure | 'takenSlots']: number }

const countsOf = ({ present, booked, absent, toMark, waiting, takenSlots }: ChildCounts) => ({
  present,
  booked,
  absent,
  toMark,
  waiting,
  takenSlots,
})

const rowKeys: Readonly<
  Record<Exclude<AttendanceStep, 'group'>, (row: { readonly day: Day; readonly activityId: number }) => string>
> = {
  day: ({ day }) => day,
  week: ({ day }) => mondayOf(day),
  month: ({ day }) => monthKey(day),
  activity: ({ activityId }) => String(activityId),
}

/** Adds up by group; children without a group are counted under the id 0. */
const addGroups = (store: Store, asked: SlotsAsked, add: (groupId: number, of: Partial<Sums>) => void): void => {
  const groupOf = groupFinder(store, asked)
  for (const { day, registrationId, periodId, ...counts } of childDays(store, asked))
    add(groupOf({ registrationId, periodId }, day) ?? 0, countsOf(counts))
  const largest = new Map<string, number>()
  for (const { day, places } of groupPlacesOfDays(store, asked))
    for (const { groupId, capacity } of places) {
      const key = `${day} ${groupId}`
      largest.set(key, Math.max(largest.get(key) ?? 0, capacity))
      add(groupId, { slotPlaces: capacity })
    }
  for (const [key, places] of largest) add(Number(key.split(' ')[1]), { places })
}

type Registered = { readonly registrationId: number; readonly periodId: number }

/**
 * Finds the group that a registered child belongs to on a day: the one that staff chose, else that of its age or class.
 */
const groupFinder = (store: Store, { from, to }: Pick<SlotsAsked, 'from' | 'to'>) => {
  const periods = new Map<number, ChildGroups | null>()
  return ({ registrationId, periodId }: Registered, day: Day): number | null => {
    const known = periods.get(periodId)
    const groups = known === undefined ? childGroupsIn(store, periodId, from, to) : known
    periods.set(periodId, groups)
    return groups?.of(registrationId, day) ?? null
  }
}

const titlesOf = (store: Store, { by, activityId }: AttendanceAsked): ((key: string) => string) => {
  if (by === 'day') return (key) => briefDay(key as Day)
  if (by === 'week') return (key) => daysText(key as Day, addDays(key as Day, 6))
  if (by === 'month') return (key) => capitalised(monthText(daysOfMonth(key as Month).from))
  const named: readonly { readonly id: number; readonly name: string }[] =
    by === 'activity' ? accueilActivities(store) : groupsOf(store, activityId ?? 0)
  const names = new Map(named.map(({ id, name }) => [String(id), name]))
  return (key) => names.get(key) ?? 'Sans groupe'
}

const sentenceOf = (store: Store, { by, activityId }: AttendanceAsked, now: SumsByRow, against: string): string => {
  const total = sumAll(now)
  if (by !== 'day' || activityId === null) return `${counted(total.present, 'présence')}, ${against}.`
  const past = [...now].filter(([day]) => day <= today(store.clock))
  const full = past.filter(([, { takenSlots, slotPlaces }]) => (shareOf(takenSlots, slotPlaces) ?? 0) >= 90).length
  return `${meanText(total.present, past.length)} présents en moyenne sur ${counted(past.length, 'jour')}\u00a0; ${counted(total.present, 'présence')} en tout, ${against}. ${
    full === 0
      ? 'Aucun jour n’atteint 90\u00a0% des places.'
      : `${counted(full, 'jour')} à 90\u00a0% des places ou plus.`
  }`
}

/** The children that a figure counts. @param row empty for the total row */
export const attendanceBehind = ({ store }: Core, asked: AttendanceAsked, row: string, column: string): Behind => {
  checkAsked(store, asked)
  if (!(column in measuresSql)) throw new Refused('Ce chiffre n’a pas de liste derrière lui.')
  const measure = column as AttendanceMeasure
  const of = row === '' ? asked : { ...asked, ...rowDays(asked, row) }
  const title = row === '' ? daysText(asked.from, asked.to) : titlesOf(store, asked)(row)
  const found =
    asked.by === 'group' && row !== ''
      ? childrenOfGroup(store, asked, measure, Number(row))
      : childrenBehind(store, of, measure)
  return {
    title: `${attendanceTitles[measure]}, ${title}`,
    head: 'Enfant',
    valueHead: 'Jours',
    rows: found
      .filter(({ isSeen }) => isSeen === 1)
      .slice(0, maxBehind)
      .map(({ childId, familyId, lastName, firstName, birth, days, lastDay }) => ({
        key: String(childId),
        name: `${lastName} ${firstName}`,
        about: ageText(ageOn(birth, lastDay)),
        value: formatNumber(days),
        familyId,
      })),
    total: found.length,
  }
}

/** The days and the activity of a row, within what was asked. @throws Refused when no row has this key */
const rowDays = ({ by, from, to }: AttendanceAsked, row: string): Partial<SlotsAsked> => {
  const within = (first: Day, last: Day) => ({ from: first < from ? from : first, to: last > to ? to : last })
  if ((by === 'day' || by === 'week') && isDay(row)) return within(row, by === 'day' ? row : addDays(row, 6))
  if (by === 'month' && /^\d{4}-(0[1-9]|1[0-2])$/.test(row)) {
    const days = daysOfMonth(row as Month)
    return within(days.from, days.to)
  }
  const id = Number(row)
  if (by === 'activity' && Number.isSafeInteger(id)) return { activityId: id }
  if (by === 'group' && Number.isSafeInteger(id)) return {}
  throw new Refused('Ce chiffre n’existe pas.')
}

const childrenOfGroup = (
  store: Store,
  asked: AttendanceAsked,
  measure: AttendanceMeasure,
  groupId: number,
): ChildBehind[] => {
  const groupOf = groupFinder(store, asked)
  const days = Map.groupBy(
    childDays(store, asked).filter((one) => one[measure] > 0 && (groupOf(one, one.day) ?? 0) === groupId),
    ({ childId }) => childId,
  )
  return childrenBehind(store, asked, measure).flatMap((child) => {
    const own = days.get(child.childId)
    return own ? [{ ...child, days: own.length }] : []
  })
}
