import type Sqlite from 'better-sqlite3'
import { asc } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { canonical, type Json, sealOf } from '../../../shared/rules/money/invoice.ts'
import { numericDay } from '../../../shared/rules/text/french.ts'
import { closingContent, closingOf } from '../closing-rows.ts'
import { lastingSeries, numbersSkipped } from '../numbers.ts'
import { sha256 } from '../paper-hash.ts'
import * as schema from '../schema/index.ts'

/** Closings whose hash does not match their content and the previous closing, or whose rows have changed since. */
export const brokenClosings = (sqlite: Sqlite.Database): { readonly id: number; readonly sentence: string }[] => {
  const { closing } = schema
  const reader = { statement: (text: string) => sqlite.prepare(text) }
  const all = drizzle(sqlite, { schema, casing: 'snake_case' })
    .select()
    .from(closing)
    .orderBy(asc(closing.regieId), asc(closing.number))
    .all()
  return all.flatMap((row, index) => {
    const before = all[index - 1]
    const previous = before?.regieId === row.regieId ? before : undefined
    const { id, hash, previousHash, actId: _, ...content } = row
    const { regieId, fromDay: from, toDay: to, natures, number } = row
    const broken = () => {
      if (!isNext(sqlite, row, previous?.number ?? 0) || previousHash !== (previous?.hash ?? null))
        return 'elle ne suit pas la précédente.'
      if (hash !== sealOf(closingContent(content), previousHash, sha256)) return 'elle a été modifiée.'
      const now = closingOf(reader, {
        regieId,
        from,
        to,
        natures,
        tellsKept: row.statement.movements.kept !== undefined,
      })
      return now.rowsHash === row.rowsHash && textOf(now.statement) === textOf(row.statement)
        ? null
        : 'ce qu’elle compte a changé depuis.'
    }
    const sentence = broken()
    return sentence === null
      ? []
      : [{ id, sentence: `Clôture n°\u00a0${number}, du ${numericDay(from)} au ${numericDay(to)}\u00a0: ${sentence}` }]
  })
}

/** Whether a closing has the number after `last`. Numbers of closings that a restored copy had lost are skipped. */
const isNext = (sqlite: Sqlite.Database, { regieId, number }: typeof schema.closing.$inferSelect, last: number) => {
  const prefix = sqlite.prepare<[number], string | null>('select prefix from regie where id = ?').pluck().get(regieId)
  const lost = numbersSkipped(sqlite)[lastingSeries(prefix ?? null, 'C')] ?? []
  return number === last + 1 || lost.some(([from, to]) => from === last + 1 && to === number - 1)
}

const textOf = (value: object): string => canonical(JSON.parse(JSON.stringify(value)) as Json)
