import * as z from 'zod'
import type { Day } from '../../../rules/calendar/day.ts'
import { type ColumnId, listSubjects, listThings } from '../../../rules/lists/list-columns.ts'
import { DayText, Id, Line, procedure, RequiredLine } from '../../procedure.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const Column = z.custom<ColumnId>(
  (id) => typeof id === 'string' && id.length < 60 && listSubjects.some((subject) => id.startsWith(`${subject}.`)),
  'Cette colonne n’existe pas.',
)

const Condition = z.discriminatedUnion('is', [
  z.object({ column: Column, is: z.enum(['containing', 'equalTo']), text: Line }),
  z.object({
    column: Column,
    is: z.enum(['oneOf', 'noneOf']),
    values: z.array(Line).max(200, 'Deux cents valeurs au plus.').readonly(),
  }),
  z.object({
    column: Column,
    is: z.literal('between'),
    from: z.number().nullable(),
    to: z.number().nullable(),
  }),
  z.object({ column: Column, is: z.literal('fromTo'), from: DayText.nullable(), to: DayText.nullable() }),
  z.object({
    column: Column,
    is: z.literal('withinDays'),
    days: z.int().min(0, 'Un nombre de jours.').max(3660, 'Dix ans au plus.'),
    direction: z.enum(['ahead', 'past']),
  }),
  z.object({ column: Column, is: z.enum(['empty', 'filled']) }),
])

const Brackets = z
  .array(
    z.array(Condition).min(1, 'Un filtre est vide.').max(10, 'Dix filtres au plus après «\u00a0ou\u00a0».').readonly(),
  )
  .max(20, 'Vingt filtres au plus.')
  .readonly()

export const ListFilterInput = z.object({
  thing: z.enum(listThings),
  on: DayText.nullable().default(null),
  brackets: Brackets,
})

export const ListQueryInput = ListFilterInput.extend({
  columns: z
    .array(Column)
    .min(1, 'Choisissez au moins une colonne.')
    .max(20, 'Vingt colonnes au plus\u00a0: retirez-en.')
    .readonly(),
  groups: z.array(Column).max(2, 'Deux rangements au plus.').readonly(),
  sort: z
    .array(z.object({ column: Column, isDescending: z.boolean() }))
    .max(2)
    .readonly(),
})

const CellValue = z.union([z.string(), z.number(), z.null()])
const Option = z.object({ value: z.string(), label: z.string() })
const Sums = z.record(z.string(), z.int())

/** A column as it is in this town. */
const ColumnShown = z.object({
  id: z.string(),
  label: z.string(),
  kind: z.enum(['text', 'choice', 'set', 'number', 'amount', 'day', 'month', 'paper']),
  isHealth: z.literal(true).optional(),
  options: z.array(Option).optional(),
})
export type ColumnShown = z.infer<typeof ColumnShown>

const ListAnswer = z.object({
  on: DayOut,
  /** What the query reads, with titles that tell columns of one name apart. */
  columns: z.array(ColumnShown),
  lines: z.array(
    z.object({
      id: Id,
      familyId: Id.nullable(),
      childId: Id.nullable(),
      /** The values of the groups, then those of the columns. */
      group: z.array(CellValue),
      cells: z.array(CellValue),
    }),
  ),
  /** In the order in which their lines stand. */
  groups: z.array(z.object({ values: z.array(CellValue), lines: z.int(), sums: Sums })),
  /** How many lines there are in all: `lines` ends after some thousands. */
  total: z.int(),
  /** How many homes they are of. */
  homes: z.int(),
  /** These homes; null where `lines` does not have them all. */
  homeIds: z.array(Id).nullable(),
  /** By column, of amounts and counts, in all lines. */
  sums: Sums,
})
export type ListAnswer = z.infer<typeof ListAnswer>

const SavedList = z.object({
  id: Id,
  name: z.string(),
  query: ListQueryInput,
  isShared: z.boolean(),
  isMine: z.boolean(),
  by: z.string(),
  /** Why it does not open for this person; null when it does. */
  why: z.string().nullable(),
})
export type SavedList = z.infer<typeof SavedList>

/** « Liste libre »: what a person puts together of the columns that they may read. */
export const freeLists = {
  /** The columns that the person may read, with the values that choices have. */
  columns: procedure('figures').output(z.array(ColumnShown)),
  run: procedure('figures')
    .input(z.object({ query: ListQueryInput }))
    .output(ListAnswer),
  file: procedure('figures')
    .input(z.object({ name: Line, query: ListQueryInput, format: z.enum(['xlsx', 'pdf']) }))
    .output(z.file()),
  /** One's own lists and those that are shared, by name. */
  saved: procedure('figures').output(z.array(SavedList)),
  save: procedure('figures')
    .input(
      z.object({
        /** Absent: another list. */
        id: Id.optional(),
        name: RequiredLine.max(80, 'Un nom de 80 caractères au plus.'),
        query: ListQueryInput,
        isShared: z.boolean(),
      }),
    )
    .output(z.object({ id: Id })),
  remove: procedure('figures')
    .input(z.object({ id: Id }))
    .output(z.void()),
}
