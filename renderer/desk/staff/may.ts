import { may, type Right, type Role, roleNeeded } from '../../../shared/rules/access/roles.ts'
import { everywhereNeeded, everywhereRights } from '../../../shared/rules/access/sites.ts'
import { type Session, useSession } from './session.ts'

/** The roles of the person who is logged in. */
export const useRoles = (): readonly Role[] => useSession().data?.member?.roles ?? []

/** A right that a screen or a button needs; `everywhere`: what is behind it touches the whole service. */
export type Need = { readonly right: Right; readonly sites?: 'everywhere' }

/** Whether the logged-in person has a right, and the sites that it needs: used to hide what the core would refuse. */
export type May = (act: Right, sites?: 'everywhere') => boolean

export const useMay = (): May => mayIn(useSession().data)

export const mayIn =
  (session: Session | undefined): May =>
  (right, sites) =>
    whyNotIn(session, { right, ...(sites && { sites }) }) === null

/** Why the core would refuse the logged-in person what needs this; null when they may. */
export const useWhyNot = (need: Need | undefined): string | null => {
  const session = useSession().data
  return need ? whyNotIn(session, need) : null
}

const whyNotIn = (session: Session | undefined, { right, sites }: Need): string | null => {
  if (!may(session?.member?.roles ?? [], right)) return roleNeeded(right)
  const isEverywhere = (session?.member?.siteIds ?? null) === null
  return isEverywhere || !(sites === 'everywhere' || everywhereRights.includes(right)) ? null : everywhereNeeded
}
