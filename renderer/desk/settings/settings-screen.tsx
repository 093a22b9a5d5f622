import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Act } from '../../../shared/rules/roles.ts'
import { Screen, ScreenBody, ScreenHead } from '../parts/screen.tsx'
import { TariffsTab } from '../prices/tariffs-tab.tsx'
import { useMay } from '../staff/may.ts'
import { ActivitiesTab } from './activities-tab.tsx'
import { AuditTab } from './audit-tab.tsx'
import { BackupsTab } from './backups-tab.tsx'
import { CheckTab } from './check-tab.tsx'
import { OrganisationTab } from './organisation-tab.tsx'
import { PeriodScreen } from './period-screen.tsx'
import { PlacesTab } from './places-tab.tsx'
import { StaffTab } from './staff-tab.tsx'
import './settings.css'

type Tab = {
  readonly id: string
  readonly title: string
  readonly needs: Act
  /** It has a list and a panel that scroll by themselves. */
  readonly fillsScreen?: boolean
  readonly show: () => ReactNode
}

const tabs: readonly Tab[] = [
  {
    id: 'activites',
    title: 'Activités et périodes',
    needs: 'activities.read',
    fillsScreen: true,
    show: () => <ActivitiesTab />,
  },
  { id: 'tarifs', title: 'Tarifs', needs: 'tariffs.read', show: () => <TariffsTab /> },
  { id: 'lieux', title: 'Équipements et écoles', needs: 'activities', show: () => <PlacesTab /> },
  { id: 'structure', title: 'Structure', needs: 'organisation', show: () => <OrganisationTab /> },
  { id: 'agents', title: 'Agents', needs: 'staff', show: () => <StaffTab /> },
  { id: 'sauvegardes', title: 'Sauvegardes', needs: 'backups', show: () => <BackupsTab /> },
  { id: 'controle', title: 'Contrôle du fichier', needs: 'backups', show: () => <CheckTab /> },
  { id: 'journal', title: 'Journal', needs: 'audit', fillsScreen: true, show: () => <AuditTab /> },
]

export const SettingsScreen = () => {
  const { onglet, periode, activite } = useSearch({ from: '/desk/reglages' })
  const navigate = useNavigate()
  const may = useMay()
  const open = tabs.filter(({ needs }) => may(needs))
  const current = open.find(({ id }) => id === onglet) ?? open[0]
  if (periode !== undefined) return <PeriodScreen key={periode} periodId={periode} activityId={activite} />
  return (
    <Screen title={current ? `${current.title}, réglages` : 'Réglages'}>
      <ScreenHead title="Réglages" />
      <nav className="tabs" aria-label="Réglages">
        {open.map(({ id, title }) => (
          <button
            key={id}
            type="button"
            aria-current={id === current?.id ? 'page' : undefined}
            onClick={() => void navigate({ to: '/reglages', search: { onglet: id } })}
          >
            {title}
          </button>
        ))}
      </nav>
      {current?.fillsScreen ? current.show() : <ScreenBody>{current?.show()}</ScreenBody>}
    </Screen>
  )
}
