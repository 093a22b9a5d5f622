import { describe, expect, it, onTestFinished } from 'vitest'
import { moneyDocuments } from '../../../../main/exchange/published/money.ts'
import { reachOn } from '../../../../main/exchange/published/reach.ts'
import { pick } from '../../../../shared/collections.ts'
import type { Regie } from '../../../../shared/contract/desk/money/regies.ts'
import { today } from '../../../../shared/rules/calendar/day.ts'
import { giveAccount } from '../../../exchange/published/publishing.ts'
import { aBillingTown, billing } from '../../../support/towns/billing.ts'
import { aRegieInput } from '../../../support/towns/regies.ts'

/** Louison's lunch of a Wednesday in December, 4,50 €, with these rules of the régie. */
const open = async (rules: Partial<Regie>) => {
  const town = await aBillingTown().open()
  onTestFinished(() => town.close())
  const [first] = await town.client.regies.list()
  if (!first) throw new Error('the town has a régie')
  const known = pick(first, Object.keys(aRegieInput()) as (keyof ReturnType<typeof aRegieInput>)[])
  await town.client.regies.save({ ...known, name: 'Régie', natures: aRegieInput().natures, ...rules, id: first.id })
  const desk = billing(town)
  const issue = async (day: string) => {
    await desk.book('Louison', [day], 'Repas')
    const { id } = await desk.run(day.slice(0, 7))
    await desk.issue(id)
    return town.client.invoicing.paper({ id: (await desk.paper('Marchand')).id })
  }
  const familyId = town.family('Marchand')
  return {
    ...desk,
    town,
    issue,
    debts: async () => (await town.client.payments.owed({ familyId })).debts,
    published: () => moneyDocuments(town.store, reachOn(today(town.clock)), [familyId]).get(familyId)?.invoices,
  }
}

describe('what is less than the threshold of its régie', () => {
  it('is carried over: the invoice has no due day until the next one asks for both', async () => {
    const { town, issue, debts, published, findings } = await open({ carryBelowCents: 500 })
    const first = await issue('2026-12-09')
    expect(first).toMatchObject({ totalCents: 450, dueOn: null, payment: { carryBelowCents: 500 } })
    expect(await debts()).toMatchObject([{ leftCents: 450, dueOn: null }])
    giveAccount(town, 'Marchand')
    expect(published()).toMatchObject([{ leftCents: 450, dueOn: null }])
    const second = await issue('2027-01-06')
    expect(second.carriedOver).toMatchObject([{ amount: 450 }])
    expect(second.dueOn).not.toBeNull()
    const dueOn = second.dueOn
    expect(await debts()).toMatchObject([{ dueOn }, { dueOn }])
    expect(published()?.map((one) => one.dueOn)).toEqual([dueOn, dueOn])
    expect(findings()).toEqual([])
  })

  it('is exactly less: an invoice of the threshold itself has its due day', async () => {
    const { issue } = await open({ carryBelowCents: 450 })
    expect((await issue('2026-12-09')).dueOn).not.toBeNull()
  })
})

describe('the account of a régie', () => {
  it('is printed as a code of a transfer', async () => {
    const { issue } = await open({ iban: 'FR76 1007 1140 0000 0000 1234 582', bic: 'trpufrp1' })
    expect((await issue('2026-12-09')).payment.codes?.transfer).toMatchObject({
      iban: 'FR7610071140000000001234582',
      bic: 'TRPUFRP1',
    })
  })

  it('is refused with a wrong key, at its field', async () => {
    await expect(open({ iban: 'FR76 1007 1140 0000 0000 1234 583' })).rejects.toMatchObject({
      data: { field: 'iban' },
    })
  })
})
