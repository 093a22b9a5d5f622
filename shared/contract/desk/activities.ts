import * as z from 'zod'
import type { Day, Instant, TimeOfDay } from '../../rules/calendar/day.ts'
import { dossierDemands } from '../../rules/dossier/required-paper.ts'
import { DayText, Id, InstantText, procedure, RequiredLine, TimeText } from '../procedure.ts'

const aDay = z.custom<Day>((value) => typeof value === 'string')
const aTime = z.custom<TimeOfDay>((value) => typeof value === 'string')
const anInstant = z.custom<Instant>((value) => typeof value === 'string')

const Deadline = z.union([
  z.object({
    unit: z.enum(['calendarDays', 'workingDays']),
    amount: z.int().min(0, 'De 0 à 90 jours.').max(90, 'De 0 à 90 jours.'),
    before: z.enum(['day', 'week', 'period']),
    until: TimeText.optional(),
  }),
  z.object({
    unit: z.literal('hours'),
    amount: z.int().min(0, 'De 0 à 720 heures.').max(720, 'De 0 à 720 heures.'),
  }),
])
/**
 * A deadline, and what happens after it: booking is closed, or it is allowed for a surcharge, of an amount in cents or
 * as the tariff says.
 */
const BookingRuleInput = z.object({
  deadline: Deadline,
  after: z.union([
    z.literal('closed'),
    z.object({ surcharge: z.literal(0), byTariff: z.literal(true) }),
    z.object({ surcharge: z.int().min(0, 'Un supplément n’est pas négatif.').max(100_000, 'Supplément trop élevé.') }),
  ]),
})
const BookingRule = z.object({
  deadline: z.union([
    z.object({
      unit: z.enum(['calendarDays', 'workingDays']),
      amount: z.int(),
      before: z.enum(['day', 'week', 'period']),
      until: aTime.optional(),
    }),
    z.object({ unit: z.literal('hours'), amount: z.int() }),
  ]),
  after: z.union([z.literal('closed'), z.object({ surcharge: z.int(), byTariff: z.literal(true).optional() })]),
})

/** What a child's week must be in a period (`rules/requests/week-rule.ts`). */
const WeekRuleValue = z.object({
  least: z.union([z.literal('all'), z.int()]).nullable(),
  most: z.int().nullable(),
  needs: z.array(z.object({ slotId: Id, neededId: Id })),
  oneOf: z.array(Id),
})
const DaysAWeek = z.int('Un nombre de jours.').min(1, 'De 1 à 7 jours.').max(7, 'De 1 à 7 jours.')
const WeekRuleInput = z.object({
  least: z.union([z.literal('all'), DaysAWeek]).nullable(),
  most: DaysAWeek.nullable(),
  needs: z.array(z.object({ slotId: Id, neededId: Id })).max(12, 'Douze plages au plus.'),
  oneOf: z.array(Id).max(12, 'Douze plages au plus.'),
})

export const ActivityType = z.object({ id: Id, name: z.string(), activities: z.int() })
export type ActivityType = z.infer<typeof ActivityType>

const Slot = z.object({
  id: Id,
  name: z.string(),
  shortName: z.string(),
  start: aTime,
  end: aTime,
  isMeal: z.boolean(),
  position: z.int(),
  endedFrom: aDay.nullable(),
})
type Slot = z.infer<typeof Slot>

const Group = z.object({
  id: Id,
  name: z.string(),
  /**
   * In whole years on the day; both bounds are included. A group without ages and classes has the children whom staff
   * put in it.
   */
  minimumAge: z.int().nullable(),
  maximumAge: z.int().nullable(),
  levels: z.array(z.string()).nullable(),
  /** How many children one adult looks after; null: the number in the law. */
  childrenPerAdult: z.int().nullable(),
})

const Sublist = z.object({
  id: Id,
  name: z.string(),
  capacity: z.int(),
  /** The slots of the list; null: all slots. */
  slotIds: z.array(Id).nullable(),
  /** First day on which it no longer exists; null while it lasts. */
  endedFrom: aDay.nullable(),
})

const supervisions = ['extracurricular', 'periscolaire', 'periscolairePedt', 'none'] as const

export const Activity = z.object({
  id: Id,
  name: z.string(),
  facilityId: Id,
  facility: z.string(),
  typeId: Id,
  /** The régie that collects what the activity costs. */
  regieId: Id,
  type: z.string(),
  /** In whole years on the day of the activity; both bounds are included. */
  minimumAge: z.int().nullable(),
  maximumAge: z.int().nullable(),
  levels: z.array(z.string()).nullable(),
  /** The schools whose children the activity takes; null: all schools. */
  schoolIds: z.array(Id).nullable(),
  residentsOnly: z.boolean(),
  supervision: z.enum(supervisions),
  bookingRule: BookingRule,
  cancelRule: BookingRule,
  archived: z.boolean(),
  slots: z.array(Slot),
  /** In the order that staff gave them; empty: all children of the activity are together. */
  groups: z.array(Group),
  /** The lists of the activity (« Car 2 »), in the order that staff gave them, including those that have ended. */
  sublists: z.array(Sublist),
  /** The activity to which this one was joined, and under which its periods are shown; null: it stands alone. */
  joinedToId: Id.nullable(),
})
export type Activity = z.infer<typeof Activity>

const Age = z.int('Un âge en années.').min(0, 'De 0 à 25 ans.').max(25, 'De 0 à 25 ans.')

export const ActivityInput = z.object({
  id: Id.optional(),
  name: RequiredLine,
  facilityId: Id,
  typeId: Id,
  /** Absent: the present régie, or the first one for a new activity. */
  regieId: Id.optional(),
  minimumAge: Age.nullable(),
  maximumAge: Age.nullable(),
  levels: z.array(RequiredLine).nullable(),
  schoolIds: z.array(Id).min(1).nullable(),
  residentsOnly: z.boolean(),
  supervision: z.enum(supervisions),
  bookingRule: BookingRuleInput,
  cancelRule: BookingRuleInput,
  archived: z.boolean(),
  /** In the order of the day. An omitted slot is removed, unless some day opened it. */
  slots: z
    .array(
      z.object({
        id: Id.optional(),
        name: RequiredLine,
        shortName: RequiredLine.max(5, 'Cinq lettres au plus.'),
        start: TimeText,
        end: TimeText,
        isMeal: z.boolean(),
      }),
    )
    .min(1, 'Une activité a au moins une plage.')
    .max(12, 'Douze plages au plus.'),
  /**
   * Absent: the groups stay as they are. An omitted group is removed, unless it has places or children whom staff put
   * in it.
   */
  groups: z
    .array(
      z.object({
        id: Id.optional(),
        name: RequiredLine.max(24, '24\u00a0lettres au plus.'),
        minimumAge: Age.nullable(),
        maximumAge: Age.nullable(),
        levels: z.array(RequiredLine).min(1).nullable(),
        childrenPerAdult: z
          .int('Un nombre d’enfants.')
          .min(1, 'De 1 à 50 enfants.')
          .max(50, 'De 1 à 50 enfants.')
          .nullable(),
      }),
    )
    .max(12, 'Douze groupes au plus.')
    .optional(),
  /** Absent: the lists stay as they are. An omitted list is removed, unless children were put on it. */
  sublists: z
    .array(
      z.object({
        id: Id.optional(),
        name: RequiredLine.max(24, '24\u00a0lettres au plus.'),
        capacity: z.int('Un nombre de places.').min(1, 'De 1 à 500 places.').max(500, 'De 1 à 500 places.'),
        slotIds: z.array(Id).min(1).nullable(),
        endedFrom: DayText.nullable(),
      }),
    )
    .max(20, 'Vingt listes au plus.')
    .optional(),
})
export type ActivityInput = z.infer<typeof ActivityInput>

const schoolHolidayChoices = ['without', 'with', 'only'] as const

/** The places of each group. Their sum is the capacity of the slot. */
const groupPlaces = z.array(z.object({ groupId: Id, capacity: z.int() }))
const places = z.array(z.object({ slotId: Id, capacity: z.int(), groupPlaces: groupPlaces.optional() }))

export const Period = z.object({
  id: Id,
  activityId: Id,
  activity: z.string(),
  /** The activity under which the period is shown: the one to which its own was joined, else its own. */
  leadId: Id,
  facility: z.string(),
  type: z.string(),
  name: z.string(),
  startDay: aDay,
  endDay: aDay,
  /** Monday is 1, Sunday is 7. */
  weekdays: z.array(z.int()),
  schoolHolidays: z.enum(schoolHolidayChoices),
  places,
  registrationOpensAt: anInstant.nullable(),
  registrationClosesAt: anInstant.nullable(),
  bookingOpensAt: anInstant.nullable(),
  bookingClosesAt: anInstant.nullable(),
  residentsOpenAt: anInstant.nullable(),
  /** Null: the rule of the activity applies. */
  bookingRule: BookingRule.nullable(),
  cancelRule: BookingRule.nullable(),
  waitingList: z.boolean(),
  promotion: z.enum(['automatic', 'offer', 'proposal']),
  dossier: z.enum(dossierDemands),
  /** Null: families book each day by itself. */
  weekRule: WeekRuleValue.nullable(),
  /** The groups whose children the period takes; null: all groups of its activity. */
  groupIds: z.array(Id).nullable(),
  archived: z.boolean(),
})
export type Period = z.infer<typeof Period>

const PlacesCount = z.int('Un nombre de places.').min(0, 'De 0 à 2 000 places.').max(2000, 'De 0 à 2 000 places.')
const GroupPlacesInput = z.array(z.object({ groupId: Id, capacity: PlacesCount })).min(1)

export const PeriodInput = z.object({
  id: Id.optional(),
  activityId: Id,
  name: RequiredLine,
  startDay: DayText,
  endDay: DayText,
  weekdays: z.array(z.int().min(1).max(7)).min(1, 'Choisissez au moins un jour d’accueil.'),
  schoolHolidays: z.enum(schoolHolidayChoices),
  places: z
    .array(
      z.object({
        slotId: Id,
        capacity: PlacesCount,
        /**
         * Absent: all groups share the capacity. Present: the capacity is the sum of these places, whatever `capacity`
         * says.
         */
        groupPlaces: GroupPlacesInput.optional(),
      }),
    )
    .min(1, 'Donnez des places à une plage au moins\u00a0: vide, elle reste fermée.'),
  registrationOpensAt: InstantText.nullable(),
  registrationClosesAt: InstantText.nullable(),
  bookingOpensAt: InstantText.nullable(),
  bookingClosesAt: InstantText.nullable(),
  residentsOpenAt: InstantText.nullable(),
  bookingRule: BookingRuleInput.nullable(),
  cancelRule: BookingRuleInput.nullable(),
  waitingList: z.boolean(),
  promotion: z.enum(['automatic', 'offer', 'proposal']),
  dossier: z.enum(dossierDemands),
  /** Absent: the rule stays as it is. */
  weekRule: WeekRuleInput.nullable().optional(),
  archived: z.boolean(),
})
export type PeriodInput = z.infer<typeof PeriodInput>

export const Opening = z.object({
  id: Id,
  periodId: Id,
  day: aDay,
  slotId: Id,
  capacity: z.int(),
  /** The places of each group; null: all groups share the capacity. */
  groupPlaces: groupPlaces.nullable(),
  /** Null while open. */
  closedReason: z.string().nullable(),
})
export type Opening = z.infer<typeof Opening>

/** What recording a period would change in its days. */
export const PeriodPreview = z.object({
  days: z.int(),
  added: z.int(),
  changed: z.int(),
  /** Number of days changed by hand, which stay unchanged. */
  kept: z.int(),
  removed: z.int(),
  /** Number of bookings and demandes on days that would be removed: recording is refused while there are any. */
  inTheWay: z.int(),
  /** Number of registrations that would be shortened to the period's new dates. */
  shortened: z.int(),
})
export type PeriodPreview = z.infer<typeof PeriodPreview>

/** Two activities to join, each with groups: `joinedId` is then shown under `id`. */
export const JoiningInput = z.object({
  id: Id,
  joinedId: Id,
  /** Name of the group for the children of the first activity; ignored when that activity has groups already. */
  groupName: RequiredLine.max(24, '24\u00a0lettres au plus.'),
  joinedGroupName: RequiredLine.max(24, '24\u00a0lettres au plus.'),
  /** The name under which both are shown from then on, to parents too; absent: the first activity keeps its own. */
  name: RequiredLine.optional(),
})
export type JoiningInput = z.infer<typeof JoiningInput>

export const JoiningPreview = z.object({
  /** Why the activities cannot be joined; empty when they can. */
  obstacles: z.array(z.string()),
  /** Names of the schools whose children the joined activity would take; empty: all schools. */
  schools: z.array(z.string()),
  /** Papers that one of the two activities asks for, and that the children of both would have to bring. */
  papers: z.array(z.string()),
  /** The groups that the activity would have. `who`: « de 3 à 5 ans ». */
  groups: z.array(z.object({ name: z.string(), who: z.string() })),
  periods: z.array(
    z.object({
      id: Id,
      name: z.string(),
      activity: z.string(),
      startDay: aDay,
      endDay: aDay,
      /** Empty when the activity has several groups already. */
      group: z.string(),
      children: z.int(),
      /** The capacity of its largest opening. */
      capacity: z.int(),
    }),
  ),
})
export type JoiningPreview = z.infer<typeof JoiningPreview>

export const activities = {
  types: procedure('activities.read').output(z.array(ActivityType)),
  saveType: procedure('activities')
    .input(z.object({ id: Id.optional(), name: RequiredLine }))
    .output(ActivityType),
  removeType: procedure('activities').input(z.object({ id: Id })),

  list: procedure('activities.read').output(z.array(Activity)),
  get: procedure('activities.read')
    .input(z.object({ id: Id }))
    .output(Activity),
  save: procedure('activities').input(ActivityInput).output(Activity),
  previewJoining: procedure('activities').input(JoiningInput).output(JoiningPreview),
  /** Joins two activities. Refused with all reasons. @returns the activity under which both are shown */
  join: procedure('activities').input(JoiningInput).output(Activity),
  /** Ends a slot: no day has it from `from` on. Refused while it has bookings after that day. */
  endSlot: procedure('activities')
    .input(z.object({ slotId: Id, from: DayText }))
    .output(Activity),

  periods: procedure('activities.read')
    .input(z.object({ activityId: Id.optional(), archived: z.boolean().optional() }))
    .output(z.array(Period)),
  period: procedure('activities.read')
    .input(z.object({ id: Id }))
    .output(Period),
  previewPeriod: procedure('activities').input(PeriodInput).output(PeriodPreview),
  savePeriod: procedure('activities').input(PeriodInput).output(Period),

  openings: procedure('activities.read')
    .input(z.object({ periodId: Id, from: DayText.optional(), to: DayText.optional() }))
    .output(z.array(Opening)),
  /** The nearest open days before and after `day`, in any activity. */
  nearestOpenDays: procedure('activities.read')
    .input(z.object({ day: DayText }))
    .output(z.object({ before: z.custom<Day>().nullable(), after: z.custom<Day>().nullable() })),
  /** The first open day of a period from a day on; null when there is none. */
  firstOpenDay: procedure('activities.read')
    .input(z.object({ periodId: Id, from: DayText }))
    .output(z.custom<Day>().nullable()),
  /** Sets the places of one slot on one day. Fewer places than are held is allowed: no booking is cancelled. */
  changeCapacity: procedure('activities')
    .input(
      z.object({
        periodId: Id,
        day: DayText,
        slotId: Id,
        capacity: PlacesCount,
        groupPlaces: GroupPlacesInput.nullable().optional(),
      }),
    )
    .output(Opening),
  /** Opens a day by hand, or reopens a closed one, for the named slots or all slots of the period. */
  openDay: procedure('activities')
    .input(z.object({ periodId: Id, day: DayText, slotIds: z.array(Id).optional() }))
    .output(z.array(Opening)),
}
