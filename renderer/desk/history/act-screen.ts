import { useRouterState } from '@tanstack/react-router'
import { type ActScreen, actScreens } from '../../../shared/record/act-kinds.ts'

/** The current screen, by its name in the lists of last acts. */
export const useActScreen = (): ActScreen => useRouterState({ select: ({ location }) => screenOf(location.pathname) })

const screenOf = (path: string): ActScreen => {
  const first = path.split('/')[1] ?? ''
  if (first === 'import' || first === 'doublons') return 'familles'
  return actScreens.find((screen) => screen === first) ?? 'accueil'
}
