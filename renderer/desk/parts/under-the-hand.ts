import { notifications } from '@mantine/notifications'
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { readingTime, type Shown, unreadAfter } from './unread.ts'

/*
 * What another post, the portal or the clock changes on screen must not change what a key or a finger is about to act on.
 * `useHeld` keeps the chosen item in its place, `useFirst` keeps a choice that was only proposed, `useUnread` refuses a
 * press on what came under the hand too short a time ago to have been read.
 */

/** The first value that is known, for as long as the part is on screen: computed anew, it would change by itself. */
export const useFirst = <Value>(value: Value | undefined): Value | undefined => {
  const [first, setFirst] = useState(value)
  if (first === undefined && value !== undefined) setFirst(value)
  return first ?? value
}

export type Held<Item> = {
  readonly item: Item | undefined
  readonly id: string
  /** Its place in the list; that which it had, once it has left it. */
  readonly index: number
  /** It left the list without this person's doing: it is still shown, as it was last known, and cannot be acted on. */
  readonly isGone: boolean
  /** An item that is not there yet is chosen as it comes. */
  readonly choose: (id: string) => void
  readonly step: (by: 1 | -1) => void
  /** Does what may take the item away: the next one then takes its place. */
  readonly movingOn: <Result>(work: () => Promise<Result>) => Promise<Result>
}

/** The item of a list that is worked on: the first one, or that which is wanted, until the person chooses another. */
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
      // Once the list that was read anew is on screen.
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
 * Acts on what is listed once it has been in its place for `readingTime`; pressed sooner, nothing is done, which is said.
 * @param subject what the list is about, such as a day or a filter: another one is the person's own choice, read as it comes
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
 * The same for an act on everything that is proposed, such as « Copier 12 périodes », which may change as lists do.
 * @param own what the person chose of it
 * @param proposal undefined until it was read
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
