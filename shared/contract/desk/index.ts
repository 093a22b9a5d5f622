import { activities } from './activities.ts'
import { registrations } from './registrations.ts'
import { settings } from './settings.ts'
import { staff } from './staff.ts'

/** Everything the desk's core answers, by domain. */
export const contract = {
  staff,
  settings,
  activities,
  registrations,
}
export type DeskContract = typeof contract
