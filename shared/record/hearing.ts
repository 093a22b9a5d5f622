import { may, type Role } from '../rules/access/roles.ts'
import { rulesOf } from './act-kinds.ts'

/** Whether these roles may read the label of another person's act. */
export const mayReadLabel = (roles: readonly Role[], kind: string): boolean =>
  rulesOf(kind).labelReadableBy.some((right) => may(roles, right))
