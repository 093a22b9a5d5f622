import type { Right } from '../rules/access/roles.ts'
import { addDays, type Day } from '../rules/calendar/day.ts'
import { rulesOf } from './act-kinds.ts'
import { type RecordedTable, tableWords } from './tables.ts'

/** What a kind of act says against being taken back, whatever it wrote; null when nothing does. */
export const whyNeverUndone = (kind: string): string | null => rulesOf(kind).neverUndone

/** What it takes to write in each table, so to take back what was written there; null where nobody takes it back. */
const rightOf: Readonly<Record<string, Right | null>> = {
  family: 'families.write',
  family_address: 'families.write',
  family_quotient: 'families.write',
  guardian: 'families.write',
  family_guardian: 'families.write',
  child: 'families.write',
  family_child: 'families.write',
  schooling: 'families.write',
  pickup_contact: 'families.write',
  custody_rule: 'families.write',
  custody_day: 'families.write',
  activity_type: 'activities',
  activity: 'activities',
  slot: 'activities',
  period: 'activities',
  opening: 'activities',
  staffing: 'activities',
  facility: 'activities',
  school: 'activities',
  school_holiday: 'activities',
  registration: 'decisions',
  reservation: 'decisions',
  reservation_move: 'decisions',
  proposal: 'decisions',
  asked_paper: 'families.write',
  received_paper: 'families.write',
  portal_ask: 'decisions',
  sign_up: 'decisions',
  attendance: 'attendance',
  tariff: 'tariffs.write',
  tariff_version: 'tariffs.write',
  activity_tariff: 'tariffs.write',
  invoice: 'invoicing',
  opening_balance: 'invoicing',
  allocation: 'invoicing',
  online_check: 'payments',
  organisation: 'organisation',
  retention: 'organisation',
  conversation: 'families.write',
  message: 'families.write',
  notice: 'portal',
  portal_account: 'portal',
  portal_settings: 'portal',
  import_profile: 'imports',
  dismissed_double: 'imports',
  health_record: null,
  invoice_run: null,
  payment: null,
  deposit_slip: null,
  deposit_slip_line: null,
  till_closing: null,
  picture: null,
  invoice_line: null,
  staff_member: null,
  erasure: null,
} satisfies Record<RecordedTable, Right | null>

/** The rights it takes to take an act back, by the tables it wrote; null when one of them is never taken back. */
export const rightsToUndo = (kind: string, tables: readonly string[]): readonly Right[] | null => {
  const { undoneBy } = rulesOf(kind)
  if (undoneBy !== undefined) return [undoneBy]
  const rights = tables.map(rightToChange)
  return rights.every((right) => right !== null) ? [...new Set(rights)] : null
}

/** What it takes to change a record in place. */
export const rightToChange = (table: string): Right | null => rightOf[table] ?? null

const daysOfUndo = 30

export const whyTooOld = (kind: string, doneOn: Day, today: Day): string | null =>
  addDays(doneOn, daysOfUndo) < today && !rulesOf(kind).isAgeless
    ? `Ce geste date de plus de ${daysOfUndo} jours\u00a0: corrigez à la main.`
    : null

const rowNames: Readonly<Record<string, { readonly row: string }>> = tableWords

/** What a table's row is called in a sentence, with its article. */
const rowName = (table: string): string => rowNames[table]?.row ?? 'une donnée'

/** What stands in the way of taking an act back. @param leaning the table of what leans on it; empty when a row changed */
export const obstacleText = (table: string, leaning: string): string => {
  if (leaning === 'erasure') return 'Des données de ce geste ont été effacées pour de bon\u00a0: il ne s’annule plus.'
  const name = leaning === '' ? rowName(table) : rowName(leaning)
  const first = name.charAt(0).toLocaleUpperCase('fr') + name.slice(1)
  return leaning === ''
    ? `${first} a changé depuis\u00a0: corrigez à la main.`
    : `${first} en dépend depuis\u00a0: commencez par là.`
}
