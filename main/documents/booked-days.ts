import { format } from 'date-fns/format'
import { fr } from 'date-fns/locale/fr'
import { parseISO } from 'date-fns/parseISO'
import type { Day } from '../../shared/rules/day.ts'

/** Every day, as short as a parent still reads it: « 28 et 30 sept., 1ᵉʳ, 5 et 7 oct. ». */
export const bookedDays = (days: readonly Day[]): string => {
  const months = Map.groupBy([...new Set(days)].toSorted(), (day) => day.slice(0, 7))
  const years = new Set([...months.keys()].map((month) => month.slice(0, 4)))
  return [...months]
    .map(([month, inMonth], index) => {
      const last = years.size > 1 && [...months.keys()][index + 1]?.slice(0, 4) !== month.slice(0, 4)
      return `${joined(inMonth.map(number))}\u00a0${monthName(month)}${last ? `\u00a0${month.slice(0, 4)}` : ''}`
    })
    .join(', ')
}

const joined = (numbers: readonly string[]): string =>
  numbers.length < 2 ? numbers.join('') : `${numbers.slice(0, -1).join(', ')} et\u00a0${numbers.at(-1)}`

const number = (day: Day): string => (day.endsWith('-01') ? '1ᵉʳ' : String(Number(day.slice(8))))

const monthName = (month: string): string => {
  const known = names.get(month)
  if (known !== undefined) return known
  const name = format(parseISO(`${month}-01`), 'MMM', { locale: fr })
  names.set(month, name)
  return name
}
const names = new Map<string, string>()
