import { type Day, dayOf, dayOfMonth, monthOf, yearOf } from '../calendar/day.ts'
import { folded } from './names.ts'

/** Levels from the nursery school to the end of the lycée, youngest first, as schools write them. */
export const levels = [
  'TPS',
  'PS',
  'MS',
  'GS',
  'CP',
  'CE1',
  'CE2',
  'CM1',
  'CM2',
  '6e',
  '5e',
  '4e',
  '3e',
  '2de',
  '1re',
  'Tle',
] as const
export type Level = (typeof levels)[number]

const raised: Readonly<Record<string, string>> = { d: 'ᵈ', e: 'ᵉ', l: 'ˡ', r: 'ʳ' }

/** « 6ᵉ », « 1ʳᵉ », « Tˡᵉ », « CM2 » */
export const levelText = (level: string): string =>
  level.replace(/(?<=^[\dT])[delr]+$/, (end) => end.replaceAll(/./g, (letter) => raised[letter] ?? letter))

/** « CP → CM2 » of levels that follow each other, three or more; « PS, CP » of others. */
export const levelsText = (some: readonly string[]): string => {
  const all = levels.filter((level) => some.includes(level))
  const [first, last] = [all[0], all.at(-1)]
  const isRange = first && last && all.length > 2 && levels.indexOf(last) - levels.indexOf(first) === all.length - 1
  return (isRange ? [levelText(first), levelText(last)] : all.map(levelText)).join(isRange ? ' → ' : ', ')
}

/** The level that a school's words name: « PETITE SECTION », « cours élémentaire 1re année », « M.S. »; null when none. */
export const levelNamed = (text: string): Level | null => {
  const words = folded(text)
  const compact = words.replaceAll(' ', '')
  return levels.find((level) => level.toLowerCase() === compact) ?? spelled[words] ?? null
}

const spelled: Readonly<Record<string, Level>> = {
  'toute petite section': 'TPS',
  'tres petite section': 'TPS',
  'petite section': 'PS',
  'moyenne section': 'MS',
  'grande section': 'GS',
  'cours preparatoire': 'CP',
  'cours elementaire 1re annee': 'CE1',
  'cours elementaire 1ere annee': 'CE1',
  'cours elementaire 2e annee': 'CE2',
  'cours elementaire 2eme annee': 'CE2',
  'cours moyen 1re annee': 'CM1',
  'cours moyen 1ere annee': 'CM1',
  'cours moyen 2e annee': 'CM2',
  'cours moyen 2eme annee': 'CM2',
}

/** 1 September of the school year that `on` belongs to; July and August still belong to the one that ends. */
export const schoolYearStart = (on: Day): Day => dayOf(monthOf(on) >= 9 ? yearOf(on) : yearOf(on) - 1, 9, 1)

/**
 * The day whose class applies on `on`. A child's class changes on 1 September, but a period may begin some days before,
 * with the teachers' return: the coming class already applies there.
 */
export const classDay = (on: Day): Day =>
  monthOf(on) === 8 && dayOfMonth(on) >= teachersReturn ? dayOf(yearOf(on), 9, 1) : on

/** A day of August: teachers have never had to return before it. */
const teachersReturn = 25

/** A child's class, and those already known of days to come, soonest first. */
type Classes = {
  readonly schoolClass: string | null
  readonly comingClasses?: readonly { readonly from: Day; readonly schoolClass: string | null }[] | undefined
}

/** The class that counts on a day to come; null when it is not known. */
export const classOn = ({ schoolClass, comingClasses = [] }: Classes, on: Day): string | null => {
  const coming = comingClasses.findLast(({ from }) => from <= classDay(on))
  return coming ? coming.schoolClass : schoolClass
}
