import { useEffect, useState } from 'react'

/**
 * What is typed and not recorded yet is there again when one comes back to it, after a new login too: as long as the
 * tab lives, for whoever typed it. Never a password, nor anything of health.
 */
export const useTyped = <Typed>(about: string, atFirst: Typed) => {
  const place = `${prefix}${about}`
  const [value, setValue] = useState(() => (read(place) ?? atFirst) as Typed)
  useEffect(() => {
    shown.add(place)
    return () => void shown.delete(place)
  }, [place])
  const set = (next: Typed) => {
    setValue(next)
    const text = JSON.stringify(next)
    keep(place, text === JSON.stringify(atFirst) ? null : text)
  }
  return { value, set, forget: () => set(atFirst) }
}

/** Whether something was typed on this page that will be there again. */
export const isTypedKept = (): boolean => [...shown].some((place) => read(place) !== null)

export const forgetTyped = (): void => {
  for (const place of places()) keep(place, null)
}

/** What somebody else typed in this tab before goes. */
export const typedBy = (email: string): void => {
  if (read(author) === email) return
  forgetTyped()
  keep(author, JSON.stringify(email))
}

const prefix = 'typed '
const author = 'typedBy'
const shown = new Set<string>()

// A browser may refuse to keep anything: then it lasts as long as the page.

const places = (): string[] => {
  try {
    return Object.keys(sessionStorage).filter((key) => key.startsWith(prefix))
  } catch {
    return []
  }
}

const read = (place: string): unknown => {
  try {
    return JSON.parse(sessionStorage.getItem(place) ?? 'null')
  } catch {
    return null
  }
}

const keep = (place: string, text: string | null): void => {
  try {
    if (text === null) sessionStorage.removeItem(place)
    else sessionStorage.setItem(place, text)
  } catch {
    return
  }
}
