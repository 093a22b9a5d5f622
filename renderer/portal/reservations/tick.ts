import type { Day } from '../../../shared/rules/calendar/day.ts'

/** One tick of a cell; `wish` null takes it away. */
export type Tick = {
  readonly registration: number
  readonly day: Day
  readonly slot: number
  readonly wish: 'book' | 'cancel' | null
}

/** A semaine type: what is wanted every week. */
export type Week = readonly { readonly weekday: number; readonly slot: number }[]
