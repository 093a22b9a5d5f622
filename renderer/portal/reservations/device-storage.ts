import type { Tick, Week } from './tick.ts'

/**
 * What this device stores between two visits: unsent ticks, the id of a press without an answer, and the semaine type
 * of each registration.
 */
type Kept = {
  readonly ticks: { readonly owner: string; readonly ticks: readonly Tick[] }
  readonly press: { readonly owner: string; readonly request: string }
} & Readonly<Record<`week ${number}`, Week>>
type Name = keyof Kept

const nameOf = (name: Name): string => `portail ${name}`

/** A browser may refuse storage: the values then last as long as the page. */
export const keep = <Of extends Name>(name: Of, value: Kept[Of]): void => {
  try {
    localStorage.setItem(nameOf(name), JSON.stringify(value))
  } catch {
    return
  }
}

export const kept = <Of extends Name>(name: Of): Kept[Of] | undefined => {
  try {
    const text = localStorage.getItem(nameOf(name))
    return text === null ? undefined : (JSON.parse(text) as Kept[Of])
  } catch {
    return undefined
  }
}

export const forget = (name: Name): void => {
  try {
    localStorage.removeItem(nameOf(name))
  } catch {
    return
  }
}
