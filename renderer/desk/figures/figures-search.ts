import type { CafFilter } from '../../../shared/contract/desk/figures/figures.ts'
import {
  addMonths,
  type Day,
  daysOfMonth,
  firstOfMonth,
  type Month,
  monthKey,
  monthOf,
} from '../../../shared/rules/calendar/day.ts'
import { type Scheme, schemes } from '../../../shared/rules/figures/child-group.ts'

/**
 * The state of « Chiffres », kept in the screen's address. Values that the core must validate, such as days, are passed
 * on as typed.
 */
export type FiguresSearch = {
  /** The tab. */
  readonly onglet?: string
  readonly pas?: Step
  /** Any month of the span shown. */
  readonly mois?: Month
  readonly site?: number
  readonly regime?: Scheme
  /** The first and the last day, or the only one. */
  readonly du?: string
  readonly au?: string
  /** The grouping of the rows. */
  readonly par?: string
  readonly activite?: number
  readonly plage?: string
  readonly regie?: number
  readonly annee?: number
  /** The column of the total that is chosen at first. */
  readonly chiffre?: string
}

export const steps = ['mois', 'trimestre', 'annee'] as const
export type Step = (typeof steps)[number]

const isOneOf = <Value extends string>(values: readonly Value[], value: unknown): value is Value =>
  values.some((one) => one === value)

export const figuresSearch = (search: Record<string, unknown>): FiguresSearch => {
  const { pas, mois, regime } = search
  const text = (name: 'onglet' | 'du' | 'au' | 'par' | 'plage' | 'chiffre') => {
    const value = search[name]
    return typeof value === 'string' && value !== '' ? { [name]: value } : {}
  }
  const number = (name: 'site' | 'activite' | 'regie' | 'annee') => {
    const value = search[name]
    return typeof value === 'number' && Number.isInteger(value) ? { [name]: value } : {}
  }
  return {
    ...text('onglet'),
    ...(isOneOf(steps, pas) && { pas }),
    ...(typeof mois === 'string' && /^\d{4}-(0[1-9]|1[0-2])$/.test(mois) && { mois: mois as Month }),
    ...number('site'),
    ...(isOneOf(schemes, regime) && { regime }),
    ...text('du'),
    ...text('au'),
    ...text('par'),
    ...number('activite'),
    ...text('plage'),
    ...number('regie'),
    ...number('annee'),
    ...text('chiffre'),
  }
}

const monthsOf: Readonly<Record<Step, number>> = { mois: 1, trimestre: 3, annee: 12 }

type MonthSpan = { readonly from: Month; readonly to: Month }

/** The month, quarter or calendar year that contains a month. */
const spanAround = (month: Month, step: Step): MonthSpan => {
  const { from } = daysOfMonth(month)
  const first = addMonths(from, -((monthOf(from) - 1) % monthsOf[step]))
  return { from: monthKey(first), to: monthKey(addMonths(first, monthsOf[step] - 1)) }
}

export const monthsLater = (month: Month, step: Step, times: number): Month =>
  monthKey(addMonths(daysOfMonth(month).from, times * monthsOf[step]))

/** The filter that the address asks for; by default the last month or quarter that is over, or the year of the latter. */
export const cafFilterOf = (
  { pas = 'trimestre', mois, du, au, site, regime }: FiguresSearch,
  today: Day,
): CafFilter => ({
  ...(du !== undefined && au !== undefined
    ? { from: monthKey(du as Day), to: monthKey(au as Day) }
    : spanAround(mois ?? monthsBack(today, pas === 'mois' ? 1 : 3), pas)),
  siteId: site ?? null,
  scheme: regime ?? null,
})

const monthsBack = (today: Day, times: number): Month => monthKey(addMonths(firstOfMonth(today), -times))
