import { type Obstacle, obstacleText } from './bookable.ts'
import { type Ask, cellState, type Facts, type Held, isUnanswered, nothingHeld, type Wish } from './cell.ts'
import type { Instant } from './day.ts'
import type { Cents } from './money.ts'

export const cellActs = [
  'record',
  'withdraw',
  'collect',
  'accept',
  'waitList',
  'refuse',
  'takeBack',
  'expire',
  'promote',
  'leave',
  'removeFromList',
  'askCancel',
  'acceptCancel',
  'refuseCancel',
  'book',
  'free',
  'enterDemand',
] as const

export type CellAct = (typeof cellActs)[number]

/** Who moves a cell. A rule decides alone where the period says automatic; the exchange carries what parents did. */
export type Mover =
  | { readonly kind: 'parent' }
  | { readonly kind: 'staff'; readonly decide: boolean; readonly override: boolean }
  | { readonly kind: 'rule' }
  | { readonly kind: 'exchange' }

export type ListedReason = keyof typeof listedReasons

/** Why staff act past the deadline: the short list they pick from. */
export const listedReasons = {
  toldInTime: 'Demandé à temps, au téléphone ou au guichet',
  illness: 'Enfant malade',
  work: 'Changement d’horaires de travail',
  family: 'Urgence familiale',
  school: 'Organisation de l’école changée',
  service: 'Erreur ou demande du service',
} as const

export type Reason =
  | { readonly kind: 'listed'; readonly code: ListedReason }
  | { readonly kind: 'written'; readonly text: string }

export const reasonText = (reason: Reason): string =>
  reason.kind === 'listed' ? listedReasons[reason.code] : reason.text.trim()

/** What an act asks of who does it: nothing, any reason, one of the short list, or one written by who may override. */
export type Needs = 'nothing' | 'reason' | 'listedReason' | 'writtenReason'

export type AllowedAct = { readonly act: CellAct; readonly needs: Needs; readonly surcharge: Cents | null }

/** What a demande was told. Each gets exactly one. */
export type Answer = 'accepted' | 'waitListed' | 'refused' | 'withdrawn' | 'expired' | 'moot'

export type Context = {
  /** When it is recorded, or, for a demande entered by hand, when the parent asked. */
  readonly at: Instant
  readonly reason?: Reason | undefined
  /** A cancellation that is billed all the same; needs a reason. */
  readonly charged?: boolean | undefined
  readonly surchargeAccepted?: boolean | undefined
  /** The rank that a child put on the list gets there (`places.ts`); the first when absent. */
  readonly rank?: number | undefined
  /** `takeBack` only: the answer that was already under way when the parent changed their mind. */
  readonly crossed?: { readonly wish: Wish; readonly answer: Answer } | undefined
}

export type Moved =
  | {
      readonly ok: true
      /** The same cell after the act; an answer and the fact it changes travel together. */
      readonly facts: Facts
      readonly answer: Answer | null
      readonly charged: boolean
      /** A place was given beyond the capacity. */
      readonly overbooked: boolean
      /** Why, as it was given. */
      readonly reason: Reason | null
    }
  | { readonly ok: false; readonly reason: string }

type Verdict =
  | { readonly why: string }
  | {
      readonly needs: Needs
      readonly surcharge?: Cents /** What a written reason overrides. */
      readonly overrides?: string
    }

/** The acts open to `who` on this cell, each with what it asks for. */
export const allowedActs = (facts: Facts, who: Mover): AllowedAct[] =>
  cellActs.flatMap((act) => {
    const verdict = judge(act, facts, who)
    return 'why' in verdict ? [] : [{ act, needs: verdict.needs, surcharge: verdict.surcharge ?? null }]
  })

/** Why `who` may not do `act` here, whatever reason they give; null when they may. */
export const whyNot = (act: CellAct, facts: Facts, who: Mover): string | null => {
  const verdict = judge(act, facts, who)
  return 'why' in verdict ? verdict.why : null
}

/** The whole table of moves. Changes nothing by itself: the facts after the act, or the sentence that refuses it. */
export const move = (facts: Facts, act: CellAct, who: Mover, context: Context): Moved => {
  const crossed = act === 'takeBack' && who.kind !== 'parent' && !facts.ask ? context.crossed : undefined
  if (crossed) return mayHandle(who) ? takeBackCrossed(facts, crossed) : refused(notYours)
  const verdict = judge(act, facts, who)
  if ('why' in verdict) return refused(verdict.why)
  const missing =
    missingReason(verdict, who, context) ??
    (context.charged && !hasReason(context.reason) ? 'Indiquez pourquoi l’annulation reste facturée.' : null) ??
    (verdict.surcharge !== undefined && !context.surchargeAccepted
      ? 'Acceptez d’abord la majoration : le délai est dépassé.'
      : null)
  if (missing) return refused(missing)
  return { reason: context.reason ?? null, ...effects[act](facts, who, context) }
}

// ---- who may, and when ------------------------------------------------------------------------------------------

const nothing: Verdict = { needs: 'nothing' }
const no = (why: string): Verdict => ({ why })

const notYours = 'Cette action ne vous est pas ouverte.'
const rightNeeded = 'Cette action demande le droit de décider des réservations.'
const alreadyBooked = 'Cette case est déjà réservée.'
const nothingAsked = 'Aucune demande n’attend de réponse sur cette case.'
const noCancelAsked = 'Aucune demande d’annulation n’attend de réponse sur cette case.'
const noBooking = 'Aucune réservation n’est à libérer sur cette case.'
const notListed = 'L’enfant n’est pas sur la liste d’attente de cette case.'
const unanswered = 'Le jour est venu avant la réponse : il n’y a plus rien à décider.'
const takenBack = 'Le parent retire sa demande : clôturez-la sans décider.'
const fullNow = 'Complet : il ne reste aucune place.'
const stillAsked = 'Une demande est déjà en cours sur cette case.'
const firstWithdraw = 'Une demande enregistrée n’est pas encore partie : retirez-la d’abord.'

const mayHandle = (who: Mover): boolean => who.kind === 'exchange' || (who.kind === 'staff' && who.decide)

const judge = (act: CellAct, facts: Facts, who: Mover): Verdict => {
  if (!actors[act].includes(who.kind)) return no(notYours)
  if (who.kind === 'staff' && !who.decide) return no(rightNeeded)
  return verdicts[act](facts, who)
}

const deciders: readonly Mover['kind'][] = ['staff', 'rule']
const actors: Readonly<Record<CellAct, readonly Mover['kind'][]>> = {
  record: ['parent'],
  withdraw: ['parent'],
  collect: ['exchange'],
  accept: deciders,
  waitList: deciders,
  refuse: deciders,
  takeBack: ['parent', 'exchange', 'staff'],
  expire: ['exchange', 'rule', 'staff'],
  promote: deciders,
  leave: ['parent', 'exchange', 'staff'],
  removeFromList: ['staff'],
  askCancel: ['parent'],
  acceptCancel: deciders,
  refuseCancel: deciders,
  book: ['staff'],
  free: ['staff'],
  enterDemand: ['staff'],
}

const verdicts: Readonly<Record<CellAct, (facts: Facts, who: Mover) => Verdict>> = {
  record: (facts) => {
    if (isUnanswered(facts)) return no(unanswered)
    if (facts.ask) return no(facts.ask.collected ? stillAsked : firstWithdraw)
    if (facts.held.kind === 'confirmed') return no(alreadyBooked)
    if (facts.held.kind === 'waitlisted') return no('L’enfant est déjà sur la liste d’attente.')
    return asParent(facts.bookable)
  },

  withdraw: (facts) => {
    if (!facts.ask) return no('Aucune demande n’est à retirer sur cette case.')
    if (facts.ask.collected) return no('Le service a déjà reçu cette demande : demandez plutôt son retrait.')
    return isUnanswered(facts) ? no(unanswered) : nothing
  },

  collect: ({ ask }) => (ask && !ask.collected ? nothing : no('Aucune demande n’est à recevoir sur cette case.')),

  accept: (facts, who) =>
    cellState(facts) === 'requestSent' ? toConfirm(facts, who, inTimeWhenAsked) : undecided(facts),

  waitList: (facts, who) => {
    const { held, ask } = facts
    if (isUnanswered(facts)) return no(unanswered)
    if (held.kind === 'confirmed') return no('Cette case est réservée : libérez-la d’abord.')
    if (held.kind === 'waitlisted') return no('L’enfant est déjà sur la liste d’attente.')
    if (who.kind === 'rule' && cellState(facts) !== 'requestSent') return undecided(facts)
    if (ask?.takenBack) return no(takenBack)
    if (facts.today >= facts.day) return no('Ce jour est venu : personne ne peut plus attendre.')
    return passing(facts, who, (obstacle) => (obstacle.kind === 'overlap' ? 'nothing' : inTimeWhenAsked(obstacle)))
  },

  refuse: (facts) => (cellState(facts) === 'requestSent' ? { needs: 'reason' } : undecided(facts)),

  takeBack: (facts, who) => {
    const { ask } = facts
    if (!ask) return no(nothingAsked)
    if (!ask.collected) return no('Cette demande n’est pas encore partie : elle peut simplement être retirée.')
    if (isUnanswered(facts)) return no(unanswered)
    return who.kind === 'parent' && ask.takenBack ? no('Le retrait est déjà demandé.') : nothing
  },

  expire: (facts) => {
    if (!isUnanswered(facts)) return no('Aucune demande n’est restée sans réponse sur cette case.')
    return facts.ask && !facts.ask.collected ? no('Cette demande n’a pas encore été reçue.') : nothing
  },

  promote: (facts, who) => {
    const { held, ask } = facts
    if (isUnanswered(facts)) return no(unanswered)
    if (held.kind !== 'waitlisted') return no(notListed)
    if (ask?.wish === 'leave') return no('La famille quitte la liste d’attente.')
    if (held.rank > 1)
      return no(`La place revient d’abord au premier de la liste : cet enfant est au rang ${held.rank}.`)
    if (facts.placesLeft <= 0) return no(fullNow)
    if (who.kind === 'rule' && facts.cancellable.answer !== 'yes') {
      return no('Le délai pour annuler est dépassé : la place se propose, le service décide.')
    }
    return toConfirm(facts, who, inTimeWhenAsked)
  },

  // Always open to parents from the list, never refused; a promotion that crossed it is undone.
  leave: ({ held, ask }, who) => {
    if (held.kind === 'waitlisted') return who.kind === 'parent' && ask?.wish === 'leave' ? no(stillAsked) : nothing
    return who.kind !== 'parent' && ask?.wish === 'leave' && ask.collected ? nothing : no(notListed)
  },

  removeFromList: ({ held }) => (held.kind === 'waitlisted' ? { needs: 'reason' } : no(notListed)),

  askCancel: ({ held, ask, cancellable }) => {
    if (held.kind !== 'confirmed') return no(noBooking)
    if (ask) return no(ask.collected ? stillAsked : firstWithdraw)
    if (cancellable.answer === 'no') return no(obstacleText({ kind: 'tooLate', closedAt: cancellable.closedAt }))
    return asParent(cancellable)
  },

  acceptCancel: (facts, who) => {
    const state = cellState(facts)
    if (state === 'cancelRefused') return who.kind === 'staff' ? nothing : no(noCancelAsked)
    if (state !== 'cancelSent') return no(noCancelAsked)
    return facts.ask?.takenBack ? no(takenBack) : nothing
  },

  refuseCancel: (facts) => {
    if (cellState(facts) !== 'cancelSent') return no(noCancelAsked)
    if (facts.ask?.wish === 'leave') return no('Quitter la liste d’attente ne se refuse jamais.')
    return facts.ask?.takenBack ? no(takenBack) : { needs: 'reason' }
  },

  book: (facts, who) => {
    if (facts.held.kind === 'confirmed') return no(alreadyBooked)
    const skips = facts.held.kind === 'waitlisted' && facts.held.rank > 1
    return stricter(
      toConfirm(facts, who, asOf(facts)),
      skips ? overriding(who, 'D’autres enfants attendent avant lui.') : nothing,
    )
  },

  free: ({ held, cancellable }) => {
    if (held.kind !== 'confirmed') return no(noBooking)
    return cancellable.answer === 'yes' ? nothing : { needs: 'listedReason' }
  },

  enterDemand: (facts) => {
    const { held, ask, today, day, bookable } = facts
    if (ask) return no(stillAsked)
    if (held.kind === 'confirmed') return nothing
    if (held.kind === 'waitlisted') return no('L’enfant est déjà sur la liste d’attente.')
    if (today >= day) return no('Ce jour est venu : une demande n’aurait plus de réponse à temps.')
    const never =
      bookable.answer === 'no' && bookable.obstacles.find(({ kind }) => kind !== 'overlap' && weights[kind] === 'never')
    return never ? no(obstacleText(never)) : nothing
  },
}

/** Why a demande is not there to be decided. */
const undecided = (facts: Facts): Verdict => no(isUnanswered(facts) ? unanswered : nothingAsked)

const asParent = (
  answer: Facts['bookable'] | { readonly answer: 'yes' } | { readonly answer: 'surcharge'; readonly surcharge: Cents },
): Verdict => {
  if (answer.answer === 'no') return no(obstacleText(answer.obstacles[0]))
  return answer.answer === 'surcharge' ? { needs: 'nothing', surcharge: answer.surcharge } : nothing
}

/** What it takes from staff to pass an obstacle: nothing, a listed reason, an override, or nobody passes it. */
type Weight = 'nothing' | 'listed' | 'override' | 'never'

const weights: Readonly<Record<Obstacle['kind'], Weight>> = {
  noRegistration: 'never',
  registrationAsked: 'never',
  outsideRegistration: 'never',
  otherHome: 'never',
  overlap: 'never',
  dayClosed: 'override',
  age: 'override',
  class: 'override',
  residence: 'override',
  full: 'override',
  dayPast: 'listed',
  windowNotOpen: 'listed',
  windowOver: 'listed',
  tooLate: 'listed',
}

/** A demande was in time when it was recorded: the time its answer takes never makes it late. */
const inTimeWhenAsked = ({ kind }: Obstacle): Weight => (weights[kind] === 'listed' ? 'nothing' : weights[kind])

/** Staff booking on their own: a collected demande keeps the time it was recorded at. */
const asOf =
  ({ ask, day, today }: Facts) =>
  (obstacle: Obstacle): Weight =>
    ask?.wish === 'book' && ask.collected && today < day ? inTimeWhenAsked(obstacle) : weights[obstacle.kind]

const toConfirm = (facts: Facts, who: Mover, weigh: (obstacle: Obstacle) => Weight): Verdict => {
  if (facts.ask?.takenBack) return no(takenBack)
  // `full` among the obstacles only says that nobody can wait: places are counted here.
  const verdict = passing(facts, who, (obstacle) => (obstacle.kind === 'full' ? 'nothing' : weigh(obstacle)))
  return stricter(verdict, facts.placesLeft > 0 ? nothing : overriding(who, fullNow))
}

const passing = (facts: Facts, who: Mover, weigh: (obstacle: Obstacle) => Weight): Verdict =>
  (facts.bookable.answer === 'no' ? facts.bookable.obstacles : [])
    .map((obstacle): Verdict => {
      const weight = weigh(obstacle)
      if (weight === 'nothing') return nothing
      if (weight === 'never') return no(obstacleText(obstacle))
      return weight === 'override' ? overriding(who, obstacleText(obstacle)) : { needs: 'listedReason' }
    })
    .reduce(stricter, nothing)

const overriding = (who: Mover, obstacle: string): Verdict =>
  who.kind === 'staff' && who.override
    ? { needs: 'writtenReason', overrides: obstacle }
    : no(`${obstacle} Passer outre demande le rôle Directeur.`)

const order: readonly Needs[] = ['nothing', 'reason', 'listedReason', 'writtenReason']
const stricter = (one: Verdict, other: Verdict): Verdict => {
  if ('why' in one) return one
  if ('why' in other) return other
  return order.indexOf(other.needs) > order.indexOf(one.needs) ? other : one
}

const hasReason = (reason: Reason | undefined): boolean => reason !== undefined && reasonText(reason) !== ''

const missingReason = (
  { needs, overrides }: Extract<Verdict, { needs: Needs }>,
  who: Mover,
  { reason }: Context,
): string | null => {
  if (needs === 'nothing') return null
  if (needs === 'reason')
    return hasReason(reason) || who.kind === 'rule' ? null : 'Indiquez un motif : la famille le lira.'
  const written = reason?.kind === 'written' && hasReason(reason)
  if (needs === 'writtenReason')
    return written ? null : `${overrides ? `${overrides} ` : ''}Passer outre demande un motif écrit.`
  const mayWrite = who.kind === 'staff' && who.override
  return reason?.kind === 'listed' || (written && mayWrite)
    ? null
    : 'Le délai est dépassé : choisissez un motif dans la liste.'
}

// ---- what each act changes ----------------------------------------------------------------------------------------

type Effect = Omit<Extract<Moved, { ok: true }>, 'reason'>

const refused = (reason: string): Moved => ({ ok: false, reason })

const confirmed: Held = { kind: 'confirmed', cancelDenied: false }

/** The cell with other facts; a place taken or given back changes what is left. */
const becomes = (facts: Facts, held: Held, ask: Ask | null, answer: Answer | null, charged = false): Effect => {
  const taken = Number(held.kind === 'confirmed') - Number(facts.held.kind === 'confirmed')
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
  if (held.kind === 'waitlisted') return becomes(facts, held, null, 'moot')
  return isUnanswered(facts) ? becomes(facts, held, null, 'expired') : onItsWay(facts, ask)
}

const onItsWay = (facts: Facts, ask: Ask): Effect => becomes(facts, facts.held, { ...ask, collected: true }, null)

/** The parent changed their mind while the answer was on its way: the answer is undone, without charge. */
const takeBackCrossed = (facts: Facts, { wish, answer }: NonNullable<Context['crossed']>): Moved => {
  const done = (held: Held): Moved => ({ reason: null, ...becomes(facts, held, null, 'withdrawn') })
  if (wish !== 'cancel') return done(answer === 'accepted' || answer === 'waitListed' ? nothingHeld : facts.held)
  if (answer !== 'accepted' || facts.held.kind === 'confirmed') return done(facts.held)
  if (facts.placesLeft <= 0) return refused('L’annulation était déjà acceptée et la place a été donnée depuis.')
  const elsewhere = facts.bookable.answer === 'no' && facts.bookable.obstacles.find(({ kind }) => kind === 'overlap')
  return elsewhere ? refused(obstacleText(elsewhere)) : done(confirmed)
}

/**
 * Why a move cannot be undone, as a sentence; null when it can. Undoing is a new, recorded move back to `before`.
 * After publication it asks first and sends a corrected answer: that is for the screen.
 */
export const whyNotUndo = (before: Held, after: Held, now: Facts, isInvoiced: boolean): string | null => {
  if (isInvoiced) return 'Ce jour est déjà facturé : corrigez par un avoir.'
  if (!sameHeld(after, now.held)) return 'La case a changé depuis : il n’y a plus rien à annuler ici.'
  const takesPlace = before.kind === 'confirmed' && after.kind !== 'confirmed'
  return takesPlace && now.placesLeft <= 0 ? 'La place a été donnée depuis.' : null
}

// A rank moves by itself when others leave: it is not a change of this cell.
const sameHeld = (one: Held, other: Held): boolean =>
  one.kind === 'confirmed' && other.kind === 'confirmed'
    ? one.cancelDenied === other.cancelDenied
    : one.kind === other.kind
