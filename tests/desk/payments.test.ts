import * as fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { balanceOf, balances } from '../../main/desk/payments/payments.ts'
import { day } from '../../shared/rules/day.ts'
import { settleOldestFirst } from '../../shared/rules/payment.ts'
import { aBillingTown, billing } from '../support/billing.ts'

/** Marchand owes two invoices: 5,50 € of a first run, then 4,50 €. */
const open = async () => {
  const town = await aBillingTown().open()
  onTestFinished(() => town.close())
  const gestures = billing(town)
  await gestures.book('Louison', ['2026-12-09'], 'Matin')
  await gestures.issue((await gestures.run()).id)
  await gestures.book('Louison', ['2026-12-09'], 'Repas')
  await gestures.issue((await gestures.run()).id)
  const familyId = town.family('Marchand')
  const pay = (amountCents: number, more: object = {}) =>
    town.client.payments.record({
      familyId,
      means: 'cheque',
      amountCents,
      receivedOn: day('2026-11-25'),
      payer: '',
      reference: 'n° 0047918',
      chosen: null,
      ...more,
    })
  const owed = () => town.client.payments.owed({ familyId })
  return { town, familyId, pay, owed, ...gestures }
}

describe('a payment', () => {
  it('pays the oldest invoice first, and brings the balance to zero', async () => {
    const { pay, owed, balance, findings } = await open()
    expect(await owed()).toMatchObject({ balanceCents: 1000, nextReceipt: 'Q2026-000001', creditCents: 0 })
    const part = await pay(700)
    expect(part).toMatchObject({ receipt: 'Q2026-000001', creditCents: 0, recordedBy: 'Sandrine Tostain' })
    expect(part.invoices.map(({ number, cents }) => [number, cents])).toEqual([
      ['2026-000001', 550],
      ['2026-000002', 150],
    ])
    await pay(300, { means: 'cash', reference: '' })
    expect(await balance('Marchand')).toBe(0)
    expect((await owed()).invoices).toEqual([])
    expect(findings()).toEqual([])
  })

  it('pays what was chosen, and refuses more than is owed', async () => {
    const { pay, owed, findings } = await open()
    const second = (await owed()).invoices[1]
    await pay(450, { chosen: [{ invoiceId: second?.invoiceId ?? 0, cents: 450 }] })
    expect((await owed()).invoices.map(({ number }) => number)).toEqual(['2026-000001'])
    await expect(pay(100, { chosen: [{ invoiceId: second?.invoiceId ?? 0, cents: 100 }] })).rejects.toMatchObject({
      data: { sentence: 'Une des factures choisies n’est plus à payer.', field: 'chosen' },
    })
    expect((await owed()).nextReceipt).toBe('Q2026-000002')
    expect(findings()).toEqual([])
  })

  it('of too much stays as credit, which the next allocation uses first', async () => {
    const { book, run, issue, pay, owed, balance, findings } = await open()
    expect(await pay(1200)).toMatchObject({ creditCents: 200 })
    expect(await balance('Marchand')).toBe(-200)
    await book('Louison', ['2026-12-16'], 'Repas')
    await issue((await run()).id)
    expect(await owed()).toMatchObject({ balanceCents: 250, creditCents: 200 })
    await pay(250)
    expect(await owed()).toMatchObject({ balanceCents: 0, creditCents: 0, invoices: [] })
    expect(findings()).toEqual([])
  })

  it('is cancelled with a reason by the cashier: the trace stays, what it paid is owed again', async () => {
    const { town, familyId, pay, owed, findings } = await open()
    const { id } = await pay(1000)
    const reception = await town.as('receptionist')
    await expect(reception.payments.cancel({ id, reason: 'Chèque sans provision' })).rejects.toMatchObject({
      data: { sentence: 'Cette action demande le rôle Régisseur.' },
    })
    town.clock.set('2026-12-03')
    expect(await town.client.payments.cancel({ id, reason: 'Chèque sans provision' })).toMatchObject({
      receipt: 'Q2026-000001',
      invoices: [],
      cancelled: { on: '2026-12-03', reason: 'Chèque sans provision' },
    })
    expect(await owed()).toMatchObject({ balanceCents: 1000, nextReceipt: 'Q2026-000002' })
    expect(balanceOf(town.store, familyId, day('2026-12-02'))).toBe(0)
    expect(balanceOf(town.store, familyId, day('2026-12-03'))).toBe(1000)
    await expect(town.client.payments.cancel({ id, reason: 'encore' })).rejects.toMatchObject({
      data: { sentence: 'Ce règlement est déjà annulé.' },
    })
    expect((await town.client.payments.account({ familyId })).lines.map(({ kind }) => kind)).toEqual([
      'invoice',
      'invoice',
      'payment',
      'cancelled',
    ])
    expect(findings()).toEqual([])
  })

  it.each([
    ['nothing', { amountCents: 0 }, 'amountCents', /supérieur à zéro/],
    ['the future', { receivedOn: '2026-11-26' }, 'receivedOn', /futur/],
  ])('of %s is refused', async (_, wrong, field, sentence) => {
    const { pay, balance } = await open()
    await expect(pay(100, wrong)).rejects.toMatchObject({
      data: { field, sentence: expect.stringMatching(sentence) },
    })
    expect(await balance('Marchand')).toBe(1000)
  })

  it('has a receipt as a PDF, and its place in the day and its means', async () => {
    const { town, pay } = await open()
    const { id } = await pay(700)
    await pay(300, { means: 'cash' })
    const receipt = await town.client.payments.receipt({ id })
    expect(receipt.name).toBe('Quittance Q2026-000001 Marchand.pdf')
    const { payments, byMeans, totalCents } = await town.client.payments.day({ day: day('2026-11-25') })
    expect(payments.map(({ amountCents }) => amountCents)).toEqual([300, 700])
    expect(byMeans).toEqual([
      { means: 'cash', count: 1, cents: 300 },
      { means: 'cheque', count: 1, cents: 700 },
    ])
    expect(totalCents).toBe(1000)
  })
})

describe('the account of a family', () => {
  it('tells each piece with the balance after it, which is that of every family together', async () => {
    const { town, familyId, pay } = await open()
    await pay(600)
    const { lines, balanceCents } = await town.client.payments.account({ familyId })
    expect(lines.map((line) => [line.piece, line.chargedCents, line.settledCents, line.balanceCents])).toEqual([
      ['2026-000001', 550, 0, 550],
      ['2026-000002', 450, 0, 1000],
      ['Q2026-000001', 0, 600, 400],
    ])
    expect(balanceCents).toBe(400)
    expect(balances(town.store)).toEqual(new Map([[familyId, 400]]))
    expect(balances(town.store, day('2026-11-24'))).toEqual(new Map())
  })

  it('is found by name or by invoice number', async () => {
    const { town } = await open()
    for (const text of ['march', '2026-000001'])
      expect(await town.client.payments.find({ text })).toMatchObject([{ family: 'Marchand', balanceCents: 1000 }])
  })
})

it('several sources spend every cent once, and never more than is owed', () => {
  const amounts = fc.array(fc.integer({ min: 1, max: 20_000 }), { maxLength: 6 })
  fc.assert(
    fc.property(amounts, amounts, (sources, left) => {
      const debts = left.map((leftCents, invoiceId) => ({
        invoiceId,
        number: String(invoiceId),
        issuedOn: day('2026-10-01'),
        leftCents,
      }))
      const made = settleOldestFirst(sources, debts)
      for (const [index, { parts, creditCents }] of made.entries())
        expect(parts.reduce((sum, { cents }) => sum + cents, creditCents)).toBe(sources[index])
      for (const { invoiceId, leftCents } of debts) {
        const paid = made.flatMap(({ parts }) => parts).filter((part) => part.invoiceId === invoiceId)
        expect(paid.reduce((sum, { cents }) => sum + cents, 0)).toBeLessThanOrEqual(leftCents)
      }
    }),
  )
})
