import type { ImportDecision } from '../../../shared/contract/desk/imports.ts'
import { folded, nameKey } from '../../../shared/rules/people/names.ts'
import type { AllPeople, GuardianRecord, HomeRecord } from '../families/families.ts'
import { type PlannedLine, plannedLine } from './lines.ts'
import { parseNameCell, parseTextCell } from './list-values.ts'
import type { LineReader } from './table.ts'

type FamilyReference = {
  readonly formerNumber: string
  readonly beneficiaryNumber: string
  readonly familyName: string
  readonly parentLastName: string
  readonly parentFirstName: string
}

export const familyReferenceOf = ({ read }: LineReader): FamilyReference => ({
  formerNumber: read('formerNumber', parseTextCell) ?? '',
  beneficiaryNumber: read('beneficiaryNumber', parseTextCell) ?? '',
  familyName: read('familyName', parseNameCell) ?? '',
  parentLastName: read('parentLastName', parseNameCell) ?? '',
  parentFirstName: read('parentFirstName', parseNameCell) ?? '',
})

/**
 * Finds homes by what other programs call them: their number, the name of the home, or the names of those who hold its
 * account, « DURAND Paul et MARTIN Léa », « DURAND Paul et Léa ».
 */
export const homesNamed = ({ homes, guardians }: Pick<AllPeople, 'homes' | 'guardians'>) => {
  const byFormerNumber = Map.groupBy(homes, (one) => folded(one.formerNumber))
  const byId = new Map(guardians.map((one) => [one.id, one]))
  const byNames = new Map<string, HomeRecord[]>()
  for (const home of homes)
    for (const name of new Set(holderNames(home, byId))) {
      const known = byNames.get(name)
      if (known) known.push(home)
      else byNames.set(name, [home])
    }
  const byHome = Map.groupBy(homes, (one) => folded(one.name))
  return {
    byNumber: (number: string): readonly HomeRecord[] =>
      folded(number) === '' ? [] : (byFormerNumber.get(folded(number)) ?? []),
    byName: (name: string): readonly HomeRecord[] =>
      folded(name) === '' ? [] : (byNames.get(folded(name)) ?? byHome.get(folded(name)) ?? []),
  }
}

const fullName = ({ lastName, firstName }: GuardianRecord): string => `${lastName} ${firstName}`

const holderNames = (home: HomeRecord, byId: ReadonlyMap<number, GuardianRecord>): string[] => {
  const people = home.guardianIds.flatMap((id) => byId.get(id) ?? [])
  const pairs = people.flatMap((one) => people.filter((other) => other !== one).map((other) => [one, other] as const))
  return [
    ...people.map(fullName),
    ...people.map(({ lastName, firstName }) => `${firstName} ${lastName}`),
    ...pairs.flatMap(([one, other]) => [
      `${fullName(one)} et ${fullName(other)}`,
      ...(folded(one.lastName) === folded(other.lastName) ? [`${fullName(one)} et ${other.firstName}`] : []),
    ]),
  ].map(folded)
}

type HomeMatch =
  | { readonly kind: 'existing'; readonly home: HomeRecord }
  | { readonly kind: 'unknown'; readonly toPlannedLine: (reader: LineReader) => PlannedLine }

/** Finds the home of a line of quotients or balances: by beneficiary number, else by parent, else by family name. */
export const homeOfLine = ({ homes, guardians }: AllPeople) => {
  const byId = new Map(homes.map((one) => [one.id, one]))
  const names = new Map(guardians.map((one) => [one.id, `${one.firstName} ${one.lastName}`]))
  const byNumber = Map.groupBy(homes, (one) => folded(one.beneficiaryNumber))
  const byBeneficiary = Map.groupBy(homes, (one) => nameKey(one.beneficiaryName, ''))
  const byParent = Map.groupBy(guardians, (one) => nameKey(one.lastName, one.firstName))
  const named = homesNamed({ homes, guardians })
  const hasNumbers = homes.some(({ formerNumber }) => formerNumber !== '')
  const candidatesOf = (
    who: FamilyReference,
  ): {
    homes: readonly HomeRecord[]
    why: string
    /** Staff decide, though one home only is found. */
    isUnsure?: boolean
  } => {
    const former = named.byNumber(who.formerNumber)
    const called = named.byName(who.familyName)
    if (former.length > 0) {
      const isContradicted = who.familyName !== '' && !former.some((one) => called.includes(one))
      return { homes: former, why: 'même numéro dans l’ancien logiciel', isUnsure: isContradicted }
    }
    const number = folded(who.beneficiaryNumber)
    const numbered = number === '' ? [] : (byNumber.get(number) ?? [])
    if (numbered.length > 0) return { homes: numbered, why: 'même numéro d’allocataire' }
    const parent = nameKey(who.parentLastName, who.parentFirstName)
    if (who.parentFirstName !== '') {
      const parents = (byParent.get(parent) ?? []).flatMap(({ familyIds }) => familyIds)
      const parentHomes = [...new Set(parents)].flatMap((id) => byId.get(id) ?? [])
      if (parentHomes.length > 0) return { homes: parentHomes, why: 'même responsable' }
      const beneficiaryHomes = byBeneficiary.get(parent) ?? []
      if (beneficiaryHomes.length > 0) return { homes: beneficiaryHomes, why: 'même allocataire' }
    }
    // Homes of that program have their numbers here: one without is not the line's by its name alone.
    return { homes: called, why: 'même nom de foyer', isUnsure: who.formerNumber !== '' && hasNumbers }
  }
  return (who: FamilyReference, decision: ImportDecision | undefined): HomeMatch => {
    const chosen = decision?.choice === 'same' ? byId.get(decision.id ?? 0) : undefined
    if (chosen) return { kind: 'existing', home: chosen }
    const { homes: candidates, why, isUnsure = false } = candidatesOf(who)
    const [only] = candidates
    if (only && candidates.length === 1 && !isUnsure) return { kind: 'existing', home: only }
    if (!only)
      return {
        kind: 'unknown',
        toPlannedLine: (reader) =>
          plannedLine(reader, { state: 'error', said: `Aucune famille ne correspond à ${referenceText(who)}.` }),
      }
    return {
      kind: 'unknown',
      toPlannedLine: (reader) =>
        plannedLine(reader, {
          state: 'double',
          said: 'quelle famille\u00a0?',
          candidates: candidates.slice(0, 8).map((home) => ({
            id: home.id,
            kind: 'person' as const,
            name: `Famille ${home.name}`,
            detail: [
              home.guardianIds.flatMap((id) => names.get(id) ?? []).join(' et '),
              home.address ? `${home.address.line1}, ${home.address.town}` : '',
            ]
              .filter((text) => text !== '')
              .join('\u00a0· '),
            why,
          })),
        }),
    }
  }
}

const referenceText = (who: FamilyReference): string =>
  [
    `${who.parentFirstName} ${who.parentLastName}`.trim(),
    who.familyName === '' ? '' : `la famille ${who.familyName}`,
    who.formerNumber === '' ? '' : `famille n°\u00a0${who.formerNumber}`,
    who.beneficiaryNumber === '' ? '' : `n°\u00a0${who.beneficiaryNumber}`,
  ]
    .filter((text) => text !== '')
    .join(', ')
