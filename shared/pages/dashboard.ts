import { welcomeText } from './frame.ts'
import type { PageHead } from './page.ts'
import { portalPages } from './portal-pages.ts'

/** « Mon tableau de bord » */

export const dashboardHead: PageHead = { title: portalPages.dashboard.name, intro: welcomeText }
