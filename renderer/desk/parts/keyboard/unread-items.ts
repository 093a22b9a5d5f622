/** Milliseconds that a person needs to notice that an item has changed. */
export const readingTime = 500

/** An item that can be acted on. `version` changes with what a person must read before acting. */
export type Shown = { readonly id: string | number; readonly version: string }

/** Ids of the items that are new, have moved, or have another version after a change. */
export const unreadAfter = (
  before: readonly Shown[],
  after: readonly Shown[],
  /** Items that the person acted on: their changes are expected. */
  acted: ReadonlySet<Shown['id']> = new Set(),
): Shown['id'][] =>
  after.flatMap(({ id, version }, index) => {
    const then = before[index]
    return then?.id === id && (then.version === version || acted.has(id)) ? [] : [id]
  })
