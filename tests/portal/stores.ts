import type { PortalStore } from '../../main/portal/store/store.ts'
import { isLong } from '../support/long.ts'
import { embeddedStore } from '../support/machine/embedded-store.ts'
import { hasPostgres } from '../support/machine/postgres.ts'
import { postgresStore } from '../support/machine/quick-store.ts'

type NamedStore = [name: string, open: () => Promise<PortalStore>]

/** For tests of the store itself: `describe.each(bothStores)('… on %s', (_, open) => …)`. */
export const bothStores: NamedStore[] = [
  ['PGlite', embeddedStore],
  ...(hasPostgres ? [['PostgreSQL', postgresStore] satisfies NamedStore] : []),
]

/**
 * What stands on the store works alike on both: `npm test` uses the server only, where transactions really run at the
 * same time, and exchanges with one portal on PGlite (`host/export.test.ts`); `npm run test:long` uses both.
 */
export const stores: NamedStore[] = isLong ? bothStores : bothStores.slice(-1)
