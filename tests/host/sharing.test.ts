import { X509Certificate } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { request } from 'node:https'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/fetch'
import { SimpleCsrfProtectionLinkPlugin } from '@orpc/client/plugins'
import type { ContractRouterClient } from '@orpc/contract'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeCertificate } from '../../main/host/certificate.ts'
import {
  CertificateChanged,
  fetchCertificate,
  otherWorkstationClient,
  typedAddress,
} from '../../main/host/other-workstation.ts'
import { offerSharing } from '../../main/host/sharing.ts'
import { ipv6Words } from '../../main/http/ipv6.ts'
import { contract, type DeskContract } from '../../shared/contract/desk/index.ts'
import { aDesk, aMember, password, type TestDesk } from '../support/desk.ts'

let town: TestDesk
let screens: string
let sharing: Awaited<ReturnType<typeof offerSharing>>
let port: number

const path = () => join(town.store.dataDir, 'partage')
const offer = () =>
  offerSharing(town.desk, {
    dataDir: town.store.dataDir,
    secrets: town.desk.core.exchange.secrets,
    screens,
    port: 0,
    log: () => undefined,
  })
const keptPort = (): number => (JSON.parse(readFileSync(path(), 'utf8')) as { port: number }).port

beforeAll(async () => {
  town = await aDesk()
  screens = mkdtempSync(join(tmpdir(), 'screens-'))
  writeFileSync(join(screens, 'index.html'), '<!doctype html><title>Bureau</title>')
  const own = await aMember(town.desk, town.client, { name: 'Inès Roche', login: 'ines', roles: ['receptionist'] })
  await own.staff.logout()
})
afterAll(async () => {
  rmSync(screens, { recursive: true, force: true })
  await town.close()
})
beforeEach(async () => {
  sharing = await offer()
  await town.client.staff.share({ on: true })
  port = keptPort()
})
afterEach(async () => {
  await sharing.close()
  rmSync(path(), { force: true })
})

const cards = Object.values(networkInterfaces()).flatMap((card) => card ?? [])
const hasIpv6 = cards.some(({ address }) => address === '::1')
const ownAddresses = cards.filter(({ scopeid = 0 }) => scopeid === 0).map(({ address }) => address)

type Answer = { status: number; headers: IncomingHttpHeaders; body: string }

type Asked = { host?: string; method?: string; headers?: Record<string, string>; body?: string }

const ask = (to: string, options: Asked = {}) =>
  new Promise<Answer>((done, failed) => {
    const { host = '127.0.0.1', method = 'GET', headers = {}, body } = options
    const sent = request(
      { host, port, path: to, method, headers, agent: false, rejectUnauthorized: false },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        answer.on('end', () => done({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }))
      },
    )
    sent.on('error', failed)
    sent.end(body)
  })

const call = (to: string, input?: unknown, headers: Record<string, string> = {}, host = '127.0.0.1') =>
  ask(`/rpc/${to}`, {
    host,
    method: 'POST',
    headers: {
      origin: `https://127.0.0.1:${port}`,
      'x-csrf-token': 'orpc',
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify({ json: input }),
  })

const cookieOf = ({ headers }: Answer): string => headers['set-cookie']?.[0]?.split(';')[0] ?? ''

/** Every call that asks who is there. */
const guarded = Object.entries(contract).flatMap(([domain, calls]) =>
  Object.entries(calls).flatMap(([name, { '~orpc': procedure }]) =>
    procedure.meta.access === 'anyone' ? [] : [`${domain}/${name}`],
  ),
)

/** Another computer's window, as its shell connects it. */
const anotherWorkstation = (
  certificate: string,
  headers: Record<string, string> = {},
  address = `https://127.0.0.1:${port}`,
): ContractRouterClient<DeskContract> => {
  const line = otherWorkstationClient({ address, certificate })
  return createORPCClient(
    new RPCLink({
      url: 'http://desk.invalid/rpc',
      headers,
      fetch: (asked, init) => line(new Request(asked, init)),
      plugins: [new SimpleCsrfProtectionLinkPlugin()],
    }),
  )
}

describe('a desk that is not shared', () => {
  it('listens to this computer alone, and shows nothing of how it was shared before', async () => {
    await town.client.staff.share({ on: false })
    await expect.poll(() => ask('/').catch((error: NodeJS.ErrnoException) => error.code)).toBe('ECONNREFUSED')
    expect((await town.client.staff.posts()).sharing).toMatchObject({ isOn: false })
  })

  it('is shared and unshared by an administrator alone', async () => {
    const { certificate } = await fetchCertificate(`https://127.0.0.1:${port}`)
    const ines = anotherWorkstation(certificate)
    await ines.staff.login({ login: 'ines', password })
    await expect(ines.staff.share({ on: false })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(ines.staff.posts()).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})

describe('a shared desk', () => {
  it('keeps its port, its certificate and its choice over a restart', async () => {
    const before = (await town.client.staff.posts()).sharing
    await sharing.close()
    sharing = await offer()
    expect((await town.client.staff.posts()).sharing).toEqual(before)
    expect((await ask('/')).status).toBe(200)
  })

  it('keeps its key in a file that only this account reads, and in no backup', () => {
    // Windows keeps rights otherwise: the folder of the account is its own there.
    expect(process.platform === 'win32' ? 0 : statSync(path()).mode & 0o077).toBe(0)
    expect(existsSync(join(town.store.dataDir, 'sauvegardes', 'partage'))).toBe(false)
  })

  it('shows the code that the other computer shows, and the fingerprint that browsers show', async () => {
    const { sharing: shown } = await town.client.staff.posts()
    const met = await fetchCertificate(typedAddress(` 127.0.0.1:${port}/ `))
    expect(met.code).toBe(shown?.code)
    expect(met.code).toMatch(/^([0-9A-Z]{4}-){4}[0-9A-Z]{4}$/)
    expect(new X509Certificate(met.certificate).fingerprint256).toBe(shown?.fingerprint)
    expect((await ask('/empreinte')).body).toContain(met.code)
  })

  it('gives the screens to whoever comes, and no data before a login', async () => {
    const { status, headers } = await ask('/')
    expect(status).toBe(200)
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'/)
    for (const to of guarded) {
      const answer = await call(to)
      expect([answer.status, to]).toEqual([401, to])
      expect(answer.body).toContain('LOGIN_NEEDED')
    }
  })

  it('is shared again, as before, once the service’s own data are open again', async () => {
    await sharing.close()
    await expect(ask('/')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await town.desk.core.workstations.sharing?.resume()
    expect((await ask('/')).status).toBe(200)
    await town.client.staff.share({ on: false })
    await expect.poll(() => ask('/').catch((error: NodeJS.ErrnoException) => error.code)).toBe('ECONNREFUSED')
    await town.desk.core.workstations.sharing?.resume()
    await expect(ask('/')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('names every address of this computer in its certificate', async () => {
    const { certificate } = await fetchCertificate(`https://127.0.0.1:${port}`)
    const known = new X509Certificate(certificate)
    for (const address of ['127.0.0.1', '::1', ...ownAddresses]) expect(known.checkIP(address)).toBeDefined()
    expect(known.checkIP('192.0.2.200')).toBeUndefined()
    expect(known.checkIP('2001:db8::200')).toBeUndefined()
    expect(known.checkHost('localhost')).toBe('localhost')
  })

  it.skipIf(!hasIpv6)('answers over IPv6 as over IPv4, and gives people the address that is typed', async () => {
    const address = `https://[::1]:${port}`
    const { certificate } = await fetchCertificate(typedAddress(`[::1]:${port}/`))
    const ines = anotherWorkstation(certificate, {}, address)
    expect(await ines.staff.login({ login: 'ines', password })).toMatchObject({ state: 'open' })
    const { posts, sharing: shown } = await town.client.staff.posts()
    expect(posts.find((workstation) => workstation.address === '::1')).toMatchObject({
      person: 'Inès Roche',
      kind: 'network',
    })
    for (const one of shown?.addresses ?? []) expect(one).not.toContain('[fe80')
    expect((await ask('/', { host: '::1', headers: { host: 'exemple.fr' } })).status).toBe(421)
  })

  it.skipIf(!hasIpv6)('counts wrong passwords over IPv6 too', async () => {
    const tries = await Promise.all(
      Array.from({ length: 11 }, () =>
        call('staff/login', { login: 'personne', password: 'rien' }, { origin: `https://[::1]:${port}` }, '::1'),
      ),
    )
    expect(tries.filter(({ status }) => status === 422)).toHaveLength(10)
    expect(tries.filter(({ status }) => status === 429)).toHaveLength(1)
  })

  it('gives a cookie that leaves over TLS only, to this page only', async () => {
    const { headers } = await call('staff/session')
    expect(headers['set-cookie']?.[0]).toMatch(
      /^__Host-espace-jeunesse-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/; Secure$/,
    )
  })

  it.each([
    ['from another site', { origin: 'https://exemple.fr' }],
    ['from the same machine without TLS', { origin: 'http://127.0.0.1' }],
    ['without the header that a form cannot send', { 'x-csrf-token': '' }],
  ])('refuses a call %s', async (_, headers) => {
    expect((await call('staff/session', undefined, headers)).status).toBe(403)
  })

  it('refuses a name that leads here from elsewhere', async () => {
    expect((await ask('/', { headers: { host: 'exemple.fr' } })).status).toBe(421)
  })

  it.each(['startEmpty', 'startExample', 'startFromBackup'])(
    'never begins a service from elsewhere: %s',
    async (way) => {
      const { status, body } = await call(`staff/${way}`, {})
      expect(status).toBe(403)
      expect(body).toContain('sur le poste principal')
    },
  )

  it('lets a computer try ten passwords, whatever cookie it shows, then makes it wait', async () => {
    const tries = await Promise.all(
      Array.from({ length: 14 }, () => call('staff/login', { login: 'ines', password: 'rien' })),
    )
    expect(tries.filter(({ status }) => status === 422)).toHaveLength(10)
    expect(tries.filter(({ status }) => status === 429)).toHaveLength(4)
    expect((await call('staff/login', { login: 'ines', password })).body).toContain('Trop d’essais depuis ce poste')
  })
})

describe('an IPv6 address', () => {
  it.each([
    ['::1', [0, 0, 0, 0, 0, 0, 0, 1]],
    ['fd00::2', [0xfd00, 0, 0, 0, 0, 0, 0, 2]],
    ['2001:db8:0:1::', [0x2001, 0xdb8, 0, 1, 0, 0, 0, 0]],
    ['2001:db8:1:2:3:4:5:6', [0x2001, 0xdb8, 1, 2, 3, 4, 5, 6]],
    ['::ffff:192.0.2.1', [0, 0, 0, 0, 0, 0xffff, 0xc000, 0x0201]],
  ])('is eight numbers: %s', (address, words) => expect(ipv6Words(address)).toEqual(words))
})

describe('another computer', () => {
  it('works with its own account and its own rights, over the confirmed certificate', async () => {
    const { certificate } = await fetchCertificate(`https://127.0.0.1:${port}`)
    const ines = anotherWorkstation(certificate)
    expect((await ines.staff.session()).state).toBe('loggedOut')
    expect(await ines.staff.login({ login: 'ines', password })).toMatchObject({ state: 'open' })
    await expect(ines.staff.list()).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const { posts } = await town.client.staff.posts()
    expect(posts.find(({ person }) => person === 'Inès Roche')).toMatchObject({ kind: 'network', address: '127.0.0.1' })
  })

  it('hears at once what changes at the desk', async () => {
    const { certificate } = await fetchCertificate(`https://127.0.0.1:${port}`)
    const ines = anotherWorkstation(certificate)
    await ines.staff.login({ login: 'ines', password })
    const stream = await ines.staff.changes({ page: 'page-of-ines' })
    await stream.next()
    const told = stream.next()
    await town.client.settings.saveSchool({ name: 'École Jacques-Prévert' })
    expect((await told).value).toMatchObject({ domains: expect.arrayContaining(['settings']) })
    await stream.return?.(undefined)
  })

  it('that edits a record at the same time: one edit is written, and the other is told by whom', async () => {
    const { certificate } = await fetchCertificate(`https://127.0.0.1:${port}`)
    await town.client.staff.change({ id: 2, name: 'Inès Roche', roles: ['administrator'], active: true })
    const basis = String(town.store.sqlite.prepare('select max(id) from audit').pluck().get())
    const posts = await Promise.all(
      ['sandrine', 'ines'].map(async (login) => {
        const workstation = anotherWorkstation(certificate, {
          'x-basis': basis,
          'x-call': `form-of-${login.padEnd(12, '-')}-0001`,
        })
        await workstation.staff.login({ login, password })
        return workstation
      }),
    )
    const typed = await town.client.settings.organisation()
    const answers = await Promise.allSettled(
      posts.map((workstation, index) =>
        workstation.settings.changeOrganisation({ ...typed, phone: `02 31 00 00 0${index}` }),
      ),
    )
    const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []))
    expect(refused).toMatchObject([
      { code: 'OVERWRITES', data: { sentence: expect.stringContaining('Modifié entre-temps par') } },
    ])
  })

  it('gets a new cookie at each login and logout, so that a copied one is useless afterwards', async () => {
    const noted = cookieOf(await call('staff/session'))
    const login = (cookie: string) => call('staff/login', { login: 'ines', password }, { cookie })
    const inside = cookieOf(await login(noted))
    expect([inside === '', inside === noted]).toEqual([false, false])
    expect((await call('settings/schools', undefined, { cookie: inside })).status).toBe(200)
    const late = await call('settings/schools', undefined, { cookie: noted })
    expect([late.status, late.headers['set-cookie']]).toEqual([401, undefined])
    const outside = cookieOf(await call('staff/logout', undefined, { cookie: inside }))
    expect([outside === '', outside === inside]).toEqual([false, false])
    expect((await call('staff/session', undefined, { cookie: outside })).body).toContain('loggedOut')
    expect((await call('settings/schools', undefined, { cookie: inside })).status).toBe(401)
    const again = cookieOf(await login(outside))
    await call('staff/lock', undefined, { cookie: again })
    const unlocked = cookieOf(await call('staff/unlock', { password }, { cookie: again }))
    expect((await call('settings/schools', undefined, { cookie: again })).status).toBe(401)
    const other = { current: password, next: `${password}-2` }
    const changed = cookieOf(await call('staff/changePassword', other, { cookie: unlocked }))
    expect((await call('settings/schools', undefined, { cookie: unlocked })).status).toBe(401)
    const back = { current: other.next, next: password }
    expect((await call('staff/changePassword', back, { cookie: changed })).status).toBe(200)
    // Also once the desk was started again: no row of the file leads back to it.
    expect(cookieOf(await login(outside))).not.toBe(outside)
  })

  it('hears nothing of what the service does before it logs in, nor after its workstation was removed', async () => {
    const { certificate } = await fetchCertificate(`https://127.0.0.1:${port}`)
    const stranger = anotherWorkstation(certificate)
    const ines = anotherWorkstation(certificate)
    await ines.staff.login({ login: 'ines', password })
    const heard: string[] = []
    const listen = async (stream: AsyncIterable<{ domains: string[] }>) => {
      for await (const { domains } of stream) heard.push(...domains)
    }
    const strange = await stranger.staff.changes({ page: 'page-of-nobody' })
    const stream = await ines.staff.changes({ page: 'page-of-ines' })
    const listening = listen(strange).catch(() => undefined)
    const removed: string[] = []
    const ended = (async () => {
      for await (const { domains } of stream) removed.push(...domains)
      return 'ended'
    })()
    const pages = () => [...town.desk.core.workstations.pages.keys()]
    await expect.poll(pages).toEqual(expect.arrayContaining(['page-of-nobody', 'page-of-ines']))
    const { posts } = await town.client.staff.posts()
    await town.client.settings.saveSchool({ name: 'École Louise-Michel' })
    await town.client.staff.disconnect({ id: posts.filter(({ person }) => person === 'Inès Roche').at(-1)?.id ?? '' })
    expect(await ended).toBe('ended')
    expect(removed).toContain('staff')
    await strange.return?.(undefined)
    await listening
    expect(heard.filter((domain) => domain !== 'staff')).toEqual([])
  })

  it('is disconnected from the desk: its next call finds the login', async () => {
    const { certificate } = await fetchCertificate(`https://127.0.0.1:${port}`)
    const ines = anotherWorkstation(certificate)
    await ines.staff.login({ login: 'ines', password })
    const { posts } = await town.client.staff.posts()
    const latest = posts.filter(({ person }) => person === 'Inès Roche').at(-1)
    await town.client.staff.disconnect({ id: latest?.id ?? '' })
    await expect(ines.settings.schools()).rejects.toMatchObject({ code: 'LOGIN_NEEDED' })
    expect(await ines.staff.session()).toMatchObject({
      state: 'loggedOut',
      endedBecause: expect.stringMatching(/ a déconnecté ce poste\./),
    })
    expect((await town.client.staff.posts()).posts.map(({ id }) => id)).not.toContain(latest?.id)
  })

  it('sends nothing to a computer that shows another certificate than the confirmed one', async () => {
    const { certificate } = makeCertificate(['127.0.0.1'], new Date())
    const ines = anotherWorkstation(certificate)
    await expect(ines.staff.login({ login: 'ines', password })).rejects.toBeInstanceOf(CertificateChanged)
    expect((await town.client.staff.posts()).posts.filter(({ isOpen }) => isOpen)).toEqual([])
  })

  it('sends nothing either after the desk itself changed its certificate', async () => {
    const { certificate } = await fetchCertificate(`https://127.0.0.1:${port}`)
    await sharing.close()
    rmSync(path())
    sharing = await offer()
    await town.client.staff.share({ on: true })
    port = keptPort()
    await expect(anotherWorkstation(certificate).staff.session()).rejects.toBeInstanceOf(CertificateChanged)
  })

  it.each(['', 'poste-accueil', 'https://', '192.168.1.20', 'http://moi:secret@192.168.1.20:4660'])(
    'is told what an address looks like: « %s »',
    (typed) => {
      expect(() => typedAddress(typed)).toThrow(/Exemple/)
    },
  )

  it('is shown a message when nobody answers at the address', async () => {
    await expect(fetchCertificate('https://127.0.0.1:1')).rejects.toMatchObject({
      sentence: expect.stringContaining('Aucun poste ne répond'),
    })
  })
})
