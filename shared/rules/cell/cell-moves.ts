import type { Instant } from '../calendar/day.ts'
import { type Ask, type Facts, type Held, isUnanswered, nothingHeld, takesPlace, type Wish } from './cell.ts'
import type { ActionContext, Answer, CellAction, CellActor, Reason } from './cell-actions.ts'
import {
  judge,
  mayAcceptOffer,
  mayActForParent,
  missingInput,
  notPermittedText,
  whyNotReinstate,
} from './cell-verdicts.ts'
import type { LateSurcharge } from './late-surcharge.ts'

export type MoveResult =
  | {
      readonly ok: true
      /** The cell's facts after the action; the exchange sends them in one entry with the answer. */
      readonly facts: Facts
      readonly answer: Answer | null
      readonly charged: boolean
      /** The surcharge of a late ask: zero if staff waived it, null if none is due. */
      readonly surcharge: LateSurcharge | null
      /** Whether the place exceeds the capacity. */
      readonly overbooked: boolean
      /** The reason given for the action. */
      readonly reason: Reason | null
    }
  | { readonly ok: false; readonly reason: string }

/** Computes what an action does to a cell: the facts after it, or the sentence that refuses it. Pure. */
export const move = (facts: Facts, act: CellAction, actor: CellActor, context: ActionContext): MoveResult => {
  const crossed = act === 'takeBack' && actor.kind !== 'parent' && !facts.ask ? context.crossed : undefined
  if (crossed) return mayActForParent(actor) ? undoCrossedAnswer(facts, crossed) : refused(notPermittedText)
  const verdict = judge(act, facts, actor)
  if ('why' in verdict) return refused(verdict.why)
  if (context.charged === 'surcharge' && act !== 'free') return refused(acceptedSurchargeText)
  const missing = missingInput(verdict, actor, context)
  if (missing) return refused(missing)
  const { surcharge = null, asksCharged } = verdict
  const isDue = asksCharged ? context.charged === 'surcharge' : context.surchargeAccepted
  return {
    reason: context.reason ?? null,
    surcharge: surcharge !== null && !isDue ? 0 : surcharge,
    ...effects[act](facts, actor, context),
  }
}

type Effect = Omit<Extract<MoveResult, { ok: true }>, 'reason' | 'surcharge'>

const acceptedSurchargeText = 'La majoration d’une demande est celle que la famille a acceptée.'

const refused = (reason: string): MoveResult => ({ ok: false, reason })

const confirmed: Held = { kind: 'confirmed', cancelDenied: false }

/** The cell with its new facts; updates the places left if the action takes or frees one. */
const withOutcome = (facts: Facts, held: Held, ask: Ask | null, answer: Answer | null, charged = false): Effect => {
  const placesTaken = Number(takesPlace(held)) - Number(takesPlace(facts.held))
  const placesLeft = facts.placesLeft - placesTaken
  return {
    ok: true,
    facts: { ...facts, held, ask, placesLeft },
    answer,
    charged,
    overbooked: placesTaken > 0 && placesLeft < 0,
  }
}

const effects: Readonly<Record<CellAction, (facts: Facts, who: CellActor, context: ActionContext) => Effect>> = {
  record: (facts, _, { at }) => withOutcome(facts, facts.held, newAsk('book', at, false), null),
  withdraw: (facts) => withOutcome(facts, facts.held, null, 'withdrawn'),
  collect: (facts) => collectedOutcome(facts),
  accept: (facts) => withOutcome(facts, confirmed, null, 'accepted'),
  waitList: (facts, _, { rank = 1 }) => {
    const { keep, answer } = settledAsk(facts, 'book', 'waitListed')
    return withOutcome(facts, { kind: 'waitlisted', rank }, keep, answer)
  },
  refuse: (facts) => withOutcome(facts, nothingHeld, null, 'refused'),
  takeBack: (facts, who) => {
    const { held, ask } = facts
    if (who.kind === 'parent' && ask) return withOutcome(facts, held, { ...ask, takenBack: true }, null)
    return withOutcome(facts, ask?.wish === 'book' ? nothingHeld : held, null, 'withdrawn')
  },
  expire: (facts) => withOutcome(facts, nothingHeld, null, 'expired'),
  offer: (facts, _, { offeredUntil }) => {
    const rank = facts.held.kind === 'waitlisted' ? facts.held.rank : 1
    return withOutcome(facts, { kind: 'waitlisted', rank, offeredUntil }, facts.ask, null)
  },
  lapse: (facts) => withOutcome(facts, nothingHeld, facts.ask, null),
  promote: (facts) => {
    const { keep, answer } = settledAsk(facts, 'book', 'accepted')
    return withOutcome(facts, confirmed, keep, answer)
  },
  leave: (facts, who, { at }) => {
    if (who.kind === 'parent')
      return withOutcome(facts, facts.held, newAsk('leave', at, false), facts.ask && 'withdrawn')
    const { keep, answer } = settledAsk(facts, 'leave', 'accepted')
    return withOutcome(facts, nothingHeld, keep, answer)
  },
  removeFromList: (facts) => {
    const { keep, answer } = settledAsk(facts, 'leave', 'accepted')
    return withOutcome(facts, nothingHeld, keep, answer)
  },
  askCancel: (facts, _, { at }) => withOutcome(facts, facts.held, newAsk('cancel', at, false), null),
  acceptCancel: (facts, _, { charged = false }) => {
    const asked = facts.ask && facts.ask.wish !== 'book'
    return withOutcome(facts, nothingHeld, asked ? null : facts.ask, asked ? 'accepted' : null, charged === true)
  },
  refuseCancel: (facts) => withOutcome(facts, { kind: 'confirmed', cancelDenied: true }, null, 'refused'),
  book: (facts) => {
    const { keep, answer } = settledAsk(facts, 'book', 'accepted')
    return withOutcome(facts, confirmed, keep, answer)
  },
  free: (facts, _, { charged = false }) => {
    const wish = facts.ask?.wish === 'leave' ? 'leave' : 'cancel'
    const { keep, answer } = settledAsk(facts, wish, 'accepted')
    return withOutcome(facts, nothingHeld, keep, answer, charged === true)
  },
  enterDemand: (facts, _, { at }) =>
    withOutcome(facts, facts.held, newAsk(facts.held.kind === 'confirmed' ? 'cancel' : 'book', at, true), null),
}

const newAsk = (wish: Wish, recordedAt: Instant, isCollected: boolean): Ask => ({
  wish,
  recordedAt,
  collected: isCollected,
  takenBack: false,
})

/**
 * Staff settle the cell: an ask that the desk has collected is answered at once; an ask still on the portal stays, and
 * is answered when it is collected.
 */
const settledAsk = ({ ask }: Facts, wish: Wish, same: Answer): { keep: Ask | null; answer: Answer | null } => {
  if (!ask) return { keep: null, answer: null }
  return ask.collected ? { keep: null, answer: ask.wish === wish ? same : 'moot' } : { keep: ask, answer: null }
}

const collectedOutcome = (facts: Facts): Effect => {
  const { held, ask } = facts
  if (ask === null) return withOutcome(facts, held, null, null)
  // Leaving the waiting list is never refused: it takes effect on collection, and undoes without charge a promotion
  // made meanwhile.
  if (ask.wish === 'leave') return withOutcome(facts, nothingHeld, null, 'accepted')
  if (ask.wish === 'cancel') {
    if (held.kind === 'none') return withOutcome(facts, held, null, 'accepted')
    return held.kind === 'waitlisted' ? withOutcome(facts, held, null, 'moot') : asCollected(facts, ask)
  }
  if (held.kind === 'confirmed') return withOutcome(facts, held, null, 'accepted')
  if (held.kind === 'waitlisted') {
    if (held.offeredUntil === undefined || ask.recordedAt > held.offeredUntil || isUnanswered(facts))
      return withOutcome(facts, held, null, 'moot')
    // The family accepts the place it was offered.
    return mayAcceptOffer(facts)
      ? withOutcome(facts, confirmed, null, 'accepted')
      : withOutcome(facts, held, null, 'refused')
  }
  return isUnanswered(facts) ? withOutcome(facts, held, null, 'expired') : asCollected(facts, ask)
}

const asCollected = (facts: Facts, ask: Ask): Effect =>
  withOutcome(facts, facts.held, { ...ask, collected: true }, null)

/** Undoes an answer that the parent had not seen yet when they took their demande back; nothing is charged. */
const undoCrossedAnswer = (facts: Facts, { wish, answer }: NonNullable<ActionContext['crossed']>): MoveResult => {
  const done = (held: Held): MoveResult => ({
    reason: null,
    surcharge: null,
    ...withOutcome(facts, held, null, 'withdrawn'),
  })
  if (wish !== 'cancel') return done(answer === 'accepted' || answer === 'waitListed' ? nothingHeld : facts.held)
  if (answer !== 'accepted' || facts.held.kind === 'confirmed') return done(facts.held)
  if (facts.placesLeft <= 0) return refused('L’annulation était déjà acceptée et il ne reste aucune place.')
  const refusal = whyNotReinstate(facts)
  return refusal === null ? done(confirmed) : refused(refusal)
}

/**
 * The surcharge of a late cancellation that remains due after an action. It stays with the demande and after an
 * accepted cancellation; it ends when the booking is reinstated or ends otherwise. A place that staff free leaves due
 * what they chose, and one that is billed in full costs no surcharge in addition.
 */
export const remainingCancelSurcharge = (
  act: CellAction,
  previous: Pick<Facts, 'held'>,
  { facts, charged, surcharge }: Pick<MoveResult & { ok: true }, 'facts' | 'charged' | 'surcharge'>,
  accepted: LateSurcharge,
): LateSurcharge => {
  if (charged) return 0
  if (act === 'free' || (act === 'enterDemand' && previous.held.kind === 'confirmed')) return surcharge ?? 0
  const { held, ask } = facts
  if (held.kind === 'confirmed') return ask?.wish === 'cancel' || held.cancelDenied ? accepted : 0
  return previous.held.kind !== 'confirmed' || act === 'acceptCancel' ? accepted : 0
}
