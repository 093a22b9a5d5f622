import { setImmediate } from 'node:timers/promises'
import type { RecordedTable } from '../../../shared/record/tables.ts'
import type { EmergencyReason } from '../../../shared/rules/access/emergency.ts'
import { addDays, type Day, type Instant, instantOf, timeOfDay, today } from '../../../shared/rules/calendar/day.ts'
import { kindsKeptToTheirEnd } from '../../../shared/rules/dossier/required-paper.ts'
import {
  departedAgentName,
  type RetentionKind,
  retentionKinds,
  retentionRules,
} from '../../../shared/rules/people/retention.ts'
import { erasure, retention } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'

export type ErasureRow = typeof erasure.$inferSelect

export const retentionMonths = ({ db }: Store): Readonly<Record<RetentionKind, number>> => {
  const chosen = new Map(
    db
      .select()
      .from(retention)
      .all()
      .map(({ kind, months }) => [kind, months]),
  )
  return Object.fromEntries(
    retentionKinds.map((kind) => [kind, chosen.get(kind) ?? retentionRules[kind].defaultMonths]),
  ) as Record<RetentionKind, number>
}

export const erasures = ({ db }: Store): readonly ErasureRow[] => db.select().from(erasure).all()

export const unfinishedErasures = (store: Store): readonly ErasureRow[] =>
  erasures(store).filter(({ doneAt }) => doneAt === null)

/** When the record of a family or child was created; null when it does not exist. */
export const recordMadeAt = (store: Store, subject: 'family' | 'child', id: number): Instant | null =>
  (store
    .statement(`select act.started_at from ${subject} row join act on act.id = row.act_id where row.id = ?`)
    .pluck()
    .get(id) as Instant | undefined) ?? null

/** SQL condition on `row` and on `made`, the act that created it: the row is not erased. */
const notErased = (subject: 'family' | 'child') =>
  `made.state = 'closed' and not exists (select 1 from erasure where subject = '${subject}' and subject_id = row.id
    and erasure.made_at = made.started_at)`

export type DueRow = {
  readonly id: number
  readonly name: string
  /** The day from which the retention period runs. */
  readonly since: Day
}

/** The instant at which a day begins, to compare with columns of instants. */
const startOfDay = (day: Day): Instant => instantOf(day, timeOfDay('00:00'))

const idsPerRange = 1000

/**
 * Yields a table's due rows one range of ids at a time: reading a whole town's table at once would block other calls.
 */
function* inRanges<Row>(
  store: Store,
  table: string,
  text: string,
  before: Day | Instant,
): Generator<Row[], void, void> {
  const last = (store.statement(`select max(id) from ${table}`).pluck().get() as number | null) ?? 0
  for (let from = 0; from < last; from += idsPerRange) {
    // Prepared anew for each range: the file may have been rewritten meanwhile.
    yield store.statement(text).all({ before, from, to: from + idsPerRange, today: today(store.clock) }) as Row[]
  }
}

/** Families due: departed, or without any registration, invoice or payment for as long. */
export const familiesDue = (store: Store, before: Day) =>
  inRanges<DueRow>(
    store,
    'family',
    `select id, name, since from (
      select row.id, row.name, coalesce(row.left_on, max(
        substr(made.started_at, 1, 10),
        coalesce((select max(end_day) from registration where family_id = row.id), ''),
        coalesce((select max(issued_on) from invoice where family_id = row.id), ''),
        coalesce((select max(received_on) from payment where family_id = row.id), ''))) since
      from family row join act made on made.id = row.act_id
      where row.id > :from and row.id <= :to and ${notErased('family')})
    where since <= :before`,
    before,
  )

/** Children due, of homes that have not departed: the children of departed homes are erased with them. */
export const childrenDue = (store: Store, before: Day) =>
  inRanges<DueRow>(
    store,
    'child',
    `select id, name, since from (
      select row.id, row.first_name || ' ' || row.last_name name, max(substr(made.started_at, 1, 10),
        coalesce((select max(end_day) from registration where child_id = row.id), '')) since
      from child row join act made on made.id = row.act_id
      where row.id > :from and row.id <= :to and ${notErased('child')}
        and (not exists (select 1 from family_child where child_id = row.id)
          or exists (select 1 from family_child link join family home on home.id = link.family_id
            where link.child_id = row.id and home.left_on is null)))
    where since <= :before`,
    before,
  )

/** SQL: the last day of use of the health record of child `row`, whose row the act `made` wrote. */
const healthUsedSql = `coalesce((select max(end_day) from registration where child_id = row.id
  and state in ('asked', 'accepted', 'ended')), substr(made.started_at, 1, 10))`

/** Children, of these or of all, whose health record was last used after one day and until another. */
export const healthUsedWithin = (
  store: Store,
  childIds: readonly number[] | null,
  { after, until }: { readonly after: Day | null; readonly until: Day },
): number[] =>
  store
    .statement(
      `select row.id from child row join health_record record on record.child_id = row.id
      join act made on made.id = row.act_id
      where (:ids is null or row.id in (select value from json_each(:ids)))
        and ${healthUsedSql} <= :until and (:after is null or ${healthUsedSql} > :after)`,
    )
    .pluck()
    .all({ ids: childIds && JSON.stringify(childIds), after, until }) as number[]

export const healthDue = (store: Store, before: Day) =>
  inRanges<DueRow>(
    store,
    'health_record',
    `select id, name, since from (
      select row.id, row.first_name || ' ' || row.last_name name,
        ${healthUsedSql} since
      from health_record record join child row on row.id = record.child_id join act made on made.id = row.act_id
      where record.id > :from and record.id <= :to)
    where since <= :before`,
    before,
  )

export const requestsDue = (store: Store, before: Day) =>
  inRanges<{ readonly id: number }>(
    store,
    'portal_ask',
    'select id from portal_ask where id > :from and id <= :to and answer is not null and recorded_at < :before',
    startOfDay(addDays(before, 1)),
  )

/** Conversations due, each erased whole, once staff have read it all. */
export const messagesDue = (store: Store, before: Day) =>
  inRanges<DueRow>(
    store,
    'conversation',
    `select talk.id, home.name || ', ' || subject name, substr(last_at, 1, 10) since
    from conversation talk join family home on home.id = talk.family_id
    where talk.id > :from and talk.id <= :to and not unread and substr(last_at, 1, 10) <= :before`,
    before,
  )

/** Mails due for erasure, whatever their state: one that has waited for so long is no longer sent automatically. */
export const mailsDue = (store: Store, before: Day) =>
  inRanges<DueRow>(
    store,
    'mail',
    `select id, name || ', ' || subject name, substr(queued_at, 1, 10) since from mail
    where id > :from and id <= :to and substr(queued_at, 1, 10) <= :before
`,
    before,
  )

/** Letters to homes, which are kept as long as mails are. */
export const lettersDue = (store: Store, before: Day) =>
  inRanges<DueRow>(
    store,
    'letter',
    `select letter.id, home.name || ', ' || subject name, made_on since from letter join family home on home.id = family_id
    where letter.id > :from and letter.id <= :to and made_on <= :before`,
    before,
  )

/** Papers due: decided long ago, or never decided and sent long ago, unless they are kept until they end. */
export const papersDue = (store: Store, before: Day) =>
  inRanges<DueRow>(
    store,
    'received_paper',
    `select paper.id, home.name, substr(coalesce(paper.decided_at, paper.recorded_at), 1, 10) since
    from received_paper paper join family home on home.id = paper.family_id
    where paper.id > :from and paper.id <= :to and substr(coalesce(paper.decided_at, paper.recorded_at), 1, 10) <= :before
      and not (paper.kind in (${kindsKeptToTheirEnd.map((kind) => `'${kind}'`).join(', ')})
        and (coalesce(paper.valid_until, '') >= :today or exists (
          select 1 from paper_fact fact where fact.paper_id = paper.id and fact.valid_until >= :today)))
      and not exists (select 1 from pickup_contact forbidden where forbidden.decision_paper_id = paper.id
        and coalesce(forbidden.decided_until, :today) >= :today)`,
    before,
  )

export const accountsDue = (store: Store, before: Day) =>
  inRanges<DueRow>(
    store,
    'portal_account',
    `select account.id, person.first_name || ' ' || person.last_name name, max(home.left_on) since
    from portal_account account join guardian person on person.id = account.guardian_id
    join family_guardian link on link.guardian_id = person.id join family home on home.id = link.family_id
    where account.id > :from and account.id <= :to
    group by account.id having sum(home.left_on is null) = 0 and max(home.left_on) <= :before`,
    before,
  )

/** Staff who received payments are not anonymised: the papers of the régie must name who took the money. */
export const staffDue = (store: Store, before: Day) =>
  inRanges<DueRow>(
    store,
    'staff_member',
    `select id, name, since from (
      select row.id, row.name, substr(coalesce(
        (select max(act.started_at) from audit indexed by audit_entity join act on act.id = audit.act_id
          where entity = 'staff_member' and entity_id = row.id and after ->> '$.active' = 0),
        row.created_at), 1, 10) since
      from staff_member row
      where row.id > :from and row.id <= :to and not row.active and row.name <> '${departedAgentName}') gone
    where since <= :before
      and not exists (select 1 from act where staff_id = gone.id and kind glob 'payments.*')`,
    before,
  )

/** Collects all rows, yielding to other calls between ranges. */
export const gatherPaced = async <Row>(parts: Iterable<Row[]>): Promise<Row[]> => {
  const found: Row[] = []
  for (const part of parts) {
    found.push(...part)
    await setImmediate()
  }
  return found
}

/**
 * Whether a table is about people: its old audit rows are erased. Those of settings, openings and accounting remain.
 */
const isOfPeople = {
  family: true,
  family_address: true,
  family_quotient: true,
  quotient_consent: true,
  site_opening: true,
  price_category: true,
  guardian: true,
  family_guardian: true,
  child: true,
  family_child: true,
  schooling: true,
  custody_rule: true,
  custody_day: true,
  guardian_bond: true,
  paper_fact: true,
  confirmation: true,
  consent_answer: true,
  pickup_contact: true,
  conversation: true,
  message: true,
  portal_account: true,
  portal_ask: true,
  proposal: true,
  asked_paper: true,
  received_paper: true,
  sign_up: true,
  registration: true,
  registration_group: true,
  registration_sublist: true,
  reservation: true,
  reservation_move: true,
  attendance: true,
  aid: true,
  mandate: true,
  custom_value: true,
  note: true,
  photo: true,
  custom_field: false,
  health_record: false,
  invoice_run: false,
  tariff_revision: false,
  price_book: false,
  billed_span: false,
  free_line_kind: false,
  free_line: false,
  give_up: false,
  kept_price: false,
  final_span: false,
  repricing: false,
  payer_part: false,
  third_party: false,
  site: false,
  regie: false,
  regie_holder: false,
  health_delegate: false,
  invoice: false,
  payment: false,
  allocation: false,
  debt_decision: false,
  refund: false,
  reminder: false,
  recovery_note: true,
  payment_plan: true,
  outstanding_statement: false,
  outstanding_file: false,
  treasury_payment: false,
  online_check: false,
  deposit_slip: false,
  deposit_slip_line: false,
  till_closing: false,
  debit_settings: false,
  debit_collection: false,
  debit: false,
  debit_part: false,
  year_plan: false,
  year_part: false,
  account_request: true,
  debit_file: false,
  remittance: false,
  closing: false,
  mail_settings: false,
  mail: true,
  sms_settings: false,
  sending: false,
  message_choice: true,
  stopped_address: true,
  bank_account: false,
  bank_statement: false,
  bank_line: true,
  bank_match: false,
  tariff: false,
  tariff_version: false,
  activity_tariff: false,
  activity_type: false,
  activity: false,
  slot: false,
  activity_group: false,
  sublist: false,
  required_paper: false,
  hours_rule: false,
  hours_declaration: false,
  former_figure: false,
  free_list: false,
  saved_audience: false,
  template: false,
  template_version: false,
  letter: true,
  period: false,
  opening: false,
  organisation: false,
  facility: false,
  school: false,
  catchment: false,
  picture: false,
  school_holiday: false,
  staffing: false,
  opening_balance: false,
  consent_question: false,
  campaign: false,
  consent_text: false,
  import_profile: false,
  dismissed_double: false,
  notice: false,
  invoice_line: false,
  staff_member: false,
  retention: false,
  erasure: false,
  portal_settings: false,
} satisfies Record<RecordedTable, boolean>

export const peopleTables = (Object.keys(isOfPeople) as RecordedTable[]).filter((table) => isOfPeople[table])

const auditRowsPerRange = 5000

/** Yields ids of audit rows that still hold values, of acts after `since` up to `before`, one range at a time. */
export function* trailDue(store: Store, since: Day | null, before: Day): Generator<number[], void, void> {
  const from = since === null ? 0 : lastChangeOn(store, since)
  const to = lastChangeOn(store, before)
  for (let after = from; after < to; after += auditRowsPerRange) {
    yield store
      .statement(
        `select id from audit where id > :after and id <= :upTo and operation in ('insert', 'update', 'remove')
          and entity in (select value from json_each(:tables))
          and coalesce(before, '') <> '{"erased":true}' and coalesce(after, '') <> '{"erased":true}'`,
      )
      .pluck()
      .all({
        after,
        upTo: Math.min(to, after + auditRowsPerRange),
        tables: JSON.stringify(peopleTables),
      }) as number[]
  }
}

const lastChangeOn = (store: Store, day: Day): number =>
  (store
    .statement(
      `select max(id) from audit where act_id <= (select max(id) from act where started_at < ? and state <> 'open')`,
    )
    .pluck()
    .get(startOfDay(addDays(day, 1))) as number | null) ?? 0

/** The day up to which the newest finished erasure of this kind erased. */
export const erasedUpTo = (store: Store, subject: RetentionKind): Day | null =>
  store
    .statement('select max(before) from erasure where subject = ? and done_at is not null')
    .pluck()
    .get(subject) as Day | null

// ---- Consultations of health records and exports --------------------------------------------------------------------

type ConsultationRow = {
  readonly id: number
  readonly at: Instant
  readonly person: string
  readonly what: 'health_consultation' | 'health_record' | 'family_export' | 'mandate_consultation'
  /** Name of the child, family or third party; null once erased. */
  readonly about: string | null
  readonly familyId: number | null
  /** Why a delegate of the director opened a record in an emergency. */
  readonly emergency: EmergencyReason | null
}

/** Consultations of health records and bank accounts, and exports of families, newest first. */
export const consultations = (
  store: Store,
  { staffId, before, most }: { staffId: number | null; before: number | null; most: number },
): ConsultationRow[] =>
  store
    .statement(
      `select audit.id, act.started_at at, act.actor_name person, audit.entity what,
        case when audit.entity in ('family_export', 'mandate_consultation') then coalesce(home.name, party.name)
          else child.first_name || ' ' || child.last_name end about,
        coalesce(home.id, (select family_id from family_child where child_id = child.id order by id limit 1)) familyId,
        audit.after ->> '$.emergency' emergency
      from audit indexed by audit_entity join act on act.id = audit.act_id
      left join child on audit.entity glob 'health_*' and child.id = audit.entity_id
      left join mandate on audit.entity = 'mandate_consultation' and mandate.id = audit.entity_id
      left join third_party party on party.id = mandate.third_party_id
      left join family home
        on home.id = case audit.entity when 'family_export' then audit.entity_id else mandate.family_id end
      where audit.entity in ('health_consultation', 'health_record', 'family_export', 'mandate_consultation') and audit.operation = 'consult'
        and (:staffId is null or act.staff_id = :staffId) and (:before is null or audit.id < :before)
        and act.actor = 'staff'
      order by audit.id desc limit :most`,
    )
    .all({ staffId, before, most }) as ConsultationRow[]
