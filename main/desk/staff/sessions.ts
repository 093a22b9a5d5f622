import { createHash, randomUUID } from 'node:crypto'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import { storeSentence } from '../../store/failures.ts'
import type { Core, Session, Workstation } from '../core.ts'

/** The file stores this hash instead of the cookie, so that a copy of the file lets nobody in. */
const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

/** A browser unused for so long must log in again. */
const idleMilliseconds = 12 * 60 * 60 * 1000
/** How stale `seenAt` may be in the file, in milliseconds: saving it at each call would write too often. */
const saveIntervalMilliseconds = 60_000

/**
 * Begins a connection's session.
 * @param token a browser's cookie, with which the session survives a restart of the desk; absent for a window, whose
 * session ends with its process
 */
export const beginSession = (core: Core, workstation: Workstation, token?: string): Session => {
  const session: Session = {
    id: token === undefined ? randomUUID() : hashOf(token),
    workstation,
    begunAt: core.clock(),
    isKept: token !== undefined,
    notedAt: 0,
    ...loggedOut(core),
  }
  core.workstations.sessions.set(session.id, session)
  return session
}

/** The fields of a session in which nobody has logged in on the data file that is open now. */
export const loggedOut = ({ fileNumber }: Core) => ({
  staffId: null,
  fileNumber,
  locked: false,
  lastSeen: 0,
  failures: 0,
  refusedUntil: 0,
  hasLeft: false,
  endedBecause: null,
})

/**
 * The session of a cookie, restored from the file after a restart of the desk; undefined once it has expired or ended.
 */
export const resumeSession = (core: Core, token: string): Session | undefined => {
  const id = hashOf(token)
  const existing = core.workstations.sessions.get(id)
  if (existing) return existing
  const row = core.store.statement('select * from post_session where id = ?').get(id) as SessionRow | undefined
  if (!row) return undefined
  const seen = Date.parse(row.seen_at)
  if (Date.parse(core.clock()) - seen > idleMilliseconds) {
    deleteStored(core, id)
    return undefined
  }
  const { kind, address, program } = row
  const session: Session = {
    ...beginSession(core, { kind, address, program }, token),
    begunAt: row.begun_at,
    notedAt: seen,
    staffId: row.staff_id,
    locked: row.locked === 1,
    lastSeen: seen,
  }
  core.workstations.sessions.set(id, session)
  return session
}

/**
 * Stores the session after a change or once a minute. When the disk is full or fails, the session remains in memory and
 * ends when the desk restarts.
 */
export const saveSession = (core: Core, session: Session): void => {
  if (!session.isKept) return
  const now = Date.parse(core.clock())
  session.notedAt = now
  const { id, staffId, locked, begunAt, workstation } = session
  unlessDiskFails(core, () =>
    core.store
      .statement(
        `insert into post_session (id, staff_id, locked, begun_at, seen_at, kind, address, program) values (?, ?, ?, ?, ?, ?, ?, ?)
        on conflict (id) do update set staff_id = excluded.staff_id, locked = excluded.locked, seen_at = excluded.seen_at`,
      )
      .run(
        id,
        staffId,
        locked ? 1 : 0,
        begunAt,
        new Date(now).toISOString(),
        workstation.kind,
        workstation.address,
        workstation.program,
      ),
  )
}

const unlessDiskFails = (core: Core, work: () => unknown): void => {
  try {
    work()
  } catch (error) {
    if (storeSentence(error) === null) throw error
    core.log(`sessions des agents\u00a0: ${String(error)}`)
  }
}

export const saveLastSeen = (core: Core, session: Session): void => {
  if (Date.parse(core.clock()) - session.notedAt >= saveIntervalMilliseconds) saveSession(core, session)
}

/**
 * Gives the session a new token when another person logs in or out, so that a token copied from this browser before
 * does not let anybody in (session fixation).
 */
export const renewSession = (core: Core, session: Session, token: string): void => {
  core.workstations.sessions.delete(session.id)
  deleteStored(core, session.id)
  session.id = hashOf(token)
  core.workstations.sessions.set(session.id, session)
  saveSession(core, session)
}

/**
 * Logs the session out for good: a restart of the desk does not restore it.
 * @param because when another workstation ended it: the login form, to which its cookie still leads, shows this
 * sentence
 */
export const endSession = (core: Core, session: Session, because: string | null = null): void => {
  session.staffId = null
  session.endedBecause = because
  if (because === null) core.workstations.sessions.delete(session.id)
  for (const [id, page] of core.workstations.pages)
    if (page.session.id === session.id) core.workstations.pages.delete(id)
  if (session.isKept) deleteStored(core, session.id)
}

const passwordReplaced =
  'Le mot de passe de ce compte a été remplacé\u00a0: ce poste s’est fermé. Connectez-vous avec le nouveau.'

/** Ends an account's other sessions, stored ones included, when its password is replaced. */
export const endSessionsOf = (core: Core, staffId: number, except: Session): void => {
  for (const session of core.workstations.sessions.values())
    if (session.staffId === staffId && session.id !== except.id) endSession(core, session, passwordReplaced)
  core.store.statement('delete from post_session where staff_id = ? and id <> ?').run(staffId, except.id)
  // Pages of the ended sessions read their session again and show the login form.
  core.changes.publish('changed', { domains: ['staff'] })
}

/** A restored file contains sessions of its own time: they must let nobody in. */
export const deleteStoredSessions = ({ store }: Pick<Core, 'store'>): void => {
  store.statement('delete from post_session').run()
}

const deleteStored = (core: Core, id: string): void =>
  unlessDiskFails(core, () => core.store.statement('delete from post_session where id = ?').run(id))

type SessionRow = {
  readonly staff_id: number | null
  readonly locked: number
  readonly begun_at: Instant
  readonly seen_at: Instant
  readonly kind: Workstation['kind']
  readonly address: string
  readonly program: string
}
