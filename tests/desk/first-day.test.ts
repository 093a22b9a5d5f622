import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Desk, openDesk } from '../../main/app/desk.ts'
import type { Secrets } from '../../main/store/secrets.ts'
import { examplePassword } from '../../shared/examples/staff.ts'
import { aClock, aDesk, clientOf } from '../support/desk.ts'
import { aChild, aGuardian, aHome } from '../support/towns/families.ts'
import { copyExampleTown } from './example-made.ts'

let folder: string
let desk: Desk
const longest = 300_000
const keyring: Secrets = {
  seal: (text) => Buffer.from(`trousseau ${text}`),
  open: (sealed) => sealed.toString().replace(/^trousseau /, ''),
}
const open = async (demo: boolean) => {
  folder = mkdtempSync(join(tmpdir(), 'first-day-'))
  const exampleDir = join(folder, 'example')
  await copyExampleTown(exampleDir)
  desk = await openDesk({ dataDir: join(folder, 'data'), exampleDir, clock: aClock(), demo, secrets: keyring })
  return clientOf(desk)
}
let client: Awaited<ReturnType<typeof open>>
/** What it said while it was made is not kept. */
const startExample = async () => {
  for await (const step of await client.staff.startExample()) if (step.step === 'done') return step.result
  return null
}
const key = () => desk.core.exchange.secrets.seal('clé').toString()
const done = async () => (await client.home.firstDay())?.done

afterEach(async () => {
  await desk.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('the first day on the example town', () => {
  beforeEach(async () => {
    client = await open(true)
    await client.staff.session()
  }, longest)

  it('begins with nothing done, whatever the town did before', async () => {
    expect(await done()).toEqual([])
  })

  it('ticks a step once the thing is done, not once it is looked at or refused', async () => {
    await client.home.today()
    const nobody = { home: aHome('Nouvelle'), guardians: [], move: null, quotient: null, children: [] }
    await expect(client.families.create(nobody)).rejects.toMatchObject({ code: expect.anything() })
    expect(await done()).toEqual([])
    await aNewFamily()
    expect(await done()).toEqual(['family'])
  })

  it('keeps it ticked once it is undone: undoing is a step of its own', async () => {
    await aNewFamily()
    const [last] = await client.history.lastActs({ screen: 'familles', mine: true, count: 1 })
    for await (const step of await client.history.undo({ actId: last?.actId ?? 0, told: false })) void step
    expect(await done()).toEqual(['family', 'undo'])
  })

  it('lets another of its staff log in, and no one by itself until then', async () => {
    expect(await client.staff.logout()).toMatchObject({ state: 'loggedOut', isDemo: true })
    expect(await client.staff.session()).toMatchObject({ state: 'loggedOut' })
    expect(await client.staff.login({ login: 'valerie', password: examplePassword })).toMatchObject({
      state: 'open',
      member: { name: 'Valérie Hamel' },
    })
    await client.staff.login({ login: 'sandrine', password: examplePassword })
    await client.staff.add({ name: 'Aline Roy', login: 'aline', roles: ['animator'], password: 'Premier-Matin-07' })
    expect(await clientOf(desk).staff.session()).toMatchObject({ member: { name: 'Sandrine Tostain' } })
  })

  it('leads to one’s own town, by its own keyring, from a program that was opened on the example', async () => {
    expect(key()).toBe('clé')
    expect(await client.staff.leaveExample()).toMatchObject({ state: 'firstStart', isDemo: false, member: null })
    expect(key()).toBe('trousseau clé')
    expect(await startExample()).toMatchObject({ state: 'open', isDemo: true })
    expect(key()).toBe('clé')
  })
})

it(
  'ends by one’s own town: the example chosen at first start leads back there, and keeps what was done',
  async () => {
    client = await open(false)
    await startExample()
    await aNewFamily()
    expect(await client.staff.leaveExample()).toMatchObject({ state: 'firstStart', isDemo: false, member: null })
    await expect(client.home.firstDay()).rejects.toMatchObject({ code: 'LOGIN_NEEDED' })
    expect(await startExample()).toMatchObject({ state: 'open', isDemo: true })
    expect(await done()).toEqual(['family'])
  },
  longest,
)

it(
  'is nowhere in a service of one’s own',
  async () => {
    client = await open(true)
    const town = await aDesk()
    expect(await town.client.home.firstDay()).toBeNull()
    await expect(town.client.staff.leaveExample()).rejects.toMatchObject({
      data: { sentence: 'Vous êtes déjà dans votre structure.' },
    })
    await town.close()
  },
  longest,
)

const aNewFamily = () =>
  client.families.create({
    home: aHome('Nouvelle'),
    guardians: [aGuardian('Ada', 'Nouvelle')],
    move: null,
    quotient: null,
    children: [{ ...aChild('Lou', 'Nouvelle', '2019-01-01'), schooling: null }],
  })
