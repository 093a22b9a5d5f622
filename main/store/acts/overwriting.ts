import type { RecordedTable } from '../../../shared/record/tables.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import type { Connection } from '../connection.ts'

/** What a call carries along with what it asks. */
export type Call = {
  /** Under which it comes again when its answer was lost. What its first `formSigns` say is the form it comes from. */
  readonly key?: string
  /** The last row of the trail that its author's screen had read; absent, what is there is overwritten. */
  readonly basis?: number
}

/** The calls of one form begin alike: what it wrote itself never stands in its way. */
const formSigns = 16

/** What two people left in one field. */
type Clash = { readonly field: string; readonly theirs: unknown; readonly yours: unknown }

/** Somebody changed, since the author of an act had read it, what this act would overwrite. */
export class Overwriting extends Error {
  readonly entity: string
  readonly id: number
  readonly by: string
  readonly at: Instant
  /** The trail as it is now: whoever has been shown what changed goes on from here. */
  readonly revision: number
  /** Null where the record was to be taken away. */
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
 * Whether a table holds what people type on forms, and so asks who changed it since. Bookings, marks and payments are
 * facts beside each other, and have rules of their own.
 */
const isTyped: Readonly<Record<string, boolean>> = {
  organisation: true,
  facility: true,
  school: true,
  staff_member: true,
  portal_settings: true,
  family: true,
  family_address: true,
  family_quotient: true,
  guardian: true,
  family_guardian: true,
  child: true,
  schooling: true,
  custody_rule: true,
  pickup_contact: true,
  activity_type: true,
  activity: true,
  slot: true,
  period: true,
  registration: true,
  tariff: true,
  tariff_version: true,
  activity_tariff: true,
  notice: true,
  retention: true,
  // Sealed: only the names of the fields that changed are told, by a trace.
  health_record: true,
  family_child: false,
  reservation: false,
  attendance: false,
  invoice_run: false,
  invoice: false,
  payment: false,
  allocation: false,
  online_check: false,
  deposit_slip: false,
  deposit_slip_line: false,
  till_closing: false,
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

type Change = {
  readonly id: number
  readonly operation: 'insert' | 'update' | 'updateMany' | 'consult'
  readonly before: string | null
  readonly after: string | null
  readonly by: string
  readonly at: Instant
}

/** What may stand in the way of a change: others of the row, or of what a row holds sealed and its traces tell of. */
const ofRow = `operation in ('update', 'updateMany')`
/** What was not there when it was read is not taken away unseen either. */
const ofRowOrItsMaking = `operation in ('insert', 'update', 'updateMany')`
const ofTrace = `operation = 'consult' and after ->> '$.changed' is not null`

/**
 * @param after the fields about to be written; null to take the row away
 * @param isTraced its fields lie sealed: traces tell which were changed
 * @throws Overwriting when another wrote one of them after `call.basis`
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
  const since = statement(
    `select audit.id, operation, before, after, actor_name as "by", coalesce(closed_at, started_at) as at
    from audit join act on act.id = audit.act_id
    where entity = ? and entity_id is ? and audit.id > ? and ${isTraced ? ofTrace : after === null ? ofRowOrItsMaking : ofRow}
      and state <> 'takenBack' and act.id <> ? and coalesce(substr(call_key, 1, ?), '') <> ?
    order by audit.id desc`,
  )
  const form = key.slice(0, formSigns) || 'none'
  const changes = [id, null].flatMap((one) => since.all(entity, one, basis, actId, formSigns, form) as Change[])
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
