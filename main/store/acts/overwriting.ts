import type { RecordedTable } from '../../../shared/record/tables.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import type { Connection } from '../connection.ts'

/** Data that a screen's request carries besides its input. */
export type Call = {
  /**
   * Idempotency key: a request repeated with the same key is not done twice. The first `formKeyLength` characters
   * identify the form.
   */
  readonly key?: string
  /** Id of the last audit row that the author's screen had read; without a basis, newer changes are overwritten. */
  readonly basis?: number
}

/** All calls of one form have the same first characters in their keys: a form's own changes are never a conflict. */
const formKeyLength = 16

/** A field that two people changed, with both values. */
type Clash = { readonly field: string; readonly theirs: unknown; readonly yours: unknown }

/** An act would overwrite a field that another person changed after the act's author had read it. */
export class Overwriting extends Error {
  readonly entity: string
  readonly id: number
  readonly by: string
  readonly at: Instant
  /** The present last audit row: the basis for the next try, once the author has seen the other person's change. */
  readonly revision: number
  /** Null when the author wanted to delete the record. */
  readonly clashes: readonly Clash[] | null
  constructor(found: Omit<Overwriting, keyof Error>) {
    super(`${found.entity} ${found.id} was changed by ${found.by}`)
    this.entity = found.entity
    this.id = found.id
    this.by = found.by
    this.at = found.at
    this.revision = found.revision
    this.clashes = found.clashes
  }
}

/**
 * Tables whose rows people edit in forms: only these are protected from overwriting. Bookings, attendance marks and
 * payments are separate facts with conflict rules of their own.
 */
const isTyped: Readonly<Record<string, boolean>> = {
  organisation: true,
  facility: true,
  school: true,
  catchment: true,
  staff_member: true,
  portal_settings: true,
  family: true,
  family_address: true,
  family_quotient: true,
  price_category: true,
  guardian: true,
  custom_field: true,
  custom_value: true,
  note: true,
  family_guardian: true,
  child: true,
  schooling: true,
  custody_rule: true,
  guardian_bond: true,
  consent_question: true,
  consent_text: true,
  pickup_contact: true,
  activity_type: true,
  activity: true,
  slot: true,
  activity_group: true,
  sublist: true,
  required_paper: true,
  hours_rule: true,
  hours_declaration: false,
  former_figure: true,
  free_list: true,
  saved_audience: true,
  // A version of a template is identified by its number (`desk/templates`), and never changes.
  template: true,
  template_version: false,
  letter: false,
  paper_fact: true,
  campaign: true,
  period: true,
  registration: true,
  registration_group: true,
  registration_sublist: true,
  tariff: true,
  tariff_version: true,
  free_line_kind: true,
  third_party: true,
  aid: true,
  site: true,
  regie: true,
  regie_holder: true,
  health_delegate: true,
  debit_settings: true,
  activity_tariff: true,
  notice: true,
  retention: true,
  // Sealed: a trace in the audit lists only the names of the changed fields.
  health_record: true,
  consent_answer: false,
  confirmation: false,
  site_opening: false,
  quotient_consent: false,
  family_child: false,
  reservation: false,
  attendance: false,
  photo: false,
  invoice_run: false,
  tariff_revision: false,
  price_book: false,
  billed_span: false,
  free_line: false,
  give_up: false,
  kept_price: false,
  final_span: false,
  repricing: false,
  payer_part: false,
  invoice: false,
  payment: false,
  allocation: false,
  debt_decision: false,
  refund: false,
  reminder: false,
  recovery_note: false,
  payment_plan: false,
  outstanding_statement: false,
  outstanding_file: false,
  treasury_payment: false,
  online_check: false,
  deposit_slip: false,
  deposit_slip_line: false,
  till_closing: false,
  mandate: false,
  debit_collection: false,
  debit: false,
  debit_part: false,
  year_plan: false,
  year_part: false,
  account_request: false,
  debit_file: false,
  remittance: false,
  closing: false,
  mail_settings: true,
  mail: false,
  sms_settings: true,
  sending: false,
  message_choice: false,
  stopped_address: false,
  bank_account: false,
  bank_statement: false,
  bank_line: false,
  bank_match: false,
  opening: false,
  picture: false,
  school_holiday: false,
  staffing: false,
  custody_day: false,
  reservation_move: false,
  opening_balance: false,
  import_profile: false,
  dismissed_double: false,
  portal_ask: false,
  proposal: false,
  conversation: false,
  message: false,
  sign_up: false,
  invoice_line: false,
  erasure: false,
  portal_account: false,
  asked_paper: false,
  received_paper: false,
} satisfies Record<RecordedTable, boolean>

/**
 * Tables with rows that are only made when somebody first types a value: two people may have seen the same empty form
 * before one of them made the row.
 */
const isMadeByTyping: ReadonlySet<string> = new Set<RecordedTable>(['guardian_bond', 'custom_value'])

type Change = {
  readonly id: number
  readonly operation: 'insert' | 'update' | 'updateMany' | 'consult'
  readonly before: string | null
  readonly after: string | null
  readonly by: string
  readonly at: Instant
}

/** SQL conditions on the audit rows that may conflict with a change, a deletion, and a change of sealed content. */
const rowUpdates = `operation in ('update', 'updateMany')`
const rowInsertsAndUpdates = `operation in ('insert', 'update', 'updateMany')`
const traces = `operation = 'consult' and after ->> '$.changed' is not null`

/**
 * @param after the fields about to be written; null when the row is to be deleted
 * @param isTraced the fields are sealed: traces list which were changed
 * @throws Overwriting when another form wrote one of the fields after `call.basis`
 */
export const refuseOverwriting = (
  { statement }: Connection,
  { key = '', basis }: Call,
  actId: number,
  entity: string,
  id: number,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>> | null,
  isTraced = false,
): void => {
  if (basis === undefined || !isTyped[entity]) return
  const looksAtInserts = after === null || isMadeByTyping.has(entity)
  const since = statement(
    `select audit.id, operation, before, after, actor_name as "by", coalesce(closed_at, started_at) as at
    from audit join act on act.id = audit.act_id
    where entity = ? and entity_id is ? and audit.id > ? and ${isTraced ? traces : looksAtInserts ? rowInsertsAndUpdates : rowUpdates}
      and state <> 'takenBack' and act.id <> ? and coalesce(substr(call_key, 1, ?), '') <> ?
    order by audit.id desc`,
  )
  const form = key.slice(0, formKeyLength) || 'none'
  const changes = [id, null].flatMap((one) => since.all(entity, one, basis, actId, formKeyLength, form) as Change[])
  const touching = changes.flatMap((change) => {
    const fields = fieldsOf(change, id)
    return fields.length > 0 && (after === null || fields.some((field) => field in after)) ? [{ change, fields }] : []
  })
  const [latest] = touching.toSorted((one, other) => other.change.id - one.change.id)
  if (!latest) return
  const changed = new Set(touching.flatMap(({ fields }) => fields))
  const revision = statement('select max(id) from audit').pluck().get() as number
  const { by, at } = latest.change
  const clashes =
    after &&
    Object.entries(after).flatMap(([field, yours]) =>
      changed.has(field) ? [{ field, theirs: before[field] ?? null, yours }] : [],
    )
  throw new Overwriting({ entity, id, by, at, revision, clashes })
}

const fieldsOf = ({ operation, before, after }: Change, id: number): readonly string[] => {
  if (operation === 'consult') return (JSON.parse(after ?? '{}') as { changed: readonly string[] }).changed
  const old = JSON.parse((operation === 'insert' ? after : before) ?? '{}') as Record<string, unknown>
  if (operation !== 'updateMany') return Object.keys(old)
  const { rows } = old as { rows?: readonly (readonly [number, Record<string, unknown>])[] }
  return Object.keys(rows?.find(([row]) => row === id)?.[1] ?? {})
}
