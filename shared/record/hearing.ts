import { may, type Role } from '../rules/access/roles.ts'
import { rulesOf } from './act-kinds.ts'

/** Whether these roles may read the label of an act done by another person. */
export const mayHear = (roles: readonly Role[], kind: string): boolean =>
  rulesOf(kind).heardBy.some((right) => may(roles, right))
