import type { Day } from '../../calendar/day.ts'
import { folded } from '../../people/names.ts'
import type { Cents } from '../money.ts'

/*
 * « Relevé bancaire »: what a bank tells of an account, line by line. A line is a credit, money that came, or a debit.
 * Statements overlap, and one may be read twice: a line is recorded once, by its identity.
 */

export const bankFormats = ['CAMT.053', 'CSV'] as const
export type BankFormat = (typeof bankFormats)[number]

/** How the money moved, where the bank tells it by a code; empty where it does not. */
export const bankMeans = ['', 'transfer', 'card', 'cheque', 'directDebit', 'cash'] as const
export type BankMeans = (typeof bankMeans)[number]

/** A line as a bank's file tells it. */
export type ReadBankLine = {
  /** The day on which the bank booked it. */
  readonly on: Day
  /** Negative for a debit. */
  readonly cents: Cents
  /** What the bank says of it. */
  readonly label: string
  /** What the payer wrote. */
  readonly reference: string
  /** The other side's name. */
  readonly payer: string
  /** The other side's account, without spaces. */
  readonly iban: string
  /** The payer's own reference; of a returned debit, the one that was sent with it. */
  readonly endToEndId: string
  /** The bank's own reference of the line. */
  readonly bankReference: string
  readonly means: BankMeans
  /** Of four signs, on a debit that came back: `AM04`. */
  readonly returnCode: string
}

/** A statement as a bank's file tells it. */
export type ReadStatement = {
  readonly format: BankFormat
  /** The account that it is of, without spaces; empty where the file does not say. */
  readonly account: string
  readonly from: Day
  readonly to: Day
  /** What the account held before the first line and after the last; null where the file does not say. */
  readonly openingCents: Cents | null
  readonly closingCents: Cents | null
  readonly lines: readonly ReadBankLine[]
}

/**
 * What tells each line of a file from all others of its account: the bank's reference, or else what the line says; and
 * its rank among lines of the same day that say the same, so that two equal transfers of one day are two lines.
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
 * Which lines of a file are not known yet. Banks word one line otherwise in another format: on a day that was read in
 * the other format, lines of equal amounts are the same lines, one for one.
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

/** What a statement's lines miss of its balances: zero when they are as the bank says; null where it says none. */
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
