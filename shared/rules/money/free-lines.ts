import { addMonths, type Day, daysOfMonth, type Month, monthKey } from '../calendar/day.ts'
import type { PriceGrounds } from '../price/price-terms.ts'
import { addTakes, type YearTakes } from '../price/span-price.ts'
import type { Fiscal } from '../price/tariff.ts'
import { longDate } from '../text/french.ts'
import type { ChargeUnit, Concerned } from './charges.ts'
import type { Unit } from './difference.ts'
import type { Cents } from './money.ts'

/*
 * Free lines (« lignes libres »): amounts that staff write by hand for a home. A positive line is owed like any other
 * charge of its month. A negative line reduces what the home owes to the same régie in the same fiscal category, but
 * never below zero: the part that its own month cannot use reduces the following months, for a year at most.
 */

export type FreeLine = Concerned & {
  readonly id: number
  readonly regieId: number
  readonly day: Day
  /** The day of a final month that the line corrects; null for other lines. */
  readonly correctedDay: Day | null
  readonly label: string
  readonly quantity: number
  /** Never zero; negative for a deduction. */
  readonly unitCents: Cents
  readonly fiscal: Fiscal
  /** The part that credit notes gave up permanently, with the sign of `unitCents`. */
  readonly givenUpCents: Cents
}

/** Fees that the service charges a home automatically, as free lines. */
export const fees = ['reminder', 'returnedDebit'] as const
export type Fee = (typeof fees)[number]

/** The beginning of the line's label; the day of the reminder or debit follows. */
export const feeNames: Readonly<Record<Fee, string>> = {
  reminder: 'Frais de relance',
  returnedDebit: 'Frais de prélèvement rejeté',
}

/** One unit of a free line, in the month that owes it. */
export type FreeUnit = ChargeUnit<Concerned> & Unit & { readonly regieId: number; readonly isGivenUp?: true }

type Written = Pick<FreeLine, 'label' | 'quantity' | 'unitCents'> & { readonly reason: string }

/** Why a line cannot be written, with the field concerned; undefined when it can. */
export const refuseFreeLine = (
  { label, quantity, unitCents, reason }: Written,
  mayTakeOff: boolean,
): { readonly field: keyof Written; readonly sentence: string } | undefined => {
  if (label.trim() === '') return { field: 'label', sentence: 'Dites ce que la ligne facture.' }
  if (!Number.isInteger(quantity) || quantity < 1)
    return { field: 'quantity', sentence: 'La quantité est un nombre entier, au moins 1.' }
  if (unitCents === 0)
    return { field: 'unitCents', sentence: 'Une ligne à 0,00\u00a0€ ne change rien\u00a0: tapez un montant.' }
  if (Math.abs(quantity * unitCents) > mostCents)
    return { field: 'unitCents', sentence: 'Une ligne libre ne dépasse pas 10 000,00\u00a0€.' }
  if (unitCents > 0) return undefined
  if (!mayTakeOff)
    return {
      field: 'unitCents',
      sentence: 'Seul un régisseur écrit une ligne négative\u00a0: tapez un montant positif.',
    }
  if (reason.trim() === '') return { field: 'reason', sentence: 'Une ligne négative a un motif\u00a0: écrivez-le.' }
  return undefined
}

const mostCents = 1_000_000

/** The group of a free line's units, and the name of its year account. */
export const freeLineGroup = (id: number): string => `free ${id}`

/** For how many months after its own the rest of a negative line can still reduce what is owed. */
export const monthsOfWaiting = 11

/**
 * The year account in which months record how much of a negative line they used: later months can only use the rest.
 */
const accountOf = ({ id }: Pick<FreeLine, 'id'>): string => freeLineGroup(id)

/** What the home owes to a régie in a fiscal category, before the negative lines. */
export type Asked = { readonly regieId: number; readonly fiscal: Fiscal; readonly cents: Cents }

/**
 * What free lines add to a month and deduct from it.
 * @param taken how much of each line earlier months used
 * @param asked what the month owes otherwise
 */
export const freeLinesOf = (
  lines: readonly FreeLine[],
  { month, taken, asked }: { readonly month: Month; readonly taken: YearTakes; readonly asked: readonly Asked[] },
): { readonly units: readonly FreeUnit[]; readonly takes: YearTakes } => {
  const own = lines.filter(({ day, unitCents }) => unitCents > 0 && monthKey(day) === month).flatMap(unitsOfLine)
  const below = lines.filter((line) => line.unitCents < 0 && mayTakeFrom(line, month))
  const left = new Map<string, Cents>()
  for (const one of [...asked, ...own]) left.set(askedKey(one), (left.get(askedKey(one)) ?? 0) + one.cents)
  const units = [...own]
  let takes: YearTakes = {}
  for (const line of below) {
    const waits = line.givenUpCents - line.quantity * line.unitCents - (taken[accountOf(line)] ?? 0)
    const cents = Math.max(0, Math.min(waits, left.get(askedKey(line)) ?? 0))
    left.set(askedKey(line), (left.get(askedKey(line)) ?? 0) - cents)
    // Recorded even when it is 0: this month must be priced again when an earlier one uses less.
    takes = addTakes(takes, { [accountOf(line)]: cents })
    const day = monthKey(line.day) === month ? line.day : daysOfMonth(month).from
    if (cents > 0) units.push({ ...unitOf(line), day, cents: 0 - cents, isAmount: true, lessensMonth: true })
  }
  return { units, takes }
}

const askedKey = ({ regieId, fiscal }: Pick<Asked, 'regieId' | 'fiscal'>): string => `${regieId} ${fiscal}`

const mayTakeFrom = ({ day }: FreeLine, month: Month): boolean => {
  const own = monthKey(day)
  return own <= month && month <= monthKey(addMonths(daysOfMonth(own).from, monthsOfWaiting))
}

const unitsOfLine = (line: FreeLine): FreeUnit[] => {
  const units = Array.from({ length: line.quantity }, () => unitOf(line))
  const { givenUpCents } = line
  return givenUpCents === 0 ? units : [...units, { ...unitOf(line), cents: 0 - givenUpCents, isGivenUp: true }]
}

const unitOf = (line: FreeLine): FreeUnit => {
  const { id, childId, activityId, regieId, day, correctedDay, label, unitCents, fiscal } = line
  return {
    childId,
    activityId,
    regieId,
    day,
    label,
    unit: { one: 'unité', many: 'unités' },
    fiscal,
    cents: unitCents,
    cells: [],
    explanation: correctedDay ? `pour le ${longDate(correctedDay)}, dont le mois est arrêté` : '',
    basis: freeLineGrounds(id, unitCents),
    group: freeLineGroup(id),
  }
}

const freeLineGrounds = (id: number, unitCents: Cents): PriceGrounds => ({
  familyQuotient: null,
  bracket: null,
  resident: false,
  example: false,
  freeLine: id,
  ...(unitCents < 0 && { takesOff: true }),
})
