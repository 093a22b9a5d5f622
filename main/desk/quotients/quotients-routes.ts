import { os } from '../staff/procedures.ts'
import { askQuotients, expiringFile, expiringQuotients, readRule, saveRule, tryRule } from './quotients.ts'

const { quotients } = os

export const quotientsRoutes = quotients.router({
  rule: quotients.rule.handler(({ context: { core } }) => readRule(core)),
  tryRule: quotients.tryRule.handler(({ context: { core }, input }) => tryRule(core, input)),
  saveRule: quotients.saveRule.handler(({ context: { core, person }, input }) => saveRule(core, person, input)),
  expiring: quotients.expiring.handler(({ context: { core }, input }) => expiringQuotients(core, input)),
  expiringFile: quotients.expiringFile.handler(({ context: { core }, input }) => expiringFile(core, input)),
  ask: quotients.ask.handler(({ context: { core, person }, input }) => askQuotients(core, person, input)),
})
