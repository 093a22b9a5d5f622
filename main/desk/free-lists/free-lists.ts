import type { ListAnswer, SavedList } from '../../../shared/contract/desk/figures/free-lists.ts'
import { may } from '../../../shared/rules/access/roles.ts'
import type { ListQuery } from '../../../shared/rules/lists/list-query.ts'
import { sameLabel } from '../../../shared/rules/people/names.ts'
import { freeList } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { readList, readsHealth, whyNotRead } from './list-reading.ts'
import { type ListRow, listsSeenBy } from './lists-store.ts'

export { listFile } from './list-file.ts'
export { listColumns } from './list-reading.ts'

/** The screen shows at most this many lines; the file has all. */
const maxShown = 2000

export const runList = (core: Core, person: Person, query: ListQuery): Promise<ListAnswer> =>
  readList(core, person, query, maxShown)

/** The person's own lists and the shared ones, by name. */
export const savedLists = (core: Core, person: Person): SavedList[] =>
  listsOf(core.store, person).map(({ id, name, query, isShared, staffMemberId, by }) => ({
    id,
    name,
    query,
    isShared,
    isMine: staffMemberId === ownId(person),
    by,
    why: whyNotRead(core, person, query),
  }))

/** The id under which lists are saved; only staff have lists. */
const ownId = (person: Person): number => (person.kind === 'staff' ? person.staffId : 0)

const listsOf = (store: Store, person: Person): ListRow[] => listsSeenBy(store, ownId(person))

/** A list that this person may change: their own, or a shared one when they may share lists. */
const requireOwn = (store: Store, person: Person, id: number): ListRow => {
  const found = listsOf(store, person).find((one) => one.id === id)
  if (!found) throw new Refused('Cette liste n’existe plus.')
  if (found.staffMemberId !== ownId(person) && !may(person.roles, 'sharedLists'))
    throw new Refused(`Cette liste est de ${found.by}\u00a0: enregistrez la vôtre sous un autre nom.`)
  return found
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
    const former = id === undefined ? undefined : requireOwn(store, person, id)
    const why = whyNotRead(core, person, query)
    if (why !== null) throw new Refused(why)
    if (isShared && readsHealth(core, person, query))
      throw new Refused('Une liste qui lit la santé ne se partage pas.', 'isShared')
    if (isShared && former?.isShared !== true && !may(person.roles, 'sharedLists'))
      throw new Refused('Partager une liste demande le rôle Administrateur ou Directeur.', 'isShared')
    const staffMemberId = former?.staffMemberId ?? ownId(person)
    if (
      listsOf(store, person).some(
        (one) => one.id !== id && one.staffMemberId === staffMemberId && sameLabel(one.name, name),
      )
    )
      throw new Refused(`Une de vos listes s’appelle déjà «\u00a0${name}\u00a0».`, 'name')
    if (id === undefined) return { id: write.insert(freeList, { ...values, staffMemberId }).id }
    write.update(freeList, id, values)
    return { id }
  })
}

export const removeList = ({ store }: Core, person: Person, id: number): void => {
  const { name } = requireOwn(store, person, id)
  store.act(person, 'lists.save', `Liste supprimée\u00a0: ${name}`, (write) => {
    requireOwn(store, person, id)
    write.remove(freeList, id)
  })
}
