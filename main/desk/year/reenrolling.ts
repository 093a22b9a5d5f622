import { setImmediate } from 'node:timers/promises'
import { inChunks } from '../../../shared/collections.ts'
import type { ReenrolledChild } from '../../../shared/contract/desk/year.ts'
import { daysBetween, weekday } from '../../../shared/rules/calendar/day.ts'
import { ageText, counted, sentenceWithSubject, shortDay, weekdayName } from '../../../shared/rules/text/french.ts'
import type { Store } from '../../store/store.ts'
import { type NamedPeriod, ownSlot, periodOf, slotsOf } from '../activities/activities.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { childrenOnDay, homeHistories, homeOn } from '../families/families.ts'
import { mapInTurns } from '../in-turns.ts'
import type { LongWorkTools } from '../progress.ts'
import {
  checkRegistration,
  copyLists,
  type NamedRegistration,
  registrationsOfPeriod,
  writeNewRegistration,
} from '../registrations/registrations.ts'
import {
  acceptedWeek,
  childrenPerSlice,
  spansOf,
  type WeekInput,
  writeAcceptedWeeks,
} from '../reservations/reservations.ts'
import { inOneAct } from './in-one-act.ts'
import { registrationsOfDeparted } from './year-store.ts'

type ReenrolmentInput = { readonly fromPeriodId: number; readonly toPeriodId: number }

/** Last year's registrations of a period, each checked against the rules for the period that follows. */
export const previewReenrolment = async ({ store }: Core, asked: ReenrolmentInput): Promise<ReenrolledChild[]> => {
  const { from, to } = requireConsecutivePeriods(store, asked)
  const past = registrationsOfPeriod(store, from.id, ['accepted', 'ended'])
  await setImmediate()
  const children = childrenOnDay(
    store,
    past.map(({ childId }) => childId),
    to.startDay,
  )
  await setImmediate()
  const homes = homeHistories(
    store,
    past.map(({ familyId }) => familyId),
  )
  await setImmediate()
  const departed = registrationsOfDeparted(store, from.id, to.startDay)
  const twice = endedDuplicates(past)
  const slots = slotsOf(store, to.activityId)
  return mapInTurns(past, (registration) => {
    const child = children.get(registration.childId)
    const home = homes.get(registration.familyId)
    const refusal = whyNot(store, registration, to, departed)
    const hasQuotient = home && homeOn(home, to.startDay).quotient !== null
    const remarks = [
      ...(registration.state === 'ended' ? [`Inscription terminée le ${shortDay(registration.endDay)}.`] : []),
      ...(hasQuotient ? [] : ['Quotient familial inconnu à cette date\u00a0: tarif le plus haut.']),
      ...(twice.has(registration.id) ? ['Inscrit aussi une autre fois dans cette période.'] : []),
    ]
    const week = weekOffered(store, registration, to, slots)
    return {
      registrationId: registration.id,
      childId: registration.childId,
      familyId: registration.familyId,
      firstName: registration.firstName,
      lastName: registration.lastName,
      family: registration.family,
      detail: child ? [ageText(child.age), child.level].filter((text) => text !== '').join(', ') : '',
      week: weekText(week, slots),
      refusal,
      remarks,
      isProposed: refusal === null && registration.state === 'accepted',
    }
  })
}

/**
 * @throws Refused when the second period does not follow the first in the same activity, or in two joined activities
 */
const requireConsecutivePeriods = (store: Store, { fromPeriodId, toPeriodId }: ReenrolmentInput) => {
  const [from, to] = [periodOf(store, fromPeriodId), periodOf(store, toPeriodId)]
  if (from.leadId !== to.leadId) throw new Refused('Choisissez deux périodes de la même activité.', 'toPeriodId')
  if (to.startDay <= from.startDay) {
    throw new Refused('La période d’arrivée vient après celle de départ.', 'toPeriodId')
  }
  return { from, to }
}

/** Ended registrations of children who have another registration in the same home and period. */
const endedDuplicates = (past: readonly NamedRegistration[]): ReadonlySet<number> =>
  new Set(
    [...Map.groupBy(past, ({ childId, familyId }) => `${childId} ${familyId}`).values()].flatMap((group) =>
      group.length > 1 ? group.filter(({ state }) => state === 'ended').map(({ id }) => id) : [],
    ),
  )

const wishOf = ({ childId, familyId }: NamedRegistration, { id, startDay, endDay }: NamedPeriod) => ({
  childId,
  familyId,
  periodId: id,
  startDay,
  endDay,
})

/**
 * Why a rule refuses the registration. Staff override conditions one child at a time, with a reason, never for a whole
 * list.
 */
const whyNot = (
  store: Store,
  registration: NamedRegistration,
  to: NamedPeriod,
  departed: ReadonlySet<number>,
): string | null => {
  if (departed.has(registration.id)) return 'La famille n’est plus du service à cette date.'
  if (to.archived) return 'Cette période est archivée.'
  try {
    const { obstacle, unmet } = checkRegistration({ store }, wishOf(registration, to))
    return obstacle ?? unmet[0] ?? null
  } catch (error) {
    if (error instanceof Refused) return error.sentence
    throw error
  }
}

type Week = NamedRegistration['typicalWeek']
type Slots = ReturnType<typeof slotsOf>

/** The part of last year's typical week that the new period still offers. */
const weekOffered = (store: Store, { typicalWeek }: NamedRegistration, to: NamedPeriod, slots: Slots): Week => {
  const open = new Set(
    slots
      .filter(({ id, endedFrom }) => {
        const isOffered = to.places.some(({ slotId }) => slotId === id)
        return isOffered && (endedFrom === null || to.startDay < endedFrom)
      })
      .map(({ id }) => id),
  )
  return typicalWeek
    .map(({ weekday, slotId }) => ({ weekday, slotId: ownSlot(store, to.activityId, slotId) }))
    .filter(({ weekday, slotId }) => to.weekdays.includes(weekday) && open.has(slotId))
}

const weekText = (week: Week, slots: Slots): string =>
  [...Map.groupBy(week, ({ weekday }) => weekday)]
    .toSorted(([one], [other]) => one - other)
    .map(([weekday, sameDay]) => {
      const names = slots.flatMap(({ id, name }) =>
        sameDay.some(({ slotId }) => slotId === id) ? [name.toLowerCase()] : [],
      )
      return `${weekdayName(weekday)} ${names.join(', ')}`
    })
    .join(' · ')

/** Registers the chosen children for the new period, as one act; lists those whom a rule refuses by then. */
export const reenrol = async (
  core: Core,
  person: Person,
  input: ReenrolmentInput & { readonly registrationIds: readonly number[]; readonly week: 'none' | 'kept' | 'booked' },
  work: LongWorkTools,
) => {
  const { store } = core
  const { from, to } = requireConsecutivePeriods(store, input)
  const past = new Map(registrationsOfPeriod(store, from.id, ['accepted', 'ended']).map((one) => [one.id, one]))
  const chosen = [...new Set(input.registrationIds)].map((id) => {
    const registration = past.get(id)
    if (!registration) throw new Refused('La liste a changé\u00a0: regardez-la à nouveau.', 'registrationIds')
    return registration
  })
  const departed = registrationsOfDeparted(store, from.id, to.startDay)
  const slots = slotsOf(store, to.activityId)
  const done = { registered: 0, booked: 0, waiting: 0, skipped: 0, skippedWhy: '' }
  const refused: { name: string; reason: string }[] = []
  const unlisted: { name: string; list: string }[] = []
  const label = `Réinscription à «\u00a0${to.name}\u00a0»\u00a0: ${counted(chosen.length, 'enfant')}`
  return inOneAct(
    core,
    person,
    { kind: 'year.reenrol', label },
    work,
    async (slices) => {
      const wishes: WeekInput[] = []
      await slices(chosen, (write, registration) => {
        const reason = whyNot(store, registration, to, departed)
        if (reason !== null) {
          refused.push({ name: `${registration.firstName} ${registration.lastName}`, reason })
          return
        }
        const typicalWeek = input.week === 'none' ? [] : weekOffered(store, registration, to, slots)
        const asked = { ...wishOf(registration, to), typicalWeek, overrideReason: '' }
        const { id } = writeNewRegistration(store, write, person, asked, true)
        done.registered += 1
        for (const list of copyLists(store, write, registration.id, { ...asked, id, activityId: to.activityId }))
          unlisted.push({ name: `${registration.firstName} ${registration.lastName}`, list })
        if (input.week === 'booked' && typicalWeek.length > 0)
          wishes.push(acceptedWeek(store, write.at, id, write.actId))
      })
      // Day by day, or week by week: on each, children are served in the order of the list.
      const parts = spansOf(to, daysBetween(to.startDay, to.endDay)).flatMap((span) => {
        const weekdays = new Set(daysBetween(span.from, span.to).map(weekday))
        const wishing = wishes.filter(({ week }) => week.some((one) => weekdays.has(one.weekday)))
        return inChunks(wishing, childrenPerSlice(to)).map((own) => ({ span, own }))
      })
      await slices(parts, (write, { span, own }) => {
        const result = writeAcceptedWeeks(store, write, person, { periodId: to.id, wishes: own, span })
        done.booked += result.filled.length
        done.waiting += result.waitListed.length
        done.skipped += result.skipped.length
        done.skippedWhy ||= result.skipped[0]?.reason ?? ''
      })
    },
    () => {
      if (done.registered === 0) throw new Refused(nobodyText(refused), 'registrationIds')
      return { ...done, refused, unlisted }
    },
  )
}

const nobodyText = ([first]: readonly { name: string; reason: string }[]): string =>
  first
    ? `Personne n’a pu être réinscrit. ${sentenceWithSubject(first.name, first.reason)}`
    : 'Cochez au moins un enfant.'
