/** Without I, L, O and U, which a reader of a printed letter takes for others. */
const signs = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** How many random bytes a code is made of: one sign from each, five bits, sixty in all. */
export const letterCodeBytes = 12

/** « K7PM-4XQ2-9TRD »: the one-time code printed on the letter that opens an account. */
export const letterCode = (random: Uint8Array): string =>
  [...random.subarray(0, letterCodeBytes)]
    .map((byte) => signs.charAt(byte % signs.length))
    .join('')
    .replace(/(.{4})(?=.)/g, '$1-')

/** The code as it is hashed, from what a person typed: any case, with or without dashes, O for 0, I or L for 1. */
export const typedLetterCode = (text: string): string =>
  text
    .toUpperCase()
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')
    .replace(/[^0-9A-Z]/g, '')
