import { Component, type ReactNode } from 'react'
import { Button } from './parts/button.tsx'
import { Notice } from './parts/notice.tsx'
import { tell } from './parts/telling.tsx'
import { noNetwork } from './queries.ts'

/**
 * A newer portal was put in place while this page stood open: the scripts it names are gone. Once reloaded, the page
 * names those that are there; not again at once, or a script that never comes would reload it for ever.
 */
export const reloadWhenOutdated = (): void =>
  window.addEventListener('vite:preloadError', () => {
    const last = Number(sessionStorage.getItem(reloadedKey) ?? 0)
    if (Date.now() - last >= pauseMilliseconds) void reloadIfAnswered()
  })

/** Without a network a reload would leave nothing on screen at all. */
const reloadIfAnswered = async (): Promise<boolean> => {
  try {
    await fetch('/marque.svg', { method: 'HEAD', cache: 'no-store' })
  } catch {
    return false
  }
  sessionStorage.setItem(reloadedKey, String(Date.now()))
  window.location.reload()
  return true
}

const reloadOrTell = async (): Promise<void> => {
  if (!(await reloadIfAnswered())) tell(noNetwork, 'danger')
}

const reloadedKey = 'reloaded-at'
const pauseMilliseconds = 30_000

/** What nobody foresaw, on one page: the frame stays, and leads elsewhere. React asks for a class here. */
export class Failing extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false }

  static getDerivedStateFromError() {
    return { hasFailed: true }
  }

  override render() {
    if (!this.state.hasFailed) return this.props.children
    return (
      <Notice kind="danger" isSaid>
        <p>
          Cette page n’a pas pu s’ouvrir&nbsp;: vérifiez votre connexion à internet. Ce qui était enregistré le reste.
        </p>
        <Button kind="second" onClick={() => void reloadOrTell()}>
          Réessayer
        </Button>
      </Notice>
    )
  }
}
