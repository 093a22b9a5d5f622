import type { ImportWord } from '../../../shared/contract/desk/imports.ts'
import { type Field, fieldsOf, type ListKind, type Mapping } from '../../../shared/formats/lists.ts'
import { folded } from '../../../shared/rules/people/names.ts'
import { levels } from '../../../shared/rules/people/schooling.ts'
import type { Core } from '../core.ts'
import { listSchools, organisationOf } from '../settings/settings.ts'
import {
  type Choice,
  choiceRead,
  civilityRead,
  levelRead,
  mayBeTown,
  type Reading,
  settledOnce,
  sexRead,
  yesNoRead,
} from './list-values.ts'
import { periodChoices } from './registrations-list.ts'
import type { Table, Words } from './table.ts'

/** A column of more different words than these is no short list: each of its cells is corrected by itself. */
const mostWords = 200

/** The words of a file that the desk does not know, and those that staff settled: one answer for all their lines. */
export const settledWords = (core: Core, table: Table, list: ListKind, mapping: Mapping, words: Words): ImportWord[] =>
  fieldsOf(list).flatMap((field) => {
    const column = mapping[field.id]
    // A part of the day depends on the period of its line.
    if (column === undefined || !settledOnce.has(field.kind) || field.kind === 'slot') return []
    // Where the list says who resides, their town's name changes nothing.
    if (field.kind === 'town' && 'resident' in mapping) return []
    const { choices, reading } = vocabulary(core, field)
    const cells = Map.groupBy(
      table.lines.flatMap(({ row }) => row[column] || []),
      folded,
    )
    if (cells.size > mostWords) return []
    return [...cells].flatMap(([key, same]) => {
      const from = same[0] ?? ''
      const settled = words.get(field.id)?.get(key) ?? null
      const read = reading(from)
      if (settled === null && 'value' in read) return []
      const proposal = 'value' in read ? null : read.proposal
      const known = field.kind === 'town' ? [...choices, from] : choices
      return [{ field: field.id, title: field.title, from, lines: same.length, to: settled, proposal, choices: known }]
    })
  })

const among = (known: readonly Choice[]) => ({
  choices: known.map(({ name }) => name),
  reading: (text: string) => choiceRead(text, known, ''),
})

const ofTown = (town: string) => ({
  choices: [town],
  reading: (text: string): Reading<string> =>
    mayBeTown(text, town) ? { sentence: '', proposal: town } : { value: text },
})

const vocabulary = (
  core: Core,
  { kind }: Field,
): { choices: string[]; reading: (text: string) => Reading<unknown> } => {
  if (kind === 'school') return among(listSchools(core))
  if (kind === 'period') return among(periodChoices(core))
  if (kind === 'town') return ofTown(organisationOf(core.store).residentTown)
  if (kind === 'level') return { choices: [...levels], reading: levelRead }
  if (kind === 'sex') return { choices: ['F', 'M'], reading: sexRead }
  if (kind === 'civility') return { choices: ['Mme', 'M.'], reading: civilityRead }
  return { choices: ['oui', 'non'], reading: yesNoRead }
}
