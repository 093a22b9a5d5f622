import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { ActivitiesTab } from '../activities/activities-tab.tsx'
import { ConsentTextsTab } from '../consents/consent-texts-tab.tsx'
import { RequiredTab } from '../dossiers/required-tab.tsx'
import { DelegatesTab } from '../emergency/delegates-tab.tsx'
import { FieldsTab } from '../fields/fields-tab.tsx'
import { FreeLineKindsTab } from '../free-lines/free-line-kinds-tab.tsx'
import { MailServerTab } from '../mails/server-tab.tsx'
import { SmsTab } from '../mails/sms-tab.tsx'
import { Screen, ScreenBody, ScreenHead } from '../parts/screen.tsx'
import { PeriodScreen } from '../periods/period-screen.tsx'
import { ProtectionTab } from '../protection/protection-tab.tsx'
import { RegiesTab } from '../regies/regies-tab.tsx'
import { useMay } from '../staff/may.ts'
import { TemplatesTab } from '../templates/templates-tab.tsx'
import { AuditTab } from './audit-tab.tsx'
import { BackupsTab } from './backups-tab.tsx'
import { CheckTab } from './check-tab.tsx'
import { OrganisationTab } from './organisation-tab.tsx'
import { PlacesTab } from './places-tab.tsx'
import { type SectionId, sectionGroups } from './sections.ts'
import { StaffTab } from './staff-tab.tsx'
import { WorkstationsTab } from './workstations-tab.tsx'
import './settings.css'

/** Content of each section; null for sections that are screens of their own. */
const sectionContents: Readonly<Record<SectionId, (() => ReactNode) | null>> = {
  activites: () => <ActivitiesTab />,
  tarifs: null,
  annee: null,
  autorisations: () => <ConsentTextsTab />,
  pieces: () => <RequiredTab />,
  lieux: () => <PlacesTab />,
  structure: () => <OrganisationTab />,
  regies: () => <RegiesTab />,
  modeles: () => <TemplatesTab />,
  champs: () => <FieldsTab />,
  lignes: () => <FreeLineKindsTab />,
  agents: () => <StaffTab />,
  delegues: () => <DelegatesTab />,
  courriels: () => <MailServerTab />,
  sms: () => <SmsTab />,
  postes: () => <WorkstationsTab />,
  sauvegardes: () => <BackupsTab />,
  controle: () => <CheckTab />,
  protection: () => <ProtectionTab />,
  journal: () => <AuditTab />,
}

export const SettingsScreen = () => {
  const { onglet, periode, activite } = useSearch({ from: '/desk/reglages' })
  const navigate = useNavigate()
  const may = useMay()
  const groups = sectionGroups
    .map(({ title, sections }) => ({ title, sections: sections.filter(({ needs }) => may(needs)) }))
    .filter(({ sections }) => sections.length > 0)
  const here = groups.flatMap(({ sections }) => sections).filter(({ id }) => sectionContents[id] !== null)
  const current = here.find(({ id }) => id === onglet) ?? here[0]
  const shown = current && sectionContents[current.id]?.()
  if (periode !== undefined) return <PeriodScreen key={periode} periodId={periode} activityId={activite} />
  return (
    <Screen title={current ? `${current.title}, réglages` : 'Réglages'}>
      <ScreenHead title="Réglages" />
      <div className="settings">
        <nav className="settings-sections" aria-label="Réglages">
          {groups.map(({ title, sections }) => (
            <div key={title} role="group" aria-label={title}>
              <h2 aria-hidden="true">{title}</h2>
              {sections.map((section) => (
                <button
                  key={section.id}
                  type="button"
                  aria-current={section.id === current?.id ? 'page' : undefined}
                  onClick={() =>
                    void navigate(
                      'path' in section ? { to: section.path } : { to: '/reglages', search: { onglet: section.id } },
                    )
                  }
                >
                  {section.title}
                </button>
              ))}
            </div>
          ))}
        </nav>
        <div className="settings-section">
          {current && 'fillsScreen' in current ? shown : <ScreenBody>{shown}</ScreenBody>}
        </div>
      </div>
    </Screen>
  )
}
