import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Caller, choosePassword, forgotPassword, logIn, loginOf } from '../../../main/portal/account/accounts.ts'
import { confirm as confirmRead, dossierShownTo } from '../../../main/portal/dossier/dossier.ts'
import { createPairingCode } from '../../../main/portal/exchange/pairing.ts'
import { publish } from '../../../main/portal/exchange/publications.ts'
import { healthShown, keepHealth } from '../../../main/portal/papers/health.ts'
import { papersShown, sendHealth } from '../../../main/portal/papers/sent-papers.ts'
import { document as publishedDocument } from '../../../main/portal/store/schema/index.ts'
import { audit } from '../../../main/store/schema/index.ts'
import { type PortalSettings, PortalTexts } from '../../../shared/contract/desk/portal.ts'
import { confirmedParent, unconfirmedBond } from '../../../shared/rules/people/guardian-bond.ts'
import { aMailbox } from '../../portal/accounts/mailbox.ts'
import { aClock, password } from '../../support/desk.ts'
import { rowsOf } from '../../support/machine/embedded-store.ts'
import { quickStore } from '../../support/machine/quick-store.ts'
import { aGuardian } from '../../support/towns/families.ts'
import { aFamily, aRegistration, aTown, aWednesday, type Town } from '../../support/towns/town.ts'
import { aServedPortal, type ServedPortal } from '../paired.ts'

const clock = aClock()
const phone: Caller = { address: '203.0.113.7', device: 'Téléphone' }
const texts = (settings: PortalSettings) => PortalTexts.parse(settings)
const email = (index: number) => `marchand.${index}@exemple.fr`
const nothing = { allergies: null, diet: null, pai: null, doctor: null } as const

describe('a health record on the portal', () => {
  let town: Town
  let served: ServedPortal
  let mailbox: Awaited<ReturnType<typeof aMailbox>>
  let familyId: number
  let louison: number
  /** The ids of Camille and of Julien, in this order. */
  let guardians: readonly number[]
  const secrets = new Map<string, string>()

  beforeEach(async () => {
    clock.set('2026-11-25')
    mailbox = await aMailbox()
    town = await aTown()
      .with(aFamily('Marchand', { children: { Louison: {}, Basile: { birthDay: '2021-05-02' } } }))
      .open(clock)
    served = await aServedPortal(clock, quickStore, { url: mailbox.url, from: 'ne-pas-repondre@exemple.fr' })
    await town.client.exchange.pair({ address: served.address, code: (await createPairingCode(served.portal)).code })
    familyId = town.family('Marchand')
    louison = town.child('Louison')
    await town.client.families.addGuardian({ familyId, guardian: aGuardian('Julien', 'Marchand') })
    guardians = (await town.client.portal.accountsOfFamily({ familyId })).map(({ guardianId }) => guardianId)
    for (const [index, id] of guardians.entries())
      town.store.sqlite.prepare('update guardian set email = ? where id = ?').run(`marchand.${index}@exemple.fr`, id)
    await town.client.portal.inviteByMail({ guardianIds: [...guardians] })
    await exchange()
    await town.client.families.changeHealth({ childId: louison, ...told, allergies: 'Arachides.' })
  })
  afterEach(async () => {
    await town.close()
    await served.close()
    await mailbox.close()
  })

  const told = { allergies: '', diet: '' as const, pai: '', doctor: 'Dr Leroux' }
  const exchange = async () => {
    await town.client.exchange.now()
    const coming = `select 1 from received_paper where content = 'awaited'`
    for (let turn = 0; turn < 500 && town.store.statement(coming).get() !== undefined; turn += 1)
      await new Promise((next) => setTimeout(next, 20))
  }
  const follow = async (index: number, word = password) => {
    await expect.poll(() => mailbox.linkTo(email(index))).not.toBe('')
    const opened = await choosePassword(served.portal, phone, {
      secret: mailbox.linkTo(email(index)),
      password: word,
    })
    secrets.set(email(index), opened.secret)
  }
  const parent = async (index: number) => {
    const secret = secrets.get(email(index)) ?? ''
    const login = await loginOf(served.portal, secret)
    if (!login) throw new Error('not logged in')
    return { secret, login }
  }
  const shown = async (index: number, child = louison) => {
    const { secret, login } = await parent(index)
    return healthShown(served.portal, login, secret, child)
  }
  const known = async (index: number) => {
    const found = await shown(index)
    if (found.state !== 'shown') throw new Error(found.state)
    return found.known
  }
  const confirm = async (index: number, mark: string, more: object = {}) => {
    const { login } = await parent(index)
    await sendHealth(served.portal, login, {
      request: randomUUID(),
      child: louison,
      told: { ...nothing, ...more, shown: mark },
    })
  }
  const waiting = async () => (await town.client.papers.queue()).received
  const record = () => town.client.families.health({ childId: louison })
  const bond = (index: number, more: object) =>
    town.client.families.setBond({
      ...confirmedParent,
      ...more,
      guardianId: guardians[index] ?? 0,
      childId: louison,
    })
  const sealed = async () => (await rowsOf(served.portal.store)).match(/sealed\\*":\\*"[\w+/=]+/g) ?? []

  it('is shown to a guardian once authority is confirmed, after an exchange, and to nobody « à confirmer »', async () => {
    await follow(0)
    await follow(1)
    expect((await shown(0)).state).toBe('later')
    await exchange()
    expect([(await shown(0)).state, (await shown(1)).state]).toEqual(['notShown', 'notShown'])
    expect(await sealed()).toEqual([])
    await bond(0, {})
    await bond(1, unconfirmedBond)
    await exchange()
    expect(await known(0)).toMatchObject({
      record: { allergies: 'Arachides.', doctor: 'Dr Leroux' },
      confirmedOn: null,
    })
    expect((await shown(1)).state).toBe('notShown')
    expect(await sealed()).toHaveLength(1)
    expect(await rowsOf(served.portal.store)).not.toMatch(/Arachides|Leroux/)
    // A child without a record has an empty one.
    await town.client.families.confirmBonds({ familyId })
    await exchange()
    expect(await shown(0, town.child('Basile'))).toMatchObject({ state: 'shown', known: { record: { allergies: '' } } })
  })

  it('follows the record, and is sent again only when the record changed', async () => {
    await follow(0)
    await bond(0, {})
    await exchange()
    const [before] = await sealed()
    await town.client.portal.saveTexts({ ...texts(await town.client.portal.settings()), openingHours: 'le mardi' })
    await exchange()
    expect(await sealed()).toEqual([before])
    await town.client.families.changeHealth({ childId: louison, ...told, allergies: 'Plus aucune.' })
    await exchange()
    expect((await known(0)).record.allergies).toBe('Plus aucune.')
    expect(await sealed()).not.toContain(before)
  })

  it('confirmed unchanged is dated at once, without waiting for staff', async () => {
    await follow(0)
    await bond(0, {})
    await exchange()
    clock.set('2026-11-27')
    await logInAgain(0)
    await confirm(0, (await known(0)).mark)
    await exchange()
    expect(await waiting()).toEqual([])
    expect(await record()).toMatchObject({
      confirmedOn: '2026-11-27',
      confirmedBy: expect.stringContaining('Marchand'),
    })
    const { login } = await parent(0)
    await exchange()
    expect((await papersShown(served.portal, login)).sent).toMatchObject([{ kind: 'health', state: 'accepted' }])
    expect((await known(0)).confirmedOn).toBe('2026-11-27')
    expect(JSON.stringify(town.store.db.select().from(audit).all())).not.toContain('Arachides')
  })

  it('confirmed while the desk has changed it, or with a correction, waits for a person', async () => {
    await follow(0)
    await bond(0, {})
    await exchange()
    const { mark } = await known(0)
    await town.client.families.changeHealth({ childId: louison, ...told, allergies: 'Arachides et guêpes.' })
    await confirm(0, mark)
    await exchange()
    const [paper] = await waiting()
    expect(paper).toMatchObject({ kind: 'health', state: 'waiting' })
    expect((await record()).confirmedOn).toBeNull()
    expect((await town.client.papers.healthTold({ id: paper?.id ?? 0 })).told).toMatchObject({ shown: mark })
    await town.client.papers.acceptHealth({ id: paper?.id ?? 0, ...told, allergies: 'Arachides et guêpes.' })
    expect(await record()).toMatchObject({ allergies: 'Arachides et guêpes.', confirmedOn: '2026-11-25' })
    await exchange()
    await confirm(0, (await known(0)).mark, { allergies: '' })
    await exchange()
    expect(await waiting()).toHaveLength(1)
    expect((await record()).allergies).toBe('Arachides et guêpes.')
  })

  it('is gone when authority, the account or the setting goes, and at once at a reset, until the next exchange', async () => {
    await follow(0)
    await bond(0, {})
    await exchange()
    const { secret, login } = await parent(0)
    await keepHealth(served.portal, login, secret, { child: louison, answers: { allergies: 'Guêpes.' } })
    expect((await shown(0)).state).toBe('shown')
    await forgotPassword(served.portal, phone, email(0))
    await expect.poll(() => mailbox.received.at(-1)?.subject).toBe('Nouveau mot de passe')
    await follow(0, 'Tilleul-2027')
    expect([(await shown(0)).state, await sealed()]).toEqual(['later', []])
    await exchange()
    expect((await known(0)).record.allergies).toBe('Arachides.')

    await bond(0, { authority: 'no' })
    await exchange()
    expect(await sealed()).toEqual([])
    await bond(0, {})
    await town.client.portal.block({ guardianId: guardians[0] ?? 0, blocked: true })
    await exchange()
    expect(await sealed()).toEqual([])
    await town.client.portal.block({ guardianId: guardians[0] ?? 0, blocked: false })
    await exchange()
    expect(await sealed()).toHaveLength(1)
    await town.client.portal.saveHealthShown({ showsHealth: false })
    await exchange()
    expect(await sealed()).toEqual([])
    await logInAgain(0, 'Tilleul-2027')
    expect((await shown(0)).state).toBe('off')
    await town.client.portal.saveHealthShown({ showsHealth: true })
    await exchange()
    await logInAgain(0, 'Tilleul-2027')
    expect((await known(0)).record.allergies).toBe('Arachides.')
  })

  it('and a reset in the middle of the dossier: what was confirmed stays, answers begun are lost and said so, none is half sent', async () => {
    await aWednesday()(town)
    await aRegistration('Marchand', 'Louison', 'ALSH mercredi 2026/2027')(town)
    await town.client.dossiers.saveRequired({
      kind: 'contact',
      name: 'Coordonnées confirmées',
      scope: 'home',
      activityId: null,
      validity: 'schoolYear',
      months: null,
    })
    await follow(0)
    await bond(0, {})
    await exchange()
    const { secret, login } = await parent(0)
    const { marks } = await dossierShownTo(served.portal, login)
    await confirmRead(served.portal, login, { kind: 'contact', child: null, mark: marks['contact'] ?? '' })
    await keepHealth(served.portal, login, secret, { child: louison, answers: { allergies: 'Guêpes.' } })
    await forgotPassword(served.portal, phone, email(0))
    await expect.poll(() => mailbox.received.at(-1)?.subject).toBe('Nouveau mot de passe')
    await follow(0, 'Tilleul-2027')
    const again = await parent(0)
    expect((await dossierShownTo(served.portal, again.login)).items).toMatchObject([{ kind: 'contact', isSent: true }])
    expect(await shown(0)).toEqual({ state: 'later', answers: 'lost' })
    await exchange()
    expect((await town.client.dossiers.ofFamily({ familyId })).isComplete).toBe(true)
    expect([await waiting(), (await record()).allergies]).toEqual([[], 'Arachides.'])
  })

  it('that was on its way at a reset is not kept: neither the old key nor the new one has anything to open', async () => {
    await follow(0)
    await bond(0, {})
    await exchange()
    const { db } = served.portal.store
    const late = await db
      .select()
      .from(publishedDocument)
      .where(eq(publishedDocument.id, `health/${guardians[0]}`))
    await forgotPassword(served.portal, phone, email(0))
    await expect.poll(() => mailbox.received.at(-1)?.subject).toBe('Nouveau mot de passe')
    await follow(0, 'Tilleul-2027')
    await publish(served.portal, { documents: late, withdrawn: [] })
    expect([late.length, (await shown(0)).state, await sealed()]).toEqual([1, 'later', []])
    await exchange()
    expect((await known(0)).record.allergies).toBe('Arachides.')
    expect(await sealed()).toHaveLength(1)
  })

  it('confirmed by a guardian whose authority was withdrawn since, waits for a person', async () => {
    await follow(0)
    await bond(0, {})
    await exchange()
    await confirm(0, (await known(0)).mark)
    await bond(0, { authority: 'no' })
    await exchange()
    expect((await record()).confirmedOn).toBeNull()
    expect(await waiting()).toHaveLength(1)
  })

  it('is gone on the day on which retention has it erased, whether staff do or not, and comes back with the child', async () => {
    await follow(0)
    await bond(0, {})
    await exchange()
    clock.set('2027-01-24')
    await exchange()
    expect(await sealed()).toHaveLength(1)
    clock.set('2027-01-25')
    await exchange()
    expect(await sealed()).toEqual([])
    await town.client.protection.setRetention({ kind: 'health', months: 4 })
    await exchange()
    expect(await sealed()).toHaveLength(1)
    clock.set('2027-03-25')
    await exchange()
    expect(await sealed()).toEqual([])
    await aWednesday()(town)
    await aRegistration('Marchand', 'Louison', 'ALSH mercredi 2026/2027')(town)
    await exchange()
    expect(await sealed()).toHaveLength(1)
  })

  it('is gone from the next exchange on when the child is erased', async () => {
    await follow(0)
    await bond(0, {})
    await exchange()
    expect(await sealed()).toHaveLength(1)
    for await (const _ of await town.client.protection.erase({
      subject: 'family',
      id: familyId,
      confirmation: 'Marchand',
    }));
    await exchange()
    expect(await sealed()).toEqual([])
  })

  const logInAgain = async (index: number, word = password) => {
    const { secret } = await logIn(served.portal, phone, { email: email(index), password: word })
    secrets.set(email(index), secret)
  }
})
