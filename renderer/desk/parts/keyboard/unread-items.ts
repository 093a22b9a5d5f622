/** Milliseconds that a person needs to notice that an item has changed. */
export const readingTimeMs = 500

/** An item that can be acted on. `version` changes with what a person must read before acting. */
export type ReadableItem = { readonly id: string | number; readonly version: string }

/** Ids of the items that are new, have moved, or have another version after a change. */
export const unreadIds = (
  before: readonly ReadableItem[],
  after: readonly ReadableItem[],
  /** Items that the person acted on: their changes are expected. */
  acted: ReadonlySet<ReadableItem['id']> = new Set(),
): ReadableItem['id'][] =>
  after.flatMap(({ id, version }, index) => {
    const previousItem = before[index]
    return previousItem?.id === id && (previousItem.version === version || acted.has(id)) ? [] : [id]
  })
