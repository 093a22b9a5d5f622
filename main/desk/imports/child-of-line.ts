import type { ImportDecision } from '../../../shared/contract/desk/imports.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { likenessKeys, likenessOf, minDoubleScore, type Person } from '../../../shared/rules/people/likeness.ts'
import { bornWord, nameKey } from '../../../shared/rules/people/names.ts'
import { numericDay } from '../../../shared/rules/text/french.ts'
import type { AllPeople, ChildRecord } from '../families/families.ts'
import { homesNamed } from './home-of-line.ts'
import { type PlannedLine, plannedLine } from './lines.ts'
import { parseDayCell, parseNameCell, parseTextCell } from './list-values.ts'
import type { LineReader } from './table.ts'

/* Finds the child of a line of registrations or bookings. */

type ChildReference = {
  readonly lastName: string
  /** Empty where `lastName` has both names, in either order. */
  readonly firstName: string
  /** Null when the file has none: the family then distinguishes children of the same name. */
  readonly birthDay: Day | null
  readonly familyName: string
  readonly formerNumber: string
}

/** @param hasBirthDay whether the file has a column of birth dates: each line then needs one */
export const childReferenceOf = (reader: LineReader, hasBirthDay: boolean): ChildReference | null => {
  const fullName = reader.read('childFullName', parseNameCell)
  const lastName = fullName ?? reader.needed('childLastName', parseNameCell, 'Le nom manque.')
  const firstName = fullName === null ? reader.needed('childFirstName', parseNameCell, 'Le prénom manque.') : ''
  const birthDay = hasBirthDay
    ? reader.needed('childBirthDay', parseDayCell, 'La date de naissance manque.')
    : reader.read('childBirthDay', parseDayCell)
  if (lastName === null || firstName === null || (hasBirthDay && birthDay === null)) return null
  return {
    lastName,
    firstName,
    birthDay,
    familyName: reader.read('familyName', parseTextCell) ?? '',
    formerNumber: reader.read('formerNumber', parseTextCell) ?? '',
  }
}

type ChildMatch =
  | {
      readonly kind: 'existing'
      readonly child: ChildRecord
      /** The home that the line names, if it is one of the child's. */
      readonly home: ChildRecord['families'][number] | null
    }
  | { readonly kind: 'unknown'; readonly toPlannedLine: (reader: LineReader) => PlannedLine }

/** Finds children by name and birth date, or by name and family where the file has no birth date. */
export const childOfLine = ({ children, homes, guardians }: AllPeople) => {
  const find = childFinder(children)
  const byName = Map.groupBy(children, ({ lastName, firstName }) => nameKey(lastName, firstName))
  const named = homesNamed({ homes, guardians })
  const homesStated = ({ formerNumber, familyName }: ChildReference): ReadonlySet<number> => {
    const numbered = named.byNumber(formerNumber)
    return new Set((numbered.length > 0 ? numbered : named.byName(familyName)).map(({ id }) => id))
  }
  return (who: ChildReference, decision: ImportDecision | undefined): ChildMatch => {
    const stated = homesStated(who)
    const match = (child: ChildRecord): ChildMatch => ({
      kind: 'existing',
      child,
      home: child.families.find(({ id }) => stated.has(id)) ?? null,
    })
    const { lastName, firstName, birthDay } = who
    const found = birthDay === null ? null : find({ ...nobody, lastName, firstName, birthDay })
    const namesakes = found ? [] : (byName.get(nameKey(lastName, firstName)) ?? [])
    const ofFamily = namesakes.filter((one) => one.families.some(({ id }) => stated.has(id)))
    const near = () =>
      found ? found.near() : namesakes.slice(0, 5).map((one) => ({ one, why: 'même nom et même prénom' }))
    const chosen = decision?.choice === 'same' ? near().find(({ one }) => one.id === decision.id)?.one : undefined
    const tellsFamily = who.familyName !== '' || who.formerNumber !== ''
    // A namesake of another family is no answer: staff are asked.
    const [only, second] = tellsFamily ? ofFamily : namesakes
    const certain = found ? found.exact : second ? undefined : only
    const child = chosen ?? certain
    if (child) return match(child)
    const candidates = near().map(({ one, why }) => ({
      id: one.id,
      kind: 'person' as const,
      name: `${one.firstName} ${one.lastName}`,
      detail: [
        `${bornWord[one.sex]} le ${numericDay(one.birthDay)}`,
        ...one.families.map(({ name }) => `famille ${name}`),
      ].join(', '),
      why,
    }))
    const fullName = `${firstName} ${lastName}`.trim()
    return {
      kind: 'unknown',
      toPlannedLine: (reader) =>
        plannedLine(
          reader,
          candidates.length === 0
            ? {
                state: 'error',
                said: `Aucun enfant ne s’appelle ${fullName}${birthDay === null ? '' : `, né(e) le ${numericDay(birthDay)}`}\u00a0: importez d’abord les familles.`,
              }
            : { state: 'double', said: 'quel enfant\u00a0?', candidates },
        ),
    }
  }
}

const nobody: Pick<Person, 'phones' | 'email' | 'address'> = { phones: [], email: '', address: '' }

const personOf = (one: ChildRecord): Person => ({
  ...nobody,
  lastName: one.lastName,
  firstName: one.firstName,
  birthDay: one.birthDay,
})

/** Finds children by name and birth date. The index of similar names is only built when a line has no exact match. */
const childFinder = (children: readonly ChildRecord[]) => {
  const byExactKey = Map.groupBy(children, exactKey)
  let bySimilarity: ReadonlyMap<string, readonly ChildRecord[]> | undefined
  return (person: Person) => {
    const same = byExactKey.get(exactKey(person)) ?? []
    return {
      exact: same.length === 1 ? same[0] : undefined,
      near: () => {
        const byKey = (bySimilarity ??= byLikeness(children))
        return [...new Set(likenessKeys(person).flatMap((key) => byKey.get(key) ?? []))]
          .map((one) => ({ one, ...likenessOf(personOf(one), person) }))
          .filter(({ score }) => score >= minDoubleScore)
          .toSorted((one, other) => other.score - one.score)
          .slice(0, 5)
          .map(({ one, reasons }) => ({ one, why: reasons.join(', ') }))
      },
    }
  }
}

/** Equal for the same birth day and the same names, also when first and last name are swapped. */
const exactKey = ({ lastName, firstName, birthDay }: Pick<Person, 'lastName' | 'firstName' | 'birthDay'>): string =>
  `${nameKey(lastName, firstName)} ${birthDay ?? ''}`

const byLikeness = (children: readonly ChildRecord[]): ReadonlyMap<string, readonly ChildRecord[]> => {
  const byKey = new Map<string, ChildRecord[]>()
  for (const one of children)
    for (const key of likenessKeys(personOf(one))) {
      const existing = byKey.get(key)
      if (existing) existing.push(one)
      else byKey.set(key, [one])
    }
  return byKey
}
