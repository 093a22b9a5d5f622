import { desc, eq } from 'drizzle-orm'
import type { DeclarationShown } from '../../../shared/contract/desk/figures/figures.ts'
import { daysOfMonth, type Month, monthKey, today } from '../../../shared/rules/calendar/day.ts'
import { type DeclaredRule, differencesSince } from '../../../shared/rules/figures/declaration.ts'
import { monthSpanName, monthsBetween } from '../../../shared/rules/figures/month-span.ts'
import { act, hoursDeclaration } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { rowsOfMonths } from './caf.ts'
import { countHours, declaredRows, hoursCounter, readHours } from './hours.ts'
import { accueilActivities } from './hours-store.ts'

/*
 * A quarter that was declared is kept with its rows and the rules that counted them. What changes in the file
 * afterwards is shown beside the declaration, and never changes it.
 */

type Span = { readonly from: Month; readonly to: Month }

const everySite = { siteId: null, scheme: null }

export const declareHours = async (
  { store, clock }: Core,
  person: Person,
  { from, to, note }: Span & { readonly note: string },
): Promise<{ id: number }> => {
  const days = { fromDay: daysOfMonth(from).from, toDay: daysOfMonth(to).to }
  if (from > to) throw new Refused('Le dernier mois est avant le premier.', 'to')
  if (days.toDay >= today(clock))
    throw new Refused('Ces mois ne sont pas finis\u00a0: attendez le lendemain du dernier jour.')
  const rows = [...(await readHours(store, { from, to, ...everySite })).values()].flatMap((month) => month.rows)
  const declared = declaredRows(store, rows)
  if (declared.length === 0) throw new Refused('Aucune heure n’est à déclarer pour ces mois.')
  const label = `Déclaration d’heures gardée\u00a0: ${monthSpanName(from, to)}`
  return store.act(person, 'figures.declare', label, (write) => ({
    id: write.insert(hoursDeclaration, {
      ...days,
      declaredOn: today(clock),
      rows: declared,
      rules: rulesIn(store, [...new Set(rows.map(({ activityId }) => activityId))], to),
      note,
    }).id,
  }))
}

const rulesIn = (store: Store, activityIds: readonly number[], month: Month): DeclaredRule[] => {
  const { ruleOf } = hoursCounter(store)
  return accueilActivities(store).flatMap((activity) => {
    const rule = activityIds.includes(activity.id) ? ruleOf(activity.id, month) : null
    if (!rule || rule.kind === 'none') return []
    const { isUsual: _isUsual, ...kept } = rule
    return [{ activityId: activity.id, activity: activity.name, ...kept }]
  })
}

type Row = typeof hoursDeclaration.$inferSelect

const shownDeclaration = ({ store }: Core, { id, fromDay, toDay, declaredOn, rows, note, actId }: Row) => ({
  id,
  fromDay,
  toDay,
  declaredOn,
  note,
  by: store.db.select({ by: act.actorName }).from(act).where(eq(act.id, actId)).get()?.by ?? '',
  minutes: rows.reduce((sum, { done }) => sum + done, 0),
})

export const listDeclarations = (core: Core) =>
  core.store.db
    .select()
    .from(hoursDeclaration)
    .orderBy(desc(hoursDeclaration.fromDay), desc(hoursDeclaration.id))
    .all()
    .map((row) => shownDeclaration(core, row))

/** A kept declaration, with the figures that would be different if it were counted today. */
export const readDeclaration = async (core: Core, id: number): Promise<DeclarationShown> => {
  const { store } = core
  const row = store.db.select().from(hoursDeclaration).where(eq(hoursDeclaration.id, id)).get()
  if (!row) throw new Refused('Cette déclaration n’existe pas.')
  const [from, to] = [monthKey(row.fromDay), monthKey(row.toDay)]
  const months = monthsBetween(from, to)
  const now = declaredRows(store, (await countHours(store, { from, to, ...everySite })).rows)
  return {
    ...shownDeclaration(core, row),
    months,
    rows: rowsOfMonths(row.rows, months),
    rules: row.rules.map(({ activityId: _activityId, ...rule }) => rule),
    differences: differencesSince(row.rows, now),
  }
}
