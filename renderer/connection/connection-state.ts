import { create } from 'zustand'

/** Whether the core answers, and whether what changes is heard. Screens stay as they are while it does not, and say so. */
export const useConnection = create<{ isLost: boolean; isHeard: boolean }>()(() => ({ isLost: false, isHeard: false }))

/** This page, as the core knows it while its stream is open. */
export const pageId: string = crypto.randomUUID()

let cut = new AbortController()

/** Ends what waits for an answer on a line that is dead without a word, such as an unplugged cable; each is asked again. */
export const cutLine = (): void => {
  cut.abort(new DOMException('the line is dead', 'NetworkError'))
  cut = new AbortController()
}

/** Ends with the call itself or with the line. */
export const untilCut = (signal?: AbortSignal): AbortSignal =>
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
