import { appendFileSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { LoginRecord } from '../../../shared/contract/desk/staff.ts'
import { addMonths, type Day, dayAt, today } from '../../../shared/rules/calendar/day.ts'
import { loginRetentionMonths } from '../../../shared/rules/people/retention.ts'
import type { Core, Session } from '../core.ts'
import { memberOf } from './staff-store.ts'

/**
 * One line for each login and each failed attempt, in a file next to the data file: unlike the audit trail, lines
 * expire after a year, and restoring an older backup removes none of them.
 */
const LoginLine = LoginRecord.omit({ id: true, person: true }).extend({
  /**
   * Null when no account has the typed login. The typed text is not stored: it may be a password typed in the wrong
   * field.
   */
  staffId: z.int().nullable(),
})
type LoginLine = z.infer<typeof LoginLine>

const pathIn = (dataDir: string): string => join(dataDir, 'connexions.jsonl')

/** Limits the file's size, so that a million attempts cannot fill the disk. */
const maxBytes = 4_000_000

/** Never throws: a full or failing disk must not prevent anybody from logging in. */
export const logLogin = (
  core: Core,
  { workstation }: Session,
  outcome: LoginLine['outcome'],
  staffId: number | null,
): void => {
  const { kind, address } = workstation
  const line: LoginLine = { at: core.clock(), staffId, outcome, kind, address }
  const path = pathIn(core.store.dataDir)
  try {
    // The line break comes first: a line that a power cut left incomplete must not swallow this one.
    appendFileSync(path, `\n${JSON.stringify(line)}`, { mode: 0o600 })
    if (outcome === 'in') pruneOlder(path, addMonths(today(core.clock), -loginRetentionMonths))
    else if (statSync(path).size > maxBytes) dropOlderHalf(path)
  } catch (error) {
    core.log(`connexions\u00a0: ${String(error)}`)
  }
}

const pruneOlder = (path: string, before: Day): void => {
  const lines = linesOf(path)
  const firstRecent = lines.findIndex((text) => {
    const line = parseLine(text)
    return line !== undefined && dayAt(line.at) >= before
  })
  // Lines are in chronological order: when the first one is recent enough, there is nothing to delete.
  if (firstRecent > 0) replaceLines(path, lines.slice(firstRecent))
}

const dropOlderHalf = (path: string): void => {
  const lines = linesOf(path)
  replaceLines(path, lines.slice(lines.length >> 1))
}

const replaceLines = (path: string, lines: readonly string[]): void => {
  writeFileSync(`${path}.neuf`, lines.join('\n'), { mode: 0o600 })
  renameSync(`${path}.neuf`, path)
}

const linesOf = (path: string): string[] => readFileSync(path, 'utf8').split('\n').filter(Boolean)

/** @returns undefined for a line that a power cut left incomplete */
const parseLine = (text: string): LoginLine | undefined => {
  try {
    return LoginLine.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

const loginsPerPage = 100

/** Newest first, in pages. @param before the id of the last line already shown */
export const readLogins = (
  { store }: Core,
  { before = Number.POSITIVE_INFINITY }: { before?: number | undefined },
): { rows: LoginRecord[]; hasMore: boolean } => {
  const found = allLines(store.dataDir)
    .flatMap((text, at) => {
      const line = parseLine(text)
      return line && at + 1 < before ? [{ id: at + 1, ...line }] : []
    })
    .toReversed()
  return {
    rows: found.slice(0, loginsPerPage).map(({ staffId, ...line }) => ({
      ...line,
      person: staffId === null ? null : (memberOf(store, staffId)?.name ?? null),
    })),
    hasMore: found.length > loginsPerPage,
  }
}

const allLines = (dataDir: string): string[] => {
  try {
    return linesOf(pathIn(dataDir))
  } catch {
    // The file does not exist before the first login.
    return []
  }
}
