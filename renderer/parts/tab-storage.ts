/*
 * JSON values in sessionStorage, which lasts as long as the tab. A browser may refuse storage, or its quota may be
 * full: then a form keeps its input only as long as its page is open.
 */

/** Null for a value that was not stored, or cannot be read. */
export const readFromTab = (key: string): unknown => {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? 'null')
  } catch {
    return null
  }
}

/** @param value a JSON value; null removes the stored one */
export const storeInTab = (key: string, value: unknown): void => {
  try {
    if (value === null) sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, JSON.stringify(value))
  } catch {
    return
  }
}
