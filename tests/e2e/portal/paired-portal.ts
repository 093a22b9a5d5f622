import { portalFolder } from '../../../main/build.ts'
import { createPairingCode } from '../../../main/portal/exchange/pairing.ts'
import { openPortal, type PortalOptions } from '../../../main/portal/portal.ts'
import { type PortalServing, servePortal } from '../../../main/portal/program/server.ts'
import type { Clock } from '../../../shared/rules/calendar/day.ts'
import { cheapestPasswords } from '../../support/desk.ts'
import { freePort } from '../../support/machine/free-port.ts'
import { quickStore } from '../../support/machine/quick-store.ts'

/** A real portal to pair a desk with, which a test can make unreachable. */
export const serveAPortal = async (clock: Clock, mail: PortalOptions['mail'] = null) => {
  const port = await freePort()
  const portal = await openPortal({
    store: await quickStore(),
    clock,
    log: () => undefined,
    address: `http://127.0.0.1:${port}`,
    mail,
    passwordCost: cheapestPasswords,
  })
  const serve = (): Promise<PortalServing> =>
    servePortal(portal, { screens: portalFolder, port, host: '127.0.0.1', behindProxy: false })
  let serving: PortalServing | null = await serve()
  return {
    address: portal.address,
    mails: portal.mails,
    code: async (): Promise<string> => (await createPairingCode(portal)).code,
    async silence() {
      await serving?.close()
      serving = null
    },
    async speak() {
      serving ??= await serve()
    },
    async close() {
      await serving?.close()
      await portal.close()
    },
  }
}
