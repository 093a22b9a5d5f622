import { type Cycle, cycleOf } from '../calendar/school-year-classes.ts'
import { counted, listed } from '../text/french.ts'
import { folded } from './names.ts'

/*
 * « Secteur »: the streets whose children a school takes. Numbers of a street may go to different schools, by side; a
 * street may have a nursery school and a primary school.
 */

export const catchmentSides = ['both', 'even', 'odd'] as const
export type CatchmentSide = (typeof catchmentSides)[number]

export const catchmentSideNames: Readonly<Record<CatchmentSide, string>> = {
  both: 'les deux côtés',
  even: 'numéros pairs',
  odd: 'numéros impairs',
}

/** Some numbers of a street; null: from its beginning, or to its end. */
export type CatchmentRow = {
  readonly street: string
  readonly fromNumber: number | null
  readonly toNumber: number | null
  readonly side: CatchmentSide
}

/** The number and the street of a line of an address: « 12 bis, rue des Lilas », « 12-14 rue… »; no number for a place name. */
export const streetOf = (line: string): { readonly number: number | null; readonly street: string } => {
  const [, digits, rest = ''] =
    /^\s*(\d{1,4})(?:\s*(?:bis|ter|quater|[a-d]))?\b(?:\s*[-/]\s*\d{1,4}\b)?[\s,]*(.*)$/i.exec(line) ?? []
  return digits === undefined
    ? { number: null, street: streetName(line) }
    : { number: Number(digits), street: streetName(rest) }
}

/**
 * What two spellings of one street have in common: lower case, without accents, abbreviations written out (« av. » is
 * « avenue »).
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

/** The rows that take an address. Without a number, only a street that is whole takes it. */
const catchmentsOf = <Row extends CatchmentRow>(rows: readonly Row[], line: string): Row[] => {
  const { number, street } = streetOf(line)
  return rows.filter(
    (row) =>
      streetName(row.street) === street &&
      (number === null
        ? row.fromNumber === null && row.toNumber === null && row.side === 'both'
        : hasNumber(row, number)),
  )
}

/**
 * The schools whose streets an address is in. Where the child's level is known, those that teach other levels are left out;
 * a school without pupils stays, since nothing says yet what it teaches.
 */
export const schoolsOfAddress = <School extends Taught>(
  schools: readonly School[],
  { line, level }: { readonly line: string; readonly level: string },
): School[] => {
  const cycle = cycleOf(level)
  return schools.filter(
    ({ catchment, cycles }) =>
      catchmentsOf(catchment, line).length > 0 && (cycle === null || cycles.length === 0 || cycles.includes(cycle)),
  )
}

type Taught = { readonly catchment: readonly CatchmentRow[]; readonly cycles: readonly Cycle[] }

/**
 * What is wrong in the streets of one school beside those of the others: a row whose numbers go down or are none of its
 * side, one that repeats another of the same school, and numbers between two rows of a street that no school takes.
 * @param before the streets that the school had: what it gives up may leave a gap too
 * @returns the first fault, with the position of its row in the school's streets; null for a street that it gave up
 */
export const catchmentFault = (
  school: Taught,
  others: readonly Taught[],
  before: readonly CatchmentRow[] = [],
): { readonly at: number | null; readonly sentence: string } | null => {
  const { catchment: own } = school
  // A nursery school leaves no primary school's gap filled: each takes the streets for its own levels.
  const beside = others.filter((other) => teachTogether(school, other)).flatMap(({ catchment }) => catchment)
  for (const [at, row] of own.entries()) {
    const sentence = rowFault(row, own.slice(0, at)) ?? gapFault(row, [...own, ...beside])
    if (sentence !== null) return { at, sentence }
  }
  for (const row of before) {
    const sentence = gapFault(row, [...own, ...beside])
    if (sentence !== null) return { at: null, sentence }
  }
  return null
}

/** Whether two schools teach a level in common; of one without pupils, nothing says what it teaches yet. */
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

/** A street is told whole, side by side: numbers of a side between its first and last row belong to some school. */
const gapFault = ({ street }: CatchmentRow, all: readonly CatchmentRow[]): string | null => {
  const rows = all.filter((other) => streetName(other.street) === streetName(street))
  for (const side of ['even', 'odd'] as const) {
    const here = rows.filter((row) => row.side === 'both' || row.side === side)
    if (here.length < 2) continue
    const first = Math.min(...here.map(({ fromNumber }) => fromNumber ?? 0))
    const last = Math.max(...here.map(({ toNumber, fromNumber }) => toNumber ?? fromNumber ?? 0))
    const missing = range(first, last).filter(
      (one) => (side === 'even') === (one % 2 === 0) && !here.some((row) => hasNumber(row, one)),
    )
    if (missing.length > 0)
      return `${street}\u00a0: ${counted(missing.length, 'numéro')} sans école, ${listed(
        missing.length > 3 ? [missing[0], '…', missing.at(-1)].map(String) : missing.map(String),
      )}.`
  }
  return null
}

/** Numbers around the ends of some rows, of both sides: where rows overlap, one of these is in both. */
const numbersToTry = (rows: readonly CatchmentRow[]): number[] =>
  rows
    .flatMap(({ fromNumber, toNumber }) => [fromNumber ?? 1, toNumber ?? fromNumber ?? 1])
    .flatMap((one) => [one, one + 1])

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index)
