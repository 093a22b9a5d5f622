import { compareTexts } from '../../../shared/collections.ts'
import type { RequestCounts, RequestItem, RequestKey } from '../../../shared/contract/desk/requests.ts'
import { type Day, daysFrom, type Instant, today } from '../../../shared/rules/calendar/day.ts'
import { alphabetically } from '../../../shared/rules/people/names.ts'
import { answerDueOn } from '../../../shared/rules/requests/answer.ts'
import type { Store } from '../../store/store.ts'
import type { Core } from '../core.ts'
import { proposedLabel, proposedPickups } from '../families/families.ts'
import { askedRegistrations, type NamedRegistration, registrationsNamed } from '../registrations/registrations.ts'
import {
  collectedRequests,
  type WeighedPart,
  type WeighedRequest,
  weighRequests,
} from '../reservations/reservations.ts'
import { organisationOf } from '../settings/settings.ts'
import { familyNameOf, guardianNameOf } from './asked.ts'
import { type WaitingProposal, waitingProposals } from './proposals.ts'
import { familyName, type WaitingSignUp, waitingSignUps } from './sign-ups.ts'

type Waiting = {
  readonly kind: 'booking' | 'cancellation' | 'registration' | 'change' | 'signUp'
  /** Null for newcomers, who have no family yet. */
  readonly familyId: number | null
  readonly recordedAt: Instant
}

/** One entry for each item of the queue, without the suggested answers that the full queue computes. */
const waitingRequests = (store: Store): Waiting[] => [
  ...collectedRequests(store).map(
    ({ ask, ...one }): Waiting => ({ ...one, kind: ask === 'book' ? 'booking' : 'cancellation' }),
  ),
  ...askedRegistrations(store).map(
    ({ familyId, askedAt }): Waiting => ({ kind: 'registration', familyId, recordedAt: askedAt }),
  ),
  ...proposalGroups(store).map(([{ familyId, recordedAt }]): Waiting => ({ kind: 'change', familyId, recordedAt })),
  ...waitingSignUps(store).map(({ recordedAt }): Waiting => ({ kind: 'signUp', familyId: null, recordedAt })),
]

/** Counts the queue of the whole town, or of one family. */
export const countRequests = ({ store, clock }: Core, familyId?: number): RequestCounts => {
  const waiting = waitingRequests(store).filter((one) => familyId === undefined || one.familyId === familyId)
  const { answerWorkingDays } = organisationOf(store)
  const day = today(clock)
  const dueDays = (kind?: Waiting['kind']): Day[] =>
    waiting
      .filter((one) => kind === undefined || one.kind === kind)
      .map(({ recordedAt }) => answerDueOn(recordedAt, answerWorkingDays))
  const lateOf = (days: readonly Day[]) => days.filter((due) => due < day).length
  const count = (kind: Waiting['kind']) => {
    const days = dueDays(kind)
    return { count: days.length, late: lateOf(days), dueOn: days.toSorted()[0] ?? null }
  }
  return {
    waiting: waiting.length,
    late: lateOf(dueDays()),
    bookings: count('booking'),
    cancellations: count('cancellation'),
    registrations: count('registration'),
    changes: count('change'),
    signUps: count('signUp'),
  }
}

export const requestsQueue = (core: Core): RequestItem[] => {
  const items = itemsOf(core)
  const families = [
    // Newcomers have no family yet: each is listed separately.
    ...Map.groupBy(items, ({ family, key }) => (key.kind === 'signUp' ? -key.signUpId : family.id)).values(),
  ].map((own) => own.toSorted(byDue))
  return families
    .toSorted((one, other) => {
      const [first, second] = [one[0], other[0]]
      return first && second ? byDue(first, second) : 0
    })
    .flat()
}

const byDue = (one: RequestItem, other: RequestItem): number =>
  compareTexts(one.dueOn, other.dueOn) ||
  compareTexts(one.recordedAt, other.recordedAt) ||
  alphabetically(one.family.name, other.family.name) ||
  alphabetically(one.child.firstName, other.child.firstName)

const itemsOf = (core: Core): RequestItem[] => {
  const { store, clock } = core
  const weighed = weighRequests(store, clock())
  const named = registrationsNamed(
    store,
    weighed.map(({ registration }) => registration.id),
  )
  const shown = itemMaker(core)
  return [
    ...weighed.flatMap((request) => {
      const registration = named.get(request.registration.id)
      return registration ? [shown(registration, keyOf(request), request.recordedAt, request.parts)] : []
    }),
    ...askedRegistrations(store).map((one) =>
      shown(one, { kind: 'registration', registrationId: one.id }, one.askedAt, []),
    ),
    ...proposalGroups(store).map((group) => proposalItem(core, group)),
    ...waitingSignUps(store).map((one) => signUpItem(core, one)),
  ]
}

export const signUpItem = (core: Core, { id, recordedAt, body }: WaitingSignUp): RequestItem => {
  const [first] = body.guardians
  return {
    key: { kind: 'signUp', signUpId: id },
    family: { id: 0, name: familyName(body) },
    child: { id: 0, lastName: first?.lastName ?? '', firstName: first?.firstName ?? '' },
    period: '',
    fields: [],
    pickups: '',
    days: 0,
    ...dueOf(core)(recordedAt),
    closing: null,
  }
}

export type ProposalGroup = readonly [WaitingProposal, ...WaitingProposal[]]

/** Groups changes that one guardian recorded at one moment for one home. */
export const proposalGroups = (store: Store): ProposalGroup[] =>
  [
    ...Map.groupBy(
      waitingProposals(store),
      ({ familyId, guardianId, recordedAt }) => `${familyId} ${guardianId} ${recordedAt}`,
    ).values(),
  ].flatMap(([first, ...others]) => (first ? [[first, ...others] as const] : []))

export const proposalItem = (core: Core, group: ProposalGroup): RequestItem => {
  const { store } = core
  const [{ familyId, guardianId, recordedAt }] = group
  return {
    key: { kind: 'proposals', familyId, guardianId, recordedAt },
    family: { id: familyId, name: familyNameOf(store, familyId) },
    child: guardianNameOf(store, guardianId),
    period: '',
    fields: [...new Set(group.map(proposedLabel))],
    pickups: proposedPickups(store, group),
    days: 0,
    ...dueOf(core)(recordedAt),
    closing: null,
  }
}

const keyOf = ({ registration, wish, recordedAt }: WeighedRequest): RequestKey => ({
  kind: 'cells',
  registrationId: registration.id,
  wish,
  recordedAt,
})

/** Computes when a demande must be answered, and by how many days it is late. */
const dueOf = ({ store, clock }: Core) => {
  const { answerWorkingDays } = organisationOf(store)
  const day = today(clock)
  return (recordedAt: Instant) => {
    const dueOn = answerDueOn(recordedAt, answerWorkingDays)
    return { recordedAt, dueOn, lateBy: daysFrom(dueOn, day) }
  }
}

export const itemMaker = (core: Core) => {
  const due = dueOf(core)
  return (
    { childId, familyId, family, firstName, lastName, period }: NamedRegistration,
    key: RequestKey,
    recordedAt: Instant,
    parts: readonly WeighedPart[],
  ): RequestItem => {
    const acts = new Set(parts.map(({ suggested }) => suggested.act))
    return {
      key,
      family: { id: familyId, name: family },
      child: { id: childId, lastName, firstName },
      period,
      fields: [],
      pickups: '',
      days: daysIn(parts),
      ...due(recordedAt),
      closing: acts.size !== 1 ? null : acts.has('takeBack') ? 'takenBack' : acts.has('expire') ? 'unanswered' : null,
    }
  }
}

export const daysIn = (cells: readonly { day: Day }[]): number => new Set(cells.map(({ day }) => day)).size
