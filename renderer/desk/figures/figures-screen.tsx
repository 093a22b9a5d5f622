import type { ComponentType } from 'react'
import { Note } from '../parts/feedback.tsx'
import { Screen, ScreenBody, ScreenHead } from '../parts/screen.tsx'
import { useMay } from '../staff/may.ts'
import { CafTab } from './caf-tab.tsx'
import { type FiguresTabId, FiguresTabs, figuresTabs } from './figures-tabs.tsx'
import { ForecastTab } from './forecast-tab.tsx'
import { MayorTab } from './mayor-tab.tsx'
import { AttendanceTab } from './tables/attendance-tab.tsx'
import { FormerTab } from './tables/former-tab.tsx'
import { IncomeTab, UnpaidTab } from './tables/money-tabs.tsx'
import { PeopleTab } from './tables/people-tab.tsx'
import { useFiguresSearch } from './use-figures-search.ts'
import './figures.css'

const shown: Readonly<Record<FiguresTabId, ComponentType>> = {
  caf: CafTab,
  frequentation: AttendanceTab,
  familles: PeopleTab,
  recettes: IncomeTab,
  impayes: UnpaidTab,
  prevision: ForecastTab,
  reprises: FormerTab,
  maire: MayorTab,
}

/** « Chiffres »: the figures that the CAF, the council and the mayor ask for. */
export const FiguresScreen = () => {
  const {
    search: { onglet = 'caf' },
  } = useFiguresSearch()
  const may = useMay()
  const tab = figuresTabs.find(({ id }) => id === onglet)
  const title = tab && tab.id !== 'caf' ? `${tab.title}, chiffres` : 'Chiffres'
  if (tab && may(tab.right, tab.sites)) {
    const Tab = shown[tab.id]
    return (
      <Screen title={title}>
        <Tab key={tab.id} />
      </Screen>
    )
  }
  return (
    <Screen title="Chiffres">
      <ScreenHead title="Chiffres" />
      <FiguresTabs />
      <ScreenBody>
        <Note>
          {tab
            ? 'Ces chiffres demandent un autre droit que le vôtre, ou tous les sites.'
            : 'Cet onglet n’existe pas\u00a0: choisissez-en un.'}
        </Note>
      </ScreenBody>
    </Screen>
  )
}
