import type {
  AnswerAct,
  Possible,
  RequestDetail,
  RequestItem,
  RequestKey,
  RequestPart,
} from '../../../shared/contract/desk/requests.ts'
import { answerDueOn, answerText, registrationAnswerText } from '../../../shared/rules/answer.ts'
import type { Answer } from '../../../shared/rules/cell-moves.ts'
import { ageOn, type Day, dayAt, daysFrom, type Instant, today } from '../../../shared/rules/day.ts'
import { ageText, counted, listed, weekdayName } from '../../../shared/rules/french.ts'
import { alphabetically } from '../../../shared/rules/names.ts'
import type { Store } from '../../store/store.ts'
import { slotsOf } from '../activities/activities.ts'
import type { Core, Person } from '../core.ts'
import { priceOf } from '../prices/prices.ts'
import {
  askedRegistrations,
  checkRegistration,
  type NamedRegistration,
  registrationsNamed,
} from '../registrations/registrations.ts'
import {
  collectedRequests,
  enteredBy,
  previewAcceptance,
  type WeighedPart,
  type WeighedRequest,
  weighRequests,
} from '../reservations/reservations.ts'
import { organisationOf } from '../settings/settings.ts'

export const countRequests = ({ store, clock }: Core): { waiting: number; late: number } => {
  const moments = [
    ...collectedRequests(store).map(({ recordedAt }) => recordedAt),
    ...askedRegistrations(store).map(({ askedAt }) => askedAt),
  ]
  const { answerWorkingDays } = organisationOf(store)
  const day = today(clock)
  return {
    waiting: moments.length,
    late: moments.filter((at) => answerDueOn(at, answerWorkingDays) < day).length,
  }
}

export const queue = (core: Core): RequestItem[] => {
  const items = itemsOf(core)
  const families = [...Map.groupBy(items, ({ family }) => family.id).values()].map((own) => own.toSorted(byDue))
  return families
    .toSorted((one, other) => {
      const [first, second] = [one[0], other[0]]
      return first && second ? byDue(first, second) : 0
    })
    .flat()
}

const byDue = (one: RequestItem, other: RequestItem): number =>
  compare(one.dueOn, other.dueOn) ||
  compare(one.recordedAt, other.recordedAt) ||
  alphabetically(one.family.name, other.family.name) ||
  alphabetically(one.child.firstName, other.child.firstName)

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0)
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
  ]
}

const keyOf = ({ registration, wish, recordedAt }: WeighedRequest): RequestKey => ({
  kind: 'cells',
  registrationId: registration.id,
  wish,
  recordedAt,
})

const itemMaker = ({ store, clock }: Core) => {
  const { answerWorkingDays } = organisationOf(store)
  const day = today(clock)
  return (
    { childId, familyId, family, firstName, lastName, period }: NamedRegistration,
    key: RequestKey,
    recordedAt: Instant,
    parts: readonly WeighedPart[],
  ): RequestItem => {
    const dueOn = answerDueOn(recordedAt, answerWorkingDays)
    const acts = new Set(parts.map(({ suggested }) => suggested.act))
    return {
      key,
      family: { id: familyId, name: family },
      child: { id: childId, lastName, firstName },
      period,
      days: daysIn(parts),
      recordedAt,
      dueOn,
      lateBy: daysFrom(dueOn, day),
      closing: acts.size !== 1 ? null : acts.has('takeBack') ? 'takenBack' : acts.has('expire') ? 'unanswered' : null,
    }
  }
}

/** Everything that helps to answer one demande; null once it waits no more. */
export const requestDetail = (core: Core, person: Person, key: RequestKey): RequestDetail | null =>
  key.kind === 'registration' ? registrationDetail(core, person, key) : cellsDetail(core, key)

const cellsDetail = (core: Core, key: Extract<RequestKey, { kind: 'cells' }>): RequestDetail | null => {
  const { store, clock } = core
  const weighed = weighRequests(store, clock())
  const request = weighed.find(
    (one) => one.registration.id === key.registrationId && one.wish === key.wish && one.recordedAt === key.recordedAt,
  )
  if (!request) return null
  const named = registrationsNamed(store, [
    key.registrationId,
    ...request.parts.flatMap(({ waiting }) => waiting.map(({ registrationId }) => registrationId)),
  ])
  const registration = named.get(key.registrationId)
  if (!registration) return null
  const [first] = request.parts
  return {
    ...itemMaker(core)(registration, key, request.recordedAt, request.parts),
    age: ageText(ageOn(registration.birthDay, first?.day ?? today(clock))),
    activity: registration.activity,
    enteredBy: first ? enteredBy(store, first.cellId) : '',
    together: weighed
      .filter(
        (one) =>
          one.recordedAt === key.recordedAt &&
          one.wish === key.wish &&
          one.period.id === request.period.id &&
          one.registration.familyId === registration.familyId &&
          one.registration.id !== registration.id,
      )
      .map((one) => one.registration.firstName),
    parts: request.parts.map((part) => shownPart(store, request, registration, part, named)),
    registration: null,
  }
}

const shownPart = (
  store: Store,
  { wish, recordedAt }: WeighedRequest,
  registration: NamedRegistration,
  part: WeighedPart,
  named: ReadonlyMap<number, NamedRegistration>,
): RequestPart => {
  const { day, slots, inTime, suggested, waiting } = part
  const act = answerActOf(suggested.act)
  const before = daysFrom(dayAt(recordedAt), day)
  return {
    day,
    slots: slots.map((slot) => ({ ...slot })),
    deadline: {
      kept: inTime,
      text: `${counted(before, 'jour')} avant, ${inTime ? 'dans les délais' : 'hors délai'}`,
    },
    suggested: { act, why: suggested.why, reason: suggested.reason },
    familyReads: answerText(answers[act], {
      wish,
      child: registration.firstName,
      rank: suggested.rank,
      reason: suggested.reason,
    }),
    cost: wish === 'leave' ? { cents: null, explanations: [] } : costOf(store, registration, wish, part),
    waiting: waiting
      .filter(({ registrationId }) => registrationId !== registration.id)
      .flatMap(({ registrationId, recordedAt: since }) => {
        const one = named.get(registrationId)
        return one ? [{ name: `${one.firstName} ${one.lastName}`, since }] : []
      }),
  }
}

const answers: Readonly<Record<AnswerAct, Answer>> = {
  accept: 'accepted',
  waitList: 'waitListed',
  refuse: 'refused',
  acceptCancel: 'accepted',
  refuseCancel: 'refused',
  leave: 'accepted',
  takeBack: 'withdrawn',
  expire: 'expired',
}

const isAnswerAct = (act: string): act is AnswerAct => act in answers

/** @throws RangeError when the weighing suggests an act that answers nothing */
const answerActOf = (act: WeighedPart['suggested']['act']): AnswerAct => {
  if (!isAnswerAct(act)) throw new RangeError(`${act} answers no demande`)
  return act
}

/** What the bill of the day becomes, less what it is now: a formula may cover more slots than those asked for. */
const costOf = (
  store: Store,
  { familyId, activityId }: NamedRegistration,
  wish: 'book' | 'cancel',
  { day, slots, booked }: WeighedPart,
): RequestPart['cost'] => {
  const asked = new Set(slots.map(({ id }) => id))
  const others = booked.filter((id) => !asked.has(id))
  const priced = (slotIds: readonly number[]) => priceOf(store, { familyId, activityId, days: [{ day, slotIds }] })
  const after = priced(wish === 'book' ? [...others, ...asked] : others)
  const before = priced(booked)
  const errors = [...after.errors, ...before.errors]
  const already = new Set(before.lines.map(({ explanation }) => explanation))
  return {
    cents: errors.length > 0 ? null : after.totalCents - before.totalCents,
    explanations: [
      ...new Set(
        errors.length > 0
          ? errors.map(({ text }) => text)
          : after.lines.map(({ explanation }) => explanation).filter((text) => !already.has(text)),
      ),
    ],
  }
}

const registrationDetail = (
  core: Core,
  person: Person,
  key: Extract<RequestKey, { kind: 'registration' }>,
): RequestDetail | null => {
  const { store } = core
  const one = registrationsNamed(store, [key.registrationId]).get(key.registrationId)
  if (one?.state !== 'asked') return null
  const check = checkRegistration(core, { ...one, registrationId: one.id })
  const refusal = refusalOf(check)
  const gives = previewAcceptance(core, person, one.id)
  return {
    ...itemMaker(core)(one, key, one.askedAt, []),
    age: ageText(ageOn(one.birthDay, one.startDay)),
    activity: one.activity,
    enteredBy: '',
    together: [],
    parts: [],
    registration: {
      startDay: one.startDay,
      endDay: one.endDay,
      check,
      week: weekWords(store, one),
      weekGives: gives,
      suggested: {
        act: refusal === '' ? 'accept' : 'refuse',
        why: refusal === '' ? 'L’enfant remplit les conditions de l’activité.' : refusal,
        reason: refusal,
      },
      familyReads: registrationAnswerText({
        accepted: refusal === '',
        child: one.firstName,
        period: one.period,
        days: daysIn(gives.filled),
        reason: refusal,
      }),
    },
  }
}

const refusalOf = ({ obstacle, unmet }: { obstacle: string | null; unmet: readonly string[] }): string =>
  obstacle ?? unmet.join(' ')

/** « mercredi : matin, repas » */
const weekWords = (store: Store, { activityId, typicalWeek }: NamedRegistration): string => {
  const slots = slotsOf(store, activityId)
  return [...Map.groupBy(typicalWeek, ({ weekday }) => weekday)]
    .toSorted(([one], [other]) => one - other)
    .map(([weekday, wishes]) => {
      const names = slots.filter(({ id }) => wishes.some(({ slotId }) => slotId === id)).map(({ name }) => name)
      return `${weekdayName(weekday)}\u00a0: ${names.join(', ').toLocaleLowerCase('fr')}`
    })
    .join('\u00a0; ')
}

/** What the rules accept of the queue, in the order it was recorded, and how much of it that leaves. */
export const possible = (core: Core, person: Person): Possible => {
  const { store, clock } = core
  const weighed = weighRequests(store, clock())
  const cells = weighed.flatMap((request) => {
    const parts = request.parts.filter(({ suggested }) => accepting.has(suggested.act))
    return parts.length === 0 ? [] : [{ request, parts }]
  })
  const asked = askedRegistrations(store)
  const registrations = asked.filter(
    (one) => refusalOf(checkRegistration(core, { ...one, registrationId: one.id })) === '',
  )
  const daysOf = (isBooking: boolean) =>
    sum(cells.filter(({ request }) => (request.wish === 'book') === isBooking).map(({ parts }) => daysIn(parts)))
  return {
    decisions: [
      ...cells.map(({ request, parts }) => ({ at: request.recordedAt, decision: acceptance(request, parts) })),
      ...registrations.map(({ id, askedAt }) => ({
        at: askedAt,
        decision: { kind: 'registration' as const, registrationId: id, act: 'accept' as const, reason: '' },
      })),
    ]
      .toSorted((one, other) => compare(one.at, other.at))
      .map(({ decision }) => decision),
    lines: [
      ...cells.map(({ request: { registration, period, wish }, parts }) => ({
        child: `${registration.firstName} ${registration.lastName}`,
        what: `${counted(daysIn(parts), 'jour')} ${toDo[wish]}, ${period.name}`,
      })),
      ...registrations.map(({ id, firstName, lastName, period }) => ({
        child: `${firstName} ${lastName}`,
        what: `inscription à accepter${daysOfWeek(previewAcceptance(core, person, id))}, ${period}`,
      })),
    ],
    bookings: daysOf(true),
    cancellations: daysOf(false),
    registrations: registrations.length,
    left:
      weighed.length -
      cells.filter(({ request, parts }) => parts.length === request.parts.length).length +
      asked.length -
      registrations.length,
  }
}

/** « avec 22 jours à réserver et 2 en liste d’attente » */
const daysOfWeek = ({
  filled,
  waitListed,
}: {
  filled: readonly { day: Day }[]
  waitListed: readonly { day: Day }[]
}) => {
  const given = [
    ...(filled.length > 0 ? [`${counted(daysIn(filled), 'jour')} à réserver`] : []),
    ...(waitListed.length > 0 ? [`${daysIn(waitListed)} en liste d’attente`] : []),
  ]
  return given.length === 0 ? '' : ` avec ${listed(given)}`
}

const daysIn = (cells: readonly { day: Day }[]): number => new Set(cells.map(({ day }) => day)).size

const accepting: ReadonlySet<string> = new Set<AnswerAct>(['accept', 'acceptCancel', 'leave'])
const toDo = { book: 'à réserver', cancel: 'à annuler', leave: 'à quitter sur la liste d’attente' } as const

const acceptance = (
  { registration, wish, recordedAt }: WeighedRequest,
  parts: readonly WeighedPart[],
): Possible['decisions'][number] => ({
  kind: 'cells',
  registrationId: registration.id,
  wish,
  recordedAt,
  answers: parts.map(({ day, slots, suggested }) => ({
    day,
    slotIds: slots.map(({ id }) => id),
    act: answerActOf(suggested.act),
  })),
})

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)
