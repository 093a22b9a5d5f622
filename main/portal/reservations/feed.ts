import { and, eq } from 'drizzle-orm'
import ical, { ICalEventStatus } from 'ical-generator'
import { ascending } from '../../../shared/collections.ts'
import { dayAt, daysBetween, type Instant, instantOf, type TimeOfDay } from '../../../shared/rules/calendar/day.ts'
import { type Login, newSecret } from '../account/account.ts'
import { cellKey, type Home, homeOf } from '../family/family.ts'
import type { Portal } from '../portal.ts'
import { documentOf, documentsOf, publishedAt } from '../published/documents.ts'
import { account, accountHome, feed } from '../store/schema/index.ts'
import { sha256 } from '../store/store.ts'

/** How often calendar applications should refresh; more frequent requests are also answered. */
const refreshSeconds = 6 * 3600

const feedPath = (secret: string): string => `/agenda/${secret}.ics`

/** The secret in the path of an agenda; null for any other path. */
export const feedSecretIn = (pathname: string): string | null =>
  /^\/agenda\/([\w-]{43})\.ics$/.exec(pathname)?.[1] ?? null

export const feedOf = async ({ store: { db } }: Portal, { guardianId }: Login) => {
  const [row] = await db.select().from(feed).where(eq(feed.guardianId, guardianId))
  return row ? { createdAt: row.createdAt, readOn: row.readOn } : null
}

/** Creates a new secret address, returned only here. The previous address stops working. */
export const createFeed = async (portal: Portal, { guardianId }: Login): Promise<{ address: string }> => {
  const { secret, hash } = newSecret()
  const created = { hash, createdAt: portal.clock(), readOn: null }
  await portal.store.db
    .insert(feed)
    .values({ guardianId, ...created })
    .onConflictDoUpdate({ target: feed.guardianId, set: created })
  return { address: `${portal.address}${feedPath(secret)}` }
}

export const closeFeed = async ({ store: { db } }: Portal, { guardianId }: Login): Promise<void> => {
  await db.delete(feed).where(eq(feed.guardianId, guardianId))
}

/** The agenda behind a secret, in iCalendar (RFC 5545); null when the secret is not in use. */
export const agendaOf = async (portal: Portal, secret: string): Promise<string | null> => {
  const { db } = portal.store
  const hash = sha256(secret)
  const [owner] = await db
    .select({ guardianId: feed.guardianId, readOn: feed.readOn })
    .from(feed)
    .innerJoin(account, and(eq(account.guardianId, feed.guardianId), eq(account.blocked, false)))
    .where(eq(feed.hash, hash))
  if (!owner) return null
  const today = dayAt(portal.clock())
  if (owner.readOn !== today) await db.update(feed).set({ readOn: today }).where(eq(feed.hash, hash))
  const homes = await db
    .select({ familyId: accountHome.familyId })
    .from(accountHome)
    .where(eq(accountHome.guardianId, owner.guardianId))
  const published = await documentsOf(
    db,
    'family',
    homes.map(({ familyId }) => familyId),
  )
  const town = await documentOf(db, 'town')
  const calendar = ical({
    name: town ? `Enfants – ${town.name}` : 'Enfants',
    prodId: { company: 'Espace Jeunesse', product: 'Portail Famille', language: 'FR' },
    ttl: refreshSeconds,
  })
  const stamp = (await publishedAt(db)) ?? portal.clock()
  for (const { id: familyId } of published.values()) {
    for (const { id, summary, place, start, end } of stays(
      await homeOf(db, { familyId, guardianId: owner.guardianId }),
    )) {
      calendar.createEvent({
        id: `${id}@portail-famille`,
        stamp: new Date(stamp),
        start: new Date(start),
        end: new Date(end),
        summary,
        location: place,
        status: ICalEventStatus.CONFIRMED,
      })
    }
  }
  return calendar.toString()
}

type Stay = {
  readonly id: string
  readonly summary: string
  readonly place: string
  readonly start: Instant
  readonly end: Instant
}

/** A child's presence at an activity on a day: consecutive confirmed slots are one stay. */
const stays = (home: Home): Stay[] =>
  home.family.registrations.flatMap((registration) => {
    const period = home.periods.get(`${registration.period}`)
    const child = home.family.children.find(({ id }) => id === registration.child)
    if (!period || !child) return []
    const slots = period.slots.toSorted(ascending(({ start }) => start))
    // All days of the period, not only its openings: staff may book a day that is closed.
    return daysBetween(period.from, period.to).flatMap((day) => {
      const held = slots.filter(
        ({ id }) =>
          home.held.get(cellKey({ registrationId: registration.id, day, slotId: id }))?.held.kind === 'confirmed',
      )
      return joinedSlots(held).map(({ slotId, start, end, names }) => ({
        id: `${registration.id}-${day}-${slotId}`,
        summary: `${child.firstName}\u00a0: ${period.activity.name}, ${names.join(', ').toLowerCase()}`,
        place: period.facility.name,
        start: instantOf(day, start),
        end: instantOf(day, end),
      }))
    })
  })

type Run = { slotId: number; start: TimeOfDay; end: TimeOfDay; names: string[] }

const joinedSlots = (slots: readonly { id: number; name: string; start: TimeOfDay; end: TimeOfDay }[]): Run[] => {
  const runs: Run[] = []
  for (const { id, name, start, end } of slots) {
    const last = runs.at(-1)
    if (last?.end === start) {
      last.end = end
      last.names.push(name)
    } else runs.push({ slotId: id, start, end, names: [name] })
  }
  return runs
}
