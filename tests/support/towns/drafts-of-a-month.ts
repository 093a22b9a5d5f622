import { and, eq } from 'drizzle-orm'
import { invoice, invoiceLine } from '../../../main/store/schema/index.ts'
import { daysOfMonth, type Month } from '../../../shared/rules/calendar/day.ts'
import { creditLines } from '../../../shared/rules/money/invoice.ts'
import { worker } from '../works/desk-works.ts'
import type { Town } from './town.ts'

/**
 * The drafts of a run as those of one month, and for a family a credit note on its last invoice beside its draft, as a
 * run by difference leaves them.
 * @returns the ids of the invoice's draft and of the credit note's
 */
export const aGiveBack = (town: Town, runId: number, family: string, month = '2026-12' as Month) => {
  const { db } = town.store
  const ofFamily = eq(invoice.familyId, town.family(family))
  const drafts = db
    .select()
    .from(invoice)
    .where(and(eq(invoice.runId, runId), eq(invoice.state, 'draft')))
    .all()
  const corrected = db
    .select()
    .from(invoice)
    .where(and(ofFamily, eq(invoice.state, 'issued')))
    .get()
  const draft = drafts.find(({ familyId, kind }) => familyId === town.family(family) && kind === 'invoice')
  if (!draft?.paper || !corrected) throw new Error(`${family} has no draft or no invoice`)
  const { paper } = draft
  const lines = db.select().from(invoiceLine).where(eq(invoiceLine.invoiceId, corrected.id)).all()
  const label = '1 jour rendu\u00a0: mer. 9 déc.'
  return town.store.act(worker, 'invoicing.run', 'Avoir préparé', (write) => {
    write.updateMany(
      invoice,
      drafts.map(({ id }) => id),
      { month },
    )
    write.update(invoice, draft.id, {
      journal: [{ level: 'note', sentence: 'Repris de la facturation «\u00a0Novembre 2026\u00a0»' }],
      paper: { ...paper, regularised: [{ label, number: '', amount: -corrected.totalCents }] },
    })
    const { from, to } = daysOfMonth(month)
    const note = write.insert(invoice, {
      runId,
      familyId: draft.familyId,
      kind: 'creditNote',
      state: 'draft',
      fromDay: from,
      toDay: to,
      totalCents: -corrected.totalCents,
      verdict: 'ready',
      journal: [],
      previousBalanceCents: 0,
      paper: { ...paper, corrects: `${corrected.year}-${String(corrected.number).padStart(6, '0')}` },
      correctsId: corrected.id,
      reason: `Changements après la facture\u00a0: ${label}`,
      month,
      goesWithId: draft.id,
    })
    write.insertMany(
      invoiceLine,
      creditLines(lines).map((line) => ({ ...line, id: undefined, actId: undefined, invoiceId: note.id })),
    )
    return { draftId: draft.id, noteId: note.id }
  })
}
