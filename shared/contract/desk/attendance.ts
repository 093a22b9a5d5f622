import * as z from 'zod'
import type { Day, TimeOfDay } from '../../rules/calendar/day.ts'
import { DayText, Id, Note, procedure, TimeText } from '../procedure.ts'

const Mark = z.enum(['present', 'absent', 'justifiedInTime', 'justifiedLate'])
export type Mark = z.infer<typeof Mark>

const SheetSlot = z.object({
  id: Id,
  name: z.string(),
  shortName: z.string(),
  start: z.string(),
  end: z.string(),
  isMeal: z.boolean(),
})

const SheetChild = z.object({
  childId: Id,
  registrationId: Id,
  familyId: Id,
  lastName: z.string(),
  firstName: z.string(),
  age: z.string(),
  level: z.string(),
  /** « né le 14/03/2020 » when another child of the sheet has the same name; empty otherwise. */
  apart: z.string(),
  /** By slot of the sheet: what is expected and what was marked; null where the child has nothing. */
  cells: z.array(
    z
      .object({
        expected: z.boolean(),
        mark: Mark.nullable(),
        reason: z.string(),
        isBilled: z.boolean(),
      })
      .nullable(),
  ),
  /** When it was fetched, and how long after the end of its last slot; null when nothing was noted. */
  departure: z.object({ at: z.custom<TimeOfDay>(), minutesLate: z.int() }).nullable(),
  /** Only for those who have the right to it; null when there is nothing to know. */
  health: z.object({ allergies: z.string(), diet: z.string(), pai: z.string() }).nullable(),
  /** Contacts of the home that registered the child, its own phone last. */
  parents: z.array(z.object({ firstName: z.string(), lastName: z.string(), phones: z.array(z.string()) })),
  allowedPickups: z.array(z.string()),
  forbiddenPickups: z.array(z.string()),
})
export type SheetChild = z.infer<typeof SheetChild>

export const DaySheet = z.object({
  day: z.custom<Day>(),
  activityId: Id,
  activity: z.string(),
  facility: z.string(),
  slots: z.array(SheetSlot),
  children: z.array(SheetChild),
  /** Registered that day without a booking: may come all the same. */
  others: z.array(
    z.object({ registrationId: Id, childId: Id, name: z.string(), age: z.string(), apart: SheetChild.shape.apart }),
  ),
  totals: z.array(
    z.object({ slotId: Id, expected: z.int(), present: z.int(), absent: z.int(), justified: z.int(), toMark: z.int() }),
  ),
  showsHealth: z.boolean(),
})
export type DaySheet = z.infer<typeof DaySheet>

export const ListAsked = z.discriminatedUnion('kind', [
  /** Who is expected on a day, in activities that are open: all when none is named. */
  z.object({
    kind: z.literal('expected'),
    day: DayText,
    activityIds: z.array(Id).max(100),
    groupBy: z.enum(['activity', 'school', 'class', 'age']),
  }),
  /** Meals of seven days. */
  z.object({ kind: z.literal('kitchen'), from: DayText }),
  /** Whom to call, and what to know of each child, away from the desk; everyone who comes when null. */
  z.object({
    kind: z.literal('outing'),
    activityId: Id,
    day: DayText,
    registrationIds: z.array(Id).max(1000).nullable(),
  }),
  /** A week to fill by hand. */
  z.object({ kind: z.literal('week'), activityId: Id, from: DayText }),
])
export type ListAsked = z.output<typeof ListAsked>

const ListCell = z.object({
  text: z.string(),
  under: z.string().optional(),
  strong: z.boolean().optional(),
  /** An allergy, a PAI: to be seen first. */
  alert: z.string().optional(),
  /** Who may not fetch the child. */
  banned: z.array(z.string()).optional(),
  /** A box to tick: for who is expected, for who is not, or for whoever is written in. */
  box: z.enum(['expected', 'notBooked']).optional(),
})
export type ListCell = z.infer<typeof ListCell>

/** One list of the day, the same on screen and on paper. */
export const ListTable = z.object({
  title: z.string(),
  about: z.string(),
  /** What the door, the kitchen or whoever leads must know at once. */
  summary: z.array(z.object({ name: z.string(), value: z.string() })),
  /** Written by hand on paper: « Destination ». */
  blanks: z.array(z.string()),
  columns: z.array(
    z.object({
      title: z.string(),
      kind: z.enum(['text', 'number', 'box']),
      /** Millimetres on paper; without, what is left is shared. */
      width: z.number().optional(),
    }),
  ),
  groups: z.array(
    z.object({
      name: z.string(),
      count: z.string(),
      rows: z.array(z.object({ id: z.string(), registrationId: Id.nullable(), cells: z.array(ListCell) })),
    }),
  ),
  /** Lines left empty for who is not on the list. */
  emptyRows: z.int(),
  empty: z.string(),
  note: z.string(),
  showsHealth: z.boolean(),
})
export type ListTable = z.infer<typeof ListTable>

/** A month, milliseconds: a mark forgotten on a tablet for longer is no news any more. */
export const longestWait = 31 * 24 * 3_600_000

export const attendance = {
  /** Activities open on a day, with what is expected and marked. */
  day: procedure('attendance')
    .input(z.object({ day: DayText }))
    .output(
      z.array(
        z.object({
          activityId: Id,
          activity: z.string(),
          facility: z.string(),
          start: z.string(),
          end: z.string(),
          expected: z.int(),
          present: z.int(),
          toMark: z.int(),
          /** Of the fullest slot: places held, and all of them. */
          held: z.int(),
          capacity: z.int(),
        }),
      ),
    ),
  sheet: procedure('attendance')
    .input(z.object({ activityId: Id, day: DayText }))
    .output(DaySheet),
  /** A list of the day. Health is in it only for those who may know it. */
  list: procedure('attendance').input(ListAsked).output(ListTable),
  listFile: procedure('attendance')
    .input(z.object({ asked: ListAsked, format: z.enum(['pdf', 'xlsx']) }))
    .output(z.instanceof(File)),
  sheetPdf: procedure('attendance')
    .input(z.object({ activityIds: z.array(Id).min(1).max(100), day: DayText }))
    .output(z.instanceof(File)),
  /** When a child was fetched, on the last slot it was marked present on; null takes it back. */
  departure: procedure('attendance')
    .input(z.object({ registrationId: Id, day: DayText, at: TimeText.nullable() }))
    .output(z.object({ minutesLate: z.int() })),
  /**
   * Marks cells; null takes the mark back. A presence without booking is marked on a registered child's empty cell.
   * Sent twice it is done once; made before what the cell was told since, it is refused.
   */
  mark: procedure('attendance')
    .input(
      z.object({
        cells: z
          .array(
            z.object({
              registrationId: Id,
              day: DayText,
              slotId: Id,
              /** How long the mark waited where it was made, milliseconds: the page's own clock may be wrong. */
              madeAgo: z.int().min(0).max(longestWait).optional(),
            }),
          )
          .min(1)
          .max(1000),
        mark: Mark.nullable(),
        reason: Note.optional(),
      }),
    )
    .output(
      z.object({
        done: z.int(),
        refused: z.array(
          z.object({ registrationId: Id, day: z.custom<Day>(), slotId: Id, child: z.string(), sentence: z.string() }),
        ),
      }),
    ),
}
