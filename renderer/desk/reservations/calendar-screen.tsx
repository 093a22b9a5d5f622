import { Screen, ScreenHead } from '../parts/screen.tsx'
import { Empty } from '../parts/telling.tsx'

export const CalendarScreen = () => (
  <Screen title="Calendrier">
    <ScreenHead title="Calendrier" />
    <Empty title="Cet écran n’est pas encore construit">Il vient avec la prochaine version.</Empty>
  </Screen>
)
