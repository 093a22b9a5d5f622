import type { CellKey } from '../../../shared/contract/desk/reservations/reservations.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { judge } from '../../../shared/rules/cell/cell-verdicts.ts'
import type { LateSurcharge } from '../../../shared/rules/cell/late-surcharge.ts'
import type { Core, Person } from '../core.ts'
import { readBoard } from './board/board.ts'
import { cellActorOf, refuseUnknownSlot, requireRegistration } from './board/checks.ts'
import { groupByPeriod } from './move-cells.ts'

/** A booking that staff may only free after its deadline, and the surcharge that they may leave due; 0 for none. */
type LateBooking = {
  /** Id of the reservation. */
  readonly id: number
  readonly familyId: number
  readonly day: Day
  readonly surcharge: LateSurcharge
}

/** The bookings among the cells whose deadline to cancel has passed. */
export const lateBookings = ({ store, clock }: Core, person: Person, cells: readonly CellKey[]): LateBooking[] =>
  groupByPeriod(store, cells).flatMap((ofPeriod) => {
    const registrations = new Map(ofPeriod.map(({ registrationId: id }) => [id, requireRegistration(store, id)]))
    const days = ofPeriod.map(({ day }) => day).toSorted()
    const [first] = registrations.values()
    const [from, to] = [days[0], days.at(-1)]
    if (!first || !from || !to) return []
    const board = readBoard(store, clock(), first.periodId, [...registrations.values()], from, to)
    return ofPeriod.flatMap(({ registrationId, day, slotId }) => {
      refuseUnknownSlot(board, slotId)
      const registration = registrations.get(registrationId)
      const cell = board.cell(registrationId, day, slotId)
      if (!registration || !cell) return []
      const verdict = judge('free', board.facts(registration, day, slotId), cellActorOf(person))
      if ('why' in verdict || !verdict.asksCharged) return []
      return [{ id: cell.id, familyId: registration.familyId, day, surcharge: verdict.surcharge ?? 0 }]
    })
  })
