import type { IssuedPaper } from '../../../shared/contract/desk/invoicing.ts'
import type { Store } from '../../store/store.ts'
import { paperNumber } from './account.ts'
import { remainingCentsOf } from './account-store.ts'
import { issuedOf, paperByNumber } from './invoicing-store.ts'
import { seriesOf } from './numbering.ts'

/** Issued papers of a family, newest first. */
export const issuedPapers = (store: Store, familyId: number): IssuedPaper[] => {
  const rows = issuedOf(store, familyId)
  const remaining = remainingCentsOf(
    store,
    rows.map(({ id }) => id),
  )
  return rows.flatMap((row) =>
    row.year === null || row.number === null || row.issuedOn === null
      ? []
      : [
          {
            id: row.id,
            kind: row.kind,
            number: paperNumber(row.kind, row.year, row.number),
            issuedOn: row.issuedOn,
            dueOn: row.dueOn,
            from: row.fromDay,
            to: row.toDay,
            totalCents: row.totalCents,
            leftCents: remaining.get(row.id) ?? 0,
            corrects: row.paper?.corrects ?? '',
            reason: row.reason,
          },
        ],
  )
}

/** Finds a paper by its printed number, such as « 2026-001284 » or « 2026-A00012 » (a credit note). */
export const findPaperByNumber = (store: Store, text: string): { id: number; familyId: number } | null => {
  const found = /^(\d{4})\s*-?\s*(A?)0*(\d{1,6})$/i.exec(text.trim())
  const [, year, credit, digits] = found ?? []
  if (!year || !digits) return null
  return paperByNumber(store, seriesOf[credit ? 'creditNote' : 'invoice'], Number(year), Number(digits)) ?? null
}
