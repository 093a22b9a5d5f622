/** The items in chunks of `size`, the last one shorter, in their order. */
export const inChunks = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size))

/** Orders texts by code unit, as days, instants and ids are compared; names shown to people are ordered in French. */
export const compareTexts = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

/** For `toSorted`: by the text that `key` gives, from the smallest. */
export const ascending =
  <Item>(key: (item: Item) => string) =>
  (one: Item, other: Item): number =>
    compareTexts(key(one), key(other))

/** For `toSorted`: by the text that `key` gives, from the greatest. */
export const descending =
  <Item>(key: (item: Item) => string) =>
  (one: Item, other: Item): number =>
    compareTexts(key(other), key(one))
