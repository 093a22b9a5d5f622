import { describe, expect, it, onTestFinished } from 'vitest'
import { lastNumbersInFile, storeNumbersGiven } from '../../../../main/store/numbers.ts'
import { day } from '../../../../shared/rules/calendar/day.ts'
import { remittedCents } from '../../../../shared/rules/money/remittance.ts'
import { aClock } from '../../../support/desk.ts'
import { aBillingTown, billing } from '../../../support/towns/billing.ts'
import { asked, missing } from '../../documents/documents-reading.ts'

const wednesday = day('2026-11-25')
const thursday = day('2026-11-26')

/** On 25 November, Marchand owes an invoice of 10,00 €. */
const open = async () => {
  const town = await aBillingTown().open(aClock(wednesday))
  onTestFinished(() => town.close())
  const gestures = billing(town)
  await gestures.book('Louison', ['2026-12-09'], 'Matin', 'Repas')
  await gestures.issue((await gestures.run()).id)
  const pay = (means: 'cash' | 'cheque' | 'transfer', amountCents: number, receivedOn = wednesday) =>
    town.client.payments.record({
      familyId: town.family('Marchand'),
      means,
      amountCents,
      receivedOn,
      payer: '',
      reference: '',
      chosen: null,
    })
  const { closings, payments } = town.client
  const next = (to = wednesday) => closings.remittance({ to })
  const remit = async (to = wednesday) => closings.remit({ to, remittedCents: remittedCents((await next(to)).content) })
  /** What the journal of a day counts: payments that still stand. */
  const journal = async (on = wednesday) => (await payments.day({ day: on })).totalCents
  return { town, closings, payments, pay, next, remit, journal, ...gestures }
}
const refused = (sentence: string) => ({ data: { sentence: expect.stringContaining(sentence) } })

describe('what a régie hands over to the accountant', () => {
  it('is numbered after the last statement that was ever given, when an older copy was restored', async () => {
    const { town, pay, next, remit, findings } = await open()
    await pay('cheque', 400)
    await remit()
    expect(lastNumbersInFile(town.store)).toMatchObject({ V: 1 })
    storeNumbersGiven(town.store.sqlite, { V: 4 })
    town.clock.set(thursday)
    await pay('cheque', 100, thursday)
    expect(await next(thursday)).toMatchObject({ number: 5 })
    expect(await remit(thursday)).toMatchObject({ number: 5 })
    expect(findings()).toEqual([])
  })

  it('is stated by nature and means, since the statement before, and adds up to the journal', async () => {
    const { town, closings, payments, pay, remit, journal, findings } = await open()
    await pay('cheque', 400)
    const advance = await pay('cash', 1000)
    expect(await remit()).toMatchObject({
      number: 1,
      from: '2026-11-25',
      to: '2026-11-25',
      content: {
        received: [
          {
            nature: 'sans nature',
            cents: 1000,
            byMeans: [
              ['cash', 600],
              ['cheque', 400],
            ],
          },
          { nature: 'Avances, à affecter', cents: 400, byMeans: [['cash', 400]] },
        ],
        refundedCents: 0,
      },
    })
    town.clock.set(thursday)
    await pay('cash', 2000, thursday)
    // Money of the day before that comes to light, and a payment that is cancelled, change the next statement.
    await pay('transfer', 300)
    await payments.cancel({ id: advance.id, reason: 'Erreur de famille' })
    const second = await remit(thursday)
    expect([second.number, second.from, second.to]).toEqual([2, '2026-11-26', '2026-11-26'])
    const all = (await closings.remittances({})).map(({ content }) => remittedCents(content))
    expect(all.reduce((sum, cents) => sum + cents, 0)).toBe((await journal()) + (await journal(thursday)))
    expect(findings()).toEqual([])
  })

  it('is refused without change: nothing to hand over, a day stated already, an account that has moved', async () => {
    const { closings, pay, next, remit } = await open()
    expect((await next()).refusal).toBe('Il n’y a rien à verser.')
    await expect(remit()).rejects.toMatchObject(refused('Il n’y a rien à verser.'))
    await pay('cash', 500)
    await expect(closings.remit({ to: wednesday, remittedCents: 400 })).rejects.toMatchObject(refused('a changé'))
    await expect(remit(thursday)).rejects.toMatchObject(refused('au plus tard aujourd’hui'))
    const done = await Promise.allSettled([remit(), remit()])
    expect(done.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    await pay('cash', 100)
    await expect(remit()).rejects.toMatchObject(refused('choisissez un jour d’après'))
    expect(await closings.remittances({})).toHaveLength(1)
  })

  it.skipIf(missing('pdftotext'))('is printed to be signed on both sides (needs pdftotext)', async () => {
    const { closings, pay, remit } = await open()
    await pay('cheque', 400)
    await remit()
    const file = await closings.remittanceFile({ number: 1 })
    const text = asked('pdftotext', new Uint8Array(await file.arrayBuffer()), ['-layout'], ['-']).replaceAll(
      /\s+/g,
      ' ',
    )
    for (const said of [
      'Relevé de versement n° 1',
      'À verser : 4,00 €',
      'Chèque Total',
      'Encaissé 4,00 4,00',
      'Visa du comptable',
    ])
      expect(text).toContain(said)
  })
})
