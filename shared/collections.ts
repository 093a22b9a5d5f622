/** The items in chunks of `size`, in their order; the last chunk may be shorter. */
export const inChunks = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size))

/** Compares texts by code unit, right for days, instants and ids; `alphabetically` compares names in French order. */
export const compareTexts = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

/** For `toSorted`: ascending order of the text that `key` gives. */
export const ascending =
  <Item>(key: (item: Item) => string) =>
  (one: Item, other: Item): number =>
    compareTexts(key(one), key(other))

/** For `toSorted`: descending order of the text that `key` gives. */
export const descending =
  <Item>(key: (item: Item) => string) =>
  (one: Item, other: Item): number =>
    compareTexts(key(other), key(one))

/** The named properties of a record, without the others. */
export const pick = <All extends object, Name extends keyof All>(record: All, names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, record[name]])) as Pick<All, Name>

/** `None<Exclude<A, B>>` compiles only if `B` has all names of `A`; the error lists the missing ones. */
export type None<Name extends never> = Name
