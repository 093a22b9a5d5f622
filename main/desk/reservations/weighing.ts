import { compareTexts } from '../../../shared/collections.ts'
import { type Day, dayAt, type Instant, mondayOf } from '../../../shared/rules/calendar/day.ts'
import { type BookingRule, closesAt, isInTime, latestText } from '../../../shared/rules/calendar/deadline.ts'
import { isWorkingDay } from '../../../shared/rules/calendar/public-holidays.ts'
import { surchargeNotAcceptedText } from '../../../shared/rules/cell/arrival.ts'
import { type ConfirmedBooking, type Obstacle, obstacleText, overlaps } from '../../../shared/rules/cell/bookable.ts'
import {
  type CellState,
  cellState,
  type Facts,
  isUnanswered,
  nothingHeld,
  type Wish,
} from '../../../shared/rules/cell/cell.ts'
import type { CellAction, CellActor } from '../../../shared/rules/cell/cell-actions.ts'
import { whyNotAction } from '../../../shared/rules/cell/cell-verdicts.ts'
import { type LateSurcharge, sumOfSurcharges, surchargeText } from '../../../shared/rules/cell/late-surcharge.ts'
import { rankAmong, type Suggestion, suggestion, warningsBySlot } from '../../../shared/rules/cell/places.ts'
import { togetherText, type WeekCell } from '../../../shared/rules/requests/week-rule.ts'
import { capitalised, counted, listed, ordinal, withFullStop } from '../../../shared/rules/text/french.ts'
import { fileVersion } from '../../store/connection.ts'
import type { Store } from '../../store/store.ts'
import { type Board, readBoard } from './board/board.ts'
import { newPlan, planMove, waitingCandidate } from './board/moving.ts'
import { brokenSince, weekCells } from './board/weeks.ts'
import {
  type AskedRow,
  bookingSurchargeOf,
  cancelSurchargeOf,
  collectedAsks,
  nextMoveId,
  type PeriodRow,
  type RegistrationRow,
  registrationRow,
  type SlotRow,
} from './reservations-store.ts'

/** What one family asked at one moment for one child's registration: to book, to cancel or to leave the list. */
export type WeighedRequest = {
  readonly registration: RegistrationRow
  readonly period: PeriodRow
  readonly wish: Wish
  readonly recordedAt: Instant
  readonly parts: readonly WeighedPart[]
}

/** Consecutive slots of one day: one wish, decided as a whole. */
export type WeighedPart = {
  readonly day: Day
  /** State and counts before any demande is decided. */
  readonly slots: readonly {
    readonly id: number
    readonly name: string
    readonly state: CellState
    readonly held: number
    readonly capacity: number
    readonly waiting: number
  }[]
  /** Every slot booked for the child that day, in this registration. */
  readonly booked: readonly number[]
  readonly waiting: readonly { readonly registrationId: number; readonly recordedAt: Instant }[]
  /** Whether the family asked before the deadline. */
  readonly inTime: boolean
  readonly takenBack: boolean
  readonly isBilled: boolean
  /** Surcharge that the family accepted for a late demande, by slot. */
  readonly surcharges: ReadonlyMap<number, LateSurcharge>
  readonly cellId: number
  readonly suggested: SuggestedAnswer
}

type SuggestedAnswer = {
  readonly act: CellAction
  /** Explanation for staff. */
  readonly why: string
  /** Reason for the family, where the answer needs one. */
  readonly reason: string
  /** Rank on the waiting list, when the answer puts the child there. */
  readonly rank: number | null
}

/** Judges as staff without the right to override: a suggestion never overrides a rule. */
const decider: CellActor = { kind: 'staff', decide: true, override: false }

/**
 * Every waiting demande with a suggested answer. Demandes are judged in recorded order, each against the places that
 * the earlier suggestions leave: the last place is promised once.
 */
export const weighRequests = (store: Store, at: Instant): readonly WeighedRequest[] => {
  const state = `${dayAt(at)} ${fileVersion(store)}`
  const cached = lastWeighing.get(store)
  if (cached?.state === state) return cached.requests
  const requests = weighUncached(store, at)
  lastWeighing.set(store, { state, requests })
  return requests
}

/**
 * The last result, valid while the day and the file's version are the same: one screen asks for the suggestions several
 * times in a row, for its queue, the demande shown and the next one.
 */
const lastWeighing = new WeakMap<Store, { readonly state: string; readonly requests: readonly WeighedRequest[] }>()

/**
 * Suggests answers without the cache. @param ownAct the caller's act: rows of open acts are not read, except this
 * one's; 0 without one
 */
export const weighUncached = (store: Store, at: Instant, ownAct = 0): WeighedRequest[] => {
  const asks = collectedAsks(store, ownAct)
  const boards = boardsFor(store, at, asks, ownAct)
  const registrationById = new Map(
    boards.values().flatMap(({ board }) => board.registrations.map((one) => [one.id, one] as const)),
  )
  const siblingGroups = Map.groupBy(asks, (ask) => siblingGroupKey(ask, registrationById))
  const remaining = new Map([...siblingGroups].map(([key, group]) => [key, group.length]))
  const groups = [...Map.groupBy(asks, requestOf).values()]
  // Snapshot every part before any suggestion changes the board: screens show the present state.
  const snapshots = groups.flatMap((group) => {
    const [first] = group
    const found = first && boards.get(first.periodId)
    const registration = first && registrationById.get(first.registrationId)
    if (!first || !found || !registration) return []
    return [
      {
        ...found,
        first,
        registration,
        parts: partsOf(found.board, group).map((cells) => snapshotPart(found.board, registration, cells)),
      },
    ]
  })
  const given = new Map<string, (ConfirmedBooking & { registrationId: number })[]>()
  const nextNumber = nextMoveId(store)
  return snapshots.map(({ board, first, registration, parts }) => {
    const weighings = parts.map((part) => ({
      nextNumber,
      at,
      board,
      registration,
      part,
      given: listOfChildDay(given, registration, part.snapshot.day),
      siblingsWaiting: (cell: AskedRow) => {
        const key = siblingGroupKey(cell, registrationById)
        const count = remaining.get(key) ?? 1
        remaining.set(key, count - 1)
        return count
      },
    }))
    const blocks = board.period.weekRule
      ? [...Map.groupBy(weighings, ({ part }) => mondayOf(part.snapshot.day)).values()]
      : weighings.map((one) => [one])
    return {
      registration,
      period: board.period,
      wish: first.ask,
      recordedAt: first.recordedAt,
      parts: blocks.flatMap(weighBlock).map(({ part, suggested }) => ({ ...part.snapshot, suggested })),
    }
  })
}

/**
 * Parts that get one answer where the period has a rule of weeks: refused, or waited for, as soon as one of them is.
 * @param block the parts of a child's week, or one part of a period without such a rule
 */
const weighBlock = (block: readonly Weighing[]): { part: PartSnapshot; suggested: SuggestedAnswer }[] => {
  const [first] = block
  const monday = first && mondayOf(first.part.snapshot.day)
  const cells = block.flatMap(({ part }) => part.cells)
  const before =
    monday && first.board.period.weekRule ? weekCells(first.board, first.registration, monday, cells) : null
  const alone = block.map((weighing) => ({ part: weighing.part, suggested: weigh(weighing) }))
  if (!first || !before) return alone
  const { board, registration, nextNumber, at } = first
  const restore = () => {
    for (const { part, given } of block) {
      for (const cell of part.cells) board.putBack(cell)
      given.splice(0, given.length, ...given.filter(({ registrationId }) => registrationId !== registration.id))
    }
  }
  const all = (acts: readonly CellAction[], answer: SuggestedAnswer) => {
    restore()
    return alone.map(({ part, suggested }) => ({ part, suggested: acts.includes(suggested.act) ? answer : suggested }))
  }
  const found = (...acts: CellAction[]) => alone.find(({ suggested }) => acts.includes(suggested.act))
  const refused = found('refuse', 'refuseCancel')
  if (refused) {
    const { act, why, reason } = refused.suggested
    const { day } = refused.part.snapshot
    return all(
      ['accept', 'waitList', 'acceptCancel'],
      withoutRank(act, togetherText(day, why), togetherText(day, reason)),
    )
  }
  const isCancelled = ({ day, slotId }: WeekCell) =>
    cells.some((cell) => cell.ask === 'cancel' && cell.day === day && cell.slotId === slotId)
  const broken = brokenSince(board, registration, before, (cell) =>
    isCancelled(cell) ? { ...cell.facts, held: nothingHeld } : board.facts(registration, cell.day, cell.slotId),
  )
  if (broken !== null && found('accept', 'waitList'))
    return all(['accept', 'waitList'], withoutRank('refuse', broken, broken))
  if (broken !== null && found('acceptCancel'))
    return all(['acceptCancel'], withoutRank('refuseCancel', broken, broken))
  const waiting = found('waitList')
  if (!waiting || !found('accept')) return alone
  const answers = all(['accept'], {
    ...waiting.suggested,
    why: togetherText(waiting.part.snapshot.day, waiting.suggested.why),
  })
  for (const { day, slotId } of cells)
    planMove(newPlan(nextNumber), board, registration, day, slotId, 'waitList', decider, { at })
  return answers
}

const requestOf = ({ registrationId, ask, recordedAt }: AskedRow) => `${registrationId} ${ask} ${recordedAt}`

/** Siblings asked for at the same moment on the same slot share this key. */
const siblingGroupKey = (
  { registrationId, periodId, ask, recordedAt, day, slotId }: AskedRow,
  known: ReadonlyMap<number, RegistrationRow>,
) => `${known.get(registrationId)?.familyId} ${periodId} ${ask} ${recordedAt} ${day} ${slotId}`

const boardsFor = (store: Store, at: Instant, asks: readonly AskedRow[], ownAct: number) =>
  new Map(
    [...Map.groupBy(asks, ({ periodId }) => periodId)].map(([periodId, ofPeriod]) => {
      const days = ofPeriod.map(({ day }) => day).toSorted()
      const registrations = [...new Set(ofPeriod.map(({ registrationId }) => registrationId))].flatMap(
        (id) => registrationRow(store, id) ?? [],
      )
      const [from, to] = [days[0], days.at(-1)]
      if (!from || !to) throw new RangeError('a demande without a day')
      return [periodId, { board: readBoard(store, at, periodId, registrations, from, to, ownAct) }] as const
    }),
  )

/** Groups cells by day into runs of consecutive slots: a morning and an evening are two wishes. */
const partsOf = (board: Board, cells: readonly AskedRow[]): AskedRow[][] => {
  const slots = new Map(board.slots.map((slot) => [slot.id, slot]))
  const start = ({ slotId }: AskedRow) => slots.get(slotId)?.start ?? ''
  const ordered = cells.toSorted(
    (one, other) => compareTexts(one.day, other.day) || compareTexts(start(one), start(other)),
  )
  const parts: AskedRow[][] = []
  for (const cell of ordered) {
    const last = parts.at(-1)
    const previous = last?.at(-1)
    const follows = previous?.day === cell.day && start(cell) <= (slots.get(previous.slotId)?.end ?? '')
    if (last && follows) last.push(cell)
    else parts.push([cell])
  }
  return parts
}

type PartSnapshot = {
  readonly cells: readonly AskedRow[]
  readonly slots: readonly SlotRow[]
  readonly snapshot: Omit<WeighedPart, 'suggested'>
  readonly lateText: () => string
  /** Some cell is past its deadline and the family accepted no surcharge for it. */
  readonly lacksSurcharge: boolean
}

const snapshotPart = (board: Board, registration: RegistrationRow, cells: readonly AskedRow[]): PartSnapshot => {
  const slots = cells.flatMap(({ slotId }) => board.slots.find(({ id }) => id === slotId) ?? [])
  const [first] = cells
  const [firstSlot] = slots
  if (!first || !firstSlot) throw new RangeError('a demande without a cell')
  const { day, ask, recordedAt } = first
  const rule = ask === 'book' ? board.period.bookingRule : board.period.cancelRule
  const asked = {
    day,
    slotStart: firstSlot.start,
    periodStart: board.period.startDay,
    isWorkingDay,
  }
  const surcharges = new Map(
    cells.map((cell) => [cell.slotId, ask === 'cancel' ? cancelSurchargeOf(cell) : bookingSurchargeOf(cell)]),
  )
  return {
    cells,
    slots,
    lacksSurcharge: slots.some(
      ({ id, start }) =>
        !isInTime(rule.deadline, { ...asked, slotStart: start }, recordedAt) && (surcharges.get(id) ?? 0) === 0,
    ),
    lateText: () =>
      withFullStop(`Trop tard\u00a0: il fallait demander au plus tard ${latestText(closesAt(rule.deadline, asked))}`),
    snapshot: {
      day,
      slots: slots.map(({ id, name }) => {
        const { held, capacity, waiting } = board.placesFor(registration.id, day, id)
        return {
          id,
          name,
          state: cellState(board.facts(registration, day, id)),
          held,
          capacity: capacity ?? 0,
          waiting: waiting.length,
        }
      }),
      booked: board.slots
        .filter(({ id }) => board.cell(registration.id, day, id)?.held === 'confirmed')
        .map(({ id }) => id),
      waiting: cells
        .map(({ slotId }) => board.placesFor(registration.id, day, slotId).waiting)
        .reduce((longest, list) => (list.length > longest.length ? list : longest)),
      inTime: isInTime(rule.deadline, asked, recordedAt),
      takenBack: cells.some(({ takenBack }) => takenBack === 1),
      isBilled: cells.some(({ billedBy }) => billedBy !== null),
      surcharges,
      cellId: first.id,
    },
  }
}

type Weighing = {
  /** Id that the next move will get: it orders children who join a waiting list at the same instant. */
  readonly nextNumber: number
  readonly at: Instant
  readonly board: Board
  readonly registration: RegistrationRow
  readonly part: PartSnapshot
  /** Slots suggested to the child that day, in any registration. */
  readonly given: (ConfirmedBooking & { registrationId: number })[]
  readonly siblingsWaiting: (cell: AskedRow) => number
}

const listOfChildDay = <Value>(lists: Map<string, Value[]>, { childId }: RegistrationRow, day: Day): Value[] => {
  const key = `${childId} ${day}`
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}

const withoutRank = (act: CellAction, why: string, reason = ''): SuggestedAnswer => ({ act, why, reason, rank: null })

const weigh = (weighing: Weighing): SuggestedAnswer => {
  const { board, registration, part } = weighing
  const { snapshot: drawn, cells } = part
  const facts = cells.map(({ slotId }) => board.facts(registration, drawn.day, slotId))
  if (facts.some(isUnanswered))
    return withoutRank('expire', 'Le jour est venu avant la réponse\u00a0: la demande se classe.')
  if (drawn.takenBack)
    return withoutRank('takeBack', 'La famille retire sa demande\u00a0: rien à décider, elle se clôture.')
  const [first] = cells
  if (first?.ask === 'leave') return withoutRank('leave', 'Quitter la liste d’attente ne se refuse jamais.')
  if (first?.ask === 'cancel') {
    const notTaken = notTakenLate(board.period.cancelRule, part)
    if (notTaken !== null) return withoutRank('refuseCancel', notTaken, notTaken)
    const billed = drawn.isBilled ? ' Ce jour est déjà facturé\u00a0: un avoir sera proposé.' : ''
    return withoutRank(
      'acceptCancel',
      `${drawn.inTime ? 'Demandée dans les délais' : paidLateText(part)}\u00a0: la place se libère.${billed}`,
    )
  }
  return weighBooking(weighing, facts)
}

/** Why a late demande is refused: either nothing is taken after the deadline, or the surcharge was not accepted. */
const notTakenLate = ({ after }: BookingRule, { lacksSurcharge, lateText }: PartSnapshot): string | null => {
  if (!lacksSurcharge) return null
  if (after === 'closed') return lateText()
  return after.surcharge > 0 || after.byTariff ? surchargeNotAcceptedText : null
}

const paidLateText = ({ snapshot: drawn }: PartSnapshot): string => {
  const whole = sumOfSurcharges([...drawn.surcharges.values()])
  return whole === 0 ? 'Hors délai, sans majoration' : `Hors délai, ${surchargeText(whole)} acceptée par la famille`
}

const weighBooking = (weighing: Weighing, facts: readonly Facts[]): SuggestedAnswer => {
  const { nextNumber, at, board, registration, part, given, siblingsWaiting } = weighing
  const { cells, slots, snapshot: drawn } = part
  const siblings = cells.map(siblingsWaiting)
  const obstacle = facts.flatMap(obstaclesOf)[0] ?? overlapOf(given, slots, registration)
  if (obstacle) return withoutRank('refuse', obstacleText(obstacle), obstacleText(obstacle))
  const notTaken = notTakenLate(board.period.bookingRule, part)
  if (notTaken !== null) return withoutRank('refuse', notTaken, notTaken)

  const situations = cells.map((cell, index) => {
    const { slotId, recordedAt } = cell
    const { held, waiting: list, ...places } = board.placesFor(registration.id, drawn.day, slotId)
    const capacity = places.capacity ?? 0
    const now = drawn.slots[index]
    return {
      name: slots[index]?.name.toLocaleLowerCase('fr') ?? '',
      left: capacity - held,
      waiting: list.length,
      promised: held - (now?.held ?? held),
      rank: rankAmong(waitingCandidate(board, cell, recordedAt, nextNumber), list),
      answer: suggestion({
        held,
        capacity,
        waiting: list.length,
        waitingList: board.period.waitingList,
        together: siblings[index] ?? 1,
      }),
    }
  })
  const byPlaces =
    (['refuse', 'waitList', 'accept'] as const).find((one) => situations.some(({ answer }) => answer === one)) ??
    'refuse'
  const understaffed = byPlaces === 'accept' ? facts.flatMap((one) => one.understaffed ?? [])[0] : undefined
  if (understaffed !== undefined && !board.period.waitingList)
    return withoutRank('refuse', understaffed, 'C’est complet.')
  const act = understaffed === undefined ? byPlaces : 'waitList'
  if (act === 'refuse') return withoutRank('refuse', 'Complet, sans liste d’attente.', 'C’est complet.')
  for (const { slotId } of cells) {
    planMove(newPlan(nextNumber), board, registration, drawn.day, slotId, act, decider, { at })
  }
  if (act === 'accept') given.push(...slots.map((slot) => bookedIn(board, registration, slot)))
  const warnings = warningsBySlot(
    cells.map(({ slotId }) => ({
      name: board.slots.find(({ id }) => id === slotId)?.name ?? '',
      staffingWarning: board.staffing(drawn.day, slotId)?.warning ?? null,
    })),
  )
  const why =
    act === 'accept'
      ? [acceptWhy(situations), ...warnings.map(withFullStop)].join(' ')
      : (understaffed ?? waitWhy(situations, registration.firstName, Math.max(...siblings)))
  return { act, why, reason: '', rank: act === 'waitList' ? Math.max(...situations.map(({ rank }) => rank)) : null }
}

type SlotSituation = {
  readonly name: string
  readonly left: number
  readonly waiting: number
  /** Places that earlier demandes would take. */
  readonly promised: number
  readonly rank: number
  readonly answer: Suggestion
}

const acceptWhy = (situations: readonly SlotSituation[]): string => {
  const placesLeft = Math.min(...situations.map((one) => one.left))
  const places = counted(placesLeft, 'place')
  return situations.length > 1 ? `Il reste au moins ${places} sur chaque plage.` : `Il reste ${places}.`
}

const waitWhy = (situations: readonly SlotSituation[], child: string, siblingCount: number): string => {
  const listedSlots = situations.filter(({ answer }) => answer !== 'accept')
  const names = capitalised(listed(listedSlots.map(({ name }) => name)))
  const rank = Math.max(...listedSlots.map((one) => one.rank))
  const place = `${child} aurait la ${ordinal(rank)} place de la liste d’attente.`
  if (siblingCount > 1 && listedSlots.every(({ left, waiting }) => left > 0 && left < siblingCount && waiting === 0)) {
    return `${siblingCount} enfants demandés ensemble et ${counted(Math.min(...listedSlots.map(({ left }) => left)), 'place')}\u00a0: proposés ensemble. ${place}`
  }
  const full = listedSlots.filter(({ left }) => left <= 0)
  if (full.length === 0) return `D’autres enfants attendent déjà. ${place}`
  const isPromised = full.some(({ left, promised }) => promised > 0 && left + promised > 0)
  return `${names} ${full.length > 1 ? 'complets' : 'complet'}${isPromised ? ', demandes plus anciennes comprises' : ''}. ${place}`
}

/** Obstacles to the booking other than places and deadlines. */
const obstaclesOf = (facts: Facts): Obstacle[] =>
  facts.bookable.answer === 'no' ? facts.bookable.obstacles.filter((obstacle) => blocks(facts, obstacle)) : []

const blocks = (facts: Facts, obstacle: Obstacle): boolean =>
  whyNotAction(
    'accept',
    { ...facts, placesLeft: 1, understaffed: undefined, bookable: { answer: 'no', obstacles: [obstacle] } },
    decider,
  ) !== null

const bookedIn = (board: Board, { id }: RegistrationRow, { name, start, end }: SlotRow) => ({
  registrationId: id,
  activity: board.period.activity,
  slot: name,
  start,
  end,
})

const overlapOf = (
  given: readonly (ConfirmedBooking & { registrationId: number })[],
  slots: readonly SlotRow[],
  { id }: RegistrationRow,
): Obstacle | undefined => {
  const other = given.find((booked) => booked.registrationId !== id && slots.some((slot) => overlaps(booked, slot)))
  return other && { kind: 'overlap', other }
}
