import { openPortalStore, type PortalStore } from '../../../main/portal/store/store.ts'
import { isLong } from '../long.ts'
import { embeddedStore, emptied } from './embedded-store.ts'
import { hasPostgres, newDatabase, postgresVariable } from './postgres.ts'

/** A database of its own on the tests' server. */
export const postgresUrl = (): Promise<string> => {
  const address = process.env[postgresVariable]
  if (!address) throw new Error('the tests’ PostgreSQL was not started')
  return newDatabase(address)
}

// Emptied for the next test that needs one, which is faster than making another.
const idleUrls: string[] = []

/** An empty store on PostgreSQL; once closed, another test of this process gets it. */
export const postgresStore = async (): Promise<PortalStore> => {
  const url = idleUrls.pop() ?? (await postgresUrl())
  const store = await emptied(await openPortalStore({ url }))
  return { ...store, close: () => store.close().then(() => void idleUrls.push(url)) }
}

/** For tests that do not depend on the database: PostgreSQL takes half the time of PGlite, which the long run uses. */
export const quickStore = (): Promise<PortalStore> => (hasPostgres && !isLong ? postgresStore() : embeddedStore())
