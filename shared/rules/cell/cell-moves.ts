import type { Instant } from '../calendar/day.ts'
import type { Cents } from '../money/money.ts'
import { type Ask, type Facts, type Held, isUnanswered, nothingHeld, takesPlace, type Wish } from './cell.ts'
import type { Answer, CellAct, Context, Mover, Reason } from './cell-acts.ts'
import { judge, mayHandle, mayTakeOffered, notYours, noWayBack, whatLacks } from './cell-verdicts.ts'

export type Moved =
  | {
      readonly ok: true
      /** The same cell after the act; an answer and the fact it changes travel together. */
      readonly facts: Facts
      readonly answer: Answer | null
      readonly charged: boolean
      /** What asking late costs: zero where staff let it go, null where nothing is due. */
      readonly surcharge: Cents | null
      /** A place was given beyond the capacity. */
      readonly overbooked: boolean
      /** Why, as it was given. */
      readonly reason: Reason | null
    }
  | { readonly ok: false; readonly reason: string }

/** The whole table of moves. Changes nothing by itself: the facts after the act, or the sentence that refuses it. */
export const move = (facts: Facts, act: CellAct, who: Mover, context: Context): Moved => {
  const crossed = act === 'takeBack' && who.kind !== 'parent' && !facts.ask ? context.crossed : undefined
  if (crossed) return mayHandle(who) ? takeBackCrossed(facts, crossed) : refused(notYours)
  const verdict = judge(act, facts, who)
  if ('why' in verdict) return refused(verdict.why)
  const missing = whatLacks(verdict, who, context)
  if (missing) return refused(missing)
  const { surcharge = null } = verdict
  return {
    reason: context.reason ?? null,
    surcharge: surcharge !== null && !context.surchargeAccepted ? 0 : surcharge,
    ...effects[act](facts, who, context),
  }
}

type Effect = Omit<Extract<Moved, { ok: true }>, 'reason' | 'surcharge'>

const refused = (reason: string): Moved => ({ ok: false, reason })

const confirmed: Held = { kind: 'confirmed', cancelDenied: false }

/** The cell with other facts; a place taken or given back changes what is left. */
const becomes = (facts: Facts, held: Held, ask: Ask | null, answer: Answer | null, charged = false): Effect => {
  const taken = Number(takesPlace(held)) - Number(takesPlace(facts.held))
  const placesLeft = facts.placesLeft - taken
  return {
    ok: true,
    facts: { ...facts, held, ask, placesLeft },
    answer,
    charged,
    overbooked: taken > 0 && placesLeft < 0,
  }
}

const effects: Readonly<Record<CellAct, (facts: Facts, who: Mover, context: Context) => Effect>> = {
  record: (facts, _, { at }) => becomes(facts, facts.held, asking('book', at, false), null),
  withdraw: (facts) => becomes(facts, facts.held, null, 'withdrawn'),
  collect: (facts) => collected(facts),
  accept: (facts) => becomes(facts, confirmed, null, 'accepted'),
  waitList: (facts, _, { rank = 1 }) => {
    const { keep, answer } = settling(facts, 'book', 'waitListed')
    return becomes(facts, { kind: 'waitlisted', rank }, keep, answer)
  },
  refuse: (facts) => becomes(facts, nothingHeld, null, 'refused'),
  takeBack: (facts, who) => {
    const { held, ask } = facts
    if (who.kind === 'parent' && ask) return becomes(facts, held, { ...ask, takenBack: true }, null)
    return becomes(facts, ask?.wish === 'book' ? nothingHeld : held, null, 'withdrawn')
  },
  expire: (facts) => becomes(facts, nothingHeld, null, 'expired'),
  offer: (facts, _, { offeredUntil }) => {
    const rank = facts.held.kind === 'waitlisted' ? facts.held.rank : 1
    return becomes(facts, { kind: 'waitlisted', rank, offeredUntil }, facts.ask, null)
  },
  lapse: (facts) => becomes(facts, nothingHeld, facts.ask, null),
  promote: (facts) => {
    const { keep, answer } = settling(facts, 'book', 'accepted')
    return becomes(facts, confirmed, keep, answer)
  },
  leave: (facts, who, { at }) => {
    if (who.kind === 'parent') return becomes(facts, facts.held, asking('leave', at, false), facts.ask && 'withdrawn')
    const { keep, answer } = settling(facts, 'leave', 'accepted')
    return becomes(facts, nothingHeld, keep, answer)
  },
  removeFromList: (facts) => {
    const { keep, answer } = settling(facts, 'leave', 'accepted')
    return becomes(facts, nothingHeld, keep, answer)
  },
  askCancel: (facts, _, { at }) => becomes(facts, facts.held, asking('cancel', at, false), null),
  acceptCancel: (facts, _, { charged = false }) => {
    const asked = facts.ask && facts.ask.wish !== 'book'
    return becomes(facts, nothingHeld, asked ? null : facts.ask, asked ? 'accepted' : null, charged)
  },
  refuseCancel: (facts) => becomes(facts, { kind: 'confirmed', cancelDenied: true }, null, 'refused'),
  book: (facts) => {
    const { keep, answer } = settling(facts, 'book', 'accepted')
    return becomes(facts, confirmed, keep, answer)
  },
  free: (facts, _, { charged = false }) => {
    const wish = facts.ask?.wish === 'leave' ? 'leave' : 'cancel'
    const { keep, answer } = settling(facts, wish, 'accepted')
    return becomes(facts, nothingHeld, keep, answer, charged)
  },
  enterDemand: (facts, _, { at }) =>
    becomes(facts, facts.held, asking(facts.held.kind === 'confirmed' ? 'cancel' : 'book', at, true), null),
}

const asking = (wish: Wish, recordedAt: Instant, isCollected: boolean): Ask => ({
  wish,
  recordedAt,
  collected: isCollected,
  takenBack: false,
})

/** Staff settle the cell: what the desk already has is answered with it, what is still on its way stays and is answered when collected. */
const settling = ({ ask }: Facts, wish: Wish, same: Answer): { keep: Ask | null; answer: Answer | null } => {
  if (!ask) return { keep: null, answer: null }
  return ask.collected ? { keep: null, answer: ask.wish === wish ? same : 'moot' } : { keep: ask, answer: null }
}

const collected = (facts: Facts): Effect => {
  const { held, ask } = facts
  if (ask === null) return becomes(facts, held, null, null)
  // Leaving is never refused: it is done on arrival, a promotion that crossed it undone without charge.
  if (ask.wish === 'leave') return becomes(facts, nothingHeld, null, 'accepted')
  if (ask.wish === 'cancel') {
    if (held.kind === 'none') return becomes(facts, held, null, 'accepted')
    return held.kind === 'waitlisted' ? becomes(facts, held, null, 'moot') : onItsWay(facts, ask)
  }
  if (held.kind === 'confirmed') return becomes(facts, held, null, 'accepted')
  if (held.kind === 'waitlisted') {
    if (held.offeredUntil === undefined || ask.recordedAt > held.offeredUntil || isUnanswered(facts))
      return becomes(facts, held, null, 'moot')
    // The family takes the place that was kept for it.
    return mayTakeOffered(facts) ? becomes(facts, confirmed, null, 'accepted') : becomes(facts, held, null, 'refused')
  }
  return isUnanswered(facts) ? becomes(facts, held, null, 'expired') : onItsWay(facts, ask)
}

const onItsWay = (facts: Facts, ask: Ask): Effect => becomes(facts, facts.held, { ...ask, collected: true }, null)

/** The parent changed their mind while the answer was on its way: the answer is undone, without charge. */
const takeBackCrossed = (facts: Facts, { wish, answer }: NonNullable<Context['crossed']>): Moved => {
  const done = (held: Held): Moved => ({
    reason: null,
    surcharge: null,
    ...becomes(facts, held, null, 'withdrawn'),
  })
  if (wish !== 'cancel') return done(answer === 'accepted' || answer === 'waitListed' ? nothingHeld : facts.held)
  if (answer !== 'accepted' || facts.held.kind === 'confirmed') return done(facts.held)
  if (facts.placesLeft <= 0) return refused('L’annulation était déjà acceptée et il ne reste aucune place.')
  const gone = noWayBack(facts)
  return gone === null ? done(confirmed) : refused(gone)
}

/**
 * What is kept, after a move, of the surcharge that a family accepted with its late cancellation. It goes with the demande,
 * stays once that gave the place back, and is over when the booking stands again, or ends otherwise: a place that staff free,
 * or that stays billed whole, costs nothing more.
 */
export const cancelSurchargeAfter = (
  act: CellAct,
  before: Pick<Facts, 'held'>,
  { facts, charged, surcharge }: Pick<Moved & { ok: true }, 'facts' | 'charged' | 'surcharge'>,
  surchargeCents: Cents,
): Cents => {
  if (charged) return 0
  if (act === 'enterDemand' && before.held.kind === 'confirmed') return surcharge ?? 0
  const { held, ask } = facts
  if (held.kind === 'confirmed') return ask?.wish === 'cancel' || held.cancelDenied ? surchargeCents : 0
  return before.held.kind !== 'confirmed' || act === 'acceptCancel' ? surchargeCents : 0
}
