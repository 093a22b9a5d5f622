import { writeFileSync } from 'node:fs'
import { type IncomingHttpHeaders, request } from 'node:http'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PortTaken, serveDesk } from '../../main/host/http.ts'
import { letIn, serveFor } from '../contract/ways.ts'
import { aDesk, type TestDesk } from '../support/desk.ts'

let town: TestDesk
let served: Awaited<ReturnType<typeof serveFor>>
let cookie: string
let origin: string

beforeAll(async () => {
  town = await aDesk()
  served = await serveFor(town.desk)
  origin = new URL(served.address).origin
  cookie = await letIn(served.address)
})
afterAll(async () => {
  await served.close()
  await town.close()
})

type Answer = { status: number; headers: IncomingHttpHeaders; body: string }

/** A raw request: fetch would tidy the path and choose the Host by itself. */
const ask = (path: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}) =>
  new Promise<Answer>((done, failed) => {
    const { port } = new URL(origin)
    const { method, headers, body } = options
    const sent = request(
      { host: '127.0.0.1', port, path, method: method ?? 'GET', headers: { ...headers }, agent: false },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        answer.on('end', () => done({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }))
      },
    )
    sent.on('error', failed)
    sent.end(body)
  })

const call = (headers: Record<string, string> = {}, body = '{}', path = '/rpc/staff/session') =>
  ask(path, {
    method: 'POST',
    headers: { cookie, origin, 'x-csrf-token': 'orpc', 'content-type': 'application/json', ...headers },
    body,
  })

describe('the desk over HTTP', () => {
  it('listens to this computer only', () => {
    expect(new URL(served.address).hostname).toBe('127.0.0.1')
  })

  it('lets in whoever has the printed key, and nobody else', async () => {
    expect((await ask('/')).status).toBe(403)
    expect((await ask('/?cle=autre')).status).toBe(403)
    const { status, headers } = await ask(new URL(served.address).pathname + new URL(served.address).search)
    expect(status).toBe(303)
    expect(headers.location).toBe('/')
    expect(headers['set-cookie']?.[0]).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/)
    expect((await ask('/', { headers: { cookie } })).status).toBe(200)
  })

  it('answers a call only with a known cookie', async () => {
    expect((await call()).status).toBe(200)
    const { status, body } = await call({ cookie: 'espace-jeunesse=abc' })
    expect(status).toBe(401)
    expect(JSON.parse(body)).toMatchObject({ json: { code: 'LOGIN_NEEDED', data: { sentence: expect.any(String) } } })
  })

  it.each([
    ['from another site', { origin: 'https://exemple.fr' }],
    ['from a page without an origin', { origin: 'null' }],
    ['that the browser calls cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['from another port of this machine', { 'sec-fetch-site': 'same-site' }],
    ['without the header that a form cannot send', { 'x-csrf-token': '' }],
  ])('refuses a call %s', async (_, headers) => {
    const { status, body } = await call(headers)
    expect(status).toBe(403)
    expect(body).toContain('ne vient pas d’une page d’Espace Jeunesse')
  })

  it('refuses a name that leads here from elsewhere', async () => {
    expect((await ask('/', { headers: { cookie, host: 'exemple.fr' } })).status).toBe(421)
    expect((await call({ host: 'exemple.fr', origin: 'http://exemple.fr' })).status).toBe(421)
  })

  it('answers calls to POST alone, pages to GET alone, and opens nothing to other sites', async () => {
    expect((await ask('/rpc/staff/session', { headers: { cookie, origin } })).status).toBe(405)
    expect((await ask('/', { method: 'PUT', headers: { cookie } })).status).toBe(405)
    const asked = { origin: 'https://exemple.fr', 'access-control-request-method': 'POST' }
    const { headers } = await ask('/rpc/staff/session', { method: 'OPTIONS', headers: asked })
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  it('takes 32 MB at most, and says so', async () => {
    const { status, body } = await call({ 'content-length': String(33 * 1024 * 1024) })
    expect(status).toBe(413)
    expect(body).toContain('32\u00a0Mo au plus')
  })

  it('takes a backup of 512 MB at most, and says so', async () => {
    for (const path of ['/rpc/staff/startFromBackup', '/rpc/settings/restoreBackup']) {
      const { status, body } = await call({ 'content-length': String(513 * 1024 * 1024) }, '{}', path)
      expect(status).toBe(413)
      expect(body).toContain('512\u00a0Mo au plus')
    }
  })

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/..%2findex.html',
    '/..\\secret.txt',
    '/..%5csecret.txt',
    '/index.html%00.txt',
    '/%E0%A4%A',
    '//secret.txt',
  ])('reads nothing outside the screens: %s', async (path) => {
    writeFileSync(join(dirname(served.screens), 'secret.txt'), 'secret')
    const { status, body } = await ask(path, { headers: { cookie } })
    expect(status).toBe(404)
    expect(body).not.toContain('secret')
  })

  it('shows no screen without its key, however the address is written', async () => {
    const { status, body } = await ask('/assets/..%2findex.html')
    expect([status, body.includes('Bureau')]).toEqual([404, false])
  })

  it('guards every answer with its headers', async () => {
    const pages = [
      await ask('/'),
      await ask('/', { headers: { cookie } }),
      await ask('/rien', { headers: { cookie } }),
      await call(),
    ]
    for (const { headers } of pages) {
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cache-control': 'no-store',
      })
    }
    for (const { headers } of pages.slice(0, 3)) {
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'/)
    }
  })

  it('gives each page a policy of its own, without unsafe words', async () => {
    const one = (await ask('/', { headers: { cookie } })).headers['content-security-policy']
    const other = (await ask('/', { headers: { cookie } })).headers['content-security-policy']
    expect(one).not.toBe(other)
    expect(one).not.toMatch(/unsafe|\*|http:/)
  })

  it('says that a port is taken', async () => {
    const port = Number(new URL(origin).port)
    const again = serveDesk(town.desk, { screens: served.screens, port, log: console.error })
    await expect(again).rejects.toThrow(PortTaken)
    await expect(again).rejects.toThrow(`Le port ${port} est déjà pris`)
  })
})
