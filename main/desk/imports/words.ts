import type { ImportWord } from '../../../shared/contract/desk/imports.ts'
import { type Field, fieldsOf, type ListKind, type Mapping, type OwnColumn } from '../../../shared/formats/lists.ts'
import type { CustomField } from '../../../shared/rules/people/custom-field.ts'
import { authorityNames, bondNames } from '../../../shared/rules/people/guardian-bond.ts'
import { folded } from '../../../shared/rules/people/names.ts'
import { levels } from '../../../shared/rules/people/schooling.ts'
import type { Core } from '../core.ts'
import { organisationOf, schoolsOf, sitesOf } from '../settings/settings.ts'
import {
  type CellValue,
  type Choice,
  formerStates,
  looksLikeTown,
  parseAuthorityCell,
  parseBondCell,
  parseChoiceCell,
  parseCivilityCell,
  parseFormerStateCell,
  parseLevelCell,
  parseSexCell,
  parseYesNoCell,
  readingOfOwn,
  settledOnceKinds,
} from './list-values.ts'
import { periodChoices } from './registrations-list.ts'
import { joinedWord, linesByText, type SettledWords, type Table } from './table.ts'
import { activityChoices, unitsToSettle } from './takeover/booked-units.ts'

/** A column with more different words is not a short list: staff correct its cells one by one. */
const maxWords = 200

/**
 * Words of the file that the desk does not recognise, or that staff matched to a value: one answer serves all lines.
 */
export const wordsToSettle = async (
  core: Core,
  table: Table,
  list: ListKind,
  mapping: Mapping,
  words: SettledWords,
  town: readonly CustomField[],
): Promise<ImportWord[]> => {
  const found: ImportWord[] = []
  for (const field of fieldsOf(list, town)) {
    const column = mapping[field.id]
    // The name of a slot depends on the period of its line, so it has no single answer.
    if (column === undefined || !settledOnceKinds.has(field.kind) || field.kind === 'slot') continue
    // With a column « résident », the spelling of the town has no effect on prices.
    if (field.kind === 'town' && 'resident' in mapping) continue
    const groups = groupsOfColumn(list, field.id, mapping)
    if (groups !== undefined) {
      found.push(...(await groupsToSettle(core, field, table, { column, groups }, words)))
      continue
    }
    const written = await linesByText(table, ({ row }) => row[column] ?? '')
    found.push(...wordsOfField(core, field, written, words))
  }
  return [...found, ...(list === 'bookings' ? await unitsToSettle(core, table, mapping, words) : [])]
}

/** The column of the groups that divide a period or an activity of the other program. */
const groupsOfColumn = (list: ListKind, field: string, mapping: Mapping): number | undefined => {
  if (list === 'registrations' && field === 'period') return mapping['periodGroup']
  return list === 'bookings' && field === 'bookedActivity' ? mapping['bookedGroup'] : undefined
}

/**
 * Each group of a period or an activity of the other program, which may be several here: an answer for all groups
 * serves each.
 */
const groupsToSettle = async (
  core: Core,
  field: Field | OwnColumn,
  table: Table,
  { column, groups }: { readonly column: number; readonly groups: number },
  words: SettledWords,
): Promise<ImportWord[]> => {
  const known = field.kind === 'period' ? periodChoices(core) : activityChoices(core)
  const settled = words.get(field.id)
  const plainOf = new Map<string, string>()
  const written = await linesByText(table, ({ row }) => {
    const plain = row[column] ?? ''
    if (plain === '' || 'value' in parseChoiceCell(plain, known, '')) return plain
    const word = joinedWord(plain, row[groups] ?? '')
    plainOf.set(folded(word), folded(plain))
    return word
  })
  return wordsOfField(core, field, written, words).map((one) => {
    const plain = plainOf.get(folded(one.from)) ?? ''
    return { ...one, to: one.to ?? settled?.get(plain) ?? null }
  })
}

const wordsOfField = (
  core: Core,
  field: Field | OwnColumn,
  written: ReadonlyMap<string, number>,
  words: SettledWords,
): ImportWord[] => {
  // Long lists repeat few words: each is folded once.
  const distinct = Map.groupBy(written, ([cell]) => folded(cell))
  if (distinct.size > maxWords) return []
  const { choices, reading } = vocabulary(core, field)
  return [...distinct].flatMap(([key, spellings]) => {
    const from = spellings[0]?.[0] ?? ''
    const settled = words.get(field.id)?.get(key) ?? null
    const read = reading(from)
    if (settled === null && 'value' in read) return []
    return [
      {
        field: field.id,
        title: field.title,
        from,
        lines: spellings.reduce((sum, [, lines]) => sum + lines, 0),
        to: settled,
        proposal: 'value' in read ? null : read.proposal,
        choices: field.kind === 'town' ? [...choices, from] : choices,
      },
    ]
  })
}

const fromChoices = (known: readonly Choice[]) => ({
  choices: known.map(({ name }) => name),
  reading: (text: string) => parseChoiceCell(text, known, ''),
})

const fromTown = (town: string) => ({
  choices: [town],
  reading: (text: string): CellValue<string> =>
    looksLikeTown(text, town) ? { sentence: '', proposal: town } : { value: text },
})

const vocabulary = (
  core: Core,
  { kind, ...field }: Field | OwnColumn,
): { choices: string[]; reading: (text: string) => CellValue<unknown> } => {
  if ('own' in field)
    return { choices: kind === 'choice' ? [...field.own.choices] : ['oui', 'non'], reading: readingOfOwn(field.own) }
  if (kind === 'bond') return { choices: Object.values(bondNames), reading: parseBondCell }
  if (kind === 'authority') return { choices: Object.values(authorityNames), reading: parseAuthorityCell }
  if (kind === 'school') return fromChoices(schoolsOf(core.store))
  if (kind === 'period') return fromChoices(periodChoices(core))
  if (kind === 'activity') return fromChoices(activityChoices(core))
  if (kind === 'site') return fromChoices(sitesOf(core.store))
  if (kind === 'bookingState') return { choices: Object.values(formerStates), reading: parseFormerStateCell }
  if (kind === 'town') return fromTown(organisationOf(core.store).residentTown)
  if (kind === 'level') return { choices: [...levels], reading: parseLevelCell }
  if (kind === 'sex') return { choices: ['F', 'M'], reading: parseSexCell }
  if (kind === 'civility') return { choices: ['Mme', 'M.'], reading: parseCivilityCell }
  return { choices: ['oui', 'non'], reading: parseYesNoCell }
}
