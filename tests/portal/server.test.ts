import { spawnSync } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type IncomingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { createORPCClient, isDefinedError, safe } from '@orpc/client'
import { RPCLink } from '@orpc/client/fetch'
import { SimpleCsrfProtectionLinkPlugin } from '@orpc/client/plugins'
import type { ContractRouterClient } from '@orpc/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publish } from '../../main/portal/exchange/publications.ts'
import { createRefusedForms } from '../../main/portal/http/refused-forms.ts'
import { tickMilliseconds } from '../../main/portal/http/visitor-queue.ts'
import { type PortalServing, requestMilliseconds, servePortal } from '../../main/portal/program/server.ts'
import { homeHeader } from '../../shared/contract/portal/home-header.ts'
import type { contract } from '../../shared/contract/portal/index.ts'
import { day, instant } from '../../shared/rules/calendar/day.ts'
import { quickStore } from '../support/machine/quick-store.ts'
import { aPortal, password } from './portal.ts'
import { families, period, published } from './town.ts'

type Answer = { status: number; headers: IncomingHttpHeaders; body: string }
type Client = ContractRouterClient<typeof contract>

const email = 'claire.aubry@exemple.fr'
type Browser = { readonly page: Client; readonly cookie: () => string }

let place: Awaited<ReturnType<typeof aPortal>>
let serving: PortalServing
let origin: string
let screens: string

beforeAll(async () => {
  place = await aPortal(quickStore)
  await place.portal.mails.sendWaiting()
  screens = mkdtempSync(join(tmpdir(), 'portal-screens-'))
  mkdirSync(join(screens, 'assets'))
  writeFileSync(
    join(screens, 'index.html'),
    '<!doctype html><html lang="fr"><title>Portail</title><div id="root"><main></main></div><script nonce="nonce-of-this-page">',
  )
  writeFileSync(join(screens, 'assets/app.js'), 'export {}')
  serving = await servePortal(place.portal, { screens, port: 0, host: '127.0.0.1', behindProxy: true })
  origin = `http://127.0.0.1:${serving.port}`
})
afterAll(async () => {
  await serving.close()
  await place.close()
  rmSync(screens, { recursive: true })
})

type Asked = { method?: string; headers?: Record<string, string>; body?: string }

/** A raw request: fetch would tidy the path and choose the Host by itself. */
const askOnce = (path: string, options: Asked = {}) =>
  new Promise<Answer>((done, failed) => {
    const { method = 'GET', headers = {}, body } = options
    const sent = request({ host: '127.0.0.1', port: serving.port, path, method, headers, agent: false }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      answer.on('end', () => done({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }))
    })
    sent.on('error', failed)
    sent.end(body)
  })

/** A page asked for as a browser does: on a busy computer it waits in the queue, and asks again with its ticket. */
const ask = async (path: string, { headers = {}, ...options }: Asked = {}): Promise<Answer> => {
  const answer = await askOnce(path, { headers, ...options })
  const seconds = Number(answer.headers['retry-after'])
  if (answer.status !== 503 || !(seconds > 0)) return answer
  await setTimeout(seconds * 1000)
  const cookie = [headers['cookie'], cookieOf(answer)].filter(Boolean).join('; ')
  return ask(path, { ...options, headers: { ...headers, cookie } })
}

/** @returns the page where it leads when it was refused, or when its mail is on its way */
const form = async (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) => {
  const answer = await ask(path, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(fields).toString(),
  })
  const to = answer.headers.location ?? ''
  return /[?&](a-corriger=|envoye$)/.test(to) ? { ...answer, body: (await ask(to, { headers })).body } : answer
}

const cookieOf = ({ headers }: Answer): string => headers['set-cookie']?.[0]?.split(';')[0] ?? ''

/** A page of the portal in a browser that keeps its cookie. */
const browser = (cookie = '', home?: number): Browser => {
  let kept = cookie
  const link = new RPCLink({
    url: `${origin}/rpc`,
    plugins: [new SimpleCsrfProtectionLinkPlugin()],
    fetch: async (asked, init) => {
      const sent = new Request(asked, init)
      sent.headers.set('origin', origin)
      if (kept !== '') sent.headers.set('cookie', kept)
      if (home !== undefined) sent.headers.set(homeHeader, `${home}`)
      const answer = await fetch(sent)
      kept = answer.headers.getSetCookie()[0]?.split(';')[0] ?? kept
      return answer
    },
  })
  return { page: createORPCClient<Client>(link), cookie: () => kept }
}

const from = (forwarded: string) => ({ 'x-forwarded-for': forwarded })
/** The page, but for what changes with each answer. */
const told = ({ body }: Answer) => body.replace(/nonce="[^"]+"/, '')
const sentence = async (call: Promise<unknown>) => {
  const { error } = await safe(call)
  return (error as { data?: { sentence?: string } } | null)?.data?.sentence ?? 'went through'
}

let claire: Browser
const activated = async () => {
  claire ??= browser(
    cookieOf(await form('/activation', { jeton: place.mailbox.linkTo(email), 'mot-de-passe': password })),
  )
  return claire
}

describe('public pages', () => {
  it.each([
    ['/', 'Connexion au portail de la famille'],
    ['/mot-de-passe-oublie', 'Mot de passe oublié\u00a0?'],
    ['/activation', 'Le code de la lettre'],
    ['/aide', 'Comment utiliser le portail\u00a0?'],
    ['/mentions-legales', 'Délégué à la protection des données'],
    ['/e-accessibilite', 'non conforme'],
    ['/contact', 'href="tel:0261911234"'],
  ])('%s is HTML before any script, under a policy that allows none but « Voir »', async (path, words) => {
    const { status, headers, body } = await ask(path, { headers: { host: `127.0.0.1:${serving.port}` } })
    expect(status).toBe(200)
    expect(body).toContain(words)
    expect(body).toContain('Date de dernière mise à jour\u00a0: mer. 25 nov. 2026')
    for (const label of ['Mentions légales', 'E-accessibilité', 'Contactez-nous']) expect(body).toContain(label)
    const policy = String(headers['content-security-policy'])
    const scripts = [...body.matchAll(/<script([^>]*)>(.*?)<\/script>/gs)]
    expect(scripts).toHaveLength(body.includes('type="password"') ? 1 : 0)
    for (const [, attributes, text = ''] of scripts) {
      expect(attributes).toBe('')
      expect(policy).toContain(`; script-src 'sha256-${createHash('sha256').update(text).digest('base64')}';`)
    }
    expect(policy).toMatch(/^default-src 'none'; style-src 'nonce-[^']+'; script-src 'sha256-[^']+'; img-src/)
    expect(policy).toContain(`form-action 'self'`)
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'cache-control': 'no-store',
    })
    expect(headers).not.toHaveProperty('access-control-allow-origin')
  })

  it('shows what was typed as text', async () => {
    const hostile = '"><script>alert(1)</script>'
    const { body } = await form('/connexion', { identifiant: hostile, 'mot-de-passe': 'x', suite: hostile })
    expect(body).not.toContain('<script>alert')
    expect(body.match(/<script/g)).toHaveLength(1)
    expect(body).toContain('&quot;&gt;&lt;script&gt;')
  })
})

describe('logging in by the forms', () => {
  it('goes from the mail’s link to the screens, by a cookie that no script and no other site can use', async () => {
    const secret = place.mailbox.linkTo(email)
    expect((await ask(`/activation?jeton=${secret}`, { headers: { host: new URL(origin).host } })).body).toContain(
      'Choisir mon mot de passe',
    )
    const weak = await form('/activation', { jeton: secret, 'mot-de-passe': 'marronnier' })
    expect([weak.status, weak.body.includes('trop simple')]).toEqual([303, true])
    const opened = await form('/activation', { jeton: secret, 'mot-de-passe': password })
    expect([opened.status, opened.headers.location]).toEqual([303, '/mon-tableau-de-bord'])
    expect(opened.headers['set-cookie']?.[0]).toMatch(
      /^__Host-portail=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/; Secure$/,
    )
    const cookie = cookieOf(opened)
    claire = browser(cookie)
    expect((await ask('/mon-tableau-de-bord', { headers: { cookie } })).body).toContain(
      '<title>Mon tableau de bord – Portail Famille</title>',
    )
    expect((await ask('/', { headers: { cookie } })).headers.location).toBe('/mon-tableau-de-bord')
    expect((await ask(`/activation?jeton=${secret}`)).status).toBe(410)
  })

  it('says what is wrong with a form at an address that « Précédent » shows again, for five minutes, without the password', async () => {
    const tried = { identifiant: 'claire@exemple.fr', 'mot-de-passe': 'Grenouille-bleue-1', suite: '/mes-inscriptions' }
    const refused = await form('/connexion', tried)
    const to = refused.headers.location ?? ''
    const page = async (path = to) => (await ask(path)).body
    for (const text of ['incorrect', 'value="claire@exemple.fr"', 'value="/mes-inscriptions"']) {
      expect(await page()).toContain(text)
      expect(await page(to.replace('/?', '/mot-de-passe-oublie?'))).not.toContain(text)
    }
    expect(await page()).not.toContain('Grenouille')
    place.clock.later(6)
    expect(await page()).not.toContain('claire@exemple.fr')
  })

  it('says why it asks again when a session ended, and that what was written is kept only when it is', async () => {
    const at = '/?suite=%2Fnouveau-message'
    expect((await ask(at)).body).not.toContain('session')
    expect((await ask(`${at}&fin=oui`)).body).toContain('Votre session est terminée. Reconnectez-vous.')
    expect((await ask(`${at}&fin=garde`)).body).toMatch(/Reconnectez-vous\s: ce que vous écriviez est gardé\./)
  })

  it('sends who is not logged in to the home page, and back where they went; never to another site', async () => {
    await activated()
    expect((await ask('/mes-inscriptions')).headers.location).toBe('/?suite=%2Fmes-inscriptions')
    const login = { identifiant: email, 'mot-de-passe': password }
    const to = async (suite: string) => (await form('/connexion', { ...login, suite })).headers.location
    const asked = '/nouvelle-inscription?enfant=101'
    expect((await ask(asked)).headers.location).toBe(`/?suite=${encodeURIComponent(asked)}`)
    expect([await to('/mes-inscriptions'), await to(asked)]).toEqual(['/mes-inscriptions', asked])
    for (const suite of ['//ailleurs.fr', 'https://ailleurs.fr', '/\\ailleurs.fr', '']) {
      expect(await to(suite)).toBe('/mon-tableau-de-bord')
    }
  })

  it('says the same thing for any address that forgot its password', async () => {
    const [one, other] = [
      await form('/mot-de-passe-oublie', { identifiant: email }),
      await form('/mot-de-passe-oublie', { identifiant: 'nobody@exemple.fr' }),
    ]
    expect(told(one)).toBe(told(other))
  })

  it('keeps its pages and « Se déconnecter » at hand on what anybody may read', async () => {
    await activated()
    const cookie = cookieOf(await form('/connexion', { identifiant: email, 'mot-de-passe': password }))
    for (const path of ['/aide', '/contact', '/mentions-legales', '/e-accessibilite']) {
      const { body, headers } = await ask(path, { headers: { cookie } })
      expect(body).toContain('href="/mes-inscriptions"')
      expect(body).toContain('action="/deconnexion"')
      expect(headers['cache-control']).toBe('no-store')
      expect((await ask(path)).body).not.toContain('/deconnexion')
    }
  })

  it('logs out', async () => {
    await activated()
    const login = await form('/connexion', { identifiant: email, 'mot-de-passe': password })
    const cookie = cookieOf(login)
    await form('/deconnexion', {}, { cookie })
    expect((await ask('/mon-compte', { headers: { cookie } })).status).toBe(303)
  })
})

describe('strangers', () => {
  it.each([
    ['another site’s form', { origin: 'https://ailleurs.fr' }],
    ['a form that does not say where it comes from', { origin: '' }],
    ['a page hidden in a frame', { origin: 'null' }],
    ['a browser that says it is another site', { 'sec-fetch-site': 'cross-site' }],
  ])('refuses %s', async (_, headers) => {
    expect((await form('/connexion', { identifiant: email, 'mot-de-passe': password }, headers)).status).toBe(403)
    const { cookie } = await activated()
    const call = await ask('/rpc/account/logout', {
      method: 'POST',
      headers: { origin, cookie: cookie(), 'x-csrf-token': 'orpc', 'content-type': 'application/json', ...headers },
      body: '{}',
    })
    expect(call.status).toBe(403)
  })

  it('refuses a call without the sign that only a script of the portal can send', async () => {
    const headers = { origin, 'content-type': 'application/json' }
    expect((await ask('/rpc/account/session', { method: 'POST', headers, body: '{}' })).status).toBe(403)
    expect((await ask('/rpc/account/session')).status).toBe(405)
  })

  it('refuses another name that leads here', async () => {
    expect((await ask('/', { headers: { host: 'ailleurs.fr' } })).status).toBe(421)
    expect((await ask('/', { headers: { host: 'portail.exemple.fr' } })).status).toBe(200)
  })

  it('sends scripts compressed to who reads that, and as they are to who does not', async () => {
    const script = '/assets/app.js'
    const both = await ask(script, { headers: { 'accept-encoding': 'gzip, deflate, br' } })
    expect(both.headers['content-encoding']).toBe('br')
    const older = await ask(script, { headers: { 'accept-encoding': 'gzip' } })
    expect(older.headers['content-encoding']).toBe('gzip')
    const plain = await ask(script)
    expect(plain.headers['content-encoding']).toBeUndefined()
    expect(plain.body).toBe('export {}')
  })

  it('reads nothing outside the screens', async () => {
    for (const path of ['/../package.json', '/assets/..%2f..%2fpackage.json', '/assets/%2e%2e/%2e%2e/x.txt']) {
      expect((await ask(path)).status).not.toBe(200)
    }
    expect((await ask('/assets/app.js')).status).toBe(200)
  })

  it('takes no body that is too heavy or damaged', async () => {
    const headers = { origin, 'x-csrf-token': 'orpc', 'content-type': 'application/json' }
    const post = (body: string) => ask('/rpc/account/login', { method: 'POST', headers, body })
    expect((await post(`{"json":{"email":"${'a'.repeat(300_000)}"}}`)).status).toBe(413)
    expect((await post('{"json":')).status).toBe(422)
    expect((await post('{"json":{"email":{"$gt":""},"password":[]}}')).status).toBe(422)
    expect((await form('/connexion', { identifiant: 'a'.repeat(20_000) })).status).toBe(413)
  })

  it('reads the head of a paper from a header, never from the address, which logs keep', async () => {
    const { cookie } = await activated()
    const head = { request: randomUUID(), kind: 'benefits', child: null, asked: null, name: 'caf.pdf', quotient: 850 }
    const text = encodeURIComponent(JSON.stringify({ ...head, incomeCents: null }))
    const headers = { origin, cookie: cookie(), 'x-csrf-token': 'orpc', 'content-type': 'application/octet-stream' }
    const post = (path: string, more = {}) =>
      ask(path, { method: 'POST', headers: { ...headers, ...more }, body: '%PDF-1.7' })
    const [byHeader, byAddress] = [
      await post('/envoi/piece', { 'x-piece': text }),
      await post(`/envoi/piece?piece=${text}`),
    ]
    expect(byHeader.body).toContain('pas ouvert en ce moment')
    expect(byAddress.status).toBe(422)
    expect(byAddress.body).not.toContain('pas ouvert')
  })

  it('believes its own proxy about where a call comes from, and not what the caller adds', async () => {
    const guess = { identifiant: 'guessed@exemple.fr', 'mot-de-passe': 'Wrong-guess-1' }
    for (let time = 0; time < 50; time += 1) {
      const fields = { ...guess, identifiant: `guessed-${time}@exemple.fr` }
      await form('/connexion', fields, from(`10.0.0.${time}, 198.51.100.9`))
    }
    const { body } = await form('/connexion', guess, from('10.9.9.9, 198.51.100.9'))
    expect(body).toContain('Trop d’essais')
    // Some proxies add the port, which is another one at each connection.
    expect((await form('/connexion', guess, from('198.51.100.9:52041'))).body).toContain('Trop d’essais')
    expect((await form('/connexion', guess, from('198.51.100.10'))).body).toContain('incorrect')
  })
})

/** A request whose body never comes, from an address of its own. */
const halfSent = async (path: string, address: string) => {
  const socket = connect(serving.port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${serving.port}\r\nOrigin: ${origin}\r\nX-Forwarded-For: ${address}\r\n` +
      'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\na',
  )
  return socket
}

describe('a flood', () => {
  it('of half-sent requests makes no newcomer wait', async () => {
    const paths = ['/appairage', '/connexion', '/inscription', '/rpc/account/session']
    const sockets = await Promise.all(
      Array.from({ length: 40 }, (_, index) => halfSent(paths[index % 4] ?? '', `203.0.113.${index}`)),
    )
    await setTimeout(5 * tickMilliseconds)
    expect((await askOnce('/', { headers: from('198.51.100.20') })).status).toBe(200)
    for (const socket of sockets) socket.destroy()
  })

  it('from one computer, by whatever addresses of its network, is refused in a sentence; others are answered', async () => {
    const askFrom = (path: string, at: number) => ask(path, { headers: from(`2001:db8:1:2::${at.toString(16)}`) })
    // A slow computer spreads the requests: a page is asked for after each forty, until it is refused.
    let refused: Answer | undefined
    for (let sent = 1; sent < 4_000 && refused?.status !== 429; sent += 40) {
      await Promise.all(Array.from({ length: 40 }, (_, index) => askFrom('/marque.svg', sent + index)))
      refused = await askFrom('/', sent)
    }
    expect(refused?.body).toContain('Trop de demandes arrivent de votre connexion.')
    expect(refused?.headers['refresh']).toBe('5')
    expect((await ask('/', { headers: from('2001:db8:1:3::1') })).status).toBe(200)
  })

  it.each([
    ['POST', '/appairage', 30_000],
    ['POST', '/connexion', 30_000],
    ['GET', '/sante', 30_000],
    ['POST', '/echange', 300_000],
  ])('waits for the whole of %s %s so many milliseconds', (method, url, milliseconds) =>
    expect(requestMilliseconds({ method, url })).toBe(milliseconds),
  )
})

describe('calls of the screens', () => {
  it('say who is logged in, and ask to log in again otherwise', async () => {
    const { page } = await activated()
    expect(await page.account.session()).toMatchObject({
      login: { name: 'Mme Claire Aubry', family: 1, families: [{ id: 1, title: 'Mme et M. Aubry' }] },
      publishedAt: '2026-11-25T09:42:00.000Z',
    })
    const { error } = await safe(browser().page.home.dashboard())
    expect(isDefinedError(error) && error.code === 'LOGIN_NEEDED').toBe(true)
    expect((await browser().page.account.session()).login).toBeNull()
  })

  it('bring each page whole', async () => {
    const { page } = await activated()
    expect(await page.home.dashboard()).toMatchObject({
      title: 'Mme et M. Aubry',
      toPay: { count: 1, isTakenOver: true, totalCents: 14_276, dueOn: '2026-12-07' },
      balance: { cents: 14_276, on: '2026-11-25', receivedCents: 0 },
      drafts: { bookings: 0, cancels: 0 },
      hasMoreAnswers: false,
    })
    const family = await page.home.family()
    expect(family.children.map(({ firstName, age, sex }) => [firstName, age, sex])).toEqual([
      ['Noa', '8\u00a0ans', 'M'],
      ['Tao', '5\u00a0ans', 'M'],
    ])
    expect((await page.home.details()).guardians).toMatchObject([{ email }, { email: '' }])
    expect((await page.home.registrations())[0]?.registrations).toMatchObject([
      { id: 1001, facility: 'CENTRE DE LOISIRS', label: 'ALSH mercredi 2026/2027', state: 'accepted' },
    ])
    const offered = await page.home.offered({ child: 102 })
    expect(offered).toMatchObject([{ id: 1, from: '2026-11-25', to: '2027-07-07', refusal: null }])
    expect((await page.home.offered({ child: 101 }))[0]?.refusal).toContain('Déjà inscrit')
    const week = {
      child: 102,
      period: 1,
      from: day('2026-11-25'),
      to: day('2027-07-07'),
      week: [{ weekday: 3, slot: 1 }],
    }
    const cost = await page.home.weekCost(week)
    expect(cost).toMatchObject({ weekCents: 550, totalCents: cost.days * 550 })
    expect(cost.days).toBeGreaterThan(1)
    expect(await page.home.weekCost({ ...week, to: day('2026-12-02') })).toMatchObject({ days: 0, until: null })
    expect(await page.home.account()).toMatchObject({ familyQuotient: 727, dependentChildren: 2 })
    const shown = await page.home.calendar({ registration: 1001, from: day('2026-12-01'), to: day('2026-12-31') })
    expect(shown).toMatchObject({ weekdays: [3], firstInTime: '2026-12-09', deadline: { amount: 8 } })
    const held = shown.cells.filter(({ changeUntil }) => changeUntil !== null)
    expect(held.map(({ day: on, changeUntil }) => [on, changeUntil])).toEqual([
      ['2026-12-09', '2026-12-01T23:00:00.000Z'],
    ])
    expect(shown.cells.map(({ day: on }) => on)).toContain('2026-12-09')
    expect(shown.closed).toEqual([{ day: '2026-12-23', why: 'vacances de Noël' }])
  })

  it('offer a child no activity that is never for its age, class or school', async () => {
    const { page } = await activated()
    const conditions = { ...period.conditions, minAge: 11, maxAge: null }
    const forTeenagers = published('period/9', { ...period, id: 9, name: 'Ados mercredi', conditions })
    const forToddlers = {
      ...period,
      id: 10,
      name: 'Tout-petits',
      conditions: { ...period.conditions, classes: ['TPS'] },
    }
    const elsewhere = {
      ...period,
      id: 11,
      name: 'Restaurant de l’école Colette',
      conditions: { ...period.conditions, schools: ['École Colette'] },
    }
    await publish(place.portal, {
      documents: [forTeenagers, published('period/10', forToddlers), published('period/11', elsewhere)],
      withdrawn: [],
    })
    const names = (await page.home.offered({ child: 102 })).map(({ name }) => name)
    expect(names).toEqual(['ALSH mercredi 2026/2027'])
    await publish(place.portal, { documents: [], withdrawn: ['period/9', 'period/10', 'period/11'] })
  })

  it('count the class of the coming school year for what begins with it', async () => {
    const { page } = await activated()
    const conditions = { ...period.conditions, classes: ['GS'] }
    const span = { from: day('2027-08-30'), to: day('2028-07-05') }
    const next = published('period/9', { ...period, ...span, id: 9, name: 'ALSH mercredi 2027/2028', conditions })
    const home = families.aubry
    const told = async (children: typeof home.children) => {
      await publish(place.portal, { documents: [next, published('family/1', { ...home, children })], withdrawn: [] })
      return (await page.home.offered({ child: 102 })).find(({ id }) => id === 9)?.refusal
    }
    expect(await told(home.children)).toContain('l’enfant est en MS')
    const comingClasses = [{ from: day('2027-09-01'), schoolClass: 'GS' }]
    expect(await told(home.children.map((child) => ({ ...child, comingClasses })))).toBeNull()
    await publish(place.portal, { documents: [published('family/1', home)], withdrawn: ['period/9'] })
  })

  it.each([
    ['/mon-tableau-de-bord', 'Solde des factures'],
    ['/ma-famille', 'Noa'],
    ['/ma-famille', 'href="tel:0639982715">06\u00a039\u00a098\u00a027\u00a015</a>'],
    ['/mes-coordonnees', 'Portable Parent 1'],
    ['/mes-inscriptions', 'ALSH mercredi 2026/2027'],
    ['/mes-reservations', 'ALSH mercredi 2026/2027'],
    ['/mes-reservations/1001', 'Réservation validée'],
    ['/mon-tableau-de-bord', '1\u00a0facture et un solde repris à payer, 142,76\u00a0€'],
    ['/mon-compte', '141,18'],
    ['/mon-compte', 'Solde repris au 31/08/2026'],
    ['/mon-compte', 'Reste à payer\u00a0: 1,58\u00a0€, auprès de l’Espace Jeunesse.'],
    ['/mon-compte/facture/1284', 'À payer'],
    ['/mon-compte/facture/9999', 'Cette facture n’est pas dans votre dossier.'],
    ['/mon-compte/paiement/none', 'Ce paiement n’existe pas.'],
    ['/modifier-mon-compte', 'Appareils connectés'],
    ['/mes-pieces', 'Vous n’avez encore rien envoyé.'],
    ['/mes-demandes', 'Vous n’avez encore rien demandé.'],
    ['/mes-messages', 'message'],
    ['/recu/none', 'n’existe pas'],
  ])('%s says what it has to before any script', async (path, words) => {
    const { cookie } = await activated()
    const { status, body, headers } = await ask(path, { headers: { cookie: cookie() } })
    expect(status).toBe(200)
    expect(body.split('<footer')[0]?.split('<main')[1]).toContain(words)
    expect(body).not.toContain('Votre espace s’ouvre')
    expect(Buffer.byteLength(body)).toBeLessThan(20_000)
    expect(body).toContain('<form method="post" action="/deconnexion">')
    expect(headers['content-security-policy']).toContain("form-action 'self'")
    expect(headers['referrer-policy']).toBe('same-origin')
  })

  it('give the receipt of what was recorded as a PDF, its words selectable', async () => {
    const { page, cookie } = await activated()
    await page.demandes.draft({ cells: [{ registration: 1001, day: day('2027-01-06'), slot: 1, wish: 'book' }] })
    const receipt = await page.demandes.record({ request: randomUUID(), surchargeAccepted: false })
    const pdf = await page.demandes.receiptPdf({ id: receipt.id })
    expect([pdf.type, (pdf as File).name]).toEqual(['application/pdf', `recu-${receipt.number}.pdf`])
    const { body } = await ask(`/recu/${receipt.id}`, { headers: { cookie: cookie() } })
    expect(body).toContain('<b>mer. 6 janv. 2027</b> <span>Matin</span>')
    const path = join(screens, 'receipt.pdf')
    writeFileSync(path, Buffer.from(await pdf.arrayBuffer()))
    const { stdout, error } = spawnSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' })
    if (error) return
    const words = stdout.replace(/\s+/g, ' ')
    expect(words).toContain(`Reçu n° ${receipt.number}`)
    expect(words).toContain('Noa, mer. 6 janv. 2027, Matin – ALSH mercredi 2026/2027 : réservation')
    expect(words).toContain('environ 5,50 €')
    expect(words).toContain('vendredi 27 novembre 2026')
  })

  it('propose changes field by field, beside the value that holds; never the mail', async () => {
    const { page } = await activated()
    const line1 = { subject: 'family' as const, subjectId: 1, field: 'address.line1', value: '4 allée du Canal' }
    const refusal = async (change: object) => {
      const { error } = await safe(page.home.propose({ changes: [{ ...line1, ...change }] }))
      return isDefinedError(error) ? error.data.sentence : ''
    }
    expect(await refusal({ subject: 'guardian', subjectId: 11, field: 'email', value: 'x@y.fr' })).toContain('pas ici')
    expect(await refusal({ field: 'address.postcode', value: '1455' })).toContain('5 chiffres')
    expect(await refusal({ subject: 'guardian', subjectId: 11, field: 'mobilePhone', value: '06 39' })).toContain(
      'numéro',
    )
    expect(await refusal({ subject: 'child', subjectId: 101, field: 'birth', value: '2027-01-01' })).toContain(
      'pas encore passée',
    )
    const [pending] = await page.home.propose({ changes: [line1] })
    expect(pending).toMatchObject({ before: '12 rue des Tilleuls', after: '4 allée du Canal', collected: false })
    expect(await page.home.propose({ changes: [{ ...line1, value: '5 allée du Canal' }] })).toHaveLength(1)
    expect(await page.home.withdrawProposal({ id: (await page.home.details()).proposals[0]?.id ?? '' })).toEqual([])
  })

  it('tell another home’s ids from nothing', async () => {
    const { page } = await activated()
    const span = { from: day('2026-12-01'), to: day('2026-12-31') }
    const spot = { day: day('2027-01-06'), slot: 1 }
    const asked = { period: 1, ...span, week: [], request: randomUUID() }
    const pairs: [string, (id: number) => Promise<unknown>, foreign: number][] = [
      ['calendar', (registration) => page.home.calendar({ registration, ...span }), 2001],
      ['draft', (registration) => page.demandes.draft({ cells: [{ registration, ...spot, wish: 'book' }] }), 2001],
      ['draftWeek', (registration) => page.demandes.draftWeek({ registration, from: span.from, week: [] }), 2001],
      ['leave', (registration) => page.demandes.leave({ registration, ...spot, request: randomUUID() }), 2001],
      ['offered', (child) => page.home.offered({ child }), 201],
      [
        'changePickups',
        (child) =>
          page.home.changePickups({
            children: [101, child],
            person: { name: 'Lise Aubry', relation: '', phone: '' },
            wish: 'add',
          }),
        201,
      ],
      ['register', (child) => page.demandes.register({ child, ...asked }), 201],
      ['receiptPdf', (id) => page.demandes.receiptPdf({ id: `${id}` }), 1],
      ['chooseHome', (family) => page.account.chooseHome({ family }), 2],
      ['paper', (invoice) => page.home.paper({ invoice }), 9999],
      ...(['family', 'guardian', 'child'] as const).map(
        (subject): [string, (id: number) => Promise<unknown>, number] => [
          `propose ${subject}`,
          (subjectId) =>
            page.home.propose({
              changes: [
                {
                  subject,
                  subjectId,
                  field: { family: 'homePhone', guardian: 'workPhone', child: 'school' }[subject],
                  value: '',
                },
              ],
            }),
          { family: 2, guardian: 21, child: 201 }[subject],
        ],
      ),
    ]
    for (const [name, call, foreign] of pairs) {
      const [there, nowhere] = [await sentence(call(foreign)), await sentence(call(424_242))]
      expect([name, there]).toEqual([name, nowhere])
      expect(there).toMatch(/n’existe pas|ne se change pas ici/)
    }
  })

  it('answer for the home that their page shows, and nobody for a home that is not theirs', async () => {
    const { cookie } = await activated()
    expect((await browser(cookie(), 1).page.account.session()).login?.family).toBe(1)
    for (const home of [2, 424_242, Number.NaN])
      expect(await sentence(browser(cookie(), home).page.home.family())).toContain('déconnecté')
  })

  it('log nothing that is unforeseen in all this', () => {
    expect(place.lines).toEqual([])
  })
})

const recorded = () => instant('2026-11-25T09:42:00.000Z')
const late = () => instant('2026-11-25T09:48:00.000Z')

describe('a form that was refused', () => {
  const sentence = 'Cet identifiant ou ce mot de passe n’est pas le bon.'
  const address = createRefusedForms('the key of a portal', recorded).redirectFor({
    path: '/connexion?suite=a',
    sentence,
    email,
  })
  const shownBy = (key: string, to = address, at = recorded) =>
    createRefusedForms(key, at).read(new URL(to, 'https://portail.exemple.fr'))
  const general = 'Vérifiez ce que vous avez tapé, puis recommencez.'

  it('says what is wrong whichever worker shows it', () => {
    expect(shownBy('the key of a portal')).toMatchObject({ sentence, email })
  })

  it('says it for a few minutes, on its own page, and shows what this portal sealed, nothing else', () => {
    expect(address).not.toContain(email)
    const changed = `${address.slice(0, -3)}${address.endsWith('AAA') ? 'BBB' : 'AAA'}`
    expect(shownBy('another key')?.sentence).toBe(general)
    expect(shownBy('the key of a portal', address, late)?.sentence).toBe(general)
    for (const to of [
      changed,
      address.replace('/connexion', '/activation'),
      '/connexion?a-corriger=',
      '/connexion?a-corriger=x',
    ])
      expect(shownBy('the key of a portal', to)?.sentence).toBe(general)
  })
})
