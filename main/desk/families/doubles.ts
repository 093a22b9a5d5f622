import type { Double } from '../../../shared/contract/desk/families.ts'
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
  guardiansMailed,
  guardiansWith,
  named,
  phonedFrom,
} from './families-store.ts'

type Typed = {
  readonly kind: 'guardian' | 'child'
  readonly lastName: string
  readonly firstName: string
  readonly birthDay: Day | null
  readonly phones: readonly string[]
  readonly email: string
  readonly exceptId: number | null
}

/**
 * Who may already be there under what is being typed: same name however it is written or turned round, same phone,
 * same e-mail, a child born on the same day with one name in common. A proposal, never more.
 */
export const possibleDoubles = (store: Store, typed: Typed): Double[] =>
  (typed.kind === 'child' ? childDoubles(store, typed) : guardianDoubles(store, typed)).slice(0, 8)

const childDoubles = (store: Store, typed: Typed): Double[] => {
  const found = new Map<number, typeof child.$inferSelect>()
  for (const one of childrenOf(store, idsNamed(store, typed, 'child'))) found.set(one.id, one)
  if (typed.birthDay !== null) {
    for (const one of childrenBornOn(store, typed.birthDay)) {
      const shared = sameName(one.lastName, typed.lastName) || sameName(one.firstName, typed.firstName)
      if (shared || sameFullName(one, typed)) found.set(one.id, one)
    }
  }
  found.delete(typed.exceptId ?? 0)
  const homes = Map.groupBy(familiesOfChildren(store, [...found.keys()]), (row) => row.childId)
  return [...found.values()]
    .map((one) => ({ one, sameDay: one.birthDay === typed.birthDay }))
    .toSorted((a, b) => Number(b.sameDay) - Number(a.sameDay))
    .map(({ one, sameDay }) => ({
      kind: 'child' as const,
      id: one.id,
      name: `${one.firstName} ${one.lastName}`,
      why: [
        ...(sameFullName(one, typed) ? ['même nom'] : []),
        `${sameDay ? 'même date de naissance' : 'date de naissance'}, ${numericDay(one.birthDay)}`,
      ].join(', '),
      families: (homes.get(one.id) ?? []).map(({ id, name }) => ({ id, name })),
    }))
}

const guardianDoubles = (store: Store, typed: Typed): Double[] => {
  const reasons = new Map<number, string[]>()
  const found = new Map<number, typeof guardian.$inferSelect>()
  const note = (one: typeof guardian.$inferSelect, reason: string) => {
    found.set(one.id, one)
    reasons.set(one.id, [...(reasons.get(one.id) ?? []), reason])
  }
  for (const one of guardiansWith(store, idsNamed(store, typed, 'guardian'))) note(one, 'même nom')
  for (const phone of typed.phones) {
    const digits = phoneDigits(phone)
    if (digits.length < 10) continue
    const owners = phonedFrom(store, digits, 8).filter((row) => row.kind === 'guardian')
    for (const one of guardiansWith(
      store,
      owners.map((row) => row.id),
    ))
      note(one, 'même téléphone')
  }
  if (typed.email.includes('@')) for (const one of guardiansMailed(store, typed.email)) note(one, 'même adresse e-mail')
  found.delete(typed.exceptId ?? 0)
  const homes = Map.groupBy(familiesOfGuardians(store, [...found.keys()]), (row) => row.guardianId)
  return [...found.values()].map((one) => ({
    kind: 'guardian' as const,
    id: one.id,
    name: `${one.firstName} ${one.lastName}`,
    why: [...new Set(reasons.get(one.id))].join(', '),
    families: (homes.get(one.id) ?? []).map(({ id, name }) => ({ id, name })),
  }))
}

/** Those whose name has exactly the words typed, whichever way round. */
const idsNamed = (store: Store, { lastName, firstName }: Typed, kind: 'guardian' | 'child'): number[] => {
  if (folded(lastName) === '' || folded(firstName) === '') return []
  const words = folded(`${lastName} ${firstName}`).split(' ')
  const hits = named(store, words.map((word) => `"${word}"`).join(' '), 50).filter((row) => row.kind === kind)
  const people = kind === 'child' ? childrenOf : guardiansWith
  return people(
    store,
    hits.map((row) => row.id),
  )
    .filter((one) => sameFullName(one, { lastName, firstName }))
    .map((one) => one.id)
}
