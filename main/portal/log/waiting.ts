import { and, asc, eq, gt } from 'drizzle-orm'
import type * as z from 'zod'
import type { EntryKind } from '../../../shared/contract/portal/entries.ts'
import { logEntry } from '../store/schema/index.ts'
import type { Queryable } from '../store/store.ts'
import { sideOf } from './log.ts'

/** Entries of one kind that parents recorded and the desk has not confirmed yet, oldest first. */
export const waitingEntries = async <Body>(db: Queryable, kind: EntryKind, shape: z.ZodType<Body>): Promise<Body[]> => {
  const { acknowledged } = await sideOf(db)
  const rows = await db
    .select({ body: logEntry.body })
    .from(logEntry)
    .where(and(gt(logEntry.number, acknowledged.number), eq(logEntry.kind, kind)))
    .orderBy(asc(logEntry.number))
  return rows.map(({ body }) => shape.parse(JSON.parse(body)))
}
