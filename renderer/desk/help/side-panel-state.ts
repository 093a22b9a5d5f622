import { create } from 'zustand'
import { useDialogHosts } from '../parts/forms/dialog-hosts.ts'
import type { TopicId } from './topics.ts'

/**
 * Content of the side panel: the help page of the screen (null `topic`), a named help page, or the guided first day.
 */
type Beside = { readonly what: 'help'; readonly topic: TopicId | null } | { readonly what: 'firstDay' }

export const useBeside = create<{ beside: Beside | null }>()(() => ({ beside: null }))

export const showHelp = (topic: TopicId | null = null): void => show({ what: 'help', topic })
export const showFirstDay = (): void => show({ what: 'firstDay' })

/** The element that gets the focus back when the panel closes. */
let before: Element | null = null

const show = (beside: Beside): void => {
  if (useBeside.getState().beside === null) before = document.activeElement
  useBeside.setState({ beside })
}

export const closeBeside = (): void => {
  useBeside.setState({ beside: null })
  if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
  else document.getElementById('contenu')?.focus()
}

let typing: Element | null = null

/** Shows the help next to the topmost dialog, if one is open. */
export const showOver = (): void => {
  typing = document.activeElement
  useDialogHosts.setState(({ hosts }) => ({ occupied: hosts.at(-1) ?? null }))
}

export const closeOver = (): void => {
  useDialogHosts.setState({ occupied: null })
  if (typing instanceof HTMLElement && typing.isConnected) typing.focus({ preventScroll: true })
}
