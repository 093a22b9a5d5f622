import { ageOn, type Day } from '../../calendar/day.ts'
import type { Fiscal } from '../../price/tariff.ts'
import { allocate, type Cents, formatEuros, sumOf } from '../money.ts'
import { type PaymentMeans, paymentMeansNames } from './payment.ts'

/*
 * CESU and holiday vouchers may only pay a part of what a town bills: CESU the care of children (code du travail,
 * L1271-1), holiday vouchers holidays and leisure (code du tourisme, L411-1). Neither gives change nor becomes an
 * advance.
 */

export const voucherMeans = ['cesu', 'holidayVouchers'] as const satisfies readonly PaymentMeans[]
export type VoucherMeans = (typeof voucherMeans)[number]

export const isVoucher = (means: PaymentMeans): means is VoucherMeans =>
  (voucherMeans as readonly PaymentMeans[]).includes(means)

/** What vouchers may pay. A régie without a rule for a means accepts it for everything. */
export type VoucherRule = {
  readonly means: VoucherMeans
  /** Null: all activities of the régie. */
  readonly activityIds: readonly number[] | null
  /** Null: care, meals and everything else. */
  readonly fiscal: Fiscal | null
  /** Only days on which the child is younger than this; null: children of any age. */
  readonly belowAge: number | null
}

/** A line of an invoice, or of a credit note that corrects it. */
export type VoucherLine = {
  readonly activityId: number | null
  readonly fiscal: Fiscal
  /** Null for a line that belongs to no child. */
  readonly birthDay: Day | null
  /** The days that the line bills; empty for a line without days. */
  readonly days: readonly Day[]
  /** Negative on a credit note, and for a deduction. */
  readonly cents: Cents
}

/**
 * The amount of an invoice that vouchers of a means may pay, after its credit notes; null when the régie sets no limit.
 */
export const eligibleCents = (
  rules: readonly VoucherRule[],
  means: VoucherMeans,
  lines: readonly VoucherLine[],
): Cents | null => {
  const ofMeans = rules.filter((rule) => rule.means === means)
  return ofMeans.length === 0
    ? null
    : Math.max(0, sumOf(lines.map((line) => ({ cents: eligibleOfLine(ofMeans, line) }))))
}

/** The amount of a line that vouchers may pay; negative for a credit note that takes it back. */
export type VoucherShare = { readonly lineId: number; readonly cents: Cents }

/** The same amount for each line, without the lines that vouchers may not pay. */
export const eligibleLines = (
  rules: readonly VoucherRule[],
  means: VoucherMeans,
  lines: readonly (VoucherLine & { readonly lineId: number })[],
): VoucherShare[] | null => {
  const ofMeans = rules.filter((rule) => rule.means === means)
  return ofMeans.length === 0
    ? null
    : lines.flatMap((line) => {
        const cents = eligibleOfLine(ofMeans, line)
        return cents === 0 ? [] : [{ lineId: line.lineId, cents }]
      })
}

/**
 * The amount of a debt that vouchers of a means may still pay: at most what is left of the debt, and at most what they
 * may pay of it less what such vouchers have already paid.
 * @param lines of the invoice and its credit notes; null for an opening balance, whose lines are unknown
 */
export const voucherRoom = (
  rules: readonly VoucherRule[],
  means: VoucherMeans,
  debt: { readonly leftCents: Cents; readonly paidCents: Cents; readonly lines: readonly VoucherLine[] | null },
): Cents => {
  const eligible = eligibleCents(rules, means, debt.lines ?? [])
  return eligible === null ? debt.leftCents : Math.max(0, Math.min(debt.leftCents, eligible - debt.paidCents))
}

const eligibleOfLine = (rules: readonly VoucherRule[], { days, cents, ...line }: VoucherLine): Cents => {
  const fitting = rules.filter((rule) => isOfRule(rule, line))
  if (fitting.length === 0) return 0
  if (fitting.some(({ belowAge }) => belowAge === null)) return cents
  const { birthDay } = line
  if (birthDay === null || days.length === 0) return 0
  const shares = allocate(
    cents,
    days.map(() => 1),
  )
  const isYoung = (on: Day) => fitting.some(({ belowAge }) => ageOn(birthDay, on).years < (belowAge ?? 0))
  return shares.reduce((sum, share, index) => {
    const on = days[index]
    return on !== undefined && isYoung(on) ? sum + share : sum
  }, 0)
}

const isOfRule = ({ activityIds, fiscal }: VoucherRule, line: Pick<VoucherLine, 'activityId' | 'fiscal'>): boolean =>
  line.activityId !== null &&
  (activityIds === null || activityIds.includes(line.activityId)) &&
  (fiscal === null || fiscal === line.fiscal)

/** Says that the vouchers exceed what they may pay of these debts. */
export const tooManyVouchersText = (means: VoucherMeans, mostCents: Cents): string =>
  mostCents === 0
    ? `${paymentMeansNames[means]}\u00a0: rien de ce qui est choisi ne se paie ainsi.`
    : `${paymentMeansNames[means]}\u00a0: ${formatEuros(mostCents)} au plus se paient ainsi. Rien n’est rendu ni gardé en avance.`

/** Why these rules cannot be saved, with the row concerned; undefined when they can. */
export const refuseVoucherRules = (
  rules: readonly VoucherRule[],
): { readonly sentence: string; readonly row: number; readonly field: keyof VoucherRule } | undefined => {
  for (const [row, { activityIds, belowAge }] of rules.entries()) {
    if (activityIds?.length === 0) return { sentence: 'Choisissez une activité, ou toutes.', row, field: 'activityIds' }
    if (belowAge !== null && !(Number.isInteger(belowAge) && belowAge >= 1 && belowAge <= 25))
      return { sentence: 'Un âge de 1 à 25 ans, ou rien.', row, field: 'belowAge' }
  }
  return undefined
}
