import type { Day } from '../../calendar/day.ts'
import { longDate } from '../../text/french.ts'
import { numberText } from '../invoice.ts'
import { type Cents, formatEuros } from '../money.ts'
import { type PaymentMeans, paymentMeans } from './payment.ts'

/**
 * How money of each means reaches the bank account. `drawer`: through the till, until the cashier hands it over with a
 * deposit slip. `counter`: directly, once received at the counter. `bank`: without the counter.
 */
const reachesFrom = {
  cash: 'drawer',
  cheque: 'drawer',
  card: 'counter',
  transfer: 'bank',
  directDebit: 'bank',
  cesu: 'drawer',
  holidayVouchers: 'drawer',
  online: 'bank',
} as const satisfies Record<PaymentMeans, 'drawer' | 'counter' | 'bank'>

export type HandedOverMeans = {
  [Means in PaymentMeans]: (typeof reachesFrom)[Means] extends 'drawer' ? Means : never
}[PaymentMeans]
export const handedOverMeans = paymentMeans.filter((means): means is HandedOverMeans => reachesFrom[means] === 'drawer')

/**
 * The maximum number of payments on a deposit slip, because people count and sign it, and because it is recorded at
 * once.
 */
export const maxSlipPayments = 2000

/** Means received at the counter, only while its till is open. A transfer is dated by the bank. */
export const isCounterMeans = (means: PaymentMeans): boolean => reachesFrom[means] !== 'bank'

/**
 * Why the till of a day cannot change; undefined while it is open.
 * @param closedOn the last day whose till was closed
 */
export const refuseClosedDay = (closedOn: Day | null, on: Day): string | undefined =>
  closedOn !== null && on <= closedOn
    ? `La caisse est close jusqu’au ${longDate(closedOn)} compris\u00a0: un régisseur peut la rouvrir.`
    : undefined

/** « B2026-000012 »: slips have their own series. */
export const slipNumberText = (year: number, number: number): string => `B${numberText(year, number)}`

/**
 * Whether the cash of a régie has reached the ceiling that its « acte constitutif » sets (« plafond d’encaisse »,
 * instruction 06-031-A-B-M on régies): it must then be handed over. Only cash beside the float counts. The régie still
 * accepts money then.
 * @param ceilingCents 0: the decision sets none
 */
export const isCeilingReached = ({
  cashCents,
  ceilingCents,
}: {
  readonly cashCents: Cents
  readonly ceilingCents: Cents
}): boolean => ceilingCents > 0 && cashCents >= ceilingCents

/** The counted amount compared with the expected one: « compte juste », « il manque 2,00 € », « 2,00 € de trop ». */
export const countText = (countedCents: Cents, expectedCents: Cents): string => {
  const over = countedCents - expectedCents
  if (over === 0) return 'compte juste'
  return over < 0 ? `il manque ${formatEuros(-over)}` : `${formatEuros(over)} de trop`
}

/**
 * Why the till of a day cannot be closed; undefined when it can.
 * @param closedOn the last day whose till was closed
 */
export const refuseClosing = ({
  on,
  today,
  closedOn,
  countedCents,
  expectedCents,
  note,
}: {
  readonly on: Day
  readonly today: Day
  readonly closedOn: Day | null
  readonly countedCents: Cents
  readonly expectedCents: Cents
  readonly note: string
}): { readonly sentence: string; readonly field?: 'countedCents' | 'note' } | undefined => {
  if (on > today) return { sentence: 'Une journée se close quand elle est venue.' }
  const closed = refuseClosedDay(closedOn, on)
  if (closed !== undefined) return { sentence: closed }
  if (countedCents !== expectedCents && note === '')
    return {
      sentence: `Le compte n’y est pas (${countText(countedCents, expectedCents)})\u00a0: dites ce que vous en savez.`,
      field: 'note',
    }
  return undefined
}
