import { type Day, dayOf, dayOfMonth, monthOf, yearOf } from '../calendar/day.ts'
import { folded } from './names.ts'

/** School levels from nursery school to the end of the lycée, youngest first, in the schools' notation. */
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

const superscripts: Readonly<Record<string, string>> = { d: 'ᵈ', e: 'ᵉ', l: 'ˡ', r: 'ʳ' }

/** « 6ᵉ », « 1ʳᵉ », « Tˡᵉ », « CM2 » */
export const levelText = (level: string): string =>
  level.replace(/(?<=^[\dT])[delr]+$/, (end) => end.replaceAll(/./g, (letter) => superscripts[letter] ?? letter))

/** « CP → CM2 » for three or more consecutive levels; « PS, CP » for others. */
export const levelsText = (some: readonly string[]): string => {
  const all = levels.filter((level) => some.includes(level))
  const [first, last] = [all[0], all.at(-1)]
  const isRange = first && last && all.length > 2 && levels.indexOf(last) - levels.indexOf(first) === all.length - 1
  return (isRange ? [levelText(first), levelText(last)] : all.map(levelText)).join(isRange ? ' → ' : ', ')
}

/**
 * The level named in a school's own words: « PETITE SECTION », « cours élémentaire 1re année », « M.S. »; null when
 * there is none.
 */
export const levelNamed = (text: string): Level | null => {
  const words = folded(text)
  const compact = words.replaceAll(' ', '')
  return levels.find((level) => level.toLowerCase() === compact) ?? levelSpellings[words] ?? null
}

const levelSpellings: Readonly<Record<string, Level>> = {
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

/** 1 September of the school year that contains `on`; July and August belong to the year that ends. */
export const schoolYearStart = (on: Day): Day => dayOf(monthOf(on) >= 9 ? yearOf(on) : yearOf(on) - 1, 9, 1)

/**
 * The day whose class applies on `on`. Children change class on 1 September, but a period may begin some days before,
 * with the teachers' return: the coming class already applies to it.
 */
export const classDay = (on: Day): Day =>
  monthOf(on) === 8 && dayOfMonth(on) >= earliestTeachersReturn ? dayOf(yearOf(on), 9, 1) : on

/** A day of August: the teachers' return has never been earlier. */
const earliestTeachersReturn = 25

/** Where a child goes to school; null for what is not known. */
export type Schooling = { readonly school: string | null; readonly schoolClass: string | null }

/** A child's school and class today, its former classes, and those already recorded for later days, soonest first. */
export type Schooled = {
  /** Each with its last day; absent when none ended in the last year, and with older desks. */
  readonly formerClasses?: readonly { readonly until: Day; readonly schoolClass: string | null }[] | undefined
  /** Empty when unknown. */
  readonly school: string
  readonly schoolClass: string | null
  readonly comingClasses?:
    | readonly {
        readonly from: Day
        /** Absent with older desks: the school of today applies. */
        readonly school?: string | undefined
        readonly schoolClass: string | null
      }[]
    | undefined
}

/** The school and class on a day; for a past day, the class of that day with the school of today. */
export const schoolingOn = (child: Schooled, day: Day): Schooling => {
  const on = classDay(day)
  const { school = child.school, schoolClass }: { school?: string | undefined; schoolClass: string | null } =
    child.formerClasses?.find(({ until }) => on <= until) ??
    child.comingClasses?.findLast(({ from }) => from <= on) ??
    child
  return { school: school || null, schoolClass }
}

/** All schools and classes between two days. */
export const schoolingsBetween = (child: Schooled, from: Day, to: Day): Schooling[] => [
  schoolingOn(child, from),
  ...(child.comingClasses ?? [])
    .filter((coming) => coming.from > from && coming.from <= classDay(to))
    .map((coming) => schoolingOn(child, coming.from)),
]
