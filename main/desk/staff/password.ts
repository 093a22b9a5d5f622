import { randomBytes } from 'node:crypto'
import { argon2id, argon2Verify } from 'hash-wasm'
import type { PasswordCost } from '../../../shared/rules/access/password.ts'

/** Uses argon2id in WebAssembly, since the crypto library inside Electron has no argon2. */
export const hashPassword = (password: string, { kibibytes, passes }: PasswordCost): Promise<string> =>
  argon2id({
    password: password.normalize('NFC'),
    salt: randomBytes(16),
    memorySize: kibibytes,
    iterations: passes,
    parallelism: 1,
    hashLength: 32,
    outputType: 'encoded',
  })

/**
 * argon2 refuses an empty password: compares a space instead, so that the answer takes as long as for any other
 * password.
 */
export const passwordMatches = async (password: string, hash: string): Promise<boolean> =>
  (await argon2Verify({ password: password.normalize('NFC') || ' ', hash })) && password !== ''
