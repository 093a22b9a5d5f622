import type { Role } from '../rules/access/roles.ts'
import { mayHere } from '../rules/access/sites.ts'
import { rulesOf } from './act-kinds.ts'

/**
 * Whether a person of these roles, and of these sites if any limit them, may read the label of another person's act.
 */
export const mayReadLabel = (
  person: { readonly roles: readonly Role[]; readonly sites?: readonly number[] },
  kind: string,
): boolean => rulesOf(kind).labelReadableBy.some((right) => mayHere(person, right))
