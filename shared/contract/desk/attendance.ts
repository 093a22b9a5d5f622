import * as z from 'zod'
import type { Day, TimeOfDay } from '../../rules/calendar/day.ts'
import { consentAnswers, consentKinds } from '../../rules/dossier/consent.ts'
import { paiNames } from '../../rules/dossier/health.ts'
import { DayText, Id, Line, Note, procedure, TimeText } from '../procedure.ts'

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
  /** The child's group on that day; null when the activity has no groups, or the child is in none. */
  group: z.string().nullable(),
  /** Names of the lists that the child is on that day. */
  sublists: z.array(z.string()),
  /** « né le 14/03/2020 » when another child of the sheet has the same name; empty otherwise. */
  apart: z.string(),
  /** By slot of the sheet: what is expected and what was marked; null for a slot without reservation or mark. */
  cells: z.array(
    z
      .object({
        expected: z.boolean(),
        mark: Mark.nullable(),
        reason: z.string(),
        isBilled: z.boolean(),
        /** Whether the accounts of the home's month are final. */
        isFinal: z.boolean(),
      })
      .nullable(),
  ),
  /**
   * When the child was fetched after the end of the last slot, and how many minutes late; null when nothing was
   * recorded.
   */
  departure: z.object({ at: z.custom<TimeOfDay>(), minutesLate: z.int() }).nullable(),
  /** When the child arrived, if it was noted. */
  arrival: z.custom<TimeOfDay>().nullable(),
  /** Null when the health record has nothing to know, or when the person may not read health records. */
  health: z
    .object({
      allergies: z.string(),
      diet: z.string(),
      /** With its end once that has passed. */
      pai: z.string(),
      paiName: z.enum(paiNames),
      /** With its prescription. */
      treatment: z.string(),
    })
    .nullable(),
  /** Guardians to call, of the home that registered the child; the phone of the home comes last. */
  parents: z.array(z.object({ firstName: z.string(), lastName: z.string(), phones: z.array(z.string()) })),
  /** Names of the home's guardians who may not fetch the child. */
  notFetching: z.array(z.string()),
  /** Names of the home's guardians who are among `disputedPickups`. */
  disputed: z.array(z.string()),
  allowedPickups: z.array(z.string()),
  forbiddenPickups: z.array(z.string()),
  /**
   * Forbidden people who may hold parental authority, while no valid decision is recorded: the team must call the
   * director.
   */
  disputedPickups: z.array(z.string()),
  /** What the consents for the child (« autorisations ») amount to on that day. */
  consents: z.partialRecord(z.enum(consentKinds), z.enum(['waiting', ...consentAnswers])),
})
export type SheetChild = z.infer<typeof SheetChild>

export const DaySheet = z.object({
  day: z.custom<Day>(),
  activityId: Id,
  activity: z.string(),
  facility: z.string(),
  slots: z.array(SheetSlot),
  /** Names of the groups of the activity, in their order. */
  groups: z.array(z.string()),
  /**
   * The lists of the activity on that day (« Car 2 »); `slotIds`: the slots of the sheet to which each list applies.
   */
  sublists: z.array(z.object({ name: z.string(), capacity: z.int(), slotIds: z.array(Id) })),
  children: z.array(SheetChild),
  /** Children registered that day without a booking, who may come nevertheless. */
  others: z.array(
    z.object({ registrationId: Id, childId: Id, name: z.string(), age: z.string(), apart: SheetChild.shape.apart }),
  ),
  totals: z.array(
    z.object({ slotId: Id, expected: z.int(), present: z.int(), absent: z.int(), justified: z.int(), toMark: z.int() }),
  ),
  showsHealth: z.boolean(),
})
export type DaySheet = z.infer<typeof DaySheet>

export const ListInput = z.discriminatedUnion('kind', [
  /** Children expected on a day, in the named open activities, or in all when none is named. */
  z.object({
    kind: z.literal('expected'),
    day: DayText,
    activityIds: z.array(Id).max(100),
    groupBy: z.enum(['activity', 'school', 'class', 'age']),
  }),
  /** Meals of seven days. */
  z.object({ kind: z.literal('kitchen'), from: DayText }),
  /** Phone numbers and health notes of each child, for an outing; null `registrationIds`: all expected children. */
  z.object({
    kind: z.literal('outing'),
    activityId: Id,
    day: DayText,
    registrationIds: z.array(Id).max(1000).nullable(),
  }),
  /** A sheet of one week, to fill in by hand. */
  z.object({ kind: z.literal('week'), activityId: Id, from: DayText }),
  /** The expected children of each list of an activity (« Car 2 »), or of the named one. */
  z.object({ kind: z.literal('sublist'), activityId: Id, day: DayText, name: Line }),
])
export type ListInput = z.output<typeof ListInput>

/**
 * Whose health records to print: those of one child, of the children of an outing, or of all children expected on a
 * day.
 */
export const HealthSheetsInput = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('child'), childId: Id }),
  z.object({
    kind: z.literal('outing'),
    activityId: Id,
    day: DayText,
    registrationIds: z.array(Id).max(1000).nullable(),
  }),
  z.object({ kind: z.literal('day'), day: DayText }),
])
export type HealthSheetsInput = z.output<typeof HealthSheetsInput>

const ListCell = z.object({
  text: z.string(),
  under: z.string().optional(),
  strong: z.boolean().optional(),
  /** An allergy or a PAI, highlighted. */
  alert: z.string().optional(),
  /** People who may not fetch the child. */
  banned: z.array(z.string()).optional(),
  /** A box to tick: for an expected child, for a child without booking, or on an empty row. */
  box: z.enum(['expected', 'notBooked']).optional(),
})
export type ListCell = z.infer<typeof ListCell>

/** A list of the day, identical on screen and on paper. */
export const ListTable = z.object({
  title: z.string(),
  about: z.string(),
  /** The figures needed at a glance. */
  summary: z.array(z.object({ name: z.string(), value: z.string() })),
  /** Fields to fill in by hand on paper: « Destination ». */
  blanks: z.array(z.string()),
  columns: z.array(
    z.object({
      title: z.string(),
      kind: z.enum(['text', 'number', 'box']),
      /** In millimetres on paper; columns without a width share the remaining space. */
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
  /** Number of empty rows, for children who are not on the list. */
  emptyRows: z.int(),
  empty: z.string(),
  note: z.string(),
  showsHealth: z.boolean(),
})
export type ListTable = z.infer<typeof ListTable>

/** A month, in milliseconds: the desk refuses marks that stayed unsent on a tablet for longer. */
export const maxMarkDelay = 31 * 24 * 3_600_000

export const attendance = {
  /** Activities open on a day, with the number of expected and marked children. */
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
          /** Places held and total places, in the fullest slot. */
          held: z.int(),
          capacity: z.int(),
        }),
      ),
    ),
  sheet: procedure('attendance')
    .input(z.object({ activityId: Id, day: DayText }))
    .output(DaySheet),
  /** A list of the day. It contains health information only for people who may read it. */
  list: procedure('attendance').input(ListInput).output(ListTable),
  listFile: procedure('attendance')
    .input(z.object({ asked: ListInput, format: z.enum(['pdf', 'xlsx']) }))
    .output(z.instanceof(File)),
  /** « Fiches sanitaires » on paper. The audit trail records whose were read, and by whom. */
  healthSheets: procedure('health.read').input(HealthSheetsInput).output(z.instanceof(File)),
  sheetPdf: procedure('attendance')
    .input(z.object({ activityIds: z.array(Id).min(1).max(100), day: DayText }))
    .output(z.instanceof(File)),
  /** When a child was fetched, recorded on the last slot marked present; null removes the record. */
  departure: procedure('attendance')
    .input(z.object({ registrationId: Id, day: DayText, at: TimeText.nullable() }))
    .output(z.object({ minutesLate: z.int() })),
  /** When a child arrived, for prices by real time; recorded on the first slot marked present; null removes it. */
  arrival: procedure('attendance').input(z.object({ registrationId: Id, day: DayText, at: TimeText.nullable() })),
  /**
   * Marks cells; null removes the mark. A registered child without booking may be marked present. Calls are idempotent;
   * a mark made before the cell's latest change is refused.
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
              /**
               * Age of the mark in milliseconds, for marks made offline: a duration, because the page's clock may be
               * wrong.
               */
              madeAgo: z.int().min(0).max(maxMarkDelay).optional(),
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
