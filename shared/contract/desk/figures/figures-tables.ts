import * as z from 'zod'
import { type Day, daysFrom, isDay } from '../../../rules/calendar/day.ts'
import {
  attendanceSteps,
  formerSteps,
  incomeSteps,
  peopleSteps,
  units,
  unpaidSteps,
} from '../../../rules/figures/figures-table.ts'
import { DayText, Id, Line, procedure } from '../../procedure.ts'
import { ForecastAsked } from '../money/invoicing.ts'

/** The number of days of a leap year. */
const maxDays = 366

const Span = z
  .object({ from: DayText, to: DayText })
  .refine(({ from, to }) => from <= to, 'Le dernier jour est avant le premier.')
  // `DayText` reports a day that does not exist, but zod still runs the checks that follow.
  .refine(
    ({ from, to }) => !isDay(from) || !isDay(to) || daysFrom(from, to) < maxDays,
    'Demandez un an au plus à la fois.',
  )

/** Counts one activity or one site; null: all those that the person sees. */
const ofActivity = { activityId: Id.nullable().default(null), siteId: Id.nullable().default(null) }

/** « Fréquentation »: who was expected and came, against places. */
const AttendanceAsked = Span.safeExtend({
  view: z.literal('attendance'),
  by: z.enum(attendanceSteps),
  ...ofActivity,
  /** The name of a slot; empty: the whole day, on which each child counts once. */
  slot: Line.default(''),
})
export type AttendanceAsked = z.infer<typeof AttendanceAsked>

/** « Familles »: who is registered on a day. */
const PeopleAsked = z.object({ view: z.literal('people'), on: DayText, by: z.enum(peopleSteps), ...ofActivity })
export type PeopleAsked = z.infer<typeof PeopleAsked>

export const ServiceAsked = z.discriminatedUnion('view', [AttendanceAsked, PeopleAsked])
export type ServiceAsked = z.infer<typeof ServiceAsked>

/** « Recettes »: what the books count as received. */
export const IncomeAsked = Span.safeExtend({ by: z.enum(incomeSteps), regieId: Id.nullable().default(null) })
export type IncomeAsked = z.infer<typeof IncomeAsked>

/** « Impayés »: what is past due today. */
export const UnpaidAsked = z.object({ by: z.enum(unpaidSteps), regieId: Id.nullable().default(null) })
export type UnpaidAsked = z.infer<typeof UnpaidAsked>

/** « Années reprises »: the figures that another program counted for a year. */
export const FormerAsked = z.object({
  year: z.int('Une année.').min(2000, 'Une année à partir de 2000.').max(2100, 'Une année jusqu’à 2100.'),
  by: z.enum(formerSteps),
})
export type FormerAsked = z.infer<typeof FormerAsked>

const Column = z.object({
  key: z.string(),
  title: z.string(),
  unit: z.enum(units),
  /** The main figure, to which the others refer. */
  isMain: z.boolean().optional(),
  /** Written with its sign. */
  isDifference: z.boolean().optional(),
  /** The column says how full the places are, in hundredths: a bar is shown beside the figure. */
  isFill: z.boolean().optional(),
})
export type FiguresColumn = z.infer<typeof Column>

/** A table of figures with its picture: what the screen, the spreadsheet and the paper show. */
export const FiguresTable = z.object({
  title: z.string(),
  /** The days and the sites counted: « 1ᵉʳ sept. → 25 nov. 2026, tous les sites ». */
  about: z.string(),
  head: z.string(),
  columns: z.array(Column),
  rows: z.array(
    z.object({
      key: z.string(),
      title: z.string(),
      /** In the order of the columns; null when there is no figure. */
      values: z.array(z.number().nullable()),
    }),
  ),
  total: z.array(z.number().nullable()),
  /** Columns of which a click on the figure shows the rows counted. */
  opens: z.array(z.string()),
  chart: z.object({
    /** The columns of the picture, stacked from the bottom up; at most three. */
    series: z.array(z.string()),
    /** The column of the previous year. */
    before: z.string().nullable(),
    ceiling: z.object({ value: z.number(), name: z.string() }).nullable(),
  }),
  /** One sentence that sums the figures up, for people who read nothing else. */
  sentence: z.string(),
  /** How they are counted. */
  note: z.string(),
})
export type FiguresTable = z.infer<typeof FiguresTable>

const chosen = { row: z.string().max(200), column: z.string().max(40) }

/** The rows that a figure counts; at most 500. */
const Behind = z.object({
  title: z.string(),
  head: z.string(),
  valueHead: z.string(),
  rows: z.array(
    z.object({
      key: z.string(),
      name: z.string(),
      about: z.string(),
      value: z.string(),
      familyId: Id.nullable(),
    }),
  ),
  total: z.int(),
})
export type Behind = z.infer<typeof Behind>

const Year = z.object({
  year: z.int('Une année.').min(2000, 'Une année à partir de 2000.').max(2100, 'Une année jusqu’à 2100.'),
})

/** « Page du maire » */
export const MayorPage = z.object({
  year: z.int(),
  from: z.custom<Day>((value) => typeof value === 'string'),
  to: z.custom<Day>((value) => typeof value === 'string'),
  /** Leaves out the figures that the person may not read. */
  figures: z.array(
    z.object({
      key: z.enum(['children', 'hours', 'share', 'waiting', 'income', 'unpaid']),
      unit: z.enum(units),
      now: z.number().nullable(),
      before: z.number().nullable(),
    }),
  ),
  /** Presences of each month. */
  months: z.array(z.object({ month: z.string(), now: z.int(), before: z.int() })),
  activities: z.array(
    z.object({
      activityId: Id,
      name: z.string(),
      present: z.int(),
      share: z.number().nullable(),
      before: z.int(),
    }),
  ),
})
export type MayorPage = z.infer<typeof MayorPage>

/**
 * The children and meals expected in the coming months, counted from the present bookings, by whole month and by
 * activity.
 */
const expected = { booked: z.int(), meals: z.int(), waiting: z.int(), before: z.int() }
export const ExpectedChildren = z.object({
  months: z.array(z.object({ month: z.string(), ...expected })),
  activities: z.array(z.object({ name: z.string(), ...expected })),
  total: z.object(expected),
})
export type ExpectedChildren = z.infer<typeof ExpectedChildren>

const Format = z.enum(['xlsx', 'pdf'])

export const figuresTables = {
  service: procedure('figures').input(ServiceAsked).output(FiguresTable),
  serviceBehind: procedure('figures')
    .input(z.object({ asked: ServiceAsked, ...chosen }))
    .output(Behind),
  serviceFile: procedure('figures')
    .input(z.object({ asked: ServiceAsked, format: Format }))
    .output(z.file()),
  income: procedure('invoices.read').input(IncomeAsked).output(FiguresTable),
  incomeBehind: procedure('invoices.read')
    .input(z.object({ asked: IncomeAsked, ...chosen }))
    .output(Behind),
  incomeFile: procedure('invoices.read')
    .input(z.object({ asked: IncomeAsked, format: Format }))
    .output(z.file()),
  unpaid: procedure('invoices.read').input(UnpaidAsked).output(FiguresTable),
  unpaidBehind: procedure('invoices.read')
    .input(z.object({ asked: UnpaidAsked, ...chosen }))
    .output(Behind),
  unpaidFile: procedure('invoices.read')
    .input(z.object({ asked: UnpaidAsked, format: Format }))
    .output(z.file()),
  /** The years whose figures were taken over from another program, newest first. */
  formerYears: procedure('figures').output(z.array(z.int())),
  former: procedure('figures').input(FormerAsked).output(FiguresTable),
  formerBehind: procedure('figures')
    .input(z.object({ asked: FormerAsked, ...chosen }))
    .output(Behind),
  formerFile: procedure('figures')
    .input(z.object({ asked: FormerAsked, format: Format }))
    .output(z.file()),
  mayor: procedure('figures').input(Year).output(MayorPage),
  mayorFile: procedure('figures')
    .input(Year.extend({ format: Format }))
    .output(z.file()),
  /** The children expected in the months of « Prévision », shown beside the amounts. */
  expected: procedure('figures').input(Span).output(ExpectedChildren),
  /** The forecast of `invoicing.forecast` as a file, with the children and meals of its months. */
  forecastFile: procedure('invoices.read')
    .input(ForecastAsked.extend({ format: Format }))
    .output(z.file()),
}
