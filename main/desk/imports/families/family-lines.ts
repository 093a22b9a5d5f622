import type { Address } from '../../../../shared/contract/desk/people/families.ts'
import { guardianColumnId, type ListedHomeField, listedHomeFields } from '../../../../shared/formats/lists.ts'
import { type Day, today } from '../../../../shared/rules/calendar/day.ts'
import {
  type GuardianValues,
  guardianDetails,
  guardianFields,
  guardianPhones,
  homeFields,
  type ValuesOf,
} from '../../../../shared/rules/people/fields.ts'
import {
  type BondField,
  bondWith,
  type StatedBond,
  unconfirmedBond,
} from '../../../../shared/rules/people/guardian-bond.ts'
import { sameName } from '../../../../shared/rules/people/names.ts'
import type { Sex } from '../../../../shared/rules/people/person.ts'
import { levelNamed } from '../../../../shared/rules/people/schooling.ts'
import { ofName } from '../../../../shared/rules/text/french.ts'
import { type Core, Refused } from '../../core.ts'
import { refuseBirthDay } from '../../families/families.ts'
import type { ImportRequest } from '../lines.ts'
import {
  looksLikeTown,
  parseAuthorityCell,
  parseBondCell,
  parseChoiceCell,
  parseDayCell,
  parseFullNameCell,
  parseLevelCell,
  parseMonthOrDayCell,
  parseNameCell,
  parsePostcodeCell,
  parseQuotientCell,
  parseSexCell,
  parseTextCell,
  parseYesNoCell,
  readGuardianDetails,
  readingOfKind,
} from '../list-values.ts'
import { type OwnValue, readOwnValues } from '../own-values.ts'
import type { LineReader } from '../table.ts'

/* Reads from a line a child, its parents and their home. */

export type FamilyLine = {
  readonly reader: LineReader
  readonly child: {
    readonly lastName: string
    readonly firstName: string
    readonly birthDay: Day
    readonly sex: Sex
  } | null
  /** Null when the file has no column for school, level or class. */
  readonly classes: {
    readonly schoolId: number | null
    readonly level: ReturnType<typeof levelNamed> | ''
    readonly className: string
  } | null
  readonly familyName: string
  readonly parents: readonly GuardianValues[]
  /** What the line says about each of `parents` besides, in their order. */
  readonly ofParents: readonly StatedOfParent[]
  /** Custom fields. */
  readonly ownOfChild: readonly OwnValue[]
  readonly ownOfHome: readonly OwnValue[]
  readonly address: Address | null
  readonly resident: boolean | null
  readonly home: Pick<ValuesOf<typeof homeFields>, ListedHomeField>
  readonly quotient: { readonly value: number; readonly fromDay: Day } | null
}

type StatedOfParent = {
  /** Which of the two parents of the file. */
  readonly rank: 1 | 2
  readonly own: readonly OwnValue[]
  /** What the parent is to the child of the line; without any property: the line says nothing. */
  readonly bond: StatedBond
}

/** The value of a cell, in a sentence about a parent who is not named. */
const valueWords: Readonly<Record<keyof typeof readingOfKind, string>> = {
  phone: 'ce numéro',
  email: 'cette adresse',
  civility: 'cette civilité',
  name: 'ce nom',
  text: 'cette information',
}

export const peopleOf = (
  reader: LineReader,
  {
    schools,
    residentTown,
    parentsNamed: inventedNames,
  }: {
    readonly schools: readonly { id: number; name: string }[]
    readonly residentTown: string
    /** Invented names of parents whom the file does not name, by their phone or e-mail. */
    readonly parentsNamed: Map<string, { readonly lastName: string; readonly firstName: string }>
  },
  { core, mapping, own, fromDay, schoolId, nameParents }: ImportRequest,
): FamilyLine => {
  const { text, read, needed, wrong } = reader
  const shortText = (field: string) => read(field, parseTextCell) ?? ''
  const name = (field: string) => read(field, parseNameCell) ?? ''
  const isOfChild = ['childLastName', 'childFirstName', 'childBirthDay'].some((field) => text(field) !== '')
  const hasParent = ['parent1LastName', 'parent1FullName'].some((field) => text(field) !== '')
  const needsChild = isOfChild || ('childLastName' in mapping && !hasParent)
  let child: FamilyLine['child'] = null
  if (needsChild) {
    const lastName = needed('childLastName', parseNameCell, 'Le nom manque.')
    const firstName = needed('childFirstName', parseNameCell, 'Le prénom manque.')
    const birthDay = needed('childBirthDay', parseDayCell, 'La date de naissance manque.')
    const refusal = birthDay === null ? null : whyNotBorn(core, birthDay)
    if (refusal !== null) wrong('childBirthDay', refusal)
    const sex = read('childSex', parseSexCell) ?? ''
    if (lastName !== null && firstName !== null && birthDay !== null) child = { lastName, firstName, birthDay, sex }
  }
  const className = shortText('className')
  const level = read('level', parseLevelCell) ?? levelNamed(className.split(/[\s-]/)[0] ?? '') ?? ''
  const school = read('school', (words) => parseChoiceCell(words, schools, 'École inconnue'))
  const hasClasses = 'level' in mapping || 'className' in mapping || 'school' in mapping
  const named = ([1, 2] as const).flatMap((rank): { values: GuardianValues; stated: StatedOfParent }[] => {
    const fullName = read(`parent${rank}FullName`, (words) => parseFullNameCell(words, child?.lastName ?? ''))
    const lastName = name(guardianColumnId(rank, 'lastName')) || (fullName?.lastName ?? '')
    const firstName = name(guardianColumnId(rank, 'firstName')) || (fullName?.firstName ?? '')
    const details = readGuardianDetails(read, (name) => guardianColumnId(rank, name))
    const stated = { rank, own: readOwnValues(reader, own, 'guardian', rank), bond: bondOf(reader, rank) }
    const statedColumns = [...stated.own.map(({ column }) => column.id), ...bondColumnsOf(rank, stated.bond)]
    if (lastName === '' && firstName === '') {
      const isNamed = text(`parent${rank}FullName`) !== ''
      const contact = [details.mobilePhone, details.email, ...guardianPhones(details)].find((one) => one !== '')
      if (nameParents && contact !== undefined && !isNamed && child) {
        // Siblings with the same phone or e-mail get the same invented parent.
        const inventedName = inventedNames.get(contact) ?? {
          lastName: child.lastName,
          firstName: `${rank === 1 ? 'Parent' : 'Second parent'} ${ofName(child.firstName)}`,
        }
        inventedNames.set(contact, inventedName)
        return [{ values: { ...details, civility: '', ...inventedName }, stated }]
      }
      for (const name of guardianDetails) {
        const { kind } = guardianFields[name]
        if (kind === 'civility' || details[name] === '' || isNamed) continue
        wrong(
          guardianColumnId(rank, name),
          `Le nom du responsable manque\u00a0: ${valueWords[kind]} n’irait à personne.`,
          null,
          { cause: 'unnamedParent' },
        )
      }
      for (const column of statedColumns)
        if (!isNamed) wrong(column, 'Le nom du responsable manque\u00a0: cette information n’irait à personne.')
      return []
    }
    const refused = statedColumns.length === 0 ? null : whyNotStated(core, stated.bond)
    if (refused !== null) wrong(bondColumnOf(rank, stated.bond, refused.field), refused.sentence)
    if (!needsChild) for (const column of bondColumnsOf(rank, stated.bond)) wrong(column, childMissingText)
    if (lastName === '') wrong(guardianColumnId(rank, 'lastName'), 'Le nom manque.')
    if (firstName === '') wrong(guardianColumnId(rank, 'firstName'), 'Le prénom manque.')
    return [{ values: { ...details, lastName, firstName }, stated }]
  })
  const value = read('quotient', parseQuotientCell)
  const ownOfChild = readOwnValues(reader, own, 'child')
  if (!needsChild) for (const { column } of ownOfChild) wrong(column.id, childMissingText)
  return {
    reader,
    child,
    classes: hasClasses && child ? { schoolId: school ?? schoolId, level, className } : null,
    familyName: name('familyName'),
    parents: named.map(({ values }) => values),
    ofParents: named.map(({ stated }) => stated),
    ownOfChild,
    ownOfHome: readOwnValues(reader, own, 'family'),
    address: addressOf(residentTown, reader, mapping),
    resident: read('resident', parseYesNoCell),
    home: Object.fromEntries(
      listedHomeFields.map((field) => [field, read(field, readingOfKind[homeFields[field].kind]) ?? '']),
    ) as FamilyLine['home'],
    quotient: value === null ? null : { value, fromDay: read('quotientFrom', parseMonthOrDayCell) ?? fromDay },
  }
}

const childMissingText = 'L’enfant manque\u00a0: cette information n’irait à personne.'

/** The end of a column's id for each part of a bond. */
const bondColumnEnds = {
  kind: 'Bond',
  authority: 'Authority',
  decidedBy: 'DecidedBy',
  decidedOn: 'DecidedOn',
  referent: 'Referent',
} as const satisfies Readonly<Record<keyof StatedBond, string>>

const bondOf = ({ read }: LineReader, rank: 1 | 2): StatedBond => {
  const column = (key: keyof StatedBond) => `parent${rank}${bondColumnEnds[key]}`
  const stated = {
    kind: read(column('kind'), parseBondCell),
    authority: read(column('authority'), parseAuthorityCell),
    decidedBy: read(column('decidedBy'), parseTextCell),
    decidedOn: read(column('decidedOn'), parseDayCell),
    referent: read(column('referent'), parseTextCell),
  }
  return Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== null)) as StatedBond
}

const bondColumnsOf = (rank: 1 | 2, stated: StatedBond): string[] =>
  (Object.keys(stated) as (keyof StatedBond)[]).map((key) => `parent${rank}${bondColumnEnds[key]}`)

/** The column of a field of a bond, or the first of those that the line fills in. */
export const bondColumnOf = (rank: 1 | 2, stated: StatedBond, field: BondField): string =>
  field in stated ? `parent${rank}${bondColumnEnds[field as keyof StatedBond]}` : (bondColumnsOf(rank, stated)[0] ?? '')

/** A bond of two people whom nothing binds yet: one that is recorded is compared when the line's people are known. */
const whyNotStated = ({ clock }: Core, stated: StatedBond) => {
  const found = bondWith(unconfirmedBond, stated, today(clock))
  return 'sentence' in found ? found : null
}

const whyNotBorn = ({ clock }: Core, birthDay: Day): string | null => {
  if (birthDay > today(clock)) return 'Cette date n’est pas encore passée.'
  try {
    refuseBirthDay(birthDay, today(clock), 'file')
    return null
  } catch (error) {
    if (error instanceof Refused) return error.sentence
    throw error
  }
}

const addressOf = (
  residentTown: string,
  { text, read, wrong, remark }: LineReader,
  mapping: ImportRequest['mapping'],
): Address | null => {
  const line1 = read('addressLine1', parseTextCell) ?? ''
  const town = read('town', parseNameCell) ?? ''
  if (line1 === '' && town === '') return null
  // Prices depend on residence, so an almost correct town name deserves a remark.
  if (text('resident') === '' && !sameName(town, residentTown) && looksLikeTown(town, residentTown))
    remark('town', `Lu hors commune\u00a0: la commune s’écrit «\u00a0${residentTown}\u00a0».`, residentTown)
  const postcode = read('postcode', parsePostcodeCell) ?? ''
  if ('postcode' in mapping && text('postcode') === '') wrong('postcode', 'Le code postal manque.')
  return { line1, line2: read('addressLine2', parseTextCell) ?? '', postcode, town }
}

export const familyName = ({ familyName: columnName, child, parents }: FamilyLine): string =>
  columnName || child?.lastName || parents[0]?.lastName || ''
