import { setImmediate } from 'node:timers/promises'
import { inChunks } from '../../../../shared/collections.ts'
import type { WeekResult } from '../../../../shared/contract/desk/reservations/reservations.ts'
import type { ManyWeeks } from '../../../../shared/contract/desk/reservations/weeks.ts'
import { type Day, daysBetween, type Instant, mondayOf, weekday } from '../../../../shared/rules/calendar/day.ts'
import type { TypicalWeek } from '../../../../shared/rules/calendar/typical-week.ts'
import { isShownWith } from '../../../../shared/rules/groups/joined-activities.ts'
import type { WeekRule } from '../../../../shared/rules/requests/week-rule.ts'
import { counted, listed } from '../../../../shared/rules/text/french.ts'
import type { Write } from '../../../store/acts/acts.ts'
import type { Store } from '../../../store/store.ts'
import { type NamedPeriod, ownSlot, periodOf, periodsOf } from '../../activities/activities.ts'
import { type Core, type Person, Refused } from '../../core.ts'
import type { LongWorkTools } from '../../progress.ts'
import { type Board, readBoard } from '../board/board.ts'
import { cellActorOf, requireRegistration, unknownSlot } from '../board/checks.ts'
import { newPlan, type Plan, writePlan } from '../board/moving.ts'
import {
  nextMoveId,
  type RegistrationRow,
  registrationsIn,
  slotsOpenIn,
  typicalWeeksOf,
} from '../reservations-store.ts'
import { fillWeek, type WeekInput } from './typical-weeks.ts'

type ManyWeeksInput = {
  readonly periodId: number
  /** Registrations of the period, or of one that is shown in one grid with it. */
  readonly registrationIds: readonly number[]
  /** One week for all children; null: each registration's own typical week. */
  readonly week: readonly { readonly weekday: number; readonly slotId: number }[] | null
  readonly from: Day
  readonly to: Day
}

/**
 * Previews what a typical week would book for many children of a period, and of those shown in one grid with it. Writes
 * nothing; yields to other calls after each day.
 */
export const previewWeeks = async (
  { store, clock }: Core,
  person: Person,
  input: ManyWeeksInput,
): Promise<ManyWeeks> => {
  const at = clock()
  const asked = readChildWeeks(store, input)
  const tally = newTally(asked.flatMap(({ wishes }) => wishes))
  for (const { period, wishes, spans } of asked) {
    const registrations = wishes.map(({ registration }) => registration)
    for (const span of spans) {
      const board = readBoard(store, at, period.id, registrations, span.from, span.to)
      const plan = newPlan(nextMoveId(store))
      for (const wish of wishes) fillChildSpan(tally, plan, board, person, wish, span, at)
      await setImmediate()
    }
  }
  return tally.result()
}

/** Books typical weeks in one long act: all or nothing. Day by day, children in the order of the list. */
export const applyWeeks = async (
  { store }: Core,
  person: Person,
  input: ManyWeeksInput,
  { signal, onProgress }: LongWorkTools,
): Promise<ManyWeeks & { actId: number }> => {
  const asked = readChildWeeks(store, input)
  const all = asked.flatMap(({ wishes }) => wishes)
  const tally = newTally(all)
  const label = `Semaine type appliquée à ${counted(all.length, 'enfant')}\u00a0: ${listed(asked.map(({ period }) => period.name))}`
  const act = store.longAct(person, 'reservations.weeks', label)
  try {
    const parts = asked.flatMap(({ period, wishes, spans }) =>
      spans.flatMap((span) => inChunks(wishes, childrenPerSlice(period)).map((own) => ({ period, span, own }))),
    )
    await act.slices(
      parts,
      (write, { period, span, own }) => {
        const children = own.map(({ registration }) => registration)
        const board = readBoard(store, write.at, period.id, children, span.from, span.to, write.begunActId)
        const plan = newPlan(nextMoveId(store))
        for (const wish of own) fillChildSpan(tally, plan, board, person, wish, span, write.at)
        writePlan(write, plan)
      },
      { signal, onProgress: (done) => onProgress(done, parts.length) },
    )
    signal.throwIfAborted()
    return act.close(() => {
      const result = tally.result()
      if (result.filled + result.waitListed === 0) throw new Refused(nothingBookedText(result))
      return { ...result, actId: act.id }
    })
  } catch (error) {
    await act.rollBack()
    throw error
  }
}

/**
 * Part of a long act: books one span of the typical weeks of newly accepted registrations, in their order.
 * @param wishes at most `childrenPerSlice`
 * @param span one of `spansOf`
 */
export const writeAcceptedWeeks = (
  store: Store,
  write: Write,
  person: Person,
  { periodId, wishes, span }: { periodId: number; wishes: readonly WeekInput[]; span: Span },
): WeekResult => {
  const found = wishes.map(({ registrationId }) => requireRegistration(store, registrationId))
  const board = readBoard(store, write.at, periodId, found, span.from, span.to, write.begunActId)
  const plan = newPlan(nextMoveId(store))
  const results = wishes.map(({ week, from, askedAt }, at) => {
    const registration = found[at]
    if (!registration) return emptyResult
    const own = { from: later(span.from, from), to: earlier(span.to, registration.endDay) }
    if (own.to < own.from) return emptyResult
    const wanted = week.map(({ weekday: on, slotId }) => ({ weekday: on, slot: slotId }))
    const asOf = askedAt !== undefined && askedAt < write.at ? askedAt : undefined
    const who = { who: cellActorOf(person), at: write.at, asOf }
    return fillWeek(plan, board, registration, wanted, own, who)
  })
  writePlan(write, plan)
  return {
    filled: results.flatMap(({ filled }) => filled),
    waitListed: results.flatMap(({ waitListed }) => waitListed),
    skipped: results.flatMap(({ skipped }) => skipped),
  }
}

const emptyResult: WeekResult = { filled: [], waitListed: [], skipped: [] }

type ChildWeek = { readonly registration: RegistrationRow; readonly week: TypicalWeek<number> }

/** The weeks of the children of one period, and the days on which they are booked. */
type PeriodWeeks = {
  readonly period: NamedPeriod
  readonly wishes: readonly ChildWeek[]
  readonly spans: readonly Span[]
}

/**
 * The requested weeks, by period: a slot stands for the same slot of each child's own activity.
 * @throws Refused when the list has changed since it was shown, or when no child has a week
 */
const readChildWeeks = (store: Store, { periodId, registrationIds, week, from, to }: ManyWeeksInput): PeriodWeeks[] => {
  const chosenPeriod = periodOf(store, periodId)
  if (to < from) throw new Refused('La date de fin vient avant la date de début.', 'to')
  const chosen = new Set(registrationIds)
  const periods = [chosenPeriod, ...periodsOf(store).filter((one) => isShownWith(chosenPeriod, one))].flatMap(
    (period) => {
      const registrations = registrationsIn(store, period.id, null).filter(({ id }) => chosen.has(id))
      return registrations.length === 0 ? [] : [{ period, registrations }]
    },
  )
  if (periods.flatMap(({ registrations }) => registrations).length < chosen.size)
    throw new Refused('La liste a changé\u00a0: regardez-la à nouveau.', 'registrationIds')
  const own = week === null ? typicalWeeksOf(store, registrationIds) : null
  const known = new Set<number>()
  const asked = periods.map(({ period, registrations }): PeriodWeeks => {
    const slots = new Set(slotsOpenIn(store, period.activityId).map(({ id }) => id))
    const shared = (week ?? []).flatMap((wanted) => {
      const slot = ownSlot(store, period.activityId, wanted.slotId)
      if (!slots.has(slot)) return []
      known.add(wanted.slotId)
      return [{ weekday: wanted.weekday, slot }]
    })
    const wishes = registrations.map((registration): ChildWeek => {
      // Skip slots removed since the typical week was recorded: they must not block the other children.
      const recorded = (own?.get(registration.id) ?? []).filter(({ slotId }) => slots.has(slotId))
      return {
        registration,
        week: own ? recorded.map(({ weekday: on, slotId }) => ({ weekday: on, slot: slotId })) : shared,
      }
    })
    const weekdays = new Set(wishes.flatMap((wish) => wish.week.map((one) => one.weekday)))
    const span = { from: later(from, period.startDay), to: earlier(to, period.endDay) }
    const days = span.to < span.from ? [] : daysBetween(span.from, span.to).filter((day) => weekdays.has(weekday(day)))
    return { period, wishes, spans: spansOf(period, days) }
  })
  if (week?.some(({ slotId }) => !known.has(slotId))) throw new Refused(unknownSlot, 'week')
  if (asked.every(({ wishes }) => wishes.every((wish) => wish.week.length === 0)))
    throw new Refused(week ? 'Cochez au moins une plage.' : 'Aucun de ces enfants n’a de semaine type.', 'week')
  if (asked.every(({ spans }) => spans.length === 0))
    throw new Refused('Aucun de ces jours n’est dans la période.', 'from')
  return asked
}

type Span = { readonly from: Day; readonly to: Day }

/**
 * The days that are booked together for all children, one part after the other: a single day, or a week where the
 * period has a week rule.
 */
export const spansOf = ({ weekRule }: { readonly weekRule: WeekRule | null }, days: readonly Day[]): Span[] =>
  [...Map.groupBy(days, (day) => (weekRule ? mondayOf(day) : day)).values()].flatMap((own) => {
    const [from, to] = [own[0], own.at(-1)]
    return from && to ? [{ from, to }] : []
  })

const later = (one: Day, other: Day): Day => (one > other ? one : other)
const earlier = (one: Day, other: Day): Day => (one < other ? one : other)

/** Few enough children for a slice of at most 20 ms, and enough for them to share the data read for a day. */
export const childrenPerSlice = ({ weekRule }: { readonly weekRule: WeekRule | null }): number => (weekRule ? 3 : 12)

const fillChildSpan = (
  tally: Tally,
  plan: Plan,
  board: Board,
  person: Person,
  { registration, week }: ChildWeek,
  { from, to }: Span,
  at: Instant,
): void => {
  const span = { from: later(from, registration.startDay), to: earlier(to, registration.endDay) }
  if (span.to < span.from) return
  const planned = plan.moves.length
  const given = fillWeek(plan, board, registration, week, span, { who: cellActorOf(person), at })
  const granted = plan.moves
    .slice(planned)
    .filter(({ previous: before, answer }) => before.ask === 'book' && answer === 'accepted').length
  tally.add(registration.id, given, granted)
}

type Tally = { add(registrationId: number, given: WeekResult, granted: number): void; result(): ManyWeeks }

const newTally = (wishes: readonly ChildWeek[]): Tally => {
  const children = new Map(
    wishes.map(({ registration: { id, lastName, firstName } }) => [
      id,
      { registrationId: id, name: `${lastName} ${firstName}`, filled: 0, waitListed: 0, skipped: 0, why: '' },
    ]),
  )
  const reasons = new Map<string, number>()
  let granted = 0
  return {
    add(registrationId, { filled, waitListed, skipped }, answered) {
      granted += answered
      const child = children.get(registrationId)
      if (!child) return
      child.filled += filled.length
      child.waitListed += waitListed.length
      child.skipped += skipped.length
      child.why ||= skipped[0]?.reason ?? ''
      for (const { reason } of skipped) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
    },
    result: () => {
      const rows = [...children.values()]
      const sum = (of: (child: (typeof rows)[number]) => number) => rows.reduce((total, child) => total + of(child), 0)
      return {
        children: rows,
        filled: sum(({ filled }) => filled),
        granted,
        waitListed: sum(({ waitListed }) => waitListed),
        skipped: [...reasons]
          .map(([reason, count]) => ({ reason, count }))
          .toSorted((one, other) => other.count - one.count),
      }
    },
  }
}

const nothingBookedText = ({ skipped: [first] }: ManyWeeks): string =>
  first ? `Rien n’a pu être réservé. ${first.reason}` : 'Rien n’est à réserver ces jours-là.'
