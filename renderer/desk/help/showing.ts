import { create } from 'zustand'
import { useDialogHosts } from '../parts/forms/dialog-hosts.ts'
import type { TopicId } from './topics.ts'

/** What stands beside the work: the help of the screen, or of a page that was asked by its name; or the first day. */
type Beside = { readonly what: 'help'; readonly topic: TopicId | null } | { readonly what: 'firstDay' }

export const useBeside = create<{ beside: Beside | null }>()(() => ({ beside: null }))

export const showHelp = (topic: TopicId | null = null): void => show({ what: 'help', topic })
export const showFirstDay = (): void => show({ what: 'firstDay' })

/** Where the focus goes back once the panel is closed. */
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

/** The help beside the dialog that is on top, where there is one. */
export const showOver = (): void => {
  typing = document.activeElement
  useDialogHosts.setState(({ hosts }) => ({ occupied: hosts.at(-1) ?? null }))
}

export const closeOver = (): void => {
  useDialogHosts.setState({ occupied: null })
  if (typing instanceof HTMLElement && typing.isConnected) typing.focus({ preventScroll: true })
}
