import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Drafts, WeekDrafts } from '../../../shared/contract/portal/demandes.ts'
import { type Day, type Instant, mondayOf } from '../../../shared/rules/calendar/day.ts'
import { applyTypicalWeek } from '../../../shared/rules/calendar/typical-week.ts'
import { type Facts, takesPlace } from '../../../shared/rules/cell/cell.ts'
import type { CellAction, CellActor } from '../../../shared/rules/cell/cell-actions.ts'
import { whyNotAction } from '../../../shared/rules/cell/cell-verdicts.ts'
import { type LateSurcharge, surchargeText } from '../../../shared/rules/cell/late-surcharge.ts'
import { willWaitText } from '../../../shared/rules/cell/waiting.ts'
import { mayNotAskText } from '../../../shared/rules/people/guardian-bond.ts'
import { isTaken, mayCome, togetherText } from '../../../shared/rules/requests/week-rule.ts'
import type { Login } from '../account/account.ts'
import {
  type CellRef,
  cellKey,
  factsIn,
  type Home,
  homeOf,
  placesFor,
  type RegisteredChild,
  requireRegistered,
} from '../family/family.ts'
import type { Portal } from '../portal.ts'
import { draft } from '../store/schema/index.ts'
import type { Queryable, Transaction } from '../store/store.ts'
import { acceptedCents, type Change, estimates, surchargeOf } from './estimate.ts'
import { blocksOf, cancelledWith, goesTogether, weekTrouble } from './weeks.ts'

/** A parent's draft: days that one guardian ticked for one home, stored on the portal and not sent to the town. */

type DraftRow = typeof draft.$inferSelect
/** On the portal, a parent is always the one who acts. */
export const parent: CellActor = { kind: 'parent' }

export type Tick = CellRef & { readonly wish: 'book' | 'cancel' }

const loginKey = ({ guardianId, familyId }: Pick<Login, 'guardianId' | 'familyId'>) => `${guardianId} ${familyId}`

const draftsOf = async (db: Queryable, login: Login): Promise<readonly DraftRow[]> =>
  (await draftsOfEach(db, [login]))(login)

export const draftsOfEach = async (
  db: Queryable,
  logins: readonly Login[],
): Promise<(login: Login) => readonly DraftRow[]> => {
  const ids = logins.map(({ guardianId }) => guardianId)
  const rows = await db
    .select()
    .from(draft)
    .where(inArray(draft.guardianId, ids))
    .orderBy(draft.registrationId, draft.day, draft.slotId)
  const byLogin = Map.groupBy(rows, loginKey)
  return (login) => byLogin.get(loginKey(login)) ?? []
}

export const drafts = async (portal: Portal, login: Login): Promise<Drafts> => {
  const { db } = portal.store
  return draftsIn(db, await homeOf(db, login), login, portal.clock())
}

/** The drafts of a home already read. */
export const draftsIn = async (db: Queryable, home: Home, login: Login, at: Instant): Promise<Drafts> =>
  toDrafts(home, await draftsOf(db, login), at, [])

/** Deletes many ticks in one statement, of one or several guardians: a typical week may tick hundreds of days. */
export const untick = async (tx: Transaction, ticks: readonly Omit<DraftRow, 'wish'>[]): Promise<void> => {
  if (ticks.length === 0) return
  const keys = ticks.map((tick) => [tick.guardianId, tick.familyId, tick.registrationId, tick.day, tick.slotId])
  await tx.execute(sql`delete from ${draft}
    using json_array_elements(${JSON.stringify(keys)}::json) tick
    where guardian_id = (tick ->> 0)::int and family_id = (tick ->> 1)::int and registration_id = (tick ->> 2)::int
      and day = tick ->> 3 and slot_id = (tick ->> 4)::int`)
}

/** Stores and deletes ticks; those that the rules now forbid are returned as refused. */
export const saveDrafts = async (
  portal: Portal,
  login: Login,
  asked: readonly { registration: number; day: Day; slot: number; wish: 'book' | 'cancel' | null }[],
): Promise<Drafts> => {
  const at = portal.clock()
  return portal.store.db.transaction(async (tx) => {
    const home = await homeOf(tx, login)
    const judge = createFactsReader(home, at)
    const refused: Drafts['refused'] = []
    const accepted: DraftRow[] = []
    const { guardianId, familyId } = login
    const cells = asked.flatMap((cell) => [cell, ...takenAlong(judge, cell)])
    for (const { registration, day, slot, wish } of cells) {
      const spot = { registrationId: registration, day, slotId: slot }
      const cell = judge(spot)
      const mayAsk = !home.notAskedFor.has(cell.registered.child.id)
      const reason = wish === null ? null : mayAsk ? whyNotTick(cell, wish) : mayNotAskText
      if (reason !== null) refused.push({ registration, day, slot, reason })
      else if (wish !== null) accepted.push({ guardianId, familyId, ...spot, wish })
    }
    await untick(
      tx,
      cells.map(({ registration, day, slot }) => ({
        guardianId,
        familyId,
        registrationId: registration,
        day,
        slotId: slot,
      })),
    )
    if (accepted.length > 0) await tx.insert(draft).values(accepted).onConflictDoNothing()
    return toDrafts(home, await draftsOf(tx, login), at, refused)
  })
}

/**
 * The slots of the same day that depend on this one: cancelling it cancels or unticks them. Unticking it, as « Défaire
 * » does, also unticks what was ticked together with it.
 */
const takenAlong = (
  judge: ReturnType<typeof createFactsReader>,
  { registration, day, slot, wish }: { registration: number; day: Day; slot: number; wish: 'book' | 'cancel' | null },
) =>
  wish === 'book'
    ? []
    : cancelledWith(judge, { registrationId: registration, day, slotId: slot }).map(({ slotId, isHeld }) => ({
        registration,
        day,
        slot: slotId,
        wish: wish === 'cancel' && isHeld ? wish : null,
      }))

/** « Appliquer ma semaine type » */
export const draftWeek = async (
  portal: Portal,
  login: Login,
  {
    registration: registrationId,
    from,
    week,
  }: { registration: number; from: Day; week: readonly { weekday: number; slot: number }[] },
): Promise<WeekDrafts> => {
  const at = portal.clock()
  const home = await homeOf(portal.store.db, login)
  const { registration, period } = requireRegistered(home, registrationId)
  const judge = createFactsReader(home, at)
  const first = from > registration.from ? from : registration.from
  const cellOf = ({ day, slot }: { readonly day: Day; readonly slot: number }) => ({
    registrationId,
    day,
    slotId: slot,
  })
  const applied = applyTypicalWeek(week, { from: first, to: registration.to }, (day, slot) =>
    whyNotTick(judge(cellOf({ day, slot })), 'book'),
  )
  // A week with a day that cannot be asked for, or that breaks the rule of weeks, is left out as a whole.
  const left = new Map(
    blocksOf(judge, applied.filled.map(cellOf)).flatMap((block) => {
      const inWeek = applied.skipped.find((one) => {
        const { facts } = judge(cellOf(one))
        return (
          period.weekRule &&
          mondayOf(one.day) === mondayOf(block[0]?.day ?? one.day) &&
          facts &&
          mayCome(facts) &&
          !isTaken(facts)
        )
      })
      const why = inWeek
        ? togetherText(inWeek.day, inWeek.reason)
        : weekTrouble(
            judge,
            block.map((cell) => ({ ...cell, wish: 'book' })),
          )
      return why === null ? [] : block.map((cell) => [cellKey(cell), why] as const)
    }),
  )
  const filled = applied.filled.filter((one) => !left.has(cellKey(cellOf(one))))
  const skipped = [
    ...applied.skipped,
    ...applied.filled.flatMap((one) => {
      const reason = left.get(cellKey(cellOf(one)))
      return reason === undefined ? [] : [{ ...one, reason }]
    }),
  ]
  const saved =
    filled.length === 0
      ? toDrafts(home, await draftsOf(portal.store.db, login), at, [])
      : await saveDrafts(
          portal,
          login,
          filled.map(({ day, slot }) => ({ registration: registrationId, day, slot, wish: 'book' as const })),
        )
  const slotName = (slot: number) => period.slots.find(({ id }) => id === slot)?.name ?? ''
  return { ...saved, skipped: skipped.map((one) => ({ ...one, slotName: slotName(one.slot) })) }
}

export const clearDrafts = async (portal: Portal, login: Login): Promise<Drafts> => {
  const { guardianId, familyId } = login
  await portal.store.db.delete(draft).where(and(eq(draft.guardianId, guardianId), eq(draft.familyId, familyId)))
  return drafts(portal, login)
}

type CellFacts = { readonly registered: RegisteredChild; readonly facts: Facts | null }

/** @returns a function that reads the facts of any cell of the home, with a cache per registration */
export const createFactsReader = (home: Home, at: Instant) => {
  const calendars = new Map<number, { registered: RegisteredChild; factsOf: ReturnType<typeof factsIn> }>()
  return ({ registrationId, day, slotId }: CellRef): CellFacts => {
    let calendar = calendars.get(registrationId)
    if (!calendar) {
      const registered = requireRegistered(home, registrationId)
      calendar = { registered, factsOf: factsIn(home, registered, at) }
      calendars.set(registrationId, calendar)
    }
    return { registered: calendar.registered, facts: calendar.factsOf(day, slotId) }
  }
}

export const noSuchSlot = 'Cette plage n’existe pas.'

/** The action that recording a tick performs: cancelling a place on the waiting list means leaving the list. */
export const actionOf = (facts: Facts, wish: 'book' | 'cancel'): CellAction => {
  if (wish === 'book') return 'record'
  return facts.held.kind === 'waitlisted' ? 'leave' : 'askCancel'
}

export const whyNotTick = ({ facts }: CellFacts, wish: 'book' | 'cancel'): string | null =>
  facts ? whyNotAction(actionOf(facts, wish), facts, parent) : noSuchSlot

const toDrafts = (home: Home, rows: readonly DraftRow[], at: Instant, refused: Drafts['refused']): Drafts => {
  const judge = createFactsReader(home, at)
  const items: Drafts['items'] = []
  const changes = new Map<number, Change[]>()
  // The desk has since withdrawn a registration: its days no longer exist.
  const known = rows.filter((row) => home.family.registrations.some(({ id }) => id === row.registrationId))
  const weeks = weeksOf(home, judge, known)
  for (const row of known) {
    const { registered, facts } = judge(row)
    const week = weeks.get(cellKey(row))
    const reason = whyNotTick({ registered, facts }, row.wish) ?? week?.trouble ?? null
    const slot = registered.period.slots.find(({ id }) => id === row.slotId)
    const surcharge = facts && reason === null ? surchargeOf(facts, row.wish) : null
    items.push({
      registration: row.registrationId,
      child: registered.child.firstName,
      activity: registered.period.name,
      day: row.day,
      slot: row.slotId,
      slotName: slot?.name ?? '',
      wish: row.wish,
      surchargeCents: acceptedCents(surcharge),
      ...outcomeOf(home, registered, facts, row, reason, surcharge),
      ...(week?.trouble &&
        facts &&
        whyNotTick({ registered, facts }, row.wish) === null && { outcome: 'week' as const }),
      ...(week?.isWaiting && row.wish === 'book' && reason === null && waitingWeek),
    })
    if (!facts || reason !== null) continue
    changes.set(row.registrationId, [
      ...(changes.get(row.registrationId) ?? []),
      {
        slotId: row.slotId,
        facts,
        wish: row.wish,
        isWaiting: (week?.isWaiting && row.wish === 'book') || goesToWaitingList(home, registered, facts, row),
      },
    ])
  }
  const asked = [...changes].map(([id, list]) => ({ registered: requireRegistered(home, id), changes: list }))
  const costs = estimates(home, asked)
  return {
    items,
    refused: [...refused],
    estimate: {
      totalCents: costs.reduce((sum, { totalCents }) => sum + totalCents, 0),
      waitingCents: costs.reduce((sum, { waitingCents }) => sum + waitingCents, 0),
      days: costs.flatMap(({ days }, at) =>
        days.map((priced) => ({ registration: asked[at]?.registered.registration.id ?? 0, ...priced })),
      ),
      explanations: [...new Set(costs.flatMap(({ explanations }) => explanations))],
      warnings: [...new Set(costs.flatMap(({ warnings }) => warnings))],
    },
  }
}

const waitingWeek = {
  outcome: 'waitingList',
  text: 'Un jour de la semaine est complet\u00a0: toute la semaine ira sur la liste d’attente.',
} as const

/**
 * For each tick of a week that goes together: why the week cannot be recorded, and whether it would wait for places.
 */
export const weeksOf = (
  home: Home,
  judge: ReturnType<typeof createFactsReader>,
  ticks: readonly Tick[],
): ReadonlyMap<string, { readonly trouble: string | null; readonly isWaiting: boolean }> =>
  new Map(
    blocksOf(judge, ticks).flatMap((block) => {
      const [first] = block
      if (!first || !goesTogether(judge(first).registered)) return []
      const impossible = block.find((tick) => whyNotTick(judge(tick), tick.wish) !== null)
      const why = impossible && whyNotTick(judge(impossible), impossible.wish)
      const trouble = impossible && why ? togetherText(impossible.day, why) : weekTrouble(judge, block)
      const isWaiting = block.some((tick) => {
        const { registered, facts } = judge(tick)
        return facts !== null && goesToWaitingList(home, registered, facts, tick)
      })
      return block.map((tick) => [cellKey(tick), { trouble, isWaiting }] as const)
    }),
  )

const waitingAt = (home: Home, registered: RegisteredChild, { day, slotId }: CellRef): number =>
  placesFor(home, registered)(day, slotId)?.waiting ?? 0

/** Whether a booking would go to the waiting list: no place remains, or others already wait. */
export const goesToWaitingList = (
  home: Home,
  registered: RegisteredChild,
  facts: Facts,
  { wish, ...spot }: Tick,
): boolean =>
  wish === 'book' && !takesPlace(facts.held) && (facts.placesLeft <= 0 || waitingAt(home, registered, spot) > 0)

const outcomeOf = (
  home: Home,
  registered: RegisteredChild,
  facts: Facts | null,
  ticked: Tick,
  reason: string | null,
  surcharge: LateSurcharge | null,
): Pick<Drafts['items'][number], 'outcome' | 'text'> => {
  if (reason !== null || !facts) return { outcome: 'refused', text: reason ?? noSuchSlot }
  if (surcharge !== null) return { outcome: 'surcharge', text: `Hors délai\u00a0: ${surchargeText(surcharge)}.` }
  if (goesToWaitingList(home, registered, facts, ticked)) {
    const waiting = waitingAt(home, registered, ticked)
    return {
      outcome: 'waitingList',
      text: `Complet\u00a0: ${willWaitText(waiting, registered.period.waitingByPriority)}.`,
    }
  }
  return { outcome: 'record', text: '' }
}
