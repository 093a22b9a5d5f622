import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type OpenPort, openPort, serveDesk } from '../../main/host/http.ts'
import { type Preparation, showPreparation } from '../../main/host/preparing.ts'
import { aDesk } from '../support/desk.ts'

let port: OpenPort
let preparation: Preparation
beforeEach(async () => {
  port = await openPort(0)
  preparation = showPreparation(port)
})
afterEach(() => port.close())

const get = (path: string) => fetch(new URL(path, port.address), { redirect: 'manual' })
const told = async () => (await get('/preparation')).json()

describe('the page of a first start', () => {
  it('opens at the desk’s own address, with a style and a script and nothing from elsewhere', async () => {
    const page = await fetch(port.address)
    expect(page.status).toBe(200)
    expect(page.headers.get('content-security-policy')).toContain(`default-src 'none'; script-src 'self'`)
    const html = await page.text()
    const files = [...html.matchAll(/(?:href|src)="(\/[^"]+)"/g)].map(([, path = '']) => path)
    expect(files).toEqual(['/tokens.css', '/page.css', '/page.js'])
    expect(await Promise.all(files.map(async (path) => (await get(path)).status))).toEqual([200, 200, 200])
  })

  it('says what is under way, and how far it is where that is known', async () => {
    preparation.show('La ville d’exemple se prépare…', 0.409)
    expect(await told()).toEqual({ state: 'working', sentence: 'La ville d’exemple se prépare…', percent: 40 })
    preparation.show('Les écrans se préparent…')
    expect(await told()).toEqual({ state: 'working', sentence: 'Les écrans se préparent…', percent: null })
  })

  it('answers to its own names only, and no call of a page left open since another start', async () => {
    const { port: number } = new URL(port.address)
    await expect(fetch(`http://127.0.0.1:${number}/rpc/staff/session`, { method: 'POST' })).rejects.toThrow(
      'fetch failed',
    )
    expect((await get('/ailleurs')).status).toBe(404)
  })

  it('says why there will be no desk to the pages that follow, which have the time to read it', async () => {
    await told()
    const failed = preparation.fail('Le disque est plein.')
    expect(await told()).toEqual({ state: 'failed', sentence: 'Le disque est plein.' })
    await failed
  })

  it('keeps nobody waiting where no page follows', async () => {
    const before = performance.now()
    await preparation.fail('Le disque est plein.')
    expect(performance.now() - before).toBeLessThan(1_400)
  })

  it('hears that the desk is there, at the same address', async () => {
    const { desk } = await aDesk()
    await serveDesk(desk, { screens: 'out/renderer/desk', log: () => undefined, port, page: preparation.page })
    expect(await told()).toEqual({ state: 'ready' })
    expect((await fetch(port.address, { redirect: 'manual' })).status).toBe(303)
    expect((await get('/page.js')).status).toBe(403)
  })
})
