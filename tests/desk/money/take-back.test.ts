import { describe, expect, it, onTestFinished } from 'vitest'
import { takeBack as takeBackRun } from '../../../main/desk/invoicing/runs/take-back.ts'
import { recordPayment } from '../../../main/desk/payments/payments.ts'
import { finalSpan } from '../../../main/store/schema/index.ts'
import { day, monthKey } from '../../../shared/rules/calendar/day.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { aBillingTown, billing, last } from '../../support/towns/billing.ts'

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
  const town = await aBillingTown().open()
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
    runId,
    pay,
    preview: () => town.client.invoicing.takeBackPreview({ runId }),
    takeBack: async () => last(await town.client.invoicing.takeBack({ runId, reason })),
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

  it('is refused while another post takes it back, and one that does not exist in a sentence', async () => {
    const { town, runId, takeBack, findings } = await open()
    const [first, second] = await Promise.allSettled([takeBack(), takeBack()])
    expect([first.status, second.status].toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await town.client.invoicing.takeBackPreview({ runId })).toMatchObject({ invoices: 0 })
    await expect(town.client.invoicing.takeBackPreview({ runId: 999_999 })).rejects.toMatchObject({
      data: { sentence: 'Cette préparation n’existe plus.' },
    })
    expect(findings()).toEqual([])
  })

  it('but for an invoice that another post takes money for before its act begins', async () => {
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

  it('and what is paid meanwhile at another post goes ahead', async () => {
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
