import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { mkdtempSync, rmSync } from 'node:fs'
import type { ClientRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import { openDesk } from '../../../main/app/desk.ts'
import { makeExampleTown } from '../../../main/desk/example/example.ts'
import { waitingToSend } from '../../../main/exchange/publications.ts'
import { openDemoPortal } from '../../../main/host/demo/demo-portal.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'

export type IdleFigures = {
  /** Median of many exchanges in which neither side has anything to send, in milliseconds. */
  readonly milliseconds: number
  /** The largest number of bytes of these exchanges: request and reply, including headers. */
  readonly bytes: number
  readonly requests: number
  /** A page with one sentence, read from the same portal. */
  readonly baselineMilliseconds: number
}

const clock = () => new Date().toISOString() as Instant
const times = 41

/** The example town, and a portal in a process of its own, once everything including papers is published. */
export const exchangeIdle = async (): Promise<IdleFigures> => {
  const folder = mkdtempSync(join(tmpdir(), 'idle-bench-'))
  const exampleDir = join(folder, 'example')
  await makeExampleTown({ dataDir: exampleDir, clock })
  const desk = await openDesk({ dataDir: join(folder, 'data'), exampleDir, demo: true, clock })
  const portal = await openDemoPortal(desk.core, exampleDir, 0)
  const asked = { requests: 0, bytes: 0 }
  const counted = (message: unknown) => {
    const { socket } = (message as { request: ClientRequest }).request
    asked.requests += 1
    asked.bytes += (socket?.bytesRead ?? 0) + (socket?.bytesWritten ?? 0) - (known.get(socket) ?? 0)
    known.set(socket, (socket?.bytesRead ?? 0) + (socket?.bytesWritten ?? 0))
  }
  const known = new Map<unknown, number>()
  try {
    while (desk.core.exchange.isRunning || waitingToSend(desk.core.store).papers > 0) await setTimeout(200)
    subscribe('http.client.response.finish', counted)
    await desk.core.exchange.now()
    const waits: number[] = []
    let [bytes, requests] = [0, 0]
    for (let time = 0; time < times; time += 1) {
      Object.assign(asked, { requests: 0, bytes: 0 })
      const started = performance.now()
      await desk.core.exchange.now()
      waits.push(performance.now() - started)
      bytes = Math.max(bytes, asked.bytes)
      requests = Math.max(requests, asked.requests)
    }
    const reads: number[] = []
    for (let time = 0; time < times; time += 1) {
      const started = performance.now()
      await (await fetch(`${portal.address}/contact`)).text()
      reads.push(performance.now() - started)
    }
    return { milliseconds: middle(waits), bytes, requests, baselineMilliseconds: middle(reads) }
  } finally {
    unsubscribe('http.client.response.finish', counted)
    await desk.close()
    await portal.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const middle = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
