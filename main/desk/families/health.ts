import { eq, inArray } from 'drizzle-orm'
import * as z from 'zod'
import { HealthInput } from '../../../shared/contract/desk/families.ts'
import { addMinutes, type Instant } from '../../../shared/rules/calendar/day.ts'
import { padded } from '../../crypto/data-key.ts'
import type { Write } from '../../store/acts/acts.ts'
import { CannotOpen } from '../../store/failures.ts'
import { healthRecord } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import type { Core, Person } from '../core.ts'
import { requireChild } from './required.ts'

/**
 * The only access to health records. Every reading is recorded: who read, when, of which child. The database stores
 * them encrypted with its data key. The audit trail, which administrators read without any right on health, never
 * contains their content.
 */
const Content = z.object({
  allergies: z.string(),
  /** A diet that the kitchen needs to know, never a religion. */
  diet: HealthInput.shape.diet,
  pai: z.string(),
  doctor: z.string(),
})
const empty: HealthInput = { allergies: '', diet: '', pai: '', doctor: '' }

/** Entity of the audit rows for readings. Not a table's name, so that a reading does not make screens reload. */
const consultation = 'health_consultation'

/** `isLost`: the record was encrypted with a key that is lost. Its fields are empty, and staff must type it again. */
type HealthRecord = HealthInput & { readonly isLost: boolean }

/** @throws CannotOpen while the records are sealed */
export const readHealth = ({ store }: Core, person: Person, childId: number): HealthRecord => {
  const { firstName, lastName } = requireChild(store, childId)
  return store.act(person, 'health.read', `Fiche sanitaire consultée\u00a0: ${firstName} ${lastName}`, (write) =>
    healthOf(store, write, childId),
  )
}

/**
 * Reads a record within the caller's act, which records the reader. @throws CannotOpen while the data key is not
 * available
 */
export const healthOf = (store: Store, write: Write, childId: number): HealthRecord => {
  write.trace(consultation, childId, {})
  return recordOf(store, childId)
}

/** @throws CannotOpen while the records are sealed */
export const changeHealth = (
  { store }: Core,
  person: Person,
  { childId, ...next }: HealthInput & { childId: number },
): void => {
  const { firstName, lastName } = requireChild(store, childId)
  store.act(person, 'health.change', `Fiche sanitaire modifiée\u00a0: ${firstName} ${lastName}`, (write) =>
    writeHealth(store, write, childId, next),
  )
}

/** Writes a record within the caller's act. @throws CannotOpen while the data key is not available */
export const writeHealth = (store: Store, write: Write, childId: number, next: HealthInput): void => {
  const { isLost, ...previous } = recordOf(store, childId)
  const fields = Object.keys(empty) as (keyof HealthInput)[]
  // A record typed again in place of a lost one changes every field, even to empty.
  const changed = isLost ? fields : fields.filter((field) => previous[field] !== next[field])
  if (changed.length === 0) return
  write.refuseOverwriting(
    'health_record',
    childId,
    previous,
    Object.fromEntries(changed.map((field) => [field, next[field]])),
  )
  // The record's id is associated data of the encryption, so a new record is inserted empty first.
  const { id } =
    rowOf(store, childId) ?? write.db.insert(healthRecord).values({ childId, sealed: '' }).returning().get()
  write.db
    .update(healthRecord)
    .set({ sealed: sealedAs(store, id, next) })
    .where(eq(healthRecord.id, id))
    .run()
  write.trace('health_record', childId, { changed })
}

/** Moves a child's record to another child who has none, within a merge. The content is not decrypted. */
export const moveHealth = (store: Store, write: Write, fromChildId: number, toChildId: number): void => {
  const row = rowOf(store, fromChildId)
  if (!row) return
  write.update(healthRecord, row.id, { childId: toChildId })
  write.trace('health_record', toChildId, { moved: true })
}

type HealthNotice = { readonly childId: number } & Pick<HealthInput, 'allergies' | 'diet' | 'pai'>

/**
 * Health notices for staff who look after these children, for the children who have any. The reading is recorded as one
 * act; the same sheet read again within an hour is not recorded again. A record that cannot be decrypted gives a notice
 * that says so, so that a list never looks as if a child had nothing.
 * @param occasion ends the label « Santé consultée : », such as « feuille du 25/11/2026, ALSH mercredi »
 */
export const healthNotices = (
  { store, clock }: Core,
  person: Person,
  childIds: readonly number[],
  occasion: string,
): readonly HealthNotice[] => {
  const label = `Santé consultée\u00a0: ${occasion}`
  const notices = noticesOf(store, childIds)
  if (notices.length === 0 || isSameConsultation(store, person, label, addMinutes(clock(), -60))) return notices
  return store.act(person, 'health.read', label, (write) => {
    for (const { childId } of notices) write.trace(consultation, childId, {})
    return notices
  })
}

/** Ids of the children who have an allergy, a diet or a PAI. */
export const withHealthAlert = (store: Store, childIds: readonly number[]): ReadonlySet<number> =>
  new Set(noticesOf(store, childIds).map(({ childId }) => childId))

const noticesOf = (store: Store, childIds: readonly number[]): readonly HealthNotice[] =>
  store.db
    .select()
    .from(healthRecord)
    .where(inArray(healthRecord.childId, [...childIds]))
    .all()
    .map((row) => {
      const { allergies, diet, pai } = contentOf(store, row) ?? {
        ...empty,
        allergies: store.key.isLost(row.sealed) ? lostNotice : sealedNotice,
      }
      return { childId: row.childId, allergies, diet, pai }
    })
    .filter(({ allergies, diet, pai }) => allergies !== '' || diet !== '' || pai !== '')

const lostNotice = 'Fiche sanitaire illisible\u00a0: demandez-la de nouveau avant d’accueillir l’enfant.'
const sealedNotice = 'Fiche sanitaire scellée\u00a0: demandez-la avant d’accueillir l’enfant.'

const isSameConsultation = (store: Store, person: Person, label: string, since: Instant): boolean =>
  person.kind === 'staff' &&
  store
    .statement(
      `select 1 from act where kind = 'health.read' and label = ? and staff_id = ? and started_at >= ?
      and id > (select max(id) - 5000 from act)`,
    )
    .get(label, person.staffId, since) !== undefined

const rowOf = ({ db }: Store, childId: number) =>
  db.select().from(healthRecord).where(eq(healthRecord.childId, childId)).get()

const recordOf = (store: Store, childId: number): HealthRecord => {
  const row = rowOf(store, childId)
  if (!row) return { ...empty, isLost: false }
  return store.key.isLost(row.sealed) ? { ...empty, isLost: true } : { ...read(store, row), isLost: false }
}

/** Null while the data key is not available, and for a record that cannot be decrypted. */
const contentOf = (store: Store, row: Row): HealthInput | null => {
  try {
    return read(store, row)
  } catch (error) {
    if (error instanceof CannotOpen) return null
    throw error
  }
}

type Row = typeof healthRecord.$inferSelect

const read = ({ key }: Store, { id, sealed }: Row): HealthInput =>
  Content.parse(JSON.parse(key.open(sealed, associatedDataOf(id))))

const sealedAs = ({ key }: Store, id: number, { allergies, diet, pai, doctor }: HealthInput): string =>
  key.seal(padded(JSON.stringify({ allergies, diet, pai, doctor })), associatedDataOf(id))

const associatedDataOf = (id: number): string => `health_record ${id}`
