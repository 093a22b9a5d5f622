import { inject } from 'vitest'
import { openPortalStore, type PortalStore } from '../../main/portal/store.ts'
import { embeddedStore, emptied } from '../support/embedded-store.ts'
import { hasPostgres, newDatabase } from '../support/postgres.ts'

/** A database of its own on the tests' server. */
export const postgresUrl = (): Promise<string> => newDatabase(inject('postgres'))

const idleUrls: string[] = []

const postgresStore = async (): Promise<PortalStore> => {
  const url = idleUrls.pop() ?? (await postgresUrl())
  const store = await emptied(await openPortalStore({ url }))
  return { ...store, close: () => store.close().then(() => void idleUrls.push(url)) }
}

/** The same tests on both: `describe.each(stores)('… on %s', (_, open) => …)`. */
export const stores: [name: string, open: () => Promise<PortalStore>][] = [
  ['PGlite', embeddedStore],
  ...(hasPostgres ? [['PostgreSQL', postgresStore] satisfies [string, () => Promise<PortalStore>]] : []),
]
