import * as z from 'zod'
import { serviceRoles } from '../../../rules/access/roles.ts'
import type { Day } from '../../../rules/calendar/day.ts'
import { DayText, Id, procedure } from '../../procedure.ts'

/* Notes about homes and children. A note with a last day is an alert; a note with a person and a day is a task. */

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const Text = z.string().trim().min(1, 'Écrivez la note.').max(1000, 'Une note de 1\u202f000 caractères au plus.')

export const NoteInput = z.object({
  /** Absent: a new note. */
  id: Id.optional(),
  /** The home or child of the note; both null for a task about neither. */
  familyId: Id.nullable(),
  childId: Id.nullable(),
  text: Text,
  seenBy: z.array(z.enum(serviceRoles)).min(1, 'Choisissez qui voit cette note.'),
  alertUntil: DayText.nullable(),
  assigneeId: Id.nullable(),
  dueOn: DayText.nullable(),
})
export type NoteInput = z.output<typeof NoteInput>

export const NoteShown = z.object({
  id: Id,
  familyId: Id.nullable(),
  childId: Id.nullable(),
  /** « famille Marchand », « Zoé Marchand »; empty for a task about nobody. */
  about: z.string(),
  /** The home on whose screen the note is found; null for a task about nobody. */
  homeId: Id.nullable(),
  text: z.string(),
  seenBy: z.array(z.enum(serviceRoles)),
  alertUntil: DayOut.nullable(),
  /** Whether the note is an alert today. */
  isAlert: z.boolean(),
  assigneeId: Id.nullable(),
  /** Empty without a person. */
  assignee: z.string(),
  dueOn: DayOut.nullable(),
  doneOn: DayOut.nullable(),
  /** Null for a note that is not a task. */
  state: z.enum(['done', 'late', 'due', 'coming']).nullable(),
  /** Whether the person who asks may change it. */
  mayWrite: z.boolean(),
})
export type NoteShown = z.output<typeof NoteShown>

export const notes = {
  /** The notes about a home and its children that this person may see: alerts first, done tasks last. */
  ofFamily: procedure('families.read')
    .input(z.object({ familyId: Id }))
    .output(z.array(NoteShown)),
  /** Today's alerts about these children and their homes. */
  alerts: procedure('notes')
    .input(z.object({ childIds: z.array(Id).max(5000) }))
    .output(z.array(z.object({ childId: Id, text: z.string() }))),
  /** « À faire »: the person's own unfinished tasks, the earliest first. */
  mine: procedure('notes').output(z.array(NoteShown)),
  /** The colleagues who can be given a task. */
  people: procedure('notes').output(z.array(z.object({ id: Id, name: z.string() }))),
  save: procedure('notes')
    .input(NoteInput)
    .output(z.object({ id: Id })),
  /** Marks a task as done (« Fait »), or removes that mark. */
  tick: procedure('notes').input(z.object({ id: Id, done: z.boolean() })),
  remove: procedure('notes').input(z.object({ id: Id })),
}
