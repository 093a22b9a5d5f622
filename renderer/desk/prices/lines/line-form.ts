import type { FormRulesRecord } from '@mantine/form'
import type { Definition } from '../../../../shared/contract/desk/money/prices.ts'
import { isTimeOfDay, type TimeOfDay } from '../../../../shared/rules/calendar/day.ts'
import { formatAmount, parsePercent } from '../../../../shared/rules/money/money.ts'
import { type Bracket, bracketsText, parseBrackets } from '../../../../shared/rules/price/bracket.ts'
import { conditionText, parseCondition } from '../../../../shared/rules/price/printed/condition-words.ts'
import { rowsOf } from '../../../../shared/rules/price/printed/tariff-rows.ts'
import {
  countsSteps,
  effortRateDecimals,
  isOwedByRegistration,
  type PriceCondition,
  percentDecimals,
  slotCode,
} from '../../../../shared/rules/price/tariff.ts'
import { pluralOf } from '../../../../shared/rules/text/french.ts'
import { type BasePrice, formulasText, type Line, type UnitPrice } from '../tariff-edit.ts'
import { readPrice } from '../typed-amount.ts'

/* The fields in which staff type one line of a tariff: from the line, and back to it. */

export type Forfait = Extract<Line['count'], { per: 'forfait' }>

export type LineValues = {
  label: string
  fiscal: Line['fiscal']
  per: Line['count']['per']
  slots: string
  one: string
  many: string
  minutes: string
  grace: string
  isMeasured: boolean
  clockFrom: string
  clockTo: string
  firstMinutes: string
  timeLeast: string
  timeMost: string
  bundleFrom: string
  formulas: string
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
  /** Whom the price depends on, beside the quotient and the town. */
  choice: 'one' | 'cases' | 'together'
  /** One case in each row: its condition, then after a colon its own brackets. */
  cases: string
  hasOtherwise: boolean
  together: string
  when: string
  method: BasePrice['method']
  percent: string
  outside: BasePrice['nonResident']['rule']
  outsidePercent: string
  outsideAmount: string
  outsideColumn: 'bracket' | 'single'
}

/** Why the fields cannot make a line, each at its field. Fields that are not on screen refuse nothing. */
export const validateLine = (definition: Definition): FormRulesRecord<LineValues> => ({
  label: (text) => (text.trim() === '' ? 'À remplir.' : null),
  slots: (text, { per }) => (per !== 'formula' && slotsIn(text).length === 0 ? 'Nommez au moins une plage.' : null),
  one: (text, { per }) => (per !== 'formula' && text.trim() === '' ? 'À remplir.' : null),
  clockFrom: (text, { per }) => (per === 'time' ? refuseTime(text) : null),
  clockTo: (text, { per, clockFrom }) => {
    if (per !== 'time') return null
    const [from, to] = [timeIn(clockFrom), timeIn(text)]
    return refuseTime(text) ?? (from && to && from >= to ? 'Après l’heure de début.' : null)
  },
  firstMinutes: (text, { per }) =>
    per === 'time' && text.trim() !== '' && !isWhole(text, 1, 1440) ? 'Un nombre de minutes.' : null,
  timeLeast: (text, { per }) => (per === 'time' ? refuseOptionalAmount(text) : null),
  timeMost: (text, { per, timeLeast }) => {
    if (per !== 'time') return null
    const most = amountIn(text)
    return (
      refuseOptionalAmount(text) ??
      (most !== null && most < (amountIn(timeLeast) ?? 0) ? 'Moins que le minimum.' : null)
    )
  },
  bundleFrom: (text, { per }) =>
    canBeBundled(per) && text.trim() !== '' && !isWhole(text, 2, 500) ? 'Un nombre de 2 à 500.' : null,
  steps: (text, { per, by }) =>
    per === 'forfait' && countsSteps(by) && stepsIn(text) === null ? 'Des nombres croissants\u00a0: 1, 2, 3, 4.' : null,
  absenceFrom: (text, { per }) =>
    per === 'forfait' && text.trim() !== '' && !isWhole(text, 1, 366) ? 'Un nombre de jours.' : null,
  absenceCents: (text, { per }) => (per === 'forfait' ? refuseOptionalAmount(text) : null),
  instalments: (text, { per, span }) =>
    per === 'forfait' && canBeSplit(span) && text.trim() !== '' && !isWhole(text, 1, 12) ? 'De 1 à 12.' : null,
  depositCents: (text, { per, span, instalments }) => {
    if (per !== 'forfait') return null
    const isSplit = canBeSplit(span) && Number(instalments) > 1
    return (
      refuseOptionalAmount(text) ?? (isSplit && text.trim() !== '' ? 'Un acompte ou des parts, pas les deux.' : null)
    )
  },
  depositDays: (text, { per, depositCents }) =>
    per === 'forfait' && depositCents.trim() !== '' && !isWhole(text, 0, 365) ? 'De 0 à 365 jours.' : null,
  formulas: (text, { per }) => (per === 'formula' ? refuseFormulas(text) : null),
  minutes: (text, { per }) =>
    per === 'time' && !isWhole(text, 1, 1440) ? 'Écrivez un nombre de minutes, par exemple 30.' : null,
  grace: (text, { per, minutes }) =>
    per === 'time' && !isWhole(text, 0, Number(minutes) - 1) ? 'Moins que la durée comptée.' : null,
  percent: (text, { method }) =>
    method === 'effortRate' ? refusePercent(text, effortRateDecimals, (value) => value > 0, '0,36') : null,
  cases: (text, { choice }) => (choice === 'cases' ? refuseCases(text) : null),
  together: (text, { choice }) =>
    choice === 'together' && !isWhole(text, 2, 10) ? 'Un nombre d’enfants, de 2 à 10.' : null,
  when: (text) => (text.trim() === '' ? null : refusalIn(parseCondition(text))),
  outsideAmount: (text, { outside }) => (outside === 'amount' ? refuseAmount(text) : null),
  outsidePercent: (text, { outside }) =>
    outside === 'percent' ? refusePercent(text, percentDecimals, (value) => value >= 0, '20') : null,
  method: (method) =>
    method === 'bracket' && definition.brackets.length === 0 ? 'Ajoutez d’abord des tranches au tarif.' : null,
})

/** What the fields show of a line, or of a new one. @param at the line's index; null for a new line */
export const valuesOf = (definition: Definition, at: number | null): LineValues => {
  const line = lineAt(definition, at)
  const price = rowsOf<BasePrice>(definition).find((row) => row.line === at && !hasOwnBrackets(row.price))?.price
  const count = line?.count
  const outside = price?.nonResident
  const whole = line && pricesOfLine(line)[0]?.price
  const forfait = count?.per === 'forfait' ? count : undefined
  const time = count?.per === 'time' ? count : undefined
  const unit = count && 'unit' in count ? count.unit : forfait?.steps[0]?.unit
  return {
    label: line?.label ?? '',
    fiscal: line?.fiscal ?? 'garde',
    per: count?.per ?? 'slot',
    slots: count && count.per !== 'formula' ? count.slots.join(', ') : '',
    one: unit?.one ?? '',
    many: unit?.many ?? '',
    isMeasured: time?.measured === 'present',
    clockFrom: time?.clock?.from ?? '',
    clockTo: time?.clock?.to ?? '',
    firstMinutes: time?.first ? String(time.first.minutes) : '',
    timeLeast: time?.least === undefined ? '' : formatAmount(time.least),
    timeMost: time?.most === undefined ? '' : formatAmount(time.most),
    bundleFrom: line?.bundle ? String(line.bundle.from) : '',
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
    minutes: count?.per === 'time' ? String(count.minutes) : '30',
    grace: count?.per === 'time' ? String(count.grace) : '0',
    formulas: line ? formulasText(line) : '',
    choice: whole?.method === 'cases' || whole?.method === 'together' ? whole.method : 'one',
    cases: whole?.method === 'cases' ? whole.cases.map(caseText).join('\n') : '',
    hasOtherwise: whole?.method !== 'cases' || whole.otherwise !== null,
    together: whole?.method === 'together' ? String(whole.totals.length) : '3',
    when: line?.when ? conditionText(line.when) : '',
    method: price?.method ?? (definition.brackets.length > 0 ? 'bracket' : 'fixed'),
    percent: price?.method === 'effortRate' ? String(price.percent).replace('.', ',') : '',
    outside: outside?.rule ?? 'same',
    outsidePercent: outside?.rule === 'percent' ? String(outside.percent).replace('.', ',') : '20',
    outsideAmount: outside?.rule === 'amount' ? formatAmount(outside.cents) : '2,00',
    outsideColumn: outside?.rule === 'column' && outside.cents.length === 1 ? 'single' : 'bracket',
  }
}

const lineAt = ({ lines }: Definition, at: number | null): Line | undefined => (at === null ? undefined : lines[at])

/** A price with the name that it keeps when other prices of its line are added or removed before it. */
type Named<Of> = { readonly name: string; readonly price: Of }

const pricesOfLine = ({ count }: Line): Named<UnitPrice>[] => {
  switch (count.per) {
    case 'formula':
      return count.formulas.map(({ unit, price }) => ({ name: unit.one, price }))
    case 'forfait':
      return count.steps.map(({ from, price }) => ({ name: String(from), price }))
    case 'time':
      return [{ name: '', price: count.price }, ...(count.first ? [{ name: firstPart, price: count.first.price }] : [])]
    case 'day':
    case 'slot':
      return [{ name: '', price: count.price }]
  }
}

const firstPart = 'first part'

/** The prices that a price is made of; the one for everybody else has no name. */
const partsOf = (price: UnitPrice): Named<BasePrice>[] => {
  switch (price.method) {
    case 'cases':
      return [
        ...price.cases.map((one) => ({ name: conditionText(one.when), price: one.price })),
        ...(price.otherwise ? [{ name: '', price: price.otherwise }] : []),
      ]
    case 'together':
      return price.totals.map((total, at) => ({ name: String(at + 1), price: total }))
    case 'fixed':
    case 'bracket':
    case 'effortRate':
      return [{ name: '', price }]
  }
}

/** The old price of each name. A new name takes the price at its place whose own name is gone: it was renamed. */
const pricesByName = <Of>(old: readonly Named<Of>[], names: readonly string[]): (Of | undefined)[] =>
  names.map((name, at) => {
    const there = old[at]
    const same = there?.name === name ? there : old.find((one) => one.name === name)
    const isRenamed = there && !names.includes(there.name)
    return (same ?? (isRenamed ? there : undefined))?.price
  })

const hasOwnBrackets = (price: BasePrice | undefined): boolean =>
  price?.method === 'bracket' && price.brackets !== undefined

/** « hors commune : < 800, > 800 » */
const caseText = ({ when, price }: { when: PriceCondition; price: BasePrice }): string =>
  price.method === 'bracket' && price.brackets
    ? `${conditionText(when)}\u00a0: ${bracketsText(price.brackets)}`
    : conditionText(when)

const casesIn = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [words = '', own] = line.split(':')
      return { when: parseCondition(words), own: own === undefined ? undefined : parseBrackets(own) }
    })

const refuseCases = (text: string): string | null => {
  const read = casesIn(text)
  if (read.length === 0) return 'Écrivez au moins un cas.'
  for (const { when, own } of read) {
    const refusal = refusalIn(when) ?? (own ? refusalIn(own) : null)
    if (refusal !== null) return refusal
  }
  return null
}

const refusalIn = (read: object): string | null =>
  'refusal' in read && typeof read.refusal === 'string' ? read.refusal : null

/** The line as typed. The amounts of the line before, which staff type in the grid, stay. */
export const lineOf = (definition: Definition, values: LineValues, at: number | null): Line => {
  const before = lineAt(definition, at)
  const old = before ? pricesOfLine(before) : []
  const initial = valuesOf(definition, at)
  const typed = { definition, values, isMethodTyped: methodFields.some((field) => values[field] !== initial[field]) }
  const priceNamed: PriceNamed = (name, names = [name]) =>
    linePriceFrom(typed, pricesByName(old, names)[names.indexOf(name)] ?? old[0]?.price)
  const when = values.when.trim() === '' ? undefined : parseCondition(values.when)
  return {
    label: values.label.trim(),
    fiscal: values.fiscal,
    count: countOf(values, before?.count, priceNamed),
    withoutBooking: before?.withoutBooking ?? null,
    ...bundleFrom(values, before, () => linePriceFrom(typed, old[0]?.price)),
    ...(when && 'when' in when && { when: when.when }),
  }
}

/** The price of that name, among all the names of the line. */
type PriceNamed = (name: string, names?: readonly string[]) => UnitPrice

/** Fields that say how prices are computed. As long as nobody touches them, each price keeps its own method. */
const methodFields = [
  'choice',
  'method',
  'percent',
  'outside',
  'outsidePercent',
  'outsideAmount',
  'outsideColumn',
] as const satisfies (keyof LineValues)[]

type Typed = { readonly definition: Definition; readonly values: LineValues; readonly isMethodTyped: boolean }

/** Null for an empty field. */
const amountIn = (text: string): number | null => {
  const read = readPrice(text)
  return 'value' in read ? read.value : null
}

/** Keeps the amounts of each case that stays; a new one begins with those of the last. */
const linePriceFrom = (typed: Typed, old: UnitPrice | undefined): UnitPrice => {
  const { definition, values, isMethodTyped } = typed
  const parts = old ? partsOf(old) : []
  const last = parts.at(-1)?.price
  const priced = (part = last): BasePrice => (part && !isMethodTyped ? part : priceFrom(definition, values, part))
  switch (values.choice) {
    case 'one':
      return priced(pricesByName(parts, [''])[0])
    case 'together': {
      const names = Array.from({ length: Number(values.together) }, (_, at) => String(at + 1))
      return { method: 'together', totals: pricesByName(parts, names).map(priced) }
    }
    case 'cases': {
      const cases = casesIn(values.cases).flatMap(({ when, own }) =>
        'when' in when ? [{ when: when.when, own: own && 'brackets' in own ? own.brackets : undefined }] : [],
      )
      const stays = pricesByName(parts, [
        ...cases.map(({ when }) => conditionText(when)),
        ...(values.hasOtherwise ? [''] : []),
      ])
      return {
        method: 'cases',
        cases: cases.map(({ when, own }, at) => {
          const part = stays[at] ?? last
          if (own) return { when, price: withOwnBrackets(part, own) }
          return { when, price: hasOwnBrackets(part) ? priceFrom(definition, values, part) : priced(part) }
        }),
        otherwise: values.hasOtherwise ? priced(stays.at(-1)) : null,
      }
    }
  }
}

const withOwnBrackets = (price: BasePrice | undefined, brackets: readonly Bracket[]): BasePrice => {
  const own = price?.method === 'bracket' ? price.brackets : undefined
  if (price && own && bracketsText(own) === bracketsText(brackets)) return price
  const known = price ? amountsIn(price) : []
  const cents = brackets.map((_, at) => known[at] ?? known.at(-1) ?? 0)
  return { method: 'bracket', cents, brackets: [...brackets], nonResident: { rule: 'same' } }
}

const bundleFrom = (values: LineValues, before: Line | undefined, price: () => UnitPrice): Pick<Line, 'bundle'> => {
  if (values.bundleFrom.trim() === '' || !canBeBundled(values.per)) return {}
  const unit = before?.bundle?.unit ?? { one: 'forfait', many: 'forfaits' }
  return { bundle: { from: Number(values.bundleFrom), unit, price: before?.bundle?.price ?? price() } }
}

const countOf = (values: LineValues, before: Line['count'] | undefined, priceNamed: PriceNamed): Line['count'] => {
  const { per } = values
  const one = values.one.trim()
  const slots = slotsIn(values.slots)
  const unit = { one, many: values.many.trim() || pluralOf(one) }
  switch (per) {
    case 'slot':
    case 'day':
      return { per, slots, unit, price: priceNamed('') }
    case 'time': {
      const names = ['', firstPart]
      const first = before?.per === 'time' ? before.first : undefined
      return {
        per,
        minutes: Number(values.minutes),
        grace: Number(values.grace),
        slots,
        unit,
        price: priceNamed('', names),
        ...(values.isMeasured && { measured: 'present' as const }),
        ...((timeIn(values.clockFrom) ?? timeIn(values.clockTo)) && {
          clock: { from: timeIn(values.clockFrom), to: timeIn(values.clockTo) },
        }),
        ...(values.firstMinutes.trim() !== '' && {
          first: {
            minutes: Number(values.firstMinutes),
            unit: first?.unit ?? { one: 'première part', many: 'premières parts' },
            price: priceNamed(firstPart, names),
          },
        }),
        ...(values.timeLeast.trim() !== '' && { least: amountIn(values.timeLeast) ?? 0 }),
        ...(values.timeMost.trim() !== '' && { most: amountIn(values.timeMost) ?? 0 }),
      }
    }
    case 'forfait': {
      const { span, by, billed, instalments, depositCents, depositDays } = values
      const steps = (countsSteps(by) ? stepsIn(values.steps) : null) ?? [1]
      return {
        per,
        span,
        slots,
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
    case 'formula': {
      const formulas = formulasIn(values.formulas)
      const names = formulas.map(({ name }) => name)
      return {
        per,
        formulas: formulas.map(({ name, combinations }) => ({
          unit: { one: name, many: pluralOf(name) },
          combinations,
          price: priceNamed(name, names),
        })),
      }
    }
  }
}

/** Keeps the amounts already typed, as far as the new pricing method can use them. */
const priceFrom = ({ brackets }: Definition, values: LineValues, old: BasePrice | undefined): BasePrice => {
  const known = old ? amountsIn(old) : [0]
  const over = (cents: readonly number[]) => brackets.map((_, at) => cents[at] ?? cents.at(-1) ?? 0)
  const outside = old?.nonResident.rule === 'column' ? old.nonResident.cents : known
  const isSingle = values.method !== 'bracket' || values.outsideColumn === 'single'
  const nonResident = nonResidentFrom(values, isSingle ? outside.slice(-1) : over(outside))
  const last = known.at(-1) ?? 0
  const { method } = values
  switch (method) {
    case 'fixed':
      return { method, cents: last, nonResident }
    case 'bracket':
      return { method, cents: over(known), nonResident }
    case 'effortRate': {
      const floor = old?.method === 'effortRate' ? old.floor : 0
      return { method, percent: percentIn(values.percent, effortRateDecimals), floor, ceiling: last, nonResident }
    }
  }
}

const amountsIn = (price: BasePrice): readonly number[] => {
  switch (price.method) {
    case 'fixed':
      return [price.cents]
    case 'bracket':
      return price.cents
    case 'effortRate':
      return [price.ceiling]
  }
}

const nonResidentFrom = (
  { outside: rule, outsidePercent, outsideAmount }: LineValues,
  cents: number[],
): BasePrice['nonResident'] => {
  switch (rule) {
    case 'same':
      return { rule }
    case 'percent':
      return { rule, percent: percentIn(outsidePercent, percentDecimals) }
    case 'amount':
      return { rule, cents: amountIn(outsideAmount) ?? 0 }
    case 'column':
      return { rule, cents }
  }
}

const isWhole = (text: string, least: number, most: number): boolean =>
  /^\d+$/.test(text.trim()) && Number(text) >= least && Number(text) <= most

const refusePercent = (
  text: string,
  mostDecimals: number,
  isAllowed: (percent: number) => boolean,
  example: string,
): string | null => {
  const read = parsePercent(text, mostDecimals)
  if ('refusal' in read) return read.refusal
  return isAllowed(read.value) ? null : `Écrivez par exemple ${example}.`
}

const percentIn = (text: string, mostDecimals: number): number => {
  const read = parsePercent(text, mostDecimals)
  return 'value' in read ? read.value : Number.NaN
}

const slotsIn = (text: string): string[] =>
  text
    .split(/[,;\n]/)
    .map(slotCode)
    .filter((code) => code !== '')

const formulasIn = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [name = '', rest = ''] = line.split(':')
      const combinations = rest
        .split(/\sou\s/i)
        .map((one) =>
          one
            .split('+')
            .map(slotCode)
            .filter((code) => code !== ''),
        )
        .filter((one) => one.length > 0)
      return { name: name.trim(), combinations }
    })

const refuseFormulas = (text: string): string | null => {
  const all = formulasIn(text)
  if (all.length === 0) return 'Écrivez au moins une formule.'
  return all.some(({ name, combinations }) => name === '' || combinations.length === 0)
    ? 'Une formule par ligne\u00a0: «\u00a0journée\u00a0: matin + après-midi\u00a0».'
    : null
}

const refuseTime = (text: string): string | null =>
  text.trim() === '' || isTimeOfDay(text.trim()) ? null : 'Une heure, par exemple 18:00.'

const timeIn = (text: string): TimeOfDay | null => {
  const typed = text.trim()
  return isTimeOfDay(typed) ? typed : null
}

/** Null when these are not numbers in ascending order. */
const stepsIn = (text: string): number[] | null => {
  const numbers = text
    .split(/[,;\s]+/)
    .filter((part) => part !== '')
    .map(Number)
  const isRight =
    numbers.length > 0 && numbers.every((one, at) => Number.isInteger(one) && one > (numbers[at - 1] ?? 0))
  return isRight ? numbers : null
}

/** Whether the price of such a span can be paid in several monthly parts. */
export const canBeSplit = (span: Forfait['span']): boolean => span !== 'week' && span !== 'month'

const refuseAmount = (text: string): string | null => refusalIn(readPrice(text))

const refuseOptionalAmount = (text: string): string | null => {
  if (text.trim() === '') return null
  return refuseAmount(text) ?? (amountIn(text) === 0 ? 'Plus que zéro, ou vide.' : null)
}

/** Whether so many units a month may have one price together. */
export const canBeBundled = (per: LineValues['per']): boolean => per === 'slot' || per === 'day'
