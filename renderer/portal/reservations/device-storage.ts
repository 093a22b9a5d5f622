import type { Tick, Week } from './tick.ts'

/**
 * What this device stores between two visits: the unsent ticks and the id of a press without an answer, of each account
 * and home that used it, and the typical week of each registration.
 */
type Stored = Readonly<Record<`ticks ${string}`, readonly Tick[]>> &
  Readonly<Record<`press ${string}`, string>> &
  Readonly<Record<`week ${number}`, Week>>
type Name = keyof Stored

const storageKey = (name: Name): string => `portail ${name}`

/** A browser may refuse storage: the values then last as long as the page. */
export const store = <Of extends Name>(name: Of, value: Stored[Of]): void => {
  try {
    localStorage.setItem(storageKey(name), JSON.stringify(value))
  } catch {
    return
  }
}

export const readStored = <Of extends Name>(name: Of): Stored[Of] | undefined => {
  try {
    const text = localStorage.getItem(storageKey(name))
    return text === null ? undefined : (JSON.parse(text) as Stored[Of])
  } catch {
    return undefined
  }
}

export const removeStored = (name: Name): void => {
  try {
    localStorage.removeItem(storageKey(name))
  } catch {
    return
  }
}
