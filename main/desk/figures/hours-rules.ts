import { eq } from 'drizzle-orm'
import type { HoursRuleInput } from '../../../shared/contract/desk/figures/figures.ts'
import { type Day, daysOfMonth, type Month } from '../../../shared/rules/calendar/day.ts'
import { type HoursRule, usualHoursRule, whyNotHoursRule } from '../../../shared/rules/figures/hours-rule.ts'
import type { UsedRule } from '../../../shared/rules/figures/used-rule.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { hoursRule } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { activityOf, shownWith } from '../activities/activities.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { type AccueilActivity, accueilActivities, shownNames } from './hours-store.ts'

/** The rule of an activity in a month, and the accueil under which its hours are declared. */
export type RuleOfMonth = HoursRule & {
  readonly accueil: string
  /** The first day of the rule. Null: the town typed none, and the one that the CAF publishes applies. */
  readonly fromDay: Day | null
}

type RuleRow = typeof hoursRule.$inferSelect

/**
 * @returns a function that finds the rule of an activity in a month. An activity that was joined to another keeps the
 * rule that it had until then, and its hours are declared under the name of that other one.
 */
export const hoursRules = (store: Store): ((activity: AccueilActivity, month: Month) => RuleOfMonth) => {
  const names = shownNames(store)
  const rows = Map.groupBy(
    store.db.select().from(hoursRule).orderBy(hoursRule.fromDay).all(),
    ({ activityId }) => activityId,
  )
  return (activity, month) => {
    const { from } = daysOfMonth(month)
    const rowOf = (id: number) => rows.get(id)?.findLast(({ fromDay }) => fromDay <= from)
    const row = rowOf(activity.id)
    return {
      ...(row ? plainRule(row) : usualHoursRule(activity.supervision)),
      accueil: rowOf(activity.leadId)?.declaredAs || (names.get(activity.id) ?? activity.name),
      fromDay: row?.fromDay ?? null,
    }
  }
}

/**
 * The rules that counted these hours. A joined activity is shown with its lead when the same rule counts both.
 * @param months all months that are asked for, in order
 */
export const usedRules = (
  store: Store,
  rows: readonly { readonly activityId: number; readonly month: Month }[],
  months: readonly Month[],
): (UsedRule & { readonly activityId: number })[] => {
  const ruleIn = hoursRules(store)
  const activities = new Map(accueilActivities(store).map((one) => [one.id, one]))
  const found = new Map<string, UsedRule & { readonly activityId: number }>()
  for (const { activityId, month } of new Map(rows.map((row) => [`${row.activityId} ${row.month}`, row])).values()) {
    const own = activities.get(activityId)
    const rule = own && ruleIn(own, month)
    if (!rule || rule.kind === 'none') continue
    const lead = activities.get(own.leadId) ?? own
    const { id, name } = isSame(ruleIn(lead, month), rule) ? lead : own
    const last = months.findLast((one) => isSame(ruleIn(own, one), rule)) ?? month
    const until = last === months.at(-1) ? null : last
    found.set(JSON.stringify([id, rule]), { activityId: id, activity: name, ...rule, until })
  }
  return [...found.values()].toSorted(
    (one, other) =>
      one.accueil.localeCompare(other.accueil, 'fr') ||
      one.activity.localeCompare(other.activity, 'fr') ||
      (one.fromDay ?? '').localeCompare(other.fromDay ?? ''),
  )
}

const isSame = (one: RuleOfMonth, other: RuleOfMonth): boolean => JSON.stringify(one) === JSON.stringify(other)

const plainRule = ({ kind, counts, dayMinutes, halfDayMinutes, source }: RuleRow): HoursRule => ({
  kind,
  counts,
  dayMinutes,
  halfDayMinutes,
  source,
})

/**
 * Every activity that is not joined to another, with its rules, newest first. Without a typed rule it has the usual
 * one.
 */
export const listHoursRules = ({ store }: Core) => {
  const rows = Map.groupBy(store.db.select().from(hoursRule).all(), ({ activityId }) => activityId)
  return accueilActivities(store)
    .filter(({ id, leadId, archived }) => id === leadId && (!archived || rows.has(id)))
    .map((activity) => ({
      activityId: activity.id,
      activity: activity.name,
      usual: { ...usualHoursRule(activity.supervision) },
      rules: (rows.get(activity.id) ?? [])
        .toSorted((one, other) => (one.fromDay < other.fromDay ? 1 : -1))
        .map((row) => ({ id: row.id, fromDay: row.fromDay, declaredAs: row.declaredAs, ...plainRule(row) })),
    }))
}

/**
 * Writes the rule of an activity and of those joined to it from a month on, in place of one that began in the same
 * month.
 */
export const saveHoursRule = (core: Core, person: Person, input: HoursRuleInput): void => {
  const { store } = core
  const { activityId, fromDay, declaredAs, ...rule } = input
  const activity = activityOf(store, activityId)
  const wrong = whyNotHoursRule(rule, fromDay)
  if (wrong) throw new Refused(wrong.sentence, wrong.field)
  store.act(person, 'figures.rule', `Règle de compte\u00a0: ${activity.name}, du ${shortDay(fromDay)}`, (write) => {
    for (const id of shownWith(store, [activityId])) {
      const same = ruleFrom(store, id, fromDay)
      if (same) write.update(hoursRule, same.id, { declaredAs, ...rule, actId: write.actId })
      else write.insert(hoursRule, { activityId: id, fromDay, declaredAs, ...rule })
    }
  })
}

/** Removes a rule: the one before it applies again, or the usual one. */
export const removeHoursRule = ({ store }: Core, person: Person, id: number): void => {
  const row = store.db.select().from(hoursRule).where(eq(hoursRule.id, id)).get()
  if (!row) throw new Refused('Cette règle de compte n’existe plus.')
  const { name } = activityOf(store, row.activityId)
  store.act(person, 'figures.rule', `Règle de compte retirée\u00a0: ${name}, du ${shortDay(row.fromDay)}`, (write) => {
    for (const activityId of shownWith(store, [row.activityId])) {
      const same = ruleFrom(store, activityId, row.fromDay)
      if (same) write.remove(hoursRule, same.id)
    }
  })
}

const ruleFrom = (store: Store, activityId: number, fromDay: Day): RuleRow | undefined =>
  store.db
    .select()
    .from(hoursRule)
    .where(eq(hoursRule.activityId, activityId))
    .all()
    .find((row) => row.fromDay === fromDay)
