import { extname, join } from 'node:path'
import type { CellValue } from '../../../shared/rules/lists/list-query.ts'
import type { BatchReader } from '../../store/reading-thread.ts'

/**
 * The statements of a list as plain data for another thread. This file imports little, so that the thread starts
 * quickly.
 */
export type Topic = {
  /** A statement that counts up to a few lines, to tell whether the list is long enough for another thread. */
  readonly isLong: string
  readonly count: string
  readonly maxLines: number
  readonly totals: string
  readonly groups: string | null
  readonly maxGroups: number
  readonly lines: string
  readonly values: Readonly<Record<string, unknown>>
}

/** The rows found; null for a list with too many lines or groups. */
export type Found = {
  readonly total: number
  readonly totals: readonly number[]
  readonly groups: readonly (readonly CellValue[])[]
  readonly lines: readonly (readonly CellValue[])[]
} | null

export const listReader: BatchReader<Topic, null, Found> = {
  program: join(import.meta.dirname, `list-worker${extname(import.meta.filename)}`),
  read:
    (store, { count, maxLines, totals, groups, maxGroups, lines, values }) =>
    () => {
      const total = Number(store.statement(count).pluck().get(values))
      if (total > maxLines) return null
      const found = groups === null ? [] : (store.statement(groups).raw().all(values) as CellValue[][])
      if (found.length > maxGroups) return null
      return {
        total,
        totals: store.statement(totals).raw().get(values) as number[],
        groups: found,
        lines: store.statement(lines).raw().all(values) as CellValue[][],
      }
    },
}
