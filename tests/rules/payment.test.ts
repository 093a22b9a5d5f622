import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, day } from '../../shared/rules/day.ts'
import {
  type AccountEntry,
  allocateChosen,
  allocateOldestFirst,
  balanceOn,
  type Debt,
  paymentMeans,
  paymentMeansNames,
  receiptNumberText,
  refusePayment,
} from '../../shared/rules/payment.ts'

const debts: Debt[] = [
  { invoiceId: 2, number: '2026-000002', issuedOn: day('2026-10-05'), leftCents: 5000 },
  { invoiceId: 1, number: '2026-000001', issuedOn: day('2026-09-05'), leftCents: 3000 },
  { invoiceId: 3, number: '2026-000003', issuedOn: day('2026-10-05'), leftCents: 1000 },
]

describe('a payment', () => {
  it('pays the oldest invoice first', () => {
    expect(allocateOldestFirst(4500, debts)).toStrictEqual({
      parts: [
        { invoiceId: 1, cents: 3000 },
        { invoiceId: 2, cents: 1500 },
      ],
      creditCents: 0,
    })
  })

  it('that is more than what is due stays as credit', () => {
    expect(allocateOldestFirst(10_000, debts).creditCents).toBe(1000)
    expect(allocateOldestFirst(10_000, [])).toStrictEqual({ parts: [], creditCents: 10_000 })
  })

  it('pays what was chosen, and nothing else', () => {
    expect(allocateChosen(2500, debts, [{ invoiceId: 3, cents: 1000 }])).toStrictEqual({
      parts: [{ invoiceId: 3, cents: 1000 }],
      creditCents: 1500,
    })
  })

  it.each([
    ['more than is due', [{ invoiceId: 3, cents: 1001 }], /il reste 10,00 € à payer, la part est de 10,01 €/],
    ['more than was paid', [{ invoiceId: 1, cents: 3000 }], /dépassent le règlement de 5,00 €/],
    ['an invoice already paid', [{ invoiceId: 9, cents: 1 }], /n’est plus à payer/],
    [
      'an invoice twice',
      [
        { invoiceId: 3, cents: 1 },
        { invoiceId: 3, cents: 1 },
      ],
      /deux fois/,
    ],
    ['nothing of an invoice', [{ invoiceId: 3, cents: 0 }], /supérieure à zéro/],
  ])('refuses %s', (_, chosen, sentence) => {
    const made = allocateChosen(2500, debts, chosen)
    expect('refusal' in made && made.refusal.replaceAll('\u00A0', ' ')).toMatch(sentence)
  })

  it('is of something', () => {
    expect(refusePayment(1)).toBeUndefined()
    expect(refusePayment(0)).toMatch(/supérieur à zéro/)
    expect(refusePayment(1.5)).toMatch(/centimes/)
  })

  it('loses no cent, pays no invoice twice, and leaves no older one unpaid', () => {
    const owed = fc.array(fc.tuple(fc.nat(100), fc.integer({ min: 1, max: 50_000 })), { maxLength: 8 }).map((all) =>
      all.map(
        ([offset, leftCents], index): Debt => ({
          invoiceId: index,
          number: `2026-${index}`,
          issuedOn: addDays(day('2026-01-01'), offset),
          leftCents,
        }),
      ),
    )
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000 }), owed, (paid, all) => {
        const { parts, creditCents } = allocateOldestFirst(paid, all)
        const left = new Map(all.map(({ invoiceId, leftCents }) => [invoiceId, leftCents]))
        for (const { invoiceId, cents } of parts) left.set(invoiceId, (left.get(invoiceId) ?? 0) - cents)
        const due = all.reduce((sum, { leftCents }) => sum + leftCents, 0)
        expect(parts.reduce((sum, { cents }) => sum + cents, creditCents)).toBe(paid)
        expect(creditCents).toBe(Math.max(0, paid - due))
        expect([...left.values()].every((cents) => cents >= 0)).toBe(true)
        const unpaid = all.filter(({ invoiceId }) => (left.get(invoiceId) ?? 0) > 0).map(({ issuedOn }) => issuedOn)
        const paidOn = parts.map(({ invoiceId }) => all[invoiceId]?.issuedOn ?? '')
        expect(paidOn.every((on) => unpaid.every((later) => on <= later))).toBe(true)
      }),
    )
  })

  it('has a means with a French name, and a receipt of its own series', () => {
    expect(paymentMeans.map((means) => paymentMeansNames[means])).toStrictEqual([
      'Espèces',
      'Chèque',
      'Carte bancaire',
      'Virement',
      'Prélèvement',
      'CESU',
      'Chèques-vacances',
      'Paiement en ligne',
    ])
    expect(receiptNumberText(2026, 45)).toBe('Q2026-000045')
  })
})

describe('the balance of a family', () => {
  const account: AccountEntry[] = [
    { on: day('2026-10-05'), kind: 'issued', cents: 14_276 },
    { on: day('2026-10-20'), kind: 'paid', cents: 10_000 },
    { on: day('2026-10-22'), kind: 'credited', cents: 276 },
    { on: day('2026-11-02'), kind: 'paymentCancelled', cents: 10_000 },
    { on: day('2026-11-03'), kind: 'paid', cents: 15_000 },
  ]

  it.each([
    ['2026-10-04', 0],
    ['2026-10-05', 14_276],
    ['2026-10-20', 4276],
    ['2026-10-22', 4000],
    ['2026-11-02', 14_000],
    ['2026-11-03', -1000],
  ])('on %s is %s cents: issued less credited less paid', (on, expected) => {
    expect(balanceOn(account, day(on))).toBe(expected)
  })
})
