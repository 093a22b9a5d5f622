import { pick } from '../../../../shared/collections.ts'
import type { ValueProblem } from '../../../../shared/contract/desk/imports.ts'
import type { Address } from '../../../../shared/contract/desk/people/families.ts'
import { type Day, today } from '../../../../shared/rules/calendar/day.ts'
import {
  fieldNames,
  type GuardianValues,
  guardianDetails,
  guardianFields,
  type RecordField,
} from '../../../../shared/rules/people/fields.ts'
import { folded, nameKey, phoneDigits, properName, sameName } from '../../../../shared/rules/people/names.ts'
import { listed } from '../../../../shared/rules/text/french.ts'
import type { Write } from '../../../store/acts/acts.ts'
import type { Core } from '../../core.ts'
import { Refused } from '../../core.ts'
import {
  type AllPeople,
  type ChildRecord,
  familyOnDay,
  fillGuardian,
  type GuardianRecord,
  readAllPeople,
  writeGuardian,
  writeHomes,
  writeSecondHomes,
} from '../../families/families.ts'
import { mapInTurns } from '../../in-turns.ts'
import { type ImportRequest, type Plan, type PlannedLine, plannedLine, skipped, upToDate } from '../lines.ts'
import { parseNameCell, parsePostcodeCell, readGuardianDetails } from '../list-values.ts'
import { lineReader, type Table, type TableLine } from '../table.ts'

/**
 * Imports ONDE's export of guardians (ONDE is the State's register of pupils): one line per guardian, with the columns
 * of a child repeated for each child.
 */
export const guardiansPlan = async (asked: ImportRequest): Promise<Plan> => {
  const { core, table, takeProposals } = asked
  const missing = requiredColumns.find(({ head }) => !table.header.map(folded).includes(folded(head)))
  if (missing)
    throw new Refused(
      `Ligne 1\u00a0: la colonne «\u00a0${missing.head}\u00a0» manque. Reprenez l’export d’ONDE sans le modifier.`,
      'file',
    )
  const line = planner(asked, await readAllPeople(core.store))
  const read = guardianLineReader(table, takeProposals)
  return {
    lines: await mapInTurns(table.lines, (one) => line(read(one))),
    weights: new Map(),
    leavers: [],
    familiesMade: () => 0,
  }
}

type GuardianLine = GuardianValues & {
  readonly line: number
  readonly address: Address | null
  readonly children: readonly {
    readonly lastNames: readonly string[]
    readonly firstName: string
    readonly column: number
  }[]
  readonly problems: ValueProblem[]
  /** Cells whose value was corrected automatically. */
  readonly remarks: ValueProblem[]
}

const requiredColumns = [{ head: 'Nom responsable' }, { head: 'Prénom responsable' }, { head: 'Prénom enfant' }]

const ondeHeadings = ({ ondeHeadings: headings = [] }: RecordField) => headings

/** Column titles by field, compared without accents, spaces and quotes. */
const heads: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(fieldNames(guardianFields).map((name) => [name, ondeHeadings(guardianFields[name])])),
  usualName: ['Nom usage responsable', 'Nom d’usage responsable'],
  line1: ['Adresse responsable'],
  postcode: ['CP responsable'],
  town: ['Commune responsable'],
}

/** Columns that the preview of a list of guardians shows. */
export const guardianColumns = (header: readonly string[]): { name: string; position: number }[] => {
  const foldedHeader = header.map(folded)
  return [...Object.values(heads).flat(), 'Nom de famille enfant', 'Prénom enfant'].flatMap((head) => {
    const position = foldedHeader.indexOf(folded(head))
    return position < 0 ? [] : [{ name: header[position] ?? head, position }]
  })
}

const guardianLineReader = (table: Table, takeProposals: boolean) => {
  const foldedHeader = table.header.map(folded)
  const mapping = Object.fromEntries(
    Object.entries(heads).flatMap(([field, words]) => {
      const column = foldedHeader.findIndex((head) => words.some((word) => folded(word) === head))
      return column < 0 ? [] : [[field, column] as const]
    }),
  )
  const childColumn = foldedHeader.indexOf('prenom enfant')
  const reader = lineReader(
    { ...table, header: [...table.header, ...Array.from({ length: 400 }, () => '')] },
    mapping,
    new Map(),
    takeProposals,
  )
  return (one: TableLine): GuardianLine => {
    const { read, needed, text, problems, remarks } = reader(one)
    const lastName = needed('lastName', parseNameCell, 'Le nom manque.') ?? ''
    const firstName = needed('firstName', parseNameCell, 'Le prénom manque.') ?? ''
    const children = childrenOf(foldedHeader, one.row)
    if (children.length === 0)
      problems.push({
        column: childColumn,
        columnName: 'Prénom enfant',
        value: '',
        sentence: 'Cette ligne ne nomme aucun enfant.',
        proposal: null,
      })
    const line1 = text('line1')
    const town = properName(text('town'))
    return {
      line: one.line,
      ...readGuardianDetails(read, (name) => name),
      lastName: properName(text('usualName')) || lastName,
      firstName,
      address:
        line1 === '' && town === ''
          ? null
          : { line1, line2: '', postcode: read('postcode', parsePostcodeCell) ?? '', town },
      children,
      problems,
      remarks,
    }
  }
}

/** Children in repeated blocks of columns; a large family's blocks go beyond the last column title. */
const childrenOf = (header: readonly string[], row: readonly string[]): GuardianLine['children'] => {
  const first = header.findIndex((name) => name.endsWith('enfant'))
  const block = 1 + header.slice(first).findIndex((name) => name.startsWith('classe'))
  const width = block > 0 ? block : 3
  const offset = (end: string) => header.slice(first, first + width).findIndex((name) => name === end)
  const [usual, birth, given] = [offset('nom d usage enfant'), offset('nom de famille enfant'), offset('prenom enfant')]
  const children: GuardianLine['children'][number][] = []
  for (let start = first; start < row.length; start += width) {
    const at = (place: number) => (place < 0 ? '' : (row[start + place] ?? ''))
    const lastNames = [at(birth), at(usual)].filter((name) => name !== '').map(properName)
    if (lastNames.length === 0 && at(given) === '') continue
    children.push({ lastNames, firstName: properName(at(given)), column: start + Math.max(0, given) })
  }
  return children
}

const planner = ({ core, decisions, fromDay }: ImportRequest, people: AllPeople) => {
  const homesOf = new Map(people.children.map((one) => [one.id, one.families.length]))
  const childrenByName = Map.groupBy(people.children, (one) => nameKey(one.lastName, one.firstName))
  const byName = Map.groupBy(people.guardians, (one) => nameKey(one.lastName, one.firstName))
  const byContact = guardiansByContact(people.guardians)
  const guardiansOfHome = new Map(people.homes.map((home) => [home.id, [...home.guardianIds]]))
  const seen = new Map<string, number>()
  return (person: GuardianLine): PlannedLine => {
    const decision = decisions.get(person.line)
    if (decision?.choice === 'skip') return plannedLine(person, skipped)
    const problem = (): PlannedLine => plannedLine(person, { state: 'error', said: person.problems[0]?.sentence ?? '' })
    if (person.problems.length > 0) return problem()
    const children = namedChildren(person, childrenByName)
    if (person.problems.length > 0) return problem()
    const twin = `${nameKey(person.lastName, person.firstName)} ${person.email} ${phoneDigits(person.mobilePhone)}`
    const earlierLine = seen.get(twin)
    if (earlierLine !== undefined)
      return plannedLine(person, { state: 'error', said: `Même responsable qu’à la ligne ${earlierLine}.` })
    seen.set(twin, person.line)
    const familyIds = [...new Set(children.flatMap((child) => child.families.map((family) => family.id)))]
    const families = [...new Set(children.flatMap((child) => child.families.map((family) => family.name)))].join(', ')
    const namesakes = byName.get(nameKey(person.lastName, person.firstName)) ?? []
    const homeGuardian = namesakes.find((one) => familyIds.some((id) => one.familyIds.includes(id)))
    if (homeGuardian && decision?.choice !== 'create') {
      const missing = familyIds.filter((id) => !homeGuardian.familyIds.includes(id))
      const fills = missingFields(homeGuardian, person).length > 0
      if (!fills && missing.length === 0) return plannedLine(person, upToDate)
      return plannedLine(person, {
        state: 'update',
        said: fills ? 'coordonnées à compléter' : `rejoint la famille ${families}`,
        write: writeGuardianLine(core, person, homeGuardian.id, reserveRank(guardiansOfHome, missing, homeGuardian.id)),
      })
    }
    const similar = [...new Set([...namesakes, ...byContact(person)])].map((one) => ({
      one,
      why: [
        ...(namesakes.includes(one) ? ['même nom'] : []),
        ...(person.mobilePhone !== '' && phoneDigits(one.mobilePhone) === phoneDigits(person.mobilePhone)
          ? ['même téléphone']
          : []),
        ...(person.email !== '' && one.email === person.email ? ['même adresse e-mail'] : []),
      ].join(', '),
    }))
    const chosen = decision?.choice === 'same' ? similar.find(({ one }) => one.id === decision.id) : undefined
    if (similar.length > 0 && !chosen && decision?.choice !== 'create') {
      const candidates = similar.map(({ one, why }) => ({
        id: one.id,
        kind: 'person' as const,
        name: `${one.firstName} ${one.lastName}`,
        detail: [one.mobilePhone, one.email].filter((text) => text !== '').join(', '),
        why,
      }))
      return plannedLine(person, { state: 'double', said: 'est-ce la même personne\u00a0?', candidates })
    }
    const join = (homes: readonly number[]) =>
      plannedLine(person, {
        state: chosen ? 'update' : 'new',
        said: `${chosen ? '' : 'nouveau, '}rejoint la famille ${families}`,
        write: writeGuardianLine(core, person, chosen?.one.id ?? null, homes),
      })
    const homesJoined = reserveRank(guardiansOfHome, familyIds, chosen?.one.id ?? -person.line)
    if (homesJoined.length === 0) {
      const { address } = person
      const livesApart = address !== null && familyIds.every((id) => isElsewhere(core, id, address))
      const mayHaveSecond = children.every(({ id }) => (homesOf.get(id) ?? 0) < 2)
      if (!livesApart || !mayHaveSecond) return join(familyIds)
      // A guardian who already has a home gets the children there: a new home would duplicate it.
      const [own, ...more] = chosen?.one.familyIds ?? []
      const ownHome = more.length === 0 ? people.homes.find(({ id }) => id === own) : undefined
      if (decision?.home !== 'new') {
        const which = ownHome ? `celui de la famille ${ownHome.name}` : `à côté de la famille ${families}`
        return plannedLine(person, { state: 'double', said: `un second foyer, ${which}\u00a0?` })
      }
      for (const { id } of children) homesOf.set(id, 2)
      const childIds = children.map(({ id }) => id)
      const firstNames = listed(children.map(({ firstName }) => firstName))
      if (chosen && ownHome)
        return plannedLine(person, {
          state: 'update',
          said: `second foyer de ${firstNames}\u00a0: famille ${ownHome.name}`,
          write: (into) => {
            fill(core, into, chosen.one.id, person)
            writeSecondHomes(
              into,
              childIds.map((childId) => ({ familyId: ownHome.id, childId })),
            )
          },
        })
      return plannedLine(person, {
        state: 'new',
        said: `second foyer de ${firstNames} à créer`,
        write: secondHome(core, person, { fromDay, address, childIds }, chosen?.one.id),
      })
    }
    return join(homesJoined)
  }
}

/** The children whom a line names. A name without a match, or with several, is added to the line's problems. */
const namedChildren = (person: GuardianLine, byName: ReadonlyMap<string, readonly ChildRecord[]>): ChildRecord[] =>
  person.children.flatMap((namedChild) => {
    const matches = [
      ...new Set(namedChild.lastNames.flatMap((name) => byName.get(nameKey(name, namedChild.firstName)) ?? [])),
    ]
    const [child] = matches
    if (child && matches.length === 1) return [child]
    const name = `${namedChild.firstName} ${namedChild.lastNames[0] ?? ''}`.trim()
    person.problems.push({
      column: namedChild.column,
      columnName: 'Prénom enfant',
      value: name,
      sentence: child
        ? `Plusieurs enfants s’appellent ${name}\u00a0: rattachez ce responsable à la main.`
        : `Aucun enfant ne s’appelle ${name}\u00a0: importez d’abord la liste des élèves.`,
      proposal: null,
    })
    return []
  })

/** Reserves a place for the guardian in each of these families that has no couple yet. Returns those families. */
const reserveRank = (room: Map<number, number[]>, familyIds: readonly number[], guardianId: number): number[] =>
  familyIds.filter((id) => {
    const guardianIds = room.get(id) ?? []
    if (guardianIds.length >= 2 || guardianIds.includes(guardianId)) return false
    room.set(id, [...guardianIds, guardianId])
    return true
  })

const guardiansByContact = (all: readonly GuardianRecord[]) => {
  const byPhone = Map.groupBy(all, (one) => phoneDigits(one.mobilePhone))
  const byMail = Map.groupBy(all, (one) => one.email)
  return ({ mobilePhone, email }: GuardianLine): GuardianRecord[] => [
    ...(mobilePhone === '' ? [] : (byPhone.get(phoneDigits(mobilePhone)) ?? [])),
    ...(email === '' ? [] : (byMail.get(email) ?? [])),
  ]
}

/** Fields that are empty at the desk and filled in the file. Values that staff wrote are never replaced. */
const missingFields = (existing: Pick<GuardianRecord, (typeof guardianDetails)[number]>, person: GuardianLine) =>
  guardianDetails.filter((field) => existing[field] === '' && person[field] !== '')

const fill = (core: Core, into: Write, id: number, person: GuardianLine) =>
  fillGuardian(core, into, id, (one) => pick(person, missingFields(one, person)))

const writeGuardianLine =
  (core: Core, person: GuardianLine, guardianId: number | null, familyIds: readonly number[]): PlannedLine['write'] =>
  (into) => {
    if (guardianId !== null) fill(core, into, guardianId, person)
    const { address } = person
    let existing = guardianId
    for (const familyId of familyIds) {
      const ownAddress = address && isElsewhere(core, familyId, address) ? address : null
      existing = writeGuardian(
        core.store,
        into,
        familyId,
        existing === null ? { ...pick(person, fieldNames(guardianFields)), ownAddress } : { existingId: existing },
      )
    }
  }

/** Creates a home for a third guardian who lives elsewhere: it becomes the children's second home. */
const secondHome =
  (
    core: Core,
    person: GuardianLine,
    { fromDay, address, childIds }: { fromDay: Day; address: Address; childIds: readonly number[] },
    existingId: number | undefined,
  ): PlannedLine['write'] =>
  (into) => {
    const guardian = { ...pick(person, fieldNames(guardianFields)), ownAddress: null }
    const [familyId = 0] = writeHomes(core, into, [
      {
        name: person.lastName,
        fields: {},
        move: { fromDay, address, resident: null },
        guardians: existingId === undefined ? [guardian] : [],
        quotient: null,
      },
    ])
    if (existingId !== undefined) writeGuardian(core.store, into, familyId, { existingId })
    writeSecondHomes(
      into,
      childIds.map((childId) => ({ familyId, childId })),
    )
  }

const isElsewhere = ({ store, clock }: Core, familyId: number, address: Address): boolean => {
  const home = familyOnDay(store, familyId, today(clock)).address
  return home !== null && !(sameName(home.line1, address.line1) && sameName(home.town, address.town))
}
