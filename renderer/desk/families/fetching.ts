import type { Child, Family, Pickup } from '../../../shared/contract/desk/people/families.ts'
import { parentsFetchingText } from '../../../shared/rules/cell/day-list.ts'
import { capitalised, longDate } from '../../../shared/rules/text/french.ts'

/*
 * Who fetches a child, in the words of every screen of the family: the core says which guardians do not.
 */

type Home = Pick<Family, 'guardians'>
type Guardian = Family['guardians'][number]

const nameOf = ({ firstName, lastName }: Guardian): string => `${firstName} ${lastName}`

export const guardiansFetching = ({ guardians }: Home, { notFetching }: Child): Guardian[] =>
  guardians.filter(({ id }) => !notFetching.includes(id))

/** « parent 2 », or « service de l’ASE » for a guardian who is no person. */
export const guardianPlace = ({ bonds }: Pick<Family, 'bonds'>, guardianId: number, rank: number): string => {
  const own = bonds.filter((one) => one.guardianId === guardianId)
  const isService = own.length > 0 && own.every(({ kind }) => kind === 'childWelfare')
  return isService ? 'service de l’ASE' : `parent ${rank}`
}

/** « Ses parents, sauf Karim Benali » */
export const guardiansFetchingText = ({ guardians }: Home, { notFetching, disputed }: Child): string => {
  const namesOf = (ids: readonly number[]) => guardians.filter(({ id }) => ids.includes(id)).map(nameOf)
  return capitalised(`ses ${parentsFetchingText({ notFetching: namesOf(notFetching), disputed: namesOf(disputed) })}`)
}

/** Whether every guardian of the home fetches the child, without a word from the director. */
export const doAllFetch = ({ notFetching, disputed }: Child): boolean => notFetching.length + disputed.length === 0

export const forbiddenPickups = ({ pickups }: Child): Pickup[] => pickups.filter(({ allowed }) => !allowed)

/** What the team does when a forbidden person comes, with the decision that forbids it. */
export const forbiddenText = ({ forbidding, decidedBy, decidedOn, decidedUntil }: Pickup): string =>
  [
    forbidding === 'disputed'
      ? 'autorité parentale, sans décision qui compte\u00a0: l’équipe appelle la direction'
      : 'ne doit pas emmener l’enfant',
    ...(decidedOn === null ? [] : [`${decidedBy}, ${longDate(decidedOn)}`]),
    ...(decidedUntil === null ? [] : [`jusqu’au ${longDate(decidedUntil)}`]),
  ].join(', ')
