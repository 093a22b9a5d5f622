import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { openDesk } from '../../../main/app/desk.ts'
import { changeHealth } from '../../../main/desk/families/health.ts'
import { pair } from '../../../main/exchange/pairing.ts'
import { lastRuns } from '../../../main/exchange/runs.ts'
import { worker } from './desk-works.ts'
import { clockSince, pause } from './exchange-work.ts'

// The desk of `shown-health-kill.test.ts`: it changes a child's health record and exchanges repeatedly, until it reads
// « finish ». `node health-desk.ts FOLDER ADDRESS START CHILD FIRST [CODE]`: `FIRST` is the number of its first change.

const [folder = '', address = '', start = '', child = '', first = '', code] = process.argv.slice(2)
/** Written synchronously: a kill must not lose what was reported. */
const say = (line: string) => void writeSync(1, `${line}\n`)

const desk = await openDesk({
  dataDir: folder,
  exampleDir: `${folder}-example`,
  clock: clockSince(Number(start)),
  log: (line) => console.error(`desk: ${line}`),
})
const { core } = desk
if (code !== undefined) await pair(core, worker, { address, code })
const told = new AbortController()
createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'finish') told.abort()
})
const exchange = async () => {
  await core.exchange.now()
  const [last] = lastRuns(core.store, 1)
  say(`exchanged ${last?.outcome} ${last?.sentence}`)
}
say('ready')
for (let number = Number(first); !told.signal.aborted; number += 1) {
  changeHealth(core, worker, { childId: Number(child), allergies: `Guêpes ${number}`, diet: '', pai: '', doctor: '' })
  say(`wrote ${number}`)
  await exchange()
  await pause(20)
}
await exchange()
await exchange()
say('finished')
await desk.close()
process.exit(0)
