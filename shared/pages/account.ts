import type { MoneyDocument } from '../contract/portal/documents.ts'
import type { AttemptShown } from '../contract/portal/payments.ts'
import type { PageHead } from './page.ts'
import { portalPages } from './portal-pages.ts'

/** « Mon compte »: the home's invoices, its payments, and what a parent chooses for their own account. */

/** An invoice or a credit note: `kind` tells which. */
export type Invoice = MoneyDocument['invoices'][number]

export const accountHead: PageHead = { title: portalPages.account.name }

export const changeAccountHead: PageHead = { title: 'Modifier mon compte\u00a0?', parents: [portalPages.account] }

export const invoiceHead = (invoice: Invoice | undefined): PageHead => ({
  title: invoice ? monthTitle(invoice) : 'Facture',
  parents: [portalPages.account],
  intro: invoice && `N°\u00a0${invoice.number}`,
})

/** « Facture d’octobre 2026 », « Avoir de mars 2026 » */
const monthTitle = (invoice: Invoice): string => {
  const month = `${invoice.label.charAt(0).toLocaleLowerCase('fr')}${invoice.label.slice(1)}`
  return `${kindName(invoice)} ${/^[aeiouâéèêô]/.test(month) ? 'd’' : 'de '}${month}`
}

export const kindName = ({ kind }: Pick<Invoice, 'kind'>): string => (kind === 'invoice' ? 'Facture' : 'Avoir')

/** @param state undefined until PayFiP was asked; `missing` when there is no such payment */
export const paymentHead = (state: AttemptShown['state'] | 'missing' | undefined): PageHead => ({
  title: state === undefined ? 'Votre paiement' : paymentTitles[state],
  parents: [portalPages.account],
})

const paymentTitles: Readonly<Record<AttemptShown['state'] | 'missing', string>> = {
  made: 'Paiement en cours',
  sent: 'Paiement en cours',
  unknown: 'Paiement en cours',
  paid: 'C’est payé',
  refused: 'Paiement refusé',
  abandoned: 'Paiement abandonné',
  expired: 'Paiement non fait',
  checked: 'Paiement vérifié',
  missing: 'Paiement introuvable',
}
