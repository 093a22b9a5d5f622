import { activities } from './activities.ts'
import { attendance } from './attendance.ts'
import { families } from './families.ts'
import { home } from './home.ts'
import { imports } from './import.ts'
import { invoicing } from './invoicing.ts'
import { payments } from './payments.ts'
import { prices } from './prices.ts'
import { registrations } from './registrations.ts'
import { requests } from './requests.ts'
import { reservations } from './reservations.ts'
import { settings } from './settings.ts'
import { staff } from './staff.ts'

/** Everything the desk's core answers, by domain. */
export const contract = {
  staff,
  settings,
  families,
  activities,
  registrations,
  reservations,
  attendance,
  prices,
  invoicing,
  payments,
  requests,
  home,
  imports,
}
export type DeskContract = typeof contract
