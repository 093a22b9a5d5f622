import { addDays, addMonths, type Day, dayOf, dayOfMonth, monthOf, yearOf } from '../../calendar/day.ts'
import { counted, longDay } from '../../text/french.ts'
import { type Cents, formatEuros } from '../money.ts'
import { bankDayFrom, monthlyDays } from './collection-day.ts'

/*
 * « Mensualisation »: a home pays a school year at a régie in equal parts, ahead of its invoices. A part is an advance:
 * it pays what is owed, oldest first, and the rest of it waits for the next invoice. What the parts do not cover is due
 * on a single day, that of the balance (« solde »).
 */

export type YearPart = { readonly dueOn: Day; readonly cents: Cents }

/** What is agreed with a home, from which the days of its parts follow. */
export type YearWish = {
  /** The sum of its parts. */
  readonly cents: Cents
  /** The first part; the others come on the same date of each month. */
  readonly firstOn: Day
  readonly count: number
  /** The day on which what the parts do not cover is due. */
  readonly balanceOn: Day
}

export const maxYearParts = 12
/** The balance is at most this many months ahead: a plan made in spring is for the following school year. */
const maxYearMonths = 18

/** Equal parts, the last one with the rest; each on its date, or on the bank day that follows. */
export const yearParts = ({ cents, firstOn, count }: Omit<YearWish, 'balanceOn'>): YearPart[] => {
  const equal = Math.floor(cents / count)
  return monthlyDays(firstOn, dayOfMonth(firstOn), count).map((dueOn, index) => ({
    dueOn,
    cents: index === count - 1 ? cents - equal * (count - 1) : equal,
  }))
}

/** The day of the balance: the one agreed, or the bank day that follows. */
export const balanceDay = ({ balanceOn }: Pick<YearWish, 'balanceOn'>): Day => bankDayFrom(balanceOn)

/** From September to August. */
export const schoolYearOf = (on: Day): { readonly from: Day; readonly to: Day } => {
  const year = monthOf(on) < 9 ? yearOf(on) - 1 : yearOf(on)
  return { from: dayOf(year, 9, 1), to: dayOf(year + 1, 8, 31) }
}

const usualDate = 10

/**
 * What to propose on a day: a part a month until June, and the balance in August, after the last invoices of the school
 * year. From June on, the following school year.
 */
export const usualYear = (on: Day, { noticeDays }: { readonly noticeDays: number }): Omit<YearWish, 'cents'> => {
  const earliest = addDays(on, noticeDays)
  // Five dates are enough: at most that of the current month and those of the three months of summer are skipped.
  const firstOn =
    monthlyDays(earliest, usualDate, 5).find((day) => day >= earliest && (monthOf(day) < 6 || monthOf(day) > 8)) ??
    earliest
  const { to } = schoolYearOf(firstOn)
  const june = yearOf(to) * 12 + 6
  return {
    firstOn,
    count: june - (yearOf(firstOn) * 12 + monthOf(firstOn)) + 1,
    balanceOn: bankDayFrom(dayOf(yearOf(to), 8, usualDate)),
  }
}

/**
 * What is wrong with the parts that a home agrees to, at its field; undefined when nothing is. Their days are announced
 * now, once for all, so the first one must be at least a notice away.
 * @param leastCents the smallest amount that the régie collects
 */
export const refuseYear = (
  wish: YearWish,
  { on, noticeDays, leastCents }: { readonly on: Day; readonly noticeDays: number; readonly leastCents: Cents },
): { readonly sentence: string; readonly field: keyof YearWish } | undefined => {
  const { cents, count, firstOn } = wish
  if (count < 1 || count > maxYearParts) return { sentence: `De 1 à ${maxYearParts}\u00a0mensualités.`, field: 'count' }
  const least = Math.max(1, leastCents)
  if (Math.floor(cents / count) < least)
    return { sentence: `Chaque mensualité fait au moins ${formatEuros(least)}.`, field: 'cents' }
  const earliest = bankDayFrom(addDays(on, noticeDays))
  if (firstOn < addDays(on, noticeDays))
    return {
      sentence: `La famille doit l’apprendre ${counted(noticeDays, 'jour')} avant\u00a0: au plus tôt le ${longDay(earliest)}.`,
      field: 'firstOn',
    }
  const last = yearParts(wish).at(-1)
  if (last && balanceDay(wish) <= last.dueOn)
    return { sentence: `Le solde vient après la dernière mensualité, le ${longDay(last.dueOn)}.`, field: 'balanceOn' }
  return balanceDay(wish) > addMonths(on, maxYearMonths)
    ? {
        sentence: `Une année\u00a0: le solde vient ${maxYearMonths}\u00a0mois après aujourd’hui au plus.`,
        field: 'balanceOn',
      }
    : undefined
}

/**
 * What remains at the end of a year once its parts are taken: an amount to pay, or an amount ahead to give back. One of
 * the two is zero.
 */
export const yearBalance = ({
  billedCents,
  takenCents,
}: {
  readonly billedCents: Cents
  readonly takenCents: Cents
}): { readonly leftCents: Cents; readonly aheadCents: Cents } => ({
  leftCents: Math.max(0, billedCents - takenCents),
  aheadCents: Math.max(0, takenCents - billedCents),
})

/**
 * The due day of an invoice; null when the invoice would be due before the balance of the year that pays it, and is
 * then due with that balance.
 * @param balanceOn absent for a home that does not pay its year in parts
 */
export const ownDueDay = (dueOn: Day, balanceOn: Day | undefined): Day | null =>
  balanceOn !== undefined && dueOn < balanceOn ? null : dueOn
