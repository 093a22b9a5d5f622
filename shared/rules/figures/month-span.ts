import { daysOfMonth, type Month, monthOf, yearOf } from '../calendar/day.ts'
import { capitalised, longDate, monthText, ordinal } from '../text/french.ts'

/** « Septembre 2026 », « 3ᵉ trimestre 2026 », « 2026 », else « du 1ᵉʳ juillet au 31 août 2026 ». */
export const monthSpanName = (from: Month, to: Month): string => {
  const [first, last] = [daysOfMonth(from).from, daysOfMonth(to).to]
  const [month, year] = [monthOf(first), yearOf(first)]
  const length = (yearOf(last) - year) * 12 + monthOf(last) - month + 1
  if (length === 1) return capitalised(monthText(first))
  if (length === 3 && month % 3 === 1) return `${month === 1 ? '1ᵉʳ' : ordinal((month + 2) / 3)} trimestre ${year}`
  return length === 12 && month === 1 ? String(year) : `du ${longDate(first)} au ${longDate(last)}`
}

/** Both months included. */
export const monthsBetween = (from: Month, to: Month): Month[] => {
  const months: Month[] = []
  for (let month = from; month <= to; month = nextMonth(month)) months.push(month)
  return months
}

const nextMonth = (month: Month): Month => {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return (number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`) as Month
}
