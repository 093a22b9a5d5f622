import type { WeekResult } from '../../../../shared/contract/desk/reservations/reservations.ts'
import {
  type Day,
  dayAt,
  daysBetween,
  type Instant,
  mondayOf,
  timeOfDay,
  today,
  weekday,
} from '../../../../shared/rules/calendar/day.ts'
import { isInTime } from '../../../../shared/rules/calendar/deadline.ts'
import { isWorkingDay } from '../../../../shared/rules/calendar/public-holidays.ts'
import { applyTypicalWeek, type TypicalWeek } from '../../../../shared/rules/calendar/typical-week.ts'
import { type Obstacle, obstacleText } from '../../../../shared/rules/cell/bookable.ts'
import type { CellActor } from '../../../../shared/rules/cell/cell-actions.ts'
import { surchargeText } from '../../../../shared/rules/cell/late-surcharge.ts'
import { isTaken, mayCome, togetherText } from '../../../../shared/rules/requests/week-rule.ts'
import type { Write } from '../../../store/acts/acts.ts'
import type { Store } from '../../../store/store.ts'
import { activityOf, periodOf, ruleOf } from '../../activities/activities.ts'
import type { Core, Person } from '../../core.ts'
import { childOnDay, familyOnDay } from '../../families/families.ts'
import {
  type NewRegistration,
  refuseIfDecided,
  registrationOf,
  writeAccepted,
  writeNewRegistration,
} from '../../registrations/registrations.ts'
import { type Board, readBoard } from '../board/board.ts'
import { cellActorOf, refuseUnknownSlot, requireRegistration } from '../board/checks.ts'
import { newPlan, type Plan, planMove, writePlan } from '../board/moving.ts'
import { brokenSince, rollBack, weekCells } from '../board/weeks.ts'
import { nextMoveId, type RegistrationRow } from '../reservations-store.ts'

export type WeekInput = {
  readonly registrationId: number
  readonly week: readonly { readonly weekday: number; readonly slotId: number }[]
  readonly from: Day
  /** Last day to fill; by default the registration's. */
  readonly to?: Day | undefined
  /** When the family asked: deadlines and waiting order are judged at that instant instead of now. */
  readonly askedAt?: Instant | undefined
}

/** Previews a typical week up to the registration's end: days booked, put on the waiting list when full, or skipped. */
export const previewWeek = ({ store, clock }: Core, person: Person, input: WeekInput): WeekResult =>
  planWeek(store, clock(), person, input).result

export const applyWeek = ({ store }: Core, person: Person, input: WeekInput): WeekResult =>
  store.act(person, 'reservations.week', 'Semaine type appliquée', (write) => writeWeek(store, write, person, input))

/** Part of an act, such as the one that accepts the registration. */
const writeWeek = (store: Store, write: Write, person: Person, input: WeekInput): WeekResult => {
  const { plan, result } = planWeek(
    store,
    write.at,
    person,
    input,
    requireRegistration(store, input.registrationId),
    write.actId,
  )
  const mover = cellActorOf(person).kind
  writePlan(write, { ...plan, moves: plan.moves.map((one) => ({ ...one, mover })) })
  return result
}

export const acceptWithWeek = (
  { store }: Core,
  person: Person,
  {
    registrationId,
    overrideReason,
    seen,
  }: { registrationId: number; overrideReason: string; seen: 'asked' | 'refused' },
): WeekResult =>
  store.act(person, 'registrations.accept', 'Inscription acceptée avec sa semaine type', (write) => {
    refuseIfDecided(store, registrationId, seen)
    writeAccepted(store, write, person, registrationId, overrideReason)
    return writeAcceptedWeek(store, write, person, registrationId)
  })

export const writeAcceptedWeek = (store: Store, write: Write, person: Person, registrationId: number): WeekResult =>
  writeWeek(store, write, person, acceptedWeek(store, write.at, registrationId, write.actId))

/** The typical week asked with a registration, from its first day that is not past. */
export const acceptedWeek = (store: Store, at: Instant, registrationId: number, ownAct = 0): WeekInput => {
  const { startDay, typicalWeek, askedAt, periodId, familyId } = registrationOf(store, registrationId, ownAct)
  const { bookingOpensAt, residentsOpenAt } = periodOf(store, periodId)
  const { resident } = familyOnDay(store, familyId, startDay)
  const opensAt = (resident ? residentsOpenAt : null) ?? bookingOpensAt
  return {
    registrationId,
    week: typicalWeek,
    from: later(startDay, dayAt(at)),
    askedAt: opensAt !== null && opensAt > askedAt ? opensAt : askedAt,
  }
}

/** What accepting an undecided registration (« ? ») would book of its typical week. */
export const previewAcceptance = ({ store, clock }: Core, person: Person, registrationId: number): WeekResult => {
  const at = clock()
  const registration = { ...requireRegistration(store, registrationId), state: 'accepted' as const }
  return planWeek(store, at, person, acceptedWeek(store, at, registrationId), registration).result
}

/**
 * Days of a registration's typical week that can no longer be booked: asked too late, or past before the answer. Days
 * that have a place or a rank anyway are left out. The registration counts as accepted.
 */
export const daysTooLate = (store: Store, at: Instant, registrationId: number, ownAct = 0): Day[] => {
  const found = { ...requireRegistration(store, registrationId), state: 'accepted' as const }
  const { week, askedAt = at } = acceptedWeek(store, at, registrationId, ownAct)
  const { endDay, periodId } = found
  // Days already past when the family asked are not expected by anybody.
  const first = later(found.startDay, dayAt(registrationOf(store, registrationId, ownAct).askedAt))
  const now = dayAt(at)
  const period = periodOf(store, periodId)
  const rule = ruleOf(period, activityOf(store, period.activityId)).booking
  const asked = (day: Day) => ({ day, slotStart: midnight, periodStart: period.startDay, isWorkingDay })
  const mayBeLate = (day: Day): boolean => day < now || !isInTime(rule.deadline, asked(day), askedAt)
  const last = week.length === 0 ? undefined : daysBetween(first, endDay).findLast(mayBeLate)
  if (last === undefined) return []
  const board = readBoard(store, at, periodId, [found], first, last, ownAct)
  return daysBetween(first, last).filter((day) =>
    week.some((wanted) => {
      if (wanted.weekday !== weekday(day) || !board.slots.some(({ id }) => id === wanted.slotId)) return false
      const { held, bookable } = board.facts(found, day, wanted.slotId, askedAt, true)
      if (held.kind !== 'none') return false
      if (bookable.answer === 'no') return isTooLate(bookable.obstacles[0])
      return bookable.answer === 'surcharge' || day < now
    }),
  )
}

const midnight = timeOfDay('00:00')

const isTooLate = ({ kind }: Obstacle): boolean => kind === 'tooLate' || kind === 'dayPast' || kind === 'dayBegun'

export const registerWithWeek = (
  { store, clock }: Core,
  person: Person,
  asked: NewRegistration,
): WeekResult & { registrationId: number } =>
  store.act(person, 'registrations.ask', 'Inscription avec sa semaine type', (write) => {
    const { id, startDay, typicalWeek } = writeNewRegistration(store, write, person, asked, true)
    const week = { registrationId: id, week: typicalWeek, from: later(startDay, today(clock)) }
    return { registrationId: id, ...writeWeek(store, write, person, week) }
  })

/** Previews what registering a child with a typical week would book. Changes nothing. */
export const previewRegistration = (
  { store, clock }: Core,
  person: Person,
  { childId, familyId, periodId, startDay, endDay, typicalWeek, overrideReason }: NewRegistration,
): WeekResult => {
  const { firstName, lastName, birthDay } = childOnDay(store, childId, startDay)
  const wished = {
    // No registration has id 0, so none of its cells exist.
    id: 0,
    periodId,
    childId,
    familyId,
    state: 'accepted' as const,
    startDay,
    endDay,
    overrideReason,
    priorityReason: '',
    firstName,
    lastName,
    birthDay,
  }
  const at = clock()
  const week = { registrationId: wished.id, week: typicalWeek, from: later(startDay, dayAt(at)) }
  return planWeek(store, at, person, week, wished).result
}

const later = (one: Day, other: Day): Day => (one < other ? other : one)

const planWeek = (
  store: Store,
  at: Instant,
  person: Person,
  { registrationId, week, from, to, askedAt }: WeekInput,
  registration = requireRegistration(store, registrationId),
  ownAct = 0,
) => {
  const { startDay, periodId } = registration
  const endDay = to !== undefined && to < registration.endDay ? to : registration.endDay
  const board = readBoard(store, at, periodId, [registration], later(from, startDay), endDay, ownAct)
  const plan = newPlan(nextMoveId(store))
  // A rule may book only what staff without the right to override could.
  const who: CellActor = person.kind === 'rule' ? { kind: 'staff', decide: true, override: false } : cellActorOf(person)
  const wanted: TypicalWeek<number> = week.map(({ weekday, slotId }) => ({ weekday, slot: slotId }))
  for (const { slot } of wanted) refuseUnknownSlot(board, slot)
  const span = { from: later(from, startDay), to: endDay }
  return { plan, result: fillWeek(plan, board, registration, wanted, span, { who, at, asOf: askedAt }) }
}

type Span = { readonly from: Day; readonly to: Day }
type Filler = { readonly who: CellActor; readonly at: Instant; readonly asOf?: Instant | undefined }

/**
 * Plans one registration's typical week: each day gets a place, a waiting-list rank when full, or a reason for neither.
 * Where the period has a week rule, all days of a week get a place, or all get a rank, or all get a reason.
 */
export const fillWeek = (
  plan: Plan,
  board: Board,
  registration: RegistrationRow,
  wanted: TypicalWeek<number>,
  span: Span,
  filler: Filler,
): WeekResult => {
  if (!board.period.weekRule) return fillDays(plan, board, registration, wanted, span, filler)
  const weeks = [...Map.groupBy(daysBetween(span.from, span.to), mondayOf)].map(([monday, days]) =>
    fillWhole(plan, board, registration, wanted, monday, days, filler),
  )
  return {
    filled: weeks.flatMap(({ filled }) => filled),
    waitListed: weeks.flatMap(({ waitListed }) => waitListed),
    skipped: weeks.flatMap(({ skipped }) => skipped),
  }
}

const fillWhole = (
  plan: Plan,
  board: Board,
  registration: RegistrationRow,
  wanted: TypicalWeek<number>,
  monday: Day,
  days: readonly Day[],
  filler: Filler,
): WeekResult => {
  const start = plan.moves.length
  const span = { from: days[0] ?? monday, to: days.at(-1) ?? monday }
  const before = weekCells(board, registration, monday)
  const fill = (allWait: boolean) => fillDays(plan, board, registration, wanted, span, filler, allWait)
  let week = fill(false)
  if (week.filled.length > 0 && week.waitListed.length > 0) {
    rollBack(plan, board, start)
    week = fill(true)
  }
  const isMissing = ({ day, slotId }: { readonly day: Day; readonly slotId: number }) =>
    before.some((cell) => cell.day === day && cell.slotId === slotId && mayCome(cell.facts) && !isTaken(cell.facts))
  const missing = week.skipped.find(isMissing)
  const trouble = missing ? togetherText(missing.day, missing.reason) : brokenSince(board, registration, before)
  if (trouble === null) return week
  rollBack(plan, board, start)
  const lost = [...week.filled, ...week.waitListed].map((cell) => ({ ...cell, reason: trouble }))
  return { filled: [], waitListed: [], skipped: [...week.skipped, ...lost] }
}

/** @param allWait whether all days go to the waiting list, because one of the week is full */
const fillDays = (
  plan: Plan,
  board: Board,
  registration: RegistrationRow,
  wanted: TypicalWeek<number>,
  span: Span,
  { who, at, asOf }: Filler,
  allWait = false,
): WeekResult => {
  const waitListed: WeekResult['waitListed'] = []
  const wasAsked = asOf !== undefined
  const { filled, skipped } = applyTypicalWeek(wanted, span, (day, slotId) => {
    const { bookable, held, placesLeft } = board.facts(registration, day, slotId, asOf, wasAsked)
    if (bookable.answer === 'no' && held.kind === 'none') return obstacleText(bookable.obstacles[0])
    const late = bookable.answer === 'surcharge' ? bookable.surcharge : 0
    // The family has not accepted this surcharge.
    if (late !== 0 && held.kind === 'none')
      return `Hors délai\u00a0: à réserver à part, avec sa ${surchargeText(late)}.`
    // Waiting children come before a newcomer, even while a place is free.
    const isForList =
      held.kind === 'none' &&
      (allWait ||
        placesLeft <= 0 ||
        (board.period.waitingList && board.placesFor(registration.id, day, slotId).waiting.length > 0))
    const notMoved = planMove(plan, board, registration, day, slotId, isForList ? 'waitList' : 'book', who, {
      at: asOf ?? at,
      asOf,
      wasAsked,
    })
    if (isForList && notMoved === null) waitListed.push({ day, slotId })
    return notMoved?.sentence ?? null
  })
  const isWaiting = new Set(waitListed.map(({ day, slotId }) => `${day} ${slotId}`))
  return {
    filled: filled
      .filter(({ day, slot }) => !isWaiting.has(`${day} ${slot}`))
      .map(({ day, slot }) => ({ day, slotId: slot })),
    waitListed,
    skipped: skipped.map(({ day, slot, reason }) => ({ day, slotId: slot, reason })),
  }
}
