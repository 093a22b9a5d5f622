import type { ListAnswer, SavedList } from '../../../shared/contract/desk/figures/free-lists.ts'
import { may, roleNeeded } from '../../../shared/rules/access/roles.ts'
import { subjectOf } from '../../../shared/rules/lists/list-columns.ts'
import type { ListFilter, ListQuery } from '../../../shared/rules/lists/list-query.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { freeList } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { type KeptWords, keeperId, refuseKept, requireKept } from '../staff/staff.ts'
import { readList, readsHealth, whyNotRead } from './list-reading.ts'
import { type ListRow, listsSeenBy } from './lists-store.ts'

export { listFile } from './list-file.ts'
export { listColumns } from './list-reading.ts'

/** The screen shows at most this many lines; the file has all. */
const maxShown = 2000

export const runList = (core: Core, person: Person, query: ListQuery): Promise<ListAnswer> =>
  readList(core, person, query, maxShown)

/** Maximum number of lines of a list whose homes are counted and can be written to. */
const maxLinesOfHomes = 100_000

const asQuery = (filter: ListFilter): ListQuery => ({ ...filter, columns: [], groups: [], sort: [] })

/** Why this person may not write to the homes of a list; null when they may. */
export const whyNotHomesOf = (core: Core, person: Person, filter: ListFilter): string | null => {
  if (!may(person.roles, 'figures')) return roleNeeded('figures')
  const query = asQuery(filter)
  if (readsHealth(core, person, query)) return 'Un choix de destinataires ne lit pas la santé\u00a0: retirez ce filtre.'
  return whyNotRead(core, person, query)
}

/**
 * The homes of a list's lines, with the children when the lines are children, for writing to them. `has` tells which
 * homes of a child the list has: all of them, unless its filters read homes.
 * @throws Refused for a list that the person may not read, that uses health information, or that has too many lines
 */
export const homesOfList = async (
  core: Core,
  person: Person,
  filter: ListFilter,
): Promise<{
  familyIds: readonly number[]
  childIds: readonly number[] | null
  has: (familyId: number, childId: number) => boolean
}> => {
  const why = whyNotHomesOf(core, person, filter)
  if (why !== null) throw new Refused(why)
  const { lines, homeIds } = await readList(core, person, asQuery(filter), maxLinesOfHomes)
  if (homeIds === null)
    throw new Refused(
      `Cette liste a plus de ${counted(maxLinesOfHomes, 'ligne')}\u00a0: ajoutez un filtre pour écrire à ses familles.`,
    )
  const childIds = new Set(lines.flatMap(({ childId }) => childId ?? []))
  const readsHomes = filter.brackets.flat().some(({ column }) => subjectOf(column) === 'home')
  const pairs = new Set(lines.map(({ familyId, childId }) => `${familyId} ${childId}`))
  return {
    familyIds: homeIds,
    childIds: childIds.size > 0 ? [...childIds] : null,
    has: (familyId, childId) => (readsHomes ? pairs.has(`${familyId} ${childId}`) : childIds.has(childId)),
  }
}

/** The person's own lists and the shared ones, by name. */
export const savedLists = (core: Core, person: Person): SavedList[] =>
  listsOf(core.store, person).map(({ id, name, query, isShared, staffMemberId, by }) => ({
    id,
    name,
    query,
    isShared,
    isMine: staffMemberId === keeperId(person),
    by,
    why: whyNotRead(core, person, query),
  }))

const listsOf = (store: Store, person: Person): ListRow[] => listsSeenBy(store, keeperId(person))

const words: KeptWords = {
  this: 'Cette liste',
  saveYours: 'enregistrez la vôtre',
  oneOfYours: 'Une de vos listes',
  sharing: 'Partager une liste',
}

type ListInput = {
  readonly id?: number | undefined
  readonly name: string
  readonly query: ListQuery
  readonly isShared: boolean
}

/** @throws Refused for a list that the person may not read or share, and for a name already used */
export const saveList = (core: Core, person: Person, { id, ...values }: ListInput): { id: number } => {
  const { store } = core
  const { name, query, isShared } = values
  return store.act(person, 'lists.save', `Liste enregistrée\u00a0: ${name}`, (write) => {
    const seen = listsOf(store, person)
    const former = id === undefined ? undefined : requireKept(seen, person, id, words)
    const why = whyNotRead(core, person, query)
    if (why !== null) throw new Refused(why)
    if (isShared && readsHealth(core, person, query))
      throw new Refused('Une liste qui lit la santé ne se partage pas.', 'isShared')
    refuseKept(seen, person, { id, name, isShared }, words)
    const staffMemberId = former?.staffMemberId ?? keeperId(person)
    if (id === undefined) return { id: write.insert(freeList, { ...values, staffMemberId }).id }
    write.update(freeList, id, values)
    return { id }
  })
}

export const removeList = ({ store }: Core, person: Person, id: number): void => {
  const { name } = requireKept(listsOf(store, person), person, id, words)
  store.act(person, 'lists.save', `Liste supprimée\u00a0: ${name}`, (write) => {
    requireKept(listsOf(store, person), person, id, words)
    write.remove(freeList, id)
  })
}
