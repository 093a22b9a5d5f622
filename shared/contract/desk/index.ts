import { activities } from './activities.ts'
import { attendance } from './attendance.ts'
import { doubles } from './doubles.ts'
import { exchange } from './exchange.ts'
import { families } from './families.ts'
import { history } from './history.ts'
import { home } from './home.ts'
import { imports } from './imports.ts'
import { invoicing } from './invoicing.ts'
import { messages } from './messages.ts'
import { freeLines } from './money/free-lines.ts'
import { payers } from './money/payers.ts'
import { papers } from './papers.ts'
import { payments } from './payments.ts'
import { portal } from './portal.ts'
import { prices } from './prices.ts'
import { protection } from './protection.ts'
import { quotients } from './quotients.ts'
import { regies } from './regies.ts'
import { registrations } from './registrations.ts'
import { requests } from './requests.ts'
import { reservations } from './reservations/reservations.ts'
import { settings } from './settings.ts'
import { staff } from './staff.ts'
import { statements } from './statements.ts'
import { year } from './year.ts'

/** All calls of the desk, by domain. */
export const contract = {
  staff,
  settings,
  regies,
  families,
  activities,
  registrations,
  reservations,
  attendance,
  prices,
  invoicing,
  freeLines,
  papers,
  payments,
  payers,
  statements,
  portal,
  messages,
  quotients,
  exchange,
  requests,
  home,
  imports,
  doubles,
  history,
  protection,
  year,
}
export type DeskContract = typeof contract
