import { type Client, type ClientContext, createORPCClient, ORPCError, safe } from '@orpc/client'
import { RPCLink } from '@orpc/client/fetch'
import { SimpleCsrfProtectionLinkPlugin } from '@orpc/client/plugins'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { Context } from '../../main/desk/staff/procedures.ts'
import { checkFile } from '../../main/store/checking/check.ts'
import { contract } from '../../shared/contract/desk/index.ts'
import { Refusal } from '../../shared/contract/procedure.ts'
import { type Role, roles } from '../../shared/rules/access/roles.ts'
import { letIn, serveFor } from '../contract/ways.ts'
import { aMember } from '../support/desk.ts'
import { attempts, fewWholes, fittingInput } from '../support/garbage.ts'
import { isLong } from '../support/long.ts'
import { aBillingTown, billing } from '../support/towns/billing.ts'
import type { Town } from '../support/towns/town.ts'

let town: Town
let served: Awaited<ReturnType<typeof serveFor>>
let origin: string
let cookie: string
let caller: Caller
/** A second connection, which sees only what was committed. */
let witness: Sqlite.Database
let counts: { readonly table: string; readonly rows: Sqlite.Statement }[]

/** The caller: the session of the one browser is set before each call. */
type Who = Role | 'everyRole' | 'nobody'
const staffIds = new Map<Who, number | null>([['nobody', null]])
let session: Context['session']

const memberOf = async (login: string, held: Role[]): Promise<number> => {
  const own = await aMember(town.desk, town.client, { name: login, login, roles: held })
  return (await own.staff.session()).member?.id ?? 0
}

beforeAll(async () => {
  town = await aBillingTown().open()
  const { book, run, issue } = billing(town)
  await book('Louison', ['2026-12-09', '2026-12-16'], 'Matin', 'Repas')
  await issue((await run()).id)
  await book('Noé', ['2026-12-09'], 'Matin')
  await run()
  for (const role of roles) {
    staffIds.set(role, await memberOf(role, [role]))
  }
  staffIds.set('everyRole', await memberOf('toutes', [...roles]))
  const context = town.desk.connect()
  session = context.session
  served = await serveFor({ ...town.desk, connect: () => context, resume: () => context, letIn: () => context })
  witness = new Sqlite(town.store.path, { readonly: true })
  const tables = witness.prepare(`select name from sqlite_schema where type = 'table'`).pluck().all() as string[]
  counts = tables.map((table) => ({
    table,
    rows: witness.prepare(`select count(*) from ${table} ${settled[table] ?? ''}`).pluck(),
  }))
  origin = new URL(served.address).origin
  cookie = await letIn(served.address)
  const link = new RPCLink({
    url: `${origin}/rpc`,
    headers: { origin, cookie },
    plugins: [new SimpleCsrfProtectionLinkPlugin()],
  })
  caller = createORPCClient(link)
})
afterAll(async () => {
  witness.close()
  await served.close()
  await town.close()
})

/** The contract without its types, as an attacker can use it. */
type Caller = Record<string, Record<string, Client<ClientContext, unknown, unknown, Error>>>

/** Waits for the last message of a long act; a stream without an end is left after its first answer. */
const answered = async (domain: string, name: string, input: unknown) => {
  const stop = new AbortController()
  const answer = await caller[domain]?.[name]?.(input, { signal: stop.signal })
  if (!isStream(answer)) return
  if (name === 'changes') return stop.abort()
  for await (const _ of answer);
}

const isStream = (answer: unknown): answer is AsyncIterable<unknown> =>
  typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer

let seen = { version: -1, state: '' }

/**
 * The number of rows in each table, including the audit trail, read again after each commit. A long act that has
 * nothing to do writes and reverts everything: only the act itself remains.
 */
const stateNow = (): string => {
  const version = Number(witness.pragma('data_version', { simple: true }))
  if (version === seen.version) return seen.state
  seen = { version, state: JSON.stringify(counts.map(({ table, rows }) => [table, rows.get()])) }
  return seen.state
}

const settled: Readonly<Record<string, string>> = {
  act: `where state <> 'takenBack'`,
  audit: `where act_id not in (select id from act where state = 'takenBack')`,
}

/** What is wrong with the answer to a call, or null. */
const faultOf = async (who: Who, domain: string, name: string, input: unknown): Promise<string | null> => {
  const staffId = staffIds.get(who) ?? null
  Object.assign(session, { staffId, locked: false, lastSeen: Date.now(), failures: 0, refusedUntil: 0 })
  const before = stateNow()
  const began = process.threadCpuUsage()
  const { error } = await safe(answered(domain, name, input))
  const { user, system } = process.threadCpuUsage(began)
  const worked = (user + system) / 1000
  if (worked > longest) return `worked for ${Math.round(worked)} ms`
  if (error === null) return null
  if (stateNow() !== before) return `refused, yet changed something: ${JSON.stringify(error)}`
  if (!(error instanceof ORPCError)) return `no answer: ${error.message}`
  const { code, data }: { code: string; data: unknown } = error
  const { sentence } = Refusal.safeParse(data).data ?? {}
  if (!refusals.has(code) || sentence === undefined) return `${code}: ${JSON.stringify(data ?? error.message)}`
  return isFrench(sentence) ? null : `says « ${sentence} »`
}

/** Milliseconds of processor time, whatever else the computer does. The desk answers no other call meanwhile. */
const longest = 10_000
const refusals = new Set(['REFUSED', 'FORBIDDEN', 'LOGIN_NEEDED', 'LOCKED'])

/** Whether a person at a counter can understand the sentence: no technical word, and no part of the input. */
const isFrench = (sentence: string): boolean =>
  /^[«\p{Lu}\d].{5,300}[.?!]$/u.test(sentence) &&
  !/\b(invalid|expected|received|required|must|should|string|number|object|array|undefined|null|NaN|error|failed|cannot|constraint|sqlite|unexpected|script)\b/i.test(
    sentence,
  )

/** All wrong inputs at all places by all callers take minutes: `npm run test:long`. */
const share = isLong ? 1 : 64
/** Else the roles take turns: what each of them may call has a test of its own (`rules/access/roles.test.ts`). */
const askers = (turn: number) => (isLong ? roles : roles.slice(turn % roles.length).slice(0, 1))

const domains = Object.entries(contract).map(([domain, calls]) => [domain, Object.entries(calls)] as const)

const inputOf = (call: { '~orpc': { inputSchema?: unknown } }): z.ZodType | undefined => {
  const { inputSchema } = call['~orpc']
  return inputSchema instanceof z.ZodType ? inputSchema : undefined
}

describe.each(domains)('what %s cannot take', (domain, calls) => {
  it('is refused in a French sentence, whoever asks, and changes nothing', { timeout: 300_000 }, async () => {
    const faults: string[] = []
    const attempt = async (who: Who, name: string, what: string, input: unknown) => {
      const fault = await faultOf(who, domain, name, input)
      if (fault !== null) faults.push(`${domain}.${name} by ${who}, ${what}: ${fault}`)
    }
    for (const [turn, [name, call]] of calls.entries()) {
      const schema = inputOf(call)
      for (const { what, input } of attempts(schema, share)) await attempt('everyRole', name, what, input)
      for (const who of [...askers(turn), 'nobody'] as const) {
        await attempt(who, name, 'what fits', fittingInput(schema))
        for (const { what, input } of isLong || who === 'nobody' ? fewWholes : []) await attempt(who, name, what, input)
      }
    }
    expect(faults).toEqual([])
    expect(checkFile(town.store.sqlite)).toEqual([])
  })
})

describe('what is not even a call', () => {
  it.each<[what: string, body: BodyInit, type: string]>([
    ['half a JSON', '{"json":{"id":', 'application/json'],
    ['another encoding', new Uint8Array([0xff, 0xfe, 0x00, 0x80]), 'application/json'],
    ['an unknown type of value', '{"json":{"id":1},"meta":[[99,"id"]]}', 'application/json'],
    ['a path through the prototype', '{"json":{},"meta":[[1,"__proto__","polluted"]]}', 'application/json'],
    [
      'a form without its end',
      '--x\r\nContent-Disposition: form-data; name="data"\r\n\r\n{}',
      'multipart/form-data; boundary=x',
    ],
    ['a form of nothing', '--x--', 'multipart/form-data; boundary=x'],
  ])('is refused in a French sentence too: %s', async (_, body, type) => {
    Object.assign(session, { staffId: staffIds.get('everyRole'), locked: false, lastSeen: Date.now() })
    const before = stateNow()
    const answer = await fetch(`${origin}/rpc/families/change`, {
      method: 'POST',
      body,
      headers: { cookie, origin, 'x-csrf-token': 'orpc', 'content-type': type },
    })
    const { json } = z.object({ json: z.object({ data: Refusal }) }).parse(await answer.json())
    expect([422, isFrench(json.data.sentence)]).toEqual([answer.status, true])
    expect(stateNow()).toBe(before)
  })
})
