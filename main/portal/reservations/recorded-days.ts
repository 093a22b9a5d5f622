import { randomUUID } from 'node:crypto'
import type { Receipt, ReceiptBody } from '../../../shared/contract/portal/demandes.ts'
import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { type Facts, takesPlace, type Wish } from '../../../shared/rules/cell/cell.ts'
import { move } from '../../../shared/rules/cell/cell-moves.ts'
import { whyNotAction } from '../../../shared/rules/cell/cell-verdicts.ts'
import { mayNotAskText } from '../../../shared/rules/people/guardian-bond.ts'
import { ticksDigest } from '../../../shared/rules/requests/ticks.ts'
import { togetherText } from '../../../shared/rules/requests/week-rule.ts'
import type { Login } from '../account/account.ts'
import { cellKey, type Demande, type Home, requireRegistered } from '../family/family.ts'
import type { Portal } from '../portal.ts'
import { Refused } from '../refused.ts'
import {
  actionOf,
  createFactsReader,
  goesToWaitingList,
  noSuchSlot,
  parent,
  type Tick,
  weeksOf,
  whyNotTick,
} from './drafts.ts'
import { acceptedCents, type Change, estimates, surchargeOf } from './estimate.ts'
import { type Outcome, recordRequest } from './recording.ts'
import { blocksOf, goesTogether, weekOf } from './weeks.ts'

/**
 * « Enregistrer mes demandes »: records each ticked day that the rules allow, and lists the others with the reason. A
 * repeated request returns the same receipt.
 * @throws Refused when no day can be recorded
 */
export const record = (
  portal: Portal,
  login: Login,
  { request, surchargeAccepted, shown }: { request: string; surchargeAccepted: boolean; shown?: string | undefined },
): Promise<Receipt> =>
  recordRequest(portal, login, request, ({ home, at, drafts }) => {
    if (drafts.length === 0) throw new Refused('Il n’y a rien à enregistrer\u00a0: choisissez d’abord des jours.')
    const judge = createFactsReader(home, at)
    const isRegistered = ({ registrationId }: Tick) => home.family.registrations.some(({ id }) => id === registrationId)
    const ticks = drafts.filter(isRegistered)
    if (shown !== undefined && shown !== digestOf(ticks))
      throw new Refused('Votre brouillon a changé dans une autre page\u00a0: relisez-le, puis enregistrez.')
    const outcome = decideDays(login, ticks, judge, { at, surchargeAccepted, home })
    return { ...outcome, unticked: [...outcome.unticked, ...drafts.filter((tick) => !isRegistered(tick))] }
  })

const digestOf = (ticks: readonly Tick[]): string =>
  ticksDigest(
    ticks.map(({ registrationId: registration, day, slotId: slot, wish }) => ({ registration, day, slot, wish })),
  )

/** Leaves the waiting list: without a deadline, and recorded at once. */
export const leave = (
  portal: Portal,
  login: Login,
  { request, registration, day, slot }: { request: string; registration: number; day: Day; slot: number },
): Promise<Receipt> =>
  recordRequest(portal, login, request, ({ home, at }) => {
    const spot = { registrationId: registration, day, slotId: slot, wish: 'cancel' as const }
    const judge = createFactsReader(home, at)
    const { facts } = judge(spot)
    const why = facts ? whyNotAction('leave', facts, parent) : noSuchSlot
    if (why !== null) throw new Refused(why)
    return decideDays(login, withWeek(judge, spot, isListed), judge, { at, surchargeAccepted: false, home })
  })

const isListed = ({ held, ask }: Facts): boolean => held.kind === 'waitlisted' && ask?.wish !== 'leave'
const isOffered = ({ held, ask }: Facts): boolean => held.kind === 'waitlisted' && takesPlace(held) && ask === null

/** The cell, and for a week that goes together the other waiting cells of that week. */
const withWeek = (
  judge: ReturnType<typeof createFactsReader>,
  spot: Tick,
  waitsAlike: (facts: Facts) => boolean,
): Tick[] =>
  goesTogether(judge(spot).registered)
    ? weekOf(judge, spot).flatMap(({ day, slotId, facts }) => (waitsAlike(facts) ? [{ ...spot, day, slotId }] : []))
    : [spot]

/** Accepts a place offered from the waiting list, and records it at once. */
export const takeOffer = (
  portal: Portal,
  login: Login,
  { request, registration, day, slot }: { request: string; registration: number; day: Day; slot: number },
): Promise<Receipt> =>
  recordRequest(portal, login, request, ({ home, at }) => {
    const spot = { registrationId: registration, day, slotId: slot, wish: 'book' as const }
    const judge = createFactsReader(home, at)
    const { facts } = judge(spot)
    if (facts?.held.kind === 'confirmed')
      throw new Refused('La place est déjà à votre enfant\u00a0: vous n’avez rien à faire.')
    if (facts?.held.kind !== 'waitlisted' || !takesPlace(facts.held))
      throw new Refused('Cette place n’est plus proposée\u00a0: le délai pour répondre est passé.')
    return decideDays(login, withWeek(judge, spot, isOffered), judge, { at, surchargeAccepted: false, home })
  })

const decideDays = (
  { guardianId, familyId }: Login,
  ticked: readonly Tick[],
  judge: ReturnType<typeof createFactsReader>,
  { at, surchargeAccepted, home }: { at: Instant; surchargeAccepted: boolean; home: Home },
): Outcome => {
  const rows: Outcome['rows'][number][] = []
  const items: ReceiptBody['items'] = []
  const refused: ReceiptBody['refused'] = []
  const replaced: Demande[] = []
  const stillTicked = new Set<string>()
  const changes = new Map<number, Change[]>()
  let isPriced = false
  const moveOf = (tick: Tick, facts: Facts) =>
    move(facts, actionOf(facts, tick.wish), parent, { at, surchargeAccepted })
  const weeks = weeksOf(home, judge, ticked)
  /** Why a week that goes together is not recorded; a missing agreement for one of its days is a reason too. */
  const left = new Map(
    blocksOf(judge, ticked).flatMap((block) => {
      const lacking = block.find((tick) => {
        const { facts } = judge(tick)
        return facts !== null && weeks.has(cellKey(tick)) && !moveOf(tick, facts).ok
      })
      const facts = lacking && judge(lacking).facts
      const moved = lacking && facts && moveOf(lacking, facts)
      const why = moved && !moved.ok ? togetherText(lacking.day, moved.reason) : null
      return block.map((tick) => [cellKey(tick), why ?? weeks.get(cellKey(tick))?.trouble ?? null] as const)
    }),
  )
  for (const tick of ticked) {
    const { registered, facts } = judge(tick)
    const { registration, child, period } = registered
    const slot = period.slots.find(({ id }) => id === tick.slotId)
    const wish: Wish = tick.wish === 'cancel' && facts?.held.kind === 'waitlisted' ? 'leave' : tick.wish
    const labels = {
      child: child.firstName,
      registration: period.name,
      day: tick.day,
      slot: slot?.name ?? '',
      wish,
    }
    const ask = home.asks.get(cellKey(tick))
    if (home.notAskedFor.has(child.id)) {
      refused.push({ ...labels, reason: mayNotAskText })
      continue
    }
    const moved = facts && moveOf(tick, facts)
    if (!facts || !moved?.ok) {
      const isOthers = ask !== undefined && ask.guardianId !== guardianId
      const reason = isOthers ? 'Déjà demandé par l’autre parent.' : moved && !moved.ok ? moved.reason : noSuchSlot
      refused.push({ ...labels, reason })
      if (facts && !surchargeAccepted && whyNotTick({ registered, facts }, tick.wish) === null)
        stillTicked.add(cellKey(tick))
      continue
    }
    const ofWeek = left.get(cellKey(tick)) ?? null
    if (ofWeek !== null) {
      // The ticks stay, since the parent may still complete the week.
      refused.push({ ...labels, reason: ofWeek })
      stillTicked.add(cellKey(tick))
      continue
    }
    if (ask) replaced.push(ask)
    const id = randomUUID()
    rows.push({
      id,
      guardianId,
      familyId,
      childId: child.id,
      registrationId: registration.id,
      day: tick.day,
      slotId: tick.slotId,
      wish,
      surchargeCents: acceptedCents(surchargeOf(facts, tick.wish)),
      recordedAt: at,
    })
    items.push({ demande: id, ...labels })
    const list = changes.get(registration.id) ?? []
    const isWaiting =
      (weeks.get(cellKey(tick))?.isWaiting && tick.wish === 'book') || goesToWaitingList(home, registered, facts, tick)
    isPriced ||= !isWaiting && wish !== 'leave'
    changes.set(registration.id, [...list, { slotId: tick.slotId, facts, wish: tick.wish, isWaiting }])
  }
  const [first] = refused
  if (rows.length === 0) throw new Refused(first?.reason ?? 'Rien à enregistrer.')
  const asked = [...changes].map(([id, list]) => ({ registered: requireRegistered(home, id), changes: list }))
  const costs = estimates(home, asked).flatMap(({ days }, at) =>
    days.map((priced) => ({
      child: asked[at]?.registered.child.firstName ?? '',
      registration: asked[at]?.registered.period.name ?? '',
      ...priced,
    })),
  )
  // Joining or leaving a waiting list costs nothing: then the receipt has no amount.
  const estimateCents = isPriced ? costs.reduce((sum, { cents }) => sum + cents, 0) : null
  const unticked = ticked.filter((tick) => !stillTicked.has(cellKey(tick)))
  return {
    rows,
    registrations: [],
    replaced,
    items,
    registration: null,
    refused,
    estimateCents,
    costs,
    unticked,
  }
}
