import { describe, expect, it, onTestFinished } from 'vitest'
import { day } from '../../../shared/rules/calendar/day.ts'
import { aBillingTown, billing } from '../../support/towns/billing.ts'
import { aRegieInput } from '../../support/towns/regies.ts'

const today = day('2026-11-25')

/** Marchand owes two invoices, of 5,50 € and 4,50 €. */
const open = async () => {
  const town = await aBillingTown().open()
  onTestFinished(() => town.close())
  const { payments, regies } = town.client
  const gestures = billing(town)
  await gestures.book('Louison', ['2026-12-09'], 'Matin')
  await gestures.issue((await gestures.run()).id)
  await gestures.book('Louison', ['2026-12-09'], 'Repas')
  await gestures.issue((await gestures.run()).id)
  const familyId = town.family('Marchand')
  const pay = (means: 'cash' | 'cheque' | 'card' | 'cesu', amountCents: number, more: object = {}) =>
    payments.record({
      familyId,
      means,
      amountCents,
      receivedOn: today,
      payer: '',
      reference: '',
      chosen: null,
      ...more,
    })
  const saveRegie = async (changes: object) => {
    const [regie] = await regies.list()
    const { natures } = aRegieInput()
    if (regie) await regies.save({ ...aRegieInput(regie), name: 'Régie enfance', natures, ...changes })
  }
  const cheque = async (text: string, amountCents: number) => {
    const { invoiceId, leftCents } = await payments.debt({ regieId: 1, text })
    return { invoiceId, leftCents, amountCents, documentNumber: text.slice(-2), bank: 'CA', issuer: '' }
  }
  const pile = (cheques: Awaited<ReturnType<typeof cheque>>[], totalCents: number) =>
    payments.recordPile({ regieId: 1, receivedOn: today, totalCents, cheques })
  const owed = () => payments.owed({ familyId })
  return { town, payments, pay, saveRegie, cheque, pile, owed, ...gestures }
}

const refusing = (sentence: RegExp) => ({ data: { sentence: expect.stringMatching(sentence) } })

describe('a payment at the counter', () => {
  it('keeps the fields of its means, and is found by the number of its cheque', async () => {
    const { town, pay, payments } = await open()
    const cheque = { documentNumber: '0047918', bank: 'Crédit Agricole', issuer: 'M. Marchand' }
    expect(await pay('cheque', 200, cheque)).toMatchObject({
      reference: 'n°\u00a00047918, Crédit Agricole, M. Marchand',
    })
    expect(await pay('cash', 100, { givenCents: 500 })).toMatchObject({ givenCents: 500, amountCents: 100 })
    await expect(pay('cash', 100, { givenCents: 50 })).rejects.toMatchObject(refusing(/^Il manque 0,50/))
    expect(await pay('card', 100, { documentNumber: '884112' })).toMatchObject({ reference: 'n°\u00a0884112' })
    expect((await town.client.home.search({ text: '0047918' })).payments).toHaveLength(1)
    const { lines } = await payments.toHandOver({ means: 'cheque' })
    expect(lines[0]).toMatchObject({ reference: 'n°\u00a00047918, Crédit Agricole, M. Marchand' })
  })

  it('waits for its day where the régie holds cheques back', async () => {
    const { town, pay, saveRegie, payments } = await open()
    const held = { heldUntil: day('2026-12-05') }
    await expect(pay('cheque', 200, held)).rejects.toMatchObject(refusing(/le comptable doit en convenir/))
    await saveRegie({ holdsCheques: true })
    expect(await pay('cheque', 200, held)).toMatchObject(held)
    expect((await payments.toHandOver({ means: 'cheque' })).waiting).toBe(0)
    town.clock.set('2026-12-05')
    expect((await payments.toHandOver({ means: 'cheque' })).waiting).toBe(1)
  })

  it('takes no more cash for a debt than the régie says', async () => {
    const { pay, saveRegie } = await open()
    await saveRegie({ maxCashCents: 300 })
    await pay('cash', 200)
    await expect(pay('cash', 101)).rejects.toMatchObject(refusing(/il reste 1,00\u00a0€ à prendre ainsi/))
    await pay('cash', 100)
    await pay('cheque', 700)
  })
})

describe('a pile of cheques', () => {
  it('is recorded in one act, each with its receipt, and what is too much pays what else is owed', async () => {
    const { cheque, pile, owed, town, findings } = await open()
    const before = town.store.statement('select count(*) from act').pluck().get() as number
    const cheques = [await cheque('2026-000001', 700), await cheque('202600000200000450', 450)]
    expect(await pile(cheques, 1150)).toEqual({
      first: 'Q2026-000001',
      last: 'Q2026-000002',
      count: 2,
      totalCents: 1150,
    })
    expect(town.store.statement('select count(*) from act').pluck().get()).toBe(before + 1)
    expect(await owed()).toMatchObject({ debts: [], balanceCents: -150 })
    expect(findings()).toEqual([])
  })

  it('with another total, or a cheque recorded by another post meanwhile, changes nothing', async () => {
    const { cheque, pile, owed, pay, findings } = await open()
    const cheques = [await cheque('2026-000002', 450), await cheque('2026-000001', 550)]
    await expect(pile(cheques, 900)).rejects.toMatchObject(refusing(/1,00\u00a0€ d’écart, rien n’est enregistré/))
    await pay('card', 300)
    await expect(pile(cheques, 1000)).rejects.toMatchObject(
      refusing(/^Facture n°\u00a02026-000001\u00a0: il y reste 2,50/),
    )
    await pay('card', 250)
    await expect(pile(cheques, 1000)).rejects.toMatchObject(refusing(/déjà payée/))
    await expect(cheque('2026-000001', 550)).rejects.toMatchObject(refusing(/déjà payée/))
    await expect(cheque('2026-000099', 550)).rejects.toMatchObject(refusing(/Aucune facture n’a ce numéro/))
    expect(await owed()).toMatchObject({ balanceCents: 450, nextReceipt: 'Q2026-000003' })
    expect(findings()).toEqual([])
  })
})

describe('CESU and holiday vouchers', () => {
  it('pay what the régie lets them pay, and never become an advance', async () => {
    const { pay, saveRegie, owed, run, issue, book } = await open()
    await saveRegie({ voucherRules: [{ means: 'cesu', activityIds: null, fiscal: 'garde', belowAge: null }] })
    expect((await owed()).debts.map(({ leftCents, voucherCents }) => [leftCents, voucherCents])).toEqual([
      [550, { cesu: 550, holidayVouchers: 550 }],
      [450, { cesu: 0, holidayVouchers: 450 }],
    ])
    await expect(pay('cesu', 600)).rejects.toMatchObject(refusing(/^CESU\u00a0: 5,50\u00a0€ au plus/))
    const chosen = (await owed()).debts.map(({ invoiceId, openingDebtId }) => ({
      invoiceId,
      openingDebtId,
      cents: 200,
    }))
    await expect(pay('cesu', 400, { chosen })).rejects.toMatchObject(refusing(/^CESU\u00a0: 5,50\u00a0€ au plus/))
    await expect(pay('cesu', 200, { chosen: chosen.slice(1) })).rejects.toMatchObject(refusing(/^CESU\u00a0: rien/))
    const vouchers = { issuer: 'Domiserve', documentNumber: '0412 à 0416' }
    expect(await pay('cesu', 300, vouchers)).toMatchObject({
      reference: 'n°\u00a00412 à 0416, Domiserve',
      parts: [{ cents: 300 }],
      creditCents: 0,
    })
    await expect(pay('cesu', 300)).rejects.toMatchObject(refusing(/^CESU\u00a0: 2,50\u00a0€ au plus/))
    await pay('cesu', 250)
    await expect(pay('cesu', 100)).rejects.toMatchObject(refusing(/^CESU\u00a0: rien/))
    // An advance pays anything: vouchers go before it.
    await pay('cash', 500)
    await book('Louison', ['2026-12-16'], 'Matin')
    await issue((await run()).id)
    const [{ leftCents, voucherCents } = { leftCents: 0, voucherCents: null }] = (await owed()).debts
    expect([leftCents, voucherCents?.cesu]).toEqual([500, 500])
  })

  it('are worth no more than what a credit note leaves, and what was paid by other means', async () => {
    const { pay, saveRegie, owed } = await open()
    await saveRegie({ voucherRules: [{ means: 'cesu', activityIds: null, fiscal: null, belowAge: null }] })
    await expect(pay('cesu', 1001)).rejects.toMatchObject(refusing(/^CESU\u00a0: 10,00\u00a0€ au plus/))
    await pay('cheque', 800)
    expect((await owed()).debts.map(({ voucherCents }) => voucherCents.cesu)).toEqual([200])
    await expect(pay('cesu', 201)).rejects.toMatchObject(refusing(/^CESU\u00a0: 2,00\u00a0€ au plus/))
    expect(await pay('cesu', 200)).toMatchObject({ creditCents: 0 })
  })

  it('are refused rules that name nothing or no age', async () => {
    const { saveRegie } = await open()
    const rule = { means: 'cesu', activityIds: null, fiscal: null, belowAge: null }
    for (const [changes, field] of [
      [{ activityIds: [] }, 'activityIds'],
      [{ activityIds: [999_999] }, 'activityIds'],
      [{ belowAge: 0 }, 'belowAge'],
    ] as const)
      await expect(saveRegie({ voucherRules: [rule, { ...rule, ...changes }] })).rejects.toMatchObject({
        data: { field: `voucherRules.1.${field}` },
      })
  })
})
