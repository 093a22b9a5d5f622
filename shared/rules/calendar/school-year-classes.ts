import { type Level, levels } from '../people/schooling.ts'

/** A class at a school, as the passage to the next year reads it. */
type Class = { readonly schoolId: number | null; readonly level: string }

/** The level of the year after; null after the last one, and for what is no level. */
export const nextLevel = (level: string): Level | null => {
  const at = levels.findIndex((one) => one === level)
  return at < 0 ? null : (levels[at + 1] ?? null)
}

/** A school that has one class of them has them all, even in a year without pupils in one. */
const cycles = {
  nursery: ['TPS', 'PS', 'MS', 'GS'],
  elementary: ['CP', 'CE1', 'CE2', 'CM1', 'CM2'],
  collège: ['6e', '5e', '4e', '3e'],
  lycée: ['2de', '1re', 'Tle'],
} as const satisfies Record<string, readonly Level[]>
type Cycle = keyof typeof cycles

const cycleOf = (level: string): Cycle | null =>
  (Object.keys(cycles) as Cycle[]).find((cycle) => cycles[cycle].some((one) => one === level)) ?? null

/** What each school teaches, by its pupils: one is nursery, one elementary, one both. */
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
 * Where a class goes on: in its own school when it teaches the next level, else in the only other one that does. Null
 * when it leaves the schools of the town, « choose » when several could take it.
 */
export const schoolAfter = (
  { schoolId, level }: Class,
  cyclesOf: ReadonlyMap<number, ReadonlySet<Cycle>>,
): number | null | 'choose' => {
  const next = cycleOf(nextLevel(level) ?? '')
  if (next === null || schoolId === null) return null
  if (cyclesOf.get(schoolId)?.has(next)) return schoolId
  // The collège is not the town's: who goes there leaves its schools.
  if (level === lastOfPrimary) return null
  const others = [...cyclesOf].flatMap(([id, taught]) => (taught.has(next) ? [id] : []))
  return others.length > 1 ? 'choose' : (others[0] ?? null)
}

const lastOfPrimary: Level = 'CM2'
