import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { eq, like } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createPayfip } from '../../../main/payfip/service.ts'
import { bodyOf, envelopeText, fieldsText, operationsNamespace } from '../../../main/payfip/soap.ts'
import type { Login } from '../../../main/portal/account/accounts.ts'
import { recover } from '../../../main/portal/exchange/recovered.ts'
import { account, dashboard } from '../../../main/portal/pages/pages.ts'
import { plainPage } from '../../../main/portal/pages/plain-pages.ts'
import { beginPayment, followAttempt } from '../../../main/portal/payment/paying.ts'
import { askDue, askIfWorthwhile, handleNotification } from '../../../main/portal/payment/settling.ts'
import { prunePortal } from '../../../main/portal/program/prune.ts'
import { readPortalSession } from '../../../main/portal/program/router.ts'
import { logEntry, paymentAttempt } from '../../../main/portal/store/schema/index.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { quickStore } from '../../support/machine/quick-store.ts'
import { stores } from '../stores.ts'
import { money } from '../town.ts'
import { aPayingPortal, begin, client, dyingAt, invoice, isCut } from './paying.ts'

const [october] = money.invoices
if (!october) throw new Error('the town has no invoice')

describe.each(stores)('paying online on %s', (_, open) => {
  let place: Awaited<ReturnType<typeof aPayingPortal>>
  let claire: Login
  let marc: Login
  beforeEach(async () => {
    place = await aPayingPortal(open)
    claire = await place.login('claire.aubry@exemple.fr')
    marc = await place.login('marc.aubry@exemple.fr')
  })
  afterEach(() => place.close())

  const stateOf = async (id: string) => (await followAttempt(place.portal, claire, id)).state
  const online = async (login = claire) => (await account(place.portal, login)).online?.invoices[0]

  const notify = (body: string, type = 'application/x-www-form-urlencoded', path = '/payfip/notification') =>
    fetch(`${place.address}${path}`, { method: 'POST', headers: { 'Content-Type': type }, body })
  const settled = async () => (await place.attempts()).map(({ result }) => result)

  it('is paid: recorded before the parent leaves, reported to the desk once, « en cours » until its accounts count it', async () => {
    const { portal } = place
    const { attempt, url } = await begin(portal, claire)
    expect(url).toMatch(/paiementws\.web\?idop=/)
    expect(await place.attempts()).toMatchObject([
      { id: attempt, amountCents: 14_118, refdet: '2026001284', client, saisie: 'W', settledAt: null },
    ])
    expect(await stateOf(attempt)).toBe('sent')
    place.clock.later(3)
    await place.choose(url, 'P')
    place.clock.later(1)
    expect(await followAttempt(portal, claire, attempt)).toMatchObject({ state: 'paid', amountCents: 14_118 })
    const [told] = await place.told()
    expect(told).toMatchObject({
      id: attempt,
      guardian: 11,
      family: 1,
      invoice,
      number: '2026-001284',
      amountCents: 14_118,
      by: 'card',
      saisie: 'W',
      // PayFiP tells the minute.
      paidAt: '2026-11-25T09:45:00.000Z',
    })
    expect(told?.authorisation).toMatch(/^\d{6}$/)

    const shown = await account(portal, claire)
    expect(shown.money?.invoices[0]?.leftCents).toBe(0)
    // What is left to pay, at once, and what is under way beside it.
    expect(shown).toMatchObject({ receivedCents: 14_118, money: { balanceCents: 158 } })
    expect(shown.online?.invoices[0]).toMatchObject({ receivedCents: 14_118, payCents: null, why: null })
    expect(await dashboard(portal, claire)).toMatchObject({
      toPay: { count: 0, totalCents: 158 },
      balance: { cents: 158, receivedCents: 14_118 },
    })

    await place.publishMoney({
      balanceCents: 158,
      invoices: [{ ...october, leftCents: 0 }],
      onlinePayments: [attempt],
    })
    const after = await account(portal, claire)
    expect(after.money?.invoices[0]?.leftCents).toBe(0)
    expect(after).toMatchObject({ receivedCents: 0, money: { balanceCents: 158 } })
    expect(after.online?.invoices).toStrictEqual([])
  })

  it('is a balance taken over from another program: paid by its own number as an invoice is, and given back', async () => {
    const { portal } = place
    const takenOver = { id: 12, number: 'S2026-000012', on: day('2026-08-31'), totalCents: 3000, leftCents: 3000 }
    await place.publishMoney({ takenOver: [takenOver] })
    const beginThis = (login: Login) => beginPayment(portal, login, { request: randomUUID(), openingDebt: 12 })
    expect((await account(portal, claire)).online?.openingDebts).toMatchObject([{ openingDebt: 12, payCents: 3000 }])
    const { attempt, url } = await beginThis(claire)
    expect(await place.attempts()).toMatchObject([{ invoiceId: null, openingDebtId: 12, refdet: 'S2026000012' }])
    await expect(beginThis(marc)).rejects.toThrow(/déjà commencé/)
    await place.choose(url, 'P')
    place.clock.later(1)
    expect(await followAttempt(portal, claire, attempt)).toMatchObject({
      state: 'paid',
      invoice: null,
      openingDebt: 12,
    })
    expect(await place.told()).toMatchObject([{ invoice: null, openingDebt: 12, number: 'S2026-000012' }])
    const shown = async () => {
      const { money: published, online: offered } = await account(portal, claire)
      return { left: published?.takenOver?.map(({ leftCents }) => leftCents), offered: offered?.openingDebts }
    }
    const isPaid = { left: [0], offered: [{ receivedCents: 3000, payCents: null, why: null }] }
    expect(await shown()).toMatchObject(isPaid)
    await expect(beginThis(marc)).rejects.toThrow(/déjà payée/)
    const { db } = portal.store
    const entries = await db.select().from(logEntry).where(like(logEntry.kind, 'payment%')).orderBy(logEntry.number)
    await db.delete(paymentAttempt)
    await db.transaction((tx) => recover(portal, tx, entries))
    expect(await shown()).toMatchObject(isPaid)
    await place.publishMoney({ takenOver: [{ ...takenOver, debitOn: day('2026-12-05') }], onlinePayments: [attempt] })
    expect((await shown()).offered).toMatchObject([{ payCents: null, why: expect.stringMatching(/sera prélevée/) }])
    await place.publishMoney({ takenOver: [{ ...takenOver, totalCents: -3000 }] })
    await expect(beginThis(claire)).rejects.toThrow('Cette somme n’est plus à payer.')
  })

  it('cannot be paid twice: not by either parent, not while one is under way, not once it is paid', async () => {
    const { portal } = place
    const { attempt, url } = await begin(portal, claire)
    await expect(begin(portal, marc)).rejects.toThrow('déjà commencé')
    await expect(begin(portal, claire)).rejects.toThrow('11\u00a0h\u00a002')
    expect(await online(marc)).toMatchObject({ payCents: null })
    await place.choose(url, 'P')
    place.clock.later(1)
    // Nobody has told the portal yet: it asks before another begins.
    await expect(begin(portal, marc)).rejects.toThrow('déjà payée')
    expect(await stateOf(attempt)).toBe('paid')
    expect(await place.told()).toHaveLength(1)
  })

  it('lets one of two parents who press at once pay', async () => {
    const both = await Promise.allSettled([begin(place.portal, claire), begin(place.portal, marc)])
    expect(both.map(({ status }) => status).toSorted()).toStrictEqual(['fulfilled', 'rejected'])
    expect(await place.attempts()).toHaveLength(1)
  })

  it('brings the same page back to the same press', async () => {
    const request = randomUUID()
    const first = await begin(place.portal, claire, request)
    expect(await begin(place.portal, claire, request)).toStrictEqual(first)
    await place.choose(first.url, 'R')
    place.clock.later(1)
    await stateOf(first.attempt)
    await expect(begin(place.portal, claire, request)).rejects.toThrow('Revenez')
    expect(await place.attempts()).toHaveLength(1)
  })

  it('is being asked about, before any script, where its parent has just come back from PayFiP', async () => {
    const { attempt } = await begin(place.portal, claire)
    const shown = async (search: string) =>
      (
        await plainPage(
          place.portal,
          claire,
          await readPortalSession(place.portal, claire),
          new URL(`${place.address}/mon-compte/paiement/${attempt}${search}`),
        )
      ).content?.html
    expect(await shown('')).toContain('Reprendre le paiement')
    expect(await shown('?retour=1')).toContain('nous demandons à PayFiP')
    expect(await shown('?retour=1')).not.toContain('Reprendre le paiement')
  })

  it('can be finished by who began it, on the same page, as long as that page can be used', async () => {
    const { attempt, url } = await begin(place.portal, claire)
    expect((await followAttempt(place.portal, claire, attempt)).page).toBe(url)
    expect((await online())?.attempt?.page).toBe(url)
    expect((await online(marc))?.attempt?.page).toBeNull()
    place.clock.later(14)
    expect((await followAttempt(place.portal, claire, attempt)).page).toBe(url)
    place.clock.later(1)
    expect((await followAttempt(place.portal, claire, attempt)).page).toBeNull()
  })

  it('pays what is left of an invoice paid in part', async () => {
    await place.publishMoney({ invoices: [{ ...october, leftCents: 4118 }] })
    expect(await online()).toMatchObject({ payCents: 4118 })
    const { url } = await begin(place.portal, claire)
    await place.choose(url, 'P')
    await askDue(place.portal)
    expect(await place.told()).toMatchObject([{ amountCents: 4118 }])
  })

  it('refuses with a sentence what PayFiP would refuse, and records nothing', async () => {
    await place.publishMoney({ invoices: [{ ...october, leftCents: 99 }] })
    expect(await online()).toMatchObject({ payCents: null, why: expect.stringContaining('1\u00a0€') })
    await expect(begin(place.portal, claire)).rejects.toThrow('1\u00a0€')
    await place.publishMoney({ invoices: [{ ...october, leftCents: 0 }] })
    await expect(begin(place.portal, claire)).rejects.toThrow('déjà payée')
    await place.publishMoney({ invoices: [{ ...october, kind: 'creditNote' }] })
    await expect(begin(place.portal, claire)).rejects.toThrow('avoir')
    await expect(beginPayment(place.portal, claire, { request: randomUUID(), invoice: 999 })).rejects.toThrow(
      'n’existe pas',
    )
    await place.publishMoney({})
    await expect(begin(place.portal, { ...claire, email: `${'a'.repeat(80)}@exemple.fr` })).rejects.toThrow(
      'adresse mail',
    )
    expect(await place.attempts()).toStrictEqual([])
  })

  it('shows nothing where the town offers nothing, and only to the one who tries it before production', async () => {
    await place.offer({ mode: 'test', tryEmail: 'marc.aubry@exemple.fr' })
    expect((await account(place.portal, claire)).online).toBeNull()
    await expect(begin(place.portal, claire)).rejects.toThrow('pas ouvert')
    const { attempt, url } = await begin(place.portal, marc)
    expect(await place.attempts()).toMatchObject([{ saisie: 'T' }])
    await place.choose(url, 'P')
    place.clock.later(1)
    expect(await followAttempt(place.portal, marc, attempt)).toMatchObject({ state: 'paid', isTest: true })
    // A false card pays nothing.
    expect(await online(marc)).toMatchObject({ receivedCents: 0, payCents: 14_118 })
  })

  it('says when the town’s number is wrong, and lets the parent try again once it is right', async () => {
    await place.offer({ client: '999999' })
    await expect(begin(place.portal, claire)).rejects.toThrow('T2')
    await place.offer()
    expect((await begin(place.portal, claire)).url).toContain('idop')
  })

  it('says when PayFiP does not answer, and lets the parent try again', async () => {
    await place.offer({ address: 'http://127.0.0.1:9' })
    await expect(begin(place.portal, claire)).rejects.toThrow('demi-heure')
    expect(place.lines.join()).toContain('PayFiP ne répond pas')
    await place.offer()
    expect((await begin(place.portal, claire)).url).toContain('idop')
  })

  it('is refused by the bank, and can be tried again at once', async () => {
    const { attempt, url } = await begin(place.portal, claire)
    await place.choose(url, 'R')
    place.clock.later(1)
    expect(await stateOf(attempt)).toBe('refused')
    expect(await place.told()).toStrictEqual([])
    const again = await begin(place.portal, claire)
    await place.choose(again.url, 'V')
    await askDue(place.portal)
    expect(await place.told()).toMatchObject([{ id: again.attempt, by: 'debit' }])
  })

  it('is abandoned: waits while it may still be paid, then can be tried again', async () => {
    const { attempt, url } = await begin(place.portal, claire)
    await place.choose(url, 'A')
    place.clock.later(1)
    expect(await stateOf(attempt)).toBe('unknown')
    await expect(begin(place.portal, claire)).rejects.toThrow('déjà commencé')
    expect(await online()).toMatchObject({ payCents: null })
    place.clock.later(20)
    // Offered as soon as it was said, before any round asks PayFiP by itself.
    expect(await online()).toMatchObject({ payCents: 14_118, attempt: { state: 'unknown' } })
    await askDue(place.portal)
    expect(await stateOf(attempt)).toBe('abandoned')
    expect((await begin(place.portal, claire)).attempt).not.toBe(attempt)
  })

  it('is never used: expires, and is forgotten by PayFiP in the night', async () => {
    const { attempt } = await begin(place.portal, claire)
    place.clock.later(16)
    expect(await stateOf(attempt)).toBe('unknown')
    place.clock.later(5)
    expect(await stateOf(attempt)).toBe('expired')
    place.clock.later(24 * 60)
    await askDue(place.portal)
    expect(await place.attempts()).toMatchObject([{ code: 'P1', settledAt: place.portal.clock() }])
    // The desk leaves the invoice as it is in between.
    expect(await place.toldOf('paymentStarted')).toMatchObject([{ attempt, invoice, amountCents: 14_118 }])
    expect(await place.toldOf('paymentEnded')).toEqual([{ attempt, at: place.portal.clock() }])
    place.clock.later(367 * 24 * 60)
    await prunePortal(place.portal)
    expect(await place.attempts()).toStrictEqual([])
  })

  describe('whatever the notification', () => {
    it('comes at once', async () => {
      const { url } = await begin(place.portal, claire)
      await place.choose(url, 'P', 'prompt')
      await expect.poll(settled).toStrictEqual(['P'])
    })

    it('comes late', async () => {
      const { url } = await begin(place.portal, claire)
      await place.choose(url, 'P', 'late')
      expect(await settled()).toStrictEqual([null])
      await expect.poll(settled).toStrictEqual(['P'])
    })

    it('comes after the portal has asked by itself, and changes nothing', async () => {
      const { url } = await begin(place.portal, claire)
      const asked = vi.spyOn(globalThis, 'fetch')
      onTestFinished(() => asked.mockRestore())
      await place.choose(url, 'P', 'late')
      await askDue(place.portal)
      expect(await place.told()).toHaveLength(1)
      const late = () => asked.mock.calls.findIndex(([to]) => to === `${place.address}/payfip/notification`)
      await expect.poll(() => asked.mock.settledResults[late()]?.type).toBe('fulfilled')
      expect(await place.told()).toHaveLength(1)
    })

    it('is lost: the portal asks by itself', async () => {
      const { url } = await begin(place.portal, claire)
      await place.choose(url, 'P', 'lost')
      await askDue(place.portal)
      expect(await settled()).toStrictEqual(['P'])
      expect(await place.told()).toHaveLength(1)
    })

    it('is lost while the portal is off for three days', async () => {
      const { url } = await begin(place.portal, claire)
      await place.choose(url, 'P', 'lost')
      place.clock.later(3 * 24 * 60)
      await askDue(place.portal)
      expect(await place.told()).toHaveLength(1)
    })

    it('comes twice at once: one payment', async () => {
      const { url } = await begin(place.portal, claire)
      await place.choose(url, 'P', 'twice')
      await expect.poll(settled).toStrictEqual(['P'])
      await Promise.all([askDue(place.portal), askDue(place.portal)])
      expect(await place.told()).toHaveLength(1)
    })

    it('is taken by two workers that both found the payment open: one payment', async () => {
      const { url } = await begin(place.portal, claire)
      await place.choose(url, 'P')
      const [open] = await place.attempts()
      if (!open) throw new Error('nothing was begun')
      await Promise.all([askIfWorthwhile(place.portal, open), askIfWorthwhile(place.portal, open)])
      expect(await place.told()).toHaveLength(1)
    })

    it('is forged: PayFiP alone is believed', async () => {
      const { url } = await begin(place.portal, claire)
      const idop = new URL(url).searchParams.get('idop') ?? ''
      for (const body of [
        `idop=${idop}&resultrans=P&montant=14118&numauto=123456`,
        `idOp=${idop}`,
        'idop=nobody-knows-it',
      ]) {
        expect((await notify(body)).status).toBe(200)
      }
      expect((await notify('', 'text/plain', `/payfip/notification?idop=${idop}`)).status).toBe(200)
      expect((await fetch(`${place.address}/payfip/notification?idop=${idop}`)).status).toBe(200)
      await expect.poll(async () => (await place.attempts())[0]?.code).toBe('P5')
      expect(await settled()).toStrictEqual([null])
      expect(await place.told()).toStrictEqual([])
    })

    it.each([
      ['a form', (idop: string) => `idop=${idop}`],
      ['a form, otherwise spelled', (idop: string) => `idOp=${idop}`],
      ['a SOAP body', (idop: string) => envelopeText(`<n><idop>${idop}</idop></n>`)],
    ])('is read in %s', async (__, bodyFor) => {
      const { url } = await begin(place.portal, claire)
      await place.choose(url, 'P')
      await notify(bodyFor(new URL(url).searchParams.get('idop') ?? ''))
      await expect.poll(settled).toStrictEqual(['P'])
    })

    it('is huge or empty: nothing breaks', async () => {
      expect((await notify('')).status).toBe(200)
      const huge = await notify('idop='.repeat(100_000)).catch(() => null)
      expect(huge?.status ?? 200).toBe(200)
      expect((await fetch(`${place.address}/mentions-legales`)).status).toBe(200)
    })
  })

  it.each(['GET', 'POST'])(
    'comes back from another site by %s, without its session, and is led to its payment',
    async (method) => {
      const { attempt, url } = await begin(place.portal, claire)
      const { headers } = await place.choose(url, 'P')
      const back = headers.get('location') ?? ''
      const page = await fetch(back, { method, headers: { Origin: 'https://www.payfip.gouv.fr' } })
      expect(page.status).toBe(200)
      expect(page.headers.get('refresh')).toBe(`0; url=/mon-compte/paiement/${attempt}?retour=1`)
      expect(await page.text()).toContain(`href="/mon-compte/paiement/${attempt}?retour=1"`)
      const strange = await fetch(`${place.address}/payfip/retour/%22%3E%3Cscript%3E`)
      expect(strange.headers.get('refresh')).toBeNull()
    },
  )

  it('is not another home’s to see', async () => {
    const other = await place.login('claire.marchand@exemple.fr')
    const { attempt } = await begin(place.portal, claire)
    await expect(followAttempt(place.portal, other, attempt)).rejects.toThrow('n’existe pas')
  })

  it('is given back to a portal that was restored', async () => {
    const { attempt, url } = await begin(place.portal, claire)
    await place.choose(url, 'P')
    await askDue(place.portal)
    const { db } = place.portal.store
    const entries = await db.select().from(logEntry).where(like(logEntry.kind, 'payment%')).orderBy(logEntry.number)
    expect(entries.map(({ kind }) => kind)).toEqual(['paymentStarted', 'payment'])
    for (const lost of [true, false]) {
      if (lost) await db.delete(paymentAttempt)
      else await db.update(paymentAttempt).set({ result: null, settledAt: null })
      await db.transaction((tx) => recover(place.portal, tx, entries))
      expect(await online()).toMatchObject({ receivedCents: 14_118, attempt: { id: attempt, state: 'paid' } })
      await askDue(place.portal)
      expect(await place.told()).toHaveLength(1)
    }
    // What it had only begun, and what became of it, PayFiP is asked again.
    const started = entries.filter(({ kind }) => kind === 'paymentStarted')
    await db.delete(paymentAttempt)
    await db.delete(logEntry).where(eq(logEntry.kind, 'payment'))
    await db.transaction((tx) => recover(place.portal, tx, started))
    await askDue(place.portal)
    expect(await place.told()).toMatchObject([{ id: attempt, amountCents: 14_118 }])
  })
})

/** Stands before the simulator and changes what it tells. */
const altered = async (payfip: string, change: (text: string) => string | Promise<string>) => {
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (part: string) => (body += part))
    request.on('end', () => {
      const { headers, method = 'GET' } = request
      const type = { 'Content-Type': headers['content-type'] ?? '' }
      void fetch(`${payfip}${request.url}`, { method, headers: type, ...(body !== '' && { body }) }).then(
        async (given) => {
          const text = await given.text()
          const isDetail = bodyOf(body).name === 'recupererDetailPaiementSecurise'
          response.writeHead(given.status).end(isDetail ? await change(text) : text)
        },
      )
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

const second = 1 / 60

describe('notifications that anybody could send', () => {
  let place: Awaited<ReturnType<typeof aPayingPortal>>
  let line: Awaited<ReturnType<typeof altered>>
  let questions: number
  let held: Promise<void>
  let url: string
  const notified = async (count: number) => {
    const idop = new URL(url).searchParams.get('idop') ?? ''
    await Promise.all(Array.from({ length: count }, () => handleNotification(place.portal, idop)))
  }
  const results = async () => (await place.attempts()).map(({ result }) => result)

  beforeEach(async () => {
    place = await aPayingPortal(quickStore)
    questions = 0
    held = Promise.resolve()
    line = await altered(place.simulator.address, async (text) => {
      questions += 1
      await held
      return text
    })
    await place.offer({ address: line.address })
    const begun = await begin(place.portal, await place.login('claire.aubry@exemple.fr'))
    url = createPayfip(place.simulator.address).pageOf(new URL(begun.url).searchParams.get('idop') ?? '')
  })
  afterEach(async () => {
    line.close()
    await place.close()
  })

  it('bring one question at a time, and none within a few seconds of an answer', async () => {
    const answer = Promise.withResolvers<void>()
    held = answer.promise
    const flood = notified(20)
    await expect.poll(() => questions).toBe(1)
    place.clock.later(10 * second)
    await notified(20)
    answer.resolve()
    await flood
    expect(questions).toBe(1)
    await notified(20)
    expect(questions).toBe(1)
    place.clock.later(5 * second)
    await notified(20)
    expect(questions).toBe(2)
  })

  it('bring none once PayFiP has said its last word, nor under a name that nobody knows', async () => {
    await place.choose(url, 'P')
    await notified(1)
    expect(await results()).toStrictEqual(['P'])
    place.clock.later(60)
    await notified(20)
    await handleNotification(place.portal, 'nobody-knows-it')
    expect(questions).toBe(1)
  })

  it('let a true one pass that comes too early: the next round asks', async () => {
    await notified(1)
    await place.choose(url, 'P')
    await notified(1)
    expect(await results()).toStrictEqual([null])
    place.clock.later(1)
    await askDue(place.portal)
    expect(await results()).toStrictEqual(['P'])
  })
})

describe('what PayFiP tells of another payment', () => {
  it.each([
    ['another amount', 100, (text: string) => text.replace('<montant>14118</montant>', '<montant>100</montant>')],
    ['another reference', 14_118, (text: string) => text.replace('2026001284', '2026001285')],
    ['another régie', 14_118, (text: string) => text.replace('<numcli>012345', '<numcli>543210')],
    ['another name', null, (text: string) => text.replace(/<idOp>[^<]*/, '<idOp>another-one')],
    [
      'a result of no kind',
      null,
      () =>
        envelopeText(
          `<n:recupererDetailPaiementSecuriseResponse xmlns:n="${operationsNamespace}"><return>${fieldsText({ resultrans: 'Q' })}</return></n:recupererDetailPaiementSecuriseResponse>`,
        ),
    ],
  ])(
    'is not counted, and staff are told of the money once: %s',
    async (_, toldCents, change) => {
      const place = await aPayingPortal(quickStore)
      const line = await altered(place.simulator.address, change)
      try {
        await place.offer({ address: line.address })
        const claire = await place.login('claire.aubry@exemple.fr')
        const { attempt, url } = await begin(place.portal, claire)
        const idop = new URL(url).searchParams.get('idop') ?? ''
        await place.choose(createPayfip(place.simulator.address).pageOf(idop), 'P')
        await askDue(place.portal)
        const told = toldCents === null ? [] : [{ amountCents: toldCents, differs: true }]
        expect(await place.told()).toMatchObject(told)
        // Money may have moved: no other is begun until somebody has looked.
        place.clock.later(60)
        expect((await followAttempt(place.portal, claire, attempt)).state).toBe('unknown')
        const why = told.length > 0 ? 'est à vérifier' : 'déjà commencé'
        await expect(begin(place.portal, claire)).rejects.toThrow(why)
        expect(await place.told()).toHaveLength(told.length)
      } finally {
        line.close()
        await place.close()
      }
    },
    30_000,
  )
})

describe('money that came otherwise than asked', () => {
  it('is settled for the parent by the exchange after staff settled it, whatever was restored or forgotten meanwhile', async () => {
    const place = await aPayingPortal(quickStore)
    let isRight = false
    const line = await altered(place.simulator.address, (text) =>
      isRight ? text : text.replace('<montant>14118</montant>', '<montant>100</montant>'),
    )
    const { portal } = place
    const { db } = portal.store
    try {
      await place.offer({ address: line.address })
      const claire = await place.login('claire.aubry@exemple.fr')
      const { attempt, url } = await begin(portal, claire)
      const idop = new URL(url).searchParams.get('idop') ?? ''
      await place.choose(createPayfip(place.simulator.address).pageOf(idop), 'P')
      await askDue(portal)
      const [told] = await place.told()
      const entries = await db.select().from(logEntry).where(eq(logEntry.kind, 'payment'))
      const shown = () => followAttempt(portal, claire, attempt)
      expect(await shown()).toMatchObject({ state: 'unknown', sentence: expect.stringContaining('le service regarde') })

      // A copy from before the desk was told, then one from before the attempt.
      await db.update(paymentAttempt).set({ code: null })
      await db.transaction((tx) => recover(portal, tx, entries))
      expect(await place.attempts()).toMatchObject([{ id: attempt, code: 'differs', result: null, settledAt: null }])
      await db.delete(paymentAttempt)
      await db.transaction((tx) => recover(portal, tx, entries))
      expect(await shown()).toMatchObject({ state: 'unknown' })
      expect((await account(portal, claire)).online?.invoices[0]).toMatchObject({ receivedCents: 0, payCents: null })

      // Staff count what they were told: were PayFiP believed again, it would be counted twice.
      isRight = true
      place.clock.later(60)
      await askDue(portal)
      expect(await shown()).toMatchObject({ state: 'unknown' })

      await place.publishMoney({ onlineChecked: [told?.id ?? ''] })
      expect(await shown()).toMatchObject({ state: 'checked', sentence: expect.stringContaining('a vérifié') })
      expect((await account(portal, claire)).online?.invoices[0]).toMatchObject({ receivedCents: 0, payCents: 14_118 })
    } finally {
      line.close()
      await place.close()
    }
  })
})

describe('a portal that dies between any two steps', () => {
  it('finds every payment again, counts it once, and lets the invoice be paid in the end', async () => {
    const place = await aPayingPortal(quickStore)
    const { portal, simulator } = place
    try {
      const claire = await place.login('claire.aubry@exemple.fr')
      let paid = 0
      let counted = 0
      let cut = 1
      for (let isWhole = false; !isWhole; cut += 1) {
        expect(cut).toBeLessThan(40)
        const dying = await dyingAt(portal, simulator.address, cut)
        await place.offer({ address: dying.address })
        let url: string | null = null
        try {
          url = (await begin(dying.portal, claire)).url
          const idop = new URL(url).searchParams.get('idop') ?? ''
          const left = await place.choose(createPayfip(simulator.address).pageOf(idop), 'P')
          expect(left.status).toBe(303)
          paid += 1
          await askDue(dying.portal)
          isWhole = !dying.isDead()
        } catch (error) {
          // What a dead process would have told its parent, nobody hears.
          if (!dying.isDead()) throw error
          if (!isCut(error) && !(error instanceof Error && error.name === 'Error')) throw error
        }
        dying.close()
        // Another process takes over; the service answers at its own address again.
        await portal.store.db.update(paymentAttempt).set({ address: simulator.address })
        await place.offer()
        place.clock.later(25)
        await askDue(portal)
        const told = await place.told()
        expect(told).toHaveLength(paid)
        expect(new Set(told.map(({ id }) => id)).size).toBe(paid)
        const left = (await account(portal, claire)).online?.invoices[0]
        expect(left).toMatchObject(
          told.length > counted ? { receivedCents: 14_118, payCents: null } : { receivedCents: 0, payCents: 14_118 },
        )
        // The next round is of an invoice to pay again.
        await place.publishMoney({ onlinePayments: told.map(({ id }) => id) })
        counted = told.length
        // PayFiP forgets in the night what nobody paid, so that every round takes as many steps.
        place.clock.later(24 * 60)
        await askDue(portal)
      }
      // Recording, asking PayFiP, its answer, its name, its detail, and the entry: all were cut.
      expect(cut).toBeGreaterThan(9)
    } finally {
      await place.close()
    }
  })
})
