import { type RefObject, useEffect } from 'react'

const focusableRows = 'tr[tabindex="0"], td[tabindex="0"], [role="gridcell"][tabindex="0"]'
const focusableControls = 'a[href], button:not(:disabled, [tabindex="-1"])'

/** Ancestors of an element, nearest first: the focus can move to one of them if the element is removed. */
export const ancestorsOf = (element: Element): HTMLElement[] => {
  const around: HTMLElement[] = []
  for (let place = element.parentElement; place; place = place.parentElement) around.push(place)
  return around
}

/** Moves the focus to a row, cell, link or button near a removed element, else to the top of the screen. */
export const focusNearest = (places: readonly HTMLElement[]): void => {
  const [nearest] = places.flatMap((place) => {
    if (!place.isConnected || place.querySelector('h1')) return []
    return place.querySelector<HTMLElement>(focusableRows) ?? place.querySelector<HTMLElement>(focusableControls) ?? []
  })
  const goal = nearest ?? document.getElementById('contenu')
  goal?.focus()
}

/** Moves the focus nearby when an action, here or on another workstation, removes the element that has it. */
export const useFocusRecovery = (area: RefObject<HTMLElement | null>): void =>
  useEffect(() => {
    const watched = area.current
    if (!watched) return undefined
    let last: readonly HTMLElement[] = []
    const onFocusIn = ({ target }: FocusEvent) => {
      last = target instanceof HTMLElement ? [target, ...ancestorsOf(target)] : []
    }
    // A removed element fires `focusout` too: the person moved the focus only if the element is still connected later.
    const onFocusOut = () =>
      queueMicrotask(() => {
        if (last[0]?.isConnected && document.activeElement !== last[0]) last = []
      })
    const observer = new MutationObserver(() => {
      const [gone, ...places] = last
      if (!gone || gone.isConnected || document.activeElement !== document.body) return
      last = []
      focusNearest(places)
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
