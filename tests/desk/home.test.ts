import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { aClock, aDesk, type TestDesk } from '../support/desk.ts'
import { aBillingTown } from '../support/towns/billing.ts'
import { aChild, aFamily, aGuardian, aHome } from '../support/towns/families.ts'
import { aTown, aWednesday } from '../support/towns/town.ts'

let town: TestDesk
beforeAll(async () => {
  town = await aDesk(aClock('2026-11-25'))
})
afterAll(() => town.close())

describe('Accueil', () => {
  const none = { count: 0, late: 0, dueOn: null }

  it('on an empty service is empty, never an error', async () => {
    expect(await town.client.home.today()).toEqual({
      day: '2026-11-25',
      beginning: { done: [], activityId: null },
      children: { expected: 0, present: 0 },
      activities: [],
      closed: [],
      next: null,
      promotable: [],
      freeing: 0,
      windows: [],
      requests: {
        waiting: 0,
        late: 0,
        bookings: none,
        cancellations: none,
        registrations: none,
        changes: none,
        signUps: none,
      },
      papers: 0,
      money: {
        toBill: [],
        owedCents: 0,
        owingFamilies: 0,
        overdueCents: 0,
        overdueFamilies: 0,
        brokenPlans: 0,
        toForwardCents: 0,
        receivedCents: 0,
        payments: 0,
        fullTills: [],
      },
      aids: { nearlyUsed: 0, endingSoon: 0 },
      files: { withoutGuardian: 0, withoutQuotient: 0, withoutAddress: 0 },
      lastBackup: null,
    })
  })

  it('counts the files that miss what a bill needs, of families with children still here', async () => {
    await aFamily(town.client, 'Complète', { children: { Ada: '2019-01-01' }, familyQuotient: 500 })
    await aFamily(town.client, 'Sans-QF', { children: { Tom: '2019-01-01' } })
    await town.client.families.create({
      home: aHome('Sans-Adresse'),
      guardians: [aGuardian('Y', 'X')],
      move: null,
      quotient: null,
      children: [{ ...aChild('Zoé', 'X', '2020-01-01'), schooling: null }],
    })
    const gone = await aFamily(town.client, 'Partie', { children: { Lou: '2019-01-01' } })
    await town.client.reservations.leave({ familyId: gone.id, on: '2026-11-01', charged: false })
    expect((await town.client.home.today()).files).toEqual({
      withoutGuardian: 0,
      // None is registered: there is nothing to price.
      withoutQuotient: 0,
      withoutAddress: 1,
    })
  })

  it('shows each role its own part', async () => {
    const animator = await (await town.as('animator')).home.today()
    expect(animator).toMatchObject({
      children: { expected: 0 },
      activities: [],
      promotable: null,
      requests: null,
      money: null,
      files: null,
    })
    const cashier = await (await town.as('cashier')).home.today()
    expect(cashier).toMatchObject({ children: null, activities: null, requests: null, money: { toBill: [] } })
  })

  it('on a closed day shows the next open day', async () => {
    const closed = await aTown().with(aWednesday()).open(aClock('2026-11-28'))
    const { activities, next } = await closed.client.home.today()
    expect(activities).toEqual([])
    expect(next).toMatchObject({ day: '2026-12-02', activities: [{ activity: 'CLSH MERCREDI', expected: 0 }] })
    await closed.close()
  })
})

describe('a new service', () => {
  it('is led from its first facility to its first family, and no longer once nothing lacks', async () => {
    const town = await aDesk()
    onTestFinished(() => town.close())
    const done = async () => (await town.client.home.today()).beginning?.done
    expect(await done()).toEqual([])
    await town.client.settings.saveFacility({
      name: 'Centre de loisirs',
      address: '',
      contact: '',
      phone: '',
      archived: false,
    })
    expect(await done()).toEqual(['facility'])
    const billing = await aBillingTown().open()
    onTestFinished(() => billing.close())
    expect((await billing.client.home.today()).beginning).toBeNull()
  })
})
