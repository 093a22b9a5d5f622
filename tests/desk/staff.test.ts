import { appendFileSync, existsSync, mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answerLostPassword } from '../../main/desk/staff/recovery.ts'
import { saveSession } from '../../main/desk/staff/sessions.ts'
import { checkFile } from '../../main/store/checking/check.ts'
import { school } from '../../main/store/schema/index.ts'
import type { Role } from '../../shared/rules/access/roles.ts'
import { aDesk, aMember, clientOf, password, type TestDesk } from '../support/desk.ts'
import { last } from '../support/towns/billing.ts'

let town: TestDesk
beforeAll(async () => {
  town = await aDesk()
})
afterAll(() => town.close())

describe('at the desk', () => {
  it('no call is answered before a login', async () => {
    const stranger = clientOf(town.desk)
    expect((await stranger.staff.session()).state).toBe('loggedOut')
    await expect(stranger.staff.list()).rejects.toMatchObject({ code: 'LOGIN_NEEDED' })
  })

  it('a role opens what the table says, and the refusal names who may', async () => {
    const animator = await town.as('animator')
    await expect(animator.staff.list()).rejects.toMatchObject({
      code: 'FORBIDDEN',
      data: { sentence: 'Cette action demande le rôle Administrateur.' },
    })
    expect(await town.client.staff.list()).toHaveLength(2)
  })

  it('a wrong name and a wrong password get the same answer; five of them block for a minute', async () => {
    const stranger = clientOf(town.desk)
    const failing = (login: string) => stranger.staff.login({ login, password: 'rien' })
    for (const login of ['sandrine', 'personne', 'sandrine', 'sandrine', 'sandrine']) {
      await expect(failing(login)).rejects.toMatchObject({
        data: { sentence: 'Identifiant ou mot de passe incorrect.' },
      })
    }
    await expect(stranger.staff.login({ login: 'sandrine', password })).rejects.toMatchObject({
      data: { sentence: 'Trop d’essais. Attendez une minute, puis recommencez.' },
    })
  })

  it('a locked session answers nothing until its password comes', async () => {
    await town.client.staff.lock()
    await expect(town.client.staff.list()).rejects.toMatchObject({ code: 'LOCKED' })
    expect((await town.client.staff.unlock({ password })).state).toBe('open')
  })

  it('locks by itself once nobody did anything for the minutes that settings say', async () => {
    const left = createRouterClient(town.desk.router, { context: town.desk.connect() })
    await left.staff.login({ login: 'sandrine', password })
    town.clock.set('2026-11-25', '10:51')
    await left.staff.list()
    town.clock.set('2026-11-25', '11:02')
    await expect(left.staff.list()).rejects.toMatchObject({ code: 'LOCKED' })
    expect((await left.staff.unlock({ password })).state).toBe('open')
    expect(await left.staff.list()).not.toHaveLength(0)
  })

  it('a weak password is refused with what makes a good one, and nothing is written', async () => {
    await expect(
      town.client.staff.add({ name: 'Hugo', login: 'hugo', password: 'azerty', roles: ['animator'] }),
    ).rejects.toMatchObject({ code: 'REFUSED', data: { field: 'password' } })
    expect((await town.client.staff.list()).map((member) => member.login)).not.toContain('hugo')
  })

  it('the last administrator stays', async () => {
    const first = (await town.client.staff.list()).find((member) => member.login === 'sandrine')
    await expect(
      town.client.staff.change({ id: first?.id ?? 0, name: 'Sandrine', roles: ['director'], active: true }),
    ).rejects.toMatchObject({ data: { sentence: 'Il faut au moins un administrateur actif.' } })
  })

  it('an input of the wrong shape is a French sentence', async () => {
    await expect(town.client.staff.add({ name: ' ', login: 'x', password, roles: ['animator'] })).rejects.toMatchObject(
      { code: 'REFUSED', data: { sentence: 'À remplir.', field: 'name' } },
    )
  })
})

describe('a disk that is full', () => {
  it('lets people in and read: their session is known until the desk is started again', async () => {
    const lines: string[] = []
    const { core } = town.desk
    const session = town.desk.letIn(
      'a token of a browser',
      { kind: 'browser', address: '', program: '' },
      false,
    ).session
    const full: typeof core = {
      ...core,
      store: { ...town.store, statement: isFull },
      clock: core.clock,
      log: (line) => void lines.push(line),
    }
    saveSession(full, session)
    expect(lines).toEqual(['sessions des agents\u00a0: Error: database or disk is full'])
    expect(town.desk.resume('a token of a browser')?.session).toBe(session)
  })
})

const isFull = () => {
  throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' })
}

const connected = async (login: string, secret: string) => {
  const client = clientOf(town.desk)
  return { client, session: await client.staff.login({ login, password: secret }) }
}

describe('a password that somebody else gave', () => {
  const given = 'Premier-Matin-07'
  it('opens one door only: that of choosing another', async () => {
    await town.client.staff.add({ name: 'Léa Morin', login: 'lea', password: given, roles: ['receptionist'] })
    const { client, session } = await connected('lea', given)
    expect(session.state).toBe('newPassword')
    await expect(client.families.list({ filter: '', show: 'present', from: 0, count: 10 })).rejects.toMatchObject({
      code: 'LOCKED',
      data: { sentence: 'Choisissez d’abord votre mot de passe.' },
    })
    await expect(client.staff.changePassword({ current: password, next: password })).rejects.toMatchObject({
      data: { sentence: 'Ce mot de passe n’est pas le vôtre.' },
    })
    await expect(client.staff.changePassword({ current: given, next: given })).rejects.toMatchObject({
      data: { field: 'next' },
    })
    expect((await client.staff.changePassword({ current: given, next: password })).state).toBe('open')
    expect((await connected('lea', password)).session.state).toBe('open')
  })

  it('closes what is open under that name, and is changed again once replaced', async () => {
    const [before, elsewhere] = [await connected('lea', password), await connected('lea', password)]
    const { id } = (await town.client.staff.list()).find(({ login }) => login === 'lea') ?? { id: 0 }
    await town.client.staff.resetPassword({ id, password: given })
    expect(await before.client.staff.session()).toMatchObject({
      state: 'loggedOut',
      endedBecause: expect.stringContaining('a été remplacé'),
    })
    const { client, session } = await connected('lea', given)
    expect(session.state).toBe('newPassword')
    await client.staff.changePassword({ current: given, next: password })
    // One's own change keeps this workstation and closes the others.
    expect((await client.staff.session()).state).toBe('open')
    expect((await elsewhere.client.staff.session()).state).toBe('loggedOut')
    // Whoever comes in again is told nothing more of it.
    await elsewhere.client.staff.login({ login: 'lea', password })
    expect((await elsewhere.client.staff.logout()).endedBecause).toBeNull()
  })

  it('an account that is closed says so where it was open', async () => {
    const { client } = await connected('lea', password)
    const { id, name, roles } = (await town.client.staff.list()).find(({ login }) => login === 'lea') ?? {
      id: 0,
      name: '',
      roles: [],
    }
    await town.client.staff.change({ id, name, roles, active: false })
    expect(await client.staff.session()).toMatchObject({
      state: 'loggedOut',
      endedBecause: 'Ce compte n’est plus actif. Un administrateur peut le rouvrir dans Réglages › Agents.',
    })
  })
})

const journal = async () => (await town.client.staff.logins({})).rows

describe('the list of logins', () => {
  it('shows who logged in or failed to, when and from which workstation, but no text typed as an unknown name', async () => {
    town.clock.set('2026-11-26', '08:30')
    const elsewhere = town.desk.connect({ kind: 'network', address: '192.168.1.7', program: 'Firefox' })
    const { staff } = createRouterClient(town.desk.router, { context: elsewhere })
    for (const [login, secret] of [
      ['Soleil-Secret-99', 'x'],
      ['sandrine', 'faux'],
      ['lea', password],
    ] as const)
      await expect(staff.login({ login, password: secret })).rejects.toMatchObject({ code: 'REFUSED' })
    await staff.login({ login: 'sandrine', password })
    const from = { at: '2026-11-26T07:30:00.000Z', kind: 'network', address: '192.168.1.7' }
    expect((await journal()).slice(0, 4)).toMatchObject([
      { ...from, person: 'Sandrine Tostain', outcome: 'in' },
      { ...from, person: 'Léa Morin', outcome: 'inactive' },
      { ...from, person: 'Sandrine Tostain', outcome: 'wrongPassword' },
      { ...from, person: null, outcome: 'unknown' },
    ])
    expect(readFileSync(join(town.store.dataDir, 'connexions.jsonl'), 'utf8')).not.toContain('Soleil')
    await expect((await town.as('director')).staff.logins({})).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  it('goes on after a line that a power cut left incomplete', async () => {
    const { length } = await journal()
    appendFileSync(join(town.store.dataDir, 'connexions.jsonl'), '\n{"at":"2026-11-26T07:31:0')
    await clientOf(town.desk).staff.login({ login: 'sandrine', password })
    expect(await journal()).toHaveLength(length + 1)
  })

  it('goes by itself after a year', async () => {
    town.clock.set('2027-11-30')
    await clientOf(town.desk).staff.login({ login: 'sandrine', password })
    expect(await journal()).toMatchObject([{ outcome: 'in', at: '2027-11-30T09:42:00.000Z' }])
  })
})

const inFolder = (name: string) => join(town.store.dataDir, name)
const answer = () => readFileSync(inFolder('mot-de-passe-provisoire.txt'), 'utf8')

describe('an administrator who is locked out', () => {
  it('is given a password by whoever may write in the data folder, and has to choose another', async () => {
    writeFileSync(inFolder('mot-de-passe-perdu.txt'), '')
    const lines: string[] = []
    await answerLostPassword({ ...town.desk.core, store: town.store, log: (line) => void lines.push(line) })
    expect(lines).toEqual(['mot de passe perdu\u00a0: remplacé'])
    expect(existsSync(inFolder('mot-de-passe-perdu.txt'))).toBe(false)
    const given = /Mot de passe\u00a0: (.+)/.exec(answer())?.[1] ?? ''
    expect(answer()).toContain('Identifiant\u00a0: sandrine')
    // Windows has no such bits.
    const open = statSync(inFolder('mot-de-passe-provisoire.txt')).mode & 0o077
    expect(process.platform === 'win32' ? 0 : open).toBe(0)
    const { client, session } = await connected('sandrine', given)
    expect(session.state).toBe('newPassword')
    await client.staff.changePassword({ current: given, next: password })
    await answerLostPassword(town.desk.core)
    expect(existsSync(inFolder('mot-de-passe-provisoire.txt'))).toBe(false)
    expect((await town.client.staff.login({ login: 'sandrine', password })).state).toBe('open')
  })

  it('with several administrators must be named in the file, else nothing changes', async () => {
    const second = await town.as('administrator')
    writeFileSync(inFolder('mot-de-passe-perdu.txt.txt'), '')
    await answerLostPassword(town.desk.core)
    expect(answer()).toContain('sandrine, administrator')
    expect((await second.staff.session()).state).toBe('open')
    for (const encoding of ['utf8', 'utf16le'] as const) {
      writeFileSync(inFolder('mot-de-passe-perdu.txt.txt'), '')
      writeFileSync(inFolder('mot-de-passe-perdu.txt'), '\uFEFFAdministrator\r\n', encoding)
      await answerLostPassword(town.desk.core)
      expect(answer()).toContain('Identifiant\u00a0: administrator')
    }
  })

  it('never prevents the desk from opening, and keeps the old password while the new one cannot be written', async () => {
    await answerLostPassword(town.desk.core)
    mkdirSync(inFolder('mot-de-passe-provisoire.txt'))
    mkdirSync(inFolder('mot-de-passe-perdu'))
    writeFileSync(inFolder('mot-de-passe-perdu.txt'), 'sandrine')
    await answerLostPassword(town.desk.core)
    expect((await clientOf(town.desk).staff.login({ login: 'sandrine', password })).state).toBe('open')
    rmdirSync(inFolder('mot-de-passe-provisoire.txt'))
    writeFileSync(inFolder('mot-de-passe-perdu.txt'), 'administrator')
    await answerLostPassword(town.desk.core)
    expect(answer()).toContain('Identifiant\u00a0: administrator')
  })
})

describe('the data protection officer', () => {
  it('reads the audit trail and what is kept, and changes nothing', async () => {
    const officer = await town.as('dataProtectionOfficer')
    expect((await officer.settings.audit({})).acts).not.toEqual([])
    expect((await officer.protection.overview()).due).not.toEqual([])
    expect((await officer.protection.consultations({})).rows).toEqual([])
    await expect(officer.protection.setRetention({ kind: 'paper', months: 6 })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
    await expect(officer.families.list({ filter: '', show: 'present', from: 0, count: 10 })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
  })
})

/** Their login is their name. */
const hired = async (name: string, role: Role) => {
  const login = name.toLowerCase()
  await aMember(town.desk, town.client, { name, login, roles: [role] })
  const member = (await town.client.staff.list()).find((one) => one.login === login)
  return { kind: 'staff' as const, staffId: member?.id ?? 0, name }
}

describe('somebody who left the service', () => {
  it('is « Agent parti » once their name has been kept long enough, wherever it was, but for who took money', async () => {
    const cashier = await hired('Ana Vidal', 'cashier')
    town.store.act(cashier, 'payments.record', 'Règlement de 12,00 €', (write) =>
      write.insert(school, { name: 'École du Phare' }),
    )
    const { staffId } = await hired('Hugo Zyxmarque', 'director')
    const hugo = await connected('hugo zyxmarque', password)
    await hugo.client.settings.saveSchool({ name: 'École des Dunes' })
    for (const { id, name, roles } of await town.client.staff.list())
      if (id === cashier.staffId || id === staffId) await town.client.staff.change({ id, name, roles, active: false })
    town.clock.set('2030-11-29')
    expect(await town.client.protection.due({ kind: 'staff' })).toMatchObject([{ name: 'Léa Morin' }])
    town.clock.set('2030-11-30')
    expect(await town.client.protection.due({ kind: 'staff' })).toMatchObject([
      { name: 'Léa Morin', since: '2026-11-25' },
      { name: 'Hugo Zyxmarque', since: '2027-11-30' },
    ])
    await last(await town.client.protection.eraseDue({ kinds: ['staff'], confirmation: 'EFFACER' }))
    const everywhere = JSON.stringify([
      town.store.statement('select * from act').all(),
      town.store.statement('select * from audit').all(),
      town.store.statement('select * from staff_member').all(),
    ])
    expect(everywhere.match(/zyxmarque/gi)).toBeNull()
    const { acts } = await town.client.settings.audit({ staffId })
    expect(acts[0]).toMatchObject({ person: 'Agent parti', label: expect.stringContaining('École des Dunes') })
    expect(await town.client.protection.due({ kind: 'staff' })).toEqual([])
    await expect(
      clientOf(town.desk).staff.login({ login: `agent-parti-${staffId}`, password: 'x' }),
    ).rejects.toMatchObject({
      data: { sentence: 'Identifiant ou mot de passe incorrect.' },
    })
    expect(checkFile(town.store.sqlite)).toEqual([])
  })
})
