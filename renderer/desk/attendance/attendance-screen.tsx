import { Screen, ScreenHead } from '../parts/screen.tsx'
import { Empty } from '../parts/telling.tsx'

export const AttendanceScreen = () => (
  <Screen title="Pointage">
    <ScreenHead title="Pointage" />
    <Empty title="Cet écran n’est pas encore construit">Il vient avec la prochaine version.</Empty>
  </Screen>
)
