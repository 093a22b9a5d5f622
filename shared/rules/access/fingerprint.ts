import { letterCode, letterCodeBytes } from './letter-code.ts'

/**
 * « K7PM-4XQ2-9TRD-0AEB-HH3S »: what two people read to each other to know that both machines speak of one certificate.
 * A hundred bits of its SHA-256, in signs that nobody mistakes: no other certificate is made to show the same.
 */
export const fingerprintCode = (sha256: Uint8Array): string =>
  `${letterCode(sha256)}-${letterCode(sha256.subarray(letterCodeBytes, letterCodeBytes + 8))}`

/** A key's id in groups of four characters, so that two people can compare by telephone what desk and portal show. */
export const spokenKey = (keyid: string): string => keyid.replace(/[^0-9A-Za-z_-]/g, '').replace(/(.{4})(?=.)/g, '$1 ')
