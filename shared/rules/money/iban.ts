/** An account that receives transfers. */
export type TransferAccount = {
  /** At most 70 letters. */
  readonly name: string
  /** Without spaces. */
  readonly iban: string
  /** Empty where the bank does not need it: inside the European Economic Area. */
  readonly bic: string
}

/**
 * An IBAN without spaces, in capitals; undefined when its check digits are wrong (ISO 13616, modulo 97), or when a
 * French one does not have 27 signs.
 */
export const ibanOf = (typed: string): string | undefined => {
  const iban = typed.replaceAll(/\s/g, '').toUpperCase()
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(iban) || (iban.startsWith('FR') && iban.length !== 27)) return undefined
  return hasIsoKey(iban) ? iban : undefined
}

/** The state of an IBAN while it is typed: a French one is only checked once it has 27 signs. */
export const ibanWhileTyped = (typed: string): 'unfinished' | 'right' | 'wrong' => {
  if (ibanOf(typed) !== undefined) return 'right'
  const iban = typed.replaceAll(/\s/g, '').toUpperCase()
  return (iban.startsWith('FR') ? iban.length >= 27 : iban.length > 34) || /[^A-Z0-9]/.test(iban)
    ? 'wrong'
    : 'unfinished'
}

/** Whether the two digits after the country are the check digits of the following signs (ISO 7064, modulo 97). */
export const hasIsoKey = (text: string): boolean => {
  const digits = `${text.slice(4)}${text.slice(0, 4)}`.replaceAll(/[A-Z]/g, (letter) => `${letter.charCodeAt(0) - 55}`)
  return BigInt(digits) % 97n === 1n
}

/** « BIC » of a bank, in capitals (ISO 9362). */
export const isBic = (text: string): boolean => /^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$/.test(text)
