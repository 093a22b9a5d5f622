import type { Registration, RegistrationCheck } from '../../../shared/contract/desk/registrations.ts'
import { may, roleNeeded } from '../../../shared/rules/access/roles.ts'
import { addDays, ageOn, type Day, dayAt, type Instant, today } from '../../../shared/rules/calendar/day.ts'
import { windowOf, windowStateAt } from '../../../shared/rules/calendar/window.ts'
import { exemptionText } from '../../../shared/rules/people/catchment.ts'
import { agesText, isUnknown, type UnmetCondition, unmetText } from '../../../shared/rules/people/conditions.ts'
import { byFullName } from '../../../shared/rules/people/names.ts'
import {
  endedAfter,
  isActive,
  type RegistrationAction,
  type RegistrationState,
  registrationAfter,
  whyNotRegistrationAction,
} from '../../../shared/rules/people/registration.ts'
import { classDay } from '../../../shared/rules/people/schooling.ts'
import { ageText, counted, instantText } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { registration } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { periodOf } from '../activities/activities.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { exemptionsOf, familyOnDay } from '../families/families.ts'
import {
  type RegistrationRules,
  type RequestedRegistration,
  registrationRulesFor,
  type TypicalWeek,
} from './registration-rules.ts'
import {
  activitiesOfChildren,
  countsFrom,
  decisionsOfAct,
  inPeriod,
  inPeriodsNotEnded,
  isAsked,
  lastDecision,
  liveCellsOutside,
  type NamedRegistration,
  ofChild,
  ofFamily,
  registrationsWhere,
  withId,
  withIds,
} from './registrations-store.ts'
import { leaveFullLists, watchLists } from './sublists.ts'

export { type ChildGroups, childGroupsIn, childrenOverTime } from './child-groups.ts'
export { type RegistrationRules, registrationRulesFor } from './registration-rules.ts'
export type { NamedRegistration } from './registrations-store.ts'
export { childrenOnLists, copyLists, readChildSublists, setSublist, watchLists } from './sublists.ts'

/* For other domains. */

/**
 * A registration with the names of its child, family, period and activity. Ignores rows of open acts other than
 * `ownAct`.
 * @throws Refused when there is none
 */
export const registrationOf = (store: Store, id: number, ownAct = 0): NamedRegistration => {
  const [found] = registrationsWhere(store, withId(id), ownAct)
  if (!found) throw new Refused('Cette inscription n’existe plus.')
  return found
}

/** Registrations by id, as `registrationOf` reads them; unknown ids are left out. */
export const registrationsNamed = (
  store: Store,
  ids: readonly number[],
  ownAct = 0,
): ReadonlyMap<number, NamedRegistration> =>
  new Map(registrationsWhere(store, withIds(ids), ownAct).map((one) => [one.id, one]))

/** Every undecided registration (« ? »). */
export const askedRegistrations = (store: Store, ownAct = 0) => registrationsWhere(store, isAsked, ownAct)

/** Registrations of a period, by child; `states` restricts them. */
export const registrationsOfPeriod = (store: Store, periodId: number, states?: readonly RegistrationState[]) =>
  registrationsWhere(store, inPeriod(periodId, states))

export const registrationsOfFamily = (store: Store, familyId: number) =>
  registrationsWhere(store, ofFamily(familyId)).toSorted(newestFirst)

/** The activities that each of these children is registered in on `day`; a child with none is left out. */
export const activitiesOn = (
  store: Store,
  childIds: readonly number[],
  day: Day,
): ReadonlyMap<number, readonly string[]> =>
  new Map(
    [...Map.groupBy(activitiesOfChildren(store, childIds, day), ({ childId }) => childId)].map(([childId, rows]) => [
      childId,
      rows.map(({ activity }) => activity),
    ]),
  )

const registrationsOfChild = (store: Store, childId: number) =>
  registrationsWhere(store, ofChild(childId)).toSorted(newestFirst)

const newestFirst = (one: NamedRegistration, other: NamedRegistration) =>
  one.startDay === other.startDay ? other.id - one.id : one.startDay < other.startDay ? 1 : -1

export type NewRegistration = RequestedRegistration & {
  readonly typicalWeek: TypicalWeek
  readonly overrideReason: string
}

/** Part of an act: writes a new registration, undecided or accepted at once. @throws Refused by a rule */
export const writeNewRegistration = (
  store: Store,
  write: Write,
  person: Person,
  asked: NewRegistration,
  accepted: boolean,
) => {
  const { childId, familyId, periodId, startDay, endDay, typicalWeek } = asked
  const rules = registrationRulesFor(store, [asked])
  const { obstacle } = rules.obstacle(asked)
  if (obstacle !== null) throw new Refused(obstacle.sentence, obstacle.field)
  rules.refuseUnknownSlots(periodId, typicalWeek)
  const overrideReason = requiredOverrideReason(store, person, asked, asked.overrideReason)
  return write.insert(registration, {
    childId,
    familyId,
    periodId,
    state: accepted ? 'accepted' : 'asked',
    startDay,
    endDay,
    typicalWeek,
    askedAt: write.at,
    decidedAt: accepted ? write.at : null,
    overrideReason,
  })
}

/**
 * Part of an act: registers many children, overriding no condition of the activity. A fact that is not known of a child
 * yet does not prevent its registration, but its bookings.
 * @returns the ids of their registrations, in their order
 * @throws Refused by a rule, if data has changed since they were checked
 */
export const writeManyRegistrations = (
  store: Store,
  write: Write,
  wishes: readonly (RequestedRegistration & { readonly typicalWeek: TypicalWeek })[],
): number[] => {
  const rules = registrationRulesFor(store, wishes)
  for (const one of wishes) {
    const { sentence } = verdictOfListed(rules, one)
    if (sentence !== null) throw new Refused(sentence)
    rules.refuseUnknownSlots(one.periodId, one.typicalWeek)
  }
  return write.insertMany(
    registration,
    wishes.map(({ childId, familyId, periodId, startDay, endDay, typicalWeek }) => ({
      childId,
      familyId,
      periodId,
      startDay,
      endDay,
      typicalWeek,
      state: 'accepted' as const,
      askedAt: write.at,
      decidedAt: write.at,
    })),
  )
}

/** Whether a registration of a list can be accepted without overriding a condition. */
export const verdictOfListed = (
  rules: RegistrationRules,
  requested: RequestedRegistration,
): {
  /** Why not; null when it can. */
  readonly sentence: string | null
  /** The conditions that hang on a class or a school not known yet. */
  readonly unknown: readonly UnmetCondition[]
} => {
  const { obstacle } = rules.obstacle(requested)
  if (obstacle !== null) return { sentence: obstacle.sentence, unknown: [] }
  const { unmet } = rules.conditions(requested)
  const known = unmet.find((one) => !isUnknown(one))
  return { sentence: known ? unmetText(known) : null, unknown: unmet.filter(isUnknown) }
}

/** Part of an act: accepts an undecided registration (« ? »). @throws Refused by a rule */
export const writeAccepted = (store: Store, write: Write, person: Person, id: number, overrideReason: string) => {
  const before = registrationOf(store, id, write.actId)
  const state = nextState(before.state, 'accept')
  const { obstacle } = obstacleOf(store, before, id)
  if (obstacle !== null) throw new Refused(obstacle.sentence, obstacle.field)
  const values = {
    state,
    decidedAt: write.at,
    reason: '',
    overrideReason: requiredOverrideReason(store, person, before, overrideReason || before.overrideReason),
  }
  // One that waits keeps its places on lists; those of a refused one may be another's.
  if (before.state === 'asked') return write.update(registration, id, values)
  const refuseOverfilled = watchLists(store)
  const accepted = write.update(registration, id, values)
  refuseOverfilled()
  return accepted
}

/** Part of an act: refuses an undecided registration (« ? »). */
export const writeRefused = (store: Store, write: Write, id: number, reason: string) =>
  write.update(registration, id, {
    state: nextState(registrationOf(store, id, write.actId).state, 'refuse'),
    reason,
    decidedAt: write.at,
  })

/**
 * Part of the exchange's act: stores a registration that a parent requested on the portal, or returns why it is
 * refused. Unmet conditions do not refuse it: staff decide.
 */
export const writeRegistrationFromPortal = (
  store: Store,
  write: Write,
  { recordedAt, ...asked }: RequestedRegistration & { readonly typicalWeek: TypicalWeek; readonly recordedAt: Instant },
): { readonly id: number } | { readonly refused: string } => {
  try {
    const rules = registrationRulesFor(store, [asked])
    const { obstacle } = rules.obstacle(asked)
    if (obstacle !== null) return { refused: obstacle.sentence }
    rules.refuseUnknownSlots(asked.periodId, asked.typicalWeek)
    const closed = whyNotInWindow(store, asked.periodId, asked.familyId, recordedAt)
    if (closed !== null) return { refused: closed }
  } catch (error) {
    if (error instanceof Refused) return { refused: error.sentence }
    throw error
  }
  return write.insert(registration, { ...asked, state: 'asked', askedAt: recordedAt })
}

/** Applies the same booking window as the portal did: it may open earlier for residents. */
const whyNotInWindow = (store: Store, periodId: number, familyId: number, recordedAt: Instant): string | null => {
  const { registrationOpensAt, residentsOpenAt, registrationClosesAt } = periodOf(store, periodId)
  const window = windowOf(registrationOpensAt, residentsOpenAt, registrationClosesAt)
  if (!window) return null
  const answer = windowStateAt(window, recordedAt, familyOnDay(store, familyId, dayAt(recordedAt)).resident)
  if (answer.open) return null
  return 'opensAt' in answer
    ? `Les inscriptions ouvrent le ${instantText(answer.opensAt)}.`
    : `Les inscriptions sont closes depuis le ${instantText(answer.closedAt)}.`
}

/** Part of an act: the family takes the registration back. `reservations` frees its places in the same act. */
export const writeRegistrationTakenBack = (write: Write, id: number, reason: string) =>
  write.update(registration, id, { state: 'withdrawn', reason, decidedAt: write.at })

/**
 * Part of an act: writes again a decision that this file, an older copy that was restored, has lost and the portal
 * still has. The family knows the decision, so conditions are not checked again; what no reason can override, such as a
 * second registration, is left to staff. The child keeps its places on lists that still have one. For a registration
 * that is no longer accepted, `reservations` frees the cells first.
 */
export const writeRecoveredDecision = (
  store: Store,
  write: Write,
  id: number,
  state: 'accepted' | 'refused' | 'withdrawn',
  reason: string,
): void => {
  const before = registrationOf(store, id, write.actId)
  if (before.state === state || before.state === 'ended') return
  if (state === 'accepted' && obstacleOf(store, before, id).obstacle !== null) return
  write.update(registration, id, { state, reason, decidedAt: write.at })
  if (state === 'accepted' && before.state !== 'asked') leaveFullLists(store, write, id)
}

/** @throws Refused, naming who decided, when the registration is no longer in the state that the screen showed */
export const refuseIfDecided = (store: Store, id: number, seen: RegistrationState): void => {
  const { state } = registrationOf(store, id)
  if (state === seen || registrationAfter(state, 'accept') === null) return
  throw new Refused(decidedByText(store, 'registration', id, alreadyDecided))
}

/** Says who decided a registration; null while it is undecided (« ? »). */
export const alreadyDecidedText = (store: Store, id: number, ownAct = 0): string | null => {
  if (registrationOf(store, id, ownAct).state === 'asked') return null
  return decidedByText(store, 'registration', id, alreadyDecided)
}

const alreadyDecided = 'Cette inscription n’attend plus de décision.'

/** Names who decided a record; `otherwise` when the audit trail does not say. */
export const decidedByText = (
  store: Store,
  entity: Parameters<typeof lastDecision>[1],
  id: number,
  otherwise: string,
): string => {
  const decision = lastDecision(store, entity, id)
  return decision ? decidedBy(decision) : otherwise
}

/** « Déjà décidée par Sandrine Tostain, mer. 25 nov. 2026 à 10 h 42. » */
export const decidedBy = ({ who, at }: { who: string; at: Instant }): string =>
  `Déjà décidée par ${who}, ${instantText(at)}.`

/**
 * Part of an act that undoes another: registrations that the other act decided are undecided (« ? ») again. Their cells
 * must be undone before. Returns how many. @throws Refused when one has changed since
 */
export const writeDecisionsUndone = (store: Store, write: Write, actId: number): number => {
  const decisions = decisionsOfAct(store, actId)
  const refuseOverfilled = watchLists(store)
  for (const { id, state, reason, overrideReason, decidedAt } of decisions) {
    const now = registrationOf(store, id)
    const { obstacle } = obstacleOf(store, now, id)
    const isAsLeft =
      now.state === state && now.decidedAt === decidedAt && liveCellsOutside(store, id, outOfRange, outOfRange) === 0
    if (!isAsLeft || obstacle !== null) {
      throw new Refused('L’inscription a changé depuis\u00a0: il n’y a plus rien à annuler ici.')
    }
    write.update(registration, id, { state: 'asked', decidedAt: null, reason, overrideReason })
  }
  refuseOverfilled()
  return decisions.length
}

/** A span from and to this day contains no real day, so every cell is outside it. */
const outOfRange = '0000-01-01' as Day

/**
 * Part of an act that also frees the registration's later cells, see `reservations`. Sets the last day to `lastDay`.
 */
export const writeEnded = (store: Store, write: Write, id: number, lastDay: Day, reason: string) => {
  const { state: before, startDay, endDay } = registrationOf(store, id)
  nextState(before, 'end')
  if (lastDay > endDay) throw new Refused('Cette inscription finit déjà avant cette date.', 'lastDay')
  const state = endedAfter(startDay, lastDay)
  return write.update(registration, id, {
    state,
    reason,
    decidedAt: write.at,
    ...(state === 'ended' && { endDay: lastDay }),
  })
}

/** Registrations of a family departing on `on` that are undecided or last beyond it, ordered by child. */
export const registrationsToEnd = (store: Store, familyId: number, on: Day) =>
  registrationsWhere(store, ofFamily(familyId))
    .filter(({ state, endDay }) => state === 'asked' || ((state === 'accepted' || state === 'ended') && endDay >= on))
    .toSorted(byFullName)
    .map(({ id, firstName, period, periodId, state, startDay, endDay }) => ({
      id,
      firstName,
      period,
      periodId,
      becomes: state === 'asked' ? ('withdrawn' as const) : endedAfter(startDay, addDays(on, -1)),
      /** From this day on, the registration may hold no reservation. */
      from: state === 'asked' || startDay > on ? startDay : on,
      endDay,
    }))

/** Part of the act that also frees the places of these registrations (`reservations/taking-away.ts`). */
export const writeRegistrationsEnded = (
  write: Write,
  left: ReturnType<typeof registrationsToEnd>,
  on: Day,
  reason: string,
): void => {
  for (const { id, becomes } of left)
    write.update(registration, id, {
      state: becomes,
      reason,
      decidedAt: write.at,
      ...(becomes === 'ended' && { endDay: addDays(on, -1) }),
    })
}

/**
 * Part of an act: sets why the child comes first on waiting lists; empty for no reason. @throws Refused for an unknown
 * registration
 */
export const writePriorityReason = (store: Store, write: Write, id: number, priorityReason: string) => {
  registrationOf(store, id)
  return write.update(registration, id, { priorityReason })
}

/* For this domain's routes. */

export const countRegistrations = ({ store, clock }: Core, { past = false }: { past?: boolean | undefined }) =>
  countsFrom(store, past ? null : today(clock))

export const listRegistrations = (
  { store, clock }: Core,
  { periodId, states }: { periodId?: number | undefined; states?: readonly RegistrationState[] | undefined },
) =>
  registrationsWhere(
    store,
    periodId === undefined ? inPeriodsNotEnded(today(clock), states) : inPeriod(periodId, states),
  )
    .toSorted(byFullName)
    .map(registrationShown)

export const familyRegistrations = ({ store }: Core, familyId: number) =>
  registrationsOfFamily(store, familyId).map(registrationShown)

export const childRegistrations = ({ store }: Core, childId: number) =>
  registrationsOfChild(store, childId).map(registrationShown)

export const getRegistration = ({ store }: Core, id: number) => registrationShown(registrationOf(store, id))

/** Checks a registration before it is written: the obstacle, and the conditions met and unmet. */
export const checkRegistration = (
  { store }: Pick<Core, 'store'>,
  requested: RequestedRegistration & { readonly registrationId?: number | undefined },
): RegistrationCheck => {
  const rules = registrationRulesFor(store, [requested])
  const { obstacle, liveId } = rules.obstacle(requested, requested.registrationId)
  const { conditions, candidate, unmet } = rules.conditions(requested)
  const fails = (kind: (typeof unmet)[number]['kind']) => unmet.some((one) => one.kind === kind)
  const met: string[] = []
  const hasAges = conditions.minAge !== null || conditions.maxAge !== null
  if (!fails('age')) {
    const age = `L’enfant a ${ageText(ageOn(candidate.birth, requested.startDay))}`
    met.push(hasAges ? `${age}, l’activité est ouverte ${agesText(conditions)}.` : `${age}.`)
  }
  if (conditions.classes.length > 0 && !fails('class')) met.push(`Classe\u00a0: ${candidate.schoolClass ?? ''}.`)
  if (conditions.schools?.length && !fails('school')) met.push(`École\u00a0: ${candidate.school ?? ''}.`)
  if (!fails('residence')) met.push(candidate.resident ? 'Foyer de la commune.' : 'Foyer hors commune, accepté.')
  const { childId, startDay } = requested
  const exemption = conditions.schools?.length && exemptionsOf(store, [childId], classDay(startDay)).get(childId)
  return {
    obstacle: obstacle?.sentence ?? null,
    liveRegistrationId: liveId,
    unmet: unmet.map(unmetText),
    met,
    toSettle: exemption && !exemption.isGiven ? [exemptionText(exemption)] : [],
  }
}

export const askRegistration = (
  { store }: Core,
  person: Person,
  input: NewRegistration & { readonly accepted: boolean },
) => {
  const { name } = periodOf(store, input.periodId)
  const label = input.accepted ? `Inscription à «\u00a0${name}\u00a0»` : `Inscription demandée à «\u00a0${name}\u00a0»`
  const { id } = store.act(person, 'registrations.ask', label, (write) =>
    writeNewRegistration(store, write, person, input, input.accepted),
  )
  return registrationShown(registrationOf(store, id))
}

export const acceptRegistration = (
  { store }: Core,
  person: Person,
  { id, overrideReason, seen }: { id: number; overrideReason: string; seen: 'asked' | 'refused' },
) =>
  store.act(person, 'registrations.accept', `Inscription acceptée\u00a0: ${nameOf(store, id)}`, (write) => {
    refuseIfDecided(store, id, seen)
    writeAccepted(store, write, person, id, overrideReason)
    return registrationShown(registrationOf(store, id))
  })

export const refuseRegistration = (core: Core, person: Person, input: { id: number; reason: string }) =>
  decide(core, person, 'refuse', 'Inscription refusée', input)

export const withdrawRegistration = (core: Core, person: Person, input: { id: number; reason: string }) =>
  decide(core, person, 'withdraw', 'Inscription retirée', input)

const decide = (
  { store }: Core,
  person: Person,
  act: 'refuse' | 'withdraw',
  label: string,
  { id, reason }: { id: number; reason: string },
) =>
  store.act(person, `registrations.${act}`, `${label} : ${nameOf(store, id)}`, (write) => {
    const state = nextState(registrationOf(store, id).state, act)
    write.update(registration, id, { state, reason, decidedAt: write.at })
    return registrationShown(registrationOf(store, id))
  })

/**
 * Changes the dates and typical week of a live registration. Booked days must stay within: only ending a registration
 * frees them.
 */
export const changeRegistration = (
  { store }: Core,
  person: Person,
  input: { id: number; startDay: Day; endDay: Day; typicalWeek: TypicalWeek; overrideReason: string },
) =>
  store.act(person, 'registrations.change', `Inscription modifiée\u00a0: ${nameOf(store, input.id)}`, (write) => {
    const before = registrationOf(store, input.id)
    if (!isActive(before.state))
      throw new Refused('Cette inscription n’est plus en cours\u00a0: faites-en une nouvelle.')
    const requested = { ...before, startDay: input.startDay, endDay: input.endDay }
    const { obstacle } = obstacleOf(store, requested, input.id)
    if (obstacle !== null) throw new Refused(obstacle.sentence, obstacle.field)
    const outside = liveCellsOutside(store, input.id, input.startDay, input.endDay)
    if (outside > 0) {
      const what = counted(outside, 'réservation ou demande', 'réservations ou demandes')
      throw new Refused(
        `${what} hors de ces dates\u00a0: libérez-les d’abord, ou mettez fin à l’inscription.`,
        'endDay',
      )
    }
    registrationRulesFor(store, [requested]).refuseUnknownSlots(before.periodId, input.typicalWeek)
    const hasMoved = before.startDay !== input.startDay
    const refuseOverfilled = watchLists(store)
    write.update(registration, input.id, {
      startDay: input.startDay,
      endDay: input.endDay,
      typicalWeek: input.typicalWeek,
      // Conditions apply on the first day: another first day checks them again.
      ...(hasMoved && {
        overrideReason: requiredOverrideReason(store, person, requested, input.overrideReason || before.overrideReason),
      }),
    })
    refuseOverfilled()
    return registrationShown(registrationOf(store, input.id))
  })

const nextState = (state: RegistrationState, act: RegistrationAction): RegistrationState => {
  const next = registrationAfter(state, act)
  if (next === null) throw new Refused(whyNotRegistrationAction(state, act) ?? '')
  return next
}

const obstacleOf = (store: Store, requested: RequestedRegistration, exceptId?: number) =>
  registrationRulesFor(store, [requested]).obstacle(requested, exceptId)

/**
 * Returns the override reason to store: empty when every condition is met. @throws Refused without the right to
 * override, or without a reason
 */
const requiredOverrideReason = (
  store: Store,
  person: Person,
  requested: RequestedRegistration,
  reason: string,
): string => {
  const { unmet } = registrationRulesFor(store, [requested]).conditions(requested)
  if (unmet.length === 0) return ''
  const sentence = unmet.map(unmetText).join(' ')
  if (!may(person.roles, 'override')) throw new Refused(`${sentence} ${roleNeeded('override')}`, 'overrideReason')
  if (reason === '') throw new Refused(`${sentence} Écrivez le motif pour passer outre.`, 'overrideReason')
  return reason
}

const nameOf = (store: Store, id: number) => {
  const { firstName, lastName, period } = registrationOf(store, id)
  return `${firstName} ${lastName}, ${period}`
}

const registrationShown = ({ typicalWeek, ...rest }: NamedRegistration): Registration => ({
  ...rest,
  typicalWeek: typicalWeek.map((wish) => ({ ...wish })),
})
