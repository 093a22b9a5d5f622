import type { ImportDecision } from '../../../shared/contract/desk/imports.ts'
import { folded, nameKey } from '../../../shared/rules/people/names.ts'
import type { AllPeople, HomeRecord } from '../families/families.ts'
import { type PlannedLine, planned } from './lines.ts'
import { nameRead, textRead } from './list-values.ts'
import type { LineReader } from './table.ts'

type Who = {
  readonly beneficiaryNumber: string
  readonly familyName: string
  readonly parentLastName: string
  readonly parentFirstName: string
}

export const whoOf = ({ read }: LineReader): Who => ({
  beneficiaryNumber: read('beneficiaryNumber', textRead) ?? '',
  familyName: read('familyName', nameRead) ?? '',
  parentLastName: read('parentLastName', nameRead) ?? '',
  parentFirstName: read('parentFirstName', nameRead) ?? '',
})

type Found =
  | { readonly kind: 'there'; readonly home: HomeRecord }
  | { readonly kind: 'unknown'; readonly said: (reader: LineReader) => PlannedLine }

/** The home that a line of quotients or balances is of: by its number, else by its parent, else by its name. */
export const homeOfLine = ({ homes, guardians }: AllPeople) => {
  const byId = new Map(homes.map((one) => [one.id, one]))
  const names = new Map(guardians.map((one) => [one.id, `${one.firstName} ${one.lastName}`]))
  const byNumber = Map.groupBy(homes, (one) => folded(one.beneficiaryNumber))
  const byName = Map.groupBy(homes, (one) => folded(one.name))
  const byBeneficiary = Map.groupBy(homes, (one) => nameKey(one.beneficiaryName, ''))
  const byParent = Map.groupBy(guardians, (one) => nameKey(one.lastName, one.firstName))
  const found = (who: Who): { homes: readonly HomeRecord[]; why: string } => {
    const number = folded(who.beneficiaryNumber)
    const numbered = number === '' ? [] : (byNumber.get(number) ?? [])
    if (numbered.length > 0) return { homes: numbered, why: 'même numéro d’allocataire' }
    const parent = nameKey(who.parentLastName, who.parentFirstName)
    if (who.parentFirstName !== '') {
      const parents = (byParent.get(parent) ?? []).flatMap(({ familyIds }) => familyIds)
      const theirs = [...new Set(parents)].flatMap((id) => byId.get(id) ?? [])
      if (theirs.length > 0) return { homes: theirs, why: 'même responsable' }
      const named = byBeneficiary.get(parent) ?? []
      if (named.length > 0) return { homes: named, why: 'même allocataire' }
    }
    const name = folded(who.familyName)
    return { homes: name === '' ? [] : (byName.get(name) ?? []), why: 'même nom de foyer' }
  }
  return (who: Who, decision: ImportDecision | undefined): Found => {
    const chosen = decision?.choice === 'same' ? byId.get(decision.id ?? 0) : undefined
    if (chosen) return { kind: 'there', home: chosen }
    const { homes: candidates, why } = found(who)
    const [only] = candidates
    if (only && candidates.length === 1) return { kind: 'there', home: only }
    if (!only)
      return {
        kind: 'unknown',
        said: (reader) => planned(reader, { state: 'error', said: `Aucune famille ne correspond à ${whoText(who)}.` }),
      }
    return {
      kind: 'unknown',
      said: (reader) =>
        planned(reader, {
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

const whoText = (who: Who): string =>
  [
    `${who.parentFirstName} ${who.parentLastName}`.trim(),
    who.familyName === '' ? '' : `la famille ${who.familyName}`,
    who.beneficiaryNumber === '' ? '' : `n°\u00a0${who.beneficiaryNumber}`,
  ]
    .filter((text) => text !== '')
    .join(', ')
