import type { Mark } from '../../../shared/contract/desk/attendance.ts'
import type { Day, TimeOfDay } from '../../../shared/rules/calendar/day.ts'

/** A mark made on this device that the core has not answered yet. No name: a tablet goes from hand to hand. */
export type KeptMark = {
  /** Who made it: it is recorded under this name or not at all. */
  readonly staffId: number
  readonly registrationId: number
  readonly day: Day
  readonly slotId: number
  readonly mark: Mark | null
  readonly reason: string
  /** Milliseconds of this device's own clock: good only to say how long ago. */
  readonly madeAt: number
}

/** When a child was fetched, noted on this device and not answered yet; null takes it back. */
export type KeptDeparture = Pick<KeptMark, 'staffId' | 'registrationId' | 'day' | 'madeAt'> & {
  readonly at: TimeOfDay | null
}

type Kept = Pick<KeptMark, 'staffId' | 'registrationId' | 'day' | 'madeAt'>

/** One entry a place: what was said last is what is meant, and two pages of one browser do not undo each other. */
const keptHere = <Item extends Kept>(
  prefix: string,
  placeOf: (item: Item) => string,
  isItem: (value: unknown) => value is Item,
) => ({
  /** A browser may refuse to keep anything: then it lasts as long as the page. */
  keep(item: Item): void {
    try {
      localStorage.setItem(placeOf(item), JSON.stringify(item))
    } catch {
      return
    }
  },
  /** Unless another took its place meanwhile. */
  forget(item: Item): void {
    try {
      if (localStorage.getItem(placeOf(item)) === JSON.stringify(item)) localStorage.removeItem(placeOf(item))
    } catch {
      return
    }
  },
  /** What an earlier page of this device could not send. */
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

export const placeOf = ({ registrationId, day, slotId }: Pick<KeptMark, 'registrationId' | 'day' | 'slotId'>): string =>
  `pointage ${registrationId} ${day} ${slotId}`

export const departureOf = ({ registrationId, day }: Pick<KeptDeparture, 'registrationId' | 'day'>): string =>
  `depart ${registrationId} ${day}`

const hasNumbers = (value: unknown, ...keys: readonly string[]): boolean =>
  typeof value === 'object' &&
  value !== null &&
  keys.every((key) => key in value && Number.isInteger(Reflect.get(value, key)))

const isKeptMark = (value: unknown): value is KeptMark =>
  hasNumbers(value, 'staffId', 'registrationId', 'slotId', 'madeAt')

const isKeptDeparture = (value: unknown): value is KeptDeparture =>
  hasNumbers(value, 'staffId', 'registrationId', 'madeAt')

export const keptMarks = keptHere('pointage ', placeOf, isKeptMark)
export const keptDepartures = keptHere('depart ', departureOf, isKeptDeparture)
