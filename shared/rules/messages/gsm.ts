import { counted } from '../text/french.ts'

/*
 * The alphabet of SMS (3GPP TS 23.038, « GSM 03.38 »), and the number of SMS that a text costs. A text in this alphabet
 * may have 160 characters in one SMS, or 153 in each of several. With a single other letter the whole text is sent as
 * UCS-2: 70 characters, or 67 in each.
 */

const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
/** Each of these takes two characters, because an escape comes before it. */
const extended = '^{}\\[~]|€\f'

/**
 * Characters replaced by an equivalent of the alphabet: typography, ordinals, ligatures, and capitals without their
 * accent, which French allows. An accented small letter is not replaced, since the word may change (« pêcheur », «
 * pécheur »).
 */
const equals: Readonly<Record<string, string>> = {
  '’': "'",
  '‘': "'",
  ʼ: "'",
  '“': '"',
  '”': '"',
  '«': '"',
  '»': '"',
  '…': '...',
  '–': '-',
  '—': '-',
  '\u2010': '-',
  '\u2011': '-',
  '\u2212': '-',
  '•': '-',
  '\u00a0': ' ',
  '\u202f': ' ',
  '\u2009': ' ',
  '\t': ' ',
  ᵉ: 'e',
  ʳ: 'r',
  œ: 'oe',
  Œ: 'OE',
  À: 'A',
  Â: 'A',
  È: 'E',
  Ê: 'E',
  Ë: 'E',
  Î: 'I',
  Ï: 'I',
  Ô: 'O',
  Ù: 'U',
  Û: 'U',
  Ÿ: 'Y',
}

/** Spaces inside quotation marks are removed with them: « ainsi » becomes "ainsi". */
const insideQuotes = /«[\s\u00a0\u202f]+|[\s\u00a0\u202f]+»/g

/** The text as it is sent by SMS. Letters without an equivalent stay as they are. */
export const toSmsText = (text: string): string =>
  Array.from(text.normalize('NFC').replaceAll(insideQuotes, (mark) => mark.trim()))
    .map((sign) => equals[sign] ?? sign)
    .join('')
    .trim()

const isInAlphabet = (sign: string): boolean => basic.includes(sign) || extended.includes(sign)

/**
 * A name or a date for an SMS: « Maël » and « août » are understood without the accent, which would make the SMS cost
 * two or three.
 */
export const nameForSms = (name: string): string =>
  Array.from(toSmsText(name))
    .map((sign) => (isInAlphabet(sign) ? sign : sign.normalize('NFD').replaceAll(/\p{M}/gu, '')))
    .join('')

export type SmsLength = {
  /** Characters used: an extended one counts twice, and so does an emoji in UCS-2. */
  readonly signs: number
  /** The number of SMS to pay for. */
  readonly parts: number
  /** Characters that each of these SMS may hold. */
  readonly perPart: number
  /** The letters outside the alphabet, each once, in the order of the text. */
  readonly letters: readonly string[]
}

/** The length of a text as SMS. @param text as returned by `toSmsText` */
export const smsLength = (text: string): SmsLength => {
  const signs = Array.from(text)
  const letters = [...new Set(signs.filter((sign) => !isInAlphabet(sign)))]
  const isGsm = letters.length === 0
  const widths = signs.map((sign) => (isGsm ? (extended.includes(sign) ? 2 : 1) : sign.length))
  const length = widths.reduce((sum, width) => sum + width, 0)
  const [whole, perPart] = isGsm ? [160, 153] : [70, 67]
  if (length <= whole) return { signs: length, parts: 1, perPart: whole, letters }
  // A character that takes two places is never split: it begins the next SMS.
  let parts = 1
  let used = 0
  for (const width of widths) {
    if (used + width > perPart) {
      parts += 1
      used = 0
    }
    used += width
  }
  return { signs: length, parts, perPart, letters }
}

/** « 147 signes sur 160, 1 SMS » */
export const smsLengthText = ({ signs, parts, perPart }: SmsLength): string =>
  `${counted(signs, 'signe')} sur ${parts * perPart}, ${parts} SMS`

/** Why a text costs more than its length suggests; null when it does not. */
export const letterText = ({ letters }: SmsLength): string | null =>
  letters.length === 0
    ? null
    : `${letters.map((letter) => `«\u00a0${letter}\u00a0»`).join(', ')} ${letters.length === 1 ? 'n’est' : 'ne sont'} pas dans l’alphabet des SMS\u00a0: chaque SMS ne prend que 70 signes au lieu de 160.`
