import * as z from 'zod'
import type { Day, Instant, TimeOfDay } from '../../../rules/calendar/day.ts'
import { cellStates } from '../../../rules/cell/cell.ts'
import { cellActions, type ListedReason, listedReasons, requiredReasons } from '../../../rules/cell/cell-actions.ts'
import { DayText, Id, InstantText, Line, Note, procedure } from '../../procedure.ts'
import { custody } from './custody.ts'
import { waiting } from './waiting.ts'
import { weeks } from './weeks.ts'

/** Maximum number of cells in one `move` call. */
const maxCells = 2000
/** Maximum number of cells that the panel describes: reading more would delay other calls. */
export const maxDescribedCells = 500

export const CellKey = z.object({ registrationId: Id, day: DayText, slotId: Id })
export type CellKey = z.infer<typeof CellKey>

const State = z.enum(cellStates)
const DayOut = z.custom<Day>()

export const ReasonInput = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('listed'),
    code: z.enum(Object.keys(listedReasons) as [ListedReason, ...ListedReason[]]),
  }),
  z.object({ kind: z.literal('written'), text: Note }),
])

/** One slot of one day: a column head of the calendar. */
const Column = z.object({
  day: DayOut,
  slotId: Id,
  open: z.boolean(),
  capacity: z.int(),
  /** Places held, or kept for a family that was offered one. */
  held: z.int(),
  waiting: z.int(),
  /** Places of each group; a null capacity: all groups share the places of the slot. */
  groups: z.array(
    z.object({
      groupId: Id,
      capacity: z.int().nullable(),
      held: z.int(),
      waiting: z.int(),
      /** The adults needed for its children; null when neither the law nor the town sets a number. */
      adults: z.int().nullable(),
      /** The adults who are there for its children alone; null when only the number for the whole slot is known. */
      present: z.int().nullable(),
    }),
  ),
  /** The adults who are there; null when nobody typed how many, or the activity does not count them. */
  adults: z.int().nullable(),
  /** The number of children of each list who hold a place. */
  sublists: z.array(z.object({ sublistId: Id, held: z.int() })),
  /**
   * « 2 animateurs pour 24 places : il en faut 3 »; null when there are enough adults, or the activity does not count
   * them.
   */
  staffingWarning: z.string().nullable(),
  /** The reason for closing, which families read; null when open, or never opened. */
  closedReason: z.string().nullable(),
})

const Row = z.object({
  registrationId: Id,
  childId: Id,
  familyId: Id,
  lastName: z.string(),
  firstName: z.string(),
  age: z.string(),
  /** The child's groups on these days, usually one; empty where the activity has no groups. */
  groupIds: z.array(Id),
  /** The lists on which the child is on at least one of these days. */
  sublistIds: z.array(Id),
  /** One letter per column, encoded by `letterOf` and decoded by `stateAt`. */
  states: z.string(),
  /** The child's rank on the waiting list, by column. */
  ranks: z.record(z.string(), z.int()),
  /** Columns where a place is offered. */
  offered: z.array(z.int()),
})

const Group = z.object({ id: Id, name: z.string(), who: z.string() })

/** The group of a registered child, and the decisions of staff about it. */
const ChildGroup = z.object({
  groups: z.array(Group),
  /** Today, or the first day of a registration that has not begun. */
  on: DayOut,
  /** The group on that day; null when the child is in none. */
  groupId: Id.nullable(),
  /** Decisions of staff, soonest first; a null group: from that day on, age and class decide. */
  put: z.array(z.object({ fromDay: DayOut, groupId: Id.nullable(), reason: z.string() })),
})
export type ChildGroup = z.infer<typeof ChildGroup>

/** One period's calendar: children × days × slots. */
const Section = z.object({
  /** `leadId`: the activity under which it is shown. */
  period: z.object({ id: Id, name: z.string(), activityId: Id, activity: z.string(), leadId: Id }),
  slots: z.array(
    z.object({
      id: Id,
      name: z.string(),
      shortName: z.string(),
      start: z.custom<TimeOfDay>(),
      end: z.custom<TimeOfDay>(),
    }),
  ),
  /** The groups of the activity, in their order. `who`: « de 3 à 5 ans », « à la main ». */
  groups: z.array(Group),
  /** The lists of the activity (« Car 2 »), in their order, with the slots of each. */
  sublists: z.array(z.object({ id: Id, name: z.string(), capacity: z.int(), slotIds: z.array(Id) })),
  columns: z.array(Column),
  rows: z.array(Row),
})
export type CalendarSection = z.infer<typeof Section>

const CellHistory = z.array(
  z.object({
    at: z.custom<Instant>(),
    who: z.string(),
    sentence: z.string(),
    reason: z.string(),
  }),
)

/** An amount in cents, or the days of notice for which the tariff sets the price. */
const Surcharge = z.union([z.int(), z.object({ notice: z.int() })])

const AllowedAction = z.object({
  act: z.enum(cellActions),
  needs: z.enum(requiredReasons),
  surcharge: Surcharge.nullable(),
})

export const CellDetail = z.object({
  key: z.object({ registrationId: Id, day: DayOut, slotId: Id }),
  child: z.object({ id: Id, lastName: z.string(), firstName: z.string(), age: z.string() }),
  familyId: Id,
  periodId: Id,
  activityId: Id,
  state: State,
  rank: z.int().nullable(),
  /** Full text for screen readers and the head of the panel. */
  text: z.string(),
  notes: z.array(z.string()),
  /** Why the cell is grey; null when it is not. */
  closedReason: z.string().nullable(),
  recordedAt: z.custom<Instant>().nullable(),
  /** The last working day for answering the demande; null without a waiting demande. */
  answerBy: DayOut.nullable(),
  /** The answer that the rules propose for a demande, with the reason; null without a demande. */
  suggestion: z.object({ act: z.enum(['accept', 'waitList', 'refuse']), sentence: z.string() }).nullable(),
  places: z.array(
    z.object({
      slotId: Id,
      name: z.string(),
      held: z.int(),
      capacity: z.int(),
      waiting: z.int(),
      staffingWarning: z.string().nullable(),
      /** Whether this child holds one of these places. */
      isOwn: z.boolean(),
    }),
  ),
  acts: z.array(AllowedAction),
  /**
   * The places that the child holds in this week, when the days of the week must be booked together; empty otherwise.
   */
  wholeWeek: z.array(z.object({ registrationId: Id, day: DayOut, slotId: Id })),
  /**
   * Slots of that day that cannot be booked without this one: freeing this place frees those held, and removes the
   * child from the waiting lists of the others.
   */
  takesAlong: z.array(z.object({ slotId: Id, name: z.string(), isHeld: z.boolean() })),
  isBilled: z.boolean(),
  story: CellHistory,
})
export type CellDetail = z.infer<typeof CellDetail>

/** What the panel shows for several selected cells. */
export const BlockDetail = z.object({
  states: z.array(z.object({ state: State, count: z.int() })),
  children: z.array(
    z.object({
      registrationId: Id,
      childId: Id,
      familyId: Id,
      activityId: Id,
      /** « Basile Marchand » */
      name: z.string(),
      /** Each day with all its slots that would be booked: a formula's price is not the sum of its slots' prices. */
      days: z.array(z.object({ day: DayOut, slotIds: z.array(Id) })),
    }),
  ),
  places: z.array(
    z.object({
      day: DayOut,
      slotId: Id,
      slot: z.string(),
      capacity: z.int(),
      held: z.int(),
      /** Bookings if every cell of the block were booked. */
      withAll: z.int(),
    }),
  ),
  /** Actions with the cells that allow them; `needs` is the strictest requirement of these cells. */
  acts: z.array(AllowedAction.extend({ cells: z.array(z.object({ registrationId: Id, day: DayOut, slotId: Id })) })),
})
export type BlockDetail = z.infer<typeof BlockDetail>

const CellRefused = z.object({
  registrationId: Id,
  day: DayOut,
  slotId: Id,
  /** « Basile Marchand » */
  child: z.string(),
  slot: z.string(),
  sentence: z.string(),
  /** What reason would let this cell through, if the person may give one. */
  needs: z.enum(['reason', 'listedReason', 'writtenReason']).nullable(),
  /** The town's surcharge after the deadline, when staff must say whether the family owes it. */
  surcharge: Surcharge.nullable(),
  /** How many children wait for this place, when staff must confirm that this child goes first; null otherwise. */
  waiting: z.int().nullable(),
})

export const MoveResult = z.object({
  /** Null when no cell could be moved. */
  actId: Id.nullable(),
  done: z.int(),
  refused: z.array(CellRefused),
  /** How many children on the waiting list took the freed places at once. */
  promoted: z.int(),
})
export type MoveResult = z.infer<typeof MoveResult>

export const WeekResult = z.object({
  filled: z.array(z.object({ day: DayOut, slotId: Id })),
  waitListed: z.array(z.object({ day: DayOut, slotId: Id })),
  skipped: z.array(z.object({ day: DayOut, slotId: Id, reason: z.string() })),
})
export type WeekResult = z.infer<typeof WeekResult>

const FreedBookings = z.object({
  bookings: z.int(),
  waiting: z.int(),
  demands: z.int(),
  /** How many of the bookings are already invoiced: the next invoicing run proposes credit notes. */
  billed: z.int(),
  families: z.int(),
  children: z.array(z.object({ registrationId: Id, name: z.string(), bookings: z.int(), waiting: z.int() })),
})
export type FreedBookings = z.infer<typeof FreedBookings>

export const ClosedBookings = FreedBookings.extend({
  /** Children with an attendance mark already: their places stay. */
  marked: z.int(),
})
export type ClosedBookings = z.infer<typeof ClosedBookings>

/** Booked slots of one day of a registration, and the day of the same period to which they are moved. */
const DayAndSlots = z.object({
  registrationId: Id,
  from: DayText,
  to: DayText,
  slotIds: z
    .array(Id)
    .min(1, 'Choisissez au moins une plage.')
    .max(50)
    .transform((ids) => [...new Set(ids)]),
})

/** `surcharge`: only the surcharge that the activity's rule or its tariff sets for a late cancellation is billed. */
const ChargedInput = z.union([z.boolean(), z.literal('surcharge')])

const Rescheduling = DayAndSlots.extend({
  reason: ReasonInput.optional(),
  /** Whether the old day stays billed; required after its deadline. */
  charged: ChargedInput.optional(),
  /** Whether the family owes the surcharge; required after the new day's deadline, when the town has a surcharge. */
  surchargeAccepted: z.boolean().optional(),
  /** Confirms that this child goes before the children on the new day's waiting list. */
  passesWaiting: z.boolean().optional(),
})
export type Rescheduling = z.input<typeof Rescheduling>

const ReschedulingPreview = z.object({
  /** « mer. 9 déc., matin : Complet : il ne reste aucune place. » */
  refused: z.array(z.string()),
  /** Obstacles, as sentences, that a confirmation or the reason of `needs` would overcome. */
  lacks: z.array(z.string()),
  needs: z.enum(requiredReasons),
  asksCharged: z.boolean(),
  surcharge: Surcharge.nullable(),
  /** How many children wait on the new day, when staff must confirm that this child goes first; null otherwise. */
  passed: z.int().nullable(),
  /** Bookings and places of the new day. */
  places: z.array(z.object({ slot: z.string(), held: z.int(), capacity: z.int() })),
})
export type ReschedulingPreview = z.infer<typeof ReschedulingPreview>

const Rescheduled = z.object({
  actId: Id,
  done: z.int(),
  /** How many children on the waiting list took the freed places at once. */
  promoted: z.int(),
})
export type Rescheduled = z.infer<typeof Rescheduled>

const Week = z.array(z.object({ weekday: z.int().min(1).max(7), slotId: Id }))

const RegistrationInput = z.object({
  childId: Id,
  familyId: Id,
  periodId: Id,
  startDay: DayText,
  endDay: DayText,
  typicalWeek: Week,
  overrideReason: Line,
})

const Closing = z.object({
  from: DayText,
  to: DayText,
  /** Null: all periods open on these days. */
  periodIds: z.array(Id).nullable(),
  /** Null: all slots. A slot of a joined activity closes with the slot that the calendar shows in its column. */
  slotIds: z.array(Id).nullable(),
})

const CalendarInput = z.object({
  from: DayText,
  to: DayText,
  periodIds: z.array(Id).max(100).nullable(),
  familyId: Id.nullable(),
})

/** Narrows a calendar to one group of the activity, or to one of its lists. */
const CalendarPart = z.object({ kind: z.enum(['group', 'sublist']), id: Id })
export type CalendarPart = z.infer<typeof CalendarPart>

export const reservations = {
  childGroup: procedure('families.read')
    .input(z.object({ registrationId: Id }))
    .output(ChildGroup),
  /**
   * Puts a child in a group from a day on; null: age and class decide again. Bookings do not change: `above` names the
   * slots on which the group then has more children than places.
   */
  putInGroup: procedure('decisions')
    .input(z.object({ registrationId: Id, fromDay: DayText, groupId: Id.nullable(), reason: Line }))
    .output(z.object({ promoted: z.int(), above: z.array(z.string()) })),
  ...custody,
  ...waiting,
  ...weeks,
  /** Calendars of chosen periods, of one family, or of all open periods, from `from` to `to` (93 days at most). */
  calendar: procedure('families.read').input(CalendarInput).output(z.array(Section)),
  /** The calendar as a PDF, narrowed to the group or list that `part` names. */
  calendarPdf: procedure('families.read')
    .input(CalendarInput.extend({ part: CalendarPart.nullable().default(null) }))
    .output(z.instanceof(File)),
  cell: procedure('families.read').input(CellKey).output(CellDetail),
  /** Details of several cells together, for the panel. */
  block: procedure('families.read')
    .input(z.object({ cells: z.array(CellKey).min(1).max(maxDescribedCells) }))
    .output(BlockDetail),
  /** Moves cells, each judged on its own: possible moves are made, the others are listed with their reason. */
  move: procedure('decisions')
    .input(
      z.object({
        cells: z.array(CellKey).min(1).max(maxCells, 'Trop de cases à la fois\u00a0: 2 000 au plus.'),
        act: z.enum(cellActions),
        reason: ReasonInput.optional(),
        /** Whether a cancellation stays billed, which needs a reason. Required to free a place after the deadline. */
        charged: ChargedInput.optional(),
        /** Whether the family owes the surcharge; for moves after a deadline. */
        surchargeAccepted: z.boolean().optional(),
        /** Confirms that this child goes before the children who wait for the last places. */
        passesWaiting: z.boolean().optional(),
        /** For a demande entered by hand: when the parent made it. */
        recordedAt: InstantText.optional(),
      }),
    )
    .output(MoveResult),
  /** Moves a booking to another day in one act, completely or not at all. Billed cells are refused. */
  reschedule: procedure('decisions').input(Rescheduling).output(Rescheduled),
  reschedulingPreview: procedure('decisions').input(DayAndSlots).output(ReschedulingPreview),
  /** What a typical week would book from a day on, and what it would skip. Changes nothing. */
  weekPreview: procedure('families.read')
    .input(z.object({ registrationId: Id, week: Week, from: DayText }))
    .output(WeekResult),
  applyWeek: procedure('decisions')
    .input(z.object({ registrationId: Id, week: Week, from: DayText }))
    .output(WeekResult),
  /** Accepts a registration and books its typical week from today on, in one act. */
  acceptWithWeek: procedure('decisions')
    .input(z.object({ registrationId: Id, overrideReason: Line, seen: z.enum(['asked', 'refused']).default('asked') }))
    .output(WeekResult),
  /** Registers a child at the counter and books the typical week, in one act. */
  registerWithWeek: procedure('decisions')
    .input(RegistrationInput)
    .output(WeekResult.extend({ registrationId: Id })),
  /** What `registerWithWeek` would book. Changes nothing. */
  registrationPreview: procedure('decisions').input(RegistrationInput).output(WeekResult),
  /** What ending a registration after `lastDay` would free. Changes nothing. */
  endingPreview: procedure('families.read')
    .input(z.object({ registrationId: Id, lastDay: DayText }))
    .output(FreedBookings),
  endRegistration: procedure('decisions')
    .input(
      z.object({
        registrationId: Id,
        lastDay: DayText,
        reason: Note.min(1, 'Indiquez un motif.'),
        charged: z.boolean(),
      }),
    )
    .output(FreedBookings),
  /** What a family's departure on day `on` would end and free. Changes nothing. */
  leavingPreview: procedure('families.read')
    .input(z.object({ familyId: Id, on: DayText }))
    .output(
      FreedBookings.extend({
        registrations: z.array(
          z.object({ id: Id, firstName: z.string(), period: z.string(), becomes: z.enum(['ended', 'withdrawn']) }),
        ),
      }),
    ),
  /** Records a family's departure: its registrations end and its places are freed from day `on`. */
  leave: procedure('decisions').input(z.object({ familyId: Id, on: DayText, charged: z.boolean() })),
  closingPreview: procedure('activities').input(Closing).output(ClosedBookings),
  /**
   * Closes days in one act: bookings end without charge unless `charged`, waiting-list positions are removed, demandes
   * are answered. Places with an attendance mark stay.
   */
  close: procedure('activities')
    .input(
      Closing.extend({ reason: Note.min(1, 'Indiquez un motif\u00a0: les familles le liront.'), charged: z.boolean() }),
    )
    .output(ClosedBookings),
  /** Waiting lists where a place is free and a child waits. */
  promotable: procedure('families.read').output(
    z.array(
      z.object({
        key: z.object({ registrationId: Id, day: DayOut, slotId: Id }),
        periodId: Id,
        period: z.string(),
        slot: z.string(),
        childId: Id,
        name: z.string(),
        age: z.string(),
        free: z.int(),
        /**
         * Why the child cannot take the place: another day of a week that must be booked whole is not available; null
         * when the child can.
         */
        stopped: z.string().nullable(),
      }),
    ),
  ),
}
