import { type Day, dayOf, daysFrom, yearOf } from '../../calendar/day.ts'
import type { PostalAddress } from '../../people/person.ts'
import type { Cents } from '../money.ts'
import type { SequenceType } from './mandate.ts'

/** The formats of a collection's file: two for banks, and one for a régie with an account at the Treasury. */
export const debitFormats = ['pain.008.001.02', 'pain.008.001.08', 'DFT'] as const
export type DebitFormat = (typeof debitFormats)[number]

export const debitFormatNames: Readonly<Record<DebitFormat, string>> = {
  'pain.008.001.02': 'pain.008.001.02, version de 2009',
  'pain.008.001.08': 'pain.008.001.08, version de 2019',
  DFT: 'DFT, pour un dépôt de fonds au Trésor',
}

/** The XML schema of a file in this format. */
export const schemaOf = (format: DebitFormat): Exclude<DebitFormat, 'DFT'> =>
  format === 'DFT' ? 'pain.008.001.02' : format

/** An account of a bank. */
export type BankAccount = { readonly name: string; readonly iban: string; readonly bic: string }

/** The creditor that receives the debits. */
export type Creditor = BankAccount & {
  /** « ICS » */
  readonly creditorId: string
  /** Fourteen digits; empty when the town has not entered it. */
  readonly siret: string
  /** For the Treasury's format: the Treasury office that collects, and the account that it credits. */
  readonly treasury: (BankAccount & { readonly post: string; readonly serviceId: string }) | null
}

/** An address in the separate parts that banks require. */
export type StructuredAddress = {
  readonly number: string
  readonly street: string
  readonly postcode: string
  readonly town: string
}

/** A debit as it is written in the file. */
export type DebitLine = {
  readonly endToEndId: string
  readonly cents: Cents
  readonly sequence: SequenceType
  readonly mandateReference: string
  readonly signedOn: Day
  readonly debtor: BankAccount & { readonly address: StructuredAddress | null }
  /** What the debtor reads on the statement of the account. */
  readonly about: string
}

const numberedStreet = /^(\d{1,5}(?:\s?(?:bis|ter|quater|[a-d]))?)(?:,\s*|\s+)(?=\p{L})(.+)$/iu

/**
 * An address in parts; null when it has no street, or no town with a French postcode. The house number is separated
 * only when it comes first: « 12 bis rue des Tilleuls ».
 */
export const structuredAddress = ({ line1, postcode, town }: PostalAddress): StructuredAddress | null => {
  if (line1.trim() === '' || town.trim() === '' || !/^\d{5}$/.test(postcode)) return null
  const [, number = '', street = line1.trim()] = numberedStreet.exec(line1.trim()) ?? []
  return { number, street, postcode, town: town.trim() }
}

/**
 * The name of a collection's file. In the Treasury's format it contains the id of the office, the day (year and day of
 * the year) and the number of the file on that day: « TGDFT027-DFT-SDD-26344-001.xml ».
 */
export const debitFileName = (
  on: Day,
  { prefix, treasury }: { readonly prefix: string; readonly treasury: { readonly serviceId: string } | null },
  made: { readonly day: Day; readonly number: number },
): string => {
  if (treasury === null) return `${prefix}-${on}.xml`
  const ofYear = daysFrom(dayOf(yearOf(made.day), 1, 1), made.day) + 1
  const day = `${made.day.slice(2, 4)}${String(ofYear).padStart(3, '0')}`
  return `${treasury.serviceId}-DFT-SDD-${day}-${String(made.number).padStart(3, '0')}.xml`
}
