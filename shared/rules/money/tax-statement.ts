import { ascending } from '../../collections.ts'
import { ageOn, type Day, dayOf, yearOf } from '../calendar/day.ts'
import type { CustodyRule } from '../people/custody.ts'
import type { Fiscal } from '../price/tariff.ts'
import { allocate, type Cents } from './money.ts'
import type { PaymentMeans } from './payment.ts'

/*
 * The « attestation fiscale » of child-care (CGI, article 200 quater B): what was paid in a calendar year, whatever the
 * year it was billed, for the care of children under 6 on 1 January of it. By payer, since each declares what they paid.
 */

/** Of one child in one activity. Below zero on a credit note, and for a deduction. */
export type Charge = {
  readonly childId: number
  readonly activityId: number
  readonly fiscal: Fiscal
  readonly cents: Cents
}

type Received = {
  readonly id: number
  readonly on: Day
  /** Who is named on its receipt; empty for the home itself. */
  readonly payer: string
  readonly means: PaymentMeans
  readonly cents: Cents
}

/** Of a payment, or of a credit note. */
export type Part = {
  readonly paymentId: number | null
  readonly creditNoteId: number | null
  readonly invoiceId: number
  readonly cents: Cents
}

/** All that was ever billed to a home and paid by it; what was cancelled is not in it. */
export type HomeAccount = {
  readonly invoices: readonly { readonly id: number; readonly charges: readonly Charge[] }[]
  readonly creditNotes: readonly {
    readonly id: number
    readonly correctsId: number | null
    readonly charges: readonly Charge[]
  }[]
  readonly payments: readonly Received[]
  /** In the order in which they were written. */
  readonly parts: readonly Part[]
}

/** What a payment turned out to pay. */
type Spent = Charge & { readonly paymentId: number }

/**
 * Each cent received, followed to the line it pays: over an invoice's lines in proportion, its credit notes taken off
 * first. What an invoice no longer takes because of a credit note goes where that note was used: money received stays of
 * the year and of the payer it came from. What pays nothing yet is in no line.
 */
export const spending = ({ invoices, creditNotes, payments, parts }: HomeAccount): Spent[] => {
  const corrections = Map.groupBy(creditNotes, ({ correctsId }) => correctsId)
  const open = new Map(
    invoices.map(({ id, charges }) => [
      id,
      net([...charges, ...(corrections.get(id) ?? []).flatMap((note) => note.charges)]),
    ]),
  )
  const corrected = new Map(creditNotes.map(({ id, correctsId }) => [id, correctsId]))
  const onwards = Map.groupBy(
    parts.flatMap((part) => {
      const from = part.creditNoteId === null ? null : corrected.get(part.creditNoteId)
      return from === null || from === undefined || from === part.invoiceId
        ? []
        : [{ from, to: part.invoiceId, left: part.cents }]
    }),
    ({ from }) => from,
  )
  const ofPayment = Map.groupBy(parts, ({ paymentId }) => paymentId)
  const moving = payments
    .toSorted((one, other) => (one.on === other.on ? one.id - other.id : one.on < other.on ? -1 : 1))
    .flatMap(({ id }) =>
      (ofPayment.get(id) ?? []).map(({ invoiceId, cents }) => ({ paymentId: id, invoiceId, left: cents })),
    )
  const spent: Spent[] = []
  for (const money of moving) {
    for (const [index, share] of taken(money.left, open.get(money.invoiceId) ?? []).entries()) {
      const charge = open.get(money.invoiceId)?.[index]
      if (!charge || share === 0) continue
      charge.cents -= share
      money.left -= share
      spent.push({ ...charge, paymentId: money.paymentId, cents: share })
    }
    for (const way of onwards.get(money.invoiceId) ?? []) {
      const cents = Math.min(way.left, money.left)
      if (cents <= 0) continue
      way.left -= cents
      money.left -= cents
      moving.push({ paymentId: money.paymentId, invoiceId: way.to, left: cents })
    }
  }
  return spent
}

/** In proportion to what is left of each charge, never more than it. */
const taken = (cents: Cents, charges: readonly { readonly cents: Cents }[]): Cents[] => {
  const left = charges.reduce((sum, charge) => sum + charge.cents, 0)
  return left <= 0
    ? []
    : allocate(
        Math.min(cents, left),
        charges.map((charge) => charge.cents),
      )
}

type Left = { -readonly [Key in keyof Charge]: Charge[Key] }

/** What stays to pay of each kind, deductions and credit notes taken off what they are about, else off the rest. */
const net = (charges: readonly Charge[]): Left[] => {
  const kinds = new Map<string, Left>()
  for (const charge of charges) {
    const key = `${charge.childId} ${charge.activityId} ${charge.fiscal}`
    const known = kinds.get(key)
    if (known) known.cents += charge.cents
    else kinds.set(key, { ...charge })
  }
  const all = [...kinds.values()]
  for (const less of all.filter(({ cents }) => cents < 0)) {
    const near = [
      (one: Charge) => one.childId === less.childId && one.fiscal === less.fiscal,
      (one: Charge) => one.childId === less.childId,
      () => true,
    ]
    for (const one of near.flatMap((isNear) => all.filter(isNear))) {
      const cents = Math.min(Math.max(0, one.cents), -less.cents)
      one.cents -= cents
      less.cents += cents
    }
  }
  return all.filter(({ cents }) => cents > 0)
}

/** Under 6 on 1 January of the year, born during it included. */
export const isYoung = (birth: Day, year: number): boolean =>
  yearOf(birth) <= year && ageOn(birth, dayOf(year, 1, 1)).years < 6

/** Of one child since the income of 2022; before it, 2,300 €. Shared custody halves it. */
export const expenseCeiling = (year: number, isShared: boolean): Cents =>
  (year >= 2022 ? 350_000 : 230_000) / (isShared ? 2 : 1)

/** Whether a child had two homes at some moment of the year. */
export const isSharedIn = (rules: readonly CustodyRule[], year: number): boolean =>
  rules.some(({ from, evenWeek, oddWeek }, index) => {
    const next = rules[index + 1]
    const isInForce = yearOf(from) <= year && (next === undefined || next.from > dayOf(year, 1, 1))
    return isInForce && new Set([...evenWeek, ...oddWeek]).size > 1
  })

export type YoungChild = { readonly birth: Day; readonly isShared: boolean }

export type TaxCertificate = {
  readonly year: number
  readonly payer: string
  /** Paid for care, child by child; those for whom nothing was paid are left out. */
  readonly children: readonly {
    readonly childId: number
    readonly cents: Cents
    readonly ceilingCents: Cents
    readonly isShared: boolean
    readonly activities: readonly { readonly activityId: number; readonly cents: Cents }[]
  }[]
  readonly careCents: Cents
  /** Of `careCents`: an employer may have paid part of the CESU. */
  readonly byMeans: readonly { readonly means: PaymentMeans; readonly cents: Cents }[]
  /** Meals, penalties, outings, all that is of older children, and what was owed in another program. */
  readonly otherCents: Cents
  /** Received, and paying no invoice yet: nobody can say what it is for. */
  readonly unspentCents: Cents
}

/** One a payer who paid something in the year, the home first: `careCents` zero for one who has nothing to declare. */
export const taxCertificates = (
  account: HomeAccount,
  year: number,
  children: ReadonlyMap<number, YoungChild>,
): TaxCertificate[] => {
  const ofPayment = Map.groupBy(spending(account), ({ paymentId }) => paymentId)
  const received = account.payments.filter(({ on }) => yearOf(on) === year)
  const payers = Map.groupBy(received, ({ payer }) => payer)
  const isCare = ({ fiscal, childId }: Charge): boolean => {
    const child = children.get(childId)
    return fiscal === 'garde' && child !== undefined && isYoung(child.birth, year)
  }
  return [...payers].toSorted(ascending(([one]) => one)).map(([payer, payments]) => {
    const spent = payments.flatMap(({ id, means }) => (ofPayment.get(id) ?? []).map((one) => ({ ...one, means })))
    const care = spent.filter(isCare)
    const careCents = sum(care)
    return {
      year,
      payer,
      children: [...Map.groupBy(care, ({ childId }) => childId)].map(([childId, own]) => {
        const isShared = children.get(childId)?.isShared ?? false
        return {
          childId,
          cents: sum(own),
          ceilingCents: expenseCeiling(year, isShared),
          isShared,
          activities: [...Map.groupBy(own, ({ activityId }) => activityId)].map(([activityId, some]) => ({
            activityId,
            cents: sum(some),
          })),
        }
      }),
      careCents,
      byMeans: [...Map.groupBy(care, ({ means }) => means)].map(([means, some]) => ({ means, cents: sum(some) })),
      otherCents: sum(spent) - careCents,
      unspentCents: sum(payments) - sum(spent),
    }
  })
}

const sum = (all: readonly { readonly cents: Cents }[]): Cents => all.reduce((total, { cents }) => total + cents, 0)

type Moved = { readonly on: Day; readonly chargedCents: Cents; readonly settledCents: Cents }

/** « Relevé de l'année »: what moved an account in a year, with its balance at both ends. */
export const yearOfAccount = <Line extends Moved>(
  lines: readonly Line[],
  year: number,
): { readonly lines: readonly Line[]; readonly openingCents: Cents; readonly closingCents: Cents } => {
  const balance = (some: readonly Line[]): Cents =>
    some.reduce((total, { chargedCents, settledCents }) => total + chargedCents - settledCents, 0)
  const own = lines.filter(({ on }) => yearOf(on) === year)
  const openingCents = balance(lines.filter(({ on }) => yearOf(on) < year))
  return { lines: own, openingCents, closingCents: openingCents + balance(own) }
}
