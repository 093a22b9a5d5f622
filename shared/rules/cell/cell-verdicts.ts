import { counted } from '../text/french.ts'
import { type Obstacle, obstacleText } from './bookable.ts'
import { cellState, type Facts, type Held, isOtherHomes, isUnanswered, takesPlace } from './cell.ts'
import {
  type ActionContext,
  type CellAction,
  type CellActor,
  cellActions,
  isStricter,
  type Reason,
  type RequiredReason,
  reasonText,
} from './cell-actions.ts'
import { type LateSurcharge, surchargeText } from './late-surcharge.ts'

type AllowedAction = {
  readonly act: CellAction
  readonly needs: RequiredReason
  readonly surcharge: LateSurcharge | null
}

type Permission = {
  readonly needs: RequiredReason
  readonly surcharge?: LateSurcharge
  /** The obstacle that a written reason overrides. */
  readonly overrides?: string
  /** How many children on the waiting list this child would pass. */
  readonly passed?: number
  /** Staff must choose whether the place stays billed, or its `surcharge` is due: no default. */
  readonly asksCharged?: true
}

type Verdict = { readonly why: string } | Permission

/** The actions that `who` may do on this cell, each with the reason and the surcharge it needs. */
export const allowedActions = (facts: Facts, who: CellActor): AllowedAction[] =>
  cellActions.flatMap((act) => {
    const verdict = judge(act, facts, who)
    return 'why' in verdict ? [] : [{ act, needs: verdict.needs, surcharge: verdict.surcharge ?? null }]
  })

/** Why `who` may not do this action on the cell, whatever reason they give; null when they may. */
export const whyNotAction = (act: CellAction, facts: Facts, who: CellActor): string | null => {
  const verdict = judge(act, facts, who)
  return 'why' in verdict ? verdict.why : null
}

const allowed: Verdict = { needs: 'nothing' }
const refusedBecause = (why: string): Verdict => ({ why })

export const notPermittedText = 'Cette action ne vous est pas ouverte.'
const rightNeededText = 'Cette action demande le droit de décider des réservations.'
const alreadyBookedText = 'Cette case est déjà réservée.'
const nothingAskedText = 'Aucune demande n’attend de réponse sur cette case.'
const noCancelAskedText = 'Aucune demande d’annulation n’attend de réponse sur cette case.'
const noBookingText = 'Aucune réservation n’est à libérer sur cette case.'
const notListedText = 'L’enfant n’est pas sur la liste d’attente de cette case.'
const unansweredText = 'Le jour est venu avant la réponse\u00a0: il n’y a plus rien à décider.'
const takenBackText = 'Le parent retire sa demande\u00a0: clôturez-la sans décider.'
const fullText = 'Complet\u00a0: il ne reste aucune place.'
const stillAskedText = 'Une demande est déjà en cours sur cette case.'
export const alreadyBilledText = 'Ce jour est déjà facturé\u00a0: corrigez par un avoir.'
const withdrawFirstText = 'Une demande enregistrée n’est pas encore partie\u00a0: retirez-la d’abord.'

/** For a parent's page that still shows a child on a waiting list that the child has left. */
const noLongerListedText = ({ held, cancellable }: Facts): string => {
  if (held.kind === 'none') return 'Votre enfant n’est plus sur cette liste d’attente.'
  return `La place est maintenant à votre enfant\u00a0: ${
    cancellable.answer === 'no'
      ? 'il est trop tard pour l’annuler ici, appelez l’Espace Jeunesse si vous n’en voulez plus.'
      : 'gardez-la, ou touchez la case pour l’annuler.'
  }`
}

/**
 * Whether the actor may act for a parent: the exchange carries out what parents did on the portal, and staff may do it
 * for them.
 */
export const mayActForParent = (who: CellActor): boolean =>
  who.kind === 'exchange' || (who.kind === 'staff' && who.decide)

/** What an action needs from `who`, or why they may not do it. */
export const judge = (act: CellAction, facts: Facts, who: CellActor): Verdict => {
  if (!actors[act].includes(who.kind)) return refusedBecause(notPermittedText)
  if (who.kind === 'staff' && !who.decide) return refusedBecause(rightNeededText)
  return verdicts[act](facts, who)
}

const deciders: readonly CellActor['kind'][] = ['staff', 'rule']
const actors: Readonly<Record<CellAction, readonly CellActor['kind'][]>> = {
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

/**
 * From the waiting list to a place, strictly by rank. A child who was offered a place has it reserved, so the next in
 * rank may pass.
 */
const promotionVerdict = (facts: Facts, who: CellActor): Verdict => {
  const { held, ask } = facts
  if (isUnanswered(facts)) return refusedBecause(unansweredText)
  if (held.kind !== 'waitlisted') return refusedBecause(notListedText)
  if (ask?.wish === 'leave') return refusedBecause('La famille quitte la liste d’attente.')
  if (takesPlace(held)) {
    return who.kind === 'rule'
      ? refusedBecause('La place est proposée\u00a0: la famille répond.')
      : confirmationVerdict(facts, who, weightWhenRecordedInTime)
  }
  if ((held.before ?? held.rank - 1) > 0)
    return refusedBecause(`La place revient d’abord au premier de la liste\u00a0: cet enfant est au rang ${held.rank}.`)
  if (facts.placesLeft <= 0) return refusedBecause(fullText)
  if (who.kind === 'rule' && facts.cancellable.answer !== 'yes') {
    return refusedBecause('Le délai pour annuler est dépassé\u00a0: la place se propose, le service décide.')
  }
  return confirmationVerdict(facts, who, weightWhenRecordedInTime)
}

const verdicts: Readonly<Record<CellAction, (facts: Facts, who: CellActor) => Verdict>> = {
  record: (facts) => {
    if (isUnanswered(facts)) return refusedBecause(unansweredText)
    if (facts.ask) return refusedBecause(facts.ask.collected ? stillAskedText : withdrawFirstText)
    if (facts.held.kind === 'confirmed') return refusedBecause(alreadyBookedText)
    // An offered place can be accepted after the booking deadline.
    if (facts.held.kind === 'waitlisted')
      return takesPlace(facts.held) ? allowed : refusedBecause('L’enfant est déjà sur la liste d’attente.')
    return parentVerdict(facts.bookable)
  },

  withdraw: (facts) => {
    if (!facts.ask) return refusedBecause('Aucune demande n’est à retirer sur cette case.')
    if (facts.ask.collected)
      return refusedBecause('Le service a déjà reçu cette demande\u00a0: demandez plutôt son retrait.')
    return isUnanswered(facts) ? refusedBecause(unansweredText) : allowed
  },

  collect: ({ ask }) =>
    ask && !ask.collected ? allowed : refusedBecause('Aucune demande n’est à recevoir sur cette case.'),

  accept: (facts, who) =>
    cellState(facts) === 'requestSent'
      ? confirmationVerdict(facts, who, weightWhenRecordedInTime)
      : nothingToDecide(facts),

  waitList: (facts, who) => {
    const { held, ask } = facts
    if (isUnanswered(facts)) return refusedBecause(unansweredText)
    if (held.kind === 'confirmed') return refusedBecause('Cette case est réservée\u00a0: libérez-la d’abord.')
    if (held.kind === 'waitlisted') return refusedBecause('L’enfant est déjà sur la liste d’attente.')
    if (who.kind === 'rule' && cellState(facts) !== 'requestSent') return nothingToDecide(facts)
    if (ask?.takenBack) return refusedBecause(takenBackText)
    if (facts.today >= facts.day) return refusedBecause('Ce jour est venu\u00a0: personne ne peut plus attendre.')
    return obstaclesVerdict(facts, who, (obstacle) =>
      obstacle.kind === 'overlap' ? 'nothing' : weightWhenRecordedInTime(obstacle),
    )
  },

  refuse: (facts) => (cellState(facts) === 'requestSent' ? { needs: 'reason' } : nothingToDecide(facts)),

  takeBack: (facts, who) => {
    const { ask } = facts
    if (!ask) return refusedBecause(nothingAskedText)
    if (!ask.collected)
      return refusedBecause('Cette demande n’est pas encore partie\u00a0: elle peut simplement être retirée.')
    if (isUnanswered(facts)) return refusedBecause(unansweredText)
    return who.kind === 'parent' && ask.takenBack ? refusedBecause('Le retrait est déjà demandé.') : allowed
  },

  expire: (facts) => {
    if (!isUnanswered(facts)) return refusedBecause('Aucune demande n’est restée sans réponse sur cette case.')
    return facts.ask && !facts.ask.collected ? refusedBecause('Cette demande n’a pas encore été reçue.') : allowed
  },

  offer: (facts, who) => {
    if (facts.held.kind === 'waitlisted' && takesPlace(facts.held))
      return refusedBecause('Une place est déjà proposée à cet enfant.')
    // A place is only offered to a child who meets every rule: staff override a rule when they give the place, not when
    // they offer it.
    return promotionVerdict(facts, who.kind === 'staff' ? { ...who, override: false } : who)
  },

  promote: (facts, who) => promotionVerdict(facts, who),

  lapse: (facts) => {
    const { held } = facts
    if (held.kind !== 'waitlisted' || !takesPlace(held))
      return refusedBecause('Aucune place n’est proposée à cet enfant.')
    return isUnanswered(facts) ? refusedBecause(unansweredText) : allowed
  },

  // Parents may always leave the waiting list; a promotion made meanwhile is undone.
  leave: (facts, who) => {
    const { held, ask } = facts
    if (who.kind === 'parent' && held.kind !== 'waitlisted') return refusedBecause(noLongerListedText(facts))
    if (held.kind === 'waitlisted')
      return who.kind === 'parent' && ask?.wish === 'leave' ? refusedBecause(stillAskedText) : allowed
    return who.kind !== 'parent' && ask?.wish === 'leave' && ask.collected ? allowed : refusedBecause(notListedText)
  },

  removeFromList: ({ held }) => (held.kind === 'waitlisted' ? { needs: 'reason' } : refusedBecause(notListedText)),

  askCancel: ({ held, ask, cancellable }) => {
    if (held.kind !== 'confirmed') return refusedBecause(noBookingText)
    if (ask) return refusedBecause(ask.collected ? stillAskedText : withdrawFirstText)
    if (cancellable.answer === 'no')
      return refusedBecause(obstacleText({ kind: 'tooLate', closedAt: cancellable.closedAt }))
    return parentVerdict(cancellable)
  },

  acceptCancel: (facts, who) => {
    const state = cellState(facts)
    if (state === 'cancelRefused') return who.kind === 'staff' ? allowed : refusedBecause(noCancelAskedText)
    if (state !== 'cancelSent') return refusedBecause(noCancelAskedText)
    return facts.ask?.takenBack ? refusedBecause(takenBackText) : allowed
  },

  refuseCancel: (facts) => {
    if (cellState(facts) !== 'cancelSent') return refusedBecause(noCancelAskedText)
    if (facts.ask?.wish === 'leave') return refusedBecause('Quitter la liste d’attente ne se refuse jamais.')
    return facts.ask?.takenBack ? refusedBecause(takenBackText) : { needs: 'reason' }
  },

  book: (facts, who) => {
    if (facts.held.kind === 'confirmed') return refusedBecause(alreadyBookedText)
    const { held } = facts
    const skips = held.kind === 'waitlisted' && !takesPlace(held) && (held.before ?? held.rank - 1) > 0
    const skipVerdict = skips ? overrideVerdict(who, 'D’autres enfants attendent avant lui.') : allowed
    const passed = waitingPassedOver(facts)
    const passedVerdict: Verdict = passed === null ? allowed : { needs: 'nothing', passed }
    return [
      confirmationVerdict(facts, who, weightFor(facts)),
      lateBookingVerdict(facts),
      skipVerdict,
      passedVerdict,
    ].reduce(stricter)
  },

  free: ({ held, cancellable }) => {
    if (held.kind !== 'confirmed') return refusedBecause(noBookingText)
    if (cancellable.answer === 'yes') return allowed
    const { surcharge } = cancellable
    return { needs: 'listedReason', asksCharged: true, ...(surcharge !== undefined && { surcharge }) }
  },

  enterDemand: (facts, who) => {
    const { held, ask, today, day, bookable, cancellable } = facts
    if (ask) return refusedBecause(stillAskedText)
    if (held.kind === 'confirmed') return surchargeVerdict(cancellable)
    if (held.kind === 'waitlisted') return refusedBecause('L’enfant est déjà sur la liste d’attente.')
    if (today >= day) return refusedBecause('Ce jour est venu\u00a0: une demande n’aurait plus de réponse à temps.')
    const never =
      bookable.answer === 'no' && bookable.obstacles.find(({ kind }) => kind !== 'overlap' && weights[kind] === 'never')
    if (never) return refusedBecause(obstacleText(never))
    const suspended = bookable.answer === 'no' && bookable.obstacles.find(({ kind }) => kind === 'suspended')
    return suspended ? overrideVerdict(who, obstacleText(suspended)) : surchargeVerdict(bookable)
  },
}

/**
 * How many children on the waiting list are passed when a child who is not on it is booked; null when there are places
 * for all of them.
 */
export const waitingPassedOver = ({ held, placesLeft, waiting = 0 }: Facts): number | null =>
  held.kind === 'none' && placesLeft > 0 && waiting >= placesLeft ? waiting : null

/** The largest count of children passed, over several cells; null when none are. */
export const maxPassedOver = (counts: readonly (number | null)[]): number | null => {
  const max = Math.max(0, ...counts.map((count) => count ?? 0))
  return max === 0 ? null : max
}

/** Why there is no demande to decide. */
const nothingToDecide = (facts: Facts): Verdict =>
  refusedBecause(isUnanswered(facts) ? unansweredText : nothingAskedText)

const parentVerdict = (limit: Facts['bookable'] | Exclude<Facts['cancellable'], { readonly answer: 'no' }>): Verdict =>
  limit.answer === 'no' ? refusedBecause(obstacleText(limit.obstacles[0])) : surchargeVerdict(limit)

const surchargeVerdict = (limit: Facts['bookable'] | Facts['cancellable']): Verdict =>
  limit.answer === 'surcharge' ? { needs: 'nothing', surcharge: limit.surcharge } : allowed

/**
 * Staff book without a demande after the deadline: a surcharge applies, except for a child on the waiting list, whose
 * ask was in time.
 */
const lateBookingVerdict = (facts: Facts): Verdict => {
  const surcharge = lateBookingSurcharge(facts)
  if (surcharge === undefined || keepsRecordedTime(facts)) return allowed
  return { needs: 'listedReason', ...(facts.held.kind === 'none' && { surcharge }) }
}

const lateBookingSurcharge = ({ bookable }: Facts): LateSurcharge | undefined => {
  if (bookable.answer === 'surcharge') return bookable.surcharge
  if (bookable.answer === 'yes') return undefined
  return bookable.obstacles.find((obstacle) => obstacle.kind === 'tooLate')?.surcharge
}

/**
 * What staff need to pass an obstacle: nothing, a listed reason, one that they write, the right to override, or
 * `never`: nobody can.
 */
type Weight = 'nothing' | 'listed' | 'written' | 'override' | 'never'

const weights: Readonly<Record<Obstacle['kind'], Weight>> = {
  noRegistration: 'never',
  registrationAsked: 'never',
  outsideRegistration: 'never',
  otherHome: 'never',
  mayNotAsk: 'never',
  overlap: 'never',
  dayBegun: 'nothing',
  dayClosed: 'override',
  age: 'override',
  class: 'override',
  school: 'override',
  group: 'override',
  residence: 'override',
  suspended: 'override',
  full: 'override',
  dayPast: 'listed',
  dossier: 'written',
  windowNotOpen: 'listed',
  windowOver: 'listed',
  tooLate: 'listed',
}

/**
 * Weight of an obstacle for a demande: it was in time when recorded, and the time that its answer takes never makes it
 * late.
 */
const weightWhenRecordedInTime = ({ kind }: Obstacle): Weight =>
  weights[kind] === 'listed' ? 'nothing' : weights[kind]

/** A collected demande is judged at the time it was recorded, even if staff book instead of answering it. */
const keepsRecordedTime = ({ ask, day, today }: Facts): boolean => ask?.wish === 'book' && ask.collected && today < day

const weightFor =
  (facts: Facts) =>
  (obstacle: Obstacle): Weight =>
    keepsRecordedTime(facts) ? weightWhenRecordedInTime(obstacle) : weights[obstacle.kind]

const confirmationVerdict = (facts: Facts, who: CellActor, weightOf: (obstacle: Obstacle) => Weight): Verdict => {
  if (facts.ask?.takenBack) return refusedBecause(takenBackText)
  // `full` among the obstacles only means that there is no waiting list: places are counted below.
  const verdict = obstaclesVerdict(facts, who, (obstacle) =>
    obstacle.kind === 'full' ? 'nothing' : weightOf(obstacle),
  )
  if (takesPlace(facts.held)) return verdict
  const withPlace = stricter(verdict, facts.placesLeft > 0 ? allowed : overrideVerdict(who, fullText))
  return facts.understaffed === undefined ? withPlace : stricter(withPlace, overrideVerdict(who, facts.understaffed))
}

const obstaclesVerdict = (facts: Facts, who: CellActor, weightOf: (obstacle: Obstacle) => Weight): Verdict =>
  (facts.bookable.answer === 'no' ? facts.bookable.obstacles : [])
    .filter(({ kind }) => !closesNewBookings.has(kind) || isNewBooking(facts))
    .map((obstacle): Verdict => {
      const weight = weightOf(obstacle)
      if (weight === 'nothing') return allowed
      if (weight === 'never') return refusedBecause(obstacleText(obstacle))
      if (weight === 'written' && who.kind === 'staff')
        return { needs: 'writtenReason', overrides: obstacleText(obstacle) }
      return weight === 'override' || weight === 'written'
        ? overrideVerdict(who, obstacleText(obstacle))
        : { needs: 'listedReason' }
    })
    .reduce(stricter, allowed)

/** A debt and an incomplete dossier close new bookings only: what is waited for or asked does not move. */
const closesNewBookings: ReadonlySet<Obstacle['kind']> = new Set<Obstacle['kind']>(['suspended', 'dossier'])

const isNewBooking = ({ held, ask }: Facts): boolean => held.kind === 'none' && ask?.wish !== 'book'

/** Whether the family may still accept the place it was offered. */
export const mayAcceptOffer = (facts: Facts): boolean =>
  !('why' in obstaclesVerdict(facts, { kind: 'exchange' }, weightWhenRecordedInTime))

const overrideVerdict = (who: CellActor, obstacle: string): Verdict =>
  who.kind === 'staff' && who.override
    ? { needs: 'writtenReason', overrides: obstacle }
    : refusedBecause(`${obstacle} Passer outre demande le rôle Directeur.`)

const stricter = (one: Verdict, other: Verdict): Verdict => {
  if ('why' in one) return one
  if ('why' in other) return other
  const surcharge = one.surcharge ?? other.surcharge
  const passed = one.passed ?? other.passed
  const strictest = isStricter(other.needs, one.needs) ? other : one
  return { ...strictest, ...(surcharge !== undefined && { surcharge }), ...(passed !== undefined && { passed }) }
}

/** What an allowed action still needs from its actor, as a sentence; null when nothing. */
export const missingInput = (verdict: Permission, who: CellActor, context: ActionContext): string | null =>
  missingReason(verdict, who, context) ??
  (verdict.asksCharged && context.charged === undefined
    ? 'Le délai est dépassé\u00a0: dites si la place reste facturée.'
    : null) ??
  (context.charged && !hasReason(context.reason) ? 'Indiquez pourquoi l’annulation reste facturée.' : null) ??
  missingSurchargeChoice(verdict, who, context) ??
  missingPassingConfirmation(verdict, context)

const missingPassingConfirmation = ({ passed }: Permission, { passesWaiting }: ActionContext): string | null =>
  passed === undefined || passesWaiting ? null : passedOverText(passed)

export const passedOverText = (passed: number): string =>
  `${counted(passed, 'enfant attend', 'enfants attendent')} une place ce jour-là\u00a0: confirmez que cet enfant passe avant.`

const hasReason = (reason: Reason | undefined): boolean => reason !== undefined && reasonText(reason) !== ''

const missingReason = ({ needs, overrides }: Permission, who: CellActor, { reason }: ActionContext): string | null => {
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

const missingSurchargeChoice = (
  { surcharge, asksCharged }: Permission,
  who: CellActor,
  { surchargeAccepted }: ActionContext,
): string | null => {
  if (surcharge === undefined || asksCharged || surchargeAccepted) return null
  if (who.kind !== 'staff') return 'Acceptez d’abord la majoration\u00a0: le délai est dépassé.'
  return surchargeAccepted === undefined
    ? `Le délai est dépassé\u00a0: dites si la ${surchargeText(surcharge)} est due.`
    : null
}

/** Why a cancelled booking cannot be reinstated, whatever the deadline; null when it can. */
export const whyNotReinstate = ({ bookable }: Facts): string | null => {
  const obstacle = bookable.answer === 'no' && bookable.obstacles.find(({ kind }) => lastingObstacles.has(kind))
  return obstacle ? obstacleText(obstacle) : null
}

/**
 * Obstacles that come from the day or the registration themselves, and so still apply to a booking that was accepted
 * once.
 */
const lastingObstacles: ReadonlySet<Obstacle['kind']> = new Set<Obstacle['kind']>([
  'noRegistration',
  'registrationAsked',
  'outsideRegistration',
  'dayClosed',
  'otherHome',
  'overlap',
])

/**
 * Why an action cannot be undone, as a sentence; null when it can. Undoing is a new, recorded action that returns the
 * cell to `previous`. For an answer already published, the screen asks for confirmation first, and a corrected answer
 * is sent.
 *
 * @param isGivenSince whether another child was given a place there since the action
 */
export const whyNotUndo = (
  previous: Held,
  next: Held,
  now: Facts,
  isInvoiced: boolean,
  isGivenSince = false,
): string | null => {
  if (isInvoiced) return alreadyBilledText
  if (!sameHeld(next, now.held)) return 'La case a changé depuis\u00a0: il n’y a plus rien à annuler ici.'
  if (previous.kind !== 'none' && next.kind === 'none' && isOtherHomes(now))
    return 'Ce jour est celui de l’autre foyer.'
  if (!takesPlace(previous) || takesPlace(next) || now.placesLeft > 0) return null
  if (isGivenSince) return 'La place a été donnée depuis.'
  return now.placesLeft < 0
    ? 'Il y a déjà plus de réservations que de places ouvertes.'
    : 'Complet\u00a0: rendre cette place dépasserait les places ouvertes.'
}

// A rank changes when other children leave the list: not a change of this cell.
const sameHeld = (one: Held, other: Held): boolean =>
  one.kind === 'confirmed' && other.kind === 'confirmed'
    ? one.cancelDenied === other.cancelDenied
    : one.kind === other.kind
