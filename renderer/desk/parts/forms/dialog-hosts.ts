import { create } from 'zustand'

/** Where each open dialog lets something stand beside it, the last opened last. */
export const useOpenDialogs = create<{
  readonly hosts: readonly HTMLElement[]
  /** The one beside which something stands: Escape is for that first. */
  readonly covered: HTMLElement | null
}>()(() => ({ hosts: [], covered: null }))

/** A `ref`: what is put in there is in the dialog's own turn of Tab. */
export const asHost = (host: HTMLElement | null) => {
  if (!host) return undefined
  useOpenDialogs.setState(({ hosts }) => ({ hosts: [...hosts, host] }))
  return () =>
    useOpenDialogs.setState(({ hosts, covered }) => ({
      hosts: hosts.filter((other) => other !== host),
      covered: covered === host ? null : covered,
    }))
}
