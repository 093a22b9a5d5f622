import { eventIterator } from '@orpc/contract'
import * as z from 'zod'
import type { None } from '../../../collections.ts'
import type { Day } from '../../../rules/calendar/day.ts'
import { maxBrackets } from '../../../rules/price/bracket.ts'
import type { Priced } from '../../../rules/price/price-terms.ts'
import type { SpanPrice } from '../../../rules/price/span-price.ts'
import type * as rules from '../../../rules/price/tariff.ts'
import { CentsNumber, DayText, Id, Line, procedure, RequiredLine, TimeText } from '../../procedure.ts'
import { CellKey } from '../reservations/reservations.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')

const Amount = CentsNumber.min(0, 'Un prix ne peut pas être négatif.').max(10_000_000, 'Prix trop grand.')
const Cents = z.int()
const SlotCode = RequiredLine
const Unit = z.object({ one: RequiredLine, many: RequiredLine })
const Bracket = z.object({ min: z.number(), below: z.number().nullable(), label: RequiredLine })

const NonResident = z.discriminatedUnion('rule', [
  z.object({ rule: z.literal('same') }),
  z.object({ rule: z.literal('percent'), percent: z.number() }),
  z.object({ rule: z.literal('amount'), cents: Amount }),
  z.object({ rule: z.literal('column'), cents: z.array(Amount) }),
])
const Brackets = z.array(Bracket).max(maxBrackets, `${maxBrackets} tranches au plus.`)
const BasePrice = z.discriminatedUnion('method', [
  z.object({ method: z.literal('fixed'), cents: Amount, nonResident: NonResident }),
  z.object({
    method: z.literal('bracket'),
    cents: z.array(Amount),
    nonResident: NonResident,
    brackets: Brackets.optional(),
  }),
  z.object({
    method: z.literal('effortRate'),
    percent: z.number(),
    floor: Amount,
    ceiling: Amount,
    nonResident: NonResident,
  }),
])
const Range = z.object({ from: z.int(), to: z.int().nullable() })
const DaysCounted = Range.extend({ per: z.enum(['week', 'month', 'period']) })
const PriceCondition = z.object({
  resident: z.boolean().optional(),
  category: RequiredLine.optional(),
  isCategory: z.literal(true).optional(),
  scheme: RequiredLine.optional(),
  group: RequiredLine.optional(),
  rank: Range.optional(),
  children: Range.optional(),
  weekdays: Range.optional(),
  slots: z.array(SlotCode).max(20).readonly().optional(),
  dates: z.object({ from: DayText, to: DayText }).optional(),
  nth: DaysCounted.optional(),
  days: DaysCounted.optional(),
})
const UnitPrice = z.discriminatedUnion('method', [
  ...BasePrice.options,
  z.object({
    method: z.literal('cases'),
    cases: z
      .array(z.object({ when: PriceCondition, price: BasePrice }))
      .min(1, 'Il faut au moins un prix.')
      .max(30, 'Trente cas au plus.'),
    otherwise: BasePrice.nullable(),
  }),
  z.object({
    method: z.literal('together'),
    totals: z.array(BasePrice).min(1, 'Il faut au moins un prix.').max(10, 'Dix enfants au plus.'),
  }),
])
const Count = z.discriminatedUnion('per', [
  z.object({ per: z.literal('day'), slots: z.array(SlotCode), unit: Unit, price: UnitPrice }),
  z.object({ per: z.literal('slot'), slots: z.array(SlotCode), unit: Unit, price: UnitPrice }),
  z.object({
    per: z.literal('time'),
    slots: z.array(SlotCode),
    minutes: z.int().min(1).max(1440),
    grace: z.int().min(0).max(1440),
    unit: Unit,
    price: UnitPrice,
    measured: z.literal('present').optional(),
    clock: z.object({ from: TimeText.nullable(), to: TimeText.nullable() }).optional(),
    first: z.object({ minutes: z.int().min(1).max(1440), unit: Unit, price: UnitPrice }).optional(),
    least: Amount.optional(),
    most: Amount.optional(),
  }),
  z.object({
    per: z.literal('forfait'),
    span: z.enum(['week', 'month', 'term', 'schoolYear', 'period']),
    slots: z.array(SlotCode),
    by: z.enum(['registration', 'weekdays', 'sessions', 'booking', 'days', 'slots']),
    steps: z.array(z.object({ from: z.int(), unit: Unit, price: UnitPrice })).max(20, 'Vingt paliers au plus.'),
    partial: z.enum(['whole', 'openDays', 'startedWeeks']),
    absence: z.object({ from: z.int(), cents: Amount.nullable() }).nullable(),
    billed: z.enum(['start', 'end']),
    instalments: z.int().optional(),
    deposit: z.object({ cents: Amount, daysBefore: z.int() }).optional(),
  }),
  z.object({
    per: z.literal('formula'),
    formulas: z.array(z.object({ unit: Unit, combinations: z.array(z.array(SlotCode)), price: UnitPrice })),
  }),
])
const TariffLine = z.object({
  label: RequiredLine,
  fiscal: z.enum(['garde', 'repas', 'autre']),
  count: Count,
  withoutBooking: z.object({ unit: Unit, price: UnitPrice }).nullable(),
  when: PriceCondition.optional(),
  bundle: z.object({ from: z.int(), unit: Unit, price: UnitPrice }).optional(),
})

const Surcharge = z.union([z.object({ cents: Amount }), z.object({ percent: z.number() })])

/**
 * The content of a tariff from a given day on; `shared/rules/price/tariff-refusals.ts` refuses what cannot be billed.
 */
export const Definition = z.object({
  decision: Line.nullable(),
  example: z.boolean(),
  rounding: z.enum(['halfUp', 'halfUpToFive', 'halfUpToTen']),
  brackets: Brackets,
  lines: z.array(TariffLine).max(30, 'Trente lignes au plus.'),
  absence: z.object({
    unjustified: z.enum(['billed', 'notBilled']),
    justifiedInTime: z.enum(['billed', 'notBilled']),
  }),
  ranking: z
    .object({ among: z.enum(['registered', 'present', 'dependent']), over: z.enum(['home', 'activity']) })
    .optional(),
  siblings: z
    .object({
      percents: z.array(z.number()).max(10),
      cents: z.array(Amount).max(10).optional(),
      bracketsDown: z.array(z.int().min(0).max(29)).max(10).optional(),
      by: z.enum(['rank', 'count']).optional(),
      on: z.array(z.enum(['garde', 'repas', 'autre'])).max(3),
    })
    .optional(),
  reductions: z
    .array(
      z.object({
        per: z.enum(['week', 'month', 'period']),
        from: z.int(),
        cents: Amount,
        on: z.array(z.enum(['garde', 'repas', 'autre'])).max(3),
      }),
    )
    .max(10, 'Dix réductions au plus.')
    .optional(),
  limits: z
    .array(
      z.object({
        per: z.enum(['day', 'month']),
        of: z.enum(['child', 'home']),
        least: Amount.nullable(),
        most: Amount.nullable(),
      }),
    )
    .max(10, 'Dix limites au plus.')
    .optional(),
  latePickUp: z
    .object({
      label: RequiredLine,
      fiscal: z.enum(['garde', 'repas', 'autre']),
      free: z.int().min(0).max(240),
      part: z.int().min(1).max(240).nullable(),
      per: z.enum(['child', 'home']),
      unit: Unit,
      price: UnitPrice,
    })
    .optional(),
  beside: z
    .object({
      unbooked: Surcharge.optional(),
      untoldAbsence: Surcharge.optional(),
      lateBooking: Surcharge.optional(),
      lateCancellation: z
        .array(z.object({ notice: z.int(), surcharge: Surcharge }))
        .max(20)
        .optional(),
    })
    .optional(),
  deductions: z
    .array(
      z.object({
        label: RequiredLine,
        per: z.enum(['day', 'meal']),
        cents: Amount,
        upTo: z.number().nullable(),
        leaves: Amount,
        cap: z.object({ per: z.enum(['month', 'schoolYear']), cents: Amount }).nullable(),
      }),
    )
    .max(10, 'Dix déductions au plus.')
    .optional(),
  membership: z
    .object({
      label: RequiredLine,
      per: z.enum(['child', 'family']),
      year: z.enum(['school', 'civil']),
      price: UnitPrice,
    })
    .optional(),
  minimum: z.object({ cents: Amount }).optional(),
})
export type Definition = z.infer<typeof Definition>

type Aid = NonNullable<Definition['deductions']>[number]
type Membership = NonNullable<Definition['membership']>
type Forfait = Extract<z.infer<typeof Count>, { per: 'forfait' }>

/** Does not compile when the contract refuses something that the rules can price. */
export type ContractKnowsRules = [
  method: None<Exclude<rules.UnitPrice['method'], z.infer<typeof UnitPrice>['method']>>,
  condition: None<Exclude<keyof rules.PriceCondition, keyof z.infer<typeof PriceCondition>>>,
  ranking: None<Exclude<rules.Ranking['among'], NonNullable<Definition['ranking']>['among']>>,
  version: None<Exclude<keyof rules.TariffVersion, keyof Definition | 'from'>>,
  line: None<Exclude<keyof rules.TariffLine, keyof Definition['lines'][number]>>,
  nonResident: None<Exclude<rules.NonResident['rule'], z.infer<typeof NonResident>['rule']>>,
  count: None<Exclude<rules.Count['per'], z.infer<typeof Count>['per']>>,
  forfaitSpan: None<Exclude<rules.Forfait['span'], Forfait['span']>>,
  forfaitBy: None<Exclude<rules.Forfait['by'], Forfait['by']>>,
  forfait: None<Exclude<keyof rules.Forfait, keyof Forfait>>,
  fiscal: None<Exclude<rules.Fiscal, Definition['lines'][number]['fiscal']>>,
  rounding: None<Exclude<rules.TariffVersion['rounding'], Definition['rounding']>>,
  aid: None<Exclude<rules.Deduction['per'], Aid['per']>>,
  ceiling: None<Exclude<NonNullable<rules.Deduction['cap']>['per'], NonNullable<Aid['cap']>['per']>>,
  membership: None<Exclude<rules.Membership['per'], Membership['per']>>,
  year: None<Exclude<rules.Membership['year'], Membership['year']>>,
]

export const Tariff = z.object({
  id: Id,
  name: z.string(),
  /** Oldest first. */
  versions: z.array(z.object({ id: Id, from: DayOut, definition: Definition })),
  /** Activities that use this tariff. */
  activityIds: z.array(Id),
})
export type Tariff = z.infer<typeof Tariff>

/** Reservations that no invoice bills yet: their number, first and last day. */
const AffectedReservations = z.object({ count: z.int(), from: DayOut, to: DayOut })
export type AffectedReservations = z.infer<typeof AffectedReservations>

/** The reservations and papers on the days of a version. */
const TouchedByVersion = z.object({
  /** Reservations whose price the version changes; null when there are none. */
  unbilled: AffectedReservations.nullable(),
  /** The number of billed months of homes, which keep their prices. */
  billedSpans: z.int(),
})
export type TouchedByVersion = z.infer<typeof TouchedByVersion>

const DayRange = z.object({ from: DayText, to: DayText.optional() })
const DescribedHome = z.object({
  quotient: z.number().nullable(),
  resident: z.boolean(),
  scheme: Line.optional(),
  dependentChildren: z.int().min(0).max(30).nullable().optional(),
  categories: z
    .array(DayRange.extend({ childId: Id.nullable(), category: RequiredLine }))
    .max(30)
    .optional(),
  /** The eldest first. */
  children: z
    .array(
      z.object({
        registrations: z
          .array(
            DayRange.extend({
              period: z.object({ from: DayText, to: DayText }),
              week: z.array(z.object({ weekday: z.int().min(1).max(7), slot: SlotCode })).max(70),
            }),
          )
          .max(30)
          .optional(),
        openDays: z.array(DayText).max(400).optional(),
        group: Line.optional(),
        days: z
          .array(
            z.object({
              day: DayText,
              slots: z
                .array(
                  z.object({
                    slot: SlotCode,
                    why: z.enum(['booked', 'chargedCancellation', 'withoutBooking', 'lateCancellation']),
                    attendance: z.enum([
                      'expected',
                      'notPointed',
                      'present',
                      'absent',
                      'justifiedInTime',
                      'justifiedLate',
                    ]),
                    surcharge: z.union([Amount, z.object({ notice: z.int().min(0) })]).optional(),
                    minutes: z.int().min(0).max(1440).optional(),
                    hours: z.object({ from: z.int(), to: z.int() }).optional(),
                  }),
                )
                .max(30),
              late: z.object({ minutes: z.int().min(0).max(1440), cell: z.int() }).optional(),
              presence: z.object({ from: z.int().nullable(), to: z.int().nullable() }).optional(),
            }),
          )
          .max(400),
      }),
    )
    .min(1)
    .max(10),
})

const TryChildInput = z.object({
  tariffId: Id,
  definition: Definition,
  familyId: Id,
  childId: Id,
  from: DayText,
  to: DayText,
})
export type TryChildInput = z.infer<typeof TryChildInput>

const TriedPrice = z.object({
  lines: z.array(
    z.object({
      activity: z.string(),
      label: z.string(),
      quantity: z.int(),
      unit: Unit,
      totalCents: Cents,
      explanation: z.string(),
      days: z.array(DayOut),
    }),
  ),
  /** Absences that are not billed, and cancellations that are. */
  remarks: z.array(z.object({ day: DayOut, text: z.string() })),
  /** Why some days have no price. */
  errors: z.array(z.string()),
  warnings: z.array(z.string()),
  totalCents: Cents,
})
export type TriedPrice = z.infer<typeof TriedPrice>

const TriedChild = z.object({
  /** The facts on the first requested day; null when the home has nothing to price. */
  facts: z
    .object({
      quotient: z.number().nullable(),
      /** Null when no address is known. */
      isResident: z.boolean().nullable(),
      rank: z.int(),
      categories: z.array(z.string()),
      /** The child's groups in the activities with this tariff; empty when the tariff has no prices for groups. */
      groups: z.array(z.string()),
    })
    .nullable(),
  tried: TriedPrice,
  /** The price by the recorded versions, each on its own days. */
  recorded: TriedPrice,
})
export type TriedChild = z.infer<typeof TriedChild>

/** Compares two sets of tariffs on the days of a year: those in force on one day with those in force on another. */
const CompareInput = z.object({
  /** Null: all tariffs. */
  tariffId: Id.nullable(),
  before: DayText,
  after: DayText,
  /** An unrecorded definition that replaces the version of one tariff in the second set. */
  draft: z.object({ tariffId: Id, definition: Definition }).nullable(),
  /** The days compared. */
  from: DayText,
  to: DayText,
})
export type CompareInput = z.infer<typeof CompareInput>

const ComparedAmounts = z.object({
  /** The amount that homes and third parties pay together. */
  beforeCents: Cents,
  afterCents: Cents,
  /** The part that homes pay. */
  paidBeforeCents: Cents,
  paidAfterCents: Cents,
})
/** A group of homes; `up` and `down` count the homes that pay more or less themselves. */
const ComparedGroup = ComparedAmounts.extend({ families: z.int(), up: z.int(), down: z.int() })
export type ComparedGroup = z.infer<typeof ComparedGroup>
const BracketLabel = z.string().max(200).nullable()

const Comparison = z.object({
  total: ComparedGroup,
  /** Null: homes without a known quotient. A home whose quotient changed in the year counts in each of its brackets. */
  brackets: z.array(ComparedGroup.extend({ label: BracketLabel })).max(100),
  activities: z.array(ComparedGroup.extend({ activity: z.string().max(200) })).max(1000),
  /** The greatest increase first. */
  homes: z
    .array(
      ComparedAmounts.extend({
        familyId: Id,
        name: z.string().max(200),
        guardians: z.string().max(500),
        brackets: z.array(BracketLabel).max(100),
      }),
    )
    .max(100_000),
  /** Days that one of the two sets cannot price: neither side counts them. */
  unpricedDays: z.int(),
})
export type Comparison = z.infer<typeof Comparison>

const Compared = eventIterator(
  z.discriminatedUnion('step', [
    z.object({ step: z.literal('working'), done: z.int(), total: z.int() }),
    // The result is not validated, because a large town has a row for each of its homes.
    z.object({ step: z.literal('done'), result: z.custom<Comparison>() }),
  ]),
)

const LateCancellationPrices = z.object({
  /** The cost when the cancelled places stay billed. */
  chargedCents: z.int(),
  /** The cost when only the surcharge of the activity's rule, or of its tariff, is billed. */
  surchargeCents: z.int(),
  /** Whether the tariff sets the surcharge, and not the activity's rule. */
  byTariff: z.boolean(),
})
export type LateCancellationPrices = z.infer<typeof LateCancellationPrices>

/** Maximum number of cells whose late cancellation is priced at once: each home is priced for a year. */
export const maxPricedCells = 12

export const prices = {
  tariffs: procedure('tariffs.read').output(z.array(Tariff)),
  /** Without `id`, creates a tariff. */
  saveTariff: procedure('tariffs.write')
    .input(z.object({ id: Id.optional(), name: RequiredLine }))
    .output(Tariff),
  /** What recording a version would change, on its present days and on its new ones. */
  touched: procedure('tariffs.read')
    .input(z.object({ id: Id.optional(), tariffId: Id, from: DayText, absence: Definition.shape.absence }))
    .output(TouchedByVersion),
  /** Without `id`, creates a version: the previous one then ends on the day before. */
  saveVersion: procedure('tariffs.write')
    .input(z.object({ id: Id.optional(), tariffId: Id, from: DayText, definition: Definition }))
    .output(Tariff),
  removeVersion: procedure('tariffs.write')
    .input(z.object({ id: Id }))
    .output(Tariff),
  removeTariff: procedure('tariffs.write').input(z.object({ id: Id })),
  /** Null: the activity no longer has a price, and cannot be invoiced. */
  attach: procedure('tariffs.write').input(z.object({ activityId: Id, tariffId: Id.nullable() })),
  /** A PDF poster of one recorded version. */
  poster: procedure('tariffs.read')
    .input(z.object({ versionId: Id }))
    .output(z.instanceof(File)),
  /** « Comparer »: what the booked and attended days of a year cost under two sets of tariffs. */
  compare: procedure('tariffs.read').input(CompareInput).output(Compared),
  /** The comparison as a spreadsheet. */
  compareFile: procedure('tariffs.read').input(CompareInput).output(z.instanceof(File)),
  /** Prices the days of a home described by staff, by a definition that may be unrecorded. */
  tryPrice: procedure('tariffs.read')
    .input(z.object({ name: z.string(), definition: Definition, home: DescribedHome }))
    .output(z.custom<readonly SpanPrice[]>()),
  /** Prices the days of an existing child by a definition that may be unrecorded, and by the recorded versions. */
  tryChild: procedure('tariffs.read').input(TryChildInput).output(TriedChild),
  /** What a child's days, as booked and attended, would cost the family; for the calendar's panel. */
  priceOf: procedure('families.read')
    .input(
      z.object({
        familyId: Id,
        /** Used for the child's rank among siblings, when the tariff depends on it; absent: an only child. */
        childId: Id.optional(),
        /** Used for the child's group; absent: the group of each registration. */
        registrationId: Id.optional(),
        activityId: Id,
        days: z.array(z.object({ day: DayText, slotIds: z.array(Id).max(50) })).max(400),
      }),
    )
    .output(z.custom<Priced>()),
  /**
   * How much more homes would owe for places that staff free after their deadline than if nothing stayed due; null when
   * no cancellation is late.
   */
  lateCancellations: procedure('families.read')
    .input(z.object({ cells: z.array(CellKey).max(maxPricedCells) }))
    .output(LateCancellationPrices.nullable()),
}
