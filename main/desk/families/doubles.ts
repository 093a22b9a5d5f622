import type { PossibleDouble } from '../../../shared/contract/desk/people/families.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { folded, phoneDigits, sameFullName, sameName } from '../../../shared/rules/people/names.ts'
import { numericDay } from '../../../shared/rules/text/french.ts'
import type { child, guardian } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import {
  childrenBornOn,
  childrenOf,
  familiesOfChildren,
  familiesOfGuardians,
  guardiansByEmail,
  guardiansByIds,
  searchByName,
  searchByPhone,
} from './families-store.ts'

type SearchedPerson = {
  readonly kind: 'guardian' | 'child'
  readonly lastName: string
  readonly firstName: string
  readonly birthDay: Day | null
  readonly phones: readonly string[]
  readonly email: string
  readonly exceptId: number | null
}

/**
 * Finds records that may be the person whom staff are typing: same name in any spelling or order, same phone, same
 * e-mail, or a child born on the same day with a first or last name in common. At most 8; staff decide.
 */
export const possibleDoubles = (store: Store, searched: SearchedPerson): PossibleDouble[] =>
  (searched.kind === 'child' ? childDoubles(store, searched) : guardianDoubles(store, searched)).slice(0, 8)

const childDoubles = (store: Store, searched: SearchedPerson): PossibleDouble[] => {
  const found = new Map<number, typeof child.$inferSelect>()
  for (const one of childrenOf(store, idsNamed(store, searched, 'child'))) found.set(one.id, one)
  if (searched.birthDay !== null) {
    for (const one of childrenBornOn(store, searched.birthDay)) {
      const shared = sameName(one.lastName, searched.lastName) || sameName(one.firstName, searched.firstName)
      if (shared || sameFullName(one, searched)) found.set(one.id, one)
    }
  }
  found.delete(searched.exceptId ?? 0)
  const homes = Map.groupBy(familiesOfChildren(store, [...found.keys()]), (row) => row.childId)
  return [...found.values()]
    .map((one) => ({ one, sameDay: one.birthDay === searched.birthDay }))
    .toSorted((a, b) => Number(b.sameDay) - Number(a.sameDay))
    .map(({ one, sameDay }) => ({
      kind: 'child' as const,
      id: one.id,
      name: `${one.firstName} ${one.lastName}`,
      why: [
        ...(sameFullName(one, searched) ? ['même nom'] : []),
        `${sameDay ? 'même date de naissance' : 'date de naissance'}, ${numericDay(one.birthDay)}`,
      ].join(', '),
      families: (homes.get(one.id) ?? []).map(({ id, name }) => ({ id, name })),
    }))
}

const guardianDoubles = (store: Store, searched: SearchedPerson): PossibleDouble[] => {
  const reasons = new Map<number, string[]>()
  const found = new Map<number, typeof guardian.$inferSelect>()
  const addReason = (one: typeof guardian.$inferSelect, reason: string) => {
    found.set(one.id, one)
    reasons.set(one.id, [...(reasons.get(one.id) ?? []), reason])
  }
  for (const one of guardiansByIds(store, idsNamed(store, searched, 'guardian'))) addReason(one, 'même nom')
  for (const phone of searched.phones) {
    const digits = phoneDigits(phone)
    if (digits.length < 10) continue
    const owners = searchByPhone(store, digits, 8).filter((row) => row.kind === 'guardian')
    for (const one of guardiansByIds(
      store,
      owners.map((row) => row.id),
    ))
      addReason(one, 'même téléphone')
  }
  if (searched.email.includes('@'))
    for (const one of guardiansByEmail(store, searched.email)) addReason(one, 'même adresse e-mail')
  found.delete(searched.exceptId ?? 0)
  const homes = Map.groupBy(familiesOfGuardians(store, [...found.keys()]), (row) => row.guardianId)
  return [...found.values()].map((one) => ({
    kind: 'guardian' as const,
    id: one.id,
    name: `${one.firstName} ${one.lastName}`,
    why: [...new Set(reasons.get(one.id))].join(', '),
    families: (homes.get(one.id) ?? []).map(({ id, name }) => ({ id, name })),
  }))
}

/** Ids of people whose full name has exactly the typed words, in either order. */
const idsNamed = (store: Store, { lastName, firstName }: SearchedPerson, kind: 'guardian' | 'child'): number[] => {
  if (folded(lastName) === '' || folded(firstName) === '') return []
  const words = folded(`${lastName} ${firstName}`).split(' ')
  const hits = searchByName(store, words.map((word) => `"${word}"`).join(' '), 50).filter((row) => row.kind === kind)
  const people = kind === 'child' ? childrenOf : guardiansByIds
  return people(
    store,
    hits.map((row) => row.id),
  )
    .filter((one) => sameFullName(one, { lastName, firstName }))
    .map((one) => one.id)
}
