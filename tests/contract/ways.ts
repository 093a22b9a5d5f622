import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink as HttpLink } from '@orpc/client/fetch'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { SimpleCsrfProtectionLinkPlugin } from '@orpc/client/plugins'
import type { ContractRouterClient } from '@orpc/contract'
import { createRouterClient } from '@orpc/server'
import { RPCHandler } from '@orpc/server/message-port'
import type { Desk } from '../../main/app/desk.ts'
import { serveDesk } from '../../main/host/http.ts'
import type { DeskContract } from '../../shared/contract/desk/index.ts'

/** What each way of reaching the desk provides: the same calls, with the same answers and errors. */
export type Connection = { readonly client: ContractRouterClient<DeskContract>; close(): Promise<void> }

/**
 * `describe.each(ways)('…, %s', (_, connect) => …)`: a statement of the contract is made once and holds over each of
 * the three ways that screens and tests reach the core.
 */
export const ways: [name: string, connect: (desk: Desk) => Promise<Connection>][] = [
  [
    'in the same process',
    async (desk) => ({
      client: createRouterClient(desk.router, { context: desk.connect() }),
      close: async () => undefined,
    }),
  ],
  [
    'over a MessagePort, as in Electron',
    async (desk) => {
      const { port1, port2 } = new MessageChannel()
      new RPCHandler(desk.router).upgrade(port1, { context: desk.connect() })
      port1.start()
      port2.start()
      return { client: createORPCClient(new PortLink({ port: port2 })), close: async () => port2.close() }
    },
  ],
  [
    'over HTTP, as in a browser',
    async (desk) => {
      const served = await serveFor(desk)
      let cookie = await letIn(served.address)
      const { origin } = new URL(served.address)
      // Node's fetch forgets an abort once its Request is collected; a browser does not.
      const kept = new Set<Request>()
      const link = new HttpLink({
        url: `${origin}/rpc`,
        headers: () => ({ origin, cookie }),
        fetch: async (request, init) => {
          kept.add(request)
          const answer = await fetch(request, init)
          cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? cookie
          return answer
        },
        plugins: [new SimpleCsrfProtectionLinkPlugin()],
      })
      return { client: createORPCClient(link), close: () => served.close() }
    },
  ],
]

/** Serves the desk on a free port of this computer, with a screen of one word. */
export const serveFor = async (desk: Desk) => {
  const screens = mkdtempSync(join(tmpdir(), 'screens-'))
  writeFileSync(join(screens, 'index.html'), '<!doctype html><title>Bureau</title>')
  const serving = await serveDesk(desk, { screens, port: 0, log: console.error })
  return {
    address: serving.address,
    screens,
    async close() {
      await serving.close()
      rmSync(screens, { recursive: true, force: true })
    },
  }
}

/** Opens the printed address as a browser does. @returns the cookie that it got */
export const letIn = async (address: string): Promise<string> => {
  const { headers } = await fetch(address, { redirect: 'manual' })
  return headers.getSetCookie()[0]?.split(';')[0] ?? ''
}
