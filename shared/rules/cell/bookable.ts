import type { Day, DayRange, Instant, TimeOfDay } from '../calendar/day.ts'
import { dayAt, isWithin } from '../calendar/day.ts'
import { type AfterDeadline, type BookingRule, closesAt, latestText, type RequestedDay } from '../calendar/deadline.ts'
import { type RequestWindow, windowStateAt } from '../calendar/window.ts'
import { incompleteDossierText } from '../dossier/incomplete.ts'
import { type SuspendedBy, suspendedText } from '../money/recovery/suspension.ts'
import {
  type Candidate,
  type Conditions,
  type UnmetCondition,
  unmetConditions,
  unmetText,
} from '../people/conditions.ts'
import { mayNotAskText } from '../people/guardian-bond.ts'
import { type RegistrationState } from '../people/registration.ts'
import { instantText, shortDay, timeText, withFullStop } from '../text/french.ts'
import { type LateSurcharge, lateSurcharge } from './late-surcharge.ts'

/** A reason that prevents a booking, as data; `obstacleText` writes the sentence. */
export type Obstacle =
  | { readonly kind: 'noRegistration' }
  | { readonly kind: 'registrationAsked' }
  | { readonly kind: 'outsideRegistration'; readonly span: DayRange }
  | { readonly kind: 'dayClosed'; readonly why?: string | undefined }
  | { readonly kind: 'dayPast' }
  /** The deadline allows it, but demandes are no longer answered once the day has begun. */
  | { readonly kind: 'dayBegun' }
  | { readonly kind: 'windowNotOpen'; readonly opensAt: Instant }
  | { readonly kind: 'windowOver'; readonly closedAt: Instant }
  | { readonly kind: 'otherHome' }
  /** The guardian who looks at the calendar sees the child without asking for it. */
  | { readonly kind: 'mayNotAsk' }
  /** The home owes a régie too much: it makes no new booking. */
  | ({ readonly kind: 'suspended' } & SuspendedBy)
  /** The period asks for a complete dossier, and something of the child's is missing. */
  | { readonly kind: 'dossier' }
  /** `surcharge`: what the booking rule adds to a booking that staff still make. */
  | { readonly kind: 'tooLate'; readonly closedAt: Instant; readonly surcharge?: LateSurcharge | undefined }
  | UnmetCondition
  | { readonly kind: 'overlap'; readonly other: ConfirmedBooking }
  | { readonly kind: 'full' }

/** Whether parents may book. Of several obstacles, parents are shown the first; staff need them all. */
export type Bookable =
  | { readonly answer: 'yes' }
  | { readonly answer: 'surcharge'; readonly surcharge: LateSurcharge }
  | { readonly answer: 'no'; readonly obstacles: readonly [Obstacle, ...Obstacle[]] }

/**
 * Whether parents may still cancel. When they may not, `surcharge` is what staff who free the place may leave due;
 * absent for nothing.
 */
export type Cancellable =
  | { readonly answer: 'yes' }
  | { readonly answer: 'surcharge'; readonly surcharge: LateSurcharge }
  | { readonly answer: 'no'; readonly closedAt: Instant; readonly surcharge?: LateSurcharge | undefined }

/** Another confirmed booking of the child on the same day, in either home. */
export type ConfirmedBooking = {
  readonly activity: string
  readonly slot: string
  readonly start: TimeOfDay
  readonly end: TimeOfDay
  /** At a site that the person does not see. */
  readonly isHidden?: boolean | undefined
}

type Slot = { readonly start: TimeOfDay; readonly end: TimeOfDay }

export type BookableInput = {
  /** The instant to judge at: `recordedAt` for an ask that a parent recorded. */
  readonly at: Instant
  readonly day: Day
  readonly slot: Slot
  readonly opening:
    | { readonly open: true; readonly capacity: number; readonly held: number }
    | { readonly open: false; readonly why?: string | undefined }
  readonly period: {
    readonly from: Day
    readonly window?: RequestWindow | undefined
    readonly booking: BookingRule
    readonly waitingList: boolean
  }
  readonly isWorkingDay: (day: Day) => boolean
  readonly registration: { readonly state: RegistrationState; readonly span: DayRange } | null
  readonly conditions: Conditions
  readonly child: Candidate
  /** Whether the guardian who looks at it asks for this child; always true at the desk. */
  readonly mayAsk: boolean
  /** Whether the child wakes up in this home that day; false only under shared custody. */
  readonly ownDay: boolean
  readonly others: readonly ConfirmedBooking[]
  /** Whom the home must call, because its debts prevent new bookings; null when they do not. */
  readonly suspended: SuspendedBy | null
  /** Whether the period asks for a complete dossier and something of the child's is missing. */
  readonly lacksDossier: boolean
}

export const bookable = (input: BookableInput): Bookable => {
  const late = lateness(input.period.booking, input)
  const obstacles = [
    ...(input.mayAsk ? [] : [{ kind: 'mayNotAsk' } as const]),
    ...registrationObstacles(input),
    ...openingObstacles(input),
    // Checked before the deadline, because parents only see the first obstacle.
    ...(input.ownDay ? [] : [{ kind: 'otherHome' } as const]),
    ...lateObstacles(late, input),
    ...(input.suspended ? [{ kind: 'suspended', ...input.suspended } as const] : []),
    ...(input.lacksDossier ? [{ kind: 'dossier' } as const] : []),
    ...unmetConditions(input.conditions, input.child, input.day),
    ...placeObstacles(input),
  ]
  const [first, ...rest] = obstacles
  if (first) return { answer: 'no', obstacles: [first, ...rest] }
  return late.answer === 'surcharge' ? late : { answer: 'yes' }
}

const lateObstacles = (late: Cancellable, { at, day }: BookableInput): Obstacle[] => {
  if (late.answer === 'no') {
    const { answer: _, ...closing } = late
    return [{ kind: 'tooLate', ...closing }]
  }
  return dayAt(at) === day ? [{ kind: 'dayBegun' }] : []
}

export const cancellable = (rule: BookingRule, input: DeadlineInput): Cancellable => {
  const late = lateness(rule, input)
  // Families can no longer cancel, but the tariff still prices what staff cancel for them.
  return late.answer === 'no' && rule.after === 'closed'
    ? { ...late, surcharge: lateSurcharge(toTariff, rule.deadline, requestedDay(input), input.at) }
    : late
}

const toTariff: AfterDeadline = { surcharge: 0, byTariff: true }

const registrationObstacles = ({ registration, day }: BookableInput): Obstacle[] => {
  if (registration?.state === 'asked') return [{ kind: 'registrationAsked' }]
  // An ended registration remains valid up to its last day.
  if (registration?.state !== 'accepted' && registration?.state !== 'ended') return [{ kind: 'noRegistration' }]
  return isWithin(registration.span, day) ? [] : [{ kind: 'outsideRegistration', span: registration.span }]
}

const openingObstacles = ({ opening, at, day, period, child }: BookableInput): Obstacle[] => {
  const obstacles: Obstacle[] = []
  if (!opening.open) obstacles.push({ kind: 'dayClosed', why: opening.why })
  if (day < dayAt(at)) obstacles.push({ kind: 'dayPast' })
  const window = period.window ? windowStateAt(period.window, at, child.resident) : { open: true as const }
  if (!window.open) {
    obstacles.push(
      'opensAt' in window
        ? { kind: 'windowNotOpen', opensAt: window.opensAt }
        : { kind: 'windowOver', closedAt: window.closedAt },
    )
  }
  return obstacles
}

const placeObstacles = ({ others, slot, opening, period }: BookableInput): Obstacle[] => {
  const obstacles: Obstacle[] = []
  const other = others.find((booked) => overlaps(booked, slot))
  if (other) obstacles.push({ kind: 'overlap', other })
  if (opening.open && opening.held >= opening.capacity && !period.waitingList) obstacles.push({ kind: 'full' })
  return obstacles
}

/** Whether two slots overlap. A slot that ends at noon does not overlap one that starts at noon. */
export const overlaps = (one: Slot, other: Slot): boolean => one.start < other.end && other.start < one.end

type DeadlineInput = Pick<BookableInput, 'at' | 'day' | 'slot' | 'isWorkingDay'> & {
  readonly period: { readonly from: Day }
}

const requestedDay = ({ day, slot, period, isWorkingDay }: DeadlineInput): RequestedDay => ({
  day,
  slotStart: slot.start,
  periodStart: period.from,
  isWorkingDay,
})

const lateness = ({ deadline, after }: BookingRule, input: DeadlineInput): Cancellable => {
  const { at, day } = input
  const requested = requestedDay(input)
  const closedAt = closesAt(deadline, requested)
  if (at < closedAt) return { answer: 'yes' }
  if (after === 'closed') return { answer: 'no', closedAt }
  const surcharge = lateSurcharge(after, deadline, requested, at)
  // Past the deadline, nothing is accepted from families from the start of the day on, not even with a surcharge.
  if (dayAt(at) >= day) return { answer: 'no', closedAt, ...(surcharge !== 0 && { surcharge }) }
  return surcharge === 0 ? { answer: 'yes' } : { answer: 'surcharge', surcharge }
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
      return obstacle.why ? withFullStop(`Fermé\u00a0: ${obstacle.why}`) : 'Pas d’accueil ce jour-là.'
    case 'dayPast':
      return 'Ce jour est passé.'
    case 'dayBegun':
      return 'Ce jour a commencé\u00a0: une demande n’aurait plus de réponse à temps.'
    case 'windowNotOpen':
      return `Les réservations ouvrent le ${instantText(obstacle.opensAt)}.`
    case 'windowOver':
      return `Les réservations sont closes depuis le ${instantText(obstacle.closedAt)}.`
    case 'tooLate':
      return withFullStop(`Trop tard\u00a0: il fallait demander au plus tard ${latestText(obstacle.closedAt)}`)
    case 'otherHome':
      return 'Jour de l’autre foyer.'
    case 'mayNotAsk':
      return mayNotAskText
    case 'suspended':
      return suspendedText(obstacle)
    case 'dossier':
      return incompleteDossierText
    case 'overlap':
      if (obstacle.other.isHidden) return 'Déjà réservé ailleurs à ces heures.'
      return `Déjà réservé aux mêmes heures\u00a0: ${obstacle.other.activity}, ${obstacle.other.slot}, de ${timeText(obstacle.other.start)} à ${timeText(obstacle.other.end)}.`
    case 'full':
      return 'Complet, sans liste d’attente.'
    case 'age':
    case 'class':
    case 'school':
    case 'group':
    case 'residence':
      break
  }
  return unmetText(obstacle)
}

const spanText = ({ from, to }: DayRange): string =>
  to === undefined ? `qui commence le ${shortDay(from)}` : `du ${shortDay(from)} au ${shortDay(to)}`
