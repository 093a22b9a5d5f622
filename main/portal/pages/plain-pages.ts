import type { PortalSession } from '../../../shared/contract/portal/account.ts'
import { changeAccountHead } from '../../../shared/pages/change-account.ts'
import { consentsHead } from '../../../shared/pages/dossier/consents.ts'
import { dossierHead } from '../../../shared/pages/dossier/dossier.ts'
import { papersHead } from '../../../shared/pages/dossier/papers.ts'
import {
  addPickupHead,
  changeChildHead,
  changeDetailsHead,
  detailsHead,
  familyHead,
  healthHead,
} from '../../../shared/pages/family.ts'
import { messagesHead, newMessageHead } from '../../../shared/pages/messages.ts'
import { accountHead, consentHead } from '../../../shared/pages/money/account.ts'
import { debitHead, debitPath } from '../../../shared/pages/money/debit.ts'
import { invoiceHead } from '../../../shared/pages/money/invoice.ts'
import { paymentHead } from '../../../shared/pages/money/payment.ts'
import { type PageHead, unknownPageHead } from '../../../shared/pages/page.ts'
import { receiptHead } from '../../../shared/pages/receipt.ts'
import { newRegistrationHead, registrationsHead } from '../../../shared/pages/registrations.ts'
import { requestsHead } from '../../../shared/pages/requests.ts'
import { reservationsHead } from '../../../shared/pages/reservations.ts'
import type { Login } from '../account/account.ts'
import { html } from '../http/public-pages.ts'
import type { Portal } from '../portal.ts'
import { Refused } from '../refused.ts'
import { account, changeAccount, debit, invoice, payment } from './plain/account.ts'
import { childForm, details, dossier, family, papers } from './plain/family.ts'
import { messages } from './plain/messages.ts'
import { demandes, receipt, registrations, reservations } from './plain/reservations.ts'
import { headOnly, type PageReader } from './plain/shapes.ts'
import type { PlainPage } from './skeleton.ts'

/**
 * Each parents' page as plain HTML, readable before its scripts run or without them: `plain` writes what `shared/pages`
 * says. The scripts then replace it; acting on a page needs them.
 */

/** The page of a parent at this address, the dashboard apart: `dashboardPage`. */
export const plainPage = async (
  portal: Portal,
  login: Login,
  session: PortalSession,
  { pathname, searchParams: search }: URL,
): Promise<PlainPage> => {
  for (const [pattern, read, refusedHead] of readers) {
    const match = matchOf(pattern, pathname)
    if (!match) continue
    try {
      return await read({ portal, login, session, id: match.id, search })
    } catch (error) {
      if (error instanceof Refused) return { head: refusedHead, content: html`<p>${error.sentence}</p>` }
      throw error
    }
  }
  return headOnly(unknownPageHead)
}

/** The `:id` of an address; null for an address of another pattern. */
const matchOf = (pattern: string, pathname: string): { readonly id: string } | null => {
  const [wanted, given] = [pattern.split('/'), pathname.split('/')]
  if (wanted.length !== given.length) return null
  if (wanted.some((part, index) => part !== ':id' && part !== given[index])) return null
  return { id: given[wanted.indexOf(':id')] ?? '' }
}

/** The pages by address; the last part of each is the head of the page when its reading is refused. */
const readers: readonly (readonly [pattern: string, read: PageReader, refused: PageHead])[] = [
  ['/ma-famille', family, familyHead],
  ['/ma-famille/personnes/ajouter', () => headOnly(addPickupHead), addPickupHead],
  ['/ma-famille/:id', childForm(changeChildHead), changeChildHead(undefined)],
  ['/ma-famille/:id/autorisations', childForm(consentsHead), consentsHead(undefined)],
  ['/ma-famille/:id/sante', childForm(healthHead), healthHead(undefined)],
  ['/mes-coordonnees', details, detailsHead],
  ['/mes-coordonnees/modifier', () => headOnly(changeDetailsHead), changeDetailsHead],
  ['/mes-inscriptions', registrations, registrationsHead],
  ['/nouvelle-inscription', () => headOnly(newRegistrationHead), newRegistrationHead],
  ['/mes-reservations', reservations, reservationsHead],
  ['/mes-reservations/:id', reservations, reservationsHead],
  ['/mes-demandes', demandes, requestsHead],
  ['/recu/:id', receipt, receiptHead(undefined)],
  ['/mon-compte', account, accountHead],
  ['/mon-compte/accord', () => headOnly(consentHead), consentHead],
  [debitPath, debit, debitHead],
  ['/mon-compte/facture/:id', invoice, invoiceHead(undefined)],
  ['/mon-compte/paiement/:id', payment, paymentHead('missing')],
  ['/modifier-mon-compte', changeAccount, changeAccountHead],
  ['/mes-pieces', papers, papersHead],
  ['/mon-dossier', dossier, dossierHead(undefined)],
  ['/mes-messages', messages, messagesHead],
  ['/nouveau-message', () => headOnly(newMessageHead), newMessageHead],
]
