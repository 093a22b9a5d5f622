import { describe, expect, it, onTestFinished } from 'vitest'
import { checkFile } from '../../../main/store/checking/check.ts'
import type { BalanceFilter } from '../../../shared/contract/desk/people/families.ts'
import { aBillingTown } from '../../support/towns/billing.ts'
import { aDebitTown, owe } from '../../support/towns/debits.ts'
import { openSecondRegie, secondRegie } from '../../support/towns/regies.ts'

const open = async () => {
  const town = await aDebitTown().open()
  onTestFinished(() => town.close())
  const list = async (balance: BalanceFilter, fromCents = 0) =>
    (await town.client.payments.families({ filter: '', show: 'all', balance, fromCents, from: 0, count: 10 })).rows.map(
      ({ name, balanceCents }) => [name, balanceCents],
    )
  const pay = (family: string, amountCents: number) =>
    town.client.payments.record({
      familyId: town.family(family),
      means: 'cheque',
      amountCents,
      receivedOn: '2026-11-25',
      payer: '',
      reference: '',
      chosen: null,
    })
  return { town, list, pay }
}

describe('« Familles » by balance', () => {
  it('shows who owes, the largest debt first, from a sum on', async () => {
    const { list } = await open()
    expect(await list('owing')).toEqual([
      ['Noël', 9460],
      ['Aubry', 5000],
      ['Lemaire', 360],
    ])
    expect(await list('owing', 5000)).toEqual([
      ['Noël', 9460],
      ['Aubry', 5000],
    ])
    expect(await list('ahead')).toEqual([])
  })

  it('follows a payment, its cancelling, and what is ahead', async () => {
    const { town, list, pay } = await open()
    const { id } = await pay('Aubry', 6000)
    expect(await list('ahead')).toEqual([['Aubry', -1000]])
    expect(await list('ahead', 1001)).toEqual([])
    expect(await list('any')).toContainEqual(['Aubry', -1000])
    await pay('Lemaire', 360)
    expect(await list('owing')).toEqual([['Noël', 9460]])
    expect(await list('any')).toContainEqual(['Lemaire', 0])
    await town.client.payments.cancel({ id, reason: 'Chèque sans provision' })
    expect(await list('owing')).toContainEqual(['Aubry', 5000])
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('shows a debt at one régie even if the home is ahead at another', async () => {
    const town = await aBillingTown().open()
    onTestFinished(() => town.close())
    await openSecondRegie(town)
    owe(town, 'Marchand', 3000, '2026-11-01')
    await town.client.payments.record({
      familyId: town.family('Marchand'),
      regieId: secondRegie(town),
      means: 'cheque',
      amountCents: 10_000,
      receivedOn: '2026-11-25',
      payer: '',
      reference: '',
      chosen: null,
    })
    const { rows } = await town.client.payments.families({
      filter: 'marchand',
      show: 'all',
      balance: 'owing',
      from: 0,
      count: 10,
    })
    expect(rows).toMatchObject([{ name: 'Marchand', balanceCents: 3000 }])
  })

  it('is for who may read accounts, in the exported list too', async () => {
    const { town } = await open()
    const administrator = await town.as('administrator')
    const asked = { filter: '', show: 'all', balance: 'owing' } as const
    await expect(administrator.payments.families({ ...asked, from: 0, count: 10 })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
    await expect(
      administrator.imports.out({ format: 'csv', what: { list: 'families', ...asked } }),
    ).rejects.toMatchObject({ data: { field: 'balance' } })
    const file = await (await town.as('cashier')).imports.out({
      format: 'csv',
      what: { list: 'families', ...asked, fromCents: 9000 },
    })
    const lines = (await file.text()).trim().split('\n')
    expect(lines).toHaveLength(2)
    expect(lines[1]).toContain('Noël')
  })
})
