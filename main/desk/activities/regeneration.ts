import type { Day, DayRange } from '../../../shared/rules/calendar/day.ts'
import { isWithin } from '../../../shared/rules/calendar/day.ts'
import type { GroupPlaces } from '../../../shared/rules/groups/groups.ts'
import { samePlaces } from './groups.ts'

type ExistingOpening = {
  readonly id: number
  readonly day: Day
  readonly slotId: number
  readonly capacity: number
  readonly groupPlaces: GroupPlaces | null
  readonly closedReason: string | null
}
type Planned = {
  readonly day: Day
  readonly slot: number
  readonly capacity: number
  readonly groupPlaces?: GroupPlaces | undefined
}

/** Changes to a period's openings when its plan changes. */
export type Regeneration = {
  readonly added: readonly Planned[]
  readonly changed: readonly Pick<ExistingOpening, 'id' | 'capacity' | 'groupPlaces'>[]
  readonly removed: readonly ExistingOpening[]
  /** Openings that staff changed, which stay as they are. */
  readonly changedByHand: readonly ExistingOpening[]
}

/**
 * Compares existing openings with the next plan. An opening changed by hand differs from the previous plan: closed,
 * with another capacity, or opened outside the plan. It stays while the period includes its day and slot.
 */
export const regeneration = (
  openings: readonly ExistingOpening[],
  previousPlan: readonly Planned[],
  nextPlan: readonly Planned[],
  limits: { readonly span: DayRange; readonly slotIds: readonly number[] },
): Regeneration => {
  const previousByCell = byCell(previousPlan)
  const nextByCell = byCell(nextPlan)
  const changed: Regeneration['changed'][number][] = []
  const removed: ExistingOpening[] = []
  const kept: ExistingOpening[] = []
  for (const opening of openings) {
    const cell = cellOf(opening.day, opening.slotId)
    const planned = nextByCell.get(cell)
    nextByCell.delete(cell)
    const before = previousByCell.get(cell)
    const isByHand = opening.closedReason !== null || !before || !samePlaces(opening, before)
    if (isByHand && isWithin(limits.span, opening.day) && limits.slotIds.includes(opening.slotId)) kept.push(opening)
    else if (!planned) removed.push(opening)
    else if (!samePlaces(planned, opening))
      changed.push({ id: opening.id, capacity: planned.capacity, groupPlaces: planned.groupPlaces ?? null })
  }
  return { added: [...nextByCell.values()], changed, removed, changedByHand: kept }
}

export const cellOf = (day: Day, slotId: number): string => `${day} ${slotId}`

const byCell = (planned: readonly Planned[]) => new Map(planned.map((one) => [cellOf(one.day, one.slot), one]))
