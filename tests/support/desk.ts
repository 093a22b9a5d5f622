import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { type Desk, type DeskOptions, openDesk } from '../../main/app/desk.ts'
import type { PasswordCost } from '../../shared/rules/access/password.ts'
import { type Role, roles } from '../../shared/rules/access/roles.ts'
import { day, type Instant, instantOf, timeOfDay } from '../../shared/rules/calendar/day.ts'
import { putNewFile } from './new-file.ts'

/** A clock that tests set, which begins at 10 h 42 on Wednesday 25 November 2026 by default. */
export const aClock = (on = '2026-11-25', at = '10:42') => aClockAt(instantOf(day(on), timeOfDay(at)))

const aClockAt = (start: Instant) => {
  let now = start
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

/** The cheapest password hashing, since no real account is at stake. */
export const cheapestPasswords: PasswordCost = { kibibytes: 8, passes: 1 }

/** Opens the desk of a test's folder. */
export const openIn = async (
  folder: string,
  clock: ReturnType<typeof aClock>,
  options: Partial<DeskOptions> = {},
): Promise<Desk> => {
  const desk = await openDesk({
    dataDir: join(folder, 'data'),
    exampleDir: join(folder, 'example'),
    clock,
    log: console.error,
    passwordCost: cheapestPasswords,
    ...options,
  })
  // No flushing to disk: tests of power cuts open files of their own.
  desk.core.store.sqlite.pragma('synchronous = OFF')
  return desk
}

const testDesk = async (folder: string, clock: ReturnType<typeof aClock>) => {
  const desk = await openIn(folder, clock)
  const client = clientOf(desk)
  return {
    desk,
    client,
    clock,
    folder,
    store: desk.core.store,
    /** A second connection, of someone with these roles only. */
    async as(...held: Role[]) {
      const login = held.join('-')
      return aMember(desk, client, { name: login, login, roles: held })
    },
    async close() {
      await desk.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A service with a logged-in administrator who has all roles; closing it removes its folder. */
export type TestDesk = Awaited<ReturnType<typeof testDesk>>

/** Content of a prepared file beyond the empty service: made once per process, then copied for each test. */
export type Content<Notes> = {
  /** Equal for equal contents. */
  readonly key: string
  /** @returns what tests need to know about the content, such as ids */
  readonly write: (desk: TestDesk) => Promise<Notes>
}

type Prepared<Notes> = { readonly folder: string; readonly notes: Notes }

const preparedDesks = new Map<string, Promise<Prepared<unknown>>>()
process.on('exit', () => preparedFolders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))
const preparedFolders: string[] = []

const prepare = async <Notes>(at: Instant, { write }: Content<Notes>): Promise<Prepared<Notes>> => {
  const folder = mkdtempSync(join(tmpdir(), 'prepared-'))
  preparedFolders.push(folder)
  putNewFile(join(folder, 'data'))
  const opened = await testDesk(folder, aClockAt(at))
  await startService(opened.client)
  const notes = await write(opened)
  await opened.desk.close()
  return { folder, notes }
}

/** Makes a folder with a copy of the prepared file. */
export const aPreparedFolder = async <Notes>(clock: ReturnType<typeof aClock>, content: Content<Notes>) => {
  const key = `${clock()} ${content.key}`
  const ready = (preparedDesks.get(key) ?? prepare(clock(), content)) as Promise<Prepared<Notes>>
  preparedDesks.set(key, ready)
  const { folder: made, notes } = await ready
  const folder = mkdtempSync(join(tmpdir(), 'desk-'))
  cpSync(made, folder, { recursive: true })
  return { folder, notes }
}

export const emptyService: Content<void> = { key: '', write: async () => undefined }

/** Opens a desk on a copy of the prepared file. */
export const aPreparedDesk = async <Notes>(clock: ReturnType<typeof aClock>, content: Content<Notes>) => {
  const { folder, notes } = await aPreparedFolder(clock, content)
  const desk = await testDesk(folder, clock)
  await desk.client.staff.login({ login: 'sandrine', password })
  return { desk, notes }
}

/** An empty service. */
export const aDesk = async (clock = aClock()): Promise<TestDesk> => (await aPreparedDesk(clock, emptyService)).desk

/** Logs an agent in on a connection of their own, after replacing the given password by `password`. */
export const aMember = async (
  desk: Desk,
  { staff }: ReturnType<typeof clientOf>,
  { name, login, roles: held }: { name: string; login: string; roles: Role[] },
) => {
  const given = 'Premier-Matin-07'
  await staff.add({ name, login, roles: held, password: given })
  const own = clientOf(desk)
  await own.staff.login({ login, password: given })
  await own.staff.changePassword({ current: given, next: password })
  return own
}

/** Tests move the clock by days: sessions of these clients never count as idle. */
export const clientOf = (desk: Desk) => {
  const { core, session } = desk.connect()
  const restless = new Proxy(session, {
    get: (target, key) => (key === 'lastSeen' ? Infinity : Reflect.get(target, key)),
  })
  return createRouterClient(desk.router, { context: { core, session: restless } })
}
