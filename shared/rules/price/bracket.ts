import { formatNumber, spaces } from '../money/money.ts'

/** A tranche of quotient familial: every value from `min` up to `below`, `below` excluded. */
export type Bracket = {
  readonly min: number
  /** null: no upper end. */
  readonly below: number | null
  /** As the town prints it: « 301–620 », « 308,01 à 500 », « > 1101 ». */
  readonly label: string
}

type Read = { readonly brackets: readonly Bracket[] } | { readonly refusal: string }

/**
 * Reads the tranches as the town prints them, one a line, or separated by « ; » or by a comma and a space.
 * Both printed ends belong to the tranche: « 301–620 » then « 621–1100 » leaves no hole, so it is [301, 621) and a QF of
 * 620,50 is in it. With centimes (« 308,01 à 500 ») the next tranche starts one hundredth above.
 */
export const parseBrackets = (text: string): Read => {
  const labels = text
    .split(/[\n;]|,(?!\d)/)
    .map((label) => label.trim())
    .filter((label) => label !== '')
  if (labels.length === 0)
    return { refusal: 'Les tranches manquent\u00a0: écrivez par exemple «\u00a00–300, 301–620, > 620\u00a0».' }
  const printed: Printed[] = []
  for (const label of labels) {
    const one = read(label)
    if (!one)
      return {
        refusal: `«\u00a0${label}\u00a0» n’est pas une tranche\u00a0: écrivez par exemple «\u00a0301–620\u00a0» ou «\u00a0> 1101\u00a0».`,
      }
    printed.push(one)
  }
  const step = printed.some(({ first, last }) => !Number.isInteger(first ?? 0) || !Number.isInteger(last ?? 0))
    ? 0.01
    : 1
  return joined(printed, step)
}

/** The tranches given by the first value of each: 0, 301, 621, 1101. */
export const bracketsFrom = (starts: readonly number[]): Read => {
  const step = starts.every(Number.isInteger) ? 1 : 0.01
  const brackets = starts.map((min, index) => {
    const below = starts[index + 1] ?? null
    return { min, below, label: printedAs(min, below, step) }
  })
  const refusal = refuseBrackets(brackets)
  return refusal ? { refusal } : { brackets }
}

/** Why these tranches do not give every quotient from 0 up exactly one place; undefined when they do. */
export const refuseBrackets = (brackets: readonly Bracket[]): string | undefined => {
  const [first] = brackets
  if (!first) return 'Il faut au moins une tranche.'
  if (first.min !== 0)
    return `La première tranche doit commencer à 0\u00a0: «\u00a0${first.label}\u00a0» commence à ${formatNumber(first.min)}.`
  for (const [index, bracket] of brackets.entries()) {
    if (bracket.below !== null && !(bracket.below > bracket.min)) return backwards(bracket.label)
    const next = brackets[index + 1]
    if (next && bracket.below === null)
      return `«\u00a0${bracket.label}\u00a0» n’a pas de fin\u00a0: aucune tranche ne peut la suivre.`
    if (next && bracket.below !== null && next.min !== bracket.below) {
      return next.min > bracket.below ? hole(bracket.label, next.label) : overlap(bracket.label, next.label)
    }
    if (!next && bracket.below !== null) {
      return `La dernière tranche doit être sans fin\u00a0: après «\u00a0${bracket.label}\u00a0», ajoutez «\u00a0> ${formatNumber(bracket.below)}\u00a0».`
    }
  }
  return undefined
}

/** The place of `value` among `brackets` that have no hole. */
export const bracketIndex = (brackets: readonly Bracket[], value: number): number =>
  brackets.findIndex(({ min, below }) => min <= value && (below === null || value < below))

/**
 * A tranche as it is read on a wall: in the town's own words, thousands apart. « > 1101 » for what begins at 1101 is
 * false, and is said « 1 101 et plus ».
 */
export const sayBracket = ({ min, below, label }: Bracket): string => {
  const said = read(label)
  const words = below === null && said?.firstLoose && said.first === min && min > 0 ? printedAs(min, below, 1) : label
  return words.replace(/\d{4,}/g, (digits) => formatNumber(Number(digits)))
}

/** The tranches on one line, as a town prints them. */
export const printBrackets = (brackets: readonly Bracket[]): string => brackets.map(({ label }) => label).join(', ')

type Printed = {
  readonly label: string
  /** null: the label only says where it ends. */
  readonly first: number | null
  /** null: no end. */
  readonly last: number | null
  /** « moins de 301 »: 301 itself is in the next one. */
  readonly lastExcluded?: true
  /** « > 1100 » and « > 1101 » after « 621–1100 » mean the same to a town. */
  readonly firstLoose?: true
}

const number = String.raw`(\d+(?:[.,]\d{1,2})?)`
const between = new RegExp(`^(?:de|entre)?${number}(?:-|–|—|à|et)${number}$`)
const upTo = new RegExp(`^(?:≤|<=|jusqu['’]?à)${number}$`)
const under = new RegExp(`^(?:<|moinsde|inférieurà)${number}$`)
const over = new RegExp(`^(?:>|plusde|au-?delàde|supérieurà)${number}$`)
const from = new RegExp(`^(?:≥|>=|àpartirde|supérieurouégalà)${number}$|^${number}(?:etplus|(?:et)?\\+|etau-?delà)$`)

const read = (label: string): Printed | undefined => {
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

const joined = (printed: readonly Printed[], step: number): Read => {
  const brackets: Bracket[] = []
  for (const [index, { label, first, last, lastExcluded, firstLoose }] of printed.entries()) {
    const before = brackets.at(-1)
    if (before?.below === null)
      return { refusal: `«\u00a0${before.label}\u00a0» n’a pas de fin\u00a0: aucune tranche ne peut la suivre.` }
    if (first === null && index > 0)
      return { refusal: `«\u00a0${label}\u00a0» ne dit pas où elle commence\u00a0: seule la première tranche le peut.` }
    const end = before?.below ?? 0
    const continues = firstLoose && before && first !== null && (first === end || plus(first, step) === end)
    const min = continues ? end : (first ?? 0)
    const below = last === null ? null : lastExcluded ? last : plus(last, step)
    if (below !== null && below <= min) return { refusal: backwards(label) }
    if (before && min > end) return { refusal: hole(before.label, label) }
    if (before && min < end) return { refusal: overlap(before.label, label) }
    brackets.push({ min, below, label })
  }
  const refusal = refuseBrackets(brackets)
  return refusal ? { refusal } : { brackets }
}

const plus = (value: number, step: number): number => Math.round((value + step) * 100) / 100

const printedAs = (min: number, below: number | null, step: number): string =>
  below === null ? `${plain(min)} et plus` : `${plain(min)}–${plain(plus(below, -step))}`

/** Without thousands: a town prints « 621–1100 ». */
const plain = (value: number): string => String(value).replace('.', ',')

const hole = (left: string, right: string) =>
  `Il y a un trou entre «\u00a0${left}\u00a0» et «\u00a0${right}\u00a0»\u00a0: chaque quotient doit avoir un prix.`
const overlap = (left: string, right: string) =>
  `«\u00a0${left}\u00a0» et «\u00a0${right}\u00a0» se recouvrent\u00a0: un quotient ne peut avoir qu’un prix.`
const backwards = (label: string) => `«\u00a0${label}\u00a0» finit avant de commencer.`
