import { createHashHistory, type RouterHistory } from '@tanstack/react-router'

/**
 * The router's history, in the hash. The router numbers its entries, but not an address typed by hand, which it takes
 * for entry 0: going back when a half-filled form refuses to be left would then go nowhere or reload the page. This
 * history numbers a typed address as the next entry.
 */
export const hashHistory = (): RouterHistory => {
  let last = 0
  // Registered before the router's own listener, which reads the number.
  window.addEventListener(
    'popstate',
    ({ state }) => {
      if (state !== null) {
        last = entryIndex(state)
        return
      }
      last += 1
      const key = Math.random().toString(36).slice(2)
      // The browser's own method: the router has replaced `window.history.replaceState`, and would navigate.
      History.prototype.replaceState.call(window.history, { __TSR_index: last, __TSR_key: key, key }, '')
    },
    { capture: true },
  )
  const history = createHashHistory()
  last = entryIndex(history.location.state)
  history.subscribe(({ location }) => {
    last = entryIndex(location.state)
  })
  return history
}

const entryIndex = (state: object): number => Number(Reflect.get(state, '__TSR_index'))
