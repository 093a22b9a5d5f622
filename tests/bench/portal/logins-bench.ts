import { argon2, randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { aWorker, percentile, readPage } from './record-bench.ts'
import { emailOf, password, type Ready } from './record-load.ts'

const parents = 400
const SECONDS = 10
/** The number of logins at the same time: people type, then wait. */
const atOnce = 12
const VIEWS_A_SECOND = 20

export type Logins = {
  /** Logins by the form, per second. */
  readonly logins: number
  /** argon2id alone with 19 MiB, 2 passes and 1 lane on all cores, without any other load. */
  readonly bare: number
  /** 99th percentile, in milliseconds, of a page read by logged-in parents meanwhile. */
  readonly viewP99: number
}

/** Parents who log in all at once, and others who read their pages meanwhile. */
export const loginsAtOnce = async (kind: 'PGlite' | 'PostgreSQL'): Promise<Logins> => {
  const bare = await bareHashes()
  const { ready, close } = await aWorker(kind, parents)
  try {
    const end = performance.now() + SECONDS * 1000
    let done = 0
    const typing = Array.from({ length: atOnce }, async (_, person) => {
      for (let turn = person; performance.now() < end; turn += atOnce) {
        await logIn(ready, turn % parents, turn)
        done += 1
      }
    })
    const waits: number[] = []
    const views: Promise<void>[] = []
    for (let view = 0; performance.now() < end; view += 1) {
      views.push(timed(() => readPage(ready, view % 40, '/mon-tableau-de-bord', ''), waits))
      await setTimeout(1000 / VIEWS_A_SECOND)
    }
    await Promise.all([...typing, ...views])
    return { logins: done / SECONDS, bare, viewP99: percentile(waits, 0.99) }
  } finally {
    await close()
  }
}

const timed = async (work: () => Promise<unknown>, waits: number[]): Promise<void> => {
  const started = performance.now()
  await work()
  waits.push(performance.now() - started)
}

/** Each login comes from the address of another home. */
const logIn = async ({ port }: Ready, parent: number, turn: number): Promise<void> => {
  const origin = `http://127.0.0.1:${port}`
  const answer = await fetch(`${origin}/connexion`, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      origin,
      'content-type': 'application/x-www-form-urlencoded',
      'x-forwarded-for': `203.0.${(turn >> 8) % 256}.${turn % 256}`,
    },
    body: new URLSearchParams({ identifiant: emailOf(parent), 'mot-de-passe': password }).toString(),
  })
  await answer.text()
  const to = answer.headers.get('location')
  if (to !== '/mon-tableau-de-bord') throw new Error(`a login was answered ${answer.status}, ${to}`)
}

const bareHashes = async (): Promise<number> => {
  const end = performance.now() + 5000
  let done = 0
  const one = async () => {
    while (performance.now() < end) {
      await new Promise<void>((hashed, failed) => {
        const asked = {
          message: password,
          nonce: randomBytes(16),
          memory: 19_456,
          passes: 2,
          parallelism: 1,
          tagLength: 32,
        }
        argon2('argon2id', asked, (error) => (error ? failed(error) : hashed()))
      })
      done += 1
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, one))
  return done / 5
}
