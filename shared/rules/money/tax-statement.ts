import { ascending } from '../../collections.ts'
import { ageOn, type Day, dayOf, yearOf } from '../calendar/day.ts'
import type { CustodyRule } from '../people/custody.ts'
import type { Fiscal } from '../price/tariff.ts'
import { allocate, type Cents } from './money.ts'
import type { PaymentMeans } from './payment/payment.ts'

/*
 * The « attestation fiscale » for child care (CGI, article 200 quater B): what was paid in a calendar year, whatever
 * the year of billing, for the care of children under 6 on 1 January. One per payer, since each declares what they
 * paid.
 */

/** The amount billed for one child in one activity. Negative on a credit note, and for a deduction. */
export type FiscalAmount = {
  readonly childId: number
  readonly activityId: number
  readonly fiscal: Fiscal
  /** Its accounting nature; absent when it is not needed or not known. */
  readonly nature?: string | undefined
  readonly cents: Cents
}

type Received = {
  readonly id: number
  readonly on: Day
  /** The payer named on the receipt; empty when it is the home itself. */
  readonly payer: string
  readonly means: PaymentMeans
  readonly cents: Cents
  /**
   * For vouchers that may pay only some amounts: the amounts that they may pay, with their invoices. Absent: the
   * payment may pay anything.
   */
  readonly eligible?: readonly EligibleAmount[] | undefined
}

/** An amount of an invoice that vouchers may pay; negative for a credit note that takes it back. */
export type EligibleAmount = FiscalAmount & { readonly invoiceId: number }

/** The part of a payment, or of a credit note, that pays an invoice or is given back. */
export type Part = {
  readonly paymentId: number | null
  readonly creditNoteId: number | null
  /** Null for a part that is given back. */
  readonly invoiceId: number | null
  readonly cents: Cents
  /**
   * Whether money given back is kept for the Treasury (« à reverser »); absent when the caller does not distinguish it.
   */
  readonly isKept?: 0 | 1
}

/** Everything ever billed to a home and paid by it, without cancelled payments. */
export type HomeAccount = {
  readonly invoices: readonly { readonly id: number; readonly amounts: readonly FiscalAmount[] }[]
  readonly creditNotes: readonly {
    readonly id: number
    readonly correctsId: number | null
    readonly amounts: readonly FiscalAmount[]
  }[]
  readonly payments: readonly Received[]
  /** In the order of recording. */
  readonly parts: readonly Part[]
}

/** A billed amount, with the payment that paid it; or the part of a payment that was given back. */
export type SpentAmount = Omit<FiscalAmount, 'fiscal'> & {
  readonly paymentId: number
  readonly fiscal: Fiscal | 'refunded' | 'kept'
}

/**
 * Assigns each cent received to the billed amount that it pays: in proportion to the amounts of an invoice, after its
 * credit notes. Money that an invoice no longer needs because of a credit note moves to the invoice for which the note
 * was used, or is given back; it keeps its year and payer. Money that pays no invoice yet is in no result.
 * Vouchers that may pay only some amounts are assigned before the other money of their year, whichever came first: that
 * money then pays the amounts that they may not pay, such as meals. Years that have ended keep the shares that they
 * had.
 */
export const spendPayments = ({ invoices, creditNotes, payments, parts }: HomeAccount): SpentAmount[] => {
  const corrections = Map.groupBy(creditNotes, ({ correctsId }) => correctsId)
  const open = new Map(
    invoices.map(({ id, amounts }) => [
      id,
      netAmounts([...amounts, ...(corrections.get(id) ?? []).flatMap((note) => note.amounts)]),
    ]),
  )
  const corrected = new Map(creditNotes.map(({ id, correctsId }) => [id, correctsId]))
  const transfers = Map.groupBy(
    parts.flatMap((part) => {
      const from = part.creditNoteId === null ? null : corrected.get(part.creditNoteId)
      return from === null || from === undefined || from === part.invoiceId
        ? []
        : [{ from, to: part.invoiceId, left: part.cents }]
    }),
    ({ from }) => from,
  )
  const ofPayment = Map.groupBy(parts, ({ paymentId }) => paymentId)
  const pending = payments.toSorted(inTurn).flatMap(({ id, means, eligible }) =>
    (ofPayment.get(id) ?? []).map(({ invoiceId, cents, isKept = 0 }) => ({
      paymentId: id,
      invoiceId,
      isKept,
      left: cents,
      means,
      eligible,
    })),
  )
  const spent: SpentAmount[] = []
  /** By means and invoice: the part of each amount that vouchers have paid. */
  const taken = new Map<string, Cents[]>()
  for (const money of pending) {
    if (money.invoiceId === null) {
      const fiscal = money.isKept === 1 ? 'kept' : 'refunded'
      spent.push({ paymentId: money.paymentId, childId: 0, activityId: 0, fiscal, cents: money.left })
      continue
    }
    const amounts = open.get(money.invoiceId) ?? []
    /** @param most the maximum for each amount */
    const spend = (most: readonly Cents[]): Cents[] => {
      const shares = proportionalShares(money.left, most)
      for (const [index, share] of shares.entries()) {
        const amount = amounts[index]
        if (!amount || share === 0) continue
        amount.cents -= share
        money.left -= share
        spent.push({ ...amount, paymentId: money.paymentId, cents: share })
      }
      return shares
    }
    if (money.eligible) {
      const key = `${money.means} ${money.invoiceId}`
      const before = taken.get(key) ?? []
      const limits = limitsOf(money.eligible, money.invoiceId, amounts)
      const shares = spend(
        amounts.map(({ cents }, index) => Math.max(0, Math.min(cents, (limits[index] ?? 0) - (before[index] ?? 0)))),
      )
      taken.set(
        key,
        amounts.map((_, index) => (before[index] ?? 0) + (shares[index] ?? 0)),
      )
    } else spend(amounts.map(({ cents }) => cents))
    for (const transfer of transfers.get(money.invoiceId) ?? []) {
      const cents = Math.min(transfer.left, money.left)
      if (cents <= 0) continue
      transfer.left -= cents
      money.left -= cents
      pending.push({ ...money, invoiceId: transfer.to, left: cents, eligible: undefined })
    }
    // The amounts that these vouchers could pay were credited since, or paid in an earlier year.
    if (money.eligible) spend(amounts.map(({ cents }) => cents))
  }
  return spent
}

/** By year, then vouchers that may pay only some amounts before the other payments, then by day. */
const inTurn = (one: Received, other: Received): number =>
  yearOf(one.on) - yearOf(other.on) ||
  Number(one.eligible === undefined) - Number(other.eligible === undefined) ||
  (one.on === other.on ? one.id - other.id : one.on < other.on ? -1 : 1)

/** What vouchers may pay of each amount of an invoice. */
const limitsOf = (
  eligible: readonly EligibleAmount[],
  invoiceId: number,
  amounts: readonly FiscalAmount[],
): readonly Cents[] => {
  const ofKind = Map.groupBy(
    eligible.filter((one) => one.invoiceId === invoiceId),
    kindOf,
  )
  return amounts.map((amount) => sum(ofKind.get(kindOf(amount)) ?? []))
}

const kindOf = ({ childId, activityId, fiscal, nature }: FiscalAmount): string =>
  `${childId} ${activityId} ${fiscal} ${nature ?? ''}`

/** Shares a sum in proportion to the maximum of each amount, without exceeding any. */
const proportionalShares = (cents: Cents, most: readonly Cents[]): Cents[] => {
  const left = most.reduce((total, one) => total + one, 0)
  return left <= 0 ? [] : allocate(Math.min(cents, left), [...most])
}

type RemainingAmount = { -readonly [Key in keyof FiscalAmount]: FiscalAmount[Key] }

/**
 * What remains of each amount after deductions and credit notes: taken from amounts of the same child, fiscal
 * category and nature first, then of the same child, then from any.
 */
const netAmounts = (amounts: readonly FiscalAmount[]): RemainingAmount[] => {
  const kinds = new Map<string, RemainingAmount>()
  for (const amount of amounts) {
    const key = kindOf(amount)
    const existing = kinds.get(key)
    if (existing) existing.cents += amount.cents
    else kinds.set(key, { ...amount })
  }
  const all = [...kinds.values()]
  for (const negative of all.filter(({ cents }) => cents < 0)) {
    const targets = [
      (one: FiscalAmount) =>
        one.childId === negative.childId && one.fiscal === negative.fiscal && one.nature === negative.nature,
      (one: FiscalAmount) => one.childId === negative.childId && one.fiscal === negative.fiscal,
      (one: FiscalAmount) => one.childId === negative.childId,
      () => true,
    ]
    for (const one of targets.flatMap((isNear) => all.filter(isNear))) {
      const cents = Math.min(Math.max(0, one.cents), -negative.cents)
      one.cents -= cents
      negative.cents += cents
    }
  }
  return all.filter(({ cents }) => cents > 0)
}

/** Whether the child is under 6 on 1 January of the year, or is born during it. */
export const isUnderSix = (birth: Day, year: number): boolean =>
  yearOf(birth) <= year && ageOn(birth, dayOf(year, 1, 1)).years < 6

/**
 * The ceiling of expenses for one child: 3,500 € since the income of 2022, 2,300 € before. Shared custody halves it.
 */
export const expenseCeiling = (year: number, isShared: boolean): Cents =>
  (year >= 2022 ? 350_000 : 230_000) / (isShared ? 2 : 1)

/** Whether the child had two homes at any time of the year. */
export const hasTwoHomesIn = (rules: readonly CustodyRule[], year: number): boolean =>
  rules.some(({ from, evenWeek, oddWeek }, index) => {
    const next = rules[index + 1]
    const isInForce = yearOf(from) <= year && (next === undefined || next.from > dayOf(year, 1, 1))
    return isInForce && new Set([...evenWeek, ...oddWeek]).size > 1
  })

export type YoungChild = { readonly birth: Day; readonly isShared: boolean }

export type TaxCertificate = {
  readonly year: number
  readonly payer: string
  /** Amounts paid for care, per child; children without any are left out. */
  readonly children: readonly {
    readonly childId: number
    readonly cents: Cents
    readonly ceilingCents: Cents
    readonly isShared: boolean
    readonly activities: readonly { readonly activityId: number; readonly cents: Cents }[]
  }[]
  readonly careCents: Cents
  /** `careCents` by means of payment: an employer may have paid part of the CESU. */
  readonly byMeans: readonly { readonly means: PaymentMeans; readonly cents: Cents }[]
  /** Meals, penalties, outings, everything for older children, and debts imported from another program. */
  readonly otherCents: Cents
  /** Given back later, in any year: included in none of the other amounts. */
  readonly refundedCents: Cents
  /** Received, but not yet allocated to an invoice, so of unknown category. */
  readonly unspentCents: Cents
}

/** One certificate per payer of the year, the home first; `careCents` is zero for a payer with nothing to declare. */
export const taxCertificates = (
  account: HomeAccount,
  year: number,
  children: ReadonlyMap<number, YoungChild>,
): TaxCertificate[] => {
  const ofPayment = Map.groupBy(spendPayments(account), ({ paymentId }) => paymentId)
  const received = account.payments.filter(({ on }) => yearOf(on) === year)
  const payers = Map.groupBy(received, ({ payer }) => payer)
  const isCare = ({ fiscal, childId }: SpentAmount): boolean => {
    const child = children.get(childId)
    return fiscal === 'garde' && child !== undefined && isUnderSix(child.birth, year)
  }
  return [...payers].toSorted(ascending(([one]) => one)).map(([payer, payments]) => {
    const spent = payments.flatMap(({ id, means }) => (ofPayment.get(id) ?? []).map((one) => ({ ...one, means })))
    const care = spent.filter(isCare)
    const careCents = sum(care)
    const refundedCents = sum(spent.filter(({ fiscal }) => fiscal === 'refunded' || fiscal === 'kept'))
    return {
      year,
      payer,
      children: [...Map.groupBy(care, ({ childId }) => childId)].map(([childId, ofChild]) => {
        const isShared = children.get(childId)?.isShared ?? false
        return {
          childId,
          cents: sum(ofChild),
          ceilingCents: expenseCeiling(year, isShared),
          isShared,
          activities: [...Map.groupBy(ofChild, ({ activityId }) => activityId)].map(([activityId, some]) => ({
            activityId,
            cents: sum(some),
          })),
        }
      }),
      careCents,
      byMeans: [...Map.groupBy(care, ({ means }) => means)].map(([means, some]) => ({ means, cents: sum(some) })),
      otherCents: sum(spent) - careCents - refundedCents,
      refundedCents,
      unspentCents: sum(payments) - sum(spent),
    }
  })
}

const sum = (all: readonly { readonly cents: Cents }[]): Cents => all.reduce((total, { cents }) => total + cents, 0)

type AccountMovement = { readonly on: Day; readonly chargedCents: Cents; readonly settledCents: Cents }

/** « Relevé de l'année »: the movements of an account in a year, with the balances before and after. */
export const accountYear = <Line extends AccountMovement>(
  lines: readonly Line[],
  year: number,
): { readonly lines: readonly Line[]; readonly openingCents: Cents; readonly closingCents: Cents } => {
  const balance = (some: readonly Line[]): Cents =>
    some.reduce((total, { chargedCents, settledCents }) => total + chargedCents - settledCents, 0)
  const yearLines = lines.filter(({ on }) => yearOf(on) === year)
  const openingCents = balance(lines.filter(({ on }) => yearOf(on) < year))
  return { lines: yearLines, openingCents, closingCents: openingCents + balance(yearLines) }
}
