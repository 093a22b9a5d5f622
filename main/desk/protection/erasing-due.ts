import { inChunks } from '../../../shared/collections.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { departedAgentName, withoutNames } from '../../../shared/rules/people/retention.ts'
import { staffMember } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { forgetFile } from '../dossiers/dossiers.ts'
import { photosDue } from '../photos/photos.ts'
import { eraseHealth, type Step, sendingsToNobody } from './erasing-people.ts'
import {
  accountsDue,
  type ErasureRow,
  erasedUpTo,
  healthDue,
  lettersDue,
  mailsDue,
  messagesDue,
  papersDue,
  requestsDue,
  staffDue,
  trailDue,
} from './protection-store.ts'

/** Erases all data of one kind from before a day. Only for kinds whose data is erased by age, not by person. */
export function* stepsOfKind(store: Store, { subject, before }: ErasureRow): Generator<Step, void, void> {
  if (before === null) return
  if (subject === 'health') yield* health(store, before)
  else if (subject === 'photo') yield* photos(store, before)
  else if (subject === 'request') yield* requests(store, before)
  else if (subject === 'message') yield* messages(store, before)
  else if (subject === 'mail') yield* mails(store, before)
  else if (subject === 'paper') yield* papers(store, before)
  else if (subject === 'account') yield* accounts(store, before)
  else if (subject === 'staff') yield* staff(store, before)
  else if (subject === 'trail') yield* trail(store, before)
}

/** A step that does nothing, yielded after each range of ids, so that other calls get their turn. */
const emptyStep: Step = () => undefined
const requestsPerStep = 40

function* health(store: Store, before: Day): Generator<Step, void, void> {
  for (const rows of healthDue(store, before)) {
    yield emptyStep
    for (const { id } of rows) yield ({ write }) => eraseHealth(store, write, id)
  }
}

function* photos(store: Store, before: Day): Generator<Step, void, void> {
  for (const rows of photosDue(store, before)) {
    yield emptyStep
    const ids = rows.map(({ id }) => id)
    for (const some of inChunks(ids, requestsPerStep)) yield ({ erase }) => erase('photo', some)
  }
}

function* requests(store: Store, before: Day): Generator<Step, void, void> {
  for (const rows of requestsDue(store, before)) {
    yield emptyStep
    const ids = rows.map(({ id }) => id)
    for (const some of inChunks(ids, requestsPerStep)) {
      yield ({ erase }) => {
        for (const entity of ['proposal', 'sign_up'] as const) {
          const own = store
            .statement(`select id from ${entity} where ask_id in (select value from json_each(?))`)
            .pluck()
            .all(JSON.stringify(some)) as number[]
          erase(entity, own)
        }
        erase('portal_ask', some)
      }
    }
  }
}

function* messages(store: Store, before: Day): Generator<Step, void, void> {
  for (const rows of messagesDue(store, before)) {
    yield emptyStep
    for (const { id } of rows) {
      yield ({ erase }) => {
        const own = store.statement('select id from message where conversation_id = ?').pluck().all(id) as number[]
        erase('message', own)
        erase('conversation', [id])
      }
    }
  }
}

function* mails(store: Store, before: Day): Generator<Step, void, void> {
  for (const rows of mailsDue(store, before)) {
    yield emptyStep
    const ids = rows.map(({ id }) => id)
    for (const some of inChunks(ids, requestsPerStep)) yield ({ erase }) => erase('mail', some)
  }
  for (const rows of lettersDue(store, before)) {
    yield emptyStep
    const ids = rows.map(({ id }) => id)
    for (const some of inChunks(ids, requestsPerStep)) yield ({ erase }) => erase('letter', some)
  }
  yield* sendingsToNobody(store)
}

function* papers(store: Store, before: Day): Generator<Step, void, void> {
  for (const rows of papersDue(store, before)) {
    yield emptyStep
    // A paper's bytes are erased with it: one paper a slice.
    for (const { id } of rows) {
      yield ({ erase, write }) => {
        forgetFile(store, write, id)
        erase('received_paper', [id])
      }
    }
  }
}

function* accounts(store: Store, before: Day): Generator<Step, void, void> {
  for (const rows of accountsDue(store, before)) {
    yield emptyStep
    for (const { id } of rows) yield ({ erase }) => erase('portal_account', [id])
  }
}

/** Other rows refer to the staff member's id, so the row remains; its acts are shown as done by « Agent parti ». */
function* staff(store: Store, before: Day): Generator<Step, void, void> {
  for (const rows of staffDue(store, before)) {
    yield emptyStep
    for (const { id, name } of rows) {
      const actsFound = (text: string) => store.statement(text).all(id) as { id: number; label: string }[]
      for (const some of inChunks(actsFound('select id, label from act where staff_id = ?'), auditRowsPerStep))
        yield ({ anonymise: unsign }) =>
          unsign(
            some.map((act) => act.id),
            departedAgentName,
          )
      const about =
        actsFound(`select distinct act.id, label from audit indexed by audit_entity join act on act.id = act_id
        where entity = 'staff_member' and entity_id = ?`)
      yield ({ blank, blankAudit: forget, relabel }) => {
        for (const act of about) relabel(act.id, withoutNames(act.label, [name]))
        blank(staffMember, id, { name: departedAgentName, login: `agent-parti-${id}`, passwordHash: '' })
        forget('staff_member', [id])
      }
    }
  }
}

const auditRowsPerStep = 200

function* trail(store: Store, before: Day): Generator<Step, void, void> {
  for (const ids of trailDue(store, erasedUpTo(store, 'trail'), before)) {
    yield emptyStep
    for (const some of inChunks(ids, auditRowsPerStep)) yield ({ blankAuditRows: forgetChanges }) => forgetChanges(some)
  }
}
