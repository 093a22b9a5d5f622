import { type Level, levels } from '../people/schooling.ts'

/** A school and a level, from which the move to the next school year is computed. */
type Class = { readonly schoolId: number | null; readonly level: string }

/** The level of the following year; null after the last level, and for a text that is not a level. */
export const nextLevel = (level: string): Level | null => {
  const at = levels.findIndex((one) => one === level)
  return at < 0 ? null : (levels[at + 1] ?? null)
}

/**
 * Levels that a school teaches together: a school with pupils in one level of a cycle teaches all its levels, even in a
 * year without pupils in some of them.
 */
const cycles = {
  nursery: ['TPS', 'PS', 'MS', 'GS'],
  elementary: ['CP', 'CE1', 'CE2', 'CM1', 'CM2'],
  collège: ['6e', '5e', '4e', '3e'],
  lycée: ['2de', '1re', 'Tle'],
} as const satisfies Record<string, readonly Level[]>
export type Cycle = keyof typeof cycles
export const cycleNames = Object.keys(cycles) as [Cycle, ...Cycle[]]

export const cycleOf = (level: string): Cycle | null =>
  cycleNames.find((cycle) => cycles[cycle].some((one) => one === level)) ?? null

/** The cycles that each school teaches, deduced from its pupils' levels. */
export const cyclesOfSchools = (pupils: readonly Class[]): ReadonlyMap<number, ReadonlySet<Cycle>> => {
  const found = new Map<number, Set<Cycle>>()
  for (const { schoolId, level } of pupils) {
    const cycle = cycleOf(level)
    if (schoolId === null || cycle === null) continue
    const known = found.get(schoolId) ?? new Set()
    found.set(schoolId, known.add(cycle))
  }
  return found
}

/**
 * The school of a class in the next year: its current school if that one teaches the next level, else the only other
 * school that does. Null when the pupils leave the town's schools, « choose » when several schools could take them.
 */
export const schoolAfter = (
  { schoolId, level }: Class,
  cyclesOf: ReadonlyMap<number, ReadonlySet<Cycle>>,
): number | null | 'choose' => {
  const next = cycleOf(nextLevel(level) ?? '')
  if (next === null || schoolId === null) return null
  if (cyclesOf.get(schoolId)?.has(next)) return schoolId
  // The town has no collège: pupils who finish primary school leave its schools.
  if (level === lastOfPrimary) return null
  const others = [...cyclesOf].flatMap(([id, taught]) => (taught.has(next) ? [id] : []))
  return others.length > 1 ? 'choose' : (others[0] ?? null)
}

const lastOfPrimary: Level = 'CM2'
