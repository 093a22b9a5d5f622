import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, type Day, day, daysBetween, mondayOf, weekday } from '../../../shared/rules/calendar/day.ts'
import { refuseClosedForfaits } from '../../../shared/rules/price/forfaits/closed-forfaits.ts'
import type { ChargeableDay, PartRegistration } from '../../../shared/rules/price/price-terms.ts'
import type { Forfait, TariffVersion } from '../../../shared/rules/price/tariff.ts'
import { refuseTariff } from '../../../shared/rules/price/tariff-refusals.ts'
import { type DescribedChild, tryPrice } from '../../../shared/rules/price/trying/try-price.ts'
import { examples } from '../../support/long.ts'

const plain = (text: string | undefined) => text?.replaceAll(/[\u00A0\u202F]/g, ' ')
const unit = { one: 'mois', many: 'mois' }
const price = (cents: number) => ({ method: 'fixed', cents, nonResident: { rule: 'same' } }) as const
const evening: Forfait = {
  per: 'forfait',
  span: 'month',
  slots: ['soir'],
  by: 'registration',
  steps: [{ from: 1, unit, price: price(4000) }],
  partial: 'whole',
  absence: null,
  billed: 'start',
}
const tariffWith = (more: Partial<Forfait>, rules: Partial<TariffVersion> = {}) => ({
  id: '1',
  label: 'Garderie',
  versions: [
    {
      from: day('2020-01-01'),
      decision: null,
      example: false,
      rounding: 'halfUp' as const,
      brackets: [],
      lines: [{ label: 'Garderie', fiscal: 'garde' as const, count: { ...evening, ...more }, withoutBooking: null }],
      absence: { unjustified: 'billed' as const, justifiedInTime: 'notBilled' as const },
      ...rules,
    },
  ],
})

const year = { from: day('2026-09-01'), to: day('2027-07-03') }
const openDays = daysBetween(year.from, year.to).filter((on) => weekday(on) < 6)
const registered = (from: string, to: string, weekdays = [1, 4]): PartRegistration => ({
  from: day(from),
  to: day(to),
  period: year,
  week: weekdays.map((one) => ({ weekday: one, slot: 'soir' })),
})
const inNovember = (weekdays: number[]) => ({
  registrations: [registered('2026-11-01', '2026-11-30', weekdays)],
  days: [],
})
const came = (on: Day, attendance: 'present' | 'justifiedInTime' = 'present'): ChargeableDay => ({
  day: on,
  slots: [{ slot: 'soir', cell: 1, why: 'booked', attendance }],
})
const lines = (more: Partial<Forfait>, child: DescribedChild) =>
  tryPrice(tariffWith(more), { quotient: null, resident: true, children: [{ openDays, ...child }] }).flatMap(
    ({ charges, errors }) => [
      ...charges.map(({ days, unitCents }) => `${days[0]} ${unitCents}`),
      ...errors.map(({ text }) => text),
    ],
  )

describe('the price of a span', () => {
  const twoMonths = { registrations: [registered('2026-11-01', '2026-12-31')], days: [] }

  it('is owed by a registered child who booked nothing, once a month', () => {
    expect(lines({}, twoMonths)).toEqual(['2026-11-01 4000', '2026-12-01 4000'])
    expect(lines({ billed: 'end' }, twoMonths)).toEqual(['2026-11-30 4000', '2026-12-31 4000'])
  })

  it('is not owed for a month in which the activity is closed', () => {
    const open = openDays.filter((on) => on < day('2026-12-01'))
    expect(lines({}, { ...twoMonths, openDays: open })).toEqual(['2026-11-01 4000'])
  })

  it('has a step for each number of weekdays of the typical week', () => {
    const steps = [1, 2, 4].map((from) => ({ from, unit, price: price(from * 1000) }))
    const by = 'weekdays'
    expect(
      [[1], [1, 2], [1, 2, 4], [1, 2, 4, 5]].flatMap((weekdays) => lines({ by, steps }, inNovember(weekdays))),
    ).toEqual(['2026-11-01 1000', '2026-11-01 2000', '2026-11-01 2000', '2026-11-01 4000'])
  })

  it.each<[Forfait['partial'], string]>([
    ['whole', '2026-11-16 4000'],
    // 11 of 21 open days, 3 of the 5 weeks that November opens.
    ['openDays', '2026-11-16 2095'],
    ['startedWeeks', '2026-11-16 2400'],
  ])('is owed in part on arrival in the middle of a month: %s', (partial, line) => {
    expect(lines({ partial }, { registrations: [registered('2026-11-16', '2026-11-30')], days: [] })).toEqual([line])
  })

  it('is less by what justified absences take off, from so many days on', () => {
    const days = [0, 7, 14].map((more) => came(addDays(day('2026-11-02'), more), 'justifiedInTime'))
    const child = { registrations: [registered('2026-11-01', '2026-11-30')], days }
    expect(lines({ absence: { from: 3, cents: 385 } }, child)).toEqual(['2026-11-01 2845'])
    expect(lines({ absence: { from: 3, cents: null } }, child)).toEqual([`2026-11-01 ${4000 - 3 * 190}`])
    expect(lines({ absence: { from: 4, cents: 385 } }, child)).toEqual(['2026-11-01 4000'])
  })

  it('of a year is paid in parts that add up', () => {
    const child = { registrations: [registered('2026-09-01', '2027-07-03')], days: [] }
    const parts = lines({ span: 'schoolYear', instalments: 3, steps: [{ from: 1, unit, price: price(10_000) }] }, child)
    expect(parts).toEqual(['2026-09-01 3334', '2026-10-01 3333', '2026-11-01 3333'])
  })

  it('of a stay has a deposit before it begins', () => {
    const child = {
      registrations: [
        { ...registered('2026-12-21', '2026-12-25'), period: { from: day('2026-12-21'), to: day('2026-12-25') } },
      ],
      days: [],
    }
    expect(lines({ span: 'period', deposit: { cents: 1500, daysBefore: 30 } }, child)).toEqual([
      '2026-11-21 1500',
      '2026-12-21 2500',
    ])
  })

  it('of a week that crosses two months belongs to the month of its Monday, and counts its days in both', () => {
    const days = [came(day('2026-11-30')), came(day('2026-12-01')), came(day('2026-12-03'))]
    const steps = [1, 2, 3].map((from) => ({ from, unit, price: price(from * 300) }))
    expect(lines({ span: 'week', by: 'days', steps }, { days })).toEqual(['2026-11-30 900'])
  })

  it('of a week is owed once, in the month of its Monday, whichever of its days are booked', () => {
    const around = daysBetween(day('2026-11-16'), day('2027-01-08'))
    fc.assert(
      fc.property(
        fc.subarray(around, { minLength: 1 }),
        fc.constantFrom(...around),
        fc.constantFrom('booking' as const, 'registration' as const),
        (booked, from, by) => {
          const days = booked.filter((on) => on >= from).map((on) => came(on))
          const owed = by === 'booking' ? booked.filter((on) => on >= from) : around.filter((on) => on >= from)
          const child = { registrations: [registered(from, '2027-01-08')], openDays: around, days }
          expect(lines({ span: 'week', by }, child)).toEqual(
            [...new Set(owed.map(mondayOf))].map((monday) => `${monday} 4000`),
          )
        },
      ),
      { numRuns: examples(50) },
    )
  })

  it('says why it asks what it asks', () => {
    const [span] = tryPrice(tariffWith({ partial: 'startedWeeks' }), {
      quotient: null,
      resident: true,
      children: [{ openDays, registrations: [registered('2026-11-16', '2026-11-30')], days: [] }],
    })
    expect(plain(span?.charges[0]?.explanation)).toBe(
      'novembre 2026 → mois 40,00 € → 3 semaines commencées sur 5 → 24,00 €',
    )
  })

  it('leaves a slot without a price where nobody owes it', () => {
    expect(lines({ by: 'weekdays' }, { days: [came(day('2026-11-02'))] })[0]).toMatch(/Aucun prix pour soir/)
  })

  it('costs a year the same whatever days are booked or missed without a paper', () => {
    const some = fc.subarray(openDays, { maxLength: 30 })
    fc.assert(
      fc.property(
        some,
        fc.constantFrom('week' as const, 'month' as const, 'term' as const, 'schoolYear' as const),
        (days, span) => {
          const registrations = [registered('2026-09-01', '2027-07-03')]
          const sum = (booked: readonly Day[]) =>
            tryPrice(tariffWith({ span }), {
              quotient: null,
              resident: true,
              children: [{ openDays, registrations, days: booked.map((on) => came(on)) }],
            }).reduce((total, { totalCents }) => total + totalCents, 0)
          expect(sum(days)).toBe(sum([]))
        },
      ),
      { numRuns: examples(30) },
    )
  })
})

describe('bad input', () => {
  it.each<[string, Partial<Forfait>, RegExp]>([
    ['no price', { steps: [] }, /aucun prix/],
    [
      'steps out of order',
      { by: 'days', steps: [2, 1].map((from) => ({ from, unit, price: price(1) })) },
      /plus petit au plus grand/,
    ],
    ['steps that nothing counts', { steps: [1, 2].map((from) => ({ from, unit, price: price(1) })) }, /ne compte rien/],
    ['a negative price', { steps: [{ from: 1, unit, price: price(-1) }] }, /jamais négatif/],
    ['a month in parts', { instalments: 3 }, /se paie en une fois/],
    ['no slot', { slots: [] }, /aucune plage/],
    ['a deposit of nothing', { deposit: { cents: 0, daysBefore: 3 } }, /acompte/],
  ])('refuses %s', (_, more, sentence) => {
    expect(refuseTariff(tariffWith(more))).toMatch(sentence)
  })
})

const camp = (dates: { from: Day; to: Day } | undefined) => {
  const [version] = tariffWith({ span: 'period', by: 'booking' }).versions
  if (!version) throw new Error('the tariff has a version')
  return { ...version, lines: version.lines.map((line) => ({ ...line, ...(dates && { when: { dates } }) })) }
}

describe('a forfait over days on which no activity opens', () => {
  const july = { from: day('2026-07-06'), to: day('2026-07-10') }
  const summer = { from: day('2026-07-01'), to: day('2026-08-31') }
  const opened = (...openDays: Day[]) => [{ periods: [summer], openDays }]

  it('is refused at its line, with its days', () => {
    const refused = refuseClosedForfaits(camp(july), null, opened(day('2026-07-13')))
    expect({ ...refused, sentence: plain(refused?.sentence) }).toEqual({
      line: 0,
      sentence:
        '« Garderie » : aucune activité à ce tarif n’ouvre du 06/07/2026 au 10/07/2026, ce forfait ne serait jamais dû.',
    })
    expect(plain(refuseClosedForfaits(camp(undefined), null, opened())?.sentence)).toMatch(/n’ouvre depuis le 01\/01/)
  })

  it('is accepted where one of its days is open, and where no period says anything of its days yet', () => {
    expect(refuseClosedForfaits(camp(july), null, opened(day('2026-07-10')))).toBeUndefined()
    expect(refuseClosedForfaits(camp(july), null, [])).toBeUndefined()
    const nextYear = { from: day('2027-07-06'), to: day('2027-07-10') }
    expect(refuseClosedForfaits(camp(nextYear), null, opened(day('2026-07-13')))).toBeUndefined()
  })
})
