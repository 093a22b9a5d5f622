import { type Bracket, bracketIndex } from './bracket.ts'
import { type Day, type DaySpan, isWithin } from './day.ts'
import { type FamilyQuotientRow, familyQuotientOn, sayFamilyQuotient } from './family-quotient.ts'
import { briefDay, listed } from './french.ts'
import { type Cents, formatEuros, formatNumber, halfUp, withPercent } from './money.ts'
import {
  type Fiscal,
  slotsOf,
  type Tariff,
  type TariffLine,
  type TariffVersion,
  type Unit,
  type UnitPrice,
  versionOn,
} from './tariff.ts'

/** What the day sheet says of one slot. `expected`: the day has not come yet. */
export type SlotAttendance = 'expected' | 'notPointed' | 'present' | 'absent' | 'justifiedInTime' | 'justifiedLate'

/** One slot of one child that may cost something. */
export type ChargeableSlot = {
  /** Its name, folded by `slotCode`, as the tariff names it. */
  readonly slot: string
  /** The reservation it comes from; an estimate has none yet. */
  readonly cell?: number | undefined
  readonly why: 'booked' | 'chargedCancellation' | 'withoutBooking'
  readonly attendance: SlotAttendance
  /** What the booking rule adds for an ask that came late. */
  readonly surcharge?: Cents | undefined
}

export type ChargeableDay = { readonly day: Day; readonly slots: readonly ChargeableSlot[] }

/** Whether the family lives in the town, by its dated address. */
export type ResidenceRow = DaySpan & { readonly resident: boolean }

/** The days of one child in one activity, and what is true of the family that pays. */
export type PriceRequest = {
  /** The activity's name, for the sentences. */
  readonly activity: string
  /** null: none was chosen for the activity. */
  readonly tariff: Tariff | null
  readonly familyQuotients: readonly FamilyQuotientRow[]
  readonly residence: readonly ResidenceRow[]
  readonly days: readonly ChargeableDay[]
}

export type PriceLine = {
  /** « Accueil », « Repas »: the product, without the activity. */
  readonly label: string
  readonly quantity: number
  readonly unit: Unit
  readonly unitCents: Cents
  readonly totalCents: Cents
  readonly fiscal: Fiscal
  /** « QF 727 → tranche 621–1100 → demi-journée 5,50 € » */
  readonly explanation: string
  /** In order; a day stands once for each unit it counts. */
  readonly days: readonly Day[]
  /** The reservations it bills. */
  readonly cells: readonly number[]
  readonly basis: PriceBasis
}

/** What the unit price was made from, for « Votre prix » on the invoice. */
export type PriceBasis = {
  /** null: none known that day. Told even where the price does not depend on it. */
  readonly familyQuotient: number | null
  /** The bracket as printed; null where the price is not by bracket, or no quotient is known. */
  readonly bracket: string | null
  readonly resident: boolean
  readonly example: boolean
}

/** Something to tell about one day: an absence not counted, a cancellation that is. */
export type PriceRemark = { readonly day: Day; readonly slots: readonly string[]; readonly text: string }

export type PriceWarning = {
  readonly kind: 'noFamilyQuotient' | 'notPointed' | 'noResidence'
  readonly days: readonly Day[]
  readonly text: string
}

export type PriceError = { readonly kind: 'noTariff' | 'noPrice'; readonly days: readonly Day[]; readonly text: string }

export type Priced = {
  readonly lines: readonly PriceLine[]
  readonly totalCents: Cents
  readonly remarks: readonly PriceRemark[]
  readonly warnings: readonly PriceWarning[]
  /** A day with an error is in no line: nothing may be issued before it is put right. */
  readonly errors: readonly PriceError[]
}

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
  const fail = (kind: PriceError['kind'], day: Day, slots = '') => {
    const known = problems.get(kind + slots)
    if (known) known.days.push(day)
    else problems.set(kind + slots, { kind, slots, days: [day] })
  }

  for (const { day, slots } of request.days.toSorted((a, b) => compare(a.day, b.day))) {
    const version = request.tariff ? versionOn(request.tariff, day) : undefined
    if (!version) {
      if (slots.length > 0) fail('noTariff', day)
      continue
    }
    const billed = slots.filter((slot) => isBilled(version, slot))
    remark(remarks, day, slots, version)
    if (slots.some(({ attendance, why }) => attendance === 'notPointed' && why === 'booked')) notPointed.add(day)
    if (billed.length === 0) continue

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
    )
    for (const { key, line, unit, price, without, slots: held } of counted.units) {
      if (basis.familyQuotient === null && price.method !== 'fixed') noFamilyQuotient.add(day)
      if (!residence && price.nonResident.rule !== 'same') noResidence.add(day)
      const group = groupOf(basis, key, () => ({
        line: line.label,
        fiscal: line.fiscal,
        unit,
        ...unitPrice(price, unit, basis, without),
      }))
      addTo(group, day, held)
    }
    for (const slot of billed) {
      const { surcharge } = slot
      if (surcharge)
        addTo(
          groupOf(basis, `surcharge ${surcharge}`, () => lateBooking(surcharge)),
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
    if (days.size > 0) warnings.push({ kind, days: [...days], text: `${text} : ${request.activity}` })
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
          ? `Aucun tarif ${theDays(days)} : ${request.activity}`
          : `Aucun prix pour ${slots} ${theDays(days)} : ${request.activity}`,
    })),
  }
}

/** One version, one quotient, one residence: every unit counted under it has the same price. */
type Basis = {
  readonly version: TariffVersion
  readonly familyQuotient: number | null
  readonly bracket: number
  readonly resident: boolean
  readonly groups: Map<string, Group>
}

type UnitOfPrice = { readonly cents: Cents; readonly explanation: string; readonly bracket: string | null }

type Group = UnitOfPrice & {
  readonly line: string
  readonly fiscal: Fiscal
  readonly unit: Unit
  readonly days: Day[]
  readonly cells: number[]
}

type CountedUnit = {
  readonly key: string
  readonly line: TariffLine
  readonly unit: Unit
  readonly price: UnitPrice
  readonly without: boolean
  readonly slots: readonly ChargeableSlot[]
}

const basisOf = (bases: Basis[], version: TariffVersion, familyQuotient: number | null, resident: boolean): Basis => {
  const known = bases.find(
    (basis) => basis.version === version && basis.familyQuotient === familyQuotient && basis.resident === resident,
  )
  if (known) return known
  const bracket = familyQuotient === null ? -1 : bracketIndex(version.brackets, familyQuotient)
  const basis = { version, familyQuotient, bracket, resident, groups: new Map<string, Group>() }
  bases.push(basis)
  return basis
}

const groupOf = (basis: Basis, key: string, make: () => Omit<Group, 'days' | 'cells'>): Group => {
  const known = basis.groups.get(key)
  if (known) return known
  const group = { ...make(), days: [], cells: [] }
  basis.groups.set(key, group)
  return group
}

const addTo = (group: Group, day: Day, slots: readonly ChargeableSlot[]): void => {
  group.days.push(day)
  for (const { cell } of slots) if (cell !== undefined) group.cells.push(cell)
}

const isBilled = ({ absence }: TariffVersion, { why, attendance }: ChargeableSlot): boolean => {
  if (why !== 'booked') return true
  if (attendance === 'justifiedInTime') return absence.justifiedInTime === 'billed'
  if (attendance === 'absent' || attendance === 'justifiedLate') return absence.unjustified === 'billed'
  return true
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
    if (count.per === 'formula') {
      const place = count.formulas.findIndex(({ combinations }) =>
        combinations.some(
          (combination) =>
            combination.length === together.length && together.every(({ slot }) => combination.includes(slot)),
        ),
      )
      const formula = count.formulas[place]
      if (!formula) continue
      units.push({
        key: `${index} ${place}`,
        line,
        unit: formula.unit,
        price: formula.price,
        without: false,
        slots: together,
      })
    } else {
      for (const slots of count.per === 'day' ? [together] : together.map((slot) => [slot])) {
        units.push({ key: `${index}`, line, unit: count.unit, price: count.price, without: false, slots })
      }
    }
    for (const { slot } of together) left.delete(slot)
  }
  return left.size > 0 ? { unpriced: [...left] } : { units }
}

const unitPrice = (price: UnitPrice, unit: Unit, basis: Basis, without: boolean): UnitOfPrice => {
  const { version, familyQuotient, resident } = basis
  const steps: string[] = []
  let amount: Cents
  let bracket: Bracket | undefined
  if (price.method === 'fixed') {
    amount = price.cents
  } else if (familyQuotient === null) {
    amount = price.method === 'bracket' ? Math.max(...price.cents) : price.ceiling
    steps.push(sayFamilyQuotient(null))
  } else if (price.method === 'bracket') {
    bracket = version.brackets[basis.bracket]
    amount = priceAt(price.cents, basis.bracket)
    steps.push(sayFamilyQuotient(familyQuotient), `tranche ${bracket?.label ?? ''}`)
  } else {
    const effort = byEffort(familyQuotient, price.percent)
    amount = Math.min(Math.max(effort, price.floor), price.ceiling)
    steps.push(`${sayFamilyQuotient(familyQuotient)} × ${formatNumber(price.percent)} %`)
    if (amount !== effort)
      steps.push(`${formatEuros(effort)}, ${amount === price.floor ? 'minimum' : 'maximum'} ${formatEuros(amount)}`)
  }
  if (!resident && price.nonResident.rule !== 'same') {
    if (price.nonResident.rule === 'percent') {
      amount = withPercent(amount, price.nonResident.percent)
      steps.push(`hors commune + ${formatNumber(price.nonResident.percent)} %`)
    } else {
      const column = price.nonResident.cents
      amount = familyQuotient === null ? Math.max(...column) : priceAt(column, column.length === 1 ? 0 : basis.bracket)
      steps.push('hors commune')
    }
  }
  if (without) steps.push('venu sans réservation')
  steps.push(`${unit.one} ${formatEuros(amount)}`)
  return {
    cents: amount,
    explanation: `${steps.join(' → ')}${version.example ? ' (tarif d’exemple)' : ''}`,
    bracket: bracket?.label ?? null,
  }
}

/** Euros in cents: QF × percent / 100 × 100, on whole numbers of hundredths (QF) and of ten-thousandths (percent). */
const byEffort = (familyQuotient: number, percent: number): Cents =>
  halfUp(Math.round(familyQuotient * 100) * Math.round(percent * 10_000), 1_000_000)

/** @throws RangeError when the tariff has no price there: `refuseTariff` keeps such a tariff out */
const priceAt = (column: readonly Cents[], index: number): Cents => {
  const found = column[index]
  if (found === undefined) throw new RangeError(`the tariff has no price at place ${index}`)
  return found
}

/** A surcharge is a penalty: never care of children for the tax certificate. */
const lateBooking = (surcharge: Cents): Omit<Group, 'days' | 'cells'> => ({
  line: 'Réservation hors délai',
  fiscal: 'autre',
  unit: { one: 'majoration', many: 'majorations' },
  cents: surcharge,
  explanation: `demande après la date limite → majoration ${formatEuros(surcharge)}`,
  bracket: null,
})

const lineOf = ({ line, fiscal, unit, cents, explanation, bracket, days, cells }: Group, basis: Basis): PriceLine => ({
  label: line,
  quantity: days.length,
  unit,
  unitCents: cents,
  totalCents: cents * days.length,
  fiscal,
  explanation,
  days,
  cells,
  basis: { familyQuotient: basis.familyQuotient, bracket, resident: basis.resident, example: basis.version.example },
})

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const fiscalOrder: readonly Fiscal[] = ['garde', 'repas', 'autre']

/** Care, then meals, then the rest; within each, by first day. */
const order = (a: PriceLine, b: PriceLine): number =>
  fiscalOrder.indexOf(a.fiscal) - fiscalOrder.indexOf(b.fiscal) || compare(a.days[0] ?? '', b.days[0] ?? '')

const remark = (remarks: PriceRemark[], day: Day, slots: readonly ChargeableSlot[], version: TariffVersion): void => {
  for (const slot of slots) {
    const said = remarkOn(slot, isBilled(version, slot))
    if (!said) continue
    const text = `${briefDay(day)} : ${said}`
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
