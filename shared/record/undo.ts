import type { Right } from '../rules/access/roles.ts'
import { everywhereNeeded } from '../rules/access/sites.ts'
import { addDays, type Day } from '../rules/calendar/day.ts'
import { rulesOf } from './act-kinds.ts'
import { type RecordedTable, tableWords } from './tables.ts'

/** Why acts of this kind are never undone, whatever they wrote; null when they may be. */
export const whyNeverUndone = (kind: string): string | null => rulesOf(kind).neverUndone

/** The right needed to write each table, and so to undo what was written there; null when that is never undone. */
const rightByTable: Readonly<Record<string, Right | null>> = {
  family: 'families.write',
  family_address: 'families.write',
  family_quotient: 'families.write',
  quotient_consent: 'families.write',
  price_category: 'families.write',
  guardian: 'families.write',
  family_guardian: 'families.write',
  guardian_bond: 'families.write',
  paper_fact: 'dossiers',
  confirmation: 'dossiers',
  consent_question: 'consentTexts',
  consent_text: 'consentTexts',
  consent_answer: 'consents',
  child: 'families.write',
  family_child: 'families.write',
  schooling: 'families.write',
  pickup_contact: 'families.write',
  custody_rule: 'families.write',
  custody_day: 'families.write',
  custom_field: 'customFields',
  custom_value: 'families.write',
  note: 'notes',
  photo: 'families.write',
  activity_type: 'activities',
  activity: 'activities',
  slot: 'activities',
  activity_group: 'activities',
  sublist: 'activities',
  required_paper: 'activities',
  campaign: 'activities',
  hours_rule: 'activities',
  hours_declaration: null,
  former_figure: 'imports',
  free_list: 'sharedLists',
  saved_audience: 'sharedLists',
  template: 'templates',
  template_version: 'templates',
  letter: null,
  period: 'activities',
  opening: 'activities',
  staffing: 'activities',
  site: 'organisation',
  facility: 'activities',
  school: 'activities',
  catchment: 'activities',
  school_holiday: 'activities',
  registration: 'decisions',
  registration_group: 'decisions',
  registration_sublist: 'decisions',
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
  free_line_kind: 'freeLines',
  free_line: 'freeLines',
  third_party: 'aids',
  aid: 'aids',
  regie: 'organisation',
  regie_holder: 'organisation',
  health_delegate: 'health.delegates',
  opening_balance: 'invoicing',
  recovery_note: 'reminders',
  payment_plan: 'reminders',
  allocation: 'invoicing',
  online_check: 'payments',
  organisation: 'organisation',
  retention: 'organisation',
  conversation: 'messages',
  message: 'messages',
  notice: 'sendings.audience',
  portal_account: 'portal',
  portal_settings: 'portal',
  import_profile: 'imports',
  dismissed_double: 'imports',
  tariff_revision: 'tariffs.write',
  final_span: 'invoicing',
  site_opening: null,
  health_record: null,
  price_book: null,
  billed_span: null,
  give_up: null,
  kept_price: null,
  repricing: null,
  payer_part: null,
  invoice_run: null,
  payment: null,
  debt_decision: null,
  refund: null,
  reminder: null,
  outstanding_statement: null,
  outstanding_file: null,
  treasury_payment: null,
  deposit_slip: null,
  deposit_slip_line: null,
  till_closing: null,
  debit_settings: 'organisation',
  mandate: 'mandates',
  debit_collection: null,
  debit: null,
  debit_part: null,
  year_plan: 'debits',
  year_part: 'debits',
  account_request: 'mandates',
  debit_file: null,
  remittance: null,
  closing: null,
  mail_settings: null,
  mail: null,
  sms_settings: null,
  sending: null,
  message_choice: 'families.write',
  stopped_address: null,
  bank_account: 'bank',
  bank_statement: 'bank',
  bank_line: 'bank',
  bank_match: 'bank',
  picture: null,
  invoice_line: null,
  staff_member: null,
  erasure: null,
} satisfies Record<RecordedTable, Right | null>

/**
 * Tables of the whole service whose right may also be given to people of some sites: their calls, or those on rows that
 * concern all sites, require a person of all sites.
 */
const tablesOfService: ReadonlySet<string> = new Set<RecordedTable>([
  'campaign',
  'custom_field',
  'free_line_kind',
  'notice',
  'online_check',
  'portal_settings',
  'required_paper',
  'school_holiday',
  'tariff',
  'tariff_revision',
  'tariff_version',
  'third_party',
])

/** Why a person of some sites cannot undo changes in this table; null when they can. */
export const whyNotOfService = ({ sites }: { readonly sites?: readonly number[] }, table: string): string | null =>
  sites !== undefined && tablesOfService.has(table) ? everywhereNeeded : null

/** The rights needed to undo an act, from the tables it wrote; null when one of them is never undone. */
export const rightsToUndo = (kind: string, tables: readonly string[]): readonly Right[] | null => {
  const { undoneBy } = rulesOf(kind)
  if (undoneBy !== undefined) return [undoneBy]
  const rights = tables.map(rightToUndo)
  return rights.every((right) => right !== null) ? [...new Set(rights)] : null
}

/** The right needed to undo what was written in this table; null when that is never undone. */
export const rightToUndo = (table: string): Right | null => rightByTable[table] ?? null

const undoDays = 30

export const undoTooLateText = (kind: string, doneOn: Day, today: Day): string | null =>
  addDays(doneOn, undoDays) < today && !rulesOf(kind).hasNoUndoLimit
    ? `Ce geste date de plus de ${undoDays} jours\u00a0: corrigez à la main.`
    : null

const rowNames: Readonly<Record<string, { readonly row: string }>> = tableWords

/** A row of the table in a sentence, with its article. */
const rowName = (table: string): string => rowNames[table]?.row ?? 'une donnée'

/**
 * Why an act cannot be undone.
 * @param dependentTable the table of a later row that depends on the act; empty when a row changed since
 */
export const obstacleText = (table: string, dependentTable: string): string => {
  if (dependentTable === 'erasure')
    return 'Des données de ce geste ont été effacées pour de bon\u00a0: il ne s’annule plus.'
  const name = dependentTable === '' ? rowName(table) : rowName(dependentTable)
  const first = name.charAt(0).toLocaleUpperCase('fr') + name.slice(1)
  return dependentTable === ''
    ? `${first} a changé depuis\u00a0: corrigez à la main.`
    : `${first} en dépend depuis\u00a0: commencez par là.`
}
