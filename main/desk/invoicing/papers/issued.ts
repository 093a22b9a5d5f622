import type { IssuedPaper } from '../../../../shared/contract/desk/money/invoicing.ts'
import type { Cents } from '../../../../shared/rules/money/money.ts'
import { numberOf, readNumber, seriesOf } from '../../../../shared/rules/money/series.ts'
import type { Store } from '../../../store/store.ts'
import { givenUpKindsOf, type PayerKind, remainingCentsOf, treasuryCentsOf } from '../account-store.ts'
import { type InvoiceRow, issuedOf, paperByNumber } from '../invoicing-store.ts'

/** Issued papers of a payer, newest first. */
export const issuedPapers = (store: Store, payerId: number, of: PayerKind = 'family'): IssuedPaper[] => {
  const rows = issuedOf(store, payerId, of)
  const remaining = remainingCentsOf(
    store,
    rows.map(({ id }) => id),
  )
  const atTreasury = treasuryCentsOf(
    store,
    rows.map(({ id }) => id),
  )
  const givenUp = givenUpKindsOf(
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
            treasuryCents: atTreasury.get(row.id) ?? 0,
            givenUp: givenUp.get(row.id) ?? null,
            corrects: row.paper?.corrects ?? '',
            reason: row.reason,
          },
        ]
  })
}

/** The invoices of a third party, oldest first, with what credit notes have left of each. */
export const papersOfThirdParty = (
  store: Store,
  thirdPartyId: number,
): (InvoiceRow & { readonly leftToCreditCents: Cents })[] => {
  const rows = issuedOf(store, thirdPartyId, 'thirdParty').toReversed()
  return rows
    .filter(({ kind }) => kind === 'invoice')
    .map((row) => ({
      ...row,
      leftToCreditCents: rows.reduce(
        (left, { correctsId, totalCents }) => (correctsId === row.id ? left + totalCents : left),
        row.totalCents,
      ),
    }))
}

/** Finds a paper by its printed number, such as « 2026-001284 » or « 2026-A00012 » (a credit note). */
export const findPaperByNumber = (
  store: Store,
  text: string,
): { id: number; familyId: number | null; thirdPartyId: number | null } | null => {
  const typed = readNumber(text)
  if (!typed || typed.year === null) return null
  const { prefix, letter, year, digits } = typed
  const paper = paperByNumber(store, seriesOf(prefix === '' ? null : prefix, letter ?? 'F'), year, Number(digits))
  return paper ? { id: paper.id, familyId: paper.familyId, thirdPartyId: paper.thirdPartyId } : null
}
