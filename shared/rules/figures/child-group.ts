import { ageOn, type Day } from '../calendar/day.ts'
import { folded } from '../people/names.ts'

/** The age groups of the declaration to the CAF, in whole years on the day of presence. */
export const ageGroups = ['under6', 'from6', 'from12'] as const
export type AgeGroup = (typeof ageGroups)[number]

export const ageGroupNames: Readonly<Record<AgeGroup, string>> = {
  under6: 'moins de 6\u00a0ans',
  from6: '6-11\u00a0ans',
  from12: '12-17\u00a0ans',
}

/** Null when the declaration has no such age: an adult, or a birth date after the day. */
export const ageGroupOf = (birth: Day, on: Day): AgeGroup | null => {
  if (on < birth) return null
  const { years } = ageOn(birth, on)
  if (years < 6) return 'under6'
  if (years < 12) return 'from6'
  return years < 18 ? 'from12' : null
}

/** The benefit schemes that the declaration distinguishes. `unknown`: the home states none. */
export const schemes = ['general', 'agricultural', 'other', 'unknown'] as const
export type Scheme = (typeof schemes)[number]

export const schemeNames: Readonly<Record<Scheme, string>> = {
  general: 'régime général',
  agricultural: 'MSA',
  other: 'autre régime',
  unknown: 'sans régime',
}

/** @param typed what staff or parents typed in « Régime » */
export const schemeOf = (typed: string): Scheme => {
  const words = folded(typed).split(/[^a-z]+/)
  if (words.every((word) => word === '')) return 'unknown'
  if (words.includes('msa') || words.some((word) => word.startsWith('agricole'))) return 'agricultural'
  return words.includes('general') || words.includes('caf') ? 'general' : 'other'
}
