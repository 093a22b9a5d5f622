import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import type {
  BookingsDocument,
  FamilyDocument,
  PeriodDocument,
  PlacesDocument,
} from '../../shared/contract/portal/documents.ts'
import { type Booked, bookable, cancellable } from '../../shared/rules/bookable.ts'
import { type Ask, type Facts, type Held, nothingHeld } from '../../shared/rules/cell.ts'
import { type Day, dayAt, type Instant, isWithin } from '../../shared/rules/day.ts'
import { isWorkingDay } from '../../shared/rules/public-holidays.ts'
import type { Login } from './accounts.ts'
import { sideOf } from './log.ts'
import { documentOf, documentsOf } from './publications.ts'
import { Refused } from './refused.ts'
import { answeredCell, demande, logEntry, registrationDemande } from './schema.ts'
import type { Work } from './store.ts'

export type Demande = typeof demande.$inferSelect & { readonly collected: boolean }
export type RegistrationDemande = typeof registrationDemande.$inferSelect & { readonly collected: boolean }
export type Registration = FamilyDocument['registrations'][number]
export type Child = FamilyDocument['children'][number]

/** One home as its parents see it: what the desk published, and what they asked for since. */
export type Home = {
  readonly family: FamilyDocument
  readonly bookings: BookingsDocument
  /** By id: those of the home's registrations. */
  readonly periods: ReadonlyMap<string, PeriodDocument>
  readonly places: ReadonlyMap<string, PlacesDocument>
  /** By registration, day and slot. */
  readonly held: ReadonlyMap<string, { readonly held: Held; readonly note: string }>
  readonly asks: ReadonlyMap<string, Demande>
  readonly registrationsAsked: readonly RegistrationDemande[]
}

/** Where a cell is, inside a home. */
export type Spot = { readonly registrationId: number; readonly day: Day; readonly slotId: number }

export const spotKey = ({ registrationId, day, slotId }: Spot): string => `${registrationId} ${day} ${slotId}`

/**
 * The home on screen of who is logged in, and no other: every id that a page sends is looked for in here.
 * @throws Refused until the desk has published it
 */
export const homeOf = async (work: Work, { familyId }: Pick<Login, 'familyId'>): Promise<Home> => {
  const family = await documentOf(work, 'family', familyId)
  if (!family) throw new Refused('Votre dossier n’est pas encore arrivé sur le portail. Revenez demain.')
  const periodIds = family.registrations.map(({ period }) => period)
  const [bookings, periods, places, settled, asks, registrationsAsked] = [
    await documentOf(work, 'bookings', familyId),
    await documentsOf(work, 'period', periodIds),
    await documentsOf(work, 'places', periodIds),
    await work.select().from(answeredCell).where(eq(answeredCell.familyId, familyId)),
    await openDemandes(work, familyId),
    await openRegistrations(work, familyId),
  ]
  const held = new Map<string, { held: Held; note: string }>()
  for (const { registration, day, slot, ...cell } of bookings?.cells ?? []) {
    held.set(spotKey({ registrationId: registration, day, slotId: slot }), cell)
  }
  for (const cell of settled) held.set(spotKey(cell), cell)
  return {
    family,
    bookings: bookings ?? { cells: [], otherDays: [] },
    periods,
    places,
    held,
    asks: new Map(asks.map((ask) => [spotKey(ask), ask])),
    registrationsAsked,
  }
}

/** Collected is nothing but: the desk has acknowledged its entry, or the entry is so old that it is forgotten. */
const collectedBy = (number: number | null, acknowledged: number): boolean => number === null || number <= acknowledged

const openDemandes = async (work: Work, familyId: number): Promise<Demande[]> => {
  const rows = await work
    .select({ row: demande, number: logEntry.number })
    .from(demande)
    .leftJoin(logEntry, eq(logEntry.id, demande.id))
    .where(and(eq(demande.familyId, familyId), isNull(demande.withdrawnAt), isNull(demande.answeredAt)))
  if (rows.length === 0) return []
  const { acknowledged } = await sideOf(work)
  return rows.map(({ row, number }) => ({ ...row, collected: collectedBy(number, acknowledged.number) }))
}

const openRegistrations = async (work: Work, familyId: number): Promise<RegistrationDemande[]> => {
  const rows = await work
    .select({ row: registrationDemande, number: logEntry.number })
    .from(registrationDemande)
    .leftJoin(logEntry, eq(logEntry.id, registrationDemande.id))
    .where(
      and(
        eq(registrationDemande.familyId, familyId),
        isNull(registrationDemande.withdrawnAt),
        isNull(registrationDemande.answeredAt),
      ),
    )
  if (rows.length === 0) return []
  const { acknowledged } = await sideOf(work)
  return rows.map(({ row, number }) => ({ ...row, collected: collectedBy(number, acknowledged.number) }))
}

/** What this home's children are in, with all that its days depend on. */
export type Enrolled = {
  readonly registration: Registration
  readonly child: Child
  readonly period: PeriodDocument
}

/** @throws Refused for another home's registration as for one that does not exist */
export const enrolledIn = (home: Home, registrationId: number): Enrolled => {
  const registration = home.family.registrations.find(({ id }) => id === registrationId)
  const child = home.family.children.find(({ id }) => id === registration?.child)
  const period = home.periods.get(`${registration?.period}`)
  if (!registration || !child || !period) throw new Refused('Cette inscription n’existe pas.')
  return { registration, child, period }
}

/** @throws Refused for another home's child as for one that does not exist */
export const childOf = (home: Home, childId: number): Child => {
  const child = home.family.children.find(({ id }) => id === childId)
  if (!child) throw new Refused('Cet enfant n’existe pas.')
  return child
}

export const isResident = (family: FamilyDocument, on: Day): boolean =>
  family.residence.find((row) => isWithin(row, on))?.resident ?? false

/** Everything that the nine states are derived from, for cells of one registration at one moment. */
export const factsIn = (home: Home, enrolled: Enrolled, at: Instant): ((day: Day, slotId: number) => Facts | null) => {
  const { family, bookings, held, asks } = home
  const { registration, child, period } = enrolled
  const today = dayAt(at)
  const capacities = new Map(period.openings.map(({ day, slot, capacity }) => [`${day} ${slot}`, capacity]))
  const taken = new Map(
    home.places.get(`${period.id}`)?.openings.map(({ day, slot, held }) => [`${day} ${slot}`, held]) ?? [],
  )
  const closed = new Map(period.closed.map(({ day, why }) => [day, why]))
  const elsewhere = new Set(bookings.otherDays.filter(({ child: id }) => id === child.id).map(({ day }) => day))
  const others = bookedElsewhere(home, enrolled)
  return (day, slotId) => {
    const slot = period.slots.find(({ id }) => id === slotId)
    if (!slot) return null
    const capacity = capacities.get(`${day} ${slotId}`)
    const heldThere = taken.get(`${day} ${slotId}`) ?? 0
    const spot = spotKey({ registrationId: registration.id, day, slotId })
    const ask = asks.get(spot)
    const asked: Ask | null = ask
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
      held: held.get(spot)?.held ?? nothingHeld,
      ask: asked,
      bookable: bookable({
        ...question,
        opening:
          capacity === undefined ? { open: false, why: closed.get(day) } : { open: true, capacity, held: heldThere },
        period: {
          from: period.from,
          booking: period.booking,
          waitingList: period.waitingList,
          ...(period.bookingWindow && { window: period.bookingWindow }),
        },
        registration: { state: registration.state, span: registration },
        conditions: period.conditions,
        child: { birth: child.birth, schoolClass: child.schoolClass, resident: isResident(family, day) },
        ownDay: !elsewhere.has(day),
        others: others.get(day) ?? [],
      }),
      cancellable: cancellable(period.cancelling, { ...question, period }),
      placesLeft: (capacity ?? 0) - heldThere,
    }
  }
}

/** What the child has booked through the home's other registrations, by day. */
const bookedElsewhere = (home: Home, { registration, child }: Enrolled): ReadonlyMap<Day, Booked[]> => {
  const found = new Map<Day, Booked[]>()
  for (const other of home.family.registrations) {
    const period = home.periods.get(`${other.period}`)
    if (other.child !== child.id || other.id === registration.id || !period) continue
    for (const { registration: id, day, slot: slotId } of home.bookings.cells) {
      const slot = period.slots.find((known) => known.id === slotId)
      const kind = home.held.get(spotKey({ registrationId: id, day, slotId }))?.held.kind
      if (id !== other.id || kind !== 'confirmed' || !slot) continue
      const booked = { activity: period.activity.name, slot: slot.name, start: slot.start, end: slot.end }
      found.set(day, [...(found.get(day) ?? []), booked])
    }
  }
  return found
}

/** Nothing of this home is asked for by two at once: what is checked stays true until it is written. */
export const lockHome = async (write: Work, familyId: number): Promise<void> => {
  await write.execute(sql`select pg_advisory_xact_lock(4620, ${familyId})`)
}

/** Demandes by their ids, whatever became of them, among those of the home. */
export const demandesOf = async (work: Work, familyId: number, ids: readonly string[]) =>
  ids.length === 0
    ? []
    : work
        .select()
        .from(demande)
        .where(and(eq(demande.familyId, familyId), inArray(demande.id, [...ids])))
