import { formatEuros, formatNumber } from '../money/money.ts'

type Total = {
  readonly unit: 'count' | 'cents' | 'minutes'
  readonly source: number
  readonly here: number
}

/** « 1 234 », « 12,50 € », « 7 h 30 » */
export const totalText = (value: number, unit: Total['unit']): string => {
  if (unit === 'cents') return formatEuros(value)
  if (unit === 'count') return formatNumber(value)
  const minutes = value % 60
  return `${formatNumber(Math.trunc(value / 60))}\u00a0h${minutes === 0 ? '' : `\u00a0${String(minutes).padStart(2, '0')}`}`
}

/** What is missing here, « − 2 », or « égal ». */
export const totalDifferenceText = ({ source, here, unit }: Total): string =>
  source === here ? 'égal' : `${here < source ? '\u2212' : '+'}\u00a0${totalText(Math.abs(source - here), unit)}`
