import { ascending } from '../../../shared/collections.ts'
import { addDays, type Day, day, daysOfMonth, minutesOf, type TimeOfDay } from '../../../shared/rules/calendar/day.ts'
import type { Group } from '../../../shared/rules/groups/groups.ts'
import { canonical, type Json } from '../../../shared/rules/money/invoice.ts'
import type { GroupsOfActivity, StoredBook } from '../../../shared/rules/price/book.ts'
import { daysBeforeForfait, hasYearAccounts } from '../../../shared/rules/price/span-price.ts'
import {
  asksRegistrations,
  groupsAsked,
  hasForfaits,
  hasSiblingRule,
  monthsAround,
  slotCode,
  type Tariff,
} from '../../../shared/rules/price/tariff.ts'
import type { Write } from '../../store/acts/acts.ts'
import { fileVersion } from '../../store/connection.ts'
import { sha256 } from '../../store/paper-hash.ts'
import { priceBookTable } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import {
  activityNames,
  allAttachments,
  allTariffs,
  allVersions,
  definitionAt,
  groupsByActivity,
  isBilledWithin,
  monthsBilledWith,
  replacedDefinitions,
  slotTimes,
  storedBook,
} from './prices-store.ts'

/**
 * What is needed to price any day of any home: the tariff of each activity, and the hours of its slots. Read once for a
 * whole run.
 */
export type PriceBook = {
  readonly activities: ReadonlyMap<number, { readonly name: string; readonly tariff: Tariff | null }>
  /** The codes by which tariffs name slots. */
  readonly slotCodes: ReadonlyMap<number, string>
  /** Duration of each slot, in minutes. */
  readonly slotMinutes: ReadonlyMap<number, number>
  readonly slotEnds: ReadonlyMap<number, TimeOfDay>
  /** The groups of each activity that has some. */
  readonly groups: ReadonlyMap<number, readonly Group[]>
  /** Whether some tariff depends on the child's rank among siblings. */
  readonly asksRank: boolean
  /** Whether some tariff makes the price of a month depend on what earlier months of the year took. */
  readonly hasYearAccounts: boolean
}

export type CurrentBook = PriceBook & {
  /** Derived from everything that prices depend on: with the same id, the same facts have the same price. */
  readonly id: number
  readonly digest: string
  readonly needs: BookNeeds
  /** What is stored of the book once a month is billed with it. */
  readonly stored: StoredBook
}

/** What pricing a month needs besides its own cells, under any tariff in the file. */
export type BookNeeds = {
  /** The number of months before and after that may change the price of a month. */
  readonly monthsAround: number
  readonly asksRegistrations: boolean
  /**
   * Activities with a forfait that a registered child owes even without a booking, and how many days before the
   * forfait's coverage its first part is due.
   */
  readonly forfaits: readonly { readonly activityId: number; readonly daysBefore: number }[]
}

/** What the file stores of a book with which months were billed. */
export type KeptBook = Pick<CurrentBook, 'id' | 'digest' | 'stored'>

/** The price book in force today. The last one read is given again while nothing was written since. */
export const currentBook = (store: Store): CurrentBook => {
  const version = fileVersion(store)
  const known = lastBooks.get(store.db)
  if (known?.version === version) return known.book
  const book = readBook(store)
  lastBooks.set(store.db, { version, book })
  return book
}

/** Cached by database connection: a store may get another file during its life. */
const lastBooks = new WeakMap<Store['db'], { readonly version: string; readonly book: CurrentBook }>()

const readBook = (store: Store): CurrentBook => {
  const versions = Map.groupBy(allVersions(store), ({ tariffId }) => tariffId)
  const tariffs = new Map(
    allTariffs(store).map(({ id, name }) => [
      id,
      tariffOf(
        id,
        name,
        (versions.get(id) ?? []).map(({ fromDay, definition }) => ({ from: fromDay, definition })),
      ),
    ]),
  )
  const chosen = new Map(allAttachments(store).map(({ activityId, tariffId }) => [activityId, tariffId]))
  const slots = slotTimes(store)
  const groups = groupsByActivity(store)
  const asking = groups.filter(({ activityId }) => asksGroups(tariffs.get(chosen.get(activityId) ?? 0)))
  const stored: StoredBook = {
    activities: [...chosen].map(([id, tariffId]) => ({ id, tariffId })).toSorted(byId),
    tariffs: [...new Set(chosen.values())]
      .map((id) => ({ id, versions: versionsStored(versions.get(id)) }))
      .toSorted(byId),
    slots: slots.flatMap(({ activityId, ...one }) => (chosen.has(activityId) ? [slotStored(one)] : [])).toSorted(byId),
    ...(asking.length > 0 && { groups: asking }),
  }
  let digest: string | undefined
  let needs: BookNeeds | undefined
  // Computed when first asked for: an estimate on screen needs prices only.
  const digestOnce = () => {
    digest ??= digestOf(
      stored,
      stored.tariffs.map(({ id }) => tariffs.get(id)?.versions ?? []),
    )
    return digest
  }
  return {
    ...bookOf(
      activityNames(store),
      (activityId) => tariffs.get(chosen.get(activityId) ?? 0) ?? null,
      slots.map(slotStored),
      groups,
    ),
    stored,
    get needs() {
      needs ??= needsOf(store, tariffs, chosen)
      return needs
    },
    get digest() {
      return digestOnce()
    },
    get id() {
      return idOf(digestOnce())
    },
  }
}

/** Counts replaced definitions of tariffs too: months billed with them are still priced with them. */
const needsOf = (
  store: Store,
  tariffs: ReadonlyMap<number, Tariff>,
  chosen: ReadonlyMap<number, number>,
): BookNeeds => {
  const former = {
    id: '',
    label: '',
    versions: replacedDefinitions(store).map((one) => ({ ...one, from: always.from })),
  }
  const all = [...tariffs.values(), former]
  return {
    monthsAround: Math.max(0, ...all.map(monthsAround)),
    asksRegistrations: all.some(asksRegistrations),
    forfaits: [...chosen].flatMap(([activityId, tariffId]) => {
      const tariff = tariffs.get(tariffId)
      return tariff && hasForfaits(tariff) ? [{ activityId, daysBefore: daysBeforeForfait(tariff) }] : []
    }),
  }
}

const asksGroups = (tariff: Tariff | undefined): boolean =>
  tariff?.versions.some((version) => groupsAsked(version).length > 0) ?? false

const byId = (one: { readonly id: number }, other: { readonly id: number }): number => one.id - other.id

type VersionRow = ReturnType<typeof allVersions>[number]
const versionsStored = (rows: readonly VersionRow[] = []) =>
  rows.map(({ id, revision, fromDay }) => ({ id, revision, from: fromDay })).toSorted(ascending(({ from }) => from))

type SlotTimes = Pick<ReturnType<typeof slotTimes>[number], 'id' | 'name' | 'start' | 'end'>
const slotStored = ({ id, name, start, end }: SlotTimes): StoredBook['slots'][number] => ({
  id,
  code: slotCode(name),
  minutes: minutesOf(end) - minutesOf(start),
  end,
})

type Version = { readonly from: Day; readonly definition: VersionRow['definition'] }
const tariffOf = (id: number, label: string, versions: readonly Version[]): Tariff => ({
  id: String(id),
  label,
  versions: versions.map(({ from, definition }) => ({ ...definition, from })),
})

const bookOf = (
  names: ReturnType<typeof activityNames>,
  tariffOfActivity: (activityId: number) => Tariff | null,
  slots: StoredBook['slots'],
  groups: readonly GroupsOfActivity[],
): PriceBook => {
  const activities = new Map(names.map(({ id, name }) => [id, { name, tariff: tariffOfActivity(id) }]))
  const tariffs = [...activities.values()].flatMap(({ tariff }) => tariff ?? [])
  return {
    activities,
    slotCodes: new Map(slots.map(({ id, code }) => [id, code])),
    slotMinutes: new Map(slots.map(({ id, minutes }) => [id, minutes])),
    slotEnds: new Map(slots.map(({ id, end }) => [id, end])),
    groups: new Map(groups.map(({ activityId, groups: own }) => [activityId, own])),
    asksRank: tariffs.some(hasSiblingRule),
    hasYearAccounts: tariffs.some(hasYearAccounts),
  }
}

// The digest also covers the definitions: a version with which no month was billed yet is edited in place, without a
// new revision.
const digestOf = (stored: StoredBook, versions: readonly Tariff['versions'][]): string =>
  sha256(canonical(JSON.parse(JSON.stringify({ stored, versions })) as Json))

/** The first 48 bits of the digest: a book thus has the same id each time it is stored, even after a rollback. */
const idOf = (digest: string): number => Number.parseInt(digest.slice(0, 12), 16)

/** Stores a book for the months that are billed with it. @returns its id */
export const keepBook = (write: Write, { id, digest, stored }: KeptBook): number => {
  if (storedBook(write, id) === undefined) write.insert(priceBookTable, { id, digest, book: stored })
  return id
}

/**
 * The book that a month was billed with. Activities that had no tariff then, and their slots, are priced with the
 * current book.
 * @param current read once by a caller that prices many months: books are cached for as long as it is the same
 * @throws RangeError when the file has no such book
 */
export const bookById = (store: Store, id: number, current: CurrentBook): PriceBook => {
  if (id === current.id) return current
  const known = booksBeside.get(current) ?? new Map<number, PriceBook>()
  booksBeside.set(current, known)
  const book = known.get(id) ?? keptBook(store, id, current)
  known.set(id, book)
  return book
}

/**
 * The book that a month was billed with, except for one tariff, which has its present versions and activities.
 * @throws RangeError when the file has no such book
 */
export const bookWithTariff = (store: Store, id: number, tariffId: number, current: CurrentBook): KeptBook => {
  const before = storedBook(store, id)
  if (!before) throw new RangeError(`no price book ${id}`)
  const { activities, tariffs, slots, groups: today = [] } = current.stored
  const atTariff = activities.filter((one) => one.tariffId === tariffId)
  const known = new Set(before.slots.map((slot) => slot.id))
  const isAtTariff = ({ activityId }: GroupsOfActivity) => atTariff.some(({ id: own }) => own === activityId)
  const groups = [...(before.groups ?? []).filter((one) => !isAtTariff(one)), ...today.filter(isAtTariff)]
  return keptBookOf(store, {
    activities: [
      ...before.activities.filter((one) => atTariff.every((other) => other.id !== one.id)),
      ...atTariff,
    ].toSorted(byId),
    tariffs: [
      ...before.tariffs.filter((one) => one.id !== tariffId),
      ...tariffs.filter((one) => one.id === tariffId),
    ].toSorted(byId),
    slots: [...before.slots, ...slots.filter((slot) => !known.has(slot.id))].toSorted(byId),
    ...(groups.length > 0 && { groups: groups.toSorted((one, other) => one.activityId - other.activityId) }),
  })
}

/**
 * The book that a month was billed with, except for the hours of an activity, which are the present ones.
 * @throws RangeError when the file has no such book
 */
export const bookWithHours = (store: Store, id: number, activityId: number, current: CurrentBook): KeptBook => {
  const before = storedBook(store, id)
  if (!before) throw new RangeError(`no price book ${id}`)
  const ofActivity = new Set(slotTimes(store).flatMap((slot) => (slot.activityId === activityId ? [slot.id] : [])))
  return keptBookOf(store, {
    ...before,
    slots: [
      ...before.slots.filter((slot) => !ofActivity.has(slot.id)),
      ...current.stored.slots.filter((slot) => ofActivity.has(slot.id)),
    ].toSorted(byId),
  })
}

const keptBookOf = (store: Store, stored: StoredBook): KeptBook => {
  const digest = digestOf(
    stored,
    stored.tariffs.map(({ versions }) => versionsOf(store, versions)),
  )
  return { id: idOf(digest), digest, stored }
}

/** The versions as they were at these revisions. Versions removed since are left out: they priced no billed month. */
const versionsOf = (store: Store, versions: StoredBook['tariffs'][number]['versions']): Tariff['versions'] =>
  versions.flatMap(({ from, ...version }) => {
    const definition = definitionAt(store, version)
    return definition ? [{ ...definition, from }] : []
  })

const booksBeside = new WeakMap<CurrentBook, Map<number, PriceBook>>()

const keptBook = (store: Store, id: number, current: CurrentBook): PriceBook => {
  const stored = storedBook(store, id)
  if (!stored) throw new RangeError(`no price book ${id}`)
  const names = new Map(allTariffs(store).map((one) => [one.id, one.name]))
  const tariffs = new Map(
    stored.tariffs.map(({ id: tariffId, versions }) => [
      tariffId,
      { id: String(tariffId), label: names.get(tariffId) ?? '', versions: versionsOf(store, versions) },
    ]),
  )
  const chosen = new Map(stored.activities.map(({ id: activityId, tariffId }) => [activityId, tariffId]))
  const slots = new Map([...slotTimes(store).map(slotStored), ...stored.slots].map((slot) => [slot.id, slot]))
  return bookOf(
    activityNames(store),
    (activityId) => {
      const kept = tariffs.get(chosen.get(activityId) ?? 0)
      const now = current.activities.get(activityId)?.tariff ?? null
      // Activities with the same tariff share the minimum and the ceilings of a month, so all of them must use the same
      // version of it.
      return kept ?? tariffs.get(Number(now?.id ?? 0)) ?? now
    },
    [...slots.values()],
    [
      ...[...current.groups].flatMap(([activityId, groups]) =>
        chosen.has(activityId) ? [] : [{ activityId, groups }],
      ),
      // A group may be newer than the book: staff may have put children in it since.
      ...(stored.groups ?? []).map(({ activityId, groups: own }) => ({
        activityId,
        groups: [
          ...own,
          ...(current.groups.get(activityId) ?? []).filter((group) => own.every((one) => one.id !== group.id)),
        ],
      })),
    ],
  )
}

/**
 * Whether a day was billed at the price of this version, as it is defined now: later invoices and credit notes of that
 * month need the definition again.
 */
export const hasPricedBilledDays = (store: Store, version: VersionRow): boolean =>
  monthsBilledWith(store).some(({ bookId, months }) => {
    const { activities = [], tariffs = [] } = storedBook(store, bookId) ?? {}
    const versions = tariffs.find(({ id }) => id === version.tariffId)?.versions ?? []
    const at = versions.findIndex(({ id, revision }) => id === version.id && revision === version.revision)
    const activityIds = activities.flatMap(({ id, tariffId }) => (tariffId === version.tariffId ? [id] : []))
    return months.some((month) => {
      const days = daysInForce(versions, at, daysOfMonth(month))
      return days !== null && isBilledWithin(store, { ...days, activityIds, bookId })
    })
  }) || hasPricedDaysOfEarlierVersions(store, version)

/**
 * Whether an earlier version of this program billed a day priced by this tariff version: such months have no price
 * book. Only the first revision can be concerned, since revisions and price books were introduced together.
 */
const hasPricedDaysOfEarlierVersions = (store: Store, { id, tariffId, revision }: VersionRow): boolean => {
  if (revision > 1) return false
  const versions = versionsStored(allVersions(store).filter((one) => one.tariffId === tariffId))
  const days = daysInForce(
    versions,
    versions.findIndex((one) => one.id === id),
    always,
  )
  const activityIds = allAttachments(store).flatMap((one) => (one.tariffId === tariffId ? [one.activityId] : []))
  return days !== null && isBilledWithin(store, { ...days, activityIds, bookId: null })
}

const always = { from: day('1900-01-01'), to: day('9999-12-31') }

/** The days of `within` priced by the version at that index; null when there are none. @param versions oldest first */
const daysInForce = (
  versions: StoredBook['tariffs'][number]['versions'],
  at: number,
  within: typeof always,
): typeof always | null => {
  const version = versions[at]
  const next = versions[at + 1]
  if (!version) return null
  const from = version.from > within.from ? version.from : within.from
  const to = next && next.from <= within.to ? addDays(next.from, -1) : within.to
  return from <= to ? { from, to } : null
}
