import type Sqlite from 'better-sqlite3'
import type { Series } from '../../shared/exchange/message.ts'
import type { Day } from '../../shared/rules/day.ts'
import type { Connection } from './connection.ts'

/** A numbered paper that a file brought back from a copy does not hold: somebody has it in their hands. */
export type LostPaper = {
  readonly series: 'F' | 'A' | 'Q' | 'B'
  readonly year: number
  readonly number: number
  /** Null where its number alone is known. */
  readonly on: Day | null
  /** Null for a deposit slip too. */
  readonly familyId: number | null
  readonly amountCents: number | null
}

const fact = 'papers_lost'

export const lostPapersIn = (sqlite: Sqlite.Database): readonly LostPaper[] =>
  JSON.parse(
    sqlite.prepare<[string], string>('select value from file_fact where key = ?').pluck().get(fact) ?? '[]',
  ) as LostPaper[]

/** The same, each with the name of its family where this file knows it. */
export const lostPapers = ({
  sqlite,
}: Pick<Connection, 'sqlite'>): (LostPaper & { readonly family: string | null })[] => {
  const nameOfFamily = sqlite.prepare<[number], string>('select name from family where id = ?').pluck()
  return lostPapersIn(sqlite).map((paper) => ({
    ...paper,
    family: paper.familyId === null ? null : (nameOfFamily.get(paper.familyId) ?? null),
  }))
}

/** Notes in `copy` the papers that `file`, whose place it takes, holds or has lost already. */
export const noteLostPapers = (file: Sqlite.Database, copy: Sqlite.Database): void => {
  const held = new Set(papersIn(copy).map(nameOf))
  const lost = [...lostPapersIn(file), ...papersIn(file)].filter((paper) => !held.has(nameOf(paper)))
  keepLost(copy, lost)
}

/**
 * Notes the numbers that were given, up to these, after the last paper that the file holds of each series: it was put in
 * the place of a later one by hand, and what they said is known to nobody here.
 */
export const noteLostNumbers = (sqlite: Sqlite.Database, given: Series): void => {
  const known = lostPapersIn(sqlite)
  const names = new Set(known.map(nameOf))
  const lastHeld = new Map<string, number>()
  for (const { series, year, number } of papersIn(sqlite))
    lastHeld.set(`${series}${year}`, Math.max(number, lastHeld.get(`${series}${year}`) ?? 0))
  const lost = Object.entries(given).flatMap(([name, last]) => {
    const held = lastHeld.get(name) ?? 0
    return Array.from({ length: Math.max(0, last - held) }, (_, at): LostPaper => {
      const series = name.charAt(0) as LostPaper['series']
      const year = Number(name.slice(1))
      return { series, year, number: held + at + 1, on: null, familyId: null, amountCents: null }
    })
  })
  keepLost(sqlite, [...known, ...lost.filter((paper) => !names.has(nameOf(paper)))])
}

const keepLost = (sqlite: Sqlite.Database, lost: readonly LostPaper[]): void => {
  sqlite.prepare('insert or replace into file_fact (key, value) values (?, ?)').run(fact, JSON.stringify(lost))
}

const nameOf = ({ series, year, number }: LostPaper): string => `${series}${year}-${number}`

const papersIn = (sqlite: Sqlite.Database): readonly LostPaper[] =>
  sqlite
    .prepare<[], LostPaper>(
      `select series, year, number, issued_on as "on", family_id as familyId, total_cents as amountCents
      from invoice where state = 'issued'
      union all select 'Q', receipt_year, receipt_number, received_on, family_id, amount_cents from payment
      union all select 'B', year, number, handed_on, null, null from deposit_slip
      order by 1, 2, 3`,
    )
    .all()
