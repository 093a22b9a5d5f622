import { setImmediate } from 'node:timers/promises'
import type { OpenedPlace, OpeningResult } from '../../../../shared/contract/desk/reservations/waiting.ts'
import { addDays, ageOn, type Day, dayAt, type Instant, mondayOf } from '../../../../shared/rules/calendar/day.ts'
import { nextToPromote } from '../../../../shared/rules/cell/places.ts'
import { rankExplanation } from '../../../../shared/rules/cell/waiting.ts'
import { togetherText } from '../../../../shared/rules/requests/week-rule.ts'
import { ageText, counted } from '../../../../shared/rules/text/french.ts'
import type { Store } from '../../../store/store.ts'
import { writeOpening } from '../../activities/activities.ts'
import { type Core, type Person, Refused } from '../../core.ts'
import { type Board, groupName, type Places, readBoard } from '../board/board.ts'
import { cellActorOf } from '../board/checks.ts'
import { newPlan, type Plan, writePlan } from '../board/moving.ts'
import { planCells } from '../board/weeks.ts'
import {
  nextMoveId,
  type OpeningRow,
  openingsBetween,
  periodRow,
  type RegistrationRow,
  registrationsAmong,
} from '../reservations-store.ts'
import { endExpiredOffers, waitedWith } from './waiting-lists.ts'
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
 * each day, or week.
 */
export const previewOpening = async (core: Core, person: Person, input: OpeningInput): Promise<OpeningResult> => {
  const { store, clock } = core
  endExpiredOffers(core)
  const at = clock()
  const days = daysToOpen(store, at, input)
  const placesBySpan: OpenedPlace[][] = []
  for (const span of spansToOpen(store, input, days)) {
    placesBySpan.push(planSpan(store, at, person, input, span).places)
    await setImmediate()
  }
  return openedOf(days, placesBySpan)
}

/** Opens places: each goes, or is offered, to the next child of its list. One long act: all or nothing. */
export const openPlaces = async (core: Core, person: Person, input: OpeningInput): Promise<OpeningResult> => {
  const { store, clock } = core
  endExpiredOffers(core)
  const days = daysToOpen(store, clock(), input)
  const what = input.more === 0 ? 'Places libres données' : counted(input.more, 'place ouverte', 'places ouvertes')
  const name = periodRow(store, input.periodId)?.name ?? ''
  const act = store.longAct(person, 'reservations.openPlaces', `${what}\u00a0: ${name}`)
  const placesBySpan: OpenedPlace[][] = []
  try {
    await act.slices(spansToOpen(store, input, days), (write, span) => {
      const { plan, places } = planSpan(store, write.at, person, input, span, write.actId)
      const openings = span.flatMap((one) => one.openings)
      for (const { day, slotId, capacity, groupPlaces } of input.more === 0 ? [] : openings.map(withMore(input))) {
        writeOpening(store, write, { periodId: input.periodId, day, slotId, capacity, groupPlaces })
      }
      writePlan(write, plan)
      placesBySpan.push(places)
    })
    return act.close(() => openedOf(days, placesBySpan))
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

/** Days that are planned together: those of a week, where the period has a rule of weeks. */
const spansToOpen = (store: Store, { periodId }: OpeningInput, days: readonly DayToOpen[]): DayToOpen[][] =>
  periodRow(store, periodId)?.weekRule
    ? [...Map.groupBy(days, ({ day }) => mondayOf(day)).values()]
    : days.map((one) => [one])

const planSpan = (
  store: Store,
  at: Instant,
  person: Person,
  input: OpeningInput,
  span: readonly DayToOpen[],
  ownAct = 0,
): { plan: Plan; places: OpenedPlace[] } => {
  const { periodId, act } = input
  const more = withMore(input)
  const plan = newPlan(nextMoveId(store))
  const [first, last] = [span[0], span.at(-1)]
  if (!first || !last) return { plan, places: [] }
  const waiting = waitingBetween(store, periodId, first.day, last.day)
  if (waiting.size === 0) return { plan, places: [] }
  const openings = span.flatMap((one) => one.openings)
  const registrations = candidates(store, periodId, openings.map(more), [...waiting.values()])
  const raised = new Set(openings.map(({ day, slotId }) => `${day} ${slotId}`))
  const board = readBoard(store, at, periodId, registrations, first.day, last.day, ownAct, (opening) =>
    raised.has(`${opening.day} ${opening.slotId}`) ? more(opening) : opening,
  )
  const lists = openings.flatMap(({ day, slotId }) =>
    board
      .placesOn(day, slotId)
      .filter((own) => own.waiting.length > 0)
      .map((own): OpenedList => ({ day, slotId, ...own })),
  )
  const stopped = lists.map((list) => planPlaces(plan, board, person, at, list, act))
  return { plan, places: lists.map((list, index) => openedPlace(plan, board, list, stopped[index] ?? null)) }
}

/** The waiting list of an opening, or of a group on it, as it was before any place was given. */
type OpenedList = Places & { readonly day: Day; readonly slotId: number }

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

/**
 * Gives the free places of a list in its order; a child's week is given whole, where days go together.
 * @returns the child at whom it stopped, and why
 */
const planPlaces = (
  plan: Plan,
  board: Board,
  person: Person,
  at: Instant,
  { day, slotId, groupId }: OpenedList,
  act: OpeningInput['act'],
): OpenedPlace['stopped'] => {
  // Read again: weeks that were given from another list hold places of this one.
  const now = board.placesOn(day, slotId).find((own) => own.groupId === groupId)
  for (const { registrationId } of now ? nextToPromote(now.waiting, now.held, now.capacity ?? 0) : []) {
    const registration = board.registrations.find(({ id }) => id === registrationId)
    if (!registration) continue
    const cells = waitedWith(board, { registrationId, day, slotId })
    const [refused] = planCells(plan, board, cells, cellActorOf(person), () => ({ act, context: { at } }))
    if (!refused) continue
    const why = board.period.weekRule ? togetherText(refused.cell.day, refused.sentence) : refused.sentence
    return { name: nameOf(registration), why }
  }
  return null
}

const nameOf = ({ lastName, firstName }: RegistrationRow): string => `${lastName} ${firstName}`

/** What the plan gives of a list. */
const openedPlace = (
  plan: Plan,
  board: Board,
  { day, slotId, groupId, held, waiting: list, ...places }: OpenedList,
  stopped: OpenedPlace['stopped'],
): OpenedPlace => ({
  day,
  slotId,
  slot: board.slots.find(({ id }) => id === slotId)?.name ?? '',
  group: groupName(board, groupId),
  capacity: places.capacity ?? 0,
  held,
  given: list.flatMap((next, index) => {
    const registration = board.registrations.find(({ id }) => id === next.registrationId)
    const isGiven = plan.moves.some(
      ({ next: to }) => to.registrationId === next.registrationId && to.day === day && to.slotId === slotId,
    )
    if (!registration || !isGiven) return []
    return [
      {
        name: nameOf(registration),
        age: ageText(ageOn(registration.birthDay, day)),
        sentence: rankExplanation(1 + index, board.period.priorities, next, next.markedFor, list),
      },
    ]
  }),
  stopped,
  left: (board.placesOn(day, slotId).find((own) => own.groupId === groupId)?.waiting ?? []).filter(
    ({ offeredUntil }) => offeredUntil === null,
  ).length,
  staffing: board.staffing(day, slotId),
})

const openedOf = (days: readonly DayToOpen[], placesBySpan: readonly OpenedPlace[][]): OpeningResult => {
  const places = placesBySpan.flat()
  const given = places.flatMap((place) => place.given)
  return {
    openings: days.reduce((sum, { openings }) => sum + openings.length, 0),
    places,
    given: given.length,
    children: new Set(given.map(({ name }) => name)).size,
  }
}
