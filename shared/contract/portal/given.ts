import type { PortalSession } from './account.ts'
import type { DashboardShown } from './home.ts'

/** What a page brings along, in its element « lu »: read before its scripts, and not asked for again by them. */
export type Given = { readonly session: PortalSession; readonly dashboard: DashboardShown | null }
