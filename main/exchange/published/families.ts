import { pick } from '../../../shared/collections.ts'
import type { BookingsDocument, FamilyDocument } from '../../../shared/contract/portal/documents.ts'
import { addDays, type Day, daysBetween, type Instant } from '../../../shared/rules/calendar/day.ts'
import type { DossierItem } from '../../../shared/rules/dossier/dossier.ts'
import { isOfSomeOnly, unnamedOnPortal } from '../../../shared/rules/dossier/required-paper.ts'
import type { ChannelChoice } from '../../../shared/rules/messages/channel.ts'
import {
  fieldNames,
  type GuardianValues,
  guardianFields,
  homeFields,
  seenByParents,
} from '../../../shared/rules/people/fields.ts'
import { portalPowers, powersOf, unconfirmedBond } from '../../../shared/rules/people/guardian-bond.ts'
import { coupleName, sameName } from '../../../shared/rules/people/names.ts'
import type { Sex } from '../../../shared/rules/people/person.ts'
import { holdersForParents } from '../../desk/consents/consents.ts'
import { suspensionsOf } from '../../desk/debts/debts.ts'
import { confirmationsOf, dossiersOf, healthSeenOf } from '../../desk/dossiers/dossiers.ts'
import {
  bondsOfChildren,
  childrenOnDay,
  classesAfter,
  classesBefore,
  dayOfHomeTest,
  homeHistories,
  homeOn,
  pickupsForParents,
} from '../../desk/families/families.ts'
import { aidsForParents } from '../../desk/payers/payers.ts'
import { homeFacts } from '../../desk/prices/prices.ts'
import { waitingPositions } from '../../desk/reservations/reservations.ts'
import type { family, registration } from '../../store/schema/index.ts'
import { columnsSql } from '../../store/schema/names.ts'
import type { Store } from '../../store/store.ts'
import { isPublishedHome, isPublishedPeriod, type Reach, rowsFor } from './reach.ts'

const publishedHomeFields = seenByParents(homeFields)
const publishedGuardianFields = seenByParents(guardianFields)

type FamilyRow = Pick<typeof family.$inferSelect, 'id' | 'name' | (typeof publishedHomeFields)[number]>

type GuardianRow = GuardianValues & {
  readonly familyId: number
  readonly id: number
  readonly messageChoice: ChannelChoice | null
}

type ChildRow = {
  readonly familyId: number
  readonly id: number
  readonly firstName: string
  readonly lastName: string
  readonly birth: Day
  readonly sex: Sex
}

type RegistrationRow = Pick<typeof registration.$inferSelect, 'id' | 'familyId' | 'state'> & {
  readonly child: number
  readonly period: number
  readonly activity: number
  readonly from: Day
  readonly to: Day
  readonly week: string
  readonly isExempt: 0 | 1
  /** The value as JSON. */
  readonly put: string
}

/**
 * A home's record as its guardians may read it: without other homes, health data, people barred from a child, and notes
 * of staff.
 */
export const familyDocuments = (
  store: Store,
  reach: Reach,
  ids: readonly number[],
): ReadonlyMap<number, FamilyDocument> => {
  const families = rowsFor<FamilyRow>(
    store,
    `select id, name, ${columnsSql(publishedHomeFields)} from family where id in (select value from json_each(:ids)) and ${isPublishedHome}`,
    reach,
    ids,
  )
  const found = families.map(({ id }) => id)
  const guardians = Map.groupBy(
    rowsFor<GuardianRow>(
      store,
      `select link.family_id familyId, guardian.id, ${columnsSql(fieldNames(guardianFields))},
        (select choice from message_choice chosen where chosen.guardian_id = guardian.id
          order by chosen_at desc, chosen.id desc limit 1) messageChoice
      from json_each(:ids) wanted cross join family_guardian link on link.family_id = wanted.value
      join guardian on guardian.id = link.guardian_id order by link.family_id, link.rank`,
      reach,
      found,
    ),
    ({ familyId }) => familyId,
  )
  const children = rowsFor<ChildRow>(
    store,
    `select link.family_id familyId, child.id, first_name firstName, last_name lastName, birth_day birth, sex
    from json_each(:ids) wanted cross join family_child link on link.family_id = wanted.value
    join child on child.id = link.child_id order by birth_day, child.id`,
    reach,
    found,
  )
  const childrenOf = Map.groupBy(children, ({ familyId }) => familyId)
  const childIds = [...new Set(children.map(({ id }) => id))]
  const classes = childrenOnDay(store, childIds, reach.today)
  const coming = classesAfter(store, childIds, reach.today)
  const former = classesBefore(store, childIds, { day: reach.today, since: reach.overSince })
  const pickups = pickupsForParents(
    store,
    children.map(({ id }) => id),
  )
  const registrations = Map.groupBy(
    rowsFor<RegistrationRow>(
      store,
      `select own.id, own.family_id familyId, own.child_id child, own.period_id period, activity.id activity, own.state, own.start_day "from",
        own.end_day "to", own.typical_week week, own.override_reason <> '' isExempt,
        (select json_group_array(json_object('from', put.from_day, 'groupId', put.group_id) order by put.from_day)
          from registration_group put where put.registration_id = own.id) put
      from json_each(:ids) wanted cross join registration own on own.family_id = wanted.value
      join period on period.id = own.period_id join activity on activity.id = period.activity_id
      where ${isPublishedPeriod} order by own.id`,
      reach,
      found,
    ),
    ({ familyId }) => familyId,
  )
  const homes = homeHistories(store, found)
  const aids = aidsForParents(
    store,
    found.map((id) => ({ id, scheme: homes.get(id)?.declared.scheme ?? '' })),
  )
  const bonds = bondsOfChildren(store, childIds)
  const limitsOf = (guardianId: number, homeChildren: readonly ChildRow[]) =>
    homeChildren.flatMap(({ id: child }) => {
      const may = powersOf(bonds.get(child)?.get(guardianId) ?? unconfirmedBond)
      const not = portalPowers.filter((power) => !may[power])
      return not.length === 0 ? [] : [{ child, not }]
    })
  const consentHolders = holdersForParents(store, childIds)
  const healthSeen = healthSeenOf(store, childIds)
  const dossiers = dossiersOf(store, found, reach.today)
  const confirmations = Map.groupBy(confirmationsOf(store, found), ({ familyId }) => familyId)
  const consents = new Map(
    rowsFor<{ familyId: number; givenOn: Day }>(
      store,
      `select consent.family_id familyId, given_on givenOn from json_each(:ids) wanted
      cross join quotient_consent consent on consent.family_id = wanted.value and revoked_on is null
      join family_guardian link on link.family_id = consent.family_id and link.guardian_id = consent.guardian_id`,
      reach,
      found,
    ).map(({ familyId, givenOn }) => [familyId, { givenOn }]),
  )
  return new Map(
    families.map((row): [number, FamilyDocument] => {
      const homeGuardians = guardians.get(row.id) ?? []
      const history = homes.get(row.id) ?? { familyId: row.id, addresses: [], quotients: [], declared: {} }
      const address = homeOn(history, reach.today).address
      const facts = homeFacts(history)
      return [
        row.id,
        {
          id: row.id,
          title: titleOf(homeGuardians, row.name),
          address: {
            line1: address?.line1 ?? '',
            line2: address?.line2 ?? '',
            postcode: address?.postcode ?? '',
            town: address?.town ?? '',
          },
          ...pick(row, publishedHomeFields),
          guardians: homeGuardians.map((one) => {
            const limits = limitsOf(one.id, childrenOf.get(row.id) ?? [])
            return {
              id: one.id,
              name: `${one.firstName} ${one.lastName}`,
              ...pick(one, publishedGuardianFields),
              ...(one.messageChoice && { messageChoice: one.messageChoice }),
              ...(limits.length > 0 && { limits }),
            }
          }),
          familyQuotients: facts.familyQuotients.flatMap(({ from, to, value, source, endedOn }) =>
            value === null ? [] : [{ from, ...(to && { to }), value, source, ...(endedOn && { endedOn }) }],
          ),
          ...(consents.has(row.id) && { quotientConsent: consents.get(row.id) }),
          residence: facts.residence.map(({ from, to, resident }) => ({ from, ...(to && { to }), resident })),
          ...(facts.categories && {
            priceCategories: facts.categories.map(({ childId, ...one }) => ({
              ...one,
              ...(childId !== null && { child: childId }),
            })),
          }),
          ...(aids.has(row.id) && { aids: aids.get(row.id) }),
          children: (childrenOf.get(row.id) ?? []).map(({ id, firstName, lastName, birth, sex }) => {
            const at = classes.get(id)
            const next = coming.get(id)?.map(({ fromDay, school, level }) => ({
              from: fromDay,
              school: school ?? '',
              schoolClass: level || null,
            }))
            const ended = former.get(id) ?? []
            const healthSeenOn = healthSeen.get(id)
            const holders = consentHolders(id, row.id)
            return {
              id,
              firstName,
              lastName,
              birth,
              sex,
              school: at?.school ?? '',
              schoolClass: at?.level || null,
              ...(ended.length > 0 && { formerClasses: ended }),
              ...(next && { comingClasses: next }),
              pickups: [...(pickups.get(id) ?? [])],
              ...(healthSeenOn && { healthSeenOn }),
              ...(holders && { consentHolders: holders }),
            }
          }),
          registrations: (registrations.get(row.id) ?? []).map(
            ({ id, child, period, activity, state, from, to, week, isExempt, put }) => ({
              id,
              child,
              period,
              activity,
              state,
              from,
              to,
              week: (JSON.parse(week) as { weekday: number; slotId: number }[]).map(({ weekday, slotId }) => ({
                weekday,
                slot: slotId,
              })),
              ...(isExempt === 1 && { isExempt: true as const }),
              ...(put !== '[]' && { put: JSON.parse(put) as { from: Day; groupId: number | null }[] }),
            }),
          ),
          ...(confirmations.has(row.id) && {
            confirmed: confirmations.get(row.id)?.map(({ kind, childId: child, at }) => ({ kind, child, at })),
          }),
          ...(dossiers.has(row.id) && {
            dossier: dossiers.get(row.id)?.map((item) => toPublishedItem(item, reach.today)),
          }),
        },
      ]
    }),
  )
}

type PublishedItem = NonNullable<FamilyDocument['dossier']>[number]

const toPublishedItem = (item: DossierItem, today: Day): PublishedItem => ({
  required: item.requiredId,
  // Portals of earlier versions do not know the « dérogation »: they show it to parents as a paper to send, like any
  // other.
  kind: item.kind === 'exemption' ? 'other' : item.kind,
  name: item.name,
  child: item.childId,
  activity: item.activityId,
  held: item.held && (item.held.until === null ? {} : { until: item.held.until }),
  ...(item.lacksFrom !== undefined && item.lacksFrom <= today && { isLacking: true as const }),
  ...(item.withdrawnOn !== null && { withdrawnOn: item.withdrawnOn }),
  ...(isOfSomeOnly(item.kind) && unnamed(item)),
})

/**
 * The portal must not reveal that a child has a care plan, a treatment or a court decision, so these papers are
 * published without their name. They disappear after their last day: only some children have such a paper, so its
 * absence is not reported as missing.
 */
const unnamed = ({ held, withdrawnOn }: DossierItem): Partial<PublishedItem> => {
  const leavesOn = [withdrawnOn, held?.until ? addDays(held.until, 1) : null].flatMap((on) => on ?? []).toSorted()[0]
  return { ...unnamedOnPortal, ...(leavesOn !== undefined && { withdrawnOn: leavesOn }) }
}

/** « Mme et M. Aubry », « Mme Marchand et M. Duval »; first names when a civility is missing. */
const titleOf = (guardians: readonly GuardianRow[], name: string): string => {
  const [first, second] = guardians
  if (!first) return `Famille ${name}`
  if (guardians.some(({ civility }) => civility === '')) return coupleName(guardians)
  if (!second) return `${first.civility} ${first.lastName}`
  return sameName(first.lastName, second.lastName)
    ? `${first.civility} et ${second.civility} ${first.lastName}`
    : `${first.civility} ${first.lastName} et ${second.civility} ${second.lastName}`
}

type CellRow = {
  readonly id: number
  readonly familyId: number
  readonly registration: number
  readonly day: Day
  readonly slot: number
  readonly held: 'waitlisted' | 'confirmed'
  readonly cancelDenied: 0 | 1
  readonly note: string | null
}

/**
 * The cells that each home holds through its own registrations. The reason is published when the answer was not what
 * the parent asked: why a child waits, why a cancellation was refused. The reason why staff overrode a rule is not.
 */
export const bookingsDocuments = (
  store: Store,
  reach: Reach,
  ids: readonly number[],
): ReadonlyMap<number, BookingsDocument> => {
  const families = rowsFor<{ id: number }>(
    store,
    `select id from family where id in (select value from json_each(:ids)) and ${isPublishedHome}`,
    reach,
    ids,
  ).map(({ id }) => id)
  const cells = Map.groupBy(
    rowsFor<CellRow>(
      store,
      `select cell.id, own.family_id familyId, cell.registration_id registration, cell.day, cell.slot_id slot, cell.held,
        cell.cancel_denied cancelDenied,
        case when cell.held = 'waitlisted' or cell.cancel_denied then (
          select case when answer in ('waitListed', 'refused') then reason end from reservation_move
          where reservation_id = cell.id order by id desc limit 1) end note
      from json_each(:ids) wanted cross join registration own on own.family_id = wanted.value
      join period on period.id = own.period_id and period.end_day >= :bookedUntil
      join activity on activity.id = period.activity_id
      cross join reservation cell on cell.registration_id = own.id
      where ${isPublishedPeriod} and cell.held <> 'none'
      order by cell.registration_id, cell.day, cell.slot_id`,
      reach,
      families,
    ),
    ({ familyId }) => familyId,
  )
  const positions = waitingPositions(
    store,
    [...cells.values()].flat().flatMap(({ id, held }) => (held === 'waitlisted' ? [id] : [])),
  )
  const others = otherDaysOf(store, reach, families)
  const suspensions = Map.groupBy(suspensionsOf(store, families, reach.today), ({ familyId }) => familyId)
  return new Map(
    families.map((id): [number, BookingsDocument] => [
      id,
      {
        cells: (cells.get(id) ?? []).map(({ id: cell, registration, day, slot, held, cancelDenied, note }) => ({
          registration,
          day,
          slot,
          held:
            held === 'confirmed'
              ? { kind: held, cancelDenied: cancelDenied === 1 }
              : waitlistedCell(positions.get(cell)),
          note: note ?? '',
        })),
        otherDays: others.get(id) ?? [],
        ...(suspensions.has(id) && {
          suspended: suspensions
            .get(id)
            ?.map(({ activityIds, regie, phone }) => ({ activities: [...activityIds], regie, phone })),
        }),
      },
    ]),
  )
}

const waitlistedCell = (position?: { readonly rank: number; readonly offeredUntil?: Instant | undefined }) => ({
  kind: 'waitlisted' as const,
  rank: position?.rank ?? 1,
  ...(position?.offeredUntil !== undefined && { offeredUntil: position.offeredUntil }),
})

/**
 * By family, the days of its registrations on which a child wakes up in its other home. Past days included: a document
 * that lost a day every night would be sent every night.
 */
const otherDaysOf = (
  store: Store,
  reach: Reach,
  families: readonly number[],
): ReadonlyMap<number, BookingsDocument['otherDays']> => {
  const registered = rowsFor<{ familyId: number; child: number; from: Day; to: Day }>(
    store,
    `select own.family_id familyId, own.child_id child, own.start_day "from", own.end_day "to"
    from json_each(:ids) wanted cross join registration own on own.family_id = wanted.value
    join period on period.id = own.period_id and period.end_day >= :bookedUntil
    join activity on activity.id = period.activity_id
    where ${isPublishedPeriod} and own.state in ('asked', 'accepted', 'ended')
      and (exists (select 1 from custody_rule where child_id = own.child_id)
        or exists (select 1 from custody_day where child_id = own.child_id))
    order by own.child_id`,
    reach,
    families,
  )
  const isOwnDay = dayOfHomeTest(store, [...new Set(registered.map(({ child }) => child))])
  return new Map(
    [...Map.groupBy(registered, ({ familyId }) => familyId)].map(([familyId, own]) => [
      familyId,
      [...Map.groupBy(own, ({ child }) => child)].flatMap(([child, spans]) =>
        [...new Set(spans.flatMap(({ from, to }) => daysBetween(from, to)))]
          .toSorted()
          .flatMap((day) => (isOwnDay(child, familyId, day) ? [] : [{ child, day }])),
      ),
    ]),
  )
}
