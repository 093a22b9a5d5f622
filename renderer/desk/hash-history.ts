import { createHashHistory, type RouterHistory } from '@tanstack/react-router'

/**
 * The router's history. An address typed by hand is an entry that the router never numbered: it takes it for the first
 * one, and whoever stays on what they type is sent nowhere, or the page is loaded again. Numbered as the next one, it is
 * left and taken back as any other.
 */
export const hashHistory = (): RouterHistory => {
  let last = 0
  // Before the router listens too.
  window.addEventListener(
    'popstate',
    ({ state }) => {
      if (state !== null) {
        last = indexIn(state)
        return
      }
      last += 1
      const key = Math.random().toString(36).slice(2)
      // Of the browser itself: the router would take its own for a screen that it shows.
      History.prototype.replaceState.call(window.history, { __TSR_index: last, __TSR_key: key, key }, '')
    },
    { capture: true },
  )
  const history = createHashHistory()
  last = indexIn(history.location.state)
  history.subscribe(({ location }) => {
    last = indexIn(location.state)
  })
  return history
}

const indexIn = (state: object): number => Number(Reflect.get(state, '__TSR_index'))
