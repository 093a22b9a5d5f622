import { type Cents, formatEuros, formatNumber, hundredths, roundedBy } from '../money/money.ts'
import { counted } from '../text/french.ts'
import { groupFor, type LineGroup, type PricingBasis } from './price-groups.ts'
import type { ChargeableSlot } from './price-terms.ts'
import { type Surcharge, slotsOf, type TariffVersion } from './tariff.ts'

/* What a slot costs beside its price: asked too late, cancelled too late, come to unbooked, missed untold. */

/** The slots of a day that a penalty may be for. */
type SlotsOfDay = {
  readonly billed: readonly ChargeableSlot[]
  readonly cancelled: readonly ChargeableSlot[]
  /** Booked slots of an absence that nobody told, billed or not. */
  readonly untold: readonly ChargeableSlot[]
}

type PenaltyUnit = { readonly group: LineGroup; readonly slots: readonly ChargeableSlot[] }

/**
 * @param priceOf what a slot costs, or would have cost had it not been cancelled: for penalties that are a share of it
 */
export const penaltiesOf = (
  version: TariffVersion,
  basis: PricingBasis,
  { billed, cancelled, untold }: SlotsOfDay,
  priceOf: (slot: ChargeableSlot) => number,
): PenaltyUnit[] => {
  const { unbooked, untoldAbsence, lateBooking } = version.beside ?? {}
  const add = (kind: keyof typeof words, slot: ChargeableSlot, surcharge: Surcharge | undefined, notice = 0) => {
    const cents = surcharge ? surchargeOf(surcharge, priceOf(slot), version) : 0
    if (!surcharge || cents === 0) return []
    return [{ group: penaltyGroup(basis, kind, surcharge, cents, notice), slots: [slot] }]
  }
  return [
    ...billed.flatMap((slot) => (owesUnbookedSurcharge(version, slot) ? add('unbooked', slot, unbooked) : [])),
    ...untold.flatMap((slot) => add('untoldAbsence', slot, untoldAbsence)),
    ...[...billed, ...cancelled].flatMap((slot) => {
      const { surcharge = 0, why } = slot
      const isCancelled = why === 'lateCancellation'
      if (typeof surcharge === 'number')
        return add(isCancelled ? 'lateCancel' : 'lateBooking', slot, { cents: surcharge })
      if (!isCancelled) return add('lateBooking', slot, lateBooking)
      // A forfait is given back as a whole, not slot by slot.
      if (isOfForfait(version, slot) && priceOf(slot) === 0) return []
      return add('lateCancellation', slot, cancellationSurcharge(version, surcharge.notice), surcharge.notice)
    }),
  ]
}

/** What remains due of a forfait that was given back late, if the tariff says so. */
export const forfaitPenalty = (
  version: TariffVersion,
  basis: PricingBasis,
  lostCents: Cents,
  notice: number,
): LineGroup | undefined => {
  const surcharge = cancellationSurcharge(version, notice)
  const cents = surcharge ? surchargeOf(surcharge, lostCents, version) : 0
  return surcharge && cents > 0 ? penaltyGroup(basis, 'lateCancellation', surcharge, cents, notice) : undefined
}

const penaltyGroup = (
  basis: PricingBasis,
  kind: keyof typeof words,
  surcharge: Surcharge,
  cents: Cents,
  notice: number,
): LineGroup => {
  const { line, why } = words[kind](notice)
  const share = 'percent' in surcharge ? [`${formatNumber(surcharge.percent)}\u00a0% du prix`] : []
  return groupFor(basis, `${kind} ${notice} ${cents} ${share.join()}`, () => ({
    // A surcharge is a penalty, so the tax statement never counts it as child care.
    fiscal: 'autre',
    unit: { one: 'majoration', many: 'majorations' },
    cents,
    bracket: null,
    line,
    explanation: [why, ...share, `majoration ${formatEuros(cents)}`].join(' → '),
    ...((kind === 'lateCancel' || kind === 'lateCancellation') && { lateCancellation: true as const }),
  }))
}

/**
 * The line of each penalty, and why it is due. `lateCancel` has an amount of the rule, `lateCancellation` of the
 * tariff.
 */
const words = {
  unbooked: () => ({ line: 'Venu sans réserver', why: 'venu sans réservation' }),
  untoldAbsence: () => ({ line: 'Absence non prévenue', why: 'absence que personne n’a signalée' }),
  lateBooking: () => ({ line: 'Réservation hors délai', why: 'demande après la date limite' }),
  lateCancel: () => ({ line: 'Annulation tardive', why: 'annulation demandée après la date limite' }),
  lateCancellation: (notice: number) => ({
    line: 'Annulation tardive',
    why: `annulation demandée ${notice === 0 ? 'après la date limite' : `${counted(notice, 'jour')} avant`}`,
  }),
} satisfies Record<string, (notice: number) => { readonly line: string; readonly why: string }>

/** Whether the child came without a booking, and no line has a price of its own for that. */
const owesUnbookedSurcharge = ({ lines }: TariffVersion, { slot, why }: ChargeableSlot): boolean =>
  why === 'withoutBooking' &&
  !lines.some(({ count, withoutBooking }) => withoutBooking && slotsOf(count).includes(slot))

const isOfForfait = ({ lines }: TariffVersion, { slot }: ChargeableSlot): boolean =>
  lines.some(({ count }) => count.per === 'forfait' && count.slots.includes(slot))

const cancellationSurcharge = ({ beside }: TariffVersion, notice: number): Surcharge | undefined =>
  beside?.lateCancellation?.find((step) => step.notice <= notice)?.surcharge

const surchargeOf = (surcharge: Surcharge, price: Cents, { rounding }: TariffVersion): Cents =>
  'cents' in surcharge
    ? surcharge.cents
    : roundedBy(rounding, Math.round(price * 100) * hundredths(surcharge.percent), 1_000_000)
