import { addDays, type Day, day } from '../../../shared/rules/calendar/day.ts'

/** What the desk, the worker and the load agree on: the n-th home of `fillOpeningTown` is all n. */
export const guardianOf = (parent: number): number => parent + 1
export const registrationOf = guardianOf
export const emailOf = (parent: number): string => `famille.${parent}@exemple.fr`
export const password = 'Marronnier-14'
export const sessionOf = (parent: number): string => `session-of-parent-${parent}`.padEnd(43, '-')
export type Ready = {
  readonly port: number
  readonly barePort: number
  /** To pair the desk with. */
  readonly code: string
}

export const bookableDays: readonly Day[] = Array.from({ length: 10 }, (_, week) =>
  addDays(day('2027-02-03'), 7 * week),
)
