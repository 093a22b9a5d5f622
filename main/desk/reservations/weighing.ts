import { compareTexts } from '../../../shared/collections.ts'
import { type Day, dayAt, type Instant } from '../../../shared/rules/calendar/day.ts'
import { type BookingRule, closesAt, isInTime, latestText } from '../../../shared/rules/calendar/deadline.ts'
import { isWorkingDay } from '../../../shared/rules/calendar/public-holidays.ts'
import { surchargeNotAcceptedText } from '../../../shared/rules/cell/arrival.ts'
import { type ConfirmedBooking, type Obstacle, obstacleText, overlaps } from '../../../shared/rules/cell/bookable.ts'
import { type CellState, cellState, type Facts, isUnanswered, type Wish } from '../../../shared/rules/cell/cell.ts'
import type { CellAction, CellActor } from '../../../shared/rules/cell/cell-actions.ts'
import { whyNotAction } from '../../../shared/rules/cell/cell-verdicts.ts'
import { rankAmong, type Suggestion, suggestion, warningsBySlot } from '../../../shared/rules/cell/places.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { capitalised, counted, listed, ordinal, withFullStop } from '../../../shared/rules/text/french.ts'
import type { Store } from '../../store/store.ts'
import { type Board, readBoard } from './board/board.ts'
import { newcomerOf, newPlan, planMove } from './board/moving.ts'
import {
  type AskedRow,
  collectedAsks,
  fileState,
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

/** Slots of one day that follow each other: one wish, decided together. */
export type WeighedPart = {
  readonly day: Day
  /** As they are, before any demande is decided. */
  readonly slots: readonly {
    readonly id: number
    readonly name: string
    readonly state: CellState
    readonly held: number
    readonly capacity: number
    readonly waiting: number
  }[]
  /** Every slot the child already has that day, in this registration. */
  readonly booked: readonly number[]
  readonly waiting: readonly { readonly registrationId: number; readonly recordedAt: Instant }[]
  /** The last moment to ask was kept when the family asked. */
  readonly inTime: boolean
  readonly takenBack: boolean
  readonly isBilled: boolean
  /** What the family accepted to pay for asking late, in cents, by slot. */
  readonly surcharges: ReadonlyMap<number, number>
  readonly cellId: number
  readonly suggested: SuggestedAnswer
}

type SuggestedAnswer = {
  readonly act: CellAction
  /** For staff. */
  readonly why: string
  /** For the family, where the act asks for a reason. */
  readonly reason: string
  /** On the waiting list, when the act puts the child there. */
  readonly rank: number | null
}

/** Staff without the right to override: what is suggested never passes a rule over. */
const decider: CellActor = { kind: 'staff', decide: true, override: false }

/**
 * Every demande that waits, with the answer that the rules suggest. They are weighed in the order they were recorded,
 * each against the places as the answers suggested to those before it leave them: the last place is promised once.
 */
export const weighRequests = (store: Store, at: Instant): readonly WeighedRequest[] => {
  const state = `${dayAt(at)} ${fileState(store)}`
  const known = lastWeighing.get(store)
  if (known?.state === state) return known.requests
  const requests = weighAll(store, at)
  lastWeighing.set(store, { state, requests })
  return requests
}

/** The queue, the demande shown and the next one ask for it in a row, and nothing changed between: it holds for its day. */
const lastWeighing = new WeakMap<Store, { readonly state: string; readonly requests: readonly WeighedRequest[] }>()

/** The same inside an act, which sees what it wrote. */
export const weighAll = (store: Store, at: Instant, ownAct = 0): WeighedRequest[] => {
  const asks = collectedAsks(store, ownAct)
  const boards = boardsFor(store, at, asks, ownAct)
  const known = new Map(
    boards.values().flatMap(({ board }) => board.registrations.map((one) => [one.id, one] as const)),
  )
  const together = Map.groupBy(asks, (ask) => askedTogether(ask, known))
  const left = new Map([...together].map(([key, own]) => [key, own.length]))
  const groups = [...Map.groupBy(asks, requestOf).values()]
  // What it is now is told as it is now: read before the first answer is weighed.
  const drawn = groups.flatMap((own) => {
    const [first] = own
    const found = first && boards.get(first.periodId)
    const registration = first && known.get(first.registrationId)
    if (!first || !found || !registration) return []
    return [
      {
        ...found,
        first,
        registration,
        parts: partsOf(found.board, own).map((cells) => drawPart(found.board, registration, cells)),
      },
    ]
  })
  const given = new Map<string, (ConfirmedBooking & { registrationId: number })[]>()
  const nextNumber = nextMoveId(store)
  return drawn.map(({ board, first, registration, parts }) => ({
    registration,
    period: board.period,
    wish: first.ask,
    recordedAt: first.recordedAt,
    parts: parts.map((part) => ({
      ...part.drawn,
      suggested: weigh({
        nextNumber,
        at,
        board,
        registration,
        part,
        given: childDay(given, registration, part.drawn.day),
        together: (cell) => {
          const key = askedTogether(cell, known)
          const count = left.get(key) ?? 1
          left.set(key, count - 1)
          return count
        },
      }),
    })),
  }))
}

const requestOf = ({ registrationId, ask, recordedAt }: AskedRow) => `${registrationId} ${ask} ${recordedAt}`

/** Siblings asked together share it. */
const askedTogether = (
  { registrationId, periodId, ask, recordedAt, day, slotId }: AskedRow,
  known: ReadonlyMap<number, RegistrationRow>,
) => `${known.get(registrationId)?.familyId} ${periodId} ${ask} ${recordedAt} ${day} ${slotId}`

const boardsFor = (store: Store, at: Instant, asks: readonly AskedRow[], ownAct: number) =>
  new Map(
    [...Map.groupBy(asks, ({ periodId }) => periodId)].map(([periodId, own]) => {
      const days = own.map(({ day }) => day).toSorted()
      const registrations = [...new Set(own.map(({ registrationId }) => registrationId))].flatMap(
        (id) => registrationRow(store, id) ?? [],
      )
      const [from, to] = [days[0], days.at(-1)]
      if (!from || !to) throw new RangeError('a demande without a day')
      return [periodId, { board: readBoard(store, at, periodId, registrations, from, to, ownAct) }] as const
    }),
  )

/** Cells by day, apart where a slot does not follow the one before: the morning and the evening are two wishes. */
const partsOf = (board: Board, cells: readonly AskedRow[]): AskedRow[][] => {
  const slots = new Map(board.slots.map((slot) => [slot.id, slot]))
  const start = ({ slotId }: AskedRow) => slots.get(slotId)?.start ?? ''
  const ordered = cells.toSorted(
    (one, other) => compareTexts(one.day, other.day) || compareTexts(start(one), start(other)),
  )
  const parts: AskedRow[][] = []
  for (const cell of ordered) {
    const last = parts.at(-1)
    const before = last?.at(-1)
    const follows = before?.day === cell.day && start(cell) <= (slots.get(before.slotId)?.end ?? '')
    if (last && follows) last.push(cell)
    else parts.push([cell])
  }
  return parts
}

type DrawnPart = {
  readonly cells: readonly AskedRow[]
  readonly slots: readonly SlotRow[]
  readonly drawn: Omit<WeighedPart, 'suggested'>
  readonly lateText: () => string
  /** Some of it was asked past its deadline, with no surcharge accepted. */
  readonly isUnpaid: boolean
}

const drawPart = (board: Board, registration: RegistrationRow, cells: readonly AskedRow[]): DrawnPart => {
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
    cells.map(({ slotId, surchargeCents, cancelSurchargeCents }) => [
      slotId,
      ask === 'cancel' ? cancelSurchargeCents : surchargeCents,
    ]),
  )
  return {
    cells,
    slots,
    isUnpaid: slots.some(
      ({ id, start }) =>
        !isInTime(rule.deadline, { ...asked, slotStart: start }, recordedAt) && (surcharges.get(id) ?? 0) === 0,
    ),
    lateText: () =>
      withFullStop(`Trop tard\u00a0: il fallait demander au plus tard ${latestText(closesAt(rule.deadline, asked))}`),
    drawn: {
      day,
      slots: slots.map(({ id, name }) => ({
        id,
        name,
        state: cellState(board.facts(registration, day, id)),
        held: board.held(day, id),
        capacity: board.openings.get(`${day} ${id}`)?.capacity ?? 0,
        waiting: board.waiting(day, id).length,
      })),
      booked: board.slots
        .filter(({ id }) => board.cell(registration.id, day, id)?.held === 'confirmed')
        .map(({ id }) => id),
      waiting: cells
        .map(({ slotId }) => board.waiting(day, slotId))
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
  /** Of the move that would come next. */
  readonly nextNumber: number
  readonly at: Instant
  readonly board: Board
  readonly registration: RegistrationRow
  readonly part: DrawnPart
  /** What was suggested to the child that day, in other registrations. */
  readonly given: (ConfirmedBooking & { registrationId: number })[]
  readonly together: (cell: AskedRow) => number
}

const childDay = <Value>(lists: Map<string, Value[]>, { childId }: RegistrationRow, day: Day): Value[] => {
  const key = `${childId} ${day}`
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}

const plain = (act: CellAction, why: string, reason = ''): SuggestedAnswer => ({ act, why, reason, rank: null })

const weigh = (weighing: Weighing): SuggestedAnswer => {
  const { board, registration, part } = weighing
  const { drawn, cells } = part
  const facts = cells.map(({ slotId }) => board.facts(registration, drawn.day, slotId))
  if (facts.some(isUnanswered)) return plain('expire', 'Le jour est venu avant la réponse\u00a0: la demande se classe.')
  if (drawn.takenBack) return plain('takeBack', 'La famille retire sa demande\u00a0: rien à décider, elle se clôture.')
  const [first] = cells
  if (first?.ask === 'leave') return plain('leave', 'Quitter la liste d’attente ne se refuse jamais.')
  if (first?.ask === 'cancel') {
    const notTaken = notTakenLate(board.period.cancelRule, part)
    if (notTaken !== null) return plain('refuseCancel', notTaken, notTaken)
    const billed = drawn.isBilled ? ' Ce jour est déjà facturé\u00a0: un avoir sera proposé.' : ''
    return plain(
      'acceptCancel',
      `${drawn.inTime ? 'Demandée dans les délais' : paidLateText(part)}\u00a0: la place se libère.${billed}`,
    )
  }
  return weighBooking(weighing, facts)
}

/** Why what was asked past its deadline is not taken: that is the end of it, or the family pays no surcharge for it. */
const notTakenLate = ({ after }: BookingRule, { isUnpaid, lateText }: DrawnPart): string | null => {
  if (!isUnpaid) return null
  if (after === 'closed') return lateText()
  return after.surcharge > 0 ? surchargeNotAcceptedText : null
}

const paidLateText = ({ drawn }: DrawnPart): string => {
  const cents = [...drawn.surcharges.values()].reduce((sum, one) => sum + one, 0)
  return cents === 0
    ? 'Hors délai, sans majoration'
    : `Hors délai, majoration de ${formatEuros(cents)} acceptée par la famille`
}

const weighBooking = (weighing: Weighing, facts: readonly Facts[]): SuggestedAnswer => {
  const { nextNumber, at, board, registration, part, given, together } = weighing
  const { cells, slots, drawn } = part
  const siblings = cells.map(together)
  const obstacle = facts.flatMap(obstaclesOf)[0] ?? overlapOf(given, slots, registration)
  if (obstacle) return plain('refuse', obstacleText(obstacle), obstacleText(obstacle))
  const notTaken = notTakenLate(board.period.bookingRule, part)
  if (notTaken !== null) return plain('refuse', notTaken, notTaken)

  const seen = cells.map((cell, index) => {
    const { slotId, recordedAt } = cell
    const held = board.held(drawn.day, slotId)
    const capacity = board.openings.get(`${drawn.day} ${slotId}`)?.capacity ?? 0
    const list = board.waiting(drawn.day, slotId)
    const now = drawn.slots[index]
    return {
      name: slots[index]?.name.toLocaleLowerCase('fr') ?? '',
      left: capacity - held,
      waiting: list.length,
      promised: held - (now?.held ?? held),
      rank: rankAmong(newcomerOf(board, cell, recordedAt, nextNumber), list),
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
    (['refuse', 'waitList', 'accept'] as const).find((one) => seen.some(({ answer }) => answer === one)) ?? 'refuse'
  const understaffed = byPlaces === 'accept' ? facts.flatMap((one) => one.understaffed ?? [])[0] : undefined
  if (understaffed !== undefined && !board.period.waitingList) return plain('refuse', understaffed, 'C’est complet.')
  const act = understaffed === undefined ? byPlaces : 'waitList'
  if (act === 'refuse') return plain('refuse', 'Complet, sans liste d’attente.', 'C’est complet.')
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
      ? [acceptWhy(seen), ...warnings.map(withFullStop)].join(' ')
      : (understaffed ?? waitWhy(seen, registration.firstName, Math.max(...siblings)))
  return { act, why, reason: '', rank: act === 'waitList' ? Math.max(...seen.map(({ rank }) => rank)) : null }
}

type Seen = {
  readonly name: string
  readonly left: number
  readonly waiting: number
  /** Places that demandes recorded before would take. */
  readonly promised: number
  readonly rank: number
  readonly answer: Suggestion
}

const acceptWhy = (seen: readonly Seen[]): string => {
  const left = Math.min(...seen.map((one) => one.left))
  const places = counted(left, 'place')
  return seen.length > 1 ? `Il reste au moins ${places} sur chaque plage.` : `Il reste ${places}.`
}

const waitWhy = (seen: readonly Seen[], child: string, together: number): string => {
  const listedSlots = seen.filter(({ answer }) => answer !== 'accept')
  const names = capitalised(listed(listedSlots.map(({ name }) => name)))
  const rank = Math.max(...listedSlots.map((one) => one.rank))
  const place = `${child} aurait la ${ordinal(rank)} place de la liste d’attente.`
  if (together > 1 && listedSlots.every(({ left, waiting }) => left > 0 && left < together && waiting === 0)) {
    return `${together} enfants demandés ensemble et ${counted(Math.min(...listedSlots.map(({ left }) => left)), 'place')}\u00a0: proposés ensemble. ${place}`
  }
  const full = listedSlots.filter(({ left }) => left <= 0)
  if (full.length === 0) return `D’autres enfants attendent déjà. ${place}`
  const isPromised = full.some(({ left, promised }) => promised > 0 && left + promised > 0)
  return `${names} ${full.length > 1 ? 'complets' : 'complet'}${isPromised ? ', demandes plus anciennes comprises' : ''}. ${place}`
}

/** What stands in the way of the booking whatever the places, and whenever it was asked. */
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
