import { connect } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { letIn, serveFor } from '../contract/ways.ts'
import { password } from '../support/desk.ts'
import { aBillingTown, billing } from '../support/towns/billing.ts'
import type { Town } from '../support/towns/town.ts'

let town: Town
let served: Awaited<ReturnType<typeof serveFor>>
let cookie: string
let ask: (path: string, input: unknown) => string

beforeAll(async () => {
  town = await aBillingTown().open()
  served = await serveFor(town.desk)
  cookie = await letIn(served.address)
  const { host, origin } = new URL(served.address)
  ask = (path, input) => {
    const body = JSON.stringify({ json: input })
    return [
      `POST /rpc/${path} HTTP/1.1`,
      `Host: ${host}`,
      `Cookie: ${cookie}`,
      `Origin: ${origin}`,
      'x-csrf-token: orpc',
      'Content-Type: application/json',
      'Connection: close',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n')
  }
})
afterAll(async () => {
  await served.close()
  await town.close()
})

/** What came before the end; nothing for a browser that is closed as soon as it has asked. */
const send = (text: string, { leaves }: { leaves: boolean }) =>
  new Promise<string>((done, failed) => {
    const chunks: Buffer[] = []
    const socket = connect(Number(new URL(served.address).port), '127.0.0.1', () =>
      socket.write(text, () => leaves && socket.destroy()),
    )
    socket.on('error', failed)
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('close', () => done(Buffer.concat(chunks).toString('latin1')))
  })

it('a browser that leaves while its PDF is made does not take the desk with it', async () => {
  const { book, run, issue, paper } = billing(town)
  await book('Louison', ['2026-12-09'], 'Matin')
  await issue((await run()).id)
  const { id } = await paper('Marchand')
  const login = await send(ask('staff/login', { login: 'sandrine', password }), { leaves: false })
  cookie = /^set-cookie: ([^;]+)/im.exec(login)?.[1] ?? ''
  for (let times = 0; times < 4; times += 1) await send(ask('invoicing/pdf', { ids: [id] }), { leaves: true })
  const answer = await send(ask('invoicing/pdf', { ids: [id] }), { leaves: false })
  expect(answer).toMatch(/^HTTP\/1\.1 200 /)
  expect(answer).toMatch(/content-type: multipart\/form-data/i)
  expect(answer).toContain('%PDF-')
})
