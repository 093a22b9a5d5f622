import { create } from 'zustand'

/** The elements of open dialogs in which a side panel can be rendered, in the order the dialogs were opened. */
export const useDialogHosts = create<{
  readonly hosts: readonly HTMLElement[]
  /** The host in which a panel is shown: Escape closes the panel before the dialog. */
  readonly occupied: HTMLElement | null
}>()(() => ({ hosts: [], occupied: null }))

/** A `ref` that registers an element of a dialog as host, so that Tab reaches the panel from within the dialog. */
export const dialogHostRef = (host: HTMLElement | null) => {
  if (!host) return undefined
  useDialogHosts.setState(({ hosts }) => ({ hosts: [...hosts, host] }))
  return () =>
    useDialogHosts.setState(({ hosts, occupied }) => ({
      hosts: hosts.filter((other) => other !== host),
      occupied: occupied === host ? null : occupied,
    }))
}
