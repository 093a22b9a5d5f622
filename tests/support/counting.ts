import { writeFileSync } from 'node:fs'

/** The results of a tool, which `tests/run.ts` adds up. */
export type Count = {
  passed: number
  failed: Told[]
  skipped: Told[]
  /** Seconds taken by the tests of each file, with their preparation. */
  files: { readonly name: string; readonly seconds: number }[]
}

type Told = { readonly name: string; readonly reason: string }

export const noCount = (): Count => ({ passed: 0, failed: [], skipped: [], files: [] })

/** The beginning of an error: the tool's own report has the whole text. */
export const inShort = (error: unknown): string => {
  const message = error instanceof Object && 'message' in error ? String(error.message) : 'no message'
  return message.split('\n', 3).join(' ').slice(0, 300)
}

/** Writes a reporter's count for `tests/run.ts`; does nothing when a person runs the tool alone. */
export const leave = (count: Count): void => {
  const path = process.env['TEST_COUNT']
  if (path) writeFileSync(path, JSON.stringify(count))
}
