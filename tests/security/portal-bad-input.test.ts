import { type Client, type ClientContext, createORPCClient, ORPCError, safe } from '@orpc/client'
import { RPCLink } from '@orpc/client/fetch'
import { SimpleCsrfProtectionLinkPlugin } from '@orpc/client/plugins'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type PortalServing, servePortal } from '../../main/portal/program/server.ts'
import { attempt, session } from '../../main/portal/store/schema/index.ts'
import { sha256 } from '../../main/portal/store/store.ts'
import { PaperPartRequest } from '../../shared/contract/exchange/paper-parts.ts'
import { ReplacementNotice } from '../../shared/contract/exchange/replaced.ts'
import { contract } from '../../shared/contract/portal/index.ts'
import { Refusal } from '../../shared/contract/procedure.ts'
import { aPortal, password } from '../portal/portal.ts'
import { accounts, now } from '../portal/town.ts'
import { attempts, fewWholes, fittingInput } from '../support/garbage.ts'
import { quickStore } from '../support/machine/quick-store.ts'

/** The contract without its types, as an attacker can use it. */
type Caller = Record<string, Record<string, Client<ClientContext, unknown, unknown, Error>>>

let place: Awaited<ReturnType<typeof aPortal>>
let serving: PortalServing
let origin: string

beforeAll(async () => {
  place = await aPortal(quickStore)
  await place.login('claire.aubry@exemple.fr')
  serving = await servePortal(place.portal, { screens: '', port: 0, host: '127.0.0.1', behindProxy: false })
  origin = `http://127.0.0.1:${serving.port}`
})
afterAll(async () => {
  await serving.close()
  await place.close()
})

const secret = 'a-session-that-is-open'.padEnd(43, '-')
/** Logs in again before each call: some calls end the session, or count as a failed login. */
const opened = async () => {
  const { db } = place.portal.store
  await db.delete(attempt)
  await db
    .insert(session)
    .values({
      hash: sha256(secret),
      id: 'always-open',
      guardianId: accounts.claire.guardian,
      familyId: 1,
      device: 'Téléphone',
      createdAt: now,
      seenAt: now,
    })
    .onConflictDoNothing()
}

const callerWith = (cookie: string): Caller =>
  createORPCClient(
    new RPCLink({ url: `${origin}/rpc`, headers: { origin, cookie }, plugins: [new SimpleCsrfProtectionLinkPlugin()] }),
  )

/** The tables whose changes parents and the desk would notice; sessions and counters of attempts are left out. */
const watched = [
  'document',
  'draft',
  'demande',
  'registration_demande',
  'proposal',
  'receipt',
  'payment_attempt',
  'log_entry',
  'account',
]
const stateNow = async (): Promise<string> => {
  const sizes = await place.portal.store.db.execute(
    sql.raw(watched.map((table) => `select '${table}' as name, count(*) from ${table}`).join(' union all ')),
  )
  return JSON.stringify(sizes)
}

const refusals = new Set(['REFUSED', 'FORBIDDEN', 'LOGIN_NEEDED'])
const isFrench = (sentence: string): boolean =>
  /^[«\p{Lu}\d].{5,300}[.?!]$/u.test(sentence) &&
  !/\b(invalid|expected|received|required|must|string|number|object|array|undefined|null|NaN|error|failed|script)\b/i.test(
    sentence,
  )

const faultOf = async (call: () => Promise<unknown>): Promise<string | null> => {
  const before = await stateNow()
  const { error } = await safe(call())
  if (error === null) return null
  if ((await stateNow()) !== before) return `refused, yet changed something: ${JSON.stringify(error)}`
  if (!(error instanceof ORPCError)) return `no answer: ${error.message}`
  const { code, data }: { code: string; data: unknown } = error
  const { sentence } = Refusal.safeParse(data).data ?? {}
  if (!refusals.has(code) || sentence === undefined) return `${code}: ${JSON.stringify(data ?? error.message)}`
  return isFrench(sentence) ? null : `says « ${sentence} »`
}

/** All wrong inputs at all places take minutes: `npm run test:long`. */
const share = process.env['LONG'] ? 1 : 64

const calls = Object.entries(contract).flatMap(([domain, procedures]) =>
  Object.entries(procedures).map(([name, call]) => ({ domain, name, call: call['~orpc'] })),
)
const schemaOf = ({ inputSchema }: { inputSchema?: unknown }): z.ZodType | undefined =>
  inputSchema instanceof z.ZodType ? inputSchema : undefined

describe.each(Object.keys(contract))('what %s cannot take', (domain) => {
  it('is refused in a French sentence, and changes nothing', { timeout: 300_000 }, async () => {
    const faults: string[] = []
    const caller = callerWith(`portail-${serving.port}=${secret}`)
    for (const { name, call } of calls.filter((one) => one.domain === domain)) {
      for (const { what, input } of attempts(schemaOf(call), share)) {
        await opened()
        const fault = await faultOf(async () => caller[domain]?.[name]?.(input))
        if (fault !== null) faults.push(`${domain}.${name}, ${what}: ${fault}`)
      }
    }
    expect(faults).toEqual([])
    expect(place.lines).toEqual([])
  })
})

describe('who is not logged in', () => {
  it.each([
    ['no session', ''],
    ['a session that never was', 'x'.repeat(43)],
    ['a session that ended', 'ended'.padEnd(43, '-')],
  ])('reads and changes nothing: %s', async (_, value) => {
    const caller = callerWith(value === '' ? '' : `portail-${serving.port}=${value}`)
    const open = calls.filter(({ call }) => call.meta.access !== 'anyone')
    expect(open.length).toBeGreaterThan(15)
    for (const { domain, name, call } of open) {
      for (const input of [fittingInput(schemaOf(call)), ...fewWholes.map((one) => one.input)]) {
        const { error } = await safe(caller[domain]?.[name]?.(input) ?? Promise.resolve())
        expect([domain, name, (error as { code?: string } | null)?.code]).toEqual([domain, name, 'LOGIN_NEEDED'])
      }
    }
  })
})

describe('who guesses accounts', () => {
  beforeEach(opened)

  it('learns nothing from how long an answer takes', async () => {
    const caller = callerWith('')
    const wait = async (email: string): Promise<number> => {
      await place.portal.store.db.delete(attempt)
      const started = performance.now()
      await safe(caller['account']?.['login']?.({ email, password: `${password}-no` }) ?? Promise.resolve())
      return performance.now() - started
    }
    // In turn, and the quickest of each: whatever else the computer does slows both, or one of them for a few rounds.
    let [known, unknown] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
    // Without a password to compare, an unknown address would be answered in a tenth of the time.
    const areAlike = () => known / unknown > 0.4 && known / unknown < 2.5
    for (let round = 0; round < 8 || (round < 60 && !areAlike()); round += 1) {
      known = Math.min(known, await wait('claire.aubry@exemple.fr'))
      unknown = Math.min(unknown, await wait('personne@exemple.fr'))
    }
    expect(areAlike(), `${known} ms and ${unknown} ms`).toBe(true)
  })
})

describe('what a desk with the true key may say', () => {
  it.each(['javascript:alert(1)', 'data:text/html,x', '//ailleurs.exemple', 'https://', '', 'portail'])(
    'never leads parents to « %s »',
    (by) => expect(ReplacementNotice.safeParse({ by }).success).toBe(false),
  )

  it('leads them to another portal, and asks for a paper from a place that a store can count', () => {
    expect(ReplacementNotice.safeParse({ by: 'https://portail.exemple.fr' }).success).toBe(true)
    expect(ReplacementNotice.safeParse({ by: 'http://127.0.0.1:4641' }).success).toBe(true)
    expect(PaperPartRequest.safeParse({ id: 'a', from: 360_000 }).success).toBe(true)
    expect(PaperPartRequest.safeParse({ id: 'a', from: 2 ** 31 }).success).toBe(false)
  })
})
