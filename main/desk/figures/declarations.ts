import { desc, eq } from 'drizzle-orm'
import type { DeclarationShown } from '../../../shared/contract/desk/figures/figures.ts'
import { daysOfMonth, type Month, monthKey, today } from '../../../shared/rules/calendar/day.ts'
import { type DeclaredRule, differencesSince } from '../../../shared/rules/figures/declaration.ts'
import { monthSpanName, monthsBetween } from '../../../shared/rules/figures/month-span.ts'
import { act, hoursDeclaration } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { leads } from '../activities/activities.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { rowsOfMonths } from './caf.ts'
import { countHours, declaredRows, hoursCounter, readHours } from './hours.ts'
import { usedRules } from './hours-rules.ts'

/*
 * The declaration of a quarter is stored with its rows and the rules that counted them. Later changes in the file are
 * shown beside it, and never change it.
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
      rules: usedRules(store, rows, monthsBetween(from, to)),
      note,
    }).id,
  }))
}

/**
 * The present names of accueils declared under other names: two activities joined since then are one accueil. An
 * accueil that was declared together with others of the same name keeps that name.
 */
const namesSince = (store: Store, rules: readonly DeclaredRule[], month: Month): ReadonlyMap<string, string> => {
  const { ruleOf } = hoursCounter(store)
  const shownAs = leads(store)
  const leadOf = ({ activityId }: DeclaredRule) => shownAs.get(activityId) ?? activityId
  return new Map(
    rules.flatMap((rule) => {
      const leadId = leadOf(rule)
      const isShared = rules.some((other) => other.accueil === rule.accueil && leadOf(other) !== leadId)
      if (leadId === rule.activityId || isShared) return []
      const declared = rules.findLast(({ activityId }) => activityId === leadId) ?? ruleOf(leadId, month)
      return declared ? [[rule.accueil, declared.accueil]] : []
    }),
  )
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
  const names = namesSince(store, row.rules, to)
  return {
    ...shownDeclaration(core, row),
    months,
    rows: rowsOfMonths(row.rows, months),
    rules: row.rules.map(({ activityId: _activityId, ...rule }) => rule),
    differences: differencesSince(
      row.rows.map((one) => ({ ...one, accueil: names.get(one.accueil) ?? one.accueil })),
      now,
    ),
  }
}
