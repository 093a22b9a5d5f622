import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkFile } from '../../../main/store/checking/check.ts'
import { aFamily, anActivity, aPeriod, aRegistration, aTown, aWednesday } from '../../support/towns/town.ts'
import {
  activity,
  at,
  clock,
  monday,
  open,
  openInstead,
  period,
  portal,
  sentenceOf,
  staff,
  told,
  town,
  tuesday,
} from '../two-families.ts'

beforeEach(() => open())
afterEach(() => town.close())

const registrationsOf = async () =>
  (await town.client.registrations.ofFamily({ familyId: town.family('Yvon') })).map((one) => one.state)

describe('a registration asked for', () => {
  it('is « ? » with its instant and its typical week, then answered with its days', async () => {
    const week = [{ weekday: 3, slot: town.slot(activity, 'Matin') }]
    portal.collect(portal.registration('r', 'Yvon', 'Côme', period, monday, { week }))
    const [item] = await town.client.requests.queue()
    expect(item).toMatchObject({ key: { kind: 'registration' }, recordedAt: monday })
    expect(await town.client.requests.one(item?.key ?? { kind: 'registration', registrationId: 1 })).toMatchObject({
      askedBy: 'Camille Yvon',
      receipt: 'R-2026-004818',
    })
    if (item?.key.kind !== 'registration') throw new Error('a registration waits')
    await town.client.requests.decide({ decisions: [{ ...item.key, act: 'accept', reason: '' }] })
    const [answer] = portal.tell()
    expect(answer).toMatchObject({ of: 'r', answer: 'accepted' })
    expect(answer?.reason).toMatch(
      /^L’inscription de Côme à «\sALSH mercredi 2026\/2027\s» est acceptée, avec \d+\sjours réservés\.$/,
    )
    expect(answer?.facts.length).toBeGreaterThan(20)
  })

  it('during the residents’ booking window is refused to a home from elsewhere, even if the portal recorded it', async () => {
    await openInstead(
      aTown()
        .with(aFamily('Yvon', { children: { Côme: {} } }))
        .with(aFamily('Hamel', { children: { Alix: {} }, town: 'Caen' }))
        .with(anActivity(activity))
        .with(aPeriod(period, activity, { residentsOpenAt: at('2026-11-20'), registrationOpensAt: at('2026-12-01') })),
    )
    portal.collect(
      portal.registration('here', 'Yvon', 'Côme', period, monday),
      portal.registration('elsewhere', 'Hamel', 'Alix', period, monday),
    )
    expect(await registrationsOf()).toEqual(['asked'])
    expect(portal.tell()).toMatchObject([
      { of: 'elsewhere', answer: 'refused', reason: expect.stringContaining('Les inscriptions ouvrent le') },
    ])
  })

  it('its days are judged at the instant when it was asked for, however long the answer took', async () => {
    const week = [{ weekday: 3, slot: town.slot(activity, 'Matin') }]
    portal.collect(portal.registration('r', 'Yvon', 'Côme', period, at('2026-11-24'), { week, from: '2026-12-02' }))
    clock.set('2026-11-30')
    const [item] = await town.client.requests.queue()
    if (item?.key.kind !== 'registration') throw new Error('a registration waits')
    const { week: given } = await town.client.requests.decide({
      decisions: [{ ...item.key, act: 'accept', reason: '' }],
    })
    expect(given.filled[0]?.day).toBe('2026-12-02')
  })

  it('its days are judged as of the opening of reservations when it is accepted before', async () => {
    await openInstead(
      aTown()
        .with(aFamily('Yvon', { children: { Côme: {} } }))
        .with(anActivity(activity))
        .with(aPeriod(period, activity, { bookingOpensAt: at('2026-12-15') })),
    )
    const week = [{ weekday: 3, slot: town.slot(activity, 'Matin') }]
    portal.collect(portal.registration('r', 'Yvon', 'Côme', period, monday, { week }))
    const [item] = await town.client.requests.queue()
    if (item?.key.kind !== 'registration') throw new Error('a registration waits')
    const { week: given } = await town.client.requests.decide({
      decisions: [{ ...item.key, act: 'accept', reason: '' }],
    })
    expect(given.filled[0]?.day).toBe('2027-01-06')
    expect(given.skipped.find((one) => one.day === '2026-12-16')?.reason).toContain('Trop tard')
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('says which of its days wait, and which were asked for too late', async () => {
    await openInstead(
      aTown()
        .with(aFamily('Yvon', { children: { Côme: {} } }))
        .with(aFamily('Gosselin', { children: { Noé: {} } }))
        .with(aWednesday({ capacity: 1 }))
        .with(aRegistration('Gosselin', 'Noé', period)),
    )
    await staff('Noé', 'book')
    const week = [{ weekday: 3, slot: town.slot(activity, 'Matin') }]
    const dates = { week, from: '2026-11-25', to: '2026-12-31' }
    portal.collect(portal.registration('r', 'Yvon', 'Côme', period, monday, dates))
    const [item] = await town.client.requests.queue()
    if (item?.key.kind !== 'registration') throw new Error('a registration waits')
    const text =
      /est acceptée, avec 2\sjours réservés et 1\sjour en liste d’attente\s: [a-z]+\. \d+[^.]* [a-zéû]+\.? Il était trop tard pour réserver 1\sjour\s: mer\. 25 nov\.$/
    expect((await town.client.requests.one(item.key))?.registration?.familyReads).toMatch(text)
    await town.client.requests.decide({ decisions: [{ ...item.key, act: 'accept', reason: '' }] })
    expect(portal.tell()[0]?.reason).toMatch(text)
  })

  it('with unmet conditions waits for staff; a second live one is refused', async () => {
    await openInstead(
      aTown()
        .with(aFamily('Yvon', { children: { Côme: {} } }))
        .with(anActivity(activity, { maximumAge: 5 }))
        .with(aPeriod(period, activity)),
    )
    portal.collect(
      portal.registration('r', 'Yvon', 'Côme', period, monday),
      portal.registration('again', 'Yvon', 'Côme', period, tuesday),
    )
    expect(await registrationsOf()).toEqual(['asked'])
    const answers = portal.tell()
    expect(answers.map(({ of, answer }) => [of, answer])).toEqual([['again', 'refused']])
    expect(answers[0]?.reason).toMatch(/est déjà demandée pour cet enfant/)
  })

  it.each([
    ['of another family’s child', { child: 1 }],
    ['for a period that does not exist', { period: 4096 }],
    ['outside of the period', { from: '2028-01-01', to: '2028-02-01' }],
    ['with a slot of another activity', { week: [{ weekday: 3, slot: 4096 }] }],
  ])('%s is refused', async (_, forged) => {
    portal.collect(portal.registration('r', 'Yvon', 'Côme', period, monday, forged))
    expect([await registrationsOf(), told()]).toEqual([[], ['r refused 1']])
  })

  it('is withdrawn, before the answer or after one that crossed it, its days freed', async () => {
    const week = [{ weekday: 3, slot: town.slot(activity, 'Matin') }]
    portal.collect(portal.registration('r', 'Yvon', 'Côme', period, monday, { week }))
    const [item] = await town.client.requests.queue()
    if (item?.key.kind !== 'registration') throw new Error('a registration waits')
    await town.client.requests.decide({ decisions: [{ ...item.key, act: 'accept', reason: '' }] })
    portal.collect(portal.undone('takenBack', 'r', 'Yvon', tuesday))
    expect([await registrationsOf(), told()]).toEqual([['withdrawn'], ['r withdrawn 1', 'takenBack:r withdrawn 1']])
    expect(town.store.statement(`select count(*) from reservation where held <> 'none'`).pluck().get()).toBe(0)
  })

  it('that one refuses and another accepts at once keeps the first answer', async () => {
    portal.collect(portal.registration('r', 'Yvon', 'Côme', period, monday))
    const [{ id } = { id: 0 }] = await town.client.registrations.ofFamily({ familyId: town.family('Yvon') })
    const other = await town.as('receptionist')
    await other.registrations.refuse({ id, reason: 'Hors commune' })
    const pressed = [
      town.client.registrations.accept({ id, overrideReason: '' }),
      town.client.reservations.acceptWithWeek({ registrationId: id, overrideReason: '' }),
    ]
    for (const press of pressed) expect(await press.catch(sentenceOf)).toMatch(/^Déjà décidée par receptionist/)
    expect((await town.client.registrations.accept({ id, overrideReason: '', seen: 'refused' })).state).toBe('accepted')
  })
})
