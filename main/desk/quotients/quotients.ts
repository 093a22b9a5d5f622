import { today } from '../../../shared/rules/calendar/day.ts'
import { type QuotientRule, quotientRuleText } from '../../../shared/rules/quotient/validity.ts'
import { organisation } from '../../store/schema/index.ts'
import type { Core, Person } from '../core.ts'
import { organisationOf, quotientRuleOf } from '../settings/settings.ts'
import { quotientStates } from './expiring.ts'
import { consentsInForce } from './quotients-store.ts'

export { hasApiAccess, readAccess, removeAccess, saveAccess } from './api-access.ts'
export { giveConsent, readConsents, revokeConsent, writePortalConsent } from './consents.ts'
export { acceptConsulted, consultFund } from './consulting.ts'
export { askQuotients, expiringFile, expiringQuotients } from './expiring.ts'
export { homesPriced } from './quotients-store.ts'

export const readRule = ({ store }: Core): { rule: QuotientRule | null } => ({ rule: quotientRuleOf(store) })

/**
 * Saves the quotient rule. Billed months keep the quotients that they were priced with; the others are priced again.
 */
export const saveRule = ({ store }: Core, person: Person, { rule }: { readonly rule: QuotientRule | null }): void => {
  store.act(person, 'settings.quotientRule', quotientRuleText(rule), (write) => {
    write.update(organisation, organisationOf(store).id, { quotientRule: rule })
  })
}

/** How many homes with a quotient today would have none, or only the last known one, under a rule. */
export const tryRule = async (
  core: Core,
  { rule }: { readonly rule: QuotientRule | null },
): Promise<{ homes: number; ended: number; lastKnown: number }> => {
  const states = await quotientStates(core, rule)
  const count = (state: string) => states.filter((one) => one === state).length
  return {
    homes: states.filter((state) => state !== 'unknown').length,
    ended: count('ended'),
    lastKnown: count('lastKnown'),
  }
}

export const countConsented = ({ store, clock }: Core): { homes: number } => ({
  homes: consentsInForce(store, today(clock), null).length,
})
