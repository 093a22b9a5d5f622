import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Login } from '../../../main/portal/account/accounts.ts'
import { answerForChildren, confirm, dossierShownTo } from '../../../main/portal/dossier/dossier.ts'
import { createPairingCode } from '../../../main/portal/exchange/pairing.ts'
import { changePickups } from '../../../main/portal/family/family.ts'
import { registrations } from '../../../main/portal/pages/pages.ts'
import { checkFile } from '../../../main/store/checking/check.ts'
import type { DossierShown } from '../../../shared/contract/portal/dossier.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { type CampaignAsk, type ConfirmationKind, campaignAsks } from '../../../shared/rules/dossier/campaign.ts'
import { confirmedParent, unconfirmedBond } from '../../../shared/rules/people/guardian-bond.ts'
import { aClock } from '../../support/desk.ts'
import { quickStore } from '../../support/machine/quick-store.ts'
import { aBillingTown, period } from '../../support/towns/billing.ts'
import { aGuardian } from '../../support/towns/families.ts'
import type { Town } from '../../support/towns/town.ts'
import { aServedPortal, type ServedPortal } from '../paired.ts'

const clock = aClock()
const campaign = { year: 2026, opensOn: day('2026-11-16'), dueOn: day('2026-12-18') }
let town: Town
let served: ServedPortal
let parent: Login
let familyId: number
let campaignId: number

beforeEach(async () => {
  clock.set('2026-11-25')
  town = await aBillingTown().open(clock)
  familyId = town.family('Marchand')
  const { client } = town
  for (const [kind, name, scope, validity] of [
    ['insurance', 'Assurance scolaire', 'child', 'schoolYear'],
    ['contact', 'Coordonnées', 'home', 'schoolYear'],
    ['rules', 'Règlement', 'home', 'schoolYear'],
    ['pickups', 'Qui vient les chercher', 'child', 'months'],
    ['consents', 'Autorisations', 'child', null],
  ] as const)
    await client.dossiers.saveRequired({
      kind,
      name,
      scope,
      activityId: null,
      validity,
      months: validity === 'months' ? 12 : null,
    })
  await client.portal.saveTerms({ version: 'septembre 2026', text: 'On se lave les mains avant le repas.' })
  await client.consents.addQuestion({
    kind: 'image',
    title: 'Photos',
    asksAll: false,
    leastAge: null,
    first: { text: 'Peut-on photographier votre enfant ?', fromDay: day('2026-09-01') },
  })
  campaignId = await open()
  served = await aServedPortal(clock, quickStore)
  await client.exchange.pair({ address: served.address, code: (await createPairingCode(served.portal)).code })
  const [account] = await client.portal.accountsOfFamily({ familyId })
  const guardianId = account?.guardianId ?? 0
  town.store.sqlite.prepare('update guardian set email = ? where id = ?').run('marchand@exemple.fr', guardianId)
  await client.portal.inviteByMail({ guardianIds: [guardianId] })
  parent = {
    guardianId,
    name: 'Mme Marchand',
    email: 'marchand@exemple.fr',
    sessionId: 's',
    familyId,
    families: [familyId],
  }
  await exchange()
})
afterEach(async () => {
  await served.close()
  await town.close()
})

const open = async (asks: readonly CampaignAsk[] = campaignAsks, changes: object = {}) =>
  (await town.client.campaign.save({ ...campaign, asks: [...asks], ...changes })).id
const exchange = () => town.client.exchange.now()
const read = () => dossierShownTo(served.portal, parent)
const say = async (
  kind: ConfirmationKind,
  { child = null as number | null, shown = null as DossierShown | null } = {},
) => confirm(served.portal, parent, { kind, child, mark: (shown ?? (await read())).marks[kind] ?? '' })
const stepOf = ({ steps }: DossierShown, kind: string) => steps.find((one) => one.kind === kind)
const answer = async (given: 'yes' | 'no') => {
  const [question] = (await read()).consents
  return answerForChildren(served.portal, parent, {
    children: question?.children.map(({ child }) => child) ?? [],
    text: question?.text.id ?? 0,
    answer: given,
  })
}
const doAll = async () => {
  await say('contact')
  if (stepOf(await read(), 'benefits')?.state === 'toDo') await say('benefits')
  for (const { kind, child, state } of (await read()).steps)
    if (kind === 'health' && state === 'toDo') await say('health', { child })
  await say('pickups')
  await answer('yes')
  await say('consents')
  await say('papers')
  return say('sent')
}
const facts = () =>
  town.store
    .statement(`select required_paper.kind, seen_by by from paper_fact join required_paper on required_paper.id = required_id
      order by paper_fact.id`)
    .all()
const missing = async () =>
  (await town.client.dossiers.ofFamily({ familyId })).items
    .filter(({ state }) => state.kind === 'missing')
    .map(({ kind }) => kind)
const home = async () =>
  (await town.client.campaign.progress({ id: campaignId })).homes.find((one) => one.familyId === familyId)

describe('a parent in the campaign', () => {
  it('does one step at a time, and the desk sees where the home is', async () => {
    expect(await home()).toMatchObject({ progress: 'notBegun', done: 0, next: 'Vous et votre foyer' })
    expect((await read()).campaign).toMatchObject({ year: 2026, asksRules: true, sentAt: null })
    await say('contact')
    expect(stepOf(await read(), 'contact')?.state).toBe('done')
    await exchange()
    expect(await home()).toMatchObject({ progress: 'underWay' })
    expect(stepOf(await read(), 'contact')?.state).toBe('done')
    expect(await missing()).not.toContain('contact')

    const sent = await doAll()
    expect(sent.campaign).toMatchObject({ sentAt: clock(), isReceived: false })
    await exchange()
    expect((await read()).campaign).toMatchObject({ sentAt: clock(), isReceived: true })
    expect(await home()).toMatchObject({ progress: 'sent', next: '' })
    expect(await missing()).toEqual(['insurance', 'insurance'])
    for (const child of ['Louison', 'Basile'])
      await town.client.dossiers.see({
        requiredId: 1,
        familyId,
        childId: town.child(child),
        seenOn: day('2026-11-25'),
        validUntil: null,
      })
    expect((await town.client.dossiers.ofFamily({ familyId })).isComplete).toBe(true)
    expect(facts()).toContainEqual({ kind: 'rules', by: expect.stringMatching(/, sur le portail$/) })
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('reads among who fetches the person whom they proposed, until staff decide', async () => {
    const person = { name: 'Odile Sorel', relation: 'Grand-mère', phone: '' }
    const louison = town.child('Louison')
    await changePickups(served.portal, parent, { children: [louison], person, wish: 'add' })
    const shown = async () => (await read()).pickups.find(({ child }) => child === louison)
    expect(await shown()).toMatchObject({ people: [], asked: [person] })
    await exchange()
    expect(await shown()).toMatchObject({ people: [], asked: [person] })
  })

  it('sends nothing before every step is done, and every answer given', async () => {
    await expect(say('sent')).rejects.toThrow(/Il reste .* avant d’envoyer/)
    await expect(say('consents')).rejects.toThrow(/Il reste 2\u00a0réponses/)
    await exchange()
    expect(town.store.statement('select count(*) from confirmation').pluck().get()).toBe(0)
  })

  it('finds all that was confirmed after leaving, or after a reset of the password', async () => {
    await say('contact')
    await say('pickups')
    parent = { ...parent, sessionId: 'another' }
    expect((await read()).steps.filter(({ at }) => at !== null).map(({ kind }) => kind)).toEqual(['contact', 'pickups'])
  })

  it('confirms once, though both guardians press, or one presses twice', async () => {
    const shown = await read()
    await Promise.all([say('contact', { shown }), say('contact', { shown })])
    await exchange()
    expect(town.store.statement('select count(*) from confirmation').pluck().get()).toBe(1)
  })

  it('is refused when what they read has changed, and nothing is recorded', async () => {
    const shown = await read()
    await town.client.portal.saveTerms({ version: 'décembre 2026', text: 'On se lave les mains avant et après.' })
    await town.client.campaign.save({ ...campaign, id: campaignId, asks: ['rules', 'contact'] })
    await exchange()
    await say('contact')
    await expect(say('sent', { shown })).rejects.toThrow(/a changé pendant que vous la lisiez/)
    await expect(say('pickups', { shown }).then(() => exchange())).resolves.toBeDefined()
    await say('sent')
    await exchange()
    expect(await missing()).not.toContain('rules')
  })

  it('is refused a step that is no longer asked for, and every step of a closed campaign', async () => {
    const shown = await read()
    await town.client.campaign.save({ ...campaign, id: campaignId, asks: ['contact'] })
    await exchange()
    await expect(say('papers', { shown })).rejects.toThrow(/n’est plus demandé/)
    await town.client.campaign.close({ id: campaignId, on: day('2026-11-26') })
    await exchange()
    clock.set('2026-11-26')
    expect((await read()).campaign).toBe(null)
    await expect(say('sent', { shown })).rejects.toThrow(/n’est plus demandé/)
  })

  it('is refused, with the reason, when they may ask nothing for any child of the home', async () => {
    for (const { id: childId } of (await town.client.families.one({ id: parent.familyId })).children)
      await town.client.families.setBond({
        ...unconfirmedBond,
        overrides: { ...unconfirmedBond.overrides, asks: false },
        overrideReason: 'Décision du service',
        guardianId: parent.guardianId,
        childId,
      })
    await exchange()
    await expect(say('contact')).rejects.toThrow(/sans pouvoir demander pour eux/)
    await expect(say('rules')).rejects.toThrow(/sans pouvoir demander pour eux/)
  })

  it('may have accepted a règlement that changed before the desk knew: that one is still asked', async () => {
    await doAll()
    await town.client.portal.saveTerms({ version: 'décembre 2026', text: 'On se lave les mains avant et après.' })
    await exchange()
    expect(await missing()).toContain('rules')
    expect(town.store.statement(`select version from confirmation where kind = 'sent'`).pluck().get()).toBe(
      'septembre 2026',
    )
  })
})

const asked = async () => (await read()).confirmable

describe('a new règlement', () => {
  const december = { version: 'décembre 2026', text: 'On se lave les mains avant et après.' }

  it('is asked again of who accepted the former one, which counts until the day that was said', async () => {
    await doAll()
    await exchange()
    expect(await missing()).not.toContain('rules')
    const refused = town.client.portal.saveTerms({ ...december, formerUntil: day('2026-11-24') })
    await expect(refused).rejects.toMatchObject({ data: { field: 'formerUntil' } })
    await town.client.portal.saveTerms({ ...december, formerUntil: day('2027-01-15') })
    await exchange()
    expect(await missing()).not.toContain('rules')
    clock.set('2027-01-10')
    expect(await asked()).toContain('rules')
    clock.set('2027-01-16')
    expect(await missing()).toContain('rules')
    await say('rules')
    // On the portal, what was just confirmed counts at once; at the desk, from the next exchange on.
    expect(await asked()).not.toContain('rules')
    await exchange()
    expect(await missing()).not.toContain('rules')
  })

  it('ends the former one today when no day is said, and nothing where only its version has another name', async () => {
    await doAll()
    await exchange()
    await town.client.portal.saveTerms({ version: 'rentrée 2026', text: 'On se lave les mains avant le repas.' })
    clock.set('2026-11-26')
    expect(await missing()).not.toContain('rules')
    await town.client.portal.saveTerms(december)
    expect(await missing()).not.toContain('rules')
    clock.set('2026-11-27')
    expect(await missing()).toContain('rules')
  })
})

const father = async (familyOfHis: number) => {
  const { id } = await town.client.families.addGuardian({
    familyId: familyOfHis,
    guardian: aGuardian('Julien', 'Marchand'),
  })
  for (const child of ['Louison', 'Basile'])
    for (const guardianId of [id, parent.guardianId])
      await town.client.families.setBond({ ...confirmedParent, guardianId, childId: town.child(child) })
}
const askAll = async () => {
  const [question] = await town.client.consents.questions()
  if (!question) throw new Error('no question')
  const { id, kind: _k, title, leastAge } = question
  await town.client.consents.changeQuestion({ id, title, leastAge, archived: false, asksAll: true })
}

describe('a step that does not end with this parent alone', () => {
  it('is done at the desk when it is done for this parent: what the other one owes is in the dossier', async () => {
    await father(familyId)
    await askAll()
    await exchange()
    const sent = await doAll()
    expect(stepOf(sent, 'consents')?.state).toBe('done')
    await exchange()
    expect(await home()).toMatchObject({ progress: 'sent', next: '' })
    expect(await missing()).toContain('consents')
  })

  it('can be confirmed at the counter once this parent has answered all', async () => {
    await father(familyId)
    await askAll()
    const counter = (kind: 'consents', childId: number | null = null) =>
      town.client.campaign.confirm({ familyId, kind, childId })
    await expect(counter('consents')).rejects.toMatchObject({
      data: { sentence: expect.stringMatching(/Il reste 2\u00a0réponses/) },
    })
    for (const child of ['Louison', 'Basile']) {
      const [asked] = await town.client.consents.ofChild({ childId: town.child(child) })
      await town.client.consents.answer({
        childId: town.child(child),
        guardianId: parent.guardianId,
        textId: asked?.textId ?? 0,
        answer: 'yes',
        on: day('2026-11-25'),
      })
    }
    await counter('consents')
    const { steps = [] } = (await town.client.campaign.ofFamily({ familyId })) ?? {}
    expect(steps.find(({ kind }) => kind === 'consents')?.state).toBe('done')
  })

  it('is refused to a guardian who asks nothing for a child, of whom no answer is awaited on either side', async () => {
    await father(familyId)
    const [question] = (await read()).consents
    const louison = town.child('Louison')
    await town.client.families.setBond({
      ...confirmedParent,
      overrides: { ...confirmedParent.overrides, asks: false },
      overrideReason: 'Décision du service',
      guardianId: parent.guardianId,
      childId: louison,
    })
    await exchange()
    const told = { text: question?.text.id ?? 0, answer: 'yes' as const }
    await expect(answerForChildren(served.portal, parent, { children: [louison], ...told })).rejects.toThrow(
      /sans pouvoir demander/,
    )
    await answerForChildren(served.portal, parent, { children: [town.child('Basile')], ...told })
    expect(stepOf(await say('consents'), 'consents')?.state).toBe('done')
    await exchange()
    const { steps = [] } = (await town.client.campaign.ofFamily({ familyId })) ?? {}
    expect(steps.find(({ kind }) => kind === 'consents')?.state).toBe('done')
  })

  it('is done on the portal when staff have seen the health record at the counter', async () => {
    const { id } = await town.client.dossiers.saveRequired({
      kind: 'health',
      name: 'Fiche sanitaire',
      scope: 'child',
      activityId: null,
      validity: 'schoolYear',
      months: null,
    })
    const seen = { requiredId: id, familyId, childId: town.child('Louison'), validUntil: null }
    await town.client.dossiers.see({ ...seen, seenOn: day('2026-11-20') })
    await exchange()
    const states = (await read()).steps.filter(({ kind }) => kind === 'health').map(({ state }) => state)
    expect(states.toSorted()).toEqual(['done', 'toDo'])
  })
})

const see = (child: string) =>
  town.client.dossiers.see({
    requiredId: 1,
    familyId,
    childId: town.child(child),
    seenOn: day('2026-11-25'),
    validUntil: null,
  })
const next = async (on: string) => {
  await see('Louison')
  await see('Basile')
  await town.client.campaign.close({ id: campaignId, on: day('2026-11-25') })
  clock.set(on)
  campaignId = await open(campaignAsks, { year: 2027, opensOn: day('2027-04-01'), dueOn: day('2027-08-31') })
  await exchange()
}
const deskStep = async (kind: string) =>
  (await town.client.campaign.ofFamily({ familyId }))?.steps.find((one) => one.kind === kind)?.state
const ends = () =>
  town.store
    .statement(
      `select valid_until from paper_fact join required_paper on required_paper.id = required_id
      where required_paper.kind = 'contact'`,
    )
    .pluck()
    .all()

describe('a campaign for the year to come', () => {
  it('asks for the papers that end before it begins, and what is confirmed counts until its own end', async () => {
    await next('2027-04-20')
    expect([stepOf(await read(), 'papers')?.state, await deskStep('papers')]).toEqual(['toDo', 'toDo'])
    await say('contact')
    await exchange()
    expect(ends()).toEqual(['2028-08-31'])
  })

  it('keeps in summer the homes that came in the year before, and what they confirm counts when they come again', async () => {
    await next('2027-08-20')
    expect(await home()).toMatchObject({ progress: 'notBegun' })
    await say('contact')
    await exchange()
    expect([await deskStep('contact'), stepOf(await read(), 'contact')?.state]).toEqual(['done', 'done'])
    expect(ends()).toEqual(['2028-08-31'])
    clock.set('2027-09-01')
    expect(await home()).toBe(undefined)
  })
})

const held = async () => (await read()).items.filter(({ kind }) => kind === 'consents').map(({ state }) => state.kind)

describe('outside a campaign', () => {
  beforeEach(async () => {
    await town.client.campaign.close({ id: campaignId, on: day('2026-11-25') })
    await exchange()
  })

  it('a parent confirms details, règlement and who fetches, which the desk then has', async () => {
    expect((await read()).confirmable).toEqual(['contact', 'rules', 'pickups'])
    const after = await say('rules')
    expect(after.confirmable).toEqual(['contact', 'pickups'])
    await say('pickups')
    await say('contact')
    await exchange()
    expect(await missing()).toEqual(['insurance', 'insurance', 'consents', 'consents'])
    expect((await read()).confirmable).toEqual([])
  })

  it('answers to consents complete the dossier before the desk has them', async () => {
    expect(await held()).toEqual(['missing', 'missing'])
    await answer('no')
    expect(await held()).toEqual(['there', 'there'])
    await exchange()
    expect(await missing()).not.toContain('consents')
  })

  it('a period that asks for a whole dossier counts the consents that were published', async () => {
    const {
      activity: _a,
      facility: _f,
      type: _t,
      ...known
    } = await town.client.activities.period({ id: town.period(period) })
    await town.client.activities.savePeriod({ ...known, dossier: 'warn' })
    await exchange()
    const [child] = await registrations(served.portal, parent)
    expect(child?.registrations[0]?.incompleteDossier).toBe('warn')
  })
})
