import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { request as asked } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/fetch'
import { SimpleCsrfProtectionLinkPlugin } from '@orpc/client/plugins'
import type { ContractRouterClient } from '@orpc/contract'
import { openDesk } from '../../../main/app/desk.ts'
import { pair } from '../../../main/exchange/pairing.ts'
import { systemActor } from '../../../main/store/acts/acts.ts'
import type { contract } from '../../../shared/contract/portal/index.ts'
import { roles } from '../../../shared/rules/access/roles.ts'
import { freePort } from '../../support/machine/free-port.ts'
import { newDatabase, startPostgres } from '../../support/machine/postgres.ts'
import { fillOpeningTown } from '../../support/towns/bench-town.ts'
import { clockSince } from '../../support/works/exchange-work.ts'
import { bookableDays, guardianOf, type Ready, registrationOf, sessionOf } from './record-load.ts'

const parentCount = 500
const ARRIVAL_MS = 30_000

export type Recording = {
  /** 99th percentile, in milliseconds, of all pages and calls of all parents. */
  readonly p99: number
  /** The same for inserts at the bare endpoint, as frequent, during a quarter of the time. */
  readonly bareP99: number
  /** What went wrong; if anything did, the figures are not used. */
  readonly faults: readonly string[]
}

/** 500 parents within 30 seconds, each: dashboard, month, ten ticks with their estimate, record, receipt. */
export const record500 = async (kind: 'PGlite' | 'PostgreSQL'): Promise<Recording> => {
  const { ready, worker, close } = await aWorker(kind, parentCount)
  try {
    const faults: string[] = []
    const waits = await arriving((parent) => oneParent(ready, parent, faults))
    faults.push(...(await recordedFaults(worker, parentCount)))
    const bare = await arriving(async (parent) => [await timed(() => bareInsert(ready, parent))], parentCount / 4)
    return { p99: percentile(waits, 0.99), bareP99: percentile(bare, 0.99), faults }
  } finally {
    await close()
  }
}

/**
 * One worker with a store of its own in another process, after a desk here has published its town to it; all parents
 * are logged in.
 */
export const aWorker = async (kind: 'PGlite' | 'PostgreSQL', parents: number) => {
  const folder = mkdtempSync(join(tmpdir(), 'record-'))
  const postgres = kind === 'PostgreSQL' ? startPostgres({ isSafe: true }) : null
  const where = postgres ? await newDatabase(postgres.address) : join(folder, 'portal')
  const started = Date.now()
  const worker = fork(new URL('record-worker.ts', import.meta.url), [kind, where, `${await freePort()}`, `${started}`])
  const [ready] = (await once(worker, 'message')) as [Ready]
  const desk = await openDesk({
    dataDir: join(folder, 'desk'),
    exampleDir: join(folder, 'example'),
    clock: clockSince(started),
  })
  fillOpeningTown(desk.core, parents, bookableDays)
  await pair(desk.core, { ...systemActor, roles }, { address: `http://127.0.0.1:${ready.port}`, code: ready.code })
  await desk.core.exchange.now()
  worker.send('letIn')
  await once(worker, 'message')
  return {
    ready,
    worker,
    desk,
    close: async () => {
      await desk.close()
      worker.kill()
      await once(worker, 'exit')
      postgres?.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Each parent has ten days, each recorded exactly once. */
export const recordedFaults = async (worker: ChildProcess, parents: number): Promise<string[]> => {
  const { demandes, log } = await countsOf(worker)
  const expected = { demandes: parents * 10, cells: parents * 10, receipts: parents }
  return [
    ...(JSON.stringify(demandes) === JSON.stringify(expected) ? [] : [`recorded ${JSON.stringify(demandes)}`]),
    ...(log.entries === parents * 10 ? [] : [`${log.entries} entries in the log`]),
  ]
}

/** Spread over the time like the arrivals of people, and the same in every run. */
const arriving = async (visit: (parent: number) => Promise<number[]>, count = parentCount): Promise<number[]> => {
  const visits = Array.from({ length: count }, async (_, parent) => {
    await setTimeout(((parent * 7919) % count) * (ARRIVAL_MS / parentCount) + ((parent * 31) % 53))
    return visit(parent)
  })
  return (await Promise.all(visits)).flat()
}

/** One parent's visit. @returns the milliseconds of each page and call, including the waiting page */
export const oneParent = async (ready: Ready, parent: number, faults: string[]): Promise<number[]> => {
  const page = pageOf(ready, parent)
  const waits: number[] = []
  const step = async <Answer>(call: () => Promise<Answer>): Promise<Answer> => {
    const started = performance.now()
    const answer = await call()
    waits.push(performance.now() - started)
    return answer
  }
  try {
    let ticket = ''
    // The page contains the session and the dashboard.
    for (;;) {
      const inLine = await step(() => readPage(ready, parent, '/mon-tableau-de-bord', ticket))
      if (!inLine) break
      ticket = inLine.ticket
      await setTimeout(inLine.seconds * 1000)
    }
    const registration = registrationOf(parent)
    await step(() => page.home.calendar({ registration, from: '2027-02-01', to: '2027-02-28' }))
    const cells = bookableDays.map((day) => ({ registration, day, slot: 1, wish: 'book' as const }))
    const drafts = await step(() => page.demandes.draft({ cells }))
    if (drafts.items.length !== 10 || drafts.estimate.totalCents <= 0) faults.push('an estimate is missing')
    const receipt = await step(() => page.demandes.record({ request: randomUUID(), surchargeAccepted: false }))
    const shown = await step(() => page.demandes.receipt({ id: receipt.id }))
    if (shown.items.length !== 10 || shown.guardian !== guardianOf(parent)) faults.push('a receipt is not as recorded')
  } catch (error) {
    faults.push(String(error))
  }
  return waits
}

/** The two calls of recording, for a worker that does nothing else. */
export const recordTen = {
  tick: async (ready: Ready, parent: number): Promise<void> => {
    const cells = bookableDays.map((day) => ({
      registration: registrationOf(parent),
      day,
      slot: 1,
      wish: 'book' as const,
    }))
    await pageOf(ready, parent).demandes.draft({ cells })
  },
  record: async (ready: Ready, parent: number): Promise<void> => {
    await pageOf(ready, parent).demandes.record({ request: randomUUID(), surchargeAccepted: false })
  },
}

/** The header that the town's proxy adds: each parent has another address. */
const addressOf = (parent: number) => `198.18.${parent >> 8}.${parent & 255}`

const cookieOf = ({ port }: Ready, parent: number) => `portail-${port}=${sessionOf(parent)}`

const pageOf = (ready: Ready, parent: number) => {
  const origin = `http://127.0.0.1:${ready.port}`
  const link = new RPCLink({
    url: `${origin}/rpc`,
    plugins: [new SimpleCsrfProtectionLinkPlugin()],
    headers: { origin, cookie: cookieOf(ready, parent), 'x-forwarded-for': addressOf(parent) },
  })
  return createORPCClient<ContractRouterClient<typeof contract>>(link)
}

/** Null when the page came; otherwise the ticket for the waiting line. */
export const readPage = async (ready: Ready, parent: number, path: string, ticket: string) => {
  const answer = await fetch(`http://127.0.0.1:${ready.port}${path}`, {
    headers: { cookie: `${cookieOf(ready, parent)}; file=${ticket}`, 'x-forwarded-for': addressOf(parent) },
  })
  const text = await answer.text()
  if (answer.status === 200) return null
  const kept = /file=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '')?.[1]
  if (answer.status !== 503 || !kept || !text.includes('vous gardez votre place'))
    throw new Error(`${path} answered ${answer.status}`)
  return { ticket: kept, seconds: Number(answer.headers.get('retry-after')) }
}

export const bareInsert = ({ barePort }: Ready, parent: number): Promise<void> =>
  new Promise((done, failed) => {
    const sent = asked({ port: barePort, method: 'POST', path: `/${guardianOf(parent)}` }, (answer) => {
      answer.resume().on('end', done)
      if (answer.statusCode !== 200) failed(new Error(`the bare endpoint answered ${answer.statusCode}`))
    })
    sent.on('error', failed)
    sent.end()
  })

const timed = async (work: () => Promise<void>): Promise<number> => {
  const started = performance.now()
  await work()
  return performance.now() - started
}

const countsOf = async (worker: ChildProcess) => {
  worker.send('count')
  const [counts] = (await once(worker, 'message')) as [
    { demandes: { demandes: number; cells: number; receipts: number }; log: { entries: number } },
  ]
  return counts
}

export const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((one, other) => one - other)[Math.ceil(values.length * share) - 1] ?? Number.NaN
