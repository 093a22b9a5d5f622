import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ConsentAnswer } from '../../../shared/rules/dossier/consent.ts'
import { confirmedParent } from '../../../shared/rules/people/guardian-bond.ts'
import type { TestDesk } from '../../support/desk.ts'
import { aGuardian } from '../../support/towns/families.ts'
import { aFamily, aRegistration, aTown, aWednesday, type Town } from '../../support/towns/town.ts'
import { undone } from '../../support/undone.ts'
import { asked } from '../documents/documents-reading.ts'

const period = 'ALSH mercredi 2026/2027'
const wednesday = '2026-12-09'
let town: Town
let client: TestDesk['client']
let camille: number
let julien: number
let basile: number
beforeEach(async () => {
  town = await aTown()
    .with(aFamily('Marchand', { children: { Basile: { birthDay: '2016-10-02' } } }))
    .with(aWednesday())
    .with(aRegistration('Marchand', 'Basile', period))
    .open()
  client = town.client
  const { guardians } = await client.families.one({ id: town.family('Marchand') })
  camille = guardians[0]?.id ?? 0
  const added = await client.families.addGuardian({
    familyId: town.family('Marchand'),
    guardian: aGuardian('Julien', 'Marchand'),
  })
  julien = added.id
  basile = town.child('Basile')
})
afterEach(() => town.close())

const ask = (kind: 'image' | 'leavesAlone' | 'emergencyCare' | 'other', title: string, asksAll = false) =>
  client.consents.addQuestion({
    kind,
    title,
    asksAll,
    leastAge: null,
    first: { text: `J’accepte\u00a0: ${title}.`, fromDay: '2026-09-01' },
  })
const ofChild = () => client.consents.ofChild({ childId: basile })
const stateOf = async (title: string) => (await ofChild()).find((one) => one.title === title)?.state
const say = async (title: string, guardianId: number, answer: ConsentAnswer, on = '2026-10-01') => {
  const asked = (await ofChild()).find((one) => one.title === title)
  await client.consents.answer({ childId: basile, guardianId, textId: asked?.textId ?? 0, answer, on })
}
const refused = (call: Promise<unknown>, sentence: RegExp, field?: string) =>
  expect(call).rejects.toMatchObject({ data: { sentence: expect.stringMatching(sentence), ...(field && { field }) } })
const rows = () => town.store.statement('select count(*) from consent_answer').pluck().get()

describe('what guardians answered', () => {
  it('is kept as facts of both: the rule decides what the child may', async () => {
    await ask('image', 'Photos', true)
    expect(await stateOf('Photos')).toBe('waiting')
    await say('Photos', camille, 'yes')
    expect(await stateOf('Photos')).toBe('waiting')
    await say('Photos', julien, 'no')
    expect(await stateOf('Photos')).toBe('no')
    await say('Photos', julien, 'yes')
    expect(await stateOf('Photos')).toBe('yes')
    expect(rows()).toBe(3)
  })

  it('counts only of who may hold authority, and is refused of anybody else', async () => {
    await ask('image', 'Photos', true)
    await say('Photos', camille, 'yes')
    await client.families.setBond({ ...confirmedParent, authority: 'no', guardianId: julien, childId: basile })
    expect(await stateOf('Photos')).toBe('yes')
    expect((await ofChild())[0]?.holders.map(({ guardianId }) => guardianId)).toEqual([camille])
    await refused(say('Photos', julien, 'no'), /autorité parentale/)
    expect(rows()).toBe(1)
  })

  it('is never a refusal of emergency care, nor dated ahead', async () => {
    await ask('emergencyCare', 'Soins d’urgence')
    await refused(say('Soins d’urgence', camille, 'no'), /ne se refusent pas/, 'answer')
    await refused(say('Soins d’urgence', camille, 'yes', '2027-06-01'), /d’avance/, 'on')
    expect(rows()).toBe(0)
  })

  it('can be undone, which restores the former state', async () => {
    await ask('image', 'Photos')
    await say('Photos', camille, 'yes')
    const act = town.store.statement(`select max(id) from act where kind = 'consents.answer'`).pluck().get() as number
    await undone(client, act)
    expect(await stateOf('Photos')).toBe('waiting')
  })
})

describe('a text', () => {
  it('cannot be corrected once somebody has answered it; a new version asks again', async () => {
    const { id: questionId } = await ask('other', 'Sortie au marché')
    const [question] = await client.consents.questions()
    const first = question?.texts[0]?.id ?? 0
    await client.consents.changeText({ id: first, text: 'J’accepte.', fromDay: '2026-09-01', formerUntil: null })
    await say('Sortie au marché', camille, 'yes')
    const change = { id: first, text: 'Tout autre chose.', fromDay: '2026-09-01', formerUntil: null }
    await refused(client.consents.changeText(change), /déjà répondu/)
    await refused(client.consents.removeText({ id: first }), /déjà répondu/)
    const next = { questionId, text: 'J’accepte, et le car aussi.', fromDay: '2026-10-15', formerUntil: '2026-10-14' }
    await refused(client.consents.addText(next), /anciennes réponses/, 'formerUntil')
    await client.consents.addText({ ...next, formerUntil: '2027-08-31' })
    const [asked] = await ofChild()
    expect(asked).toMatchObject({ version: 2, state: 'yes' })
    expect(asked?.holders[0]).toMatchObject({ answer: 'yes', isFormer: true, isAwaited: true })
  })

  it('is refused twice of one kind, and of a taken name', async () => {
    await ask('image', 'Photos')
    await refused(ask('image', 'Photos du centre'), /déjà demandé/, 'kind')
    await refused(ask('other', 'Photos'), /déjà ce nom/, 'title')
    expect(await client.consents.questions()).toHaveLength(1)
  })
})

describe('the team', () => {
  it('reads on the day sheet and the outing list who leaves alone and whom not to photograph', async () => {
    await ask('leavesAlone', 'Rentre seul')
    await ask('image', 'Photos', true)
    await say('Rentre seul', camille, 'yes')
    await client.reservations.move({
      cells: [
        {
          registrationId: town.registration('Basile', period),
          day: wednesday,
          slotId: town.slot('CLSH MERCREDI', 'Matin'),
        },
      ],
      act: 'book',
      reason: { kind: 'listed', code: 'toldInTime' },
    })
    const activityId = town.activity('CLSH MERCREDI')
    const sheet = await client.attendance.sheet({ activityId, day: wednesday })
    expect(sheet.children[0]?.consents).toEqual({ leavesAlone: 'yes', image: 'waiting' })
    const outing = { kind: 'outing', activityId, day: wednesday, registrationIds: null } as const
    const { groups } = await client.attendance.list(outing)
    expect(groups[0]?.rows[0]?.cells.at(-1)?.text).toBe('Pas de photo')
  })
})

it('is in the copy of its data that a family asks for', async () => {
  await ask('image', 'Photos')
  await say('Photos', camille, 'yes')
  const copy = await client.protection.exportFamily({ familyId: town.family('Marchand') })
  const data = asked('unzip', new Uint8Array(await copy.arrayBuffer()), ['-p'], ['donnees.json'])
  expect(data).toContain('J’accepte\u00a0: Photos.')
})
