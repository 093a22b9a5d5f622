import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  believedHolding,
  markStaleDocuments,
  updateBelieved,
  waitingToSend,
} from '../../../main/exchange/publications.ts'
import { hashOf } from '../../../main/exchange/published/reach.ts'
import { guardian, portalAccount, portalSettings } from '../../../main/store/schema/index.ts'
import { documents as shapes } from '../../../shared/contract/portal/documents.ts'
import { holdingOf } from '../../../shared/exchange/documents.ts'
import { day, instant, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import { billing, period } from '../../support/towns/billing.ts'
import { account, close, guardianOf, invoiced, of, ofPeriod, open, pay, portal, town } from './publishing.ts'

afterEach(close)

const formerClasses = () =>
  portal.read(of('family', 'Marchand')).children.find(({ firstName }: { firstName: string }) => firstName === 'Basile')
    .formerClasses

describe('a first publication', () => {
  it('publishes everything once, each document in the shape of its kind', async () => {
    await open()
    await billing(town).book('Louison', ['2026-12-16', '2027-01-06'], 'Matin', 'Repas')
    const travelled = await portal.exchange()
    expect(travelled.toSorted()).toEqual(
      [
        'town',
        ofPeriod('period'),
        ofPeriod('places'),
        ...['Marchand', 'Fouquet'].flatMap((name) => [
          account(name),
          of('family', name),
          of('bookings', name),
          of('money', name),
        ]),
      ].toSorted(),
    )
    for (const { kind, body, hash } of portal.holds.values()) {
      const shape = shapes[kind as keyof typeof shapes]
      expect(shape.strict().parse(JSON.parse(body))).toEqual(JSON.parse(body))
      expect(hash).toBe(hashOf(body))
    }
    expect(await portal.exchange()).toEqual([])
    expect(believedHolding(town.store)).toEqual(holdingOf(portal.holds.values(), hashOf))
  })

  it('comes in the order in which a portal reads it, however small the messages', async () => {
    await open()
    const travelled = await portal.exchange({ limit: { count: 2, size: 3000 } })
    expect(travelled).toEqual(travelled.toSorted())
    expect(new Set(travelled).size).toBe(travelled.length)
    expect(travelled).toHaveLength(11)
  })

  it('knows nobody without an account', async () => {
    await open()
    town.store.sqlite.exec(`delete from portal_account where guardian_id = ${guardianOf(town, 'Fouquet')}`)
    const travelled = await portal.exchange()
    expect(travelled.filter((id) => id.endsWith(`/${town.family('Fouquet')}`) && !id.includes('period'))).toEqual([])
    expect([...portal.holds.values()].some(({ body }) => body.includes('Fouquet'))).toBe(false)
  })
})

describe('a change', () => {
  beforeEach(async () => {
    await open()
    await portal.exchange()
  })

  it('in a booking publishes the home’s cells and the places of its period', async () => {
    await billing(town).book('Louison', ['2026-12-16'], 'Matin')
    expect(await portal.exchange()).toEqual([of('bookings', 'Marchand'), ofPeriod('places')])
    expect(portal.read(of('bookings', 'Marchand')).cells).toEqual([
      {
        registration: town.registration('Louison', period),
        day: '2026-12-16',
        slot: town.slot('CLSH MERCREDI', 'Matin'),
        held: { kind: 'confirmed', cancelDenied: false },
        note: '',
      },
    ])
  })

  it('that gives up a place publishes the new rank of whoever waits for it in another home', async () => {
    const slotId = town.slot('CLSH MERCREDI', 'Matin')
    const key = (child: string) => ({ registrationId: town.registration(child, period), day: '2026-12-16', slotId })
    await town.client.activities.changeCapacity({
      periodId: town.period(period),
      day: day('2026-12-16'),
      slotId,
      capacity: 1,
    })
    await town.client.reservations.move({ cells: [key('Louison')], act: 'book' })
    await town.client.reservations.move({ cells: [key('Basile')], act: 'waitList' })
    await town.client.reservations.move({ cells: [key('Noé')], act: 'waitList' })
    await portal.exchange()
    const reason = { kind: 'written' as const, text: 'Vous avez repris votre jour' }
    await town.client.reservations.move({ cells: [key('Basile')], act: 'removeFromList', reason })
    expect(await portal.exchange()).toEqual([of('bookings', 'Marchand'), of('bookings', 'Fouquet'), ofPeriod('places')])
    expect(portal.read(of('bookings', 'Fouquet')).cells[0].held).toEqual({ kind: 'waitlisted', rank: 1 })
  })

  it('in an invoice publishes its lines, their days and reasons; once it is paid, the day', async () => {
    await invoiced('Marchand')
    await portal.exchange()
    const [line] = invoice().lines
    expect(line).toMatchObject({
      child: 'Basile Marchand',
      days: '9\u00a0déc.',
      label: expect.stringMatching(/^Basile Marchand, /),
    })
    expect(line.why).toMatch(/→/)
    expect(invoice()).not.toHaveProperty('settledOn')
    town.clock.set('2026-11-27')
    await pay('Marchand', invoice().totalCents - 100)
    town.clock.set('2026-11-30')
    await portal.exchange()
    expect(invoice()).not.toHaveProperty('settledOn')
    await pay('Marchand', 100)
    await portal.exchange()
    expect(invoice()).toMatchObject({ leftCents: 0, settledOn: '2026-11-30' })
  })

  it('by a payment publishes the account of the home', async () => {
    await pay('Marchand', 2000)
    expect(await portal.exchange()).toEqual([of('money', 'Marchand')])
    expect(portal.read(of('money', 'Marchand'))).toMatchObject({ balanceCents: -2000, on: '2026-11-25' })
  })

  it('of an address for a later day is published on that day, and before it only where prices need it', async () => {
    const address = { line1: '9 rue Haute', line2: '', postcode: '14000', town: 'Caen' }
    await town.client.families.setAddress({
      familyId: town.family('Marchand'),
      fromDay: day('2026-12-01'),
      address,
      resident: null,
    })
    expect(await portal.exchange()).toEqual([of('family', 'Marchand')])
    expect(portal.read(of('family', 'Marchand')).address.town).toBe('Blainville-sur-Orne')
    town.clock.set('2026-12-01')
    expect(await portal.exchange()).toEqual([of('family', 'Marchand'), ofPeriod('places')])
    expect(portal.read(of('family', 'Marchand')).address).toEqual(address)
  })

  it('of a class for a later day is published at once, beside the present class', async () => {
    const schooling = { childId: town.child('Basile'), schoolId: null, className: '' }
    await town.client.families.setSchooling({ ...schooling, fromDay: day('2026-09-01'), level: 'GS' })
    await town.client.families.setSchooling({ ...schooling, fromDay: day('2027-09-01'), level: 'CP' })
    await portal.exchange()
    expect(portal.read(of('family', 'Marchand')).children).toContainEqual(
      expect.objectContaining({
        schoolClass: 'GS',
        comingClasses: [{ from: '2027-09-01', school: '', schoolClass: 'CP' }],
      }),
    )
  })

  it('of a class that has ended is published for a year', async () => {
    const schooling = { childId: town.child('Basile'), schoolId: null, className: '' }
    await town.client.families.setSchooling({ ...schooling, fromDay: day('2025-09-01'), level: 'MS' })
    await town.client.families.setSchooling({ ...schooling, fromDay: day('2026-09-01'), level: 'GS' })
    await portal.exchange()
    expect(formerClasses()).toEqual([{ until: '2026-08-31', schoolClass: 'MS' }])
    town.clock.set('2027-08-31')
    await portal.exchange()
    expect(formerClasses()).toHaveLength(1)
    town.clock.set('2027-09-01')
    await portal.exchange()
    expect(formerClasses()).toBeUndefined()
  })

  it('in the places of a day publishes the period', async () => {
    await town.client.activities.changeCapacity({
      periodId: town.period(period),
      day: day('2026-12-16'),
      slotId: town.slot('CLSH MERCREDI', 'Matin'),
      capacity: 3,
    })
    expect(await portal.exchange()).toEqual([ofPeriod('period')])
  })

  it('that closes a day publishes the period, its places, and those who had booked', async () => {
    await billing(town).book('Noé', ['2026-12-16'], 'Matin')
    await portal.exchange()
    await town.client.reservations.close({
      from: '2026-12-16',
      to: '2026-12-16',
      periodIds: [town.period(period)],
      slotIds: null,
      reason: 'Sortie annulée',
      charged: false,
    })
    expect(await portal.exchange()).toEqual([of('bookings', 'Fouquet'), ofPeriod('period'), ofPeriod('places')])
    expect(portal.read(ofPeriod('period')).closed).toContainEqual({ day: '2026-12-16', why: 'Sortie annulée' })
    expect(portal.read(ofPeriod('period')).closed).toContainEqual({ day: '2026-12-23', why: 'Vacances de Noël' })
  })

  it('in a tariff publishes the periods that it prices', async () => {
    const [tariff] = await town.client.prices.tariffs()
    const version = tariff?.versions.at(-1)
    if (!tariff || !version) throw new Error('no tariff')
    await town.client.prices.saveVersion({
      tariffId: tariff.id,
      from: day('2027-01-01'),
      definition: version.definition,
    })
    expect(await portal.exchange()).toEqual([ofPeriod('period')])
  })

  it('in a booking window publishes the period', async () => {
    const {
      activity: _a,
      facility: _f,
      type: _t,
      ...input
    } = await town.client.activities.period({ id: town.period(period) })
    await town.client.activities.savePeriod({ ...input, bookingOpensAt: instant('2026-12-01T08:00:00.000Z') })
    expect(await portal.exchange()).toEqual([ofPeriod('period')])
    expect(portal.read(ofPeriod('period')).bookingWindow).toEqual({ opensAt: '2026-12-01T08:00:00.000Z' })
  })

  it('by which a family leaves withdraws all its documents, on the day', async () => {
    const run = await invoiced('Marchand')
    expect(run.issued).toBe(1)
    await portal.exchange({ papers: true })
    await town.client.reservations.leave({ familyId: town.family('Marchand'), on: day('2026-11-27'), charged: false })
    // The registrations that end and the places that they free are told at once.
    expect(await portal.exchange({ papers: true })).toEqual([
      of('bookings', 'Marchand'),
      of('family', 'Marchand'),
      ofPeriod('places'),
    ])
    town.clock.set('2026-11-27')
    const mine = ['bookings', 'family', 'money'].map((kind) => `-${of(kind, 'Marchand')}`)
    const travelled = await portal.exchange({ papers: true })
    const paper = travelled.filter((id) => id.startsWith('-paper/'))
    expect(paper).toHaveLength(2)
    expect(travelled).toEqual([ofPeriod('places'), `-${account('Marchand')}`, ...mine, ...paper].toSorted(papersLast))
    await town.client.families.comeBack({ id: town.family('Marchand') })
    expect(await portal.exchange({ papers: true })).toHaveLength(6)
  })

  it('that blocks an account publishes it as blocked', async () => {
    town.store.act(town.person, 'portal.block', 'Accès bloqué', (write) => {
      const id = write.db.select().from(portalAccount).all()[0]?.id ?? 0
      write.update(portalAccount, id, { blocked: true })
    })
    expect(await portal.exchange()).toEqual([account('Marchand')])
    expect(portal.read(account('Marchand')).blocked).toBe(true)
  })

  it('in the texts publishes the town', async () => {
    town.store.act(town.person, 'portal.texts', 'Textes', (write) => {
      write.insert(portalSettings, {
        id: 1,
        information: 'Inscriptions dès lundi.',
        nightAt: timeOfDay('02:00'),
        automatic: { bookings: false, cancellations: false, registrations: false, fields: [] },
      })
    })
    expect(await portal.exchange()).toEqual(['town'])
  })

  it('in what is not for parents publishes nothing', async () => {
    await billing(town).book('Basile', ['2026-12-09'], 'Matin')
    await portal.exchange()
    const childId = town.child('Louison')
    await town.client.families.changeHealth({ childId, allergies: 'arachide', diet: '', pai: 'trousse', doctor: '' })
    const { id, name, homePhone, beneficiaryName, benefitScheme, beneficiaryNumber, ...home } =
      await town.client.families.one({
        id: town.family('Marchand'),
      })
    await town.client.families.change({
      id,
      name,
      homePhone,
      beneficiaryName,
      benefitScheme,
      beneficiaryNumber,
      formerNumber: home.formerNumber,
      dependentChildren: home.dependentChildren,
      lastIncomeCents: home.lastIncomeCents,
      incomeUpdatedOn: home.incomeUpdatedOn,
      invoicesBy: home.invoicesBy,
      notes: 'À rappeler pour ses impayés',
    })
    await billing(town).run('2026-12')
    expect(await portal.exchange()).toEqual([])
    expect([...portal.holds.values()].some(({ body }) => /arachide|trousse|impayés/.test(body))).toBe(false)
  })

  it('of the day publishes the places, without past days', async () => {
    town.clock.set('2026-11-26')
    expect(await portal.exchange()).toEqual([ofPeriod('places')])
    town.clock.set('2026-11-27')
    expect(await portal.exchange()).toEqual([])
  })

  it('in an open act publishes nothing before the act is closed', async () => {
    const act = town.store.longAct(town.person, 'families.change', 'Un long travail')
    await act.slices([1], (write) => write.update(guardian, guardianOf(town, 'Fouquet'), { mobilePhone: '0639980000' }))
    await pay('Marchand', 500)
    expect(await portal.exchange()).toEqual([])
    act.close(() => undefined)
    expect(await portal.exchange()).toEqual([of('family', 'Fouquet'), of('money', 'Marchand')])
  })

  it('in an act that is rolled back never publishes anything', async () => {
    const act = town.store.longAct(town.person, 'families.change', 'Un long travail')
    await act.slices([1], (write) => write.update(guardian, guardianOf(town, 'Fouquet'), { mobilePhone: '0639980000' }))
    expect(await portal.exchange()).toEqual([])
    await act.rollBack()
    expect(await portal.exchange()).toEqual([])
  })

  it('that gives a mail address to another guardian keeps it the login of one account at a time', async () => {
    town.store.act(town.person, 'families.change', 'Même adresse', (write) =>
      write.update(guardian, guardianOf(town, 'Fouquet'), { email: `camille.${town.family('Marchand')}@exemple.fr` }),
    )
    expect(await portal.exchange()).toEqual([of('family', 'Fouquet'), `-${account('Fouquet')}`])
    town.store.act(town.person, 'families.change', 'Autre adresse', (write) =>
      write.update(guardian, guardianOf(town, 'Marchand'), { email: 'autre@exemple.fr' }),
    )
    expect(await portal.exchange()).toEqual([account('Marchand'), account('Fouquet'), of('family', 'Marchand')])
  })

  it('is said before it is sent', async () => {
    await billing(town).book('Louison', ['2026-12-16'], 'Matin')
    await invoiced('Marchand')
    markStaleDocuments(town.desk.core)
    expect(waitingToSend(town.store)).toEqual({
      lines: ['1\u00a0famille', 'le calendrier de 1\u00a0période'],
      papers: 1,
    })
    await portal.exchange({ papers: true })
    expect(waitingToSend(town.store)).toEqual({ lines: [], papers: 0 })
  })
})

describe('what the portal is believed to hold', () => {
  it('is put right by what it says it holds', async () => {
    await open()
    await portal.exchange()
    const lost = of('family', 'Marchand')
    const names = [...portal.holds.values()].filter(({ id }) => id !== lost)
    portal.holds.delete(lost)
    const stray = { id: 'family/999', hash: 'of another town', paperOf: null }
    updateBelieved(town.store, {
      published: [],
      unpublished: [],
      listed: { after: '', upTo: null, names: [...names, stray] },
    })
    expect(believedHolding(town.store)).toEqual(holdingOf([...names, stray], hashOf))
    expect(await portal.exchange()).toEqual([lost, '-family/999'])
    expect(believedHolding(town.store)).toEqual(holdingOf(portal.holds.values(), hashOf))
  })
})

const invoice = () => portal.read(of('money', 'Marchand')).invoices[0]

const papersLast = (one: string, other: string) =>
  Number(one.startsWith('-')) - Number(other.startsWith('-')) || (one < other ? -1 : 1)
