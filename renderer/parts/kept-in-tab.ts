/*
 * What is kept as long as this tab lives. A browser may refuse to keep anything, or have no room left: then a form keeps
 * what was typed as long as its page is open.
 */

/** Null for what was not kept, or cannot be read. */
export const readInTab = (place: string): unknown => {
  try {
    return JSON.parse(sessionStorage.getItem(place) ?? 'null')
  } catch {
    return null
  }
}

/** @param value what JSON can hold; null keeps nothing */
export const keepInTab = (place: string, value: unknown): void => {
  try {
    if (value === null) sessionStorage.removeItem(place)
    else sessionStorage.setItem(place, JSON.stringify(value))
  } catch {
    return
  }
}
