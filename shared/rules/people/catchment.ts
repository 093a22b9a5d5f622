import { type Cycle, cycleOf } from '../calendar/school-year-classes.ts'
import { counted, listed } from '../text/french.ts'
import { folded } from './names.ts'

/*
 * « Secteur »: the streets whose children a school takes. The numbers of a street may belong to different schools, also
 * by side; a street may belong to a nursery school and to a primary school.
 */

export const catchmentSides = ['both', 'even', 'odd'] as const
export type CatchmentSide = (typeof catchmentSides)[number]

export const catchmentSideNames: Readonly<Record<CatchmentSide, string>> = {
  both: 'les deux côtés',
  even: 'numéros pairs',
  odd: 'numéros impairs',
}

/**
 * Rows pasted from a spreadsheet: street, first number, last number, side; the last three may be missing. The sentence
 * says which line cannot be read.
 */
export const pastedStreets = (text: string): { readonly rows: CatchmentRow[]; readonly refusal: string | null } => {
  const rows: CatchmentRow[] = []
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue
    const [street = '', from = '', to = '', written = ''] = line.split(/[\t;]/).map((cell) => cell.trim())
    const side = pastedSide(written)
    const wrong = [from, to].find((number) => !/^\d{0,4}$/.test(number))
    const refuse = (why: string) => ({ rows: [], refusal: `Ligne ${at + 1}\u00a0: ${why}` })
    if (street === '') return refuse('il manque la rue.')
    if (wrong !== undefined) return refuse(`«\u00a0${wrong}\u00a0» n’est pas un numéro.`)
    if (side === undefined) return refuse(`«\u00a0${written}\u00a0»\u00a0: écrivez pairs, impairs, ou rien.`)
    rows.push({ street, fromNumber: numberOf(from), toNumber: numberOf(to), side })
  }
  return { rows, refusal: rows.length === 0 ? 'Collez au moins une ligne.' : null }
}

const numberOf = (text: string): number | null => (text === '' ? null : Number(text))

/** « pairs », « Côté impair », « numéros impairs »; nothing for both sides. */
const pastedSide = (text: string): CatchmentSide | undefined => {
  const words = folded(text)
  if (words === '' || /\b(deux|tous|toute)/.test(words)) return 'both'
  if (/\bimpairs?\b/.test(words)) return 'odd'
  return /\bpairs?\b/.test(words) ? 'even' : undefined
}

/** A part of a street; null: from its beginning, or to its end. */
export type CatchmentRow = {
  readonly street: string
  readonly fromNumber: number | null
  readonly toNumber: number | null
  readonly side: CatchmentSide
}

/**
 * The number and the street in a line of an address: « 12 bis, rue des Lilas », « 12-14 rue… »; no number for a place
 * name.
 */
export const streetOf = (line: string): { readonly number: number | null; readonly street: string } => {
  const [, digits, rest = ''] =
    /^\s*(\d{1,4})(?:\s*(?:bis|ter|quater|[a-d]))?\b(?:\s*[-/]\s*\d{1,4}\b)?[\s,]*(.*)$/i.exec(line) ?? []
  return digits === undefined
    ? { number: null, street: streetName(line) }
    : { number: Number(digits), street: streetName(rest) }
}

/**
 * A form that is equal for all spellings of a street: lower case, without accents, with abbreviations written out («
 * av. » is « avenue »).
 */
const streetName = (text: string): string =>
  folded(text)
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => streetWords[word] ?? word)
    .join(' ')

const streetWords: Readonly<Record<string, string>> = {
  av: 'avenue',
  ave: 'avenue',
  bd: 'boulevard',
  bld: 'boulevard',
  boul: 'boulevard',
  all: 'allee',
  ch: 'chemin',
  chem: 'chemin',
  imp: 'impasse',
  pl: 'place',
  r: 'rue',
  rte: 'route',
  sq: 'square',
  res: 'residence',
  lot: 'lotissement',
  st: 'saint',
  ste: 'sainte',
}

const hasNumber = ({ fromNumber, toNumber, side }: CatchmentRow, number: number): boolean =>
  (fromNumber ?? 0) <= number &&
  number <= (toNumber ?? Number.POSITIVE_INFINITY) &&
  (side === 'both' || (side === 'even') === (number % 2 === 0))

/**
 * @returns a function that finds the schools in whose catchment area an address is. When the child's level is known,
 * schools that teach other levels are left out; a school without pupils stays, since its levels are unknown.
 */
export const schoolsByAddress = <School extends Taught>(schools: readonly School[]) => {
  const byStreet = Map.groupBy(
    schools.flatMap((school) => school.catchment.map((row) => ({ school, row }))),
    ({ row }) => streetName(row.street),
  )
  return ({ line, level }: Placed): School[] => {
    const { number, street } = streetOf(line)
    const taking = new Set(
      (byStreet.get(street) ?? []).flatMap(({ school, row }) => (takes(row, number) ? [school] : [])),
    )
    const cycle = cycleOf(level)
    return [...taking].filter(({ cycles }) => cycle === null || cycles.length === 0 || cycles.includes(cycle))
  }
}

/** An address without a number only matches a row for the whole street. */
const takes = (row: CatchmentRow, number: number | null): boolean =>
  number === null ? row.fromNumber === null && row.toNumber === null && row.side === 'both' : hasNumber(row, number)

type Placed = { readonly line: string; readonly level: string }

export const schoolsOfAddress = <School extends Taught>(schools: readonly School[], of: Placed): School[] =>
  schoolsByAddress(schools)(of)

/** The « dérogation » needed by a child who goes to another school than that of its address. */
export type Exemption = {
  readonly school: string
  /** The schools of its address. */
  readonly instead: readonly string[]
  /** Whether its reason has been written. */
  readonly isGiven: boolean
}

/**
 * The « dérogation » of a child, needed when none of its homes is in the catchment area of its school. Null when one
 * is, or when no school takes the streets of its homes.
 * @param lines the addresses of the child's homes in this town
 */
export const exemptionAsked = (
  schoolsAt: (of: Placed) => readonly { readonly id: number; readonly name: string }[],
  { schoolId, school, level, exemption, lines }: Attending,
): Exemption | null => {
  const found = new Map(lines.flatMap((line) => schoolsAt({ line, level })).map(({ id, name }) => [id, name]))
  if (schoolId === null || found.size === 0 || found.has(schoolId)) return null
  return { school, instead: [...found.values()], isGiven: exemption !== '' }
}

type Attending = {
  readonly schoolId: number | null
  readonly school: string
  readonly level: string
  /** The reason, as staff wrote it. */
  readonly exemption: string
  readonly lines: readonly string[]
}

/** « Dérogation à noter. École de l’enfant : École Prévert. Celle de son adresse : École des Tilleuls. » */
export const exemptionText = ({ school, instead }: Pick<Exemption, 'school' | 'instead'>): string =>
  `Dérogation à noter. École de l’enfant\u00a0: ${school}. Celle de son adresse\u00a0: ${listed(instead, 'ou')}.`

type Taught = { readonly catchment: readonly CatchmentRow[]; readonly cycles: readonly Cycle[] }

/**
 * Finds a mistake in the streets of one school, compared with those of the others: a row with numbers in the wrong
 * order or not on its side, a row that overlaps another of the same school, or a gap of numbers between two rows of a
 * street that belong to no school.
 * @param before the former streets of the school: a street that it no longer takes may leave a gap too
 * @returns the first mistake, with the position of its row in the school's streets; null as the position for a street
 * no longer taken
 */
export const catchmentFault = (
  school: Taught,
  others: readonly Taught[],
  before: readonly CatchmentRow[] = [],
): { readonly at: number | null; readonly sentence: string } | null => {
  const { catchment: own } = school
  // A nursery school does not fill the gap of a primary school: each takes the streets for its own levels.
  const beside = others.filter((other) => teachTogether(school, other)).flatMap(({ catchment }) => catchment)
  // Each row is checked on its own first, because numbers in the wrong order would also leave a gap.
  const faults = [
    (row: CatchmentRow, at: number) => rowFault(row, own.slice(0, at)),
    (row: CatchmentRow) => gapFault(row, [...own, ...beside]),
  ]
  for (const fault of faults)
    for (const [at, row] of own.entries()) {
      const sentence = fault(row, at)
      if (sentence !== null) return { at, sentence }
    }
  for (const row of before) {
    const sentence = gapFault(row, [...own, ...beside])
    if (sentence !== null) return { at: null, sentence }
  }
  return null
}

/**
 * Whether two schools teach a common level. The levels of a school without pupils are unknown, so it is compared with
 * all.
 */
const teachTogether = ({ cycles: one }: Taught, { cycles: other }: Taught): boolean =>
  one.length === 0 || other.length === 0 || one.some((cycle) => other.includes(cycle))

const rowFault = (row: CatchmentRow, before: readonly CatchmentRow[]): string | null => {
  const { fromNumber, toNumber, street } = row
  if (fromNumber !== null && toNumber !== null && toNumber < fromNumber)
    return `${street}\u00a0: le dernier numéro vient avant le premier.`
  if (fromNumber !== null && fromNumber === toNumber && !hasNumber(row, fromNumber))
    return `${street}\u00a0: le ${fromNumber} n’est pas de ce côté.`
  const same = before.filter((other) => streetName(other.street) === streetName(street))
  return same.some((other) => numbersToTry([row, other]).some((one) => hasNumber(row, one) && hasNumber(other, one)))
    ? `${street}\u00a0: des numéros sont écrits deux fois.`
    : null
}

/** A street must be complete on each side: all numbers between its first and last row belong to some school. */
const gapFault = ({ street }: CatchmentRow, all: readonly CatchmentRow[]): string | null => {
  const rows = all.filter((other) => streetName(other.street) === streetName(street))
  const missing = (['even', 'odd'] as const)
    .flatMap((side) => {
      const here = rows.filter((row) => row.side === 'both' || row.side === side)
      if (here.length < 2) return []
      const first = Math.min(...here.map(({ fromNumber }) => fromNumber ?? 0))
      const last = Math.max(...here.map(({ toNumber, fromNumber }) => toNumber ?? fromNumber ?? 0))
      return range(first, last).filter(
        (one) => (side === 'even') === (one % 2 === 0) && !here.some((row) => hasNumber(row, one)),
      )
    })
    .toSorted((one, other) => one - other)
  if (missing.length === 0) return null
  const some = missing.length > 3 ? [missing[0], '…', missing.at(-1)] : missing
  return `${street}\u00a0: ${counted(missing.length, 'numéro')}${sideOf(missing)} sans école, ${listed(some.map(String))}.`
}

/**
 * Names the side when several numbers are on one side: « 22, … et 30 » alone would not say that the odd numbers have a
 * school.
 */
const sideOf = (numbers: readonly number[]): string => {
  if (numbers.length < 2) return ''
  if (numbers.every((one) => one % 2 === 0)) return ' pairs'
  return numbers.every((one) => one % 2 === 1) ? ' impairs' : ''
}

/**
 * Numbers at and around the ends of some rows, on both sides of the street: where rows overlap, one of these is in
 * both.
 */
const numbersToTry = (rows: readonly CatchmentRow[]): number[] =>
  rows
    .flatMap(({ fromNumber, toNumber }) => [fromNumber ?? 1, toNumber ?? fromNumber ?? 1])
    .flatMap((one) => [one, one + 1])

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index)
