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
import { knownChild } from './known.ts'

/**
 * The one door of the health records: what is read is logged, who read, when, of whom. They lie sealed in the file by
 * its data key. The audit trail, which the administrator reads without any right on health, never holds their content.
 */
const Content = z.object({
  allergies: z.string(),
  /** Never a religion: what the kitchen needs. */
  diet: HealthInput.shape.diet,
  pai: z.string(),
  doctor: z.string(),
})
const empty: HealthInput = { allergies: '', diet: '', pai: '', doctor: '' }

/** Not a table's name: reading must not tell the screens that something changed. */
const consultation = 'health_consultation'

/** `isLost`: sealed by a key that is lost; it is empty then, to be typed again. */
type HealthRecord = HealthInput & { readonly isLost: boolean }

/** @throws CannotOpen while the records are sealed */
export const readHealth = ({ store }: Core, person: Person, childId: number): HealthRecord => {
  const { firstName, lastName } = knownChild(store, childId)
  return store.act(person, 'health.read', `Fiche sanitaire consultée\u00a0: ${firstName} ${lastName}`, (write) =>
    healthOf(store, write, childId),
  )
}

/** Part of an act that notes who read it. @throws CannotOpen while the records are sealed */
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
  const { firstName, lastName } = knownChild(store, childId)
  store.act(person, 'health.change', `Fiche sanitaire modifiée\u00a0: ${firstName} ${lastName}`, (write) =>
    writeHealth(store, write, childId, next),
  )
}

/** Part of an act. @throws CannotOpen while the records are sealed */
export const writeHealth = (store: Store, write: Write, childId: number, next: HealthInput): void => {
  const { isLost, ...before } = recordOf(store, childId)
  const fields = Object.keys(empty) as (keyof HealthInput)[]
  // Typed again in the place of one that is lost, it is whole, even where it has nothing to say.
  const changed = isLost ? fields : fields.filter((field) => before[field] !== next[field])
  if (changed.length === 0) return
  write.refuseOverwriting(
    'health_record',
    childId,
    before,
    Object.fromEntries(changed.map((field) => [field, next[field]])),
  )
  // A record is sealed by its number, which a new one has once it is there.
  const { id } =
    rowOf(store, childId) ?? write.db.insert(healthRecord).values({ childId, sealed: '' }).returning().get()
  write.db
    .update(healthRecord)
    .set({ sealed: sealedAs(store, id, next) })
    .where(eq(healthRecord.id, id))
    .run()
  write.trace('health_record', childId, { changed })
}

/** Part of a merge: the record of a child becomes another's, who has none. What it says is not read. */
export const moveHealth = (store: Store, write: Write, fromChildId: number, toChildId: number): void => {
  const row = rowOf(store, fromChildId)
  if (!row) return
  write.update(healthRecord, row.id, { childId: toChildId })
  write.trace('health_record', toChildId, { moved: true })
}

type HealthNotice = { readonly childId: number } & Pick<HealthInput, 'allergies' | 'diet' | 'pai'>

/**
 * What those who mind the children must know on a day, of those who have something to know. Logged as one consultation;
 * a sheet that stays open and is read again as marks are made is the same one, for an hour. While the records are sealed,
 * whoever has one is told as such: a list never looks as if there were nothing to know.
 * @param occasion ends « Santé consultée : », such as « feuille du 25/11/2026, ALSH mercredi »
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

/** Children of whom something of their health is to be known. */
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
        allergies: store.key.isLost(row.sealed) ? lost : unread,
      }
      return { childId: row.childId, allergies, diet, pai }
    })
    .filter(({ allergies, diet, pai }) => allergies !== '' || diet !== '' || pai !== '')

const lost = 'Fiche sanitaire illisible\u00a0: demandez-la de nouveau avant d’accueillir l’enfant.'
const unread = 'Fiche sanitaire scellée\u00a0: demandez-la avant d’accueillir l’enfant.'

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

/** Null while the records are sealed, and for one that no longer opens. */
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
  Content.parse(JSON.parse(key.open(sealed, nameOf(id))))

const sealedAs = ({ key }: Store, id: number, { allergies, diet, pai, doctor }: HealthInput): string =>
  key.seal(padded(JSON.stringify({ allergies, diet, pai, doctor })), nameOf(id))

const nameOf = (id: number): string => `health_record ${id}`
