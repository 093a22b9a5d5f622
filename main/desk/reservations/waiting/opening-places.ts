import { setImmediate } from 'node:timers/promises'
import type { OpenedPlace, OpeningResult } from '../../../../shared/contract/desk/reservations/waiting.ts'
import { addDays, ageOn, type Day, dayAt, type Instant } from '../../../../shared/rules/calendar/day.ts'
import { nextToPromote } from '../../../../shared/rules/cell/places.ts'
import { rankExplanation } from '../../../../shared/rules/cell/waiting.ts'
import { ageText, counted } from '../../../../shared/rules/text/french.ts'
import type { Store } from '../../../store/store.ts'
import { writeOpening } from '../../activities/activities.ts'
import { type Core, type Person, Refused } from '../../core.ts'
import { type Board, groupName, type Places, readBoard } from '../board/board.ts'
import { cellActorOf } from '../board/checks.ts'
import { newPlan, type Plan, planMove, writePlan } from '../board/moving.ts'
import {
  nextMoveId,
  type OpeningRow,
  openingsBetween,
  periodRow,
  type RegistrationRow,
  registrationsAmong,
} from '../reservations-store.ts'
import { endExpiredOffers } from './waiting-lists.ts'
import { type Waiting, waitingBetween } from './waiting-order.ts'

type OpeningInput = {
  readonly periodId: number
  readonly from: Day
  readonly to: Day
  readonly slotIds: readonly number[] | null
  readonly more: number
  /** Which group gets more places, where groups have places of their own. */
  readonly groupId?: number | null | undefined
  readonly act: 'promote' | 'offer'
}

/**
 * Previews which waiting children would get newly opened places, in order. Writes nothing; yields to other calls after
 * each day.
 */
export const previewOpening = async (core: Core, person: Person, input: OpeningInput): Promise<OpeningResult> => {
  const { store, clock } = core
  endExpiredOffers(core)
  const at = clock()
  const days = daysToOpen(store, at, input)
  const placesByDay: OpenedPlace[][] = []
  for (const { day, openings } of days) {
    placesByDay.push(planDay(store, at, person, input, day, openings).places)
    await setImmediate()
  }
  return openedOf(days, placesByDay)
}

/** Opens places: each goes, or is offered, to the next child of its list. One long act: all or nothing. */
export const openPlaces = async (core: Core, person: Person, input: OpeningInput): Promise<OpeningResult> => {
  const { store, clock } = core
  endExpiredOffers(core)
  const days = daysToOpen(store, clock(), input)
  const what = input.more === 0 ? 'Places libres données' : counted(input.more, 'place ouverte', 'places ouvertes')
  const name = periodRow(store, input.periodId)?.name ?? ''
  const act = store.longAct(person, 'reservations.openPlaces', `${what}\u00a0: ${name}`)
  const placesByDay: OpenedPlace[][] = []
  try {
    await act.slices(days, (write, { day, openings }) => {
      const { plan, places } = planDay(store, write.at, person, input, day, openings, write.actId)
      for (const { slotId, capacity, groupPlaces } of input.more === 0 ? [] : openings.map(withMore(input))) {
        writeOpening(store, write, { periodId: input.periodId, day, slotId, capacity, groupPlaces })
      }
      writePlan(write, plan)
      placesByDay.push(places)
    })
    return act.close(() => openedOf(days, placesByDay))
  } catch (error) {
    await act.rollBack()
    throw error
  }
}

type DayToOpen = { readonly day: Day; readonly openings: readonly OpeningRow[] }

/** Future days with their open slots. @throws Refused when there is none */
const daysToOpen = (store: Store, at: Instant, { periodId, from, to, slotIds }: OpeningInput): DayToOpen[] => {
  if (!periodRow(store, periodId)) throw new Refused('Cette période n’existe plus.')
  if (to < from) throw new Refused('La date de fin vient avant la date de début.', 'to')
  const tomorrow = addDays(dayAt(at), 1)
  const open = openingsBetween(store, periodId, from < tomorrow ? tomorrow : from, to).filter(
    ({ slotId, closedReason }) => closedReason === null && (slotIds === null || slotIds.includes(slotId)),
  )
  if (open.length === 0) throw new Refused('Rien n’est ouvert ces jours-là, à partir de demain.', 'from')
  return [...Map.groupBy(open, ({ day }) => day)].map(([day, openings]) => ({ day, openings }))
}

const planDay = (
  store: Store,
  at: Instant,
  person: Person,
  input: OpeningInput,
  day: Day,
  openings: readonly OpeningRow[],
  ownAct = 0,
): { plan: Plan; places: OpenedPlace[] } => {
  const { periodId, act } = input
  const more = withMore(input)
  const plan = newPlan(nextMoveId(store))
  const waiting = waitingBetween(store, periodId, day, day)
  if (waiting.size === 0) return { plan, places: [] }
  const registrations = candidates(store, periodId, openings.map(more), [...waiting.values()])
  const raised = new Set(openings.map(({ slotId }) => slotId))
  const board = readBoard(store, at, periodId, registrations, day, day, ownAct, (opening) =>
    raised.has(opening.slotId) ? more(opening) : opening,
  )
  const places = openings.flatMap(({ slotId }) =>
    board
      .placesOn(day, slotId)
      .filter((own) => own.waiting.length > 0)
      .map((own) => planPlaces(plan, board, person, at, day, slotId, own, act)),
  )
  return { plan, places }
}

/** Adds the places that staff open. @throws Refused where they belong to groups and none is chosen */
const withMore =
  ({ more, groupId = null }: OpeningInput) =>
  (opening: OpeningRow): OpeningRow => {
    const { capacity, groupPlaces } = opening
    if (more === 0) return opening
    if (groupPlaces === null) return { ...opening, capacity: capacity + more }
    if (!groupPlaces.some((one) => one.groupId === groupId))
      throw new Refused('Cette plage a des places par groupe\u00a0: choisissez le groupe.', 'groupId')
    return {
      ...opening,
      capacity: capacity + more,
      groupPlaces: groupPlaces.map((one) =>
        one.groupId === groupId ? { ...one, capacity: one.capacity + more } : one,
      ),
    }
  }

/** Reads only the children near enough to the head of a list to get a place: a list may hold a thousand. */
const candidates = (
  store: Store,
  periodId: number,
  openings: readonly OpeningRow[],
  lists: readonly (readonly Waiting[])[],
): RegistrationRow[] => {
  const maxPlaces = Math.max(...openings.map(({ capacity }) => capacity))
  const near = new Set(
    lists.flatMap((list) =>
      list
        .filter(({ offeredUntil }) => offeredUntil === null)
        .slice(0, maxPlaces)
        .map(({ registrationId }) => registrationId),
    ),
  )
  return registrationsAmong(store, periodId, [...near])
}

const planPlaces = (
  plan: Plan,
  board: Board,
  person: Person,
  at: Instant,
  day: Day,
  slotId: number,
  { groupId, held, waiting: list, ...places }: Places,
  act: OpeningInput['act'],
): OpenedPlace => {
  const capacity = places.capacity ?? 0
  const given: OpenedPlace['given'] = []
  let stopped: OpenedPlace['stopped'] = null
  for (const next of nextToPromote(list, held, capacity)) {
    const registration = board.registrations.find(({ id }) => id === next.registrationId)
    if (!registration) continue
    const name = `${registration.lastName} ${registration.firstName}`
    const notMoved = planMove(plan, board, registration, day, slotId, act, cellActorOf(person), { at })
    if (notMoved !== null) {
      stopped = { name, why: notMoved.sentence }
      break
    }
    const rank = 1 + list.findIndex(({ id }) => id === next.id)
    given.push({
      name,
      age: ageText(ageOn(registration.birthDay, day)),
      sentence: rankExplanation(rank, board.period.priorities, next, next.markedFor, list),
    })
  }
  return {
    day,
    slotId,
    slot: board.slots.find(({ id }) => id === slotId)?.name ?? '',
    group: groupName(board, groupId),
    capacity,
    held,
    given,
    stopped,
    left: (board.placesOn(day, slotId).find((own) => own.groupId === groupId)?.waiting ?? []).filter(
      ({ offeredUntil }) => offeredUntil === null,
    ).length,
    staffing: board.staffing(day, slotId),
  }
}

const openedOf = (days: readonly DayToOpen[], placesByDay: readonly OpenedPlace[][]): OpeningResult => {
  const places = placesByDay.flat()
  const given = places.flatMap((place) => place.given)
  return {
    openings: days.reduce((sum, { openings }) => sum + openings.length, 0),
    places,
    given: given.length,
    children: new Set(given.map(({ name }) => name)).size,
  }
}
