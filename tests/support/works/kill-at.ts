import { spawn } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'

/** The number of moments at which a test kills its process: one in `npm test`, 50 in `npm run test:long`. */
export const killMoments = process.env['LONG'] ? 50 : 1

type Run = {
  /** 0 for the first turn, which is not killed and measures the length of the work. */
  readonly turn: number
  readonly killed: boolean
  /** What the script printed after « ready »: everything that it reported as done must be in the file. */
  readonly said: readonly string[]
}

/**
 * Runs a script in a process of its own until `killMoments` runs of it were cut off: killed (SIGKILL, as a pulled plug)
 * at moments spread over the length of its work, chosen by `seed`. The script prints « ready » when its work begins.
 * @param argumentsOf prepares one turn, such as a folder of its own, and gives the script its arguments
 * @param verify what must be true after each turn
 */
export const killAt = async (
  script: string,
  argumentsOf: (turn: number) => readonly string[],
  verify: (run: Run) => void | Promise<void>,
  seed = 1,
): Promise<void> => {
  const whole = await runOnce(script, argumentsOf(0), null)
  if (whole.failure !== null) throw new Error(`${script} fails by itself: ${whole.failure}`)
  await verify({ turn: 0, killed: false, said: whole.said })
  const random = randomFrom(seed)
  let length = whole.milliseconds
  let killed = 0
  for (let turn = 1; killed < killMoments; turn += 1) {
    if (turn > 10 * killMoments) throw new Error(`${script} ends before it can be killed`)
    const moment = ((killed + random()) / killMoments) * length
    const run = await runOnce(script, argumentsOf(turn), moment)
    if (run.failure !== null) throw new Error(`${script} fails by itself: ${run.failure}`)
    if (run.killed) killed += 1
    // The measure was too long because the computer was busy: the next kill comes sooner.
    else length = 0.9 * Math.min(length, run.milliseconds)
    try {
      await verify({ turn, killed: run.killed, said: run.said })
    } catch (error) {
      throw new Error(`killed ${Math.round(moment)} ms after «\u00a0ready\u00a0», turn ${turn}, seed ${seed}`, {
        cause: error,
      })
    }
  }
}

/** Copies the prepared folder for one turn, and erases the copy of the previous turn. */
export const copyFor = (turn: number, prepared: string): string => {
  for (const old of [turn - 1, turn]) rmSync(`${prepared}-${old}`, { recursive: true, force: true })
  const folder = `${prepared}-${turn}`
  cpSync(prepared, folder, { recursive: true })
  return folder
}

const runOnce = (script: string, args: readonly string[], moment: number | null) =>
  new Promise<{ said: string[]; killed: boolean; milliseconds: number; failure: string | null }>((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let printed = ''
    let failure = ''
    let start = 0
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      if (start === 0 && printed.includes('ready\n')) {
        start = performance.now()
        if (moment !== null) setTimeout(() => child.kill('SIGKILL'), moment)
      }
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => (failure += text))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      const killed = signal === 'SIGKILL'
      // A line interrupted by the kill does not count.
      const said = printed
        .slice(printed.indexOf('ready\n') + 6)
        .split('\n')
        .slice(0, -1)
      const milliseconds = performance.now() - start
      resolve({ said, killed, milliseconds, failure: killed || code === 0 ? null : failure || `code ${code}` })
    })
  })

/** Mulberry32: the same moments for the same seed. */
const randomFrom = (seed: number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
