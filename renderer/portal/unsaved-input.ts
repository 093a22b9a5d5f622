import { useEffect, useState } from 'react'
import { keepInTab, readInTab } from '../parts/tab-storage.ts'

/**
 * State of a form that survives leaving the page and logging in again: stored in the tab (sessionStorage) for the
 * account that typed it. Never used for a password or health information.
 */
export const useTyped = <Typed>(about: string, atFirst: Typed) => {
  const place = `${prefix}${about}`
  const [value, setValue] = useState(() => (readInTab(place) ?? atFirst) as Typed)
  useEffect(() => {
    shown.add(place)
    return () => void shown.delete(place)
  }, [place])
  const set = (next: Typed) => {
    setValue(next)
    keepInTab(place, JSON.stringify(next) === JSON.stringify(atFirst) ? null : next)
  }
  return { value, set, forget: () => set(atFirst) }
}

/** Whether a form on this page has stored input, which will still be there after a new login. */
export const isTypedKept = (): boolean => [...shown].some((place) => readInTab(place) !== null)

export const forgetTyped = (): void => {
  for (const place of places()) keepInTab(place, null)
}

/** Discards the input that another account typed in this tab. */
export const typedBy = (email: string): void => {
  if (readInTab(author) === email) return
  forgetTyped()
  keepInTab(author, email)
}

const prefix = 'typed '
const author = 'typedBy'
const shown = new Set<string>()

const places = (): string[] => {
  try {
    return Object.keys(sessionStorage).filter((key) => key.startsWith(prefix))
  } catch {
    return []
  }
}
