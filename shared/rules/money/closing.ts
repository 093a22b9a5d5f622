import { addDays, type Day, dayOf, firstOfMonth, type Instant, lastOfMonth, yearOf } from '../calendar/day.ts'
import { capitalised, counted, instantText, longDate, monthText, shortDay } from '../text/french.ts'
import { type Cents, changeText, formatEuros } from './money.ts'
import type { PaymentMeans } from './payment/payment.ts'
import type { RevenueRow } from './revenue.ts'

/*
 * « Clôture »: a month or a year of a régie in which no date of money can change any more; days of the service are not
 * affected. Its statement gives what payers owed before and after, what changed in between, and the money received by
 * nature and means.
 */

/** The kinds of movements of an account, in the order of the statement. */
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
  'kept',
] as const
export type MovementKind = (typeof movementKinds)[number]

/** A cancelled payment has no line of its own: it is subtracted from the money received. */
const movementTexts: Readonly<Record<Exclude<MovementKind, 'cancelled'>, string>> = {
  opening: 'Soldes repris',
  invoice: 'Prestations facturées',
  creditNote: 'Avoirs',
  remission: 'Remises gracieuses',
  writeOff: 'Admissions en non-valeur',
  transmission: 'Transmis à la Trésorerie',
  payment: 'Encaissé',
  refund: 'Remboursé',
  kept: 'Gardé pour la Trésorerie',
}

/** A movement of a payer's account at the régie; positive when it adds to the debt. */
export type Movement = { readonly kind: MovementKind; readonly cents: Cents }

export type ClosingStatement = {
  readonly dueBeforeCents: Cents
  /** A closing made before `kept` was separated from `refund` has no `kept`. */
  readonly movements: Readonly<Record<Exclude<MovementKind, 'kept'>, Cents>> & { readonly kept?: Cents }
  readonly dueAfterCents: Cents
  /**
   * The money received in the period, by nature, less earlier money that was given back or allocated otherwise in it.
   */
  readonly received: readonly {
    readonly nature: string
    readonly cents: Cents
    readonly byMeans: readonly (readonly [PaymentMeans, Cents])[]
  }[]
}

/** The account of all payers over a period. @param movements all of the period */
export const closingAccount = (
  dueBeforeCents: Cents,
  movements: Iterable<Movement>,
): Omit<ClosingStatement, 'received'> => {
  let dueAfterCents = dueBeforeCents
  const byKind: Record<MovementKind, Cents> = { ...nothingMoved }
  for (const { kind, cents } of movements) {
    dueAfterCents += cents
    byKind[kind] += cents
  }
  return { dueBeforeCents, movements: byKind, dueAfterCents }
}

const nothingMoved = Object.fromEntries(movementKinds.map((kind) => [kind, 0])) as Record<MovementKind, Cents>

/**
 * The money received in a period by nature and means: what all money received up to its end pays, less the same up to
 * the day before the period. So an advance leaves the row of advances in the period in which it pays something.
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

/** Why a chosen date is refused; undefined when its period is open. */
export const refuseClosedPeriod = (on: Day, closedThrough: Day | null): string | undefined =>
  closedThrough !== null && on <= closedThrough
    ? `La régie est close jusqu’au ${longDate(closedThrough)}\u00a0: choisissez un jour d’après.`
    : undefined

type Period = { readonly kind: 'month' | 'year'; readonly from: Day; readonly to: Day }

/** « 161 règlements, quittances Q2026-000534 à Q2026-000694 » */
export const receiptsText = (receipts: {
  readonly count: number
  readonly first: string
  readonly last: string
}): string => {
  const { count, first, last } = receipts
  const numbers = count === 1 ? `quittance ${first}` : `quittances ${first} à ${last}`
  return `${counted(count, 'règlement')}, ${numbers}`
}

/** « octobre 2026 », « l’année 2026 » */
export const closedPeriodText = ({ kind, from }: Pick<Period, 'kind' | 'from'>): string =>
  kind === 'month' ? monthText(from) : `l’année ${yearOf(from)}`

/**
 * The account of a period, line by line: what payers owed before, the movements that are not zero, and what they owe
 * after. The money received is one line, less the payments cancelled in the period: this is the amount divided by
 * nature and means.
 */
export const accountRows = (
  { dueBeforeCents, movements, dueAfterCents }: ClosingStatement,
  { from, to }: Pick<Period, 'from' | 'to'>,
): (readonly [label: string, amount: string])[] => [
  [`Dû au ${shortDay(addDays(from, -1))}`, formatEuros(dueBeforeCents)],
  ...movementKinds.flatMap((kind): (readonly [string, string])[] => {
    if (kind === 'cancelled') return []
    const { cancelled } = movements
    if (kind === 'payment' && cancelled !== 0)
      return [
        [
          `${movementTexts.payment}, ${formatEuros(cancelled)} de règlements annulés déduits`,
          changeText(movements.payment + cancelled),
        ],
      ]
    const cents = movements[kind] ?? 0
    return cents === 0 ? [] : [[movementTexts[kind], changeText(cents)]]
  }),
  [`Dû au ${shortDay(to)}`, formatEuros(dueAfterCents)],
]

/** A condition for closing a period. */
export type ClosingCheck = {
  readonly what: 'before' | 'over' | 'till' | 'bank'
  readonly isDone: boolean
  readonly title: string
  readonly detail: string
}

/**
 * A month can be closed once it is over, its till was counted after its last cash, and no line of a bank statement
 * dated in it waits; earlier months are already closed, since months are closed in order. A year can be closed once its
 * months are.
 */
export const closingChecks = ({
  kind,
  to,
  today,
  before,
  lastCashOn,
  countedOn,
  waitingLines,
  lastStatementDay,
}: Pick<Period, 'kind' | 'to'> & {
  readonly today: Day
  /** The month closed last; null before the first closing. */
  readonly before: { readonly from: Day; readonly closedAt: Instant; readonly closedBy: string } | null
  /** The last day of the period on which cash entered or left the till. */
  readonly lastCashOn: Day | null
  /** The first day, from `lastCashOn` on, whose till was counted: that count includes the cash of the period. */
  readonly countedOn: Day | null
  /** Lines of bank statements up to the end of the period that are not matched yet. */
  readonly waitingLines: number
  /** The last day covered by bank statements; null when none was ever read. */
  readonly lastStatementDay: Day | null
}): ClosingCheck[] => {
  if (kind === 'year')
    return [
      {
        what: 'before',
        isDone: true,
        title: 'Les mois de l’année sont clos',
        detail: 'depuis la première clôture de la régie',
      },
    ]
  const isOver = today > to
  const nextDay = shortDay(addDays(to, 1))
  const isCounted = lastCashOn === null || countedOn !== null
  return [
    {
      what: 'before',
      isDone: true,
      title: before ? `${capitalised(monthText(before.from))} est clos` : 'Aucun mois n’est clos avant celui-ci',
      detail: before ? `${instantText(before.closedAt)}, par ${before.closedBy}` : 'la première clôture de cette régie',
    },
    {
      what: 'over',
      isDone: isOver,
      title: isOver ? 'Le mois est fini' : 'Le mois n’est pas fini',
      detail: isOver ? `depuis le ${nextDay}` : `il se clôt à partir du ${nextDay}`,
    },
    {
      what: 'till',
      isDone: isCounted,
      title: isCounted ? 'La caisse a été comptée' : 'La caisse n’a pas été comptée',
      detail:
        lastCashOn === null
          ? 'aucune espèce n’a été reçue ni remise ce mois-là'
          : countedOn !== null
            ? `le ${shortDay(countedOn)}${countedOn > to ? ', avec les espèces d’après' : ''}`
            : `depuis les espèces du ${shortDay(lastCashOn)}\u00a0: comptez-la ce jour-là, ou un jour suivant du mois`,
    },
    {
      what: 'bank',
      isDone: waitingLines === 0,
      title:
        waitingLines === 0
          ? 'Aucune ligne du relevé n’attend'
          : `${counted(waitingLines, 'ligne')} du relevé ${waitingLines === 1 ? 'attend' : 'attendent'}`,
      detail:
        waitingLines > 0
          ? 'rapprochez-les dans «\u00a0Relevé\u00a0»'
          : lastStatementDay === null
            ? 'aucun relevé de banque n’a été lu'
            : `relevés lus jusqu’au ${shortDay(lastStatementDay)}`,
    },
  ]
}

/**
 * The month to close next: the one after the last closed one or, before any closing, that of the first movement. Then
 * the year, once its December is closed.
 * @param firstOn when the first account of the régie changed; null when none ever did
 */
export const periodsToClose = (
  closed: readonly Pick<Period, 'kind' | 'from' | 'to'>[],
  firstOn: Day | null,
): Period[] => {
  const lastMonth = closed.findLast(({ kind }) => kind === 'month')
  const from = lastMonth ? addDays(lastMonth.to, 1) : firstOn
  const month: Period[] = from === null ? [] : [{ kind: 'month', from: firstOfMonth(from), to: lastOfMonth(from) }]
  const lastYear = closed.findLast(({ kind }) => kind === 'year')
  const [first] = closed
  if (!lastMonth || !first) return month
  const year = lastYear ? yearOf(lastYear.to) + 1 : yearOf(first.from)
  const end = dayOf(year, 12, 31)
  return lastMonth.to < end ? month : [...month, { kind: 'year', from: dayOf(year, 1, 1), to: end }]
}
