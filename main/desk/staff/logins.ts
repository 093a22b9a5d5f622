import { appendFileSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { NotedLogin } from '../../../shared/contract/desk/staff.ts'
import { addMonths, type Day, dayAt, today } from '../../../shared/rules/day.ts'
import { loginsKeptMonths } from '../../../shared/rules/retention.ts'
import type { Core, Session } from '../core.ts'
import { memberOf } from './staff-store.ts'

/**
 * Who logged in and who failed to, a line each. Beside the data file: the audit trail erases nothing, while these are
 * kept for a limited time, and an older backup that is restored takes none of them away.
 */
const Line = NotedLogin.omit({ id: true, person: true }).extend({
  /** Null where nobody has the login that was typed, which may well be a password: it is not kept. */
  staffId: z.int().nullable(),
})
type Line = z.infer<typeof Line>

const pathIn = (dataDir: string): string => join(dataDir, 'connexions.jsonl')

/** Somebody who tries a million passwords must not fill the disk. */
const mostBytes = 4_000_000

/** A disk that is full or fails keeps nobody out. */
export const noteLogin = (core: Core, { post }: Session, outcome: Line['outcome'], staffId: number | null): void => {
  const { kind, address } = post
  const line: Line = { at: core.clock(), staffId, outcome, kind, address }
  const path = pathIn(core.store.dataDir)
  try {
    appendFileSync(path, `${JSON.stringify(line)}\n`, { mode: 0o600 })
    if (outcome === 'in') forgetOlder(path, addMonths(today(core.clock), -loginsKeptMonths))
    else if (statSync(path).size > mostBytes) keepNewerHalf(path)
  } catch (error) {
    core.log(`logins: ${String(error)}`)
  }
}

const forgetOlder = (path: string, before: Day): void => {
  const lines = linesOf(path)
  const firstKept = lines.findIndex((text) => {
    const line = read(text)
    return line !== undefined && dayAt(line.at) >= before
  })
  // The oldest stands first: nothing is written where it is still kept.
  if (firstKept > 0) keep(path, lines.slice(firstKept))
}

const keepNewerHalf = (path: string): void => {
  const lines = linesOf(path)
  keep(path, lines.slice(lines.length >> 1))
}

const keep = (path: string, lines: readonly string[]): void => {
  writeFileSync(`${path}.neuf`, `${lines.join('\n')}\n`, { mode: 0o600 })
  renameSync(`${path}.neuf`, path)
}

const linesOf = (path: string): string[] => readFileSync(path, 'utf8').split('\n').filter(Boolean)

/** @returns undefined for a line that a pulled plug cut short */
const read = (text: string): Line | undefined => {
  try {
    return Line.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

const page = 100

/** Newest first, in pages: `before` is the last one already shown. */
export const readLogins = (
  { store }: Core,
  { before = Number.POSITIVE_INFINITY }: { before?: number | undefined },
): { rows: NotedLogin[]; hasMore: boolean } => {
  const found = allLines(store.dataDir)
    .flatMap((text, at) => {
      const line = read(text)
      return line && at + 1 < before ? [{ id: at + 1, ...line }] : []
    })
    .toReversed()
  return {
    rows: found.slice(0, page).map(({ staffId, ...line }) => ({
      ...line,
      person: staffId === null ? null : (memberOf(store, staffId)?.name ?? null),
    })),
    hasMore: found.length > page,
  }
}

const allLines = (dataDir: string): string[] => {
  try {
    return linesOf(pathIn(dataDir))
  } catch {
    // Nobody logged in yet.
    return []
  }
}
