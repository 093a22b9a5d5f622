import type { FamilyShown, RegistrationShown } from '../contract/portal/home.ts'
import { isActive, registrationStateNames } from '../rules/people/registration.ts'
import { shortDay } from '../rules/text/french.ts'
import type { Entry, PageHead, PageLink, Sentence } from './page.ts'
import { portalPages } from './portal-pages.ts'

/** « Mes inscriptions » */

type Child = FamilyShown['children'][number]

export const registrationsHead: PageHead = {
  title: portalPages.registrations.name,
  intro: 'Une inscription par activité et par an. Ensuite, réservez vos jours dedans.',
}

export const newRegistrationHead: PageHead = {
  title: 'Demander une nouvelle inscription',
  parents: [portalPages.registrations],
}

export const alreadyRegisteredText: Sentence = [
  { strong: 'Déjà inscrit\u00a0?' },
  ' Ne demandez pas une nouvelle inscription. Ajoutez des jours avec «\u00a0Mes réservations\u00a0».',
]

/** Read by a screen reader in place of « ? », the sign of a registration that the town has not decided yet. */
export const questionMarkText = 'point d’interrogation\u00a0: en attente de la mairie'

/** The registrations of a child: the current ones, then the past ones. */
export const registrationsOf = (child: Child) => {
  const [current, ended] = [
    child.registrations.filter(({ state }) => isActive(state)),
    child.registrations.filter(({ state }) => !isActive(state)),
  ]
  return {
    current,
    ended,
    endedTitle: `Inscriptions passées (${ended.length})`,
    none: `${child.firstName} n’a pas d’inscription en cours. Demandez-en une\u00a0: vous réserverez ses jours ensuite.`,
    add: {
      path: `/nouvelle-inscription?enfant=${child.id}`,
      name: `Nouvelle inscription pour ${child.firstName}`,
    } satisfies PageLink,
  }
}

export const registrationShown = ({
  id,
  activity,
  label,
  facility,
  group,
  from,
  to,
  state,
  isSent,
}: RegistrationShown): {
  readonly title: string
  /** Null for « ? ». */
  readonly state: string | null
  readonly entries: readonly Entry[]
  /** What a registration without an answer waits for. */
  readonly waiting: Sentence | null
  readonly reservations: PageLink | null
} => ({
  title: activity,
  state: state === 'asked' ? null : registrationStateNames[state],
  entries: [
    ['Équipement\u00a0:', facility],
    ['Libellé inscription\u00a0:', label],
    ...(group === null ? [] : [['Groupe\u00a0:', group] as const]),
    ['Date début\u00a0:', shortDay(from)],
    ['Date fin\u00a0:', shortDay(to)],
  ],
  waiting:
    state === 'asked'
      ? [
          {
            strong: isSent
              ? 'Demande envoyée à la mairie, pas encore décidée.'
              : 'Demande enregistrée, envoyée à la mairie au plus tard cette nuit.',
          },
          ' Vous pourrez réserver quand elle sera acceptée.',
        ]
      : null,
  reservations: state === 'accepted' ? { path: `/mes-reservations/${id}`, name: 'Mes réservations' } : null,
})
