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
} from '../../calendar/day.ts'
import { allocate, type Cents, formatEuros, type Rounding, roundedBy } from '../../money/money.ts'
import { counted, monthText, numericDay } from '../../text/french.ts'
import type { ChargeableDay, ChargeableSlot, PartFacts, PartRegistration } from '../price-terms.ts'
import { type Forfait, type ForfaitBy, type ForfaitCoverage, isOwedByRegistration } from '../tariff.ts'

/*
 * Which forfaits a child owes, and how much of each. A forfait covers a week, a month, a term, a school year or a
 * period. It is owed in the month in which it is billed, whatever was booked in that month.
 */

/** The days that a forfait covers. */
type Coverage = { readonly from: Day; readonly to: Day }

export type ForfaitFacts = PartFacts & {
  /** All days of the child in the activity that are known, of other months too. */
  readonly days: readonly ChargeableDay[]
  /** Whether a slot counts as attended: it is booked, and the tariff bills any absence from it. */
  readonly comes: (day: Day, slot: ChargeableSlot) => boolean
}

/** Days for which a child owes the price of a forfait. */
export type OwedCoverage = Coverage & {
  readonly step: Forfait['steps'][number]
  /** The covered days on which the child is registered. */
  readonly registered: readonly Coverage[]
}

/** The coverages that overlap `within` and that the child owes, oldest first. */
export const owedCoverages = (forfait: Forfait, facts: ForfaitFacts, within: Coverage): OwedCoverage[] =>
  coveragesOverlapping(forfait, facts, within).flatMap((coverage) => {
    const registered = registrationsIn(facts, coverage)
    const step = stepReached(forfait, countIn(forfait, facts, coverage, registered))
    if (!step || (isOwedByRegistration(forfait.by) && !isOpenIn(facts, coverage))) return []
    return [{ ...coverage, step, registered: registered.map((one) => overlap(one, coverage)) }]
  })

const coveragesOverlapping = ({ span }: Forfait, facts: ForfaitFacts, { from, to }: Coverage): Coverage[] => {
  const coverages = new Map<Day, Coverage>()
  const add = (one: Coverage) => coverages.set(one.from, one)
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
  return [...coverages.values()].toSorted((one, other) => (one.from < other.from ? -1 : 1))
}

/** Terms are four, three and five months long. */
const startOf = (span: 'term' | 'schoolYear', on: Day): Day => {
  const month = monthOf(on)
  if (month >= 9) return dayOf(yearOf(on), 9, 1)
  if (span === 'schoolYear') return dayOf(yearOf(on) - 1, 9, 1)
  return dayOf(yearOf(on), month >= 4 ? 4 : 1, 1)
}

const registrationsIn = ({ registrations = [] }: PartFacts, { from, to }: Coverage): PartRegistration[] =>
  registrations.filter((one) => one.from <= to && (one.to === undefined || one.to >= from))

const overlap = (one: PartRegistration, { from, to }: Coverage): Coverage => ({
  from: one.from > from ? one.from : from,
  to: one.to !== undefined && one.to < to ? one.to : to,
})

const stepReached = ({ steps }: Forfait, count: number): Forfait['steps'][number] | undefined =>
  steps.toSorted((one, other) => other.from - one.from).find(({ from }) => from <= count)

/** How many registrations, weekdays, sessions, days or slots, as `by` says, the child has in the coverage. */
const countIn = (
  { by, slots }: Forfait,
  facts: ForfaitFacts,
  coverage: Coverage,
  registered: readonly PartRegistration[],
): number => {
  const week = registered[0]?.week.filter(({ slot }) => slots.includes(slot)) ?? []
  const booked = facts.days
    .filter(({ day }) => isWithin(coverage, day))
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

/** Whether the activity opens at all in the coverage: nobody owes a month in which it is closed. */
const isOpenIn = ({ openDays }: PartFacts, coverage: Coverage): boolean =>
  openDays === undefined || openDays.some((on) => isWithin(coverage, on))

const weeksOf = (days: readonly Day[]): number => new Set(days.map(mondayOf)).size

const openDaysIn = ({ openDays }: PartFacts, coverage: Coverage): Day[] =>
  openDays
    ? openDays.filter((on) => isWithin(coverage, on))
    : daysBetween(coverage.from, coverage.to).filter((on) => weekday(on) < 6)

/** The day whose tariff, quotient and address set the price of the forfait. */
export const firstOwedDay = ({ from, registered }: OwedCoverage): Day =>
  registered.map((one) => one.from).toSorted()[0] ?? from

/** How much of the whole price is owed, and the steps of its explanation: « 3 semaines commencées sur 4 ». */
export const owedOf = (
  whole: Cents,
  { partial, absence, slots, by }: Forfait,
  { from, to, registered }: OwedCoverage,
  facts: ForfaitFacts,
  rounding: Rounding,
): { readonly cents: Cents; readonly steps: readonly string[] } => {
  const steps: string[] = []
  let cents = whole
  const coverage = { from, to }
  const open = openDaysIn(facts, coverage)
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
        isWithin(coverage, day) &&
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

/** An instalment of the price of a forfait, and the day with which it is billed. */
export type Instalment = {
  readonly day: Day
  readonly cents: Cents
  /** The number of the instalment counts from 1; null when the whole price is due at once. */
  readonly name: 'deposit' | 'rest' | number | null
}

/** When the price of a forfait is due: whole, in equal instalments, or as a deposit and the rest. */
export const instalmentsOf = (cents: Cents, forfait: Forfait, { from, to, registered }: OwedCoverage): Instalment[] => {
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

/** The range in which a coverage begins if one of its instalments is billed in the month. */
export const firstDaysBilledIn = (month: Month, forfait: Forfait): Coverage => {
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

export const isBilledIn = (month: Month, { day }: Instalment): boolean => monthKey(day) === month

/** Whether the instalment is to pay by its own day, and not when the régie says. */
export const hasDueDate = ({ name }: Instalment): boolean => name === 'deposit' || name === 'rest'

/** « novembre 2026 », « semaine du 02/11/2026, acompte dû le 02/10/2026 », « année 2026-2027, 2 sur 3 » */
export const coverageText = (
  { span, instalments = 1 }: Forfait,
  { from, to }: Coverage,
  { name, day }: Instalment,
): string => {
  const instalment =
    name === null
      ? ''
      : typeof name === 'number'
        ? `, ${name} sur ${instalments}`
        : `, ${name === 'deposit' ? 'acompte' : 'solde'} dû le ${numericDay(day)}`
  const covered: Readonly<Record<ForfaitCoverage, () => string>> = {
    week: () => `semaine du ${numericDay(from)}`,
    month: () => monthText(from),
    term: () => `trimestre, du ${numericDay(from)} au ${numericDay(to)}`,
    schoolYear: () => `année ${yearOf(from)}-${yearOf(to)}`,
    period: () => `du ${numericDay(from)} au ${numericDay(to)}`,
  }
  return `${covered[span]()}${instalment}`
}
