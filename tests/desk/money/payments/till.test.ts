import { describe, expect, it, onTestFinished } from 'vitest'
import { checkFile } from '../../../../main/store/checking/check.ts'
import { payment } from '../../../../main/store/schema/index.ts'
import { systemActor } from '../../../../main/store/store.ts'
import { day, instant } from '../../../../shared/rules/calendar/day.ts'
import type { PaymentMeans } from '../../../../shared/rules/money/payment/payment.ts'
import type { HandedOverMeans } from '../../../../shared/rules/money/payment/till.ts'
import { aRegieInput } from '../../../support/towns/regies.ts'
import { atFirstSite } from '../../../support/towns/sites.ts'
import { aFamily, aTown } from '../../../support/towns/town.ts'
import { asked, missing } from '../../documents/documents-reading.ts'

const wednesday = '2026-11-25'
const thursday = '2026-11-26'

const open = async () => {
  const town = await aTown().with(aFamily('Marchand')).open()
  onTestFinished(() => town.close())
  const { payments } = town.client
  await town.client.settings.changeOrganisation({
    ...(await town.client.settings.organisation()),
    tillFloatCents: 15_000,
  })
  const pay = (means: PaymentMeans, amountCents: number, receivedOn = wednesday) =>
    payments.record({
      familyId: town.family('Marchand'),
      means,
      amountCents,
      receivedOn,
      payer: '',
      reference: means === 'cheque' ? `n°\u00a0${amountCents}` : '',
      chosen: null,
    })
  const cancel = (id: number) => payments.cancel({ id, reason: 'Erreur de famille' })
  const waiting = async (means: HandedOverMeans) =>
    (await payments.toHandOver({ means })).lines.map(({ receipt, amountCents }) => [receipt, amountCents])
  const handOver = async (means: HandedOverMeans, ...ids: number[]) => {
    const { lines } = await payments.toHandOver({ means })
    const taken = lines.filter(({ paymentId }) => ids.length === 0 || ids.includes(paymentId))
    return payments.handOver({
      means,
      paymentIds: taken.map(({ paymentId }) => paymentId),
      totalCents: taken.reduce((sum, { amountCents }) => sum + amountCents, 0),
    })
  }
  const expected = async (day = wednesday) => (await payments.till({ day })).expectedCents
  return { town, payments, pay, cancel, waiting, handOver, expected, findings: () => checkFile(town.store.sqlite) }
}

const refusing = (sentence: string | RegExp, field?: string) => ({
  data: {
    sentence: typeof sentence === 'string' ? sentence : expect.stringMatching(sentence),
    ...(field !== undefined && { field }),
  },
})
const closed = refusing(/^La caisse est close jusqu’au 25 novembre 2026 compris/)

describe('a deposit slip', () => {
  it('takes the chosen payments of one means under a number, and they no longer wait', async () => {
    const { pay, waiting, handOver, payments, findings } = await open()
    const first = await pay('cheque', 4000)
    await pay('cheque', 2500)
    await pay('cash', 900)
    await pay('card', 700)
    expect(await waiting('cheque')).toEqual([
      ['Q2026-000001', 4000],
      ['Q2026-000002', 2500],
    ])
    expect(await handOver('cheque', first.id)).toMatchObject({
      number: 'B2026-000001',
      handedOn: wednesday,
      handedBy: 'Sandrine Tostain',
      count: 1,
      totalCents: 4000,
    })
    expect(await waiting('cheque')).toEqual([['Q2026-000002', 2500]])
    expect(await handOver('cash')).toMatchObject({ number: 'B2026-000002', totalCents: 900 })
    expect((await payments.slips()).map(({ number }) => number)).toEqual(['B2026-000002', 'B2026-000001'])
    expect(findings()).toEqual([])
  })

  it('is refused where what was read has changed, and changes nothing', async () => {
    const { pay, cancel, waiting, payments } = await open()
    const one = await pay('cheque', 4000)
    const two = await pay('cheque', 2500)
    await cancel(two.id)
    const changed = refusing('La liste a changé entre-temps\u00a0: relisez-la, rien n’est remis.')
    for (const [paymentIds, totalCents] of [
      [[one.id, two.id], 6500],
      [[one.id], 3999],
      [[one.id, 999], 4000],
    ] as const)
      await expect(
        payments.handOver({ means: 'cheque', paymentIds: [...paymentIds], totalCents }),
      ).rejects.toMatchObject(changed)
    await expect(payments.handOver({ means: 'cash', paymentIds: [one.id], totalCents: 4000 })).rejects.toMatchObject(
      changed,
    )
    expect(await waiting('cheque')).toEqual([['Q2026-000001', 4000]])
    expect(await payments.slips()).toEqual([])
  })

  it('never takes a payment twice: of two who hand it over, one is refused', async () => {
    const { town, pay, payments } = await open()
    const { id } = await pay('cheque', 4000)
    const asks = { means: 'cheque' as const, paymentIds: [id], totalCents: 4000 }
    const other = await town.as('cashier')
    const done = await Promise.allSettled([payments.handOver(asks), other.payments.handOver(asks)])
    expect(done.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await payments.slips()).toHaveLength(1)
  })

  it('gives back what was cancelled after an earlier one took it, and nothing else', async () => {
    const { pay, cancel, waiting, handOver, expected, findings } = await open()
    const { id } = await pay('cash', 5000)
    await handOver('cash')
    await cancel(id)
    expect(await expected()).toBe(10_000)
    await expect(handOver('cash')).rejects.toMatchObject(refusing('Il n’y a rien à remettre.'))
    await pay('cash', 5000)
    await pay('cash', 1200)
    expect(await waiting('cash')).toEqual([
      ['Q2026-000001', -5000],
      ['Q2026-000002', 5000],
      ['Q2026-000003', 1200],
    ])
    expect(await handOver('cash')).toMatchObject({ count: 3, totalCents: 1200 })
    expect(await waiting('cash')).toEqual([])
    expect(await expected()).toBe(15_000)
    expect(findings()).toEqual([])
  })

  it('is not cancelled under the one that deducts from it: the last is first', async () => {
    const { pay, cancel, waiting, handOver, payments, findings } = await open()
    const { id } = await pay('cash', 5000)
    const first = await handOver('cash')
    await cancel(id)
    await pay('cash', 6200)
    const second = await handOver('cash')
    const undo = (slip: number) => payments.cancelSlip({ id: slip, reason: 'Erreur' })
    await expect(undo(first.id)).rejects.toMatchObject(refusing(/^Un bordereau suivant déduit un de ses règlements/))
    await undo(second.id)
    await undo(first.id)
    expect(await waiting('cash')).toEqual([['Q2026-000002', 6200]])
    expect(findings()).toEqual([])
  })

  it('is cancelled by the cashier with a reason: its number stays, what it took waits again', async () => {
    const { town, pay, handOver, waiting, payments, expected, findings } = await open()
    await pay('cash', 900)
    const { id } = await handOver('cash')
    const reception = await town.as('receptionist')
    await expect(reception.payments.cancelSlip({ id, reason: 'Oubli' })).rejects.toMatchObject(
      refusing('Cette action demande le rôle Régisseur.'),
    )
    expect(await payments.cancelSlip({ id, reason: 'Oubli' })).toMatchObject({
      number: 'B2026-000001',
      count: 0,
      totalCents: 0,
      cancelled: { on: wednesday, reason: 'Oubli' },
    })
    expect(await waiting('cash')).toEqual([['Q2026-000001', 900]])
    expect(await expected()).toBe(15_900)
    await expect(payments.cancelSlip({ id, reason: 'encore' })).rejects.toMatchObject(
      refusing('Ce bordereau est déjà annulé.'),
    )
    await expect(payments.slip({ id })).rejects.toMatchObject(refusing(/^Ce bordereau est annulé/))
    expect(await handOver('cash')).toMatchObject({ number: 'B2026-000002' })
    expect(findings()).toEqual([])
  })

  it.skipIf(missing('pdftotext'))(
    'is printed with its lines and its total, to be signed (needs pdftotext)',
    async () => {
      const { pay, cancel, handOver, payments } = await open()
      const { id } = await pay('cash', 5000)
      await handOver('cash')
      await cancel(id)
      await pay('cash', 6200)
      const file = await payments.slip({ id: (await handOver('cash')).id })
      expect(file.name).toBe('Bordereau B2026-000002.pdf')
      const text = asked('pdftotext', new Uint8Array(await file.arrayBuffer()), ['-layout'], ['-']).replaceAll(
        /\s+/g,
        ' ',
      )
      for (const said of [
        'Bordereau de remise n° B2026-000002',
        'Total : 1 règlement, 12,00 €',
        'annulé depuis sa remise',
        'Visa du régisseur',
      ])
        expect(text).toContain(said)
    },
  )
})

const aThousand = async () => {
  const { town, payments, findings } = await open()
  town.store.act(systemActor, 'payments.record', 'Mille chèques', (write) =>
    write.insertMany(
      payment,
      Array.from({ length: 1000 }, (_, index) => ({
        familyId: town.family('Marchand'),
        means: 'cheque' as const,
        amountCents: 1000 + index,
        receivedOn: day(wednesday),
        bookedOn: day(wednesday),
        recordedAt: instant(`${wednesday}T08:00:00.000Z`),
        payer: '',
        reference: '',
        documentNumber: String(index),
        receiptYear: 2026,
        receiptNumber: index + 1,
      })),
    ),
  )
  const { lines } = await payments.toHandOver({ means: 'cheque' })
  const all = { means: 'cheque' as const, paymentIds: lines.map(({ paymentId }) => paymentId), totalCents: 1_499_500 }
  return { town, payments, findings, lines, all }
}

describe('a deposit slip of a thousand cheques', () => {
  it('takes all of them, and is laid out in another thread than the one that serves the workstations', async () => {
    const { payments, findings, lines, all } = await aThousand()
    expect(lines).toHaveLength(1000)
    const slip = await payments.handOver(all)
    expect(slip).toMatchObject({ count: 1000, totalCents: 1_499_500 })
    const [file, served] = await Promise.all([
      payments.slip({ id: slip.id }).then(() => ({ at: performance.now() })),
      payments.slips().then((slips) => ({ slips, at: performance.now() })),
    ])
    expect(served.slips).toMatchObject([{ number: slip.number, count: 1000 }])
    expect(served.at).toBeLessThan(file.at)
    await payments.cancelSlip({ id: slip.id, reason: 'Un chèque manquait' })
    expect((await payments.toHandOver({ means: 'cheque' })).waiting).toBe(1000)
    expect(findings()).toEqual([])
  })

  it.skipIf(missing('pdftotext'))('is read back from its paper to the last one (needs pdftotext)', async () => {
    const { payments, lines, all } = await aThousand()
    const file = await payments.slip({ id: (await payments.handOver(all)).id })
    const text = asked('pdftotext', new Uint8Array(await file.arrayBuffer()), ['-layout'], ['-'])
    expect(text.match(/Q2026-\d{6}/g)).toEqual(lines.map(({ receipt }) => receipt))
    expect(text).toMatch(/1\s?000 règlements, 14\s?995,00\s€/)
  })

  it('made at two workstations at once with the same payments is made by one; the other is refused', async () => {
    const { town, payments, findings, all } = await aThousand()
    const other = await town.as('cashier')
    const done = await Promise.allSettled([payments.handOver(all), other.payments.handOver(all)])
    expect(done.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(done.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: refusing(/^La liste a changé entre-temps/),
    })
    expect(await payments.slips()).toHaveLength(1)
    expect(findings()).toEqual([])
  })
})

describe('the till', () => {
  it('contains its float and the cash that was not handed over, on any day', async () => {
    const { town, pay, cancel, handOver, expected } = await open()
    await pay('cash', 3850)
    await pay('cheque', 15_420)
    const { id } = await pay('cash', 1000)
    town.clock.set(thursday)
    await pay('cash', 500, thursday)
    await cancel(id)
    expect([await expected(), await expected(thursday)]).toEqual([19_850, 19_350])
    await handOver('cash')
    expect([await expected(), await expected(thursday)]).toEqual([19_850, 15_000])
  })

  it('once closed keeps what was counted, and nothing of that day can change', async () => {
    const { pay, cancel, handOver, payments, findings } = await open()
    const { id } = await pay('cash', 3850)
    await expect(payments.closeTill({ day: wednesday, countedCents: 18_650, note: '' })).rejects.toMatchObject(
      refusing(/il manque 2,00\u00a0€/, 'note'),
    )
    expect(
      await payments.closeTill({ day: wednesday, countedCents: 18_650, note: 'Rendu deux euros de trop' }),
    ).toMatchObject({
      closedOn: wednesday,
      closing: { expectedCents: 18_850, countedCents: 18_650, closedBy: 'Sandrine Tostain' },
    })
    await expect(pay('cash', 100)).rejects.toMatchObject(closed)
    await expect(pay('card', 100, '2026-11-24')).rejects.toMatchObject(closed)
    await expect(cancel(id)).rejects.toMatchObject(closed)
    await expect(handOver('cash')).rejects.toMatchObject(closed)
    await expect(payments.closeTill({ day: wednesday, countedCents: 18_850, note: '' })).rejects.toMatchObject(closed)
    // The bank dates a transfer, not the counter.
    expect(await pay('transfer', 100)).toMatchObject({ receipt: 'Q2026-000002' })
    expect(findings()).toEqual([])
  })

  it('of yesterday can be closed today, with the cash of yesterday', async () => {
    const { town, pay, payments } = await open()
    await pay('cash', 3850)
    town.clock.set(thursday)
    await pay('cash', 500, thursday)
    expect(await payments.closeTill({ day: wednesday, countedCents: 18_850, note: '' })).toMatchObject({
      closing: { expectedCents: 18_850 },
    })
    await pay('cash', 500, thursday)
    await expect(payments.closeTill({ day: '2026-11-27', countedCents: 0, note: '' })).rejects.toMatchObject(
      refusing('Une journée se close quand elle est venue.'),
    )
  })

  it('is opened again by the cashier with a reason, the last one first', async () => {
    const { town, pay, payments, findings } = await open()
    await payments.closeTill({ day: '2026-11-24', countedCents: 15_000, note: '' })
    await payments.closeTill({ day: wednesday, countedCents: 15_000, note: '' })
    const reopen = (day: string) => payments.reopenTill({ day, reason: 'Chèque oublié' })
    await expect(
      (await town.as('receptionist')).payments.reopenTill({ day: wednesday, reason: 'Chèque oublié' }),
    ).rejects.toMatchObject(refusing('Cette action demande le rôle Régisseur.'))
    await expect(reopen('2026-11-24')).rejects.toMatchObject(refusing(/rouvrez d’abord la dernière/))
    await expect(reopen('2026-11-20')).rejects.toMatchObject(refusing('Cette caisse n’est pas close.'))
    expect(await reopen(wednesday)).toMatchObject({ closedOn: '2026-11-24', closing: null })
    await pay('cheque', 100)
    expect(findings()).toEqual([])
  })

  it('keeps the notes and coins that were counted, when they make its total', async () => {
    const { pay, payments } = await open()
    await pay('cash', 3850)
    const faces = [
      { faceCents: 50 as const, count: 1 },
      { faceCents: 5000 as const, count: 3 },
      { faceCents: 200 as const, count: 19 },
      { faceCents: 1 as const, count: 0 },
    ]
    const close = (countedCents: number, counted = faces) =>
      payments.closeTill({ day: wednesday, countedCents, faces: counted, note: '' })
    await expect(close(18_850, faces.slice(1))).rejects.toMatchObject(
      refusing('Les billets et pièces font 188,00\u00a0€, et non 188,50\u00a0€.', 'countedCents'),
    )
    await expect(close(18_850, [...faces, { faceCents: 50, count: 0 }])).rejects.toMatchObject(
      refusing('Une pièce ou un billet est compté deux fois.', 'countedCents'),
    )
    expect((await close(18_850)).closing?.faces).toEqual([
      { faceCents: 5000, count: 3 },
      { faceCents: 200, count: 19 },
      { faceCents: 50, count: 1 },
    ])
  })

  it.skipIf(missing('pdftotext'))('is printed with its notes and coins on the paper of the day', async () => {
    const { payments } = await open()
    const faces = [{ faceCents: 5000 as const, count: 3 }]
    await payments.closeTill({ day: wednesday, countedCents: 15_000, faces, note: '' })
    const journal = await payments.journal({ from: wednesday, to: wednesday, means: null, format: 'pdf' })
    const text = asked('pdftotext', new Uint8Array(await journal.arrayBuffer()), ['-layout'], ['-'])
    expect(text.replaceAll(/\s+/g, ' ')).toContain('150,00 € comptés (3 × 50 €), compte juste')
  })

  it('says where cash must be handed over once it reaches the ceiling of the régie, and refuses no money', async () => {
    const { town, pay, handOver, payments } = await open()
    const [regie] = await town.client.regies.list()
    if (!regie) throw new Error('no régie')
    const { natures } = aRegieInput()
    await town.client.regies.save({ ...aRegieInput(regie), name: 'Régie', natures, tillCeilingCents: 5000 })
    const full = async () => (await town.client.home.today()).money?.fullTills
    await pay('cash', 4999)
    await pay('cheque', 9000)
    expect([await full(), (await payments.till({ day: wednesday })).ceilingCents]).toEqual([[], 5000])
    await pay('cash', 6000)
    expect(await full()).toEqual([{ regieId: regie.id, regie: 'Régie', cashCents: 10_999 }])
    // A till is of the whole régie: a person of some sites has no figure of it.
    const there = await atFirstSite(town, ['cashier'])
    expect((await there.home.today()).money).toMatchObject({ fullTills: [] })
    await handOver('cash')
    expect(await full()).toEqual([])
  })
})
