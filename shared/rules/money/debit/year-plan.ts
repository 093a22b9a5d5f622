import { addDays, addMonths, type Day, dayOf, dayOfMonth, monthOf, yearOf } from '../../calendar/day.ts'
import { counted, longDay } from '../../text/french.ts'
import { type Cents, formatEuros } from '../money.ts'
import { bankDayFrom, monthlyDays } from './collection-day.ts'

/*
 * « Mensualisation »: a home pays a school year at a régie in equal parts, ahead of its invoices. A part is an advance:
 * it pays what is owed, the oldest first, and the rest of it waits for the next invoice. What the parts leave is due on
 * one day, that of the balance (« solde »).
 */

export type YearPart = { readonly dueOn: Day; readonly cents: Cents }

/** What is agreed with a home; its days follow from it. */
export type YearWish = {
  /** What its parts are together. */
  readonly cents: Cents
  /** The first part; the others come on the same date of each month. */
  readonly firstOn: Day
  readonly count: number
  /** The day on which what the parts leave is due. */
  readonly balanceOn: Day
}

export const maxYearParts = 12
/** A plan made in spring is for the school year that follows. */
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
 * What is proposed on a day: a part a month until June, and the balance in August, after the last invoices of the school
 * year. From June on, the school year that follows.
 */
export const usualYear = (on: Day, { noticeDays }: { readonly noticeDays: number }): Omit<YearWish, 'cents'> => {
  const earliest = addDays(on, noticeDays)
  // Five months: the one that has begun, and those of a summer.
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
 * What is wrong with the parts that a home agrees to on a day, at its field; undefined when they can be. Their days are
 * told now, once for all: so none is nearer than a notice.
 * @param leastCents what the régie collects at least
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

/** What a year leaves once its parts are taken: still to pay, or ahead and given back. One of the two is zero. */
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
 * The due day of an invoice: none of its own when it would be due before the balance of the year that pays it.
 * @param balanceOn absent for a home without such a year
 */
export const ownDueDay = (dueOn: Day, balanceOn: Day | undefined): Day | null =>
  balanceOn !== undefined && dueOn < balanceOn ? null : dueOn
