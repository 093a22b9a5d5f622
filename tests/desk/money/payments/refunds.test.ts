import { describe, expect, it, onTestFinished } from 'vitest'
import { balanceOf } from '../../../../main/desk/invoicing/invoicing.ts'
import { readSpreadsheet } from '../../../../main/documents/spreadsheets/spreadsheet.ts'
import { day } from '../../../../shared/rules/calendar/day.ts'
import { aBillingTown, billing } from '../../../support/towns/billing.ts'
import { aRegieInput } from '../../../support/towns/regies.ts'
import { asked, missing } from '../../documents/documents-reading.ts'

const today = '2026-11-25'

/** Marchand owes 5,50 € and pays 20,00 € in cash: 14,50 € are ahead. */
const open = async ({ paysRefunds = true } = {}) => {
  const town = await aBillingTown().open()
  onTestFinished(() => town.close())
  const { payments, regies } = town.client
  const letRefund = async (pays: boolean) => {
    const [regie] = await regies.list()
    const { natures } = aRegieInput()
    if (regie) await regies.save({ ...aRegieInput(regie), name: 'Régie enfance', natures, paysRefunds: pays })
  }
  await letRefund(paysRefunds)
  const gestures = billing(town)
  await gestures.book('Louison', ['2026-12-09'], 'Matin')
  await gestures.issue((await gestures.run()).id)
  const familyId = town.family('Marchand')
  const pay = (amountCents: number, more: object = {}) =>
    payments.record({
      familyId,
      means: 'cash',
      amountCents,
      receivedOn: day(today),
      payer: '',
      reference: '',
      chosen: null,
      ...more,
    })
  const paid = await pay(2000)
  const refund = (amountCents: number, more: object = {}) =>
    payments.recordRefund({
      familyId,
      means: 'paymentOrder',
      amountCents,
      reason: 'Trop payé',
      paidOn: null,
      reference: '',
      ...more,
    })
  const owed = () => payments.owed({ familyId })
  return { town, familyId, letRefund, payments, pay, paid, refund, owed, ...gestures }
}

const bytesOf = async (file: File) => new Uint8Array(await file.arrayBuffer())
const cellsOf = async (file: File) =>
  (await readSpreadsheet({ bytes: await bytesOf(file), sheet: '', maxRows: 100 })).rows.flat()
/** Empty where pdftotext is missing. */
const textOf = async (file: File) =>
  missing('pdftotext') ? '' : asked('pdftotext', await bytesOf(file), ['-layout'], ['-'])

const refusing = (sentence: string | RegExp) => ({
  data: { sentence: typeof sentence === 'string' ? sentence : expect.stringMatching(sentence) },
})

describe('a refund', () => {
  it('by the finance service keeps the money apart from the request on, and counts once reported as paid', async () => {
    const { town, familyId, payments, refund, owed, findings } = await open({ paysRefunds: false })
    const { id } = await refund(1000)
    expect(await owed()).toMatchObject({ creditCents: 450, balanceCents: -1450 })
    expect(await payments.refundable({ familyId })).toMatchObject([{ refundableCents: 450, paysRefunds: false }])
    await expect(refund(451)).rejects.toMatchObject(refusing('Il n’y a que 4,50\u00a0€ en avance.'))
    const list = await payments.paymentOrders({ regieId: 1, format: 'pdf' })
    expect(await textOf(list)).toMatch(/Trop payé|^$/)
    const sheet = await payments.paymentOrders({ regieId: 1, format: 'xlsx' })
    expect(await cellsOf(sheet)).toContain('Trop payé')
    await expect(payments.markRefundPaid({ id, paidOn: '2026-11-24', reference: '' })).rejects.toMatchObject(
      refusing(/avant d’être demandé/),
    )
    await payments.markRefundPaid({ id, paidOn: today, reference: 'Mandat 412' })
    expect(await owed()).toMatchObject({ creditCents: 450, balanceCents: -450 })
    expect(balanceOf(town.store, familyId, { on: day('2026-11-24') })).toBe(0)
    const { lines } = await town.client.payments.account({ familyId })
    expect(lines.at(-1)).toMatchObject({ detail: 'Remboursement par mandat, Mandat 412', chargedCents: 1000 })
    await expect(payments.cancelRefund({ id, reason: 'Erreur' })).rejects.toMatchObject(
      refusing('Ce remboursement est déjà payé.'),
    )
    await expect(payments.markRefundPaid({ id, paidOn: today, reference: '' })).rejects.toMatchObject(
      refusing('Ce remboursement est déjà payé.'),
    )
    expect(findings()).toEqual([])
  })

  it('cancelled before it is paid gives the money back to the account, which pays what is owed by then', async () => {
    const { payments, refund, owed, book, run, issue, findings } = await open()
    const { id } = await refund(1450)
    await book('Louison', ['2026-12-16'], 'Matin')
    await issue((await run()).id)
    expect(await owed()).toMatchObject({ creditCents: 0, debts: [{ leftCents: 550 }] })
    await payments.cancelRefund({ id, reason: 'La famille reste' })
    expect(await owed()).toMatchObject({ creditCents: 900, balanceCents: -900, debts: [] })
    expect((await payments.refunds({ regieId: 1 })).ended).toMatchObject([
      { cancelled: { reason: 'La famille reste' } },
    ])
    await expect(payments.cancelRefund({ id, reason: 'Encore' })).rejects.toMatchObject(refusing(/déjà annulé/))
    expect(findings()).toEqual([])
  })

  it('in cash leaves the till of that day, if it is open and has enough', async () => {
    const { refund, payments, paid, findings } = await open()
    const cash = { means: 'cash', paidOn: today }
    const { id } = await refund(1000, cash)
    expect(await payments.till({ day: day(today) })).toMatchObject({ receivedCents: 1000 })
    const receipt = await payments.refundReceipt({ id })
    expect(await textOf(receipt)).toMatch(/Remboursement en espèces|^$/)
    expect((await payments.day({ day: day(today) })).payments).toMatchObject([
      { id: paid.id, creditCents: 450, refundedCents: 1000 },
    ])
    const journal = await payments.journal({ from: today, to: today, means: null, format: 'xlsx' })
    expect(await cellsOf(journal)).toContain('Remboursement en espèces')
    const { lines, refunds } = await payments.toHandOver({ means: 'cash' })
    expect(refunds).toMatchObject([{ family: 'Marchand', paidOn: today, cents: 1000 }])
    const paymentIds = lines.map(({ paymentId }) => paymentId)
    // The slip takes the cash that is there: what was paid, less what was given back.
    await expect(payments.handOver({ means: 'cash', paymentIds, totalCents: 2000 })).rejects.toMatchObject(
      refusing(/^La liste a changé entre-temps/),
    )
    const slip = await payments.handOver({ means: 'cash', paymentIds, totalCents: 1000 })
    expect(slip).toMatchObject({ count: 1, totalCents: 1000 })
    expect(await textOf(await payments.slip({ id: slip.id }))).toMatch(
      /1 règlement, 1 remboursement déduit, 10,00\s€[\s\S]*Rendu en espèces depuis[\s\S]*Trop payé|^$/,
    )
    expect(await payments.till({ day: day(today) })).toMatchObject({ receivedCents: 0 })
    expect(await payments.toHandOver({ means: 'cash' })).toMatchObject({ lines: [], refunds: [] })
    await payments.cancelSlip({ id: slip.id, reason: 'Oubli' })
    expect((await payments.toHandOver({ means: 'cash' })).refunds).toHaveLength(1)
    await payments.handOver({ means: 'cash', paymentIds, totalCents: 1000 })
    await expect(refund(450, cash)).rejects.toMatchObject(refusing(/^La caisse ne contient que/))
    expect(findings()).toEqual([])
  })

  it('by the régie itself needs its acte to allow it, and an open till', async () => {
    const { refund, payments, letRefund } = await open({ paysRefunds: false })
    await expect(refund(1000, { means: 'transfer', paidOn: today })).rejects.toMatchObject(
      refusing(/^L’acte constitutif de cette régie ne dit pas/),
    )
    await letRefund(true)
    await payments.closeTill({ day: today, countedCents: 2000, note: '' })
    await expect(refund(1000, { means: 'cash', paidOn: today })).rejects.toMatchObject(refusing(/^La caisse est close/))
  })

  it('is proposed where a family that left has money ahead', async () => {
    const { town, payments, familyId } = await open()
    expect((await payments.refunds({ regieId: 1 })).left).toEqual([])
    await town.client.reservations.leave({ familyId, on: day('2026-12-01'), charged: false })
    expect((await payments.refunds({ regieId: 1 })).left).toMatchObject([{ familyId, refundableCents: 1450 }])
  })

  it('counts in no certificate of care, and by nature as what it is', async () => {
    const { town, familyId, refund, owed, pay } = await open()
    await pay(450, { means: 'cheque' })
    await refund(1900, { means: 'transfer', paidOn: today })
    expect(await owed()).toMatchObject({ creditCents: 0, balanceCents: 0 })
    const [year] = await town.client.statements.years({ familyId })
    expect(year).toMatchObject({ paidCents: 550, closingCents: 0 })
    const sheet = await town.client.statements.byNature({ regieId: 1, from: today, to: today, format: 'csv' })
    const [, ...rows] = (await sheet.text()).trim().split('\r\n')
    expect(rows.map((row) => row.split(';').at(0))).toContain('Avances remboursées')
    expect(rows.at(-1)).toMatch(/24[.,]5/)
  })
})
