import type { IssuedPaper } from '../../../shared/contract/desk/invoicing.ts'
import type { Store } from '../../store/store.ts'
import { paperNumber } from './account.ts'
import { leftOf } from './account-store.ts'
import { issuedOf, numberedRow } from './invoicing-store.ts'
import { seriesOf } from './numbering.ts'

/** Issued papers of a family, newest first. */
export const issuedPapers = (store: Store, familyId: number): IssuedPaper[] => {
  const rows = issuedOf(store, familyId)
  const left = leftOf(
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
            leftCents: left.get(row.id) ?? 0,
            corrects: row.paper?.corrects ?? '',
            reason: row.reason,
          },
        ],
  )
}

/** The paper of a number as it is printed: « 2026-001284 », « 2026-A00012 ». */
export const paperNumbered = (store: Store, text: string): { id: number; familyId: number } | null => {
  const found = /^(\d{4})\s*-?\s*(A?)0*(\d{1,6})$/i.exec(text.trim())
  const [, year, credit, digits] = found ?? []
  if (!year || !digits) return null
  return numberedRow(store, seriesOf[credit ? 'creditNote' : 'invoice'], Number(year), Number(digits)) ?? null
}
