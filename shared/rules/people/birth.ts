import { ageOn, type Day } from '../calendar/day.ts'
import { shortDay } from '../text/french.ts'

/** Years. No activity of a youth service accepts anyone older: the birth year is probably mistyped. */
const maxChildAge = 25

/** Why this cannot be the birth date of a child of the service; null when it can. */
export const whyNotBorn = (birth: Day, on: Day): string | null => {
  if (birth > on) return `Cette date de naissance n’est pas encore passée\u00a0: ${shortDay(birth)}.`
  const { years } = ageOn(birth, on)
  return years > maxChildAge ? `Cet enfant aurait ${years}\u00a0ans\u00a0: vérifiez sa date de naissance.` : null
}
