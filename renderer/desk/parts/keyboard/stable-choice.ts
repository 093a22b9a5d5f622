import { notifications } from '@mantine/notifications'
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { readingTime, type Shown, unreadAfter } from './unread-items.ts'

/*
 * Changes that come from another post, the portal or the clock must not replace the item that a person is about to act
 * on. `useHeld` keeps the chosen item in its place, `useFirst` keeps a proposed choice, and `useUnread` refuses a press
 * on an item that changed too recently to have been read.
 */

/** Keeps the first defined value while the component is mounted, though later renders compute another one. */
export const useFirst = <Value>(value: Value | undefined): Value | undefined => {
  const [first, setFirst] = useState(value)
  if (first === undefined && value !== undefined) setFirst(value)
  return first ?? value
}

export type Held<Item> = {
  readonly item: Item | undefined
  readonly id: string
  /** The item's index in the list, or the one that it had before it left. */
  readonly index: number
  /** The item left the list by another's act: it is still shown as last known, and cannot be acted on. */
  readonly isGone: boolean
  /** Chooses an item; one that is not in the list yet is chosen when it arrives. */
  readonly choose: (id: string) => void
  readonly step: (by: 1 | -1) => void
  /** Runs this person's own act, which may remove the item: the next one is then chosen. */
  readonly movingOn: <Result>(work: () => Promise<Result>) => Promise<Result>
}

/** The chosen item of a list: `first`, or the list's first one, until the person chooses another. */
export const useHeld = <Item>(items: readonly Item[], idOf: (item: Item) => string, first?: Item): Held<Item> => {
  const [held, setHeld] = useState<{ readonly item: Item; readonly index: number }>()
  const [wanted, setWanted] = useState('')
  const [ownActs, setOwnActs] = useState(0)
  const placeOf = (id: string) => items.findIndex((item) => idOf(item) === id)
  const wantedAt = wanted === '' ? -1 : placeOf(wanted)
  const heldAt = held ? placeOf(idOf(held.item)) : first ? items.indexOf(first) : 0
  const isGone = held !== undefined && wantedAt < 0 && heldAt < 0 && ownActs === 0
  const foundAt = wantedAt < 0 ? heldAt : wantedAt
  const lastIndex = held?.index ?? 0
  const index = foundAt >= 0 ? foundAt : isGone ? lastIndex : Math.min(lastIndex, items.length - 1)
  const item = isGone ? held.item : items[index]
  if (item !== held?.item || (item && index !== held?.index)) setHeld(item && { item, index })
  if (wantedAt >= 0) setWanted('')
  const movingOn = async <Result>(work: () => Promise<Result>) => {
    setOwnActs((count) => count + 1)
    try {
      return await work()
    } finally {
      // Wait until the refreshed list is rendered.
      setTimeout(() => setOwnActs((count) => count - 1))
    }
  }
  const step = (by: 1 | -1) => {
    const next = items[isGone && by > 0 ? index : index + by]
    if (next) setWanted(idOf(next))
  }
  return { item, id: item ? idOf(item) : '', index, isGone, choose: setWanted, step, movingOn }
}

/**
 * Runs an act on an item only when it has been shown unchanged for `readingTime`; before, a notice says that nothing was
 * done.
 * @param subject what the list is about, such as a day: when the person changes it, the new list counts as read
 */
export const useUnread = (subject: string, shown: readonly Shown[]) => {
  const seen = useRef({ subject, shown })
  const since = useRef(new Map<Shown['id'], number>())
  const acted = useRef(new Set<Shown['id']>())
  useLayoutEffect(() => {
    const before = seen.current
    const isSame = before.shown.length === shown.length && unreadAfter(before.shown, shown).length === 0
    if (before.subject === subject && isSame) return
    seen.current = { subject, shown }
    if (before.subject !== subject) return since.current.clear()
    for (const id of unreadAfter(before.shown, shown, acted.current)) since.current.set(id, performance.now())
    acted.current.clear()
  })
  return useCallback((id: Shown['id'], act: () => void) => {
    const at = since.current.get(id)
    if (at !== undefined && performance.now() - at < readingTime) return tellUnread()
    acted.current.add(id)
    act()
  }, [])
}

/**
 * The same as `useUnread` for one act on a whole proposal, such as « Copier 12 périodes ».
 * @param own the person's own choices: a proposal that changes with them counts as read
 * @param proposal undefined while it loads
 */
export const useUnreadWhole = (own: string, proposal: unknown) => {
  const version = useMemo(() => JSON.stringify(proposal) ?? '', [proposal])
  const ifRead = useUnread(`${own} ${proposal !== undefined}`, [{ id: 'whole', version }])
  return useCallback((act: () => void) => ifRead('whole', act), [ifRead])
}

const tellUnread = () => {
  const id = 'unread'
  notifications.hide(id)
  notifications.show({
    id,
    color: 'yellow',
    message: 'Ce qui est à l’écran vient de changer\u00a0: rien n’est fait. Relisez, puis appuyez de nouveau.',
    autoClose: 4000,
  })
}
