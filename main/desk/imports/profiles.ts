import type { ImportProfile } from '../../../shared/contract/desk/imports.ts'
import type { ListKind, Mapping } from '../../../shared/formats/lists.ts'
import { folded } from '../../../shared/rules/people/names.ts'
import { importProfile } from '../../store/schema/index.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { allProfiles, type ProfileRow, profileByName } from './imports-store.ts'

export const listProfiles = ({ store }: Core): ImportProfile[] =>
  allProfiles(store).map(({ id, name, list, columns }) => ({ id, name, list, heads: columns.map(({ head }) => head) }))

export const saveProfile = (
  { store }: Core,
  person: Person,
  { name, ...values }: Omit<ProfileRow, 'id'>,
): { id: number } =>
  store.act(person, 'import.profile', `Réglage d’import enregistré\u00a0: ${name}`, (write) => {
    if (values.columns.length === 0) throw new Refused('Ce réglage ne retient aucune colonne.')
    const found = profileByName(store, name)
    const { id } = found
      ? write.update(importProfile, found.id, values)
      : write.insert(importProfile, { name, ...values })
    return { id }
  })

export const removeProfile = ({ store }: Core, person: Person, { id }: { id: number }): void => {
  const nameNow = () => allProfiles(store).find((one) => one.id === id)?.name
  store.act(person, 'import.profile', `Réglage d’import supprimé\u00a0: ${nameNow() ?? ''}`, (write) => {
    if (nameNow() === undefined) throw new Refused('Ce réglage n’existe plus.')
    write.remove(importProfile, id)
  })
}

/** Among saved profiles whose columns are all in the file, the one with the most columns. */
export const profileFor = (core: Core, header: readonly string[], list: ListKind | null): ProfileRow | undefined => {
  const heads = new Set(header.map(folded))
  return allProfiles(core.store)
    .filter((one) => (list === null || one.list === list) && one.columns.every(({ head }) => heads.has(folded(head))))
    .toSorted((one, other) => other.columns.length - one.columns.length)[0]
}

export const mappingOf = ({ columns }: ProfileRow, header: readonly string[]): Mapping => {
  const heads = header.map(folded)
  return Object.fromEntries(columns.map(({ field, head }) => [field, heads.indexOf(folded(head))]))
}
