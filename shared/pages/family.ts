import type { DetailsShown, FamilyShown, ProposalShown } from '../contract/portal/home.ts'
import type { PapersShown } from '../contract/portal/papers.ts'
import type { Day } from '../rules/calendar/day.ts'
import { mobileOf, mobileText } from '../rules/messages/mobile.ts'
import { isRowChanged, type Pickup, type PickupRow, pickupRows, pickupsIn } from '../rules/people/pickup.ts'
import { counted, instantText, listed, ofName, shortDay, withUnbrokenNumbers } from '../rules/text/french.ts'
import { healthSentText } from './dossier/health-sent.ts'
import { type Child, childFacts, type Fact, isPending, pickupsPending } from './editable-fields.ts'
import type { Entry, PageHead, PageLink, Sentence } from './page.ts'
import { portalPages } from './portal-pages.ts'

/** « Ma famille », « Mes coordonnées », and the forms that they lead to. */

type Named = { readonly firstName: string }

export const familyHead: PageHead = {
  title: portalPages.family.name,
  intro: 'Vos enfants, et ce que nous savons d’eux.',
}

/** The facts that the page shows about a child, in this order. */
export const childShown = (
  child: Child,
  proposals: readonly ProposalShown[],
  papers: PapersShown | undefined,
): { readonly age: Entry; readonly facts: readonly Fact[]; readonly health: Entry | null } => {
  const { name, others } = childFacts(child, proposals)
  const healthSent = papers ? healthSentText(papers, child.id) : null
  return {
    age: ['Âge', child.age],
    facts: [...others, ...name.filter(isPending)],
    health: healthSent === null ? null : ['Fiche sanitaire', healthSent],
  }
}

export const consentsPath = (childId: number): string => `${portalPages.family.path}/${childId}/autorisations`

type ChildLinks = Readonly<Record<'change' | 'health' | 'registrations', PageLink>> & { readonly consents?: PageLink }

export const childLinks = ({ id, consentsAwaited }: Pick<Child, 'id' | 'consentsAwaited'>): ChildLinks => ({
  change: { path: `${portalPages.family.path}/${id}`, name: 'Modifier mes informations' },
  health: { path: `${portalPages.family.path}/${id}/sante`, name: 'Fiche sanitaire' },
  ...(consentsAwaited !== null && {
    consents: {
      path: consentsPath(id),
      name: consentsAwaited === 0 ? 'Autorisations' : `Autorisations (${consentsAwaited} à répondre)`,
    },
  }),
  registrations: { path: `${portalPages.registrations.path}?enfant=${id}`, name: 'Inscriptions en cours' },
})

// ---- Changes that a parent proposed

/** Names of a field's two values while the town has not decided. */
export const changeTexts = { now: 'Aujourd’hui', asked: 'Demandé, pas encore décidé' }

export const collectedText = (answerDueOn: Day | undefined): string =>
  `La mairie l’a reçu.${answerDueOn === undefined ? '' : ` Réponse au plus tard le ${shortDay(answerDueOn)}.`}`

/** « 1 changement attend la réponse de la mairie. Enregistré le … »; null without a proposal. */
export const pendingChangesText = (proposals: readonly ProposalShown[]): Sentence | null => {
  const last = proposals.at(-1)
  if (!last) return null
  const isSent = proposals.every(({ collected }) => collected)
  return [
    { strong: `${counted(proposals.length, 'changement attend', 'changements attendent')} la réponse de la mairie.` },
    ` Enregistré le ${instantText(last.recordedAt)}${isSent ? ', envoyé depuis' : ''}. Réponse au plus tard le ${shortDay(last.answerDueOn)}.`,
  ]
}

// ---- « Qui peut venir les chercher ? »

export const pickupTexts = {
  title: 'Qui peut venir les chercher\u00a0?',
  add: { path: `${portalPages.family.path}/personnes/ajouter`, name: 'Ajouter une personne' },
}

/**
 * Guardians are not named: a list without one of them would reveal a judge’s decision, and a list of all would
 * contradict it.
 */
export const guardiansFetching = {
  who: 'Les responsables du foyer',
  unless: 'Sauf décision d’un juge que le service connaît',
}

/** The pick-up persons, as currently listed and as a parent proposed. */
export const pickupRowsOf = ({
  children,
  pickups,
  proposals,
}: Pick<FamilyShown, 'children' | 'pickups' | 'proposals'>): PickupRow<Child>[] =>
  pickupRows(
    children.map((child) => {
      const now = pickups.find((one) => one.child === child.id)?.people ?? []
      const pending = pickupsPending(child, proposals)
      return { child, now, asked: pending ? pickupsIn(pending.after) : now }
    }),
  )

/** A pick-up person as shown in a row; null for a row without a person. */
export const pickupShown = (row: PickupRow<Child>, children: readonly Child[]) => {
  const { now, asked } = row
  const person = now ?? asked
  if (!person) return null
  const isForAll = row.children.length === children.length
  return {
    person,
    about: aboutPickup(person),
    /** Empty for a person who may pick up all children of the home. */
    forWhom: isForAll ? '' : `pour ${listed(row.children.map(({ firstName }) => firstName))}`,
    /** Null when no change is proposed. */
    change: !isRowChanged(row)
      ? null
      : now === null
        ? 'À ajouter'
        : asked === null
          ? 'À retirer'
          : [asked.name, aboutPickup(asked)].join(', '),
  }
}

/** « Grand-mère, 06 39 98 27 15 » */
const aboutPickup = ({ relation, phone }: Pickup): string =>
  withUnbrokenNumbers([relation, phone].filter((part) => part !== '').join(', '))

// ---- The forms

export const changeChildHead = (child: Named | undefined): PageHead => ({
  title: 'Modifier mes informations',
  parents: [portalPages.family],
  intro: child && `Pour ${child.firstName}.`,
})

export const healthHead = (child: Named | undefined): PageHead => ({
  title: child ? `Fiche sanitaire ${ofName(child.firstName)}` : 'Fiche sanitaire',
  parents: [portalPages.family],
  intro: 'Ce que le service doit savoir pour accueillir votre enfant.',
})

export const addPickupHead: PageHead = {
  title: 'Ajouter une personne',
  parents: [portalPages.family],
  intro: 'Elle pourra venir chercher vos enfants quand la mairie l’aura acceptée.',
}

export const noSuchChild = 'Cet enfant n’est pas dans votre dossier.'

// ---- « Mes coordonnées »

export const detailsHead: PageHead = { title: portalPages.details.name }

export const detailsTexts = {
  title: (home: string): string => `Responsable du foyer\u00a0: ${home}`,
  email: 'Email',
  emailHint: '(ne se change pas ici)',
  change: { path: `${portalPages.details.path}/modifier`, name: 'Consulter / Modifier mes coordonnées' },
}

/** « Comment vous prévenir ? »: the channels from which the logged-in guardian can choose. */
export const channelShown = ({ choice, hasSms, mobile }: DetailsShown['channel']) => {
  const number = mobileOf(mobile)
  const why = !hasSms
    ? 'Le service n’envoie pas de SMS pour le moment.'
    : number === null
      ? 'Pour les SMS, donnez votre numéro de portable dans vos coordonnées.'
      : null
  return {
    title: 'Comment vous prévenir\u00a0?',
    legend: 'Le service vous écrit pour une sortie, une fermeture… Ce qu’il écrit est toujours aussi sur le portail.',
    choices: [
      { choice: 'mail' as const, name: 'Par mail' },
      {
        choice: 'sms' as const,
        name: `Par SMS${number === null ? '' : ` au ${withUnbrokenNumbers(mobileText(number))}`}`,
      },
      { choice: null, name: 'Comme le service préfère' },
    ].map((one) => ({
      ...one,
      isChosen: one.choice === choice,
      // The present choice stays available, even if the service no longer sends SMS.
      isOffered: one.choice !== 'sms' || why === null || choice === 'sms',
    })),
    why,
  }
}

export const channelChosenText = 'C’est noté\u00a0: la mairie le saura au prochain échange.'

/** The portal gives this page only the address of the guardian who is logged in. */
export const emailOf = (guardians: readonly { readonly email: string }[]): string =>
  guardians.find(({ email }) => email !== '')?.email ?? ''

export const emailNotice = (phone: string | undefined): { readonly title: string; readonly text: string } => ({
  title: '* La modification du mail doit se faire directement à la structure.',
  text: `L’adresse mail n’est pas directement modifiable, car elle sert à se connecter au portail. Merci de contacter le service Espace Jeunesse pour faire cette modification${phone ? `\u00a0: ${phone}` : ''}.`,
})

export const changeDetailsHead: PageHead = { title: 'Modifier mes coordonnées', parents: [portalPages.details] }
