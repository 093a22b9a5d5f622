import { cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createFamily } from '../../main/desk/families/families.ts'
import { dataFileName } from '../../main/store/store.ts'
import { day } from '../../shared/rules/calendar/day.ts'
import { aClock, clientOf, password as deskPassword, openIn } from '../support/desk.ts'
import { aGuardian, aHome, anAddress } from '../support/towns/families.ts'
import { aMail, aMailServer, mailLogin, queue, useMailServer } from '../support/towns/mails.ts'
import { aTown, type Town } from '../support/towns/town.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

const open = async ({ secure = false } = {}) => {
  const clock = aClock()
  const town = await aTown().open(clock)
  closers.push(() => town.close())
  const server = await aMailServer({ secure })
  closers.push(() => server.mailbox.close())
  return { town, clock, ...server }
}

const refusing = (text: string) => ({ data: { sentence: expect.stringContaining(text) as string } })

const all = ({ client }: Pick<Town, 'client'>, filter: 'all' | 'toDecide' | 'waiting' = 'all') =>
  client.mails.list({ filter, text: '', from: 0, count: 50 })

/** Fates by recipient, in the order in which they were asked for. */
const fates = async (town: Pick<Town, 'client'>) =>
  (await all(town)).rows.toReversed().map(({ name, fate }) => `${name} ${fate}`)

const settled = (town: Pick<Town, 'client'>, expected: readonly string[]) =>
  vi.waitFor(async () => expect(await fates(town)).toEqual(expected), { timeout: 8000 })

const addFamily = ({ desk, person }: Town, name: string, email: string): number =>
  createFamily(desk.core, person, {
    home: aHome(name),
    guardians: [{ ...aGuardian('Camille', name), email }],
    move: { fromDay: day('2025-09-01'), address: anAddress('4 rue des Saules'), resident: null },
    quotient: null,
    children: [],
  }).id

describe('the mail server', () => {
  it('keeps its password sealed beside the file, for this account alone', async () => {
    const { town, settings } = await open()
    await town.client.mails.saveServer(settings)
    expect(await town.client.mails.server()).toMatchObject({ hasPassword: true, server: { server: 'localhost' } })
    const { password, ...typed } = settings
    await town.client.mails.saveServer({ ...typed, senderName: 'Ville', password: '' })
    expect(await town.client.mails.server()).toMatchObject({ hasPassword: true, server: { senderName: 'Ville' } })
    await expect(
      town.client.mails.saveServer({ ...typed, server: 'smtp.exemple.org', password: '' }),
    ).rejects.toMatchObject(refusing('Tapez le mot de passe'))
    town.store.sqlite.pragma('wal_checkpoint(truncate)')
    expect(readFileSync(town.store.path).includes(password)).toBe(false)
    expect(JSON.stringify(await town.client.mails.server())).not.toContain(password)
  })

  it('is set by the administrator and the director; a copy of the data elsewhere sends nothing', async () => {
    const { town, settings } = await open()
    await expect((await town.as('receptionist')).mails.saveServer(settings)).rejects.toMatchObject(refusing('rôle'))
    await (await town.as('director')).mails.saveServer(settings)
    rmSync(join(town.store.dataDir, 'serveur-mail'))
    expect(await town.client.mails.server()).toMatchObject({ hasPassword: false })
    expect((await all(town)).isReady).toBe(false)
    await expect(town.client.mails.try({ email: 'a@exemple.fr' })).rejects.toMatchObject(refusing('Enregistrez'))
  })

  it.each([[true], [false]])(
    'is tried with TLS at once: %s',
    async (secure) => {
      const { town, settings, authority, mailbox } = await open({ secure })
      await town.client.mails.saveServer(settings)
      const attempt = () => town.client.mails.try({ email: 'sandrine@exemple.fr' })
      await expect(attempt()).rejects.toMatchObject(refusing('certificat de «\u00a0localhost'))
      await town.client.exchange.saveNetwork({ proxy: '', certificateAuthority: authority })
      await attempt()
      expect(mailbox.received.map(({ to, subject }) => [to, subject])).toEqual([
        ['sandrine@exemple.fr', 'Essai d’envoi'],
      ])
      expect(mailbox.received[0]?.headers.get('from')).toBe('Espace Jeunesse <espace-jeunesse@exemple.fr>')
      await town.client.mails.saveServer({ ...settings, password: 'Autre-12' })
      await expect(attempt()).rejects.toMatchObject(refusing('refuse l’identifiant ou le mot de passe'))
      await town.client.mails.saveServer({ ...settings, port: 9 })
      await expect(attempt()).rejects.toMatchObject(refusing('Rien ne répond'))
      expect(mailbox.received).toHaveLength(1)
    },
    40_000,
  )

  it('is refused without the protection that was chosen', async () => {
    const { town, settings } = await open()
    await town.client.mails.saveServer({ ...settings, security: 'tls' })
    await expect(town.client.mails.try({ email: 'a@exemple.fr' })).rejects.toMatchObject(refusing('TLS'))
  })
})

describe('the queue', () => {
  it('sends one after the other, in the order in which they were asked for, each once', async () => {
    const { town, mailbox, ...server } = await open()
    queue(town.desk.core, town.person, [aMail('Léa'), aMail('Noé')])
    expect(await all(town)).toMatchObject({ isReady: false, counts: { waiting: 2, toDecide: 0 } })
    useMailServer(town.desk.core, town.person, server)
    queue(town.desk.core, town.person, [aMail('Zoé')])
    await settled(town, ['Léa sent', 'Noé sent', 'Zoé sent'])
    expect(mailbox.received.map(({ to, text }) => [to, text.trim()])).toEqual([
      ['léa@exemple.fr', 'Bonjour Léa'],
      ['noé@exemple.fr', 'Bonjour Noé'],
      ['zoé@exemple.fr', 'Bonjour Zoé'],
    ])
    expect(mailbox.received[0]?.headers.get('auto-submitted')).toBe('auto-generated')
    await expect(town.client.mails.resend({ ids: [1] })).rejects.toMatchObject(refusing('La liste a changé'))
  })

  it('stops at a wrong password without losing a mail, and goes on once it is right', async () => {
    const { town, mailbox, settings, authority } = await open()
    useMailServer(town.desk.core, town.person, { settings: { ...settings, password: 'Autre-12' }, authority })
    queue(town.desk.core, town.person, [aMail('Lea'), aMail('Noe')])
    await vi.waitFor(async () => expect((await all(town)).problem).toContain('mot de passe'), { timeout: 5000 })
    expect(await fates(town)).toEqual(['Lea waiting', 'Noe waiting'])
    expect(mailbox.received).toHaveLength(0)
    useMailServer(town.desk.core, town.person, { settings, authority })
    await settled(town, ['Lea sent', 'Noe sent'])
    expect((await all(town)).problem).toBeNull()
  })

  it('puts an address that the server refuses on the stop list, which the family’s page shows', async () => {
    const { town, mailbox, ...server } = await open()
    const familyId = addFamily(town, 'Marchand', 'camille@exemple.fr')
    mailbox.answer('camille@exemple.fr', '550 5.1.1 nobody here')
    useMailServer(town.desk.core, town.person, server)
    const toCamille = () => aMail('Camille', { familyId, guardianId: 1 })
    queue(town.desk.core, town.person, [toCamille(), aMail('Noe')])
    await settled(town, ['Camille refused', 'Noe sent'])
    expect(await town.client.mails.stopsOfFamily({ familyId })).toMatchObject([
      { email: 'camille@exemple.fr', cause: 'refused', reason: 'RCPT TO 550 5.1.1' },
    ])
    queue(town.desk.core, town.person, [toCamille()])
    await settled(town, ['Camille refused', 'Noe sent', 'Camille stopped'])
    await expect(town.client.mails.resend({ ids: [1] })).rejects.toMatchObject(refusing('est arrêtée'))
    const [stop] = await town.client.mails.stops()
    await town.client.mails.lift({ id: stop?.id ?? 0 })
    mailbox.answer('camille@exemple.fr', null)
    await town.client.mails.resend({ ids: [1] })
    await settled(town, ['Camille refused', 'Noe sent', 'Camille stopped', 'Camille sent'])
    await expect(town.client.mails.resend({ ids: [1] })).rejects.toMatchObject(refusing('La liste a changé'))
    await town.client.mails.withdraw({ ids: [3] })
    expect((await all(town)).counts.toDecide).toBe(0)
  })

  it('leaves to a person what a server that stops in the middle may have taken, and sends the rest by itself', async () => {
    const { town, clock, mailbox, ...server } = await open()
    let cuts = 1
    mailbox.slowDown(async () => {
      if (mailbox.received.length === 2 && cuts-- > 0) mailbox.cut()
    })
    useMailServer(town.desk.core, town.person, server)
    queue(
      town.desk.core,
      town.person,
      ['Lea', 'Noe', 'Zoe'].map((name) => aMail(name)),
    )
    await settled(town, ['Lea sent', 'Noe unknown', 'Zoe waiting'])
    expect((await all(town)).problem).toContain('Rien ne répond')
    clock.set('2026-11-25', '10:44')
    town.desk.core.mails.wake()
    await settled(town, ['Lea sent', 'Noe unknown', 'Zoe sent'])
    expect(mailbox.received.map(({ to }) => to)).toEqual(['lea@exemple.fr', 'noe@exemple.fr', 'zoe@exemple.fr'])
    const [unknown] = (await all(town, 'toDecide')).rows
    const both = await Promise.allSettled([1, 2].map(() => town.client.mails.resend({ ids: [unknown?.id ?? 0] })))
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    await settled(town, ['Lea sent', 'Noe unknown', 'Zoe sent', 'Noe sent'])
  })

  it('stops by itself when the server refuses everything', async () => {
    const { town, mailbox, ...server } = await open()
    const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G']
    for (const name of names) mailbox.answer(`${name.toLowerCase()}@exemple.fr`, '554 5.7.1 blocked')
    useMailServer(town.desk.core, town.person, server)
    queue(
      town.desk.core,
      town.person,
      names.map((name) => aMail(name)),
    )
    await vi.waitFor(async () => expect((await all(town)).problem).toContain('plusieurs courriels de suite'), 5000)
    expect((await fates(town)).slice(4)).toEqual(['E rejected', 'F waiting', 'G waiting'])
  })

  it('asks a person about what waited for a day: to send it all the same, or to leave it', async () => {
    const { town, clock, mailbox, ...server } = await open()
    queue(town.desk.core, town.person, [aMail('Lea'), aMail('Noe')])
    clock.set('2026-11-26', '10:43')
    useMailServer(town.desk.core, town.person, server)
    queue(town.desk.core, town.person, [aMail('Zoe')])
    await settled(town, ['Lea late', 'Noe late', 'Zoe sent'])
    await town.client.mails.withdraw({ ids: [1] })
    await town.client.mails.resend({ ids: [2] })
    await settled(town, ['Lea withdrawn', 'Noe withdrawn', 'Zoe sent', 'Noe sent'])
    expect(mailbox.received.map(({ to }) => to)).toEqual(['zoe@exemple.fr', 'noe@exemple.fr'])
  })

  it('sends nothing by itself from an older copy of the file: it may have left since', async () => {
    const { town, mailbox, ...server } = await open()
    queue(town.desk.core, town.person, [aMail('Lea')])
    town.store.sqlite.pragma('wal_checkpoint(truncate)')
    const copy = join(town.folder, 'copie.sqlite')
    cpSync(town.store.path, copy)
    useMailServer(town.desk.core, town.person, server)
    await settled(town, ['Lea sent'])
    await town.desk.close()
    const data = join(town.folder, 'data')
    for (const end of ['-wal', '-shm']) rmSync(join(data, `${dataFileName}${end}`), { force: true })
    cpSync(copy, join(data, dataFileName))
    const again = await openIn(town.folder, town.clock)
    closers.push(() => again.close())
    const client = clientOf(again)
    await client.staff.login({ login: 'sandrine', password: deskPassword })
    useMailServer(again.core, town.person, server)
    queue(again.core, town.person, [aMail('Noe')])
    await settled({ client }, ['Lea unknown', 'Noe sent'])
    expect(mailbox.received.map(({ to }) => to)).toEqual(['lea@exemple.fr', 'noe@exemple.fr'])
  })

  it('nor from a backup taken up on another computer, which knows nothing of what left since', async () => {
    const { town, mailbox, ...server } = await open()
    queue(town.desk.core, town.person, [aMail('Lea')])
    // A file that has sent before.
    town.store.statement(`insert into file_fact (key, value) values ('mailsBegun', '12')`).run()
    await town.desk.close()
    rmSync(join(town.folder, 'data', 'temoin-courriels.json'))
    const elsewhere = await openIn(town.folder, town.clock)
    closers.push(() => elsewhere.close())
    const client = clientOf(elsewhere)
    await client.staff.login({ login: 'sandrine', password: deskPassword })
    useMailServer(elsewhere.core, town.person, server)
    queue(elsewhere.core, town.person, [aMail('Noe')])
    await settled({ client }, ['Lea unknown', 'Noe sent'])
    expect(mailbox.received.map(({ to }) => to)).toEqual(['noe@exemple.fr'])
    // From then on, it is this computer's own.
    queue(elsewhere.core, town.person, [aMail('Zoe')])
    await settled({ client }, ['Lea unknown', 'Noe sent', 'Zoe sent'])
  })
})

it('the stop list has an address once, by hand with a reason, and is read by who writes to families', async () => {
  const { town } = await open()
  const stop = { email: 'Camille@Exemple.fr', reason: 'A demandé à ne plus rien recevoir' }
  await town.client.mails.stop(stop)
  await expect(town.client.mails.stop(stop)).rejects.toMatchObject(refusing('déjà arrêtée'))
  await expect(town.client.mails.stop({ ...stop, reason: '' })).rejects.toMatchObject(refusing('motif'))
  expect(await (await town.as('cashier')).mails.stops()).toMatchObject([
    { email: 'camille@exemple.fr', cause: 'staff' },
  ])
  // Its family's page says who stopped it: not that a server refused it.
  const familyId = addFamily(town, 'Marchand', 'camille@exemple.fr')
  expect(await town.client.portal.accountsOfFamily({ familyId })).toMatchObject([{ stop: { cause: 'staff' } }])
  await expect((await town.as('animator')).mails.stops()).rejects.toMatchObject(refusing('rôle'))
  expect(mailLogin.password).not.toBe('')
})
