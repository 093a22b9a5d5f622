import { QueryClient } from '@tanstack/react-query'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'

/** A call that reached the desk, and waits for its answer. */
type Arrived = {
  readonly path: string
  readonly form: string
  readonly basis: string | null
  readonly answer: () => void
}

const arrived: Arrived[] = []
const keys: string[] = []
const known = (path: string) => arrived.findLast((call) => call.path === path)

const load = async () => ({
  ...(await import('../../../renderer/connection/client.ts')),
  ...(await import('../../../renderer/connection/form.ts')),
  ...(await import('../../../renderer/connection/call-stamp.ts')),
})
let connection: Awaited<ReturnType<typeof load>>
beforeAll(async () => {
  vi.stubGlobal('window', { location: { href: 'http://bureau.test/', search: '' } })
  vi.stubGlobal('fetch', (request: Request) => {
    const { promise, resolve } = Promise.withResolvers<Response>()
    const key = request.headers.get('x-call') ?? ''
    keys.push(key)
    arrived.push({
      path: new URL(request.url).pathname.replace('/rpc/', ''),
      form: key.slice(0, 16),
      basis: request.headers.get('x-basis'),
      answer: () => resolve(Response.json({ json: { id: 1 } })),
    })
    return promise
  })
  vi.resetModules()
  connection = await load()
})
afterAll(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
})
beforeEach(() => {
  arrived.length = 0
  keys.length = 0
})

const arrives = (path: string) => vi.waitUntil(() => known(path))

it('two forms sent at once keep their own key and basis, each call of each', async () => {
  const { beginForm, clientOutsideForms, noteRevision } = connection
  const queries = new QueryClient()
  noteRevision(10)
  const family = beginForm(queries)
  noteRevision(20)
  const child = beginForm(queries)

  const submitFamily = async () => {
    await family.client.families.comeBack({ id: 1 })
    await family.client.families.swapGuardians({ familyId: 1, guardianId: 2 })
  }
  const submitChild = async () => {
    await child.client.families.removePickup({ id: 2 })
    await child.client.families.removeSchooling({ id: 2 })
  }
  const familySent = submitFamily()
  const childSent = submitChild()
  const [familyFirst, childFirst] = [await arrives('families/comeBack'), await arrives('families/removePickup')]
  familyFirst.answer()
  const familySecond = await arrives('families/swapGuardians')
  const outside = clientOutsideForms.families.one({ id: 1 })
  const meanwhile = await arrives('families/one')
  childFirst.answer()
  const childSecond = await arrives('families/removeSchooling')
  // The one that began first ends first.
  familySecond.answer()
  await familySent
  childSecond.answer()
  await childSent
  meanwhile.answer()
  await outside
  const afterwards = clientOutsideForms.families.health({ childId: 2 })
  const last = await arrives('families/health')
  last.answer()
  await afterwards

  expect([familyFirst, familySecond].map(({ basis }) => basis)).toEqual(['10', '10'])
  expect([childFirst, childSecond].map(({ basis }) => basis)).toEqual(['20', '20'])
  expect([meanwhile, last].map(({ basis }) => basis)).toEqual([null, null])
  expect(familySecond.form).toBe(familyFirst.form)
  expect(childSecond.form).toBe(childFirst.form)
  expect(new Set([familyFirst, childFirst, meanwhile, last].map(({ form }) => form)).size).toBe(4)
  expect(new Set(keys).size).toBe(6)
})

it('a form that was shown what others changed goes on from there, and only that form', async () => {
  const { beginForm, noteRevision } = connection
  const queries = new QueryClient()
  noteRevision(30)
  const [shown, other] = [beginForm(queries), beginForm(queries)]
  const before = shown.client.families.comeBack({ id: 1 })
  shown.readUpTo(35)
  const after = shown.client.families.swapGuardians({ familyId: 1, guardianId: 2 })
  const beside = other.client.families.removePickup({ id: 2 })
  const calls = [
    await arrives('families/comeBack'),
    await arrives('families/swapGuardians'),
    await arrives('families/removePickup'),
  ]
  expect(calls.map(({ basis }) => basis)).toEqual(['30', '35', '30'])
  for (const { answer } of calls) answer()
  await Promise.all([before, after, beside])
})
