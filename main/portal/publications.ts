import { and, eq, inArray, notInArray, sql } from 'drizzle-orm'
import type * as z from 'zod'
import { type AccountDocument, type DocumentKind, documents as shapes } from '../../shared/contract/portal/documents.ts'
import type { Document } from '../../shared/exchange/documents.ts'
import { addMinutes, type Instant } from '../../shared/rules/day.ts'
import { lockedSide } from './log.ts'
import { type Letter, written } from './mail.ts'
import type { Portal } from './portal.ts'
import {
  account,
  accountHome,
  answeredCell,
  demande,
  document,
  exchangeSide,
  proposal,
  registrationDemande,
  session,
  token,
} from './schema.ts'
import { sha256, type Work } from './store.ts'
import { activationMail, newSecret } from './tokens.ts'

/** The desk published a document whose shape is not that of its kind. Nothing of the message was kept. */
export class Unreadable extends Error {}

/**
 * Keeps what the desk publishes, in the transaction that takes its message. The same twice is the same as once. What is
 * of an unknown kind is kept for a newer portal to read.
 * @throws Unreadable
 */
export const keepDocuments = async (
  portal: Portal,
  write: Work,
  { documents, withdrawn }: { readonly documents: readonly Document[]; readonly withdrawn: readonly string[] },
): Promise<void> => {
  const accounts = documents.flatMap((one) => (one.kind === 'account' ? [parsed('account', one)] : []))
  for (const one of documents) {
    if (sha256(one.body) !== one.hash) throw new Unreadable(`« ${one.id} » is not what its hash says`)
    if (isKind(one.kind)) parsed(one.kind, one)
  }
  if (withdrawn.length > 0) await write.delete(document).where(inArray(document.id, [...withdrawn]))
  const gone = withdrawn.flatMap((id) => (id.startsWith('account/') ? [numberIn(id)] : []))
  if (gone.length > 0) await write.delete(account).where(inArray(account.guardianId, gone))
  if (documents.length > 0) {
    await write
      .insert(document)
      .values([...documents])
      .onConflictDoUpdate({
        target: document.id,
        set: {
          kind: sql`excluded.kind`,
          hash: sql`excluded.hash`,
          paperOf: sql`excluded.paper_of`,
          body: sql`excluded.body`,
        },
      })
  }
  // What answers told beforehand is in the document now.
  const homes = documents.flatMap(({ id, kind }) => (kind === 'bookings' ? [numberIn(id)] : []))
  if (homes.length > 0) await write.delete(answeredCell).where(inArray(answeredCell.familyId, homes))
  await takeAccounts(portal, write, accounts, portal.clock())
}

/** The same in a transaction of its own, with the time of the publication: what has no exchange around it. */
export const publish = (
  portal: Portal,
  published: { readonly documents: readonly Document[]; readonly withdrawn: readonly string[] },
): Promise<void> =>
  portal.store.db.transaction(async (write) => {
    await lockedSide(write)
    await keepDocuments(portal, write, published)
    await write.update(exchangeSide).set({ publishedAt: portal.clock() })
  })

/** « Date de dernière mise à jour » */
export const publishedAt = async (work: Work): Promise<Instant | null> =>
  (await work.select({ at: exchangeSide.publishedAt }).from(exchangeSide))[0]?.at ?? null

/** The desk has committed the log up to here: its demandes are « envoyées » from now on. */
export const markCollected = async (write: Work, upTo: number, at: Instant): Promise<void> => {
  for (const table of [demande, registrationDemande, proposal]) {
    await write
      .update(table)
      .set({ collectedAt: at })
      .where(sql`${table.collectedAt} is null and ${table.id} in (select id from log_entry where number <= ${upTo})`)
  }
}

export type DocumentOf<Kind extends DocumentKind> = z.infer<(typeof shapes)[Kind]>

/** Parsed once per text: a calendar is read by every parent and changes once a night. */
const cache = new Map<string, unknown>()
const mostCached = 2000

/** Documents of one kind by their ids; those that were never published are absent. `town` has the id ''. */
export const documentsOf = async <Kind extends DocumentKind>(
  work: Work,
  kind: Kind,
  ids: readonly (number | string)[],
): Promise<ReadonlyMap<string, DocumentOf<Kind>>> => {
  if (ids.length === 0) return new Map()
  const names = [...new Set(ids.map((id) => idOf(kind, id)))]
  const known = await work
    .select({ id: document.id, hash: document.hash })
    .from(document)
    .where(inArray(document.id, names))
  const unread = known.filter(({ hash }) => !cache.has(hash)).map(({ id }) => id)
  const fresh = unread.length > 0 ? await work.select().from(document).where(inArray(document.id, unread)) : []
  const texts = new Map(fresh.map((row) => [row.id, row]))
  const found = new Map<string, DocumentOf<Kind>>()
  for (const { id, hash } of known) {
    const row = texts.get(id)
    const content = row ? JSON.parse(row.body) : cache.get(hash)
    keep(row?.hash ?? hash, content)
    found.set(id.slice(kind.length + 1), content as DocumentOf<Kind>)
  }
  return found
}

export const documentOf = async <Kind extends DocumentKind>(
  work: Work,
  kind: Kind,
  id: number | string = '',
): Promise<DocumentOf<Kind> | undefined> => (await documentsOf(work, kind, [id])).get(`${id}`)

/** Every document of a kind, such as all periods that a parent may choose from. */
export const allOf = async <Kind extends DocumentKind>(work: Work, kind: Kind): Promise<DocumentOf<Kind>[]> => {
  const rows = await work.select({ id: document.id }).from(document).where(eq(document.kind, kind))
  const found = await documentsOf(
    work,
    kind,
    rows.map(({ id }) => id.slice(kind.length + 1)),
  )
  return [...found.values()]
}

const keep = (hash: string, content: unknown): void => {
  cache.delete(hash)
  cache.set(hash, content)
  const [oldest] = cache.keys()
  if (cache.size > mostCached && oldest !== undefined) cache.delete(oldest)
}

const idOf = (kind: DocumentKind, id: number | string): string => (id === '' ? kind : `${kind}/${id}`)
const numberIn = (id: string): number => Number(id.slice(id.indexOf('/') + 1))
const isKind = (name: string): name is DocumentKind => Object.hasOwn(shapes, name)

const parsed = <Kind extends DocumentKind>(kind: Kind, { id, body }: Document): DocumentOf<Kind> => {
  let content: unknown
  try {
    content = JSON.parse(body)
  } catch {
    throw new Unreadable(`« ${id} » is not JSON`)
  }
  const { success, data, error } = shapes[kind].safeParse(content)
  if (!success) throw new Unreadable(`« ${id} »: ${error.message}`)
  return data as DocumentOf<Kind>
}

const takeAccounts = async (
  portal: Portal,
  write: Work,
  accounts: readonly AccountDocument[],
  at: Instant,
): Promise<void> => {
  if (accounts.length === 0) return
  const ids = accounts.map(({ guardian }) => guardian)
  const before = await write.select().from(account).where(inArray(account.guardianId, ids))
  const known = new Map(before.map((row) => [row.guardianId, row]))
  const rows = accounts.map(({ guardian: guardianId, email, name, blocked, invitation }) => ({
    guardianId,
    email: foldedEmail(email),
    name,
    blocked,
    invitation: invitation?.id ?? null,
  }))
  const moved = rows.flatMap(({ guardianId, email }) => {
    const old = known.get(guardianId)
    return old && old.email !== email ? [guardianId] : []
  })
  // Two guardians may swap their addresses: none is in the way of the other meanwhile.
  if (moved.length > 0) {
    await write
      .update(account)
      .set({ email: sql`'guardian ' || ${account.guardianId}` })
      .where(inArray(account.guardianId, moved))
  }
  await write
    .insert(account)
    .values(rows)
    .onConflictDoUpdate({
      target: account.guardianId,
      set: {
        email: sql`excluded.email`,
        name: sql`excluded.name`,
        blocked: sql`excluded.blocked`,
        invitation: sql`excluded.invitation`,
      },
    })
  await write.delete(accountHome).where(inArray(accountHome.guardianId, ids))
  await write
    .insert(accountHome)
    .values(
      accounts.flatMap(({ guardian: guardianId, families }) =>
        [...new Set(families)].map((familyId) => ({ guardianId, familyId })),
      ),
    )
  await closeWhatIsNoLongerOpen(write, rows, moved)
  await invite(
    portal,
    write,
    accounts.filter(
      ({ guardian, invitation, blocked }) =>
        invitation && !blocked && invitation.id !== known.get(guardian)?.invitation,
    ),
    at,
  )
}

/** Another mailbox, no longer welcome, or out of a home: the sessions end; a link sent to the old mailbox too. */
const closeWhatIsNoLongerOpen = async (
  write: Work,
  rows: readonly { readonly guardianId: number; readonly blocked: boolean }[],
  moved: readonly number[],
): Promise<void> => {
  const ids = rows.map(({ guardianId }) => guardianId)
  const shut = [...moved, ...rows.flatMap(({ guardianId, blocked }) => (blocked ? [guardianId] : []))]
  if (shut.length > 0) {
    await write.delete(session).where(inArray(session.guardianId, shut))
    await write.delete(token).where(inArray(token.guardianId, shut))
  }
  const home = write
    .select({ familyId: accountHome.familyId })
    .from(accountHome)
    .where(eq(accountHome.guardianId, session.guardianId))
  await write.delete(session).where(and(inArray(session.guardianId, ids), notInArray(session.familyId, home)))
}

/** A new way in takes the place of the one before. */
const invite = async (portal: Portal, write: Work, invited: readonly AccountDocument[], at: Instant): Promise<void> => {
  if (invited.length === 0) return
  const tokens: (typeof token.$inferInsert)[] = []
  const letters: Letter[] = []
  for (const { guardian: guardianId, name, email, invitation } of invited) {
    if (invitation?.by === 'letter') {
      tokens.push({ hash: invitation.codeHash, guardianId, kind: 'letter', expiresAt: invitation.expiresAt })
    } else {
      const { secret, hash } = newSecret()
      tokens.push({ hash, guardianId, kind: 'activation', expiresAt: addMinutes(at, 48 * 60) })
      letters.push(activationMail(portal.address, { name, email: foldedEmail(email), secret }))
    }
  }
  const ids = invited.map(({ guardian }) => guardian)
  await write.delete(token).where(inArray(token.guardianId, ids))
  await write.insert(token).values(tokens)
  await written(write, letters, at)
}

export const foldedEmail = (typed: string): string => typed.trim().toLowerCase()
