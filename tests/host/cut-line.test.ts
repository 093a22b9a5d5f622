import { request } from 'node:http'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { letIn, serveFor } from '../contract/ways.ts'
import { aDesk, password, type TestDesk } from '../support/desk.ts'
import { aWire } from '../support/machine/cut-proxy.ts'

let town: TestDesk
let served: Awaited<ReturnType<typeof serveFor>>
let wire: Awaited<ReturnType<typeof aWire>>
let cookie: string

beforeAll(async () => {
  town = await aDesk()
  served = await serveFor(town.desk)
  cookie = await letIn(served.address)
})
afterAll(async () => {
  await served.close()
  await town.close()
})
beforeEach(async () => {
  wire = await aWire(Number(new URL(served.address).port))
})
afterEach(() => wire.close())

/**
 * Sends a call as a page does, over the connection that a test cuts. @returns the status, or null when no answer came
 */
const send = (path: string, input: unknown, key: string) =>
  new Promise<number | null>((done) => {
    const { host, origin } = new URL(served.address)
    const sent = request(
      {
        host: '127.0.0.1',
        port: wire.port,
        path: `/rpc/${path}`,
        method: 'POST',
        agent: false,
        headers: { host, origin, cookie, 'x-csrf-token': 'orpc', 'content-type': 'application/json', 'x-call': key },
      },
      (answer) => {
        cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? cookie
        answer.resume().on('end', () => done(answer.statusCode ?? null))
        answer.on('error', () => done(null))
      },
    )
    sent.on('error', () => done(null))
    sent.end(JSON.stringify({ json: input }))
  })

const schools = async (name: string) => (await town.client.settings.schools()).filter((one) => one.name === name).length

describe('a line that is cut in the middle', () => {
  it('once what was asked has left: asked again under its key, it is answered and done once', async () => {
    expect(await send('staff/login', { login: 'sandrine', password }, 'first-form-of-all-0001')).toBe(200)
    wire.loseAnswers()
    expect(await send('settings/saveSchool', { name: 'École du Port' }, 'second-form-here-0001')).toBeNull()
    await expect.poll(() => schools('École du Port')).toBe(1)
    wire.mend()
    expect(await send('settings/saveSchool', { name: 'École du Port' }, 'second-form-here-0001')).toBe(200)
    expect(await schools('École du Port')).toBe(1)
    // Another key is another wish: the rule against two schools of one name meets it.
    expect(await send('settings/saveSchool', { name: 'École du Port' }, 'third-form-of-all-0001')).toBe(422)
  })

  it('before anything arrived: nothing is done until it is asked again', async () => {
    wire.cut()
    expect(await send('settings/saveSchool', { name: 'École du Lac' }, 'fourth-form-here-0001')).toBeNull()
    expect(await schools('École du Lac')).toBe(0)
    wire.mend()
    expect(await send('settings/saveSchool', { name: 'École du Lac' }, 'fourth-form-here-0001')).toBe(200)
    expect(await schools('École du Lac')).toBe(1)
  })

  it('and a desk that starts again meanwhile: the page goes on with its session, and what was done is not done twice', async () => {
    wire.loseAnswers()
    expect(await send('settings/saveSchool', { name: 'École du Mont' }, 'fifth-form-of-all-0001')).toBeNull()
    await expect.poll(() => schools('École du Mont')).toBe(1)
    // As after a restart: nothing in memory, the file as it is.
    town.desk.core.workstations.answers.clear()
    town.desk.core.workstations.sessions.clear()
    wire.mend()
    expect(await send('settings/saveSchool', { name: 'École du Mont' }, 'fifth-form-of-all-0001')).toBe(409)
    expect(await schools('École du Mont')).toBe(1)
  })
})
