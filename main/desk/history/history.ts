import { setImmediate } from 'node:timers/promises'
import type { LastAct, RecordAct, RecordChange, RecordKind } from '../../../shared/contract/desk/history.ts'
import { type ActKind, type ActScreen, isListedOnScreen } from '../../../shared/record/act-kinds.ts'
import { mayReadLabel } from '../../../shared/record/hearing.ts'
import { entityText } from '../../../shared/record/record-words.ts'
import type { RecordedTable, TraceName } from '../../../shared/record/tables.ts'
import { type Right, roleNeeded } from '../../../shared/rules/access/roles.ts'
import { mayHere, whyNotHere } from '../../../shared/rules/access/sites.ts'
import { addDays, instantOf, timeOfDay, today } from '../../../shared/rules/calendar/day.ts'
import { changedFields } from '../../store/acts/changed-fields.ts'
import { rowName } from '../../store/acts/row-names.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { seesValueRow } from '../fields/fields.ts'
import { seesNoteRow } from '../notes/notes.ts'
import {
  type ActRow,
  actOf,
  actsBefore,
  actsOn,
  type ChangeRow,
  changesIn,
  type RecordRows,
  rowsOfRecord,
  undoneBy,
} from './history-store.ts'
import { mayRestore } from './restoring.ts'
import { whyNotUndone } from './undoing.ts'

export { restoreValues } from './restoring.ts'
export { undoAct } from './undoing.ts'

// ---- Acts on a record

/** Right needed to read the rows of a table in a history; null for tables that no screen shows. */
const rightToRead: Readonly<Record<string, Right | null>> = {
  family: 'families.read',
  family_address: 'families.read',
  family_quotient: 'families.read',
  quotient_consent: 'families.read',
  quotient_consultation: 'families.read',
  price_category: 'families.read',
  site_opening: 'families.read',
  guardian: 'families.read',
  family_guardian: 'families.read',
  child: 'families.read',
  family_child: 'families.read',
  schooling: 'families.read',
  guardian_bond: 'families.read',
  // That a child has some of these papers reveals something about its health.
  paper_fact: 'health.read',
  confirmation: 'dossiers',
  campaign: 'activities.read',
  consent_answer: 'consents',
  consent_question: 'activities.read',
  consent_text: 'activities.read',
  pickup_contact: 'families.read',
  custody_rule: 'families.read',
  custody_day: 'families.read',
  health_record: 'families.read',
  health_consultation: 'families.read',
  custom_field: 'customFields',
  custom_value: 'families.read',
  note: 'families.read',
  photo: 'families.read',
  photo_consultation: 'families.read',
  registration: 'families.read',
  registration_group: 'families.read',
  registration_sublist: 'families.read',
  reservation: 'families.read',
  attendance: 'families.read',
  proposal: 'families.read',
  sign_up: 'families.read',
  activity_type: 'activities.read',
  activity: 'activities.read',
  slot: 'activities.read',
  activity_group: 'activities.read',
  sublist: 'activities.read',
  required_paper: 'activities.read',
  hours_rule: 'activities.read',
  hours_declaration: 'figures',
  template: 'templates',
  template_version: 'templates',
  letter: 'messages',
  former_figure: 'figures',
  // A query may name people by fields that the reader of the history may not see.
  free_list: null,
  saved_audience: null,
  period: 'activities.read',
  opening: 'activities.read',
  site: 'activities.read',
  facility: 'activities.read',
  school: 'activities.read',
  catchment: 'activities.read',
  school_holiday: 'activities.read',
  tariff: 'tariffs.read',
  tariff_version: 'tariffs.read',
  activity_tariff: 'tariffs.read',
  tariff_revision: 'tariffs.read',
  invoice: 'invoices.read',
  give_up: 'invoices.read',
  kept_price: 'invoices.read',
  final_span: 'invoices.read',
  repricing: 'invoices.read',
  free_line_kind: 'freeLines',
  free_line: 'invoices.read',
  third_party: 'aids',
  aid: 'aids',
  payer_part: 'aids',
  payment: 'invoices.read',
  allocation: 'invoices.read',
  debt_decision: 'invoices.read',
  refund: 'invoices.read',
  reminder: 'invoices.read',
  recovery_note: 'invoices.read',
  payment_plan: 'invoices.read',
  outstanding_statement: 'invoices.read',
  outstanding_file: null,
  treasury_payment: 'invoices.read',
  online_check: 'invoices.read',
  deposit_slip: 'invoices.read',
  deposit_slip_line: 'invoices.read',
  till_closing: 'invoices.read',
  debit_settings: 'regies.read',
  mandate: 'mandates',
  mandate_consultation: 'mandates',
  debit_file_consultation: 'debits',
  debit_collection: 'debits',
  debit: 'debits',
  debit_part: 'debits',
  year_plan: 'mandates',
  year_part: 'mandates',
  account_request: 'mandates',
  debit_file: 'debits',
  remittance: 'invoices.read',
  closing: 'invoices.read',
  mail_settings: 'mailServer',
  mail: 'mails',
  sms_settings: 'mailServer',
  sending: 'sendings',
  message_choice: 'families.read',
  stopped_address: 'mails',
  bank_account: 'bank',
  bank_statement: 'bank',
  bank_line: 'bank',
  bank_match: 'bank',
  opening_balance: 'invoices.read',
  staff_member: 'staff',
  organisation: 'organisation',
  regie: 'regies.read',
  regie_holder: 'regies.read',
  health_delegate: 'health.delegates',
  portal_account: 'portal',
  portal_settings: 'portal',
  import_profile: 'imports',
  dismissed_double: 'imports',
  invoice_run: null,
  price_book: null,
  billed_span: null,
  picture: null,
  staffing: null,
  reservation_move: null,
  portal_ask: null,
  conversation: null,
  message: null,
  notice: null,
  invoice_line: null,
  retention: null,
  erasure: null,
  asked_paper: null,
  received_paper: null,
  paper_consultation: null,
  list_export: 'figures',
  family_export: null,
  act: null,
} satisfies Record<RecordedTable | TraceName, Right | null>

/** Tables of which a history says only that a row was read or changed: the content of health records never appears. */
const contentHidden: ReadonlySet<string> = new Set<RecordedTable | TraceName>(['health_record', 'health_consultation'])

const actsPerPage = 20
const maxChanges = 30

export const historyOfRecord = (
  { store }: Core,
  person: Person,
  { entity, id, before = Number.MAX_SAFE_INTEGER }: { entity: RecordKind; id: number; before?: number | undefined },
): { acts: RecordAct[]; hasMore: boolean } => {
  const right = rightToRead[entity] ?? null
  const missing = right === null ? roleNeeded('audit') : whyNotHere(person, right)
  if (missing !== null) throw new Refused(missing)
  const scope = readableScope(store, person, entity, id)
  const found = actsOn(store, scope, before)
    .values()
    .filter((actId) => seesAct(store, actId))
    .take(actsPerPage + 1)
    .toArray()
  return {
    acts: found.slice(0, actsPerPage).flatMap((actId) => {
      const act = actOf(store, actId)
      return act ? [toRecordAct(store, person, act, scope)] : []
    }),
    hasMore: found.length > actsPerPage,
  }
}

const readableScope = (store: Store, person: Person, entity: RecordKind, id: number): RecordRows =>
  new Map([...rowsOfRecord(store, entity, id)].filter(([table]) => mayRead(person, table)))

/** Acts of a family's history whose label this person may read, latest first; without acts on health records. */
export const historyOfFamily = (
  { store }: Core,
  person: Person,
  { familyId, count }: { familyId: number; count: number },
): Pick<ActRow, 'actId' | 'at' | 'who' | 'label'>[] => {
  const scope = new Map(
    [...readableScope(store, person, 'family', familyId)].filter(([table]) => !contentHidden.has(table)),
  )
  return actsOn(store, scope, Number.MAX_SAFE_INTEGER)
    .values()
    .map((actId) => actOf(store, actId))
    .filter((act): act is ActRow => act !== undefined && mayReadLabel(person, act.kind) && seesAct(store, act.actId))
    .take(count)
    .map(({ actId, at, who, label }) => ({ actId, at, who, label }))
    .toArray()
}

export const changesOfOneAct = ({ store }: Core, person: Person, actId: number): RecordAct => {
  const act = actOf(store, actId)
  // An act that this person may not know of gets the same answer as one that does not exist.
  if (!act || !mayReadLabelOf(person, act) || !seesAct(store, actId)) throw new Refused('Ce geste n’existe pas.')
  return toRecordAct(store, person, act, null)
}

const isBy = (person: Person, { staffId }: ActRow): boolean => person.kind === 'staff' && staffId === person.staffId

/** Whether this person may read the label of an act. Everybody may read the labels of their own acts. */
const mayReadLabelOf = (person: Person, act: ActRow): boolean => isBy(person, act) || mayReadLabel(person, act.kind)

/**
 * The label may name anything that the act touched, so a person limited to some sites reads it only if the act touched
 * nothing else.
 */
const seesAct = ({ limits }: Store, actId: number): boolean => limits?.seesAct(actId) ?? true

const mayRead = (person: Person, table: string): boolean => {
  const right = rightToRead[table] ?? null
  return right !== null && mayHere(person, right)
}

const toRecordAct = (
  store: Store,
  person: Person,
  { actId, at, who, label }: ActRow,
  scope: RecordRows | null,
): RecordAct => {
  const changes = changesIn(store, actId, scope).filter(({ entity }) => mayRead(person, entity))
  return {
    actId,
    at,
    who,
    label,
    undone: undoneBy(store, actId) ?? null,
    changes: changes.slice(0, maxChanges).map((change) => shownChange(store, person, change)),
    more: Math.max(0, changes.length - maxChanges),
  }
}

const changeVerbs = {
  insert: 'added',
  insertMany: 'added',
  update: 'changed',
  updateMany: 'changed',
  remove: 'removed',
  consult: 'consulted',
} as const

const shownChange = (store: Store, person: Person, change: ChangeRow): RecordChange => {
  const { auditId, entity, id, operation } = change
  if (!seesContent(store, person, change))
    return { auditId, entity, id: null, what: entityText(entity), did: 'changed', fields: [], canGoBack: false }
  const name = id === null ? null : rowName(store, entity, id)
  const isSealed = contentHidden.has(entity)
  return {
    auditId,
    entity,
    id,
    what: name === null ? entityText(entity) : `${entityText(entity)}\u00a0: ${name}`,
    did: isSealed && entity === 'health_record' ? 'changed' : changeVerbs[operation],
    fields: isSealed ? [] : fieldsOf(store, person, change),
    canGoBack: mayRestore(person, change),
  }
}

/** For a custom field or a note that this person may not see, a history says only that it changed. */
const seesContent = (store: Store, person: Person, { entity, id }: ChangeRow): boolean => {
  if (entity === 'custom_value') return seesValueRow(store, person, id)
  return entity !== 'note' || seesNoteRow(store, person, id)
}

/** Amounts of a past year are for those who may read invoices, as in « Chiffres ». */
const amountsOfFormerFigure: ReadonlySet<string> = new Set(['invoicedCents', 'paidCents'])

const withoutAmounts = (values: ChangeRow['before']) =>
  values && Object.fromEntries(Object.entries(values).filter(([name]) => !amountsOfFormerFigure.has(name)))

const fieldsOf = (store: Store, person: Person, change: ChangeRow): RecordChange['fields'] => {
  const isHidden = change.entity === 'former_figure' && !mayHere(person, 'invoices.read')
  const shown = isHidden
    ? { ...change, before: withoutAmounts(change.before), after: withoutAmounts(change.after) }
    : change
  return changedFields(store, shown, change.operation === 'update' || change.operation === 'updateMany')
}

// ---- Latest acts of a screen

/** Kinds left out of the list: they have nothing to undo, or the act that they undid already shows them. */
const unlistedKinds: ReadonlySet<string> = new Set<ActKind>(['history.undo', 'reservations.undo', 'health.read'])
const maxDays = 60
const actsPerRead = 100

export const lastActs = async (
  core: Core,
  person: Person,
  { screen, mine, count }: { screen: ActScreen; mine: boolean; count: number },
): Promise<LastAct[]> => {
  const { store, clock } = core
  const since = instantOf(addDays(today(clock), -maxDays), timeOfDay('00:00'))
  const acts: LastAct[] = []
  for (let before = Number.MAX_SAFE_INTEGER; acts.length < count; ) {
    const page = actsBefore(store, before, since, actsPerRead)
    for (const act of page) {
      const isMine = isBy(person, act)
      if (
        acts.length === count ||
        unlistedKinds.has(act.kind) ||
        !isListedOnScreen(screen, act.kind) ||
        (mine && !isMine)
      )
        continue
      if (!mayReadLabelOf(person, act) || !seesAct(store, act.actId)) continue
      const undone = undoneBy(store, act.actId) ?? null
      const whyNot = undone ? `Déjà annulé par ${undone.who}.` : whyNotUndone(core, person, act)
      const { actId, at, who, label } = act
      acts.push({ actId, at, who, label, isMine, undone, undoable: whyNot === null, whyNot })
      // `whyNotUndone` runs a transaction for each act: serve other calls in between.
      await setImmediate()
    }
    const last = page.at(-1)
    if (!last || page.length < actsPerRead) break
    before = last.actId
  }
  return acts
}
