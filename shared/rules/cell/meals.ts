import type { PaiName } from '../dossier/health.ts'
import { alphabetically } from '../people/names.ts'
import type { AttendanceMark } from './attendance.ts'
import { isComing } from './day-list.ts'

/** A child at a meal, on the day sheet. */
export type KitchenGuest = {
  readonly expected: boolean
  readonly mark: AttendanceMark | null
  /** Empty for a child without a diet, or when the reader may not know it. */
  readonly diet: string
  readonly allergies: string
  readonly paiName: PaiName
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

/** The kitchen's count of a meal: bookings, corrections of the day, and each meal counted in exactly one category. */
export type KitchenCount = {
  readonly booked: number
  /** Booked, and marked absent. */
  readonly away: number
  /** Present without a booking. */
  readonly added: number
  /** booked − away + added = plain + diets + apart. */
  readonly served: number
  readonly plain: number
  readonly diets: readonly (readonly [diet: string, meals: number])[]
  /**
   * Meals for allergies or a PAI, each named: « Arachide, sans porc », « PAI ». Such a child counts here only, whatever
   * the diet.
   */
  readonly apart: readonly string[]
}

/** The categories to name after « 16 repas dont… »: the diets, then allergies and PAI. */
export const specialMeals = ({ diets, apart }: KitchenCount): readonly (readonly [name: string, meals: number])[] => [
  ...diets,
  ...(apart.length > 0 ? [['allergie ou PAI', apart.length] as const] : []),
]

export const kitchenCount = (guests: readonly KitchenGuest[]): KitchenCount => {
  const booked = guests.filter(({ expected }) => expected).length
  const served = guests.filter(isComing)
  const isApart = ({ allergies, paiName }: KitchenGuest) => allergies.trim() !== '' || paiName !== ''
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
      .map(({ allergies, paiName, diet }) =>
        [allergies.trim(), paiName, dietName(diet)].filter((part) => part !== '').join(', '),
      )
      .toSorted(alphabetically),
  }
}
