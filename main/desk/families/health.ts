import { eq, inArray } from 'drizzle-orm'
import type { HealthInput } from '../../../shared/contract/desk/families.ts'
import { addMinutes, type Instant } from '../../../shared/rules/day.ts'
import { healthRecord } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { childOf } from './families-store.ts'

/**
 * The one door of the health records: what is read is logged, who read, when, of whom. The audit trail, which the
 * administrator reads without any right on health, never holds their content.
 */
const empty: HealthInput = { allergies: '', diet: '', pai: '', doctor: '' }

/** Not a table's name: reading must not tell the screens that something changed. */
const consultation = 'health_consultation'

export const readHealth = ({ store }: Core, person: Person, childId: number): HealthInput => {
  const { firstName, lastName } = knownChild(store, childId)
  return store.act(person, 'health.read', `Fiche sanitaire consultée\u00a0: ${firstName} ${lastName}`, (write) => {
    write.trace(consultation, childId, {})
    return recordOf(store, childId)
  })
}

export const changeHealth = (
  { store }: Core,
  person: Person,
  { childId, ...next }: HealthInput & { childId: number },
): void => {
  const { firstName, lastName } = knownChild(store, childId)
  store.act(person, 'health.change', `Fiche sanitaire modifiée\u00a0: ${firstName} ${lastName}`, (write) => {
    const before = recordOf(store, childId)
    const fields = (Object.keys(empty) as (keyof HealthInput)[]).filter((field) => before[field] !== next[field])
    if (fields.length === 0) return
    write.db
      .insert(healthRecord)
      .values({ childId, ...next })
      .onConflictDoUpdate({ target: healthRecord.childId, set: next })
      .run()
    write.trace('health_record', childId, { changed: fields })
  })
}

export type HealthNotice = { readonly childId: number } & Pick<HealthInput, 'allergies' | 'diet' | 'pai'>

/**
 * What those who mind the children must know on a day, of those who have something to know. Logged as one consultation;
 * a sheet that stays open and is read again as marks are made is the same one, for an hour.
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

const noticesOf = (store: Store, childIds: readonly number[]): readonly HealthNotice[] =>
  store.db
    .select({
      childId: healthRecord.childId,
      allergies: healthRecord.allergies,
      diet: healthRecord.diet,
      pai: healthRecord.pai,
    })
    .from(healthRecord)
    .where(inArray(healthRecord.childId, [...childIds]))
    .all()
    .filter(({ allergies, diet, pai }) => allergies !== '' || diet !== '' || pai !== '')

const isSameConsultation = (store: Store, person: Person, label: string, since: Instant): boolean =>
  person.kind === 'staff' &&
  store
    .statement(
      `select 1 from act where kind = 'health.read' and label = ? and staff_id = ? and started_at >= ?
      and id > (select max(id) - 5000 from act)`,
    )
    .get(label, person.staffId, since) !== undefined

const knownChild = (store: Store, childId: number) => {
  const found = childOf(store, childId)
  if (!found) throw new Refused('Cet enfant n’existe plus.')
  return found
}

const recordOf = ({ db }: Store, childId: number): HealthInput => {
  const row = db.select().from(healthRecord).where(eq(healthRecord.childId, childId)).get()
  return row ? { allergies: row.allergies, diet: row.diet, pai: row.pai, doctor: row.doctor } : empty
}
