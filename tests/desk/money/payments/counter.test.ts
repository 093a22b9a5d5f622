import { describe, expect, it, onTestFinished } from 'vitest'
import { day } from '../../../../shared/rules/calendar/day.ts'
import { aBillingTown, billing } from '../../../support/towns/billing.ts'
import { aRegieInput } from '../../../support/towns/regies.ts'
import { asked, missing } from '../../documents/documents-reading.ts'

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

/** Empty where pdftotext is missing. */
const textOf = async (file: File | undefined) =>
  file === undefined || missing('pdftotext')
    ? ''
    : asked('pdftotext', new Uint8Array(await file.arrayBuffer()), ['-layout'], ['-'])

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

  it('takes no more cash for a debt than the régie allows', async () => {
    const { pay, saveRegie } = await open()
    await saveRegie({ maxCashCents: 300 })
    await pay('cash', 200)
    await expect(pay('cash', 101)).rejects.toMatchObject(refusing(/il reste 1,00\u00a0€ à prendre ainsi/))
    await pay('cash', 100)
    await pay('cheque', 700)
  })
})

describe('a pile of cheques', () => {
  it('recorded at two workstations at once is recorded by one, and refused whole to the other', async () => {
    const { town, cheque, pile, owed, findings } = await open()
    const cheques = [await cheque('2026-000001', 550), await cheque('2026-000002', 450)]
    const results = await Promise.allSettled([pile(cheques, 1000), pile(cheques, 1000)])
    expect(results).toMatchObject([
      { status: 'fulfilled', value: { count: 2 } },
      { status: 'rejected', reason: refusing(/déjà payée/) },
    ])
    expect((await owed()).balanceCents).toBe(0)
    expect((await town.client.payments.day({ day: today })).payments).toHaveLength(2)
    expect(findings()).toEqual([])
  })

  it('is recorded in one act, each with its receipt, and what is too much pays what else is owed', async () => {
    const { cheque, pile, owed, town, findings } = await open()
    const before = town.store.statement('select count(*) from act').pluck().get() as number
    const cheques = [await cheque('2026-000001', 700), await cheque('202600000200000450', 450)]
    expect(await pile(cheques, 1150)).toEqual({
      first: 'Q2026-000001',
      last: 'Q2026-000002',
      count: 2,
      totalCents: 1150,
      bookedOn: '2026-11-25',
    })
    expect(town.store.statement('select count(*) from act').pluck().get()).toBe(before + 1)
    expect(await owed()).toMatchObject({ debts: [], balanceCents: -150 })
    expect(findings()).toEqual([])
  })

  it('with another total, or a cheque recorded at another workstation meanwhile, changes nothing', async () => {
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

describe('several sums handed over at once', () => {
  const cheque = { means: 'cheque' as const, documentNumber: '0047918', bank: 'CA', amountCents: 400, reference: '' }
  const cash = { means: 'cash' as const, amountCents: 900, reference: '' }
  const together = (sums: object[], more: object = {}) => ({
    regieId: 1,
    receivedOn: today,
    payer: '',
    sums: sums as (typeof cheque)[],
    debts: null,
    ...more,
  })

  it('are one act: each its receipt number, one paper, and each is cancelled by itself', async () => {
    const { town, payments, owed, findings } = await open()
    const familyId = town.family('Marchand')
    const made = await payments.recordTogether({ familyId, ...together([cheque, cash]) })
    expect(
      made.map(({ receipt, means, amountCents, creditCents }) => [receipt, means, amountCents, creditCents]),
    ).toEqual([
      ['Q2026-000001', 'cheque', 400, 0],
      ['Q2026-000002', 'cash', 900, 300],
    ])
    expect(await owed()).toMatchObject({ debts: [], creditCents: 300, nextReceipt: 'Q2026-000003' })
    expect(town.store.statement("select count(*) from act where kind = 'payments.together'").pluck().get()).toBe(1)
    const [paper, same] = await Promise.all(made.map(({ id }) => payments.receipt({ id })))
    expect(paper?.name).toBe('Quittance Q2026-000001 à Q2026-000002 Marchand.pdf')
    expect(same?.name).toBe(paper?.name)
    expect(await textOf(paper)).toMatch(
      /en 2 sommes[\s\S]*Q2026-000001, chèque, n°\s0047918, CA\s+4,00\s€[\s\S]*Q2026-000002, espèces\s+9,00\s€[\s\S]*Facture n° 2026-000001\s+5,50\s€[\s\S]*avance, pour vos prochaines factures\s+3,00\s€|^$/,
    )
    await payments.cancel({ id: made[0]?.id ?? 0, reason: 'Chèque sans provision' })
    expect(await textOf(await payments.receipt({ id: made[1]?.id ?? 0 }))).toMatch(
      /4,00\s€ annulés le 25\/11\/2026\s: Chèque sans[\s\S]*Reçu\s: 9,00\s€|Reçu\s: 9,00\s€[\s\S]*4,00\s€ annulés|^$/,
    )
    expect(findings()).toEqual([])
  })

  it('are all recorded or none, and the refusal names the sum', async () => {
    const { town, payments, saveRegie } = await open()
    const familyId = town.family('Marchand')
    await saveRegie({ maxCashCents: 400 })
    await expect(payments.recordTogether({ familyId, ...together([cheque, cash]) })).rejects.toMatchObject({
      data: {
        sentence: expect.stringMatching(
          /^Espèces, 9,00\s€\u00a0: .*4,00\s€ au plus en espèces.*Rien n’est enregistré\.$/,
        ),
        field: 'sums.1.amountCents',
      },
    })
    await expect(
      payments.recordTogether({
        familyId,
        ...together([cheque, cheque], { debts: [{ invoiceId: 99, openingDebtId: null }] }),
      }),
    ).rejects.toMatchObject(refusing(/n’est plus à payer/))
    expect((await payments.day({ day: today })).payments).toEqual([])
  })

  it('pay only the debts that were chosen, vouchers first', async () => {
    const { town, payments, owed, saveRegie, findings } = await open()
    const familyId = town.family('Marchand')
    await saveRegie({
      voucherRules: [{ means: 'cesu', activityIds: null, fiscal: 'repas', belowAge: null }],
    })
    const [, second] = (await owed()).debts
    const cesu = { means: 'cesu' as const, amountCents: 450, reference: '' }
    const debts = [{ invoiceId: second?.invoiceId ?? 0, openingDebtId: null }]
    const made = await payments.recordTogether({ familyId, ...together([cash, cesu], { debts }) })
    expect(made.map(({ parts, creditCents }) => [parts.map(({ cents }) => cents), creditCents])).toEqual([
      [[], 900],
      [[450], 0],
    ])
    await expect(
      payments.recordTogether({ familyId, ...together([cash, { ...cesu, amountCents: 100 }]) }),
    ).rejects.toMatchObject(refusing(/^CESU, 1,00\s€\u00a0: /))
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

  it('may pay no more than what a credit note and other means of payment leave', async () => {
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
