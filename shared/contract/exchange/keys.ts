import * as z from 'zod'

/** Bodies of the desk's entries about its own keys. */

/**
 * The desk's new key, which replaces the current one; the old key's signatures are accepted for `overlapDays` more.
 * Receiving the entry again, after a restore or another pairing, changes nothing: the replaced key is no longer
 * accepted.
 */
export const KeyRotated = z.object({ publicKey: z.string().max(300), replaces: z.string().max(60) })
export type KeyRotated = z.infer<typeof KeyRotated>

/** From now on, signatures of this key are refused. */
export const KeyRevoked = z.object({ keyid: z.string().max(60) })
export type KeyRevoked = z.infer<typeof KeyRevoked>

export const keyOverlapDays = 7
