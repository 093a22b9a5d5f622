import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { type Desk, openDesk } from '../../main/app/desk.ts'
import { makeExampleTown } from '../../main/desk/example/example.ts'
import { pair } from '../../main/exchange/pairing.ts'
import { welcomeParents } from '../../main/host/demo/demo-parents.ts'
import { createPairingCode } from '../../main/portal/exchange/pairing.ts'
import { systemActor } from '../../main/store/acts/acts.ts'
import { roles } from '../../shared/rules/access/roles.ts'
import { day, type Instant, instantOf, timeOfDay } from '../../shared/rules/calendar/day.ts'
import { copyExampleTown, exampleNow } from '../desk/example-made.ts'
import { aServedPortal } from '../exchange/paired.ts'
import { clientOf } from '../support/desk.ts'
import { quickStore } from '../support/machine/quick-store.ts'

const longest = 300_000
const demonstrator = { ...systemActor, roles }
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
}, longest)

/** The example town of that moment, a portal beside it, and its parents welcomed. */
const aDemo = async (now: Instant, make: (dataDir: string) => Promise<void>) => {
  const folder = mkdtempSync(join(tmpdir(), 'demo-parents-'))
  closing.push(() => rmSync(folder, { recursive: true, force: true }))
  const [exampleDir, mails] = [join(folder, 'ville'), join(folder, 'mails')]
  await make(exampleDir)
  const clock = () => now
  const lines: string[] = []
  const log = (line: string) => void lines.push(line)
  const desk: Desk = await openDesk({ dataDir: join(folder, 'data'), exampleDir, demo: true, clock, log })
  closing.push(() => desk.close())
  const served = await aServedPortal(clock, quickStore, { folder: mails })
  closing.push(() => served.close())
  await pair(desk.core, demonstrator, { address: served.address, code: (await createPairingCode(served.portal)).code })
  const client = clientOf(desk)
  await client.staff.session()
  const welcome = () => welcomeParents(desk.core, demonstrator, { address: served.address, mails })
  return { client, lines, mails, welcome, parent: await welcome() }
}

it('parents of the example town send what the desk finds waiting, once', { timeout: longest }, async () => {
  const { client, lines, mails, welcome, parent } = await aDemo(exampleNow, copyExampleTown)
  expect(lines).toEqual([])
  const queue = await client.requests.queue()
  const today = queue.filter(({ recordedAt }) => recordedAt === exampleNow)
  expect(today.map(({ key }) => key.kind).toSorted()).toEqual(['cells', 'cells', 'proposals', 'signUp', 'signUp'])
  const [booked, given] = today.flatMap(({ key, days }) => (key.kind === 'cells' ? [{ wish: key.wish, days }] : []))
  expect([booked, given]).toEqual(
    expect.arrayContaining([
      { wish: 'book', days: 3 },
      { wish: 'cancel', days: 1 },
    ]),
  )
  expect(readdirSync(mails).some((name) => name.endsWith('.json'))).toBe(true)

  const doubles = await Promise.all(
    today.flatMap(({ key }) =>
      key.kind === 'signUp' ? [client.requests.signUpDoubles({ signUpId: key.signUpId })] : [],
    ),
  )
  expect(doubles.flat().map(({ name }) => name)).toEqual(['Marchand'])

  // Its bytes follow, once the invoices are printed.
  const received = async () => (await client.papers.queue()).received
  expect(await received()).toMatchObject([
    { kind: 'insurance', askedId: expect.any(Number), pages: 1 },
    { kind: 'health' },
  ])

  expect(await welcome()).toEqual(parent)
  expect(await client.requests.queue()).toHaveLength(queue.length)
  expect(await received()).toHaveLength(2)
})

/** School has begun today, a holiday, the last day of a year, a Sunday when nothing is open any more. */
const otherDays = process.env['LONG'] ? ['2026-09-01', '2026-11-11', '2026-12-31', '2027-08-22'] : []
it.each(otherDays)('they write on %s too, as far as anything is open', { timeout: longest }, async (on) => {
  const now = instantOf(day(on), timeOfDay('09:05'))
  const { client, lines } = await aDemo(now, (dataDir) => makeExampleTown({ dataDir, clock: () => now }))
  expect(lines).toEqual([])
  const today = (await client.requests.queue()).filter(({ recordedAt }) => recordedAt === now)
  expect(today.filter(({ key }) => key.kind === 'signUp')).toHaveLength(2)
  expect((await client.papers.queue()).received).toHaveLength(1)
})
