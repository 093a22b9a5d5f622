import { randomBytes } from 'node:crypto'
import { argon2id, argon2Verify } from 'hash-wasm'

/**
 * argon2id at the least that OWASP advises (19 MiB, 2 passes): about 50 ms. In WebAssembly, since the crypto library
 * inside Electron has no argon2.
 */
export const hashed = (password: string): Promise<string> =>
  argon2id({
    password: password.normalize('NFC'),
    salt: randomBytes(16),
    memorySize: 19_456,
    iterations: 2,
    parallelism: 1,
    hashLength: 32,
    outputType: 'encoded',
  })

/** An empty password, which argon2 refuses to hash, matches nothing in the time that another takes. */
export const matches = async (password: string, hash: string): Promise<boolean> =>
  (await argon2Verify({ password: password.normalize('NFC') || ' ', hash })) && password !== ''
