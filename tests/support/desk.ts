import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { type Desk, openDesk } from '../../main/desk/desk.ts'
import { day, type Instant, instantOf, timeOfDay } from '../../shared/rules/day.ts'
import { type Role, roles } from '../../shared/rules/roles.ts'

/** A clock that tests set: 10 h 42 on Wednesday 25 November 2026 unless said otherwise. */
export const aClock = (on = '2026-11-25', at = '10:42') => {
  let now: Instant = instantOf(day(on), timeOfDay(at))
  return Object.assign(() => now, {
    set(day_: string, time = '10:42') {
      now = instantOf(day(day_), timeOfDay(time))
    },
  })
}

export const password = 'Marronnier-14'

/** An empty service, its administrator logged in with every role. */
export const startService = ({ staff }: ReturnType<typeof clientOf>) =>
  staff.startEmpty({
    organisation: {
      name: 'Espace Jeunesse',
      authority: 'Ville de Blainville-sur-Orne',
      address: '3 place des Marronniers',
      postcode: '14550',
      town: 'Blainville-sur-Orne',
      schoolZone: 'B',
    },
    administrator: { name: 'Sandrine Tostain', login: 'sandrine', password, roles: [...roles] },
  })

/** An empty service in a folder of its own, its administrator logged in with every role; closed and erased after. */
export const aDesk = async (clock = aClock()) => {
  const folder = mkdtempSync(join(tmpdir(), 'desk-'))
  const desk = await openDesk({
    dataDir: join(folder, 'data'),
    exampleDir: join(folder, 'example'),
    clock,
    log: console.error,
  })
  const client = clientOf(desk)
  await startService(client)
  return {
    desk,
    client,
    clock,
    folder,
    store: desk.core.store,
    /** A second connection, of someone with these roles only. */
    async as(...held: Role[]) {
      const login = held.join('-')
      await client.staff.add({ name: login, login, password, roles: held })
      const other = clientOf(desk)
      await other.staff.login({ login, password })
      return other
    },
    async close() {
      await desk.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export type TestDesk = Awaited<ReturnType<typeof aDesk>>

/** Tests move the clock by days: whoever they let in is never idle. */
export const clientOf = (desk: Desk) => {
  const { core, session } = desk.connect()
  const restless = new Proxy(session, {
    get: (target, key) => (key === 'lastSeen' ? Infinity : Reflect.get(target, key)),
  })
  return createRouterClient(desk.router, { context: { core, session: restless } })
}
