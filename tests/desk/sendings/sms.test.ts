import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { trySms } from '../../../main/desk/mails/mails.ts'
import { aClock } from '../../support/desk.ts'
import { anSmsProvider, smsKey } from '../../support/machine/sms-provider.ts'
import { aMail, queue } from '../../support/towns/mails.ts'
import { aTown, type Town } from '../../support/towns/town.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

const open = async () => {
  const clock = aClock()
  const town = await aTown().open(clock)
  closers.push(() => town.close())
  const provider = await anSmsProvider()
  closers.push(() => provider.close())
  return { town, clock, ...provider }
}

const refusing = (text: string) => ({ data: { sentence: expect.stringContaining(text) as string } })

const sms = (name: string, number: string) => aMail(name, { channel: 'sms', email: number, body: `Bonjour ${name}` })
const [lea, noe, zoe] = ['+33639980001', '+33639980002', '+33639980003']

const fates = async ({ client }: Town) =>
  (await client.mails.list({ filter: 'all', text: '', from: 0, count: 50 })).rows
    .toReversed()
    .map(({ name, fate }) => `${name} ${fate}`)
const settled = (town: Town, expected: readonly string[]) =>
  vi.waitFor(async () => expect(await fates(town)).toEqual(expected), { timeout: 8000 })

describe('the provider', () => {
  it('keeps its key sealed beside the file, for its address alone, and says what is left', async () => {
    const { town, settings } = await open()
    const { client } = town
    await expect(client.mails.saveSmsServer({ ...settings, key: '' })).rejects.toMatchObject(refusing('Collez la clé'))
    await client.mails.saveSmsServer(settings)
    await client.mails.saveSmsServer({ ...settings, key: '', priceThousandths: 65 })
    expect(await client.mails.smsServer()).toMatchObject({ hasKey: true, server: { priceThousandths: 65 } })
    expect(await client.sendings.balance()).toEqual({ left: '412' })
    const elsewhere = { ...settings.provider, sendAddress: 'https://sms.exemple.fr/send' }
    await expect(client.mails.saveSmsServer({ ...settings, provider: elsewhere, key: '' })).rejects.toMatchObject(
      refusing('Collez la clé'),
    )
    town.store.sqlite.pragma('wal_checkpoint(truncate)')
    expect(readFileSync(town.store.path).includes(smsKey)).toBe(false)
    expect(JSON.stringify(await client.mails.smsServer())).not.toContain(smsKey)
  })

  it('is tried at once, with what it answers as a sentence', async () => {
    const { town, settings, received, answers } = await open()
    const attempt = (phone = '06 39 98 20 33') => town.client.mails.trySms({ phone })
    await expect(attempt()).rejects.toMatchObject(refusing('Enregistrez d’abord'))
    await town.client.mails.saveSmsServer(settings)
    await attempt()
    expect(received).toMatchObject([
      { sender: 'BLAINVILLE', recipient: '33639982033', content: expect.stringContaining("l'Espace Jeunesse") },
    ])
    await expect(attempt('02 61 91 12 34')).rejects.toMatchObject(refusing('pas un numéro de mobile'))
    answers.push(402, 429, 400, 'silent')
    for (const sentence of ['plus de crédit', 'n’accepte rien', '(HTTP 400)', 'regardez si l’essai est arrivé'])
      await expect(attempt()).rejects.toMatchObject(refusing(sentence))
    await town.client.mails.saveSmsServer({ ...settings, key: 'fausse' })
    await expect(attempt()).rejects.toMatchObject(refusing('refuse la clé'))
  })

  it('is not called by a trial of the example town', async () => {
    const { town, settings, received } = await open()
    await town.client.mails.saveSmsServer(settings)
    const example = { ...town.desk.core, isDemo: true }
    await trySms(example, { phone: '06 39 98 20 33' })
    await expect(trySms(example, { phone: '02 61 91 12 34' })).rejects.toThrow('pas un numéro de mobile')
    expect(received).toEqual([])
  })

  it.each([
    ['http://api.exemple.fr/send', 'https'],
    ['pas une adresse', 'https'],
  ])('%s is refused', async (sendAddress, sentence) => {
    const { town, settings } = await open()
    await expect(
      town.client.mails.saveSmsServer({ ...settings, provider: { ...settings.provider, sendAddress } }),
    ).rejects.toMatchObject(refusing(sentence))
  })
})

describe('the queue of SMS', () => {
  it('sends each SMS once, and later learns its fate', async () => {
    const { town, clock, settings, received, events } = await open()
    await town.client.mails.saveSmsServer(settings)
    events.set('33639980001', 'delivered').set('33639980002', 'hardBounces')
    queue(town.desk.core, town.person, [sms('Léa', lea ?? ''), sms('Noé', noe ?? ''), sms('Zoé', zoe ?? '')])
    await settled(town, ['Léa delivered', 'Noé undelivered', 'Zoé sent'])
    expect(received.map(({ recipient, content }) => [recipient, content])).toEqual([
      ['33639980001', 'Bonjour Léa'],
      ['33639980002', 'Bonjour Noé'],
      ['33639980003', 'Bonjour Zoé'],
    ])
    // A late report, which also says STOP; the first question about her has ended.
    const asked = () => town.store.statement('select tries from mail_delivery where id = 3').pluck().get()
    await vi.waitFor(() => expect(asked()).toBe(1), { timeout: 8000 })
    events.set('33639980003', 'unsubscription')
    clock.set('2026-11-25', '11:30')
    town.desk.core.mails.wake()
    await settled(town, ['Léa delivered', 'Noé undelivered', 'Zoé delivered'])
    expect(await town.client.mails.stops()).toMatchObject([{ email: '+33639980003', cause: 'asked' }])
    events.set('33639980001', 'unsubscription')
    clock.set('2026-11-25', '13:30')
    town.desk.core.mails.wake()
    await vi.waitFor(async () => expect(await town.client.mails.stops()).toHaveLength(2), { timeout: 8000 })
    queue(town.desk.core, town.person, [sms('Zoé', zoe ?? '')])
    await settled(town, ['Léa delivered', 'Noé undelivered', 'Zoé delivered', 'Zoé stopped'])
    expect(received).toHaveLength(3)
  })

  it('never sends again by itself what may have been taken: cut after acceptance, or a gateway that gave up', async () => {
    const { town, settings, received, answers } = await open()
    await town.client.mails.saveSmsServer(settings)
    answers.push('silent', 504, 400)
    queue(town.desk.core, town.person, [sms('Léa', lea ?? ''), sms('Noé', noe ?? ''), sms('Zoé', zoe ?? '')])
    await settled(town, ['Léa unknown', 'Noé unknown', 'Zoé rejected'])
    town.desk.core.mails.retry()
    await new Promise((done) => setTimeout(done, 50))
    expect(received).toHaveLength(2)
  })

  it.each([
    [429, 'n’accepte rien'],
    [401, 'refuse la clé'],
    [402, 'plus de crédit'],
  ])('stops at %i without losing or blaming any, and goes on once it is mended', async (status, sentence) => {
    const { town, settings, received, answers } = await open()
    await town.client.mails.saveSmsServer(settings)
    answers.push(status)
    queue(town.desk.core, town.person, [sms('Léa', lea ?? '')])
    await vi.waitFor(async () => expect((await town.client.mails.smsServer()).problem).toContain(sentence))
    expect(await fates(town)).toEqual(['Léa waiting'])
    town.desk.core.mails.retry()
    await settled(town, ['Léa sent'])
    expect(received).toHaveLength(1)
  })

  it('does not hold back mails, nor do they hold it back', async () => {
    const { town, settings } = await open()
    await town.client.mails.saveSmsServer(settings)
    queue(town.desk.core, town.person, [aMail('Léa'), sms('Noé', noe ?? '')])
    await settled(town, ['Léa waiting', 'Noé sent'])
    expect(await town.client.mails.list({ filter: 'waiting', text: '', from: 0, count: 9 })).toMatchObject({ total: 1 })
  })
})
