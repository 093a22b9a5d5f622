import * as z from 'zod'

/** What the desk says in its log about its own keys: the bodies of its entries of these kinds. */

/**
 * Its new key, in the place of the one that signs now: what that one signed is still taken for `overlapDays`. Told again
 * after a restore and another pairing, it changes nothing: the key that it replaces is taken no more.
 */
export const KeyRotated = z.object({ publicKey: z.string().max(300), replaces: z.string().max(60) })
export type KeyRotated = z.infer<typeof KeyRotated>

/** Nothing that this key signed is taken from now on. */
export const KeyRevoked = z.object({ keyid: z.string().max(60) })
export type KeyRevoked = z.infer<typeof KeyRevoked>

export const overlapDays = 7
