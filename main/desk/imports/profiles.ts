import * as z from 'zod'
import type { ImportProfile } from '../../../shared/contract/desk/imports.ts'
import { type ListKind, listKinds, type Mapping } from '../../../shared/formats/lists.ts'
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

export const renameProfile = (
  { store }: Core,
  person: Person,
  { id, name }: { readonly id: number; readonly name: string },
): void =>
  store.act(person, 'import.profile', `Réglage d’import renommé\u00a0: ${name}`, (write) => {
    if (!allProfiles(store).some((one) => one.id === id)) throw new Refused(gone)
    const other = profileByName(store, name)
    if (other && other.id !== id) throw new Refused(`Un réglage s’appelle déjà «\u00a0${name}\u00a0».`, 'name')
    write.update(importProfile, id, { name })
  })

const gone = 'Ce réglage n’existe plus.'

/** The mark at the beginning of a profile's file, by which it is distinguished from other JSON files. */
const format = 'espace-jeunesse-reglage-import'

const ProfileFile = z.object({
  format: z.literal(format),
  version: z.literal(1),
  name: z.string().trim().min(1).max(200),
  list: z.enum(listKinds),
  columns: z
    .array(z.object({ field: z.string().max(200), head: z.string().max(200) }))
    .min(1)
    .max(200),
  words: z
    .array(z.object({ field: z.string().max(200), from: z.string().max(200), to: z.string().max(200) }))
    .max(5000),
})

export const profileFile = ({ store }: Core, { id }: { readonly id: number }): File => {
  const found = allProfiles(store).find((one) => one.id === id)
  if (!found) throw new Refused(gone)
  const { name, list, columns, words } = found
  const exported: z.infer<typeof ProfileFile> = {
    format,
    version: 1,
    name,
    list,
    columns: [...columns],
    words: [...words],
  }
  const fileName = `reglage-${folded(name).replaceAll(/[^a-z0-9]+/g, '-')}.json`
  return new File([`${JSON.stringify(exported, null, 2)}\n`], fileName, { type: 'application/json' })
}

/** Far above the largest profile. */
const maxProfileBytes = 2_000_000

/** @throws Refused for a file that is no profile */
export const readProfile = async (core: Core, person: Person, file: Blob): Promise<{ name: string }> => {
  const read = file.size > maxProfileBytes ? null : ProfileFile.safeParse(parsed(await file.text()))
  if (!read?.success)
    throw new Refused(
      'Ce fichier n’est pas un réglage d’import d’Espace Jeunesse\u00a0: choisissez celui qu’un poste a donné.',
      'file',
    )
  const { format: _format, version: _version, ...profile } = read.data
  saveProfile(core, person, profile)
  return { name: profile.name }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

export const removeProfile = ({ store }: Core, person: Person, { id }: { id: number }): void => {
  const nameNow = () => allProfiles(store).find((one) => one.id === id)?.name
  store.act(person, 'import.profile', `Réglage d’import supprimé\u00a0: ${nameNow() ?? ''}`, (write) => {
    if (nameNow() === undefined) throw new Refused(gone)
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

export const mappingOf = ({ columns }: Pick<ProfileRow, 'columns'>, header: readonly string[]): Mapping => {
  const heads = header.map(folded)
  return Object.fromEntries(columns.map(({ field, head }) => [field, heads.indexOf(folded(head))]))
}
