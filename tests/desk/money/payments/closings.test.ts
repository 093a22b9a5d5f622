import { describe, expect, it, onTestFinished } from 'vitest'
import { balanceOf } from '../../../../main/desk/invoicing/invoicing.ts'
import { brokenClosings } from '../../../../main/store/checking/broken-closings.ts'
import { lastNumbersInFile, storeNumbersGiven } from '../../../../main/store/numbers.ts'
import { day } from '../../../../shared/rules/calendar/day.ts'
import { accountRows } from '../../../../shared/rules/money/closing.ts'
import { changeText } from '../../../../shared/rules/money/money.ts'
import { receivedCents } from '../../../../shared/rules/money/remittance.ts'
import { aClock } from '../../../support/desk.ts'
import { aBillingTown, billing } from '../../../support/towns/billing.ts'
import { asked, missing } from '../../documents/documents-reading.ts'

/** On 25 November, Marchand owes an invoice of 10,00 €, of which 4,00 € were paid by cheque. */
const open = async () => {
  const clock = aClock('2026-11-25')
  const town = await aBillingTown().open(clock)
  onTestFinished(() => town.close())
  const gestures = billing(town)
  await gestures.book('Louison', ['2026-12-09'], 'Matin', 'Repas')
  await gestures.issue((await gestures.run()).id)
  const familyId = town.family('Marchand')
  const pay = (amountCents: number, more: object = {}) =>
    town.client.payments.record({
      familyId,
      means: 'cheque',
      amountCents,
      receivedOn: day('2026-11-25'),
      payer: '',
      reference: '',
      chosen: null,
      ...more,
    })
  await pay(400)
  const read = () => town.client.closings.read({})
  const close = async (kind: 'month' | 'year' = 'month') => {
    const next = (await read()).open.find((one) => one.kind === kind)
    if (!next) throw new RangeError('nothing to close')
    return town.client.closings.close({ kind, from: next.from, dueAfterCents: next.statement.dueAfterCents })
  }
  return { town, familyId, pay, read, close, ...gestures }
}
const refused = (sentence: string) => ({ data: { sentence: expect.stringContaining(sentence) } })

describe('a month of a régie', () => {
  it('is closed once it is over, with what its accounts say, and never changes any more', async () => {
    const { town, familyId, pay, read, close, findings } = await open()
    const [november] = (await read()).open
    expect(november).toMatchObject({
      kind: 'month',
      from: '2026-11-01',
      to: '2026-11-30',
      number: 1,
      checks: [{ isDone: true }, { what: 'over', isDone: false }, { isDone: true }, { what: 'bank', isDone: true }],
      statement: {
        dueBeforeCents: 0,
        movements: { invoice: 1000, payment: -400 },
        dueAfterCents: 600,
        received: [{ nature: 'sans nature', cents: 400, byMeans: [['cheque', 400]] }],
      },
      receipts: { count: 1, first: 'Q2026-000001', last: 'Q2026-000001' },
    })
    await expect(close()).rejects.toMatchObject(refused('n’est pas fini'))
    town.clock.set('2026-12-02')
    const made = await close()
    expect(made).toMatchObject({ number: 1, previousHash: null })
    const file = async (format: 'pdf' | 'csv') =>
      (await town.client.closings.file({ kind: 'month', from: day('2026-11-01'), format })).arrayBuffer()
    expect(new TextDecoder().decode(await file('csv'))).toContain('Total;;4,00;4,00')
    const pdf = new Uint8Array(await file('pdf'))
    const printed = missing('pdftotext') ? null : asked('pdftotext', pdf, ['-layout'], ['-'])
    for (const text of ['État de clôture n° 1', 'novembre 2026', 'Prestations facturées', made.hash.slice(0, 16)])
      expect(printed?.replaceAll('\u00a0', ' ') ?? text).toContain(text)
    expect(findings()).toEqual([])

    // Money of November that comes to light in December is received in November, and counts in December.
    const { receivedOn } = await pay(700, { receivedOn: day('2026-11-27') })
    expect(receivedOn).toBe('2026-11-27')
    expect(balanceOf(town.store, familyId, { on: day('2026-11-30') })).toBe(-100)
    expect((await read()).open[0]?.statement).toMatchObject({
      dueBeforeCents: 600,
      movements: { payment: -700 },
      dueAfterCents: -100,
      received: [
        { nature: 'sans nature', cents: 600 },
        { nature: 'Avances, à affecter', cents: 100 },
      ],
    })
    expect(findings()).toEqual([])
    expect(() => town.store.sqlite.exec(`update closing set number = 9`)).toThrow('never changes')
  })

  it('says what it received as one sum, by nature as in its account: less the payments cancelled in it', async () => {
    const { town, pay, read } = await open()
    const { id } = await pay(250)
    await town.client.payments.cancel({ id, reason: 'chèque repris' })
    const [november] = (await read()).open
    if (!november) throw new Error('November is open')
    expect(accountRows(november.statement, november)).toContainEqual([
      'Encaissé, 2,50\u00a0€ de règlements annulés déduits',
      changeText(-400),
    ])
    expect(receivedCents(november.statement)).toBe(400)
  })

  it('is written for the finance software, once closed, in the columns that the régie keeps', async () => {
    const { town, pay, close } = await open()
    const { closings } = town.client
    const asked = { kind: 'month', from: day('2026-11-01') } as const
    await pay(700)
    await expect(closings.bookFile(asked)).rejects.toMatchObject(refused('période close'))
    town.clock.set('2026-12-02')
    const { statement } = await close()
    const lines = async () =>
      new TextDecoder()
        .decode(await (await closings.bookFile(asked)).arrayBuffer())
        .trim()
        .split('\r\n')
    expect((await lines())[0]).toBe('Exercice;Régie;Compte;Code produit;Libellé;Moyen de paiement;Montant;Objet')
    const own = {
      columns: ['means' as const, 'label' as const, 'amount' as const],
      separator: '\t' as const,
      decimal: '.' as const,
    }
    await expect(closings.saveBookExport({ ...own, columns: ['label'] })).rejects.toMatchObject({
      data: { field: 'columns' },
    })
    await closings.saveBookExport(own)
    expect(await closings.bookExport({})).toEqual(own)
    expect(await lines()).toEqual([
      'Moyen de paiement\tLibellé\tMontant',
      'Chèque\tsans nature\t10.00',
      'Chèque\tAvances, à affecter\t1.00',
    ])
    expect(statement.received.reduce((sum, { cents }) => sum + cents, 0)).toBe(1100)
    const director = await town.as('director')
    await expect(director.closings.saveBookExport(own)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  it('takes an advance from « Avances » in the month in which it pays something', async () => {
    const { town, pay, read, close, book, run, issue, findings } = await open()
    await pay(1000)
    town.clock.set('2026-12-02')
    await close()
    await book('Louison', ['2026-12-16'], 'Matin')
    await issue((await run()).id)
    const [december] = (await read()).open
    expect(december?.statement.received.map(({ nature, cents }) => [nature, cents])).toEqual([
      ['sans nature', 400],
      ['Avances, à affecter', -400],
    ])
    town.clock.set('2027-01-04')
    await close()
    // The year adds up what its months say.
    const year = await close('year')
    expect(year).toMatchObject({ number: 3, from: '2026-01-01', to: '2026-12-31' })
    expect(year.statement).toMatchObject({ movements: { payment: -1400 } })
    expect(findings()).toEqual([])
  })

  it('waits for its till to be counted, is closed once, and in turn', async () => {
    const { town, pay, read, close } = await open()
    await pay(100, { means: 'cash' })
    town.clock.set('2026-12-02')
    await expect(close()).rejects.toMatchObject(refused('La caisse n’a pas été comptée'))
    await town.client.payments.closeTill({ day: day('2026-11-30'), countedCents: 100, note: '' })
    const [november] = (await read()).open
    const dueAfterCents = november?.statement.dueAfterCents ?? 0
    const wanted = { kind: 'month', from: day('2026-11-01') } as const
    await expect(town.client.closings.close({ ...wanted, dueAfterCents: 1 })).rejects.toMatchObject(refused('a changé'))
    await expect(
      town.client.closings.close({ kind: 'month', from: day('2026-12-01'), dueAfterCents }),
    ).rejects.toMatchObject(refused('ce n’est pas le suivant'))
    await town.client.closings.close({ ...wanted, dueAfterCents })
    await expect(town.client.closings.close({ ...wanted, dueAfterCents })).rejects.toMatchObject(refused('déjà faite'))
    await expect(town.client.payments.reopenTill({ day: day('2026-11-30'), reason: 'Erreur' })).rejects.toMatchObject(
      refused('close jusqu’au'),
    )
  })

  it('is closed once by two workstations at once, with what the screen read: today’s money does not disturb, money of then does', async () => {
    const { town, pay, read, findings } = await open()
    const due = async () => (await read()).open[0]?.statement.dueAfterCents ?? 0
    town.clock.set('2026-12-02')
    const wanted = { kind: 'month', from: day('2026-11-01') } as const
    const seen = await due()
    await pay(100, { receivedOn: day('2026-12-02') })
    expect(await due()).toBe(seen)
    await pay(50, { receivedOn: day('2026-11-30') })
    await expect(town.client.closings.close({ ...wanted, dueAfterCents: seen })).rejects.toMatchObject(
      refused('a changé'),
    )
    expect(await due()).toBe(seen - 50)
    const close = () => town.client.closings.close({ ...wanted, dueAfterCents: seen - 50 })
    const results = await Promise.allSettled([close(), close()])
    expect(results).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected', reason: refused('déjà faite') }])
    expect(findings()).toEqual([])
  })

  it('takes the number after the last one that was ever given, when an older copy was restored', async () => {
    const { town, read, close, findings } = await open()
    town.clock.set('2027-01-04')
    await close()
    expect(lastNumbersInFile(town.store)).toMatchObject({ C: 1 })
    // November’s is there; those of December and of the year were lost with the file that this one replaces.
    storeNumbersGiven(town.store.sqlite, { C: 3 })
    expect((await read()).open[0]).toMatchObject({ from: '2026-12-01', number: 4 })
    const december = await close()
    expect(december).toMatchObject({ number: 4 })
    expect(await close('year')).toMatchObject({ number: 5, previousHash: december.hash })
    expect(findings()).toEqual([])
  })

  it('is found broken when a row that it counts changed, or a closing before it', async () => {
    const { town, close } = await open()
    town.clock.set('2026-12-02')
    await close()
    const { sqlite } = town.store
    const sentences = () => brokenClosings(sqlite).map(({ sentence }) => sentence)
    expect(sentences()).toEqual([])
    const triggers = sqlite.prepare(`select name from sqlite_master where type = 'trigger'`).pluck().all() as string[]
    for (const name of triggers) sqlite.exec(`drop trigger "${name}"`)
    sqlite.exec('update payment set amount_cents = 500')
    expect(sentences()).toEqual([
      'Clôture n°\u00a01, du 01/11/2026 au 30/11/2026\u00a0: ce qu’elle compte a changé depuis.',
    ])
    sqlite.exec('update payment set amount_cents = 400; update closing set rows_hash = upper(rows_hash)')
    expect(sentences()).toEqual([expect.stringContaining('elle a été modifiée.')])
  })
})

describe('the balances of all payers at the end of a day', () => {
  it('add up to what the closing says is due, on any day', async () => {
    const { town, pay, read } = await open()
    const table = async (on: string) => {
      const file = await town.client.closings.balances({ on: day(on), format: 'csv' })
      return new TextDecoder()
        .decode(await file.arrayBuffer())
        .trim()
        .split('\r\n')
        .slice(1)
    }
    expect(await table('2026-11-24')).toEqual(['Total;0,00;0,00;0,00'])
    expect(await table('2026-11-25')).toEqual(['Marchand;6,00;0,00;6,00', 'Total;6,00;0,00;6,00'])
    town.clock.set('2026-11-30')
    const { id } = await pay(700, { receivedOn: day('2026-11-30') })
    const due = async () => (await read()).open[0]?.statement.dueAfterCents
    expect([await due(), await table('2026-11-30')]).toEqual([
      -100,
      ['Marchand;0,00;1,00;-1,00', 'Total;0,00;1,00;-1,00'],
    ])
    await town.client.payments.cancel({ id, reason: 'Erreur de famille' })
    expect([await due(), await table('2026-11-30')]).toEqual([600, ['Marchand;6,00;0,00;6,00', 'Total;6,00;0,00;6,00']])
    await expect(table('2026-12-01')).rejects.toMatchObject(refused('pas encore venu'))
    const pdf = await town.client.closings.balances({ on: day('2026-11-30'), format: 'pdf' })
    expect(new TextDecoder().decode((await pdf.arrayBuffer()).slice(0, 5))).toBe('%PDF-')
  })
})
