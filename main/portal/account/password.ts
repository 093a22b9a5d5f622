import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import type { PasswordCost } from '../../../shared/rules/access/password.ts'
import { Refused } from '../refused.ts'

/** Argon2 runs on Node's thread pool, which file reads and DNS also use: more hashes at once would starve them. */
const maxConcurrent = 2
/** Hashes that may wait, about five seconds of work; beyond, a login is refused with a request to try again. */
const maxWaiting = 200

/** @returns the hash as a PHC string, which names its own cost */
export const hashPassword = async (password: string, cost: PasswordCost): Promise<string> => {
  const nonce = randomBytes(16)
  return phcText(cost, nonce, await deriveKey(password, nonce, cost))
}

const phcText = ({ kibibytes, passes }: PasswordCost, nonce: Uint8Array, key: Uint8Array): string =>
  `$argon2id$v=19$m=${kibibytes},t=${passes},p=1$${unpadded(nonce)}$${unpadded(key)}`

export const matchesHash = async (password: string, hash: string): Promise<boolean> => {
  const { kibibytes, passes, nonce, expected } =
    /^\$argon2id\$v=19\$m=(?<kibibytes>\d+),t=(?<passes>\d+),p=1\$(?<nonce>[^$]+)\$(?<expected>[^$]+)$/.exec(hash)
      ?.groups ?? {}
  if (nonce === undefined || expected === undefined) throw new RangeError('not a hash that this portal made')
  const cost = { kibibytes: Number(kibibytes), passes: Number(passes) }
  const found = await deriveKey(password, Buffer.from(nonce, 'base64'), cost)
  const wanted = Buffer.from(expected, 'base64')
  return found.length === wanted.length && timingSafeEqual(found, wanted)
}

/** A hash to check when there is no account, so that a missing account takes as long as a wrong password. */
export const decoyHash = (cost: PasswordCost): string => phcText(cost, Buffer.alloc(16), Buffer.alloc(32))

/** A key that only the password gives. @param salt its own, in base64, never that of the hash */
export const stretchedKey = (password: string, salt: string, cost: PasswordCost): Promise<Buffer> =>
  deriveKey(password, Buffer.from(salt, 'base64'), cost)

function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '')
}

const deriveKey = async (password: string, nonce: Buffer, { kibibytes, passes }: PasswordCost): Promise<Buffer> => {
  await acquireSlot()
  try {
    return await new Promise((done, failed) => {
      const parameters: Argon2Parameters = {
        message: password.normalize('NFC'),
        nonce,
        memory: kibibytes,
        passes,
        parallelism: 1,
        tagLength: 32,
      }
      argon2('argon2id', parameters, (error, key) => (error ? failed(error) : done(key)))
    })
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }
}

let running = 0
const waiting: (() => void)[] = []

const acquireSlot = (): Promise<void> => {
  if (running < maxConcurrent) {
    running += 1
    return Promise.resolve()
  }
  if (waiting.length >= maxWaiting) {
    throw new Refused('Beaucoup de monde se connecte en ce moment. Réessayez dans une minute.')
  }
  return new Promise((done) => waiting.push(done))
}
