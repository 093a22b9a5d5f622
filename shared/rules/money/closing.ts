import { addDays, type Day, yearOf } from '../calendar/day.ts'
import { longDate, monthText, shortDay } from '../text/french.ts'
import { type Cents, changeText, formatEuros } from './money.ts'
import type { PaymentMeans } from './payment.ts'
import type { RevenueRow } from './revenue.ts'

/*
 * « Clôture »: a month or a year of a régie in which no money date changes any more. Service days are not concerned. Its
 * statement says what payers owed before and after, what moved between, and what was received by nature and means.
 */

/** What moves an account, in the order of the statement. */
export const movementKinds = [
  'opening',
  'invoice',
  'creditNote',
  'remission',
  'writeOff',
  'transmission',
  'payment',
  'cancelled',
  'refund',
] as const
export type MovementKind = (typeof movementKinds)[number]

export const movementTexts: Readonly<Record<MovementKind, string>> = {
  opening: 'Soldes repris',
  invoice: 'Prestations facturées',
  creditNote: 'Avoirs',
  remission: 'Remises gracieuses',
  writeOff: 'Admissions en non-valeur',
  transmission: 'Transmis à la Trésorerie',
  payment: 'Encaissé',
  cancelled: 'Règlements annulés',
  refund: 'Remboursé',
}

/** What moves the account of a payer at the régie; positive when it adds to the debt. */
export type Movement = { readonly kind: MovementKind; readonly on: Day; readonly cents: Cents }

export type ClosingStatement = {
  readonly dueBeforeCents: Cents
  readonly movements: Readonly<Record<MovementKind, Cents>>
  readonly dueAfterCents: Cents
  /** What the period received by nature: less what was received before it and is now given back or allocated otherwise. */
  readonly received: readonly {
    readonly nature: string
    readonly cents: Cents
    readonly byMeans: readonly (readonly [PaymentMeans, Cents])[]
  }[]
}

/** The account of all payers over a period. @param movements all up to the day `to` */
export const closingAccount = (
  movements: readonly Movement[],
  { from, to }: { readonly from: Day; readonly to: Day },
): Omit<ClosingStatement, 'received'> => {
  const sum = (some: readonly Movement[]): Cents => some.reduce((total, { cents }) => total + cents, 0)
  const known = movements.filter(({ on }) => on <= to)
  const byKind = Map.groupBy(
    known.filter(({ on }) => on >= from),
    ({ kind }) => kind,
  )
  return {
    dueBeforeCents: sum(known.filter(({ on }) => on < from)),
    movements: Object.fromEntries(movementKinds.map((kind) => [kind, sum(byKind.get(kind) ?? [])])) as Record<
      MovementKind,
      Cents
    >,
    dueAfterCents: sum(known),
  }
}

/**
 * What a period received by nature and means: what everything received until its end pays, less the same until the day
 * before it. So money that waited as an advance leaves the advances in the period in which it pays something.
 */
export const receivedBetween = (
  before: readonly RevenueRow[],
  after: readonly RevenueRow[],
): ClosingStatement['received'] => {
  const natures = [...new Set([...after, ...before].map(({ nature }) => nature))]
  const earlier = new Map(before.map((row) => [row.nature, row]))
  const later = new Map(after.map((row) => [row.nature, row]))
  return natures.flatMap((nature) => {
    const [was, is] = [earlier.get(nature)?.byMeans, later.get(nature)?.byMeans]
    const means = [...new Set([...(is?.keys() ?? []), ...(was?.keys() ?? [])])]
    const byMeans = means.flatMap((one): (readonly [PaymentMeans, Cents])[] => {
      const cents = (is?.get(one) ?? 0) - (was?.get(one) ?? 0)
      return cents === 0 ? [] : [[one, cents]]
    })
    return byMeans.length === 0 ? [] : [{ nature, cents: byMeans.reduce((sum, [, cents]) => sum + cents, 0), byMeans }]
  })
}

/** The day on which something of the day `on` is booked: that day, or the first one that is not closed. */
export const firstOpenDay = (on: Day, closedThrough: Day | null): Day =>
  closedThrough !== null && on <= closedThrough ? addDays(closedThrough, 1) : on

/** Why a date is refused that the person may choose otherwise; undefined when it is open. */
export const refuseClosedPeriod = (on: Day, closedThrough: Day | null): string | undefined =>
  closedThrough !== null && on <= closedThrough
    ? `La régie est close jusqu’au ${longDate(closedThrough)}\u00a0: choisissez un jour d’après.`
    : undefined

type Period = { readonly kind: 'month' | 'year'; readonly from: Day; readonly to: Day }

/** « octobre 2026 », « l’année 2026 » */
export const closedPeriodText = ({ kind, from }: Pick<Period, 'kind' | 'from'>): string =>
  kind === 'month' ? monthText(from) : `l’année ${yearOf(from)}`

/** The account of a period, line by line: what payers owed before, what moved and is not zero, what they owe after. */
export const accountRows = (
  { dueBeforeCents, movements, dueAfterCents }: ClosingStatement,
  { from, to }: Pick<Period, 'from' | 'to'>,
): (readonly [label: string, amount: string])[] => [
  [`Dû au ${shortDay(addDays(from, -1))}`, formatEuros(dueBeforeCents)],
  ...movementKinds.flatMap((kind) =>
    movements[kind] === 0 ? [] : [[movementTexts[kind], changeText(movements[kind])] as const],
  ),
  [`Dû au ${shortDay(to)}`, formatEuros(dueAfterCents)],
]
