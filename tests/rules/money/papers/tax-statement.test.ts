import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { day, yearOf } from '../../../../shared/rules/calendar/day.ts'
import {
  accountYear,
  expenseCeiling,
  type FiscalAmount,
  type HomeAccount,
  isUnderSix,
  spendPayments,
  taxCertificates,
} from '../../../../shared/rules/money/tax-statement.ts'
import type { Fiscal } from '../../../../shared/rules/price/tariff.ts'

const [lina, tom] = [1, 2]
const [alsh, evening] = [10, 11]
const amount = (fiscal: Fiscal, cents: number, childId = lina, activityId = alsh): FiscalAmount => ({
  childId,
  activityId,
  fiscal,
  cents,
})
/** Lina is 4 on 1 January 2026, Tom is 7. */
const children = new Map([
  [lina, { birth: day('2021-06-10'), isShared: false }],
  [tom, { birth: day('2018-03-01'), isShared: false }],
])
const paid = (id: number, on: string, cents: number, more: object = {}) => ({
  id,
  on: day(on),
  payer: '',
  means: 'cheque' as const,
  cents,
  ...more,
})
const part = (paymentId: number, invoiceId: number, cents: number) => ({
  paymentId,
  creditNoteId: null,
  invoiceId,
  cents,
})
const credited = (creditNoteId: number, invoiceId: number, cents: number) => ({
  paymentId: null,
  creditNoteId,
  invoiceId,
  cents,
})
const account = (some: Partial<HomeAccount>): HomeAccount => ({
  invoices: [],
  creditNotes: [],
  payments: [],
  parts: [],
  ...some,
})
const certificate = (some: Partial<HomeAccount>, year = 2026) => {
  const [first] = taxCertificates(account(some), year, children)
  if (!first) throw new Error('nothing was paid')
  return first
}

describe('the tax certificate', () => {
  it('gives what was paid for care, without meals, penalties, or anything for a child of 6', () => {
    const made = certificate({
      invoices: [
        {
          id: 1,
          amounts: [
            amount('garde', 6000),
            amount('repas', 2000),
            amount('autre', 500),
            amount('garde', 1500, lina, evening),
            amount('garde', 4000, tom),
          ],
        },
      ],
      payments: [paid(1, '2026-11-10', 14_000)],
      parts: [part(1, 1, 14_000)],
    })
    expect(made).toMatchObject({ careCents: 7500, otherCents: 6500, unspentCents: 0 })
    expect(made.children).toEqual([
      {
        childId: lina,
        cents: 7500,
        ceilingCents: 350_000,
        isShared: false,
        activities: [
          { activityId: alsh, cents: 6000 },
          { activityId: evening, cents: 1500 },
        ],
      },
    ])
  })

  it('counts what was paid in the year, whenever it was billed: one payment may cover two years of care', () => {
    const one: Partial<HomeAccount> = {
      invoices: [
        { id: 1, amounts: [amount('garde', 3000)] },
        { id: 2, amounts: [amount('garde', 5000)] },
      ],
      payments: [paid(1, '2025-12-20', 1000), paid(2, '2026-01-12', 7000)],
      parts: [part(1, 1, 1000), part(2, 1, 2000), part(2, 2, 5000)],
    }
    expect(certificate(one, 2025).careCents).toBe(1000)
    expect(certificate(one, 2026).careCents).toBe(7000)
  })

  it('spreads a part payment over the lines in proportion, to the cent, the largest remainder first', () => {
    const one: Partial<HomeAccount> = {
      invoices: [{ id: 1, amounts: [amount('garde', 1000), amount('repas', 500)] }],
      payments: [paid(1, '2026-02-01', 500), paid(2, '2026-03-01', 1000)],
      parts: [part(1, 1, 500), part(2, 1, 1000)],
    }
    expect(spendPayments(account(one)).map(({ fiscal, cents }) => [fiscal, cents])).toEqual([
      ['garde', 333],
      ['repas', 167],
      ['garde', 667],
      ['repas', 333],
    ])
  })

  describe('of vouchers that may pay only care', () => {
    const invoice = { id: 1, amounts: [amount('garde', 5000), amount('repas', 3000)] }
    const cesu = (id: number, on: string, cents: number, eligible = [{ ...amount('garde', 5000), invoiceId: 1 }]) =>
      paid(id, on, cents, { means: 'cesu', eligible })

    it('counts all of them as care, whichever money came first; the other money then pays the meals', () => {
      for (const [first, second] of [
        ['2026-02-01', '2026-03-01'],
        ['2026-03-01', '2026-02-01'],
      ] as const) {
        const one = account({
          invoices: [invoice],
          payments: [paid(1, first, 3000), cesu(2, second, 5000)],
          parts: [part(1, 1, 3000), part(2, 1, 5000)],
        })
        expect(spendPayments(one).map(({ paymentId, fiscal, cents }) => [paymentId, fiscal, cents])).toEqual([
          [2, 'garde', 5000],
          [1, 'repas', 3000],
        ])
        expect(certificate(one)).toMatchObject({ careCents: 5000, byMeans: [{ means: 'cesu', cents: 5000 }] })
      }
    })

    it('changes nothing of a year that is over', () => {
      const one = account({
        invoices: [invoice],
        payments: [paid(1, '2025-12-20', 3000), cesu(2, '2026-01-12', 5000)],
        parts: [part(1, 1, 3000), part(2, 1, 5000)],
      })
      expect(certificate(one, 2025).careCents).toBe(1875)
      expect(certificate(one, 2026).careCents).toBe(3125)
    })

    it('lets no amount take more of several vouchers than it may: only the days before a birthday', () => {
      const eligible = [
        { ...amount('garde', 2500), invoiceId: 1 },
        { ...amount('garde', 2500, tom), invoiceId: 1 },
      ]
      const one = account({
        invoices: [{ id: 1, amounts: [amount('garde', 5000), amount('garde', 2500, tom)] }],
        payments: [
          cesu(1, '2026-02-01', 3000, eligible),
          cesu(2, '2026-02-02', 2000, eligible),
          paid(3, '2026-02-03', 2500),
        ],
        parts: [part(1, 1, 3000), part(2, 1, 2000), part(3, 1, 2500)],
      })
      const byChild = spendPayments(one).map(({ paymentId, childId, cents }) => [paymentId, childId, cents])
      expect(byChild).toEqual([
        [1, lina, 1500],
        [1, tom, 1500],
        [2, lina, 1000],
        [2, tom, 1000],
        [3, lina, 2500],
      ])
    })

    it('follows a credit note of the care to what that was used for, not to the meals', () => {
      const one = account({
        invoices: [invoice, { id: 2, amounts: [amount('garde', 2000, lina, evening)] }],
        creditNotes: [{ id: 3, correctsId: 1, amounts: [amount('garde', -2000)] }],
        payments: [cesu(1, '2026-02-01', 5000), paid(2, '2026-02-02', 3000)],
        parts: [part(1, 1, 5000), part(2, 1, 3000), credited(3, 2, 2000)],
      })
      expect(spendPayments(one).map(({ paymentId, activityId, fiscal }) => [paymentId, activityId, fiscal])).toEqual([
        [1, alsh, 'garde'],
        [2, alsh, 'repas'],
        [1, evening, 'garde'],
      ])
    })
  })

  it('takes a credit note off: what it frees pays what it was used for', () => {
    const one: Partial<HomeAccount> = {
      invoices: [
        { id: 1, amounts: [amount('garde', 6000), amount('repas', 4000)] },
        { id: 2, amounts: [amount('repas', 3000)] },
      ],
      creditNotes: [{ id: 3, correctsId: 1, amounts: [amount('garde', -2000)] }],
      payments: [paid(1, '2026-02-01', 10_000)],
      parts: [part(1, 1, 10_000)],
    }
    expect(certificate(one)).toMatchObject({ careCents: 4000, otherCents: 4000, unspentCents: 2000 })
    const used = { ...one, parts: [...(one.parts ?? []), credited(3, 2, 2000)] }
    expect(certificate(used)).toMatchObject({ careCents: 4000, otherCents: 6000, unspentCents: 0 })
  })

  it('takes the aid already deducted off what it helps', () => {
    const one: Partial<HomeAccount> = {
      invoices: [{ id: 1, amounts: [amount('garde', 6000), amount('garde', -1500), amount('repas', 1000)] }],
      payments: [paid(1, '2026-02-01', 5500)],
      parts: [part(1, 1, 5500)],
    }
    expect(certificate(one)).toMatchObject({ careCents: 4500, otherCents: 1000 })
  })

  it('there is one for each payer, with CESU apart', () => {
    const made = taxCertificates(
      account({
        invoices: [{ id: 1, amounts: [amount('garde', 9000)] }],
        payments: [
          paid(1, '2026-02-01', 2000, { means: 'cesu' }),
          paid(2, '2026-02-02', 4000, { means: 'online' }),
          paid(3, '2026-02-03', 3000, { payer: 'Mme Huguette Duval' }),
        ],
        parts: [part(1, 1, 2000), part(2, 1, 4000), part(3, 1, 3000)],
      }),
      2026,
      children,
    )
    expect(made.map(({ payer, careCents }) => [payer, careCents])).toEqual([
      ['', 6000],
      ['Mme Huguette Duval', 3000],
    ])
    expect(made[0]?.byMeans).toEqual([
      { means: 'cesu', cents: 2000 },
      { means: 'online', cents: 4000 },
    ])
  })

  it('is of children under 6 on 1 January, those born in the year too', () => {
    expect(isUnderSix(day('2020-01-01'), 2026)).toBe(false)
    expect(isUnderSix(day('2020-01-02'), 2026)).toBe(true)
    expect(isUnderSix(day('2026-12-31'), 2026)).toBe(true)
    expect(isUnderSix(day('2027-01-01'), 2026)).toBe(false)
  })

  it('names the ceiling of a child, halved in shared custody, without reducing what was paid', () => {
    expect(expenseCeiling(2026, false)).toBe(350_000)
    expect(expenseCeiling(2026, true)).toBe(175_000)
    expect(expenseCeiling(2021, true)).toBe(115_000)
    const made = certificate({
      invoices: [{ id: 1, amounts: [amount('garde', 400_000)] }],
      payments: [paid(1, '2026-02-01', 400_000)],
      parts: [part(1, 1, 400_000)],
    })
    expect(made.careCents).toBe(400_000)
  })
})

const anyAmount = fc.record({
  childId: fc.constantFrom(lina, tom),
  activityId: fc.constantFrom(alsh, evening),
  fiscal: fc.constantFrom<Fiscal>('garde', 'repas', 'autre'),
  cents: fc.integer({ min: -2000, max: 10_000 }),
})

const totalOf = (amounts: readonly FiscalAmount[]) => amounts.reduce((sum, { cents }) => sum + cents, 0)

/** Any account that the desk could hold: no invoice settled beyond its total, no money used twice. */
const anyAccount: fc.Arbitrary<HomeAccount> = fc
  .record({
    invoices: fc.array(fc.array(anyAmount, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 5 }),
    notes: fc.array(fc.record({ of: fc.nat(4), share: fc.double({ min: 0.01, max: 1, noNaN: true }) }), {
      maxLength: 3,
    }),
    payments: fc.array(
      fc.record({
        on: fc.constantFrom('2025-12-31', '2026-01-01', '2026-06-15', '2026-12-31', '2027-01-01'),
        payer: fc.constantFrom('', 'Mme Duval'),
        cents: fc.integer({ min: 1, max: 20_000 }),
        eligible: fc.constantFrom<Fiscal | null>(null, null, 'garde'),
      }),
      { maxLength: 6 },
    ),
    order: fc.array(
      fc.record({ source: fc.nat(8), invoice: fc.nat(4), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
      {
        maxLength: 14,
      },
    ),
  })
  .map(({ invoices, notes, payments, order }) => {
    const made = invoices
      .filter((amounts) => totalOf(amounts) >= 0)
      .map((amounts, index) => ({ id: index + 1, amounts }))
    const creditNotes = notes.flatMap(({ of, share }, index) => {
      const corrected = made[of]
      if (!corrected || notes.findIndex((one) => one.of === of) !== index) return []
      const amounts = corrected.amounts
        .filter(({ cents }) => cents > 0)
        .map((one) => ({ ...one, cents: -Math.floor(one.cents * share) }))
      return totalOf(amounts) < 0 && totalOf(corrected.amounts) + totalOf(amounts) >= 0
        ? [{ id: 100 + index, correctsId: corrected.id, amounts }]
        : []
    })
    const received = payments.map(({ on, cents, payer, eligible }, index) =>
      paid(index + 1, on, cents, {
        payer,
        ...(eligible && {
          means: 'cesu',
          eligible: made.flatMap(({ id, amounts }) =>
            amounts.filter((one) => one.fiscal === eligible).map((one) => ({ ...one, invoiceId: id })),
          ),
        }),
      }),
    )
    const toPay = new Map(made.map(({ id, amounts }) => [id, totalOf(amounts)]))
    const toUse = new Map([
      ...received.map(({ id, cents }): [string, number] => [`p${id}`, cents]),
      ...creditNotes.map(({ id, amounts }): [string, number] => [`c${id}`, -totalOf(amounts)]),
    ])
    const parts = order.flatMap(({ source, invoice, share }) => {
      const key = [...toUse.keys()][source]
      const target = made[invoice]
      if (!key || !target) return []
      const cents = Math.floor(Math.min(toUse.get(key) ?? 0, toPay.get(target.id) ?? 0) * share)
      if (cents <= 0) return []
      toUse.set(key, (toUse.get(key) ?? 0) - cents)
      toPay.set(target.id, (toPay.get(target.id) ?? 0) - cents)
      const id = Number(key.slice(1))
      return [key.startsWith('p') ? part(id, target.id, cents) : credited(id, target.id, cents)]
    })
    return { invoices: made, creditNotes, payments: received, parts }
  })

describe('whatever was billed, credited and paid', () => {
  it('each cent received is counted once: as care, as other things, or as not spent yet', () => {
    fc.assert(
      fc.property(anyAccount, fc.constantFrom(2025, 2026, 2027), (one, year) => {
        const made = taxCertificates(one, year, children)
        for (const { payer, careCents, otherCents, unspentCents, children: young, byMeans } of made) {
          const received = one.payments
            .filter(({ on, payer: name }) => yearOf(on) === year && name === payer)
            .reduce((sum, { cents }) => sum + cents, 0)
          expect(careCents + otherCents + unspentCents).toBe(received)
          expect(Math.min(careCents, otherCents, unspentCents)).toBeGreaterThanOrEqual(0)
          expect(young.reduce((sum, { cents }) => sum + cents, 0)).toBe(careCents)
          expect(young.flatMap(({ activities }) => activities).reduce((sum, { cents }) => sum + cents, 0)).toBe(
            careCents,
          )
          expect(byMeans.reduce((sum, { cents }) => sum + cents, 0)).toBe(careCents)
        }
      }),
    )
  })

  it('no line takes more than it was billed, less what was credited', () => {
    fc.assert(
      fc.property(anyAccount, (one) => {
        const spent = spendPayments(one)
        for (const { cents } of spent) expect(cents).toBeGreaterThan(0)
        const billed = [...one.invoices, ...one.creditNotes]
          .flatMap(({ amounts }) => amounts)
          .reduce((sum, { cents }) => sum + cents, 0)
        expect(spent.reduce((sum, { cents }) => sum + cents, 0)).toBeLessThanOrEqual(billed)
        for (const { id, cents } of one.payments)
          expect(
            spent.filter(({ paymentId }) => paymentId === id).reduce((sum, own) => sum + own.cents, 0),
          ).toBeLessThanOrEqual(cents)
      }),
    )
  })
})

const line = (on: string, chargedCents: number, settledCents: number) => ({ on: day(on), chargedCents, settledCents })

it('the statement of a year begins where the one before ended', () => {
  const lines = [line('2025-11-30', 5000, 0), line('2026-01-10', 0, 5000), line('2026-12-31', 700, 0)]
  expect(accountYear(lines, 2025)).toMatchObject({ openingCents: 0, closingCents: 5000 })
  expect(accountYear(lines, 2026)).toMatchObject({ openingCents: 5000, closingCents: 700 })
  expect(accountYear(lines, 2026).lines).toHaveLength(2)
  expect(accountYear(lines, 2027)).toMatchObject({ openingCents: 700, closingCents: 700, lines: [] })
})
