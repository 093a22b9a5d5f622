import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { connect } from 'node:net'
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { proxyAgentFor } from '../../main/desk/portal/portal.ts'
import { checkPortalHealth } from '../../main/exchange/portal-connection.ts'
import { createPayfip, PayfipSilent } from '../../main/payfip/service.ts'
import { anOwnAuthority } from '../support/machine/own-authority.ts'
import { aDeskFolder } from './paired.ts'

const name = 'portail.exemple.fr'
const address = `https://${name}`
const nowhere = 'http://127.0.0.1:9'

let own: ReturnType<typeof anOwnAuthority>
beforeAll(() => {
  own = anOwnAuthority(name)
})

const portOf = async (server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const bound = server.address()
  return bound && typeof bound === 'object' ? bound.port : 0
}

const healthy: RequestListener = (_, response) => response.end('{}')

/** The way out of the town hall: it alone knows where the portal is. */
const aProxy = async (portal: number) => {
  const asked: string[] = []
  const proxy = createServer().on('connect', ({ url = '' }, near, head) => {
    asked.push(url)
    if (url !== `${name}:443`) {
      near.end('HTTP/1.1 403 Forbidden\r\n\r\n')
      return
    }
    const far = connect(portal, '127.0.0.1', () => {
      near.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      far.write(head)
      near.pipe(far).pipe(near)
    })
    for (const end of [near, far]) end.on('error', () => [near, far].forEach((one) => one.destroy()))
  })
  return { address: `http://127.0.0.1:${await portOf(proxy)}`, asked }
}

const why = (portal: string, network: { proxy: string; certificateAuthority: string }) =>
  checkPortalHealth({ address: portal, network }).then(
    () => null,
    (error: Error) => error.message,
  )

describe('a portal behind the town hall’s proxy, with a certificate of the town’s own authority', () => {
  it('is reached once both are set; until then the message names the missing one', async () => {
    const proxy = await aProxy(await portOf(createSecureServer({ cert: own.certificate, key: own.key }, healthy)))
    expect(await why(address, { proxy: proxy.address, certificateAuthority: '' })).toContain(
      'une autorité que ce poste ne connaît',
    )
    expect(await why(address, { proxy: proxy.address, certificateAuthority: own.authority })).toBeNull()
    expect(proxy.asked).toEqual([`${name}:443`, `${name}:443`])
    expect(await why('https://autre.exemple.fr', { proxy: proxy.address, certificateAuthority: '' })).toContain(
      'ne mène pas',
    )
    expect(await why(address, { proxy: nowhere, certificateAuthority: '' })).toBe(
      `Le proxy ${nowhere} ne répond pas. Vérifiez son adresse dans «\u00a0Portail, Liaison\u00a0», «\u00a0Réseau de la mairie\u00a0»\u00a0; l’échange sera repris de lui-même.`,
    )
  })

  it('is where PayFiP is asked too', async () => {
    const proxy = await aProxy(0)
    const network = { proxy: proxy.address, certificateAuthority: '' }
    const payfip = createPayfip('https://payfip.exemple.fr', (target) => proxyAgentFor(network, target))
    await expect(payfip.client('012345')).rejects.toThrow(PayfipSilent)
    expect(proxy.asked).toEqual(['payfip.exemple.fr:443'])
  })

  it('is given up when the proxy takes the call and never answers', async () => {
    const silent = createServer().on('connect', () => undefined)
    const network = { proxy: `http://127.0.0.1:${await portOf(silent)}`, certificateAuthority: '' }
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
      const soon = new AbortController()
      setTimeout(() => soon.abort(), 50)
      return soon.signal
    })
    onTestFinished(() => timeout.mockRestore())
    expect(await why(address, network)).toContain('Le portail ne répond pas')
    const payfip = createPayfip('https://payfip.exemple.fr', (target) => proxyAgentFor(network, target))
    await expect(payfip.client('012345')).rejects.toThrow(PayfipSilent)
  })

  it('with another authority than the one configured stays refused', async () => {
    const proxy = await aProxy(await portOf(createSecureServer({ cert: own.certificate, key: own.key }, healthy)))
    const other = anOwnAuthority(name).authority
    expect(await why(address, { proxy: proxy.address, certificateAuthority: other })).toContain(
      'une autorité que ce poste',
    )
  })

  it('on this very computer is reached straight', async () => {
    const port = await portOf(createServer(healthy))
    expect(await why(`http://127.0.0.1:${port}`, { proxy: nowhere, certificateAuthority: '' })).toBeNull()
    let isAsked = false
    const proxy = createServer((_, response) => {
      isAsked = true
      response.end()
    })
    // Nothing answers there, on a computer with IPv6 or without: only whether the proxy is asked counts.
    await why('http://[::1]:9', { proxy: `http://127.0.0.1:${await portOf(proxy)}`, certificateAuthority: '' })
    expect(isAsked).toBe(false)
  })
})

describe('the network of the town hall, as it is set at the desk', () => {
  it('is checked, kept, and taken by what the desk asks of a portal', async () => {
    const desk = await aDeskFolder()
    onTestFinished(() => desk.close())
    const { network, saveNetwork, pair } = desk.client.exchange
    const refusal = async (typed: { proxy?: string; certificateAuthority?: string }) => {
      const refused = saveNetwork({ proxy: '', certificateAuthority: '', ...typed })
      return refused.then(
        () => null,
        (error: { data: { sentence: string } }) => error.data.sentence,
      )
    }
    expect(await network()).toEqual({ proxy: '', certificateAuthority: '' })
    expect(await refusal({ proxy: 'ftp://proxy.exemple.fr' })).toContain('comme http://proxy.exemple.fr:3128')
    expect(await refusal({ proxy: 'http://agent:secret@proxy.exemple.fr:3128' })).toContain(
      'Le mot de passe d’un proxy',
    )
    expect(await refusal({ certificateAuthority: 'bonjour' })).toContain('n’est pas un certificat')
    expect(await refusal({ certificateAuthority: own.key })).toContain('une clé secrète')
    expect(await refusal({ certificateAuthority: own.authority.replace(/\n.{20}/, '\n') })).toContain('ne se lit pas')
    const secondCut = own.authority + own.authority.slice(0, 300)
    expect(await refusal({ certificateAuthority: secondCut })).toContain('ne se lit pas')
    expect(await refusal({ certificateAuthority: own.certificate })).toContain('celui d’un serveur')
    expect(await network()).toEqual({ proxy: '', certificateAuthority: '' })

    const kept = { proxy: nowhere, certificateAuthority: own.authority }
    expect(await saveNetwork({ proxy: '127.0.0.1:9', certificateAuthority: `Autorité\n${own.authority}` })).toEqual(
      kept,
    )
    expect(await network()).toEqual(kept)
    await expect(pair({ address, code: 'K7PM-4XQ2-9TRD-HV3W-8CNE' })).rejects.toMatchObject({
      data: { sentence: expect.stringContaining(`Le proxy ${nowhere} ne répond pas`) as string, field: 'address' },
    })
    expect(await saveNetwork({ proxy: '', certificateAuthority: '' })).toEqual({ proxy: '', certificateAuthority: '' })
  })
})
