import { countsSteps, isOwedByRegistration } from '../../../../shared/rules/price/tariff.ts'
import { pluralOf } from '../../../../shared/rules/text/french.ts'
import type { Line, UnitPrice } from '../tariff-edit.ts'
import { canBeSplit, type Forfait, type LineValues, type TimeCount } from './line-values.ts'
import { firstPart } from './price-parts.ts'
import { amountIn, formulasIn, slotsIn, stepsIn, timeIn } from './typed-fields.ts'

/* What a line counts, from its fields: slots, days, time, a forfait or formulas. */

/** The price with that name; `names` are all names of the line. */
export type PriceNamed = (name: string, names?: readonly string[]) => UnitPrice

export const countOf = (
  values: LineValues,
  before: Line['count'] | undefined,
  priceNamed: PriceNamed,
): Line['count'] => {
  const { per } = values
  switch (per) {
    case 'slot':
    case 'day':
      return { per, slots: slotsIn(values.slots), unit: unitOf(values), price: priceNamed('') }
    case 'time':
      return timeCount(values, before?.per === 'time' ? before : undefined, priceNamed)
    case 'forfait':
      return forfaitCount(values, priceNamed)
    case 'formula':
      return formulaCount(values, priceNamed)
  }
}

const unitOf = ({ one, many }: LineValues) => ({ one: one.trim(), many: many.trim() || pluralOf(one.trim()) })

/** Keeps the unit of the first part, which has no field. */
const timeCount = (values: LineValues, before: TimeCount | undefined, priceNamed: PriceNamed): TimeCount => {
  const names = ['', firstPart]
  const [from, to] = [timeIn(values.clockFrom), timeIn(values.clockTo)]
  return {
    per: 'time',
    minutes: Number(values.minutes),
    grace: Number(values.grace),
    slots: slotsIn(values.slots),
    unit: unitOf(values),
    price: priceNamed('', names),
    ...(values.isMeasured && { measured: 'present' as const }),
    ...((from ?? to) && { clock: { from, to } }),
    ...(values.firstMinutes.trim() !== '' && {
      first: {
        minutes: Number(values.firstMinutes),
        unit: before?.first?.unit ?? { one: 'première part', many: 'premières parts' },
        price: priceNamed(firstPart, names),
      },
    }),
    ...(values.timeLeast.trim() !== '' && { least: amountIn(values.timeLeast) ?? 0 }),
    ...(values.timeMost.trim() !== '' && { most: amountIn(values.timeMost) ?? 0 }),
  }
}

const forfaitCount = (values: LineValues, priceNamed: PriceNamed): Forfait => {
  const { span, by, billed, instalments, depositCents, depositDays } = values
  const unit = unitOf(values)
  const steps = (countsSteps(by) ? stepsIn(values.steps) : null) ?? [1]
  return {
    per: 'forfait',
    span,
    slots: slotsIn(values.slots),
    by,
    steps: steps.map((from) => ({ from, unit, price: priceNamed(String(from), steps.map(String)) })),
    partial: isOwedByRegistration(by) ? values.partial : 'whole',
    absence:
      values.absenceFrom.trim() === ''
        ? null
        : { from: Number(values.absenceFrom), cents: amountIn(values.absenceCents) },
    billed: span === 'week' ? 'start' : billed,
    ...(canBeSplit(span) && Number(instalments) > 1 && { instalments: Number(instalments) }),
    ...(depositCents.trim() !== '' && {
      deposit: { cents: amountIn(depositCents) ?? 0, daysBefore: Number(depositDays) },
    }),
  }
}

const formulaCount = (values: LineValues, priceNamed: PriceNamed): Line['count'] => {
  const formulas = formulasIn(values.formulas)
  const names = formulas.map(({ name }) => name)
  return {
    per: 'formula',
    formulas: formulas.map(({ name, combinations }) => ({
      unit: { one: name, many: pluralOf(name) },
      combinations,
      price: priceNamed(name, names),
    })),
  }
}
