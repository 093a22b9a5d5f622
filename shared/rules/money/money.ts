import { quoted } from '../text/french.ts'

/** An amount in whole cents of a euro. Negative only on a credit note, a credit balance or a deduction. */
export type Cents = number

/**
 * How a fraction of a cent is rounded. Each tariff names its rounding: half-up to the cent, unless the town's
 * délibération says five or ten cents, half-up too.
 */
export type Rounding = 'halfUp' | 'halfUpToFive' | 'halfUpToTen'

/** @throws RangeError when `value` is not a safe integer */
export const cents = (value: number): Cents => {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a whole number of cents`)
  return value
}

/**
 * `numerator / denominator` rounded to whole cents, half away from zero, so that a credit note cancels exactly what it
 * corrects. Both arguments are integers: no price goes through a binary fraction.
 */
export const halfUp = (numerator: number, denominator: number): Cents => {
  const size = Math.abs(cents(numerator))
  const half = Math.floor((2 * size + denominator) / (2 * denominator))
  return numerator < 0 && half > 0 ? -half : half
}

/** `numerator / denominator` rounded as the tariff says. */
export const roundedBy = (rounding: Rounding, numerator: number, denominator: number): Cents => {
  const step = rounding === 'halfUp' ? 1 : rounding === 'halfUpToFive' ? 5 : 10
  return step * halfUp(numerator, denominator * step)
}

/** `amount` plus `percent` % (two decimals at most); minus when `percent` is negative. */
export const withPercent = (amount: Cents, percent: number): Cents =>
  halfUp(amount * (10_000 + hundredths(percent)), 10_000)

export const sumOf = (some: readonly { readonly cents: Cents }[]): Cents =>
  some.reduce((sum, { cents: each }) => sum + each, 0)

/**
 * Shares `total` by `weights` without losing a cent: the largest remainders are rounded up first, the earlier one on a
 * tie.
 */
export const allocate = (total: Cents, weights: readonly number[]): Cents[] => {
  const whole = weights.reduce((sum, weight) => sum + cents(weight), 0)
  if (whole <= 0 || weights.some((weight) => weight < 0))
    throw new RangeError('an amount is shared by weights of which one at least is positive')
  const size = Math.abs(cents(total))
  const sign = total < 0 ? -1 : 1
  const shares = weights.map((weight, index) => {
    const product = cents(size * weight)
    return { index, share: Math.floor(product / whole), remainder: product % whole }
  })
  let remainingCents = size - shares.reduce((sum, { share }) => sum + share, 0)
  const result = shares.map(({ share }) => share)
  for (const { index } of shares.toSorted((a, b) => b.remainder - a.remainder || a.index - b.index)) {
    if (remainingCents === 0) break
    result[index] = (result[index] ?? 0) + 1
    remainingCents -= 1
  }
  return result.map((share) => (share === 0 ? 0 : sign * share))
}

/** « 1 234,56 »: for a column or field whose heading names the unit. */
export const formatAmount = (amount: Cents): string => {
  const size = Math.abs(amount)
  const sign = amount < 0 ? '\u2212' : ''
  return `${sign}${groupThousands(Math.floor(size / 100))},${String(size % 100).padStart(2, '0')}`
}

/** « 1 234,56 € », with a non-breaking space before the €. */
export const formatEuros = (amount: Cents): string => `${formatAmount(amount)}\u00A0€`

/** A number in French notation: « 1 180 », « 300,5 », « 0,36 ». */
export const formatNumber = (value: number): string => {
  const [whole = '0', decimals] = String(Math.abs(value)).split('.')
  return `${value < 0 ? '\u2212' : ''}${groupThousands(Number(whole))}${decimals ? `,${decimals}` : ''}`
}

/**
 * Parses an amount as people type it: « 12,5 », « 12.50 € », « 1 234,56 € », « −3 ». More than two decimals are
 * refused, not rounded.
 */
export const parseAmount = (text: string): { readonly cents: Cents } | { readonly refusal: string } => {
  const typed = text
    .replace(spaces, '')
    .replace(/(€|euros?)$/i, '')
    .replace('\u2212', '-')
  if (typed === '') return { refusal: 'Le montant manque\u00a0: écrivez par exemple «\u00a012,50\u00a0».' }
  const parts = /^(-?)(\d+)(?:[.,](\d*))?$/.exec(typed)
  if (!parts)
    return {
      refusal: `${quoted(text)} n’est pas un montant\u00a0: écrivez par exemple «\u00a01\u202F234,56\u00a0».`,
    }
  const [, sign, whole = '0', decimals = ''] = parts
  if (decimals.length > 2)
    return { refusal: `${quoted(text)} a plus de deux décimales\u00a0: un montant s’arrête au centime.` }
  if (whole.length > 9) return { refusal: `${quoted(text)} est trop grand pour un montant.` }
  const size = Number(whole) * 100 + Number(decimals.padEnd(2, '0'))
  return { cents: sign && size > 0 ? -size : size }
}

/**
 * Parses a percentage as people type it: « 12,5 », « 0,0619 % ». More than `mostDecimals` decimals are refused, not
 * rounded: the price would follow another percentage than the one that the tariff shows.
 */
export const parsePercent = (
  text: string,
  mostDecimals: number,
): { readonly value: number } | { readonly refusal: string } => {
  const typed = text.replace(spaces, '').replace(/%$/, '').replace('\u2212', '-').replace(',', '.')
  if (!/^-?\d{1,6}(\.\d*)?$/.test(typed))
    return {
      refusal:
        typed === ''
          ? 'Le pourcentage manque\u00a0: écrivez par exemple «\u00a010\u00a0».'
          : `${quoted(text)} n’est pas un pourcentage\u00a0: écrivez par exemple «\u00a012,5\u00a0».`,
    }
  const value = Number(typed)
  return hasAtMostDecimals(value, mostDecimals)
    ? { value }
    : {
        refusal: `${quoted(text)} a trop de décimales\u00a0: ${mostDecimals === 2 ? 'deux' : 'quatre'} au plus.`,
      }
}

export const hasAtMostDecimals = (value: number, most: number): boolean => Number(value.toFixed(most)) === value

/** A number with two decimals at most (a percentage, a family quotient) as an integer number of hundredths. */
export const hundredths = (value: number): number => Math.round(value * 100)

/** All space characters that keyboards, spreadsheets and papers put inside numbers. */
export const spaces = /[\s\u00A0\u202F\u2009]/g

const groupThousands = (whole: number): string => String(whole).replace(/\B(?=(\d{3})+$)/g, '\u202F')

/** « + 12,00 € », « −12,00 € ». */
export const changeText = (cents: Cents): string => (cents > 0 ? `+\u00a0${formatEuros(cents)}` : formatEuros(cents))

/** « + 2,5 % »: how much more `after` is than `before`; « – » without anything before. */
export const percentText = (before: Cents, after: Cents): string => {
  if (before === 0) return '–'
  const tenths = Math.round(((after - before) / before) * 1000) / 10
  return `${tenths > 0 ? '+\u00a0' : ''}${formatNumber(tenths)}\u00a0%`
}
