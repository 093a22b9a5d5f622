import { afterEach, describe, expect, it } from 'vitest'
import { readBoard } from '../../../main/desk/reservations/board/board.ts'
import { registrationsIn } from '../../../main/desk/reservations/reservations-store.ts'
import type { Login } from '../../../main/portal/account/accounts.ts'
import { publish } from '../../../main/portal/exchange/publications.ts'
import { factsIn, homeOf, requireRegistered } from '../../../main/portal/family/homes.ts'
import * as pages from '../../../main/portal/pages/pages.ts'
import { openPortal, type Portal } from '../../../main/portal/portal.ts'
import { estimates } from '../../../main/portal/reservations/estimate.ts'
import { organisation, registration } from '../../../main/store/schema/index.ts'
import { type Day, day, daysBetween } from '../../../shared/rules/calendar/day.ts'
import { cellText } from '../../../shared/rules/cell/cell-texts.ts'
import { quickStore } from '../../support/machine/quick-store.ts'
import { billing, period } from '../../support/towns/billing.ts'
import { anAidInput, aThirdPartyInput } from '../../support/towns/payers.ts'
import { aRegistration } from '../../support/towns/town.ts'
import {
  act,
  close,
  giveSecondHome,
  guardianOf,
  invoiced,
  of,
  ofPeriod,
  open,
  pay,
  portal,
  share,
  town,
} from './publishing.ts'

afterEach(close)

describe('two homes', () => {
  it('of one child never see each other', async () => {
    await open()
    await town.client.families.linkChild({ familyId: town.family('Fouquet'), childId: town.child('Louison') })
    await aRegistration('Fouquet', 'Louison', period)(town)
    await town.client.reservations.move({
      cells: [
        {
          registrationId: town.registration('Louison', period),
          day: '2026-12-16',
          slotId: town.slot('CLSH MERCREDI', 'Matin'),
        },
      ],
      act: 'book',
    })
    await portal.exchange()
    const mine = ['family', 'bookings', 'money'].map((kind) => portal.holds.get(of(kind, 'Marchand'))?.body ?? '')
    const theirs = ['family', 'bookings', 'money'].map((kind) => portal.holds.get(of(kind, 'Fouquet'))?.body ?? '')
    expect(mine.every((body) => !/Fouquet|Noé/.test(body))).toBe(true)
    expect(portal.read(of('bookings', 'Marchand')).cells).toEqual([])
    expect(portal.read(of('bookings', 'Fouquet')).cells).toHaveLength(1)
    const { children, guardians } = portal.read(of('family', 'Fouquet')) as {
      children: { firstName: string; lastName: string }[]
      guardians: { name: string }[]
    }
    expect(children.map(({ firstName }) => firstName).toSorted()).toEqual(['Louison', 'Noé'])
    expect(guardians.map(({ name }) => name)).toEqual(['Camille Fouquet'])
    expect(theirs.every((body) => !/Basile|Camille Marchand/.test(body))).toBe(true)
  })
})

const addPickup = (name: string, allowed: boolean, phone = '06 39 98 27 15') =>
  town.client.families.addPickup({ childId: town.child('Louison'), name, relation: 'Voisine', phone, allowed })
const pickupsTold = (family: string) =>
  (
    portal.read(of('family', family)).children as { firstName: string; pickups: { name: string; phone: string }[] }[]
  ).find(({ firstName }) => firstName === 'Louison')?.pickups

describe('those who may fetch a child', () => {
  it('are published to the home, those who may not fetch to nobody, and a change republishes nothing else', async () => {
    await open()
    await portal.exchange()
    expect(pickupsTold('Marchand')).toEqual([])
    await addPickup('Alphonse Interdit', false, '06 39 98 00 13')
    expect(await portal.exchange()).toEqual([])
    await addPickup('Odile Sorel', true)
    expect(await portal.exchange()).toEqual([of('family', 'Marchand')])
    expect(pickupsTold('Marchand')).toEqual([{ name: 'Odile Sorel', relation: 'Voisine', phone: '06 39 98 27 15' }])
    const [odile] = (await town.client.families.one({ id: town.family('Marchand') })).children.flatMap(({ pickups }) =>
      pickups.filter(({ name }) => name === 'Odile Sorel'),
    )
    if (!odile) throw new Error('Odile is on the list')
    await town.client.families.changePickup({ ...odile, allowed: false })
    expect(await portal.exchange()).toEqual([of('family', 'Marchand')])
    expect(pickupsTold('Marchand')).toEqual([])
    for (const { body } of portal.holds.values()) expect(body).not.toMatch(/Interdit|98 00 13|Odile/)
  })

  it('are published without their phones as soon as the child has two homes', async () => {
    await open()
    await addPickup('Odile Sorel', true)
    await portal.exchange()
    await town.client.families.linkChild({ familyId: town.family('Fouquet'), childId: town.child('Louison') })
    expect((await portal.exchange()).toSorted()).toEqual([of('family', 'Marchand'), of('family', 'Fouquet')].toSorted())
    const untold = [{ name: 'Odile Sorel', relation: 'Voisine', phone: '' }]
    expect([pickupsTold('Marchand'), pickupsTold('Fouquet')]).toEqual([untold, untold])
  })
})

describe('shared custody', () => {
  it('shows each home the days of the other, and both when they change', async () => {
    await openShared()
    expect(otherDays('Marchand')).toEqual([])
    await share('2026-12-07')
    expect(await portal.exchange()).toEqual([of('bookings', 'Marchand'), of('bookings', 'Fouquet')])
    expect(otherDays('Marchand').slice(0, 8)).toEqual([
      ...daysBetween(day('2026-12-14'), day('2026-12-20')),
      day('2026-12-28'),
    ])
    expect(otherDays('Fouquet').slice(0, 8)).toEqual([
      ...daysBetween(day('2026-12-07'), day('2026-12-13')),
      day('2026-12-21'),
    ])
    expect(otherDays('Marchand').at(-1)).toBe('2027-06-27')
    expect(new Set([...otherDays('Marchand'), ...otherDays('Fouquet')]).size).toBe(
      daysBetween(day('2026-12-07'), day('2027-06-30')).length,
    )
    await town.client.reservations.changeCustody({
      childId: town.child('Louison'),
      change: { kind: 'days', days: [day('2026-12-16')], home: town.family('Marchand') },
      decisions: [],
    })
    expect(await portal.exchange()).toEqual([of('bookings', 'Marchand'), of('bookings', 'Fouquet')])
    expect(otherDays('Marchand')).not.toContain('2026-12-16')
    expect(otherDays('Fouquet')).toContain('2026-12-16')
  })

  it('with halves of holidays, a change of zone moves days for both homes', async () => {
    await openShared()
    await share('2026-09-01', 'Fouquet', true)
    await portal.exchange()
    expect(otherDays('Marchand')).not.toContain('2027-02-08')
    act((write) => write.update(organisation, 1, { schoolZone: 'C' }))
    expect(await portal.exchange()).toEqual([of('bookings', 'Marchand'), of('bookings', 'Fouquet'), ofPeriod('period')])
    expect(otherDays('Marchand')).toContain('2027-02-08')
  })

  it('is not published again as days go by', async () => {
    await openShared()
    await share('2026-09-01')
    await portal.exchange()
    town.clock.set('2026-11-26')
    expect(await portal.exchange()).toEqual([ofPeriod('places')])
  })

  it('a parent sees « jour de l’autre foyer » and cannot ask for it', async () => {
    await openShared()
    await share('2026-12-07')
    await portal.exchange()
    await onPortal(async (far) => {
      // The last registration of Louison is that of her second home.
      const cells = await cellsOnPortal(far, loginOf('Fouquet'), 'Louison')
      expect(cells).toEqual(cellsAtDesk('Fouquet', 'Louison'))
      const morning = `2026-12-09 ${town.slot('CLSH MERCREDI', 'Matin')}`
      expect(cells.find(([where]) => where === morning)?.[1]).toBe('Case grisée. Jour de l’autre foyer.')
    })
  })
})

const openShared = async () => {
  await open()
  await giveSecondHome()
  await portal.exchange()
}
const otherDays = (family: string) =>
  (portal.read(of('bookings', family)).otherDays as { child: number; day: Day }[]).map((one) => one.day)

describe('a parent on the portal', () => {
  it('sees the cells, the balance and the prices of the desk', async () => {
    await open()
    const slotId = town.slot('CLSH MERCREDI', 'Matin')
    const key = (child: string, on: string) => ({ registrationId: town.registration(child, period), day: on, slotId })
    await billing(town).book('Louison', ['2026-12-16', '2027-01-06'], 'Matin', 'Repas')
    await town.client.activities.changeCapacity({
      periodId: town.period(period),
      day: '2027-01-13',
      slotId,
      capacity: 1,
    })
    await billing(town).book('Noé', ['2027-01-13'], 'Matin')
    await town.client.reservations.move({ cells: [key('Louison', '2027-01-13')], act: 'waitList' })
    const { id: ccas } = await town.client.payers.saveThirdParty(aThirdPartyInput('CCAS'))
    const perHour = anAidInput(null, { label: 'Geste de la ville', per: 'hour', percent: null, amountCents: 50 })
    for (const [family, aid] of [
      ['Marchand', anAidInput(ccas, { ceilingCents: 2000 })],
      ['Fouquet', perHour],
    ] as const)
      await town.client.payers.promise({ aid, beneficiaries: [{ familyId: town.family(family), childId: null }] })
    const agent = { category: 'Agent', fromDay: day('2026-09-01'), toDay: null }
    const louison = town.child('Louison')
    await town.client.families.setCategory({ ...agent, familyId: null, childId: louison })
    await invoiced('Marchand')
    await pay('Marchand', 300)
    const {
      facility: _f,
      type: _t,
      ...wednesdays
    } = await town.client.activities.get({
      id: town.activity('CLSH MERCREDI'),
    })
    await town.client.activities.save({ ...wednesdays, maximumAge: 5 })
    town.store.act(town.person, 'families.change', 'Dérogation', (write) =>
      write.update(registration, town.registration('Noé', period), { overrideReason: 'Accord du maire' }),
    )
    await portal.exchange()
    expect(portal.holds.get(of('family', 'Fouquet'))?.body).not.toContain('Accord du maire')
    const [registered] = portal.read(of('family', 'Marchand')).registrations as { activity: number }[]
    expect(portal.read(of('family', 'Marchand')).priceCategories).toEqual([
      { from: agent.fromDay, child: louison, category: agent.category },
    ])
    expect(registered?.activity).toBe(town.activity('CLSH MERCREDI'))
    const found: [string, string, ReturnType<typeof estimates>[number]][] = []
    await onPortal(async (far) => {
      for (const [family, children] of Object.entries({ Marchand: ['Louison', 'Basile'], Fouquet: ['Noé'] })) {
        const login = loginOf(family)
        for (const child of children) expect(await cellsOnPortal(far, login, child)).toEqual(cellsAtDesk(family, child))
        const { money } = await pages.account(far, login)
        expect(money?.balanceCents).toBe(await billing(town).balance(family))
        const { invoices } = money ?? { invoices: [] }
        expect(invoices.reduce((sum, { leftCents }) => sum + leftCents, 0)).toBe(money?.balanceCents)
        const [child = ''] = children
        found.push([family, child, await priceOnPortal(far, login, child)])
      }
    })
    for (const [family, child, { totalCents, warnings }] of found) {
      expect(totalCents).toBe(await costAtDesk(family, child))
      expect(warnings.map(plain).filter((text) => text.includes('plafond'))).toEqual(
        family === 'Marchand' ? ['Mercredis : plafond de 20,00 € atteint, la famille paie le reste.'] : [],
      )
    }
    const [invoice] = portal.read(of('money', 'Marchand')).invoices as { lines: { why: string }[]; remarks: string[] }[]
    const why = plain(invoice?.lines.map((line) => line.why).join('\n') ?? '')
    expect(why).toMatch(/^Mercredis, 40 % du reste, aide payée par CCAS → /m)
    expect(why).not.toContain('pris sur')
    expect(invoice?.remarks.map(plain)).toEqual([
      expect.stringMatching(/^Mercredis : \d,\d\d € pris sur 20,00 € ; il reste /),
    ])
  })
})

/** A portal that holds what was published. */
const onPortal = async (look: (far: Portal) => Promise<void>) => {
  const far = await openPortal({
    store: await quickStore(),
    clock: town.clock,
    log: () => undefined,
    address: 'https://portail.exemple.fr',
    mail: null,
  })
  try {
    await publish(far, { documents: [...portal.holds.values()], withdrawn: [] })
    await look(far)
  } finally {
    await far.close()
  }
}

const from = day('2026-11-25')
const to = day('2027-02-15')

const loginOf = (family: string): Login => ({
  guardianId: guardianOf(town, family),
  name: '',
  email: '',
  sessionId: '',
  familyId: town.family(family),
  families: [town.family(family)],
})

const cellsOnPortal = async (far: Portal, login: Login, child: string) => {
  const { cells } = await pages.calendar(far, login, { registration: town.registration(child, period), from, to })
  const shown = cells.map(({ day: on, slot, facts }) => [`${on} ${slot}`, cellText(facts), facts.placesLeft])
  return shown.toSorted(([one = ''], [other = '']) => (one < other ? -1 : 1))
}

const cellsAtDesk = (family: string, child: string) => {
  const periodId = town.period(period)
  const rows = registrationsIn(town.store, periodId, town.family(family))
  const board = readBoard(town.store, town.clock(), periodId, rows, from, to)
  const row = rows.find(({ id }) => id === town.registration(child, period))
  if (!row) throw new Error(`${child} is not registered`)
  const shown = [...board.openings.values()].map(({ day: on, slotId }) => {
    const facts = board.facts(row, on, slotId)
    return [`${on} ${slotId}`, cellText(facts), facts.placesLeft]
  })
  return shown.toSorted(([one = ''], [other = '']) => (one < other ? -1 : 1))
}

const wished = [day('2027-01-20'), day('2027-01-27')]
const slotsWished = ['Matin', 'Repas', 'Après-midi']

const priceOnPortal = async (far: Portal, login: Login, child: string) => {
  const home = await homeOf(far.store.db, login)
  const registered = requireRegistered(home, town.registration(child, period))
  const factsOf = factsIn(home, registered, town.clock())
  const changes = wished.flatMap((on) =>
    slotsWished.flatMap((name) => {
      const slotId = town.slot('CLSH MERCREDI', name)
      const facts = factsOf(on, slotId)
      return facts ? [{ slotId, facts, wish: 'book' as const, isWaiting: false }] : []
    }),
  )
  const [found] = estimates(home, [{ registered, changes }])
  if (!found) throw new Error('the days have an estimate')
  return found
}

/** What the family pays more once these days are booked. */
const costAtDesk = async (family: string, child: string) => {
  const months = { familyId: town.family(family), childId: town.child(child), month: '2027-01' as const }
  const before = await town.client.payers.whoPays(months)
  const cells = wished.flatMap((on) =>
    slotsWished.map((name) => ({
      registrationId: town.registration(child, period),
      day: on,
      slotId: town.slot('CLSH MERCREDI', name),
    })),
  )
  // The child is too old since.
  const reason = { kind: 'written' as const, text: 'Accord du service' }
  await town.client.reservations.move({ cells, act: 'book', reason })
  return (await town.client.payers.whoPays(months)).familyCents - before.familyCents
}

const plain = (text: string) => text.replaceAll('\u00a0', ' ')
