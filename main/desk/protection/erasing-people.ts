import { getTableName } from 'drizzle-orm'
import { inChunks } from '../../../shared/collections.ts'
import { type Day, dayOf, type Month, today, yearOf } from '../../../shared/rules/calendar/day.ts'
import { childFields, emptyValues, homeFields } from '../../../shared/rules/people/fields.ts'
import { erasedChild, erasedFamily, withoutNames } from '../../../shared/rules/people/retention.ts'
import { type ErasingWriter, isReferenced } from '../../store/acts/erasing.ts'
import {
  aid,
  attendance,
  bankLine,
  child,
  debtDecision,
  family,
  finalSpan,
  freeLine,
  giveUp,
  mandate,
  payment,
  refund,
  registration,
  repricing,
  reservation,
  treasuryPayment,
  yearPlan,
} from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { forgetFile } from '../dossiers/dossiers.ts'
import { debtorOf } from '../families/families.ts'
import { isFreeLineBilled } from '../free-lines/free-lines.ts'
import { belongingIds, belongingTables, type ErasedPeople, namesChildren } from './belongings.ts'
import { keptChoices } from './erasing-choices.ts'
import { type ErasureRow, peopleTables } from './protection-store.ts'

/** Part of an erasure, small enough for one slice. Repeating it is harmless. */
export type Step = (erasing: ErasingWriter) => void

const rowsPerStep = 40
const auditRowsPerStep = 400

const erasedPeopleOf = ({ subject, subjectId, guardianIds, childIds }: ErasureRow): ErasedPeople => ({
  familyId: subject === 'family' ? subjectId : null,
  guardianIds,
  childIds,
})

/**
 * Erases a family or a child for good. Accounting papers and the cells that they bill remain as printed; the records
 * that they refer to remain as bare ids. Each step looks for what is still to erase, so an interrupted erasure restarts
 * from the beginning. Billed months become final first, or the next run would bill them again from the facts that are
 * left. Labels of acts come next, because later steps erase the names to look for.
 */
export function* stepsOfPeople(store: Store, row: ErasureRow): Generator<Step, void, void> {
  const people = erasedPeopleOf(row)
  yield* finalMonths(store, people)
  yield* labels(store, people)
  yield* keptChoices(store, { ...people, names: namesOf(store, people) })
  if (people.familyId !== null) {
    yield* payers(store, people.familyId)
    yield* accountsInTrail(store, people.familyId)
  }
  yield* reasonsOfMoney(store, people)
  yield* bankLines(store, people)
  yield* belongings(store, people)
  yield* clearedValues(store, people)
  yield* cells(store, people)
  yield* registrations(store, people)
  yield* aids(store, people)
  yield* freeLinesOf(store, people)
  yield* mandates(store, people)
  yield* formerRows(store, people)
  yield* peopleThemselves(store, people)
}

const idsIn = (store: Store, text: string, ...values: unknown[]): number[] =>
  store
    .statement(text)
    .pluck()
    .all(...values) as number[]
const jsonIds = (ids: readonly number[]): string => JSON.stringify(ids)

// ---- Billed months ---------------------------------------------------------------------------------------------------

/**
 * Makes the billed months of these people final. For a child, those of its whole home: the prices of its siblings
 * depend on it too.
 */
function* finalMonths(store: Store, { familyId, childIds }: ErasedPeople): Generator<Step, void, void> {
  const open = store
    .statement(
      `with billed as (
        select distinct invoice.family_id, substr(day.value, 1, 7) as month
        from invoice join invoice_line line on line.invoice_id = invoice.id, json_each(line.days) day
        where invoice.state = 'issued' and invoice.kind = 'invoice' and (invoice.family_id = :family or invoice.family_id in (
          select family_id from registration where child_id in (select value from json_each(:children))))
        union select family_id, month from payer_part
        where family_id = :family or child_id in (select value from json_each(:children))
      ) select family_id as familyId, month from billed
      where (family_id = :family or exists (
        select 1 from registration where registration.family_id = billed.family_id
        and child_id in (select value from json_each(:children))
        and month between substr(start_day, 1, 7) and substr(end_day, 1, 7)))
      and not exists (select 1 from final_span final where final.family_id = billed.family_id and final.month = billed.month
        and final.regie_id is null)
      order by family_id, month`,
    )
    .all({ family: familyId, children: jsonIds(childIds) }) as { familyId: number; month: Month }[]
  for (const some of inChunks(open, rowsPerStep))
    yield ({ write, erase }) => {
      for (const { familyId: home, month } of some) {
        const ofSpan = `family_id = ? and month = ? and state = 'draft'`
        const drafts = idsIn(store, `select id from invoice where ${ofSpan}`, home, month)
        const lines = 'select id from invoice_line where invoice_id in (select value from json_each(?))'
        erase('invoice_line', idsIn(store, lines, jsonIds(drafts)))
        erase('invoice', drafts)
        write.insert(finalSpan, { familyId: home, month, cause: 'erased' })
      }
    }
}

/**
 * Erases the reasons that staff typed about money (a price given up, a month recomputed, a debt taken off, a refund, a
 * year ended): they may tell about these people.
 */
function* reasonsOfMoney(store: Store, { familyId, childIds }: ErasedPeople): Generator<Step, void, void> {
  const values = { family: familyId, children: jsonIds(childIds) }
  const wanted = [
    [giveUp, 'reason', `family_id = :family or child_id in (select value from json_each(:children))`],
    [repricing, 'reason', 'family_id = :family'],
    [debtDecision, 'reason', 'family_id = :family'],
    [debtDecision, 'cancelReason', 'family_id = :family and cancelled_at is not null'],
    [refund, 'reason', 'family_id = :family'],
    [refund, 'cancelReason', 'family_id = :family and cancelled_at is not null'],
    [yearPlan, 'endReason', 'family_id = :family and ended_on is not null'],
    [
      treasuryPayment,
      'reason',
      `reason <> '' and decision_id in (select id from debt_decision where family_id = :family)`,
    ],
  ] as const
  for (const [table, column, where] of wanted) {
    const entity = getTableName(table)
    const ids = store.statement(`select id from ${entity} where ${where}`).pluck().all(values) as number[]
    for (const some of inChunks(ids, rowsPerStep))
      yield ({ blank, blankAudit: forget }) => {
        for (const id of some) blank(table, id, { [column]: '' })
        forget(entity, some)
      }
  }
}

/** Erases the lines of bank statements that paid for the home, since they say who paid, from which account. */
function* bankLines(store: Store, { familyId }: ErasedPeople): Generator<Step, void, void> {
  const ids = idsIn(
    store,
    `select distinct line_id from bank_match match join payment on payment.id = match.payment_id where family_id = ?`,
    familyId,
  )
  for (const some of inChunks(ids, rowsPerStep))
    yield ({ blank, blankAudit: forget }) => {
      for (const id of some)
        blank(bankLine, id, { label: 'Virement', reference: '', payer: '', lastFour: '', digest: '', sender: '' })
      forget('bank_line', some)
    }
}

// ---- Names in the labels of acts ------------------------------------------------------------------------------------

function* labels(store: Store, gone: ErasedPeople): Generator<Step, void, void> {
  const names = namesOf(store, gone)
  if (names.length === 0) return
  yield () => {
    const runs = store.statement(`select id, sentence from exchange_run where sentence <> ''`).all() as {
      id: number
      sentence: string
    }[]
    for (const { id, sentence } of runs)
      store.statement('update exchange_run set sentence = ? where id = ?').run(withoutNames(sentence, names), id)
  }
  for (const some of inChunks(actsAbout(store, gone), 100)) {
    yield ({ relabel }) => {
      const found = store
        .statement('select id, label from act where id in (select value from json_each(?))')
        .all(jsonIds(some)) as { id: number; label: string }[]
      for (const { id, label } of found) relabel(id, withoutNames(label, names))
    }
  }
}

/** The people's present names, and earlier ones found in the audit trail. */
const namesOf = (store: Store, { familyId, guardianIds, childIds }: ErasedPeople): string[] => {
  const found = store
    .statement(
      `select name from family where id = :family
      union select first_name from guardian where id in (select value from json_each(:guardians))
      union select last_name from guardian where id in (select value from json_each(:guardians))
      union select first_name from child where id in (select value from json_each(:children))
      union select last_name from child where id in (select value from json_each(:children))
      union select name from pickup_contact where child_id in (select value from json_each(:children))
      union select value from audit, json_each(json_array(before ->> '$.name', after ->> '$.name', before ->> '$.lastName',
          after ->> '$.lastName', before ->> '$.firstName', after ->> '$.firstName'))
        where operation in ('insert', 'update', 'remove') and value is not null and (
          (entity = 'family' and entity_id = :family)
          or (entity = 'guardian' and entity_id in (select value from json_each(:guardians)))
          or (entity = 'child' and entity_id in (select value from json_each(:children))))`,
    )
    .pluck()
    .all({ family: familyId, guardians: jsonIds(guardianIds), children: jsonIds(childIds) }) as string[]
  const placeholders: readonly string[] = [erasedFamily, erasedChild.lastName, erasedChild.firstName, '']
  return found.filter((name) => !placeholders.includes(name))
}

const actsAbout = (store: Store, { familyId, guardianIds, childIds }: ErasedPeople): number[] =>
  idsIn(
    store,
    `with about (entity, id) as (
      select 'family', :family where :family is not null
      union select 'family_export', :family where :family is not null
      union select 'guardian', value from json_each(:guardians)
      union select 'child', value from json_each(:children)
      union select 'health_consultation', value from json_each(:children)
      union select 'health_record', value from json_each(:children)
      union select 'photo', id from photo where child_id in (select value from json_each(:children))
        or guardian_id in (select value from json_each(:guardians))
        or pickup_contact_id in (select id from pickup_contact where child_id in (select value from json_each(:children)))
      union select 'custom_value', id from custom_value where family_id = :family
        or child_id in (select value from json_each(:children))
        or guardian_id in (select value from json_each(:guardians))
        or registration_id in (select id from registration
          where family_id = :family or child_id in (select value from json_each(:children)))
      union select 'note', id from note where family_id = :family
        or child_id in (select value from json_each(:children))
      union select 'registration', id from registration
        where family_id = :family or child_id in (select value from json_each(:children))
      union select 'guardian_bond', entity_id from audit indexed by audit_entity where entity = 'guardian_bond' and (
        coalesce(after, before) ->> '$.childId' in (select value from json_each(:children))
        or coalesce(after, before) ->> '$.guardianId' in (select value from json_each(:guardians)))
      union select 'consent_answer', id from consent_answer where child_id in (select value from json_each(:children))
        or guardian_id in (select value from json_each(:guardians))
      union select 'pickup_contact', id from pickup_contact where child_id in (select value from json_each(:children))
      union select 'portal_account', id from portal_account where guardian_id in (select value from json_each(:guardians))
      union select 'payment', id from payment where family_id = :family
      union select 'invoice', id from invoice where family_id = :family
      union select 'mandate', id from mandate where family_id = :family
      union select 'mandate_consultation', id from mandate where family_id = :family
      union select 'debit', debit.id from debit join mandate on mandate.id = mandate_id where family_id = :family
      union select 'reminder', id from reminder where family_id = :family
      union select 'bank_line', line_id from bank_match match join payment on payment.id = match.payment_id
        where family_id = :family
      union select 'recovery_note', id from recovery_note where family_id = :family
      union select 'payment_plan', id from payment_plan where family_id = :family
      union select 'year_plan', id from year_plan where family_id = :family
      union select 'account_request', id from account_request where family_id = :family
      union select 'mail', id from mail where family_id = :family
        or guardian_id in (select value from json_each(:guardians))
      union select 'letter', id from letter where family_id = :family
        or child_id in (select value from json_each(:children)) or ${namesChildren} or guardian_id in (select value from json_each(:guardians))
      union select 'message_choice', id from message_choice where guardian_id in (select value from json_each(:guardians))
      union select 'message', id from message where conversation_id in (select id from conversation where family_id = :family)
      union select 'conversation', id from conversation where family_id = :family
      union select 'family_child', id from family_child
        where family_id = :family or child_id in (select value from json_each(:children))
      union select 'dismissed_double', id from dismissed_double where (kind = 'family' and :family in (one_id, other_id))
        or (kind = 'child' and exists (select 1 from json_each(:children) where value in (one_id, other_id))))
    select distinct audit.act_id from about cross join audit indexed by audit_entity
      on audit.entity = about.entity and audit.entity_id = about.id`,
    { family: familyId, guardians: jsonIds(guardianIds), children: jsonIds(childIds) },
  )

// ---- Data of these people only --------------------------------------------------------------------------------------

/** A receipt names the payer: the family's name is written on it before the family's record is erased. */
function* payers(store: Store, familyId: number): Generator<Step, void, void> {
  const ids = idsIn(
    store,
    `select id from payment where family_id = ? and payer = '' and cancelled_at is null`,
    familyId,
  )
  const name = ids.length === 0 ? '' : debtorOf(store, familyId, today(store.clock)).name
  if (name === '') return
  for (const some of inChunks(ids, rowsPerStep))
    yield ({ write }) => {
      for (const id of some) write.update(payment, id, { payer: name })
    }
}

/**
 * Accounting papers keep their printed name. Erases copies of it in audit rows of drafts and of typed payment fields.
 */
function* accountsInTrail(store: Store, familyId: number): Generator<Step, void, void> {
  const ids = idsIn(
    store,
    `select audit.id from audit indexed by audit_entity
      where entity = 'invoice' and :family = coalesce(before ->> '$.familyId', after ->> '$.familyId',
          (select family_id from invoice where invoice.id = audit.entity_id))
        and coalesce(before ->> '$.paper', after ->> '$.paper') is not null
    union select audit.id from audit indexed by audit_entity
      where entity = 'payment' and entity_id in (select id from payment where family_id = :family)
        and exists (select 1 from json_each('["$.payer", "$.reference", "$.issuer", "$.cancelReason"]') typed
          where coalesce(before ->> typed.value, '') || coalesce(after ->> typed.value, '') <> '')`,
    { family: familyId },
  )
  for (const some of inChunks(ids, rowsPerStep)) yield ({ blankAuditRows: forgetChanges }) => forgetChanges(some)
}

function* belongings(store: Store, people: ErasedPeople): Generator<Step, void, void> {
  const idsOf = belongingIds(store, people)
  yield ({ write }) => {
    for (const childId of people.childIds) {
      eraseHealth(store, write, childId)
    }
  }
  // A child who stays in another home keeps the record of papers seen.
  yield ({ write }) => {
    for (const id of idsOf('received_paper')) forgetFile(store, write, id)
  }
  for (const entity of belongingTables)
    for (const some of inChunks(idsOf(entity), rowsPerStep)) yield ({ erase }) => erase(entity, some)
  yield* sendingsToNobody(store)
}

/**
 * Erases sent messages once the last of their recipients is erased, with their notice on the portal and their files.
 */
export function* sendingsToNobody(store: Store): Generator<Step, void, void> {
  const ids = idsIn(
    store,
    `select id from sending where state <> 'planned' and not exists (select 1 from mail where sending_id = sending.id)`,
  )
  for (const some of inChunks(ids, rowsPerStep))
    yield ({ erase }) => {
      erase(
        'notice',
        idsIn(store, 'select id from notice where sending_id in (select value from json_each(?))', jsonIds(some)),
      )
      erase('sending', some)
    }
}

/** The audit of health records holds no content; this trace says that the record was erased. */
export const eraseHealth = (store: Store, write: ErasingWriter['write'], childId: number): void => {
  const { changes } = store.statement('delete from health_record where child_id = ?').run(childId)
  if (changes > 0) write.trace('health_record', childId, { erased: true })
}

/** Values cleared from registrations are left only in the audit, under the id of their registration. */
function* clearedValues(store: Store, { familyId, childIds }: ErasedPeople): Generator<Step, void, void> {
  const ids = idsIn(
    store,
    `select distinct audit.entity_id from audit indexed by audit_entity
    where entity = 'custom_value' and coalesce(before ->> '$.registrationId', after ->> '$.registrationId') in (
      select id from registration where ${ofErasedPeople})`,
    familyId,
    jsonIds(childIds),
  )
  for (const some of inChunks(ids, rowsPerStep)) yield ({ blankAudit: forget }) => forget('custom_value', some)
}

// ---- Booked days ----------------------------------------------------------------------------------------------------

const ofErasedPeople = 'family_id = ? or child_id in (select value from json_each(?))'

/** A cell billed by an issued paper remains, without the reasons that staff typed. */
function* cells(store: Store, { familyId, childIds }: ErasedPeople): Generator<Step, void, void> {
  for (const registrationId of idsIn(
    store,
    `select id from registration where ${ofErasedPeople}`,
    familyId,
    jsonIds(childIds),
  )) {
    const all = idsIn(store, 'select id from reservation where registration_id = ?', registrationId)
    for (const some of inChunks(all, rowsPerStep)) {
      yield ({ erase, blank, blankAudit: forget }) => {
        const moves = idsIn(
          store,
          'select id from reservation_move where reservation_id in (select value from json_each(?))',
          jsonIds(some),
        )
        erase('reservation_move', moves)
        const billed = idsIn(
          store,
          'select id from reservation where id in (select value from json_each(?)) and billed_by is not null',
          jsonIds(some),
        )
        const free = some.filter((id) => !billed.includes(id))
        const marks = (ids: readonly number[]) =>
          idsIn(
            store,
            'select id from attendance where reservation_id in (select value from json_each(?))',
            jsonIds(ids),
          )
        erase('attendance', marks(free))
        erase('reservation', free)
        const remainingMarks = marks(billed)
        for (const id of remainingMarks) blank(attendance, id, { reason: '' })
        forget('attendance', remainingMarks)
        const charged = idsIn(
          store,
          `select id from reservation where id in (select value from json_each(?)) and charged_reason <> ''`,
          jsonIds(billed),
        )
        for (const id of charged) blank(reservation, id, { chargedReason: '' })
        forget('reservation', billed)
      }
    }
  }
}

function* registrations(store: Store, { familyId, childIds }: ErasedPeople): Generator<Step, void, void> {
  const ids = idsIn(store, `select id from registration where ${ofErasedPeople}`, familyId, jsonIds(childIds))
  for (const some of inChunks(ids, rowsPerStep)) {
    yield ({ erase, blank, blankAudit: forget }) => {
      erase(
        'registration',
        some.filter((id) => !isReferenced(store, 'registration', id)),
      )
      const remainingRows = some.filter((id) => isReferenced(store, 'registration', id))
      for (const id of remainingRows) blank(registration, id, { reason: '', overrideReason: '', typicalWeek: [] })
      forget('registration', remainingRows)
    }
  }
}

/** Erases aids. Those that papers of third parties refer to stay, without the reason that staff typed. */
function* aids(store: Store, { familyId, childIds }: ErasedPeople): Generator<Step, void, void> {
  const ids = idsIn(store, `select id from aid where ${ofErasedPeople}`, familyId, jsonIds(childIds))
  for (const some of inChunks(ids, rowsPerStep)) {
    yield ({ erase, blank, blankAudit: forget }) => {
      const remainingRows = some.filter((id) => isReferenced(store, 'aid', id))
      erase(
        'aid',
        some.filter((id) => !remainingRows.includes(id)),
      )
      for (const id of remainingRows) blank(aid, id, { refusalReason: '' })
      forget('aid', remainingRows)
    }
  }
}

/** A billed free line remains, without the reason that staff typed. */
function* freeLinesOf(store: Store, { familyId, childIds }: ErasedPeople): Generator<Step, void, void> {
  const ids = idsIn(store, `select id from free_line where ${ofErasedPeople}`, familyId, jsonIds(childIds))
  for (const some of inChunks(ids, rowsPerStep)) {
    yield ({ erase, blank, blankAudit: forget }) => {
      const billed = some.filter((id) => isFreeLineBilled(store, id))
      erase(
        'free_line',
        some.filter((id) => !billed.includes(id)),
      )
      for (const id of billed) blank(freeLine, id, { reason: '' })
      forget('free_line', billed)
    }
  }
}

/** A mandate that was collected remains by its reference and day, without the account and its holder. */
function* mandates(store: Store, { familyId }: ErasedPeople): Generator<Step, void, void> {
  const ids = idsIn(store, 'select id from mandate where family_id = ?', familyId)
  for (const some of inChunks(ids, rowsPerStep)) {
    yield ({ erase, blank, blankAudit: forget }) => {
      const collected = some.filter((id) => isReferenced(store, 'mandate', id))
      erase(
        'mandate',
        some.filter((id) => !collected.includes(id)),
      )
      const on = today(store.clock)
      for (const id of collected)
        blank(mandate, id, {
          debtor: '',
          sealed: '',
          accountStart: '',
          lastFour: '',
          digest: '',
          reason: '',
          paper: null,
          stoppedOn: on,
        })
      forget('mandate', collected)
    }
  }
}

// ---- Audit rows of records deleted earlier --------------------------------------------------------------------------

const formerTables = peopleTables.filter(
  (entity) => !['family', 'guardian', 'child', 'reservation', 'reservation_move', 'attendance'].includes(entity),
)

function* formerRows(store: Store, { familyId, guardianIds, childIds }: ErasedPeople): Generator<Step, void, void> {
  const next = store.statement(
    `select id, entity_id entityId, coalesce(
        (:family = coalesce(before ->> '$.familyId', after ->> '$.familyId'))
        or coalesce(before ->> '$.childId', after ->> '$.childId') in (select value from json_each(:children))
        or coalesce(before ->> '$.guardianId', after ->> '$.guardianId') in (select value from json_each(:guardians)), 0) isTheirs
    from audit indexed by audit_entity where entity = :entity and entity_id is not null and (entity_id, id) > (:row, :id)
    order by entity_id, id limit ${auditRowsPerStep}`,
  )
  const values = { family: familyId, guardians: jsonIds(guardianIds), children: jsonIds(childIds) }
  for (const entity of formerTables) {
    for (let row = 0, id = 0; ; ) {
      const found = next.all({ ...values, entity, row, id }) as { id: number; entityId: number; isTheirs: 0 | 1 }[]
      const last = found.at(-1)
      if (!last) break
      const theirs = [...new Set(found.flatMap(({ entityId, isTheirs }) => (isTheirs === 1 ? [entityId] : [])))]
      yield ({ blankAudit: forget }) => {
        if (theirs.length > 0) forget(entity, theirs)
      }
      row = last.entityId
      id = last.id
    }
  }
}

// ---- The people -----------------------------------------------------------------------------------------------------

function* peopleThemselves(
  store: Store,
  { familyId, guardianIds, childIds }: ErasedPeople,
): Generator<Step, void, void> {
  yield ({ erase }) => erase('guardian', guardianIds)
  for (const id of childIds) {
    yield ({ erase, blank, blankAudit: forget }) => {
      const born = store.statement('select birth_day from child where id = ?').pluck().get(id) as Day | undefined
      if (born === undefined) return
      if (!isReferenced(store, getTableName(child), id)) return erase('child', [id])
      blank(child, id, {
        ...emptyValues(childFields),
        ...erasedChild,
        birthDay: dayOf(yearOf(born), 1, 1),
      })
      forget('child', [id])
    }
  }
  if (familyId === null) return
  yield ({ erase, blank, blankAudit: forget }) => {
    const row = store.statement('select left_on leftOn from family where id = ?').get(familyId) as
      | { leftOn: typeof family.$inferSelect.leftOn }
      | undefined
    if (!row) return
    if (!isReferenced(store, getTableName(family), familyId)) return erase('family', [familyId])
    blank(family, familyId, {
      ...emptyValues(homeFields),
      name: erasedFamily,
      leftOn: row.leftOn ?? today(store.clock),
    })
    forget('family', [familyId])
  }
}
