import { createServer } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPayfip, PayfipRefused, PayfipSilent } from '../../../main/payfip/service.ts'
import { type PayfipSimulator, startPayfipSimulator } from '../../../main/payfip/simulator.ts'
import { operationsNamespace } from '../../../main/payfip/soap.ts'
import { addMinutes, type Instant, instant } from '../../../shared/rules/calendar/day.ts'
import type { PaymentRequest } from '../../../shared/rules/money/payment/payfip.ts'

const start = instant('2026-11-25T17:00:00.000Z')
let at: Instant
let simulator: PayfipSimulator
let told: string[]
let portal: ReturnType<typeof createServer>
let urlnotif: string

beforeEach(async () => {
  at = start
  told = []
  portal = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (part: string) => {
      body += part
    })
    request.on('end', () => {
      told.push(body)
      response.end()
    })
  })
  await new Promise<void>((done) => portal.listen(0, '127.0.0.1', done))
  const bound = portal.address()
  urlnotif = `http://127.0.0.1:${bound && typeof bound === 'object' ? bound.port : 0}/payfip/notification`
  simulator = await startPayfipSimulator({ clock: () => at, clients: ['012345'], lateMilliseconds: 50 })
})
afterEach(async () => {
  await simulator.close()
  portal.closeAllConnections()
  portal.close()
})

const asked = (changes: Partial<PaymentRequest> = {}): PaymentRequest => ({
  exer: '2026',
  mel: 'claire.aubry@exemple.fr',
  montant: '14118',
  numcli: '012345',
  objet: 'Facture 2026 001284 Octobre 2026',
  refdet: '2026001284',
  saisie: 'W',
  urlnotif,
  urlredirect: 'https://portail.exemple.fr/payfip/retour/1',
  ...changes,
})
const payfip = () => createPayfip(simulator.address)
const codeOf = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call
    return 'none'
  } catch (error) {
    if (error instanceof PayfipRefused) return error.code
    throw error
  }
}
const choose = (idop: string, resultat: string, notification = 'prompt') =>
  fetch(`${simulator.address}/tpa/paiementws.web`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ idop, resultat, notification }),
  })
const post = async (body: string): Promise<string> => {
  const url = `${simulator.address}/tpa/services/securite`
  return (await fetch(url, { method: 'POST', headers: { 'Content-Type': 'text/xml' }, body })).text()
}
const envelope = (body: string) =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${body}</s:Body></s:Envelope>`

describe('the client and the simulator speak PayFiP', () => {
  it('begins a payment, pays it, and returns its details', async () => {
    const idOp = await payfip().create(asked())
    expect(await codeOf(payfip().detail(idOp))).toBe('P5')
    const page = await (await fetch(payfip().pageOf(idOp))).text()
    expect(page).toContain('Payer 141,18')
    at = addMinutes(start, 3)
    const left = await choose(idOp, 'P')
    expect(left.status).toBe(303)
    expect(left.headers.get('location')).toBe(`https://portail.exemple.fr/payfip/retour/1?idop=${idOp}`)
    const { numauto, ...detail } = await payfip().detail(idOp)
    expect(numauto).toMatch(/^\d{6}$/)
    expect(detail).toStrictEqual({
      idOp,
      result: 'P',
      refdet: '2026001284',
      montant: '14118',
      numcli: '012345',
      dattrans: '25112026',
      heurtrans: '1803',
    })
    await expect.poll(() => told).toStrictEqual([`idop=${idOp}`])
  })

  it('returns no authorisation for a refused or abandoned payment', async () => {
    for (const result of ['R', 'A', 'Z']) {
      const idOp = await payfip().create(asked())
      await choose(idOp, result)
      expect(await payfip().detail(idOp)).toMatchObject({ result, numauto: '' })
    }
  })

  it('may lose a notification, send it late, or twice', async () => {
    await choose(await payfip().create(asked()), 'P', 'lost')
    const late = await payfip().create(asked())
    await choose(late, 'P', 'late')
    expect(told).toStrictEqual([])
    await expect.poll(() => told).toStrictEqual([`idop=${late}`])
    const doubled = await payfip().create(asked())
    await choose(doubled, 'P', 'twice')
    await expect.poll(() => told.filter((one) => one === `idop=${doubled}`).length).toBe(2)
  })

  it('knows its régies by their six digits, zero in front', async () => {
    expect((await payfip().client('012345')).name).toContain('Régie')
    expect(await codeOf(payfip().client('12345'))).toBe('T1')
    expect(await codeOf(payfip().client('999999'))).toBe('T2')
  })
})

describe('it refuses what the real one refuses', () => {
  it('reads nothing of a qualified arg0', async () => {
    const fields = Object.entries(asked()).map(([name, value]) => `<${name}>${value}</${name}>`)
    const operation = (argument: string) =>
      envelope(`<pai:creerPaiementSecurise xmlns:pai="${operationsNamespace}">${argument}</pai:creerPaiementSecurise>`)
    expect(await post(operation(`<arg0>${fields.join('')}</arg0>`))).toContain('<idOp>')
    expect(await post(operation(`<pai:arg0>${fields.join('')}</pai:arg0>`))).toContain('<code>T1</code>')
    const inherited = envelope(
      `<creerPaiementSecurise xmlns="${operationsNamespace}"><arg0>${fields.join('')}</arg0></creerPaiementSecurise>`,
    )
    expect(await post(inherited)).toContain('<code>T1</code>')
  })

  it('answers P1 to `idop` in the request', async () => {
    const idOp = await payfip().create(asked())
    const detail = (name: string) =>
      envelope(
        `<p:recupererDetailPaiementSecurise xmlns:p="${operationsNamespace}"><arg0><${name}>${idOp}</${name}></arg0></p:recupererDetailPaiementSecurise>`,
      )
    expect(await post(detail('idOp'))).toContain('<code>P5</code>')
    expect(await post(detail('idop'))).toContain('<code>P1</code>')
  })

  it('wants 100 cents at least', async () => {
    expect(await codeOf(payfip().create(asked({ montant: '99' })))).toBe('M3')
  })

  it('wants a refdet without a dash', async () => {
    expect(await codeOf(payfip().create(asked({ refdet: '2026-001284' })))).toBe('R3')
  })

  it('answers P3 to a second use', async () => {
    const idOp = await payfip().create(asked())
    await choose(idOp, 'R')
    expect(await (await choose(idOp, 'P')).text()).toContain('Code P3')
    expect((await payfip().detail(idOp)).result).toBe('R')
  })

  it('answers P4 after 15 minutes', async () => {
    const idOp = await payfip().create(asked())
    at = addMinutes(start, 15)
    expect(await (await fetch(payfip().pageOf(idOp))).text()).toContain('Code P4')
    expect(await (await choose(idOp, 'P')).text()).toContain('Code P4')
  })

  it('answers P5 while nothing is known, and P1 once the night has passed', async () => {
    const idOp = await payfip().create(asked())
    expect(await codeOf(payfip().detail(idOp))).toBe('P5')
    at = instant('2026-11-26T03:00:00.000Z')
    expect(await codeOf(payfip().detail(idOp))).toBe('P1')
    expect(await codeOf(payfip().detail('unknown-to-all'))).toBe('P1')
  })

  it('keeps a result past the night', async () => {
    const idOp = await payfip().create(asked())
    await choose(idOp, 'P')
    at = instant('2027-10-01T03:00:00.000Z')
    expect((await payfip().detail(idOp)).result).toBe('P')
  })
})

const answering = async (status: number, body: string, work: (address: string) => Promise<unknown>) => {
  const server = createServer((_, response) => response.writeHead(status).end(body))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const bound = server.address()
  try {
    return await work(`http://127.0.0.1:${bound && typeof bound === 'object' ? bound.port : 0}`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

describe('an answer that cannot be believed', () => {
  const answer = (fields: string, operation = 'recupererDetailPaiementSecurise') =>
    envelope(
      `<n:${operation}Response xmlns:n="${operationsNamespace}"><return>${fields}</return></n:${operation}Response>`,
    )

  it.each([
    ['a page', '<html><body>Maintenance</body></html>'],
    ['nothing', ''],
    ['a document type', `<!DOCTYPE x [<!ENTITY a "P">]>${answer('<resultrans>&a;</resultrans>')}`],
    ['another operation', answer('<idOp>12345678-aaaa</idOp>', 'creerPaiementSecurise')],
    ['a result of no kind', answer('<resultrans>X</resultrans>')],
    [
      'a technical fault',
      envelope(
        `<s:Fault><faultcode>s:Server</faultcode><detail><n:TechDysfonctionnementErreur xmlns:n="${operationsNamespace}"><code>999</code></n:TechDysfonctionnementErreur></detail></s:Fault>`,
      ),
    ],
    ['far too much', 'a'.repeat(200_000)],
  ])('says nothing: %s', async (_, body) => {
    await answering(body.includes('Fault') ? 500 : 200, body, (address) =>
      expect(createPayfip(address).detail('some-idop')).rejects.toThrow(PayfipSilent),
    )
  })

  it('is read with `idop` as with `idOp`, whatever its prefixes', async () => {
    const body = answer('<idop>abcd</idop><resultrans>V</resultrans><montant>100</montant>')
    expect(await answering(200, body, (address) => createPayfip(address).detail('abcd'))).toMatchObject({
      idOp: 'abcd',
      result: 'V',
      montant: '100',
    })
  })

  it('is silence when nobody is there', async () => {
    await expect(createPayfip('http://127.0.0.1:9').detail('some-idop')).rejects.toThrow(PayfipSilent)
  })
})
