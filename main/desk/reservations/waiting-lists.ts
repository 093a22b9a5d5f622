import { ageOn, today } from '../../../shared/rules/day.ts'
import { ageText } from '../../../shared/rules/french.ts'
import { nextToPromote } from '../../../shared/rules/places.ts'
import type { Write } from '../../store/acts.ts'
import type { Store } from '../../store/store.ts'
import type { Core } from '../core.ts'
import { readBoard } from './board.ts'
import { newPlan, type PlannedMove, planMove, writePlan } from './moving.ts'
import { movableLists, nextMoveId, registrationsIn } from './reservations-store.ts'

/** Where the period promotes by itself, each place that the plan freed goes to the next of its list. */
export const promoteFreed = (store: Store, write: Write, freed: readonly PlannedMove[]): number => {
  const places = new Map(
    freed
      .filter(({ before, next }) => before.held === 'confirmed' && next.held !== 'confirmed')
      .map(({ next }) => [`${next.periodId} ${next.day} ${next.slotId}`, next]),
  )
  let promoted = 0
  for (const { periodId, day, slotId } of places.values()) {
    const registrations = registrationsIn(store, periodId, null)
    const board = readBoard(store, write.at, periodId, registrations, day, day)
    if (board.period.promotion !== 'automatic') return promoted
    const capacity = board.openings.get(`${day} ${slotId}`)?.capacity ?? 0
    const plan = newPlan(nextMoveId(store))
    for (const next of nextToPromote(board.waiting(day, slotId), board.held(day, slotId), capacity)) {
      const registration = registrations.find(({ id }) => id === next.registrationId)
      if (registration) planMove(plan, board, registration, day, slotId, 'promote', { kind: 'rule' }, { at: write.at })
    }
    writePlan(write, plan)
    promoted += plan.moves.length
  }
  return promoted
}

/** Waiting lists that can move, soonest first. */
export const promotable = ({ store, clock }: Core) =>
  movableLists(store, today(clock))
    .filter(({ free }) => free > 0)
    .map(({ registrationId, day, slotId, birthDay, lastName, firstName, ...one }) => ({
      ...one,
      key: { registrationId, day, slotId },
      name: `${lastName} ${firstName}`,
      age: ageText(ageOn(birthDay, day)),
    }))
