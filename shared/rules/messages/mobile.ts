import { phoneText } from '../people/names.ts'

/*
 * Mobile numbers as SMS providers take them: « +33612345678 » (E.164). French numbers begin with 06 or 07 (ARCEP, plan
 * national de numérotation); those of the départements d’outre-mer have a country code of their own.
 */

const overseas: Readonly<Record<string, string>> = {
  '0690': '590',
  '0691': '590',
  '0692': '262',
  '0693': '262',
  '0694': '594',
  '0696': '596',
  '0697': '596',
}

/** The number in international form; null for anything but a mobile number. */
export const mobileOf = (typed: string): string | null => {
  const digits = typed
    .trim()
    .replaceAll(/[\s.\-()/]/g, '')
    .replace(/^00/, '+')
  const french = /^(?:\+330?|0)([67]\d{8})$/.exec(digits)?.[1]
  if (french !== undefined) return `+${overseas[`0${french.slice(0, 3)}`] ?? '33'}${french}`
  return /^\+(?!33)[1-9]\d{7,14}$/.test(digits) ? digits : null
}

/** The number as people write it: « 06 39 98 20 33 »; one of another country as it is. */
export const mobileText = (number: string): string =>
  number.startsWith('+33') ? phoneText(`0${number.slice(3)}`) : number

/** An address of the queue as people read it: a mail address stays as it is. */
export const addressText = (address: string): string => (address.startsWith('+') ? mobileText(address) : address)
