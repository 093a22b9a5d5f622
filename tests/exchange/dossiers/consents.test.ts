import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Login } from '../../../main/portal/account/accounts.ts'
import { createPairingCode } from '../../../main/portal/exchange/pairing.ts'
import { answerConsent, consentsShown } from '../../../main/portal/family/family.ts'
import { dashboard, family } from '../../../main/portal/pages/pages.ts'
import { documentOf } from '../../../main/portal/published/documents.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { confirmedParent } from '../../../shared/rules/people/guardian-bond.ts'
import { stores } from '../../portal/stores.ts'
import { aClock } from '../../support/desk.ts'
import { aGuardian, aHome, anAddress } from '../../support/towns/families.ts'
import { aFamily, aTown, type Town } from '../../support/towns/town.ts'
import { aServedPortal, type ServedPortal } from '../paired.ts'

const clock = aClock()
const refused = (call: Promise<unknown>, sentence: RegExp) => expect(call).rejects.toThrow(sentence)

describe.each(stores)('consents of parents, by a portal on %s', (_, openStore) => {
  let town: Town
  let served: ServedPortal
  let camille: Login
  let julien: Login
  let child: number
  let photos: number

  beforeEach(async () => {
    clock.set('2026-11-25')
    town = await aTown()
      .with(aFamily('Marchand', { children: { Basile: { birthDay: '2016-10-02' } } }))
      .open(clock)
    served = await aServedPortal(clock, openStore)
    await town.client.exchange.pair({ address: served.address, code: (await createPairingCode(served.portal)).code })
    const familyId = town.family('Marchand')
    child = town.child('Basile')
    const first = (await town.client.families.one({ id: familyId })).guardians[0]?.id ?? 0
    const second = await town.client.families.addGuardian({ familyId, guardian: aGuardian('Julien', 'Marchand') })
    town.store.sqlite.prepare('update guardian set email = ? where id = ?').run('camille@exemple.fr', first)
    await town.client.portal.inviteByMail({ guardianIds: [first] })
    const login = (guardianId: number): Login => ({
      guardianId,
      name: 'Marchand',
      email: 'camille@exemple.fr',
      sessionId: 's',
      familyId,
      families: [familyId],
    })
    camille = login(first)
    julien = login(second.id)
    const text = { text: 'J’accepte les photos.', fromDay: '2026-09-01' }
    await town.client.consents.addQuestion({
      kind: 'image',
      title: 'Photos',
      asksAll: true,
      leastAge: null,
      first: text,
    })
    await exchange()
    photos = (await shown(camille))?.text.id ?? 0
  })
  afterEach(async () => {
    await town.close()
    await served.close()
  })

  const exchange = () => town.client.exchange.now()
  const shown = async (login: Login) => (await consentsShown(served.portal, login, child))[0]
  const say = (login: Login, answer: 'yes' | 'no' | 'withdrawn', text = photos) =>
    answerConsent(served.portal, login, { child, text, answer })
  const atDesk = async () => (await town.client.consents.ofChild({ childId: child }))[0]

  it('a text that parents may be answering does not change, and the answers are to the words that they read', async () => {
    await say(camille, 'yes')
    const change = { id: photos, text: 'Sur Facebook aussi.', fromDay: '2026-09-01', formerUntil: null }
    await refused(town.client.consents.changeText(change), /REFUSED|Posez une nouvelle version/)
    await refused(town.client.consents.removeText({ id: photos }), /REFUSED|Posez une nouvelle version/)
    await exchange()
    expect((await shown(camille))?.text.words).toBe('J’accepte les photos.')
  })

  it('are asked, answered by each holder of authority, and come to one fact on both sides', async () => {
    expect((await family(served.portal, camille)).children[0]?.consentsAwaited).toBe(1)
    expect((await dashboard(served.portal, camille)).firstSteps[0]?.title).toMatch(
      /^Répondre à 1.autorisation pour Basile$/,
    )
    await say(camille, 'yes')
    expect(await shown(camille)).toMatchObject({ state: 'waiting', mine: { answer: 'yes', isAwaited: false } })
    // The other one answers before any exchange: both are kept.
    await say(julien, 'no')
    expect(await shown(camille)).toMatchObject({ state: 'no', mine: { answer: 'yes' } })
    await exchange()
    expect(await atDesk()).toMatchObject({
      state: 'no',
      holders: [
        { answer: 'yes', isFromPortal: true },
        { answer: 'no', isFromPortal: true },
      ],
    })
    await say(julien, 'yes')
    await exchange()
    expect(await shown(julien)).toMatchObject({ state: 'yes', mine: { answer: 'yes' } })
    await say(camille, 'withdrawn')
    await exchange()
    expect(await atDesk()).toMatchObject({ state: 'withdrawn' })
    expect(await shown(julien)).toMatchObject({ state: 'withdrawn' })
  })

  it('are recorded once, whatever is pressed twice or sent again', async () => {
    await say(camille, 'yes')
    await say(camille, 'yes')
    await exchange()
    await exchange()
    expect(town.store.statement('select count(*) from consent_answer').pluck().get()).toBe(1)
  })

  it('of two guardians who answer at once are both recorded, and a « non » passes before a « oui »', async () => {
    await Promise.all([say(camille, 'yes'), say(julien, 'no')])
    await exchange()
    expect(town.store.statement('select answer from consent_answer order by answer').pluck().all()).toEqual([
      'no',
      'yes',
    ])
    expect(await atDesk()).toMatchObject({ state: 'no' })
    expect(await shown(camille)).toMatchObject({ state: 'no', mine: { answer: 'yes' } })
    expect(await shown(julien)).toMatchObject({ state: 'no', mine: { answer: 'no' } })
  })

  it('to a question that is withdrawn while the page is open are refused, and nothing is recorded', async () => {
    const [question] = await town.client.consents.questions()
    await town.client.consents.changeQuestion({
      id: question?.id ?? 0,
      title: 'Photos',
      asksAll: true,
      leastAge: null,
      archived: true,
    })
    await exchange()
    await refused(say(camille, 'yes'), /n’est plus|rechargez/i)
    await exchange()
    expect(town.store.statement('select count(*) from consent_answer').pluck().get()).toBe(0)
    expect(await shown(camille)).toBeUndefined()
  })

  it('of the same day count in the order in which they were given, whichever arrives last', async () => {
    await say(julien, 'yes')
    clock.set('2026-11-25', '09:00')
    await say(camille, 'yes')
    clock.set('2026-11-25', '16:00')
    const said = { childId: child, guardianId: camille.guardianId, textId: photos, on: day('2026-11-25') } as const
    await town.client.consents.answer({ ...said, answer: 'no' })
    await exchange()
    expect(await atDesk()).toMatchObject({ state: 'no' })
    expect(await shown(julien)).toMatchObject({ state: 'no' })
    clock.set('2026-11-25', '17:00')
    await say(camille, 'yes')
    await exchange()
    expect(await atDesk()).toMatchObject({ state: 'yes' })
  })

  it('are refused to a guardian without authority, who reads them, and to a text that has changed', async () => {
    const bond = { ...confirmedParent, authority: 'no', guardianId: julien.guardianId, childId: child } as const
    const overrides = { ...confirmedParent.overrides, sees: true }
    await town.client.families.setBond({ ...bond, overrides, overrideReason: 'vit avec lui' })
    const [question] = await town.client.consents.questions()
    const text = { questionId: question?.id ?? 0, text: 'Photos et films.', fromDay: '2026-11-25', formerUntil: null }
    await town.client.consents.addText(text)
    await exchange()
    await refused(say(camille, 'yes'), /rechargez/)
    const asked = await shown(julien)
    expect(asked).toMatchObject({ mine: null, text: { words: 'Photos et films.' } })
    await refused(say(julien, 'no', asked?.text.id), /autorité parentale/)
  })

  it('that come after the authority was withdrawn change nothing', async () => {
    await say(julien, 'no')
    const bond = { ...confirmedParent, authority: 'no', guardianId: julien.guardianId, childId: child } as const
    await town.client.families.setBond(bond)
    await exchange()
    expect(await atDesk()).toMatchObject({ state: 'waiting', holders: [{ guardianId: camille.guardianId }] })
    await refused(consentsShown(served.portal, julien, child), /n’existe pas/)
  })

  it('publish no name of a guardian of another home', async () => {
    const { id } = await town.client.families.create({
      home: aHome('Riou'),
      guardians: [aGuardian('Odile', 'Riou')],
      move: { fromDay: '2026-09-01', address: anAddress('3 rue du Port'), resident: null },
      quotient: null,
      children: [],
    })
    await town.client.families.linkChild({ familyId: id, childId: child })
    await exchange()
    const document = await documentOf(served.portal.store.db, 'family', town.family('Marchand'))
    const holders = document?.children[0]?.consentHolders?.map(({ guardian }) => guardian)
    expect(holders).toEqual([camille.guardianId, julien.guardianId, null])
    await say(camille, 'yes')
    await say(julien, 'yes')
    expect((await shown(camille))?.state).toBe('waiting')
  })
})
