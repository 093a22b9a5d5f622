import { useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect } from 'react'
import { createPortal } from 'react-dom'
import { useDialogHosts } from '../parts/forms/dialog-hosts.ts'
import { isDialogOpen, useShortcut } from '../parts/keyboard/shortcuts.ts'
import './help.css'
import { closeHelpInDialog, closeSidePanel, showHelp, showHelpInDialog, useSidePanel } from './side-panel-state.ts'
import { topicAt } from './topics.ts'

// Loaded on demand, so that the help pages do not slow the desk's start.
const HelpPanel = lazy(async () => ({ default: (await import('./help-panel.tsx')).HelpPanel }))
const HelpBesideDialog = lazy(async () => ({ default: (await import('./help-panel.tsx')).HelpInDialog }))
const FirstDayPanel = lazy(async () => ({ default: (await import('./first-day-panel.tsx')).FirstDayPanel }))

/** The side panel next to the work, and the F1 key, which opens and closes the help. */
export const SidePanelHost = ({ isDemo }: { isDemo: boolean }) => {
  const beside = useSidePanel((state) => state.beside)
  const here = useRouterState({ select: ({ location }) => topicAt(location.pathname, location.search) })
  const over = useDialogHosts(({ occupied }) => occupied)
  useShortcut(
    'F1',
    'aide de cet écran',
    () => {
      if (isDialogOpen()) {
        if (over) closeHelpInDialog()
        else showHelpInDialog()
      } else if (beside?.what === 'help') closeSidePanel()
      else showHelp()
    },
    { where: 'desk' },
  )
  useEffect(() => {
    if (!over) return undefined
    // Inside the help panel, Escape first clears the search field: the panel handles the key itself.
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && event.target instanceof Node && !over.contains(event.target)) closeHelpInDialog()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [over])
  // When the screen changes, the help shows the new screen's page.
  useEffect(() => {
    const { beside: now } = useSidePanel.getState()
    if (now?.what === 'help' && now.topic !== null && now.topic !== here)
      useSidePanel.setState({ beside: { what: 'help', topic: null } })
  }, [here])
  return (
    <Suspense>
      {beside?.what === 'help' ? <HelpPanel topic={beside.topic} here={here} /> : null}
      {over ? createPortal(<HelpBesideDialog here={here} onClose={closeHelpInDialog} />, over) : null}
      {beside?.what === 'firstDay' && isDemo ? <FirstDayPanel /> : null}
    </Suspense>
  )
}
