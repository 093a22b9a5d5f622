import { randomUUID } from 'node:crypto'
import { createServer, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { eq } from 'drizzle-orm'
import { startPayfipSimulator } from '../../../main/payfip/simulator.ts'
import type { Login } from '../../../main/portal/account/accounts.ts'
import { publish } from '../../../main/portal/exchange/publications.ts'
import { beginPayment } from '../../../main/portal/payment/paying.ts'
import type { Portal } from '../../../main/portal/portal.ts'
import { servePortal } from '../../../main/portal/program/server.ts'
import { logEntry, paymentAttempt } from '../../../main/portal/store/schema/index.ts'
import type { PortalStore } from '../../../main/portal/store/store.ts'
import type { MoneyDocument, TownDocument } from '../../../shared/contract/portal/documents.ts'
import { type EntryKind, PaymentEntry } from '../../../shared/contract/portal/entries.ts'
import { freePort } from '../../support/machine/free-port.ts'
import { aPortal } from '../portal.ts'
import { money, published, town } from '../town.ts'

export const client = '012345'
/** The client number of the second régie. */
export const otherClient = '054321'
export const invoice = 1284

/** A portal that is served with PayFiP's simulator beside it, on one clock. */
export const aPayingPortal = async (open: () => Promise<PortalStore>) => {
  const port = await freePort()
  const place = await aPortal(open, `http://127.0.0.1:${port}`)
  const { portal } = place
  const simulator = await startPayfipSimulator({
    clock: portal.clock,
    clients: [client, otherClient],
    lateMilliseconds: 2_000,
  })
  const serving = await servePortal(portal, { screens: tmpdir(), port, host: '127.0.0.1', behindProxy: false })
  const settings = { client, mode: 'production' as const, tryEmail: '', address: simulator.address }
  const publishTown = (changes: Pick<TownDocument, 'payfip' | 'regies'>) =>
    publish(portal, { documents: [published('town', { ...town, ...changes })], withdrawn: [] })
  const offer = (payfip: Partial<NonNullable<TownDocument['payfip']>> = {}) =>
    publishTown({ payfip: { ...settings, ...payfip } })
  await offer()
  return {
    ...place,
    simulator,
    address: portal.address,
    offer,
    /**
     * Publishes two régies, each with its client number; the second one offers online payment only if `isSecondOpen`.
     */
    offerAtRegies: (isSecondOpen: boolean) =>
      publishTown({
        regies: [
          { id: 1, name: 'Régie', payfip: settings },
          { id: 2, name: 'Camps', ...(isSecondOpen && { payfip: { ...settings, client: otherClient } }) },
        ],
      }),
    /** Publishes the account of home 1. */
    publishMoney: (changes: Partial<MoneyDocument>) =>
      publish(portal, { documents: [published('money/1', { ...money, ...changes })], withdrawn: [] }),
    /** The choice that the parent's browser makes on PayFiP's page. */
    choose: (url: string, resultat: string, notification = 'lost') => chosen(url, resultat, notification),
    attempts: () => portal.store.db.select().from(paymentAttempt),
    told: () => toldPayments(portal),
    toldOf: async (kind: EntryKind): Promise<unknown[]> => {
      const rows = await portal.store.db.select().from(logEntry).where(eq(logEntry.kind, kind)).orderBy(logEntry.number)
      return rows.map(({ body }) => JSON.parse(body))
    },
    async close() {
      await serving.close()
      await simulator.close()
      await place.close()
    },
  }
}

export const begin = (portal: Portal, login: Login, request = randomUUID()) =>
  beginPayment(portal, login, { request, invoice })

const chosen = (url: string, resultat: string, notification: string) =>
  fetch(url, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ idop: new URL(url).searchParams.get('idop') ?? '', resultat, notification }),
  })

/** Payments in the portal's log for the desk. */
export const toldPayments = async ({ store }: Pick<Portal, 'store'>) => {
  const rows = await store.db.select().from(logEntry).where(eq(logEntry.kind, 'payment')).orderBy(logEntry.number)
  return rows.map(({ id, body }) => ({ id, ...PaymentEntry.parse(JSON.parse(body)) }))
}

class Cut extends Error {}
export const isCut = (error: unknown): boolean =>
  error instanceof Cut || (error instanceof Error && error.cause !== undefined && isCut(error.cause))

/**
 * The same portal in a process that dies at its `at`-th step: before or after the commit of a transaction, before the
 * change of a row, before a message reaches PayFiP, or before its answer is read. Whatever it does later has no effect.
 */
export const dyingAt = async (portal: Portal, payfip: string, at: number) => {
  let steps = 0
  let isDead = false
  const step = () => {
    steps += 1
    isDead ||= steps >= at
    if (isDead) throw new Cut('dead')
  }
  const { db } = portal.store
  const transaction: typeof db.transaction = async (work, config) => {
    step()
    const result = await db.transaction(work, config)
    step()
    return result
  }
  const dying: typeof db = new Proxy(db, {
    get(target, name) {
      if (name === 'transaction') return transaction
      if (name === 'update' || name === 'select') {
        if (name === 'update') step()
        else if (isDead) throw new Cut('dead')
      }
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const survives = (): boolean => {
    try {
      step()
      return true
    } catch {
      return false
    }
  }
  const line = createServer((asked, answer) => {
    const { method, headers, url, socket } = asked
    if (!survives()) {
      socket.destroy()
      return
    }
    const passed = send(`${payfip}${url}`, { method, headers: { ...headers, host: new URL(payfip).host } }, (given) => {
      if (survives()) {
        answer.writeHead(given.statusCode ?? 500, given.headers)
        given.pipe(answer)
      } else {
        given.resume()
        socket.destroy()
      }
    })
    asked.pipe(passed)
  })
  await new Promise<void>((done) => line.listen(0, '127.0.0.1', done))
  const { port } = line.address() as AddressInfo
  return {
    portal: { ...portal, store: { ...portal.store, db: dying } },
    address: `http://127.0.0.1:${port}`,
    isDead: () => isDead,
    close() {
      line.closeAllConnections()
      line.close()
    },
  }
}
