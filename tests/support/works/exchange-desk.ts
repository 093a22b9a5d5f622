import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { openDesk } from '../../../main/app/desk.ts'
import type { Core } from '../../../main/desk/core.ts'
import { awaitedPapers } from '../../../main/desk/papers/papers.ts'
import { type Decision, decide } from '../../../main/desk/requests/deciding.ts'
import { requestDetail, requestsQueue } from '../../../main/desk/requests/requests.ts'
import { pair } from '../../../main/exchange/pairing.ts'
import { lastRuns } from '../../../main/exchange/runs.ts'
import type { RequestKey } from '../../../shared/contract/desk/requests.ts'
import { worker } from './desk-works.ts'
import { clockSince, oneOf, pause } from './exchange-work.ts'

// The desk of `two-processes.test.ts`: staff decide, and it exchanges repeatedly, until it reads « finish ». `node
// exchange-desk.ts FOLDER ADDRESS START [CODE]`

const [folder = '', address = '', start = '', code] = process.argv.slice(2)
const say = (line: string) => void writeSync(1, `${line}\n`)

const desk = await openDesk({
  dataDir: folder,
  exampleDir: `${folder}-example`,
  clock: clockSince(Number(start)),
  log: (line) => console.error(`desk: ${line}`),
})
const { core } = desk

const decisionOf = (on: Core, key: RequestKey): Decision | null => {
  const detail = requestDetail(on, worker, key)
  if (!detail || key.kind !== 'cells') return null
  const answers = detail.parts.flatMap(({ day, slots, suggested }) => {
    const refuses = key.wish === 'book' && Math.random() < 0.2 && suggested.act === 'accept'
    return [
      {
        day,
        slotIds: slots.map(({ id }) => id),
        act: refuses ? ('refuse' as const) : suggested.act,
        reason: { kind: 'written' as const, text: 'Sortie complète' },
      },
    ]
  })
  return answers.length === 0 ? null : { ...key, answers }
}

const decideSome = (all: boolean): number => {
  const waiting = requestsQueue(core).filter(() => all || Math.random() < 0.4)
  const decisions = waiting.flatMap(({ key }) => decisionOf(core, key) ?? [])
  if (decisions.length > 0) decide(core, worker, decisions)
  return waiting.length
}

if (code !== undefined) {
  await pair(core, worker, { address, code })
  say('paired')
}
const told = new AbortController()
createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'finish') told.abort()
})
say('ready')
while (!told.signal.aborted) {
  decideSome(false)
  await core.exchange.now()
  const [last] = lastRuns(core.store, 1)
  say(`exchanged ${last?.outcome}`)
  // Waits longer after a failure, so that a portal that is starting again can start.
  await pause(last?.outcome === 'done' ? (oneOf([0, 20, 60]) ?? 0) : 250)
}
for (let turn = 0; turn < 20; turn += 1) {
  await core.exchange.now()
  if (decideSome(true) === 0 && turn > 0) break
}
// Papers of parents come after everything else.
for (let turn = 0; turn < 2000 && awaitedPapers(core.store).length > 0; turn += 1) {
  if (!core.exchange.isRunning) await core.exchange.now()
  await pause(20)
}
await core.exchange.now()
say(`finished ${lastRuns(core.store, 1)[0]?.sentence}`)
await desk.close()
process.exit(0)
