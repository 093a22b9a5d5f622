import type Sqlite from 'better-sqlite3'
import type { Day } from '../../shared/rules/day.ts'
import type { Connection } from './connection.ts'

/** A numbered paper that a file brought back from a copy does not hold: somebody has it in their hands. */
export type LostPaper = {
  readonly series: 'F' | 'A' | 'Q' | 'B'
  readonly year: number
  readonly number: number
  readonly on: Day
  /** Null for a deposit slip. */
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
  copy.prepare('insert or replace into file_fact (key, value) values (?, ?)').run(fact, JSON.stringify(lost))
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
