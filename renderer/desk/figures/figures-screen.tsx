import { Screen } from '../parts/screen.tsx'
import { CafTab } from './caf-tab.tsx'
import './figures.css'

/** « Chiffres »: what the CAF, the council and the mayor ask. */
export const FiguresScreen = () => (
  <Screen title="Chiffres">
    <CafTab />
  </Screen>
)
