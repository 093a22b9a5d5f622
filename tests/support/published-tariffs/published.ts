import type { Definition } from '../../../shared/contract/desk/money/prices.ts'
import { addDays, type Day, day } from '../../../shared/rules/calendar/day.ts'
import { parseAmount } from '../../../shared/rules/money/money.ts'
import { parseBrackets } from '../../../shared/rules/price/bracket.ts'
import type { ChargeableDay, ChargeableSlot } from '../../../shared/rules/price/price-terms.ts'
import { parseCondition } from '../../../shared/rules/price/printed/condition-words.ts'
import { slotCode } from '../../../shared/rules/price/tariff.ts'
import type { DescribedHome } from '../../../shared/rules/price/trying/try-price.ts'

/*
 * Helpers to rewrite published tariffs of French towns: tables as printed, one line per row, with cells separated by «
 * ; ».
 */

type Line = Definition['lines'][number]
export type LinePrice = Extract<Line['count'], { per: 'slot' }>['price']
export type BasePrice = Exclude<LinePrice, { method: 'cases' | 'together' }>
type NonResident = BasePrice['nonResident']

/** A printed table, whose cells are priced for the homes that it describes. */
export type PublishedTariff = {
  readonly town: string
  readonly definition: Definition
  readonly cells: readonly PublishedCell[]
  /** What the page prints and a tariff cannot express. */
  readonly unsaid?: string
}
export type PublishedCell = { readonly home: DescribedHome; readonly says: string; readonly cents: number }

export const centsOf = (printed: string): number => {
  const read = parseAmount(printed.replace(/€(\d\d)$/, ',$1').replaceAll('*', ''))
  if ('refusal' in read) throw new RangeError(read.refusal)
  return read.cents
}

/** The sum of printed amounts. */
export const sumOf = (...printed: string[]): string =>
  (printed.reduce((sum, one) => sum + centsOf(one), 0) / 100).toFixed(2)

export const bracketsOf = (...printed: string[]): Definition['brackets'] => {
  const read = parseBrackets(printed.join('\n'))
  if ('refusal' in read) throw new RangeError(read.refusal)
  return [...read.brackets]
}

export const conditionOf = (words: string) => {
  const read = parseCondition(words)
  if ('refusal' in read) throw new RangeError(read.refusal)
  return read.when
}

export const same: NonResident = { rule: 'same' }
export const fixed = (printed: string, nonResident: NonResident = same): BasePrice => ({
  method: 'fixed',
  cents: centsOf(printed),
  nonResident,
})
export const byBracket = (printed: readonly string[], nonResident: NonResident = same): BasePrice => ({
  method: 'bracket',
  cents: printed.map(centsOf),
  nonResident,
})
export const column = (...printed: string[]): NonResident => ({ rule: 'column', cents: printed.map(centsOf) })

/** Prices by case: « 2ᵉ enfant » → its price; `others` is the price of everybody else. */
export const byCase = (cases: Readonly<Record<string, BasePrice>>, others: BasePrice | null = null): LinePrice => ({
  method: 'cases',
  cases: Object.entries(cases).map(([words, price]) => ({ when: conditionOf(words), price })),
  otherwise: others,
})

const unitOf = (one: string) => ({ one, many: one.endsWith('s') ? one : `${one}s` })

export const line = (label: string, slots: readonly string[], price: LinePrice, more: Partial<Line> = {}): Line => ({
  label,
  fiscal: /repas|cantine/i.test(label) ? 'repas' : 'garde',
  count: { per: 'slot', slots: slots.map(slotCode), unit: unitOf(label.toLowerCase()), price },
  withoutBooking: null,
  ...more,
})

export const byFormula = (
  label: string,
  formulas: readonly (readonly [string, readonly string[][], LinePrice])[],
): Line => ({
  label,
  fiscal: 'garde',
  count: {
    per: 'formula',
    formulas: formulas.map(([name, combinations, price]) => ({
      unit: unitOf(name),
      combinations: combinations.map((one) => one.map(slotCode)),
      price,
    })),
  },
  withoutBooking: null,
})

export const byTime = (
  label: string,
  slots: readonly string[],
  minutes: number,
  price: LinePrice,
  grace = 0,
): Line => ({
  label,
  fiscal: 'garde',
  count: { per: 'time', slots: slots.map(slotCode), minutes, grace, unit: unitOf('part commencée'), price },
  withoutBooking: null,
})

export const tariff = (lines: Line[], more: Partial<Definition> = {}): Definition => ({
  decision: null,
  example: false,
  rounding: 'halfUp',
  brackets: [],
  lines,
  absence: { unjustified: 'billed', justifiedInTime: 'notBilled' },
  ...more,
})

/** A Wednesday of a school week, on which all tables are tried. */
export const wednesday: Day = day('2026-12-09')

type Came = Partial<Omit<ChargeableSlot, 'slot'>>
export const dayWith = (slots: readonly string[], more: Came = {}, on: Day = wednesday): ChargeableDay => ({
  day: on,
  slots: slots.map((slot) => ({ slot: slotCode(slot), why: 'booked', attendance: 'present', ...more })),
})

/** Two days of one week, with the same slots. */
export const twoDays = (slots: readonly string[]): ChargeableDay[] => [
  dayWith(slots),
  dayWith(slots, {}, addDays(wednesday, 1)),
]

type Described = Partial<Omit<DescribedHome, 'children'>> & {
  /** The rank of the child whose price is read; its elder siblings come on the same days. */
  readonly rank?: number
  readonly categories?: string[]
}

/** A home whose child with that rank comes on these days, with its elder siblings. */
export const homeWith = (
  days: readonly ChargeableDay[],
  described: Omit<Described, 'categories'> & { categories?: readonly string[] } = {},
): DescribedHome => {
  const { rank = 1, categories = [], quotient = null, resident = true, ...declared } = described
  return {
    quotient,
    resident,
    ...declared,
    categories: categories.map((category) => ({ childId: null, category, from: day('2020-01-01') })),
    children: Array.from({ length: rank }, () => ({ days })),
  }
}

/** One cell of a table: the amount that the youngest child of the described home pays. */
export const cell = (
  says: string,
  printed: string,
  days: readonly ChargeableDay[],
  described: Parameters<typeof homeWith>[1] = {},
): PublishedCell => ({ says, cents: centsOf(printed), home: homeWith(days, described) })
