import type { BlockDetail, CellKey } from '../../../shared/contract/desk/reservations/reservations.ts'
import { type CellState, cellState } from '../../../shared/rules/cell/cell.ts'
import { type CellAction, isStricter } from '../../../shared/rules/cell/cell-actions.ts'
import { allowedActions } from '../../../shared/rules/cell/cell-verdicts.ts'
import type { Core, Person } from '../core.ts'
import { groupName, readBoard, takesUpPlace } from './board/board.ts'
import { cellActorOf, refuseUnknownSlot, requireRegistration } from './board/checks.ts'
import { groupByPeriod } from './move-cells.ts'

type Child = BlockDetail['children'][number]
type Place = BlockDetail['places'][number]
type AllowedAction = BlockDetail['acts'][number]

/** What the panel of several cells shows: their states, children, places once all are booked, and possible acts. */
export const blockDetail = ({ store, clock }: Core, person: Person, cells: readonly CellKey[]): BlockDetail => {
  const at = clock()
  const who = cellActorOf(person)
  const states = new Map<CellState, number>()
  const children = new Map<number, Child>()
  const places = new Map<string, Place>()
  const acts = new Map<CellAction, AllowedAction>()
  for (const periodCells of groupByPeriod(store, cells)) {
    const registrations = new Map(periodCells.map(({ registrationId: id }) => [id, requireRegistration(store, id)]))
    const days = periodCells.map(({ day }) => day).toSorted()
    const [first] = registrations.values()
    const [from, to] = [days[0], days.at(-1)]
    if (!first || !from || !to) continue
    const board = readBoard(store, at, first.periodId, [...registrations.values()], from, to)
    for (const slotId of new Set(periodCells.map((one) => one.slotId))) refuseUnknownSlot(board, slotId)
    const ofRegistration = Map.groupBy(periodCells, ({ registrationId }) => registrationId)
    for (const [registrationId, { childId, familyId, firstName, lastName }] of registrations) {
      const name = `${firstName} ${lastName}`
      const { activityId } = board.period
      const chosen = Map.groupBy(ofRegistration.get(registrationId) ?? [], ({ day }) => day)
      const withBooked = [...chosen].map(([day, slots]) => {
        const booked = board.slots.filter(({ id }) => board.cell(registrationId, day, id)?.held === 'confirmed')
        return { day, slotIds: [...new Set([...slots.map(({ slotId }) => slotId), ...booked.map(({ id }) => id)])] }
      })
      children.set(registrationId, { registrationId, childId, familyId, activityId, name, days: withBooked })
    }
    for (const key of periodCells) {
      const { registrationId, day, slotId } = key
      const registration = registrations.get(registrationId)
      if (!registration) continue
      const facts = board.facts(registration, day, slotId)
      const state = cellState(facts)
      states.set(state, (states.get(state) ?? 0) + 1)
      const opening = board.openings.get(`${day} ${slotId}`)
      if (opening && opening.closedReason === null) {
        const { groupId, held, capacity } = board.placesFor(registrationId, day, slotId)
        const slot = board.slots.find(({ id }) => id === slotId)?.name ?? ''
        const group = groupName(board, groupId)
        const where = `${day} ${slotId} ${groupId ?? ''}`
        const place = places.get(where) ?? {
          day,
          slotId,
          slot: group === null ? slot : `${slot}, ${group}`,
          capacity: capacity ?? 0,
          held,
          withAll: held,
        }
        const cell = board.cell(registrationId, day, slotId)
        const isInside = cell !== undefined && takesUpPlace(cell)
        places.set(where, { ...place, withAll: place.withAll + (isInside ? 0 : 1) })
      }
      for (const { act, needs, surcharge } of allowedActions(facts, who)) {
        const existing = acts.get(act)
        if (!existing) acts.set(act, { act, needs, surcharge, cells: [key] })
        else {
          existing.cells.push(key)
          if (isStricter(needs, existing.needs)) existing.needs = needs
          existing.surcharge ??= surcharge
        }
      }
    }
  }
  return {
    states: [...states].map(([state, count]) => ({ state, count })),
    children: [...children.values()],
    places: [...places.values()],
    acts: [...acts.values()],
  }
}
