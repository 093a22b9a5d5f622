import type { Address } from '../../../shared/contract/desk/families.ts'
import { folded, nameKey, phoneDigits } from '../../../shared/rules/people/names.ts'
import type { DeclaredGuardian } from '../../../shared/rules/people/person.ts'
import type { AllPeople, GuardianRecord, HomeRecord } from '../families/families.ts'
import { familyName, type Line } from './family-lines.ts'

/* Whose home a line is of. */

type Found =
  | { readonly kind: 'there'; readonly home: HomeRecord }
  | { readonly kind: 'made'; readonly key: string; readonly name: string }
  | { readonly kind: 'asked'; readonly homes: readonly { readonly home: HomeRecord; readonly why: string }[] }

export const homeFinder = ({ homes, guardians }: AllPeople) => {
  const byId = new Map(homes.map((one) => [one.id, one]))
  const byPlace = Map.groupBy(homes, (home) => placeKey(home.name, home.address) ?? '')
  const byNumber = Map.groupBy(homes, (home) => folded(home.beneficiaryNumber))
  const byParent = Map.groupBy(guardians, (one) => nameKey(one.lastName, one.firstName))
  const homesOf = (known: readonly GuardianRecord[]) => [
    ...new Set(known.flatMap(({ familyIds }) => familyIds.flatMap((id) => byId.get(id) ?? []))),
  ]
  const certain = (line: Line): HomeRecord | undefined => {
    const number = folded(line.home.beneficiaryNumber)
    const numbered = number === '' ? [] : (byNumber.get(number) ?? [])
    if (numbered.length === 1) return numbered[0]
    const key = placeKey(familyName(line), line.address)
    const placed = key === null ? [] : (byPlace.get(key) ?? [])
    if (placed.length === 1) return placed[0]
    for (const parent of line.parents) {
      const same = (byParent.get(nameKey(parent.lastName, parent.firstName)) ?? []).filter((one) => shares(one, parent))
      const found = homesOf(same)
      if (found.length === 1) return found[0]
    }
    return undefined
  }
  return {
    /** Of a child with two homes, the one that the line tells of. */
    of: (line: Line, own: readonly { id: number }[]): HomeRecord | undefined => {
      const found = certain(line)
      return found && own.some(({ id }) => id === found.id) ? found : undefined
    },
    find: (line: Line, chosen: number | 'new' | null): Found => {
      const there = chosen === 'new' ? undefined : (byId.get(chosen ?? 0) ?? certain(line))
      if (there) return { kind: 'there', home: there }
      const name = familyName(line)
      const key =
        placeKey(name, line.address) ??
        (line.parents.length > 0
          ? line.parents.map((one) => nameKey(one.lastName, one.firstName)).join(' | ')
          : `line ${line.reader.line}`)
      if (chosen === 'new') return { kind: 'made', key, name }
      const namesakes = homesOf(line.parents.flatMap((one) => byParent.get(nameKey(one.lastName, one.firstName)) ?? []))
      return namesakes.length > 0
        ? { kind: 'asked', homes: namesakes.slice(0, 5).map((home) => ({ home, why: 'même responsable' })) }
        : { kind: 'made', key, name }
    },
  }
}

const shares = (one: GuardianRecord, parent: DeclaredGuardian): boolean =>
  (parent.email !== '' && one.email === parent.email) ||
  (parent.mobilePhone !== '' && phoneDigits(one.mobilePhone) === phoneDigits(parent.mobilePhone))

const placeKey = (name: string, address: Address | null): string | null =>
  address ? `${folded(name)} | ${folded(address.line1)} | ${folded(address.town)}` : null
