import { useEffect, useState } from 'react'
import { readFromTab, storeInTab } from '../parts/tab-storage.ts'

/**
 * State of a form that survives leaving the page and logging in again: stored in the tab (sessionStorage) for the
 * account that typed it. Never used for a password or health information.
 */
export const useUnsavedInput = <Typed>(about: string, initial: Typed) => {
  const key = `${prefix}${about}`
  const [value, setValue] = useState(() => (readFromTab(key) ?? initial) as Typed)
  useEffect(() => {
    keysOnPage.add(key)
    return () => void keysOnPage.delete(key)
  }, [key])
  const set = (next: Typed) => {
    setValue(next)
    storeInTab(key, JSON.stringify(next) === JSON.stringify(initial) ? null : next)
  }
  return { value, set, discard: () => set(initial) }
}

/** Whether a form on this page has stored input, which will still be there after a new login. */
export const hasUnsavedInput = (): boolean => [...keysOnPage].some((key) => readFromTab(key) !== null)

export const discardUnsavedInput = (): void => {
  for (const key of storedKeys()) storeInTab(key, null)
}

/** Discards the input that another account typed in this tab. */
export const claimUnsavedInput = (email: string): void => {
  if (readFromTab(author) === email) return
  discardUnsavedInput()
  storeInTab(author, email)
}

const staying = new Set<() => void>()

/**
 * Keeps the page at the end of the session, and calls `onEnd`, while it has input that no device may store: it would be
 * lost by leaving for the login page.
 */
export const useStayAtSessionEnd = (hasInput: boolean, onEnd: () => void): void => {
  useEffect(() => {
    if (!hasInput) return
    staying.add(onEnd)
    return () => void staying.delete(onEnd)
  }, [hasInput, onEnd])
}

/** Tells the page that the session has ended. @returns whether it stays */
export const staysAtSessionEnd = (): boolean => {
  for (const onEnd of staying) onEnd()
  return staying.size > 0
}

/** Whether this account typed what is in this tab. */
export const isTypedBy = (email: string): boolean => readFromTab(author) === email

const prefix = 'typed '
const author = 'typedBy'
const keysOnPage = new Set<string>()

const storedKeys = (): string[] => {
  try {
    return Object.keys(sessionStorage).filter((key) => key.startsWith(prefix))
  } catch {
    return []
  }
}
