import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newKeyPair } from '../../main/crypto/keys.ts'
import { endExpiredOffers } from '../../main/desk/reservations/reservations.ts'
import { changedSince } from '../../main/exchange/published/changes.ts'
import { bookingsDocuments } from '../../main/exchange/published/families.ts'
import { reachOn } from '../../main/exchange/published/reach.ts'
import { checkFile } from '../../main/store/checking/check.ts'
import { portalAccount } from '../../main/store/schema/index.ts'
import { day, type Instant, instantOf, timeOfDay } from '../../shared/rules/calendar/day.ts'
import type { Wish } from '../../shared/rules/cell/cell.ts'
import { aPortalOf } from '../support/collected.ts'
import { aClock } from '../support/desk.ts'
import { aFamily, aRegistration, aTown, aWednesday, type Town } from '../support/towns/town.ts'

const period = 'ALSH mercredi 2026/2027'
const wednesday = day('2026-12-16')
const at = (on: string, time: string) => instantOf(day(on), timeOfDay(time))
const homes = { Zoé: 'Lecerf', Noé: 'Gosselin', Inès: 'Aubry' } as const
type Name = keyof typeof homes

let town: Town
let portal: ReturnType<typeof aPortalOf>
const clock = aClock()
const plain = (text: string | undefined) => text?.replaceAll('\u00a0', ' ')

const cell = (child: Name) => ({
  registrationId: town.registration(child, period),
  day: wednesday,
  slotId: town.slot('CLSH MERCREDI', 'Matin'),
})
const demande = (id: string, child: Name, wish: Wish, recordedAt: Instant) =>
  portal.demande(id, homes[child], child, wish, recordedAt, cell(child))
const staff = (child: Name, act: Parameters<typeof town.client.reservations.move>[0]['act']) =>
  town.client.reservations.move({ cells: [cell(child)], act })
const state = async (child: Name) => (await town.client.reservations.cell(cell(child))).state
const lastAct = () => Number(town.store.statement('select max(id) from act').pluck().get())
const letIn = (family: string) =>
  town.store.act(town.person, 'portal.invite', 'Compte ouvert', (write) =>
    write.insert(portalAccount, {
      guardianId: portal.guardianOf(family),
      invitationId: `way-${family}`,
      invitationBy: 'mail',
      invitedAt: write.at,
    }),
  )
const told = () => portal.tell().map(({ of, answer, revision }) => `${of} ${answer} ${revision}`)

/** One place, Noé's; Zoé then Inès asked on the portal and wait. The place is freed on the 25th at 10 h 42. */
beforeEach(async () => {
  clock.set('2026-11-25', '09:00')
  town = await aTown()
    .with(aFamily('Lecerf', { children: { Zoé: {} } }))
    .with(aFamily('Gosselin', { children: { Noé: {} } }))
    .with(aFamily('Aubry', { children: { Inès: {} } }))
    .with(aWednesday({ capacity: 1, promotion: 'offer' }))
    .with(aRegistration('Lecerf', 'Zoé', period))
    .with(aRegistration('Gosselin', 'Noé', period))
    .with(aRegistration('Aubry', 'Inès', period))
    .open(clock)
  portal = aPortalOf(town)
  await staff('Noé', 'book')
  portal.collect(demande('zoe', 'Zoé', 'book', at('2026-11-23', '18:05')))
  portal.collect(demande('ines', 'Inès', 'book', at('2026-11-23', '18:06')))
  await staff('Zoé', 'waitList')
  await staff('Inès', 'waitList')
  portal.tell()
  clock.set('2026-11-25')
  await staff('Noé', 'free')
})
afterEach(async () => {
  const found = checkFile(town.store.sqlite)
  await town.close()
  if (found.length > 0) throw new Error(found.map(({ sentence }) => sentence).join(' '))
})

describe('a place offered to a family of the portal', () => {
  it('is published with its time limit, as a note on the demande that put the child on the list', () => {
    const [answer] = portal.tell()
    expect({ ...answer, reason: plain(answer?.reason ?? '') }).toMatchObject({
      of: 'zoe',
      answer: 'waitListed',
      revision: 2,
      reason: 'Une place se libère pour Zoé. Dites-nous si vous la prenez, avant le ven. 27 nov. 2026 à 10 h 42.',
      facts: [{ held: { kind: 'waitlisted', rank: 1, offeredUntil: at('2026-11-27', '10:42') } }],
    })
  })

  it('is published with the rank and its delay; those behind read their rank as the town’s priorities make it', async () => {
    const held = (family: string) => {
      const id = town.family(family)
      return bookingsDocuments(town.store, reachOn(day('2026-11-25')), [id])
        .get(id)
        ?.cells.map((one) => one.held)
    }
    for (const family of Object.values(homes)) letIn(family)
    await staff('Noé', 'waitList')
    expect(held('Lecerf')).toEqual([{ kind: 'waitlisted', rank: 1, offeredUntil: at('2026-11-27', '10:42') }])
    expect([held('Aubry'), held('Gosselin')]).toEqual([
      [{ kind: 'waitlisted', rank: 2 }],
      [{ kind: 'waitlisted', rank: 3 }],
    ])
    const since = lastAct()
    const activityId = town.activity('CLSH MERCREDI')
    const rules = await town.client.reservations.waitingRules({ activityId })
    await town.client.reservations.saveWaitingRules({ ...rules, activityId, usual: [{ kind: 'marked' }] })
    await town.client.reservations.markPriority({
      registrationId: cell('Noé').registrationId,
      reason: 'Les parents travaillent',
    })
    expect([held('Gosselin'), held('Lecerf')]).toMatchObject([[{ rank: 1 }], [{ rank: 2 }]])
    const concerned = changedSince(town.store, since).get('bookings')
    expect(concerned).toEqual(new Set(Object.values(homes).map((family) => town.family(family))))
  })

  it('is the child’s when the parent takes it in time, however late the exchange', async () => {
    portal.tell()
    clock.set('2026-11-26', '02:00')
    portal.collect(demande('yes', 'Zoé', 'book', at('2026-11-25', '20:00')))
    expect([await state('Zoé'), await state('Inès')]).toEqual(['confirmed', 'waitlisted'])
    expect(told()).toEqual(['yes accepted 1'])
  })

  it('goes to the next when the parent lets it go', async () => {
    portal.tell()
    portal.collect(demande('no', 'Zoé', 'leave', at('2026-11-25', '20:00')))
    expect(await state('Zoé')).toBe('free')
    expect(told()).toEqual(['ines waitListed 2', 'no accepted 1'])
  })

  it('is not taken once its time was over; the family reads why it lost its rank', async () => {
    portal.tell()
    clock.set('2026-11-27', '10:43')
    await town.client.requests.queue()
    await staff('Noé', 'waitList')
    expect(await state('Zoé')).toBe('free')
    const answers = portal.tell()
    expect(answers.map(({ of, answer }) => `${of} ${answer}`)).toEqual(['zoe refused', 'ines waitListed'])
    expect(plain(answers[0]?.reason ?? '')).toBe(
      'La demande n’est pas acceptée. La place proposée jusqu’au ven. 27 nov. 2026 à 10 h 42 est restée sans réponse : elle est passée à l’enfant suivant.',
    )
    portal.collect(demande('late', 'Zoé', 'book', at('2026-11-27', '10:44')))
    expect(await state('Zoé')).toBe('requestSent')
  })

  it('is not ended while an answer may still be on its way: the exchange comes first', async () => {
    portal.tell()
    portal.pair(newKeyPair().publicKey)
    clock.set('2026-11-27', '11:00')
    expect(endExpiredOffers(town.desk.core)).toBe(0)
    expect(await state('Zoé')).toBe('waitlisted')
    town.store
      .statement(`insert into exchange_run (cause, started_at, ended_at, outcome) values ('night', ?, ?, 'done')`)
      .run(at('2026-11-27', '11:30'), at('2026-11-27', '11:31'))
    clock.set('2026-11-27', '11:32')
    expect(endExpiredOffers(town.desk.core)).toBe(1)
    expect(await state('Zoé')).toBe('free')
  })
})
