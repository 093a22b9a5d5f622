import { setImmediate } from 'node:timers/promises'
import type { ImportDecision, ImportLine } from '../../../shared/contract/desk/import.ts'
import type { Day } from '../../../shared/rules/day.ts'
import { longDate, numericDay } from '../../../shared/rules/french.ts'
import { folded, phoneDigits, sameName, withinOneTypo } from '../../../shared/rules/names.ts'
import type { Store } from '../../store/store.ts'
import { type KnownChild, type KnownGuardian, type KnownHome, knownPeople } from '../families/families.ts'
import type { OndeFile, PostalAddress, Pupil, Responsible } from './onde.ts'

/** What a line will do, decided: nothing is left to guess while writing. */
export type PupilDeed =
  | { do: 'create'; pupil: Pupil; birthDay: Day; home: { familyId: number } | { key: string; name: string } }
  | { do: 'class'; pupil: Pupil; childId: number; schoolId: number | null }
  | { do: 'nothing' }

export type GuardianDeed =
  | { do: 'create' | 'link'; person: Responsible; guardianId: number | null; familyIds: readonly number[] }
  | { do: 'fill'; person: Responsible; guardianId: number; familyIds: readonly number[] }
  | { do: 'nothing' }

export type Planned<Deed> = Omit<ImportLine, 'cells'> & { deed: Deed }

export type Plan =
  | { kind: 'pupils'; lines: Planned<PupilDeed>[] }
  | { kind: 'guardians'; lines: Planned<GuardianDeed>[] }

type Wish = { fromDay: Day; schoolId: number | null; decisions: readonly ImportDecision[] }

/** Compares each line with who is already there. */
export const planOf = async (store: Store, file: OndeFile, wish: Wish): Promise<Plan> => {
  const people = knownPeople(store)
  const decisions = new Map(wish.decisions.map((decision) => [decision.line, decision]))
  return file.kind === 'pupils'
    ? { kind: 'pupils', lines: await paced(file.people, pupilPlanner(people, decisions, wish)) }
    : { kind: 'guardians', lines: await paced(file.people, guardianPlanner(people, decisions)) }
}

/** A list worked through without keeping others waiting more than 10 ms. */
const paced = async <T, R>(items: readonly T[], work: (item: T) => R): Promise<R[]> => {
  const results: R[] = []
  let until = performance.now() + 10
  for (const item of items) {
    results.push(work(item))
    if (performance.now() < until) continue
    await setImmediate()
    until = performance.now() + 10
  }
  return results
}

type People = ReturnType<typeof knownPeople>

const keyOf = (lastName: string, firstName: string) =>
  folded(`${lastName} ${firstName}`).split(' ').toSorted().join(' ')

const grouped = <T>(items: readonly T[], key: (item: T) => string) => Map.groupBy(items, key)

// ---- Pupils

const pupilPlanner = (people: People, decisions: ReadonlyMap<number, ImportDecision>, wish: Wish) => {
  const byDay = grouped(people.children, (one) => one.birthDay)
  const byName = grouped(people.children, (one) => keyOf(one.lastName, one.firstName))
  const seen = new Map<string, number>()
  const homes = homeFinder(people.homes)
  return (pupil: Pupil): Planned<PupilDeed> => {
    const { line, problems, lastName, firstName, birthDay } = pupil
    const common = { line, problems, candidates: [] as Planned<PupilDeed>['candidates'] }
    const decision = decisions.get(line)
    if (decision?.choice === 'skip') return { ...common, state: 'skipped', said: 'laissée de côté', deed: nothing }
    if (problems.length > 0 || birthDay === null) {
      return { ...common, state: 'error', said: problems[0]?.sentence ?? '', deed: nothing }
    }
    const name = keyOf(lastName, firstName)
    const before = seen.get(`${name} ${birthDay}`)
    if (before !== undefined) {
      return { ...common, state: 'error', said: `Même enfant qu’à la ligne ${before}.`, deed: nothing }
    }
    seen.set(`${name} ${birthDay}`, line)
    const itself = byDay.get(birthDay)?.filter((one) => keyOf(one.lastName, one.firstName) === name) ?? []
    const [only] = itself
    if (only && itself.length === 1 && decision?.choice !== 'create') return known(common, pupil, only, wish)
    const near = [
      ...itself.map((one) => ({ one, why: 'même nom, même date de naissance' })),
      ...(byDay.get(birthDay) ?? [])
        .filter((one) => !itself.includes(one) && looksLike(one, pupil))
        .map((one) => ({ one, why: 'même date de naissance, nom proche' })),
      ...(byName.get(name) ?? [])
        .filter((one) => one.birthDay !== birthDay)
        .map((one) => ({ one, why: 'même nom, autre date de naissance' })),
    ]
    if (near.length > 0) {
      if (decision?.choice === 'same') {
        const chosen = near.find(({ one }) => one.id === decision.id)
        if (chosen) return known(common, pupil, chosen.one, wish)
      }
      if (decision?.choice !== 'create') {
        const candidates = near.map(({ one, why }) => ({
          id: one.id,
          name: `${one.firstName} ${one.lastName}`,
          detail: childDetail(one),
          why,
        }))
        return { ...common, candidates, state: 'double', said: 'est-ce le même enfant\u00a0?', deed: nothing }
      }
    }
    const home = homes(pupil)
    const said =
      'familyId' in home.deed ? `nouveau, dans la famille ${home.name}` : `nouveau, famille ${home.name} à créer`
    return { ...common, state: 'new', said, deed: { do: 'create', pupil, birthDay, home: home.deed } }
  }
}

const nothing = { do: 'nothing' } as const

const known = (
  common: Pick<Planned<PupilDeed>, 'line' | 'problems' | 'candidates'>,
  pupil: Pupil,
  child: KnownChild,
  { fromDay, schoolId }: Wish,
): Planned<PupilDeed> => {
  const at = child.schoolings.find((row) => row.fromDay <= fromDay)
  // A list whose school nobody said moves no child from one school to another.
  const school = schoolId ?? at?.schoolId ?? null
  const isSame =
    pupil.level === (at?.level ?? '') && pupil.className === (at?.className ?? '') && school === (at?.schoolId ?? null)
  if (isSame) return { ...common, state: 'same', said: 'à jour', deed: nothing }
  const said = `${pupil.className || pupil.level || 'école'} au ${longDate(fromDay)}`
  return { ...common, state: 'update', said, deed: { do: 'class', pupil, childId: child.id, schoolId: school } }
}

/** One name in common, and the other one typo away or begun alike: « Bazile » for « Basile », a double name cut. */
const looksLike = (one: { lastName: string; firstName: string }, other: { lastName: string; firstName: string }) =>
  isClose(folded(one.firstName), folded(other.firstName)) || sameName(one.lastName, other.lastName)

const isClose = (one: string, other: string) =>
  withinOneTypo(one, other) || one.startsWith(other) || other.startsWith(one)

const childDetail = (one: KnownChild) =>
  [`né le ${numericDay(one.birthDay)}`, ...one.families.map((family) => `famille ${family.name}`)].join(', ')

/** The home of a new pupil: one of that name at that address, already there or made by a line before. */
const homeFinder = (known: readonly KnownHome[]) => {
  const byPlace = new Map(
    known.flatMap((home) => {
      const key = keyed(home.name, home.address)
      return key === null ? [] : [[key, home] as const]
    }),
  )
  return ({ line, lastName, address }: Pupil) => {
    const key = keyed(lastName, address)
    const there = key === null ? undefined : byPlace.get(key)
    if (there) return { name: there.name, deed: { familyId: there.id } }
    return { name: lastName, deed: { key: key ?? `line ${line}`, name: lastName } }
  }
}

const keyed = (name: string, address: PostalAddress | null): string | null =>
  address ? `${folded(name)} | ${folded(address.line1)} | ${folded(address.town)}` : null

// ---- Guardians

const guardianPlanner = (people: People, decisions: ReadonlyMap<number, ImportDecision>) => {
  const childrenByName = grouped(people.children, (one) => keyOf(one.lastName, one.firstName))
  const byName = grouped(people.guardians, (one) => keyOf(one.lastName, one.firstName))
  const room = new Map(people.homes.map((home) => [home.id, [...home.guardianIds]]))
  const seen = new Map<string, number>()
  return (person: Responsible): Planned<GuardianDeed> => {
    const { line } = person
    const problems = [...person.problems]
    const common = { line, problems, candidates: [] as Planned<GuardianDeed>['candidates'] }
    const decision = decisions.get(line)
    if (decision?.choice === 'skip') return { ...common, state: 'skipped', said: 'laissée de côté', deed: nothing }
    if (problems.length > 0) return { ...common, state: 'error', said: problems[0]?.sentence ?? '', deed: nothing }
    const children: KnownChild[] = []
    for (const wanted of person.children) {
      const found = wanted.lastNames.flatMap((name) => childrenByName.get(keyOf(name, wanted.firstName)) ?? [])
      const different = [...new Set(found)]
      const [child] = different
      if (child && different.length === 1) children.push(child)
      else {
        const name = `${wanted.firstName} ${wanted.lastNames[0] ?? ''}`.trim()
        problems.push({
          column: wanted.column,
          columnName: 'Prénom enfant',
          value: name,
          sentence: child
            ? `Plusieurs enfants s’appellent ${name}\u00a0: rattachez ce responsable à la main.`
            : `Aucun enfant ne s’appelle ${name}\u00a0: importez d’abord la liste des élèves.`,
          proposal: null,
        })
      }
    }
    if (problems.length > 0) return { ...common, state: 'error', said: problems[0]?.sentence ?? '', deed: nothing }
    const twin = `${keyOf(person.lastName, person.firstName)} ${person.email} ${phoneDigits(person.mobilePhone)}`
    const before = seen.get(twin)
    if (before !== undefined) {
      return { ...common, state: 'error', said: `Même responsable qu’à la ligne ${before}.`, deed: nothing }
    }
    seen.set(twin, line)
    const familyIds = [...new Set(children.flatMap((child) => child.families.map((family) => family.id)))]
    const namesakes = byName.get(keyOf(person.lastName, person.firstName)) ?? []
    const inside = namesakes.find((one) => familyIds.some((id) => one.familyIds.includes(id)))
    const families = [...new Set(children.flatMap((child) => child.families.map((family) => family.name)))].join(', ')
    if (inside && decision?.choice !== 'create') {
      const missing = familyIds.filter((id) => !inside.familyIds.includes(id))
      const fills = missingFields(inside, person).length > 0
      return fills || missing.length > 0
        ? {
            ...common,
            state: 'update',
            said: fills ? 'coordonnées à compléter' : `rejoint la famille ${families}`,
            deed: { do: 'fill', person, guardianId: inside.id, familyIds: placed(room, missing, inside.id) },
          }
        : { ...common, state: 'same', said: 'à jour', deed: nothing }
    }
    const others = sharing(people.guardians, namesakes, person)
    const chosen = decision?.choice === 'same' ? others.find(({ one }) => one.id === decision.id) : undefined
    if (others.length > 0 && !chosen && decision?.choice !== 'create') {
      const candidates = others.map(({ one, why }) => ({
        id: one.id,
        name: `${one.firstName} ${one.lastName}`,
        detail: [one.mobilePhone, one.email].filter((text) => text !== '').join(', '),
        why,
      }))
      return { ...common, candidates, state: 'double', said: 'est-ce la même personne\u00a0?', deed: nothing }
    }
    const free = placed(room, familyIds, chosen?.one.id ?? -line)
    if (free.length === 0) {
      const sentence = `La famille ${families} a déjà deux responsables.`
      return { ...common, state: 'error', said: sentence, deed: nothing }
    }
    return chosen
      ? {
          ...common,
          state: 'update',
          said: `rejoint la famille ${families}`,
          deed: { do: 'link', person, guardianId: chosen.one.id, familyIds: free },
        }
      : {
          ...common,
          state: 'new',
          said: `nouveau, rejoint la famille ${families}`,
          deed: { do: 'create', person, guardianId: null, familyIds: free },
        }
  }
}

/** Of these families, those that still have room for one more; the place is taken. */
const placed = (room: Map<number, number[]>, familyIds: readonly number[], who: number): number[] =>
  familyIds.filter((id) => {
    const there = room.get(id) ?? []
    if (there.length >= 2 || there.includes(who)) return false
    room.set(id, [...there, who])
    return true
  })

const sharing = (all: readonly KnownGuardian[], namesakes: readonly KnownGuardian[], person: Responsible) => {
  const phone = phoneDigits(person.mobilePhone)
  return all.flatMap((one) => {
    const reasons = [
      ...(namesakes.includes(one) ? ['même nom'] : []),
      ...(phone !== '' && phoneDigits(one.mobilePhone) === phone ? ['même téléphone'] : []),
      ...(person.email !== '' && one.email === person.email ? ['même adresse e-mail'] : []),
    ]
    return reasons.length > 0 ? [{ one, why: reasons.join(', ') }] : []
  })
}

const fields = ['civility', 'email', 'mobilePhone', 'workPhone'] as const

/** What the file knows and the desk does not: never what staff have written. */
export const missingFields = (known: Pick<KnownGuardian, (typeof fields)[number]>, person: Responsible) =>
  fields.filter((field) => known[field] === '' && person[field] !== '')
