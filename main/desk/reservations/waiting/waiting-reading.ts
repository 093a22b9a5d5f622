import type { WaitingChild, WaitingList } from '../../../../shared/contract/desk/reservations/waiting.ts'
import { ageOn, today } from '../../../../shared/rules/calendar/day.ts'
import { whyNotAction } from '../../../../shared/rules/cell/cell-verdicts.ts'
import { rankExplanation } from '../../../../shared/rules/cell/waiting.ts'
import { ageText } from '../../../../shared/rules/text/french.ts'
import { type Core, type Person, Refused } from '../../core.ts'
import { writePriorityReason } from '../../registrations/registrations.ts'
import { groupName, readBoard } from '../board/board.ts'
import { cellActorOf } from '../board/checks.ts'
import { periodRow, registrationsIn } from '../reservations-store.ts'
import { type WaitingListKey, waitingBetween } from './waiting-order.ts'
import { listsAfter } from './waiting-store.ts'

/** Every waiting list of the coming days, soonest first. */
export const waitingLists = (
  { store, clock }: Core,
  { periodId }: { readonly periodId: number | null },
): WaitingList[] => listsAfter(store, today(clock), periodId)

/** One waiting list in rank order, each rank explained. */
export const waitingList = (
  { store, clock }: Core,
  person: Person,
  { periodId, day, slotId, groupId }: WaitingListKey,
) => {
  if (!periodRow(store, periodId)) throw new Refused('Cette période n’existe plus.')
  const lists = [...waitingBetween(store, periodId, day, day).values()]
  const list = lists.find(([one]) => one?.slotId === slotId && one.groupId === groupId) ?? []
  const waiting = new Set(list.map(({ registrationId }) => registrationId))
  const registrations = registrationsIn(store, periodId, null).filter(({ id }) => waiting.has(id))
  const board = readBoard(store, clock(), periodId, registrations, day, day)
  const { period } = board
  const opening = board.openings.get(`${day} ${slotId}`)
  const slot = board.slots.find(({ id }) => id === slotId)
  const places = board.placesOn(day, slotId).find((own) => own.groupId === groupId)
  if (!opening || !slot) return null
  const children = list.flatMap((one, index): WaitingChild[] => {
    const registration = registrations.find(({ id }) => id === one.registrationId)
    if (!registration) return []
    const facts = board.facts(registration, day, slotId)
    return [
      {
        key: { registrationId: registration.id, day, slotId },
        childId: registration.childId,
        familyId: registration.familyId,
        name: `${registration.lastName} ${registration.firstName}`,
        age: ageText(ageOn(registration.birthDay, day)),
        rank: index + 1,
        sentence: rankExplanation(index + 1, period.priorities, one, one.markedFor, list),
        recordedAt: one.recordedAt,
        offeredUntil: one.offeredUntil,
        markedFor: registration.priorityReason,
        whyNotGive: whyNotAction('promote', facts, cellActorOf(person)),
        whyNotOffer: whyNotAction('offer', facts, cellActorOf(person)),
      },
    ]
  })
  return {
    periodId,
    period: period.name,
    activity: period.activity,
    day,
    slotId,
    slot: slot.name,
    groupId,
    group: groupName(board, groupId),
    capacity: places?.capacity ?? 0,
    held: places?.held ?? 0,
    offered: list.filter(({ offeredUntil }) => offeredUntil !== null).length,
    waiting: list.length,
    closedReason: opening.closedReason,
    children,
    staffing: board.staffing(day, slotId),
    offerHours: period.offerHours,
    promotion: period.promotion,
  }
}

/** Puts a registration first on every waiting list, or removes that priority. */
export const markPriority = (
  { store }: Core,
  person: Person,
  { registrationId, reason }: { readonly registrationId: number; readonly reason: string },
): void => {
  const label = reason === '' ? 'Priorité retirée' : 'Priorité donnée'
  store.act(person, 'registrations.priority', label, (write) => {
    writePriorityReason(store, write, registrationId, reason)
  })
}
