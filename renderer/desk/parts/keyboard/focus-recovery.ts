import { type RefObject, useEffect } from 'react'

const stops = 'tr[tabindex="0"], td[tabindex="0"], [role="gridcell"][tabindex="0"]'
const acts = 'a[href], button:not(:disabled, [tabindex="-1"])'

/** What `element` stands in, nearest first: where the focus may go once it is gone. */
export const placesAround = (element: Element): HTMLElement[] => {
  const around: HTMLElement[] = []
  for (let place = element.parentElement; place; place = place.parentElement) around.push(place)
  return around
}

/** To a line, a cell or an act beside what is gone; where nothing is left beside it, to the top of the screen. */
export const focusNear = (places: readonly HTMLElement[]): void => {
  const [nearest] = places.flatMap((place) => {
    if (!place.isConnected || place.querySelector('h1')) return []
    return place.querySelector<HTMLElement>(stops) ?? place.querySelector<HTMLElement>(acts) ?? []
  })
  const goal = nearest ?? document.getElementById('contenu')
  goal?.focus()
}

/** The focus is never lost with what an act took away, from here or from another post: it goes to what stands near. */
export const useKeptFocus = (area: RefObject<HTMLElement | null>): void =>
  useEffect(() => {
    const watched = area.current
    if (!watched) return undefined
    let last: readonly HTMLElement[] = []
    const onFocusIn = ({ target }: FocusEvent) => {
      last = target instanceof HTMLElement ? [target, ...placesAround(target)] : []
    }
    // What is taken away is told to have left too: only what still stands a moment later was left on purpose.
    const onFocusOut = () =>
      queueMicrotask(() => {
        if (last[0]?.isConnected && document.activeElement !== last[0]) last = []
      })
    const observer = new MutationObserver(() => {
      const [gone, ...places] = last
      if (!gone || gone.isConnected || document.activeElement !== document.body) return
      last = []
      focusNear(places)
    })
    watched.addEventListener('focusin', onFocusIn)
    watched.addEventListener('focusout', onFocusOut)
    observer.observe(watched, { childList: true, subtree: true })
    return () => {
      observer.disconnect()
      watched.removeEventListener('focusin', onFocusIn)
      watched.removeEventListener('focusout', onFocusOut)
    }
  }, [area])
