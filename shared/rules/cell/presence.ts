import { type Day, minutesOf, type TimeOfDay } from '../calendar/day.ts'

/** A slot in which a child was marked present, with the times noted at the gate. */
export type PresentSlot = {
  readonly day: Day
  readonly name: string
  readonly start: TimeOfDay
  readonly end: TimeOfDay
  readonly arrivedAt: TimeOfDay | null
  readonly leftAt: TimeOfDay | null
}

export type PresentDay = {
  readonly day: Day
  /** Names of the slots, in the order of the day. */
  readonly slots: readonly string[]
  /** As noted at the gate; null when nobody noted it. */
  readonly arrivedAt: TimeOfDay | null
  readonly leftAt: TimeOfDay | null
  readonly minutes: number
}

/**
 * The days of a child's presence. A slot lasts from its start to its end, or from the arrival and to the departure
 * where they are noted; time that two slots share counts once, and time between two slots counts for none.
 */
export const presentDays = (slots: readonly PresentSlot[]): PresentDay[] =>
  [...Map.groupBy(slots, ({ day }) => day)]
    .map(([day, ofDay]) => {
      const inOrder = ofDay.toSorted((one, other) => minutesOf(one.start) - minutesOf(other.start))
      return {
        day,
        slots: inOrder.map(({ name }) => name),
        arrivedAt: noted(ofDay.map(({ arrivedAt }) => arrivedAt))[0] ?? null,
        leftAt: noted(ofDay.map(({ leftAt }) => leftAt)).at(-1) ?? null,
        minutes: minutesTogether(
          ofDay.map(({ start, end, arrivedAt, leftAt }) => [minutesOf(arrivedAt ?? start), minutesOf(leftAt ?? end)]),
        ),
      }
    })
    .toSorted((one, other) => (one.day < other.day ? -1 : 1))

const noted = (times: readonly (TimeOfDay | null)[]): TimeOfDay[] => times.filter((time) => time !== null).toSorted()

const minutesTogether = (spans: readonly (readonly [from: number, to: number])[]): number => {
  let sum = 0
  let until = 0
  for (const [from, to] of spans.toSorted(([one], [other]) => one - other)) {
    sum += Math.max(0, to - Math.max(from, until))
    until = Math.max(until, to)
  }
  return sum
}

/** « 8 h 51 » */
export const lengthText = (minutes: number): string =>
  `${Math.floor(minutes / 60)}\u00a0h\u00a0${String(minutes % 60).padStart(2, '0')}`
