import { os } from '../procedures.ts'
import { attachTariff, listTariffs, priceOf, removeTariff, removeVersion, saveTariff, saveVersion } from './prices.ts'

export const pricesRoutes = os.prices.router({
  tariffs: os.prices.tariffs.handler(({ context: { core } }) => listTariffs(core)),
  saveTariff: os.prices.saveTariff.handler(({ context: { core, person }, input }) => saveTariff(core, person, input)),
  saveVersion: os.prices.saveVersion.handler(({ context: { core, person }, input }) =>
    saveVersion(core, person, input),
  ),
  removeVersion: os.prices.removeVersion.handler(({ context: { core, person }, input }) =>
    removeVersion(core, person, input.id),
  ),
  removeTariff: os.prices.removeTariff.handler(({ context: { core, person }, input }) =>
    removeTariff(core, person, input.id),
  ),
  attach: os.prices.attach.handler(({ context: { core, person }, input }) => attachTariff(core, person, input)),
  priceOf: os.prices.priceOf.handler(({ context: { core }, input }) => priceOf(core.store, input)),
})
