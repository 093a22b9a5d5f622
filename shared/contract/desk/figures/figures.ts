import * as z from 'zod'
import type { Day, Month } from '../../../rules/calendar/day.ts'
import { ageGroups, schemes } from '../../../rules/figures/child-group.ts'
import { accueilKinds, countings } from '../../../rules/figures/hours-rule.ts'
import { DayText, Id, Line, MonthText, Note, procedure } from '../../procedure.ts'
import { figuresTables } from './figures-tables.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const MonthOut = z.custom<Month>((value) => typeof value === 'string')
const Minutes = z.int()
const Kind = z.enum(accueilKinds)
const AgeGroup = z.enum(ageGroups)
const Scheme = z.enum(schemes)

const maxMonths = 12

export const CafFilter = z
  .object({
    from: MonthText,
    to: MonthText,
    /** Null: every site that the person sees. */
    siteId: Id.nullable().default(null),
    /** Null: every benefit scheme. */
    scheme: Scheme.nullable().default(null),
  })
  .refine(({ from, to }) => from <= to, 'Le dernier mois est avant le premier.')
  .refine(({ from, to }) => monthNumber(to) - monthNumber(from) < maxMonths, 'Demandez un an au plus à la fois.')
export type CafFilter = z.infer<typeof CafFilter>

const monthNumber = (month: string): number => Number(month.slice(0, 4)) * 12 + Number(month.slice(5))

const HoursRuleShape = z.object({
  kind: Kind,
  counts: z.enum(countings),
  dayMinutes: Minutes.nullable(),
  halfDayMinutes: Minutes.nullable(),
  source: z.string(),
})

const UsedRule = HoursRuleShape.extend({
  activity: z.string(),
  accueil: z.string(),
  /** Null: the town typed no rule, the usual one counted. */
  fromDay: DayOut.nullable(),
  /** The last month that it counted, when another followed. */
  until: MonthOut.nullable(),
})

/** Hours of one accueil and one age group, in minutes. */
const CafRow = z.object({
  accueil: z.string(),
  kind: Kind,
  ageGroup: AgeGroup,
  /** Minutes of presence in each of the requested months. */
  months: z.array(Minutes),
  done: Minutes,
  booked: Minutes,
  billed: Minutes,
  /** The part of `done` whose children have a home of the régime général. */
  general: Minutes,
  childDays: z.int(),
})
export type CafRow = z.infer<typeof CafRow>

/** A problem that could make the hours wrong. */
const CafControl = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('unmarked'),
    accueil: z.string(),
    activityId: Id,
    childDays: z.int(),
    minutes: Minutes,
    firstDay: DayOut,
  }),
  z.object({
    kind: z.enum(['withoutScheme', 'otherAges']),
    children: z.int(),
    minutes: Minutes,
    /** The first children concerned, by name. */
    named: z.array(z.object({ childId: Id, familyId: Id.nullable(), name: z.string() })),
  }),
  z.object({ kind: z.literal('namesakes'), name: z.string(), childIds: z.array(Id) }),
  z.object({ kind: z.literal('usualRule'), accueils: z.array(z.string()) }),
])
export type CafControl = z.infer<typeof CafControl>

export const Caf = z.object({
  months: z.array(MonthOut),
  rows: z.array(CafRow),
  controls: z.array(CafControl),
  /** Number of children with hours of presence, each counted once. */
  children: z.int(),
  /** The rules that counted these hours, for each activity. */
  rules: z.array(UsedRule),
})
export type Caf = z.infer<typeof Caf>

const CafYear = z.object({
  year: z.int(),
  months: z.array(z.object({ month: MonthOut, groups: z.record(AgeGroup, Minutes), lastYear: Minutes })),
})
export type CafYear = z.infer<typeof CafYear>

/** Which hours to count: those of presence, those booked, or those billed. */
const Measure = z.enum(['done', 'booked', 'billed'])
export type Measure = z.infer<typeof Measure>

/** The figure to explain: the hours of one accueil and one age group in the requested months. */
const CafFigure = CafFilter.safeExtend({ accueil: Line, ageGroup: AgeGroup, measure: Measure.default('done') })

const CafDetail = z.object({
  minutes: Minutes,
  childDays: z.int(),
  /** The rules that counted these hours, for each activity. */
  rules: z.array(UsedRule),
  /** By day: the number of children with a whole day, the number with a half-day, and the total of minutes. */
  days: z.array(z.object({ day: DayOut, wholeDays: z.int(), halfDays: z.int(), minutes: Minutes })),
  /** The children counted, by name; at most 500. */
  children: z.array(
    z.object({
      childId: Id,
      familyId: Id,
      name: z.string(),
      age: z.string(),
      days: z.int(),
      minutes: Minutes,
    }),
  ),
  totalChildren: z.int(),
  /** One day of one child, counted step by step; null when nobody came. */
  example: z
    .object({
      name: z.string(),
      age: z.string(),
      day: DayOut,
      slots: z.array(z.object({ name: z.string(), minutes: Minutes })),
      sum: Minutes,
      minutes: Minutes,
      /** What the rule did with the sum, in words. */
      how: z.string(),
      rule: z.string(),
      source: z.string(),
    })
    .nullable(),
})
export type CafDetail = z.infer<typeof CafDetail>

const HoursRuleInput = z.object({
  activityId: Id,
  fromDay: DayText,
  declaredAs: Line,
  kind: Kind,
  counts: z.enum(countings),
  dayMinutes: Minutes.min(1, 'Un nombre d’heures, ou rien.').max(1440, 'Une journée a 24 heures au plus.').nullable(),
  halfDayMinutes: Minutes.min(1, 'Un nombre d’heures, ou rien.')
    .max(1440, 'Une journée a 24 heures au plus.')
    .nullable(),
  source: Line,
})
export type HoursRuleInput = z.infer<typeof HoursRuleInput>

const ActivityRules = z.object({
  activityId: Id,
  activity: z.string(),
  usual: HoursRuleShape,
  /** Newest first. */
  rules: z.array(HoursRuleShape.extend({ id: Id, fromDay: DayOut, declaredAs: z.string() })),
})
export type ActivityRules = z.infer<typeof ActivityRules>

const Declaration = z.object({
  id: Id,
  fromDay: DayOut,
  toDay: DayOut,
  declaredOn: DayOut,
  by: z.string(),
  note: z.string(),
  minutes: Minutes,
})

const DeclarationShown = Declaration.extend({
  rows: z.array(CafRow),
  months: z.array(MonthOut),
  rules: z.array(UsedRule.partial({ fromDay: true, until: true })),
  /** The hours that would be counted differently today. */
  differences: z.array(
    z.object({ accueil: z.string(), ageGroup: AgeGroup, month: MonthOut, declared: Minutes, now: Minutes }),
  ),
})
export type DeclarationShown = z.infer<typeof DeclarationShown>

const Format = z.enum(['xlsx', 'pdf'])

export const figures = {
  ...figuresTables,
  /** Hours to declare to the CAF. */
  caf: procedure('figures').input(CafFilter).output(Caf),
  /** Hours of presence in a calendar year, beside those of the previous year. */
  cafYear: procedure('figures')
    .input(
      z.object({
        year: z.int().min(2000).max(2100),
        siteId: Id.nullable().default(null),
        scheme: Scheme.nullable().default(null),
      }),
    )
    .output(CafYear),
  cafDetail: procedure('figures').input(CafFigure).output(CafDetail),
  cafFile: procedure('figures')
    .input(CafFilter.safeExtend({ format: Format }))
    .output(z.file()),
  hoursRules: procedure('figures').output(z.array(ActivityRules)),
  saveHoursRule: procedure('activities').input(HoursRuleInput).output(z.void()),
  removeHoursRule: procedure('activities')
    .input(z.object({ id: Id }))
    .output(z.void()),
  /** Stores the hours of these months as they were declared. */
  declare: procedure('activities')
    .input(z.object({ from: MonthText, to: MonthText, note: Note.default('') }))
    .output(z.object({ id: Id })),
  /** Newest first. */
  declarations: procedure('figures').output(z.array(Declaration)),
  declaration: procedure('figures')
    .input(z.object({ id: Id }))
    .output(DeclarationShown),
  declarationFile: procedure('figures')
    .input(z.object({ id: Id, format: Format }))
    .output(z.file()),
}
