import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { makeExampleTown } from '../../main/desk/example/example.ts'
import { keyRingPath } from '../../main/store/key-ring.ts'
import { dataFileName } from '../../main/store/store.ts'
import { day, type Instant, instantOf, timeOfDay } from '../../shared/rules/calendar/day.ts'

/** Wednesday 25 November 2026, 10 h 42: the instant of the drawn screens. */
export const exampleNow: Instant = instantOf(day('2026-11-25'), timeOfDay('10:42'))

// The test files of one run share the town; the next run makes its own. `tests/run.ts` names the run, otherwise the id
// of the parent process does.
const prefix = 'espace-jeunesse-exemple-'
const shared = join(tmpdir(), `${prefix}${process.env['TEST_RUN'] ?? process.ppid}`)

/** Where the town is made once for all test files. */
export const exampleTown = join(shared, 'ville')
export const before = join(exampleTown, 'avant.txt')

/** Puts a copy of the town into `dataDir`. */
export const copyExampleTown = async (dataDir: string): Promise<void> => {
  const claim = join(shared, 'en-cours')
  forgetEarlierRuns()
  mkdirSync(shared, { recursive: true })
  for (let waited = 0; !isMade(); waited += 1) {
    if (isMine(claim)) {
      try {
        // The process that held the claim may have ended since the previous check.
        if (isMade()) continue
        mkdirSync(exampleTown, { recursive: true })
        writeFileSync(before, '')
        await makeExampleTown({ dataDir: exampleTown, clock: () => exampleNow })
      } finally {
        rmSync(claim, { recursive: true, force: true })
      }
    } else if (waited > 1_150) throw new Error(`nobody finishes ${exampleTown}`)
    else await setTimeout(200)
  }
  mkdirSync(dataDir, { recursive: true })
  copyFileSync(join(exampleTown, dataFileName), join(dataDir, dataFileName))
  copyFileSync(keyRingPath(exampleTown), keyRingPath(dataDir))
}

const isMade = () => existsSync(join(exampleTown, dataFileName))

const forgetEarlierRuns = () => {
  for (const name of readdirSync(tmpdir()).filter((found) => found.startsWith(prefix))) {
    if (!isRunning(Number(name.slice(prefix.length)))) rmSync(join(tmpdir(), name), { recursive: true, force: true })
  }
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const isMine = (claim: string): boolean => {
  try {
    mkdirSync(claim)
    return true
  } catch {
    // The claim of a worker that was killed: no town takes longer than three minutes.
    if (existsSync(claim) && Date.now() - statSync(claim).mtimeMs > 180_000) rmSync(claim, { recursive: true })
    return false
  }
}
