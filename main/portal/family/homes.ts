import { and, eq, inArray, sql } from 'drizzle-orm'
import type {
  BookingsDocument,
  FamilyDocument,
  PeriodDocument,
  PlacesDocument,
  TownDocument,
} from '../../../shared/contract/portal/documents.ts'
import { isCollected } from '../../../shared/exchange/answer-entries.ts'
import { type Day, dayAt, type Instant, isWithin } from '../../../shared/rules/calendar/day.ts'
import { isWorkingDay } from '../../../shared/rules/calendar/public-holidays.ts'
import { bookable, type ConfirmedBooking, cancellable } from '../../../shared/rules/cell/bookable.ts'
import { type Ask, type Facts, type Held, nothingHeld } from '../../../shared/rules/cell/cell.ts'
import { isComplete, itemsFor } from '../../../shared/rules/dossier/dossier.ts'
import { type Group, groupOn } from '../../../shared/rules/groups/groups.ts'
import { noConditions } from '../../../shared/rules/people/conditions.ts'
import { mayNotAskAtHomeText, mayNotAskText, type portalPowers } from '../../../shared/rules/people/guardian-bond.ts'
import { schoolingOn } from '../../../shared/rules/people/schooling.ts'
import type { Login } from '../account/account.ts'
import { sideOf } from '../log/log.ts'
import { documentsOfEach } from '../published/documents.ts'
import { Refused } from '../refused.ts'
import { answeredCell, demande, logEntry, registrationDemande } from '../store/schema/index.ts'
import type { Queryable, Transaction } from '../store/store.ts'
import { dossierOn } from './dossier.ts'

export type Demande = typeof demande.$inferSelect & { readonly collected: boolean }
export type RegistrationDemande = typeof registrationDemande.$inferSelect & { readonly collected: boolean }
export type Registration = FamilyDocument['registrations'][number]
export type Child = FamilyDocument['children'][number]

/** A home as its parents see it: the documents that the desk published, and what the parents have asked since. */
export type Home = {
  /** Undefined until the desk has published the town. */
  readonly town: TownDocument | undefined
  readonly family: FamilyDocument
  readonly bookings: BookingsDocument
  /** The periods of the home's registrations, by id. */
  readonly periods: ReadonlyMap<string, PeriodDocument>
  readonly places: ReadonlyMap<string, PlacesDocument>
  /** By `cellKey`. */
  readonly held: ReadonlyMap<string, HeldCell>
  readonly asks: ReadonlyMap<string, Demande>
  readonly requestedRegistrations: readonly RegistrationDemande[]
  /** Children of the home whom the guardian who looks at it may not see. */
  readonly unseen: ReadonlySet<number>
  /** Children for whom that guardian may ask nothing. */
  readonly notAskedFor: ReadonlySet<number>
}

/** Identifies a cell within a home. */
export type CellRef = { readonly registrationId: number; readonly day: Day; readonly slotId: number }

export const cellKey = ({ registrationId, day, slotId }: CellRef): string => `${registrationId} ${day} ${slotId}`

type Reader = Pick<Login, 'familyId' | 'guardianId'>

/**
 * The home as the guardian who looks at it may see it. Ids sent by a page are looked up in it, so neither another home
 * nor a child that is not shown to this guardian can be reached.
 * @throws Refused until the desk has published the home
 */
export const homeOf = async (db: Queryable, { familyId, guardianId }: Reader): Promise<Home> =>
  homeSeenBy(requireHome((await homesOf(db, [familyId])).get(familyId)), guardianId)

/** The children of a home for whom this guardian lacks a power. Bond and authority are separate for each child. */
export const childrenWithout = (
  { guardians }: FamilyDocument,
  guardianId: number,
  power: (typeof portalPowers)[number],
): ReadonlySet<number> =>
  new Set(
    guardians
      .find(({ id }) => id === guardianId)
      ?.limits?.flatMap(({ child, not }) => (not.includes(power) ? [child] : [])),
  )

/**
 * The children about whom this guardian gets no mail. A mail leads to the portal, so it is not sent to a guardian who
 * does not see the child there either.
 */
export const childrenNotTold = (family: FamilyDocument | undefined, guardianId: number): ReadonlySet<number> =>
  family
    ? new Set([...childrenWithout(family, guardianId, 'told'), ...childrenWithout(family, guardianId, 'sees')])
    : new Set()

/** Leaves out the children whom this guardian may not see, and everything about them. */
export const homeSeenBy = (home: Home, guardianId: number): Home => {
  const { family, bookings } = home
  const unseen = childrenWithout(family, guardianId, 'sees')
  const notAskedFor = childrenWithout(family, guardianId, 'asks')
  if (unseen.size === 0) return { ...home, unseen, notAskedFor }
  const isSeen = (child: number | undefined) => child === undefined || !unseen.has(child)
  const registrations = family.registrations.filter(({ child }) => isSeen(child))
  const isOfSeen = (registrationId: number) => registrations.some(({ id }) => id === registrationId)
  return {
    ...home,
    unseen,
    notAskedFor,
    family: {
      ...family,
      children: family.children.filter(({ id }) => isSeen(id)),
      registrations,
      ...(family.priceCategories && { priceCategories: family.priceCategories.filter(({ child }) => isSeen(child)) }),
      ...(family.dossier && { dossier: family.dossier.filter(({ child }) => child === null || isSeen(child)) }),
      ...(family.aids && { aids: family.aids.filter(({ child }) => isSeen(child)) }),
    },
    bookings: {
      ...bookings,
      cells: bookings.cells.filter(({ registration }) => isOfSeen(registration)),
      otherDays: bookings.otherDays.filter(({ child }) => isSeen(child)),
    },
    asks: new Map([...home.asks].filter(([, ask]) => isSeen(ask.childId))),
    requestedRegistrations: home.requestedRegistrations.filter(({ childId }) => isSeen(childId)),
  }
}

/** @throws Refused when the desk has not published the home yet */
export const requireHome = (home: Home | undefined): Home => {
  if (!home) throw new Refused('Votre dossier n’est pas encore arrivé sur le portail. Revenez demain.')
  return home
}

/** The published homes among these families, by family. */
export const homesOf = async (db: Queryable, familyIds: readonly number[]): Promise<ReadonlyMap<number, Home>> => {
  const documents = await documentsOfEach(db, { town: [''], family: familyIds, bookings: familyIds })
  const periodIds = [...documents('family').values()].flatMap(periodsOf)
  const calendars = await documentsOfEach(db, { period: periodIds, places: periodIds })
  const answeredCells = await db
    .select()
    .from(answeredCell)
    .where(inArray(answeredCell.familyId, [...familyIds]))
  const asks = await openDemandes(db, familyIds)
  const requested = await openRegistrations(db, familyIds)
  const homes = new Map<number, Home>()
  for (const familyId of familyIds) {
    const family = documents('family').get(`${familyId}`)
    if (!family) continue
    const isOfFamily = (row: { familyId: number }) => row.familyId === familyId
    const bookings = documents('bookings').get(`${familyId}`) ?? { cells: [], otherDays: [] }
    const published = bookings.cells.map(({ registration, day, slot, ...cell }): [string, HeldCell] => [
      cellKey({ registrationId: registration, day, slotId: slot }),
      cell,
    ])
    homes.set(familyId, {
      town: documents('town').get(''),
      family,
      bookings,
      periods: pickById(calendars('period'), periodsOf(family)),
      places: pickById(calendars('places'), periodsOf(family)),
      held: new Map([
        ...published,
        ...answeredCells.filter(isOfFamily).map((cell): [string, HeldCell] => [cellKey(cell), cell]),
      ]),
      asks: new Map(asks.filter(isOfFamily).map((ask) => [cellKey(ask), ask])),
      requestedRegistrations: requested.filter(isOfFamily),
      unseen: new Set(),
      notAskedFor: new Set(),
    })
  }
  return homes
}

const periodsOf = ({ registrations }: FamilyDocument): number[] => registrations.map(({ period }) => period)

const pickById = <Content>(all: ReadonlyMap<string, Content>, ids: readonly number[]): Map<string, Content> =>
  new Map(
    ids.flatMap((id): [string, Content][] => {
      const content = all.get(`${id}`)
      return content === undefined ? [] : [[`${id}`, content]]
    }),
  )

type HeldCell = { readonly held: Held; readonly note: string }

/**
 * Deliberately not the condition of the partial index on open demandes. Without statistics, PostgreSQL would read that
 * whole index instead of one family's rows: a table that fills within minutes, as on an opening day, has no statistics
 * yet, and PGlite never gathers any.
 */
const isOpen = (table: typeof demande | typeof registrationDemande) =>
  sql`coalesce(${table.withdrawnAt}, ${table.answeredAt}) is null`

const openDemandes = async (db: Queryable, familyIds: readonly number[]): Promise<Demande[]> => {
  const rows = await db
    .select({ row: demande, number: logEntry.number })
    .from(demande)
    .leftJoin(logEntry, eq(logEntry.id, demande.id))
    .where(and(inArray(demande.familyId, [...familyIds]), isOpen(demande)))
  if (rows.length === 0) return []
  const side = await sideOf(db)
  return rows.map(({ row, number }) => ({ ...row, collected: isCollected(number, side) }))
}

const openRegistrations = async (db: Queryable, familyIds: readonly number[]): Promise<RegistrationDemande[]> => {
  const rows = await db
    .select({ row: registrationDemande, number: logEntry.number })
    .from(registrationDemande)
    .leftJoin(logEntry, eq(logEntry.id, registrationDemande.id))
    .where(and(inArray(registrationDemande.familyId, [...familyIds]), isOpen(registrationDemande)))
  if (rows.length === 0) return []
  const side = await sideOf(db)
  return rows.map(({ row, number }) => ({ ...row, collected: isCollected(number, side) }))
}

/** A child's registration, with everything that its days depend on. */
export type RegisteredChild = {
  readonly registration: Registration
  readonly child: Child
  readonly period: PeriodDocument
}

/** @throws Refused, in the same words, for another home's registration and for a registration that does not exist */
export const requireRegistered = (home: Home, registrationId: number): RegisteredChild => {
  const registration = home.family.registrations.find(({ id }) => id === registrationId)
  const child = home.family.children.find(({ id }) => id === registration?.child)
  const period = home.periods.get(`${registration?.period}`)
  if (!registration || !child || !period) throw new Refused('Cette inscription n’existe pas.')
  return { registration, child, period }
}

/** @throws Refused, in the same words, for another home's child and for a child that does not exist */
export const requireChild = (home: Home, childId: number): Child => {
  const child = home.family.children.find(({ id }) => id === childId)
  if (!child) throw new Refused('Cet enfant n’existe pas.')
  return child
}

/**
 * @throws Refused for a child for whom this guardian may ask nothing; for the home itself (null), when they may ask for
 * none of its children
 */
export const requireMayAsk = ({ notAskedFor, family: { children } }: Home, childId: number | null): void => {
  if (childId === null) {
    if (children.length > 0 && children.every(({ id }) => notAskedFor.has(id))) throw new Refused(mayNotAskAtHomeText)
  } else if (notAskedFor.has(childId)) throw new Refused(mayNotAskText, 'child')
}

export const isResident = (family: FamilyDocument, on: Day): boolean =>
  family.residence.find((row) => isWithin(row, on))?.resident ?? false

/** Whether the child's dossier lacks something that is required for the activity of this period. */
export const lacksDossier = (home: Home, childId: number, { activity }: PeriodDocument, on: Day): boolean =>
  isComplete(itemsFor(dossierOn(home, on), { childId, activityId: activity.lead ?? activity.id }), on) === false

/** Reads the facts from which a cell's state is derived, for cells of one registration at one moment. */
export const factsIn = (
  home: Home,
  registered: RegisteredChild,
  at: Instant,
): ((day: Day, slotId: number) => Facts | null) => {
  const { family, bookings, held, asks } = home
  const { registration, child, period } = registered
  const today = dayAt(at)
  const placesOf = placesFor(home, registered)
  const closed = new Map(period.closed.map(({ day, why }) => [day, why]))
  const daysElsewhere = new Set(bookings.otherDays.filter(({ child: id }) => id === child.id).map(({ day }) => day))
  const bookedByDay = bookedElsewhere(home, registered)
  const otherSlotsBooked = bookedInOtherSlots(home, registered)
  const suspendedBy = bookings.suspended?.find(({ activities }) => activities.includes(period.activity.id))
  const isDossierMissing = period.dossier === 'required' && lacksDossier(home, child.id, period, today)
  const suspended = suspendedBy ? { regie: suspendedBy.regie, phone: suspendedBy.phone } : null
  const cachedFacts = new Map<string, Facts | null>()
  const read = (day: Day, slotId: number): Facts | null => {
    const slot = period.slots.find(({ id }) => id === slotId)
    if (!slot) return null
    const places = placesOf(day, slotId)
    const spot = cellKey({ registrationId: registration.id, day, slotId })
    const ask = asks.get(spot)
    const askFact: Ask | null = ask
      ? {
          wish: ask.wish,
          recordedAt: ask.recordedAt,
          collected: ask.collected,
          takenBack: ask.takenBackAt !== null,
        }
      : null
    const question = { at, day, slot, isWorkingDay }
    return {
      day,
      today,
      held: withoutExpiredOffer(held.get(spot)?.held ?? nothingHeld, at),
      ask: askFact,
      bookable: bookable({
        ...question,
        opening: places
          ? places.capacity === null
            ? { open: false, why: `pas d’accueil du groupe ${places.group?.name ?? ''}` }
            : { open: true, capacity: places.capacity, held: places.held }
          : { open: false, why: closed.get(day) },
        period: {
          from: period.from,
          booking: period.booking,
          waitingList: period.waitingList,
          ...(period.bookingWindow && { window: period.bookingWindow }),
        },
        registration: { state: registration.state, span: registration },
        conditions: registration.isExempt ? noConditions : period.conditions,
        child: {
          birth: child.birth,
          ...schoolingOn(child, day),
          resident: isResident(family, day),
          put: registration.put,
        },
        mayAsk: !home.notAskedFor.has(child.id),
        ownDay: !daysElsewhere.has(day),
        others: [...(bookedByDay.get(day) ?? []), ...otherSlotsBooked(day, slotId)],
        suspended,
        lacksDossier: isDossierMissing,
      }),
      cancellable: cancellable(period.cancelling, { ...question, period }),
      placesLeft: places ? (places.capacity ?? 0) - places.held : 0,
      ...(places && places.waiting > 0 && { waiting: places.waiting }),
    }
  }
  return (day, slotId) => {
    const key = `${day} ${slotId}`
    const facts = cachedFacts.get(key) ?? read(day, slotId)
    cachedFacts.set(key, facts)
    return facts
  }
}

/** The group of the child on a day; null when the activity has no groups, or the child is in none. */
export const groupIn = (
  {
    child,
    period,
    registration,
  }: Pick<RegisteredChild, 'child' | 'period'> & { readonly registration: Pick<Registration, 'put'> },
  day: Day,
): Group | null => {
  const { schoolClass } = schoolingOn(child, day)
  return groupOn(period.conditions.groups ?? [], { birth: child.birth, schoolClass, put: registration.put }, day)
}

/** The places of a slot shown to a parent: those of the child's group, where groups have their own places. */
export type PublishedPlaces = {
  readonly group: Group | null
  /** Null when the group has no places that day. */
  readonly capacity: number | null
  readonly held: number
  readonly waiting: number
}

/** The places that count for the child on each slot; undefined for a slot that is not open. */
export const placesFor = (
  home: Home,
  registered: RegisteredChild,
): ((day: Day, slotId: number) => PublishedPlaces | undefined) => {
  const { period } = registered
  const openings = new Map(period.openings.map((opening) => [`${opening.day} ${opening.slot}`, opening]))
  const counts = new Map(
    home.places.get(`${period.id}`)?.openings.map((opening) => [`${opening.day} ${opening.slot}`, opening]) ?? [],
  )
  return (day, slotId) => {
    const opening = openings.get(`${day} ${slotId}`)
    if (!opening) return undefined
    const { held = 0, waiting = 0, groups } = counts.get(`${day} ${slotId}`) ?? {}
    const group = opening.groupPlaces ? groupIn(registered, day) : null
    // A child of no group has no place there until the service puts it in a group.
    if (!group && opening.groupPlaces) return { group, capacity: 0, held: 0, waiting: 0 }
    if (!group) return { group, capacity: opening.capacity, held, waiting }
    const own = groups?.find(({ groupId }) => groupId === group.id)
    const capacity = opening.groupPlaces?.find(({ groupId }) => groupId === group.id)?.capacity ?? null
    return { group, capacity, held: own?.held ?? 0, waiting: own?.waiting ?? 0 }
  }
}

/**
 * Until when a place from the waiting list is offered, while the parents have not answered; null when none is offered.
 */
export const offeredUntil = (home: Home, spot: CellRef, at: Instant): Instant | null =>
  home.asks.has(cellKey(spot)) ? null : offerUntil(home, spot, at)

/** Whether the parents asked for the place that the waiting list offers them. */
export const isOfferTaken = (home: Home, spot: CellRef, at: Instant): boolean =>
  home.asks.get(cellKey(spot))?.wish === 'book' && offerUntil(home, spot, at) !== null

const offerUntil = ({ held }: Home, spot: CellRef, at: Instant): Instant | null => {
  const there = withoutExpiredOffer(held.get(cellKey(spot))?.held ?? nothingHeld, at)
  return there.kind === 'waitlisted' ? (there.offeredUntil ?? null) : null
}

/** An offer that has expired is no longer an offer, even if the desk has not published so yet. */
const withoutExpiredOffer = (held: Held, at: Instant): Held =>
  held.kind === 'waitlisted' && held.offeredUntil !== undefined && held.offeredUntil < at
    ? { kind: 'waitlisted', rank: held.rank }
    : held

/** The child's confirmed bookings through the home's other registrations, by day. */
const bookedElsewhere = (
  home: Home,
  { registration, child }: RegisteredChild,
): ReadonlyMap<Day, ConfirmedBooking[]> => {
  const found = new Map<Day, ConfirmedBooking[]>()
  for (const other of home.family.registrations) {
    const period = home.periods.get(`${other.period}`)
    if (other.child !== child.id || other.id === registration.id || !period) continue
    for (const { registration: id, day, slot: slotId } of home.bookings.cells) {
      const slot = period.slots.find((known) => known.id === slotId)
      const kind = home.held.get(cellKey({ registrationId: id, day, slotId }))?.held.kind
      if (id !== other.id || kind !== 'confirmed' || !slot) continue
      const booked = { activity: period.activity.name, slot: slot.name, start: slot.start, end: slot.end }
      found.set(day, [...(found.get(day) ?? []), booked])
    }
  }
  return found
}

/** The child's confirmed bookings that day in other slots of the same registration: their hours may overlap. */
const bookedInOtherSlots =
  ({ held }: Home, { registration, period }: RegisteredChild) =>
  (day: Day, slotId: number): ConfirmedBooking[] =>
    period.slots
      .filter(({ id }) => {
        const there = held.get(cellKey({ registrationId: registration.id, day, slotId: id }))?.held.kind
        return id !== slotId && there === 'confirmed'
      })
      .map(({ name, start, end }) => ({ activity: period.activity.name, slot: name, start, end }))

/** Serialises what a home asks for: what is checked under the lock stays true until it is written. */
export const lockHome = (tx: Transaction, familyId: number): Promise<void> => lockHomes(tx, [familyId])

/** Locks homes in the order of their ids, so that two transactions cannot deadlock. */
export const lockHomes = async (tx: Transaction, familyIds: readonly number[]): Promise<void> => {
  const ids = JSON.stringify(familyIds)
  await tx.execute(sql`select pg_advisory_xact_lock(4620, home.id)
    from (select value::int id from json_array_elements_text(${ids}::json) order by 1) home`)
}
