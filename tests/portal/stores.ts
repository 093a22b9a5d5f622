import type { PortalStore } from '../../main/portal/store/store.ts'
import { isLong } from '../support/long.ts'
import { embeddedStore } from '../support/machine/embedded-store.ts'
import { hasPostgres } from '../support/machine/postgres.ts'
import { postgresStore } from '../support/machine/quick-store.ts'

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
export const stores: NamedStore[] = isLong ? bothStores : bothStores.slice(-1)
