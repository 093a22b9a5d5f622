import IconCalendarMonth from '@tabler/icons-react/icons/IconCalendarMonth'
import IconCash from '@tabler/icons-react/icons/IconCash'
import IconChartBar from '@tabler/icons-react/icons/IconChartBar'
import IconChecklist from '@tabler/icons-react/icons/IconChecklist'
import IconClipboardList from '@tabler/icons-react/icons/IconClipboardList'
import IconFileInvoice from '@tabler/icons-react/icons/IconFileInvoice'
import IconHome from '@tabler/icons-react/icons/IconHome'
import IconInbox from '@tabler/icons-react/icons/IconInbox'
import IconMessages from '@tabler/icons-react/icons/IconMessages'
import IconSettings from '@tabler/icons-react/icons/IconSettings'
import IconUsers from '@tabler/icons-react/icons/IconUsers'
import IconWorld from '@tabler/icons-react/icons/IconWorld'
import type { Right } from '../../shared/rules/access/roles.ts'

/** Screens in the order of the navigation rail; `right` is needed to read anything on the screen, at these `sites`. */
export const screens = [
  { path: '/', title: 'Accueil', right: null, icon: IconHome },
  { path: '/familles', title: 'Familles', right: 'families.read', icon: IconUsers },
  { path: '/demandes', title: 'Demandes', right: 'families.read', icon: IconInbox },
  { path: '/messages', title: 'Messages', right: 'families.read', icon: IconMessages },
  { path: '/inscriptions', title: 'Inscriptions', right: 'families.read', icon: IconClipboardList },
  { path: '/calendrier', title: 'Calendrier', right: 'families.read', icon: IconCalendarMonth },
  { path: '/pointage', title: 'Pointage', right: 'attendance', icon: IconChecklist },
  { path: '/facturation', title: 'Facturation', right: 'invoices.read', sites: 'everywhere', icon: IconFileInvoice },
  { path: '/reglements', title: 'Règlements', right: 'invoices.read', icon: IconCash },
  { path: '/chiffres', title: 'Chiffres', right: 'figures', icon: IconChartBar },
  { path: '/portail', title: 'Portail', right: 'portal', icon: IconWorld },
  // No right is needed: every role may read some section of Réglages.
  { path: '/reglages', title: 'Réglages', right: null, icon: IconSettings },
] as const satisfies readonly {
  readonly path: string
  readonly title: string
  readonly right: Right | null
  readonly sites?: 'everywhere'
  readonly icon: typeof IconHome
}[]

/** Whether a screen is only for people who are everywhere. */
export const sitesOf = (screen: (typeof screens)[number]): 'everywhere' | undefined =>
  'sites' in screen ? screen.sites : undefined

export type DeskPath = (typeof screens)[number]['path']
