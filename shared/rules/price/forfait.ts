import {
  addDays,
  addMonths,
  type Day,
  dayOf,
  daysBetween,
  daysOfMonth,
  firstOfMonth,
  isWithin,
  lastOfMonth,
  type Month,
  mondayOf,
  monthKey,
  monthOf,
  weekday,
  yearOf,
} from '../calendar/day.ts'
import { allocate, type Cents, formatEuros, type Rounding, roundedBy } from '../money/money.ts'
import { counted, monthText, numericDay } from '../text/french.ts'
import type { ChargeableDay, ChargeableSlot, PartFacts, PartRegistration } from './price-terms.ts'
import { type Forfait, type ForfaitBy, type ForfaitSpan, isOwedByRegistration } from './tariff.ts'

/*
 * Which spans a child owes the price of (« forfait »), and how much of it: the month of a span's day owes it, whatever
 * was booked in that month.
 */

type Span = { readonly from: Day; readonly to: Day }

export type ForfaitFacts = PartFacts & {
  /** All days of the child in the activity that are known, of other months too. */
  readonly days: readonly ChargeableDay[]
  /** Whether a slot counts as coming: booked, and not an absence that the tariff does not bill. */
  readonly comes: (day: Day, slot: ChargeableSlot) => boolean
}

/** A span whose price a child owes. */
export type OwedSpan = Span & {
  readonly step: Forfait['steps'][number]
  /** The days of the span on which the child is registered. */
  readonly registered: readonly Span[]
}

/** The spans around these days that the child owes, in order. */
export const owedSpans = (forfait: Forfait, facts: ForfaitFacts, within: Span): OwedSpan[] =>
  spansAround(forfait, facts, within).flatMap((span) => {
    const registered = registrationsIn(facts, span)
    const step = stepReached(forfait, countIn(forfait, facts, span, registered))
    if (!step || (isOwedByRegistration(forfait.by) && !isOpenIn(facts, span))) return []
    return [{ ...span, step, registered: registered.map((one) => overlap(one, span)) }]
  })

const spansAround = ({ span }: Forfait, facts: ForfaitFacts, { from, to }: Span): Span[] => {
  const spans = new Map<Day, Span>()
  const add = (one: Span) => spans.set(one.from, one)
  switch (span) {
    case 'week':
      for (let monday = mondayOf(from); monday <= to; monday = addDays(monday, 7))
        add({ from: monday, to: addDays(monday, 6) })
      break
    case 'month':
      for (let first = firstOfMonth(from); first <= to; first = addMonths(first, 1))
        add({ from: first, to: lastOfMonth(first) })
      break
    case 'term':
    case 'schoolYear':
      for (
        let first = startOf(span, from);
        first <= to;
        first = startOf(span, addMonths(first, span === 'term' ? 5 : 12))
      )
        add({ from: first, to: addDays(startOf(span, addMonths(first, span === 'term' ? 5 : 12)), -1) })
      break
    case 'period':
      for (const { period } of facts.registrations ?? []) add(period)
  }
  return [...spans.values()].toSorted((one, other) => (one.from < other.from ? -1 : 1))
}

/** Terms are four, three and five months long. */
const startOf = (span: 'term' | 'schoolYear', on: Day): Day => {
  const month = monthOf(on)
  if (month >= 9) return dayOf(yearOf(on), 9, 1)
  if (span === 'schoolYear') return dayOf(yearOf(on) - 1, 9, 1)
  return dayOf(yearOf(on), month >= 4 ? 4 : 1, 1)
}

const registrationsIn = ({ registrations = [] }: PartFacts, span: Span): PartRegistration[] =>
  registrations.filter((one) => one.from <= span.to && (one.to === undefined || one.to >= span.from))

const overlap = (one: PartRegistration, span: Span): Span => ({
  from: one.from > span.from ? one.from : span.from,
  to: one.to !== undefined && one.to < span.to ? one.to : span.to,
})

const stepReached = ({ steps }: Forfait, count: number): Forfait['steps'][number] | undefined =>
  steps.toSorted((one, other) => other.from - one.from).find(({ from }) => from <= count)

/** What the steps count in a span. */
const countIn = (
  { by, slots }: Forfait,
  facts: ForfaitFacts,
  span: Span,
  registered: readonly PartRegistration[],
): number => {
  const week = registered[0]?.week.filter(({ slot }) => slots.includes(slot)) ?? []
  const booked = facts.days
    .filter(({ day }) => isWithin(span, day))
    .flatMap(({ day, slots: own }) =>
      own.flatMap((slot) => (slots.includes(slot.slot) && facts.comes(day, slot) ? [{ day, slot: slot.slot }] : [])),
    )
  const counts: Readonly<Record<ForfaitBy, () => number>> = {
    registration: () => Math.min(1, registered.length),
    weekdays: () => new Set(week.map((one) => one.weekday)).size,
    sessions: () => week.length,
    booking: () => Math.min(1, booked.length),
    days: () => new Set(booked.map(({ day }) => day)).size,
    slots: () => new Set(booked.map(({ slot }) => slot)).size,
  }
  return counts[by]()
}

/** Whether the activity opens at all in the span: nobody owes a month in which it is closed. */
const isOpenIn = ({ openDays }: PartFacts, span: Span): boolean =>
  openDays === undefined || openDays.some((on) => isWithin(span, on))

const weeksOf = (days: readonly Day[]): number => new Set(days.map(mondayOf)).size

const openDaysIn = ({ openDays }: PartFacts, span: Span): Day[] =>
  openDays
    ? openDays.filter((on) => isWithin(span, on))
    : daysBetween(span.from, span.to).filter((on) => weekday(on) < 6)

/** The day whose tariff, quotient and address price the span. */
export const firstOwedDay = ({ from, registered }: OwedSpan): Day =>
  registered.map((one) => one.from).toSorted()[0] ?? from

/** How much of the whole price is owed, with the step that says so. */
export const owedOf = (
  whole: Cents,
  { partial, absence, slots, by }: Forfait,
  { from, to, registered }: OwedSpan,
  facts: ForfaitFacts,
  rounding: Rounding,
): { readonly cents: Cents; readonly steps: readonly string[] } => {
  const steps: string[] = []
  let cents = whole
  const span = { from, to }
  const open = openDaysIn(facts, span)
  if (isOwedByRegistration(by) && partial !== 'whole') {
    const isRegistered = (on: Day) => registered.some((one) => isWithin(one, on))
    const own = open.filter(isRegistered)
    const [part, all] = partial === 'openDays' ? [own.length, open.length] : [weeksOf(own), weeksOf(open)]
    if (part < all) {
      cents = roundedBy(rounding, cents * part, all)
      const unit =
        partial === 'openDays'
          ? counted(part, 'jour ouvert', 'jours ouverts')
          : counted(part, 'semaine commencée', 'semaines commencées')
      steps.push(`${unit} sur ${all}`)
    }
  }
  if (absence) {
    const absent = facts.days.filter(
      ({ day, slots: own }) =>
        isWithin(span, day) &&
        own.some(({ slot, attendance }) => slots.includes(slot) && attendance === 'justifiedInTime'),
    ).length
    if (absent >= absence.from) {
      const each = absence.cents ?? roundedBy(rounding, whole, Math.max(1, open.length))
      const less = Math.min(cents, each * absent)
      cents -= less
      steps.push(`${counted(absent, 'jour')} d’absence justifiée \u2212\u00a0${formatEuros(less)}`)
    }
  }
  return { cents, steps }
}

/** A part of the price of a span, with the day that it is billed with. */
export type DuePart = { readonly day: Day; readonly cents: Cents; readonly name: 'deposit' | 'rest' | number | null }

/** When the price of a span is due: whole, in instalments, or a deposit and the rest. */
export const duePartsOf = (cents: Cents, forfait: Forfait, { from, to, registered }: OwedSpan): DuePart[] => {
  const first = forfait.span === 'week' ? from : (registered.map((one) => one.from).toSorted()[0] ?? from)
  const last =
    forfait.span === 'week'
      ? from
      : (registered
          .map((one) => one.to)
          .toSorted()
          .at(-1) ?? to)
  const day = forfait.billed === 'start' ? first : last
  const { instalments = 1, deposit } = forfait
  if (deposit) {
    const paid = Math.min(cents, deposit.cents)
    return [
      { day: addDays(first, -deposit.daysBefore), cents: paid, name: 'deposit' as const },
      { day, cents: cents - paid, name: 'rest' as const },
    ]
  }
  if (instalments <= 1) return [{ day, cents, name: null }]
  return allocate(
    cents,
    Array.from({ length: instalments }, () => 1),
  ).map((part, at) => ({ day: at === 0 ? first : addMonths(firstOfMonth(first), at), cents: part, name: at + 1 }))
}

/** The days around a month on which a span may begin whose parts are billed in that month. */
export const spansBilledIn = (month: Month, forfait: Forfait): Span => {
  const { from, to } = daysOfMonth(month)
  const { instalments = 1, deposit } = forfait
  if (forfait.span === 'month' && instalments === 1 && !deposit) return { from, to }
  switch (forfait.span) {
    case 'week':
      // A week is billed with its Monday: the one that began in the month before is not of this month.
      return {
        from: weekday(from) === 1 ? from : addDays(mondayOf(from), 7),
        to: deposit ? addDays(to, deposit.daysBefore) : to,
      }
    case 'month':
    case 'term':
    case 'schoolYear':
    case 'period':
      return {
        from: addMonths(from, -Math.max(12, instalments)),
        to: addDays(to, Math.max(31, deposit?.daysBefore ?? 0)),
      }
  }
}

export const isBilledIn = (month: Month, { day }: DuePart): boolean => monthKey(day) === month

/** « forfait du mois de novembre 2026 », « forfait de la semaine du 2/11/2026 », with its part of several. */
export const spanText = ({ span, instalments = 1 }: Forfait, { from, to }: Span, name: DuePart['name']): string => {
  const parts =
    name === 'deposit' ? ', acompte' : name === 'rest' ? ', solde' : name === null ? '' : `, ${name} sur ${instalments}`
  const spans: Readonly<Record<ForfaitSpan, () => string>> = {
    week: () => `semaine du ${numericDay(from)}`,
    month: () => monthText(from),
    term: () => `trimestre, du ${numericDay(from)} au ${numericDay(to)}`,
    schoolYear: () => `année ${yearOf(from)}-${yearOf(to)}`,
    period: () => `du ${numericDay(from)} au ${numericDay(to)}`,
  }
  return `${spans[span]()}${parts}`
}
