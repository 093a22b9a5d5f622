import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, day } from '../../../shared/rules/calendar/day.ts'
import type { ChargeableSlot } from '../../../shared/rules/price/price-terms.ts'
import { priceSentences } from '../../../shared/rules/price/printed/price-sentences.ts'
import { copyWithPercent } from '../../../shared/rules/price/printed/tariff-copy.ts'
import { posterOf } from '../../../shared/rules/price/printed/tariff-poster.ts'
import type { AttendanceSurcharges, TariffLine, TariffVersion } from '../../../shared/rules/price/tariff.ts'
import { refuseTariff } from '../../../shared/rules/price/tariff-refusals.ts'
import { tryPrice } from '../../../shared/rules/price/trying/try-price.ts'
import { examples } from '../../support/long.ts'

const wednesday = day('2026-12-09')
const plain = (text: string | undefined) => text?.replaceAll(/[\u00A0\u202F]/g, ' ')
const fixed = (cents: number) => ({ method: 'fixed' as const, cents, nonResident: { rule: 'same' as const } })
const unit = { one: 'séance', many: 'séances' }

const bySlot = (slot: string, cents: number): TariffLine => ({
  label: slot,
  fiscal: 'garde',
  count: { per: 'slot', slots: [slot], unit, price: fixed(cents) },
  withoutBooking: null,
})
/** A half day, or a whole one, which costs less than two halves. */
const byFormula: TariffLine = {
  label: 'Accueil',
  fiscal: 'garde',
  count: {
    per: 'formula',
    formulas: [
      { unit: { one: 'demi-journée', many: 'demi-journées' }, combinations: [['matin'], ['soir']], price: fixed(600) },
      { unit: { one: 'journée', many: 'journées' }, combinations: [['matin', 'soir']], price: fixed(1000) },
    ],
  },
  withoutBooking: null,
}
const stay: TariffLine = {
  label: 'Séjour',
  fiscal: 'garde',
  count: {
    per: 'forfait',
    span: 'week',
    slots: ['camp'],
    by: 'booking',
    steps: [{ from: 1, unit, price: fixed(58_000) }],
    partial: 'whole',
    absence: null,
    billed: 'start',
  },
  withoutBooking: null,
}

const refunds: AttendanceSurcharges['lateCancellation'] = [
  { notice: 30, surcharge: { percent: 30 } },
  { notice: 7, surcharge: { percent: 70 } },
  { notice: 0, surcharge: { percent: 100 } },
]
const version = (
  beside: AttendanceSurcharges,
  lines: readonly TariffLine[] = [bySlot('repas', 400)],
): TariffVersion => ({
  from: day('2020-01-01'),
  decision: null,
  example: false,
  rounding: 'halfUp',
  brackets: [],
  lines,
  absence: { unjustified: 'billed', justifiedInTime: 'notBilled' },
  beside,
})

const kept = (slot: string, more: Partial<ChargeableSlot> = {}): ChargeableSlot => ({
  slot,
  why: 'booked',
  attendance: 'present',
  ...more,
})
const givenBack = (slot: string, notice: number, cell?: number): ChargeableSlot =>
  kept(slot, { why: 'lateCancellation', attendance: 'expected', surcharge: { notice }, cell })

const price = (own: TariffVersion, ...days: (readonly ChargeableSlot[])[]) => {
  const months = tryPrice(
    { id: '1', label: 'Cantine', versions: [own] },
    {
      quotient: null,
      resident: true,
      children: [{ days: days.map((slots, at) => ({ day: addDays(wednesday, at), slots })) }],
    },
  )
  const charges = months.flatMap((month) => month.charges)
  return {
    lines: charges.map(({ label, totalCents, fiscal }) => `${label} ${totalCents} ${fiscal}`),
    totalCents: charges.reduce((sum, { totalCents }) => sum + totalCents, 0),
    why: plain(charges.at(-1)?.explanation),
    cells: charges.at(-1)?.cellsOfUnits,
    errors: months.flatMap(({ errors }) => errors.map(({ text }) => plain(text))),
  }
}

describe('a late booking that the tariff prices', () => {
  it('costs a share of its place more, or an amount', () => {
    const late = kept('repas', { surcharge: { notice: 1 } })
    const half = price(version({ lateBooking: { percent: 50 } }), [late])
    expect(half.lines).toEqual(['repas 400 garde', 'Réservation hors délai 200 autre'])
    expect(half.why).toBe('demande après la date limite → 50 % du prix → majoration 2,00 €')
    expect(priceSentences(half.why ?? '')).toEqual([
      'Demande après la date limite.',
      'C’est 50 % du prix de la place.',
      'Majoration\u00a0: 2,00 €.',
    ])
    expect(price(version({ lateBooking: { cents: 250 } }), [late]).totalCents).toBe(650)
  })

  it('costs its price alone where the tariff adds nothing, or the child was absent in time', () => {
    const late = kept('repas', { surcharge: { notice: 1 } })
    expect(price(version({}), [late]).lines).toEqual(['repas 400 garde'])
    const absent = { ...late, attendance: 'justifiedInTime' as const }
    expect(price(version({ lateBooking: { percent: 50 } }), [absent]).lines).toEqual([])
  })

  it('keeps the amount that its cell has from a booking rule', () => {
    const { lines } = price(version({ lateBooking: { percent: 50 } }), [kept('repas', { surcharge: 100 })])
    expect(lines).toEqual(['repas 400 garde', 'Réservation hors délai 100 autre'])
  })
})

describe('a late cancellation that the tariff prices', () => {
  it.each([
    [45, 120],
    [30, 120],
    [29, 280],
    [7, 280],
    [1, 400],
    [0, 400],
  ])('%s days before leaves %s cents of 400 due', (notice, cents) => {
    expect(price(version({ lateCancellation: refunds }), [givenBack('repas', notice)]).totalCents).toBe(cents)
  })

  it('says why, and is no child care', () => {
    const { lines, why } = price(version({ lateCancellation: refunds }), [givenBack('repas', 20)])
    expect(lines).toEqual(['Annulation tardive 280 autre'])
    expect(why).toBe('annulation demandée 20 jours avant → 70 % du prix → majoration 2,80 €')
  })

  it('is a share of what it saves: half a day given back beside one that is kept', () => {
    const beside = { lateCancellation: [{ notice: 0, surcharge: { percent: 50 } }] }
    const { totalCents } = price(version(beside, [byFormula]), [kept('matin'), givenBack('soir', 3)])
    expect(totalCents).toBe(600 + 200)
  })

  it('of a forfait leaves a share of it due, once, by the notice of the last day given back', () => {
    const own = version({ lateCancellation: refunds }, [stay])
    const days = [1, 2, 3].map((cell) => [givenBack('camp', cell === 2 ? 20 : 40, cell)])
    const { lines, cells, why } = price(own, ...days)
    expect(lines).toEqual(['Annulation tardive 40600 autre'])
    expect(cells).toEqual([[1, 2, 3]])
    expect(why).toBe('annulation demandée 20 jours avant → 70 % du prix → majoration 406,00 €')
    // One of its days is left: the forfait is owed whole, and nothing beside it.
    expect(price(own, [kept('camp')], ...days.slice(1)).totalCents).toBe(58_000)
  })

  it('of a slot that the forfait covers only for others costs its share, or its amount', () => {
    const others: TariffLine = { ...stay, when: { category: 'forfait' } }
    const amount = { lateCancellation: [{ notice: 0, surcharge: { cents: 150 } }] }
    const lines = [others, bySlot('camp', 900)]
    expect(price(version({ lateCancellation: refunds }, lines), [givenBack('camp', 20)]).totalCents).toBe(630)
    expect(price(version(amount, lines), [givenBack('camp', 20)]).totalCents).toBe(150)
  })

  it('of a slot without a price is an error, as for a booked slot', () => {
    const slots = [givenBack('sieste', 3), givenBack('repas', 3)]
    const { errors } = price(version({ lateCancellation: refunds }), slots)
    expect(errors).toEqual(['Aucun prix pour sieste le mer. 9 déc. : Cantine'])
  })

  it('costs nothing where the tariff leaves nothing due', () => {
    expect(price(version({}), [givenBack('repas', 3)]).lines).toEqual([])
  })

  it('never costs more than to keep the place, nor less than to have cancelled in time', () => {
    const slots = fc.subarray(['matin', 'soir', 'repas'], { minLength: 1 })
    const days = fc.array(fc.tuple(slots, slots, fc.nat(40)), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(days, (asked) => {
        const own = version({ lateCancellation: refunds }, [byFormula, bySlot('repas', 400)])
        const sum = (held: (slot: string, notice: number) => ChargeableSlot[]) =>
          price(
            own,
            ...asked.map(([booked, cancelled, notice]) =>
              booked.flatMap((slot) => (cancelled.includes(slot) ? held(slot, notice) : [kept(slot)])),
            ),
          ).totalCents
        const late = sum((slot, notice) => [givenBack(slot, notice)])
        expect(late).toBeLessThanOrEqual(sum((slot) => [kept(slot)]))
        expect(late).toBeGreaterThanOrEqual(sum(() => []))
      }),
      { numRuns: examples(100) },
    )
  })
})

describe('what the tariff says of late asks', () => {
  const both: AttendanceSurcharges = { lateBooking: { percent: 50 }, lateCancellation: refunds }

  it('is on its poster', () => {
    const notes = posterOf(version(both)).notes.map(plain)
    expect(notes).toContain('Réservation hors délai : 50 % du prix de plus par plage.')
    expect(notes).toContain(
      'Annulation hors délai, reste dû : 30 jours avant ou plus, 30 % du prix ; 7 jours avant ou plus, 70 % du prix ; au dernier moment, 100 % du prix.',
    )
  })

  it('is copied, its amounts raised and its shares kept', () => {
    const amounts: AttendanceSurcharges = {
      lateBooking: { cents: 200 },
      lateCancellation: [
        { notice: 7, surcharge: { percent: 50 } },
        { notice: 0, surcharge: { cents: 1000 } },
      ],
    }
    expect(copyWithPercent(version(amounts), 10, 'halfUp').definition.beside).toEqual({
      lateBooking: { cents: 220 },
      lateCancellation: [
        { notice: 7, surcharge: { percent: 50 } },
        { notice: 0, surcharge: { cents: 1100 } },
      ],
    })
  })

  it.each<[string, AttendanceSurcharges, RegExp]>([
    ['a share of nothing', { lateBooking: { percent: 0 } }, /de 0 à 1000/],
    ['more due than the price', { lateCancellation: [{ notice: 0, surcharge: { percent: 101 } }] }, /de 0 à 100/],
    ['a negative amount', { lateCancellation: [{ notice: 0, surcharge: { cents: -1 } }] }, /supérieure à zéro/],
    ['steps that grow', { lateCancellation: [...refunds].toReversed() }, /du plus grand au plus petit/],
    ['steps with a hole at the end', { lateCancellation: refunds.slice(0, 2) }, /à partir de 0 jour/],
  ])('is refused: %s', (_, beside, sentence) => {
    expect(plain(refuseTariff({ id: '1', label: 'Cantine', versions: [version(beside)] }))).toMatch(sentence)
  })
})
