import type { IssuedPaper } from '../../../shared/contract/desk/invoicing.ts'
import { numberOf, readNumber, seriesOf } from '../../../shared/rules/money/series.ts'
import type { Store } from '../../store/store.ts'
import { remainingCentsOf } from './account-store.ts'
import { issuedOf, paperByNumber } from './invoicing-store.ts'

/** Issued papers of a family, newest first. */
export const issuedPapers = (store: Store, familyId: number): IssuedPaper[] => {
  const rows = issuedOf(store, familyId)
  const remaining = remainingCentsOf(
    store,
    rows.map(({ id }) => id),
  )
  return rows.flatMap((row) => {
    const number = numberOf(row)
    return number === null || row.issuedOn === null
      ? []
      : [
          {
            id: row.id,
            regieId: row.regieId,
            kind: row.kind,
            number,
            issuedOn: row.issuedOn,
            dueOn: row.dueOn,
            from: row.fromDay,
            to: row.toDay,
            totalCents: row.totalCents,
            leftCents: remaining.get(row.id) ?? 0,
            corrects: row.paper?.corrects ?? '',
            reason: row.reason,
          },
        ]
  })
}

/** Finds a paper by its printed number, such as « 2026-001284 » or « 2026-A00012 » (a credit note). */
export const findPaperByNumber = (store: Store, text: string): { id: number; familyId: number } | null => {
  const typed = readNumber(text)
  if (!typed || typed.year === null) return null
  const { prefix, letter, year, digits } = typed
  const paper = paperByNumber(store, seriesOf(prefix === '' ? null : prefix, letter ?? 'F'), year, Number(digits))
  return paper ? { id: paper.id, familyId: paper.familyId } : null
}
