import { useEffect, useLayoutEffect, useRef } from 'react'
import { create } from 'zustand'

type Shortcut = {
  /** `e`, `?`, `mod+k` (Ctrl, ⌘ on a Mac), `shift+ArrowRight`, `Escape`. */
  readonly combo: string
  /** Text on the help sheet, such as « encaisser un règlement ». */
  readonly label: string
  readonly where?: 'desk' | 'screen'
}

/** Shortcuts that are active now, for the help sheet. */
export const useShortcuts = create<{ shortcuts: readonly Shortcut[] }>()(() => ({ shortcuts: [] }))

/**
 * A shortcut that works while its component is mounted, and is listed on the help sheet. While a person types in a
 * field, letters and Ctrl Z go to the field; while a dialog is open, every key but function keys goes to the dialog.
 * Mantine's useHotkeys keeps no list of what is active and knows nothing of open dialogs.
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
  // A layout effect: the key works as soon as the component is visible.
  useLayoutEffect(() => {
    if (!enabled) return undefined
    const shortcut: Shortcut = { combo, label, where }
    useShortcuts.setState(({ shortcuts }) => ({ shortcuts: [...shortcuts, shortcut] }))
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || !isPressed(combo, event) || isForDialogOrField(combo, event)) return
      event.preventDefault()
      // A repeated Ctrl chord, held down, would also act on the following items.
      if (!event.repeat || !combo.startsWith('mod+')) latest.current()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => {
      document.removeEventListener('keydown', onKeyDown)
      useShortcuts.setState(({ shortcuts }) => ({ shortcuts: shortcuts.filter((other) => other !== shortcut) }))
    }
  }, [combo, label, where, enabled])
}

/** Lists keys on the help sheet that a component handles itself, such as the grid's. */
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
  // A symbol such as « ? » needs Shift on some keyboards and not on others.
  const isSymbol = key.length === 1 && !/[a-z0-9 ]/i.test(key)
  if (!isSymbol && event.shiftKey !== parts.includes('shift')) return false
  return event.key.toLowerCase() === key.toLowerCase()
}

/** Whether a modal dialog is open, which then receives every letter, wherever the focus is. */
export const isDialogOpen = (): boolean => document.querySelector('[role="dialog"][aria-modal="true"]') !== null

const isForDialogOrField = (combo: string, event: KeyboardEvent): boolean => {
  const isFunction = /^F\d+$/.test(combo)
  if (isDialogOpen()) return !isFunction
  const typing =
    event.target instanceof HTMLElement &&
    event.target.matches('input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable="true"]')
  return typing && (combo === 'mod+z' || !(combo.includes('mod') || isFunction))
}
