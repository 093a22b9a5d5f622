import * as z from 'zod'
import type { Day } from '../../rules/day.ts'
import type { Priced } from '../../rules/price.ts'
import { CentsNumber, DayText, Id, Line, procedure, RequiredLine } from '../procedure.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')

const Amount = CentsNumber.min(0, 'Un prix ne peut pas être négatif.').max(10_000_000, 'Prix trop grand.')
const SlotCode = RequiredLine
const Unit = z.object({ one: RequiredLine, many: RequiredLine })
const Bracket = z.object({ min: z.number(), below: z.number().nullable(), label: RequiredLine })

const NonResident = z.discriminatedUnion('rule', [
  z.object({ rule: z.literal('same') }),
  z.object({ rule: z.literal('percent'), percent: z.number() }),
  z.object({ rule: z.literal('column'), cents: z.array(Amount) }),
])
const UnitPrice = z.discriminatedUnion('method', [
  z.object({ method: z.literal('fixed'), cents: Amount, nonResident: NonResident }),
  z.object({ method: z.literal('bracket'), cents: z.array(Amount), nonResident: NonResident }),
  z.object({
    method: z.literal('effortRate'),
    percent: z.number(),
    floor: Amount,
    ceiling: Amount,
    nonResident: NonResident,
  }),
])
const Count = z.discriminatedUnion('per', [
  z.object({ per: z.literal('day'), slots: z.array(SlotCode), unit: Unit, price: UnitPrice }),
  z.object({ per: z.literal('slot'), slots: z.array(SlotCode), unit: Unit, price: UnitPrice }),
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
})

/** What a tariff says from a day on; the rules of `shared/rules/tariff.ts` refuse what cannot be billed. */
export const Definition = z.object({
  decision: Line.nullable(),
  example: z.boolean(),
  rounding: z.literal('halfUp'),
  brackets: z.array(Bracket).max(30, 'Trente tranches au plus.'),
  lines: z.array(TariffLine).max(30, 'Trente lignes au plus.'),
  absence: z.object({
    unjustified: z.enum(['billed', 'notBilled']),
    justifiedInTime: z.enum(['billed', 'notBilled']),
  }),
})
export type Definition = z.infer<typeof Definition>

export const Tariff = z.object({
  id: Id,
  name: z.string(),
  /** Oldest first. */
  versions: z.array(z.object({ id: Id, from: DayOut, definition: Definition })),
  /** Activities that it prices. */
  activityIds: z.array(Id),
})
export type Tariff = z.infer<typeof Tariff>

export const prices = {
  tariffs: procedure('tariffs.read').output(z.array(Tariff)),
  /** Without `id`, a new one. */
  saveTariff: procedure('tariffs.write')
    .input(z.object({ id: Id.optional(), name: RequiredLine }))
    .output(Tariff),
  /** Without `id`, a new dated version: the one before holds until the day before. */
  saveVersion: procedure('tariffs.write')
    .input(z.object({ id: Id.optional(), tariffId: Id, from: DayText, definition: Definition }))
    .output(Tariff),
  removeVersion: procedure('tariffs.write')
    .input(z.object({ id: Id }))
    .output(Tariff),
  removeTariff: procedure('tariffs.write').input(z.object({ id: Id })),
  /** Null: the activity has no price any more, and cannot be invoiced. */
  attach: procedure('tariffs.write').input(z.object({ activityId: Id, tariffId: Id.nullable() })),
  /** What days of one child would cost the family, as they were booked and attended: the calendar's panel. */
  priceOf: procedure('families.read')
    .input(
      z.object({
        familyId: Id,
        activityId: Id,
        days: z.array(z.object({ day: DayText, slotIds: z.array(Id).max(50) })).max(400),
      }),
    )
    .output(z.custom<Priced>()),
}
