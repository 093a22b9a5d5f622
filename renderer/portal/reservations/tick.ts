import type { Day } from '../../../shared/rules/calendar/day.ts'

/** A parent's tick of one cell, not recorded yet; a null `wish` removes the tick. */
export type Tick = {
  readonly registration: number
  readonly day: Day
  readonly slot: number
  readonly wish: 'book' | 'cancel' | null
}

/** A typical week: the slots to request every week. */
export type Week = readonly { readonly weekday: number; readonly slot: number }[]
