import { notifications } from '@mantine/notifications'
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { type ReadableItem, readingTimeMs, unreadIds } from './unread-items.ts'

/*
 * Changes that come from another workstation, the portal or the clock must not replace the item that a person is about
 * to act on. `useStableChoice` keeps the same item selected, `useFirstDefined` keeps a proposed choice, and
 * `useReadGuard` refuses a press on an item that changed too recently to have been read.
 */

/** Returns the first defined value for as long as the component is mounted, whatever later renders pass. */
export const useFirstDefined = <Value>(value: Value | undefined): Value | undefined => {
  const [first, setFirst] = useState(value)
  if (first === undefined && value !== undefined) setFirst(value)
  return first ?? value
}

export type StableChoice<Item> = {
  readonly item: Item | undefined
  readonly id: string
  /** The item's index in the list, or its last index there if the item was removed. */
  readonly index: number
  /** Somebody else's act removed the item from the list: its last version is shown, and nothing can be done with it. */
  readonly isGone: boolean
  /** Chooses an item; one that is not in the list yet is chosen when it arrives. */
  readonly choose: (id: string) => void
  readonly step: (by: 1 | -1) => void
  /** Runs an action of this person that may remove the item: the next item is then chosen. */
  readonly runOwnAction: <Result>(work: () => Promise<Result>) => Promise<Result>
}

/** The chosen item of a list: `first`, or the list's first item, until the person chooses another. */
export const useStableChoice = <Item>(
  items: readonly Item[],
  idOf: (item: Item) => string,
  first?: Item,
): StableChoice<Item> => {
  const [last, setLast] = useState<{ readonly item: Item; readonly index: number }>()
  const [wanted, setWanted] = useState('')
  const [ownActions, setOwnActions] = useState(0)
  const indexOf = (id: string) => items.findIndex((item) => idOf(item) === id)
  const wantedAt = wanted === '' ? -1 : indexOf(wanted)
  const lastAt = last ? indexOf(idOf(last.item)) : first ? items.indexOf(first) : 0
  const isGone = last !== undefined && wantedAt < 0 && lastAt < 0 && ownActions === 0
  const foundAt = wantedAt < 0 ? lastAt : wantedAt
  const lastIndex = last?.index ?? 0
  const index = foundAt >= 0 ? foundAt : isGone ? lastIndex : Math.min(lastIndex, items.length - 1)
  const item = isGone ? last.item : items[index]
  if (item !== last?.item || (item && index !== last?.index)) setLast(item && { item, index })
  if (wantedAt >= 0) setWanted('')
  const runOwnAction = async <Result>(work: () => Promise<Result>) => {
    setOwnActions((count) => count + 1)
    try {
      return await work()
    } finally {
      // Wait until the refreshed list is rendered.
      setTimeout(() => setOwnActions((count) => count - 1))
    }
  }
  const step = (by: 1 | -1) => {
    const next = items[isGone && by > 0 ? index : index + by]
    if (next) setWanted(idOf(next))
  }
  return { item, id: item ? idOf(item) : '', index, isGone, choose: setWanted, step, runOwnAction }
}

/**
 * Runs an action on an item only if the item has been shown unchanged for `readingTimeMs`; otherwise a notice says that
 * nothing was done.
 * @param subject what the list is about, such as a day: when the person changes it, the new list counts as read
 */
export const useReadGuard = (subject: string, shown: readonly ReadableItem[]) => {
  const seen = useRef({ subject, shown })
  const since = useRef(new Map<ReadableItem['id'], number>())
  const acted = useRef(new Set<ReadableItem['id']>())
  useLayoutEffect(() => {
    const previous = seen.current
    const isSame = previous.shown.length === shown.length && unreadIds(previous.shown, shown).length === 0
    if (previous.subject === subject && isSame) return
    seen.current = { subject, shown }
    if (previous.subject !== subject) return since.current.clear()
    for (const id of unreadIds(previous.shown, shown, acted.current)) since.current.set(id, performance.now())
    acted.current.clear()
  })
  return useCallback((id: ReadableItem['id'], act: () => void) => {
    const at = since.current.get(id)
    if (at !== undefined && performance.now() - at < readingTimeMs) return notifyUnread()
    acted.current.add(id)
    act()
  }, [])
}

/**
 * The same as `useReadGuard` for one action on a whole proposal, such as « Copier 12 périodes ».
 * @param choices the person's own choices: a proposal that changes with them counts as read
 * @param proposal undefined while it loads
 */
export const useProposalReadGuard = (choices: string, proposal: unknown) => {
  const version = useMemo(() => JSON.stringify(proposal) ?? '', [proposal])
  const ifRead = useReadGuard(`${choices} ${proposal !== undefined}`, [{ id: 'whole', version }])
  return useCallback((act: () => void) => ifRead('whole', act), [ifRead])
}

const notifyUnread = () => {
  const id = 'unread'
  notifications.hide(id)
  notifications.show({
    id,
    color: 'yellow',
    message: 'Ce qui est à l’écran vient de changer\u00a0: rien n’est fait. Relisez, puis appuyez de nouveau.',
    autoClose: 4000,
  })
}
