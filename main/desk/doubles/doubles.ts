import Sqlite from 'better-sqlite3'
import type { DoubleComparison, DoubleKind, LikelyDouble } from '../../../shared/contract/desk/people/doubles.ts'
import { today } from '../../../shared/rules/calendar/day.ts'
import { customName, isWithdrawn, seesField } from '../../../shared/rules/people/custom-field.ts'
import {
  childFields,
  fieldNames,
  fieldValueText,
  guardianPhones,
  homeFields,
  type RecordFields,
  type ValuesOf,
} from '../../../shared/rules/people/fields.ts'
import {
  isCertainDouble,
  type Person as Likeness,
  likenessKeys,
  likenessOf,
  minDoubleScore,
} from '../../../shared/rules/people/likeness.ts'
import { bornWord, coupleName, sameFullName, sameName } from '../../../shared/rules/people/names.ts'
import { counted, numericDay } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { pointersTo } from '../../store/acts/tables.ts'
import { child, dismissedDouble, family } from '../../store/schema/index.ts'
import { columnsSql } from '../../store/schema/names.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import {
  type AllPeople,
  type ChildRecord,
  type GuardianRecord,
  type HomeRecord,
  readAllPeople,
} from '../families/families.ts'
import { customFields, mergeValues, valuesToMerge } from '../fields/fields.ts'
import { mapInTurns } from '../in-turns.ts'
import { watchLists } from '../registrations/registrations.ts'
import { writeChildMerge } from './merge-children.ts'
import { childrenInBothHomes, parentsOf, writeFamilyMerge } from './merge-families.ts'

type Pair = { readonly kind: DoubleKind; readonly keptId: number; readonly goneId: number }

// ---- Finding doubles

const maxPairs = 200
/** A key shared by more people, such as a large building's address or a school's phone, shows no likeness. */
const maxPeoplePerKey = 40

export const likelyDoubles = async ({ store }: Core): Promise<{ pairs: LikelyDouble[]; total: number }> => {
  const people = await readAllPeople(store)
  const dismissed = new Set(
    store.db
      .select()
      .from(dismissedDouble)
      .all()
      .map((row) => `${row.kind} ${row.oneId} ${row.otherId}`),
  )
  const pairs = [...(await childPairs(people)), ...(await familyPairs(people))].filter(
    ({ kind, one, other }) => !dismissed.has(pairKey(kind, one.id, other.id)),
  )
  const sorted = pairs.toSorted((a, b) => b.score - a.score || a.one.name.localeCompare(b.one.name, 'fr'))
  return { pairs: sorted.slice(0, maxPairs), total: sorted.length }
}

const pairKey = (kind: DoubleKind, one: number, other: number) =>
  `${kind} ${Math.min(one, other)} ${Math.max(one, other)}`

/** Calls `compare` once for each two items that share a key. */
const forEachPair = async <T extends { readonly id: number }>(
  all: readonly T[],
  keysOf: (one: T) => readonly string[],
  compare: (one: T, other: T) => void,
): Promise<void> => {
  const byKey = new Map<string, T[]>()
  await mapInTurns(all, (one) => {
    for (const key of new Set(keysOf(one))) {
      const existing = byKey.get(key)
      if (existing) existing.push(one)
      else byKey.set(key, [one])
    }
  })
  const seen = new Set<string>()
  await mapInTurns([...byKey.values()], (same) => {
    if (same.length < 2 || same.length > maxPeoplePerKey) return
    for (const [at, one] of same.entries())
      for (const other of same.slice(at + 1)) {
        const key = `${one.id} ${other.id}`
        if (seen.has(key)) continue
        seen.add(key)
        compare(one, other)
      }
  })
}

const childPairs = async ({ children, guardians, homes }: AllPeople): Promise<LikelyDouble[]> => {
  const byGuardian = new Map(guardians.map((one) => [one.id, one]))
  const byHome = new Map(homes.map((one) => [one.id, one]))
  const persons = new Map(
    children.map((one) => {
      const childHomes = one.families.flatMap(({ id }) => byHome.get(id) ?? [])
      return [one.id, childPerson(one, childHomes, byGuardian)] as const
    }),
  )
  const pairs: LikelyDouble[] = []
  await forEachPair(
    children,
    (one) => likenessKeys(persons.get(one.id) ?? nobody),
    (one, other) => {
      const [first, second] = [persons.get(one.id) ?? nobody, persons.get(other.id) ?? nobody]
      const { score, reasons } = likenessOf(first, second)
      if (score < minDoubleScore) return
      pairs.push({
        kind: 'child',
        one: childSummary(one),
        other: childSummary(other),
        score,
        isCertain: isCertainDouble(first, second),
        why: reasons.join(', '),
      })
    },
  )
  return pairs
}

const nobody: Likeness = { lastName: '', firstName: '', birthDay: null, phones: [], email: '', address: '' }

const childPerson = (
  one: ChildRecord,
  homes: readonly HomeRecord[],
  guardians: ReadonlyMap<number, GuardianRecord>,
): Likeness => ({
  lastName: one.lastName,
  firstName: one.firstName,
  birthDay: one.birthDay,
  phones: homes.flatMap(({ guardianIds, homePhone }) => [
    homePhone,
    ...guardianIds.flatMap((id) => guardians.get(id)?.mobilePhone ?? []),
  ]),
  email: '',
  address: addressText(homes[0]),
})

const addressText = (home: HomeRecord | undefined): string =>
  home?.address ? `${home.address.line1}, ${home.address.postcode}` : ''

const childSummary = (one: ChildRecord) => ({
  id: one.id,
  name: `${one.firstName} ${one.lastName}`,
  detail: [
    `${bornWord[one.sex]} le ${numericDay(one.birthDay)}`,
    ...one.families.map(({ name }) => `famille ${name}`),
  ].join(', '),
})

/** Homes with the same parent recorded twice, or two homes without guardian of the same name at the same address. */
const familyPairs = async ({ guardians, homes }: AllPeople): Promise<LikelyDouble[]> => {
  const byHome = new Map(homes.map((one) => [one.id, one]))
  const byGuardian = new Map(guardians.map((one) => [one.id, one]))
  const personOf = (one: GuardianRecord): Likeness => {
    const home = byHome.get(one.familyIds[0] ?? 0)
    return {
      lastName: one.lastName,
      firstName: one.firstName,
      birthDay: null,
      phones: [...guardianPhones(one), home?.homePhone ?? ''],
      email: one.email,
      address: one.ownAddress ? `${one.ownAddress.line1}, ${one.ownAddress.postcode}` : addressText(home),
    }
  }
  const persons = new Map(guardians.map((one) => [one.id, personOf(one)]))
  const found = new Map<string, LikelyDouble>()
  const addPair = (one: HomeRecord, other: HomeRecord, score: number, why: string) => {
    const key = pairKey('family', one.id, other.id)
    // The two homes of one child are separate on purpose, even with a similar parent in both.
    if (one.childIds.some((id) => other.childIds.includes(id))) return
    if (one.id === other.id || (found.get(key)?.score ?? 0) >= score) return
    found.set(key, {
      kind: 'family',
      one: homeSummary(one, byGuardian),
      other: homeSummary(other, byGuardian),
      score,
      isCertain: false,
      why,
    })
  }
  await forEachPair(
    guardians,
    (one) => likenessKeys(persons.get(one.id) ?? nobody),
    (one, other) => {
      const { score, reasons } = likenessOf(persons.get(one.id) ?? nobody, persons.get(other.id) ?? nobody)
      if (score < minDoubleScore) return
      const [first, second] = [one.familyIds[0], other.familyIds[0]].map((id) => byHome.get(id ?? 0))
      if (first && second && !one.familyIds.some((id) => other.familyIds.includes(id)))
        addPair(first, second, score, `${one.firstName} ${one.lastName}\u00a0: ${reasons.join(', ')}`)
    },
  )
  await forEachPair(
    homes.filter(({ guardianIds }) => guardianIds.length === 0),
    (home) => (home.address ? [addressText(home).toLowerCase()] : []),
    (one, other) => {
      if (sameName(one.name, other.name)) addPair(one, other, 80, 'même nom de foyer, même adresse')
    },
  )
  return [...found.values()]
}

const homeSummary = (home: HomeRecord, guardians: ReadonlyMap<number, GuardianRecord>) => ({
  id: home.id,
  name: `Famille ${home.name}`,
  detail: [coupleName(home.guardianIds.flatMap((id) => guardians.get(id) ?? [])), addressText(home)]
    .filter((text) => text !== '')
    .join('\u00a0· '),
})

export const dismissDouble = ({ store }: Core, person: Person, { kind, keptId, goneId }: Pair): void => {
  const [one, other] = [summaryOf(store, kind, keptId), summaryOf(store, kind, goneId)]
  store.act(person, 'doubles.dismiss', `Pas un doublon\u00a0: ${one.name} et ${other.name}`, (write) => {
    const [oneId, otherId] = [Math.min(keptId, goneId), Math.max(keptId, goneId)]
    const existing = store
      .statement('select 1 from dismissed_double where kind = ? and one_id = ? and other_id = ?')
      .get(kind, oneId, otherId)
    if (!existing) write.insert(dismissedDouble, { kind, oneId, otherId })
  })
}

// ---- Comparing two records

/** Shows what a merge would change, and its obstacle if any, by a merge that is rolled back. */
export const compareDoubles = (core: Core, person: Person, pair: Pair): DoubleComparison => {
  const { store } = core
  const { kind, keptId, goneId } = pair
  return {
    kept: summaryOf(store, kind, keptId),
    gone: summaryOf(store, kind, goneId),
    fields: [...differencesOf(store, pair), ...customDifferences(core, person, pair)],
    moved: dependentCounts(store, kind, goneId),
    joined: kind === 'child' ? [] : joinedBy(store, keptId, goneId),
    obstacle: obstacleOf(core, person, pair),
  }
}

class TrialRollback extends Error {}

const obstacleOf = (core: Core, person: Person, pair: Pair): string | null => {
  try {
    core.store.act(person, 'doubles.try', 'Essai de fusion', (write) => {
      writeMerge(core.store, write, { ...pair, take: [] })
      throw new TrialRollback()
    })
  } catch (error) {
    if (error instanceof TrialRollback) return null
    if (error instanceof Refused) return error.sentence
    throw error
  }
  return null
}

const fieldsOf: Readonly<Record<DoubleKind, RecordFields>> = { child: childFields, family: homeFields }

type Row = Readonly<Record<string, string | number | null>>

const rowOf = (store: Store, kind: DoubleKind, id: number): Row => {
  const columns = columnsSql(fieldNames(fieldsOf[kind]))
  const found = store.statement(`select ${columns} from ${kind} where id = ?`).get(id) as Row | undefined
  if (!found) throw new Refused(kind === 'child' ? 'Cet enfant n’existe plus.' : 'Cette famille n’existe plus.')
  return found
}

const differencesOf = (store: Store, { kind, keptId, goneId }: Pair): DoubleComparison['fields'] => {
  const [kept, gone] = [rowOf(store, kind, keptId), rowOf(store, kind, goneId)]
  return Object.entries(fieldsOf[kind]).flatMap(([name, field]) => {
    const [one, other] = [fieldValueText(field, kept[name] ?? null), fieldValueText(field, gone[name] ?? null)]
    const take = one === '' ? ('gone' as const) : ('kept' as const)
    return one === other || other === '' ? [] : [{ field: name, title: field.label, kept: one, gone: other, take }]
  })
}

const customDifferences = ({ store, clock }: Core, { roles }: Person, { kind, keptId, goneId }: Pair) =>
  valuesToMerge(store, kind, keptId, goneId).flatMap(({ field, kept, gone }): DoubleComparison['fields'] => {
    if (!seesField(roles, field) || isWithdrawn(field, today(clock))) return []
    const [one, other] = [fieldValueText(field, kept?.value ?? ''), fieldValueText(field, gone?.value ?? '')]
    const take = one === '' ? ('gone' as const) : ('kept' as const)
    return one === other || other === ''
      ? []
      : [{ field: customName(field), title: field.label, kept: one, gone: other, take }]
  })

const summaryOf = (store: Store, kind: DoubleKind, id: number): DoubleComparison['kept'] => {
  if (kind === 'family')
    return { id, name: `Famille ${rowOf(store, kind, id)['name']}`, detail: coupleName(parentsOf(store, id)) }
  const { firstName, lastName, birthDay, sex } = rowOf(store, kind, id) as ValuesOf<typeof childFields>
  const homes = store
    .statement(
      'select name from family_child join family on family.id = family_id where child_id = ? order by family_child.id',
    )
    .pluck()
    .all(id) as string[]
  return {
    id,
    name: `${firstName} ${lastName}`,
    detail: [`${bornWord[sex]} le ${numericDay(birthDay)}`, ...homes.map((name) => `famille ${name}`)].join(', '),
  }
}

/** French names of dependent tables, for the comparison. Rows of other tables are moved without being counted there. */
const dependentWords: Readonly<Record<string, readonly [one: string, many: string]>> = {
  registration: ['inscription', 'inscriptions'],
  schooling: ['classe', 'classes'],
  guardian_bond: ['lien avec un responsable', 'liens avec un responsable'],
  consent_answer: ['réponse à une autorisation', 'réponses à des autorisations'],
  confirmation: ['étape confirmée du dossier', 'étapes confirmées du dossier'],
  pickup_contact: ['personne autorisée ou interdite', 'personnes autorisées ou interdites'],
  health_record: ['fiche sanitaire', 'fiches sanitaires'],
  family_address: ['adresse', 'adresses'],
  family_quotient: ['quotient familial', 'quotients familiaux'],
  quotient_consent: ['accord pour l’API Particulier', 'accords pour l’API Particulier'],
  price_category: ['catégorie tarifaire', 'catégories tarifaires'],
  family_guardian: ['responsable', 'responsables'],
  invoice: ['facture', 'factures'],
  payment: ['règlement', 'règlements'],
  free_line: ['ligne libre', 'lignes libres'],
  opening_balance: ['solde repris', 'soldes repris'],
}

const dependentCounts = (store: Store, kind: DoubleKind, id: number): string[] => {
  const counts = new Map<string, number>()
  for (const { table, column } of pointersTo(kind)) {
    const count = store.statement(`select count(*) from ${table} where ${column} = ?`).pluck().get(id) as number
    counts.set(table, (counts.get(table) ?? 0) + count)
  }
  const cells = store
    .statement(
      `select count(*) from registration join reservation on reservation.registration_id = registration.id
      where ${kind}_id = ? and held <> 'none'`,
    )
    .pluck()
    .get(id) as number
  return [
    ...(kind === 'family' ? countText(counts.get('family_child') ?? 0, ['enfant', 'enfants']) : []),
    ...Object.entries(dependentWords).flatMap(([table, both]) => countText(counts.get(table) ?? 0, both)),
    ...countText(cells, ['réservation', 'réservations']),
  ]
}

const countText = (count: number, [one, many]: readonly [string, string]): string[] =>
  count === 0 ? [] : [counted(count, one, many)]

const joinedBy = (store: Store, keptId: number, goneId: number): string[] => {
  const keptParents = parentsOf(store, keptId)
  const parents = parentsOf(store, goneId).filter((gone) =>
    keptParents.some((one) => one.id !== gone.id && sameFullName(one, gone)),
  )
  return [
    ...parents.map(({ firstName, lastName }) => `${firstName} ${lastName}`),
    ...childrenInBothHomes(store, keptId, goneId).map(({ name }) => name),
  ]
}

// ---- Merging two records

export const mergeDoubles = (
  { store }: Core,
  person: Person,
  input: Pair & { readonly take: readonly string[] },
): { actId: number } => {
  const [kept, gone] = [summaryOf(store, input.kind, input.keptId), summaryOf(store, input.kind, input.goneId)]
  const label = `Doublon fusionné\u00a0: ${gone.name} (${gone.detail}) dans ${kept.name}`
  return store.act(person, 'doubles.merge', label, (write) => {
    writeMerge(store, write, input)
    return { actId: write.actId }
  })
}

const writeMerge = (
  store: Store,
  write: Write,
  { kind, keptId, goneId, take }: Pair & { readonly take: readonly string[] },
): void => {
  if (keptId === goneId) throw new Refused('C’est la même fiche.')
  const gone = rowOf(store, kind, goneId)
  rowOf(store, kind, keptId)
  const takenValues = Object.fromEntries(
    fieldNames(fieldsOf[kind]).flatMap((name) => (take.includes(name) ? [[name, gone[name] ?? null]] : [])),
  )
  const takenFields = customFields(store).flatMap((field) => (take.includes(customName(field)) ? [field.id] : []))
  const refuseOverfilled = watchLists(store)
  try {
    mergeValues(store, write, kind, { keptId, goneId, take: takenFields })
    if (kind === 'child') writeChildMerge(store, write, keptId, goneId)
    else writeFamilyMerge(store, write, keptId, goneId)
    if (Object.keys(takenValues).length > 0) write.update(kind === 'child' ? child : family, keptId, takenValues)
  } catch (error) {
    if (error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_CONSTRAINT'))
      throw new Refused('Les deux fiches disent deux choses contraires\u00a0: réglez-les d’abord à la main.')
    throw error
  }
  refuseOverfilled()
}
