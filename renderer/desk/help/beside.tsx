import { useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect } from 'react'
import { createPortal } from 'react-dom'
import { useDialogHosts } from '../parts/forms/dialog-hosts.ts'
import { isDialogOpen, useShortcut } from '../parts/keyboard/shortcuts.ts'
import './help.css'
import { closeBeside, closeOver, showHelp, showOver, useBeside } from './showing.ts'
import { topicAt } from './topics.ts'

// Read by those who ask for it: the desk opens without its pages.
const HelpPanel = lazy(async () => ({ default: (await import('./help-panel.tsx')).HelpPanel }))
const HelpBesideDialog = lazy(async () => ({ default: (await import('./help-panel.tsx')).HelpBesideDialog }))
const FirstDayPanel = lazy(async () => ({ default: (await import('./first-day-panel.tsx')).FirstDayPanel }))

/** What stands beside the work, and F1, which opens and closes the help. */
export const Beside = ({ isDemo }: { isDemo: boolean }) => {
  const beside = useBeside((state) => state.beside)
  const here = useRouterState({ select: ({ location }) => topicAt(location.pathname, location.search) })
  const over = useDialogHosts(({ occupied }) => occupied)
  useShortcut(
    'F1',
    'aide de cet écran',
    () => {
      if (isDialogOpen()) {
        if (over) closeOver()
        else showOver()
      } else if (beside?.what === 'help') closeBeside()
      else showHelp()
    },
    { where: 'desk' },
  )
  useEffect(() => {
    if (!over) return undefined
    // In the panel the key is the panel's, which empties its search first.
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && event.target instanceof Node && !over.contains(event.target)) closeOver()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [over])
  // Another screen, its own page.
  useEffect(() => {
    const { beside: now } = useBeside.getState()
    if (now?.what === 'help' && now.topic !== null && now.topic !== here)
      useBeside.setState({ beside: { what: 'help', topic: null } })
  }, [here])
  return (
    <Suspense>
      {beside?.what === 'help' ? <HelpPanel topic={beside.topic} here={here} /> : null}
      {over ? createPortal(<HelpBesideDialog here={here} onClose={closeOver} />, over) : null}
      {beside?.what === 'firstDay' && isDemo ? <FirstDayPanel /> : null}
    </Suspense>
  )
}
