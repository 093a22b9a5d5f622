import { isTimeOfDay, type TimeOfDay } from '../../../../shared/rules/calendar/day.ts'
import { parsePercent } from '../../../../shared/rules/money/money.ts'
import { parseBrackets } from '../../../../shared/rules/price/bracket.ts'
import { parseCondition } from '../../../../shared/rules/price/printed/condition-words.ts'
import { slotCode } from '../../../../shared/rules/price/tariff.ts'
import { readPrice } from '../typed-amount.ts'

/* Parses what staff type in one field of a line. */

export const slotsIn = (text: string): string[] =>
  text
    .split(/[,;\n]/)
    .map(slotCode)
    .filter((code) => code !== '')

export const formulasIn = (text: string) =>
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

export const casesIn = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [words = '', own] = line.split(':')
      return { when: parseCondition(words), own: own === undefined ? undefined : parseBrackets(own) }
    })

/** Null when these are not numbers in ascending order. */
export const stepsIn = (text: string): number[] | null => {
  const numbers = text
    .split(/[,;\s]+/)
    .filter((part) => part !== '')
    .map(Number)
  const isRight =
    numbers.length > 0 && numbers.every((one, at) => Number.isInteger(one) && one > (numbers[at - 1] ?? 0))
  return isRight ? numbers : null
}

export const timeIn = (text: string): TimeOfDay | null => {
  const typed = text.trim()
  return isTimeOfDay(typed) ? typed : null
}

/** Null for an empty field. */
export const amountIn = (text: string): number | null => {
  const read = readPrice(text)
  return 'value' in read ? read.value : null
}

export const percentIn = (text: string, mostDecimals: number): number => {
  const read = parsePercent(text, mostDecimals)
  return 'value' in read ? read.value : Number.NaN
}

export const isWhole = (text: string, least: number, most: number): boolean =>
  /^\d+$/.test(text.trim()) && Number(text) >= least && Number(text) <= most

export const refusalIn = (read: object): string | null =>
  'refusal' in read && typeof read.refusal === 'string' ? read.refusal : null
