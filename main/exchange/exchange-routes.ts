import { networkOf, saveNetwork } from '../desk/portal/portal.ts'
import { os } from '../desk/staff/procedures.ts'
import { exportPortal, pairExportedPortal, switchToExportedPortal } from './export.ts'
import { pair, revokeKey, rotateKey } from './pairing.ts'
import { enterReceipt } from './receipts.ts'
import { recoveredPaperFile, recoveredPapers } from './recovered.ts'
import { lastRuns } from './runs.ts'
import { changeSchedule, confirmNumbers, exchangeState, previewExchange } from './state.ts'

const maxShownRuns = 100

export const exchangeRoutes = os.exchange.router({
  state: os.exchange.state.handler(({ context: { core } }) => exchangeState(core)),
  history: os.exchange.history.handler(({ context: { core } }) => lastRuns(core.store, maxShownRuns)),
  pair: os.exchange.pair.handler(async ({ context: { core, person }, input }) => {
    await pair(core, person, input)
    return exchangeState(core)
  }),
  exportPortal: os.exchange.exportPortal.handler(({ context: { core, person }, input }) =>
    exportPortal(core, person, input.address),
  ),
  pairExported: os.exchange.pairExported.handler(async ({ context: { core, person } }) => {
    await pairExportedPortal(core, person)
    return exchangeState(core)
  }),
  passToExported: os.exchange.passToExported.handler(async ({ context: { core, person } }) => {
    await switchToExportedPortal(core, person)
    return exchangeState(core)
  }),
  now: os.exchange.now.handler(async ({ context: { core } }) => {
    await core.exchange.now()
    return exchangeState(core)
  }),
  dryLook: os.exchange.dryLook.handler(({ context: { core } }) => previewExchange(core)),
  network: os.exchange.network.handler(({ context: { core } }) => networkOf(core.store)),
  saveNetwork: os.exchange.saveNetwork.handler(({ context: { core, person }, input }) =>
    saveNetwork(core, person, input),
  ),
  schedule: os.exchange.schedule.handler(({ context: { core, person }, input }) => changeSchedule(core, person, input)),
  rotateKey: os.exchange.rotateKey.handler(({ context: { core, person } }) => {
    rotateKey(core, person)
    return exchangeState(core)
  }),
  revokeKey: os.exchange.revokeKey.handler(({ context: { core, person }, input }) => {
    revokeKey(core, person, input.keyid)
    return exchangeState(core)
  }),
  confirmNumbers: os.exchange.confirmNumbers.handler(({ context: { core, person }, input }) => {
    confirmNumbers(core, person, input)
    return exchangeState(core)
  }),
  recoveredPapers: os.exchange.recoveredPapers.handler(({ context: { core } }) => recoveredPapers(core)),
  recoveredPaper: os.exchange.recoveredPaper.handler(({ context: { core }, input }) =>
    recoveredPaperFile(core, input.id),
  ),
  enterReceipt: os.exchange.enterReceipt.handler(({ context: { core, person }, input }) =>
    enterReceipt(core, person, input),
  ),
})
