import { setImmediate } from 'node:timers/promises'
import { eq } from 'drizzle-orm'
import type { DueItem, DueKind, ErasurePlan, ErasureSubject } from '../../../shared/contract/desk/protection.ts'
import type { ErasureBody } from '../../../shared/contract/exchange/erasure.ts'
import type { NewEntry } from '../../../shared/exchange/log.ts'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { alphabetically } from '../../../shared/rules/people/names.ts'
import {
  eraseWord,
  isConfirmed,
  lastDueDay,
  monthsText,
  type RetentionKind,
  retentionKinds,
  retentionRefusal,
  retentionRules,
} from '../../../shared/rules/people/retention.ts'
import { counted, numericDay } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { isReferenced } from '../../store/acts/erasing.ts'
import { listBackups } from '../../store/backups/backup.ts'
import { hasRemnants } from '../../store/remnants.ts'
import { erasure, exchangeSide, retention } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import type { UnbilledCells } from '../attendance/attendance.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { isFreeLineBilled } from '../free-lines/free-lines.ts'
import { balancesOf } from '../invoicing/invoicing.ts'
import { photosDue } from '../photos/photos.ts'
import { currentBook, isToBill } from '../prices/prices.ts'
import type { LongWorkTools } from '../progress.ts'
import { belongingIds, belongingTables, belongingTitle } from './belongings.ts'
import { beginErasures, erasureLabel, type NewErasure, repeatLostErasures, runErasures } from './erasing-run.ts'
import {
  accountsDue,
  childrenDue,
  consultations,
  type DueRow,
  erasedUpTo,
  erasures,
  familiesDue,
  gatherPaced,
  healthDue,
  healthUsedWithin,
  mailsDue,
  messagesDue,
  papersDue,
  recordMadeAt,
  requestsDue,
  retentionMonths,
  staffDue,
  trailDue,
} from './protection-store.ts'

export { exportFamily } from './export.ts'

// ---- What is due ----------------------------------------------------------------------------------------------------

const maxListed = 200
/** Families and children erased in one run; staff start another run for the rest. */
const maxPeoplePerRun = 250
const maxCounted = 10_000

export const protectionOverview = async (core: Core) => {
  const { store, clock } = core
  const months = retentionMonths(store)
  const on = today(clock)
  const backups = listBackups(store)
  const isPaired = store.db.select({ id: exchangeSide.id }).from(exchangeSide).get() !== undefined
  const found: DueKind[] = []
  for (const kind of retentionKinds) found.push(await dueOf(store, kind, months[kind], on))
  return {
    due: found,
    erased: erasures(store)
      .toReversed()
      .slice(0, maxListed)
      .map(({ id, subject, subjectId, begunAt, doneAt, toldAt }) => ({
        id,
        subject,
        subjectId,
        at: begunAt,
        isDone: doneAt !== null,
        isTold: isPaired && subjectId > 0 ? toldAt !== null : null,
      })),
    backups: { count: backups.length, oldest: backups.at(-1)?.at ?? null },
    willBeRewritten: hasRemnants(store),
  }
}

const dueOf = async (store: Store, kind: RetentionKind, months: number, on: Day): Promise<DueKind> => {
  const before = lastDueDay(on, months)
  const ids = await dueIds(store, kind, before)
  const held = kind === 'family' || kind === 'child' ? obstaclesTo(store, kind, ids).size : 0
  return { kind, months, before, count: ids.length, isMore: ids.length >= maxCounted, held }
}

const dueIds = async (store: Store, kind: RetentionKind, before: Day): Promise<readonly number[]> => {
  if (kind === 'request') return (await gatherPaced(requestsDue(store, before))).map(({ id }) => id)
  if (kind !== 'trail') return (await dueRows(store, kind, before)).map(({ id }) => id)
  const found: number[] = []
  for (const ids of trailDue(store, erasedUpTo(store, 'trail'), before)) {
    found.push(...ids)
    if (found.length >= maxCounted) return found.slice(0, maxCounted)
    await setImmediate()
  }
  return found
}

const dueRows = async (
  store: Store,
  kind: Exclude<RetentionKind, 'request' | 'trail'>,
  before: Day,
): Promise<readonly DueRow[]> => {
  const rows = await gatherPaced(dueBy[kind](store, before))
  return rows.toSorted((one, other) =>
    one.since === other.since ? alphabetically(one.name, other.name) : one.since < other.since ? -1 : 1,
  )
}

const dueBy = {
  family: familiesDue,
  child: childrenDue,
  health: healthDue,
  photo: photosDue,
  message: messagesDue,
  mail: mailsDue,
  paper: papersDue,
  account: accountsDue,
  staff: staffDue,
}

export const listDue = async ({ store, clock }: Core, kind: RetentionKind): Promise<DueItem[]> => {
  if (kind === 'request' || kind === 'trail') return []
  const all = await dueRows(store, kind, lastDueDay(today(clock), retentionMonths(store)[kind]))
  const rows = all.slice(0, maxListed)
  const ids = rows.map(({ id }) => id)
  const obstacles = kind === 'family' || kind === 'child' ? obstaclesTo(store, kind, ids) : new Map<number, string[]>()
  return rows.map(({ id, name, since }) => ({
    id,
    name,
    since,
    familyId: familyOf(store, kind, id),
    obstacles: [...(obstacles.get(id) ?? [])],
  }))
}

const familyOf = (store: Store, kind: keyof typeof dueBy, id: number): number | null => {
  if (kind === 'family') return id
  if (kind === 'account' || kind === 'staff') return null
  if (kind === 'child' || kind === 'health') return familyOfChild(store, id)
  if (kind === 'photo') return familyOfPhoto(store, id)
  const table = { message: 'conversation', mail: 'mail', paper: 'received_paper' }[kind]
  return store.statement(`select family_id from ${table} where id = ?`).pluck().get(id) as number
}

const familyOfPhoto = (store: Store, id: number): number | null =>
  store
    .statement(
      `select coalesce(
        (select family_id from family_child where child_id = coalesce(photo.child_id, contact.child_id) order by id limit 1),
        (select family_id from family_guardian where guardian_id = photo.guardian_id order by id limit 1))
      from photo left join pickup_contact contact on contact.id = pickup_contact_id where photo.id = ?`,
    )
    .pluck()
    .get(id) as number | null

const familyOfChild = (store: Store, childId: number): number | null =>
  (store.statement('select family_id from family_child where child_id = ? order by id limit 1').pluck().get(childId) as
    | number
    | undefined) ?? null

export const setRetention = (
  { store }: Core,
  person: Person,
  { kind, months }: { kind: RetentionKind; months: number },
): void => {
  const refusal = retentionRefusal(kind, months)
  if (refusal !== null) throw new Refused(refusal, 'months')
  const { title } = retentionRules[kind]
  const label = `Durée de conservation\u00a0: ${title.toLocaleLowerCase('fr')}, ${monthsText(months).toLocaleLowerCase('fr')}`
  store.act(person, 'protection.retention', label, (write) => {
    const before = store.db.select().from(retention).where(eq(retention.kind, kind)).get()
    // Insert the default first, so that the audit trail shows only a change away from it.
    const { id } = before ?? write.insert(retention, { kind, months: retentionRules[kind].defaultMonths })
    write.update(retention, id, { months })
  })
}

// ---- What erasing would touch ---------------------------------------------------------------------------------------

type People = { readonly guardianIds: readonly number[]; readonly childIds: readonly number[] }

/** People who belong to this family and to no other. */
const peopleOfNoOtherHome = (store: Store, familyId: number): People => {
  const of = (link: string, column: string) =>
    store
      .statement(
        `select ${column} from ${link} own where family_id = ? and not exists (
          select 1 from ${link} other where other.${column} = own.${column} and other.family_id <> own.family_id)`,
      )
      .pluck()
      .all(familyId) as number[]
  return { guardianIds: of('family_guardian', 'guardian_id'), childIds: of('family_child', 'child_id') }
}

const newErasureOf = (store: Store, target: ErasureSubject): NewErasure => {
  const { subject, id } = target
  const made = recordMadeAt(store, subject, id)
  if (made === null || isErased(store, target, made))
    throw new Refused(subject === 'family' ? 'Cette famille n’existe plus.' : 'Cet enfant n’existe plus.')
  const people = subject === 'family' ? peopleOfNoOtherHome(store, id) : { guardianIds: [], childIds: [id] }
  return { subject, subjectId: id, madeAt: made, before: null, ...people }
}

const isErased = (store: Store, { subject, id }: ErasureSubject, made: string): boolean =>
  store
    .statement('select 1 from erasure where subject = ? and subject_id = ? and made_at = ?')
    .get(subject, id, made) !== undefined

/** Why some of these records cannot be erased now, and what staff must do first. */
const obstaclesTo = (
  store: Store,
  subject: ErasureSubject['subject'],
  ids: readonly number[],
): ReadonlyMap<number, readonly string[]> => {
  const found = new Map<number, string[]>()
  const add = (id: number, sentence: string) => found.set(id, [...(found.get(id) ?? []), sentence])
  const whose = subject === 'family' ? 'family_id' : 'child_id'
  const each = (text: string, sentence: (count: number) => string) => {
    const rows = store.statement(text).all({ ids: JSON.stringify(ids), today: today(store.clock) }) as {
      id: number
      count: number
    }[]
    for (const { id, count } of rows) add(id, sentence(count))
  }
  each(
    `select ${whose} id, count(*) count from json_each(:ids) wanted cross join registration on ${whose} = wanted.value
    where state in ('asked', 'accepted') and end_day >= :today group by 1`,
    (count) => `${counted(count, 'inscription en cours', 'inscriptions en cours')}\u00a0: terminez d’abord.`,
  )
  // One whose end was recorded ahead lasts until then: its child still comes.
  each(
    `select ${whose} id, count(*) count from json_each(:ids) wanted cross join registration on ${whose} = wanted.value
    where state = 'ended' and end_day >= :today group by 1`,
    (count) =>
      `${counted(count, 'inscription dure', 'inscriptions durent')} jusqu’à la fin déjà notée\u00a0: attendez ce jour, ou notez le départ de la famille.`,
  )
  each(
    subject === 'family'
      ? `select family_id id, count(*) count from json_each(:ids) wanted cross join mandate on family_id = wanted.value
        join debit on debit.mandate_id = mandate.id join debit_collection collection on collection.id = collection_id
        where collection.state <> 'collected' and removed_on is null and came_back is null group by 1`
      : 'select 0 id, 0 count where false',
    (count) =>
      `${counted(count, 'prélèvement en cours', 'prélèvements en cours')}\u00a0: attendez son jour, ou retirez-le.`,
  )
  // Few demandes wait for an answer, even in a large town: no need to filter by id first.
  each(
    `select id, count(distinct ask) count from (
      select own.${whose} id, ask.id ask from portal_ask ask join registration own on own.id = ask.registration_id
        where ask.answer is null
      union all select ${subject === 'family' ? 'ask.family_id' : `iif(subject = 'child', subject_id, 0)`}, ask.id
        from portal_ask ask left join proposal on proposal.ask_id = ask.id where ask.answer is null)
    where id in (select value from json_each(:ids)) group by id`,
    (count) => `${counted(count, 'demande attend', 'demandes attendent')} une réponse\u00a0: répondez d’abord.`,
  )
  each(
    subject === 'family'
      ? `select family_id id, count(*) count from json_each(:ids) wanted cross join invoice on family_id = wanted.value
        where state = 'draft' group by 1`
      : `select child_id id, count(distinct invoice_id) count from invoice
        cross join invoice_line line on line.invoice_id = invoice.id
        where state = 'draft' and child_id in (select value from json_each(:ids)) group by 1`,
    (count) =>
      `${counted(count, 'brouillon de facture', 'brouillons de facture')}\u00a0: émettez ou supprimez d’abord.`,
  )
  if (subject === 'child' || ids.length === 0) return found
  for (const [id, balance] of balancesOf(store, ids)) {
    if (balance > 0) add(id, `Il reste ${formatEuros(balance)} à payer\u00a0: soldez d’abord.`)
    if (balance < 0) add(id, `Il reste ${formatEuros(-balance)} d’avance à rendre\u00a0: soldez d’abord.`)
  }
  return found
}

/** Cells booked up to today that no paper bills, by activity, day and mark. */
const pastCellsNotBilled = (store: Store, cells: string, values: Readonly<Record<string, unknown>>) =>
  store
    .statement(
      `select activity_id as activityId, day, 1 as isBooked, mark, count(*) as cells
      from (select id, period_id, day from ${cells} and billed_by is null and held = 'confirmed' and day <= :today) cell
      join period on period.id = cell.period_id
      left join attendance on attendance.reservation_id = cell.id
      group by activity_id, day, mark`,
    )
    .all(values) as (UnbilledCells & { readonly activityId: number })[]

export const planErasure = ({ store }: Core, target: ErasureSubject): ErasurePlan => {
  const { subject, id } = target
  const { guardianIds, childIds } = newErasureOf(store, target)
  const family = subject === 'family' ? id : null
  const values = { family, guardians: JSON.stringify(guardianIds), children: JSON.stringify(childIds) }
  const count = (text: string) => store.statement(`select count(*) from ${text}`).pluck().get(values) as number
  const mine = '(family_id = :family or child_id in (select value from json_each(:children)))'
  const ofChildren = 'child_id in (select value from json_each(:children))'
  const cells = `reservation where registration_id in (select id from registration where ${mine})`
  const names = (text: string) => store.statement(text).pluck().all(values) as string[]
  const ids = (table: 'aid' | 'free_line') =>
    store.statement(`select id from ${table} where ${mine}`).pluck().all(values) as number[]
  const guardians = names(
    `select trim(civility || ' ' || first_name || ' ' || last_name) from guardian where id in (select value from json_each(:guardians))`,
  )
  const children = names(
    `select first_name || ' ' || last_name from child where id in (select value from json_each(:children)) order by birth_day`,
  )
  const shared = names(
    `select distinct person.first_name || ' ' || person.last_name from (
      select first_name, last_name from family_child link join child on child.id = link.child_id
        where link.family_id = :family and child.id not in (select value from json_each(:children))
      union select first_name, last_name from family_guardian link join guardian on guardian.id = link.guardian_id
        where link.family_id = :family and guardian.id not in (select value from json_each(:guardians))) person`,
  )
  const papers = count(`invoice where state = 'issued' and (family_id = :family or id in (
    select invoice_id from invoice_line where ${ofChildren}))`)
  const payments = count('payment where family_id = :family')
  const billed = count(`${cells} and billed_by is not null`)
  const book = currentBook(store)
  const unbilled = pastCellsNotBilled(store, cells, { ...values, today: today(store.clock) })
    .filter((one) => isToBill(book, one))
    .reduce((total, one) => total + one.cells, 0)
  const idsOf = belongingIds(store, { familyId: family, guardianIds, childIds })
  const touched = [
    { title: 'Responsables', count: guardianIds.length },
    { title: 'Enfants', count: childIds.length },
    { title: 'Fiches sanitaires', count: count(`health_record where ${ofChildren}`) },
    { title: 'Inscriptions', count: count(`registration where ${mine}`) },
    { title: 'Réservations non facturées', count: count(`${cells} and billed_by is null`) },
    { title: 'dont passées, jamais facturées\u00a0: effacées, elles ne pourront plus être facturées', count: unbilled },
    { title: 'Mandats de prélèvement', count: count('mandate where family_id = :family') },
    { title: 'Aides', count: ids('aid').filter((aidId) => !isReferenced(store, 'aid', aidId)).length },
    {
      title: 'Lignes libres non facturées',
      count: ids('free_line').filter((lineId) => !isFreeLineBilled(store, lineId)).length,
    },
    {
      title: 'Virements sur un relevé bancaire, dont le payeur s’efface',
      count: count(`(select distinct line_id from bank_match match join payment on payment.id = match.payment_id
        where family_id = :family)`),
    },
    ...belongingTables.map((table) => ({ title: belongingTitle(table), count: idsOf(table).length })),
  ].filter((one) => one.count > 0)
  return {
    name: nameOf(store, target),
    touched,
    people: [...guardians, ...children],
    kept: [
      ...(papers > 0
        ? [
            {
              title: counted(papers, 'facture ou avoir', 'factures et avoirs'),
              why: 'Papiers comptables, dix ans\u00a0: le nom et l’adresse imprimés y restent.',
            },
          ]
        : []),
      ...(payments > 0
        ? [
            {
              title: counted(payments, 'règlement'),
              why: 'Quittances de la régie, dix ans\u00a0: le nom de qui a payé y reste.',
            },
          ]
        : []),
      ...(billed > 0
        ? [
            {
              title: counted(billed, 'réservation facturée', 'réservations facturées'),
              why: 'Elles justifient une facture\u00a0: jour, activité et pointage, sans motif.',
            },
          ]
        : []),
      ...shared.map((name) => ({
        title: name,
        why: 'Aussi d’un autre foyer\u00a0: seul le lien avec celui-ci s’efface.',
      })),
    ],
    obstacles: [...(obstaclesTo(store, subject, [id]).get(id) ?? [])],
    familyId: subject === 'family' ? id : familyOfChild(store, id),
  }
}

const nameOf = (store: Store, { subject, id }: ErasureSubject): string =>
  store
    .statement(
      subject === 'family'
        ? 'select name from family where id = ?'
        : `select first_name || ' ' || last_name from child where id = ?`,
    )
    .pluck()
    .get(id) as string

// ---- Erasing --------------------------------------------------------------------------------------------------------

type Erased = { erased: number; isRewritten: boolean }

export const eraseSubject = async (
  core: Core,
  person: Person,
  { confirmation, ...asked }: ErasureSubject & { confirmation: string },
  { onProgress }: Pick<LongWorkTools, 'onProgress'>,
): Promise<Erased> => {
  const { store } = core
  const label = erasureLabel({ subject: asked.subject, subjectId: asked.id })
  beginErasures(core, person, label, () => {
    const begun = newErasureOf(store, asked)
    const [obstacle] = obstaclesTo(store, asked.subject, [asked.id]).get(asked.id) ?? []
    if (obstacle !== undefined) throw new Refused(obstacle)
    const name = nameOf(store, asked)
    if (!isConfirmed(confirmation, name)) throw new Refused(`Tapez «\u00a0${name}\u00a0» pour effacer.`, 'confirmation')
    return [begun]
  })
  return { erased: 1, isRewritten: await runErasures(core, person, onProgress) }
}

/** Erases data past its retention; skips families and children that an obstacle still protects. */
export const eraseDue = async (
  core: Core,
  person: Person,
  { kinds, confirmation }: { kinds: readonly RetentionKind[]; confirmation: string },
  { onProgress }: Pick<LongWorkTools, 'onProgress'>,
): Promise<Erased> => {
  const { store, clock } = core
  if (!isConfirmed(confirmation, eraseWord))
    throw new Refused(`Tapez «\u00a0${eraseWord}\u00a0» pour effacer.`, 'confirmation')
  const on = today(clock)
  const months = retentionMonths(store)
  const found = new Map<RetentionKind, readonly number[]>()
  for (const kind of retentionKinds)
    if (kinds.includes(kind)) found.set(kind, await dueIds(store, kind, lastDueDay(on, months[kind])))
  const ids = beginErasures(core, person, `Données échues effacées, au ${numericDay(on)}`, () => {
    const begun = [...found].flatMap(([kind, due]) => newErasuresOfKind(store, kind, due, lastDueDay(on, months[kind])))
    if (begun.length === 0) throw new Refused('Rien n’est à effacer aujourd’hui.')
    return begun
  })
  return { erased: ids.length, isRewritten: await runErasures(core, person, onProgress) }
}

const newErasuresOfKind = (store: Store, kind: RetentionKind, ids: readonly number[], before: Day): NewErasure[] => {
  if (ids.length === 0) return []
  if (kind !== 'family' && kind !== 'child')
    return [{ subject: kind, subjectId: 0, madeAt: null, before, guardianIds: [], childIds: [] }]
  const obstacles = obstaclesTo(store, kind, ids)
  return ids
    .filter((id) => !obstacles.has(id))
    .slice(0, maxPeoplePerRun)
    .map((id) => newErasureOf(store, { subject: kind, id }))
}

/** Runs at each opening of a file: repeats erasures that an older copy has lost, where the record is the same. */
export const repeatErasures = (core: Core): Promise<void> =>
  repeatLostErasures(core, ({ store }, { subject, id, madeAt: made }) =>
    recordMadeAt(store, subject, id) === made ? newErasureOf(store, { subject, id }) : null,
  )

/** Log entries that tell the portal about finished erasures, by ids only. Part of the act that appends them. */
export const erasuresToPublish = (store: Store, write: Write): NewEntry[] =>
  erasures(store).flatMap(({ id, subject, subjectId, guardianIds, childIds, begunAt, doneAt, toldAt }) => {
    if (doneAt === null || toldAt !== null || (subject !== 'family' && subject !== 'child')) return []
    write.update(erasure, id, { toldAt: write.at })
    const body: ErasureBody = {
      familyId: subject === 'family' ? subjectId : null,
      guardianIds: [...guardianIds],
      childIds: [...childIds],
    }
    return [
      { id: `erasure:${subject}:${subjectId}:${begunAt}`, kind: 'erasure', at: write.at, body: JSON.stringify(body) },
    ]
  })

/**
 * Children whose health record is due for erasure on a day, erased already or not: the portal then removes its copy.
 * @param childIds null: every child
 * @param after only those whose record was not due yet on this day
 */
export const healthDueOn = (
  store: Store,
  childIds: readonly number[] | null,
  on: Day,
  after: Day | null = null,
): ReadonlySet<number> => {
  const { health } = retentionMonths(store)
  const days = { after: after && lastDueDay(after, health), until: lastDueDay(on, health) }
  return new Set(healthUsedWithin(store, childIds, days))
}

// ---- Consultations --------------------------------------------------------------------------------------------------

const consultationsPerPage = 100
const consultationKinds = {
  health_consultation: 'read',
  health_record: 'changed',
  family_export: 'exported',
  mandate_consultation: 'account',
} as const

export const readConsultations = (
  { store }: Core,
  { staffId, before }: { staffId?: number | undefined; before?: number | undefined },
) => {
  const rows = consultations(store, {
    staffId: staffId ?? null,
    before: before ?? null,
    most: consultationsPerPage + 1,
  })
  return {
    rows: rows.slice(0, consultationsPerPage).map((row) => ({ ...row, what: consultationKinds[row.what] })),
    hasMore: rows.length > consultationsPerPage,
  }
}
