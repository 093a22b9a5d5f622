import { useEffect, useLayoutEffect, useRef } from 'react'
import { create } from 'zustand'

type Shortcut = {
  /** `e`, `?`, `mod+k` (Ctrl, ⌘ on a Mac), `shift+ArrowRight`, `Escape`. */
  readonly combo: string
  /** As the help sheet says it: « encaisser un règlement ». */
  readonly label: string
  readonly where?: 'desk' | 'screen'
}

/** What each key does now, for the help sheet. */
export const useShortcuts = create<{ shortcuts: readonly Shortcut[] }>()(() => ({ shortcuts: [] }))

/**
 * A key that acts while its part is on screen and is listed on the help sheet. A plain letter is left alone while someone
 * types, and Ctrl Z, which undoes what is typed, but not F1; every key but F1 is while a dialog is open.
 */
export const useShortcut = (
  combo: string,
  label: string,
  act: () => void,
  { where = 'screen', enabled = true }: { where?: Shortcut['where']; enabled?: boolean } = {},
): void => {
  const latest = useRef(act)
  useLayoutEffect(() => {
    latest.current = act
  })
  // As soon as its part is seen: whoever knows the key does not wait for a later moment.
  useLayoutEffect(() => {
    if (!enabled) return undefined
    const shortcut: Shortcut = { combo, label, where }
    useShortcuts.setState(({ shortcuts }) => ({ shortcuts: [...shortcuts, shortcut] }))
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || !isPressed(combo, event) || isElsewhere(combo, event)) return
      event.preventDefault()
      // Held down, it would go on acting on what comes next.
      if (!event.repeat || !combo.startsWith('mod+')) latest.current()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => {
      document.removeEventListener('keydown', onKeyDown)
      useShortcuts.setState(({ shortcuts }) => ({ shortcuts: shortcuts.filter((other) => other !== shortcut) }))
    }
  }, [combo, label, where, enabled])
}

/** Keys that a part obeys by itself, such as the grid's: only listed on the help sheet. */
export const useListedKeys = (
  keys: readonly (readonly [combos: string, does: string])[],
  where: NonNullable<Shortcut['where']> = 'screen',
): void => {
  const written = JSON.stringify(keys)
  useEffect(() => {
    const listed = (JSON.parse(written) as typeof keys).map(([combo, label]): Shortcut => ({ combo, label, where }))
    useShortcuts.setState(({ shortcuts }) => ({ shortcuts: [...shortcuts, ...listed] }))
    return () =>
      useShortcuts.setState(({ shortcuts }) => ({ shortcuts: shortcuts.filter((other) => !listed.includes(other)) }))
  }, [written, where])
}

const isPressed = (combo: string, event: KeyboardEvent): boolean => {
  const parts = combo.split('+')
  const key = parts.at(-1) === 'Space' ? ' ' : (parts.at(-1) ?? '')
  const modified = event.ctrlKey || event.metaKey
  if (modified !== parts.includes('mod') || event.altKey !== parts.includes('alt')) return false
  // A sign such as « ? » takes Shift on some keyboards and not on others.
  const isSign = key.length === 1 && !/[a-z0-9 ]/i.test(key)
  if (!isSign && event.shiftKey !== parts.includes('shift')) return false
  return event.key.toLowerCase() === key.toLowerCase()
}

/** Then every letter is the dialog's, wherever the focus is. */
export const isDialogOpen = (): boolean => document.querySelector('[role="dialog"][aria-modal="true"]') !== null

const isElsewhere = (combo: string, event: KeyboardEvent): boolean => {
  const isFunction = /^F\d+$/.test(combo)
  if (isDialogOpen()) return !isFunction
  const typing =
    event.target instanceof HTMLElement &&
    event.target.matches('input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable="true"]')
  return typing && (combo === 'mod+z' || !(combo.includes('mod') || isFunction))
}
