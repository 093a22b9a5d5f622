import type { Day } from '../../calendar/day.ts'
import { folded } from '../../people/names.ts'
import type { Cents } from '../money.ts'

/*
 * « Relevé bancaire »: the lines of an account as a bank reports them. A line is a credit (money that came in) or a
 * debit. Statements overlap, and the same one may be read twice, so each line is recorded only once, by its identity.
 */

export const bankFormats = ['CAMT.053', 'CSV'] as const
export type BankFormat = (typeof bankFormats)[number]

/** How the money moved, when the bank gives a code for it; empty otherwise. */
export const bankMeans = ['', 'transfer', 'card', 'cheque', 'directDebit', 'cash'] as const
export type BankMeans = (typeof bankMeans)[number]

/** A line as read from a bank's file. */
export type ReadBankLine = {
  /** The day on which the bank booked it. */
  readonly on: Day
  /** Negative for a debit. */
  readonly cents: Cents
  /** The bank's description of the line. */
  readonly label: string
  /** What the payer wrote. */
  readonly reference: string
  /** The name of the other side. */
  readonly payer: string
  /** The account of the other side, without spaces. */
  readonly iban: string
  /** The payer's own reference; on a returned debit, the reference sent with that debit. */
  readonly endToEndId: string
  /** The bank's own reference of the line. */
  readonly bankReference: string
  readonly means: BankMeans
  /** On a debit that came back, the reason in four characters: `AM04`. */
  readonly returnCode: string
}

/** A statement as read from a bank's file. */
export type ReadStatement = {
  readonly format: BankFormat
  /** The account number, without spaces; empty when the file does not have it. */
  readonly account: string
  readonly from: Day
  readonly to: Day
  /** The balance before the first line and after the last; null when the file does not have it. */
  readonly openingCents: Cents | null
  readonly closingCents: Cents | null
  readonly lines: readonly ReadBankLine[]
}

/**
 * The identity of each line of a file, unique for its account: the bank's reference or, without one, the content of the
 * line; with its rank among lines of the same day and content, so that two equal transfers of a day are two lines.
 * @param sha256 in hexadecimal
 */
export const identitiesOf = (lines: readonly ReadBankLine[], sha256: (text: string) => string): string[] => {
  const ranks = new Map<string, number>()
  return lines.map(({ on, cents, bankReference, label, reference, payer, endToEndId }) => {
    const said = bankReference === '' ? [label, reference, payer, endToEndId].map(folded).join(' | ') : bankReference
    const key = sha256(`${on} ${cents} ${said}`)
    const rank = (ranks.get(key) ?? 0) + 1
    ranks.set(key, rank)
    return `${key} ${rank}`
  })
}

type Identified = { readonly identity: string; readonly on: Day; readonly cents: Cents }

/**
 * The lines of a file that are not recorded yet. Banks word the same line differently in each format: so on a day
 * already read in the other format, lines of equal amounts are matched one for one.
 */
export const unknownLines = <Line extends Identified>(
  lines: readonly Line[],
  format: BankFormat,
  known: readonly (Identified & { readonly format: BankFormat })[],
): Line[] => {
  const identities = new Set(known.map(({ identity }) => identity))
  const inOther = new Map<string, number>()
  for (const line of known)
    if (line.format !== format) inOther.set(dayAndCents(line), (inOther.get(dayAndCents(line)) ?? 0) + 1)
  return lines.filter((line) => {
    if (identities.has(line.identity)) return false
    const same = inOther.get(dayAndCents(line)) ?? 0
    if (same === 0) return true
    inOther.set(dayAndCents(line), same - 1)
    return false
  })
}

const dayAndCents = ({ on, cents }: Identified): string => `${on} ${cents}`

/**
 * By how much a statement's lines differ from its balances: zero when they agree, null when the bank gives no balances.
 */
export const balanceGap = ({
  openingCents,
  closingCents,
  lines,
}: Pick<ReadStatement, 'openingCents' | 'closingCents'> & {
  readonly lines: readonly { readonly cents: Cents }[]
}): Cents | null =>
  openingCents === null || closingCents === null
    ? null
    : closingCents - lines.reduce((sum, { cents }) => sum + cents, openingCents)

/** « …6021 » */
export const accountEndText = (lastFour: string): string => `…${lastFour}`
