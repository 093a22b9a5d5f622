import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Login } from '../../main/portal/account/accounts.ts'
import { chooseChannel, details } from '../../main/portal/family/family.ts'
import { newEntry } from '../../main/portal/log/entries.ts'
import { appendToLog, lockedSide } from '../../main/portal/log/log.ts'
import { aClock } from '../support/desk.ts'
import { anSmsProvider } from '../support/machine/sms-provider.ts'
import { aGuardian, aHome } from '../support/towns/families.ts'
import { aDeskFolder, aServedPortal, type DeskFolder, pairedWith, type ServedPortal } from './paired.ts'

const clock = aClock()
let desk: DeskFolder
let served: ServedPortal
let provider: Awaited<ReturnType<typeof anSmsProvider>>
let claire: Login
let other: Login

const guardian = (name: string, mobilePhone: string) => ({
  ...aGuardian('Claire', name),
  email: `claire.${name.toLowerCase()}@exemple.fr`,
  mobilePhone,
})

const aFamily = async (name: string, mobilePhone: string): Promise<Login> => {
  const { id } = await desk.client.families.create({
    home: aHome(name),
    guardians: [guardian(name, mobilePhone)],
    move: null,
    quotient: null,
    children: [],
  })
  const [own] = (await desk.client.families.one({ id })).guardians
  const guardianId = own?.id ?? 0
  await desk.client.portal.inviteByMail({ guardianIds: [guardianId] })
  return { guardianId, name: `Claire ${name}`, email: own?.email ?? '', sessionId: '', familyId: id, families: [id] }
}

beforeEach(async () => {
  clock.set('2026-11-25', '09:00')
  ;[desk, served, provider] = await Promise.all([aDeskFolder(clock), aServedPortal(clock), anSmsProvider()])
  await pairedWith(desk, served)
  claire = await aFamily('Aubry', '06 39 98 20 33')
  other = await aFamily('Marchand', '')
  await exchange()
})
afterEach(async () => {
  await desk.close()
  await served.close()
  await provider.close()
})

const exchange = async () => expect((await desk.client.exchange.now()).failure).toBeNull()
const shown = async (login: Login) => (await details(served.portal, login)).channel
const atDesk = async ({ familyId }: Login) =>
  (await desk.client.sendings.choicesOfFamily({ familyId })).map(({ choice }) => choice)
const ways = async ({ familyId }: Login) =>
  (await desk.client.sendings.preview({ whom: { kind: 'families', familyIds: [familyId] }, withSms: true })).people.map(
    ({ channel, address }) => `${channel} ${address}`,
  )
const withSms = async () => {
  await desk.client.mails.saveSmsServer(provider.settings)
  await exchange()
}
const choose = (login: Login, choice: 'sms' | 'mail' | null) => chooseChannel(served.portal, login, { choice })

it('a parent chooses on the portal by what they are told, and the service keeps to it', async () => {
  await withSms()
  expect(await shown(claire)).toEqual({ choice: null, hasSms: true, mobile: '06 39 98 20 33' })
  expect(await ways(claire)).toEqual(['mail claire.aubry@exemple.fr'])
  await choose(claire, 'sms')
  expect((await shown(claire)).choice).toBe('sms')
  expect(await atDesk(claire)).toEqual([null])
  await exchange()
  expect((await shown(claire)).choice).toBe('sms')
  expect(await atDesk(claire)).toEqual(['sms'])
  expect(await ways(claire)).toEqual(['sms +33639982033'])
  await choose(claire, null)
  await exchange()
  expect([await atDesk(claire), (await shown(claire)).choice]).toEqual([[null], null])
})

it('SMS are offered by a service that sends them, to who has a mobile', async () => {
  expect(await shown(claire)).toMatchObject({ hasSms: false })
  await expect(choose(claire, 'sms')).rejects.toThrow('n’envoie pas de SMS')
  await withSms()
  await expect(choose(other, 'sms')).rejects.toThrow('numéro de portable')
  await choose(other, 'mail')
  await exchange()
  expect(await atDesk(other)).toEqual(['mail'])
})

it('what staff recorded later stands, and the parent reads it', async () => {
  await withSms()
  await choose(claire, 'mail')
  clock.set('2026-11-25', '09:10')
  await desk.client.sendings.saveChoice({ guardianId: claire.guardianId, choice: 'sms' })
  await exchange()
  expect([await atDesk(claire), (await shown(claire)).choice]).toEqual([['sms'], 'sms'])
})

it('nobody chooses for a guardian of another home, nor reads their choice', async () => {
  await withSms()
  const { guardianId } = other
  await served.portal.store.db.transaction(async (tx) => {
    const { side } = await lockedSide(tx)
    const body = { guardian: guardianId, family: claire.familyId, recordedAt: clock(), choice: 'sms' }
    await appendToLog(tx, side, [newEntry(randomUUID(), 'channelChoice', clock(), body)])
  })
  await exchange()
  expect(await atDesk(other)).toEqual([null])
  await choose(claire, 'sms')
  await exchange()
  expect(JSON.stringify((await details(served.portal, claire)).guardians)).not.toContain('messageChoice')
})

it('a day of changing one’s mind is kept, and no more', async () => {
  for (let at = 0; at < 10; at += 1) {
    await choose(claire, 'mail')
    await choose(claire, null)
  }
  await expect(choose(claire, 'mail')).rejects.toThrow('demain')
})
