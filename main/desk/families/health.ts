import { createHmac } from 'node:crypto'
import { eq, inArray, sql } from 'drizzle-orm'
import * as z from 'zod'
import { pick } from '../../../shared/collections.ts'
import { HealthInput } from '../../../shared/contract/desk/people/families.ts'
import type { ActKind } from '../../../shared/record/act-kinds.ts'
import { type EmergencyReason, emergencyReasonNames } from '../../../shared/rules/access/emergency.ts'
import { addMinutes, type Day, dayAt, type Instant, today } from '../../../shared/rules/calendar/day.ts'
import {
  type Health,
  healthLacksFrom,
  noHealth,
  treatmentText,
  whyNotHealth,
} from '../../../shared/rules/dossier/health.ts'
import { vaccinationProofs, vaccines, whyNotDoses } from '../../../shared/rules/dossier/vaccinations.ts'
import { type DataKey, padded, subkey } from '../../crypto/data-key.ts'
import type { Write } from '../../store/acts/acts.ts'
import { CannotOpen } from '../../store/failures.ts'
import { healthRecord } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { requireChild } from './required.ts'

/**
 * The only access to health records. Every reading is recorded: who read, when, of which child. The database stores
 * them encrypted with its data key. The audit trail, which administrators read without any right on health, never
 * contains their content.
 */
const text = z.string().default('')
const aDay = z
  .custom<Day>((value) => typeof value === 'string')
  .nullable()
  .default(null)
/** A record written by an earlier version lacks the fields that came later. */
const Content = z.object({
  allergies: text,
  /** A diet that the kitchen needs to know, never a religion. */
  diet: HealthInput.shape.diet,
  pai: text,
  paiUntil: aDay,
  treatment: text,
  prescriptionOn: aDay,
  history: text,
  recommendations: text,
  doctor: text,
  insurer: text,
  insuranceContract: text,
  insuranceUntil: aDay,
  vaccinationProof: z.enum(vaccinationProofs).default(''),
  vaccinationSeenOn: aDay,
  contraindication: text,
  doses: z.partialRecord(z.enum(vaccines), z.array(z.custom<Day>((value) => typeof value === 'string'))).default({}),
})

/** Entity of the audit rows for readings. Not a table's name, so that a reading does not make screens reload. */
const consultation = 'health_consultation'

/** `isLost`: the record was encrypted with a key that is lost. Its fields are empty, and staff must type it again. */
type HealthRecord = Health & { readonly isLost: boolean }

/** A child that is only seen, by its home, has a record that is not read here: the refusal says why. */
const requireHealthChild = (store: Store, childId: number) => {
  const found = requireChild(store, childId)
  if (store.limits?.sees('health_child', childId) === false)
    throw new Refused(
      `${found.firstName} n’a d’inscription à aucun de vos sites\u00a0: sa fiche sanitaire ne s’y lit pas.`,
    )
  return found
}

/**
 * @param emergency why a delegate reads it, who otherwise may not
 * @throws CannotOpen while the records are sealed
 */
export const readHealth = (
  { store, clock }: Core,
  person: Person,
  childId: number,
  emergency: EmergencyReason | null = null,
) => {
  const { firstName, lastName } = requireHealthChild(store, childId)
  const [kind, did]: [ActKind, string] =
    emergency === null
      ? ['health.read', 'Fiche sanitaire consultée']
      : [
          'emergency.open',
          `Fiche sanitaire ouverte en urgence (${emergencyReasonNames[emergency].toLocaleLowerCase('fr')})`,
        ]
  return store.act(person, kind, `${did}\u00a0: ${firstName} ${lastName}`, (write) => ({
    ...healthOf(store, write, childId, emergency === null ? {} : { emergency }),
    admittedOn: admittedOn(store, childId, today(clock)),
    ...confirmationOf(store, childId),
  }))
}

/** The first day of the child's present registrations on a day; null without one. */
export const admittedOn = (store: Store, childId: number, on: Day): Day | null =>
  store
    .statement(
      `select min(start_day) from registration where child_id = ? and state in ('accepted', 'ended') and start_day <= ? and end_day >= ?`,
    )
    .pluck()
    .get(childId, on, on) as Day | null

/**
 * Reads a record within the caller's act, which records the reader. @throws CannotOpen while the data key is not
 * available
 */
export const healthOf = (
  store: Store,
  write: Write,
  childId: number,
  traced: { readonly emergency?: EmergencyReason } = {},
): HealthRecord => {
  write.trace(consultation, childId, traced)
  return recordOf(store, childId)
}

/**
 * @param also what else the same act writes
 * @throws CannotOpen while the records are sealed
 */
export const changeHealth = (
  { store }: Core,
  person: Person,
  { childId, ...next }: HealthInput & { childId: number },
  also: (write: Write) => void = () => undefined,
): void => {
  const { firstName, lastName } = requireHealthChild(store, childId)
  store.act(person, 'health.change', `Fiche sanitaire modifiée\u00a0: ${firstName} ${lastName}`, (write) => {
    writeHealth(store, write, childId, next)
    also(write)
  })
}

/**
 * Writes a record within the caller's act; a field that is left out remains unchanged. @throws CannotOpen while the
 * data key is not available, and Refused for a vaccination before birth
 */
export const writeHealth = (store: Store, write: Write, childId: number, input: HealthInput): void => {
  const { isLost, ...previous } = recordOf(store, childId)
  const next = withGiven(previous, input)
  const alone = whyNotHealth(next)
  if (alone !== null) throw new Refused(alone.sentence, alone.field)
  const wrong = whyNotDoses(next.doses, requireChild(store, childId).birthDay, dayAt(write.at))
  if (wrong !== null) throw new Refused(wrong.sentence, `doses.${wrong.vaccine}`)
  // A record typed again in place of a lost one changes every field, even to empty.
  const changed = isLost
    ? healthFields
    : healthFields.filter((field) => JSON.stringify(previous[field]) !== JSON.stringify(next[field]))
  if (changed.length === 0) return
  write.refuseOverwriting(
    'health_record',
    childId,
    previous,
    Object.fromEntries(changed.map((field) => [field, next[field]])),
  )
  const { id } = rowOf(store, childId) ?? insertEmpty(store, write, childId)
  write.db
    .update(healthRecord)
    .set({ sealed: sealedAs(store, id, next) })
    .where(eq(healthRecord.id, id))
    .run()
  writeLacking(write, id, next)
  write.trace('health_record', childId, { changed })
}

/** Outside the audit, like the content that it follows from. */
const writeLacking = (write: Write, id: number, record: Health): void => {
  const lacksFrom = healthLacksFrom(record, dayAt(write.at))
  write.db.update(healthRecord).set({ lacksFrom }).where(eq(healthRecord.id, id)).run()
}

// ---- what guardians are shown of a record, and confirm

type ShownRecord = {
  readonly record: Health
  /** A digest of the record that the parent's confirmation returns, to tell whether the record has changed since. */
  readonly mark: string
  readonly confirmedOn: Day | null
}

/**
 * The records of children as shown to their guardians; a child without a record has an empty one. Not recorded as a
 * reading, since the caller seals them for the guardians at once. Records that cannot be decrypted here are left out,
 * and all of them while the data key is not available.
 */
export const recordsToSeal = (store: Store, childIds: readonly number[]): ReadonlyMap<number, ShownRecord> => {
  const { key } = store.key
  if (!key) return new Map()
  const rows = new Map(
    store.db
      .select()
      .from(healthRecord)
      .where(inArray(healthRecord.childId, [...childIds]))
      .all()
      .map((row) => [row.childId, row]),
  )
  return new Map(
    childIds.flatMap((childId): [number, ShownRecord][] => {
      const row = rows.get(childId)
      const record = row ? contentOf(store, row) : noHealth
      return record
        ? [[childId, { record, mark: markOf(key, childId, record), confirmedOn: row?.confirmedOn ?? null }]]
        : []
    }),
  )
}

/** Keyed (HMAC): the mark passes through the portal, and a plain hash of a short record could be guessed. */
const markOf = (key: DataKey, childId: number, record: Health): string =>
  createHmac('sha256', subkey(key.bytes, 'fiches montrées'))
    .update(`${childId} ${JSON.stringify(pick(record, healthFields))}`)
    .digest('base64url')

/**
 * Within the exchange's act: a parent confirms the record that they were shown.
 * @returns false, with nothing changed, when the record has changed since
 */
export const confirmShown = (store: Store, write: Write, childId: number, mark: string, by: string): boolean => {
  if (recordsToSeal(store, [childId]).get(childId)?.mark !== mark) return false
  writeConfirmed(store, write, childId, dayAt(write.at), by)
  return true
}

/** Within the caller's act: records that this parent gave or confirmed the present content. */
export const writeConfirmed = (store: Store, write: Write, childId: number, on: Day, by: string): void => {
  const { id } = rowOf(store, childId) ?? insertEmpty(store, write, childId)
  write.update(healthRecord, id, { confirmedOn: on, confirmedBy: by })
  writeLacking(write, id, recordOf(store, childId))
}

/** For each of these children whose health record ends: the first day on which it lacks something. */
export const healthLackingOf = (store: Store, childIds: readonly number[]): ReadonlyMap<number, Day> =>
  new Map(
    store
      .statement(
        `select child_id, lacks_from from health_record
        where child_id in (select value from json_each(?)) and lacks_from is not null`,
      )
      .raw()
      .all(JSON.stringify(childIds)) as [number, Day][],
  )

const confirmationOf = (store: Store, childId: number): { confirmedOn: Day | null; confirmedBy: string } => {
  const { confirmedOn = null, confirmedBy = '' } = rowOf(store, childId) ?? {}
  return { confirmedOn, confirmedBy }
}

/** The record's id is associated data of the encryption, so a new record is inserted before it is sealed. */
const insertEmpty = (store: Store, write: Write, childId: number) => {
  const row = write.db.insert(healthRecord).values({ childId, sealed: '' }).returning().get()
  const sealed = sealedAs(store, row.id, noHealth)
  write.db.update(healthRecord).set({ sealed }).where(eq(healthRecord.id, row.id)).run()
  return { ...row, sealed }
}

const withGiven = (previous: Health, input: HealthInput): Health => ({
  ...previous,
  ...Object.fromEntries(Object.entries(pick(input, healthFields)).filter(([, value]) => value !== undefined)),
})

const healthFields = Object.keys(noHealth) as (keyof Health)[]

/** Moves a child's record to another child who has none, within a merge. The content is not decrypted. */
export const moveHealth = (store: Store, write: Write, fromChildId: number, toChildId: number): void => {
  const row = rowOf(store, fromChildId)
  if (!row) return
  write.update(healthRecord, row.id, { childId: toChildId })
  write.trace('health_record', toChildId, { moved: true })
}

/** The treatment with its prescription. */
type HealthNotice = { readonly childId: number } & Pick<Health, 'allergies' | 'diet' | 'pai' | 'paiUntil' | 'treatment'>

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

/** Ids of the children who have an allergy, a diet, a PAI or a treatment. */
export const withHealthAlert = (store: Store, childIds: readonly number[]): ReadonlySet<number> =>
  new Set(noticesOf(store, childIds).map(({ childId }) => childId))

/**
 * Records for a list, of the children who have one. The reading is recorded for each child, at most once an hour. A
 * record that cannot be decrypted says so in place of the allergies.
 */
export const healthRecordsRead = (
  { store, clock }: Core,
  person: Person,
  childIds: readonly number[],
  occasion: string,
): ReadonlyMap<number, Health> => {
  const rows = store.db
    .select()
    .from(healthRecord)
    .where(sql`${healthRecord.childId} in (select value from json_each(${JSON.stringify(childIds)}))`)
    .all()
  const known = new Set(readLately(store, person, addMinutes(clock(), -60)))
  const read = rows.filter(({ childId }) => !known.has(childId))
  if (read.length > 0)
    store.act(person, 'health.read', `Santé consultée\u00a0: ${occasion}`, (write) => {
      for (const { childId } of read) write.trace(consultation, childId, {})
    })
  return new Map(rows.map((row) => [row.childId, contentOf(store, row) ?? unread(store, row)]))
}

/** The children whose record this person has read since then. */
const readLately = (store: Store, person: Person, since: Instant): number[] =>
  person.kind === 'staff'
    ? (store
        .statement(
          `select distinct entity_id from act join audit on audit.act_id = act.id
          where act.kind = 'health.read' and act.staff_id = ? and act.started_at >= ? and audit.entity = '${consultation}'
            and act.id > (select max(id) - 5000 from act)`,
        )
        .pluck()
        .all(person.staffId, since) as number[])
    : []

const unread = (store: Store, { sealed }: Row): Health => ({
  ...noHealth,
  allergies: store.key.isLost(sealed) ? lostNotice : sealedNotice,
})

const noticesOf = (store: Store, childIds: readonly number[]): readonly HealthNotice[] =>
  store.db
    .select()
    .from(healthRecord)
    .where(inArray(healthRecord.childId, [...childIds]))
    .all()
    .map((row) => {
      const content = contentOf(store, row) ?? unread(store, row)
      const notice = pick(content, ['allergies', 'diet', 'pai', 'paiUntil'])
      return { childId: row.childId, ...notice, treatment: treatmentText(content) }
    })
    .filter(({ allergies, diet, pai, treatment }) => [allergies, diet, pai, treatment].some((text) => text !== ''))

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
  if (!row) return { ...noHealth, isLost: false }
  return store.key.isLost(row.sealed) ? { ...noHealth, isLost: true } : { ...read(store, row), isLost: false }
}

/** Null while the data key is not available, and for a record that cannot be decrypted. */
const contentOf = (store: Store, row: Row): Health | null => {
  try {
    return read(store, row)
  } catch (error) {
    if (error instanceof CannotOpen) return null
    throw error
  }
}

type Row = typeof healthRecord.$inferSelect

const read = ({ key }: Store, { id, sealed }: Row): Health =>
  Content.parse(JSON.parse(key.open(sealed, associatedDataOf(id))))

const sealedAs = ({ key }: Store, id: number, content: Health): string =>
  key.seal(padded(JSON.stringify(pick(content, healthFields))), associatedDataOf(id))

const associatedDataOf = (id: number): string => `health_record ${id}`
