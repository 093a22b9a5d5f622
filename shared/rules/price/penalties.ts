import { type Cents, formatEuros, hundredths, roundedBy } from '../money/money.ts'
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

/** @param priceOf what the slot itself costs, for penalties that are a share of it */
export const penaltiesOf = (
  version: TariffVersion,
  basis: PricingBasis,
  { billed, cancelled, untold }: SlotsOfDay,
  priceOf: (slot: ChargeableSlot) => number,
): { readonly group: LineGroup; readonly slots: readonly ChargeableSlot[] }[] => {
  const { unbooked, untoldAbsence } = version.beside ?? {}
  const ofTariff = (
    [
      ['unbooked', unbooked, billed.filter((slot) => owesUnbookedSurcharge(version, slot))],
      ['untoldAbsence', untoldAbsence, untold],
    ] as const
  ).flatMap(([kind, surcharge, slots]) =>
    slots.flatMap((slot) => {
      const cents = surcharge ? surchargeOf(surcharge, priceOf(slot), version) : 0
      if (cents === 0) return []
      const group = groupFor(basis, `${kind} ${cents}`, () => ({ ...penalty(cents), ...besideWords[kind](cents) }))
      return [{ group, slots: [slot] }]
    }),
  )
  const ofLateAsks = [...billed, ...cancelled].flatMap((slot) => {
    const { surcharge, why } = slot
    const kind = why === 'lateCancellation' ? 'cancellation' : 'booking'
    if (!surcharge) return []
    return [{ group: groupFor(basis, `late ${kind} ${surcharge}`, () => lateAsks[kind](surcharge)), slots: [slot] }]
  })
  return [...ofTariff, ...ofLateAsks]
}

const lateAsks = {
  booking: (surcharge: Cents) => ({
    ...penalty(surcharge),
    line: 'Réservation hors délai',
    explanation: `demande après la date limite → majoration ${formatEuros(surcharge)}`,
  }),
  cancellation: (surcharge: Cents) => ({
    ...penalty(surcharge),
    line: 'Annulation tardive',
    explanation: `annulation demandée après la date limite → majoration ${formatEuros(surcharge)}`,
    lateCancellation: true as const,
  }),
}

const besideWords = {
  unbooked: (cents: Cents) => ({
    line: 'Venu sans réserver',
    explanation: `venu sans réservation → majoration ${formatEuros(cents)}`,
  }),
  untoldAbsence: (cents: Cents) => ({
    line: 'Absence non prévenue',
    explanation: `absence que personne n’a signalée → majoration ${formatEuros(cents)}`,
  }),
}

/** Whether the child came without a booking, and no line has a price of its own for that. */
const owesUnbookedSurcharge = ({ lines }: TariffVersion, { slot, why }: ChargeableSlot): boolean =>
  why === 'withoutBooking' &&
  !lines.some(({ count, withoutBooking }) => withoutBooking && slotsOf(count).includes(slot))

const surchargeOf = (surcharge: Surcharge, price: Cents, { rounding }: TariffVersion): Cents =>
  'cents' in surcharge
    ? surcharge.cents
    : roundedBy(rounding, Math.round(price * 100) * hundredths(surcharge.percent), 1_000_000)

/** A surcharge is a penalty, so the tax statement never counts it as child care. */
const penalty = (cents: Cents) => ({
  fiscal: 'autre' as const,
  unit: { one: 'majoration', many: 'majorations' },
  cents,
  bracket: null,
})
