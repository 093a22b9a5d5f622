import { Screen, ScreenHead } from '../parts/screen.tsx'
import { Empty } from '../parts/telling.tsx'

export const RegistrationsScreen = () => (
  <Screen title="Inscriptions">
    <ScreenHead title="Inscriptions" />
    <Empty title="Cet écran n’est pas encore construit">Il vient avec la prochaine version.</Empty>
  </Screen>
)
