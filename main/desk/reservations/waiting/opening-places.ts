import { setImmediate } from 'node:timers/promises'
import type { Opened, OpenedPlace } from '../../../../shared/contract/desk/reservations/waiting.ts'
import { addDays, ageOn, type Day, dayAt, type Instant } from '../../../../shared/rules/calendar/day.ts'
import { nextToPromote } from '../../../../shared/rules/cell/places.ts'
import { rankExplanation } from '../../../../shared/rules/cell/waiting.ts'
import { ageText, counted } from '../../../../shared/rules/text/french.ts'
import type { Store } from '../../../store/store.ts'
import { writeOpening } from '../../activities/activities.ts'
import { type Core, type Person, Refused } from '../../core.ts'
import { type Board, readBoard } from '../board/board.ts'
import { moverOf } from '../board/checks.ts'
import { newPlan, type Plan, planMove, writePlan } from '../board/moving.ts'
import {
  nextMoveId,
  type OpeningRow,
  openingsBetween,
  periodRow,
  type RegistrationRow,
  registrationsAmong,
} from '../reservations-store.ts'
import { sweepOffers } from './waiting-lists.ts'
import { type Waiting, waitingBetween } from './waiting-order.ts'

type OpeningInput = {
  readonly periodId: number
  readonly from: Day
  readonly to: Day
  readonly slotIds: readonly number[] | null
  readonly more: number
  readonly act: 'promote' | 'offer'
}

/** Who would get places that are opened, in order. Writes nothing; others are served between two days. */
export const previewOpening = async (core: Core, person: Person, input: OpeningInput): Promise<Opened> => {
  const { store, clock } = core
  sweepOffers(core)
  const at = clock()
  const days = daysToOpen(store, at, input)
  const told: OpenedPlace[][] = []
  for (const { day, openings } of days) {
    told.push(planDay(store, at, person, input, day, openings).places)
    await setImmediate()
  }
  return openedOf(days, told)
}

/** Opens them: each goes to the next of its list, or is offered to them. One act, in slices: whole or not at all. */
export const openPlaces = async (core: Core, person: Person, input: OpeningInput): Promise<Opened> => {
  const { store, clock } = core
  sweepOffers(core)
  const days = daysToOpen(store, clock(), input)
  const what = input.more === 0 ? 'Places libres données' : counted(input.more, 'place ouverte', 'places ouvertes')
  const name = periodRow(store, input.periodId)?.name ?? ''
  const act = store.longAct(person, 'reservations.openPlaces', `${what}\u00a0: ${name}`)
  const told: OpenedPlace[][] = []
  try {
    await act.slices(days, (write, { day, openings }) => {
      const { plan, places } = planDay(store, write.at, person, input, day, openings, write.actId)
      for (const { slotId, capacity } of input.more === 0 ? [] : openings) {
        writeOpening(store, write, { periodId: input.periodId, day, slotId, capacity: capacity + input.more })
      }
      writePlan(write, plan)
      told.push(places)
    })
    return act.close(() => openedOf(days, told))
  } catch (error) {
    act.rollBack()
    throw error
  }
}

type DayToOpen = { readonly day: Day; readonly openings: readonly OpeningRow[] }

/** Open slots of the days to come. @throws Refused when there is none */
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
  { periodId, more, act }: OpeningInput,
  day: Day,
  openings: readonly OpeningRow[],
  ownAct = 0,
): { plan: Plan; places: OpenedPlace[] } => {
  const plan = newPlan(nextMoveId(store))
  const waiting = waitingBetween(store, periodId, day, day)
  if (waiting.size === 0) return { plan, places: [] }
  const registrations = mayGet(store, periodId, openings, more, [...waiting.values()])
  const raised = new Set(openings.map(({ slotId }) => slotId))
  const board = readBoard(store, at, periodId, registrations, day, day, ownAct, ({ slotId, capacity }) =>
    raised.has(slotId) ? capacity + more : capacity,
  )
  const places = openings.flatMap(({ slotId }) =>
    board.waiting(day, slotId).length === 0 ? [] : [planPlace(plan, board, person, at, day, slotId, act)],
  )
  return { plan, places }
}

/** Whoever is near enough to the head of a list: of a thousand who wait, those alone are read. */
const mayGet = (
  store: Store,
  periodId: number,
  openings: readonly OpeningRow[],
  more: number,
  lists: readonly (readonly Waiting[])[],
): RegistrationRow[] => {
  const most = more + Math.max(...openings.map(({ capacity }) => capacity))
  const near = new Set(
    lists.flatMap((list) =>
      list
        .filter(({ offeredUntil }) => offeredUntil === null)
        .slice(0, most)
        .map(({ registrationId }) => registrationId),
    ),
  )
  return registrationsAmong(store, periodId, [...near])
}

const planPlace = (
  plan: Plan,
  board: Board,
  person: Person,
  at: Instant,
  day: Day,
  slotId: number,
  act: OpeningInput['act'],
): OpenedPlace => {
  const list = board.waiting(day, slotId)
  const held = board.held(day, slotId)
  const capacity = board.openings.get(`${day} ${slotId}`)?.capacity ?? 0
  const given: OpenedPlace['given'] = []
  let stopped: OpenedPlace['stopped'] = null
  for (const next of nextToPromote(list, held, capacity)) {
    const registration = board.registrations.find(({ id }) => id === next.registrationId)
    if (!registration) continue
    const name = `${registration.lastName} ${registration.firstName}`
    const notMoved = planMove(plan, board, registration, day, slotId, act, moverOf(person), { at })
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
    capacity,
    held,
    given,
    stopped,
    left: board.waiting(day, slotId).filter(({ offeredUntil }) => offeredUntil === null).length,
    staffing: board.staffing(day, slotId),
  }
}

const openedOf = (days: readonly DayToOpen[], told: readonly OpenedPlace[][]): Opened => {
  const places = told.flat()
  const given = places.flatMap((place) => place.given)
  return {
    openings: days.reduce((sum, { openings }) => sum + openings.length, 0),
    places,
    given: given.length,
    children: new Set(given.map(({ name }) => name)).size,
  }
}
