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

/** A column, as this town has it. */
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
  /** The columns of the query. Their titles tell columns with the same name apart. */
  columns: z.array(ColumnShown),
  lines: z.array(
    z.object({
      id: Id,
      familyId: Id.nullable(),
      childId: Id.nullable(),
      /** The values of the columns by which lines are grouped, then those of the other columns. */
      group: z.array(CellValue),
      cells: z.array(CellValue),
    }),
  ),
  /** In the order of their first line. */
  groups: z.array(z.object({ values: z.array(CellValue), items: z.int(), sums: Sums })),
  /** The number of all lines: `lines` holds some thousands of them at most. */
  total: z.int(),
  /**
   * The number of children, guardians or other things listed: less than `total` in a list of children with a column of
   * their homes, where a child of two homes has a line for each. The same in `groups`.
   */
  items: z.int(),
  /** The number of homes on these lines. */
  homes: z.int(),
  /** The ids of these homes; null when `lines` does not hold all lines. */
  homeIds: z.array(Id).nullable(),
  /** The sums of amounts and counts over all lines, by column. */
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
  /** Why this person cannot open the list; null when they can. */
  why: z.string().nullable(),
})
export type SavedList = z.infer<typeof SavedList>

/** « Liste libre »: a list that a person builds from the columns that they may read. */
export const freeLists = {
  /** The columns that the person may read, with the possible values of each choice. */
  columns: procedure('figures').output(z.array(ColumnShown)),
  run: procedure('figures')
    .input(z.object({ query: ListQueryInput }))
    .output(ListAnswer),
  file: procedure('figures')
    .input(z.object({ name: Line, query: ListQueryInput, format: z.enum(['xlsx', 'pdf']) }))
    .output(z.file()),
  /** The person's own lists and the shared ones, by name. */
  saved: procedure('figures').output(z.array(SavedList)),
  save: procedure('figures')
    .input(
      z.object({
        /** Absent: a new list. */
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
