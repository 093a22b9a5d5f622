import { inject } from 'vitest'
import { openPortalStore, type PortalStore } from '../../main/portal/store/store.ts'
import { embeddedStore, emptied } from '../support/machine/embedded-store.ts'
import { hasPostgres, newDatabase } from '../support/machine/postgres.ts'

/** A database of its own on the tests' server. */
export const postgresUrl = (): Promise<string> => newDatabase(inject('postgres'))

const idleUrls: string[] = []

const postgresStore = async (): Promise<PortalStore> => {
  const url = idleUrls.pop() ?? (await postgresUrl())
  const store = await emptied(await openPortalStore({ url }))
  return { ...store, close: () => store.close().then(() => void idleUrls.push(url)) }
}

type NamedStore = [name: string, open: () => Promise<PortalStore>]

/** For what speaks SQL of its own: `describe.each(bothStores)('… on %s', (_, open) => …)`. */
export const bothStores: NamedStore[] = [
  ['PGlite', embeddedStore],
  ...(hasPostgres ? [['PostgreSQL', postgresStore] satisfies NamedStore] : []),
]

/**
 * The rest stands on queries that both answer alike: on one, the server, where transactions really run at the same time;
 * on both in `npm run test:long`.
 */
export const stores: NamedStore[] = process.env['LONG'] ? bothStores : bothStores.slice(-1)
