import type { Mark } from '../../../shared/contract/desk/attendance.ts'
import type { Day, TimeOfDay } from '../../../shared/rules/calendar/day.ts'

/**
 * A mark made on this device that the core has not confirmed yet. Holds no child's name: several people share a tablet.
 */
export type StoredMark = {
  /** The member of staff who made the mark: nobody else may send it. */
  readonly staffId: number
  readonly registrationId: number
  readonly day: Day
  readonly slotId: number
  readonly mark: Mark | null
  readonly reason: string
  /** Milliseconds of this device's own clock, which may be wrong: used only to compute the mark's age. */
  readonly madeAt: number
}

/** When a child arrived and was fetched. */
export const timeKinds = ['arrival', 'departure'] as const
export type TimeKind = (typeof timeKinds)[number]

/** The time of a child that was noted on this device and that the core has not confirmed yet; null deletes the time. */
export type StoredTime = Pick<StoredMark, 'staffId' | 'registrationId' | 'day' | 'madeAt'> & {
  readonly at: TimeOfDay | null
}

type StoredItem = Pick<StoredMark, 'staffId' | 'registrationId' | 'day' | 'madeAt'>

/** Items in localStorage, one key each: the last write wins, and two pages of a browser do not overwrite each other. */
const localStore = <Item extends StoredItem>(
  prefix: string,
  keyOf: (item: Item) => string,
  isItem: (value: unknown) => value is Item,
) => ({
  /** If the browser refuses to store it, the item lives as long as the page. */
  save(item: Item): void {
    try {
      localStorage.setItem(keyOf(item), JSON.stringify(item))
    } catch {
      return
    }
  },
  /** Deletes the item unless a newer one has replaced it. */
  remove(item: Item): void {
    try {
      if (localStorage.getItem(keyOf(item)) === JSON.stringify(item)) localStorage.removeItem(keyOf(item))
    } catch {
      return
    }
  },
  /** Items that an earlier page of this device could not send. */
  all(): Item[] {
    try {
      return Object.entries(localStorage).flatMap(([name, text]) => {
        const kept: unknown = name.startsWith(prefix) && typeof text === 'string' ? JSON.parse(text) : null
        return isItem(kept) ? [kept] : []
      })
    } catch {
      return []
    }
  },
})

export const markKey = ({
  registrationId,
  day,
  slotId,
}: Pick<StoredMark, 'registrationId' | 'day' | 'slotId'>): string => `pointage ${registrationId} ${day} ${slotId}`

type ChildDay = Pick<StoredTime, 'registrationId' | 'day'>
const arrivalKey = ({ registrationId, day }: ChildDay): string => `arrivee ${registrationId} ${day}`
const departureKey = ({ registrationId, day }: ChildDay): string => `depart ${registrationId} ${day}`

/** Different for a child's arrival and departure. */
export const timeKey = (kind: TimeKind, at: ChildDay): string =>
  kind === 'arrival' ? arrivalKey(at) : departureKey(at)

const hasNumbers = (value: unknown, ...keys: readonly string[]): boolean =>
  typeof value === 'object' &&
  value !== null &&
  keys.every((key) => key in value && Number.isInteger(Reflect.get(value, key)))

const isStoredMark = (value: unknown): value is StoredMark =>
  hasNumbers(value, 'staffId', 'registrationId', 'slotId', 'madeAt')

const isStoredTime = (value: unknown): value is StoredTime => hasNumbers(value, 'staffId', 'registrationId', 'madeAt')

export const storedMarks = localStore('pointage ', markKey, isStoredMark)
export const storedTimes = {
  arrival: localStore('arrivee ', arrivalKey, isStoredTime),
  departure: localStore('depart ', departureKey, isStoredTime),
} satisfies Record<TimeKind, unknown>
