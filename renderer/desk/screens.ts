import IconCalendarMonth from '@tabler/icons-react/icons/IconCalendarMonth'
import IconCash from '@tabler/icons-react/icons/IconCash'
import IconChecklist from '@tabler/icons-react/icons/IconChecklist'
import IconClipboardList from '@tabler/icons-react/icons/IconClipboardList'
import IconFileInvoice from '@tabler/icons-react/icons/IconFileInvoice'
import IconHome from '@tabler/icons-react/icons/IconHome'
import IconInbox from '@tabler/icons-react/icons/IconInbox'
import IconSettings from '@tabler/icons-react/icons/IconSettings'
import IconUsers from '@tabler/icons-react/icons/IconUsers'

/** The screens of the rail, in its order. */
export const screens = [
  { path: '/', title: 'Accueil', icon: IconHome },
  { path: '/familles', title: 'Familles', icon: IconUsers },
  { path: '/demandes', title: 'Demandes', icon: IconInbox },
  { path: '/inscriptions', title: 'Inscriptions', icon: IconClipboardList },
  { path: '/calendrier', title: 'Calendrier', icon: IconCalendarMonth },
  { path: '/pointage', title: 'Pointage', icon: IconChecklist },
  { path: '/facturation', title: 'Facturation', icon: IconFileInvoice },
  { path: '/reglements', title: 'Règlements', icon: IconCash },
  { path: '/reglages', title: 'Réglages', icon: IconSettings },
] as const

export type DeskPath = (typeof screens)[number]['path']
