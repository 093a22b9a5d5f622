/** What one side speaks: the versions of the exchange, and the kinds of entries and documents it knows what to do with. */
export type Speech = { readonly versions: readonly number[]; readonly kinds: readonly string[] }

export const exchangeVersions: readonly number[] = [1]

/** The newest version that both speak; null when they cannot speak at all. */
export const commonVersion = (one: readonly number[], other: readonly number[]): number | null => {
  const common = one.filter((version) => other.includes(version))
  return common.length > 0 ? Math.max(...common) : null
}

/** What one side may send that the other will keep without understanding. Said to staff: « portail à mettre à jour ». */
export const unknownTo = (other: Speech, mine: Speech): string[] =>
  mine.kinds.filter((kind) => !other.kinds.includes(kind))
