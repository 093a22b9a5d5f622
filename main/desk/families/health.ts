import { eq, inArray } from 'drizzle-orm'
import type { HealthInput } from '../../../shared/contract/desk/families.ts'
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
 * What those who mind the children must know on a day, of those who have something to know. Logged as one consultation.
 * @param occasion ends « Santé consultée : », such as « feuille du 25/11/2026, ALSH mercredi »
 */
export const healthNotices = (
  { store }: Core,
  person: Person,
  childIds: readonly number[],
  occasion: string,
): readonly HealthNotice[] =>
  store.act(person, 'health.read', `Santé consultée\u00a0: ${occasion}`, (write) => {
    const notices = store.db
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
    for (const { childId } of notices) write.trace(consultation, childId, {})
    return notices
  })

const knownChild = (store: Store, childId: number) => {
  const found = childOf(store, childId)
  if (!found) throw new Refused('Cet enfant n’existe plus.')
  return found
}

const recordOf = ({ db }: Store, childId: number): HealthInput => {
  const row = db.select().from(healthRecord).where(eq(healthRecord.childId, childId)).get()
  return row ? { allergies: row.allergies, diet: row.diet, pai: row.pai, doctor: row.doctor } : empty
}
