import type { Address } from '../../../shared/contract/desk/people/families.ts'
import { guardianColumnId, type ListedHomeField, listedHomeFields } from '../../../shared/formats/lists.ts'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import {
  type GuardianValues,
  guardianDetails,
  guardianFields,
  guardianPhones,
  homeFields,
  type ValuesOf,
} from '../../../shared/rules/people/fields.ts'
import { sameName } from '../../../shared/rules/people/names.ts'
import type { Sex } from '../../../shared/rules/people/person.ts'
import { levelNamed } from '../../../shared/rules/people/schooling.ts'
import { ofName } from '../../../shared/rules/text/french.ts'
import { type Core, Refused } from '../core.ts'
import { refuseBirthDay } from '../families/families.ts'
import type { ImportRequest } from './lines.ts'
import {
  looksLikeTown,
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
} from './list-values.ts'
import type { LineReader } from './table.ts'

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
  readonly address: Address | null
  readonly resident: boolean | null
  readonly home: Pick<ValuesOf<typeof homeFields>, ListedHomeField>
  readonly quotient: { readonly value: number; readonly fromDay: Day } | null
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
  { core, mapping, fromDay, schoolId, nameParents }: ImportRequest,
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
  const parents = ([1, 2] as const).flatMap((rank): GuardianValues[] => {
    const fullName = read(`parent${rank}FullName`, (words) => parseFullNameCell(words, child?.lastName ?? ''))
    const lastName = name(guardianColumnId(rank, 'lastName')) || (fullName?.lastName ?? '')
    const firstName = name(guardianColumnId(rank, 'firstName')) || (fullName?.firstName ?? '')
    const details = readGuardianDetails(read, (name) => guardianColumnId(rank, name))
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
        return [{ ...details, civility: '', ...inventedName }]
      }
      for (const name of guardianDetails) {
        const { kind } = guardianFields[name]
        if (kind === 'civility' || details[name] === '' || isNamed) continue
        wrong(
          guardianColumnId(rank, name),
          `Le nom du responsable manque\u00a0: ${valueWords[kind]} n’irait à personne.`,
          null,
          'unnamedParent',
        )
      }
      return []
    }
    if (lastName === '') wrong(guardianColumnId(rank, 'lastName'), 'Le nom manque.')
    if (firstName === '') wrong(guardianColumnId(rank, 'firstName'), 'Le prénom manque.')
    return [{ ...details, lastName, firstName }]
  })
  const value = read('quotient', parseQuotientCell)
  return {
    reader,
    child,
    classes: hasClasses && child ? { schoolId: school ?? schoolId, level, className } : null,
    familyName: name('familyName'),
    parents,
    address: addressOf(residentTown, reader, mapping),
    resident: read('resident', parseYesNoCell),
    home: Object.fromEntries(
      listedHomeFields.map((field) => [field, read(field, readingOfKind[homeFields[field].kind]) ?? '']),
    ) as FamilyLine['home'],
    quotient: value === null ? null : { value, fromDay: read('quotientFrom', parseMonthOrDayCell) ?? fromDay },
  }
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
