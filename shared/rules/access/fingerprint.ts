import { letterCode, letterCodeBytes } from './letter-code.ts'

/**
 * « K7PM-4XQ2-9TRD-0AEB-HH3S »: a code that two people read aloud to check that both computers have the same
 * certificate. One hundred bits of the certificate's SHA-256, too many to forge, in characters that are not confused.
 */
export const fingerprintCode = (sha256: Uint8Array): string =>
  `${letterCode(sha256)}-${letterCode(sha256.subarray(letterCodeBytes, letterCodeBytes + 8))}`

/** A key's id in groups of four characters, so that two people can compare by telephone what desk and portal show. */
export const readableKeyId = (keyid: string): string =>
  keyid.replace(/[^0-9A-Za-z_-]/g, '').replace(/(.{4})(?=.)/g, '$1 ')
