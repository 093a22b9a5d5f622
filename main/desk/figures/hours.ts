import { extname, join } from 'node:path'
import type { CafFilter } from '../../../shared/contract/desk/figures/figures.ts'
import { type Day, daysOfMonth, type Month, today } from '../../../shared/rules/calendar/day.ts'
import { ageGroupOf, ageGroups, type Scheme, schemeOf, schemes } from '../../../shared/rules/figures/child-group.ts'
import type { HoursRow } from '../../../shared/rules/figures/declaration.ts'
import { type CountedSlot, countDay } from '../../../shared/rules/figures/hours-rule.ts'
import { monthsBetween } from '../../../shared/rules/figures/month-span.ts'
import { answersAhead, answersInTurns, type BatchReader, mayReadInThread } from '../../store/reading-thread.ts'
import type { Store } from '../../store/store.ts'
import { memoized } from '../memoized.ts'
import { monthKeeper } from './hours-kept.ts'
import { hoursRules, type RuleOfMonth } from './hours-rules.ts'
import {
  type AccueilActivity,
  accueilActivities,
  allSlots,
  type ChildOfHome,
  type DaysAsked,
  type PatternRow,
  patternRows,
  type RegistrationRange,
  registrationRanges,
  type SlotFacts,
  slotsOfPattern,
} from './hours-store.ts'

/** The minutes that a pattern counts, for each measure. */
type Minutes = { readonly booked: number; readonly done: number; readonly billed: number; readonly unmarked: number }

/** Counts the days of children under the rules of their activity and month. */
export const hoursCounter = (store: Store) => {
  const activities = new Map(accueilActivities(store).map((activity) => [activity.id, activity]))
  const slots = allSlots(store)
  const ruleIn = hoursRules(store)
  const rules = new Map<string, RuleOfMonth | null>()
  const patterns = new Map<string, Minutes>()
  const ruleOf = (activityId: number, month: Month): RuleOfMonth | null => {
    const key = `${activityId} ${month}`
    const activity = activities.get(activityId)
    const found = rules.get(key) ?? (activity ? ruleIn(activity, month) : null)
    rules.set(key, found)
    return found
  }
  const slotsWhere = (facts: readonly SlotFacts[], is: (fact: SlotFacts) => boolean) =>
    facts
      .filter(is)
      .flatMap(({ slotId }): readonly (CountedSlot & { readonly name: string })[] => {
        const slot = slots.get(slotId)
        return slot ? [slot] : []
      })
      .toSorted((one, other) => (one.start < other.start ? -1 : 1))
  return {
    ruleOf,
    /** The slots of a pattern for which `is` holds, in the order of the day. */
    slotsOf: (pattern: string, is: (fact: SlotFacts) => boolean) => slotsWhere(slotsOfPattern(pattern), is),
    minutesOf: (activityId: number, month: Month, pattern: string): Minutes => {
      const key = `${activityId} ${month} ${pattern}`
      const known = patterns.get(key)
      const rule = known ? null : ruleOf(activityId, month)
      if (known || !rule) return known ?? { booked: 0, done: 0, billed: 0, unmarked: 0 }
      const facts = slotsOfPattern(pattern)
      const count = (is: (fact: SlotFacts) => boolean) => countDay(rule, slotsWhere(facts, is)).minutes
      const found = {
        booked: count(({ isBooked }) => isBooked),
        done: count(({ isDone }) => isDone),
        billed: count(({ isBilled }) => isBilled),
        unmarked: count(({ isUnmarked }) => isUnmarked),
      }
      patterns.set(key, found)
      return found
    },
  }
}

/** Hours of an activity, an age, a scheme and a month. */
export type ActivityHours = Omit<HoursRow, 'accueil' | 'kind'> & { readonly activityId: number }

/** Children whose hours could be wrong, each once. */
type Doubt = { readonly children: readonly ChildOfHome[]; readonly minutes: number }

/** What staff should check: hours that may be wrong. */
type Doubts = {
  /** Days booked in the past without a mark, by activity. */
  readonly unmarked: readonly {
    readonly activityId: number
    readonly childDays: number
    readonly minutes: number
    readonly firstDay: Day
  }[]
  readonly withoutScheme: Doubt
  /** Adults, and children whose birth date is after the day counted. */
  readonly otherAges: Doubt
}

export type CountedHours = Doubts & {
  readonly rows: readonly ActivityHours[]
  /** Children with hours done. */
  readonly childIds: readonly number[]
}

const createHours = () => {
  const rows = new Map<string, { -readonly [Key in keyof ActivityHours]: ActivityHours[Key] }>()
  const unmarked = new Map<number, { childDays: number; minutes: number; firstDay: Day }>()
  const childIds = new Set<number>()
  const doubtful = { withoutScheme: emptyDoubt(), otherAges: emptyDoubt() }
  const addRow = (row: ActivityHours) => {
    const key = `${row.activityId} ${row.month} ${row.ageGroup} ${row.scheme}`
    const found = rows.get(key)
    if (!found) {
      rows.set(key, { ...row })
      return
    }
    found.booked += row.booked
    found.done += row.done
    found.billed += row.billed
    found.childDays += row.childDays
  }
  const addUnmarked = (activityId: number, of: { childDays: number; minutes: number; firstDay: Day }) => {
    const found = unmarked.get(activityId) ?? { childDays: 0, minutes: 0, firstDay: of.firstDay }
    unmarked.set(activityId, {
      childDays: found.childDays + of.childDays,
      minutes: found.minutes + of.minutes,
      firstDay: of.firstDay < found.firstDay ? of.firstDay : found.firstDay,
    })
  }
  return {
    addPattern: (row: PatternRow, scheme: Scheme, minutes: Minutes) => {
      const { activityId, childId, familyId, month, day, days } = row
      const ageGroup = ageGroupOf(row.birth, day)
      const done = days * minutes.done
      if (minutes.unmarked > 0) {
        addUnmarked(activityId, { childDays: days, minutes: days * minutes.unmarked, firstDay: day })
      }
      if (ageGroup === null) {
        if (done > 0) doubtful.otherAges.add([{ childId, familyId }], done)
        return
      }
      if (scheme === 'unknown' && done > 0) doubtful.withoutScheme.add([{ childId, familyId }], done)
      if (done > 0) childIds.add(childId)
      addRow({
        activityId,
        month,
        ageGroup,
        scheme,
        booked: days * minutes.booked,
        done,
        billed: days * minutes.billed,
        childDays: done > 0 ? days : 0,
      })
    },
    addAll: (of: CountedHours) => {
      for (const row of of.rows) addRow(row)
      for (const { activityId, ...one } of of.unmarked) addUnmarked(activityId, one)
      for (const id of of.childIds) childIds.add(id)
      doubtful.withoutScheme.add(of.withoutScheme.children, of.withoutScheme.minutes)
      doubtful.otherAges.add(of.otherAges.children, of.otherAges.minutes)
    },
    found: (): CountedHours => ({
      rows: [...rows.values()],
      childIds: [...childIds],
      unmarked: [...unmarked].map(([activityId, of]) => ({ activityId, ...of })),
      withoutScheme: doubtful.withoutScheme.found(),
      otherAges: doubtful.otherAges.found(),
    }),
  }
}

const hoursByMonth = () => {
  const months = new Map<Month, ReturnType<typeof createHours>>()
  return {
    of: (month: Month) => {
      const known = months.get(month) ?? createHours()
      months.set(month, known)
      return known
    },
    found: (): ReadonlyMap<Month, CountedHours> => new Map([...months].map(([month, hours]) => [month, hours.found()])),
  }
}

const emptyDoubt = () => {
  const homes = new Map<number, number>()
  let minutes = 0
  return {
    add: (children: readonly ChildOfHome[], more: number) => {
      for (const { childId, familyId } of children) if (!homes.has(childId)) homes.set(childId, familyId)
      minutes += more
    },
    found: (): Doubt => ({ children: [...homes].map(([childId, familyId]) => ({ childId, familyId })), minutes }),
  }
}

/** What is asked of a reading: the days, and the site and scheme that the person chose. */
type HoursTopic = DaysAsked & { readonly siteId: number | null; readonly scheme: Scheme | null }

/** Reads and counts the hours of ranges of registrations, by month. */
export const hoursReader: BatchReader<HoursTopic, RegistrationRange, ReadonlyMap<Month, CountedHours>> = {
  read(store, { siteId, scheme, ...days }) {
    const counter = hoursCounter(store)
    const schemeTyped = memoized((typed: string) => ({ of: schemeOf(typed) }))
    const wanted = new Set(
      accueilActivities(store).flatMap((one) => (siteId === null || one.siteId === siteId ? [one.id] : [])),
    )
    return (range) => {
      const months = hoursByMonth()
      for (const row of patternRows(store, { ...days, ...range })) {
        const own = schemeTyped(row.scheme).of
        if (!wanted.has(row.activityId) || (scheme !== null && own !== scheme)) continue
        months.of(row.month).addPattern(row, own, counter.minutesOf(row.activityId, row.month, row.pattern))
      }
      return months.found()
    }
  },
  program: join(import.meta.dirname, `hours-worker${extname(import.meta.filename)}`),
}

/**
 * Registrations read at a time: few in this thread, so that other calls get a turn; more in another thread, so that it
 * answers less often.
 */
const registrationsPerTurn = 40
const registrationsPerAnswer = 1500
/** Starting a thread takes half a second, so other threads read only from this many registrations on. */
const threadFrom = 8000

const keptHours = monthKeeper<CountedHours>()

/** The hours of these months. */
export const countHours = async (store: Store, { from, to, siteId, scheme }: CafFilter): Promise<CountedHours> => {
  const kept = keptHours(store, today(store.clock))
  const keyOf = (month: Month) => `${month} ${siteId} ${scheme}`
  const months = monthsBetween(from, to)
  const missing = months.filter((month) => !kept.has(keyOf(month)))
  const [first, last] = [missing[0], missing.at(-1)]
  const read = first && last ? await readHours(store, { from: first, to: last, siteId, scheme }) : null
  if (read) for (const month of missing) kept.set(keyOf(month), read.get(month) ?? createHours().found())
  const hours = createHours()
  for (const month of months) {
    const found = read?.get(month) ?? kept.get(keyOf(month))
    if (found) hours.addAll(found)
  }
  return hours.found()
}

/**
 * Reads the hours by month, without the cache. For a person limited to some sites everything is read in this thread:
 * another thread would read every site.
 * @param threadsFrom lower in tests, so that small towns use threads too
 */
export const readHours = async (
  store: Store,
  { from, to, siteId, scheme }: CafFilter,
  threadsFrom = threadFrom,
): Promise<ReadonlyMap<Month, CountedHours>> => {
  const days = { from: daysOfMonth(from).from, to: daysOfMonth(to).to, today: today(store.clock) }
  const topic = { ...days, siteId, scheme }
  const ranges = registrationRanges(store, days, registrationsPerTurn)
  const isForThread =
    ranges.length * registrationsPerTurn >= threadsFrom && store.limits === undefined && mayReadInThread(store)
  const batches = isForThread ? registrationRanges(store, days, registrationsPerAnswer) : ranges
  const months = hoursByMonth()
  for await (const answer of (isForThread ? answersAhead : answersInTurns)(store, hoursReader, { topic, batches }))
    for (const [month, found] of answer) months.of(month).addAll(found)
  return months.found()
}

/**
 * Sums the rows of activities into rows of the accueils under which they are declared, in the order of the declaration.
 */
export const declaredRows = (store: Store, rows: readonly ActivityHours[]): HoursRow[] => {
  const { ruleOf } = hoursCounter(store)
  const sums = new Map<string, { -readonly [Key in keyof HoursRow]: HoursRow[Key] }>()
  for (const { activityId, ...row } of rows) {
    const rule = ruleOf(activityId, row.month)
    if (!rule || rule.kind === 'none') continue
    const { accueil, kind } = rule
    const key = JSON.stringify([kind, accueil, row.ageGroup, row.scheme, row.month])
    const found = sums.get(key)
    if (found) {
      found.booked += row.booked
      found.done += row.done
      found.billed += row.billed
      found.childDays += row.childDays
    } else sums.set(key, { accueil, kind, ...row })
  }
  return [...sums.values()].toSorted((one, other) => compared(order(one), order(other)))
}

/** The rank of a row in the declaration. */
const order = (row: HoursRow) => [
  row.kind === 'periscolaire' ? 0 : 1,
  row.accueil,
  ageGroups.indexOf(row.ageGroup),
  schemes.indexOf(row.scheme),
  row.month,
]

const collator = new Intl.Collator('fr')

const compared = (one: readonly (string | number)[], other: readonly (string | number)[]): number => {
  for (const [at, left] of one.entries()) {
    const right = other[at] ?? ''
    const difference =
      typeof left === 'number' && typeof right === 'number'
        ? left - right
        : collator.compare(String(left), String(right))
    if (difference !== 0) return difference
  }
  return 0
}

/** The activities whose hours are declared under an accueil in these months. */
export const activitiesOfAccueil = (
  store: Store,
  accueil: string,
  { from, to, siteId }: Pick<CafFilter, 'from' | 'to' | 'siteId'>,
): AccueilActivity[] => {
  const ruleIn = hoursRules(store)
  const months = monthsBetween(from, to)
  return accueilActivities(store).filter(
    (one) =>
      (siteId === null || one.siteId === siteId) &&
      months.some((month) => {
        const rule = ruleIn(one, month)
        return rule.accueil === accueil && rule.kind !== 'none'
      }),
  )
}
