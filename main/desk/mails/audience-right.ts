import { may } from '../../../shared/rules/access/roles.ts'
import type { Audience } from '../../../shared/rules/messages/audience.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { refuseUnlessHolder } from '../regies/regies.ts'

/**
 * @throws Refused when this person may not write to the audience: they then may not decide about its messages either
 */
export const refuseAudience = (core: Core, person: Person, audience: Audience): void => {
  if (may(person.roles, 'sendings.audience')) return
  if (audience.kind === 'owing') return refuseUnlessHolder(core, person, audience.regieId)
  if (audience.kind === 'families' && audience.familyIds.length === 1) return
  throw new Refused(
    'Un régisseur écrit à une famille, ou à celles qui doivent à sa régie\u00a0: les autres envois demandent la direction ou l’accueil.',
  )
}
