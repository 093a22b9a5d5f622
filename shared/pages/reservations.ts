import type { FamilyShown, RegistrationShown } from '../contract/portal/home.ts'
import type { Day } from '../rules/calendar/day.ts'
import type { PageHead, PageLink, Sentence } from './page.ts'
import { portalPages } from './portal-pages.ts'

/** « Mes réservations »: which registration the page shows, and the way to the others. */

export const reservationsHead: PageHead = { title: 'Mes réservations', parents: [portalPages.registrations] }

type Child = FamilyShown['children'][number]

/** A registration that has a calendar. */
export type BookableRegistration = RegistrationShown & { readonly id: number }

const isBookable = (registration: RegistrationShown): registration is BookableRegistration =>
  registration.id !== null && registration.state !== 'refused' && registration.state !== 'withdrawn'

export const chooseChildText = 'Choisir l’enfant'

type Chosen = {
  readonly child: Child | undefined
  /** Undefined when there is no such registration, or none yet. */
  readonly registration: BookableRegistration | undefined
  /** One link per child; none for an only child. */
  readonly children: readonly (PageLink & { readonly id: number; readonly isCurrent: boolean })[]
  /** Why there is no registration to show. */
  readonly none: string
  readonly add: PageLink
}

/**
 * The registration that the address names; without one, the registration that the parent most probably wants: the first
 * that has not ended, else the first.
 * @param wanted the registration's id in the address
 * @param askedChild the child's id in the address
 */
export const chosenRegistration = (
  family: readonly Child[],
  {
    wanted,
    askedChild,
    today,
  }: { readonly wanted: string | undefined; readonly askedChild: number; readonly today: Day | undefined },
): Chosen => {
  const isOver = ({ to }: RegistrationShown) => today !== undefined && to < today
  const bookableOf = ({ registrations }: Child): BookableRegistration[] => {
    const bookable = registrations.filter(isBookable)
    return [...bookable.filter((one) => !isOver(one)), ...bookable.filter(isOver)]
  }
  const all = family.flatMap((child) => bookableOf(child).map((registration) => ({ child, registration })))
  const among = all.filter(({ child }) => askedChild === 0 || child.id === askedChild)
  const found =
    wanted === undefined
      ? (among.find(({ registration }) => !isOver(registration)) ?? among[0])
      : all.find(({ registration }) => `${registration.id}` === wanted)
  const child = found?.child ?? family.find(({ id }) => id === askedChild)
  const pathOf = (one: Child): string => {
    const bookable = bookableOf(one)
    const same = bookable.find(({ period }) => period === found?.registration.period) ?? bookable[0]
    return same ? `/mes-reservations/${same.id}` : `/mes-reservations?enfant=${one.id}`
  }
  return {
    child,
    registration: found?.registration,
    children:
      family.length > 1
        ? family.map((one) => ({
            id: one.id,
            path: pathOf(one),
            name: one.firstName,
            isCurrent: one.id === child?.id,
          }))
        : [],
    none:
      wanted === undefined
        ? `${child?.firstName ?? 'Votre enfant'} n’a pas encore d’inscription acceptée.`
        : 'Cette inscription n’existe pas.',
    add: { path: `/nouvelle-inscription${child ? `?enfant=${child.id}` : ''}`, name: 'Nouvelle inscription' },
  }
}

export const waitingRegistrationText: Sentence = [
  { strong: 'Cette inscription attend encore sa réponse.' },
  ' Vous pourrez réserver dès qu’elle sera acceptée.',
]

/** The child's group, from today or from the first day on. */
export const groupText = (group: string): string => `Groupe\u00a0: ${group}`

export const endedRegistrationText = 'Cette inscription est terminée.'
