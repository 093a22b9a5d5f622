import type { RecordedTable, TraceName } from '../../../shared/record/tables.ts'
import type { Store } from '../store.ts'

const bookedCell = `child.first_name || ' ' || child.last_name || ', ' ||
    substr(day, 9) || '/' || substr(day, 6, 2) || '/' || substr(day, 1, 4) || ', ' || slot.name
  from reservation join slot on slot.id = slot_id join registration on registration.id = registration_id
    join child on child.id = child_id`

/** SQL: the prefix of a régie with its hyphen, in the form of `numberIn`; empty for the first régie. */
const prefixed = (prefix: string): string => `iif(coalesce(${prefix}, '') = '', '', ${prefix} || '-')`

const photoNameSql = `select coalesce(child.first_name, guardian.first_name || ' ' || guardian.last_name, pickup_contact.name) from photo
    left join child on child.id = photo.child_id left join guardian on guardian.id = guardian_id
    left join pickup_contact on pickup_contact.id = pickup_contact_id where photo.id = ?`

const nameQueries: Readonly<Record<string, string | null>> = {
  child: `select first_name || ' ' || last_name from child where id = ?`,
  guardian: `select first_name || ' ' || last_name from guardian where id = ?`,
  family: `select name from family where id = ?`,
  period: 'select name from period where id = ?',
  activity: 'select name from activity where id = ?',
  slot: 'select name from slot where id = ?',
  site: 'select name from site where id = ?',
  activity_group: 'select name from activity_group where id = ?',
  sublist: 'select name from sublist where id = ?',
  required_paper: 'select name from required_paper where id = ?',
  hours_rule: 'select name from activity join hours_rule on activity_id = activity.id where hours_rule.id = ?',
  free_list: 'select name from free_list where id = ?',
  saved_audience: 'select name from saved_audience where id = ?',
  template: 'select name from template where id = ?',
  template_version: `select name || ', version ' || version from template_version
    join template on template.id = template_id where template_version.id = ?`,
  letter: `select family.name || ', ' || subject from letter join family on family.id = family_id where letter.id = ?`,
  former_figure: `select activity || ', ' || substr(month, 6) || '/' || substr(month, 1, 4) from former_figure where id = ?`,
  hours_declaration: `select 'du ' || from_day || ' au ' || to_day from hours_declaration where id = ?`,
  paper_fact: `select required_paper.name || ', ' || coalesce(child.first_name, family.name) from paper_fact
    join required_paper on required_paper.id = required_id left join child on child.id = child_id
    left join family on family.id = family_id where paper_fact.id = ?`,
  confirmation: `select family.name || coalesce(', ' || child.first_name, '') from confirmation
    join family on family.id = family_id left join child on child.id = child_id where confirmation.id = ?`,
  campaign: `select year || '/' || (year + 1) from campaign where id = ?`,
  facility: 'select name from facility where id = ?',
  activity_type: 'select name from activity_type where id = ?',
  school: 'select name from school where id = ?',
  catchment: 'select street from catchment where id = ?',
  tariff: 'select name from tariff where id = ?',
  staff_member: 'select name from staff_member where id = ?',
  registration: `select child.first_name || ', ' || period.name from registration
    join child on child.id = child_id join period on period.id = period_id where registration.id = ?`,
  registration_group: `select child.first_name || ', ' || period.name from registration_group
    join registration on registration.id = registration_id join child on child.id = child_id
    join period on period.id = period_id where registration_group.id = ?`,
  registration_sublist: `select child.first_name || ', ' || sublist.name from registration_sublist
    join registration on registration.id = registration_id join child on child.id = child_id
    join sublist on sublist.id = sublist_id where registration_sublist.id = ?`,
  reservation: `select ${bookedCell} where reservation.id = ?`,
  reservation_move: `select ${bookedCell} join reservation_move on reservation_id = reservation.id
    where reservation_move.id = ?`,
  attendance: `select ${bookedCell} join attendance on reservation_id = reservation.id where attendance.id = ?`,
  opening: `select substr(day, 9) || '/' || substr(day, 6, 2) || '/' || substr(day, 1, 4) || ', ' || slot.name
    from opening join slot on slot.id = slot_id where opening.id = ?`,
  schooling: 'select child.first_name from schooling join child on child.id = child_id where schooling.id = ?',
  guardian_bond: `select guardian.first_name || ' ' || guardian.last_name || ', pour ' || child.first_name
    from guardian_bond join guardian on guardian.id = guardian_id join child on child.id = child_id
    where guardian_bond.id = ?`,
  consent_question: 'select title from consent_question where id = ?',
  consent_text: `select title || ', version ' || version from consent_text
    join consent_question question on question.id = question_id where consent_text.id = ?`,
  consent_answer: `select question.title || ', pour ' || child.first_name from consent_answer
    join consent_text on consent_text.id = consent_text_id join consent_question question on question.id = question_id
    join child on child.id = child_id where consent_answer.id = ?`,
  pickup_contact: `select pickup_contact.name || ', pour ' || child.first_name from pickup_contact
    join child on child.id = child_id where pickup_contact.id = ?`,
  custom_field: 'select label from custom_field where id = ?',
  custom_value: `select label from custom_value own join custom_field on custom_field.id = field_id where own.id = ?`,
  note: `select coalesce(family.name, child.first_name || ' ' || child.last_name) from note
    left join family on family.id = family_id left join child on child.id = child_id where note.id = ?`,
  photo: photoNameSql,
  photo_consultation: photoNameSql,
  invoice_run: 'select label from invoice_run where id = ?',
  invoice: `select ${prefixed('substr(series, 1, length(series) - 1)')} || printf(case substr(series, -1)
      when 'A' then '%d-A%05d' when 'T' then 'T%d-%06d' else '%d-%06d' end, year, number)
    from invoice where id = ? and number is not null`,
  free_line_kind: 'select label from free_line_kind where id = ?',
  free_line: 'select label from free_line where id = ?',
  third_party: 'select name from third_party where id = ?',
  aid: 'select label from aid where id = ?',
  regie: `select name from regie where id = ? and name <> ''`,
  payment: `select ${prefixed('prefix')} || printf('Q%d-%06d', receipt_year, receipt_number)
    from payment join regie on regie.id = regie_id where payment.id = ?`,
  deposit_slip: `select ${prefixed('prefix')} || printf('B%d-%06d', year, number)
    from deposit_slip slip join regie on regie.id = regie_id where slip.id = ?`,
  opening_balance: `select iif(reference = '', '', 'n° ' || reference || ', ') || substr(on_day, 9) || '/' || substr(on_day, 6, 2) || '/' || substr(on_day, 1, 4)
    from opening_balance where id = ?`,
  health_record: `select first_name from child where id = ?`,
  health_consultation: `select first_name from child where id = ?`,
  // Rows without a name of their own: they belong to another record, or no screen shows them.
  site_opening: 'select family.name from site_opening opened join family on family.id = family_id where opened.id = ?',
  family_child: null,
  family_guardian: null,
  family_address: null,
  family_quotient: null,
  quotient_consent: null,
  quotient_consultation: `select name from family where id = ?`,
  price_category: 'select category from price_category where id = ?',
  allocation: null,
  debt_decision: 'select number from debt_decision where id = ?',
  refund: null,
  reminder: `select ${prefixed('substr(series, 1, length(series) - 1)')} || printf('R%d-%06d', year, number)
    from reminder where id = ?`,
  recovery_note: null,
  payment_plan: null,
  outstanding_statement: `select ${prefixed('substr(series, 1, length(series) - 1)')} || printf('E%d-%06d', year, number)
    from outstanding_statement where id = ?`,
  outstanding_file: null,
  treasury_payment: null,
  online_check: null,
  deposit_slip_line: null,
  till_closing: null,
  debit_settings: null,
  mandate: 'select reference from mandate where id = ?',
  mandate_consultation: 'select reference from mandate where id = ?',
  debit_file_consultation: 'select file_name from debit_collection where id = ?',
  debit_collection: `select substr(collect_on, 9) || '/' || substr(collect_on, 6, 2) || '/' || substr(collect_on, 1, 4)
    from debit_collection where id = ?`,
  debit: `select coalesce(family.name, third_party.name) from debit join mandate on mandate.id = mandate_id
    left join family on family.id = mandate.family_id left join third_party on third_party.id = mandate.third_party_id
    where debit.id = ?`,
  debit_part: null,
  year_plan: null,
  year_part: null,
  account_request: null,
  debit_file: null,
  remittance: null,
  closing: null,
  mail_settings: null,
  mail: 'select name from mail where id = ?',
  sms_settings: null,
  sending: 'select subject from sending where id = ?',
  message_choice: `select first_name || ' ' || last_name from message_choice join guardian on guardian.id = guardian_id
    where message_choice.id = ?`,
  stopped_address: null,
  bank_account: null,
  bank_statement: 'select file_name from bank_statement where id = ?',
  bank_line: 'select label from bank_line where id = ?',
  bank_match: null,
  tariff_version: null,
  tariff_revision: null,
  price_book: null,
  activity_tariff: null,
  billed_span: null,
  give_up: null,
  kept_price: null,
  final_span: null,
  repricing: null,
  payer_part: null,
  regie_holder: null,
  health_delegate: null,
  organisation: null,
  picture: null,
  custody_rule: null,
  school_holiday: null,
  staffing: null,
  custody_day: null,
  import_profile: null,
  dismissed_double: null,
  portal_ask: null,
  proposal: null,
  conversation: null,
  message: null,
  notice: null,
  sign_up: null,
  invoice_line: null,
  retention: null,
  erasure: null,
  portal_account: null,
  portal_settings: null,
  asked_paper: null,
  received_paper: null,
  paper_consultation: null,
  list_export: null,
  family_export: null,
  act: null,
} satisfies Record<RecordedTable | TraceName, string | null>

/** The name by which staff know a row; null for a deleted row, and for tables whose rows have no name. */
export const rowName = (store: Store, table: string, id: number): string | null => {
  const query = nameQueries[table] ?? null
  return query === null ? null : ((store.statement(query).pluck().get(id) as string | undefined) ?? null)
}
