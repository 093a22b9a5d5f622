import { type Cents, parseAmount } from '../../money/money.ts'
import { quoted } from '../../text/french.ts'
import { type Bracket, parseBrackets } from '../bracket.ts'
import {
  percentsOf,
  type SiblingColumns,
  type SiblingCondition,
  siblingCondition,
  siblingHeads,
} from './sibling-columns.ts'

/** A price table as towns print it: brackets as columns and formulas as rows, or the reverse. */
export type PrintedTable = {
  readonly brackets: readonly Bracket[]
  readonly rows: readonly PrintedRow[]
  /** The sibling reduction read from columns « 1 enfant, 2 enfants, 3 et plus »; null without such columns. */
  readonly siblings: SiblingColumns | null
}

export type PrintedRow = {
  readonly label: string
  /** One amount per bracket, or a single one for all brackets. */
  readonly resident: readonly Cents[]
  /** Null when the table has none. */
  readonly nonResident: readonly Cents[] | null
  /** What others pay than those of `resident`, each with its amounts; the last case is for all further children. */
  readonly cases?: readonly PrintedCase[] | undefined
}

type PrintedCase = { readonly when: SiblingCondition; readonly resident: readonly Cents[] }

type TableResult = { readonly table: PrintedTable } | TableRefusal

type TableRefusal = {
  readonly refusal: string
  /** The text to correct, within its line; absent when something is missing. */
  readonly cell?: { readonly line: string; readonly text: string } | undefined
}

/**
 * Parses a table pasted from a spreadsheet (cells separated by tabs) or a PDF (by spaces): a line of brackets, then one
 * line per formula; or a line of formulas, then one line per bracket. « ville » and « hors commune » may alternate as
 * columns, or « hors commune » may be the last column. Columns by number of children, with one line per bracket, are
 * read as a sibling reduction in percent; or, where they follow no percentage, as a price of its own for each number.
 */
export const readTable = (text: string): TableResult => {
  const lines = text
    .split(/\r?\n/)
    .map(withPlainSpaces)
    .filter((line) => line.trim() !== '')
  if (lines.length === 0)
    return { refusal: 'Collez la grille\u00a0: une ligne de tranches, puis une ligne par formule.' }
  const head = lines.findIndex((line) => bracketsIn(line).length > 1)
  if (head >= 0) return byFormula(lines, head)
  const first = lines.findIndex(isBracketRow)
  return first >= 0
    ? byBracket(lines, first)
    : { refusal: 'Aucune tranche trouvée, comme «\u00a0301–620\u00a0» ou «\u00a0> 1101\u00a0».' }
}

const byFormula = (lines: readonly string[], head: number): TableResult => {
  const line = lines[head] ?? ''
  const labels = bracketsIn(line)
  const read = parseBrackets(labels.map(unspaced).join('\n'))
  if ('refusal' in read) return { refusal: read.refusal, cell: cellIn(line, labels[read.at]) }
  const count = read.brackets.length
  const rows: PrintedRow[] = []
  let sides: readonly Side[] = []
  for (const line of lines.slice(head + 1)) {
    const found = amountsAtEnd(line)
    if (found.refused) return refusalOfLine(line, found.label, found.refused)
    if (found.amounts.length === 0) {
      // A line of words under the brackets: « ville », « hors commune ».
      if (rows.length === 0 && sidesIn(line).length === 2 * count) sides = sidesIn(line)
      continue
    }
    const row = rowOf(found, count, sides)
    if ('refusal' in row) return { ...row, cell: cellIn(line, line.trim()) }
    rows.push(row)
  }
  return rows.length === 0
    ? { refusal: 'Les tranches sont là, mais aucune ligne de prix sous elles.' }
    : { table: { brackets: read.brackets, rows, siblings: null } }
}

const rowOf = (
  { label, amounts }: { label: string; amounts: readonly Cents[] },
  count: number,
  sides: readonly Side[],
): PrintedRow | { readonly refusal: string } => {
  if (amounts.length === 1 || amounts.length === count) return { label, resident: amounts, nonResident: null }
  if (amounts.length === 2 * count) {
    const isOut = (at: number) => (sides.length > 0 ? sides[at] === 'out' : at % 2 === 1)
    return {
      label,
      resident: amounts.filter((_, at) => !isOut(at)),
      nonResident: amounts.filter((_, at) => isOut(at)),
    }
  }
  if (amounts.length === count + 1) return { label, resident: amounts.slice(0, -1), nonResident: amounts.slice(-1) }
  return {
    refusal: `${quoted(label)}\u00a0: ${amounts.length} prix pour ${count} tranches. Il en faut un par tranche, deux avec «\u00a0hors commune\u00a0», ou un seul pour tous.`,
  }
}

const byBracket = (lines: readonly string[], first: number): TableResult => {
  const rows = lines.slice(first).filter(isBracketRow)
  for (const line of lines.slice(first).filter((one) => leading.test(one))) {
    const { refused } = amountsAtEnd(afterBracket(line))
    if (refused) return refusalOfLine(line, bracketOf(line), refused)
  }
  const read = parseBrackets(rows.map(bracketOf).join('\n'))
  if ('refusal' in read) {
    const line = rows[read.at] ?? ''
    return { refusal: read.refusal, cell: cellIn(line, leading.exec(line)?.[1]) }
  }
  const columns = rows.map((line) => amountsAtEnd(afterBracket(line)).amounts)
  const width = columns[0]?.length ?? 0
  const uneven = columns.findIndex((amounts) => amounts.length !== width)
  if (uneven >= 0)
    return {
      refusal: `«\u00a0${read.brackets[uneven]?.label ?? ''}\u00a0» a ${columns[uneven]?.length ?? 0} prix, la première tranche en a ${width}\u00a0: il en faut autant sur chaque ligne.`,
      cell: cellIn(rows[uneven] ?? '', rows[uneven]?.trim()),
    }
  const head = lines[first - 1] ?? ''
  const heads = siblingHeads(head)
  if (heads && heads.count === width) {
    const prices = Array.from({ length: width }, (_, at) => columns.map((line) => line[at] ?? 0))
    const percents = percentsOf(prices)
    const label =
      lines
        .slice(0, first - 1)
        .find((line) => !/\d/.test(line))
        ?.trim() ?? 'Prix'
    const row = { label, resident: prices[0] ?? [], nonResident: null }
    const { brackets } = read
    if (percents) return { table: { brackets, rows: [row], siblings: { by: heads.by, percents } } }
    const cases = prices.map((resident, at) => ({ when: siblingCondition(heads.by, at + 1, width), resident }))
    return { table: { brackets, rows: [{ ...row, cases }], siblings: null } }
  }
  const names = cellsOf(head)
  const titles = names.length > width ? names.slice(-width) : names.length === width ? names : []
  const made: PrintedRow[] = []
  for (let at = 0; at < width; at += 1) {
    const title = titles[at] ?? `Prix ${at + 1}`
    const amounts = columns.map((line) => line[at] ?? 0)
    const previous = made.at(-1)
    if (previous && previous.nonResident === null && nonResidentWords.test(title))
      made[made.length - 1] = { ...previous, nonResident: amounts }
    else made.push({ label: title, resident: amounts, nonResident: null })
  }
  return { table: { brackets: read.brackets, rows: made, siblings: null } }
}

const refusalOfLine = (line: string, label: string, { why, text }: RefusedCell): TableRefusal => ({
  refusal: `${quoted(label)}\u00a0: ${why}`,
  cell: cellIn(line, text),
})

const cellIn = (line: string, text: string | undefined): TableRefusal['cell'] =>
  text === undefined || !line.includes(text) ? undefined : { line, text }

type Side = 'in' | 'out'

const nonResidentWords = /hors|ext[ée]rieur|non[- ]r[ée]sident/i
const sideWords = /hors[- ]?(?:commune|ville)?|ext[ée]rieurs?|non[- ]r[ée]sidents?|ville|commune|r[ée]sidents?/gi

const sidesIn = (line: string): Side[] =>
  [...line.matchAll(sideWords)].map(([word]) => (nonResidentWords.test(word) ? 'out' : 'in'))

// « 1 101 » is one number, « 300 301 » are two.
const numberPattern = String.raw`\d{1,2} \d{3}(?!\d)|\d+(?:[.,]\d{1,2})?`
const boundWords = String.raw`(?:≤|<=|≥|>=|<|>|moins de|plus de|jusqu['’]à|à partir de|au-delà de|supérieur à|inférieur à)`
const bracketLike = new RegExp(
  String.raw`${boundWords} ?(?:${numberPattern})|(?:${numberPattern}) ?(?:-|–|—|à) ?(?:${numberPattern})|(?:${numberPattern}) ?(?:et plus|et au-delà|(?:et ?)?\+)`,
  'gi',
)

const withPlainSpaces = (line: string): string =>
  line.replace(/(\d)[\u00A0\u202F\u2009](?=\d{3}(?!\d))/g, '$1').replace(/[\u00A0\u202F\u2009]/g, ' ')

/** « 3-6 ans » is an age range, not a bracket. */
const bracketsIn = (line: string): string[] => {
  if (amountsAtEnd(line).amounts.length > 0 && !isTailOfBracket(line)) return []
  return [...line.matchAll(bracketLike)].flatMap((found) =>
    /^ ?ans/i.test(line.slice(found.index + found[0].length)) ? [] : [found[0]],
  )
}

const isTailOfBracket = (line: string): boolean => {
  const last = [...line.matchAll(bracketLike)].at(-1)
  return last !== undefined && line.slice(last.index + last[0].length).replace(/[€ \t]/g, '') === ''
}

const leading = new RegExp(
  String.raw`^[^\d<>≤≥]*?(?:T(?:ranche)? ?\d+ ?[:.)]?\s*)?(?:QF ?:? ?)?(${bracketLike.source})`,
  'i',
)

const isBracketRow = (line: string): boolean => leading.test(line) && hasPrices(amountsAtEnd(afterBracket(line)))

/** A price that is refused counts too: its line says why. */
const hasPrices = ({ amounts, refused }: PricedLine): boolean => amounts.length > 0 || refused !== undefined

const bracketOf = (line: string): string => unspaced(leading.exec(line)?.[1] ?? '')

const unspaced = (label: string): string => label.replace(/(?<=\d) (?=\d{3}(?!\d))/g, '')

const afterBracket = (line: string): string => {
  const found = leading.exec(line)
  return found ? line.slice(found[0].length).replace(/^ ?€/, '') : ''
}

const cellsOf = (line: string): string[] =>
  (line.includes('\t') ? line.split('\t') : line.split(/ {2,}|[|;]/))
    .map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))
    .filter((cell) => cell !== '')

const price = String.raw`(?:\d+(?:[.,]\d+)?|gratuite?s?)(?:\s*€|(?=[\s;|]|$))[\s;|]*`
const prices = new RegExp(String.raw`(?:^|\s)((?:${price})+)$`, 'i')
/** Only whole cells: « Formule 1 » or « Accueil gratuit » before prices is a label. */
const priceCells = new RegExp(String.raw`(?:^|(?<![.,]\d+ *€? *)\t) *((?:${price})+)$`, 'i')
/** Among prices only: « Accueil -3 ans 2,50 » is a label and a price. */
const priceBelowZero = new RegExp(String.raw`(?:^|[\s;|])([-−]${price})(?:[-−]?${price})*$`, 'i')
const onePrice = new RegExp(String.raw`^${price}$`, 'i')

type PricedLine = {
  readonly label: string
  readonly amounts: readonly Cents[]
  readonly refused?: RefusedCell
}

/** A cell among prices, and why it is not a price. */
type RefusedCell = { readonly text: string; readonly why: string }

/** Splits a line into its label and its prices: « Journée 6,55 9,05 », or cell by cell. */
const amountsAtEnd = (line: string): PricedLine => {
  const words = line.replace(/"/g, '')
  const [first = '', ...cells] = words.split('\t').map((cell) => cell.trim())
  const negative = priceBelowZero.exec(words)?.[1]
  if (negative !== undefined) {
    const label = words.slice(0, words.indexOf(negative)).trim()
    return {
      label: line.includes('\t') ? first : label,
      amounts: [],
      refused: { text: negative.trim(), why: `un prix ne peut pas être négatif (${negative.trim()}).` },
    }
  }
  const odd = cells.find((cell, at) => cell !== '' && !onePrice.test(cell) && onePrice.test(cells[at - 1] ?? ''))
  if (odd !== undefined)
    return { label: first, amounts: [], refused: { text: odd, why: `${quoted(odd)} n’est pas un prix.` } }
  const tail = priceCells.exec(words) ?? prices.exec(words)
  if (!tail?.[1]) return { label: line.trim(), amounts: [] }
  const texts = tail[1].match(/\d+(?:[.,]\d+)?|gratuite?s?/gi) ?? []
  // « Formule 1 3,50 4,75 »: a whole number before amounts with cents belongs to the label.
  const firstPrice = texts.findIndex((text) => !/^\d+$/.test(text))
  const named = line.includes('\t') ? 0 : Math.max(0, firstPrice)
  const label = [line.slice(0, tail.index), ...texts.slice(0, named)]
    .join(' ')
    .replace(/["\t|;]+/g, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
  const amounts: Cents[] = []
  for (const text of texts.slice(named)) {
    const read = /^\d/.test(text) ? parseAmount(text) : { cents: 0 }
    if ('refusal' in read) return { label, amounts: [], refused: { text, why: read.refusal } }
    amounts.push(read.cents)
  }
  return { label, amounts }
}
