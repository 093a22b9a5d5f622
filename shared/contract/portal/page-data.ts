import type { PortalSession } from './account.ts'
import type { DashboardShown } from './home.ts'

/** Data embedded in the page, in its element « lu »: the scripts read it instead of calling the server again. */
export type PageData = { readonly session: PortalSession; readonly dashboard: DashboardShown | null }
