import { ageOn, type Day } from '../calendar/day.ts'
import { shortDay } from '../text/french.ts'

/** No activity of a youth service takes anyone older: a birth year mistyped. */
const oldestChild = 25

/** Why no child of the service was born that day; null when one may be. */
export const whyNotBorn = (birth: Day, on: Day): string | null => {
  if (birth > on) return `Cette date de naissance n’est pas encore passée\u00a0: ${shortDay(birth)}.`
  const { years } = ageOn(birth, on)
  return years > oldestChild ? `Cet enfant aurait ${years}\u00a0ans\u00a0: vérifiez sa date de naissance.` : null
}
