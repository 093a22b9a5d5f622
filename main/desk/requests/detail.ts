import type {
  AnswerAction,
  RequestDetail,
  RequestItem,
  RequestKey,
  RequestPart,
} from '../../../shared/contract/desk/requests.ts'
import { ageOn, dayAt, daysFrom, today } from '../../../shared/rules/calendar/day.ts'
import type { Answer } from '../../../shared/rules/cell/cell-actions.ts'
import { sumOfSurcharges } from '../../../shared/rules/cell/late-surcharge.ts'
import { answerText, registrationAnswerText } from '../../../shared/rules/requests/answer.ts'
import { ageText, counted, weekdayName } from '../../../shared/rules/text/french.ts'
import type { Store } from '../../store/store.ts'
import { slotsOf } from '../activities/activities.ts'
import type { Core, Person } from '../core.ts'
import { priceOf } from '../prices/prices.ts'
import { checkRegistration, type NamedRegistration, registrationsNamed } from '../registrations/registrations.ts'
import {
  daysTooLate,
  enteredAtCounterBy,
  previewAcceptance,
  type WeighedPart,
  type WeighedRequest,
  weighRequests,
} from '../reservations/reservations.ts'
import { askerFields, portalAskerOfCells, portalAskerOfRegistration } from './asked.ts'
import { shownProposal } from './proposals.ts'
import { daysIn, itemMaker, proposalGroups, proposalItem, signUpItem } from './queue.ts'
import { shownSignUp, waitingSignUps } from './sign-ups.ts'

/** Everything that helps to answer one demande; null once answered or withdrawn. */
export const requestDetail = (core: Core, person: Person, key: RequestKey): RequestDetail | null =>
  key.kind === 'registration'
    ? registrationDetail(core, person, key)
    : key.kind === 'proposals'
      ? proposalsDetail(core, key)
      : key.kind === 'signUp'
        ? signUpDetail(core, key)
        : cellsDetail(core, key)

/** The base of every kind's detail: the asker is the person concerned, and there is nothing to decide. */
const plainDetail = (item: RequestItem): RequestDetail => ({
  ...item,
  age: '',
  activity: '',
  enteredBy: '',
  askedBy: `${item.child.firstName} ${item.child.lastName}`,
  receipt: '',
  together: [],
  parts: [],
  registration: null,
  proposals: [],
  signUp: null,
})

const signUpDetail = (core: Core, key: Extract<RequestKey, { kind: 'signUp' }>): RequestDetail | null => {
  const one = waitingSignUps(core.store).find(({ id }) => id === key.signUpId)
  if (!one) return null
  return { ...plainDetail(signUpItem(core, one)), signUp: shownSignUp(core, one) }
}

const proposalsDetail = (core: Core, key: Extract<RequestKey, { kind: 'proposals' }>): RequestDetail | null => {
  const group = proposalGroups(core.store).find(
    ([one]) => one.familyId === key.familyId && one.guardianId === key.guardianId && one.recordedAt === key.recordedAt,
  )
  if (!group) return null
  return {
    ...plainDetail(proposalItem(core, group)),
    proposals: group.map((one) => shownProposal(core, one)),
  }
}

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
    ...plainDetail(itemMaker(core)(registration, key, request.recordedAt, request.parts)),
    age: ageText(ageOn(registration.birthDay, first?.day ?? today(clock))),
    activity: registration.activity,
    ...askerFields(store, first ? enteredAtCounterBy(store, first.cellId) : '', portalAskerOfCells(store, key)),
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
  }
}

const shownPart = (
  store: Store,
  { wish, recordedAt }: WeighedRequest,
  registration: NamedRegistration,
  part: WeighedPart,
  named: ReadonlyMap<number, NamedRegistration>,
): RequestPart => {
  const { day, slots, inTime, suggested, waiting, surcharges } = part
  const act = answerActOf(suggested.act)
  const daysBefore = daysFrom(dayAt(recordedAt), day)
  return {
    day,
    slots: slots.map((slot) => ({ ...slot })),
    deadline: {
      kept: inTime,
      text: `${counted(daysBefore, 'jour')} avant, ${inTime ? 'dans les délais' : 'hors délai'}`,
    },
    suggested: { act, why: suggested.why, reason: suggested.reason },
    familyReads: answerText(answers[act], {
      wish,
      child: registration.firstName,
      rank: suggested.rank,
      reason: suggested.reason,
      surcharge: sumOfSurcharges([...surcharges.values()]),
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

const answers: Readonly<Record<AnswerAction, Answer>> = {
  accept: 'accepted',
  waitList: 'waitListed',
  refuse: 'refused',
  acceptCancel: 'accepted',
  refuseCancel: 'refused',
  leave: 'accepted',
  takeBack: 'withdrawn',
  expire: 'expired',
}

const isAnswerAct = (act: string): act is AnswerAction => act in answers

/** @throws RangeError when the suggested act answers no demande */
export const answerActOf = (act: WeighedPart['suggested']['act']): AnswerAction => {
  if (!isAnswerAct(act)) throw new RangeError(`${act} answers no demande`)
  return act
}

/** The difference in the day's bill if the demande is accepted: a formula may cover more slots than those asked for. */
const costOf = (
  store: Store,
  { id: registrationId, familyId, childId, activityId }: NamedRegistration,
  wish: 'book' | 'cancel',
  { day, slots, booked, surcharges }: WeighedPart,
): RequestPart['cost'] => {
  const asked = new Set(slots.map(({ id }) => id))
  const others = booked.filter((id) => !asked.has(id)).map((slotId) => ({ slotId }))
  const decided = slots.map(({ id: slotId }) => ({
    slotId,
    surcharge: surcharges.get(slotId),
    why: wish === 'book' ? ('booked' as const) : ('lateCancellation' as const),
  }))
  const priced = (held: Parameters<typeof priceOf>[1]['days'][number]['slots']) =>
    priceOf(store, { familyId, childId, registrationId, activityId, days: [{ day, slots: held }] })
  const newPrice = priced([...others, ...decided])
  const currentPrice = priced(booked.map((slotId) => ({ slotId })))
  const errors = [...newPrice.errors, ...currentPrice.errors]
  const already = new Set(currentPrice.lines.map(({ explanation }) => explanation))
  return {
    cents: errors.length > 0 ? null : newPrice.totalCents - currentPrice.totalCents,
    explanations: [
      ...new Set(
        errors.length > 0
          ? errors.map(({ text }) => text)
          : newPrice.lines.map(({ explanation }) => explanation).filter((text) => !already.has(text)),
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
    ...plainDetail(itemMaker(core)(one, key, one.askedAt, [])),
    age: ageText(ageOn(one.birthDay, one.startDay)),
    activity: one.activity,
    ...askerFields(store, '', portalAskerOfRegistration(store, one.id)),
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
        waiting: [...new Set(gives.waitListed.map(({ day }) => day))],
        late: daysTooLate(store, core.clock(), one.id),
        reason: refusal,
      }),
    },
  }
}

export const refusalOf = ({ obstacle, unmet }: { obstacle: string | null; unmet: readonly string[] }): string =>
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
