import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkFile } from '../../../main/store/checking/check.ts'
import type { SignUpComparison } from '../../../shared/contract/desk/requests.ts'
import type { SignUpEntry } from '../../../shared/contract/portal/entries.ts'
import { day, instantOf, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import { aPortalOf } from '../../support/collected.ts'
import { aClock } from '../../support/desk.ts'
import { aFamily, aTown, type Town } from '../../support/towns/town.ts'

const monday = instantOf(day('2026-11-23'), timeOfDay('18:05'))
const email = 'lea.garnier@exemple.fr'

let town: Town
let portal: ReturnType<typeof aPortalOf>
const clock = aClock()

beforeEach(async () => {
  clock.set('2026-11-25')
  town = await aTown()
    .with(aFamily('Lecerf', { children: { Zoé: { birthDay: day('2018-03-14') } } }))
    .open(clock)
  portal = aPortalOf(town)
})
afterEach(async () => {
  const found = checkFile(town.store.sqlite)
  await town.close()
  if (found.length > 0) throw new Error(found.map(({ sentence }) => sentence).join(' '))
})

const lea = {
  civility: 'Mme',
  lastName: 'Garnier',
  firstName: 'Léa',
  email,
  mobilePhone: '06 39 98 20 64',
  workPhone: '',
} as const
const anouk = {
  lastName: 'Maillard',
  firstName: 'Anouk',
  birth: day('2021-02-09'),
  sex: 'F',
  school: '',
  schoolClass: 'GS',
} as const

const body = (changes: Partial<SignUpEntry> = {}): SignUpEntry => ({
  recordedAt: monday,
  email,
  emailCheckedAt: monday,
  guardians: [lea],
  homePhone: '',
  address: { line1: '21 rue du Stade', line2: '', postcode: '14550', town: 'Blainville-sur-Orne' },
  children: [anouk],
  terms: { version: 'septembre 2026', text: 'Les enfants sont accueillis dès 3 ans.', acceptedAt: monday },
  ...changes,
})
const collect = (id = 'lea', changes: Partial<SignUpEntry> = {}) =>
  portal.collect(portal.entry(id, 'signUp', monday, body(changes)))

const theItem = async () => {
  const found = (await town.client.requests.queue()).find(({ key }) => key.kind === 'signUp')
  if (found?.key.kind !== 'signUp') throw new Error('no sign-up waits')
  return { ...found, signUpId: found.key.signUpId }
}
const decide = async (act: 'accept' | 'refuse', reason = '') => {
  const { signUpId } = await theItem()
  return town.client.requests.decideSignUp(act === 'accept' ? { act, signUpId } : { act, signUpId, reason })
}
const told = () => portal.tell().map(({ of, answer, reason }) => `${of} ${answer} ${reason ?? ''}`.trim())
const count = (table: string) => Number(town.store.statement(`select count(*) from ${table}`).pluck().get())
const counts = () => ['family', 'guardian', 'child', 'portal_account'].map(count)
const sentence = async (call: Promise<unknown>) => {
  try {
    await call
    return 'went through'
  } catch (error) {
    return (error as { data?: { sentence?: string } }).data?.sentence ?? String(error)
  }
}
const undo = async (actId: number, isTold = false) => {
  for await (const step of await town.client.history.undo({ actId, told: isTold }))
    if (step.step === 'done') return step.result.answersSent
  return 0
}

describe('a family that signs up', () => {
  it('waits in Demandes with what it says and the règlement it accepted, once however often it comes', async () => {
    collect()
    collect()
    const item = await theItem()
    expect(item).toMatchObject({ child: { firstName: 'Léa', lastName: 'Garnier' }, dueOn: '2026-11-25' })
    expect(await town.client.requests.count()).toMatchObject({ waiting: 1, signUps: { count: 1 } })
    expect((await town.client.home.today()).requests).toMatchObject({ waiting: 1, signUps: { count: 1 } })
    expect((await town.client.requests.one(item.key))?.signUp).toMatchObject({
      email,
      addressLines: ['21 rue du Stade', '14550 Blainville-sur-Orne'],
      children: [{ name: 'Anouk Maillard', age: '5\u00a0ans', schooling: 'GS' }],
      terms: { version: 'septembre 2026' },
    })
    expect(told()).toEqual([])
  })

  it('puts a child in the school that its parent named, whichever of the town’s it is', async () => {
    await town.client.settings.saveSchool({ name: 'École Colleville' })
    const second = await town.client.settings.saveSchool({ name: 'École Louise-Michel' })
    collect('lea', { children: [{ ...anouk, school: 'école louise-michel' }] })
    const { familyId } = await decide('accept')
    const { children } = await town.client.families.one({ id: familyId ?? 0 })
    expect(children[0]?.schooling).toMatchObject({ schoolId: second.id, level: 'GS' })
  })

  it('puts a child whose parent named no school in that of its street, in our town', async () => {
    const catchment = [{ street: 'Rue du Stade', fromNumber: null, toNumber: null, side: 'both' as const }]
    const school = await town.client.settings.saveSchool({ name: 'École du Stade', catchment })
    collect()
    const { familyId } = await decide('accept')
    const { children } = await town.client.families.one({ id: familyId ?? 0 })
    expect(children[0]?.schooling).toMatchObject({ schoolId: school.id, level: 'GS' })
  })

  it('is accepted as a new family in one act: home, guardian, child, and the account’s mail', async () => {
    collect()
    const before = counts()
    const { familyId } = await decide('accept')
    expect(counts()).toEqual(before.map((one) => one + 1))
    const family = await town.client.families.one({ id: familyId ?? 0 })
    expect(family).toMatchObject({
      name: 'Garnier',
      guardians: [{ firstName: 'Léa', email, mobilePhone: '06 39 98 20 64' }],
      children: [{ firstName: 'Anouk', birthDay: '2021-02-09', schooling: { level: 'GS' } }],
      address: { line1: '21 rue du Stade', fromDay: '2026-11-25', resident: true },
    })
    expect(await town.client.portal.accountsOfFamily({ familyId: familyId ?? 0 })).toMatchObject([
      { state: 'invited', invitedBy: 'mail' },
    ])
    expect(told()).toEqual(['lea accepted'])
    expect(told()).toEqual([])
  })

  it('is no new family while a guardian has the mail that was checked: that home is shown first', async () => {
    const family = await town.client.families.one({ id: town.family('Lecerf') })
    const [guardian] = family.guardians
    if (!guardian) throw new Error('nobody is at home')
    const { id, ...fields } = guardian
    await town.client.families.changeGuardian({ id, guardian: { ...fields, email } })
    collect()
    const { signUpId } = await theItem()
    const [first] = await town.client.requests.signUpDoubles({ signUpId })
    expect(first).toMatchObject({ id: family.id, why: expect.stringContaining('même adresse e-mail') })
    const before = counts()
    expect(await sentence(decide('accept'))).toContain(`est déjà celle de ${guardian.firstName} Lecerf, famille Lecerf`)
    const attach = (guardians: (number | null)[]) =>
      town.client.requests.decideSignUp({
        act: 'attach',
        signUpId,
        familyId: family.id,
        match: { guardians, children: [null] },
        fields: [],
      })
    expect(await sentence(attach([null]))).toContain('dites que c’est cette personne')
    expect(counts()).toEqual(before)
    await attach([id])
    expect(count('guardian')).toBe(1)
  })

  it('is a new family where the mail is of one that left', async () => {
    const familyId = town.family('Lecerf')
    const [guardian] = (await town.client.families.one({ id: familyId })).guardians
    if (!guardian) throw new Error('nobody is at home')
    const { id, ...fields } = guardian
    await town.client.families.changeGuardian({ id, guardian: { ...fields, email } })
    town.store.statement("update family set left_on = '2026-11-01' where id = ?").run(familyId)
    collect()
    await decide('accept')
    expect(count('family')).toBe(2)
  })

  it('is refused with a reason, which the family reads; without one, not', async () => {
    collect()
    expect(await sentence(decide('refuse'))).toContain('Indiquez un motif')
    await decide('refuse', 'Les inscriptions sont pour les habitants')
    expect(told()).toEqual(['lea refused Les inscriptions sont pour les habitants.'])
    expect(await town.client.requests.queue()).toEqual([])
    expect(counts()).toEqual([1, 1, 1, 0])
  })

  it('is decided once: who comes second reads who decided', async () => {
    collect()
    const { signUpId } = await theItem()
    await decide('refuse', 'Hors commune')
    const before = counts()
    expect(await sentence(town.client.requests.decideSignUp({ act: 'accept', signUpId }))).toMatch(/décid|répond/i)
    expect(counts()).toEqual(before)
  })

  it('its decision is undone whole before it is published; afterwards staff confirm, and the answer is corrected', async () => {
    collect()
    const before = counts()
    const { actId } = await decide('accept')
    await undo(actId)
    expect(counts()).toEqual(before)
    expect(told()).toEqual([])
    const again = await decide('refuse', 'Hors commune')
    expect(told()).toEqual(['lea refused Hors commune.'])
    expect(await undo(again.actId)).toBe(1)
    expect(await town.client.requests.queue()).toEqual([])
    await undo(again.actId, true)
    await decide('accept')
    expect(portal.tell()).toMatchObject([{ of: 'lea', answer: 'accepted', revision: 2 }])
  })

  it('is not taken back once something leans on what it made', async () => {
    collect()
    const { actId, familyId } = await decide('accept')
    await town.client.families.setQuotient({
      familyId: familyId ?? 0,
      fromDay: '2026-11-25',
      value: 727,
      source: 'CAF',
      updatedOn: '2026-11-25',
    })
    const before = counts()
    expect(await sentence(undo(actId))).toContain('quotient')
    expect(counts()).toEqual(before)
  })

  it('is let through by no rule of the service, and by no « Accepter tout »', async () => {
    portal.letThrough({ bookings: true, cancellations: true, registrations: true, fields: ['child.firstName'] })
    collect()
    expect(await theItem()).toMatchObject({ closing: null })
    expect(await town.client.requests.possible()).toMatchObject({ decisions: [], left: 1 })
  })

  it('that cannot be read is answered no, and holds nothing up', async () => {
    portal.collect(portal.entry('odd', 'signUp', monday, { email }), portal.entry('lea', 'signUp', monday, body()))
    expect(told()).toEqual([expect.stringMatching(/^odd refused .*n’a pas pu être lue/)])
    await theItem()
  })

  it('is answered no again by a desk restored from before it, and waits again where it was accepted', async () => {
    const entry = (of: string, answer: string, reason: string | null) =>
      portal.entry(`answer:${of}:1`, 'answer', monday, { of, answer, reason, revision: 1, facts: [] })
    collect('no', { email: 'non@exemple.fr' })
    collect('yes')
    portal.recover(entry('no', 'refused', 'Hors commune.'), entry('yes', 'accepted', null))
    expect((await town.client.requests.queue()).map(({ key }) => key.kind)).toEqual(['signUp'])
    expect((await town.client.requests.one((await theItem()).key))?.signUp?.email).toBe(email)
    expect(told()).toEqual([])
    await decide('accept')
    expect(count('portal_account')).toBe(1)
  })
})

/** Zoé’s mother, whose name was misheard, with a new phone and a child more. */
const known = async () => {
  const family = await town.client.families.one({ id: town.family('Lecerf') })
  const [guardian] = family.guardians
  const [child] = family.children
  if (!guardian || !child) throw new Error('nobody is at home')
  collect('lecerf', {
    guardians: [{ ...lea, lastName: guardian.lastName, firstName: guardian.firstName }],
    children: [
      { ...anouk, lastName: child.lastName, firstName: 'Zoée', birth: child.birthDay, school: '' },
      { ...anouk, lastName: 'Lecerf' },
    ],
  })
  return { ...(await theItem()), family, guardian, child }
}
const changesBeside = async (signUpId: number, familyId: number, match: NonNullable<SignUpComparison['match']>) =>
  (await town.client.requests.signUpBeside({ signUpId, familyId, match }))?.changes ?? []

const save = (version: string, text: string) => town.client.portal.saveTerms({ version, text })

describe('a family that signs up and is known', () => {
  it('is shown beside the homes that may be it, likeliest first; the others are not', async () => {
    const { signUpId, family } = await known()
    const doubles = await town.client.requests.signUpDoubles({ signUpId })
    expect(doubles).toMatchObject([{ id: family.id, name: 'Lecerf', why: expect.stringContaining('prénom proche') }])
  })

  it('is shown field by field: as it is, as it would be; what is empty here is proposed', async () => {
    const { signUpId, family, guardian, child } = await known()
    const beside = await town.client.requests.signUpBeside({ signUpId, familyId: family.id, match: null })
    expect(beside?.match).toEqual({ guardians: [guardian.id], children: [child.id, null] })
    expect(beside?.there.children.map(({ name }) => name)).toEqual([expect.stringMatching(/^Zoé Lecerf, né\(e\) le /)])
    const match = { guardians: [guardian.id], children: [child.id, null] }
    const changes = await changesBeside(signUpId, family.id, match)
    expect(changes).toContainEqual(
      expect.objectContaining({ label: 'Portable', before: guardian.mobilePhone, after: '06 39 98 20 64' }),
    )
    expect(changes).toContainEqual(expect.objectContaining({ label: 'Prénom', before: 'Zoé', after: 'Zoée' }))
    expect(changes).toContainEqual(expect.objectContaining({ label: 'Email', after: email }))
  })

  it('is tied to it in one act: those known stay, the others come in, only the fields chosen change', async () => {
    const { signUpId, family, guardian, child } = await known()
    const match = { guardians: [guardian.id], children: [child.id, null] }
    const changes = await changesBeside(signUpId, family.id, match)
    const fields = changes.filter(({ label }) => ['Portable', 'Email'].includes(label)).map(({ key }) => key)
    const before = counts()
    const { actId } = await town.client.requests.decideSignUp({
      act: 'attach',
      signUpId,
      familyId: family.id,
      match,
      fields,
    })
    expect(counts()).toEqual([before[0], before[1], Number(before[2]) + 1, 1])
    expect(await town.client.families.one({ id: family.id })).toMatchObject({
      guardians: [{ id: guardian.id, email, mobilePhone: '06 39 98 20 64' }],
      children: [
        { id: child.id, firstName: 'Zoé' },
        { firstName: 'Anouk', lastName: 'Lecerf' },
      ],
    })
    await undo(actId)
    expect(await town.client.families.one({ id: family.id })).toEqual(family)
  })

  it('keeps the mail that is known when staff do not change it, and says where the account is', async () => {
    const { signUpId, family, guardian, child } = await known()
    await town.client.families.changeGuardian({
      id: guardian.id,
      guardian: { ...guardian, email: 'connue@exemple.fr' },
    })
    const match = { guardians: [guardian.id], children: [child.id, null] }
    await town.client.requests.decideSignUp({ act: 'attach', signUpId, familyId: family.id, match, fields: [] })
    expect(await town.client.portal.accountsOfFamily({ familyId: family.id })).toMatchObject([
      { email: 'connue@exemple.fr', state: 'invited' },
    ])
    expect(told()).toEqual([expect.stringContaining('autre adresse mail')])
  })

  it.each([
    ['somebody of another home', { guardians: [999], children: [null, null] }, 'n’est plus dans ce foyer'],
    ['nobody for a child', { guardians: [null], children: [null] }, 'chaque personne'],
  ])('is refused with %s, and nothing changes', async (_, match, words) => {
    const { signUpId, family } = await known()
    const before = counts()
    const call = town.client.requests.decideSignUp({ act: 'attach', signUpId, familyId: family.id, match, fields: [] })
    expect(await sentence(call)).toContain(words)
    expect(counts()).toEqual(before)
  })

  it('is refused as new where its mail is the login of somebody: it is to be tied', async () => {
    collect()
    await decide('accept')
    collect('twice')
    const before = counts()
    expect(await sentence(decide('accept'))).toContain('déjà celle de Léa Garnier, famille Garnier')
    expect(counts()).toEqual(before)
  })
})

describe('the règlement', () => {
  it('has a version; another text asks for another one', async () => {
    expect(await sentence(save('', 'Dès 3 ans.'))).toContain('Nommez cette version')
    expect(await save('septembre 2026', 'Dès 3 ans.')).toMatchObject({ terms: { version: 'septembre 2026' } })
    expect(await sentence(save('Septembre 2026', 'Dès 4 ans.'))).toContain('un autre nom à sa version')
    expect(await save('janvier 2027', 'Dès 4 ans.')).toMatchObject({ terms: { text: 'Dès 4 ans.' } })
    expect(await sentence(save('septembre 2026', 'x'.repeat(20_001)))).toContain('20\u00a0000')
  })
})
