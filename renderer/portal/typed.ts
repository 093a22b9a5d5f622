import { useEffect, useState } from 'react'
import { keepInTab, readInTab } from '../parts/kept-in-tab.ts'

/**
 * What is typed and not recorded yet is there again when one comes back to it, after a new login too: as long as the
 * tab lives, for whoever typed it. Never a password, nor anything of health.
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

/** Whether something was typed on this page that will be there again. */
export const isTypedKept = (): boolean => [...shown].some((place) => readInTab(place) !== null)

export const forgetTyped = (): void => {
  for (const place of places()) keepInTab(place, null)
}

/** What somebody else typed in this tab before goes. */
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
