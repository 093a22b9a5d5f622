import type { ColumnShown, ListAnswer } from '../../../shared/contract/desk/figures/free-lists.ts'
import { may, roleNeeded } from '../../../shared/rules/access/roles.ts'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import { isComplete, itemsFor, lackingIn } from '../../../shared/rules/dossier/dossier.ts'
import { paiText } from '../../../shared/rules/dossier/health.ts'
import { isWithdrawn as isNotAsked } from '../../../shared/rules/dossier/required-paper.ts'
import {
  allColumns,
  type ColumnId,
  type ColumnOption,
  customColumnId,
  type ListColumn,
  listSubjectNames,
  subjectOf,
  things,
} from '../../../shared/rules/lists/list-columns.ts'
import {
  addsUp,
  type CellValue,
  columnsRead,
  type ListQuery,
  whyNotQuery,
} from '../../../shared/rules/lists/list-query.ts'
import { isWithdrawn, seesField } from '../../../shared/rules/people/custom-field.ts'
import { alphabetically } from '../../../shared/rules/people/names.ts'
import { oldestQuotientsPricing } from '../../../shared/rules/quotient/validity.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { answersAhead, mayReadInThread } from '../../store/reading-thread.ts'
import type { Store } from '../../store/store.ts'
import { consentsOn } from '../consents/consents.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { allRequired, dossiersOf, nameShown } from '../dossiers/dossiers.ts'
import { healthRecordsRead } from '../families/health.ts'
import { customFields } from '../fields/fields.ts'
import { regieName, regiesOf } from '../regies/regies.ts'
import { quotientRuleOf, schoolsOf } from '../settings/settings.ts'
import { type Found, listReader, type Topic } from './list-reader.ts'
import { type Computed, type ListStatements, listStatements } from './list-sql.ts'
import { activityOptions, homesOfDossiers } from './lists-store.ts'

/** A list with more lines is refused: nobody reads so many, and other calls would wait for it. */
const maxLines = 500_000
const maxGroups = 2000
/** Below this many lines, reading takes less time than starting a thread. */
const linesForThread = 10_000

// ---- Columns --------------------------------------------------------------------------------------------------------

/**
 * Every column in this town, including those of custom fields in use, and the names of the columns that the person may
 * not read.
 */
const columnsFor = (store: Store, { roles }: Person, on: Day) => {
  const fields = customFields(store).filter((field) => !isWithdrawn(field, on))
  const hidden = new Set<string>(fields.filter((field) => !seesField(roles, field)).map(customColumnId))
  const known = allColumns(fields)
  for (const [id, { right }] of known) if (right !== undefined && !may(roles, right)) hidden.add(id)
  return { known, hidden }
}

/** The values that each choice has in this town. */
const optionsOf = (store: Store, person: Person, on: Day): Readonly<Record<string, () => ColumnOption[]>> => {
  const activities = () => activityOptions(store)
  const regies = () => regiesOf(store).map((one) => ({ value: String(one.id), label: regieName(one) }))
  return {
    'child.school': () => schoolsOf(store).map(({ id, name }) => ({ value: String(id), label: name })),
    'child.activities': activities,
    'child.missing': () =>
      allRequired(store)
        .filter((one) => !isNotAsked(one, on))
        .map((one) => ({ value: String(one.id), label: nameShown(person, one) })),
    'registration.activity': activities,
    'invoice.regie': regies,
    'payment.regie': regies,
  }
}

const withOptions = (
  columns: Iterable<readonly [string, ListColumn]>,
  options: Readonly<Record<string, () => ColumnOption[]>>,
): Map<string, ListColumn> => {
  const found = new Map<string, ListColumn>()
  for (const [id, column] of columns) {
    const ofTown = options[id]
    found.set(id, ofTown ? { ...column, options: ofTown() } : column)
  }
  return found
}

const shown = (id: string, { label, kind, isHealth, options }: ListColumn): ColumnShown => ({
  id,
  label,
  kind,
  ...(isHealth && { isHealth }),
  ...(options && { options: options.map((option) => ({ ...option })) }),
})

/** The columns that the person may read. */
export const listColumns = ({ store, clock }: Core, person: Person): ColumnShown[] => {
  const on = today(clock)
  const { known, hidden } = columnsFor(store, person, on)
  const readable = [...known].filter(([id]) => !hidden.has(id) && mayReadSubject(person, id))
  return [...withOptions(readable, optionsOf(store, person, on))].map(([id, column]) => shown(id, column))
}

const mayReadSubject = ({ roles }: Person, id: string): boolean =>
  Object.values(things).some(({ subjects, right }) => subjects[0] === subjectOf(id) && may(roles, right))

// ---- Whether a list may be read -------------------------------------------------------------------------------------

/** Why this person may not read a list, as a sentence that names the column; null when they may read all of it. */
export const whyNotRead = ({ store, clock }: Core, person: Person, query: ListQuery): string | null => {
  const { known, hidden } = columnsFor(store, person, today(clock))
  const { right } = things[query.thing]
  if (!may(person.roles, right)) return roleNeeded(right)
  const wrong = whyNotQuery(query, known)
  if (wrong !== null) return wrong
  const [first] = columnsRead(query).filter((id) => hidden.has(id))
  if (first === undefined) return null
  const column = known.get(first)
  const why = column?.right ? roleNeeded(column.right) : 'La commune le réserve à d’autres rôles.'
  return `Cette liste lit «\u00a0${column?.label ?? ''}\u00a0». ${why}`
}

export const readsHealth = ({ store, clock }: Core, person: Person, query: ListQuery): boolean => {
  const { known } = columnsFor(store, person, today(clock))
  return columnsRead(query).some((id) => known.get(id)?.isHealth)
}

// ---- Reading --------------------------------------------------------------------------------------------------------

const findLines = async (store: Store, topic: Topic): Promise<Found> => {
  const isLong = Number(store.statement(topic.isLong).pluck().get(topic.values)) > linesForThread
  // For a person limited to some sites, only the connection of this thread has the views that hide other sites.
  if (!isLong || store.limits !== undefined || !mayReadInThread(store)) return listReader.read(store, topic)(null)
  for await (const found of answersAhead(store, listReader, { topic, batches: [null] })) return found
  throw new Error('a list was read without an answer')
}

/**
 * The lines of a list that this person may read.
 * @param shownLines the maximum number of lines
 * @throws Refused for a list that the person may not read, and for one with too many lines
 */
export const readList = async (
  core: Core,
  person: Person,
  query: ListQuery,
  shownLines: number,
): Promise<ListAnswer> => {
  const { store, clock } = core
  const why = whyNotRead(core, person, query)
  if (why !== null) throw new Refused(why)
  const now = today(clock)
  const on = query.on ?? now
  const { known } = columnsFor(store, person, now)
  const used = columnsRead(query)
  const columns = withOptions(
    used.flatMap((id): [string, ListColumn][] => {
      const column = known.get(id)
      return column ? [[id, column]] : []
    }),
    optionsOf(store, person, on),
  )
  const context = {
    on,
    today: now,
    columns,
    quotients: oldestQuotientsPricing(quotientRuleOf(store), on),
    isLimited: store.limits !== undefined,
  }
  const facts: Computed = {
    ...(columns.has('child.missing') || columns.has('child.dossier') ? dossierFacts(store, person, on) : {}),
    ...(used.some((id) => id.startsWith('child.consent_')) && { consents: consentFacts(store, on) }),
  }
  const isOfHealth = used.some((id) => columns.get(id)?.isHealth)
  const computed = isOfHealth
    ? {
        ...facts,
        health: healthRows(core, person, on, listStatements(query, { ...context, computed: { ...facts, health: [] } })),
      }
    : facts
  const { count, totals, groups, lines, values } = listStatements(query, { ...context, computed })
  const found = await findLines(store, {
    isLong: count(linesForThread + 1),
    count: count(maxLines + 1),
    maxLines,
    totals,
    groups: groups?.(maxGroups + 1) ?? null,
    maxGroups,
    lines: lines(shownLines),
    values,
  })
  if (found === null)
    throw new Refused(
      `Cette liste aurait plus de ${counted(maxLines, 'ligne')}, ou plus de ${counted(maxGroups, 'groupe')}\u00a0: ajoutez un filtre, ou rangez-la autrement.`,
    )
  const [homes = 0, items = 0, ...sums] = found.totals
  const homeIds = found.lines.length < found.total ? null : homesOf(found.lines)
  const summed = query.columns.filter((id) => addsUp(query.thing, id))
  const sumsOf = (values_: readonly CellValue[]) =>
    Object.fromEntries(summed.map((id, at) => [id, Number(values_[at] ?? 0)]))
  const width = query.groups.length
  return {
    on,
    columns: titled(columns).map(([id, column]) => shown(id, column)),
    lines: found.lines.map(([id, familyId, _homes, childId, ...cells]) => ({
      id: Number(id),
      familyId: familyId as number | null,
      childId: childId as number | null,
      group: cells.slice(0, width),
      cells: cells.slice(width),
    })),
    groups: found.groups
      .map((row) => ({ values: row.slice(0, width), items: Number(row[width]), sums: sumsOf(row.slice(width + 1)) }))
      .toSorted((one, other) => compareGroups(query.groups, columns, one.values, other.values)),
    total: found.total,
    items,
    homes: homeIds?.length ?? homes,
    homeIds,
    sums: sumsOf(sums),
  }
}

/** Each home of these lines, once. */
const homesOf = (lines: readonly (readonly CellValue[])[]): number[] => [
  ...new Set(
    lines.flatMap(([, , homes]) =>
      String(homes ?? '')
        .split(',')
        .filter(Boolean)
        .map(Number),
    ),
  ),
]

/** Columns with the same name also say what they are about: « Notes (famille) ». */
const titled = (columns: ReadonlyMap<string, ListColumn>): [string, ListColumn][] =>
  [...columns].map(([id, column]) => {
    const isTwin = [...columns].some(([other, { label }]) => other !== id && label === column.label)
    const label = isTwin ? `${column.label} (${listSubjectNames[subjectOf(id)].toLocaleLowerCase('fr')})` : column.label
    return [id, { ...column, label }]
  })

/** Sorts groups in the same order as their lines: see `orderSql`. */
const compareGroups = (
  groups: readonly ColumnId[],
  columns: ReadonlyMap<string, ListColumn>,
  one: readonly CellValue[],
  other: readonly CellValue[],
): number => {
  for (const [at, id] of groups.entries()) {
    const [left, right] = [one[at] ?? null, other[at] ?? null]
    if (left === right) continue
    if (left === null || right === null) return left === null ? 1 : -1
    const { kind, options = [] } = columns.get(id) ?? { kind: 'text' }
    const place = (value: CellValue) => {
      const at = options.findIndex((option) => option.value === String(value))
      return at < 0 ? options.length : at
    }
    if (kind === 'choice' && options.length > 0) return place(left) - place(right)
    return typeof left === 'number' && typeof right === 'number'
      ? left - right
      : alphabetically(String(left), String(right))
  }
  return 0
}

/** What the dossier of each child lacks, in any of its homes, and whether it is complete in all of them. */
const dossierFacts = (store: Store, person: Person, on: Day): Pick<Required<Computed>, 'missing' | 'dossiers'> => {
  const homes = Map.groupBy(homesOfDossiers(store, on), ({ familyId }) => familyId)
  const names = new Map(allRequired(store).map((one) => [one.id, nameShown(person, one)]))
  const dossiers = dossiersOf(store, [...homes.keys()], on)
  const asked = [...homes].flatMap(([familyId, children]) =>
    children.map(({ childId }) => ({ childId, items: itemsFor(dossiers.get(familyId) ?? [], { childId }) })),
  )
  const rows = asked.flatMap(({ childId, items }) =>
    lackingIn(items, on).map(({ requiredId }) => [childId, requiredId, names.get(requiredId) ?? ''] as const),
  )
  return {
    missing: [...new Map(rows.map((row) => [`${row[0]} ${row[1]}`, row])).values()],
    dossiers: [...Map.groupBy(asked, ({ childId }) => childId)].flatMap(([childId, own]) => {
      const complete = isComplete(
        own.flatMap(({ items }) => items),
        on,
      )
      return complete === null ? [] : [[childId, complete ? 'oui' : 'non'] as const]
    }),
  }
}

const consentFacts = (store: Store, on: Day): NonNullable<Computed['consents']> => {
  const childIds = store.statement('select id from child').pluck().all() as number[]
  return [...consentsOn(store, childIds, on)].flatMap(([childId, states]) =>
    Object.entries(states).map(([kind, state]) => [childId, kind, state] as const),
  )
}

/** The health records of the children whom the rest of the query selects. */
const healthRows = (
  core: Core,
  person: Person,
  on: Day,
  { children, values }: ListStatements,
): NonNullable<Computed['health']> => {
  const ids = core.store.statement(children).pluck().all(values) as number[]
  const records = healthRecordsRead(core, person, ids, `liste libre, ${counted(ids.length, 'enfant')}`)
  return [...records].map(([childId, record]) => {
    const { allergies, diet, paiUntil, treatment, insuranceUntil } = record
    return { childId, allergies, diet, pai: paiText(record, on), paiUntil, treatment, insuranceUntil }
  })
}
