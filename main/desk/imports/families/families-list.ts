import type { ImportDecision } from '../../../../shared/contract/desk/imports.ts'
import { addDays, type Day, today } from '../../../../shared/rules/calendar/day.ts'
import { likenessKeys, likenessOf, minDoubleScore, type Person } from '../../../../shared/rules/people/likeness.ts'
import { bornWord, nameKey, sameFullName, sameName } from '../../../../shared/rules/people/names.ts'
import { counted, numericDay, ofName } from '../../../../shared/rules/text/french.ts'
import type { Write } from '../../../store/acts/acts.ts'
import { type Core, Refused } from '../../core.ts'
import {
  type AllPeople,
  bondsOfChildren,
  type ChildRecord,
  type GuardianRecord,
  guardianOfName,
  type HomeRecord,
  type NewChild,
  type NewHome,
  readAllPeople,
  writeChildren,
  writeHomes,
  writeSecondHomes,
  writeStatedBond,
} from '../../families/families.ts'
import { mapInTurns } from '../../in-turns.ts'
import { organisationOf, schoolsOf } from '../../settings/settings.ts'
import {
  type Change,
  comparedLine,
  decidedChanges,
  type ImportRequest,
  type Plan,
  type PlannedLine,
  plannedLine,
  type StatedOfNew,
  shownChange,
  skipped,
  upToDate,
} from '../lines.ts'
import { type OwnValue, recordedOwn, writeOwn } from '../own-values.ts'
import { lineReader } from '../table.ts'
import { weighed } from '../takeover/totals.ts'
import { bondChanges, childChanges, homeChanges, type Recorded } from './family-changes.ts'
import { homeFinder, numbersOfFamilies, sharedNumbers } from './family-homes.ts'
import { type FamilyLine, familyName, peopleOf } from './family-lines.ts'

/**
 * Imports families and children, one line per child or home: class lists of ONDE (the State's register of pupils), or
 * exports of other programs.
 */
export const familiesPlan = async (asked: ImportRequest): Promise<Plan> => {
  const { core, table, mapping, words, schoolId, fromDay } = asked
  const schools = schoolsOf(core.store).map(({ id, name }) => ({ id, name }))
  if (schoolId !== null && !schools.some(({ id }) => id === schoolId))
    throw new Refused('Cette école n’existe plus.', 'schoolId')
  const { residentTown } = organisationOf(core.store)
  const parentsNamed = new Map<string, { lastName: string; firstName: string }>()
  const read = lineReader(table, mapping, words, asked.takeProposals)
  const people = await readAllPeople(core.store)
  const plan = await planner(asked, people, new Map(schools.map(({ id, name }) => [id, name])))
  const numbers = numbersOfFamilies(people.homes, homeFinder(people))
  const sharedBefore = sharedNumbers(core.store)
  const lines = await mapInTurns(table.lines, (line) => {
    const stated = peopleOf(read(line), { schools, residentTown, parentsNamed }, asked)
    const decision = asked.decisions.get(line.line)
    const number = decision?.choice === 'skip' ? null : numbers(stated, decision)
    if (number?.kind === 'wrong') stated.reader.wrong('formerNumber', number.sentence)
    if (number?.kind === 'unsure' && stated.reader.problems.length === 0)
      return plannedLine(stated.reader, { state: 'double', said: number.sentence })
    return plan.line(number?.kind === 'another' ? { ...stated, home: { ...stated.home, formerNumber: '' } } : stated)
  })
  const namesSchool = 'school' in mapping
  const isClassList = 'childLastName' in mapping && ('level' in mapping || 'className' in mapping)
  const leavers =
    isClassList && (schoolId !== null || namesSchool)
      ? leaversOf(
          presentChildren(people, today(core.clock)),
          plan,
          fromDay,
          schoolId === null ? plan.schools : new Set([schoolId]),
        )
      : []
  const weights = await weighed(table, read, ({ text }) => [
    ...(text('childLastName') === '' ? [] : [{ what: 'Enfants', of: '', unit: 'count' as const, amount: 1 }]),
    ...(text('formerNumber') === ''
      ? []
      : [{ what: 'Familles', of: '', unit: 'count' as const, amount: 1, once: text('formerNumber') }]),
  ])
  return {
    lines,
    weights,
    leavers,
    familiesMade: plan.familiesMade,
    notes: guardianlessNote(plan.homesWithoutGuardian()),
    writeNew: plan.writeNew,
    whyNotWhole: () => {
      const [shared] = [...sharedNumbers(core.store)].filter(([number]) => !sharedBefore.has(number))
      return shared
        ? `Le numéro ${shared[0]} de l’ancien logiciel serait celui des familles ${shared[1]}\u00a0: deux familles ne peuvent pas avoir le même.`
        : null
    },
  }
}

const guardianlessNote = (homes: number): string[] =>
  homes === 0
    ? []
    : [
        `${counted(homes, 'nouvelle famille', 'nouvelles familles')} sans responsable\u00a0: importez ensuite la liste des responsables, ou complétez ${homes > 1 ? 'leur' : 'sa'} fiche.`,
      ]

/** Children with at least one home that has not left: only they can be reported as missing from a class list. */
const presentChildren = ({ children, homes }: AllPeople, on: Day): ChildRecord[] => {
  const departed = new Set(homes.flatMap(({ id, leftOn }) => (leftOn !== null && leftOn <= on ? [id] : [])))
  return children.filter(({ families }) => families.length === 0 || families.some(({ id }) => !departed.has(id)))
}

const outcome = (
  { reader }: FamilyLine,
  differences: readonly Change[],
  creation: { state: 'new' | 'update'; said: string } | null,
  stated: StatedOfNew | null,
): PlannedLine => {
  const [problem] = reader.problems
  return problem
    ? plannedLine(reader, { state: 'error', said: problem.sentence })
    : comparedLine(reader, differences, {
        state: creation?.state,
        said: creation === null ? [] : [creation.said],
        stated,
      })
}

const planner = async (asked: ImportRequest, people: AllPeople, schools: ReadonlyMap<number, string>) => {
  const { core, decisions } = asked
  const byDay = Map.groupBy(people.children, (one) => one.birthDay)
  const byKey = new Map<string, ChildRecord[]>()
  await mapInTurns(people.children, (one) => {
    for (const key of likenessKeys(personOf(one))) {
      const existing = byKey.get(key)
      if (existing) existing.push(one)
      else byKey.set(key, [one])
    }
  })
  const homes = homeFinder(people)
  const homeById = new Map(people.homes.map((one) => [one.id, one]))
  const guardianById = new Map(people.guardians.map((one) => [one.id, one]))
  const childById = new Map(people.children.map((one) => [one.id, one]))
  const seen = new Map<string, SeenChild>()
  const homesSeen = new Map<string, number>()
  const namedChildren = new Set<number>()
  const schoolsNamed = new Set<number>()
  const createdHomes = new Map<string, number>()
  const createdChildren = new Map<number, number>()
  /** New records by line number. */
  const newRecords = new Map<number, NewRecord>()
  const comparedHomes = new Set<number>()
  /** The line that creates each new home, by the home's key. */
  const makerOf = new Map<string, number>()
  const recorded: Recorded = {
    core,
    person: asked.person,
    fromDay: asked.fromDay,
    schools,
    own: recordedOwn(core.store, asked.own),
    bonds: bondsOfChildren(
      core.store,
      people.children.map(({ id }) => id),
    ),
  }
  const guardiansOf = (home: HomeRecord | null): GuardianRecord[] =>
    home?.guardianIds.flatMap((id) => guardianById.get(id) ?? []) ?? []

  /**
   * @param home the existing home of the line; null when the import makes it
   * @param child the child whose bonds were compared with those of the file; null for other lines
   */
  const statedOfNew = (
    line: FamilyLine,
    { home, child, isNewChild }: { home: HomeRecord | null; child: ChildRecord | null; isNewChild: boolean },
  ): StatedOfNew | null => {
    const { reader, parents, ofParents, ownOfHome, ownOfChild } = line
    const made = newRecords.get(reader.line)
    const makesHome = made !== undefined && 'key' in made.home && isMaker(made.home.key, reader.line)
    const inHome = guardiansOf(home)
    const stated = parents.map((parent, at) => ({ parent, ...(ofParents[at] ?? { own: [], bond: {} }) }))
    const pairs = stated.filter(
      ({ parent, bond }) =>
        line.child !== null &&
        Object.keys(bond).length > 0 &&
        !(child !== null && inHome.some((one) => sameFullName(one, parent))),
    )
    if (pairs.length === 0 && !makesHome && !isNewChild) return null
    return {
      said: isNewChild ? [] : pairs.map(({ parent }) => `lien ${ofName(parent.firstName)}`),
      write: (into) => {
        const familyId = made ? familyIdOf(made) : (home?.id ?? 0)
        const childId = made?.child ? childIdOf(reader.line, made.child) : (child?.id ?? 0)
        const ownOf = (ownerId: number, values: readonly OwnValue[]) =>
          writeOwn(core, asked.person, into, ownerId, values)
        if (isNewChild) ownOf(childId, ownOfChild)
        if (makesHome) {
          ownOf(familyId, ownOfHome)
          for (const { parent, own } of stated)
            if (own.length > 0) ownOf(guardianOfName(core.store, familyId, parent) ?? 0, own)
        }
        for (const { parent, bond } of pairs) {
          // Staff may have left the guardian out of the home.
          const guardianId = guardianOfName(core.store, familyId, parent)
          if (guardianId !== undefined) writeStatedBond(core, into, guardianId, childId, bond)
        }
      },
    }
  }

  const isMaker = (key: string, line: number): boolean => {
    if (!makerOf.has(key)) makerOf.set(key, line)
    return makerOf.get(key) === line
  }

  const familyIdOf = ({ home }: NewRecord): number =>
    'key' in home ? (createdHomes.get(home.key) ?? 0) : home.familyId

  const childIdOf = (line: number, child: NonNullable<NewRecord['child']>): number => {
    if ('child' in child) return createdChildren.get(line) ?? 0
    return child.secondOf < 0 ? (createdChildren.get(-child.secondOf) ?? 0) : child.secondOf
  }

  const differencesOf = (
    line: FamilyLine,
    decision: ImportDecision | undefined,
    home: HomeRecord,
    child: ChildRecord | null,
    known: ChildRecord | null = child,
  ) => {
    const found = child === null ? [] : childChanges(recorded, line, child)
    if (known !== null) found.push(...bondChanges(recorded, line, known, guardiansOf(home)))
    // The file repeats the home on the line of each child: compare the home once.
    const isFirst = !comparedHomes.has(home.id)
    comparedHomes.add(home.id)
    if (isFirst) found.push(...homeChanges(recorded, line, home, guardiansOf(home)))
    return decidedChanges(found, decision).filter(({ here, file }) => here !== file)
  }

  const line = (line: FamilyLine): PlannedLine => {
    const { reader, child } = line
    const decision = decisions.get(reader.line)
    if (decision?.choice === 'skip') return plannedLine(reader, skipped)
    const [problem] = reader.problems
    if (problem) return plannedLine(reader, { state: 'error', said: problem.sentence })
    if (line.classes?.schoolId) schoolsNamed.add(line.classes.schoolId)
    if (child === null) return homeLine(line, decision)
    const name = nameKey(child.lastName, child.firstName)
    const exact = byDay.get(child.birthDay)?.filter((one) => nameKey(one.lastName, one.firstName) === name) ?? []
    const [only] = exact
    const earlier = seen.get(`${name} ${child.birthDay}`)
    if (earlier) return repeatedChildLine(line, child.firstName, decision, earlier)
    seen.set(`${name} ${child.birthDay}`, { line: reader.line, child: null, homes: new Set() })
    if (only && exact.length === 1 && decision?.choice !== 'create') return existingChildLine(line, decision, only)
    const near = similarChildren(line, byKey)
    const chosen = decision?.choice === 'same' ? near.find(({ one }) => one.id === decision.id) : undefined
    if (chosen) return existingChildLine(line, decision, chosen.one)
    if (near.length > 0 && decision?.choice !== 'create') {
      // The line may name any of these children, so none is reported as missing from the list.
      for (const { one } of near) namedChildren.add(one.id)
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
        first && home ? decidedChanges(childChanges(recorded, line, first.one), decision).map(shownChange) : []
      return plannedLine(reader, { state: 'double', said: 'est-ce le même enfant\u00a0?', candidates, differences })
    }
    return newChildLine(line, decision)
  }

  /** A line for a child whom an earlier line named: the child's second home, or an error. */
  const repeatedChildLine = (
    line: FamilyLine,
    firstName: string,
    decision: ImportDecision | undefined,
    before: SeenChild,
  ): PlannedLine => {
    const { reader } = line
    const again = plannedLine(reader, { state: 'error', said: `Même enfant qu’à la ligne ${before.line}.` })
    if (before.homes.size === 0) return again
    const own = before.child?.families ?? []
    const known =
      homes.of(line, own) ?? own.map(({ id }) => homeById.get(id)).find((home) => isOther(line, home, before))
    if (known) {
      if (before.homes.has(existingHomeKey(known.id))) return again
      before.homes.add(existingHomeKey(known.id))
      const differences = differencesOf(line, decision, known, null, before.child)
      return outcome(
        line,
        differences,
        null,
        statedOfNew(line, { home: known, child: before.child, isNewChild: false }),
      )
    }
    // Without an address or a parent, nothing shows that this is another home.
    if (line.address === null && line.parents.length === 0) return again
    const found = homes.find(line, decision?.home ?? null)
    if (found.kind === 'ambiguous') return homeQuestion(line, found.homes)
    const key = found.kind === 'existing' ? existingHomeKey(found.home.id) : found.key
    if (before.homes.has(key)) return again
    if (Math.max(before.homes.size, own.length) >= 2)
      return plannedLine(reader, { state: 'error', said: `${firstName} a déjà deux foyers.` })
    before.homes.add(key)
    newRecords.set(reader.line, { home: homeOf(line, found), child: { secondOf: before.child?.id ?? -before.line } })
    if (found.kind === 'existing') {
      const said = `second foyer, famille ${found.home.name}`
      const differences = differencesOf(line, decision, found.home, null)
      return outcome(
        line,
        differences,
        { state: 'update', said },
        statedOfNew(line, { home: found.home, child: null, isNewChild: false }),
      )
    }
    const said = `second foyer, famille ${found.name} à créer`
    return outcome(
      line,
      [],
      { state: 'update', said },
      statedOfNew(line, { home: null, child: null, isNewChild: false }),
    )
  }

  const isOther = (line: FamilyLine, home: HomeRecord | undefined, before: SeenChild): boolean =>
    home !== undefined && !before.homes.has(existingHomeKey(home.id)) && sameName(home.name, familyName(line))

  const homeOf = (
    line: FamilyLine,
    found: Exclude<ReturnType<typeof homes.find>, { kind: 'ambiguous' }>,
  ): NewRecord['home'] =>
    found.kind === 'existing' ? { familyId: found.home.id } : { key: found.key, ...newHome(core, line, asked.fromDay) }

  const homeQuestion = (line: FamilyLine, asked: readonly { readonly home: HomeRecord; readonly why: string }[]) =>
    plannedLine(line.reader, {
      state: 'double',
      said: 'est-ce le même foyer\u00a0?',
      candidates: asked.map(({ home, why }) => homeCandidate(home, why, guardianById, childById)),
    })

  /** Remembers the home of a line's child, for a later line that names the same child. */
  const rememberHome = ({ reader, child }: FamilyLine, one: ChildRecord | null, home: string) => {
    if (child === null) return
    const name = nameKey(child.lastName, child.firstName)
    seen.set(`${name} ${child.birthDay}`, { line: reader.line, child: one, homes: new Set([home]) })
  }

  const existingChildLine = (line: FamilyLine, decision: ImportDecision | undefined, one: ChildRecord): PlannedLine => {
    namedChildren.add(one.id)
    const home = homes.of(line, one.families) ?? homeById.get(one.families[0]?.id ?? 0)
    rememberHome(line, one, existingHomeKey(home?.id ?? 0))
    if (!home) return outcome(line, childChanges(recorded, line, one), null, null)
    return outcome(
      line,
      differencesOf(line, decision, home, one),
      null,
      statedOfNew(line, { home, child: one, isNewChild: false }),
    )
  }

  const newChildLine = (line: FamilyLine, decision: ImportDecision | undefined): PlannedLine => {
    const { child } = line
    if (child === null) return plannedLine(line.reader, upToDate)
    const found = homes.find(line, decision?.home ?? null)
    if (found.kind === 'ambiguous') return homeQuestion(line, found.homes)
    rememberHome(line, null, found.kind === 'existing' ? existingHomeKey(found.home.id) : found.key)
    const classes = line.classes && { fromDay: asked.fromDay, ...line.classes, level: line.classes.level ?? '' }
    newRecords.set(line.reader.line, {
      home: homeOf(line, found),
      child: { child: { ...child, notes: '' }, classes },
    })
    if (found.kind === 'existing') {
      const start = { state: 'new' as const, said: `nouveau, dans la famille ${found.home.name}` }
      return outcome(
        line,
        differencesOf(line, decision, found.home, null),
        start,
        statedOfNew(line, { home: found.home, child: null, isNewChild: true }),
      )
    }
    const start = { state: 'new' as const, said: `nouveau, famille ${found.name} à créer` }
    return outcome(line, [], start, statedOfNew(line, { home: null, child: null, isNewChild: true }))
  }

  /** A line that describes a home and its parents, without a child. */
  const homeLine = (line: FamilyLine, decision: ImportDecision | undefined): PlannedLine => {
    const found = homes.find(line, decision?.home ?? null)
    if (found.kind === 'ambiguous') return homeQuestion(line, found.homes)
    if (found.kind === 'existing') return outcome(line, differencesOf(line, decision, found.home, null), null, null)
    const before = homesSeen.get(found.key)
    if (before !== undefined)
      return plannedLine(line.reader, { state: 'error', said: `Même foyer qu’à la ligne ${before}.` })
    homesSeen.set(found.key, line.reader.line)
    newRecords.set(line.reader.line, { home: { key: found.key, ...newHome(core, line, asked.fromDay) }, child: null })
    return outcome(
      line,
      [],
      { state: 'new', said: `famille ${found.name} à créer` },
      statedOfNew(line, { home: null, child: null, isNewChild: false }),
    )
  }

  /**
   * Writes the new homes and children of these lines. `createdHomes` is not reset when a slice fails: the whole act is
   * then rolled back, and this planner with it.
   */
  const writeNew = (into: Write, lines: readonly number[]) => {
    const records = lines.flatMap((line) => {
      const one = newRecords.get(line)
      return one ? [{ line, ...one }] : []
    })
    if (records.length === 0) return
    const homesToWrite = new Map(
      records.flatMap(({ home }) => ('key' in home && !createdHomes.has(home.key) ? [[home.key, home] as const] : [])),
    )
    const ids = writeHomes(core, into, [...homesToWrite.values()])
    for (const [at, key] of [...homesToWrite.keys()].entries()) createdHomes.set(key, ids[at] ?? 0)
    const withFamily = records.map((one) => ({
      ...one,
      familyId: familyIdOf(one),
    }))
    const newChildren = withFamily.flatMap(({ line, familyId, child }) =>
      child && 'child' in child ? [{ line, ...child, familyId }] : [],
    )
    const childIds = writeChildren(
      core,
      into,
      newChildren.map(({ line: _line, ...one }) => one),
    )
    for (const [at, { line }] of newChildren.entries()) createdChildren.set(line, childIds[at] ?? 0)
    writeSecondHomes(
      into,
      withFamily.flatMap(({ line, familyId, child }) =>
        child && 'secondOf' in child ? [{ familyId, childId: childIdOf(line, child) }] : [],
      ),
    )
  }

  /** Number of new homes of which no line names a guardian. */
  const homesWithoutGuardian = (): number => {
    const named = new Map<string, boolean>()
    for (const { home } of newRecords.values())
      if ('key' in home) named.set(home.key, named.get(home.key) === true || home.guardians.length > 0)
    return [...named.values()].filter((one) => !one).length
  }
  return {
    line,
    named: namedChildren,
    schools: schoolsNamed,
    familiesMade: () => createdHomes.size,
    homesWithoutGuardian,
    writeNew,
  }
}

const personOf = (one: { lastName: string; firstName: string; birthDay: Day }): Person => ({
  lastName: one.lastName,
  firstName: one.firstName,
  birthDay: one.birthDay,
  phones: [],
  email: '',
  address: '',
})

/** At most five children who may be the line's child: similar, or with the same name and another birth date. */
const similarChildren = ({ child }: FamilyLine, byKey: ReadonlyMap<string, readonly ChildRecord[]>) => {
  if (child === null) return []
  const person = personOf(child)
  const found = new Set(likenessKeys(person).flatMap((key) => byKey.get(key) ?? []))
  return [...found]
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
  [
    `${bornWord[one.sex]} le ${numericDay(one.birthDay)}`,
    ...one.families.map((family) => `famille ${family.name}`),
  ].join(', ')

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

type NewRecord = {
  readonly home: { readonly familyId: number } | ({ readonly key: string } & NewHome)
  /** `secondOf`: id of an existing child, or the negated number of the line that creates the child. */
  readonly child: Omit<NewChild, 'familyId'> | { readonly secondOf: number } | null
}

/** A child whom an earlier line has named. */
type SeenChild = {
  readonly line: number
  /** Null when that line creates the child. */
  readonly child: ChildRecord | null
  /** Keys of the homes given by lines so far; empty while staff must decide who the child is. */
  readonly homes: Set<string>
}

const existingHomeKey = (familyId: number): string => `there ${familyId}`

/** The home to create. Of several lines with the same home key, only the first one creates it. */
const newHome = (core: Core, line: FamilyLine, fromDay: Day): NewHome => ({
  name: familyName(line),
  fields: line.home,
  move: line.address && { fromDay, address: line.address, resident: line.resident },
  guardians: line.parents.map((one) => ({ ...one, ownAddress: null })),
  quotient: line.quotient && { ...line.quotient, source: 'import', updatedOn: today(core.clock) },
})

/** Children who were at one of these schools the day before `fromDay` and whom the list does not name. */
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
