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

/**
 * Why a password is too weak, or null. CNIL, délibération 2022-100: 50 bits where attempts are limited; eight
 * characters of three kinds give 50 bits, sixteen of any kind more.
 */
export const weakness = (password: string): string | null => {
  const kinds = [/[a-zà-ÿ]/, /[A-ZÀ-Þ]/, /\d/, /[^\p{L}\d]/u].filter((kind) => kind.test(password)).length
  if (password.length >= 16 || (password.length >= 8 && kinds >= 3)) return null
  return 'Mot de passe trop simple : au moins 8 caractères mêlant majuscules, minuscules, chiffres ou signes, ou une phrase de 16 caractères.'
}
