import * as z from 'zod'
import type { Day } from '../../rules/day.ts'
import { DayText, Id, Note, procedure } from '../procedure.ts'

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
  /** Only for those who have the right to it; null when there is nothing to know. */
  health: z.object({ allergies: z.string(), diet: z.string(), pai: z.string() }).nullable(),
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
  others: z.array(z.object({ registrationId: Id, childId: Id, name: z.string(), age: z.string() })),
  totals: z.array(
    z.object({ slotId: Id, expected: z.int(), present: z.int(), absent: z.int(), justified: z.int(), toMark: z.int() }),
  ),
  showsHealth: z.boolean(),
})
export type DaySheet = z.infer<typeof DaySheet>

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
  sheetPdf: procedure('attendance')
    .input(z.object({ activityIds: z.array(Id).min(1).max(100), day: DayText }))
    .output(z.instanceof(Blob)),
  /** Marks cells; null takes the mark back. A presence without booking is marked on a registered child's empty cell. */
  mark: procedure('attendance')
    .input(
      z.object({
        cells: z
          .array(z.object({ registrationId: Id, day: DayText, slotId: Id }))
          .min(1)
          .max(1000),
        mark: Mark.nullable(),
        reason: Note.optional(),
      }),
    )
    .output(
      z.object({ done: z.int(), refused: z.array(z.object({ registrationId: Id, slotId: Id, sentence: z.string() })) }),
    ),
}
