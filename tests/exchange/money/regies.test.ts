import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPairingCode } from '../../../main/portal/exchange/pairing.ts'
import { exchangeSide as portalSide } from '../../../main/portal/store/schema/index.ts'
import { checkFile } from '../../../main/store/checking/check.ts'
import { exchangeSide } from '../../../main/store/schema/index.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { aClock, password } from '../../support/desk.ts'
import { rowsOf, writeRows } from '../../support/machine/embedded-store.ts'
import { quickStore } from '../../support/machine/quick-store.ts'
import { aBillingTown, billing } from '../../support/towns/billing.ts'
import { aRegieInput, bookCamp, openSecondRegie, secondRegie } from '../../support/towns/regies.ts'
import type { Town } from '../../support/towns/town.ts'
import { aServedPortal, type ServedPortal } from '../paired.ts'

/* A town of two régies, and copies of its file and of its portal that are restored. */

const clock = aClock()
let town: Town
let served: ServedPortal
beforeEach(async () => {
  town = await aBillingTown().open(clock)
  served = await aServedPortal(clock)
  await pairWith(served)
})
afterEach(async () => {
  await town.close()
  await served.close()
})

const pairWith = async ({ address, portal }: ServedPortal) =>
  town.client.exchange.pair({ address, code: (await createPairingCode(portal)).code })

const pay = (regieId: number) =>
  town.client.payments.record({
    familyId: town.family('Marchand'),
    regieId,
    means: 'cash',
    amountCents: 100,
    receivedOn: '2026-11-25',
    payer: '',
    reference: '',
    chosen: null,
  })

const handOver = async (regieId: number) => {
  const { lines } = await town.client.payments.toHandOver({ means: 'cash', regieId })
  const paymentIds = lines.map(({ paymentId }) => paymentId)
  return town.client.payments.handOver({ regieId, means: 'cash', paymentIds, totalCents: 100 * lines.length })
}

/** An invoice, a payment and a deposit slip of each régie. */
const workOfADay = async (regieId: number) => {
  const { book, run, issue } = billing(town)
  await book('Louison', ['2026-12-09'], 'Matin')
  await bookCamp(town, ['2026-12-16'], 'Matin')
  await issue((await run()).id)
  for (const one of [firstRegieId, regieId]) {
    await pay(one)
    await handOver(one)
  }
}

const backUp = async (): Promise<string> => {
  for await (const _ of await town.client.settings.makeBackup()) continue
  return (await town.client.settings.backups()).backups[0]?.name ?? ''
}

const putBack = async (name: string) => {
  await town.client.settings.restoreBackup({ name })
  await town.client.staff.login({ login: 'sandrine', password })
}

const seriesOfPortal = async ({ portal }: ServedPortal) =>
  (await portal.store.db.select().from(portalSide))[0]?.series ?? {}

const allSeries = { F2026: 1, Q2026: 1, B2026: 1, CVF2026: 1, CVQ2026: 1, CVB2026: 1 }

describe('a desk restored from a copy of before the second régie', () => {
  it('receives the series of both régies, and continues after them once the régie is created again', async () => {
    const before = await backUp()
    await openSecondRegie(town)
    await workOfADay(secondRegie(town))
    await town.client.exchange.now()
    expect(await seriesOfPortal(served)).toEqual(allSeries)

    await putBack(before)
    expect((await town.client.regies.list()).map(({ prefix }) => prefix)).toEqual([null])
    const { lostPapers } = await town.client.settings.backups()
    expect(lostPapers.map(({ name }) => name).toSorted()).toEqual([
      'Bordereau B2026-000001',
      'Bordereau CV-B2026-000001',
      'Facture n°\u00a02026-000001',
      'Facture n°\u00a0CV-2026-000001',
      'Quittance CV-Q2026-000001',
      'Quittance Q2026-000001',
    ])
    await expect(pay(firstRegieId)).rejects.toMatchObject({
      data: { sentence: expect.stringContaining('Cette base vient d’une sauvegarde') },
    })
    await town.client.exchange.now()
    await openSecondRegie(town)
    const regieId = secondRegie(town)
    expect((await pay(regieId)).receipt).toBe('CV-Q2026-000002')
    expect((await handOver(regieId)).number).toBe('CV-B2026-000002')
    expect((await pay(firstRegieId)).receipt).toBe('Q2026-000002')
    const { run, issue } = billing(town)
    await bookCamp(town, ['2026-12-16'], 'Matin')
    expect((await issue((await run()).id)).firstNumber).toBe('CV-2026-000002')
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('may get them from a director instead', async () => {
    const before = await backUp()
    await openSecondRegie(town)
    await putBack(before)
    const statement = 'Lu sur les quittances du camp'
    await town.client.exchange.confirmNumbers({ statement, last: [{ series: 'CVQ', year: 2026, number: 7 }] })
    expect(town.store.db.select().from(exchangeSide).get()?.series).toMatchObject({ CVQ2026: 7 })
    await openSecondRegie(town)
    expect((await pay(secondRegie(town))).receipt).toBe('CV-Q2026-000008')
    await expect(
      town.client.exchange.confirmNumbers({ statement, last: [{ series: 'CV', year: 2026, number: 7 }] }),
    ).rejects.toMatchObject({ code: 'REFUSED' })
  })
})

describe('a portal restored from a copy of before the second régie', () => {
  it('receives the series of both again, and gives them back to a desk restored after it', async () => {
    const rows = await rowsOf(served.portal.store)
    await openSecondRegie(town)
    const before = await backUp()
    await workOfADay(secondRegie(town))
    await town.client.exchange.now()
    await served.close()

    served = await aServedPortal(clock, async () => {
      const store = await quickStore()
      await writeRows(store, rows)
      return store
    })
    expect(await seriesOfPortal(served)).toEqual({})
    await pairWith(served)
    await town.client.exchange.now()
    expect(await seriesOfPortal(served)).toEqual(allSeries)

    await putBack(before)
    // The copy of the file is of before the portal moved.
    await pairWith(served)
    await town.client.exchange.now()
    await town.client.regies.save(aRegieInput({ id: secondRegie(town), dueDays: 20 }))
    expect((await pay(secondRegie(town))).receipt).toBe('CV-Q2026-000002')
    expect(checkFile(town.store.sqlite)).toEqual([])
  })
})
