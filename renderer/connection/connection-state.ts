import { create } from 'zustand'

/**
 * Whether the desk is unreachable, and whether the stream of changes is open. Screens keep their content while the desk
 * does not answer, and show a banner.
 */
export const useConnection = create<{ isLost: boolean; isHeard: boolean }>()(() => ({ isLost: false, isHeard: false }))

/** Identifies this page to the desk while its stream is open. */
export const pageId: string = crypto.randomUUID()

let cut = new AbortController()

/**
 * Aborts all pending calls on a connection that died silently, such as an unplugged cable; `retryUntilAnswered` sends
 * each again.
 */
export const cutConnection = (): void => {
  cut.abort(new DOMException('the line is dead', 'NetworkError'))
  cut = new AbortController()
}

/** A signal that aborts with the call itself or with the connection. */
export const withConnectionSignal = (signal?: AbortSignal): AbortSignal =>
  signal ? AbortSignal.any([signal, cut.signal]) : cut.signal

export const pause = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal?.addEventListener('abort', done)
  })
