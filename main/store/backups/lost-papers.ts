import type Sqlite from 'better-sqlite3'
import type { Series } from '../../../shared/exchange/message.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { isSeries } from '../../../shared/rules/money/series.ts'
import type { Connection } from '../connection.ts'

/** A numbered paper that was handed out but is missing from a file restored from an older copy. */
export type LostPaper = {
  /** As `seriesOf` names it, without the year. */
  readonly series: string
  readonly year: number
  readonly number: number
  /** Null, like `familyId` and `amountCents`, when only the number is known. */
  readonly on: Day | null
  /** Null for a deposit slip too. */
  readonly familyId: number | null
  readonly amountCents: number | null
}

const lostFact = 'papers_lost'

export const readLostPapers = (sqlite: Sqlite.Database): readonly LostPaper[] =>
  JSON.parse(
    sqlite.prepare<[string], string>('select value from file_fact where key = ?').pluck().get(lostFact) ?? '[]',
  ) as LostPaper[]

/** The lost papers, with the name of their family when the file has that family. */
export const lostPapers = ({
  sqlite,
}: Pick<Connection, 'sqlite'>): (LostPaper & { readonly family: string | null })[] => {
  const nameOfFamily = sqlite.prepare<[number], string>('select name from family where id = ?').pluck()
  return readLostPapers(sqlite).map((paper) => ({
    ...paper,
    family: paper.familyId === null ? null : (nameOfFamily.get(paper.familyId) ?? null),
  }))
}

/**
 * Records in `copy`, which replaces `file`, the papers that `copy` lacks and that `file` has, or has recorded as lost.
 */
export const recordLostPapers = (file: Sqlite.Database, copy: Sqlite.Database): void => {
  const held = new Set(papersIn(copy).map(nameOf))
  const lost = [...readLostPapers(file), ...papersIn(file)].filter((paper) => !held.has(nameOf(paper)))
  storeLost(copy, lost)
}

/**
 * Records as lost the numbers between the last paper of each series in this file and the highest number given. Only the
 * numbers are known, because somebody replaced a later file by this one by hand.
 */
export const recordLostNumbers = (sqlite: Sqlite.Database, given: Series): void => {
  const known = readLostPapers(sqlite)
  const names = new Set(known.map(nameOf))
  const lastHeld = new Map<string, number>()
  for (const { series, year, number } of papersIn(sqlite))
    lastHeld.set(`${series}${year}`, Math.max(number, lastHeld.get(`${series}${year}`) ?? 0))
  // The series of mandates and of notices of debit are left out: these are no papers of an account.
  const ofPapers = Object.entries(given).filter(([name]) => isSeries(name.slice(0, -4)))
  const lost = ofPapers.flatMap(([name, last]) => {
    const held = lastHeld.get(name) ?? 0
    return Array.from({ length: Math.max(0, last - held) }, (_, at): LostPaper => {
      const series = name.slice(0, -4)
      const year = Number(name.slice(-4))
      return { series, year, number: held + at + 1, on: null, familyId: null, amountCents: null }
    })
  })
  storeLost(sqlite, [...known, ...lost.filter((paper) => !names.has(nameOf(paper)))])
}

const storeLost = (sqlite: Sqlite.Database, lost: readonly LostPaper[]): void => {
  sqlite.prepare('insert or replace into file_fact (key, value) values (?, ?)').run(lostFact, JSON.stringify(lost))
}

const nameOf = ({ series, year, number }: LostPaper): string => `${series}${year}-${number}`

const papersIn = (sqlite: Sqlite.Database): readonly LostPaper[] =>
  sqlite
    .prepare<[], LostPaper>(
      `select series, year, number, issued_on as "on", family_id as familyId, total_cents as amountCents
      from invoice where state = 'issued'
      union all select coalesce(prefix, '') || 'Q', receipt_year, receipt_number, received_on, family_id, amount_cents
        from payment join regie on regie.id = regie_id
      union all select coalesce(prefix, '') || 'B', year, number, handed_on, null, null
        from deposit_slip join regie on regie.id = regie_id
      union all select series, year, number, made_on, family_id, amount_cents from reminder
      union all select series, year, number, made_on, null, amount_cents from outstanding_statement
      order by 1, 2, 3`,
    )
    .all()
