import { addMonths, type Day } from '../calendar/day.ts'
import { whyNotBirthCountry, whyNotBirthTown } from './birth-place.ts'

/** The civil status with which the fund finds a guardian who consented. */
export type CivilStatus = {
  readonly birthName: string
  readonly firstNames: string
  readonly civilSex: 'F' | 'M' | null
  readonly bornOn: Day | null
  /** INSEE codes; the town is empty abroad, or unknown. */
  readonly birthCountry: string
  readonly birthTown: string
}

/** Years from which somebody may receive benefits for a child. */
const minAge = 12

/** What is wrong with a civil status, by field; empty when nothing is. */
export const civilStatusErrors = (
  { birthName, firstNames, bornOn, ...place }: CivilStatus,
  on: Day,
): Partial<Record<keyof CivilStatus, string>> => {
  const country = whyNotBirthCountry(place.birthCountry)
  const town = whyNotBirthTown(place)
  return {
    ...(birthName.trim() === '' && { birthName: 'Notez le nom de naissance.' }),
    ...(firstNames.trim() === '' && { firstNames: 'Notez les prénoms.' }),
    ...(bornOn !== null &&
      bornOn > addMonths(on, -12 * minAge) && {
        bornOn: 'Cette date de naissance est celle d’un enfant\u00a0: notez celle de l’allocataire.',
      }),
    ...(country !== null && { birthCountry: country }),
    ...(town !== null && { birthTown: town }),
  }
}
