import { describe, expect, it, onTestFinished } from 'vitest'
import { takeBack as takeBackRun } from '../../../../main/desk/invoicing/runs/take-back.ts'
import { recordPayment } from '../../../../main/desk/payments/payments.ts'
import { finalSpan } from '../../../../main/store/schema/index.ts'
import type { Entry } from '../../../../shared/exchange/log.ts'
import { day, monthKey } from '../../../../shared/rules/calendar/day.ts'
import { firstRegieId } from '../../../../shared/rules/money/regie.ts'
import { aPortalOf } from '../../../support/collected.ts'
import { aClock } from '../../../support/desk.ts'
import { aBillingTown, billing, last } from '../../../support/towns/billing.ts'
import type { Town } from '../../../support/towns/town.ts'

const quietly = { signal: new AbortController().signal, onProgress: () => undefined }

const reason = 'Tarif de décembre mal saisi'

const cash = {
  means: 'cash' as const,
  amountCents: 500,
  receivedOn: day('2026-11-25'),
  payer: '',
  reference: '',
  chosen: null,
}

/** A run of December with an invoice of each home: 10,55 € and 10,55 €. */
const open = async (
  before: (desk: ReturnType<typeof billing> & { pay: Pay }) => Promise<unknown> = async () => undefined,
) => {
  const clock = aClock()
  const town = await aBillingTown().open(clock)
  onTestFinished(() => town.close())
  const desk = billing(town)
  const pay: Pay = async (family, amountCents) =>
    town.client.payments.record({ ...cash, familyId: town.family(family), amountCents })
  await before({ ...desk, pay })
  await desk.book('Louison', ['2026-12-09'], 'Matin')
  await desk.book('Noé', ['2026-12-09'], 'Matin')
  const { id: runId } = await desk.run()
  await desk.issue(
    runId,
    (await desk.drafts(runId)).map(({ id }) => id),
  )
  return {
    ...desk,
    town,
    clock,
    runId,
    hear: aPayingParent(town, (await desk.paper('Marchand')).id),
    pay,
    preview: () => town.client.invoicing.takeBackPreview({ runId }),
    takeBack: async () => last(await town.client.invoicing.takeBack({ runId, reason })),
  }
}

/** What the portal tells the desk of a parent who pays an invoice through PayFiP. */
const aPayingParent = (town: Town, invoice: number) => {
  const portal = aPortalOf(town)
  const at = town.desk.core.clock()
  const asked = {
    guardian: portal.guardianOf('Marchand'),
    family: town.family('Marchand'),
    recordedAt: at,
    invoice,
    number: '2026-000001',
    amountCents: 1055,
    idOp: 'op',
    saisie: 'W',
  }
  const store = ({ number, hash, id, kind, body }: Entry) =>
    void town.store
      .statement('insert into mirror_entry values (?, ?, ?, ?, ?, ?, ?, 0)')
      .run(number, hash, id, kind, at, body, at)
  return {
    started: (attempt: string) => {
      const body = { ...asked, attempt, label: 'Décembre', client: '000000', refdet: '2026000001', address: '' }
      store(portal.entry(`started:${attempt}`, 'paymentStarted', at, body))
    },
    ended: (attempt: string) => store(portal.entry(`ended:${attempt}`, 'paymentEnded', at, { attempt, at })),
    paidOtherwise: (attempt: string) => {
      const body = { ...asked, amountCents: 900, paidAt: at, by: 'card', authorisation: '', differs: true }
      portal.collect(portal.entry(`${attempt}:differs`, 'payment', at, body))
    },
  }
}
type Pay = (family: string, amountCents: number) => Promise<unknown>

describe('a whole issued run is taken back', () => {
  it('with a credit note for each invoice, and the next run bills the same again', async () => {
    const { runId, preview, takeBack, balance, run, drafts, findings } = await open()
    const owed = [await balance('Marchand'), await balance('Fouquet')] as const
    const cents = owed[0] + owed[1]
    expect(await preview()).toEqual({ invoices: 2, cents, aheadCents: 0, withoutPaper: 0, leftOut: [] })
    expect(await takeBack()).toEqual({ creditNotes: 2, cents })
    expect([await balance('Marchand'), await balance('Fouquet')]).toEqual([0, 0])
    const again = await run()
    expect((await drafts(again.id)).map(({ totalCents }) => totalCents)).toEqual(expect.arrayContaining([...owed]))
    expect(again.id).not.toBe(runId)
    expect(findings()).toEqual([])
  })

  it('but for invoices paid since and months that are final, which are named and stay', async () => {
    const { town, preview, takeBack, pay, balance, paper } = await open()
    await pay('Marchand', 500)
    const { number } = await paper('Marchand')
    expect((await preview()).leftOut).toMatchObject([{ number, family: 'Marchand', cause: 'paid' }])
    town.store.act(town.person, 'families.change', 'Mois arrêté', (write) =>
      write.insert(finalSpan, { familyId: town.family('Fouquet'), month: monthKey(day('2026-12-09')), cause: 'town' }),
    )
    const before = await balance('Marchand')
    expect((await preview()).leftOut.map(({ cause }) => cause).toSorted()).toEqual(['final', 'paid'])
    await expect(takeBack()).rejects.toMatchObject({
      data: { sentence: 'Aucune facture de cette facturation ne peut être annulée.' },
    })
    expect(await balance('Marchand')).toBe(before)
  })

  it('except an invoice whose online payment is under way, as the portal reports at the start', async () => {
    const { town, clock, runId, preview, takeBack, hear } = await open()
    hear.started('a')
    expect((await preview()).leftOut).toMatchObject([{ family: 'Marchand', cause: 'paying' }])
    hear.ended('a')
    expect((await preview()).leftOut).toEqual([])

    // PayFiP answers with other values than asked: the invoice waits until staff have looked at the payment.
    hear.started('b')
    hear.paidOtherwise('b')
    expect((await preview()).leftOut).toMatchObject([{ family: 'Marchand', cause: 'paying' }])
    await town.client.payments.seen({ attemptId: 'b:differs', reason: 'Remboursé par PayFiP' })
    expect((await preview()).leftOut).toEqual([])

    const { core } = town.desk
    const exchange = { ...core.exchange, now: async () => hear.started('c') }
    expect(await takeBackRun({ ...core, exchange }, town.person, { runId, reason }, quietly)).toMatchObject({
      creditNotes: 1,
    })
    // A portal that was replaced meanwhile never tells the end.
    clock.set('2026-12-28')
    expect((await takeBack()).creditNotes).toBe(1)
  })

  it('and what money ahead had paid goes back ahead', async () => {
    const { preview, takeBack, balance } = await open(({ pay }) => pay('Marchand', 300))
    expect(await preview()).toMatchObject({ invoices: 2, aheadCents: 300, leftOut: [] })
    await takeBack()
    expect(await balance('Marchand')).toBe(-300)
  })

  it('once: asked again, there is nothing to take back', async () => {
    const { preview, takeBack, findings } = await open()
    await takeBack()
    expect(await preview()).toMatchObject({ invoices: 0, leftOut: [] })
    await expect(takeBack()).rejects.toThrow('REFUSED')
    expect(findings()).toEqual([])
  })

  it('is refused while another workstation takes it back, and one that does not exist in a sentence', async () => {
    const { town, runId, takeBack, findings } = await open()
    const [first, second] = await Promise.allSettled([takeBack(), takeBack()])
    expect([first.status, second.status].toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await town.client.invoicing.takeBackPreview({ runId })).toMatchObject({ invoices: 0 })
    await expect(town.client.invoicing.takeBackPreview({ runId: 999_999 })).rejects.toMatchObject({
      data: { sentence: 'Cette préparation n’existe plus.' },
    })
    expect(findings()).toEqual([])
  })

  it('but for an invoice that another workstation takes money for before its act begins', async () => {
    const { town, runId, balance, preview, findings } = await open()
    const { core } = town.desk
    const owed = await balance('Marchand')
    const { creditNotes } = await takeBackRun(
      core,
      town.person,
      { runId, reason },
      {
        signal: new AbortController().signal,
        // Each home has an act of its own: the second one is paid for during the first.
        familiesPerAct: 1,
        onProgress: () => {
          if (town.store.statement('select count(*) from payment').pluck().get() === 0)
            recordPayment(core, town.person, { ...cash, familyId: town.family('Marchand'), regieId: firstRegieId })
        },
      },
    )
    expect([creditNotes, await balance('Fouquet'), await balance('Marchand')]).toEqual([1, 0, owed - 500])
    expect((await preview()).leftOut).toMatchObject([{ family: 'Marchand', cause: 'paid' }])
    expect(findings()).toEqual([])
  })

  it('and what is paid meanwhile at another workstation goes ahead', async () => {
    const { town, runId, pay, balance, findings } = await open()
    const paid: Promise<unknown>[] = []
    await takeBackRun(
      town.desk.core,
      town.person,
      { runId, reason },
      {
        signal: new AbortController().signal,
        onProgress: () => {
          if (paid.length === 0) paid.push(pay('Marchand', 500))
        },
      },
    )
    await Promise.all(paid)
    expect(await balance('Marchand')).toBe(-500)
    expect(findings()).toEqual([])
  })
})
