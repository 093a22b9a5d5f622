import { Component, type ReactNode } from 'react'
import { Button } from './parts/button.tsx'
import { Notice } from './parts/notice.tsx'
import { showToast } from './parts/toast.tsx'
import { noNetwork } from './queries.ts'

/**
 * Reloads a page that was open while a newer version of the portal was installed, since the scripts that the page names
 * no longer exist. Reloads at most once in 30 seconds, so that a script that never loads cannot reload the page
 * forever.
 */
export const reloadWhenOutdated = (): void =>
  window.addEventListener('vite:preloadError', () => {
    const last = Number(sessionStorage.getItem(reloadedKey) ?? 0)
    if (Date.now() - last >= pauseMilliseconds) void reloadIfOnline()
  })

/** Checks the network first: reloading without one would leave an empty screen. */
const reloadIfOnline = async (): Promise<boolean> => {
  try {
    await fetch('/marque.svg', { method: 'HEAD', cache: 'no-store' })
  } catch {
    return false
  }
  sessionStorage.setItem(reloadedKey, String(Date.now()))
  window.location.reload()
  return true
}

const reloadOrShowToast = async (): Promise<void> => {
  if (!(await reloadIfOnline())) showToast(noNetwork, 'danger')
}

const reloadedKey = 'reloaded-at'
const pauseMilliseconds = 30_000

/**
 * Error boundary of one page: shows a notice, and leaves the frame and its navigation usable. React requires a class
 * component here.
 */
export class PageErrorBoundary extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false }

  static getDerivedStateFromError() {
    return { hasFailed: true }
  }

  override render() {
    if (!this.state.hasFailed) return this.props.children
    return (
      <Notice kind="danger" isAlert>
        <p>
          Cette page n’a pas pu s’ouvrir&nbsp;: vérifiez votre connexion à internet. Ce qui était enregistré le reste.
        </p>
        <Button kind="second" onClick={() => void reloadOrShowToast()}>
          Réessayer
        </Button>
      </Notice>
    )
  }
}
