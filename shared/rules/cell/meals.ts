import { alphabetically } from '../people/names.ts'
import type { AttendanceMark } from './attendance.ts'
import { isComing } from './day-list.ts'

/** A child of the sheet at a meal. */
export type KitchenGuest = {
  readonly expected: boolean
  readonly mark: AttendanceMark | null
  /** Empty when it eats as the others do, or when whoever asks may not know. */
  readonly diet: string
  readonly allergies: string
  readonly hasPai: boolean
}

const dietsOf = (served: readonly Pick<KitchenGuest, 'diet'>[]): [diet: string, meals: number][] => {
  const diets = new Map<string, number>()
  for (const { diet } of served) {
    const name = dietName(diet)
    if (name !== '') diets.set(name, (diets.get(name) ?? 0) + 1)
  }
  return [...diets].toSorted(([one, many], [other, fewer]) => fewer - many || Number(one > other) - Number(one < other))
}

const dietName = (diet: string): string => diet.trim().toLocaleLowerCase('fr')

/** A meal as the kitchen counts it: what was booked, what the day corrected, and each meal under one head only. */
export type KitchenCount = {
  readonly booked: number
  /** Booked, and known by now to be absent. */
  readonly away: number
  /** Come without a booking. */
  readonly added: number
  /** booked − away + added = plain + diets + apart. */
  readonly served: number
  readonly plain: number
  readonly diets: readonly (readonly [diet: string, meals: number])[]
  /** Allergies and PAI, served by name: « Arachide, sans porc », « PAI ». Each is one meal, whatever its diet. */
  readonly apart: readonly string[]
}

/** Each head with its meals, for who is read « 16 repas dont… »: the diets, then what is served apart. */
export const specialMeals = ({ diets, apart }: KitchenCount): readonly (readonly [name: string, meals: number])[] => [
  ...diets,
  ...(apart.length > 0 ? [['allergie ou PAI', apart.length] as const] : []),
]

export const kitchenCount = (guests: readonly KitchenGuest[]): KitchenCount => {
  const booked = guests.filter(({ expected }) => expected).length
  const served = guests.filter(isComing)
  const isApart = ({ allergies, hasPai }: KitchenGuest) => allergies.trim() !== '' || hasPai
  const others = served.filter((guest) => !isApart(guest))
  const apart = served.filter(isApart)
  return {
    booked,
    away: guests.filter((guest) => guest.expected && !isComing(guest)).length,
    added: served.filter(({ expected }) => !expected).length,
    served: served.length,
    plain: others.filter(({ diet }) => dietName(diet) === '').length,
    diets: dietsOf(others),
    apart: apart
      .map(({ allergies, hasPai, diet }) =>
        [allergies.trim(), hasPai ? 'PAI' : '', dietName(diet)].filter((part) => part !== '').join(', '),
      )
      .toSorted(alphabetically),
  }
}
