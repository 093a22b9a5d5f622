import { once } from 'node:events'
import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import type { Finding } from './check.ts'
import type { Fingerprints } from './fingerprints.ts'

/**
 * `live`: the desk's file, read while the desk writes. `copy`: a file that nobody else has open; it is first migrated
 * to this version's schema, and its open acts are rolled back.
 */
export type JudgeTask = {
  readonly path: string
  readonly as: 'live' | 'copy'
  readonly at: Instant
  /** Path of the last backup's digests; absent for a file that is not a later state of that backup. */
  readonly fingerprints?: string
}
export type JudgeVerdict =
  | { readonly findings: readonly Finding[]; readonly fingerprints: Fingerprints | null }
  | { readonly refusal: string }

/**
 * Judges a file in a worker, so that the desk can work during the seconds that a town's file takes.
 * @returns a refusal, as a sentence, for a file that cannot be opened at all
 */
export const judge = async (task: JudgeTask): Promise<JudgeVerdict> => {
  const worker = idle ?? new Worker(program)
  idle = undefined
  worker.ref()
  worker.postMessage(task, [])
  const [verdict] = await once(worker, 'message')
  if (idle) void worker.terminate()
  else {
    idle = worker
    // An idle worker must not keep the process alive.
    worker.unref()
  }
  return verdict as JudgeVerdict
}

/** Kept for the next file, since loading its modules takes longer than judging a small one. */
let idle: Worker | undefined

// In the build for Electron, the worker is a JavaScript file next to this module.
const program = join(import.meta.dirname, `judge-worker${extname(import.meta.filename)}`)
