import IconCalendarMonth from '@tabler/icons-react/icons/IconCalendarMonth'
import IconCash from '@tabler/icons-react/icons/IconCash'
import IconChecklist from '@tabler/icons-react/icons/IconChecklist'
import IconClipboardList from '@tabler/icons-react/icons/IconClipboardList'
import IconFileInvoice from '@tabler/icons-react/icons/IconFileInvoice'
import IconHome from '@tabler/icons-react/icons/IconHome'
import IconInbox from '@tabler/icons-react/icons/IconInbox'
import IconMessages from '@tabler/icons-react/icons/IconMessages'
import IconSettings from '@tabler/icons-react/icons/IconSettings'
import IconUsers from '@tabler/icons-react/icons/IconUsers'
import IconWorld from '@tabler/icons-react/icons/IconWorld'

/** The screens of the rail, in its order, each with what it takes to read anything on it. */
export const screens = [
  { path: '/', title: 'Accueil', act: null, icon: IconHome },
  { path: '/familles', title: 'Familles', act: 'families.read', icon: IconUsers },
  { path: '/demandes', title: 'Demandes', act: 'families.read', icon: IconInbox },
  { path: '/messages', title: 'Messages', act: 'families.read', icon: IconMessages },
  { path: '/inscriptions', title: 'Inscriptions', act: 'families.read', icon: IconClipboardList },
  { path: '/calendrier', title: 'Calendrier', act: 'families.read', icon: IconCalendarMonth },
  { path: '/pointage', title: 'Pointage', act: 'attendance', icon: IconChecklist },
  { path: '/facturation', title: 'Facturation', act: 'invoices.read', icon: IconFileInvoice },
  { path: '/reglements', title: 'Règlements', act: 'invoices.read', icon: IconCash },
  { path: '/portail', title: 'Portail', act: 'portal', icon: IconWorld },
  // No right is needed: every role may read some section of it.
  { path: '/reglages', title: 'Réglages', act: null, icon: IconSettings },
] as const

export type DeskPath = (typeof screens)[number]['path']
