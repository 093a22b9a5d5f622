import { type Cents, formatNumber, hundredths, type Rounding, roundedBy } from '../../money/money.ts'
import {
  type AttendanceSurcharges,
  type BasePrice,
  type Count,
  type NonResident,
  type Surcharge,
  type TariffVersion,
  type UnitPrice,
  withBasePrices,
  withPricesOfCount,
} from '../tariff.ts'

type Definition = Omit<TariffVersion, 'from'>

type Copied = {
  readonly definition: Definition
  /** The actual change in percent after rounding: the smallest of all prices, and the greatest. */
  readonly least: number
  readonly most: number
}

/**
 * Copies a tariff with every price of the town `percent` % higher (lower if negative), each rounded once. Aids are not
 * the town's prices, and percentages stay: only amounts in euros and effort rates change.
 */
export const copyWithPercent = (definition: Definition, percent: number, rounding: Rounding): Copied => {
  const changes: number[] = []
  const raisedCents = (cents: Cents): Cents => {
    const result = roundedBy(rounding, cents * (10_000 + hundredths(percent)), 10_000)
    if (cents > 0) changes.push(Math.round(((result - cents) / cents) * 10_000) / 100)
    return result
  }
  const raisedBeyond = (one: NonResident): NonResident => {
    switch (one.rule) {
      case 'same':
      case 'percent':
        return one
      case 'amount':
        return { rule: 'amount', cents: raisedCents(one.cents) }
      case 'column':
        return { rule: 'column', cents: one.cents.map(raisedCents) }
    }
  }
  const price = (one: UnitPrice): UnitPrice => withBasePrices(one, base)
  const base = (one: BasePrice): BasePrice => {
    const nonResident = raisedBeyond(one.nonResident)
    switch (one.method) {
      case 'fixed':
        return { ...one, cents: raisedCents(one.cents), nonResident }
      case 'bracket':
        return { ...one, cents: one.cents.map(raisedCents), nonResident }
      case 'effortRate':
        return {
          ...one,
          percent: Math.max(0.0001, Math.round(one.percent * (1 + percent / 100) * 10_000) / 10_000),
          floor: raisedCents(one.floor),
          ceiling: raisedCents(one.ceiling),
          nonResident,
        }
    }
  }
  const count = (one: Count): Count => {
    const raised = withPricesOfCount(one, price)
    if (raised.per === 'time')
      return {
        ...raised,
        ...(raised.least !== undefined && { least: raisedCents(raised.least) }),
        ...(raised.most !== undefined && { most: raisedCents(raised.most) }),
      }
    if (raised.per !== 'forfait') return raised
    const { absence, deposit } = raised
    return {
      ...raised,
      absence: absence && { ...absence, cents: absence.cents === null ? null : raisedCents(absence.cents) },
      ...(deposit && { deposit: { ...deposit, cents: raisedCents(deposit.cents) } }),
    }
  }
  const copy: Definition = {
    ...definition,
    decision: null,
    lines: definition.lines.map((line) => ({
      ...line,
      count: count(line.count),
      ...(line.bundle && { bundle: { ...line.bundle, price: price(line.bundle.price) } }),
      withoutBooking: line.withoutBooking && { ...line.withoutBooking, price: price(line.withoutBooking.price) },
    })),
    ...(definition.latePickUp && {
      latePickUp: { ...definition.latePickUp, price: price(definition.latePickUp.price) },
    }),
    ...(definition.beside && { beside: besideRaised(definition.beside, raisedCents) }),
    ...(definition.reductions && {
      reductions: definition.reductions.map((one) => ({ ...one, cents: raisedCents(one.cents) })),
    }),
    ...(definition.limits && {
      limits: definition.limits.map((one) => ({
        ...one,
        least: one.least === null ? null : raisedCents(one.least),
        most: one.most === null ? null : raisedCents(one.most),
      })),
    }),
    ...(definition.siblings?.cents && {
      siblings: { ...definition.siblings, cents: definition.siblings.cents.map(raisedCents) },
    }),
    ...(definition.membership && {
      membership: { ...definition.membership, price: price(definition.membership.price) },
    }),
    ...(definition.minimum && { minimum: { cents: raisedCents(definition.minimum.cents) } }),
  }
  return { definition: copy, least: Math.min(...changes, Infinity), most: Math.max(...changes, -Infinity) }
}

const besideRaised = (
  { unbooked, untoldAbsence, lateBooking, lateCancellation }: AttendanceSurcharges,
  raisedCents: (cents: Cents) => Cents,
): AttendanceSurcharges => {
  const raised = (one: Surcharge): Surcharge => ('cents' in one ? { cents: raisedCents(one.cents) } : one)
  return {
    ...(unbooked && { unbooked: raised(unbooked) }),
    ...(untoldAbsence && { untoldAbsence: raised(untoldAbsence) }),
    ...(lateBooking && { lateBooking: raised(lateBooking) }),
    ...(lateCancellation && {
      lateCancellation: lateCancellation.map((step) => ({ ...step, surcharge: raised(step.surcharge) })),
    }),
  }
}

export const roundingNames: Readonly<Record<Rounding, string>> = {
  halfUp: 'Au centime, moitié vers le haut',
  halfUpToFive: 'Aux 5 centimes, moitié vers le haut',
  halfUpToTen: 'Aux 10 centimes, moitié vers le haut',
}

/** « Chaque prix + 2 %, puis arrondi aux 5 centimes : de + 1,43 % à + 2,78 % selon le prix. » */
export const copiedText = ({ least, most }: Copied, percent: number, rounding: Rounding): string => {
  const how = `Chaque prix ${signed(percent)}, arrondi ${roundingNames[rounding].split(',')[0]?.toLocaleLowerCase('fr') ?? ''}`
  if (!Number.isFinite(least)) return `${how}. La grille n’a aucun prix au-dessus de zéro.`
  return least === most
    ? `${how}\u00a0: ${signed(least)} partout.`
    : `${how}\u00a0: de ${signed(least)} à ${signed(most)} selon le prix.`
}

const signed = (percent: number): string =>
  `${percent < 0 ? '\u2212' : '+'}\u00A0${formatNumber(Math.abs(percent))}\u00A0%`
