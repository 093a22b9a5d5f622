import type { Instant } from '../calendar/day.ts'
import { type AfterDeadline, type Deadline, noticeGiven, type RequestedDay } from '../calendar/deadline.ts'
import { type Cents, formatEuros } from '../money/money.ts'

/** The surcharge of a late request: an amount, or what the tariff of the day adds for this number of days of notice. */
export type LateSurcharge = Cents | { readonly notice: number }

/** The surcharge of an ask after its deadline; 0: it costs nothing more. */
export const lateSurcharge = (
  { surcharge, byTariff }: AfterDeadline,
  deadline: Deadline,
  requested: RequestedDay,
  recordedAt: Instant,
): LateSurcharge => (byTariff ? { notice: noticeGiven(deadline, requested, recordedAt) } : surcharge)

/** « majoration de 2,50 € », « majoration prévue au tarif » */
export const surchargeText = (surcharge: LateSurcharge): string =>
  typeof surcharge === 'number' ? `majoration de ${formatEuros(surcharge)}` : 'majoration prévue au tarif'

/** The surcharge of several slots asked for together: an amount if each has one. */
export const sumOfSurcharges = (surcharges: readonly LateSurcharge[]): LateSurcharge =>
  surcharges.find((one) => typeof one !== 'number') ??
  surcharges.reduce<number>((sum, one) => sum + (typeof one === 'number' ? one : 0), 0)

/**
 * Whether what a family accepted to pay covers the surcharge.
 * @param accepted null: nothing; 0: what the tariff adds
 */
export const isSurchargeAccepted = (accepted: Cents | null, surcharge: LateSurcharge): boolean =>
  accepted !== null && (typeof surcharge !== 'number' || accepted >= surcharge)

/** The surcharge as it is stored and sent: the amount, and the notice of one that the tariff prices. */
export const surchargeParts = (surcharge: LateSurcharge): { readonly cents: Cents; readonly notice: number | null } =>
  typeof surcharge === 'number' ? { cents: surcharge, notice: null } : { cents: 0, notice: surcharge.notice }

export const surchargeFrom = (cents: Cents, notice: number | null): LateSurcharge =>
  notice === null ? cents : { notice }
