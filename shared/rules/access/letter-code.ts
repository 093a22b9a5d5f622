/** Without I, L, O and U, which are easily misread in print. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Random bytes per code: one character from each byte, five bits a character, sixty bits in all. */
export const letterCodeBytes = 12

/** « K7PM-4XQ2-9TRD »: the one-time code printed on the letter that opens an account. */
export const letterCode = (random: Uint8Array): string =>
  [...random.subarray(0, letterCodeBytes)]
    .map((byte) => alphabet.charAt(byte % alphabet.length))
    .join('')
    .replace(/(.{4})(?=.)/g, '$1-')

/** Normalises a typed code before hashing: any case, with or without dashes, O for 0, I or L for 1. */
export const typedLetterCode = (text: string): string =>
  text
    .toUpperCase()
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')
    .replace(/[^0-9A-Z]/g, '')
