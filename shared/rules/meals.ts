import type { AttendanceMark } from './attendance.ts'

/** A child of the sheet at a meal. */
export type MealGuest = {
  readonly expected: boolean
  readonly mark: AttendanceMark | null
  /** Empty when it eats as the others do, or when whoever asks may not know. */
  readonly diet: string
  readonly hasPai: boolean
}

export type MealCount = {
  readonly meals: number
  /** Of these, by diet as it is written in the health record, the most frequent first. */
  readonly diets: readonly (readonly [diet: string, meals: number])[]
  readonly withPai: number
}

/** What the kitchen serves: everyone expected and not yet known to be absent, and who came without a booking. */
export const mealsToServe = (guests: readonly MealGuest[]): MealCount => {
  const served = guests.filter(({ expected, mark }) => mark === 'present' || (expected && mark === null))
  const diets = new Map<string, number>()
  for (const { diet } of served) {
    const name = diet.trim().toLocaleLowerCase('fr')
    if (name !== '') diets.set(name, (diets.get(name) ?? 0) + 1)
  }
  return {
    meals: served.length,
    diets: [...diets].toSorted(
      ([one, many], [other, fewer]) => fewer - many || Number(one > other) - Number(one < other),
    ),
    withPai: served.filter(({ hasPai }) => hasPai).length,
  }
}
