import { day } from '../rules/calendar/day.ts'
import type { Cents } from '../rules/money/money.ts'
import { bracketsFrom } from '../rules/price/bracket.ts'
import {
  defaultAbsence,
  lateCollectionSlot,
  type Tariff,
  type TariffLine,
  type TariffVersion,
  type UnitName,
  type UnitPrice,
} from '../rules/price/tariff.ts'

/*
 * The published table of the town of Falaise (Calvados), school year 2024-2025, read on falaise.fr, « accueils
 * périscolaires »; what it does not give is invented and flagged `example`.
 */

const read = bracketsFrom([0, 301, 621, 1101])
if ('refusal' in read) throw new RangeError(read.refusal)
const { brackets } = read

const session: UnitName = { one: 'séance', many: 'séances' }
const halfDay: UnitName = { one: 'demi-journée', many: 'demi-journées' }
const fullDay: UnitName = { one: 'journée', many: 'journées' }
const meal: UnitName = { one: 'repas', many: 'repas' }
const startedHour: UnitName = { one: 'heure commencée', many: 'heures commencées' }

const byBracket = (resident: readonly Cents[], nonResident: readonly Cents[]): UnitPrice => ({
  method: 'bracket',
  cents: resident,
  nonResident: { rule: 'column', cents: nonResident },
})
const forAll = (cents: Cents): UnitPrice => ({ method: 'fixed', cents, nonResident: { rule: 'same' } })

const version = (lines: readonly TariffLine[], example: boolean): TariffVersion => ({
  from: day('2024-09-01'),
  decision: example ? null : 'Grille publiée par la ville de Falaise, 2024-2025',
  example,
  rounding: 'halfUp',
  brackets,
  lines,
  absence: defaultAbsence,
})

const care = (half: UnitPrice, full: UnitPrice): TariffLine => ({
  label: 'Accueil',
  fiscal: 'garde',
  count: {
    per: 'formula',
    formulas: [
      { unit: halfDay, combinations: [['matin'], ['apres-midi']], price: half },
      { unit: fullDay, combinations: [['matin', 'apres-midi']], price: full },
    ],
  },
  withoutBooking: null,
})

const meals: TariffLine = {
  label: 'Repas',
  fiscal: 'repas',
  count: { per: 'slot', slots: ['repas'], unit: meal, price: forAll(450) },
  withoutBooking: null,
}

/** More than five minutes after closing time; noted at the day sheet, never booked. */
const lateCollection: TariffLine = {
  label: 'Retard',
  fiscal: 'autre',
  count: { per: 'time', slots: [lateCollectionSlot], minutes: 60, grace: 5, unit: startedHour, price: forAll(500) },
  withoutBooking: null,
}

const halfDay3to6 = byBracket([350, 475, 550, 625], [420, 570, 660, 750])
const fullDay3to6 = byBracket([655, 905, 1055, 1205], [785, 1085, 1265, 1445])

/** Morning and evening, « par séance ». */
export const falaisePeriscolaire: Tariff = {
  id: 'falaise-periscolaire',
  label: 'Accueil périscolaire',
  versions: [
    version(
      [
        {
          label: 'Accueil',
          fiscal: 'garde',
          count: {
            per: 'slot',
            slots: ['matin', 'soir'],
            unit: session,
            price: byBracket([180, 235, 295, 350], [215, 280, 355, 415]),
          },
          withoutBooking: null,
        },
        lateCollection,
      ],
      false,
    ),
  ],
}

export const falaiseWednesday3to6: Tariff = {
  id: 'falaise-mercredi-3-6',
  label: 'ALSH mercredi, 3-6 ans',
  versions: [version([care(halfDay3to6, fullDay3to6), meals, lateCollection], false)],
}

/** The town publishes the first bracket only; the others copy the 3-6 tariff, hence `example`. */
export const falaiseWednesday7to11: Tariff = {
  id: 'falaise-mercredi-7-11',
  label: 'ALSH mercredi, 7-11 ans',
  versions: [
    version(
      [
        care(
          byBracket([150, 475, 550, 625], [175, 570, 660, 750]),
          byBracket([240, 905, 1055, 1205], [290, 1085, 1265, 1445]),
        ),
        meals,
        lateCollection,
      ],
      true,
    ),
  ],
}

export const exampleHolidays: Tariff = {
  id: 'exemple-vacances',
  label: 'ALSH vacances',
  versions: [
    version(
      [care(byBracket([350, 475, 550, 625], [750]), byBracket([655, 905, 1055, 1205], [1445])), meals, lateCollection],
      true,
    ),
  ],
}

export const exampleCanteen: Tariff = {
  id: 'exemple-restaurant',
  label: 'Restaurant scolaire',
  versions: [
    version(
      [
        {
          label: 'Repas',
          fiscal: 'repas',
          count: {
            per: 'slot',
            slots: ['repas'],
            unit: meal,
            price: {
              method: 'effortRate',
              percent: 0.36,
              floor: 100,
              ceiling: 450,
              nonResident: { rule: 'column', cents: [550] },
            },
          },
          withoutBooking: null,
        },
      ],
      true,
    ),
  ],
}

/** For a town that prices the morning separately from the evening. */
export const exampleMorning: Tariff = {
  id: 'exemple-matin',
  label: 'Garderie du matin',
  versions: [
    version(
      [
        {
          label: 'Accueil',
          fiscal: 'garde',
          count: {
            per: 'slot',
            slots: ['matin'],
            unit: session,
            price: { method: 'bracket', cents: [100, 130, 160, 190], nonResident: { rule: 'percent', percent: 20 } },
          },
          withoutBooking: null,
        },
      ],
      true,
    ),
  ],
}

export const exampleTariffs: readonly Tariff[] = [
  falaisePeriscolaire,
  falaiseWednesday3to6,
  falaiseWednesday7to11,
  exampleHolidays,
  exampleCanteen,
  exampleMorning,
]
