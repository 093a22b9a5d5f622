import type { PortalStore } from '../../main/portal/store/store.ts'
import { isLong } from '../support/long.ts'
import { embeddedStore } from '../support/machine/embedded-store.ts'
import { hasPostgres } from '../support/machine/postgres.ts'
import { postgresStore } from '../support/machine/quick-store.ts'

type NamedStore = [name: string, open: () => Promise<PortalStore>]

/** For tests of code with SQL of its own: `describe.each(bothStores)('… on %s', (_, open) => …)`. */
export const bothStores: NamedStore[] = [
  ['PGlite', embeddedStore],
  ...(hasPostgres ? [['PostgreSQL', postgresStore] satisfies NamedStore] : []),
]

/**
 * All other queries work alike on both stores: `npm test` uses the server only, where transactions really run at the
 * same time; `npm run test:long` uses both.
 */
export const stores: NamedStore[] = isLong ? bothStores : bothStores.slice(-1)
