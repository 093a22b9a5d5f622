import type { Address } from '../../../../shared/contract/desk/people/families.ts'
import { listedHomeFields } from '../../../../shared/formats/lists.ts'
import { type Day, today } from '../../../../shared/rules/calendar/day.ts'
import { formatNumber } from '../../../../shared/rules/money/money.ts'
import {
  type GuardianValues,
  guardianDetails,
  guardianFields,
  homeFields,
} from '../../../../shared/rules/people/fields.ts'
import { bondText, bondWith, unconfirmedBond } from '../../../../shared/rules/people/guardian-bond.ts'
import { folded, sameFullName, sameName } from '../../../../shared/rules/people/names.ts'
import { isQuotientKnown, knownQuotientText } from '../../../../shared/rules/quotient/validity.ts'
import { addressLines, longDate, numericDay, ofName } from '../../../../shared/rules/text/french.ts'
import type { Write } from '../../../store/acts/acts.ts'
import type { Core, Person } from '../../core.ts'
import {
  type bondsOfChildren,
  type ChildRecord,
  fillGuardian,
  type GuardianRecord,
  type HomeRecord,
  writeChildFields,
  writeGuardian,
  writeHomeFields,
  writeMove,
  writeQuotient,
  writeSchooling,
  writeStatedBond,
} from '../../families/families.ts'
import { quotientRuleOf } from '../../settings/settings.ts'
import type { Change } from '../lines.ts'
import { ownChanges, type RecordedOwn, writeOwn } from '../own-values.ts'
import { bondColumnOf, type FamilyLine } from './family-lines.ts'

/* Differences between a line and the existing records, and which value is kept by default. */

/** What the lines of a file are compared with. */
export type Recorded = {
  readonly core: Core
  readonly person: Person
  readonly fromDay: Day
  /** The names of schools, by id. */
  readonly schools: ReadonlyMap<number, string>
  readonly own: RecordedOwn
  readonly bonds: ReturnType<typeof bondsOfChildren>
}

/**
 * A difference of one field. By default the desk's value stays and only an empty field is filled (`take`), except for
 * fields that such a list exists to update, like the class.
 */
const change = (
  field: string,
  title: string,
  here: string,
  file: string,
  write: (into: Write) => void,
  options: { said?: string; take?: 'here' | 'file' } = {},
): Change[] =>
  file === '' || folded(here) === folded(file)
    ? []
    : [
        {
          field,
          title,
          here,
          file,
          take: options.take ?? (here === '' ? 'file' : 'here'),
          said: options.said ?? `${title.charAt(0).toLowerCase()}${title.slice(1)}`,
          write,
        },
      ]

export const childChanges = (
  { core, person, fromDay, schools, own }: Recorded,
  { child, classes, ownOfChild }: FamilyLine,
  one: ChildRecord,
): Change[] => {
  if (child === null) return []
  const set = (fields: Parameters<typeof writeChildFields>[3]) => (into: Write) =>
    writeChildFields(core, into, one.id, fields)
  const current = one.schoolings.find((row) => row.fromDay <= fromDay)
  const namesAreSwapped = !sameName(one.lastName, child.lastName) && sameFullName(one, child)
  const changes = [
    ...(namesAreSwapped
      ? []
      : [
          ...change('childLastName', 'Nom', one.lastName, child.lastName, set({ lastName: child.lastName })),
          ...change('childFirstName', 'Prénom', one.firstName, child.firstName, set({ firstName: child.firstName })),
        ]),
    ...change(
      'childBirthDay',
      'Né le',
      numericDay(one.birthDay),
      numericDay(child.birthDay),
      set({ birthDay: child.birthDay }),
    ),
    ...change('childSex', 'Sexe', one.sex, child.sex, set(child.sex === '' ? {} : { sex: child.sex })),
    ...ownChanges(core, person, own, one.id, ownOfChild),
  ]
  if (classes === null) return changes
  // Without a known school, a class list does not move a child to another school.
  const schoolId = classes.schoolId ?? current?.schoolId ?? null
  const text = (row: { schoolId: number | null; level: string; className: string }) =>
    [row.className || row.level, row.schoolId === null ? '' : (schools.get(row.schoolId) ?? '')]
      .filter((words) => words !== '')
      .join(', ')
  const row = { fromDay, schoolId, level: classes.level ?? '', className: classes.className }
  const isSame =
    current && row.level === current.level && row.className === current.className && schoolId === current.schoolId
  if (isSame || text(row) === '') return changes
  return [
    ...changes,
    {
      field: 'className',
      title: 'Classe',
      here: current ? text(current) : '',
      file: text(row),
      take: 'file',
      said: `${classes.className || classes.level || 'école'} au ${longDate(fromDay)}`,
      write: (into) => writeSchooling(core, into, one.id, row),
    },
  ]
}

export const homeChanges = (
  recorded: Recorded,
  line: FamilyLine,
  home: HomeRecord,
  homeGuardians: readonly GuardianRecord[],
): Change[] => {
  const { core, person, fromDay } = recorded
  const { store } = core
  const here = home.address
  const { address } = line
  const changes = [
    ...listedHomeFields.flatMap((key) =>
      change(key, homeFields[key].label, home[key], line.home[key], (into) =>
        writeHomeFields(into, home.id, { [key]: line.home[key] }),
      ),
    ),
    ...(address
      ? change('addressLine1', 'Adresse', here ? addressText(here) : '', addressText(address), (into) =>
          writeMove(store, into, home.id, { fromDay, address, resident: line.resident }),
        )
      : []),
    ...line.parents.flatMap((parent, at) => parentChanges(recorded, parent, line.ofParents[at], home, homeGuardians)),
    ...ownChanges(core, person, recorded.own, home.id, line.ownOfHome),
  ]
  const { quotient } = line
  if (quotient === null) return changes
  const known = home.quotients.find((row) => row.fromDay <= quotient.fromDay)
  const rule = quotientRuleOf(store)
  if (isQuotientKnown(rule, known, quotient)) return changes
  return [
    ...changes,
    ...change(
      'quotient',
      'Quotient familial',
      knownQuotientText(rule, known),
      formatNumber(quotient.value),
      (into) => writeQuotient(store, into, home.id, { ...quotient, source: 'import', updatedOn: today(core.clock) }),
      { take: 'file', said: `QF ${formatNumber(quotient.value)} au ${longDate(quotient.fromDay)}` },
    ),
  ]
}

const addressText = (address: Address) => addressLines(address).join(', ')

const parentChanges = (
  { core, person, own }: Recorded,
  parent: GuardianValues,
  stated: FamilyLine['ofParents'][number] | undefined,
  home: HomeRecord,
  homeGuardians: readonly GuardianRecord[],
): Change[] => {
  const { rank = 1, own: ownValues = [] } = stated ?? {}
  const existing = homeGuardians.find((guardian) => sameFullName(guardian, parent))
  if (existing)
    return [
      ...guardianDetails.flatMap((key) =>
        change(
          `parent${rank} ${key}`,
          `${guardianFields[key].label} ${ofName(existing.firstName)}`,
          existing[key],
          parent[key],
          (into) => fillGuardian(core, into, existing.id, () => ({ [key]: parent[key] })),
        ),
      ),
      ...ownChanges(core, person, own, existing.id, ownValues),
    ]
  const name = `${parent.firstName} ${parent.lastName}`
  return change(
    `parent${rank}`,
    'Responsable',
    '',
    name,
    (into) => {
      const id = writeGuardian(core.store, into, home.id, { ...parent, ownAddress: null })
      writeOwn(core, person, into, id, ownValues)
    },
    // A list that names two others than the couple of the home may be of another home: staff say so.
    { said: `${name} rejoint la famille`, take: homeGuardians.length >= 2 ? 'here' : 'file' },
  )
}

/** What the line says about guardians who are already in the home, and a child whom the desk knows. */
export const bondChanges = (
  { core, bonds }: Recorded,
  { parents, ofParents, reader }: FamilyLine,
  child: ChildRecord,
  homeGuardians: readonly GuardianRecord[],
): Change[] =>
  parents.flatMap((parent, at): Change[] => {
    const stated = ofParents[at]
    const guardian = homeGuardians.find((one) => sameFullName(one, parent))
    if (!stated || !guardian) return []
    const recorded = bonds.get(child.id)?.get(guardian.id) ?? unconfirmedBond
    const found = bondWith(recorded, stated.bond, today(core.clock))
    if ('sentence' in found) {
      reader.wrong(bondColumnOf(stated.rank, stated.bond, found.field), found.sentence)
      return []
    }
    return change(
      `parent${stated.rank} bond`,
      `Lien ${ofName(guardian.firstName)} et ${ofName(child.firstName)}`,
      bondText(recorded),
      bondText(found.bond),
      (into) => writeStatedBond(core, into, guardian.id, child.id, stated.bond),
    )
  })
