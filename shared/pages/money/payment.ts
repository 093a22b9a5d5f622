import type { AttemptShown } from '../../contract/portal/payments.ts'
import { formatEuros } from '../../rules/money/money.ts'
import { instantText } from '../../rules/text/french.ts'
import type { Entry, PageHead, PageLink } from '../page.ts'
import { portalPages } from '../portal-pages.ts'

/** The outcome of one online payment. */

/** @param state undefined until PayFiP was asked; `missing` when there is no such payment */
export const paymentHead = (state: AttemptShown['state'] | 'missing' | undefined): PageHead => ({
  title: state === undefined ? 'Votre paiement' : titles[state],
  parents: [portalPages.account],
})

const titles: Readonly<Record<AttemptShown['state'] | 'missing', string>> = {
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

export const noSuchPayment = 'Ce paiement n’existe pas.'

export const paymentShown = ({
  state,
  sentence,
  invoice,
  label,
  number,
  amountCents,
  beganAt,
  isTest,
  page,
}: AttemptShown) => ({
  sentence,
  /** Empty unless the payment succeeded. */
  after:
    state !== 'paid'
      ? ''
      : isTest
        ? 'C’était un essai\u00a0: rien n’a été débité.'
        : 'PayFiP vous envoie un ticket par mail. Votre compte est mis à jour au prochain échange avec la mairie.',
  name: 'Ce paiement',
  entries: [
    invoice === null ? ['Ce qui est payé', label] : ['Facture', `${label === '' ? '' : `${label}, `}n°\u00a0${number}`],
    ['Montant', formatEuros(amountCents)],
    ['Commencé', instantText(beganAt)],
  ] satisfies Entry[],
  resume: page === null ? null : ({ path: page, name: 'Reprendre le paiement' } satisfies PageLink),
  back: { path: portalPages.account.path, name: 'Revenir à mon compte' } satisfies PageLink,
})
