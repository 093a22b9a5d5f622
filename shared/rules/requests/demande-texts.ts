import type { Wish } from '../cell/cell.ts'
import { counted, listed } from '../text/french.ts'

/** Texts about demandes that several pages, mails and screens share. */

/** The content of a draft: « 4 demandes et 1 annulation ». */
export const draftCountText = ({
  bookings,
  cancels,
}: {
  readonly bookings: number
  readonly cancels: number
}): string =>
  listed([
    ...(bookings > 0 ? [counted(bookings, 'demande')] : []),
    ...(cancels > 0 ? [counted(cancels, 'annulation')] : []),
  ])

/** The content of a receipt: « 4 demandes de réservation et 1 demande d’annulation », « 1 demande d’inscription ». */
export const receiptCountText = ({
  items,
  registration,
}: {
  readonly items: readonly { readonly wish: Wish }[]
  readonly registration: object | null
}): string => {
  const count = (wish: Wish) => items.filter((item) => item.wish === wish).length
  const books = count('book')
  const cancels = count('cancel')
  const leaves = count('leave')
  return listed([
    ...(books > 0 ? [`${counted(books, 'demande')} de réservation`] : []),
    ...(cancels > 0 ? [`${counted(cancels, 'demande')} d’annulation`] : []),
    ...(leaves > 0 ? [counted(leaves, 'liste d’attente quittée', 'listes d’attente quittées')] : []),
    ...(registration ? ['1\u00a0demande d’inscription'] : []),
  ])
}

/** Texts of an action that cannot be undone, with the question that confirms it; null when the action loses nothing. */
export type ConfirmTexts = {
  readonly act: string
  readonly question: string | null
  readonly yes: string
  readonly no: string
}

/**
 * Withdrawing a demande before it is answered.
 * @param wish null for a registration
 * @param takesOffer whether the demande takes the place offered from the waiting list, which stays offered
 * @param goesTogether whether its week goes with it, where it cannot stand without it
 */
export const withdrawTexts = (wish: Wish | null, takesOffer = false, goesTogether = false): ConfirmTexts => {
  const texts = withdrawTextsByWish[takesOffer ? 'offer' : (wish ?? 'register')]
  return goesTogether ? { ...texts, question: [texts.question ?? '', weekText].join(' ').trim() } : texts
}

const weekText = 'La semaine suit si elle ne peut pas rester sans ce jour.'

const withdrawTextsByWish: Readonly<Record<Wish | 'offer' | 'register', ConfirmTexts>> = {
  book: {
    act: 'Retirer ma demande',
    question: 'Retirer cette demande\u00a0? Redemandée plus tard, elle passera après celles des autres familles.',
    yes: 'Oui, retirer',
    no: 'Garder ma demande',
  },
  cancel: {
    act: 'Ne plus annuler',
    question: 'Garder cette réservation\u00a0? Pour l’annuler ensuite, il faudra le redemander, avant la date limite.',
    yes: 'Oui, garder la réservation',
    no: 'Toujours annuler',
  },
  leave: { act: 'Rester sur la liste d’attente', question: null, yes: '', no: '' },
  offer: { act: 'Ne plus prendre cette place', question: null, yes: '', no: '' },
  register: {
    act: 'Retirer cette demande',
    question: 'Retirer cette demande d’inscription\u00a0? Refaite plus tard, elle passera après les autres.',
    yes: 'Oui, retirer',
    no: 'Garder ma demande',
  },
}

/** Withdrawing all demandes recorded on one day. */
export const withdrawDayTexts = (count: number): ConfirmTexts => ({
  act: `Retirer les ${count} demandes du jour`,
  question: `Retirer ces ${count} demandes\u00a0? Redemandées plus tard, elles passeront après celles des autres familles.`,
  yes: 'Oui, tout retirer',
  no: 'Garder mes demandes',
})

/**
 * Leaving the waiting list.
 * @param isOffered whether a place is offered, which is then lost
 * @param goesTogether whether the child leaves it for the whole week
 */
export const leaveListTexts = (isOffered: boolean, goesTogether = false): ConfirmTexts => {
  const texts = leaveTexts(isOffered)
  return goesTogether ? { ...texts, question: `Pour toute la semaine. ${texts.question}` } : texts
}

const leaveTexts = (isOffered: boolean): ConfirmTexts =>
  isOffered
    ? {
        act: 'Laisser ma place',
        question: 'Laisser cette place\u00a0? Elle ira à une autre famille, et vous quitterez la liste d’attente.',
        yes: 'Oui, laisser la place',
        no: 'Y réfléchir encore',
      }
    : {
        act: 'Quitter la liste d’attente',
        question: 'Quitter la liste d’attente\u00a0? Votre rang sera perdu.',
        yes: 'Oui, quitter la liste',
        no: 'Rester sur la liste',
      }
