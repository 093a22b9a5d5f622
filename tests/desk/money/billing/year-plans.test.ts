import { describe, expect, it, onTestFinished } from 'vitest'
import { moneyDocuments } from '../../../../main/exchange/published/money.ts'
import { reachOn } from '../../../../main/exchange/published/reach.ts'
import { balanceShown, yearsShown } from '../../../../shared/pages/money/account.ts'
import { invoiceState } from '../../../../shared/pages/money/invoice.ts'
import type { Sentence } from '../../../../shared/pages/page.ts'
import { day, today } from '../../../../shared/rules/calendar/day.ts'
import { firstRegieId } from '../../../../shared/rules/money/regie.ts'
import { giveAccount } from '../../../exchange/published/publishing.ts'
import { aBillingTown, billing, last } from '../../../support/towns/billing.ts'
import { collecting, collectingIn, ibanNumbered, mandateOf, owe, signing } from '../../../support/towns/debits.ts'
import { aFamily } from '../../../support/towns/town.ts'
import { asked, missing } from '../../documents/documents-reading.ts'

const regieId = firstRegieId
const wish = { cents: 3000, firstOn: day('2027-01-10'), count: 3, balanceOn: day('2027-08-10') }

const refusing = (sentence: RegExp, field?: string) => ({
  data: { sentence: expect.stringMatching(sentence), ...(field !== undefined && { field }) },
})

const open = async () => {
  const town = await aBillingTown().with(collecting()).with(signing('Marchand')).open()
  onTestFinished(() => town.close())
  giveAccount(town, 'Marchand')
  const { debits } = town.client
  const familyId = town.family('Marchand')
  const desk = billing(town)
  const make = (changes: object = {}) => debits.makeYearPlan({ familyId, regieId, ...wish, ...changes })
  return {
    ...desk,
    ...collectingIn(town),
    town,
    debits,
    familyId,
    make,
    plan: async () => (await debits.yearPlansOfFamily({ familyId }))[0],
    /** An invoice of a day of Louison, issued now. */
    bill: async (on: string, slot = 'Matin') => {
      await desk.book('Louison', [on], slot)
      await desk.issue((await desk.run(on.slice(0, 7))).id)
      return town.client.invoicing.paper({ id: (await desk.paper('Marchand')).id })
    },
    debts: async () => (await town.client.payments.owed({ familyId })).debts,
    published: () => {
      const money = moneyDocuments(town.store, reachOn(today(town.clock)), [familyId]).get(familyId)
      if (!money) throw new Error('no money was published')
      return money
    },
    /** The collection of a day, up to its payments. */
    take: async (on: string) => {
      const { id } = await collectingIn(town).freeze(day(on))
      await debits.writeFile({ id })
      town.clock.set(on)
      return debits.collect({ id })
    },
  }
}

const textOf = async (file: File) =>
  asked('pdftotext', new Uint8Array(await file.arrayBuffer()), ['-layout'], ['-']).replaceAll('\u00a0', ' ')

const plain = (sentence: Sentence) =>
  sentence.map((part) => (typeof part === 'string' ? part : 'strong' in part ? part.strong : '')).join('')

describe('the equal parts of a year', () => {
  it('are proposed from what is booked, and refused with a sentence', async () => {
    const { town, book, debits, familyId, make, plan } = await open()
    await book('Louison', ['2026-12-09', '2027-01-06'], 'Matin')
    expect(await debits.proposeYear({ familyId, regieId })).toEqual({
      cents: 1100,
      unpricedDays: 0,
      firstOn: '2026-12-10',
      count: 7,
      balanceOn: '2027-08-10',
      noticeDays: 14,
      leastCents: 500,
      hasMandate: true,
    })
    await expect(make({ firstOn: day('2026-12-01') })).rejects.toMatchObject(refusing(/14\u00a0jours avant/, 'firstOn'))
    await expect(make({ count: 7 })).rejects.toMatchObject(refusing(/au moins 5,00/, 'cents'))
    await expect(make({ familyId: town.family('Fouquet') })).rejects.toMatchObject(refusing(/mandat.*signer/))
    expect(await plan()).toBeUndefined()
    const agent = await town.as('receptionist')
    await expect(agent.debits.makeYearPlan({ familyId, regieId, ...wish })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await make()
    await expect(make()).rejects.toMatchObject(refusing(/déjà une mensualisation/))
    expect(await agent.debits.yearPlansOfFamily({ familyId })).toMatchObject([{ state: 'standing' }])
  })

  it('pay the invoices ahead: these are due with the balance, and say so', async () => {
    const { town, bill, make, debts, published, findings } = await open()
    owe(town, 'Marchand', 2000)
    await make()
    expect(await bill('2026-12-09')).toMatchObject({ dueOn: null, payment: { balanceOn: '2027-08-10' } })
    expect(await debts()).toMatchObject([{ dueOn: '2026-10-31' }, { leftCents: 550, dueOn: '2027-08-10' }])
    const money = published()
    const [invoice] = money.invoices
    if (!invoice) throw new Error('no invoice')
    expect(invoice).toMatchObject({ leftCents: 550, dueOn: '2027-08-10', balanceOn: '2027-08-10' })
    expect(invoiceState(invoice, 0, town.clock())).toEqual({
      kind: 'toPay',
      word: 'Mensualités',
      about: 'payée par vos mensualités, solde le mar.\u00a010\u00a0août\u00a02027',
    })
    expect(balanceShown(money, 0, town.clock()).lines.map(({ text }) => plain(text))).toEqual([
      '20,00\u00a0€ de solde repris à payer',
    ])
    const [year] = yearsShown(money, town.clock())
    expect(year?.parts).toEqual([
      ['lun. 11 janv. 2027', '10,00\u00a0€'],
      ['mer. 10 févr. 2027', '10,00\u00a0€'],
      ['mer. 10 mars 2027', '10,00\u00a0€'],
    ])
    expect(plain(year?.balance ?? [])).toMatch(/^Le solde se règle le mar\.\u00a010\u00a0août\u00a02027/)
    // Nothing is late before the balance.
    town.clock.set('2027-08-10')
    const late = async () =>
      (await town.client.recovery.unpaid({ regieId })).payers.map(({ name, dueCents }) => [name, dueCents])
    expect(await late()).toEqual([['Marchand', 2000]])
    town.clock.set('2027-08-11')
    expect(await late()).toEqual([['Marchand', 2550]])
    expect(findings()).toEqual([])
  })

  it('are taken on their days without another notice, and what is taken and left is what was billed', async () => {
    const { town, bill, make, preview, freeze, debits, take, plan, balance, published, findings } = await open()
    await make()
    await bill('2026-12-09')
    town.clock.set('2027-01-05')
    // Too late for a notice on any other day.
    expect(await preview(day('2027-01-12'))).toMatchObject({ refusal: expect.stringMatching(/14/) })
    expect(await preview(day('2027-01-11'))).toMatchObject({
      refusal: null,
      byPost: 0,
      debits: [{ what: 'mensualité du 11/01/2027', cents: 1000, isAnnounced: true }],
    })
    const { id } = await freeze(day('2027-01-11'))
    await expect(debits.notices({ id, only: 'byPost' })).rejects.toMatchObject(refusing(/Aucun avis à poster/))
    expect(await plan()).toMatchObject({ parts: [{ state: 'announced' }, { state: 'free' }, { state: 'free' }] })
    expect((await preview(day('2027-01-25'))).debits).toEqual([])
    await debits.writeFile({ id })
    town.clock.set('2027-01-11')
    await debits.collect({ id })
    // The part paid the invoice; the rest waits for the next one, and pays it as it is issued.
    expect(await balance('Marchand')).toBe(-450)
    expect(await plan()).toMatchObject({ billedCents: 550, takenCents: 1000, leftCents: 0, aheadCents: 450 })
    await bill('2027-01-27')
    expect(published().invoices.map(({ leftCents }) => leftCents)).toEqual([100, 0])
    town.clock.set('2027-02-02')
    await take('2027-02-10')
    town.clock.set('2027-03-02')
    await take('2027-03-10')
    await bill('2027-03-24', 'Repas')
    expect(await plan()).toMatchObject({
      parts: [{ state: 'taken' }, { state: 'taken' }, { state: 'taken' }],
      billedCents: 1550,
      takenCents: 3000,
      aheadCents: 1450,
    })
    // Too much was taken: it is ahead, and may be given back.
    expect(await balance('Marchand')).toBe(-1450)
    expect(await town.client.payments.refundable({ familyId: town.family('Marchand') })).toMatchObject([
      { regieId, refundableCents: 1450 },
    ])
    expect(findings()).toEqual([])
  })

  it('leave a balance that the collection of its day takes, with a notice', async () => {
    const { town, bill, make, take, plan, preview, balance, findings } = await open()
    await make({ cents: 500, count: 1 })
    await bill('2026-12-09')
    town.clock.set('2027-01-05')
    await take('2027-01-11')
    await bill('2027-01-27')
    expect(await plan()).toMatchObject({ billedCents: 1100, takenCents: 500, leftCents: 600 })
    town.clock.set('2027-07-20')
    expect((await preview(day('2027-08-09'))).debits).toEqual([])
    expect((await preview(day('2027-08-10'))).debits).toMatchObject([
      { what: '2\u00a0factures', cents: 600, isAnnounced: false },
    ])
    await take('2027-08-10')
    expect(await balance('Marchand')).toBe(0)
    expect(findings()).toEqual([])
  })

  it('come again when the bank sends one back, beside the next one', async () => {
    const { town, make, take, debits, plan, preview, published, balance, findings } = await open()
    await make()
    town.clock.set('2027-01-05')
    const { debits: lines } = await take('2027-01-11')
    await debits.recordReturns({
      returned: [{ debitId: lines[0]?.id ?? 0, code: 'AM04', cameBack: 'returned', on: day('2027-01-11') }],
    })
    expect(await balance('Marchand')).toBe(0)
    expect((await plan())?.parts[0]).toMatchObject({ state: 'returned' })
    expect(published().debits?.returned).toMatchObject([{ cents: 1000 }])
    town.clock.set('2027-01-26')
    // The one that came back was not told for that day, so both are told by a notice.
    expect((await preview(day('2027-02-10'))).debits).toMatchObject([
      { what: '2\u00a0mensualités', cents: 2000, isAnnounced: false, sequence: 'RCUR' },
    ])
    // Later, only the one that was told for its day.
    town.clock.set('2027-02-02')
    expect((await preview(day('2027-02-10'))).debits).toMatchObject([{ cents: 1000, isAnnounced: true }])
    await take('2027-02-10')
    expect(published().debits?.returned).toMatchObject([{ cents: 1000 }])
    expect(findings()).toEqual([])
  })

  it('change from any part on, but not what a collection froze', async () => {
    const { town, make, freeze, debits, plan, findings } = await open()
    const { id } = await make()
    town.clock.set('2027-01-05')
    await freeze(day('2027-01-11'))
    await expect(debits.changeYearPlan({ id, ...wish, firstOn: day('2027-01-08') })).rejects.toMatchObject(
      refusing(/14\u00a0jours avant/, 'firstOn'),
    )
    await debits.changeYearPlan({ id, cents: 1000, firstOn: day('2027-02-05'), count: 2, balanceOn: day('2027-07-10') })
    expect(await plan()).toMatchObject({
      balanceOn: '2027-07-12',
      parts: [
        { dueOn: '2027-01-11', cents: 1000, state: 'announced' },
        { dueOn: '2027-02-05', cents: 500, state: 'free' },
        { dueOn: '2027-03-05', cents: 500, state: 'free' },
      ],
    })
    const { id: later } = await freeze(day('2027-02-05'))
    const { debits: lines } = await debits.collection({ id: later })
    expect(lines).toMatchObject([{ cents: 500, what: 'mensualité du 05/02/2027' }])
    // A line that comes off frees its part.
    await debits.remove({ debitId: lines[0]?.id ?? 0, reason: 'mois difficile' })
    expect((await plan())?.parts[1]).toMatchObject({ state: 'free' })
    await debits.abandon({ id: later, reason: 'essai' }).catch(() => undefined)
    await freeze(day('2027-02-05'))
    await expect(
      debits.changeYearPlan({ id, cents: 1000, firstOn: day('2027-02-01'), count: 2, balanceOn: day('2027-07-10') }),
    ).rejects.toMatchObject(refusing(/5 février 2027 est déjà dans un prélèvement/, 'firstOn'))
    expect(findings()).toEqual([])
  })

  it('end at any part: what is left is due after the usual delay, and new invoices have their own day again', async () => {
    const { town, bill, make, debits, debts, plan, preview, published, findings } = await open()
    const { id } = await make()
    await bill('2026-12-09')
    await debits.endYearPlan({ id, reason: 'la famille déménage' })
    await expect(debits.endYearPlan({ id, reason: 'encore' })).rejects.toMatchObject(refusing(/déjà terminée/))
    expect(await plan()).toMatchObject({ state: 'ended', parts: [], balanceOn: '2026-12-25', leftCents: 550 })
    expect(await debts()).toMatchObject([{ dueOn: '2026-12-25' }])
    expect(published().years).toBeUndefined()
    expect((await preview(day('2027-01-11'))).debits).toMatchObject([{ what: '2026-000001', cents: 550 }])
    expect((await bill('2027-01-06')).dueOn).toBe('2026-12-25')
    // Another one may begin.
    town.clock.set('2026-11-26')
    await make()
    expect(findings()).toEqual([])
  })

  it('can be undone while nothing was made of them', async () => {
    const { town, make, bill, plan, debits, findings } = await open()
    const undoLast = async () => {
      const actId = town.store.statement(`select max(id) from act where kind like 'debits.%earPlan'`).pluck().get()
      return last(await town.client.history.undo({ actId: Number(actId), told: false }))
    }
    await make()
    await undoLast()
    expect(await plan()).toBeUndefined()
    const { id } = await make()
    await bill('2026-12-09')
    await expect(undoLast()).rejects.toMatchObject(refusing(/Une facture compte sur cette mensualisation/))
    await debits.endYearPlan({ id, reason: 'erreur' })
    await undoLast()
    expect(await plan()).toMatchObject({ state: 'standing', balanceOn: '2027-08-10' })
    expect(findings()).toEqual([])
  })

  it('wait while the home has no mandate, and its invoices are paid by hand', async () => {
    const { town, bill, make, debits, plan, preview, published } = await open()
    await make()
    await bill('2026-12-09')
    const [mandate] = await debits.mandatesOf({ familyId: town.family('Marchand'), thirdPartyId: null })
    await debits.stopMandate({ id: mandate?.id ?? 0, reason: 'compte clos' })
    expect(await plan()).toMatchObject({ hasMandate: false })
    expect(published().invoices[0]?.balanceOn).toBeUndefined()
    expect(await preview(day('2027-01-11'))).toMatchObject({ debits: [], skipped: [{ cents: 1000, cause: 'stopped' }] })
    // Another account goes on with the same parts.
    await debits.saveMandate(mandateOf(town, 'Marchand', { iban: ibanNumbered(900) }))
    expect((await preview(day('2027-01-11'))).debits).toMatchObject([{ cents: 1000, isAnnounced: true }])
  })

  it('of two merged homes: one plan must be ended first, and one mandate stays', async () => {
    const { town, bill, make, debits, familyId, plan, preview, freeze, findings } = await open()
    await aFamily('Marchant')(town)
    await signing('Marchant')(town)
    const goneId = town.family('Marchant')
    owe(town, 'Marchant', 1000, '2026-11-01')
    const { id: frozenId } = await freeze(day('2026-12-10'))
    const pair = { kind: 'family' as const, keptId: familyId, goneId }
    const merge = () => town.client.doubles.merge({ ...pair, take: [] })
    await make()
    const { id: second } = await debits.makeYearPlan({ familyId: goneId, regieId, ...wish, cents: 4000 })
    expect((await town.client.doubles.compare(pair)).obstacle).toMatch(/mensualisés.*terminez d’abord/)
    await expect(merge()).rejects.toMatchObject(refusing(/mensualisés/))
    await debits.endYearPlan({ id: second, reason: 'un seul foyer' })
    await merge()
    expect((await debits.yearPlansOfFamily({ familyId })).map(({ state }) => state).toSorted()).toEqual([
      'ended',
      'standing',
    ])
    // The mandate of the home that stays is collected; the other still pays what was announced to it.
    const mandates = await debits.mandatesOf({ familyId, thirdPartyId: null })
    expect(mandates.map(({ state, stopsOn }) => [state, stopsOn])).toEqual([
      ['active', '2026-12-11'],
      ['active', null],
    ])
    expect((await debits.writeFile({ id: frozenId })).lines).toBe(1)
    await bill('2026-12-09')
    expect((await preview(day('2027-01-11'))).debits).toMatchObject([
      { reference: mandates[1]?.reference, cents: 1000, isAnnounced: true },
    ])
    expect(await plan()).toMatchObject({ hasMandate: true })
    expect(findings()).toEqual([])
  })

  it.skipIf(missing('pdftotext'))('are told on paper, and by the invoices that they pay', async () => {
    const { town, make, bill, book, debits } = await open()
    await book('Louison', ['2026-12-09', '2027-01-06'], 'Matin')
    const { id } = await make({ cents: 1500 })
    const asBooked = await textOf(await debits.yearPlanFile({ id }))
    expect(asBooked).toMatch(/Ce que l’année devrait coûter[^]*CLSH MERCREDI *11,00 €/)
    expect(asBooked.replaceAll(/\s+/g, ' ')).toContain('le solde compte la différence')
    const paper = await bill('2026-12-16')
    const year = await textOf(await debits.yearPlanFile({ id }))
    expect(year).toMatch(/Facturé depuis le mer. 25 nov. 2026 *11,00 €[^]*CLSH MERCREDI *5,50 €/)
    for (const words of [
      'Votre échéancier annuel',
      '15,00 €',
      'lun. 11 janv. 2027',
      'EJ-2026-000001',
      'Le solde, le mar. 10 août 2027',
    ])
      expect(year).toContain(words)
    const invoice = await textOf(await town.client.invoicing.pdf({ ids: [paper.id] }))
    expect(invoice).toContain('Rien à faire : vos mensualités la paient')
    expect(invoice).not.toContain('titre exécutoire')
  })
})
