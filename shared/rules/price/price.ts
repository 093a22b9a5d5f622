import { compareTexts } from '../../collections.ts'
import { type Day, isWithin, yearOf } from '../calendar/day.ts'
import { type Cents, formatEuros } from '../money/money.ts'
import { briefDay, listed } from '../text/french.ts'
import { familyQuotientOn } from './family-quotient.ts'
import { type Cost, deduct } from './price-deductions.ts'
import { addTo, type Basis, basisOf, type Group, groupOf } from './price-groups.ts'
import type {
  ChargeableDay,
  ChargeableSlot,
  PriceBasis,
  Priced,
  PriceError,
  PriceLine,
  PriceRemark,
  PriceRequest,
  PriceWarning,
} from './price-terms.ts'
import {
  type Count,
  type Fiscal,
  lateCollectionSlot,
  type Membership,
  needsQuotient,
  slotsOf,
  startedParts,
  type TariffLine,
  type TariffVersion,
  type Unit,
  type UnitPrice,
  versionOn,
  yearStart,
} from './tariff.ts'
import { unitPrice } from './unit-price.ts'

/**
 * Prices the days of one child in one activity: the month's invoice, the cost shown before a demande, the forecast. Each
 * day takes the tariff, the quotient and the residence of that day; a unit is rounded first, then multiplied.
 */
export const priceDays = (request: PriceRequest): Priced => {
  const bases: Basis[] = []
  const remarks: PriceRemark[] = []
  const problems = new Map<string, { kind: PriceError['kind']; slots: string; days: Day[] }>()
  const noFamilyQuotient = new Set<Day>()
  const noResidence = new Set<Day>()
  const notPointed = new Set<Day>()
  const deducted = [...(request.deducted ?? [])]
  const fail = (kind: PriceError['kind'], day: Day, slots = '') => {
    const known = problems.get(kind + slots)
    if (known) known.days.push(day)
    else problems.set(kind + slots, { kind, slots, days: [day] })
  }

  for (const { day, slots: held, late } of request.days.toSorted((a, b) => compareTexts(a.day, b.day))) {
    const version = request.tariff ? versionOn(request.tariff, day) : undefined
    const slots = version && late ? [...held, ...collectedLate(version, late)] : held
    if (!version) {
      if (slots.length > 0) fail('noTariff', day)
      continue
    }
    const given = slots.filter(({ why }) => why !== 'lateCancellation')
    const billed = given.filter((slot) => isBilled(version, slot))
    const cancelled = slots.filter(({ why }) => why === 'lateCancellation')
    remark(remarks, day, given, version)
    if (slots.some(({ attendance, why }) => attendance === 'notPointed' && why === 'booked')) notPointed.add(day)
    if (billed.length === 0 && cancelled.length === 0) continue

    const counted = countDay(version, billed)
    if ('unpriced' in counted) {
      fail('noPrice', day, listed(counted.unpriced))
      continue
    }
    const residence = request.residence.find((row) => isWithin(row, day))
    const basis = basisOf(
      bases,
      version,
      familyQuotientOn(request.familyQuotients, day)?.value ?? null,
      residence?.resident ?? false,
      version.siblings ? (request.rankOn?.(day, version.siblings.by ?? 'rank') ?? 1) : 1,
    )
    const costs: Cost[] = []
    for (const { key, line, unit, price, without, slots: held } of counted.units) {
      if (basis.familyQuotient === null && needsQuotient[price.method]) noFamilyQuotient.add(day)
      if (!residence && price.nonResident.rule !== 'same') noResidence.add(day)
      const group = groupOf(basis, key, () => ({
        line: line.label,
        fiscal: line.fiscal,
        unit,
        ...unitPrice(price, unit, basis, line.fiscal, without),
      }))
      addTo(group, day, held)
      if (version.deductions) costs.push({ fiscal: line.fiscal, cents: group.cents, slots: held })
    }
    if (version.deductions) deduct(version.deductions, basis, day, costs, deducted)
    for (const slot of [...billed, ...cancelled]) {
      const { surcharge, why } = slot
      const kind = why === 'lateCancellation' ? 'cancellation' : 'booking'
      if (surcharge)
        addTo(
          groupOf(basis, `late ${kind} ${surcharge}`, () => penalties[kind](surcharge)),
          day,
          [slot],
        )
    }
  }

  const lines = bases
    .flatMap((basis) => [...basis.groups.values()].map((group) => lineOf(group, basis)))
    .toSorted(order)
  const warnings: PriceWarning[] = []
  const warn = (kind: PriceWarning['kind'], days: ReadonlySet<Day>, text: string) => {
    if (days.size > 0) warnings.push({ kind, days: [...days], text: `${text}\u00a0: ${request.activity}` })
  }
  warn('noFamilyQuotient', noFamilyQuotient, 'Quotient familial inconnu, tarif le plus haut')
  warn('noResidence', noResidence, 'Adresse inconnue, tarif hors commune')
  warn('notPointed', notPointed, `Pointage manquant ${theDays([...notPointed])}, facturé comme présent`)
  return {
    lines,
    totalCents: lines.reduce((sum, { totalCents }) => sum + totalCents, 0),
    remarks,
    warnings,
    errors: [...problems.values()].map(({ kind, slots, days }) => ({
      kind,
      days,
      text:
        kind === 'noTariff'
          ? `Aucun tarif ${theDays(days)}\u00a0: ${request.activity}`
          : `Aucun prix pour ${slots} ${theDays(days)}\u00a0: ${request.activity}`,
    })),
  }
}

/** Nothing where the tariff has no price for it. */
const collectedLate = (
  { lines }: TariffVersion,
  { minutes, cell }: NonNullable<ChargeableDay['late']>,
): ChargeableSlot[] =>
  lines.some(({ count }) => slotsOf(count).includes(lateCollectionSlot))
    ? [{ slot: lateCollectionSlot, cell, why: 'booked', attendance: 'present', minutes }]
    : []

type CountedUnit = {
  readonly key: string
  readonly line: TariffLine
  readonly unit: Unit
  readonly price: UnitPrice
  readonly without: boolean
  readonly slots: readonly ChargeableSlot[]
}

/** Whether a slot is paid for, as the rule of absences says. */
export const isBilled = (
  { absence }: Pick<TariffVersion, 'absence'>,
  { why, attendance }: Pick<ChargeableSlot, 'why' | 'attendance'>,
): boolean => {
  if (why !== 'booked') return true
  if (attendance === 'justifiedInTime') return absence.justifiedInTime === 'billed'
  if (attendance === 'absent' || attendance === 'justifiedLate') return absence.unjustified === 'billed'
  return true
}

/**
 * What the slots of one day count as: a unit for each of `slots`. Null where no formula is made of them, or where one has
 * no known length.
 */
const unitsOf = (
  count: Count,
  together: readonly ChargeableSlot[],
): {
  /** Of the formula among those of the line, after a space; empty where the line has one price. */
  readonly place: string
  readonly unit: Unit
  readonly price: UnitPrice
  readonly slots: readonly (readonly ChargeableSlot[])[]
} | null => {
  switch (count.per) {
    case 'day':
      return { place: '', unit: count.unit, price: count.price, slots: [together] }
    case 'slot':
      return { place: '', unit: count.unit, price: count.price, slots: together.map((slot) => [slot]) }
    case 'time': {
      const length = together.reduce((sum, { minutes }) => sum + (minutes ?? Number.NaN), 0)
      if (Number.isNaN(length)) return null
      const parts = startedParts(length, count.minutes, count.grace)
      const slots = Array.from({ length: parts }, (_, part) => (part === 0 ? together : []))
      return { place: '', unit: count.unit, price: count.price, slots }
    }
    case 'formula': {
      const place = count.formulas.findIndex(({ combinations }) =>
        combinations.some(
          (combination) =>
            combination.length === together.length && together.every(({ slot }) => combination.includes(slot)),
        ),
      )
      const formula = count.formulas[place]
      return formula ? { place: ` ${place}`, unit: formula.unit, price: formula.price, slots: [together] } : null
    }
  }
}

/** The units of one day, or the slots that no line of the tariff prices: a slot is never free by oversight. */
const countDay = (
  version: TariffVersion,
  billed: readonly ChargeableSlot[],
): { readonly units: readonly CountedUnit[] } | { readonly unpriced: readonly string[] } => {
  const units: CountedUnit[] = []
  const left = new Set(billed.map(({ slot }) => slot))
  for (const [index, line] of version.lines.entries()) {
    const { count, withoutBooking } = line
    const named = slotsOf(count)
    const mine = billed.filter(({ slot }) => named.includes(slot))
    if (mine.length === 0) continue
    const apart = withoutBooking ? mine.filter(({ why }) => why === 'withoutBooking') : []
    const together = withoutBooking ? mine.filter(({ why }) => why !== 'withoutBooking') : mine
    for (const { slot } of apart) left.delete(slot)
    if (withoutBooking) {
      for (const slot of apart)
        units.push({ key: `${index} without`, line, ...withoutBooking, without: true, slots: [slot] })
    }
    if (together.length === 0) continue
    const made = unitsOf(count, together)
    if (made === null) continue
    const { place, unit, price } = made
    for (const slots of made.slots) units.push({ key: `${index}${place}`, line, unit, price, without: false, slots })
    for (const { slot } of together) left.delete(slot)
  }
  return left.size > 0 ? { unpriced: [...left] } : { units }
}

/** What the line of a late booking's surcharge is called. */
export const lateBooking = 'Réservation hors délai'

/** A surcharge is a penalty: never care of children for the tax certificate. */
const penalties = {
  booking: (surcharge: Cents) => ({
    ...penalty(surcharge),
    line: lateBooking,
    explanation: `demande après la date limite → majoration ${formatEuros(surcharge)}`,
  }),
  cancellation: (surcharge: Cents) => ({
    ...penalty(surcharge),
    line: 'Annulation tardive',
    explanation: `annulation demandée après la date limite → majoration ${formatEuros(surcharge)}`,
    lateCancellation: true as const,
  }),
}

const penalty = (cents: Cents) => ({
  fiscal: 'autre' as const,
  unit: { one: 'majoration', many: 'majorations' },
  cents,
  bracket: null,
})

const lineOf = (group: Group, basis: Basis): PriceLine => {
  const { line, unit, cents, fiscal, explanation, bracket, days, cells, deduction, isReduced, lateCancellation } = group
  return {
    label: line,
    quantity: days.length,
    unit,
    unitCents: cents,
    totalCents: cents * days.length,
    fiscal,
    explanation,
    days,
    cells,
    basis: {
      ...told(basis, bracket),
      ...(isReduced && { rank: basis.rank }),
      ...(deduction !== undefined && { deduction }),
      ...(lateCancellation && { lateCancellation }),
    },
  }
}

const told = ({ familyQuotient, resident, version }: Basis, bracket: string | null): PriceBasis => ({
  familyQuotient,
  bracket,
  resident,
  example: version.example,
})

/** What a membership costs on the day it is asked, as one line of the invoice. */
export const membershipLine = (
  version: TariffVersion,
  membership: Membership,
  { familyQuotients, residence }: Pick<PriceRequest, 'familyQuotients' | 'residence'>,
  on: Day,
): PriceLine => {
  const basis = basisOf(
    [],
    version,
    familyQuotientOn(familyQuotients, on)?.value ?? null,
    residence.find((row) => isWithin(row, on))?.resident ?? false,
    1,
  )
  const start = yearStart(membership.year, on)
  const unit = { one: 'adhésion', many: 'adhésions' }
  const { cents, explanation, bracket } = unitPrice(membership.price, unit, basis, null, false)
  return {
    label: membership.label,
    quantity: 1,
    unit,
    unitCents: cents,
    totalCents: cents,
    fiscal: 'autre',
    explanation: `${explanation}, une fois pour ${membership.year === 'civil' ? yearOf(start) : `${yearOf(start)}-${yearOf(start) + 1}`}`,
    days: [on],
    cells: [],
    basis: { ...told(basis, bracket), membership: start },
  }
}

const fiscalOrder: readonly Fiscal[] = ['garde', 'repas', 'autre']

/** Care, then meals, then the rest; within each, deductions last, then by first day. */
const order = (a: PriceLine, b: PriceLine): number =>
  fiscalOrder.indexOf(a.fiscal) - fiscalOrder.indexOf(b.fiscal) ||
  Number(a.unitCents < 0) - Number(b.unitCents < 0) ||
  compareTexts(a.days[0] ?? '', b.days[0] ?? '')

const remark = (remarks: PriceRemark[], day: Day, slots: readonly ChargeableSlot[], version: TariffVersion): void => {
  for (const slot of slots) {
    const said = remarkOn(slot, isBilled(version, slot))
    if (!said) continue
    const text = `${briefDay(day)}\u00a0: ${said}`
    const known = remarks.at(-1)
    if (known?.text === text) remarks[remarks.length - 1] = { ...known, slots: [...known.slots, slot.slot] }
    else remarks.push({ day, slots: [slot.slot], text })
  }
}

const remarkOn = ({ why, attendance }: ChargeableSlot, billed: boolean): string | undefined => {
  if (why === 'chargedCancellation') return 'annulation facturée'
  if (why === 'withoutBooking') return 'venu sans réservation'
  const effect = billed ? 'facturée' : 'non comptée'
  if (attendance === 'justifiedInTime') return `absence justifiée, ${effect}`
  if (attendance === 'justifiedLate') return `absence justifiée trop tard, ${effect}`
  return attendance === 'absent' ? `absence non justifiée, ${effect}` : undefined
}

/** « le mer. 18 nov. », « les mer. 18 nov. et mer. 25 nov. » */
const theDays = (days: readonly Day[]): string => `${days.length === 1 ? 'le' : 'les'} ${listed(days.map(briefDay))}`
