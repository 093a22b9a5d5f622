import type { AnswersShown, DashboardShown } from '../contract/portal/home.ts'
import { dayAt, type Instant } from '../rules/calendar/day.ts'
import { type CellState, holdsPlace } from '../rules/cell/cell.ts'
import { formatEuros } from '../rules/money/money.ts'
import { balanceText, owedDocumentsText } from '../rules/money/payment/payment.ts'
import { folded } from '../rules/people/names.ts'
import { draftCountText } from '../rules/requests/demande-texts.ts'
import { briefDay, capitalised, counted, instantText, shortDay } from '../rules/text/french.ts'
import { welcomeText } from './frame.ts'
import { pendingPaymentText } from './money/pending-payment.ts'
import type { PageHead, PageLink } from './page.ts'
import { portalPages } from './portal-pages.ts'

/** « Mon tableau de bord » */

export const dashboardHead: PageHead = { title: portalPages.dashboard.name, intro: welcomeText }

/** A row that leads to the page where a parent acts or reads more. */
export type DashboardRow = {
  readonly kind:
    | 'offer'
    | 'firstStep'
    | 'accepted'
    | 'refused'
    | 'otherAnswer'
    | 'drafts'
    | 'dossier'
    | 'invoices'
    | 'message'
    | 'opening'
    | 'moreAnswers'
  readonly path: string
  readonly title: string
  /** Empty when the title says everything. */
  readonly about: string
}

const reservations: PageLink = { path: '/mes-reservations', name: 'Tout voir' }

/** « À faire » */
export const toDo = (
  { firstSteps, drafts, offers, refusals, dossierMissing, doesPhotoSuffice, toPay }: DashboardShown,
  now: Instant | undefined,
): { readonly title: string; readonly rows: readonly DashboardRow[]; readonly none: string } => {
  const owed = owedDocumentsText(toPay.count, toPay.isTakenOver)
  const ticked = draftCountText(drafts)
  const isLate = toPay.dueOn !== null && now !== undefined && toPay.dueOn < dayAt(now)
  return {
    title: 'À faire',
    rows: [
      ...offers.map(({ registration, firstName, activity, day, slot, until }) => ({
        kind: 'offer' as const,
        path: `${reservations.path}/${registration}?mois=${day.slice(0, 7)}`,
        title: `Une place pour ${firstName}\u00a0: ${briefDay(day)}, ${slot.toLocaleLowerCase('fr')}`,
        about: `${activity}, à prendre ou à laisser avant le ${instantText(until)}`,
      })),
      ...firstSteps.map(({ path, title, why }) => ({ kind: 'firstStep' as const, path, title, about: why })),
      ...refusals.map(answersRow),
      ...(ticked === ''
        ? []
        : [
            {
              kind: 'drafts' as const,
              path: reservations.path,
              title: `${ticked} à enregistrer${drafts.estimateCents > 0 ? `, environ ${formatEuros(drafts.estimateCents)}` : ''}`,
              about: `La mairie ne ${drafts.bookings + drafts.cancels > 1 ? 'les' : 'la'} voit pas encore.`,
            },
          ]),
      ...(dossierMissing === 0
        ? []
        : [
            {
              kind: 'dossier' as const,
              path: '/mon-dossier',
              title: `Il manque ${counted(dossierMissing, 'chose')} à mon dossier`,
              about: doesPhotoSuffice ? 'Une photo suffit.' : 'La liste est sur une page.',
            },
          ]),
      ...(owed === ''
        ? []
        : [
            {
              kind: 'invoices' as const,
              path: portalPages.account.path,
              title: `${capitalised(owed)} à payer, ${formatEuros(toPay.totalCents)}`,
              about:
                toPay.dueOn === null
                  ? ''
                  : `${isLate ? 'Échéance passée\u00a0:' : 'Avant le'} ${shortDay(toPay.dueOn)}`,
            },
          ]),
    ],
    none: 'Rien à faire pour le moment.',
  }
}

const answersRow = ({ receipt, answer, title, about }: AnswersShown): DashboardRow => ({
  kind: answer === 'accepted' || answer === 'refused' ? answer : 'otherAnswer',
  path: receipt === '' ? portalPages.requests.path : `/recu/${receipt}`,
  title,
  about: answer === 'refused' ? `${about}. Lire pourquoi` : about,
})

/** « Messages » */
export const news = ({
  answers,
  hasMoreAnswers,
  windows,
  news: { unread, notices },
}: Pick<DashboardShown, 'answers' | 'hasMoreAnswers' | 'windows' | 'news'>): {
  readonly title: string
  readonly more: PageLink
  readonly rows: readonly DashboardRow[]
  readonly none: string
} => ({
  title: 'Messages',
  more: answers.length > 0 ? portalPages.requests : portalPages.messages,
  rows: [
    ...(unread > 0
      ? [
          {
            kind: 'message' as const,
            path: portalPages.messages.path,
            title: counted(unread, 'nouveau message', 'nouveaux messages'),
            about: 'L’Espace Jeunesse vous a écrit.',
          },
        ]
      : []),
    ...windows.map(({ period, opensAt }) => ({
      kind: 'opening' as const,
      path: portalPages.registrations.path,
      title: period,
      about: `Réservations ouvertes le ${instantText(opensAt)}`,
    })),
    ...answers.map(answersRow),
    ...(hasMoreAnswers
      ? [
          {
            kind: 'moreAnswers' as const,
            path: portalPages.requests.path,
            title: 'D’autres réponses',
            about: 'Toutes sont dans «\u00a0Mes demandes\u00a0».',
          },
        ]
      : []),
  ],
  none: notices.length > 0 ? 'Les messages du service sont en haut de cette page.' : 'Aucun message.',
})

/** « Solde des factures » */
export const balance = ({ balance: shown }: Pick<DashboardShown, 'balance'>) => ({
  title: 'Solde des factures',
  shown: shown && {
    amount: formatEuros(Math.abs(shown.cents)),
    about: `${balanceText(shown)}, au ${shortDay(shown.on)}`,
    pending: pendingPaymentText(shown.receivedCents),
    more: { path: portalPages.account.path, name: 'Voir mes factures' },
  },
  none: 'Vos factures arrivent au prochain échange avec la mairie.',
})

/** One activity of a child on one day, with its slots that are not confirmed yet. */
type ActivityShown = {
  /** « CLSH MERCREDI – matin, repas » */
  readonly text: string
  readonly unsure: readonly { readonly kind: 'list' | 'wait'; readonly text: string }[]
}

/** « Prochains jours » */
export const nextDays = ({ days }: Pick<DashboardShown, 'days'>) => ({
  title: 'Prochains jours',
  more: reservations,
  days: days.map(({ day, children }) => ({
    day: briefDay(day),
    children: children.map(({ child, firstName, slots }) => ({
      child,
      firstName,
      activities: [...Map.groupBy(slots, ({ activity }) => activity)].map(([activity, of]) =>
        activityShown(activity, of),
      ),
    })),
  })),
  none: 'Rien de réservé dans les 7 jours qui viennent.',
})

const unsureTexts: Partial<Record<CellState, { kind: 'list' | 'wait'; text: string }>> = {
  waitlisted: { kind: 'list', text: 'liste d’attente' },
  requested: { kind: 'wait', text: 'demande enregistrée' },
  requestSent: { kind: 'wait', text: 'demande envoyée' },
  cancelRequested: { kind: 'wait', text: 'annulation demandée' },
  cancelSent: { kind: 'wait', text: 'annulation envoyée' },
}

/** Only « GARDERIE DU SOIR » when the activity's name already contains its only slot. */
const activityShown = (
  activity: string,
  slots: readonly { readonly name: string; readonly state: CellState }[],
): ActivityShown => {
  const held = slots.flatMap(({ name, state }) =>
    holdsPlace(state) && !folded(activity).includes(folded(name)) ? [name.toLocaleLowerCase('fr')] : [],
  )
  return {
    text: [activity, held.join(', ')].filter((part) => part !== '').join('\u00a0– '),
    unsure: slots.flatMap(({ name, state }) => {
      const unsure = unsureTexts[state]
      return unsure
        ? [{ kind: unsure.kind, text: `${capitalised(name.toLocaleLowerCase('fr'))}\u00a0: ${unsure.text}` }]
        : []
    }),
  }
}
