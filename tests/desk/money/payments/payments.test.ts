import * as fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { allBalances, allocate, balanceOf, undoAllocations } from '../../../../main/desk/invoicing/invoicing.ts'
import { journalFile } from '../../../../main/desk/payments/journal.ts'
import { readSpreadsheet } from '../../../../main/documents/spreadsheets/spreadsheet.ts'
import { moneyDocuments } from '../../../../main/exchange/published/money.ts'
import { reachOn } from '../../../../main/exchange/published/reach.ts'
import type { Write } from '../../../../main/store/acts/acts.ts'
import { allocation, debtDecision, refund } from '../../../../main/store/schema/index.ts'
import { systemActor } from '../../../../main/store/store.ts'
import { type Day, day, today } from '../../../../shared/rules/calendar/day.ts'
import { isOverdue, settleOldestFirst } from '../../../../shared/rules/money/payment/payment.ts'
import { giveAccount } from '../../../exchange/published/publishing.ts'
import { aPortalOf } from '../../../support/collected.ts'
import { password } from '../../../support/desk.ts'
import { examples } from '../../../support/long.ts'
import { aBillingTown, billing } from '../../../support/towns/billing.ts'
import { aList, takenIn, takenOut } from '../../../support/towns/import.ts'
import type { Town } from '../../../support/towns/town.ts'
import { asked, missing } from '../../documents/documents-reading.ts'

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
  /** Of another program, at the end of August; above zero owed. */
  const takeOver = async (cents: number) =>
    (await takenIn(town.client, aList(['Nom du foyer;Solde;Solde au', `Marchand;${cents / 100};31/08/2026`]))).actId
  const published = () => moneyDocuments(town.store, reachOn(today(town.clock)), [familyId]).get(familyId)
  return { town, familyId, pay, owed, takeOver, published, ...gestures }
}

describe('after a backup was taken back, without any portal', () => {
  it('no number is given twice, and staff read which papers the file does not know', async () => {
    const { town, pay, book, run, issue, findings } = await open()
    let name = ''
    for await (const { backup } of await town.client.settings.makeBackup()) name = backup?.name ?? name
    const { receipt } = await pay(300)
    await book('Basile', ['2026-12-09'], 'Matin')
    await issue((await run()).id)
    await town.client.settings.restoreBackup({ name })
    await town.client.staff.login({ login: 'sandrine', password })

    const { lostPapers } = await town.client.settings.backups()
    expect(lostPapers.map((paper) => [paper.name, paper.family])).toEqual([
      ['Facture n°\u00a02026-000003', 'Marchand'],
      [`Quittance ${receipt}`, 'Marchand'],
    ])
    expect(await pay(300)).toMatchObject({ receipt: 'Q2026-000002' })
    await book('Basile', ['2026-12-09'], 'Matin')
    await issue((await run()).id)
    const numbers = town.store.statement(`select number from invoice where state = 'issued' order by number`).pluck()
    expect(numbers.all()).toEqual([1, 2, 4])
    expect(findings()).toEqual([])
  })

  it('nor when an older file was restored by hand, or another backup taken back after the first', async () => {
    const { town, pay } = await open()
    let name = ''
    for await (const { backup } of await town.client.settings.makeBackup()) name = backup?.name ?? name
    await pay(300)
    await pay(300)
    for (const _ of ['first', 'second']) {
      await town.client.settings.restoreBackup({ name })
      await town.client.staff.login({ login: 'sandrine', password })
    }
    const forgetting = town.store.statement(`delete from file_fact where key in ('numbers_given', 'papers_lost')`)
    forgetting.run()
    town.store.replaceFile(() => undefined)
    await town.client.staff.login({ login: 'sandrine', password })
    expect((await town.client.settings.backups()).lostPapers).toEqual(
      [1, 2].map((number) => ({ name: `Quittance Q2026-00000${number}`, on: null, family: null, amountCents: null })),
    )
    expect(await pay(300)).toMatchObject({ receipt: 'Q2026-000003' })
  })
})

describe('a payment', () => {
  it('pays the oldest invoice first, and brings the balance to zero', async () => {
    const { pay, owed, balance, findings } = await open()
    expect(await owed()).toMatchObject({ balanceCents: 1000, nextReceipt: 'Q2026-000001', creditCents: 0 })
    const part = await pay(700)
    expect(part).toMatchObject({ receipt: 'Q2026-000001', creditCents: 0, recordedBy: 'Sandrine Tostain' })
    expect(part.parts.map(({ name, cents }) => [name, cents])).toEqual([
      ['Facture n°\u00a02026-000001', 550],
      ['Facture n°\u00a02026-000002', 150],
    ])
    await pay(300, { means: 'cash', reference: '' })
    expect(await balance('Marchand')).toBe(0)
    expect((await owed()).debts).toEqual([])
    expect(findings()).toEqual([])
  })

  it('pays what was chosen, and refuses more than is owed', async () => {
    const { pay, owed, findings } = await open()
    const chosen = { invoiceId: (await owed()).debts[1]?.invoiceId ?? 0, openingDebtId: null }
    await pay(450, { chosen: [{ ...chosen, cents: 450 }] })
    expect((await owed()).debts.map(({ name }) => name)).toEqual(['Facture n°\u00a02026-000001'])
    await expect(pay(100, { chosen: [{ ...chosen, cents: 100 }] })).rejects.toMatchObject({
      data: { sentence: 'Une des lignes choisies n’est plus à payer.', field: 'chosen' },
    })
    expect((await owed()).nextReceipt).toBe('Q2026-000002')
    expect(findings()).toEqual([])
  })

  it('above the debt leaves a credit, which pays the next invoice when it is issued', async () => {
    const { book, run, issue, pay, owed, balance, findings } = await open()
    expect(await pay(1200)).toMatchObject({ creditCents: 200 })
    expect(await balance('Marchand')).toBe(-200)
    await book('Louison', ['2026-12-16'], 'Repas')
    await issue((await run()).id)
    expect(await owed()).toMatchObject({ balanceCents: 250, creditCents: 0, debts: [{ leftCents: 250 }] })
    await pay(250)
    expect(await owed()).toMatchObject({ balanceCents: 0, creditCents: 0, debts: [] })
    expect(findings()).toEqual([])
  })

  it('ahead pays the whole of an invoice that it covers: nothing is asked of the family, on the portal neither', async () => {
    const { town, published, book, run, issue, pay, owed, findings } = await open()
    await pay(5000)
    await book('Louison', ['2026-12-16'], 'Matin')
    town.clock.set('2026-11-30')
    await issue((await run()).id)
    expect(await owed()).toMatchObject({ balanceCents: -3450, creditCents: 3450, debts: [] })
    giveAccount(town, 'Marchand')
    expect(published()?.invoices[0]).toMatchObject({ leftCents: 0, settledOn: '2026-11-30' })
    expect(findings()).toEqual([])
  })

  it('that is an avoir pays what else is owed, as it is issued', async () => {
    const { town, pay, owed, findings } = await open()
    await pay(550)
    const [, first] = await town.client.invoicing.ofFamily({ familyId: town.family('Marchand') })
    const note = { lines: null, reason: 'Facturé deux fois', billAgain: false }
    await town.client.invoicing.creditNote({ invoiceId: first?.id ?? 0, ...note })
    expect(await owed()).toMatchObject({ balanceCents: -100, creditCents: 100, debts: [] })
    expect(findings()).toEqual([])
  })

  it('that is cancelled leaves what it paid to what else the family has ahead', async () => {
    const { town, pay, owed, findings } = await open()
    const { id } = await pay(1000)
    await pay(600)
    await town.client.payments.cancel({ id, reason: 'Chèque sans provision' })
    expect(await owed()).toMatchObject({ balanceCents: 400, creditCents: 0, debts: [{ leftCents: 400 }] })
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
      parts: [],
      cancelled: { on: '2026-12-03', reason: 'Chèque sans provision' },
    })
    expect(await owed()).toMatchObject({ balanceCents: 1000, nextReceipt: 'Q2026-000002' })
    expect(balanceOf(town.store, familyId, { on: day('2026-12-02') })).toBe(0)
    expect(balanceOf(town.store, familyId, { on: day('2026-12-03') })).toBe(1000)
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

const journal = async (town: Town, more: object = {}) =>
  town.client.payments.journal({ from: '2026-11-25', to: '2026-11-25', means: null, format: 'xlsx', ...more })
const linesOf = async (file: File) =>
  (await readSpreadsheet({ bytes: new Uint8Array(await file.arrayBuffer()), sheet: '', maxRows: 100 })).rows.slice(1)
const textOf = async (file: File) =>
  asked('pdftotext', new Uint8Array(await file.arrayBuffer()), ['-layout'], ['-']).replaceAll(/\s+/g, ' ')

/** What two files of one journal have in common. */
const tellingOf = async (file: File, format: 'pdf' | 'xlsx' | 'csv') =>
  format === 'csv' ? file.text() : format === 'xlsx' ? linesOf(file) : file.size

/** Two cheques, cash, a cheque cancelled, and one of the day before. */
const received = async () => {
  const { town, pay } = await open()
  await pay(300, { payer: 'Alix Marchand' })
  await pay(250, { means: 'cash', reference: '' })
  await pay(400, { reference: 'n° 0047919' })
  const { id } = await pay(999)
  await town.client.payments.cancel({ id, reason: 'Chèque sans signature' })
  await pay(150, { receivedOn: day('2026-11-24') })
  return town
}

describe('the régie', () => {
  it('has its journal of a day, what was cancelled with its reason', async () => {
    const lines = await linesOf(await journal(await received()))
    expect(lines.map((line) => [line[1], line[4], line[6], line[7]])).toEqual([
      ['Q2026-000001', 'Chèque', '3', ''],
      ['Q2026-000002', 'Espèces', '2,5', ''],
      ['Q2026-000003', 'Chèque', '4', ''],
      ['Q2026-000004', 'Chèque', '9,99', '25/11/2026, Chèque sans signature'],
    ])
  })

  it('has one of a single means, over several days too', async () => {
    const file = await journal(await received(), { from: '2026-11-24', means: 'cheque' })
    expect(file.name).toBe('journal-de-la-regie-cheques-2026-11-24-2026-11-25.xlsx')
    expect((await linesOf(file)).map((line) => [line[0], line[1]])).toEqual([
      ['24/11/2026', 'Q2026-000005'],
      ['25/11/2026', 'Q2026-000001'],
      ['25/11/2026', 'Q2026-000003'],
      ['25/11/2026', 'Q2026-000004'],
    ])
  })

  it('counts a payment on the day it is booked, and takes it off on the day it is cancelled', async () => {
    const { town, pay } = await open()
    const { id } = await pay(700)
    const amounts = async (on: string) =>
      (await linesOf(await journal(town, { from: on, to: on }))).map((line) => line[6])
    town.clock.set('2026-12-02')
    await town.client.payments.cancel({ id, reason: 'Chèque sans provision' })
    expect([await amounts('2026-11-25'), await amounts('2026-12-02')]).toEqual([['7'], ['-7']])
    const both = await linesOf(await journal(town, { from: '2026-11-25', to: '2026-12-02' }))
    expect(both.map((line) => [line[6], line[7]])).toEqual([['7', '02/12/2026, Chèque sans provision']])
  })

  it('has one of a whole year, read and written by another thread where it is long', async () => {
    const { desk } = await received()
    for (const format of ['csv', 'xlsx', 'pdf'] as const) {
      const asked = { regieId: 1, from: day('2026-01-01'), to: day('2026-12-31'), means: null, format }
      const [here, byThread] = [
        await journalFile(desk.core, asked),
        await journalFile(desk.core, asked, { threadFrom: 1 }),
      ]
      expect([byThread.name, byThread.type]).toEqual([here.name, here.type])
      expect(await tellingOf(byThread, format)).toEqual(await tellingOf(here, format))
    }
  })

  it('refuses a last day before the first', async () => {
    const town = await received()
    await expect(journal(town, { to: '2026-11-24' })).rejects.toMatchObject({
      data: { sentence: 'Le dernier jour vient avant le premier.' },
    })
    await expect(journal(town, { from: '2000-01-01' })).rejects.toMatchObject({
      data: { sentence: 'Demandez un an au plus à la fois.' },
    })
  })

  it.skipIf(missing('pdftotext'))(
    'prints it with its totals, and what was counted in the till (needs pdftotext)',
    async () => {
      const town = await received()
      const day = await textOf(await journal(town, { format: 'pdf' }))
      for (const said of [
        'Journal de la régie',
        'Total : 3 règlements, 9,50 €',
        'Chèque : 2 règlements, 7,00 €',
        'annulé',
      ])
        expect(day).toContain(said)
      expect(day).not.toContain('Caisse :')
      await town.client.payments.closeTill({ day: '2026-11-25', countedCents: 300, note: 'Pièce trouvée' })
      expect(await textOf(await journal(town, { format: 'pdf' }))).toContain(
        'Caisse : 3,00 € comptés, 0,50 € de trop, Pièce trouvée',
      )
    },
  )
})

describe('a balance taken over', () => {
  const name = 'Solde repris au 31/08/2026'

  it('ahead pays the invoices that are there, then those to come: none looks unpaid, on the portal neither', async () => {
    const { town, takeOver, published, owed, book, run, issue, paper, findings } = await open()
    await takeOver(-1200)
    expect(await owed()).toMatchObject({ balanceCents: -200, creditCents: 200, debts: [] })
    await book('Louison', ['2026-12-16'], 'Matin')
    await issue((await run()).id)
    expect(await owed()).toMatchObject({ balanceCents: 350, creditCents: 0, debts: [{ leftCents: 350 }] })
    const { id } = await paper('Marchand')
    expect((await town.client.invoicing.paper({ id })).carriedOver).toEqual([{ label: name, amount: -200 }])
    giveAccount(town, 'Marchand')
    expect(published()).toMatchObject({
      invoices: [{ leftCents: 350 }, { leftCents: 0, settledOn: '2026-11-25' }, { leftCents: 0 }],
      takenOver: [{ on: '2026-08-31', totalCents: -1200, leftCents: 0 }],
    })
    expect(findings()).toEqual([])
  })

  it('owed is paid by a payment, before any invoice, and is asked for once', async () => {
    const { town, familyId, takeOver, published, pay, owed, book, run, issue, paper, findings } = await open()
    await takeOver(3000)
    expect((await owed()).debts.map((debt) => [debt.name, debt.leftCents])).toEqual([
      [name, 3000],
      ['Facture n°\u00a02026-000001', 550],
      ['Facture n°\u00a02026-000002', 450],
    ])
    expect((await pay(2500)).parts).toMatchObject([{ name, cents: 2500 }])
    const { openingDebtId = null } = (await owed()).debts[0] ?? {}
    expect((await pay(200, { chosen: [{ invoiceId: null, openingDebtId, cents: 200 }] })).parts).toMatchObject([
      { name, cents: 200 },
    ])
    await expect(pay(400, { chosen: [{ invoiceId: null, openingDebtId, cents: 400 }] })).rejects.toMatchObject({
      data: { sentence: `${name}\u00a0: il reste 3,00\u00a0€ à payer, la part est de 4,00\u00a0€.` },
    })
    await book('Louison', ['2026-12-16'], 'Matin')
    await issue((await run()).id)
    const { id } = await paper('Marchand')
    expect((await town.client.invoicing.paper({ id })).carriedOver[0]).toEqual({ label: name, amount: 300 })
    giveAccount(town, 'Marchand')
    expect(published()).toMatchObject({ takenOver: [{ on: '2026-08-31', totalCents: 3000, leftCents: 300 }] })
    const { lines } = await town.client.payments.account({ familyId })
    expect(lines[0]).toMatchObject({ kind: 'opening', chargedCents: 3000, leftCents: 300 })
    expect(findings()).toEqual([])
  })

  it('is paid online once, however often the payment is reported; its import can then not be undone', async () => {
    const { town, familyId, takeOver, published, owed, findings } = await open()
    const actId = await takeOver(3000)
    giveAccount(town, 'Marchand')
    const [debt] = published()?.takenOver ?? []
    expect(debt).toMatchObject({ number: 'S2026-000001', leftCents: 3000 })
    const portal = aPortalOf(town)
    const at = town.desk.core.clock()
    const asked = {
      guardian: portal.guardianOf('Marchand'),
      family: familyId,
      recordedAt: at,
      invoice: null,
      openingDebt: debt?.id,
      number: debt?.number,
      amountCents: 3000,
      idOp: 'op',
      saisie: 'W',
    }
    const started = portal.entry('started:a', 'paymentStarted', at, {
      ...asked,
      attempt: 'a',
      label: name,
      client: '000000',
      refdet: 'S2026000001',
      address: '',
    })
    town.store
      .statement('insert into mirror_entry values (?, ?, ?, ?, ?, ?, ?, 0)')
      .run(started.number, started.hash, started.id, started.kind, at, started.body, at)
    await expect(takenOut(town.client, actId)).rejects.toThrow(/Un parent paie ce solde repris en ligne/)
    await expect(takeOver(2000)).rejects.toThrow(/Un parent paie ce solde repris en ligne/)
    for (const _ of ['once', 'again'])
      portal.collect(portal.entry('a', 'payment', at, { ...asked, paidAt: at, by: 'card', authorisation: '1' }))
    expect((await owed()).debts.map(({ leftCents }) => leftCents)).toEqual([550, 450])
    const [paid] = (await town.client.payments.day({ day: day('2026-11-25') })).payments
    expect(paid).toMatchObject({ means: 'online', amountCents: 3000, creditCents: 0, parts: [{ name, cents: 3000 }] })
    expect(paid?.reference).toMatch(/solde repris S2026-000001$/)
    expect(published()).toMatchObject({ takenOver: [{ leftCents: 0 }], onlinePayments: ['a'] })
    await expect(takenOut(town.client, actId)).rejects.toThrow(/Ce solde repris a servi depuis/)
    // Paid again at PayFiP, it stays ahead.
    portal.collect(portal.entry('b', 'payment', at, { ...asked, paidAt: at, by: 'card', authorisation: '2' }))
    expect(await owed()).toMatchObject({ creditCents: 3000 })
    await town.client.payments.cancel({ id: paid?.id ?? 0, reason: 'Impayé de la banque' })
    expect(findings()).toEqual([])
  })

  it('owed counts in what is overdue, and what paid it is in no certificate', async () => {
    const { town, takeOver, pay } = await open()
    await takeOver(3000)
    expect((await town.client.home.today()).money).toMatchObject({ overdueCents: 3000, overdueFamilies: 1 })
    await pay(3000)
    const familyId = town.family('Marchand')
    expect((await town.client.payments.owed({ familyId })).debts.map(({ leftCents }) => leftCents)).toEqual([550, 450])
    expect((await town.client.statements.years({ familyId }))[0]?.certificates).toEqual([])
  })

  it('that is said otherwise frees what it paid, or what paid it, for what else is owed', async () => {
    const { takeOver, pay, owed, findings } = await open()
    await takeOver(3000)
    await pay(2500)
    await takeOver(500)
    expect(await owed()).toMatchObject({ balanceCents: -1000, creditCents: 1000, debts: [] })
    await takeOver(-500)
    expect(await owed()).toMatchObject({ balanceCents: -2000, creditCents: 2000, debts: [] })
    expect(findings()).toEqual([])
  })

  it('is taken back with what it paid, unless something was paid on it since', async () => {
    const { town, takeOver, pay, owed, findings } = await open()
    const ahead = await takeOver(-700)
    expect((await owed()).debts).toMatchObject([{ leftCents: 300 }])
    await takenOut(town.client, ahead)
    expect(await owed()).toMatchObject({ balanceCents: 1000, creditCents: 0, debts: [{}, {}] })
    const due = await takeOver(700)
    const { id } = await pay(100)
    await expect(takenOut(town.client, due)).rejects.toThrow('Ce solde repris a servi depuis')
    await town.client.payments.cancel({ id, reason: 'Erreur' })
    // What paid it stays written, beside what undid it.
    await expect(takenOut(town.client, due)).rejects.toThrow('Ce solde repris a servi depuis')
    await takeOver(0)
    expect(await owed()).toMatchObject({ balanceCents: 1000, debts: [{}, {}] })
    expect(findings()).toEqual([])
  })

  it('whose correction is undone keeps no payment above its amount', async () => {
    const { town, takeOver, pay, owed, findings } = await open()
    await takeOver(100)
    await pay(100)
    const more = await takeOver(3000)
    await takenOut(town.client, more)
    expect(await owed()).toMatchObject({ balanceCents: 1000, creditCents: 0 })
    const again = await takeOver(3000)
    const { id } = await pay(500)
    await expect(takenOut(town.client, again)).rejects.toThrow('Ce solde repris a servi depuis')
    await town.client.payments.cancel({ id, reason: 'Erreur' })
    expect(findings()).toEqual([])
  })
})

describe('what settled a debt', () => {
  it('stays written when it is undone, beside its opposite of that day', async () => {
    const { town, pay, owed, findings } = await open()
    const { id } = await pay(700)
    town.clock.set('2026-11-26')
    await town.client.payments.cancel({ id, reason: 'Chèque refusé' })
    const rows = town.store.db.select().from(allocation).all()
    expect(
      rows.map(({ paymentId, onDay, amountCents, reversesId }) => [paymentId, onDay, amountCents, reversesId]),
    ).toEqual([
      [id, '2026-11-25', 550, null],
      [id, '2026-11-25', 150, null],
      [id, '2026-11-26', -550, rows[0]?.id],
      [id, '2026-11-26', -150, rows[1]?.id],
    ])
    expect(await owed()).toMatchObject({ balanceCents: 1000, debts: [{ leftCents: 550 }, { leftCents: 450 }] })
    expect(() => town.store.sqlite.exec('delete from allocation')).toThrow('undone by an opposite row')
    expect(() => town.store.sqlite.exec('update allocation set amount_cents = 1')).toThrow('undone by an opposite row')
    expect(findings()).toEqual([])
  })

  it('may be a decision, which takes the debt off the account without a payment', async () => {
    const { town, familyId, pay, owed, findings, published } = await open()
    giveAccount(town, 'Marchand')
    const [first] = (await owed()).debts
    const write = (work: (into: Write) => void) => town.store.act(systemActor, 'payments.record', 'Remise', work)
    write((into) => {
      const { id } = into.insert(debtDecision, {
        regieId: 1,
        familyId,
        kind: 'remission',
        organ: 'Conseil municipal',
        number: '2026-14',
        decidedOn: day('2026-11-20'),
        onDay: day('2026-11-25'),
      })
      allocate(town.store, into, [{ decisionId: id, invoiceId: first?.invoiceId, amountCents: 550 }])
    })
    await pay(450)
    expect(await owed()).toMatchObject({ balanceCents: 0, debts: [] })
    expect(balanceOf(town.store, familyId, { on: day('2026-11-24') })).toBe(0)
    const { lines } = await town.client.payments.account({ familyId })
    expect(lines.at(-1)).toMatchObject({
      detail: 'Remise gracieuse, Conseil municipal, n°\u00a02026-14',
      settledCents: 550,
      balanceCents: 0,
    })
    expect(published()?.invoices.map(({ leftCents }) => leftCents)).toEqual([0, 0])
    expect(findings()).toEqual([])
    write((into) => {
      undoAllocations(town.store, into, 'decision_id', 1)
      into.update(debtDecision, 1, { cancelledAt: into.at, cancelReason: 'Erreur' })
    })
    expect(await owed()).toMatchObject({ balanceCents: 550, debts: [{ leftCents: 550 }] })
    expect(findings()).toEqual([])
  })

  it('may be given back, from what the family has ahead: the credit pays nothing else', async () => {
    const { town, familyId, pay, owed, findings } = await open()
    const { id: paymentId } = await pay(1300)
    const give = (paidOn: Day | null) =>
      town.store.act(systemActor, 'payments.record', 'Remboursement', (into) => {
        const values = { regieId: 1, familyId, means: 'transfer', amountCents: 200, reason: 'Départ', paidOn } as const
        const { id } = into.insert(refund, { ...values, askedOn: day('2026-11-25') })
        allocate(town.store, into, [{ paymentId, refundId: id, amountCents: 200 }])
      })
    give(null)
    expect(await owed()).toMatchObject({ balanceCents: -300, creditCents: 100 })
    await expect(town.client.payments.cancel({ id: paymentId, reason: 'Erreur' })).rejects.toMatchObject({
      data: { sentence: 'Une partie de ce règlement a été remboursée\u00a0: il ne s’annule plus.' },
    })
    town.store.act(systemActor, 'payments.record', 'Rendu', (into) => {
      into.update(refund, 1, { paidOn: day('2026-11-25') })
    })
    expect(await owed()).toMatchObject({ balanceCents: -100, creditCents: 100 })
    expect((await town.client.payments.account({ familyId })).balanceCents).toBe(-100)
    expect(findings()).toEqual([])
  })
})

describe('the account of a family', () => {
  it('shows each paper with the balance after it, which is also the balance in the list of families', async () => {
    const { town, familyId, pay } = await open()
    await pay(600)
    const { lines, balanceCents } = await town.client.payments.account({ familyId })
    expect(lines.map((line) => [line.piece, line.chargedCents, line.settledCents, line.balanceCents])).toEqual([
      ['2026-000001', 550, 0, 550],
      ['2026-000002', 450, 0, 1000],
      ['Q2026-000001', 0, 600, 400],
    ])
    // What a list says of what is still owed: late from the day after the last one to pay.
    const [paid, owed] = lines
    expect([paid?.leftCents, owed?.leftCents, owed?.dueOn]).toEqual([0, 400, '2026-12-25'])
    const lateOn = (on: string) => owed && isOverdue(owed, day(on))
    expect([lateOn('2026-12-25'), lateOn('2026-12-26'), paid && isOverdue(paid, day('2027-01-01'))]).toEqual([
      false,
      true,
      false,
    ])
    expect(balanceCents).toBe(400)
    expect(allBalances(town.store)).toEqual(new Map([[familyId, 400]]))
    expect(allBalances(town.store, { on: day('2026-11-24') })).toEqual(new Map())
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
        openingDebtId: null,
        name: String(invoiceId),
        on: day('2026-10-01'),
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

const one = <Item>(all: readonly Item[], which: number): Item | undefined => all[which % Math.max(1, all.length)]

it('after each issue and each balance taken over, no family is asked for what it has ahead', async () => {
  const acts = fc.array(
    fc.oneof(
      fc.record({ act: fc.constant('pay' as const), cents: fc.integer({ min: 1, max: 1500 }) }),
      fc.record({ act: fc.constant('takeOver' as const), cents: fc.integer({ min: -1500, max: 1500 }) }),
      fc.record({ act: fc.constant('credit' as const), which: fc.nat(5) }),
      fc.record({ act: fc.constant('cancel' as const), which: fc.nat(5) }),
      fc.record({ act: fc.constant('bill' as const), on: fc.constantFrom('2026-12-16', '2026-12-23', '2027-01-06') }),
    ),
    { minLength: 2, maxLength: 8 },
  )
  await fc.assert(
    fc.asyncProperty(acts, async (story) => {
      const { town, familyId, pay, owed, takeOver, book, run, issue, balance, findings } = await open()
      const paid: number[] = []
      for (const step of story) {
        let isSpent = false
        if (step.act === 'pay') paid.push((await pay(step.cents, { chosen: [] })).id)
        else if (step.act === 'takeOver') isSpent = (await takeOver(step.cents)) !== null
        else if (step.act === 'credit') {
          const invoices = (await town.client.invoicing.ofFamily({ familyId })).filter(({ kind }) => kind === 'invoice')
          const note = { lines: null, reason: 'Erreur', billAgain: false }
          await town.client.invoicing
            .creditNote({ invoiceId: one(invoices, step.which)?.id ?? 0, ...note })
            .catch(() => undefined)
        } else if (step.act === 'cancel') {
          const id = one(paid, step.which)
          if (id !== undefined) await town.client.payments.cancel({ id, reason: 'Erreur' }).catch(() => undefined)
        } else {
          await book('Louison', [step.on], 'Matin').catch(() => undefined)
          const made = await run(step.on.slice(0, 7)).catch(() => null)
          if (made) await issue(made.id)
          isSpent = made !== null
        }
        const { debts, creditCents, balanceCents } = await owed()
        expect(isSpent && debts.length > 0 ? creditCents : 0).toBe(0)
        expect(debts.reduce((sum, { leftCents }) => sum + leftCents, 0) - creditCents).toBe(balanceCents)
        expect([balanceCents, findings()]).toEqual([await balance('Marchand'), []])
      }
    }),
    { numRuns: examples(10) },
  )
})
