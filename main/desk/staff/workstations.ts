import type { WorkstationsState } from '../../../shared/contract/desk/staff.ts'
import { dayAt, type Instant, timeAt } from '../../../shared/rules/calendar/day.ts'
import { numericDay, timeText } from '../../../shared/rules/text/french.ts'
import { type Core, Refused, type Session, type Workstations } from '../core.ts'
import { endSession } from './sessions.ts'
import { memberOf } from './staff-store.ts'

export const noWorkstations = (): Workstations => ({
  sessions: new Map(),
  pages: new Map(),
  answers: new Map(),
  failures: new Map(),
  sharing: null,
})

/** Lists the workstations that are logged in, and whether this computer is shared with others. */
export const readWorkstations = (core: Core, session: Session): WorkstationsState => {
  const { sessions, pages, sharing } = core.workstations
  const open = new Set([...pages.values()].map((page) => page.session.id))
  return {
    sharing: sharing?.state() ?? null,
    posts: [...sessions.values()].flatMap((one) => {
      const member = one.staffId === null ? undefined : memberOf(core.store, one.staffId)
      if (!member || one.fileNumber !== core.fileNumber) return []
      const { id, workstation, begunAt, locked } = one
      return [
        { id, ...workstation, person: member.name, begunAt, locked, isOpen: open.has(id), isOwn: id === session.id },
      ]
    }),
  }
}

export const setSharing = async (core: Core, session: Session, on: boolean): Promise<WorkstationsState> => {
  const { sharing } = core.workstations
  if (!sharing) throw new Refused('Ce poste ne peut pas être partagé.')
  if (on && core.isDemo) throw new Refused('La ville d’exemple ne se partage pas\u00a0: créez d’abord votre structure.')
  if (on) await sharing.open()
  else await sharing.close()
  return readWorkstations(core, session)
}

export const disconnect = (core: Core, session: Session, id: string): WorkstationsState => {
  const other = core.workstations.sessions.get(id)
  if (!other || other.staffId === null) throw new Refused('Ce poste n’est plus connecté.')
  if (id === session.id) throw new Refused('C’est ce poste-ci\u00a0: «\u00a0Se déconnecter\u00a0» est sous votre nom.')
  const by = session.staffId === null ? undefined : memberOf(core.store, session.staffId)
  endSession(core, other, `${by?.name ?? 'Un administrateur'} a déconnecté ce poste. Ce qui était enregistré le reste.`)
  // The ended workstation's page reads its session again and shows the login form.
  core.changes.publish('changed', { domains: ['staff'] })
  return readWorkstations(core, session)
}

/**
 * Records which record an open page shows. Other pages that show the same record are notified, until the page closes.
 */
export const setViewedRecord = (core: Core, session: Session, pageId: string, record: string | null): void => {
  const page = core.workstations.pages.get(pageId)
  if (!page || page.session.id !== session.id || page.record === record) return
  const previous = page.record
  page.record = record
  for (const one of [previous, record]) if (one !== null) core.changes.publish('changed', { domains: [], record: one })
}

/** When a session ends, its pages no longer show a record, and colleagues are informed. */
export const closeViewedRecords = (core: Core, session: Session): void => {
  for (const [id, page] of core.workstations.pages)
    if (page.session.id === session.id) setViewedRecord(core, session, id, null)
}

/** Names of colleagues whose pages show this record; a colleague with two windows is listed once. */
const othersViewing = (core: Core, session: Session, record: string): string[] => {
  const viewing = [...core.workstations.pages.values()].filter((page) => page.record === record)
  const ids = new Set(viewing.flatMap(({ session: { staffId } }) => (staffId === null ? [] : [staffId])))
  if (session.staffId !== null) ids.delete(session.staffId)
  return [...ids].flatMap((id) => memberOf(core.store, id)?.name ?? []).toSorted((a, b) => a.localeCompare(b, 'fr'))
}

/** Sends a new session's open pages the current audit revision, on which the forms they open are based. */
export const publishRevision = (core: Core, session: Session): void => {
  for (const [id, page] of core.workstations.pages) {
    if (page.session.id === session.id) core.changes.publish('changed', { domains: [], page: id })
  }
}

/** A page that receives nothing for two of these intervals considers itself disconnected. */
const beatMilliseconds = 10_000

/**
 * The event stream of one page while it is open: which domains changed, the audit revision, who else views its record.
 */
export async function* followPage(core: Core, session: Session, pageId: string, signal: AbortSignal | undefined) {
  const revision = () =>
    session.staffId === null ? null : Number(core.store.statement('select max(id) from audit').pluck().get() ?? 0)
  const page = { session, record: null as string | null }
  core.workstations.pages.set(pageId, page)
  const stopping = new AbortController()
  const stop = () => stopping.abort()
  signal?.addEventListener('abort', stop)
  const beats = setInterval(() => core.changes.publish('changed', { domains: [], page: pageId }), beatMilliseconds)
  try {
    const changes = core.changes.subscribe('changed', { signal: stopping.signal })
    yield { domains: [] as string[], revision: revision() }
    for await (const { domains, record, page: beaten } of changes) {
      // The page's session was ended: tell the page to read its session again, and end the stream.
      if (core.workstations.pages.get(pageId) !== page) {
        yield { domains: ['staff'], revision: null }
        return
      }
      if (record !== undefined) {
        if (record !== page.record) continue
        yield { domains: [], revision: revision(), others: othersViewing(core, session, record) }
      } else if (beaten === undefined || beaten === pageId) {
        yield { domains: visibleDomains(session, domains), revision: revision() }
      }
    }
  } finally {
    clearInterval(beats)
    signal?.removeEventListener('abort', stop)
    stopping.abort()
    if (core.workstations.pages.get(pageId) === page) core.workstations.pages.delete(pageId)
    if (page.record !== null) core.changes.publish('changed', { domains: [], record: page.record })
  }
}

/** A logged-out page must learn nothing about the service, only when to read its session again. */
const visibleDomains = ({ staffId }: Session, domains: string[]): string[] =>
  staffId === null ? domains.filter((domain) => domain === 'staff') : domains

/** « Modifié entre-temps par Inès Roche à 10 h 02. », with the day when it is not today's. */
export const changedMeanwhile = (core: Core, by: string, at: Instant): string => {
  const day = dayAt(at) === dayAt(core.clock()) ? '' : ` le ${numericDay(dayAt(at))}`
  return `Modifié entre-temps par ${by}${day} à ${timeText(timeAt(at))}.`
}
