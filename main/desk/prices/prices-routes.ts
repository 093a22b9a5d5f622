import { inSilence, streamProgress } from '../progress.ts'
import { os } from '../staff/procedures.ts'
import { compareTariffs } from './comparison.ts'
import { comparisonFile } from './comparison-file.ts'
import { lateCancellationPrices } from './late-cancellations.ts'
import { printPoster } from './poster.ts'
import {
  attachTariff,
  listTariffs,
  priceOf,
  removeTariff,
  removeVersion,
  saveTariff,
  saveVersion,
  touchedBy,
  tryDefinition,
} from './prices.ts'
import { tryChild } from './try-child.ts'

export const pricesRoutes = os.prices.router({
  tariffs: os.prices.tariffs.handler(({ context: { core } }) => listTariffs(core)),
  saveTariff: os.prices.saveTariff.handler(({ context: { core, person }, input }) => saveTariff(core, person, input)),
  touched: os.prices.touched.handler(({ context: { core }, input }) => touchedBy(core, input)),
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
  poster: os.prices.poster.handler(({ context: { core }, input }) => printPoster(core, input)),
  compare: os.prices.compare.handler(({ context: { core }, input, signal }) =>
    streamProgress(core, signal, (work) => compareTariffs(core, input, work)),
  ),
  compareFile: os.prices.compareFile.handler(async ({ context: { core }, input, signal }) =>
    comparisonFile(await compareTariffs(core, input, inSilence(signal))),
  ),
  tryPrice: os.prices.tryPrice.handler(({ input }) => tryDefinition(input)),
  tryChild: os.prices.tryChild.handler(({ context: { core }, input }) => tryChild(core, input)),
  priceOf: os.prices.priceOf.handler(({ context: { core }, input: { days, ...home } }) =>
    priceOf(core.store, {
      ...home,
      days: days.map(({ day, slotIds }) => ({ day, slots: slotIds.map((slotId) => ({ slotId })) })),
    }),
  ),
  lateCancellations: os.prices.lateCancellations.handler(({ context: { core, person }, input }) =>
    lateCancellationPrices(core, person, input.cells),
  ),
})
