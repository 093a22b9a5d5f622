import { streamProgress } from '../progress.ts'
import { os } from '../staff/procedures.ts'
import {
  acceptConsulted,
  askQuotients,
  consultFund,
  countConsented,
  expiringFile,
  expiringQuotients,
  giveConsent,
  readAccess,
  readConsents,
  readRule,
  removeAccess,
  revokeConsent,
  saveAccess,
  saveRule,
  tryRule,
} from './quotients.ts'

const { quotients } = os

export const quotientsRoutes = quotients.router({
  rule: quotients.rule.handler(({ context: { core } }) => readRule(core)),
  tryRule: quotients.tryRule.handler(({ context: { core }, input }) => tryRule(core, input)),
  saveRule: quotients.saveRule.handler(({ context: { core, person }, input }) => saveRule(core, person, input)),
  expiring: quotients.expiring.handler(({ context: { core }, input }) => expiringQuotients(core, input)),
  expiringFile: quotients.expiringFile.handler(({ context: { core }, input }) => expiringFile(core, input)),
  ask: quotients.ask.handler(({ context: { core, person }, input }) => askQuotients(core, person, input)),
  access: quotients.access.handler(({ context: { core } }) => readAccess(core)),
  saveAccess: quotients.saveAccess.handler(({ context: { core, person }, input }) => saveAccess(core, person, input)),
  removeAccess: quotients.removeAccess.handler(({ context: { core, person } }) => removeAccess(core, person)),
  consents: quotients.consents.handler(({ context: { core }, input }) => readConsents(core, input.familyId)),
  giveConsent: quotients.giveConsent.handler(({ context: { core, person }, input }) =>
    giveConsent(core, person, input),
  ),
  revokeConsent: quotients.revokeConsent.handler(({ context: { core, person }, input }) =>
    revokeConsent(core, person, input),
  ),
  consented: quotients.consented.handler(({ context: { core } }) => countConsented(core)),
  consult: quotients.consult.handler(({ context: { core, person }, input, signal }) =>
    streamProgress(core, signal, (tools) => consultFund(core, person, input, tools)),
  ),
  acceptConsulted: quotients.acceptConsulted.handler(({ context: { core, person }, input }) =>
    acceptConsulted(core, person, input),
  ),
})
