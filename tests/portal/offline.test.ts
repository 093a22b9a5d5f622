import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publish } from '../../main/portal/exchange/publications.ts'
import { colourOf } from '../../main/portal/http/installing.ts'
import { type PortalServing, servePortal } from '../../main/portal/program/server.ts'
import { session } from '../../main/portal/store/schema/index.ts'
import { sha256 } from '../../main/portal/store/store.ts'
import type { PageData } from '../../shared/contract/portal/page-data.ts'
import { accents } from '../../shared/portal/accent.ts'
import { counted } from '../../shared/rules/text/french.ts'
import { quickStore } from '../support/machine/quick-store.ts'
import { aPortal } from './portal.ts'
import { accounts, now, published, town } from './town.ts'

let place: Awaited<ReturnType<typeof aPortal>>
let serving: PortalServing
let screens: string
const secret = 'offline'.padEnd(43, '-')

beforeAll(async () => {
  place = await aPortal(quickStore, 'http://127.0.0.1')
  screens = mkdtempSync(join(tmpdir(), 'portal-offline-'))
  writeFileSync(
    join(screens, 'index.html'),
    readFileSync(join(import.meta.dirname, '../../renderer/portal/index.html')),
  )
  serving = await servePortal(place.portal, { screens, port: 0, host: '127.0.0.1', behindProxy: false })
  await place.portal.store.db.insert(session).values({
    hash: sha256(secret),
    id: 'offline',
    guardianId: accounts.claire.guardian,
    familyId: 1,
    device: 'Téléphone',
    createdAt: now,
    seenAt: now,
  })
})
afterAll(async () => {
  await serving.close()
  await place.close()
  rmSync(screens, { recursive: true })
})

const ask = (path: string, isLoggedIn = false) =>
  fetch(`http://127.0.0.1:${serving.port}${path}`, {
    redirect: 'manual',
    headers: isLoggedIn ? { cookie: `portail-${serving.port}=${secret}` } : {},
  })

/** What the page brings along for its scripts. */
const given = (text: string) =>
  JSON.parse(/<script type="application\/json" id="lu">(.*?)<\/script>/s.exec(text)?.[1] ?? 'null') as PageData | null

const shown = async (accessibility: typeof town.accessibility) => {
  await publish(place.portal, { documents: [published('town', { ...town, accessibility })], withdrawn: [] })
  return Promise.all(['/', '/e-accessibilite'].map(async (path) => (await ask(path)).text()))
}

describe('the portal among a phone’s applications', () => {
  it.each(accents)('has the town’s name and colour: %s', async (accent) => {
    await publish(place.portal, { documents: [published('town', { ...town, accent })], withdrawn: [] })
    const answer = await ask('/portail.webmanifest')
    expect(answer.headers.get('content-type')).toBe('application/manifest+json')
    const manifest = (await answer.json()) as {
      icons: { src: string; sizes: string; purpose: string }[]
    }
    expect(manifest).toMatchObject({
      name: `Portail Famille – ${town.town}`,
      lang: 'fr',
      start_url: '/mon-tableau-de-bord',
      display: 'standalone',
      theme_color: colourOf(accent),
    })
    expect(manifest.icons.map(({ sizes, purpose }) => `${sizes} ${purpose}`)).toEqual([
      '192x192 any',
      '512x512 any',
      '512x512 maskable',
    ])
    for (const { src, sizes } of manifest.icons) {
      expect(src).toContain(accent)
      const icon = await ask(src)
      expect(icon.headers.get('content-type')).toBe('image/png')
      // A PNG says its width at its 16th byte.
      const width = Buffer.from(await icon.arrayBuffer()).readUInt32BE(16)
      expect(`${width}x${width}`).toBe(sizes)
    }
  })

  it('each colour is its own', () => {
    expect(new Set(accents.map(colourOf)).size).toBe(accents.length)
  })
})

describe('a parent’s page', () => {
  it('lets its own worker and manifest in, and no other script', async () => {
    const { headers } = await ask('/mon-tableau-de-bord', true)
    const policy = String(headers.get('content-security-policy'))
    expect(policy).toMatch(/; worker-src 'self'; manifest-src 'self'$/)
    expect(policy).toContain(`script-src 'self'`)
    expect(policy).not.toContain('unsafe')
    expect(headers.get('cache-control')).toBe('no-store')
  })

  it('is readable before its scripts, which do not request the same data again', async () => {
    const text = await (await ask('/mon-tableau-de-bord', true)).text()
    for (const words of ['Mon tableau de bord', 'Prochains jours', 'Solde des factures', '02 61 91 12 34', 'Aubry']) {
      expect(text).toContain(words)
    }
    const read = given(text)
    expect(read?.session.login?.family).toBe(1)
    expect(read?.dashboard?.toPay).toMatchObject({ count: 1, isTakenOver: true })
    expect(text).toContain(`${counted(1, 'facture')} et un solde repris à payer`)
  })

  it('with another address has its title and its links', async () => {
    const text = await (await ask('/mes-reservations/1001', true)).text()
    expect(text).toContain('<h1>Mes réservations</h1>')
    expect(text).toContain('href="/mon-compte"')
    expect(given(text)?.dashboard).toBeNull()
  })

  it('shows what the town wrote as text', async () => {
    const hostile = '</script><img src=x onerror=alert(1)>'
    await publish(place.portal, { documents: [published('town', { ...town, name: hostile })], withdrawn: [] })
    const text = await (await ask('/mon-tableau-de-bord', true)).text()
    expect(text).not.toContain('<img src=x')
    expect(given(text)?.session.service.name).toBe(hostile)
  })

  it('kept for when there is no network holds nothing of anybody', async () => {
    const answer = await ask('/index.html', true)
    const text = await answer.text()
    expect(given(text)).toBeNull()
    expect(text).not.toContain('Aubry')
    expect(answer.headers.get('content-security-policy')).toContain(`worker-src 'self'`)
  })
})

describe('the state of conformity', () => {
  it.each(['', '  \n'])('is never total without an audit, on the first page either', async (audit) => {
    for (const text of await shown({ ...town.accessibility, conformity: 'totale', audit })) {
      expect(text).not.toContain('totalement conforme')
      expect(text).toContain('non conforme')
    }
  })

  it('is what the town says when it names its audit', async () => {
    for (const text of await shown({ ...town.accessibility, conformity: 'totale', audit: 'Audit du 3 mars 2026.' })) {
      expect(text).toContain('totalement conforme')
    }
  })
})
