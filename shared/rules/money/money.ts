/** An amount in whole cents of a euro. Negative only on a credit note, a credit balance or a deduction. */
export type Cents = number

/**
 * How an amount that is not whole cents becomes one. A tariff names its own; half-up to the cent unless its délibération
 * says otherwise: to five or to ten cents, half-up too.
 */
export type Rounding = 'halfUp' | 'halfUpToFive' | 'halfUpToTen'

/** @throws RangeError when `value` is not a whole number of cents that a computer counts exactly */
export const cents = (value: number): Cents => {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a whole number of cents`)
  return value
}

/**
 * `numerator / denominator` in whole cents, half away from zero, so that a credit note undoes exactly what it corrects.
 * Both are whole numbers: a price never passes through a binary fraction.
 */
export const halfUp = (numerator: number, denominator: number): Cents => {
  const size = Math.abs(cents(numerator))
  const half = Math.floor((2 * size + denominator) / (2 * denominator))
  return numerator < 0 && half > 0 ? -half : half
}

/** `numerator / denominator` by the rounding that a tariff names. */
export const roundedBy = (rounding: Rounding, numerator: number, denominator: number): Cents => {
  const step = rounding === 'halfUp' ? 1 : rounding === 'halfUpToFive' ? 5 : 10
  return step * halfUp(numerator, denominator * step)
}

/** `amount` more or less `percent` % (two decimals at most). */
export const withPercent = (amount: Cents, percent: number): Cents =>
  halfUp(amount * (10_000 + hundredths(percent)), 10_000)

/** `total` shared by `weights`: largest remainders first, the earlier on a tie, no cent lost. */
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
  let left = size - shares.reduce((sum, { share }) => sum + share, 0)
  const result = shares.map(({ share }) => share)
  for (const { index } of shares.toSorted((a, b) => b.remainder - a.remainder || a.index - b.index)) {
    if (left === 0) break
    result[index] = (result[index] ?? 0) + 1
    left -= 1
  }
  return result.map((share) => (share === 0 ? 0 : sign * share))
}

/** « 1 234,56 »: for a column or a field whose unit is said elsewhere. */
export const formatAmount = (amount: Cents): string => {
  const size = Math.abs(amount)
  const sign = amount < 0 ? '\u2212' : ''
  return `${sign}${groupThousands(Math.floor(size / 100))},${String(size % 100).padStart(2, '0')}`
}

/** « 1 234,56 € », the amount and its sign never parted at the end of a line. */
export const formatEuros = (amount: Cents): string => `${formatAmount(amount)}\u00A0€`

/** A number as French writes it: « 1 180 », « 300,5 », « 0,36 ». */
export const formatNumber = (value: number): string => {
  const [whole = '0', decimals] = String(Math.abs(value)).split('.')
  return `${value < 0 ? '\u2212' : ''}${groupThousands(Number(whole))}${decimals ? `,${decimals}` : ''}`
}

/** Reads what a person types: « 12,5 », « 12.50 € », « 1 234,56 € », « −3 ». Never guesses a third decimal. */
export const parseAmount = (text: string): { readonly cents: Cents } | { readonly refusal: string } => {
  const typed = text
    .replace(spaces, '')
    .replace(/(€|euros?)$/i, '')
    .replace('\u2212', '-')
  if (typed === '') return { refusal: 'Le montant manque\u00a0: écrivez par exemple «\u00a012,50\u00a0».' }
  const parts = /^(-?)(\d+)(?:[.,](\d*))?$/.exec(typed)
  if (!parts)
    return {
      refusal: `«\u00a0${text.trim()}\u00a0» n’est pas un montant\u00a0: écrivez par exemple «\u00a01\u202F234,56\u00a0».`,
    }
  const [, sign, whole = '0', decimals = ''] = parts
  if (decimals.length > 2)
    return { refusal: `«\u00a0${text.trim()}\u00a0» a plus de deux décimales\u00a0: un montant s’arrête au centime.` }
  if (whole.length > 9) return { refusal: `«\u00a0${text.trim()}\u00a0» est trop grand pour un montant.` }
  const size = Number(whole) * 100 + Number(decimals.padEnd(2, '0'))
  return { cents: sign && size > 0 ? -size : size }
}

/** A number with two decimals at most (a percentage, a familyQuotient) as a whole number of hundredths. */
export const hundredths = (value: number): number => Math.round(value * 100)

/** Every space a French keyboard, a spreadsheet or a paper puts inside a number. */
export const spaces = /[\s\u00A0\u202F\u2009]/g

const groupThousands = (whole: number): string => String(whole).replace(/\B(?=(\d{3})+$)/g, '\u202F')
