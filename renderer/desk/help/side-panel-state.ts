import { create } from 'zustand'
import { useDialogHosts } from '../parts/forms/dialog-hosts.ts'
import type { TopicId } from './topics.ts'

/**
 * Content of the side panel: the help page of the screen (null `topic`), a named help page, or the guided first day.
 */
type SidePanelContent = { readonly what: 'help'; readonly topic: TopicId | null } | { readonly what: 'firstDay' }

export const useSidePanel = create<{ beside: SidePanelContent | null }>()(() => ({ beside: null }))

export const showHelp = (topic: TopicId | null = null): void => show({ what: 'help', topic })
export const showFirstDay = (): void => show({ what: 'firstDay' })

/** The element that gets the focus back when the panel closes. */
let previousFocus: Element | null = null

const show = (beside: SidePanelContent): void => {
  if (useSidePanel.getState().beside === null) previousFocus = document.activeElement
  useSidePanel.setState({ beside })
}

export const closeSidePanel = (): void => {
  useSidePanel.setState({ beside: null })
  if (previousFocus instanceof HTMLElement && previousFocus.isConnected) previousFocus.focus({ preventScroll: true })
  else document.getElementById('contenu')?.focus()
}

let dialogFocus: Element | null = null

/** Shows the help next to the topmost dialog, if one is open. */
export const showHelpInDialog = (): void => {
  dialogFocus = document.activeElement
  useDialogHosts.setState(({ hosts }) => ({ occupied: hosts.at(-1) ?? null }))
}

export const closeHelpInDialog = (): void => {
  useDialogHosts.setState({ occupied: null })
  if (dialogFocus instanceof HTMLElement && dialogFocus.isConnected) dialogFocus.focus({ preventScroll: true })
}
