import type { Definition } from '../../../../shared/contract/desk/money/prices.ts'
import { formatAmount } from '../../../../shared/rules/money/money.ts'
import { conditionText } from '../../../../shared/rules/price/printed/condition-words.ts'
import { rowsOf } from '../../../../shared/rules/price/printed/tariff-rows.ts'
import { type BasePrice, formulasText, type Line } from '../tariff-edit.ts'
import { caseText, hasOwnBrackets, pricesOfLine } from './price-parts.ts'

/* The fields in which staff type one line of a tariff, and their initial values. */

export type Forfait = Extract<Line['count'], { per: 'forfait' }>
export type TimeCount = Extract<Line['count'], { per: 'time' }>

type TimeValues = {
  minutes: string
  grace: string
  isMeasured: boolean
  clockFrom: string
  clockTo: string
  firstMinutes: string
  timeLeast: string
  timeMost: string
}

type ForfaitValues = {
  span: Forfait['span']
  by: Forfait['by']
  /** « 1, 2, 3 »: the counts from which the prices of a forfait hold. */
  steps: string
  partial: Forfait['partial']
  absenceFrom: string
  absenceCents: string
  billed: Forfait['billed']
  instalments: string
  depositCents: string
  depositDays: string
}

type PriceValues = {
  /** What the price depends on, besides the quotient and the town. */
  choice: 'one' | 'cases' | 'together'
  /** One case in each row: its condition, then after a colon its own brackets. */
  cases: string
  hasOtherwise: boolean
  together: string
  method: BasePrice['method']
  percent: string
  outside: BasePrice['nonResident']['rule']
  outsidePercent: string
  outsideAmount: string
  outsideColumn: 'bracket' | 'single'
}

export type LineValues = {
  label: string
  fiscal: Line['fiscal']
  per: Line['count']['per']
  slots: string
  one: string
  many: string
  bundleFrom: string
  formulas: string
  when: string
} & TimeValues &
  ForfaitValues &
  PriceValues

/** The initial values for a line, or for a new line. @param at the line's index; null for a new line */
export const valuesOf = (definition: Definition, at: number | null): LineValues => {
  const line = lineAt(definition, at)
  const count = line?.count
  const forfait = count?.per === 'forfait' ? count : undefined
  const unit = count && 'unit' in count ? count.unit : forfait?.steps[0]?.unit
  return {
    label: line?.label ?? '',
    fiscal: line?.fiscal ?? 'garde',
    per: count?.per ?? 'slot',
    slots: count && count.per !== 'formula' ? count.slots.join(', ') : '',
    one: unit?.one ?? '',
    many: unit?.many ?? '',
    bundleFrom: line?.bundle ? String(line.bundle.from) : '',
    formulas: line ? formulasText(line) : '',
    when: line?.when ? conditionText(line.when) : '',
    ...timeValues(count?.per === 'time' ? count : undefined),
    ...forfaitValues(forfait),
    ...priceValues(definition, at),
  }
}

const timeValues = (time: TimeCount | undefined): TimeValues => ({
  minutes: time ? String(time.minutes) : '30',
  grace: time ? String(time.grace) : '0',
  isMeasured: time?.measured === 'present',
  clockFrom: time?.clock?.from ?? '',
  clockTo: time?.clock?.to ?? '',
  firstMinutes: time?.first ? String(time.first.minutes) : '',
  timeLeast: time?.least === undefined ? '' : formatAmount(time.least),
  timeMost: time?.most === undefined ? '' : formatAmount(time.most),
})

const forfaitValues = (forfait: Forfait | undefined): ForfaitValues => ({
  span: forfait?.span ?? 'month',
  by: forfait?.by ?? 'registration',
  steps: forfait ? forfait.steps.map(({ from }) => from).join(', ') : '1',
  partial: forfait?.partial ?? 'whole',
  absenceFrom: forfait?.absence ? String(forfait.absence.from) : '',
  absenceCents: typeof forfait?.absence?.cents === 'number' ? formatAmount(forfait.absence.cents) : '',
  billed: forfait?.billed ?? 'start',
  instalments: forfait?.instalments ? String(forfait.instalments) : '',
  depositCents: forfait?.deposit ? formatAmount(forfait.deposit.cents) : '',
  depositDays: forfait?.deposit ? String(forfait.deposit.daysBefore) : '30',
})

const priceValues = (definition: Definition, at: number | null): PriceValues => {
  const line = lineAt(definition, at)
  const whole = line && pricesOfLine(line)[0]?.price
  const price = rowsOf<BasePrice>(definition).find((row) => row.line === at && !hasOwnBrackets(row.price))?.price
  const outside = price?.nonResident
  return {
    choice: whole?.method === 'cases' || whole?.method === 'together' ? whole.method : 'one',
    cases: whole?.method === 'cases' ? whole.cases.map(caseText).join('\n') : '',
    hasOtherwise: whole?.method !== 'cases' || whole.otherwise !== null,
    together: whole?.method === 'together' ? String(whole.totals.length) : '3',
    method: price?.method ?? (definition.brackets.length > 0 ? 'bracket' : 'fixed'),
    percent: price?.method === 'effortRate' ? String(price.percent).replace('.', ',') : '',
    outside: outside?.rule ?? 'same',
    outsidePercent: outside?.rule === 'percent' ? String(outside.percent).replace('.', ',') : '20',
    outsideAmount: outside?.rule === 'amount' ? formatAmount(outside.cents) : '2,00',
    outsideColumn: outside?.rule === 'column' && outside.cents.length === 1 ? 'single' : 'bracket',
  }
}

export const lineAt = ({ lines }: Definition, at: number | null): Line | undefined =>
  at === null ? undefined : lines[at]

/** Whether the price of such a span can be paid in several monthly parts. */
export const canBeSplit = (span: Forfait['span']): boolean => span !== 'week' && span !== 'month'

/** Whether one price for a number of units a month is possible for what the line counts. */
export const canBeBundled = (per: LineValues['per']): boolean => per === 'slot' || per === 'day'
