import { describe, expect, it, onTestFinished } from 'vitest'
import type { BankLine, BankReading, ReadFileAnswer } from '../../../../shared/contract/desk/money/bank.ts'
import { day } from '../../../../shared/rules/calendar/day.ts'
import type { Proposal } from '../../../../shared/rules/money/bank/matching.ts'
import { aBillingTown, billing, last } from '../../../support/towns/billing.ts'
import { aDebitTown, collectingIn, ibanNumbered } from '../../../support/towns/debits.ts'
import { accountList, accountStatement } from '../../documents/bank-files.ts'

const iban = ibanNumbered(900)
const noel = ibanNumbered(901)
const today = day('2026-11-25')

type Entries = Parameters<typeof accountStatement>[0]['entries']
const statement = (entries: Entries, more: Partial<Parameters<typeof accountStatement>[0]> = {}, name = 'releve.xml') =>
  new File(
    [
      accountStatement({
        version: '08',
        iban,
        from: '2026-11-16',
        to: '2026-11-24',
        openingCents: 0,
        entries,
        ...more,
      }),
    ],
    name,
  )

/** What the screen sends of a line as it is proposed. */
const asProposed = ({ id, proposals }: BankLine) => {
  const [best] = proposals
  if (!best) throw new Error('nothing is proposed')
  return {
    lineId: id,
    pays:
      best.kind === 'pays'
        ? [
            {
              familyId: best.familyId,
              thirdPartyId: best.thirdPartyId,
              cents: sumOf(best),
              parts: best.parts.map(({ invoiceId, openingDebtId, cents }) => ({ invoiceId, openingDebtId, cents })),
            },
          ]
        : [],
    arrives: best.kind === 'arrives' ? [best.batch.key] : [],
    debitId: best.kind === 'returns' ? best.debitId : null,
  }
}
const sumOf = (one: Extract<Proposal, { kind: 'pays' }>) =>
  one.parts.reduce((sum, { cents }) => sum + cents, one.aheadCents)

/** On 25 November, Marchand owes two invoices, of 5,50 € (2026-000001) and 4,50 € (2026-000002). */
const open = async () => {
  const town = await aBillingTown().open()
  onTestFinished(() => town.close())
  const gestures = billing(town)
  await gestures.book('Louison', ['2026-12-09'], 'Matin')
  await gestures.issue((await gestures.run()).id)
  await gestures.book('Louison', ['2026-12-09'], 'Repas')
  await gestures.issue((await gestures.run()).id)
  return { town, ...gestures, ...atBank(town) }
}

type AnyTown = Awaited<ReturnType<ReturnType<typeof aBillingTown>['open']>>

const atBank = (town: AnyTown) => {
  const { bank } = town.client
  const read = async (file: File): Promise<Extract<ReadFileAnswer, { step: 'read' }>> => {
    const answer = await bank.readFile({ file })
    if (answer.step !== 'read') throw new Error('columns are asked')
    return answer
  }
  const shown = (): Promise<BankReading> => bank.read({})
  const lines = async () => (await shown()).lines
  const states = async () => (await lines()).map(({ label, state }) => `${label} ${state}`)
  const lineOf = async (label: string) => {
    const found = (await lines()).find((one) => one.label === label)
    if (!found) throw new Error(`no line ${label}`)
    return found
  }
  const record = (...some: BankLine[]) => bank.record({ decisions: some.map(asProposed) })
  const rows = () =>
    town.store
      .statement(`select (select count(*) from bank_statement), (select count(*) from bank_line),
        (select count(*) from payment), (select count(*) from bank_match)`)
      .raw()
      .get()
  return { bank, read, shown, lines, states, lineOf, record, rows }
}

const refusing = (sentence: RegExp, field?: string) => ({
  data: { sentence: expect.stringMatching(sentence), ...(field !== undefined && { field }) },
})

const ofMarchand = { cents: 550, on: '2026-11-17', label: 'VIR MARCHAND 2026 000001', payer: 'MME MARCHAND' }
const ofAssociation = { cents: 6000, on: '2026-11-18', label: 'VIR ASSOCIATION' }
const fee = { cents: -120, on: '2026-11-19', label: 'FRAIS' }

const list = (...rows: Parameters<typeof accountList>[0]) => new File([accountList(rows)], 'releve.csv')

describe('a line that brings several batches', () => {
  it('marks them arrived together, when their sum is that of the line', async () => {
    const { town, bank, read, lineOf, rows, findings } = await open()
    const familyId = town.family('Marchand')
    const slipOf = async (amountCents: number) => {
      const { id } = await town.client.payments.record({
        familyId,
        means: 'cheque',
        amountCents,
        receivedOn: day('2026-11-25'),
        payer: '',
        reference: '',
        chosen: null,
      })
      return town.client.payments.handOver({ regieId: 1, means: 'cheque', paymentIds: [id], totalCents: amountCents })
    }
    const [first, second] = [await slipOf(550), await slipOf(450)]
    town.clock.set('2026-11-27')
    await read(
      statement([{ cents: 1000, on: '2026-11-27', label: 'REMISE CHEQUES' }], { from: '2026-11-26', to: '2026-11-27' }),
    )
    const line = await lineOf('REMISE CHEQUES')
    const batches = await bank.batches({ lineId: line.id })
    expect(batches.map(({ number, cents }) => [number, cents])).toEqual([
      [first.number, 550],
      [second.number, 450],
    ])
    const record = (...some: typeof batches) =>
      bank.record({ decisions: [{ lineId: line.id, pays: [], arrives: some.map(({ key }) => key), debitId: null }] })
    await expect(record(...batches.slice(1))).rejects.toMatchObject(
      refusing(/cette ligne fait 10,00\s€, ce choix 4,50\s€/),
    )
    await record(...batches)
    expect(rows()).toEqual([1, 1, 2, 2])
    expect(await lineOf('REMISE CHEQUES')).toMatchObject({ state: 'matched' })
    await expect(bank.batches({ lineId: line.id })).rejects.toMatchObject(refusing(/déjà rapprochée/))
    expect(findings()).toEqual([])
  })
})

describe('a statement of the bank', () => {
  it('is read once: nothing is paid, and the same file or another one of the same days brings nothing', async () => {
    const { read, shown, rows, findings } = await open()
    const file = statement([ofMarchand, ofAssociation, fee])
    expect(await read(file)).toMatchObject({ fresh: 3, known: 0 })
    expect(rows()).toEqual([1, 3, 0, 0])
    expect(await read(file)).toMatchObject({ fresh: 0, known: 3 })
    expect(
      await read(statement([ofMarchand, { ...ofAssociation, on: '2026-11-24' }], { from: '2026-11-17' })),
    ).toMatchObject({
      fresh: 1,
      known: 1,
    })
    expect(rows()).toEqual([2, 4, 0, 0])
    const { lastFour, statements, lines } = await shown()
    expect(lastFour).toBe(iban.slice(-4))
    expect(statements.map(({ lineCount, creditCents, debitCents }) => [lineCount, creditCents, debitCents])).toEqual([
      [2, 6550, 0],
      [3, 6550, 120],
    ])
    expect(lines.map(({ label, state, what }) => [label, state, what])).toEqual([
      ['VIR MARCHAND 2026 000001', 'sure', 'Marchand, 2026-000001'],
      ['VIR ASSOCIATION', 'unknown', 'À mettre en attente'],
      ['VIR ASSOCIATION', 'unknown', 'À mettre en attente'],
    ])
    expect(findings()).toEqual([])
  })

  it('is refused for another account than the régie’s, and for a day to come; nothing is recorded', async () => {
    const { town, read, rows } = await open()
    await read(statement([ofMarchand]))
    const before = rows()
    const other = statement([ofAssociation], { iban: ibanNumbered(5) })
    await expect(read(other)).rejects.toMatchObject(refusing(/d’un autre compte, FR.*rien n’a été lu/, 'file'))
    await expect(read(statement([{ ...ofAssociation, on: '2026-11-26' }]))).rejects.toMatchObject(
      refusing(/un jour à venir/),
    )
    await expect(read(new File(['<Doc'], 'a.xml'))).rejects.toMatchObject(refusing(/incomplet ou abîmé/))
    await expect(read(new File([], 'a.xml'))).rejects.toMatchObject(refusing(/vide/))
    expect(rows()).toEqual(before)
    // Once staff have typed the account of the régie, it is that one.
    const [regie] = await town.client.regies.list()
    expect(regie?.iban).toBe('')
  })

  it('in CSV has its columns named once for the account, and kept', async () => {
    const { bank, read, states } = await open()
    const first = list(['17/11/2026', 'VIR MARCHAND 2026-000001', '5,50'])
    const asked = await bank.readFile({ file: first })
    if (asked.step !== 'columns') throw new Error('no columns are asked')
    expect(asked.guess.map(({ field }) => field)).toEqual(['on', 'label', 'amount'])
    await expect(bank.readFile({ file: first, columns: asked.guess.slice(0, 2) })).rejects.toMatchObject(
      refusing(/colonne du montant/, 'columns.amount'),
    )
    expect(await bank.readFile({ file: first, columns: [...asked.guess] })).toMatchObject({ step: 'read', fresh: 1 })
    expect(
      await read(list(['17/11/2026', 'VIR MARCHAND 2026-000001', '5,50'], ['18/11/2026', 'FRAIS', '-1,20'])),
    ).toMatchObject({
      fresh: 1,
      known: 1,
    })
    // The bank's other format words the same line otherwise.
    expect(await read(statement([ofMarchand]))).toMatchObject({ fresh: 0, known: 1 })
    expect(await states()).toEqual(['VIR MARCHAND 2026-000001 sure'])
  })

  it('read at two workstations at once is read by one, and refused to the other', async () => {
    const { read, rows } = await open()
    const file = statement([ofMarchand])
    const outcomes = await Promise.allSettled([read(file), read(file)])
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(rows()).toEqual([1, 1, 0, 0])
  })

  it('can be removed while nothing was made of it', async () => {
    const { town, read, rows } = await open()
    await read(statement([ofMarchand]))
    const actId = town.store.statement(`select id from act where kind = 'bank.read'`).pluck().get() as number
    await last(await town.client.history.undo({ actId, told: false }))
    expect(rows()).toEqual([0, 0, 0, 0])
  })
})

describe('what is sure', () => {
  it('is recorded by one act as payments by transfer, dated of the bank; a line taken back waits again', async () => {
    const { town, bank, read, record, lineOf, balance, findings } = await open()
    await read(statement([ofMarchand, { ...ofMarchand, cents: 450, label: 'VIR MARCHAND 2026-000002', iban: noel }]))
    const [one, two] = [await lineOf('VIR MARCHAND 2026 000001'), await lineOf('VIR MARCHAND 2026-000002')]
    expect(await record(one, two)).toEqual({
      payments: 2,
      cents: 1000,
      first: 'Q2026-000001',
      last: 'Q2026-000002',
      arrived: 0,
    })
    expect(await balance('Marchand')).toBe(0)
    const { payments } = await town.client.payments.day({ day: day('2026-11-17') })
    expect(
      payments.map(({ means, amountCents, payer, reference }) => [means, amountCents, payer, reference]),
    ).toContainEqual(['transfer', 550, 'MME MARCHAND', 'VIR MARCHAND 2026 000001'])
    expect(await lineOf('VIR MARCHAND 2026 000001')).toMatchObject({
      state: 'matched',
      what: 'Marchand, quittance Q2026-000001',
    })
    await expect(record(one)).rejects.toMatchObject(refusing(/déjà rapprochée/))
    await bank.takeBack({ lineId: one.id, reason: 'Autre famille' })
    expect(await lineOf('VIR MARCHAND 2026 000001')).toMatchObject({ state: 'sure', leftCents: 550 })
    expect(await balance('Marchand')).toBe(550)
    await expect(bank.takeBack({ lineId: one.id, reason: 'Encore' })).rejects.toMatchObject(refusing(/attend déjà/))
    await record(await lineOf('VIR MARCHAND 2026 000001'))
    expect(findings()).toEqual([])
  })

  it('is recorded by one of two workstations, and refused whole when one line changed', async () => {
    const { town, read, record, lines, rows, balance } = await open()
    await read(statement([ofMarchand, { ...ofMarchand, cents: 450, label: 'VIR 2026-000002' }]))
    const seen = await lines()
    const outcomes = await Promise.allSettled([record(...seen), record(...seen)])
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(rows()).toEqual([1, 2, 2, 2])
    expect(await balance('Marchand')).toBe(0)
    await town.client.bank.takeBack({ lineId: seen[0]?.id ?? 0, reason: 'essai' })
    const pay = {
      familyId: town.family('Marchand'),
      means: 'cheque',
      amountCents: 550,
      receivedOn: today,
      payer: '',
      reference: '',
      chosen: null,
    } as const
    await town.client.payments.record(pay)
    await expect(record(...seen.slice(0, 1))).rejects.toMatchObject(refusing(/n’est plus à payer/))
    expect(await balance('Marchand')).toBe(0)
  })

  it('is money that was recorded already: it is only marked', async () => {
    const { town, bank, read, record, lineOf, balance, rows, findings } = await open()
    const pay = (means: 'card' | 'cheque', amountCents: number) =>
      town.client.payments.record({
        familyId: town.family('Marchand'),
        means,
        amountCents,
        receivedOn: today,
        payer: '',
        reference: '',
        chosen: null,
      })
    await pay('card', 300)
    await pay('card', 250)
    await pay('cheque', 450)
    const { lines: queue } = await town.client.payments.toHandOver({ means: 'cheque' })
    await town.client.payments.handOver({
      means: 'cheque',
      paymentIds: queue.map(({ paymentId }) => paymentId),
      totalCents: 450,
    })
    town.clock.set('2026-11-27')
    const entries = [
      { cents: 550, on: '2026-11-26', label: 'REMISE CB DU 25 11' },
      { cents: 450, on: '2026-11-27', label: 'REMISE CHQ 0000001' },
    ]
    await read(statement(entries, { to: '2026-11-27' }))
    const [card, slip] = [await lineOf('REMISE CB DU 25 11'), await lineOf('REMISE CHQ 0000001')]
    expect([card.what, slip.what]).toEqual([
      'Carte, 2\u00a0règlements du mer. 25 nov.',
      'Bordereau B2026-000001, 1\u00a0chèque',
    ])
    expect(await record(card, slip)).toMatchObject({ payments: 0, arrived: 2 })
    expect(rows()).toEqual([1, 2, 3, 3])
    expect(await balance('Marchand')).toBe(0)
    expect(await lineOf('REMISE CB DU 25 11')).toMatchObject({
      state: 'matched',
      what: 'Carte, 2\u00a0règlements du mer. 25 nov.',
    })
    await bank.takeBack({ lineId: card.id, reason: 'Autre jour' })
    expect(await lineOf('REMISE CB DU 25 11')).toMatchObject({ state: 'sure' })
    expect(await balance('Marchand')).toBe(0)
    expect(findings()).toEqual([])
  })
})

describe('what is not sure', () => {
  it('is decided by a person: split over payers, the rest ahead; never more or less than the line', async () => {
    const { town, bank, read, lineOf, balance, findings } = await open()
    await read(statement([{ ...ofAssociation, cents: 2000 }]))
    const line = await lineOf('VIR ASSOCIATION')
    const part = (
      family: string,
      cents: number,
      parts: { invoiceId: number; openingDebtId: null; cents: number }[] | null,
    ) => ({
      familyId: town.family(family),
      thirdPartyId: null,
      cents,
      parts,
    })
    const decide = (...pays: ReturnType<typeof part>[]) =>
      bank.record({ decisions: [{ lineId: line.id, pays, arrives: [], debitId: null }] })
    await expect(decide(part('Marchand', 1500, null))).rejects.toMatchObject(
      refusing(/fait 20,00\u00a0€, ce choix 15,00\u00a0€/),
    )
    await expect(
      decide(part('Marchand', 2000, [{ invoiceId: 1, openingDebtId: null, cents: 600 }])),
    ).rejects.toMatchObject(refusing(/il reste 5,50/))
    expect(
      await decide(
        part('Marchand', 1500, [{ invoiceId: 2, openingDebtId: null, cents: 450 }]),
        part('Fouquet', 500, []),
      ),
    ).toMatchObject({ payments: 2, cents: 2000 })
    expect([await balance('Marchand'), await balance('Fouquet')]).toEqual([-500, -500])
    expect(await lineOf('VIR ASSOCIATION')).toMatchObject({
      state: 'matched',
      what: 'Marchand, quittance Q2026-000001 et 1\u00a0autre',
    })
    expect(findings()).toEqual([])
  })

  it('keeps in mind whom an account paid for', async () => {
    const { read, record, lineOf } = await open()
    await read(statement([{ ...ofMarchand, iban: noel }]))
    await record(await lineOf(ofMarchand.label))
    const later = { cents: 3000, on: '2026-11-24', label: 'VIR MAMIE', iban: noel }
    await read(statement([later], { from: '2026-11-20' }))
    expect(await lineOf('VIR MAMIE')).toMatchObject({
      state: 'toConfirm',
      lastFour: noel.slice(-4),
      proposals: [{ familyId: expect.any(Number), reasons: ['account'] }],
    })
  })

  it('a sender whose account is unknown is remembered by name, until that payment is cancelled', async () => {
    const { bank, read, record, lineOf } = await open()
    await read(statement([{ cents: 550, on: '2026-11-17', label: 'VIR MAMIE OCTOBRE 2026 000001' }]))
    const first = await lineOf('VIR MAMIE OCTOBRE 2026 000001')
    await record(first)
    await read(statement([{ cents: 3000, on: '2026-11-24', label: 'VIR MAMIE NOVEMBRE' }], { from: '2026-11-20' }))
    expect(await lineOf('VIR MAMIE NOVEMBRE')).toMatchObject({
      state: 'toConfirm',
      proposals: [{ reasons: ['sender'] }],
    })
    await bank.takeBack({ lineId: first.id, reason: 'Erreur' })
    expect(await lineOf('VIR MAMIE NOVEMBRE')).toMatchObject({ state: 'unknown', proposals: [] })
  })

  it('waits « à identifier », or is not the régie’s; a month waits for it', async () => {
    const { town, bank, read, record, lineOf, states } = await open()
    await read(statement([ofMarchand, ofAssociation]))
    const line = await lineOf('VIR ASSOCIATION')
    await bank.setAside({ lineId: line.id, aside: true })
    expect(await lineOf('VIR ASSOCIATION')).toMatchObject({ state: 'aside', what: 'À identifier' })
    town.clock.set('2026-12-01')
    const month = async () => (await town.client.closings.read({})).open[0]
    const close = async () =>
      town.client.closings.close({
        kind: 'month',
        from: day('2026-11-01'),
        dueAfterCents: (await month())?.statement.dueAfterCents ?? 0,
      })
    await expect(close()).rejects.toMatchObject(refusing(/2\u00a0lignes du relevé attendent/))
    await record(await lineOf(ofMarchand.label))
    await expect(close()).rejects.toMatchObject(refusing(/1\u00a0ligne du relevé attend,/))
    await bank.dismiss({ lineId: line.id, reason: 'subvention de la commune' })
    expect(await states()).toEqual(['VIR MARCHAND 2026 000001 matched', 'VIR ASSOCIATION matched'])
    await close()
    // Money of November that comes to light in December counts in December.
    await read(
      statement([{ cents: 450, on: '2026-11-30', label: 'VIR 2026-000002' }], { from: '2026-11-25', to: '2026-11-30' }),
    )
    await record(await lineOf('VIR 2026-000002'))
    expect(town.store.statement(`select received_on, booked_on from payment order by id desc`).raw().get()).toEqual([
      '2026-11-30',
      '2026-12-01',
    ])
  })

  it('is for the régisseur alone', async () => {
    const { town } = await open()
    for (const role of ['receptionist', 'director', 'administrator', 'animator'] as const)
      await expect((await town.as(role)).bank.read({})).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect((await (await town.as('cashier')).bank.read({})).lines).toEqual([])
  })
})

describe('a debit that came back', () => {
  it('is known by its reference, undoes its payment, and is only marked when it was recorded before', async () => {
    const town = await aDebitTown().open()
    onTestFinished(() => town.close())
    const { read, record, lineOf, findings } = { ...atBank(town), ...billing(town) }
    const { debits } = await collectingIn(town).collected(day('2026-12-10'))
    const reference = (family: string) =>
      town.store
        .statement('select end_to_end_id from debit where id = ?')
        .pluck()
        .get(debits.find((one) => one.payer === family)?.id) as string
    town.clock.set('2026-12-15')
    const back = (family: string, cents: number) => ({
      cents: -cents,
      on: '2026-12-14',
      label: `REJET ${family}`,
      endToEndId: reference(family),
      returnCode: 'AM04',
      family: 'IDDT',
    })
    const collected = { cents: 14_460, on: '2026-12-10', label: 'PRLV SEPA', family: 'IDDT' }
    const days = { from: '2026-12-10', to: '2026-12-14' }
    await read(statement([collected, back('Noël', 9460), back('Aubry', 5000), { ...fee, on: '2026-12-14' }], days))
    expect(await lineOf('PRLV SEPA')).toMatchObject({
      state: 'sure',
      what: 'Prélèvement, 2\u00a0règlements du jeu. 10 déc.',
    })
    const noelBack = await lineOf('REJET Noël')
    expect(noelBack).toMatchObject({ state: 'sure', what: 'Rejet de prélèvement, Noël' })
    const aubry = debits.find(({ payer }) => payer === 'Aubry')?.id ?? 0
    await town.client.debits.recordReturns({
      returned: [{ debitId: aubry, code: 'AM04', cameBack: 'returned', on: day('2026-12-14') }],
    })
    await record(await lineOf('PRLV SEPA'), noelBack, await lineOf('REJET Aubry'))
    const owed = await town.client.payments.owed({ familyId: town.family('Noël') })
    expect(owed.balanceCents).toBe(9460)
    expect(await lineOf('REJET Noël')).toMatchObject({ state: 'matched', what: 'Rejet de prélèvement, Noël' })
    expect(await lineOf('FRAIS')).toMatchObject({ state: 'debit' })
    await expect(town.client.bank.takeBack({ lineId: noelBack.id, reason: 'x' })).rejects.toMatchObject(
      refusing(/reste enregistré/),
    )
    expect(findings()).toEqual([])
  })
})
