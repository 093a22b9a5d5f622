import { Screen, ScreenHead } from '../parts/screen.tsx'
import { Empty } from '../parts/telling.tsx'

export const FamiliesScreen = () => (
  <Screen title="Familles">
    <ScreenHead title="Familles" />
    <Empty title="Cet écran n’est pas encore construit">Il vient avec la prochaine version.</Empty>
  </Screen>
)
