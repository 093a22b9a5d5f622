import { Screen, ScreenHead } from '../parts/screen.tsx'
import { Empty } from '../parts/telling.tsx'

export const SettingsScreen = () => (
  <Screen title="Réglages">
    <ScreenHead title="Réglages" />
    <Empty title="Cet écran n’est pas encore construit">Il vient avec la prochaine version.</Empty>
  </Screen>
)
