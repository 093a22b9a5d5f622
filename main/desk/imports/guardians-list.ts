import type { Address } from '../../../shared/contract/desk/families.ts'
import type { CellProblem } from '../../../shared/contract/desk/imports.ts'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import { folded, nameKey, phoneDigits, properName, sameName } from '../../../shared/rules/people/names.ts'
import type { DeclaredGuardian } from '../../../shared/rules/people/person.ts'
import { listed } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import type { Core } from '../core.ts'
import { Refused } from '../core.ts'
import {
  type AllPeople,
  type ChildRecord,
  familyOnDay,
  fillGuardian,
  type GuardianRecord,
  paced,
  readAllPeople,
  writeGuardian,
  writeHomes,
  writeSecondHomes,
} from '../families/families.ts'
import { type Asked, type Plan, type PlannedLine, planned, skipped, upToDate } from './lines.ts'
import { civilityRead, emailRead, nameRead, phoneRead, postcodeRead } from './list-values.ts'
import { lineReader, type Table, type TableLine } from './table.ts'

/** The guardians that ONDE gives out: a line each, then their children in blocks that come again and again. */
export const guardiansPlan = async (asked: Asked): Promise<Plan> => {
  const { core, table, takeProposals } = asked
  const missing = columns.find(({ head }) => !table.header.map(folded).includes(folded(head)))
  if (missing)
    throw new Refused(
      `Ligne 1\u00a0: la colonne «\u00a0${missing.head}\u00a0» manque. Reprenez l’export d’ONDE sans le modifier.`,
      'file',
    )
  const line = planner(asked, await readAllPeople(core.store))
  const read = responsibleReader(table, takeProposals)
  return { lines: await paced(table.lines, (one) => line(read(one))), leavers: [], familiesMade: () => 0 }
}

type Responsible = DeclaredGuardian & {
  readonly line: number
  readonly address: Address | null
  readonly children: readonly {
    readonly lastNames: readonly string[]
    readonly firstName: string
    readonly column: number
  }[]
  readonly problems: CellProblem[]
  /** Cells whose value was corrected while it was read. */
  readonly remarks: CellProblem[]
}

const columns = [{ head: 'Nom responsable' }, { head: 'Prénom responsable' }, { head: 'Prénom enfant' }]

/** By the names of its columns, however they are accented, spaced or quoted. */
const heads = {
  civility: ['Civilité Responsable'],
  usualName: ['Nom usage responsable', 'Nom d’usage responsable'],
  lastName: ['Nom responsable'],
  firstName: ['Prénom responsable'],
  line1: ['Adresse responsable'],
  postcode: ['CP responsable'],
  town: ['Commune responsable'],
  email: ['Courriel'],
  workPhone: ['Téléphone travail'],
  mobilePhone: ['Téléphone portable'],
}

/** The columns that a list of guardians shows. */
export const guardianColumns = (header: readonly string[]): { name: string; position: number }[] => {
  const known = header.map(folded)
  return [...Object.values(heads).flat(), 'Nom de famille enfant', 'Prénom enfant'].flatMap((head) => {
    const position = known.indexOf(folded(head))
    return position < 0 ? [] : [{ name: header[position] ?? head, position }]
  })
}

const responsibleReader = (table: Table, takeProposals: boolean) => {
  const known = table.header.map(folded)
  const mapping = Object.fromEntries(
    Object.entries(heads).flatMap(([field, words]) => {
      const column = known.findIndex((head) => words.some((word) => folded(word) === head))
      return column < 0 ? [] : [[field, column] as const]
    }),
  )
  const childColumn = known.indexOf('prenom enfant')
  const reader = lineReader(
    { ...table, header: [...table.header, ...Array.from({ length: 400 }, () => '')] },
    mapping,
    new Map(),
    takeProposals,
  )
  return (one: TableLine): Responsible => {
    const { read, needed, text, problems, remarks } = reader(one)
    const lastName = needed('lastName', nameRead, 'Le nom manque.') ?? ''
    const firstName = needed('firstName', nameRead, 'Le prénom manque.') ?? ''
    const children = childrenOf(known, one.row)
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
      civility: read('civility', civilityRead) ?? '',
      lastName: properName(text('usualName')) || lastName,
      firstName,
      address:
        line1 === '' && town === '' ? null : { line1, line2: '', postcode: read('postcode', postcodeRead) ?? '', town },
      email: read('email', emailRead) ?? '',
      workPhone: read('workPhone', phoneRead) ?? '',
      mobilePhone: read('mobilePhone', phoneRead) ?? '',
      children,
      problems,
      remarks,
    }
  }
}

/** Blocks of four cells, beyond the header where a home has many children. */
const childrenOf = (header: readonly string[], row: readonly string[]): Responsible['children'] => {
  const first = header.findIndex((name) => name.endsWith('enfant'))
  const block = 1 + header.slice(first).findIndex((name) => name.startsWith('classe'))
  const width = block > 0 ? block : 3
  const offset = (end: string) => header.slice(first, first + width).findIndex((name) => name === end)
  const [usual, birth, given] = [offset('nom d usage enfant'), offset('nom de famille enfant'), offset('prenom enfant')]
  const children: Responsible['children'][number][] = []
  for (let start = first; start < row.length; start += width) {
    const at = (place: number) => (place < 0 ? '' : (row[start + place] ?? ''))
    const lastNames = [at(birth), at(usual)].filter((name) => name !== '').map(properName)
    if (lastNames.length === 0 && at(given) === '') continue
    children.push({ lastNames, firstName: properName(at(given)), column: start + Math.max(0, given) })
  }
  return children
}

const planner = ({ core, decisions, fromDay }: Asked, people: AllPeople) => {
  const homesOf = new Map(people.children.map((one) => [one.id, one.families.length]))
  const childrenByName = Map.groupBy(people.children, (one) => nameKey(one.lastName, one.firstName))
  const byName = Map.groupBy(people.guardians, (one) => nameKey(one.lastName, one.firstName))
  const byContact = contacts(people.guardians)
  const room = new Map(people.homes.map((home) => [home.id, [...home.guardianIds]]))
  const seen = new Map<string, number>()
  return (person: Responsible): PlannedLine => {
    const decision = decisions.get(person.line)
    if (decision?.choice === 'skip') return planned(person, skipped)
    const problem = (): PlannedLine => planned(person, { state: 'error', said: person.problems[0]?.sentence ?? '' })
    if (person.problems.length > 0) return problem()
    const children = namedChildren(person, childrenByName)
    if (person.problems.length > 0) return problem()
    const twin = `${nameKey(person.lastName, person.firstName)} ${person.email} ${phoneDigits(person.mobilePhone)}`
    const before = seen.get(twin)
    if (before !== undefined)
      return planned(person, { state: 'error', said: `Même responsable qu’à la ligne ${before}.` })
    seen.set(twin, person.line)
    const familyIds = [...new Set(children.flatMap((child) => child.families.map((family) => family.id)))]
    const families = [...new Set(children.flatMap((child) => child.families.map((family) => family.name)))].join(', ')
    const namesakes = byName.get(nameKey(person.lastName, person.firstName)) ?? []
    const inside = namesakes.find((one) => familyIds.some((id) => one.familyIds.includes(id)))
    if (inside && decision?.choice !== 'create') {
      const missing = familyIds.filter((id) => !inside.familyIds.includes(id))
      const fills = missingFields(inside, person).length > 0
      if (!fills && missing.length === 0) return planned(person, upToDate)
      return planned(person, {
        state: 'update',
        said: fills ? 'coordonnées à compléter' : `rejoint la famille ${families}`,
        write: writing(core, person, inside.id, placed(room, missing, inside.id)),
      })
    }
    const others = [...new Set([...namesakes, ...byContact(person)])].map((one) => ({
      one,
      why: [
        ...(namesakes.includes(one) ? ['même nom'] : []),
        ...(person.mobilePhone !== '' && phoneDigits(one.mobilePhone) === phoneDigits(person.mobilePhone)
          ? ['même téléphone']
          : []),
        ...(person.email !== '' && one.email === person.email ? ['même adresse e-mail'] : []),
      ].join(', '),
    }))
    const chosen = decision?.choice === 'same' ? others.find(({ one }) => one.id === decision.id) : undefined
    if (others.length > 0 && !chosen && decision?.choice !== 'create') {
      const candidates = others.map(({ one, why }) => ({
        id: one.id,
        kind: 'person' as const,
        name: `${one.firstName} ${one.lastName}`,
        detail: [one.mobilePhone, one.email].filter((text) => text !== '').join(', '),
        why,
      }))
      return planned(person, { state: 'double', said: 'est-ce la même personne\u00a0?', candidates })
    }
    const free = placed(room, familyIds, chosen?.one.id ?? -person.line)
    if (free.length === 0) {
      const { address } = person
      const livesApart = address !== null && familyIds.every((id) => isElsewhere(core, id, address))
      const mayHaveSecond = children.every(({ id }) => (homesOf.get(id) ?? 0) < 2)
      if (!livesApart || !mayHaveSecond)
        return planned(person, { state: 'error', said: `La famille ${families} a déjà deux responsables.` })
      // A person who has a home already takes the children into it: a second one would duplicate it.
      const [own, ...more] = chosen?.one.familyIds ?? []
      const ownHome = more.length === 0 ? people.homes.find(({ id }) => id === own) : undefined
      if (decision?.home !== 'new') {
        const which = ownHome ? `celui de la famille ${ownHome.name}` : `à côté de la famille ${families}`
        return planned(person, { state: 'double', said: `un second foyer, ${which}\u00a0?` })
      }
      for (const { id } of children) homesOf.set(id, 2)
      const childIds = children.map(({ id }) => id)
      const firstNames = listed(children.map(({ firstName }) => firstName))
      if (chosen && ownHome)
        return planned(person, {
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
      return planned(person, {
        state: 'new',
        said: `second foyer de ${firstNames} à créer`,
        write: secondHome(core, person, { fromDay, address, childIds }, chosen?.one.id),
      })
    }
    return planned(person, {
      state: chosen ? 'update' : 'new',
      said: `${chosen ? '' : 'nouveau, '}rejoint la famille ${families}`,
      write: writing(core, person, chosen?.one.id ?? null, free),
    })
  }
}

/** The children that a line names; what keeps one from being known is added to its problems. */
const namedChildren = (person: Responsible, byName: ReadonlyMap<string, readonly ChildRecord[]>): ChildRecord[] =>
  person.children.flatMap((wanted) => {
    const different = [
      ...new Set(wanted.lastNames.flatMap((name) => byName.get(nameKey(name, wanted.firstName)) ?? [])),
    ]
    const [child] = different
    if (child && different.length === 1) return [child]
    const name = `${wanted.firstName} ${wanted.lastNames[0] ?? ''}`.trim()
    person.problems.push({
      column: wanted.column,
      columnName: 'Prénom enfant',
      value: name,
      sentence: child
        ? `Plusieurs enfants s’appellent ${name}\u00a0: rattachez ce responsable à la main.`
        : `Aucun enfant ne s’appelle ${name}\u00a0: importez d’abord la liste des élèves.`,
      proposal: null,
    })
    return []
  })

/** Of these families, those that still have room for one more; the place is taken. */
const placed = (room: Map<number, number[]>, familyIds: readonly number[], who: number): number[] =>
  familyIds.filter((id) => {
    const there = room.get(id) ?? []
    if (there.length >= 2 || there.includes(who)) return false
    room.set(id, [...there, who])
    return true
  })

const contacts = (all: readonly GuardianRecord[]) => {
  const byPhone = Map.groupBy(all, (one) => phoneDigits(one.mobilePhone))
  const byMail = Map.groupBy(all, (one) => one.email)
  return ({ mobilePhone, email }: Responsible): GuardianRecord[] => [
    ...(mobilePhone === '' ? [] : (byPhone.get(phoneDigits(mobilePhone)) ?? [])),
    ...(email === '' ? [] : (byMail.get(email) ?? [])),
  ]
}

const fields = ['civility', 'email', 'mobilePhone', 'workPhone'] as const

/** What the file knows and the desk does not: never what staff have written. */
const missingFields = (known: Pick<GuardianRecord, (typeof fields)[number]>, person: Responsible) =>
  fields.filter((field) => known[field] === '' && person[field] !== '')

const fill = (core: Core, into: Write, id: number, person: Responsible) =>
  fillGuardian(core, into, id, (one) =>
    Object.fromEntries(missingFields(one, person).map((field) => [field, person[field]])),
  )

const writing =
  (core: Core, person: Responsible, guardianId: number | null, familyIds: readonly number[]): PlannedLine['write'] =>
  (into) => {
    if (guardianId !== null) fill(core, into, guardianId, person)
    const { civility, lastName, firstName, email, mobilePhone, workPhone, address } = person
    let existing = guardianId
    for (const familyId of familyIds) {
      const ownAddress = address && isElsewhere(core, familyId, address) ? address : null
      existing = writeGuardian(
        core,
        into,
        familyId,
        existing === null
          ? { civility, lastName, firstName, email, mobilePhone, workPhone, ownAddress }
          : { existingId: existing },
      )
    }
  }

/** A third person, who lives elsewhere, gets a home of their own: it becomes the children's second home. */
const secondHome =
  (
    core: Core,
    { civility, lastName, firstName, email, mobilePhone, workPhone }: Responsible,
    { fromDay, address, childIds }: { fromDay: Day; address: Address; childIds: readonly number[] },
    existingId: number | undefined,
  ): PlannedLine['write'] =>
  (into) => {
    const guardian = { civility, lastName, firstName, email, mobilePhone, workPhone, ownAddress: null }
    const [familyId = 0] = writeHomes(core, into, [
      {
        name: lastName,
        fields: {},
        move: { fromDay, address, resident: null },
        guardians: existingId === undefined ? [guardian] : [],
        quotient: null,
      },
    ])
    if (existingId !== undefined) writeGuardian(core, into, familyId, { existingId })
    writeSecondHomes(
      into,
      childIds.map((childId) => ({ familyId, childId })),
    )
  }

const isElsewhere = ({ store, clock }: Core, familyId: number, address: Address): boolean => {
  const home = familyOnDay(store, familyId, today(clock)).address
  return home !== null && !(sameName(home.line1, address.line1) && sameName(home.town, address.town))
}
