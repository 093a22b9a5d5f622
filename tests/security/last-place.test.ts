import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/fetch'
import { SimpleCsrfProtectionLinkPlugin } from '@orpc/client/plugins'
import type { ContractRouterClient } from '@orpc/contract'
import { createRouterClient, implement } from '@orpc/server'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { Desk } from '../../main/app/desk.ts'
import type { Core } from '../../main/desk/core.ts'
import { type Context, os } from '../../main/desk/staff/procedures.ts'
import { reservation } from '../../main/store/schema/index.ts'
import { systemActor } from '../../main/store/store.ts'
import { contract, type DeskContract } from '../../shared/contract/desk/index.ts'
import type { CellKey, MoveResult } from '../../shared/contract/desk/reservations/reservations.ts'
import { type Day, day } from '../../shared/rules/calendar/day.ts'
import { letIn, serveFor } from '../contract/ways.ts'
import { aMember, password } from '../support/desk.ts'
import { aFamily, aRegistration, aTown, aWednesday, type Town } from '../support/towns/town.ts'

const clients = 20
const period = 'ALSH mercredi 2026/2027'
/** A Wednesday for each race. */
const first = day('2026-12-09')
const second = day('2026-12-16')
const third = day('2027-01-06')
const fourth = day('2027-01-13')
const homes = Array.from({ length: clients }, (_, index) => [`Aînée ${index}`, `Cadet ${index}`] as const)

let town: Town
let receptionist: Context
beforeAll(async () => {
  let plan = aTown()
    .with(aWednesday({ capacity: 2 }))
    .with(aFamily('Premier', { children: { Première: {} } }))
    .with(aRegistration('Premier', 'Première', period))
  for (const [elder, younger] of homes) {
    plan = plan
      .with(aFamily(elder, { children: { [elder]: {}, [younger]: {} } }))
      .with(aRegistration(elder, elder, period))
      .with(aRegistration(elder, younger, period))
  }
  town = await plan.open()
  await town.client.reservations.move({
    cells: [first, second, third, fourth].map((on) => cellOf('Première', on)),
    act: 'book',
  })
  await aMember(town.desk, town.client, { name: 'Accueil', login: 'accueil', roles: ['receptionist'] })
  receptionist = town.desk.connect()
  await createRouterClient(town.desk.router, { context: receptionist }).staff.login({ login: 'accueil', password })
})
afterAll(() => town.close())

const cellOf = (child: string, on: Day) => ({
  registrationId: town.registration(child, period),
  day: on,
  slotId: town.slot('CLSH MERCREDI', 'Matin'),
})

/** Its own session, in which someone has logged in. */
const anotherBrowser: Desk['letIn'] = (...browser) => {
  const context = town.desk.letIn(...browser)
  const { staffId, lastSeen } = receptionist.session
  Object.assign(context.session, { staffId, lastSeen })
  return context
}

/** Nobody passes before all have arrived; then all continue in the same turn of the event loop. */
const aBarrier = (size: number) => {
  const all = Promise.withResolvers<void>()
  let arrived = 0
  return () => {
    arrived += 1
    if (arrived === size) all.resolve()
    return all.promise
  }
}

/**
 * Twenty browsers, each requesting the one last place for two children of a home, with all requests held together
 * inside the server.
 */
const race = async (on: Day, router: Desk['router']) => {
  const wait = aBarrier(clients)
  const held = implement(contract)
    .$context<Context>()
    .use(async ({ next, path }) => {
      if (path.join('.') === 'reservations.move') await wait()
      return next()
    })
    .router(router)
  const served = await serveFor({ ...town.desk, router: held, letIn: anotherBrowser })
  onTestFinished(() => served.close())
  const { origin } = new URL(served.address)
  const cookies = await Promise.all(homes.map(() => letIn(served.address)))
  expect(new Set(cookies).size).toBe(clients)
  const answers = await Promise.all(
    homes.map((children, index) => {
      const link = new RPCLink({
        url: `${origin}/rpc`,
        headers: { origin, cookie: cookies[index] },
        plugins: [new SimpleCsrfProtectionLinkPlugin()],
      })
      const client: ContractRouterClient<DeskContract> = createORPCClient(link)
      return client.reservations.move({ cells: children.map((child) => cellOf(child, on)), act: 'book' })
    }),
  )
  const sentences = answers.flatMap(({ refused }) => refused.map(({ sentence }) => sentence))
  return {
    held: placesHeld(town.store.sqlite, on),
    booked: answers.map(({ done }) => done).filter((done) => done > 0),
    toldFull: sentences.filter((sentence) => /complet/i.test(sentence)).length,
  }
}

const placesHeld = (connection: Sqlite.Database, on: Day): number =>
  Number(
    connection
      .prepare(`select count(*) from reservation where day = ? and slot_id = ? and held = 'confirmed'`)
      .pluck()
      .get(on, town.slot('CLSH MERCREDI', 'Matin')),
  )

/** Of two places and forty children, one place was taken before. */
const oneGotIt = { held: 2, booked: [1], toldFull: 2 * clients - 1 }

/** The desk with another implementation of booking. */
const bookingBy = (
  move: (core: Core, cells: readonly CellKey[]) => MoveResult | Promise<MoveResult>,
): Desk['router'] => ({
  ...town.desk.router,
  reservations: {
    ...town.desk.router.reservations,
    move: os.reservations.move.handler(({ context: { core }, input }) => move(core, input.cells)),
  },
})

const write = ({ store }: Core, cells: readonly CellKey[], isFree: () => boolean): MoveResult =>
  store.act(systemActor, 'families.change', 'Réservation', (writer) => {
    const refused: MoveResult['refused'] = []
    for (const cell of cells) {
      if (isFree()) writer.insert(reservation, { ...cell, periodId: town.period(period), held: 'confirmed' })
      else
        refused.push({
          ...cell,
          child: '',
          slot: '',
          sentence: 'Complet.',
          needs: null,
          surcharge: null,
          waiting: null,
        })
    }
    return { actId: writer.actId, done: cells.length - refused.length, refused, promoted: 0 }
  })

describe('the last place, asked by twenty browsers at once for two children each', () => {
  it('goes to exactly one child, and the others are answered that it is full', async () => {
    expect(await race(first, town.desk.router)).toEqual(oneGotIt)
  })

  it('would go to exactly one too by any booking that checks and writes in one transaction', async () => {
    const whole = bookingBy((core, cells) => write(core, cells, () => placesHeld(core.store.sqlite, second) < 2))
    expect(await race(second, whole)).toEqual(oneGotIt)
  })

  it('would go to several if the check came before an await', async () => {
    const torn = bookingBy(async (core, cells) => {
      const isFree = placesHeld(core.store.sqlite, third) < 2
      await Promise.resolve()
      return write(core, cells, () => isFree)
    })
    expect(await race(third, torn)).toEqual({ held: 1 + 2 * clients, booked: Array(clients).fill(2), toldFull: 0 })
  })

  it('would go to several if the check were answered from another connection', async () => {
    const another = new Sqlite(town.store.path, { readonly: true })
    onTestFinished(() => {
      another.close()
    })
    const aside = bookingBy((core, cells) => write(core, cells, () => placesHeld(another, fourth) < 2))
    // The other connection does not see the first child of the very transaction that asks for the second.
    expect(await race(fourth, aside)).toEqual({ held: 3, booked: [2], toldFull: 2 * clients - 2 })
  })
})
