import { inChunks } from '../../../shared/collections.ts'
import type { ListCondition, ListFilter } from '../../../shared/rules/lists/list-query.ts'
import type { Audience } from '../../../shared/rules/messages/audience.ts'
import { withoutNames } from '../../../shared/rules/people/retention.ts'
import type { ErasingWriter } from '../../store/acts/erasing.ts'
import { getTable } from '../../store/acts/tables.ts'
import type { Store } from '../../store/store.ts'

/* Erases saved lists and choices of recipients that identify the erased people, by id or by a name in a filter. */

type Gone = {
  readonly familyId: number | null
  readonly guardianIds: readonly number[]
  readonly childIds: readonly number[]
  /** Their names, including former ones. */
  readonly names: readonly string[]
}

type Kept = {
  readonly name?: string
  readonly query?: ListFilter
  readonly whom?: Audience
  readonly audience?: Audience
}

const kept = [
  { entity: 'free_list', columns: 'name, query' },
  { entity: 'saved_audience', columns: 'name, whom' },
  { entity: 'sending', columns: 'audience' },
] as const

const rowsPerStep = 200

export function* keptChoices(store: Store, people: Gone): Generator<(erasing: ErasingWriter) => void, void, void> {
  const gone = { ...people, names: people.names.filter((name) => !isBorneByOthers(store, people, name)) }
  for (const { entity, columns } of kept) {
    const rows = store.statement(`select id, ${columns} from ${entity}`).all() as { id: number }[]
    for (const some of inChunks(rows, rowsPerStep))
      yield ({ blank, blankAudit }) => {
        for (const { id, ...row } of some) {
          const changes = changesIn(parsed(row), gone)
          if (!changes) continue
          blank(getTable(entity), id, changes)
          blankAudit(entity, [id])
        }
      }
    const trail = store
      .statement('select id, before, after from audit indexed by audit_entity where entity = ?')
      .all(entity) as { id: number; before: string | null; after: string | null }[]
    for (const some of inChunks(trail, rowsPerStep))
      yield ({ blankAuditRows }) =>
        blankAuditRows(
          some.flatMap(({ id, before, after }) =>
            [before, after].some((values) => values !== null && changesIn(JSON.parse(values) as Kept, gone))
              ? [id]
              : [],
          ),
        )
  }
  yield ({ relabel }) => {
    const acts = store.statement(`select id, label from act where kind in ('lists.save', 'sendings.audience')`).all()
    for (const { id, label } of acts as { id: number; label: string }[]) {
      const without = withoutNames(label, gone.names)
      if (without !== label) relabel(id, without)
    }
  }
}

/** A name that other people also have does not identify the erased ones. */
const isBorneByOthers = (store: Store, { familyId, guardianIds, childIds }: Gone, name: string): boolean =>
  store
    .statement(
      `select exists (select 1 from family where name = :name collate nocase and id is not :family
        union select 1 from guardian where :name collate nocase in (first_name, last_name)
          and id not in (select value from json_each(:guardians))
        union select 1 from child where :name collate nocase in (first_name, last_name)
          and id not in (select value from json_each(:children)))`,
    )
    .pluck()
    .get({
      name,
      family: familyId,
      guardians: JSON.stringify(guardianIds),
      children: JSON.stringify(childIds),
    }) === 1

/** The row in the form of SQLite, where JSON is text, with its JSON parsed. */
const parsed = (row: Readonly<Record<string, unknown>>): Kept =>
  Object.fromEntries(
    Object.entries(row).map(([column, value]) => [column, column === 'name' ? value : JSON.parse(value as string)]),
  )

/** What a row contains without the erased people; null when it does not mention them. */
const changesIn = (row: Kept, gone: Gone): Kept | null => {
  const { name, query, whom, audience } = row
  const without: Kept = {
    ...(name !== undefined && { name: withoutNames(name, gone.names) }),
    ...(query && { query: filterWithout(query, gone) }),
    ...(whom && { whom: audienceWithout(whom, gone) }),
    ...(audience && { audience: audienceWithout(audience, gone) }),
  }
  const changed = Object.entries(without).filter(
    ([column, value]) => JSON.stringify(value) !== JSON.stringify(row[column as keyof Kept]),
  )
  return changed.length === 0 ? null : Object.fromEntries(changed)
}

/** A filter by an erased name must now find nobody. Without the filter, the list would find everybody. */
const conditionWithout = (condition: ListCondition, { names }: Gone): ListCondition =>
  'text' in condition ? { ...condition, text: withoutNames(condition.text, names) } : condition

const bracketsWithout = (brackets: ListFilter['brackets'], gone: Gone): ListFilter['brackets'] =>
  brackets.map((bracket) => bracket.map((condition) => conditionWithout(condition, gone)))

const filterWithout = <Filter extends ListFilter>(filter: Filter, gone: Gone): Filter => ({
  ...filter,
  brackets: bracketsWithout(filter.brackets, gone),
})

const audienceWithout = (audience: Audience, gone: Gone): Audience => {
  const { brackets } = audience
  const narrowed = { ...audience, ...(brackets && { brackets: bracketsWithout(brackets, gone) }) }
  if (narrowed.kind === 'list') return { ...narrowed, query: filterWithout(narrowed.query, gone) }
  if (narrowed.kind !== 'families') return narrowed
  const { familyIds, childIds } = narrowed
  return {
    ...narrowed,
    familyIds: familyIds.filter((id) => id !== gone.familyId),
    ...(childIds && { childIds: childIds.filter((id) => !gone.childIds.includes(id)) }),
  }
}
