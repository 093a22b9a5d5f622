import { may, type Right, type Role } from '../../../shared/rules/access/roles.ts'
import { useSession } from './session.ts'

/** The roles of the person who is logged in. */
export const useRoles = (): readonly Role[] => useSession().data?.member?.roles ?? []

/** Whether the logged-in person has a right: used to hide what the core would refuse. */
export const useMay = (): ((act: Right) => boolean) => {
  const roles = useRoles()
  return (act) => may(roles, act)
}
