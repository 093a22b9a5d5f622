import type { Child } from '../../../shared/contract/desk/people/families.ts'
import { ageOn, type Day } from '../../../shared/rules/calendar/day.ts'
import { bornWord } from '../../../shared/rules/people/names.ts'
import { ageText, longDate } from '../../../shared/rules/text/french.ts'

/** « 4 ans · née le 14 mars 2022 · MS, école Jacques-Prévert » */
export const childLine = ({ birthDay, sex, schooling }: Child, today: Day): string =>
  [
    ageText(ageOn(birthDay, today)),
    `${bornWord[sex]} le ${longDate(birthDay)}`,
    ...(schooling ? [schoolLine(schooling)] : []),
  ]
    .filter((text) => text !== '')
    .join(' · ')

export const schoolLine = ({
  level,
  className,
  school,
}: {
  level: string
  className: string
  school: string
}): string =>
  [className.startsWith(level) ? className : [level, className].filter(Boolean).join(' '), school]
    .filter((text) => text !== '')
    .join(', ')

export const initials = (firstName: string, lastName: string): string => `${firstName.charAt(0)}${lastName.charAt(0)}`
