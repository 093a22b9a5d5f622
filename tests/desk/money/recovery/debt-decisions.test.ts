import { describe, expect, it, onTestFinished } from 'vitest'
import { moneyDocuments } from '../../../../main/exchange/published/money.ts'
import { reachOn } from '../../../../main/exchange/published/reach.ts'
import { invoiceShown, invoiceState } from '../../../../shared/pages/money/invoice.ts'
import { day, today } from '../../../../shared/rules/calendar/day.ts'
import { giveAccount } from '../../../exchange/published/publishing.ts'
import { aClock } from '../../../support/desk.ts'
import { aBillingTown, billing } from '../../../support/towns/billing.ts'
import { collectingIn, debitSettings, mandateOf } from '../../../support/towns/debits.ts'

/** Marchand owes 5,50 € of December's invoice, since 10 December. */
const open = async () => {
  const clock = aClock()
  const town = await aBillingTown().open(clock)
  onTestFinished(() => town.close())
  const gestures = billing(town)
  await gestures.book('Louison', ['2026-12-16'], 'Matin')
  clock.set('2026-12-10')
  await gestures.issue((await gestures.run()).id)
  const payer = { familyId: town.family('Marchand'), thirdPartyId: null }
  const { recovery } = town.client
  const decidable = () => recovery.decidable(payer)
  const invoice = (await decidable()).debts[0]
  const decide = (cents: number, changes: object = {}) =>
    recovery.decide({
      ...payer,
      kind: 'remission',
      organ: 'Conseil municipal',
      number: '2026-14',
      decidedOn: '2026-12-12',
      reason: 'Perte d’emploi',
      parts: [{ invoiceId: invoice?.invoiceId ?? 0, openingDebtId: null, cents }],
      ...changes,
    })
  const account = async () => (await town.client.payments.account({ familyId: payer.familyId })).lines
  clock.set('2026-12-14')
  return { town, clock, payer, recovery, decidable, decide, account, invoice, ...gestures }
}

describe('a remission', () => {
  it('takes a part of a debt off, in the account, the books and the story; cancelled, the debt is due again', async () => {
    const { decidable, decide, account, balance, findings, recovery, payer, town } = await open()
    const { id, onDay } = await decide(200)
    expect(onDay).toBe('2026-12-12')
    expect(await decidable()).toMatchObject({
      balanceCents: 350,
      debts: [{ leftCents: 350, treasuryCents: 0 }],
      decisions: [{ id, text: 'Remise gracieuse, Conseil municipal, n°\u00a02026-14', cents: 200, cancelled: null }],
    })
    expect((await account()).at(-1)).toMatchObject({ kind: 'decision', settledCents: 200, isCancellable: true })
    expect((await recovery.detail(payer)).story).toMatchObject([{ kind: 'decision' }])
    const { open: periods } = await town.client.closings.read({})
    expect(periods.at(-1)?.statement.movements).toMatchObject({ remission: -200 })
    await recovery.cancelDecision({ id, reason: 'Saisie en double' })
    expect(await balance('Marchand')).toBe(550)
    expect(
      (await account()).map(({ chargedCents, settledCents, isCancellable }) => [
        chargedCents,
        settledCents,
        isCancellable,
      ]),
    ).toEqual([
      [550, 0, false],
      [0, 200, false],
      [200, 0, false],
    ])
    await expect(recovery.cancelDecision({ id, reason: 'Encore' })).rejects.toMatchObject({
      data: { sentence: 'Cette décision est déjà annulée.' },
    })
    expect(findings()).toEqual([])
  })

  it('ends an invoice that nobody reads as paid, at the desk nor on the portal', async () => {
    const { decide, account, town, payer } = await open()
    giveAccount(town, 'Marchand')
    await decide(550)
    expect((await account())[0]).toMatchObject({ kind: 'invoice', leftCents: 0, givenUp: 'remission' })
    const money = moneyDocuments(town.store, reachOn(today(town.clock)), [payer.familyId]).get(payer.familyId)
    const [given] = money?.invoices ?? []
    if (!given) throw new Error('the home has an invoice')
    expect(given).toMatchObject({ leftCents: 0, givenUp: { kind: 'remission', cents: 550 } })
    expect(invoiceState(given, 0, undefined).word).toMatch(/^Remise à titre gracieux le /)
    expect(invoiceShown(given, undefined).total.left).toEqual([
      { label: 'Remise gracieuse', amount: '5,50\u00a0€' },
      { label: 'Reste à payer', amount: '0,00\u00a0€' },
    ])
  })

  it('is refused beyond what is left, by another workstation that was slower too, and nothing is half done', async () => {
    const { decide, decidable } = await open()
    await expect(decide(551)).rejects.toMatchObject({ data: { field: 'parts' } })
    const made = await Promise.allSettled([decide(550), decide(550)])
    expect(made.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect((await decidable()).decisions).toHaveLength(1)
  })

  it('is refused for a debt that a frozen collection takes', async () => {
    const { town, decide, decidable } = await open()
    await town.client.debits.saveSettings(debitSettings())
    await town.client.debits.saveMandate(mandateOf(town, 'Marchand'))
    await collectingIn(town).freeze(day('2027-01-12'))
    await expect(decide(550)).rejects.toMatchObject({
      data: { sentence: expect.stringContaining('dans un prélèvement gelé') },
    })
    expect((await decidable()).debts).toMatchObject([{ busy: 'collected' }])
  })

  it('counts in the books on the first open day', async () => {
    const { town, clock, decide } = await open()
    clock.set('2027-01-04')
    for (;;) {
      const [next] = (await town.client.closings.read({})).open
      if (!next || next.from > '2026-12-01') break
      await town.client.closings.close({
        kind: next.kind,
        from: next.from,
        dueAfterCents: next.statement.dueAfterCents,
      })
    }
    expect(await decide(550)).toMatchObject({ onDay: '2027-01-01' })
  })

  it('gives its place to a credit note: nothing is ahead that was not paid', async () => {
    const { town, decide, invoice, balance, findings, decidable } = await open()
    await decide(300)
    await town.client.invoicing.creditNote({
      invoiceId: invoice?.invoiceId ?? 0,
      lines: null,
      reason: 'Journée annulée par la ville',
      billAgain: false,
    })
    expect(await balance('Marchand')).toBe(0)
    expect(await decidable()).toMatchObject({ debts: [], decisions: [{ cents: 0, cancelled: null }] })
    expect(findings()).toEqual([])
  })

  it('is for the régisseur alone', async () => {
    const { town, payer, decide } = await open()
    const { id } = await decide(100)
    for (const role of ['administrator', 'director', 'receptionist', 'animator'] as const) {
      const { recovery } = await town.as(role)
      await expect(recovery.cancelDecision({ id, reason: 'Non' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
      const asked = {
        ...payer,
        kind: 'remission',
        organ: 'x',
        number: '1',
        decidedOn: '2026-12-12',
        reason: 'x',
      } as const
      await expect(recovery.decide({ ...asked, parts: [] })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    }
  })
})
