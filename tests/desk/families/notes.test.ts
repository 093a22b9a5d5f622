import { ORPCError } from '@orpc/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Refusal } from '../../../shared/contract/procedure.ts'
import type { TestDesk } from '../../support/desk.ts'
import { aTownOfSites, atFirstSite, mark } from '../../support/towns/sites.ts'
import type { Town } from '../../support/towns/town.ts'
import { undone } from '../../support/undone.ts'

let town: Town
let director: TestDesk['client']
beforeEach(async () => {
  town = await aTownOfSites().open()
  director = await town.as('director')
})
afterEach(() => town.close())

type NoteInput = Parameters<TestDesk['client']['notes']['save']>[0]

const aNote = (text: string, wish: Partial<NoteInput> = {}): NoteInput => ({
  familyId: null,
  childId: null,
  text,
  seenBy: ['director'],
  alertUntil: null,
  assigneeId: null,
  dueOn: null,
  ...wish,
})

const refusal = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'not refused'
  } catch (error) {
    if (error instanceof ORPCError) return Refusal.parse(error.data).sentence
    throw error
  }
}

/** The one who is an animator and nothing else. */
const animatorId = async () =>
  (await town.client.staff.list()).find(({ roles }) => roles.join() === 'animator')?.id ?? 0
const lastAct = () => town.store.statement('select max(id) from act').pluck().get() as number

describe('an alert', () => {
  it('is shown to those who may see the child, until its last day', async () => {
    const zoe = town.child('Zoé')
    const animator = await town.as('animator')
    await director.notes.save(
      aNote('Ne repart qu’à 17 h', { childId: zoe, seenBy: ['director', 'animator'], alertUntil: '2026-11-26' }),
    )
    await director.notes.save(aNote('Voir la famille', { familyId: town.family('Marchand'), alertUntil: '2026-11-26' }))
    const told = async (client: TestDesk['client']) =>
      (await client.notes.alerts({ childIds: [zoe, town.child('Inès')] })).map(({ text }) => text)
    expect(await told(animator)).toEqual(['Ne repart qu’à 17 h'])
    expect(await told(director)).toEqual(['Ne repart qu’à 17 h', 'Voir la famille'])
    town.clock.set('2026-11-27', '08:00')
    expect(await told(director)).toEqual([])
    const left = await director.notes.ofFamily({ familyId: town.family('Marchand') })
    expect(left.map(({ text, isAlert }) => [text, isAlert])).toEqual([
      ['Voir la famille', false],
      ['Ne repart qu’à 17 h', false],
    ])
  })

  it('for a past day, or about nobody, is refused', async () => {
    const past = aNote('Trop tard', { childId: town.child('Zoé'), alertUntil: '2026-11-24' })
    expect(await refusal(director.notes.save(past))).toBe('Ce jour est passé\u00a0: l’alerte ne serait jamais vue.')
    expect(await refusal(director.notes.save(aNote('À qui\u00a0?', { alertUntil: '2026-12-24' })))).toBe(
      'Une alerte est sur une famille ou sur un enfant.',
    )
  })
})

describe('a task', () => {
  it('is the one person’s until it is done, which one touch takes back', async () => {
    const animator = await town.as('animator')
    const assigneeId = await animatorId()
    const task = aNote('Rappeler la mairie', { assigneeId, dueOn: '2026-11-24' })
    const { id } = await director.notes.save(task)
    expect((await animator.notes.mine()).map(({ text, state }) => [text, state])).toEqual([
      ['Rappeler la mairie', 'late'],
    ])
    expect(await director.notes.mine()).toEqual([])
    await animator.notes.tick({ id, done: true })
    expect(await animator.notes.mine()).toEqual([])
    await undone(animator, lastAct())
    expect(await animator.notes.mine()).toHaveLength(1)
  })

  it('needs a person and a day', async () => {
    expect(await refusal(director.notes.save(aNote('Un jour', { dueOn: '2026-12-01' })))).toBe(
      'Choisissez qui doit le faire.',
    )
    expect(await refusal(director.notes.save(aNote('Rien')))).toBe('Choisissez le jour où c’est à faire.')
  })
})

describe('a note', () => {
  it('for directors is in no list, history or undo of people who may not see it', async () => {
    const receptionist = await town.as('receptionist')
    const { id } = await director.notes.save(aNote('Secret', { childId: town.child('Zoé') }))
    const actId = lastAct()
    expect(await receptionist.notes.ofFamily({ familyId: town.family('Marchand') })).toEqual([])
    const { acts } = await receptionist.history.ofRecord({ entity: 'child', id: town.child('Zoé') })
    expect(JSON.stringify(acts)).not.toContain('Secret')
    expect(await refusal(receptionist.notes.remove({ id }))).toBe('Cette note n’existe plus.')
    await expect(undone(receptionist, actId)).rejects.toThrow('Cette note n’existe plus.')
    await undone(director, actId)
    expect(await director.notes.ofFamily({ familyId: town.family('Marchand') })).toEqual([])
  })

  it('about a child is not written by who does not write families', async () => {
    const animator = await town.as('animator')
    expect(await refusal(animator.notes.save(aNote('Sage', { childId: town.child('Zoé') })))).toBe(
      'Cette action demande le rôle Administrateur, Directeur ou Agent d’accueil.',
    )
  })

  it('of another site does not exist for a person limited to one site', async () => {
    const malo = town.child('Malo')
    const nord = await atFirstSite(town, ['director'])
    const { id } = await director.notes.save(aNote(mark, { childId: malo, alertUntil: '2026-12-24' }))
    expect(await nord.notes.alerts({ childIds: [malo, town.child('Zoé')] })).toEqual([])
    expect(await refusal(nord.notes.tick({ id, done: true }))).toBe('Cette note n’existe plus.')
  })
})
