import { may, type Right, type Role } from '../../../shared/rules/access/roles.ts'
import { everywhereRights } from '../../../shared/rules/access/sites.ts'
import { type Session, useSession } from './session.ts'

/** The roles of the person who is logged in. */
export const useRoles = (): readonly Role[] => useSession().data?.member?.roles ?? []

/** Whether the logged-in person has a right, and the sites that it needs: used to hide what the core would refuse. */
export type May = (act: Right, sites?: 'everywhere') => boolean

/** `everywhere`: what is behind the link or the button touches the whole service. */
export const useMay = (): May => mayIn(useSession().data)

export const mayIn = (session: Session | undefined): May => {
  const roles = session?.member?.roles ?? []
  const isEverywhere = (session?.member?.siteIds ?? null) === null
  return (act, sites) =>
    may(roles, act) && (isEverywhere || !(sites === 'everywhere' || everywhereRights.includes(act)))
}
