import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newKeyPair } from '../../main/crypto/keys.ts'
import { countWaitingAnswers } from '../../main/exchange/answers.ts'
import {
  activity,
  cell,
  decide,
  demande,
  later,
  monday,
  open,
  period,
  portal,
  staff,
  state,
  told,
  town,
  tuesday,
  wednesday,
} from './two-families.ts'

beforeEach(() => open())
afterEach(() => town.close())

describe('answers', () => {
  it('are sent with the fact that they change, and the reason as the family reads it', async () => {
    await staff('Noé', 'book')
    portal.collect(demande('a', 'Zoé', 'book'))
    await decide('Zoé', 'waitList')
    expect(countWaitingAnswers(town.store)).toBe(1)
    expect(portal.tell()).toEqual([
      {
        of: 'a',
        answer: 'waitListed',
        revision: 1,
        reason: 'C’est complet. Zoé a la 1ʳᵉ place de la liste d’attente. Vous serez prévenus si une place se libère.',
        facts: [
          {
            family: town.family('Lecerf'),
            registration: town.registration('Zoé', period),
            day: wednesday,
            slot: town.slot(activity, 'Matin'),
            held: { kind: 'waitlisted', rank: 1 },
            note: 'Sortie complète',
          },
        ],
      },
    ])
    expect([told(), countWaitingAnswers(town.store)]).toEqual([[], 0])
  })

  it('a refusal carries its reason', async () => {
    portal.collect(demande('a', 'Zoé', 'book'))
    await decide('Zoé', 'refuse')
    expect(portal.tell()[0]).toMatchObject({
      answer: 'refused',
      reason: 'La demande n’est pas acceptée. Sortie complète.',
    })
  })

  it('are as many as a whole town waits for', () => {
    town.store
      .statement(
        `with recursive one(number) as (select 1 union all select number + 1 from one where number < 33000)
        insert into portal_ask (entry_id, kind, guardian_id, family_id, receipt, recorded_at, number, registration_id, settled, act_id)
        select 'ask ' || number, 'demande', 1, 1, 'R-2026-004817', ?, number, ?, 'refused', 1 from one`,
      )
      .run(monday, town.registration('Zoé', period))
    expect(countWaitingAnswers(town.store)).toBe(33_000)
  })

  it('undone before the exchange are never sent; undone after it, the next decision corrects them', async () => {
    portal.collect(demande('a', 'Zoé', 'book'))
    const first = await decide('Zoé', 'refuse')
    await town.client.requests.undo({ actId: first.actId ?? 0 })
    expect(told()).toEqual([])
    const second = await decide('Zoé', 'refuse')
    expect(told()).toEqual(['a refused 1'])
    expect(await town.client.requests.undo({ actId: second.actId ?? 0 })).toEqual({ done: 0, answersSent: 1 })
    await town.client.requests.undo({ actId: second.actId ?? 0, told: true })
    expect(told()).toEqual([])
    await decide('Zoé', 'accept')
    expect(told()).toEqual(['a accepted 2'])
  })

  it('each ask of a cell has its own', async () => {
    portal.collect(demande('a', 'Zoé', 'book'))
    await decide('Zoé', 'refuse')
    portal.collect(demande('b', 'Zoé', 'book', tuesday))
    await decide('Zoé', 'accept')
    expect(told()).toEqual(['a refused 1', 'b accepted 1'])
  })

  it('are sent to a family that waited when a place came', async () => {
    await staff('Noé', 'book')
    portal.pair(newKeyPair().publicKey)
    portal.collect(demande('a', 'Zoé', 'book'))
    await decide('Zoé', 'waitList')
    expect(told()).toEqual(['a waitListed 1'])
    await staff('Noé', 'free')
    await staff('Zoé', 'promote')
    expect(told()).toEqual(['a accepted 2'])
    expect(told()).toEqual([])
  })

  it('to a cancellation that stays billed say so', async () => {
    await staff('Zoé', 'book')
    portal.collect(demande('a', 'Zoé', 'cancel'))
    await decide('Zoé', 'refuseCancel')
    expect(portal.tell()[0]).toMatchObject({
      answer: 'refused',
      reason: 'Annulation non validée\u00a0: votre enfant est toujours inscrit. Sortie complète.',
      facts: [{ held: { kind: 'confirmed', cancelDenied: true } }],
    })
  })

  it.each(['acceptCancel', 'free'] as const)('a cancellation refused, then %s, is told as accepted', async (act) => {
    await staff('Zoé', 'book')
    portal.collect(demande('a', 'Zoé', 'cancel'))
    await decide('Zoé', 'refuseCancel')
    expect(told()).toEqual(['a refused 1'])
    const { actId } = await town.client.reservations.move({ cells: [cell('Zoé')], act })
    expect(told()).toEqual(['a accepted 2'])
    await town.client.requests.undo({ actId: actId ?? 0, told: true })
    expect(told()).toEqual(['a refused 3'])
  })
})

describe('a parent who changes their mind', () => {
  it('before the answer is answered « withdrawn », and so is the taking back', async () => {
    portal.collect(demande('a', 'Zoé', 'book'))
    portal.collect(portal.undone('takenBack', 'a', 'Lecerf', tuesday))
    expect([await state('Zoé'), told()]).toEqual(['free', ['a withdrawn 1', 'takenBack:a withdrawn 1']])
    expect(await town.client.requests.queue()).toEqual([])
  })

  it('in the same batch never changes the cell: leaving the list and staying loses no rank', async () => {
    await staff('Zoé', 'waitList')
    portal.collect(demande('a', 'Zoé', 'leave'), portal.undone('withdrawn', 'a', 'Lecerf', monday))
    expect([await state('Zoé'), told()]).toEqual(['waitlisted', ['a withdrawn 1', 'withdrawn:a withdrawn 1']])
  })

  it.each([[false], [true]])(
    'after a confirmation that crossed it gives the place back (told before: %s)',
    async (isTold) => {
      portal.collect(demande('a', 'Zoé', 'book'))
      await decide('Zoé', 'accept')
      if (isTold) portal.tell()
      portal.collect(portal.undone('takenBack', 'a', 'Lecerf', tuesday))
      expect(await state('Zoé')).toBe('free')
      expect(told()[0]).toBe(isTold ? 'a withdrawn 2' : 'a withdrawn 1')
    },
  )

  it('about a cancellation gets the booking back while the place is free, else the reason why not', async () => {
    await staff('Zoé', 'book')
    await staff('Noé', 'book', later)
    portal.collect(demande('a', 'Zoé', 'cancel'), demande('b', 'Noé', 'cancel', monday, cell('Noé', later)))
    await decide('Zoé', 'acceptCancel')
    await decide('Noé', 'acceptCancel', later)
    expect(told()).toEqual(['a accepted 1', 'b accepted 1'])
    await staff('Noé', 'book')
    portal.collect(
      portal.undone('takenBack', 'a', 'Lecerf', tuesday),
      portal.undone('takenBack', 'b', 'Gosselin', tuesday),
    )
    expect([await state('Zoé'), await state('Noé', later)]).toEqual(['free', 'confirmed'])
    const answers = portal.tell()
    expect(answers.map(({ of, answer, revision }) => `${of} ${answer} ${revision}`)).toEqual([
      'a accepted 2',
      'b withdrawn 2',
      'takenBack:a refused 1',
      'takenBack:b withdrawn 1',
    ])
    expect(answers[0]?.reason).toMatch(/il ne reste aucune place/)
  })

  it('does not undo what staff and family settled since', async () => {
    portal.collect(demande('a', 'Zoé', 'book'))
    await decide('Zoé', 'accept')
    await staff('Zoé', 'free')
    await staff('Zoé', 'book')
    portal.collect(portal.undone('takenBack', 'a', 'Lecerf', tuesday))
    expect(await state('Zoé')).toBe('confirmed')
  })

  it('of another family is refused', async () => {
    portal.collect(demande('a', 'Zoé', 'book'))
    portal.collect(portal.undone('takenBack', 'a', 'Gosselin', tuesday))
    expect([await state('Zoé'), told()]).toEqual(['requestSent', ['takenBack:a refused 1']])
  })

  it('about an unknown demande changes nothing', () => {
    portal.collect(portal.undone('takenBack', 'nothing', 'Lecerf', tuesday))
    expect(told()).toEqual(['takenBack:nothing moot 1'])
  })
})
