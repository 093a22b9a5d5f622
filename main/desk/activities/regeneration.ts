import type { Day, DaySpan } from '../../../shared/rules/calendar/day.ts'
import { isWithin } from '../../../shared/rules/calendar/day.ts'

type Standing = {
  readonly id: number
  readonly day: Day
  readonly slotId: number
  readonly capacity: number
  readonly closedReason: string | null
}
type Planned = { readonly day: Day; readonly slot: number; readonly capacity: number }

/** What becomes of a period's openings when its plan changes. */
export type Regeneration = {
  readonly added: readonly Planned[]
  readonly changed: readonly { readonly id: number; readonly capacity: number }[]
  readonly removed: readonly Standing[]
  /** Changed by hand: left as they are. */
  readonly kept: readonly Standing[]
}

/**
 * A day changed by hand is one that differs from what the plan before made: closed, with other places, or opened
 * outside of it. It stays as it is for as long as the period still spans it and still has its slot.
 */
export const regeneration = (
  standing: readonly Standing[],
  before: readonly Planned[],
  after: readonly Planned[],
  spanned: { readonly span: DaySpan; readonly slotIds: readonly number[] },
): Regeneration => {
  const madeBefore = byCell(before)
  const toMake = byCell(after)
  const changed: { id: number; capacity: number }[] = []
  const removed: Standing[] = []
  const kept: Standing[] = []
  for (const opening of standing) {
    const cell = cellOf(opening.day, opening.slotId)
    const planned = toMake.get(cell)
    toMake.delete(cell)
    const isByHand = opening.closedReason !== null || opening.capacity !== madeBefore.get(cell)?.capacity
    if (isByHand && isWithin(spanned.span, opening.day) && spanned.slotIds.includes(opening.slotId)) kept.push(opening)
    else if (!planned) removed.push(opening)
    else if (planned.capacity !== opening.capacity) changed.push({ id: opening.id, capacity: planned.capacity })
  }
  return { added: [...toMake.values()], changed, removed, kept }
}

export const cellOf = (day: Day, slotId: number): string => `${day} ${slotId}`

const byCell = (planned: readonly Planned[]) => new Map(planned.map((one) => [cellOf(one.day, one.slot), one]))
