import type { PaperFacts } from '../../../../shared/rules/money/invoice.ts'
import type { Write } from '../../../store/acts/acts.ts'
import { invoice, invoiceLine } from '../../../store/schema/index.ts'
import type { Store } from '../../../store/store.ts'
import { Refused } from '../../core.ts'
import { type HomePaperRow, invoiceRow, isHomePaper, linesOf } from '../invoicing-store.ts'

export const removeDraft = (store: Store, write: Write, id: number) => {
  for (const line of linesOf(store, [id]).get(id) ?? []) write.remove(invoiceLine, line.id)
  write.remove(invoice, id)
}

export const requireDraft = (store: Store, id: number): HomePaperRow => {
  const found = invoiceRow(store, id)
  if (!found || !isHomePaper(found)) throw new Refused('Ce brouillon n’existe plus.')
  if (found.state === 'issued') throw new Refused('Cette facture est émise\u00a0: elle se corrige par un avoir.')
  return found
}

export const carriedOverCents = ({ carriedOver }: PaperFacts): number =>
  carriedOver.reduce((sum, { amount }) => sum + amount, 0)
