import type { ImportDecision } from '../../../../shared/contract/desk/imports.ts'
import type { Address } from '../../../../shared/contract/desk/people/families.ts'
import type { GuardianValues } from '../../../../shared/rules/people/fields.ts'
import { folded, nameKey, phoneDigits } from '../../../../shared/rules/people/names.ts'
import { listed } from '../../../../shared/rules/text/french.ts'
import type { Store } from '../../../store/store.ts'
import type { AllPeople, GuardianRecord, HomeRecord } from '../../families/families.ts'
import { type FamilyLine, familyName } from './family-lines.ts'

/* Finds the home to which a line belongs. */

type HomeMatch =
  | { readonly kind: 'existing'; readonly home: HomeRecord }
  | { readonly kind: 'new'; readonly key: string; readonly name: string }
  | { readonly kind: 'ambiguous'; readonly homes: readonly { readonly home: HomeRecord; readonly why: string }[] }

export const homeFinder = ({ homes, guardians }: AllPeople) => {
  const byId = new Map(homes.map((one) => [one.id, one]))
  const byAddress = Map.groupBy(homes, (home) => addressKey(home.name, home.address) ?? '')
  const byFormerNumber = Map.groupBy(homes, (home) => folded(home.formerNumber))
  const guardianById = new Map(guardians.map((one) => [one.id, one]))
  const byNumber = Map.groupBy(homes, (home) => folded(home.beneficiaryNumber))
  const byParent = Map.groupBy(guardians, (one) => nameKey(one.lastName, one.firstName))
  const homesOf = (people: readonly GuardianRecord[]) => [
    ...new Set(people.flatMap(({ familyIds }) => familyIds.flatMap((id) => byId.get(id) ?? []))),
  ]
  const formerHomes = (line: FamilyLine): readonly HomeRecord[] => {
    const number = folded(line.home.formerNumber)
    return number === '' ? [] : (byFormerNumber.get(number) ?? [])
  }
  /** Whether a home of the same number in the other program is the line's: two programs may number alike. */
  const isLikely = (line: FamilyLine, home: HomeRecord): boolean => {
    const names = new Set(line.parents.map((one) => nameKey(one.lastName, one.firstName)))
    return (
      folded(home.name) === folded(familyName(line)) ||
      home.guardianIds
        .flatMap((id) => guardianById.get(id) ?? [])
        .some((one) => names.has(nameKey(one.lastName, one.firstName)))
    )
  }
  const certainHome = (line: FamilyLine): HomeRecord | undefined => {
    const former = formerHomes(line)
    if (former.length === 1 && former[0] && isLikely(line, former[0])) return former[0]
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
    /** The home that a line certainly describes, whatever its number in the other program. */
    whateverNumber: (line: FamilyLine): HomeRecord | undefined =>
      certainHome({ ...line, home: { ...line.home, formerNumber: '' } }),
    /** Which of the child's homes the line describes; undefined when that is not certain. */
    of: (line: FamilyLine, own: readonly { id: number }[]): HomeRecord | undefined => {
      const found = certainHome(line)
      return found && own.some(({ id }) => id === found.id) ? found : undefined
    },
    find: (line: FamilyLine, chosen: ImportDecision['home']): HomeMatch => {
      const picked = typeof chosen === 'number' ? byId.get(chosen) : undefined
      const existing = chosen === 'new' ? undefined : (picked ?? certainHome(line))
      if (existing) return { kind: 'existing', home: existing }
      const name = familyName(line)
      const numbered = formerHomes(line)
      if (numbered.length > 0 && chosen !== 'new')
        return {
          kind: 'ambiguous',
          homes: numbered.slice(0, 5).map((home) => ({ home, why: 'même numéro dans l’ancien logiciel' })),
        }
      const key =
        (line.home.formerNumber === '' ? null : `number ${folded(line.home.formerNumber)}`) ??
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

/**
 * Remembers which family each number of the other program names: it finds the home of invoices and bookings, so no two
 * have the same. When lines of one number name two families, staff are asked whether they are one family or two; the
 * second of two is made without the number. When the same list is imported again, that family is found by its people, and
 * the question is not asked again.
 */
export const numbersOfFamilies = (
  homes: readonly HomeRecord[],
  { whateverNumber }: Pick<ReturnType<typeof homeFinder>, 'whateverNumber'>,
) => {
  const seen = new Map<string, NumberedFamily[]>()
  const known = new Map(homes.map((home) => [folded(home.formerNumber), home]))
  return (line: FamilyLine, decision: ImportDecision | undefined): NumberVerdict => {
    const number = line.home.formerNumber
    const own = { kind: 'own' } as const
    if (number === '') return own
    const others = seen.get(folded(number)) ?? []
    const [first] = others
    const alike = others.find((other) => isSameFamily(other.line, line))
    const isMade = () => {
      const numbered = known.get(folded(number))
      const home = first === undefined || numbered === undefined ? undefined : whateverNumber(line)
      return home !== undefined && home.id !== numbered?.id && home.formerNumber === ''
    }
    const answered = decision?.home === 'new' || decision?.home === 'numbered' ? decision.home : null
    const taken = alike?.home ?? answered ?? (isMade() ? 'new' : null)
    if (first === undefined) {
      seen.set(folded(number), [{ line, home: 'numbered' }])
      const here = decision?.home === 'new' ? known.get(folded(number)) : undefined
      return here
        ? {
            kind: 'wrong',
            sentence: `Le numéro ${number} est ici celui de la famille ${here.name}\u00a0: deux familles ne peuvent pas avoir le même. Videz cette cellule pour créer l’autre sans numéro.`,
          }
        : own
    }
    if (alike === undefined) seen.set(folded(number), [...others, { line, home: taken }])
    if (taken === 'numbered') return own
    if (taken === 'new') return { kind: 'another' }
    return {
      kind: 'unsure',
      sentence: `Le numéro ${number} est aussi celui de la famille ${familyName(first.line)}, ligne ${first.line.reader.line}, avec ${listed(differing(first.line, line))}. Une famille, ou deux\u00a0? La seconde serait créée sans ce numéro.`,
    }
  }
}

type NumberedFamily = {
  readonly line: FamilyLine
  /** Whether it is the family of the number, as staff answered; null until they do. */
  readonly home: 'numbered' | 'new' | null
}

/**
 * `own`: the number is that of the line’s family; `another`: the family is made without it; `unsure`: staff are asked.
 */
type NumberVerdict =
  | { readonly kind: 'own' | 'another' }
  | { readonly kind: 'unsure' | 'wrong'; readonly sentence: string }

/** Of surname, address and guardians, as far as both lines say them, those that disagree. */
const differing = (one: FamilyLine, other: FamilyLine): string[] => {
  const guardians = new Set(one.parents.map((parent) => nameKey(parent.lastName, parent.firstName)))
  const sharesGuardian = other.parents.some((parent) => guardians.has(nameKey(parent.lastName, parent.firstName)))
  return [
    ...(folded(familyName(one)) === folded(familyName(other)) ? [] : ['un autre nom']),
    ...(one.address === null || other.address === null || addressKey('', one.address) === addressKey('', other.address)
      ? []
      : ['une autre adresse']),
    ...(one.parents.length === 0 || other.parents.length === 0 || sharesGuardian ? [] : ['un autre responsable']),
  ]
}

const isSameFamily = (one: FamilyLine, other: FamilyLine): boolean => differing(one, other).length < 2

/** Homes that share a number of the other program. */
export const sharedNumbers = (store: Store): ReadonlyMap<string, string> =>
  new Map(
    (
      store
        .statement(
          `select lower(former_number) as number, group_concat(name, ' et ') as names from family
          where former_number <> '' group by 1 having count(*) > 1`,
        )
        .all() as { number: string; names: string }[]
    ).map(({ number, names }) => [number, names]),
  )

const sharesContact = (one: GuardianRecord, parent: GuardianValues): boolean =>
  (parent.email !== '' && one.email === parent.email) ||
  (parent.mobilePhone !== '' && phoneDigits(one.mobilePhone) === phoneDigits(parent.mobilePhone))

const addressKey = (name: string, address: Address | null): string | null =>
  address ? `${folded(name)} | ${folded(address.line1)} | ${folded(address.town)}` : null
