import type { Day, DaySpan, Instant, TimeOfDay } from '../calendar/day.ts'
import { dayAt, isWithin } from '../calendar/day.ts'
import { type BookingRule, closesAt, latestText } from '../calendar/deadline.ts'
import { type Window, windowAt } from '../calendar/window.ts'
import type { Cents } from '../money/money.ts'
import {
  type Candidate,
  type Conditions,
  type RegistrationState,
  type UnmetCondition,
  unmetConditions,
  unmetText,
} from '../people/registration.ts'
import { instantText, shortDay, stopped, timeText } from '../text/french.ts'

/** What stands between a child and a booking, as data; `obstacleText` says it. */
export type Obstacle =
  | { readonly kind: 'noRegistration' }
  | { readonly kind: 'registrationAsked' }
  | { readonly kind: 'outsideRegistration'; readonly span: DaySpan }
  | { readonly kind: 'dayClosed'; readonly why?: string | undefined }
  | { readonly kind: 'dayPast' }
  /** In time by the deadline, and no demande is answered any more once the day has begun. */
  | { readonly kind: 'dayBegun' }
  | { readonly kind: 'windowNotOpen'; readonly opensAt: Instant }
  | { readonly kind: 'windowOver'; readonly closedAt: Instant }
  | { readonly kind: 'otherHome' }
  | { readonly kind: 'tooLate'; readonly closedAt: Instant }
  | UnmetCondition
  | { readonly kind: 'overlap'; readonly other: Booked }
  | { readonly kind: 'full' }

/** Whether parents may book. Several obstacles may stand at once: the first is the reason shown, staff need them all. */
export type Bookable =
  | { readonly answer: 'yes' }
  | { readonly answer: 'surcharge'; readonly surcharge: Cents }
  | { readonly answer: 'no'; readonly obstacles: readonly [Obstacle, ...Obstacle[]] }

/** Whether parents may still cancel. */
export type Cancellable =
  | { readonly answer: 'yes' }
  | { readonly answer: 'surcharge'; readonly surcharge: Cents }
  | { readonly answer: 'no'; readonly closedAt: Instant }

/** Another confirmed booking of the child that day, in whichever home. */
export type Booked = {
  readonly activity: string
  readonly slot: string
  readonly start: TimeOfDay
  readonly end: TimeOfDay
}

type Slot = { readonly start: TimeOfDay; readonly end: TimeOfDay }

export type Question = {
  /** When it is asked: `recordedAt` for what a parent recorded. */
  readonly at: Instant
  readonly day: Day
  readonly slot: Slot
  readonly opening:
    | { readonly open: true; readonly capacity: number; readonly held: number }
    | { readonly open: false; readonly why?: string | undefined }
  readonly period: {
    readonly from: Day
    readonly window?: Window | undefined
    readonly booking: BookingRule
    readonly waitingList: boolean
  }
  readonly isWorkingDay: (day: Day) => boolean
  readonly registration: { readonly state: RegistrationState; readonly span: DaySpan } | null
  readonly conditions: Conditions
  readonly child: Candidate
  /** Shared custody: whether the child wakes up in this home that day. */
  readonly ownDay: boolean
  readonly others: readonly Booked[]
}

export const bookable = (question: Question): Bookable => {
  const late = lateness(question.period.booking, question)
  const obstacles = [
    ...registrationObstacles(question),
    ...openingObstacles(question),
    // Whether that day could still be asked for is for the home that has it.
    ...(question.ownDay ? [] : [{ kind: 'otherHome' } as const]),
    ...lateObstacles(late, question),
    ...unmetConditions(question.conditions, question.child, question.day),
    ...placeObstacles(question),
  ]
  const [first, ...rest] = obstacles
  if (first) return { answer: 'no', obstacles: [first, ...rest] }
  return late.answer === 'surcharge' ? late : { answer: 'yes' }
}

const lateObstacles = (late: Cancellable, { at, day }: Question): Obstacle[] => {
  if (late.answer === 'no') return [{ kind: 'tooLate', closedAt: late.closedAt }]
  return dayAt(at) === day ? [{ kind: 'dayBegun' }] : []
}

export const cancellable = (
  rule: BookingRule,
  asked: Pick<Question, 'at' | 'day' | 'slot' | 'isWorkingDay'> & { readonly period: { readonly from: Day } },
): Cancellable => lateness(rule, asked)

const registrationObstacles = ({ registration, day }: Question): Obstacle[] => {
  if (registration?.state === 'asked') return [{ kind: 'registrationAsked' }]
  // An ended registration keeps its days up to its last one.
  if (registration?.state !== 'accepted' && registration?.state !== 'ended') return [{ kind: 'noRegistration' }]
  return isWithin(registration.span, day) ? [] : [{ kind: 'outsideRegistration', span: registration.span }]
}

const openingObstacles = ({ opening, at, day, period, child }: Question): Obstacle[] => {
  const obstacles: Obstacle[] = []
  if (!opening.open) obstacles.push({ kind: 'dayClosed', why: opening.why })
  if (day < dayAt(at)) obstacles.push({ kind: 'dayPast' })
  const window = period.window ? windowAt(period.window, at, child.resident) : { open: true as const }
  if (!window.open) {
    obstacles.push(
      'opensAt' in window
        ? { kind: 'windowNotOpen', opensAt: window.opensAt }
        : { kind: 'windowOver', closedAt: window.closedAt },
    )
  }
  return obstacles
}

const placeObstacles = ({ others, slot, opening, period }: Question): Obstacle[] => {
  const obstacles: Obstacle[] = []
  const other = others.find((booked) => overlaps(booked, slot))
  if (other) obstacles.push({ kind: 'overlap', other })
  if (opening.open && opening.held >= opening.capacity && !period.waitingList) obstacles.push({ kind: 'full' })
  return obstacles
}

/** Half-open: a slot that ends at noon leaves noon to the next. */
export const overlaps = (one: Slot, other: Slot): boolean => one.start < other.end && other.start < one.end

const lateness = (
  rule: BookingRule,
  {
    at,
    day,
    slot,
    period,
    isWorkingDay,
  }: Pick<Question, 'at' | 'day' | 'slot' | 'isWorkingDay'> & { period: { from: Day } },
): Cancellable => {
  const closing = closesAt(rule.deadline, { day, slotStart: slot.start, periodStart: period.from, isWorkingDay })
  if (at < closing) return { answer: 'yes' }
  // Past the surcharge's own end, the start of the day, nothing is taken any more.
  if (rule.after === 'closed' || dayAt(at) >= day) return { answer: 'no', closedAt: closing }
  return rule.after.surcharge === 0 ? { answer: 'yes' } : { answer: 'surcharge', surcharge: rule.after.surcharge }
}

export const obstacleText = (obstacle: Obstacle): string => {
  switch (obstacle.kind) {
    case 'noRegistration':
      return 'L’enfant n’est pas inscrit à cette période.'
    case 'registrationAsked':
      return 'L’inscription attend encore sa réponse.'
    case 'outsideRegistration':
      return `Ce jour est en dehors de l’inscription, ${spanText(obstacle.span)}.`
    case 'dayClosed':
      return obstacle.why ? stopped(`Fermé\u00a0: ${obstacle.why}`) : 'Pas d’accueil ce jour-là.'
    case 'dayPast':
      return 'Ce jour est passé.'
    case 'dayBegun':
      return 'Ce jour a commencé\u00a0: une demande n’aurait plus de réponse à temps.'
    case 'windowNotOpen':
      return `Les réservations ouvrent le ${instantText(obstacle.opensAt)}.`
    case 'windowOver':
      return `Les réservations sont closes depuis le ${instantText(obstacle.closedAt)}.`
    case 'tooLate':
      return stopped(`Trop tard\u00a0: il fallait demander au plus tard ${latestText(obstacle.closedAt)}`)
    case 'otherHome':
      return 'Jour de l’autre foyer.'
    case 'overlap':
      return `Déjà réservé aux mêmes heures\u00a0: ${obstacle.other.activity}, ${obstacle.other.slot}, de ${timeText(obstacle.other.start)} à ${timeText(obstacle.other.end)}.`
    case 'full':
      return 'Complet, sans liste d’attente.'
    case 'age':
    case 'class':
    case 'residence':
      break
  }
  return unmetText(obstacle)
}

const spanText = ({ from, to }: DaySpan): string =>
  to === undefined ? `qui commence le ${shortDay(from)}` : `du ${shortDay(from)} au ${shortDay(to)}`
