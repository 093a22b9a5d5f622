import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, day } from '../../../../shared/rules/calendar/day.ts'
import {
  allocateChosen,
  allocateOldestFirst,
  balanceShortText,
  type Debt,
  invoiceName,
  openingName,
  paidOf,
  paymentMeans,
  paymentMeansNames,
  receiptNumberText,
  refusePayment,
} from '../../../../shared/rules/money/payment/payment.ts'

const debt = (id: number, on: string, leftCents: number): Debt => ({
  invoiceId: id,
  openingDebtId: null,
  name: invoiceName(2026, id),
  on: day(on),
  leftCents,
})

const debts: Debt[] = [debt(2, '2026-10-05', 5000), debt(1, '2026-09-05', 3000), debt(3, '2026-10-05', 1000)]

const part = (invoiceId: number, cents: number) => ({ invoiceId, openingDebtId: null, cents })

const age = ({ invoiceId, on }: Debt) => `${invoiceId === null ? 0 : 1} ${on}`

describe('a payment', () => {
  it('pays the oldest invoice first', () => {
    expect(allocateOldestFirst(4500, debts)).toStrictEqual({
      parts: [part(1, 3000), part(2, 1500)],
      creditCents: 0,
    })
  })

  it('pays what was taken over before any invoice, whatever its day', () => {
    const takenOver = { invoiceId: null, openingDebtId: 7, name: openingName(day('2026-12-31')), on: day('2026-12-31') }
    expect(allocateOldestFirst(4500, [...debts, { ...takenOver, leftCents: 2000 }]).parts).toStrictEqual([
      { invoiceId: null, openingDebtId: 7, cents: 2000 },
      part(1, 2500),
    ])
    expect(allocateChosen(500, debts, [{ invoiceId: null, openingDebtId: 1, cents: 500 }])).toStrictEqual({
      refusal: 'Une des lignes choisies n’est plus à payer.',
    })
  })

  it('that is more than what is due stays as credit', () => {
    expect(allocateOldestFirst(10_000, debts).creditCents).toBe(1000)
    expect(allocateOldestFirst(10_000, [])).toStrictEqual({ parts: [], creditCents: 10_000 })
  })

  it('pays what was chosen, and nothing else', () => {
    expect(allocateChosen(2500, debts, [part(3, 1000)])).toStrictEqual({
      parts: [part(3, 1000)],
      creditCents: 1500,
    })
  })

  it.each([
    ['more than is due', [part(3, 1001)], /il reste 10,00 € à payer, la part est de 10,01 €/],
    ['more than was paid', [part(1, 3000)], /dépassent le règlement de 5,00 €/],
    ['an invoice already paid', [part(9, 1)], /n’est plus à payer/],
    ['an invoice twice', [part(3, 1), part(3, 1)], /deux fois/],
    ['nothing of an invoice', [part(3, 0)], /supérieure à zéro/],
  ])('refuses %s', (_, chosen, sentence) => {
    const made = allocateChosen(2500, debts, chosen)
    expect('refusal' in made && made.refusal.replaceAll('\u00A0', ' ')).toMatch(sentence)
  })

  it('of zero is refused', () => {
    expect(refusePayment(1)).toBeUndefined()
    expect(refusePayment(0)).toMatch(/supérieur à zéro/)
    expect(refusePayment(1.5)).toMatch(/centimes/)
  })

  it('loses no cent, pays no invoice twice, and leaves no older one unpaid', () => {
    const owed = fc
      .array(fc.tuple(fc.nat(100), fc.integer({ min: 1, max: 50_000 }), fc.boolean()), { maxLength: 8 })
      .map((all) =>
        all.map(
          ([offset, leftCents, isTakenOver], index): Debt => ({
            ...(isTakenOver ? { invoiceId: null, openingDebtId: index } : { invoiceId: index, openingDebtId: null }),
            name: `${index}`,
            on: addDays(day('2026-01-01'), offset),
            leftCents,
          }),
        ),
      )
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000 }), owed, (paid, all) => {
        const { parts, creditCents } = allocateOldestFirst(paid, all)
        const due = all.reduce((sum, { leftCents }) => sum + leftCents, 0)
        expect(parts.reduce((sum, { cents }) => sum + cents, creditCents)).toBe(paid)
        expect(creditCents).toBe(Math.max(0, paid - due))
        expect(all.every((one) => paidOf(one, parts) <= one.leftCents)).toBe(true)
        const unpaid = all.filter((one) => paidOf(one, parts) < one.leftCents).map(age)
        const begun = all.filter((one) => paidOf(one, parts) > 0).map(age)
        expect(begun.every((on) => unpaid.every((later) => on <= later))).toBe(true)
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

  it('leaves a balance that is said in two words, and not at all at zero', () => {
    expect([4200, -1000, 0].map(balanceShortText)).toStrictEqual(['doit 42,00\u00a0€', 'avance 10,00\u00a0€', ''])
  })
})
