import { hasIsoKey, ibanOf, isBic } from '../iban.ts'

/** Countries in which an IBAN alone is enough to find the account: the European Economic Area. */
const economicArea = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK'.split(
  ' ',
)

/** Other countries with SEPA direct debits, which need IBAN, BIC and the debtor's address. */
const otherCountries = 'AD AL CH GB GI MC MD ME MK RS SM VA'.split(' ')

/** What is wrong with a typed account; undefined when it can be debited. */
export const refuseDebtorAccount = ({
  iban,
  bic,
}: {
  readonly iban: string
  readonly bic: string
}): { readonly sentence: string; readonly field: 'iban' | 'bic' } | undefined => {
  const read = ibanOf(iban)
  if (read === undefined)
    return { sentence: 'Cet IBAN est faux\u00a0: sa clé ne correspond pas. Vérifiez chaque signe.', field: 'iban' }
  const country = read.slice(0, 2)
  if (!economicArea.includes(country) && !otherCountries.includes(country))
    return {
      sentence: 'Ce compte n’est pas dans un pays de la zone SEPA\u00a0: il ne peut être prélevé.',
      field: 'iban',
    }
  if (bic !== '' && !isBic(bic)) return { sentence: 'Un BIC a 8 ou 11 signes, comme AGRIFRPP882.', field: 'bic' }
  if (bic === '' && needsBic(read))
    return {
      sentence: 'Indiquez le BIC\u00a0: il faut pour un compte hors de l’Espace économique européen.',
      field: 'bic',
    }
  return undefined
}

/** Whether the account needs a BIC, and then also its holder's address. */
export const needsBic = (iban: string): boolean => !economicArea.includes(iban.slice(0, 2))

/** The only part of an account number that screens and the portal keep: « 4471 ». */
export const lastFourOf = (iban: string): string => iban.slice(-4)

/** « FR76 •••• •••• •••• 4471 », as a notice prints an account. */
export const hiddenIban = (start: string, lastFour: string): string => `${start} •••• •••• •••• ${lastFour}`

/** « FR76 3000 6000 0112 3456 7890 189 » */
export const spacedIban = (iban: string): string => iban.replaceAll(/(.{4})(?=.)/g, '$1 ')

/**
 * The creditor identifier (« ICS ») in capitals and without blanks; undefined when it is not valid. Its check digits
 * are computed like those of an IBAN, without the three characters of the business code (EPC262-08).
 */
export const creditorIdOf = (typed: string): string | undefined => {
  const id = typed.replaceAll(/\s/g, '').toUpperCase()
  const [, start, national] = /^(FR\d{2})[A-Z0-9]{3}([A-Z0-9]{6})$/.exec(id) ?? []
  return start !== undefined && national !== undefined && hasIsoKey(start + national) ? id : undefined
}

/** « EJ-2026-000058 »: the reference of a mandate that staff typed. */
export const mandateReference = (prefix: string, year: number, number: number): string =>
  `${prefix}-${year}-${String(number).padStart(6, '0')}`

/** The series of the mandates whose references begin with these letters, without its year. */
export const mandateSeries = (prefix: string): string => `RUM-${prefix}-`

/** The series of the notices of a régie, without its year. @param prefix of the régie; null for the first one */
export const noticeSeries = (prefix: string | null): string => `AP-${prefix ?? ''}-`

/** Characters of a random reference, without letters that look like digits. */
const randomSigns = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'

/**
 * « EJ-P-7KXQM2HVWD4T »: the reference of a mandate signed on the portal, where the desk's numbers are unknown. Its
 * twelve random characters are 60 bits, so that two mandates never get the same one by chance.
 * @param random at least twelve random bytes
 */
export const portalMandateReference = (prefix: string, random: Uint8Array): string =>
  `${prefix}-P-${randomText(random, 12)}`

/** Whether a text may be the reference of a mandate: at most 35 characters of the SEPA set, without blanks. */
export const isMandateReference = (text: string): boolean =>
  /^[A-Z0-9?:().,'+-]([A-Z0-9/?:().,'+-]{0,33}[A-Z0-9?:().,'+-])?$/.test(text) && !text.includes('//')

/** Why these letters cannot be the prefix of a régie's mandate references; undefined when they can. */
export const refuseMandatePrefix = (prefix: string): string | undefined =>
  /^[A-Z0-9]{1,6}$/.test(prefix)
    ? undefined
    : 'Une référence de mandat commence par une à six lettres capitales ou chiffres, comme EJ.'

/**
 * The id of one debit, by which the bank names it when it comes back. It has 80 random bits, so it is never reused,
 * even after an older copy of the file was restored.
 * @param random at least sixteen random bytes
 * @param treasuryPost the « codique » of six digits required by the Treasury's format (DFT); null for other formats
 */
export const endToEndId = (random: Uint8Array, treasuryPost: string | null): string =>
  (treasuryPost === null ? 'EJ' : `1D${treasuryPost}0`) + randomText(random, 16)

const randomText = (random: Uint8Array, length: number): string => {
  if (random.length < length) throw new RangeError(`${length} random bytes are needed`)
  return [...random.subarray(0, length)].map((byte) => randomSigns[byte % 32]).join('')
}
