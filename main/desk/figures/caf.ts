import type {
  Caf,
  CafControl,
  CafDetail,
  CafFilter,
  CafRow,
  CafYear,
  Measure,
} from '../../../shared/contract/desk/figures/figures.ts'
import { ageOn, daysOfMonth, type Month, monthKey, today } from '../../../shared/rules/calendar/day.ts'
import { type AgeGroup, ageGroupOf, type Scheme, schemeOf } from '../../../shared/rules/figures/child-group.ts'
import type { HoursRow } from '../../../shared/rules/figures/declaration.ts'
import { countDay, countText, hoursRuleText } from '../../../shared/rules/figures/hours-rule.ts'
import { monthsBetween } from '../../../shared/rules/figures/month-span.ts'
import { ruleDatesText } from '../../../shared/rules/figures/used-rule.ts'
import { ageText } from '../../../shared/rules/text/french.ts'
import { plainText } from '../../store/search-index.ts'
import type { Store } from '../../store/store.ts'
import { leads } from '../activities/activities.ts'
import type { Core } from '../core.ts'
import { activitiesOfAccueil, type CountedHours, countHours, declaredRows, hoursCounter } from './hours.ts'
import { usedRules } from './hours-rules.ts'
import { type ChildDayRow, childDayRows, childrenNamed, namesakesWithHours, type SlotFacts } from './hours-store.ts'

/** The hours of these months, as the declaration to the CAF asks for them. */
export const readCaf = async ({ store }: Core, filter: CafFilter): Promise<Caf> => {
  const counted = await countHours(store, filter)
  const months = monthsBetween(filter.from, filter.to)
  const rows = rowsOfMonths(declaredRows(store, counted.rows), months)
  const rules = usedRules(store, counted.rows, months)
  return {
    months,
    rows,
    controls: controlsOf(store, counted, { months, rules }),
    children: counted.childIds.length,
    rules,
  }
}

/** One row for each accueil and age: all schemes together, a column for each month. */
export const rowsOfMonths = (rows: readonly HoursRow[], months: readonly Month[]): CafRow[] =>
  [...Map.groupBy(rows, ({ kind, accueil, ageGroup }) => JSON.stringify([kind, accueil, ageGroup])).values()].flatMap(
    (own): CafRow[] => {
      const [first] = own
      if (!first) return []
      const { accueil, kind, ageGroup } = first
      return [
        {
          accueil,
          kind,
          ageGroup,
          months: months.map((month) => sum(own.filter((row) => row.month === month).map(({ done }) => done))),
          done: sum(own.map(({ done }) => done)),
          booked: sum(own.map(({ booked }) => booked)),
          billed: sum(own.map(({ billed }) => billed)),
          general: sum(own.filter(({ scheme }) => scheme === 'general').map(({ done }) => done)),
          childDays: sum(own.map(({ childDays }) => childDays)),
        },
      ]
    },
  )

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)

/** A control names at most this many children. */
const maxNamed = 50

const controlsOf = (
  store: Store,
  counted: CountedHours,
  { months, rules }: Pick<Caf, 'months' | 'rules'>,
): CafControl[] => {
  const { ruleOf } = hoursCounter(store)
  const last = months.at(-1) ?? monthKey(today(store.clock))
  const accueilOf = (activityId: number) => ruleOf(activityId, last)?.accueil ?? ''
  const people = (['withoutScheme', 'otherAges'] as const).flatMap((kind): CafControl[] => {
    const { children, minutes } = counted[kind]
    return children.length > 0
      ? [{ kind, children: children.length, minutes, named: childrenNamed(store, children, maxNamed) }]
      : []
  })
  const namesakes = Map.groupBy(namesakesWithHours(store, counted.childIds), ({ name }) => name.toLocaleLowerCase('fr'))
  const usual = new Set(rules.filter(({ fromDay }) => fromDay === null).map(({ accueil }) => accueil))
  return [
    ...unmarkedAsShown(store, counted).map(
      (one): CafControl => ({ kind: 'unmarked', accueil: accueilOf(one.activityId), ...one }),
    ),
    ...people,
    ...[...namesakes.values()].map(
      (own): CafControl => ({
        kind: 'namesakes',
        name: own[0]?.name ?? '',
        childIds: own.map(({ childId }) => childId),
      }),
    ),
    ...(usual.size > 0 ? [{ kind: 'usualRule' as const, accueils: [...usual] }] : []),
  ]
}

const unmarkedAsShown = (store: Store, { unmarked }: CountedHours): CountedHours['unmarked'] => {
  const shownAs = leads(store)
  return [...Map.groupBy(unmarked, ({ activityId }) => shownAs.get(activityId) ?? activityId)].map(
    ([activityId, own]) => ({
      activityId,
      childDays: sum(own.map(({ childDays }) => childDays)),
      minutes: sum(own.map(({ minutes }) => minutes)),
      firstDay: own.reduce(
        (first, { firstDay }) => (firstDay < first ? firstDay : first),
        own[0]?.firstDay ?? today(store.clock),
      ),
    }),
  )
}

/** Hours done month by month in a calendar year, by age, beside those of the year before. */
export const readCafYear = async (
  { store }: Core,
  { year, siteId, scheme }: { readonly year: number; readonly siteId: number | null; readonly scheme: Scheme | null },
): Promise<CafYear> => {
  const ofYear = async (one: number) => {
    const [from, to] = [`${one}-01` as Month, `${one}-12` as Month]
    return (await countHours(store, { from, to, siteId, scheme })).rows
  }
  const [rows, before] = [await ofYear(year), await ofYear(year - 1)]
  return {
    year,
    months: monthsBetween(`${year}-01` as Month, `${year}-12` as Month).map((month) => {
      const own = rows.filter((row) => row.month === month)
      const of = (group: AgeGroup) => sum(own.filter(({ ageGroup }) => ageGroup === group).map(({ done }) => done))
      const lastYear = `${year - 1}${month.slice(4)}`
      return {
        month,
        groups: { under6: of('under6'), from6: of('from6'), from12: of('from12') },
        lastYear: sum(before.filter((row) => row.month === lastYear).map(({ done }) => done)),
      }
    }),
  }
}

type Figure = CafFilter & { readonly accueil: string; readonly ageGroup: AgeGroup; readonly measure: Measure }

const isOf: Readonly<Record<Measure, (fact: SlotFacts) => boolean>> = {
  done: ({ isDone }) => isDone,
  booked: ({ isBooked }) => isBooked,
  billed: ({ isBilled }) => isBilled,
}

const maxChildren = 500

/** The details of a figure: its days, its children, and one child's day counted step by step. */
export const readCafDetail = ({ store }: Core, { accueil, ageGroup, measure, ...filter }: Figure): CafDetail => {
  const { from, to, scheme } = filter
  const counter = hoursCounter(store)
  const activityIds = activitiesOfAccueil(store, accueil, filter).map(({ id }) => id)
  const days = { from: daysOfMonth(from).from, to: daysOfMonth(to).to, today: today(store.clock) }
  const counted = childDayRows(store, activityIds, days).flatMap((row) => {
    const month = monthKey(row.day)
    const rule = counter.ruleOf(row.activityId, month)
    const slots = counter.slotsOf(row.pattern, isOf[measure])
    if (!rule || rule.accueil !== accueil || slots.length === 0 || ageGroupOf(row.birth, row.day) !== ageGroup)
      return []
    if (scheme !== null && schemeOf(row.scheme) !== scheme) return []
    return [{ row, rule, slots, count: countDay(rule, slots) }]
  })
  const byChild = byName([...Map.groupBy(counted, ({ row }) => row.childId).values()])
  const byDay = [...Map.groupBy(counted, ({ row }) => row.day)].toSorted(([one], [other]) => (one < other ? -1 : 1))
  const [named, example] = [
    byChild.filter(([first]) => first?.row.isSeen === 1),
    exampleOf(byChild.flat().filter(({ row }) => row.isSeen === 1)),
  ]
  return {
    minutes: sum(counted.map(({ count }) => count.minutes)),
    childDays: counted.length,
    rules: usedRules(
      store,
      counted.map(({ row: { activityId, day } }) => ({ activityId, month: monthKey(day) })),
      monthsBetween(from, to),
    ),
    days: byDay.map(([day, own]) => ({
      day,
      wholeDays: own.filter(({ count }) => count.is === 'day').length,
      halfDays: own.filter(({ count }) => count.is === 'halfDay').length,
      minutes: sum(own.map(({ count }) => count.minutes)),
    })),
    totalChildren: byChild.length,
    children: named.slice(0, maxChildren).flatMap((own) => {
      const [first, last] = [own[0], own.at(-1)]
      if (!first || !last) return []
      const { childId, familyId, birth } = first.row
      return [
        {
          childId,
          familyId,
          name: nameOf(first.row),
          age: ageText(ageOn(birth, last.row.day)),
          days: own.length,
          minutes: sum(own.map(({ count }) => count.minutes)),
        },
      ]
    }),
    example: example && {
      name: `${example.row.firstName} ${example.row.lastName}`,
      age: ageText(ageOn(example.row.birth, example.row.day)),
      day: example.row.day,
      slots: example.slots.map(({ name }, at) => ({ name, minutes: example.count.parts[at] ?? 0 })),
      sum: example.count.sum,
      minutes: example.count.minutes,
      how: countText(example.rule, example.count),
      rule: `${hoursRuleText(example.rule)}, ${ruleDatesText({ fromDay: example.rule.fromDay })}`,
      source: example.rule.source,
    },
  }
}

/** Children by last name, then first name, in the same order as `alphabeticalSql` gives. */
const byName = <Counted extends { readonly row: ChildDayRow }>(children: readonly Counted[][]): Counted[][] => {
  const named = children.map((days) => ({
    days,
    name: plainText([days[0]?.row.lastName, days[0]?.row.firstName].join('\0')),
  }))
  return named.toSorted((one, other) => (one.name < other.name ? -1 : 1)).map(({ days }) => days)
}

const nameOf = ({ lastName, firstName }: ChildDayRow): string => `${lastName} ${firstName}`

/**
 * The day shown as an example: the first one that a ceiling shortens, since it shows most of the rule; else the longest
 * one.
 */
const exampleOf = <Counted extends { readonly count: { readonly sum: number; readonly minutes: number } }>(
  counted: readonly Counted[],
): Counted | null =>
  counted.find(({ count }) => count.minutes < count.sum) ??
  counted.toSorted((one, other) => other.count.minutes - one.count.minutes)[0] ??
  null
