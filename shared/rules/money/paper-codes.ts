import type { TransferAccount } from './iban.ts'
import { payfipReference } from './invoice.ts'
import type { Cents } from './money.ts'

/** The texts of the QR codes of a printed invoice and of the barcode on its coupon. */

/**
 * The text of an EPC QR code, from which a bank's application fills in a transfer (EPC069-12, version 002).
 * @param reference the text of the transfer: the number of the invoice
 * @throws RangeError for an amount that no transfer can have: less than 0,01 € or over 999 999 999,99 €
 */
export const transferCode = ({ name, iban, bic }: TransferAccount, cents: Cents, reference: string): string => {
  if (cents < 1 || cents > 99_999_999_999) throw new RangeError(`no transfer of ${cents} cents`)
  const amount = `EUR${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`
  return ['BCD', '002', '1', 'SCT', bic, name.slice(0, 70), iban, amount, '', '', reference].join('\n')
}

/** The digits of the amount in cents, in the barcode of a coupon: up to 999 999,99 €. */
const amountDigits = 8

/**
 * The text of the barcode on a coupon: the number of the invoice without its hyphen, then the amount to pay. When the
 * number has no letter, the text has only digits, so that all scanners type it alike, whatever the keyboard layout of
 * the computer.
 */
export const couponCode = (number: string, cents: Cents): string =>
  `${payfipReference(number)}${String(cents).padStart(amountDigits, '0')}`

/** The reverse of `couponCode`; undefined when the text is not that of a coupon. */
export const readCouponCode = (text: string): { readonly reference: string; readonly cents: Cents } | undefined => {
  const found = /^([A-Z]{0,3}\d{10})(\d{8})$/.exec(text.trim())
  const [, reference, cents] = found ?? []
  return reference && cents ? { reference, cents: Number(cents) } : undefined
}
