import type { ImportDecision } from '../../../shared/contract/desk/imports.ts'
import { addDays, type Day, today } from '../../../shared/rules/calendar/day.ts'
import { likenessKeys, likenessOf, minDoubleScore, type Person } from '../../../shared/rules/people/likeness.ts'
import { nameKey, sameFullName, sameName } from '../../../shared/rules/people/names.ts'
import { numericDay } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { type Core, Refused } from '../core.ts'
import {
  type AllPeople,
  type ChildRecord,
  type GuardianRecord,
  type HomeRecord,
  type NewChild,
  type NewHome,
  paced,
  readAllPeople,
  writeChildren,
  writeHomes,
  writeSecondHomes,
} from '../families/families.ts'
import { listSchools, organisationOf } from '../settings/settings.ts'
import { type Change, childChanges, homeChanges } from './family-changes.ts'
import { homeFinder } from './family-homes.ts'
import { familyName, type Line, peopleOf } from './family-lines.ts'
import { type Asked, type Plan, type PlannedLine, planned, skipped, upToDate } from './lines.ts'
import { lineReader } from './table.ts'

/** Families and children, a line for each child or home: class lists of ONDE, and what any other program gives out. */
export const familiesPlan = async (asked: Asked): Promise<Plan> => {
  const { core, table, mapping, words, schoolId, fromDay } = asked
  const schools = listSchools(core).map(({ id, name }) => ({ id, name }))
  if (schoolId !== null && !schools.some(({ id }) => id === schoolId))
    throw new Refused('Cette école n’existe plus.', 'schoolId')
  const { residentTown } = organisationOf(core.store)
  const parentsNamed = new Map<string, { lastName: string; firstName: string }>()
  const read = lineReader(table, mapping, words, asked.takeProposals)
  const people = await readAllPeople(core.store)
  const plan = await planner(asked, people, new Map(schools.map(({ id, name }) => [id, name])))
  const lines = await paced(table.lines, (line) =>
    plan.line(peopleOf(read(line), { schools, residentTown, parentsNamed }, asked)),
  )
  const namesSchool = 'school' in mapping
  const isClassList = 'childLastName' in mapping && ('level' in mapping || 'className' in mapping)
  const leavers =
    isClassList && (schoolId !== null || namesSchool)
      ? leaversOf(
          childrenThere(people, today(core.clock)),
          plan,
          fromDay,
          schoolId === null ? plan.schools : new Set([schoolId]),
        )
      : []
  return { lines, leavers, familiesMade: plan.familiesMade, writeNew: plan.writeNew }
}

/** A family that has left is on no list any more: its children do not leave a second time. */
const childrenThere = ({ children, homes }: AllPeople, on: Day): ChildRecord[] => {
  const left = new Set(homes.flatMap(({ id, leftOn }) => (leftOn !== null && leftOn <= on ? [id] : [])))
  return children.filter(({ families }) => families.length === 0 || families.some(({ id }) => !left.has(id)))
}

const outcome = (
  line: Line,
  differences: readonly Change[],
  start: { state: 'new' | 'update'; said: string } | null,
): PlannedLine => {
  const taken = differences.filter(({ take }) => take === 'file')
  const shown = differences.map(({ write: _write, said: _said, ...one }) => one)
  if (start === null && taken.length === 0) return planned(line.reader, { ...upToDate, differences: shown })
  const said = [...(start ? [start.said] : []), ...new Set(taken.map((one) => one.said))].join(', ')
  return planned(line.reader, {
    state: start?.state ?? 'update',
    said,
    differences: shown,
    write: (into) => {
      for (const { write } of taken) write(into)
    },
  })
}

const planner = async (asked: Asked, people: AllPeople, schools: ReadonlyMap<number, string>) => {
  const { core, decisions } = asked
  const byDay = Map.groupBy(people.children, (one) => one.birthDay)
  const byKey = new Map<string, ChildRecord[]>()
  await paced(people.children, (one) => {
    for (const key of likenessKeys(personOf(one))) {
      const there = byKey.get(key)
      if (there) there.push(one)
      else byKey.set(key, [one])
    }
  })
  const homes = homeFinder(people)
  const homeById = new Map(people.homes.map((one) => [one.id, one]))
  const guardianById = new Map(people.guardians.map((one) => [one.id, one]))
  const childById = new Map(people.children.map((one) => [one.id, one]))
  const seen = new Map<string, Seen>()
  const homesSeen = new Map<string, number>()
  const named = new Set<number>()
  const schoolsNamed = new Set<number>()
  const made = new Map<string, number>()
  const childrenMade = new Map<number, number>()
  /** By line. */
  const fresh = new Map<number, Fresh>()
  const settledHomes = new Set<number>()

  const compared = (line: Line, decision: ImportDecision | undefined, home: HomeRecord, child: ChildRecord | null) => {
    const found = child === null ? [] : childChanges(core, line, child, asked.fromDay, schools)
    // What a file says of a home, it says again for each of its children.
    const isFirst = !settledHomes.has(home.id)
    settledHomes.add(home.id)
    if (isFirst) found.push(...homeChanges(core, line, home, guardianById, asked.fromDay))
    const chosen = found.map((one) => ({ ...one, take: decision?.take[one.field] ?? one.take }))
    return chosen.filter(({ here, file }) => here !== file)
  }

  const line = (line: Line): PlannedLine => {
    const { reader, child } = line
    const decision = decisions.get(reader.line)
    if (decision?.choice === 'skip') return planned(reader, skipped)
    const [problem] = reader.problems
    if (problem) return planned(reader, { state: 'error', said: problem.sentence })
    if (line.classes?.schoolId) schoolsNamed.add(line.classes.schoolId)
    if (child === null) return homeLine(line, decision)
    const name = nameKey(child.lastName, child.firstName)
    const itself = byDay.get(child.birthDay)?.filter((one) => nameKey(one.lastName, one.firstName) === name) ?? []
    const [only] = itself
    const before = seen.get(`${name} ${child.birthDay}`)
    if (before) return againLine(line, decision, before)
    seen.set(`${name} ${child.birthDay}`, { line: reader.line, child: null, homes: new Set() })
    if (only && itself.length === 1 && decision?.choice !== 'create') return knownLine(line, decision, only)
    const near = nearOf(line, byKey)
    const chosen = decision?.choice === 'same' ? near.find(({ one }) => one.id === decision.id) : undefined
    if (chosen) return knownLine(line, decision, chosen.one)
    if (near.length > 0 && decision?.choice !== 'create') {
      // Until staff say so, none of them has left.
      for (const { one } of near) named.add(one.id)
      const candidates = near.map(({ one, why }) => ({
        id: one.id,
        kind: 'person' as const,
        name: `${one.firstName} ${one.lastName}`,
        detail: childDetail(one),
        why,
      }))
      const first = near[0]
      const home = first && homeById.get(first.one.families[0]?.id ?? 0)
      const differences =
        first && home
          ? childChanges(core, line, first.one, asked.fromDay, schools).map(({ write: _w, said: _s, ...one }) => ({
              ...one,
              take: decision?.take[one.field] ?? one.take,
            }))
          : []
      return planned(reader, { state: 'double', said: 'est-ce le même enfant\u00a0?', candidates, differences })
    }
    return newLine(line, decision)
  }

  /** A child of two homes comes once in each. */
  const againLine = (line: Line, decision: ImportDecision | undefined, before: Seen): PlannedLine => {
    const { reader } = line
    const again = planned(reader, { state: 'error', said: `Même enfant qu’à la ligne ${before.line}.` })
    if (before.homes.size === 0) return again
    const own = before.child?.families ?? []
    const known =
      homes.of(line, own) ?? own.map(({ id }) => homeById.get(id)).find((home) => isOther(line, home, before))
    if (known) {
      if (before.homes.has(keyOf(known.id))) return again
      before.homes.add(keyOf(known.id))
      return outcome(line, compared(line, decision, known, null), null)
    }
    // Without an address or a parent, nothing tells that this is another home.
    if (line.address === null && line.parents.length === 0) return again
    const found = homes.find(line, decision?.home ?? null)
    if (found.kind === 'asked') return askedHome(line, found.homes)
    const key = found.kind === 'there' ? keyOf(found.home.id) : found.key
    if (before.homes.has(key)) return again
    if (Math.max(before.homes.size, own.length) >= 2)
      return planned(reader, { state: 'error', said: 'Cet enfant a déjà deux foyers.' })
    before.homes.add(key)
    fresh.set(reader.line, { home: homeOf(line, found), child: { secondOf: before.child?.id ?? -before.line } })
    return found.kind === 'there'
      ? outcome(line, compared(line, decision, found.home, null), {
          state: 'update',
          said: `second foyer, famille ${found.home.name}`,
        })
      : outcome(line, [], { state: 'update', said: `second foyer, famille ${found.name} à créer` })
  }

  const isOther = (line: Line, home: HomeRecord | undefined, before: Seen): boolean =>
    home !== undefined && !before.homes.has(keyOf(home.id)) && sameName(home.name, familyName(line))

  const homeOf = (line: Line, found: Exclude<ReturnType<typeof homes.find>, { kind: 'asked' }>): Fresh['home'] =>
    found.kind === 'there' ? { familyId: found.home.id } : { key: found.key, ...newHome(core, line, asked.fromDay) }

  const askedHome = (line: Line, asked: readonly { readonly home: HomeRecord; readonly why: string }[]) =>
    planned(line.reader, {
      state: 'double',
      said: 'est-ce le même foyer\u00a0?',
      candidates: asked.map(({ home, why }) => homeCandidate(home, why, guardianById, childById)),
    })

  /** Where the child of a line is, for the line that names them again. */
  const settle = ({ reader, child }: Line, one: ChildRecord | null, home: string) => {
    if (child === null) return
    const name = nameKey(child.lastName, child.firstName)
    seen.set(`${name} ${child.birthDay}`, { line: reader.line, child: one, homes: new Set([home]) })
  }

  const knownLine = (line: Line, decision: ImportDecision | undefined, one: ChildRecord): PlannedLine => {
    named.add(one.id)
    const home = homes.of(line, one.families) ?? homeById.get(one.families[0]?.id ?? 0)
    settle(line, one, keyOf(home?.id ?? 0))
    if (!home) return outcome(line, childChanges(core, line, one, asked.fromDay, schools), null)
    return outcome(line, compared(line, decision, home, one), null)
  }

  const newLine = (line: Line, decision: ImportDecision | undefined): PlannedLine => {
    const { child } = line
    if (child === null) return planned(line.reader, upToDate)
    const found = homes.find(line, decision?.home ?? null)
    if (found.kind === 'asked') return askedHome(line, found.homes)
    settle(line, null, found.kind === 'there' ? keyOf(found.home.id) : found.key)
    const classes = line.classes && { fromDay: asked.fromDay, ...line.classes, level: line.classes.level ?? '' }
    fresh.set(line.reader.line, {
      home: homeOf(line, found),
      child: { child: { ...child, notes: '' }, classes },
    })
    if (found.kind === 'there') {
      const start = { state: 'new' as const, said: `nouveau, dans la famille ${found.home.name}` }
      return outcome(line, compared(line, decision, found.home, null), start)
    }
    return outcome(line, [], { state: 'new', said: `nouveau, famille ${found.name} à créer` })
  }

  /** A line without a child: a home and its parents. */
  const homeLine = (line: Line, decision: ImportDecision | undefined): PlannedLine => {
    const found = homes.find(line, decision?.home ?? null)
    if (found.kind === 'asked') return askedHome(line, found.homes)
    if (found.kind === 'there') return outcome(line, compared(line, decision, found.home, null), null)
    const before = homesSeen.get(found.key)
    if (before !== undefined)
      return planned(line.reader, { state: 'error', said: `Même foyer qu’à la ligne ${before}.` })
    homesSeen.set(found.key, line.reader.line)
    fresh.set(line.reader.line, { home: { key: found.key, ...newHome(core, line, asked.fromDay) }, child: null })
    return outcome(line, [], { state: 'new', said: `famille ${found.name} à créer` })
  }

  /** A slice that is undone forgets the homes it made; its act is taken back with it, so the map goes too. */
  const writeNew = (into: Write, lines: readonly number[]) => {
    const brought = lines.flatMap((line) => {
      const one = fresh.get(line)
      return one ? [{ line, ...one }] : []
    })
    if (brought.length === 0) return
    const wanted = new Map(
      brought.flatMap(({ home }) => ('key' in home && !made.has(home.key) ? [[home.key, home] as const] : [])),
    )
    const ids = writeHomes(core, into, [...wanted.values()])
    for (const [at, key] of [...wanted.keys()].entries()) made.set(key, ids[at] ?? 0)
    const placed = brought.map((one) => ({
      ...one,
      familyId: 'key' in one.home ? (made.get(one.home.key) ?? 0) : one.home.familyId,
    }))
    const born = placed.flatMap(({ line, familyId, child }) =>
      child && 'child' in child ? [{ line, ...child, familyId }] : [],
    )
    const childIds = writeChildren(
      core,
      into,
      born.map(({ line: _line, ...one }) => one),
    )
    for (const [at, { line }] of born.entries()) childrenMade.set(line, childIds[at] ?? 0)
    writeSecondHomes(
      into,
      placed.flatMap(({ familyId, child }) =>
        child && 'secondOf' in child
          ? [{ familyId, childId: child.secondOf < 0 ? (childrenMade.get(-child.secondOf) ?? 0) : child.secondOf }]
          : [],
      ),
    )
  }

  return { line, named, schools: schoolsNamed, familiesMade: () => made.size, writeNew }
}

const personOf = (one: { lastName: string; firstName: string; birthDay: Day }): Person => ({
  lastName: one.lastName,
  firstName: one.firstName,
  birthDay: one.birthDay,
  phones: [],
  email: '',
  address: '',
})

/** Children who may be the one of the line: alike, or of the same name and another birth date. */
const nearOf = ({ child }: Line, byKey: ReadonlyMap<string, readonly ChildRecord[]>) => {
  if (child === null) return []
  const person = personOf(child)
  const met = new Set(likenessKeys(person).flatMap((key) => byKey.get(key) ?? []))
  return [...met]
    .map((one) => ({ one, ...likenessOf(personOf(one), person) }))
    .filter(({ one, score }) => score >= minDoubleScore || sameFullName(one, child))
    .toSorted((one, other) => other.score - one.score)
    .slice(0, 5)
    .map(({ one, score, reasons }) => ({
      one,
      why: score >= minDoubleScore ? reasons.join(', ') : [...reasons, 'autre date de naissance'].join(', '),
    }))
}

const childDetail = (one: ChildRecord) =>
  [`né le ${numericDay(one.birthDay)}`, ...one.families.map((family) => `famille ${family.name}`)].join(', ')

const homeCandidate = (
  home: HomeRecord,
  why: string,
  guardians: ReadonlyMap<number, GuardianRecord>,
  children: ReadonlyMap<number, ChildRecord>,
) => ({
  id: home.id,
  kind: 'home' as const,
  name: `Famille ${home.name}`,
  detail: [
    home.guardianIds.flatMap((id) => guardians.get(id)?.firstName ?? []).join(' et '),
    home.childIds.flatMap((id) => children.get(id)?.firstName ?? []).join(', '),
    home.address ? `${home.address.line1}, ${home.address.town}` : '',
  ]
    .filter((text) => text !== '')
    .join('\u00a0· '),
  why,
})

type Fresh = {
  readonly home: { readonly familyId: number } | ({ readonly key: string } & NewHome)
  /** `secondOf`: a child who is there, or less than zero the line that makes them. */
  readonly child: Omit<NewChild, 'familyId'> | { readonly secondOf: number } | null
}

/** A child whom a line has named. */
type Seen = {
  readonly line: number
  /** Null: made by that line. */
  readonly child: ChildRecord | null
  /** Those that lines gave; none while staff have to decide who the child is. */
  readonly homes: Set<string>
}

const keyOf = (familyId: number): string => `there ${familyId}`

/** The first of two lines of one key makes the home: a twin of it says the same. */
const newHome = (core: Core, line: Line, fromDay: Day): NewHome => ({
  name: familyName(line),
  fields: line.home,
  move: line.address && { fromDay, address: line.address, resident: line.resident },
  guardians: line.parents.map((one) => ({ ...one, ownAddress: null })),
  quotient: line.quotient && { ...line.quotient, source: 'import', updatedOn: today(core.clock) },
})

/** Children who were at one of these schools until the list holds, and whom it does not name. */
const leaversOf = (
  children: readonly ChildRecord[],
  { named }: { readonly named: ReadonlySet<number> },
  fromDay: Day,
  schools: ReadonlySet<number>,
): Plan['leavers'] =>
  children.flatMap((one) => {
    if (named.has(one.id)) return []
    const at = one.schoolings.find((row) => row.fromDay <= fromDay)
    const before = one.schoolings.find((row) => row.fromDay <= addDays(fromDay, -1))
    const last = at?.fromDay === fromDay ? at : before
    if (!last || last.schoolId === null || !schools.has(last.schoolId)) return []
    return [
      {
        id: one.id,
        name: `${one.firstName} ${one.lastName}`,
        detail: [last.className || last.level, ...one.families.map(({ name }) => `famille ${name}`)].join(', '),
        familyId: one.families[0]?.id ?? null,
      },
    ]
  })
