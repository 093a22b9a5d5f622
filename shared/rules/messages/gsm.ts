import { counted } from '../text/french.ts'

/*
 * The alphabet of SMS (3GPP TS 23.038, « GSM 03.38 ») and how many SMS a text costs. A text written in it takes 160 signs in
 * one SMS, 153 in each of several; one letter outside it, and all of it is sent as UCS-2: 70 signs, or 67 in each.
 */

const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
/** Each takes two signs: an escape comes before it. */
const extended = '^{}\\[~]|€\f'

/**
 * Signs that have an equal in the alphabet: typography, ordinals, ligatures, and accents on capitals, which French may leave out. An
 * accented small letter has none, since it may change the word (« pêcheur », « pécheur »).
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
  '\u2011': '-',
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

/** Spaces that stand inside quotation marks go with them: « ainsi » becomes "ainsi". */
const insideQuotes = /«[\s\u00a0\u202f]+|[\s\u00a0\u202f]+»/g

/** The text as it is sent by SMS. Letters without an equal stay as they are. */
export const toSmsText = (text: string): string =>
  Array.from(text.normalize('NFC').replaceAll(insideQuotes, (mark) => mark.trim()))
    .map((sign) => equals[sign] ?? sign)
    .join('')
    .trim()

const isInAlphabet = (sign: string): boolean => basic.includes(sign) || extended.includes(sign)

/** A name or a date as it is sent: « Maël » and « août » are known without the accent, which would make every SMS cost two or three. */
export const nameForSms = (name: string): string =>
  Array.from(toSmsText(name))
    .map((sign) => (isInAlphabet(sign) ? sign : sign.normalize('NFD').replaceAll(/\p{M}/gu, '')))
    .join('')

export type SmsLength = {
  /** Signs that it takes: an extended one counts twice; in UCS-2, an emoji does. */
  readonly signs: number
  /** How many SMS are paid for. */
  readonly parts: number
  /** Signs that one SMS of these holds. */
  readonly perPart: number
  /** The letters that are not of the alphabet, each once, in the order of the text; empty where all are. */
  readonly letters: readonly string[]
}

/** How long a text is as SMS. @param text as `toSmsText` gives it */
export const smsLength = (text: string): SmsLength => {
  const signs = Array.from(text)
  const letters = [...new Set(signs.filter((sign) => !isInAlphabet(sign)))]
  const isGsm = letters.length === 0
  const widths = signs.map((sign) => (isGsm ? (extended.includes(sign) ? 2 : 1) : sign.length))
  const length = widths.reduce((sum, width) => sum + width, 0)
  const [whole, perPart] = isGsm ? [160, 153] : [70, 67]
  if (length <= whole) return { signs: length, parts: 1, perPart: whole, letters }
  // A sign of two places is never cut in half: it begins the next SMS.
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

/** Why a text costs more than it seems; null where it does not. */
export const letterText = ({ letters }: SmsLength): string | null =>
  letters.length === 0
    ? null
    : `${letters.map((letter) => `«\u00a0${letter}\u00a0»`).join(', ')} ${letters.length === 1 ? 'n’est' : 'ne sont'} pas dans l’alphabet des SMS\u00a0: chaque SMS ne prend que 70 signes au lieu de 160.`
