import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { Refused } from './refused.ts'

/** argon2id at the least that OWASP advises (19 MiB, 2 passes): about 50 ms of one core. */
const memory = 19_456
const passes = 2
const prefix = `$argon2id$v=19$m=${memory},t=${passes},p=1$`

/** They run on the pool of threads that also reads files and names: more at once would starve it. */
const mostAtOnce = 2
/** Five seconds of waiting; who comes after that is told to come back. */
const mostWaiting = 200

export const hashed = async (password: string): Promise<string> => {
  const nonce = randomBytes(16)
  return `${prefix}${unpadded(nonce)}$${unpadded(await derived(password, nonce))}`
}

export const matches = async (password: string, hash: string): Promise<boolean> => {
  const [nonce = '', expected = ''] = hash.startsWith(prefix) ? hash.slice(prefix.length).split('$') : []
  const found = await derived(password, Buffer.from(nonce, 'base64'))
  const wanted = Buffer.from(expected, 'base64')
  return found.length === wanted.length && timingSafeEqual(found, wanted)
}

/** Verified where there is no account, so that its absence takes as long. */
export const decoy = `${prefix}${unpadded(Buffer.alloc(16))}$${unpadded(Buffer.alloc(32))}`

function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '')
}

const derived = async (password: string, nonce: Buffer): Promise<Buffer> => {
  await turn()
  try {
    return await new Promise((done, failed) => {
      const parameters: Argon2Parameters = {
        message: password.normalize('NFC'),
        nonce,
        memory,
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

const turn = (): Promise<void> => {
  if (running < mostAtOnce) {
    running += 1
    return Promise.resolve()
  }
  if (waiting.length >= mostWaiting) {
    throw new Refused('Beaucoup de monde se connecte en ce moment. Réessayez dans une minute.')
  }
  return new Promise((done) => waiting.push(done))
}
