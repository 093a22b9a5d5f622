import { writeFileSync } from 'node:fs'

/** What a tool ran, as `tests/run.ts` adds it up. */
export type Count = {
  passed: number
  failed: Told[]
  skipped: Told[]
  /** Seconds taken by the tests of each file, with their preparation. */
  files: { readonly name: string; readonly seconds: number }[]
}

type Told = { readonly name: string; readonly reason: string }

export const noCount = (): Count => ({ passed: 0, failed: [], skipped: [], files: [] })

/** The first words of an error: the whole is in the tool's own report. */
export const inShort = (error: unknown): string => {
  const message = error instanceof Object && 'message' in error ? String(error.message) : 'no message'
  return message.split('\n', 3).join(' ').slice(0, 300)
}

/** Where a reporter leaves its count for `tests/run.ts`; absent when a person runs the tool alone. */
export const leave = (count: Count): void => {
  const path = process.env['TEST_COUNT']
  if (path) writeFileSync(path, JSON.stringify(count))
}
