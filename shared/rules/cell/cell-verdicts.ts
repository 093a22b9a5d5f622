import { type Cents, formatEuros } from '../money/money.ts'
import { counted } from '../text/french.ts'
import { type Obstacle, obstacleText } from './bookable.ts'
import { cellState, type Facts, type Held, isOtherHomes, isUnanswered, takesPlace } from './cell.ts'
import {
  type CellAct,
  type Context,
  cellActs,
  isStricter,
  type Mover,
  type Needs,
  type Reason,
  reasonText,
} from './cell-acts.ts'

type AllowedAct = { readonly act: CellAct; readonly needs: Needs; readonly surcharge: Cents | null }

type Permission = {
  readonly needs: Needs
  readonly surcharge?: Cents
  /** What a written reason overrides. */
  readonly overrides?: string
  /** How many children wait for the place that this child would take before them. */
  readonly passed?: number
  /** Staff must choose whether the place stays billed: there is no default. */
  readonly asksCharged?: true
}

type Verdict = { readonly why: string } | Permission

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

const nothing: Verdict = { needs: 'nothing' }
const no = (why: string): Verdict => ({ why })

export const notYours = 'Cette action ne vous est pas ouverte.'
const rightNeeded = 'Cette action demande le droit de décider des réservations.'
const alreadyBooked = 'Cette case est déjà réservée.'
const nothingAsked = 'Aucune demande n’attend de réponse sur cette case.'
const noCancelAsked = 'Aucune demande d’annulation n’attend de réponse sur cette case.'
const noBooking = 'Aucune réservation n’est à libérer sur cette case.'
const notListed = 'L’enfant n’est pas sur la liste d’attente de cette case.'
const unanswered = 'Le jour est venu avant la réponse\u00a0: il n’y a plus rien à décider.'
const takenBack = 'Le parent retire sa demande\u00a0: clôturez-la sans décider.'
const fullNow = 'Complet\u00a0: il ne reste aucune place.'
const stillAsked = 'Une demande est déjà en cours sur cette case.'
export const alreadyBilled = 'Ce jour est déjà facturé\u00a0: corrigez par un avoir.'
const firstWithdraw = 'Une demande enregistrée n’est pas encore partie\u00a0: retirez-la d’abord.'

/** For an outdated page, which still shows on the list a child who has left it. */
const noLongerListed = ({ held, cancellable }: Facts): string => {
  if (held.kind === 'none') return 'Votre enfant n’est plus sur cette liste d’attente.'
  return `La place est maintenant à votre enfant\u00a0: ${
    cancellable.answer === 'no'
      ? 'il est trop tard pour l’annuler ici, appelez l’Espace Jeunesse si vous n’en voulez plus.'
      : 'gardez-la, ou touchez la case pour l’annuler.'
  }`
}

/** The exchange carries what parents did; staff do it for them. */
export const mayHandle = (who: Mover): boolean => who.kind === 'exchange' || (who.kind === 'staff' && who.decide)

/** What an act asks of `who`, or why it is not theirs to do. */
export const judge = (act: CellAct, facts: Facts, who: Mover): Verdict => {
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
  offer: deciders,
  promote: deciders,
  lapse: ['rule'],
  leave: ['parent', 'exchange', 'staff'],
  removeFromList: ['staff'],
  askCancel: ['parent'],
  acceptCancel: deciders,
  refuseCancel: deciders,
  book: ['staff'],
  free: ['staff'],
  enterDemand: ['staff'],
}

/** From the list to a place, strictly by rank: whoever was offered one has it kept, and lets the next pass. */
const moveUp = (facts: Facts, who: Mover): Verdict => {
  const { held, ask } = facts
  if (isUnanswered(facts)) return no(unanswered)
  if (held.kind !== 'waitlisted') return no(notListed)
  if (ask?.wish === 'leave') return no('La famille quitte la liste d’attente.')
  if (takesPlace(held)) {
    return who.kind === 'rule'
      ? no('La place est proposée\u00a0: la famille répond.')
      : toConfirm(facts, who, inTimeWhenAsked)
  }
  if ((held.before ?? held.rank - 1) > 0)
    return no(`La place revient d’abord au premier de la liste\u00a0: cet enfant est au rang ${held.rank}.`)
  if (facts.placesLeft <= 0) return no(fullNow)
  if (who.kind === 'rule' && facts.cancellable.answer !== 'yes') {
    return no('Le délai pour annuler est dépassé\u00a0: la place se propose, le service décide.')
  }
  return toConfirm(facts, who, inTimeWhenAsked)
}

const verdicts: Readonly<Record<CellAct, (facts: Facts, who: Mover) => Verdict>> = {
  record: (facts) => {
    if (isUnanswered(facts)) return no(unanswered)
    if (facts.ask) return no(facts.ask.collected ? stillAsked : firstWithdraw)
    if (facts.held.kind === 'confirmed') return no(alreadyBooked)
    // What was offered is taken as it is: no deadline of booking stands before it.
    if (facts.held.kind === 'waitlisted')
      return takesPlace(facts.held) ? nothing : no('L’enfant est déjà sur la liste d’attente.')
    return asParent(facts.bookable)
  },

  withdraw: (facts) => {
    if (!facts.ask) return no('Aucune demande n’est à retirer sur cette case.')
    if (facts.ask.collected) return no('Le service a déjà reçu cette demande\u00a0: demandez plutôt son retrait.')
    return isUnanswered(facts) ? no(unanswered) : nothing
  },

  collect: ({ ask }) => (ask && !ask.collected ? nothing : no('Aucune demande n’est à recevoir sur cette case.')),

  accept: (facts, who) =>
    cellState(facts) === 'requestSent' ? toConfirm(facts, who, inTimeWhenAsked) : undecided(facts),

  waitList: (facts, who) => {
    const { held, ask } = facts
    if (isUnanswered(facts)) return no(unanswered)
    if (held.kind === 'confirmed') return no('Cette case est réservée\u00a0: libérez-la d’abord.')
    if (held.kind === 'waitlisted') return no('L’enfant est déjà sur la liste d’attente.')
    if (who.kind === 'rule' && cellState(facts) !== 'requestSent') return undecided(facts)
    if (ask?.takenBack) return no(takenBack)
    if (facts.today >= facts.day) return no('Ce jour est venu\u00a0: personne ne peut plus attendre.')
    return passing(facts, who, (obstacle) => (obstacle.kind === 'overlap' ? 'nothing' : inTimeWhenAsked(obstacle)))
  },

  refuse: (facts) => (cellState(facts) === 'requestSent' ? { needs: 'reason' } : undecided(facts)),

  takeBack: (facts, who) => {
    const { ask } = facts
    if (!ask) return no(nothingAsked)
    if (!ask.collected) return no('Cette demande n’est pas encore partie\u00a0: elle peut simplement être retirée.')
    if (isUnanswered(facts)) return no(unanswered)
    return who.kind === 'parent' && ask.takenBack ? no('Le retrait est déjà demandé.') : nothing
  },

  expire: (facts) => {
    if (!isUnanswered(facts)) return no('Aucune demande n’est restée sans réponse sur cette case.')
    return facts.ask && !facts.ask.collected ? no('Cette demande n’a pas encore été reçue.') : nothing
  },

  offer: (facts, who) => {
    if (facts.held.kind === 'waitlisted' && takesPlace(facts.held))
      return no('Une place est déjà proposée à cet enfant.')
    // A place is offered to whoever can take it: passing a rule over is for the day it is given.
    return moveUp(facts, who.kind === 'staff' ? { ...who, override: false } : who)
  },

  promote: (facts, who) => moveUp(facts, who),

  lapse: (facts) => {
    const { held } = facts
    if (held.kind !== 'waitlisted' || !takesPlace(held)) return no('Aucune place n’est proposée à cet enfant.')
    return isUnanswered(facts) ? no(unanswered) : nothing
  },

  // Always open to parents from the list, never refused; a promotion that crossed it is undone.
  leave: (facts, who) => {
    const { held, ask } = facts
    if (who.kind === 'parent' && held.kind !== 'waitlisted') return no(noLongerListed(facts))
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
    const { held } = facts
    const skips = held.kind === 'waitlisted' && !takesPlace(held) && (held.before ?? held.rank - 1) > 0
    const inTurn = skips ? overriding(who, 'D’autres enfants attendent avant lui.') : nothing
    const passed = passedBy(facts)
    const asked: Verdict = passed === null ? nothing : { needs: 'nothing', passed }
    return [toConfirm(facts, who, asOf(facts)), bookedLate(facts), inTurn, asked].reduce(stricter)
  },

  free: ({ held, cancellable }) => {
    if (held.kind !== 'confirmed') return no(noBooking)
    return cancellable.answer === 'yes' ? nothing : { needs: 'listedReason', asksCharged: true }
  },

  enterDemand: (facts) => {
    const { held, ask, today, day, bookable, cancellable } = facts
    if (ask) return no(stillAsked)
    if (held.kind === 'confirmed') return askedLate(cancellable)
    if (held.kind === 'waitlisted') return no('L’enfant est déjà sur la liste d’attente.')
    if (today >= day) return no('Ce jour est venu\u00a0: une demande n’aurait plus de réponse à temps.')
    const never =
      bookable.answer === 'no' && bookable.obstacles.find(({ kind }) => kind !== 'overlap' && weights[kind] === 'never')
    return never ? no(obstacleText(never)) : askedLate(bookable)
  },
}

/** How many children wait for the last places, when a child who is not on the list is booked before them; else null. */
export const passedBy = ({ held, placesLeft, waiting = 0 }: Facts): number | null =>
  held.kind === 'none' && placesLeft > 0 && waiting >= placesLeft ? waiting : null

/** Of several cells, the most children that one of them passes; null when none passes anybody. */
export const mostPassed = (counts: readonly (number | null)[]): number | null => {
  const most = Math.max(0, ...counts.map((count) => count ?? 0))
  return most === 0 ? null : most
}

/** Why a demande is not there to be decided. */
const undecided = (facts: Facts): Verdict => no(isUnanswered(facts) ? unanswered : nothingAsked)

const asParent = (limit: Facts['bookable'] | Exclude<Facts['cancellable'], { readonly answer: 'no' }>): Verdict =>
  limit.answer === 'no' ? no(obstacleText(limit.obstacles[0])) : askedLate(limit)

const askedLate = (limit: Facts['bookable'] | Facts['cancellable']): Verdict =>
  limit.answer === 'surcharge' ? { needs: 'nothing', surcharge: limit.surcharge } : nothing

/** Staff booking on their own past the deadline of the town, at its surcharge: a rank keeps what it was asked at. */
const bookedLate = (facts: Facts): Verdict => {
  const { bookable, held } = facts
  if (bookable.answer !== 'surcharge' || keepsItsTime(facts)) return nothing
  return { needs: 'listedReason', ...(held.kind === 'none' && { surcharge: bookable.surcharge }) }
}

/** What it takes from staff to pass an obstacle: nothing, a listed reason, an override, or nobody passes it. */
type Weight = 'nothing' | 'listed' | 'override' | 'never'

const weights: Readonly<Record<Obstacle['kind'], Weight>> = {
  noRegistration: 'never',
  registrationAsked: 'never',
  outsideRegistration: 'never',
  otherHome: 'never',
  overlap: 'never',
  dayBegun: 'nothing',
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

/** A collected demande keeps the time it was recorded at, when staff book on their own. */
const keepsItsTime = ({ ask, day, today }: Facts): boolean => ask?.wish === 'book' && ask.collected && today < day

const asOf =
  (facts: Facts) =>
  (obstacle: Obstacle): Weight =>
    keepsItsTime(facts) ? inTimeWhenAsked(obstacle) : weights[obstacle.kind]

const toConfirm = (facts: Facts, who: Mover, weigh: (obstacle: Obstacle) => Weight): Verdict => {
  if (facts.ask?.takenBack) return no(takenBack)
  // `full` among the obstacles only says that nobody can wait: places are counted here.
  const verdict = passing(facts, who, (obstacle) => (obstacle.kind === 'full' ? 'nothing' : weigh(obstacle)))
  if (takesPlace(facts.held)) return verdict
  const withPlace = stricter(verdict, facts.placesLeft > 0 ? nothing : overriding(who, fullNow))
  return facts.understaffed === undefined ? withPlace : stricter(withPlace, overriding(who, facts.understaffed))
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

/** Whether the family may still take the place that it was offered. */
export const mayTakeOffered = (facts: Facts): boolean =>
  !('why' in passing(facts, { kind: 'exchange' }, inTimeWhenAsked))

const overriding = (who: Mover, obstacle: string): Verdict =>
  who.kind === 'staff' && who.override
    ? { needs: 'writtenReason', overrides: obstacle }
    : no(`${obstacle} Passer outre demande le rôle Directeur.`)

const stricter = (one: Verdict, other: Verdict): Verdict => {
  if ('why' in one) return one
  if ('why' in other) return other
  const surcharge = one.surcharge ?? other.surcharge
  const passed = one.passed ?? other.passed
  const strictest = isStricter(other.needs, one.needs) ? other : one
  return { ...strictest, ...(surcharge !== undefined && { surcharge }), ...(passed !== undefined && { passed }) }
}

/** What a move that is allowed still lacks, as a sentence; null when nothing. */
export const whatLacks = (verdict: Permission, who: Mover, context: Context): string | null =>
  missingReason(verdict, who, context) ??
  (verdict.asksCharged && context.charged === undefined
    ? 'Le délai est dépassé\u00a0: dites si la place reste facturée.'
    : null) ??
  (context.charged && !hasReason(context.reason) ? 'Indiquez pourquoi l’annulation reste facturée.' : null) ??
  unsettledSurcharge(verdict, who, context) ??
  unsettledPassing(verdict, context)

const unsettledPassing = ({ passed }: Permission, { passesWaiting }: Context): string | null =>
  passed === undefined || passesWaiting ? null : passedText(passed)

export const passedText = (passed: number): string =>
  `${counted(passed, 'enfant attend', 'enfants attendent')} une place ce jour-là\u00a0: confirmez que cet enfant passe avant.`

const hasReason = (reason: Reason | undefined): boolean => reason !== undefined && reasonText(reason) !== ''

const missingReason = ({ needs, overrides }: Permission, who: Mover, { reason }: Context): string | null => {
  if (needs === 'nothing') return null
  if (needs === 'reason')
    return hasReason(reason) || who.kind === 'rule' ? null : 'Indiquez un motif\u00a0: la famille le lira.'
  const written = reason?.kind === 'written' && hasReason(reason)
  if (needs === 'writtenReason')
    return written ? null : `${overrides ? `${overrides} ` : ''}Passer outre demande un motif écrit.`
  const mayWrite = who.kind === 'staff' && who.override
  return reason?.kind === 'listed' || (written && mayWrite)
    ? null
    : 'Le délai est dépassé\u00a0: choisissez un motif dans la liste.'
}

const unsettledSurcharge = ({ surcharge }: Permission, who: Mover, { surchargeAccepted }: Context): string | null => {
  if (surcharge === undefined || surchargeAccepted) return null
  if (who.kind !== 'staff') return 'Acceptez d’abord la majoration\u00a0: le délai est dépassé.'
  return surchargeAccepted === undefined
    ? `Le délai est dépassé\u00a0: dites si la majoration de ${formatEuros(surcharge)} est due.`
    : null
}

/** Why a booking that was given up cannot come back, whatever the deadline; null when nothing stands there. */
export const noWayBack = ({ bookable }: Facts): string | null => {
  const obstacle = bookable.answer === 'no' && bookable.obstacles.find(({ kind }) => isOfThePlace.has(kind))
  return obstacle ? obstacleText(obstacle) : null
}

/** What is true of the day or of the registration by now, unlike what was asked of the family when it booked. */
const isOfThePlace: ReadonlySet<Obstacle['kind']> = new Set<Obstacle['kind']>([
  'noRegistration',
  'registrationAsked',
  'outsideRegistration',
  'dayClosed',
  'otherHome',
  'overlap',
])

/**
 * Why a move cannot be undone, as a sentence; null when it can. Undoing is a new, recorded move back to `before`.
 * After publication it asks first and sends a corrected answer: that is for the screen.
 * @param isGivenSince whether another child was given a place there since the move
 */
export const whyNotUndo = (
  before: Held,
  after: Held,
  now: Facts,
  isInvoiced: boolean,
  isGivenSince = false,
): string | null => {
  if (isInvoiced) return alreadyBilled
  if (!sameHeld(after, now.held)) return 'La case a changé depuis\u00a0: il n’y a plus rien à annuler ici.'
  if (before.kind !== 'none' && after.kind === 'none' && isOtherHomes(now)) return 'Ce jour est celui de l’autre foyer.'
  if (!takesPlace(before) || takesPlace(after) || now.placesLeft > 0) return null
  if (isGivenSince) return 'La place a été donnée depuis.'
  return now.placesLeft < 0
    ? 'Il y a déjà plus de réservations que de places ouvertes.'
    : 'Complet\u00a0: rendre cette place dépasserait les places ouvertes.'
}

// A rank moves by itself when others leave: it is not a change of this cell.
const sameHeld = (one: Held, other: Held): boolean =>
  one.kind === 'confirmed' && other.kind === 'confirmed'
    ? one.cancelDenied === other.cancelDenied
    : one.kind === other.kind
