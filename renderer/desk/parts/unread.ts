/** Milliseconds that a person needs to see that something else is now under the hand. */
export const readingTime = 500

/** Something that can be acted on, and what is read of it: where this changes, it is read again. */
export type Shown = { readonly id: string | number; readonly version: string }

/** What is under the hand after a change and was not before: it came, stands elsewhere, or says something else. */
export const unreadAfter = (
  before: readonly Shown[],
  after: readonly Shown[],
  /** The person acted on these: what changed of them was meant to. */
  acted: ReadonlySet<Shown['id']> = new Set(),
): Shown['id'][] =>
  after.flatMap(({ id, version }, index) => {
    const then = before[index]
    return then?.id === id && (then.version === version || acted.has(id)) ? [] : [id]
  })
