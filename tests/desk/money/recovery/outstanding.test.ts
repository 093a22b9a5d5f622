import { describe, expect, it, onTestFinished } from 'vitest'
import { moneyDocuments } from '../../../../main/exchange/published/money.ts'
import { reachOn } from '../../../../main/exchange/published/reach.ts'
import { onlineDebts, payableCents } from '../../../../main/portal/payment/attempts.ts'
import { closingOf } from '../../../../main/store/closing-rows.ts'
import { lastNumbersInFile } from '../../../../main/store/numbers.ts'
import { balanceShown } from '../../../../shared/pages/money/account.ts'
import { invoiceShown, invoiceState, isSettled } from '../../../../shared/pages/money/invoice.ts'
import { day, today } from '../../../../shared/rules/calendar/day.ts'
import { firstRegieId } from '../../../../shared/rules/money/regie.ts'
import { keptText, refundedText } from '../../../../shared/rules/money/revenue.ts'
import { giveAccount } from '../../../exchange/published/publishing.ts'
import { aClock } from '../../../support/desk.ts'
import { aBillingTown, billing } from '../../../support/towns/billing.ts'
import { collectingIn, debitSettings, ibanNumbered, mandateOf, owe } from '../../../support/towns/debits.ts'
import { aRegieInput, aTownOfTwoRegies, bookCamp, secondRegie } from '../../../support/towns/regies.ts'
import { remindAsSeen } from '../../../support/towns/reminders.ts'
import type { Town } from '../../../support/towns/town.ts'
import { accountStatement } from '../../documents/bank-files.ts'
import { asked, missing } from '../../documents/documents-reading.ts'

/** Marchand owes 30,10 € of December and Fouquet one morning; both were reminded once, on 20 February 2027. */
export const aRemindedTown = async () => {
  const clock = aClock()
  const town = await aBillingTown().open(clock)
  onTestFinished(() => town.close())
  return reminded(town, clock)
}

const reminded = async (town: Town, clock: ReturnType<typeof aClock>) => {
  const gestures = billing(town)
  await gestures.book('Louison', ['2026-12-09', '2026-12-16'], 'Matin', 'Repas', 'Après-midi')
  await gestures.book('Noé', ['2026-12-16'], 'Matin')
  clock.set('2026-12-20')
  const { id } = await gestures.run('2026-12', null, firstRegieId)
  await gestures.issue(
    id,
    (await gestures.drafts(id)).map((draft) => draft.id),
  )
  const { recovery } = town.client
  clock.set('2027-02-20')
  const { payers: due } = await recovery.unpaid({})
  await remindAsSeen(recovery, {
    payers: due.map(({ familyId, thirdPartyId, dueCents }) => ({ familyId, thirdPartyId, level: 1, dueCents })),
  })
  const marchand = { familyId: town.family('Marchand'), thirdPartyId: null }
  const row = async (name: string) => (await recovery.outstanding({})).payers.find((one) => one.name === name)
  const handOver = async (...names: string[]) => {
    const { payers } = await recovery.outstanding({})
    return recovery.handOverDebts({
      payers: payers
        .filter(({ name }) => names.includes(name))
        .map(({ familyId, thirdPartyId, cents }) => ({ familyId, thirdPartyId, cents })),
    })
  }
  const invoiceId = (await gestures.paper('Marchand')).id
  clock.set('2027-04-05')
  return { town, clock, recovery, marchand, row, handOver, invoiceId, ...gestures }
}

describe('« État des restes »', () => {
  it('hands reminded debts over: numbered, off what the régie asks for, at the Treasury', async () => {
    const { handOver, row, town, recovery, marchand, findings, balance, invoiceId, run } = await aRemindedTown()
    expect(await row('Marchand')).toMatchObject({ debts: 1, cents: 3010, kept: [], isProposed: false })
    expect(await row('Fouquet')).toMatchObject({ debts: 0, cents: 0, kept: [{ cause: 'threshold' }] })
    const made = await handOver('Marchand')
    expect(made).toMatchObject({ number: 'E2027-000001', debtors: 1, cents: 3010 })
    expect(await row('Marchand')).toBeUndefined()
    const listed = await town.client.payments.families({
      filter: '',
      from: 0,
      count: 50,
      show: 'all',
      balance: 'any',
      fromCents: 0,
    })
    expect(listed.rows.map(({ name, marks }) => [name, marks])).toContainEqual(['Marchand', ['treasury']])
    expect((await recovery.outstanding({})).statements).toMatchObject([{ id: made.id, number: 'E2027-000001' }])
    expect(await balance('Marchand')).toBe(0)
    expect(await recovery.decidable(marchand)).toMatchObject({ debts: [{ leftCents: 0, treasuryCents: 3010 }] })
    expect((await recovery.unpaid({})).payers.map(({ name }) => name)).toEqual(['Fouquet'])
    // Told to the portal with the other series, so that a restored file gives no number twice.
    expect(lastNumbersInFile(town.store)).toMatchObject({ E2027: 1 })
    // What comes in anyway is ahead, and the debt stays where it is.
    await town.client.payments.record({
      ...marchand,
      thirdPartyId: undefined,
      means: 'cheque',
      amountCents: 3010,
      receivedOn: '2027-04-05',
      payer: '',
      reference: '',
      chosen: null,
    })
    expect(await balance('Marchand')).toBe(-3010)
    // Its month is final: no credit note, and nothing that a run would change.
    await expect(
      town.client.invoicing.creditNote({ invoiceId, lines: null, reason: 'Erreur', billAgain: true }),
    ).rejects.toMatchObject({ data: { sentence: expect.stringContaining('Trésorerie') } })
    await expect(run()).rejects.toMatchObject({ code: 'REFUSED' })
    expect(findings()).toEqual([])
  })

  it('ends the plan of what it takes, which is not « soldé », and what left for the Treasury is not « payé »', async () => {
    const { handOver, recovery, marchand, town, clock } = await aRemindedTown()
    const [first] = await town.client.regies.list()
    await town.client.regies.save({
      ...aRegieInput({ allowsPlans: true }),
      id: first?.id ?? 1,
      name: 'Régie',
      prefix: null,
    })
    const { plannable } = await recovery.detail(marchand)
    await recovery.plan({
      ...marchand,
      debts: (plannable ?? []).map(({ invoiceId, openingDebtId, leftCents }) => ({
        invoiceId,
        openingDebtId,
        leftCents,
      })),
      parts: [
        { dueOn: '2027-04-20', cents: 1505 },
        { dueOn: '2027-05-20', cents: 1505 },
      ],
    })
    clock.set('2027-06-05')
    await handOver('Marchand')
    expect((await recovery.detail(marchand)).plans).toMatchObject([
      { state: 'ended', sentence: expect.stringContaining('transmis à la Trésorerie, état E2027-000001') },
    ])
    expect((await recovery.unpaid({})).runs).toMatchObject([{ paidCents: 0 }])
  })

  it('leaves the same month of another régie to be billed, corrected and credited', async () => {
    const clock = aClock('2026-11-18')
    const town = await aTownOfTwoRegies().open(clock)
    onTestFinished(() => town.close())
    await bookCamp(town, ['2026-12-02'], 'Matin')
    const { handOver, run, issue, drafts, findings } = await reminded(town, clock)
    await handOver('Marchand')
    expect(town.store.statement('select month, regie_id from final_span').raw().all()).toEqual([['2026-12', 1]])
    const { id } = await run()
    expect(await drafts(id)).toMatchObject([{ regieId: secondRegie(town), totalCents: 550 }])
    await issue(
      id,
      (await drafts(id)).map((draft) => draft.id),
    )
    const camp = town.store
      .statement('select id from invoice where regie_id = ? and number is not null')
      .pluck()
      .get(secondRegie(town)) as number
    await town.client.invoicing.creditNote({ invoiceId: camp, lines: null, reason: 'Erreur', billAgain: true })
    expect(await drafts((await run()).id)).toMatchObject([{ regieId: secondRegie(town), totalCents: 550 }])
    expect(findings()).toEqual([])
  })

  it('keeps its files as they were made, whatever changes later', async () => {
    const { handOver, recovery, town } = await aRemindedTown()
    await recovery.saveOutstandingRules({
      transmitFromCents: 100,
      columns: ['civility', 'lastName', 'firstName', 'town', 'number', 'nature', 'left'],
    })
    const { id } = await handOver('Marchand', 'Fouquet')
    const csv = await (await recovery.statementFile({ id, format: 'csv' })).text()
    const [head, first] = csv.split('\r\n')
    expect(head).toBe('Civilité;Nom;Prénom;Commune;Pièce;Nature;Reste à recouvrer (€)')
    expect(first).toMatch(/Fouquet;.*;2026-00000\d;sans nature;\d+,\d\d$/)
    await recovery.saveOutstandingRules({ transmitFromCents: 1500, columns: ['number'] })
    town.clock.set('2027-06-01')
    expect(await (await recovery.statementFile({ id, format: 'csv' })).text()).toBe(csv)
    expect((await recovery.statementFile({ id, format: 'xlsx' })).size).toBeGreaterThan(1000)
    const pdf = await recovery.statementFile({ id, format: 'pdf' })
    expect(() => town.store.sqlite.exec("update outstanding_file set name = ''")).toThrow('stays')
    expect(() => town.store.sqlite.exec('delete from outstanding_statement')).toThrow('stays')
    if (missing('pdftotext')) return
    const text = asked('pdftotext', await pdf.bytes(), ['-layout'], ['-']).replaceAll(/\s+/g, ' ')
    for (const words of ['État des restes à recouvrer E2027-000001', 'Marchand', '30,10 €', 'R2027-00000'])
      expect(text).toContain(words)
  })

  it('of two workstations, one hands over and the other is refused; a payment made meanwhile refuses the whole list', async () => {
    const { handOver, recovery, town, marchand, findings } = await aRemindedTown()
    const results = await Promise.allSettled([handOver('Marchand'), handOver('Marchand')])
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const other = await aRemindedTown()
    await expect(other.recovery.handOverDebts({ payers: [{ ...other.marchand, cents: 3000 }] })).rejects.toMatchObject({
      data: { field: 'payers', sentence: expect.stringContaining('Marchand') },
    })
    expect((await other.recovery.outstanding({})).statements).toEqual([])
    expect((await recovery.outstanding({})).statements).toHaveLength(1)
    expect(
      town.store.statement(`select count(*) from debt_decision where family_id = ?`).pluck().get(marchand.familyId),
    ).toBe(1)
    expect(findings()).toEqual([])
  })

  it('leaves what a frozen collection takes, what is set aside, and what was never reminded', async () => {
    const { town, row, recovery, marchand, handOver } = await aRemindedTown()
    await recovery.setAside({ ...marchand, reason: 'Dossier au CCAS', until: '2027-05-01' })
    expect((await row('Marchand'))?.kept).toMatchObject([{ cause: 'aside', why: expect.stringContaining('CCAS') }])
    await recovery.takeUp(marchand)
    await town.client.debits.saveSettings(debitSettings())
    await town.client.debits.saveMandate({ ...mandateOf(town, 'Marchand'), signedOn: '2027-01-14' })
    await collectingIn(town).freeze(day('2027-04-26'))
    expect((await row('Marchand'))?.kept).toMatchObject([{ cause: 'collected' }])
    await expect(handOver('Marchand')).rejects.toMatchObject({ data: { field: 'payers' } })
  })

  it('is for the régisseur alone', async () => {
    const { town, marchand } = await aRemindedTown()
    for (const role of ['administrator', 'director', 'receptionist', 'animator'] as const) {
      const { recovery } = await town.as(role)
      await expect(recovery.handOverDebts({ payers: [{ ...marchand, cents: 3010 }] })).rejects.toMatchObject({
        code: 'FORBIDDEN',
      })
      await expect(recovery.saveOutstandingRules({ transmitFromCents: 0, columns: ['number'] })).rejects.toMatchObject({
        code: 'FORBIDDEN',
      })
    }
  })
})

describe('a write-off', () => {
  it('takes the place of the transmission; cancelled, the debt is at the Treasury again', async () => {
    const { handOver, recovery, marchand, invoiceId, balance, findings, clock, town } = await aRemindedTown()
    const writeOff = (cents: number) =>
      recovery.decide({
        ...marchand,
        kind: 'writeOff',
        organ: 'Conseil municipal',
        number: '2027-8',
        decidedOn: '2027-05-10',
        reason: 'Créance irrécouvrable',
        parts: [{ invoiceId, openingDebtId: null, cents }],
      })
    clock.set('2027-05-12')
    await expect(writeOff(3010)).rejects.toMatchObject({ data: { sentence: expect.stringContaining('transmise') } })
    await handOver('Marchand')
    await expect(writeOff(3011)).rejects.toMatchObject({ data: { field: 'parts' } })
    const { id } = await writeOff(1000)
    const treasury = async () => (await recovery.decidable(marchand)).debts[0]?.treasuryCents
    expect(await treasury()).toBe(2010)
    expect(await balance('Marchand')).toBe(0)
    const [period] = (await town.client.closings.read({})).open
    expect(period?.statement.movements).toBeDefined()
    await recovery.cancelDecision({ id, reason: 'Paiement trouvé' })
    expect(await treasury()).toBe(3010)
    expect(await balance('Marchand')).toBe(0)
    expect(findings()).toEqual([])
  })
})

describe('at the Treasury', () => {
  it('a debt is recorded as paid there, in part or whole, and the régie’s account does not change', async () => {
    const { handOver, recovery, invoiceId, balance, findings, clock } = await aRemindedTown()
    const debt = { invoiceId, openingDebtId: null }
    const tell = (amountCents: number, paidOn = '2027-04-20') => recovery.tellPaid({ ...debt, amountCents, paidOn })
    await expect(tell(1000)).rejects.toMatchObject({ data: { sentence: expect.stringContaining('à la Trésorerie') } })
    await handOver('Marchand')
    clock.set('2027-05-02')
    await expect(tell(1000, '2027-04-04')).rejects.toMatchObject({ data: { field: 'paidOn' } })
    await expect(tell(1000, '2027-05-03')).rejects.toMatchObject({ data: { field: 'paidOn' } })
    await expect(tell(3011)).rejects.toMatchObject({ data: { field: 'amountCents' } })
    const { id } = await tell(1000)
    expect((await recovery.treasury({})).debts).toMatchObject([{ payer: 'Marchand', sentCents: 3010, paidCents: 1000 }])
    await tell(2010)
    expect(await recovery.treasury({})).toMatchObject({
      debts: [],
      reported: [{ amountCents: 2010 }, { amountCents: 1000 }],
    })
    await recovery.cancelTold({ id, reason: 'Autre débiteur' })
    await expect(recovery.cancelTold({ id, reason: 'Encore' })).rejects.toMatchObject({ code: 'REFUSED' })
    expect((await recovery.treasury({})).debts).toMatchObject([{ sentCents: 3010, paidCents: 2010 }])
    expect(await balance('Marchand')).toBe(0)
    expect(findings()).toEqual([])
  })

  it('a reduction is asked instead of a credit note, and counts once it is done', async () => {
    const { handOver, recovery, invoiceId, balance, findings, town, clock, marchand } = await aRemindedTown()
    const debt = { invoiceId, openingDebtId: null }
    await handOver('Marchand')
    clock.set('2027-05-02')
    const ask = (amountCents: number) => recovery.askReduction({ ...debt, amountCents, reason: 'Absence justifiée' })
    await expect(ask(3011)).rejects.toMatchObject({ data: { field: 'amountCents' } })
    const { id } = await ask(1000)
    await expect(ask(2011)).rejects.toMatchObject({ data: { field: 'amountCents' } })
    const atTreasury = async () => (await recovery.decidable(marchand)).debts[0]?.treasuryCents
    expect(await atTreasury()).toBe(3010)
    expect(await recovery.treasury({})).toMatchObject({
      debts: [{ sentCents: 3010, paidCents: 0, waitingCents: 1000 }],
      reported: [{ kind: 'reduction', askedOn: '2027-05-02', paidOn: null, reason: 'Absence justifiée' }],
    })
    await expect(recovery.tellReduced({ id, paidOn: '2027-04-01' })).rejects.toMatchObject({
      data: { field: 'paidOn' },
    })
    await recovery.tellReduced({ id, paidOn: '2027-05-02' })
    await expect(recovery.tellReduced({ id, paidOn: '2027-05-02' })).rejects.toMatchObject({ code: 'REFUSED' })
    expect(await atTreasury()).toBe(2010)
    expect(await balance('Marchand')).toBe(0)
    // What was asked and is given back with the debt counts no more, and can only be cancelled.
    const other = await ask(500)
    await recovery.takeBackDebt({ ...debt, reason: 'Accord' })
    await expect(recovery.tellReduced({ id: other.id, paidOn: '2027-05-02' })).rejects.toMatchObject({
      code: 'REFUSED',
    })
    await recovery.cancelTold({ id: other.id, reason: 'Dette rendue' })
    expect(await balance('Marchand')).toBe(2010)
    expect(town.store.statement('select count(*) from invoice where kind = ?').pluck().get('creditNote')).toBe(0)
    expect(findings()).toEqual([])
  })

  it('a debt given back is due to the régie again, less what was paid there, and its months are no longer final', async () => {
    const { handOver, recovery, invoiceId, balance, findings, town, clock } = await aRemindedTown()
    const debt = { invoiceId, openingDebtId: null }
    await handOver('Marchand')
    clock.set('2027-05-02')
    await recovery.tellPaid({ ...debt, amountCents: 1000, paidOn: '2027-04-20' })
    expect(town.store.statement('select cause from final_span').pluck().all()).toEqual(['transmitted'])
    expect(await recovery.takeBackDebt({ ...debt, reason: 'Accord du 2 mai' })).toEqual({ cents: 2010 })
    expect(await balance('Marchand')).toBe(2010)
    expect((await recovery.treasury({})).debts).toEqual([])
    expect((await recovery.unpaid({})).payers.map(({ name }) => name)).toContain('Marchand')
    await expect(recovery.takeBackDebt({ ...debt, reason: 'Encore' })).rejects.toMatchObject({ code: 'REFUSED' })
    expect(findings()).toEqual([])
  })

  it('payments may be recorded by the régisseur only', async () => {
    const { town, invoiceId, handOver } = await aRemindedTown()
    await handOver('Marchand')
    const debt = { invoiceId, openingDebtId: null }
    for (const role of ['administrator', 'director', 'receptionist', 'animator'] as const) {
      const { recovery } = await town.as(role)
      const refused = { code: 'FORBIDDEN' }
      await expect(recovery.tellPaid({ ...debt, amountCents: 1, paidOn: '2027-04-05' })).rejects.toMatchObject(refused)
      await expect(recovery.cancelTold({ id: 1, reason: 'x' })).rejects.toMatchObject(refused)
      await expect(recovery.askReduction({ ...debt, amountCents: 1, reason: 'x' })).rejects.toMatchObject(refused)
      await expect(recovery.tellReduced({ id: 1, paidOn: '2027-04-05' })).rejects.toMatchObject(refused)
      await expect(recovery.takeBackDebt({ ...debt, reason: 'x' })).rejects.toMatchObject(refused)
      await expect(recovery.keepMoney({ ...debt, amountCents: 1 })).rejects.toMatchObject(refused)
      await expect(recovery.forwardMoney({ ids: [1], paidOn: '2027-04-05', reference: '' })).rejects.toMatchObject(
        refused,
      )
    }
  })
})

describe('money that comes for a debt at the Treasury', () => {
  const cheque = { means: 'cheque', payer: '', reference: '' } as const
  const story = async () => {
    const ready = await aRemindedTown()
    await ready.handOver('Marchand')
    const { town, marchand, recovery, invoiceId } = ready
    const { familyId } = marchand
    const { payments, home } = town.client
    const debt = { invoiceId, openingDebtId: null }
    const pay = (amountCents: number, cents: number | null) =>
      payments.record({
        ...cheque,
        familyId,
        amountCents,
        receivedOn: '2027-04-05',
        chosen: cents === null ? null : [{ ...debt, cents }],
      })
    const ahead = async () => (await payments.owed({ familyId })).creditCents
    const toForward = async () => (await home.today()).money?.toForwardCents
    const kept = async () => (await recovery.treasury({})).reported.filter(({ kind }) => kind === 'forwarded')
    return { ...ready, familyId, payments, debt, pay, ahead, toForward, kept }
  }

  it('is proposed of a bank line that names the invoice, never sure; confirmed, it is kept', async () => {
    const { town, clock, invoiceId, kept, ahead, findings } = await story()
    clock.set('2027-04-06')
    const { bank } = town.client
    await bank.readFile({
      file: new File(
        [
          accountStatement({
            version: '08',
            iban: ibanNumbered(900),
            from: '2027-04-01',
            to: '2027-04-05',
            openingCents: 0,
            entries: [{ cents: 3010, on: '2027-04-05', label: 'VIR MARCHAND 2026-000002' }],
          }),
        ],
        'releve.xml',
      ),
    })
    const [line] = (await bank.read({})).lines
    const [best] = line?.proposals ?? []
    expect(line).toMatchObject({ state: 'toConfirm', what: 'Marchand, 2026-000002, à reverser' })
    if (!line || best?.kind !== 'pays') throw new Error('nothing is proposed')
    const { familyId, thirdPartyId, parts } = best
    expect(parts).toMatchObject([{ invoiceId, cents: 3010 }])
    await bank.record({
      decisions: [
        {
          lineId: line.id,
          pays: [{ familyId, thirdPartyId, cents: 3010, parts: [{ invoiceId, openingDebtId: null, cents: 3010 }] }],
          arrives: [],
          debitId: null,
        },
      ],
    })
    expect(await kept()).toMatchObject([{ amountCents: 3010, invoiceId }])
    expect(await ahead()).toBe(0)
    expect(findings()).toEqual([])
  })

  it('is kept apart where the counter chooses it: no advance, no later invoice; then handed over', async () => {
    const { town, clock, familyId, pay, ahead, balance, payments, toForward, kept, recovery, findings } = await story()
    expect((await payments.owed({ familyId })).atTreasury).toMatchObject([{ leftCents: 3010 }])
    const paid = await pay(3210, 3010)
    expect(paid).toMatchObject({ creditCents: 200, refundedCents: 0, parts: [{ cents: 3010 }] })
    expect(paid.parts[0]?.name).toContain('pour la Trésorerie')
    expect([await balance('Marchand'), await ahead(), await toForward()]).toEqual([-200, 200, 3010])
    owe(town, 'Marchand', 1000, day('2027-04-05'))
    expect((await payments.account({ familyId })).lines.map(({ detail }) => detail).join()).toContain(
      'À reverser à la Trésorerie\u00a0: Facture',
    )
    // Nothing of it is given back to the family, and it waits for no finance service.
    expect((await payments.refunds({})).pending).toEqual([])
    const [reported] = await kept()
    if (!reported) throw new Error('money is kept')
    await expect(payments.cancelRefund({ id: 1, reason: 'x' })).rejects.toMatchObject({ code: 'REFUSED' })
    await expect(payments.markRefundPaid({ id: 1, paidOn: '2027-04-05', reference: '' })).rejects.toMatchObject({
      code: 'REFUSED',
    })
    await expect(recovery.tellReduced({ id: reported.id, paidOn: '2027-04-05' })).rejects.toMatchObject({
      code: 'REFUSED',
    })
    const forward = (paidOn: string) => recovery.forwardMoney({ ids: [reported.id], paidOn, reference: 'P503-12' })
    clock.set('2027-04-20')
    await expect(forward('2027-04-04')).rejects.toMatchObject({ data: { field: 'paidOn' } })
    await expect(forward('2027-04-21')).rejects.toMatchObject({ data: { field: 'paidOn' } })
    await forward('2027-04-19')
    await expect(forward('2027-04-19')).rejects.toMatchObject({ code: 'REFUSED' })
    expect(await toForward()).toBe(0)
    expect((await recovery.treasury({})).debts).toEqual([])
    await expect(recovery.cancelTold({ id: reported.id, reason: 'x' })).rejects.toMatchObject({ code: 'REFUSED' })
    await expect(payments.cancel({ id: paid.id, reason: 'x' })).rejects.toMatchObject({
      data: { sentence: expect.stringContaining('reversée à la Trésorerie') },
    })
    // The books of April tell it apart from what is given back to families; a closing made before did not.
    const april = { regieId: 1, from: day('2027-04-01'), to: day('2027-04-30'), natures: [] }
    const statement = (tellsKept: boolean) => closingOf(town.store, { ...april, tellsKept }).statement
    expect(statement(true)).toMatchObject({
      movements: { payment: -3210, refund: 0, kept: 3010 },
      received: expect.arrayContaining([expect.objectContaining({ nature: keptText, cents: 3010 })]),
    })
    expect(statement(false).movements).toMatchObject({ refund: 3010 })
    expect(statement(false).received.map(({ nature }) => nature)).toContain(refundedText)
    const journal = await payments.journal({
      regieId: 1,
      from: '2027-04-01',
      to: '2027-04-30',
      means: null,
      format: 'csv',
    })
    expect(await journal.text()).toContain('Reversement à la Trésorerie')
    expect(findings()).toEqual([])
  })

  it('money that is ahead is kept once staff say so; when cancelled, it is ahead again and pays debts', async () => {
    const { town, debt, pay, ahead, balance, kept, recovery, findings } = await story()
    await pay(4000, null)
    expect(await ahead()).toBe(4000)
    const keep = (amountCents: number) => recovery.keepMoney({ ...debt, amountCents })
    await expect(keep(3011)).rejects.toMatchObject({ data: { field: 'amountCents' } })
    await keep(3010)
    await expect(keep(1)).rejects.toMatchObject({ data: { field: 'amountCents' } })
    expect([await ahead(), await balance('Marchand')]).toEqual([990, -990])
    // What it is kept for cannot be given up.
    expect(await recovery.decidable({ familyId: town.family('Marchand'), thirdPartyId: null })).toMatchObject({
      debts: [],
    })
    const [reported] = await kept()
    await recovery.cancelTold({ id: reported?.id ?? 0, reason: 'Erreur' })
    expect([await ahead(), await balance('Marchand')]).toEqual([4000, -4000])
    expect(findings()).toEqual([])
  })

  it('pays the debt here when the Treasury gives it back, and goes with a cheque that is returned', async () => {
    const { debt, pay, ahead, balance, toForward, recovery, payments, findings } = await story()
    const { id } = await pay(1000, 1000)
    await payments.cancel({ id, reason: 'Sans provision' })
    expect([await balance('Marchand'), await toForward()]).toEqual([0, 0])
    await pay(1000, 1000)
    expect(await toForward()).toBe(1000)
    await recovery.takeBackDebt({ ...debt, reason: 'Accord' })
    expect([await balance('Marchand'), await ahead(), await toForward()]).toEqual([2010, 0, 0])
    expect(findings()).toEqual([])
  })

  it('is shown on the portal as received for the Treasury, and cannot be paid again', async () => {
    const { town, familyId, pay } = await story()
    giveAccount(town, 'Marchand')
    await pay(3010, 3010)
    const money = moneyDocuments(town.store, reachOn(today(town.clock)), [familyId]).get(familyId)
    const [invoice] = money?.invoices ?? []
    if (!money || !invoice) throw new Error('the home has an invoice')
    expect(money.balanceCents).toBe(0)
    const words = JSON.stringify(balanceShown(money, 0, undefined).lines)
    expect(words).toContain('reçus pour la Trésorerie')
    expect(words).not.toContain('à payer à la Trésorerie')
    expect(invoiceState(invoice, 0, undefined)).toMatchObject({
      kind: 'paid',
      about: 'nous la reversons à la Trésorerie',
    })
    expect(invoiceShown(invoice, undefined).total.left).toEqual([
      { label: 'Reçu pour la Trésorerie', amount: '30,10\u00a0€' },
    ])
  })
})

describe('on the portal', () => {
  it('reads « À payer à la Trésorerie », without anything to pay to the town', async () => {
    const { handOver, town, marchand, recovery, invoiceId } = await aRemindedTown()
    giveAccount(town, 'Marchand')
    await handOver('Marchand')
    const published = () =>
      moneyDocuments(town.store, reachOn(today(town.clock)), [marchand.familyId]).get(marchand.familyId)
    const money = published()
    const [invoice] = money?.invoices ?? []
    expect(invoice).toMatchObject({ leftCents: 0, treasuryCents: 3010 })
    expect(invoice).not.toHaveProperty('settledOn')
    if (!money || !invoice) throw new Error('the home has an invoice')
    expect(isSettled(invoice)).toBe(false)
    expect(invoiceState(invoice, 0, undefined)).toMatchObject({ kind: 'toPay', word: 'À payer à la Trésorerie' })
    expect(invoiceShown(invoice, undefined)).toMatchObject({
      amount: '30,10\u00a0€',
      total: { left: [{ label: 'À payer à la Trésorerie', amount: '30,10\u00a0€' }] },
    })
    const lines = balanceShown(money, 0, undefined).lines.map(({ text }) => JSON.stringify(text))
    expect(lines.join(' ')).toContain('à la Trésorerie, qui vous écrit')
    expect(lines.join(' ')).not.toContain('Tout est payé')
    const [debt] = onlineDebts(money)
    expect(debt && payableCents(debt, new Map(), [], town.clock())).toEqual({
      why: 'Cette facture est à payer à la Trésorerie\u00a0: la régie ne prend plus d’argent pour elle.',
    })
    await recovery.tellPaid({ invoiceId, openingDebtId: null, amountCents: 3010, paidOn: '2027-04-05' })
    expect(published()?.invoices[0]).not.toHaveProperty('treasuryCents')
  })
})
