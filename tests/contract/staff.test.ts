import { randomUUID } from 'node:crypto'
import { isDefinedError, safe } from '@orpc/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aDesk, password, type TestDesk } from '../support/desk.ts'
import { type Connection, ways } from './ways.ts'

let town: TestDesk
beforeAll(async () => {
  town = await aDesk()
})
afterAll(() => town.close())

describe.each(ways)('the staff contract, %s', (_, connect) => {
  let connection: Connection
  let client: Connection['client']
  beforeAll(async () => {
    connection = await connect(town.desk)
    client = connection.client
  })
  afterAll(() => connection.close())

  it('opens on a login, and each connection has its own', async () => {
    expect(await client.staff.session()).toMatchObject({ state: 'loggedOut', organisationName: 'Espace Jeunesse' })
    expect(await client.staff.login({ login: 'sandrine', password })).toMatchObject({ state: 'open' })
    const another = await connect(town.desk)
    expect((await another.client.staff.session()).state).toBe('loggedOut')
    await another.close()
  })

  it('gives a refusal as a typed error with its sentence and its field', async () => {
    const { error } = await safe(
      client.staff.add({ name: 'Hugo', login: 'hugo', password: 'azerty', roles: ['animator'] }),
    )
    expect(isDefinedError(error) && error.code).toBe('REFUSED')
    expect(error).toMatchObject({
      status: 422,
      data: { field: 'password', sentence: expect.stringContaining('trop simple') },
    })
  })

  it('gives an input of the wrong shape as a French sentence', async () => {
    await expect(client.staff.add({ name: ' ', login: 'x', password, roles: ['animator'] })).rejects.toMatchObject({
      code: 'REFUSED',
      data: { sentence: 'À remplir.', field: 'name' },
    })
  })

  it('takes a file as it is', async () => {
    const file = new File(['pas une sauvegarde'], 'été.sqlite')
    await expect(client.staff.startFromBackup({ file })).rejects.toMatchObject({ code: 'REFUSED' })
  })

  it('streams what changed while a page listens, and forgets the page afterwards', async () => {
    const stop = new AbortController()
    const changes = await client.staff.changes(undefined, { signal: stop.signal })
    // The first word is that it is heard.
    expect((await changes.next()).value).toEqual({ domains: [], revision: expect.any(Number) })
    const first = changes.next()
    await client.staff.add({ name: 'Léa Morin', login: randomUUID(), password, roles: ['animator'] })
    expect((await first).value).toMatchObject({ domains: expect.arrayContaining(['staff']) })
    const second = changes.next().catch(() => 'ended')
    stop.abort()
    await second
    await expect.poll(isListenedTo).toBe(false)
  })
})

describe.each(ways.slice(1))('a connection that goes, %s', (_, connect) => {
  it('leaves no listener behind', async () => {
    const connection = await connect(town.desk)
    const changes = await connection.client.staff.changes()
    await changes.next()
    const next = changes.next().catch(() => 'ended')
    await expect.poll(isListenedTo).toBe(true)
    await connection.close()
    await next
    await expect.poll(isListenedTo).toBe(false)
  })
})

const isListenedTo = () => town.desk.core.changes.size > 0
