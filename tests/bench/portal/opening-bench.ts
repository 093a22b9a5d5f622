import { setTimeout } from 'node:timers/promises'
import { createRouterClient } from '@orpc/server'
import type { Desk } from '../../../main/app/desk.ts'
import { addMember } from '../../../main/desk/staff/staff.ts'
import { systemActor } from '../../../main/store/acts/acts.ts'
import { checkFile } from '../../../main/store/checking/check.ts'
import { roles } from '../../../shared/rules/access/roles.ts'
import { aWorker, bareInsert, oneParent, percentile, recordedFaults, recordTen } from './record-bench.ts'
import { password } from './record-load.ts'

/** All parents arrive within this time, four in ten of them in the first 15 seconds, as at eight in the morning. */
const ARRIVAL_MS = 120_000
const RUSH_MS = 15_000
const rushShare = 0.4

export type OpeningDay = {
  /** 99th percentile, in milliseconds, of all pages and calls of all parents, including the waiting page. */
  readonly p99: number
  /** The number of parents who arrived. */
  readonly came: number
  /** Seconds from the first arrival to the last receipt. */
  readonly seconds: number
  readonly faults: readonly string[]
}

/**
 * Each parent, with an open session, reads the dashboard and a month, makes ten ticks with their estimate, records them
 * and reads the receipt. One worker.
 * @param until milliseconds after the start: parents who would arrive later are left out
 */
export const openingDay = async (
  kind: 'PGlite' | 'PostgreSQL',
  parents: number,
  until = ARRIVAL_MS,
): Promise<OpeningDay> => {
  const { ready, worker, desk, close } = await aWorker(kind, parents)
  try {
    const faults: string[] = []
    const started = performance.now()
    const coming = Array.from({ length: parents }, (_, parent) => parent).filter(
      (parent) => arrival(parent, parents) < until,
    )
    const visits = coming.map(async (parent) => {
      await setTimeout(arrival(parent, parents))
      return oneParent(ready, parent, faults)
    })
    const waits = (await Promise.all(visits)).flat()
    const seconds = (performance.now() - started) / 1000
    faults.push(...(await recordedFaults(worker, coming.length)), ...(await decidedFaults(desk, coming.length)))
    return { p99: percentile(waits, 0.99), came: coming.length, seconds, faults }
  } finally {
    await close()
  }
}

/**
 * What is wrong after the desk has collected and accepted the demandes, automatically and by « Accepter tout ce qui est
 * possible ».
 */
const decidedFaults = async (desk: Desk, parents: number): Promise<string[]> => {
  const { store, exchange } = desk.core
  const count = (query: string) => store.statement(query).pluck().get() as number
  const asks = () => count('select count(*) from portal_ask')
  // An exchange ends after a minute and leaves the rest to the next one.
  for (let before = -1; before < asks(); ) {
    before = asks()
    await exchange.now()
  }
  const waiting = count(`select count(*) from reservation where ask = 'book' and collected and held = 'none'`)
  const client = createRouterClient(desk.router, { context: desk.connect() })
  await addMember(desk.core, { ...systemActor, roles }, { name: 'Banc', login: 'banc', password, roles })
  await client.staff.login({ login: 'banc', password })
  for (;;) {
    const { decisions } = await client.requests.possible()
    if (decisions.length === 0) break
    await client.requests.decide({ decisions })
  }
  const askedCells = parents * 10
  return [
    ...(asks() === askedCells && waiting === askedCells ? [] : [`collected ${asks()}, ${waiting} of them to decide`]),
    ...(count(outOfTurn) === 0 ? [] : [`${count(outOfTurn)} places out of turn`]),
    ...checkFile(store.sqlite).map(({ sentence }) => sentence),
  ]
}

/**
 * On each day, as many children as there are places are confirmed, in the order of recording; all others still wait for
 * an answer.
 */
const outOfTurn = `with turn as (
    select r.held, r.ask, o.capacity,
      row_number() over (partition by a.day, a.slot_id order by a.recorded_at, a.number) as place
    from portal_ask a
    join reservation r on r.registration_id = a.registration_id and r.day = a.day and r.slot_id = a.slot_id
    join opening o on o.period_id = r.period_id and o.day = r.day and o.slot_id = r.slot_id
  )
  select count(*) from turn where (held = 'confirmed') <> (place <= capacity) or (ask is null) <> (place <= capacity)`

/** Spread like the arrivals of people, and the same in every run. */
const arrival = (parent: number, parents: number): number => {
  const share = ((parent * 7919) % parents) / parents
  if (share < rushShare) return (share / rushShare) * RUSH_MS
  return RUSH_MS + ((share - rushShare) / (1 - rushShare)) * (ARRIVAL_MS - RUSH_MS)
}

/**
 * Demandes recorded per second when as many parents record at once as one worker can serve; and the same for the bare
 * endpoint.
 */
export const openingPeak = async (kind: 'PGlite' | 'PostgreSQL'): Promise<{ ours: number; bare: number }> => {
  const parents = 600
  const { ready, close } = await aWorker(kind, parents)
  try {
    const all = Array.from({ length: parents }, (_, parent) => parent)
    const ticked = await saturated(all, (parent) => recordTen.tick(ready, parent))
    if (ticked <= 0) throw new Error('nothing was ticked')
    const ours = await saturated(all, (parent) => recordTen.record(ready, parent))
    const bare = await saturated(all, (parent) => bareInsert(ready, parent))
    return { ours: (parents * 10) / ours, bare: (parents * 10) / bare }
  } finally {
    await close()
  }
}

/** Sixteen calls at a time. @returns seconds until the last one ends */
const saturated = async (parents: readonly number[], work: (parent: number) => Promise<void>): Promise<number> => {
  const left = [...parents]
  const started = performance.now()
  const one = async () => {
    for (let parent = left.pop(); parent !== undefined; parent = left.pop()) await work(parent)
  }
  await Promise.all(Array.from({ length: 16 }, one))
  return (performance.now() - started) / 1000
}
