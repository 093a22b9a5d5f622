import { createRouterClient } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noteSession } from '../../main/desk/staff/sessions.ts'
import { aDesk, clientOf, password, type TestDesk } from '../support/desk.ts'

let town: TestDesk
beforeAll(async () => {
  town = await aDesk()
})
afterAll(() => town.close())

describe('at the desk', () => {
  it('nothing is answered before a login', async () => {
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

  it('a wrong name and a wrong password read the same; five of them cost a minute', async () => {
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
    noteSession(full, session)
    expect(lines).toEqual(['sessions: Error: database or disk is full'])
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
    // One's own change keeps this post and closes the others.
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
