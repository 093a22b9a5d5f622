import { formatNumber, spaces } from '../money/money.ts'
import { quoted } from '../text/french.ts'

/** A bracket (« tranche ») of quotient familial: values from `min` up to but not including `below`. */
export type Bracket = {
  readonly min: number
  /** Null: no upper bound. */
  readonly below: number | null
  /** The label as the town prints it: « 301–620 », « 308,01 à 500 », « > 1101 ». */
  readonly label: string
}

/** More brackets than any town prints: a longer table is not one of brackets. */
export const maxBrackets = 30

type BracketsResult = { readonly brackets: readonly Bracket[] } | BracketRefusal

/** Why brackets are refused; `at`: the index of the one to correct. */
type BracketRefusal = { readonly refusal: string; readonly at: number }

/**
 * Parses brackets as the town prints them: one per line, or separated by « ; » or by a comma and a space. Both printed
 * bounds belong to the bracket: « 301–620 » followed by « 621–1100 » leaves no gap, so it means [301, 621) and contains
 * a QF of 620,50. If a bound has centimes (« 308,01 à 500 »), the next bracket starts one hundredth above.
 */
export const parseBrackets = (text: string): BracketsResult => {
  const labels = text
    .split(/[\n;]|,(?!\d)/)
    .map((label) => label.trim())
    .filter((label) => label !== '')
  if (labels.length === 0)
    return { refusal: 'Les tranches manquent\u00a0: écrivez par exemple «\u00a00–300, 301–620, > 620\u00a0».', at: 0 }
  const printed: ParsedLabel[] = []
  for (const [at, label] of labels.entries()) {
    const parsed = parseLabel(label)
    if (!parsed)
      return {
        refusal: `${quoted(label)} n’est pas une tranche\u00a0: écrivez par exemple «\u00a0301–620\u00a0» ou «\u00a0> 1101\u00a0».`,
        at,
      }
    printed.push(parsed)
  }
  const step = printed.some(({ first, last }) => !Number.isInteger(first ?? 0) || !Number.isInteger(last ?? 0))
    ? 0.01
    : 1
  return bracketsFromLabels(printed, step)
}

/** Builds brackets from the first value of each: 0, 301, 621, 1101. */
export const bracketsFrom = (starts: readonly number[]): BracketsResult => {
  const step = starts.every(Number.isInteger) ? 1 : 0.01
  const brackets = starts.map((min, index) => {
    const below = starts[index + 1] ?? null
    return { min, below, label: labelOf(min, below, step) }
  })
  return refusalOf(brackets) ?? { brackets }
}

/** Why these brackets do not contain every quotient from 0 up exactly once; undefined when they do. */
export const refuseBrackets = (brackets: readonly Bracket[]): string | undefined => refusalOf(brackets)?.refusal

const refusalOf = (brackets: readonly Bracket[]): BracketRefusal | undefined => {
  const [first] = brackets
  if (!first) return { refusal: 'Il faut au moins une tranche.', at: 0 }
  if (brackets.length > maxBrackets)
    return { refusal: `${maxBrackets} tranches au plus\u00a0: il y en a ${brackets.length}.`, at: maxBrackets }
  if (first.min !== 0)
    return {
      refusal: `La première tranche doit commencer à 0\u00a0: «\u00a0${first.label}\u00a0» commence à ${formatNumber(first.min)}.`,
      at: 0,
    }
  for (const [at, bracket] of brackets.entries()) {
    if (bracket.below !== null && !(bracket.below > bracket.min)) return { refusal: reversedText(bracket.label), at }
    const next = brackets[at + 1]
    if (next && bracket.below === null) return { refusal: endlessText(bracket.label), at }
    if (next && bracket.below !== null && next.min !== bracket.below) {
      const text = next.min > bracket.below ? gapText : overlapText
      return { refusal: text(bracket.label, next.label), at: at + 1 }
    }
    if (!next && bracket.below !== null) {
      return {
        refusal: `La dernière tranche doit être sans fin\u00a0: après «\u00a0${bracket.label}\u00a0», ajoutez «\u00a0> ${formatNumber(bracket.below)}\u00a0».`,
        at,
      }
    }
  }
  return undefined
}

/** The index of the bracket that contains `value`, in `brackets` without gaps. */
export const bracketIndex = (brackets: readonly Bracket[], value: number): number =>
  brackets.findIndex(({ min, below }) => min <= value && (below === null || value < below))

/**
 * Whether a quotient is within a printed upper bound, read as the brackets beside it are: beside « 301–620 », « jusqu’à
 * 620 » contains 620,50; beside « 308,01 à 620 », or with centimes of its own, the bound is exact.
 */
export const isUpTo = (brackets: readonly Bracket[], value: number, bound: number): boolean =>
  [bound, ...brackets.map(({ min }) => min)].every(Number.isInteger) ? value < bound + 1 : value <= bound

/**
 * A bracket for the printed poster: the town's label, with thousands separated. « > 1101 » for a bracket that starts at
 * 1101 would be false, and becomes « 1 101 et plus ».
 */
export const bracketText = ({ min, below, label }: Bracket): string => {
  const printed = parseLabel(label)
  const text =
    below === null && printed?.firstLoose && printed.first === min && min > 0 ? labelOf(min, below, 1) : label
  return text.replace(/\d{4,}/g, (digits) => formatNumber(Number(digits)))
}

/** The brackets on one line, as towns print them. */
export const bracketsText = (brackets: readonly Bracket[]): string => brackets.map(({ label }) => label).join(', ')

type ParsedLabel = {
  readonly label: string
  /** Null: the label has an upper bound only. */
  readonly first: number | null
  /** Null: no upper bound. */
  readonly last: number | null
  /** « moins de 301 »: 301 itself belongs to the next bracket. */
  readonly lastExcluded?: true
  /** After « 621–1100 », towns write « > 1100 » or « > 1101 » for the same bracket. */
  readonly firstLoose?: true
}

const number = String.raw`(\d+(?:[.,]\d{1,2})?)`
const between = new RegExp(`^(?:de|entre)?${number}(?:-|–|—|à|et)${number}$`)
const upTo = new RegExp(`^(?:≤|<=|jusqu['’]?à)${number}$`)
const under = new RegExp(`^(?:<|moinsde|inférieurà)${number}$`)
const over = new RegExp(`^(?:>|plusde|au-?delàde|supérieurà)${number}$`)
const from = new RegExp(`^(?:≥|>=|àpartirde|supérieurouégalà)${number}$|^${number}(?:etplus|(?:et)?\\+|etau-?delà)$`)

const parseLabel = (label: string): ParsedLabel | undefined => {
  const packed = label.toLowerCase().normalize('NFC').replace(spaces, '').replace(/€$/, '')
  const at = (pattern: RegExp, group: number): number | undefined => {
    const found = pattern.exec(packed)?.[group]
    return found === undefined ? undefined : Number(found.replace(',', '.'))
  }
  const first = at(between, 1)
  const last = at(between, 2)
  if (first !== undefined && last !== undefined) return { label, first, last }
  const most = at(upTo, 1)
  if (most !== undefined) return { label, first: null, last: most }
  const less = at(under, 1)
  if (less !== undefined) return { label, first: null, last: less, lastExcluded: true }
  const loose = at(over, 1)
  if (loose !== undefined) return { label, first: loose, last: null, firstLoose: true }
  const least = at(from, 1) ?? at(from, 2)
  return least === undefined ? undefined : { label, first: least, last: null }
}

const bracketsFromLabels = (printed: readonly ParsedLabel[], step: number): BracketsResult => {
  const brackets: Bracket[] = []
  for (const [at, { label, first, last, lastExcluded, firstLoose }] of printed.entries()) {
    const previous = brackets.at(-1)
    if (previous?.below === null) return { refusal: endlessText(previous.label), at: at - 1 }
    if (first === null && at > 0)
      return {
        refusal: `«\u00a0${label}\u00a0» ne dit pas où elle commence\u00a0: seule la première tranche le peut.`,
        at,
      }
    const end = previous?.below ?? 0
    const continues = firstLoose && previous && first !== null && (first === end || plus(first, step) === end)
    const min = continues ? end : (first ?? 0)
    const below = last === null ? null : lastExcluded ? last : plus(last, step)
    if (below !== null && below <= min) return { refusal: reversedText(label), at }
    if (previous && min > end) return { refusal: gapText(previous.label, label), at }
    if (previous && min < end) return { refusal: overlapText(previous.label, label), at }
    brackets.push({ min, below, label })
  }
  return refusalOf(brackets) ?? { brackets }
}

const plus = (value: number, step: number): number => Math.round((value + step) * 100) / 100

const labelOf = (min: number, below: number | null, step: number): string =>
  below === null ? `${plainNumber(min)} et plus` : `${plainNumber(min)}–${plainNumber(plus(below, -step))}`

/** Without a thousands separator: towns print « 621–1100 ». */
const plainNumber = (value: number): string => String(value).replace('.', ',')

const endlessText = (label: string) => `«\u00a0${label}\u00a0» n’a pas de fin\u00a0: aucune tranche ne peut la suivre.`
const gapText = (left: string, right: string) =>
  `Il y a un trou entre «\u00a0${left}\u00a0» et «\u00a0${right}\u00a0»\u00a0: chaque quotient doit avoir un prix.`
const overlapText = (left: string, right: string) =>
  `«\u00a0${left}\u00a0» et «\u00a0${right}\u00a0» se recouvrent\u00a0: un quotient ne peut avoir qu’un prix.`
const reversedText = (label: string) => `«\u00a0${label}\u00a0» finit avant de commencer.`
