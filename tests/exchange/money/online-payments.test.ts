import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newKeyPair } from '../../../main/crypto/keys.ts'
import { savePayfip, tryPayfip } from '../../../main/desk/portal/portal.ts'
import { markStaleDocuments, nextBatch } from '../../../main/exchange/publications.ts'
import { moneyDocuments } from '../../../main/exchange/published/money.ts'
import { reachOn } from '../../../main/exchange/published/reach.ts'
import { townDocument } from '../../../main/exchange/published/town.ts'
import { startPayfipSimulator } from '../../../main/payfip/simulator.ts'
import { exchangeSide, guardian, organisation, payment, portalAsk } from '../../../main/store/schema/index.ts'
import { TownDocument } from '../../../shared/contract/portal/documents.ts'
import { defaultBatchLimit } from '../../../shared/exchange/compose.ts'
import type { Entry } from '../../../shared/exchange/log.ts'
import { day, instantOf, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import { aPortalOf } from '../../support/collected.ts'
import { aClock } from '../../support/desk.ts'
import { aBillingTown, billing, last } from '../../support/towns/billing.ts'
import type { Town } from '../../support/towns/town.ts'

const clock = aClock()
const yesterdayEvening = instantOf(day('2026-11-24'), timeOfDay('21:12'))

let town: Town
let portal: ReturnType<typeof aPortalOf>
let gestures: ReturnType<typeof billing>
let invoiceId: number
let familyId: number

/** The Marchands owe 5,50 €, and later 4,50 € more; it is the morning after they paid online. */
beforeEach(async () => {
  clock.set('2026-11-25')
  town = await aBillingTown().open(clock)
  portal = aPortalOf(town)
  gestures = billing(town)
  await gestures.book('Louison', ['2026-12-09'], 'Matin')
  await gestures.issue((await gestures.run()).id)
  familyId = town.family('Marchand')
  invoiceId = (await gestures.paper('Marchand')).id
  // A home is published once one of its parents has an account.
  const parent = portal.guardianOf('Marchand')
  town.store.act(town.person, 'families.change', 'Adresse mail', (write) =>
    write.update(guardian, parent, { email: 'marchand@exemple.fr' }),
  )
  await town.client.portal.inviteByMail({ guardianIds: [parent] })
})
afterEach(() => town.close())

const paid = (id: string, changes: object = {}): Entry =>
  portal.entry(id, 'payment', yesterdayEvening, {
    guardian: portal.guardianOf('Marchand'),
    family: familyId,
    recordedAt: yesterdayEvening,
    invoice: invoiceId,
    number: '2026-000001',
    amountCents: 550,
    paidAt: yesterdayEvening,
    by: 'card',
    idOp: 'd1b0c1a6-6cbe-4d43-9a3c-0a1f6f7a6a2e',
    authorisation: '654321',
    saisie: 'W',
    ...changes,
  })
const payments = () => town.store.db.select().from(payment).all()
const owed = () => town.client.payments.owed({ familyId })
const toCheck = () => town.client.payments.toCheck()
const counted = () => moneyDocuments(town.store, reachOn(day('2026-11-25')), [familyId]).get(familyId)?.onlinePayments
const settle = (entry: string) =>
  town.store.db.select().from(portalAsk).where(eq(portalAsk.entryId, entry)).get()?.settled

describe('what a parent paid online', () => {
  it('pays its invoice, with a receipt, its authorisation, and a place in the journal of the day it was paid', async () => {
    portal.collect(paid('a'))
    expect(await owed()).toMatchObject({ balanceCents: 0, debts: [], creditCents: 0 })
    const { payments: shown, byMeans, totalCents } = await town.client.payments.day({ day: day('2026-11-24') })
    expect(shown).toMatchObject([
      {
        receipt: 'Q2026-000001',
        means: 'online',
        amountCents: 550,
        parts: [{ name: 'Facture n°\u00a02026-000001', cents: 550 }],
        recordedBy: 'Portail Famille',
      },
    ])
    expect(shown[0]?.reference).toBe(
      'PayFiP d1b0c1a6-6cbe-4d43-9a3c-0a1f6f7a6a2e, autorisation 654321, facture 2026-000001',
    )
    expect(shown[0]?.payer).not.toBe('')
    expect(byMeans).toMatchObject([{ means: 'online', count: 1, cents: 550 }])
    expect(totalCents).toBe(550)
    expect(await toCheck()).toStrictEqual([])
    expect(gestures.findings()).toEqual([])
    expect((await town.client.payments.receipt({ id: shown[0]?.id ?? 0 })).size).toBeGreaterThan(1000)
  })

  it('is answered, and published as counted', () => {
    expect(counted()).toBeUndefined()
    portal.collect(paid('a'))
    expect(counted()).toStrictEqual(['a'])
    expect(portal.tell()).toMatchObject([{ of: 'a', answer: 'accepted', revision: 1 }])
    expect(portal.tell()).toStrictEqual([])
  })

  it('comes twice and is counted once, whether in one exchange, two, or under two acts', () => {
    portal.collect(paid('a'), paid('a'))
    portal.collect(paid('a'))
    expect(payments()).toHaveLength(1)
    town.store.act({ kind: 'guardian', name: 'Portail Famille' }, 'families.change', 'Oubli', (write) => {
      for (const { id } of town.store.db.select().from(portalAsk).all()) write.remove(portalAsk, id)
    })
    portal.collect(paid('a'))
    expect(payments()).toHaveLength(1)
    expect(settle('a')).toBe('accepted')
  })

  it('was meanwhile paid at the counter: it becomes the family’s credit, and staff are warned', async () => {
    await town.client.payments.record({
      familyId,
      means: 'cash',
      amountCents: 300,
      receivedOn: day('2026-11-25'),
      payer: '',
      reference: '',
      chosen: null,
    })
    portal.collect(paid('a'))
    expect(await owed()).toMatchObject({ balanceCents: -300, debts: [], creditCents: 300 })
    expect(await toCheck()).toMatchObject([
      { why: 'overpaid', amountCents: 550, payment: { familyId, creditCents: 300, receipt: 'Q2026-000002' } },
    ])
    // It pays what comes next, and there is nothing to tell any more.
    await gestures.book('Louison', ['2026-12-09'], 'Repas')
    await gestures.issue((await gestures.run()).id)
    await town.client.payments.record({
      familyId,
      means: 'cash',
      amountCents: 150,
      receivedOn: day('2026-11-25'),
      payer: '',
      reference: '',
      chosen: null,
    })
    expect(await toCheck()).toStrictEqual([])
    expect(await gestures.balance('Marchand')).toBe(0)
    expect(gestures.findings()).toEqual([])
  })

  it('was paid by both parents at once: both are counted, the second is credit', async () => {
    portal.collect(paid('a'), paid('b', { idOp: 'another' }))
    expect(await owed()).toMatchObject({ balanceCents: -550, creditCents: 550 })
    expect(counted()).toStrictEqual(['a', 'b'])
    expect((await toCheck()).map((one) => one.payment?.receipt)).toStrictEqual(['Q2026-000002'])
  })

  it('pays the invoice’s own home, whichever home is named', async () => {
    portal.collect(paid('a', { family: town.family('Fouquet') }))
    expect(await gestures.balance('Marchand')).toBe(0)
    expect(await gestures.balance('Fouquet')).toBe(0)
  })

  it('is of an invoice that the desk does not know: the money is the family’s credit', async () => {
    portal.collect(paid('a', { invoice: 999_999 }))
    expect(await owed()).toMatchObject({ balanceCents: 0, creditCents: 550 })
    expect(await toCheck()).toMatchObject([{ why: 'overpaid', payment: { familyId } }])
  })

  it('was made with a false card: answered, never counted', () => {
    portal.collect(paid('a', { saisie: 'T' }))
    expect(payments()).toStrictEqual([])
    expect(portal.tell()).toMatchObject([{ of: 'a', answer: 'accepted', reason: 'Essai\u00a0: rien n’est compté.' }])
  })

  it('reports a clock ahead of the desk’s, and a payment without authorisation number', () => {
    const tomorrow = instantOf(day('2026-11-26'), timeOfDay('00:10'))
    portal.collect(paid('a', { paidAt: tomorrow, by: 'debit', authorisation: '' }))
    expect(payments()).toMatchObject([
      { receivedOn: '2026-11-25', reference: expect.stringMatching(/^PayFiP prélèvement .*, facture 2026-000001$/) },
    ])
  })

  it('cannot be read or is of nobody: answered, and nothing after it is held up', () => {
    portal.collect(
      portal.entry('broken', 'payment', yesterdayEvening, '{'),
      paid('none', { invoice: 999_999, family: 999_999 }),
      paid('zero', { amountCents: 0 }),
      paid('a'),
    )
    expect(['broken', 'none', 'zero', 'a'].map(settle)).toStrictEqual(['refused', 'refused', 'refused', 'accepted'])
    expect(payments()).toHaveLength(1)
  })

  it('cannot be taken back by the portal', () => {
    portal.collect(paid('a'))
    portal.collect(portal.undone('withdrawn', 'a', 'Marchand', yesterdayEvening))
    expect(payments()).toMatchObject([{ cancelledAt: null }])
    expect(portal.tell().map(({ answer }) => answer)).toStrictEqual(['accepted', 'moot'])
  })

  it('is cancelled by the régisseur: owed again, and still known to the portal', async () => {
    portal.collect(paid('a'))
    await town.client.payments.cancel({ id: payments()[0]?.id ?? 0, reason: 'Opposition' })
    expect(await owed()).toMatchObject({ balanceCents: 550 })
    expect(counted()).toStrictEqual(['a'])
    expect(await toCheck()).toStrictEqual([])
  })

  it('waits for its number while a restored desk does not know its last one', () => {
    portal.pair(newKeyPair().publicKey)
    const setKnown = (knowsNumbers: boolean) => {
      const row = town.store.db.select().from(exchangeSide).get()
      if (row)
        town.store.db
          .update(exchangeSide)
          .set({ side: { ...row.side, knowsNumbers }, series: { Q2026: 41 } })
          .run()
    }
    setKnown(false)
    const entry = paid('a')
    // As the exchange keeps it.
    town.store
      .statement(
        'insert into mirror_entry (number, hash, id, kind, at, body, received_at, passed_over) values (?, ?, ?, ?, ?, ?, ?, 0)',
      )
      .run(entry.number, entry.hash, entry.id, entry.kind, entry.at, entry.body, entry.at)
    portal.collect(entry)
    expect(payments()).toStrictEqual([])
    expect(portal.tell()).toStrictEqual([])
    setKnown(true)
    portal.collect()
    expect(payments()).toMatchObject([{ receiptNumber: 42, attemptId: 'a' }])
    expect(portal.tell()).toMatchObject([{ of: 'a', answer: 'accepted' }])
  })
})

const ofNobody = () => paid('none', { invoice: 999_999, family: 999_999 })
const credit = (to = familyId) => town.client.payments.credit({ attemptId: 'none', familyId: to })
const noMore = { data: { sentence: 'Ce paiement n’est plus à vérifier.' } }
const lastActs = () => town.client.history.lastActs({ screen: 'reglements', mine: true, count: 5 })
const seen = (attemptId: string, reason = 'Remboursé par le Trésor public') =>
  town.client.payments.seen({ attemptId, reason })

describe('what was paid online and is nobody’s', () => {
  it('waits for staff, with everything known of it, readable or not', async () => {
    portal.collect(ofNobody(), ofNobody(), portal.entry('broken', 'payment', yesterdayEvening, '{'))
    expect(await toCheck()).toStrictEqual([
      {
        attemptId: 'none',
        why: 'noFamily',
        amountCents: 550,
        paidOn: '2026-11-24',
        reference: 'PayFiP d1b0c1a6-6cbe-4d43-9a3c-0a1f6f7a6a2e, autorisation 654321, facture 2026-000001',
        family: null,
        payment: null,
      },
      {
        attemptId: 'broken',
        why: 'unreadable',
        amountCents: null,
        paidOn: '2026-11-25',
        reference: '',
        family: null,
        payment: null,
      },
    ])
    expect(payments()).toStrictEqual([])
  })

  it('is credited to the family that staff name: a receipt, its oldest invoices paid, and the portal informed', async () => {
    portal.collect(ofNobody())
    expect(await credit()).toStrictEqual({ receipt: 'Q2026-000001' })
    expect(await owed()).toMatchObject({ balanceCents: 0, debts: [] })
    expect(counted()).toStrictEqual(['none'])
    expect(await toCheck()).toStrictEqual([])
    await expect(credit()).rejects.toMatchObject(noMore)
    portal.collect(ofNobody())
    expect(payments()).toHaveLength(1)
    expect((await lastActs())[0]).toMatchObject({
      label: 'Paiement en ligne de 5,50\u00a0€ porté au compte\u00a0: Marchand',
      whyNot: 'Un règlement garde sa quittance\u00a0: annulez le règlement, avec son motif.',
    })
    expect(gestures.findings()).toEqual([])
  })

  it('is of somebody, and of another sum than was asked: counted once staff say so, and not before', async () => {
    portal.collect(paid('none', { amountCents: 200, differs: true }))
    expect(await toCheck()).toMatchObject([
      { why: 'differs', amountCents: 200, family: { id: familyId, name: 'Marchand' }, payment: null },
    ])
    expect(await owed()).toMatchObject({ balanceCents: 550 })
    expect(portal.tell()).toMatchObject([{ answer: 'accepted', reason: 'Le service vérifie ce paiement.' }])
    await credit()
    expect(await owed()).toMatchObject({ balanceCents: 350, debts: [{ leftCents: 350 }] })
    expect(await toCheck()).toStrictEqual([])
  })

  it.each([
    ['credited to another family', () => credit(town.family('Fouquet'))],
    ['seen', () => seen('none')],
  ])('is told to the home that asked for it as settled, once it is %s', async (_, settling) => {
    portal.pair(newKeyPair().publicKey)
    portal.collect(paid('none', { amountCents: 200, differs: true }), paid('other', { invoice: 9, family: 999_999 }))
    markStaleDocuments(town.desk.core)
    const { documents } = await nextBatch(town.desk.core, defaultBatchLimit)
    const before = documents.find(({ id }) => id === `money/${familyId}`)
    expect(before?.body).not.toContain('onlineChecked')
    await settling()
    await seen('other')
    markStaleDocuments(town.desk.core)
    const after = (await nextBatch(town.desk.core, defaultBatchLimit)).documents.find(({ id }) => id === before?.id)
    expect(JSON.parse(after?.body ?? '{}')).toMatchObject({ onlineChecked: ['none'] })
  })

  it('is the credit of a family that owes nothing, and asks nothing more of staff', async () => {
    portal.collect(ofNobody())
    await credit(town.family('Fouquet'))
    expect(await gestures.balance('Fouquet')).toBe(-550)
    expect(await toCheck()).toStrictEqual([])
  })

  it('cannot be credited where it cannot be read', async () => {
    portal.collect(portal.entry('broken', 'payment', yesterdayEvening, '{'))
    await expect(town.client.payments.credit({ attemptId: 'broken', familyId })).rejects.toMatchObject({
      data: { sentence: expect.stringContaining('ne se lit pas') },
    })
    expect(payments()).toStrictEqual([])
  })

  it('is set aside with a reason, kept in the history, and comes back when that is undone', async () => {
    portal.collect(ofNobody())
    await expect(seen('none', ' ')).rejects.toMatchObject({ data: { field: 'reason' } })
    await seen('none')
    expect(await toCheck()).toStrictEqual([])
    const [act] = await lastActs()
    expect(act?.label).toBe('Paiement en ligne vérifié\u00a0: Remboursé par le Trésor public')
    expect(act?.whyNot).toBeNull()
    await last(await town.client.history.undo({ actId: act?.actId ?? 0, told: false }))
    expect(await toCheck()).toHaveLength(1)
  })

  it('is seen too where it paid too much, and stays the family’s credit', async () => {
    portal.collect(paid('a'), paid('b', { idOp: 'another' }))
    await seen('b', 'La famille le garde en avance')
    expect(await toCheck()).toStrictEqual([])
    expect(await owed()).toMatchObject({ creditCents: 550 })
    await expect(seen('b')).rejects.toMatchObject(noMore)
  })

  it('is settled by those who may cash, and by no others', async () => {
    portal.collect(ofNobody())
    const other = await town.as('animator')
    const notTheirs = { data: { sentence: expect.stringContaining('demande le rôle') } }
    await expect(other.payments.seen({ attemptId: 'none', reason: 'Vu' })).rejects.toMatchObject(notTheirs)
    await expect(other.payments.credit({ attemptId: 'none', familyId })).rejects.toMatchObject(notTheirs)
    expect(await toCheck()).toHaveLength(1)
  })
})

const number = (payfipNumber: string) =>
  town.store.act(town.person, 'families.change', 'Numéro client', (write) =>
    write.update(organisation, 1, { payfipNumber }),
  )
const publishedPayfip = () => TownDocument.parse(townDocument(town.store)).payfip
const use = (address: string) => savePayfip(town.desk.core, town.person, { mode: 'production', tryEmail: '', address })

describe('how the town takes online payments', () => {
  it('is closed until it is opened, and needs the client number of the régie', async () => {
    number('')
    expect(publishedPayfip()).toBeUndefined()
    await expect(town.client.portal.savePayfip({ mode: 'production', tryEmail: '' })).rejects.toMatchObject({
      data: { field: 'mode' },
    })
    number('012345')
    expect(publishedPayfip()).toBeUndefined()
    await town.client.portal.savePayfip({ mode: 'production', tryEmail: '' })
    expect(publishedPayfip()).toStrictEqual({ client: '012345', mode: 'production', tryEmail: '', address: '' })
    await town.client.portal.savePayfip({ mode: 'off', tryEmail: '' })
    expect(publishedPayfip()).toBeUndefined()
  })

  it('is tried by one account first', async () => {
    number('012345')
    await expect(town.client.portal.savePayfip({ mode: 'test', tryEmail: '' })).rejects.toMatchObject({
      data: { field: 'tryEmail' },
    })
    await town.client.portal.savePayfip({ mode: 'test', tryEmail: 'Regie@Exemple.fr' })
    expect(publishedPayfip()).toMatchObject({ mode: 'test', tryEmail: 'regie@exemple.fr' })
  })

  it('is asked of PayFiP by a button', async () => {
    const simulator = await startPayfipSimulator({ clock, clients: ['012345'] })
    try {
      number('012345')
      use(simulator.address)
      expect((await tryPayfip(town.desk.core)).sentence).toContain('PayFiP connaît la régie 012345')
      number('999999')
      await expect(tryPayfip(town.desk.core)).rejects.toThrow('T2')
      use('http://127.0.0.1:9')
      await expect(tryPayfip(town.desk.core)).rejects.toThrow('ne répond pas')
      number('')
      await expect(tryPayfip(town.desk.core)).rejects.toThrow('numéro client')
    } finally {
      await simulator.close()
    }
  })
})
