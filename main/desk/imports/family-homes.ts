import type { Address } from '../../../shared/contract/desk/people/families.ts'
import type { GuardianValues } from '../../../shared/rules/people/fields.ts'
import { folded, nameKey, phoneDigits } from '../../../shared/rules/people/names.ts'
import type { AllPeople, GuardianRecord, HomeRecord } from '../families/families.ts'
import { type FamilyLine, familyName } from './family-lines.ts'

/* Finds the home to which a line belongs. */

type HomeMatch =
  | { readonly kind: 'existing'; readonly home: HomeRecord }
  | { readonly kind: 'new'; readonly key: string; readonly name: string }
  | { readonly kind: 'ambiguous'; readonly homes: readonly { readonly home: HomeRecord; readonly why: string }[] }

export const homeFinder = ({ homes, guardians }: AllPeople) => {
  const byId = new Map(homes.map((one) => [one.id, one]))
  const byAddress = Map.groupBy(homes, (home) => addressKey(home.name, home.address) ?? '')
  const byNumber = Map.groupBy(homes, (home) => folded(home.beneficiaryNumber))
  const byParent = Map.groupBy(guardians, (one) => nameKey(one.lastName, one.firstName))
  const homesOf = (people: readonly GuardianRecord[]) => [
    ...new Set(people.flatMap(({ familyIds }) => familyIds.flatMap((id) => byId.get(id) ?? []))),
  ]
  const certainHome = (line: FamilyLine): HomeRecord | undefined => {
    const number = folded(line.home.beneficiaryNumber)
    const numbered = number === '' ? [] : (byNumber.get(number) ?? [])
    if (numbered.length === 1) return numbered[0]
    const key = addressKey(familyName(line), line.address)
    const atAddress = key === null ? [] : (byAddress.get(key) ?? [])
    if (atAddress.length === 1) return atAddress[0]
    for (const parent of line.parents) {
      const same = (byParent.get(nameKey(parent.lastName, parent.firstName)) ?? []).filter((one) =>
        sharesContact(one, parent),
      )
      const found = homesOf(same)
      if (found.length === 1) return found[0]
    }
    return undefined
  }
  return {
    /** Which of the child's homes the line describes; undefined when that is not certain. */
    of: (line: FamilyLine, own: readonly { id: number }[]): HomeRecord | undefined => {
      const found = certainHome(line)
      return found && own.some(({ id }) => id === found.id) ? found : undefined
    },
    find: (line: FamilyLine, chosen: number | 'new' | null): HomeMatch => {
      const existing = chosen === 'new' ? undefined : (byId.get(chosen ?? 0) ?? certainHome(line))
      if (existing) return { kind: 'existing', home: existing }
      const name = familyName(line)
      const key =
        addressKey(name, line.address) ??
        (line.parents.length > 0
          ? line.parents.map((one) => nameKey(one.lastName, one.firstName)).join(' | ')
          : `line ${line.reader.line}`)
      if (chosen === 'new') return { kind: 'new', key, name }
      const namesakes = homesOf(line.parents.flatMap((one) => byParent.get(nameKey(one.lastName, one.firstName)) ?? []))
      return namesakes.length > 0
        ? { kind: 'ambiguous', homes: namesakes.slice(0, 5).map((home) => ({ home, why: 'même responsable' })) }
        : { kind: 'new', key, name }
    },
  }
}

const sharesContact = (one: GuardianRecord, parent: GuardianValues): boolean =>
  (parent.email !== '' && one.email === parent.email) ||
  (parent.mobilePhone !== '' && phoneDigits(one.mobilePhone) === phoneDigits(parent.mobilePhone))

const addressKey = (name: string, address: Address | null): string | null =>
  address ? `${folded(name)} | ${folded(address.line1)} | ${folded(address.town)}` : null
