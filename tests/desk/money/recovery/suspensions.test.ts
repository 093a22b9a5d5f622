import { describe, expect, it, onTestFinished } from 'vitest'
import { bookingsDocuments } from '../../../../main/exchange/published/families.ts'
import { moneyDocuments } from '../../../../main/exchange/published/money.ts'
import { reachOn } from '../../../../main/exchange/published/reach.ts'
import type { RegieInput } from '../../../../shared/contract/desk/money/regies.ts'
import { balanceShown } from '../../../../shared/pages/money/account.ts'
import { day, instantOf, timeOfDay, today } from '../../../../shared/rules/calendar/day.ts'
import { aFarSide, giveAccount, pair } from '../../../exchange/published/publishing.ts'
import { aPortalOf } from '../../../support/collected.ts'
import { aClock, aMember } from '../../../support/desk.ts'
import { aBillingTown, billing, period } from '../../../support/towns/billing.ts'
import { aRegieInput } from '../../../support/towns/regies.ts'
import { anActivity, aPeriod, aRegistration } from '../../../support/towns/town.ts'

const canteen = 'CANTINE'
const canteenYear = 'Cantine 2026/2027'

/** Marchand owes 11,00 € of December, due on 9 January 2027, to a régie that suspends bookings beyond 5,00 €. */
const open = async (changes: Partial<RegieInput> = {}) => {
  const clock = aClock()
  const town = await aBillingTown()
    .with(anActivity(canteen, { type: 'Restauration', slots: { Repas: ['12:00', '13:30'] } }))
    .with(aPeriod(canteenYear, canteen, { weekdays: [1, 2, 4, 5] }))
    .with(aRegistration('Marchand', 'Louison', canteenYear))
    .open(clock)
  onTestFinished(() => town.close())
  const gestures = billing(town)
  await gestures.book('Louison', ['2026-12-09', '2026-12-16'], 'Matin')
  clock.set('2026-12-10')
  const { id } = await gestures.run()
  await gestures.issue(
    id,
    (await gestures.drafts(id)).map((draft) => draft.id),
  )
  const setRegie = async (input: Partial<RegieInput>) => {
    const [first] = await town.client.regies.list()
    return town.client.regies.save({ ...aRegieInput(input), id: first?.id ?? 1, name: 'Régie', prefix: null })
  }
  const suspending = { suspendAboveCents: 500, allowsPlans: true, ...changes }
  await setRegie(suspending)
  const marchand = town.family('Marchand')
  const cell = (on: string, child = 'Louison', slot = 'Matin') => ({
    registrationId: town.registration(child, period),
    day: day(on),
    slotId: town.slot('CLSH MERCREDI', slot),
  })
  const meal = (on: string) => ({
    registrationId: town.registration('Louison', canteenYear),
    day: day(on),
    slotId: town.slot(canteen, 'Repas'),
  })
  const pay = (amountCents: number, receivedOn: string) =>
    town.client.payments.record({
      familyId: marchand,
      means: 'cheque',
      amountCents,
      receivedOn,
      payer: '',
      reference: '',
      chosen: null,
    })
  const state = async (on: string) => (await town.client.reservations.cell(cell(on))).state
  const { move } = town.client.reservations
  return {
    town,
    setRegie,
    suspending,
    marchand,
    cell,
    meal,
    pay,
    state,
    move,
    at: (on: string) => clock.set(on),
    ...gestures,
  }
}

const sentence = 'Réservations suspendues\u00a0: appelez la régie'

describe('bookings suspended by a debt', () => {
  it('are refused once the debt is past due, until it is paid; nothing booked moves', async () => {
    const { cell, state, move, pay, at, findings } = await open()
    at('2027-01-09')
    expect(await state('2027-02-03')).toBe('free')
    await move({ cells: [cell('2027-02-03')], act: 'book' })
    at('2027-01-10')
    expect([await state('2027-02-03'), await state('2027-02-10')]).toEqual(['confirmed', 'closed'])
    const { refused } = await move({ cells: [cell('2027-02-10')], act: 'book' })
    expect(refused).toMatchObject([{ sentence: expect.stringContaining(sentence), needs: 'writtenReason' }])
    expect((await move({ cells: [cell('2027-02-03')], act: 'free' })).refused).toEqual([])
    // 5,00 € are not more than 5,00 €.
    await pay(600, '2027-01-10')
    expect(await state('2027-02-10')).toBe('free')
    expect(findings()).toEqual([])
  })

  it('are passed by a Directeur with a reason, kept in the history; an agent cannot', async () => {
    const { town, cell, at } = await open()
    at('2027-01-10')
    const agent = await aMember(town.desk, town.client, { name: 'Léa Morin', login: 'lea', roles: ['receptionist'] })
    const reason = { kind: 'written' as const, text: 'Accord du maire' }
    const wanted = { cells: [cell('2027-02-10')], act: 'book' as const, reason }
    expect((await agent.reservations.move(wanted)).refused).toMatchObject([
      { sentence: expect.stringContaining('Passer outre demande le rôle Directeur'), needs: null },
    ])
    const demand = { cells: [cell('2027-02-17')], act: 'enterDemand' as const }
    expect((await agent.reservations.move(demand)).refused).toHaveLength(1)
    expect((await town.client.reservations.move(wanted)).refused).toEqual([])
    const { story } = await town.client.reservations.cell(cell('2027-02-10'))
    expect(JSON.stringify(story)).toContain('Accord du maire')
  })

  it('do not touch what is asked, waited for, or asked with a registration', async () => {
    const { town, cell, move, at, state } = await open()
    const portal = aPortalOf(town)
    at('2027-01-08')
    portal.collect(
      portal.demande(
        'a',
        'Marchand',
        'Louison',
        'book',
        instantOf(day('2027-01-08'), timeOfDay('09:00')),
        cell('2027-02-10'),
      ),
    )
    await move({ cells: [cell('2027-02-17')], act: 'waitList' })
    at('2027-01-10')
    expect([await state('2027-02-10'), await state('2027-02-17')]).toEqual(['requestSent', 'waitlisted'])
    expect((await move({ cells: [cell('2027-02-10')], act: 'accept' })).refused).toEqual([])
    expect((await move({ cells: [cell('2027-02-17')], act: 'promote' })).refused).toEqual([])
    // The portal did not know yet: a demande that it recorded still waits for staff.
    portal.collect(
      portal.demande(
        'b',
        'Marchand',
        'Louison',
        'book',
        instantOf(day('2027-01-10'), timeOfDay('09:00')),
        cell('2027-01-27'),
      ),
    )
    expect(await state('2027-01-27')).toBe('requestSent')
  })

  it('skip the days of a week that staff apply, and say why', async () => {
    const { town, at } = await open()
    at('2027-01-10')
    const { filled, skipped } = await town.client.reservations.applyWeek({
      registrationId: town.registration('Basile', period),
      from: day('2027-02-01'),
      week: [{ weekday: 3, slotId: town.slot('CLSH MERCREDI', 'Matin') }],
    })
    expect(filled).toEqual([])
    expect(skipped.filter(({ reason }) => reason.includes(sentence)).length).toBeGreaterThan(10)
  })

  it('never concern a school canteen, nor another family', async () => {
    const { town, cell, meal, move, setRegie, at, suspending } = await open()
    at('2027-01-10')
    expect((await move({ cells: [meal('2027-02-02')], act: 'book' })).refused).toEqual([])
    expect((await move({ cells: [cell('2027-02-10', 'Noé')], act: 'book' })).refused).toEqual([])
    await expect(setRegie({ ...suspending, suspendActivityIds: [town.activity(canteen)] })).rejects.toMatchObject({
      data: { field: 'suspendActivityIds', sentence: expect.stringContaining('L131-13') },
    })
  })

  it('begin and end with the setting, and with a plan that is kept', async () => {
    const { town, state, setRegie, suspending, at, marchand, pay } = await open()
    at('2027-01-10')
    await setRegie({ ...suspending, suspendAboveCents: null })
    expect(await state('2027-02-10')).toBe('free')
    await setRegie({ ...suspending, suspendActivityIds: [] })
    expect(await state('2027-02-10')).toBe('free')
    await setRegie(suspending)
    expect(await state('2027-02-10')).toBe('closed')
    const debts = [{ invoiceId: 1, openingDebtId: null, leftCents: 1100 }]
    const parts = [
      { dueOn: day('2027-01-20'), cents: 550 },
      { dueOn: day('2027-02-20'), cents: 550 },
    ]
    await town.client.recovery.plan({ familyId: marchand, thirdPartyId: null, debts, parts })
    expect(await state('2027-02-10')).toBe('free')
    at('2027-01-21')
    expect(await state('2027-02-10')).toBe('closed')
    await pay(550, '2027-01-21')
    expect(await state('2027-02-10')).toBe('free')
  })

  it('wait for the debt of a home whose money ahead is kept for a refund', async () => {
    const { town, marchand, state, at } = await open()
    at('2027-01-10')
    // Its debt is paid, then more comes, which is to be given back; then the payment of the debt turns out unpaid.
    const { id } = await town.client.payments.record({
      familyId: marchand,
      means: 'cheque',
      amountCents: 1100,
      receivedOn: '2027-01-10',
      payer: '',
      reference: '',
      chosen: null,
    })
    await town.client.payments.record({
      familyId: marchand,
      means: 'cheque',
      amountCents: 1100,
      receivedOn: '2027-01-10',
      payer: '',
      reference: '',
      chosen: null,
    })
    await town.client.payments.recordRefund({
      familyId: marchand,
      means: 'paymentOrder',
      amountCents: 1100,
      reason: 'Versé deux fois',
      paidOn: null,
      reference: '',
    })
    await town.client.payments.cancel({ id, reason: 'Chèque rejeté' })
    expect(await state('2027-02-10')).toBe('closed')
  })

  it('are published to the portal of that home only, with the amount in Mon compte alone, as days pass and money comes', async () => {
    const { town, marchand, pay, at, setRegie, suspending } = await open()
    giveAccount(town, 'Marchand')
    giveAccount(town, 'Fouquet')
    pair(town)
    const portal = aFarSide(town)
    /** What the portal has is what would be published from nothing. */
    const told = async () => {
      await portal.exchange()
      const reach = reachOn(today(town.clock))
      for (const family of ['Marchand', 'Fouquet']) {
        const id = town.family(family)
        expect(portal.read(`bookings/${id}`)).toEqual(bookingsDocuments(town.store, reach, [id]).get(id))
        expect(portal.read(`money/${id}`)).toEqual(moneyDocuments(town.store, reach, [id]).get(id))
      }
      expect(portal.read(`bookings/${town.family('Fouquet')}`).suspended).toBeUndefined()
      return portal.read(`bookings/${marchand}`).suspended
    }
    at('2027-01-09')
    expect(await told()).toBeUndefined()
    at('2027-01-10')
    expect(await told()).toEqual([
      { activities: [town.activity('CLSH MERCREDI')], regie: '', phone: expect.any(String) },
    ])
    const money = portal.read(`money/${marchand}`)
    const lines = balanceShown(money, 0, undefined).lines.map(({ text }) => JSON.stringify(text))
    expect(lines).toContainEqual(expect.stringMatching(/Réservations suspendues\u00a0: 11,00\u00a0€/))
    await setRegie({ ...suspending, suspendAboveCents: 2000 })
    expect(await told()).toBeUndefined()
    await setRegie(suspending)
    expect(await told()).toBeDefined()
    await pay(1100, '2027-01-10')
    expect(await told()).toBeUndefined()
  })

  it('are judged when the booking is written: of two workstations at once, neither books past the new setting', async () => {
    const { cell, move, setRegie, suspending, at, state } = await open({ suspendAboveCents: null })
    at('2027-01-10')
    const [booked] = await Promise.all([
      move({ cells: [cell('2027-02-10')], act: 'book' }),
      setRegie({ ...suspending, suspendAboveCents: 500 }),
      move({ cells: [cell('2027-01-27')], act: 'book' }),
    ])
    // Whichever came first, a cell that was refused is free of any booking, and one that was booked stays.
    expect(await state('2027-02-10')).toBe(booked.refused.length > 0 ? 'closed' : 'confirmed')
    const late = await move({ cells: [cell('2027-03-10')], act: 'book' })
    expect(late.refused).toHaveLength(1)
  })
})
