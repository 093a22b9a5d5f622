import { eq, inArray, sql } from 'drizzle-orm'
import type * as z from 'zod'
import {
  type AccountDocument,
  type AnswerDocument,
  type DocumentKind,
  documents as shapes,
} from '../../shared/contract/portal/documents.ts'
import { addMinutes, type Instant } from '../../shared/rules/day.ts'
import { written } from './mail.ts'
import type { Portal } from './portal.ts'
import {
  account,
  accountHome,
  demande,
  document,
  proposal,
  publication,
  registrationDemande,
  session,
  token,
} from './schema.ts'
import { sha256, type Work } from './store.ts'
import { activationMail, newSecret } from './tokens.ts'

/** One document as the desk wrote it: its JSON is kept and hashed as it came. */
export type Published = { readonly key: string; readonly body: string }

/** The desk published what the contract does not know. Nothing of the publication was kept. */
export class Unreadable extends Error {}

/**
 * Takes what the desk publishes, whole or not at all: an answer and the fact it changes come together. The same
 * publication twice is the same as once.
 * @throws Unreadable
 */
export const publish = async (
  portal: Portal,
  { changed, removed }: { readonly changed: readonly Published[]; readonly removed: readonly string[] },
): Promise<void> => {
  const at = portal.clock()
  const read = changed.map(({ key, body }) => ({ key, body, hash: sha256(body), ...parsed(key, body) }))
  const accounts = read.flatMap(({ kind, content }) => (kind === 'account' ? [content as AccountDocument] : []))
  await portal.store.db.transaction(async (write) => {
    if (removed.length > 0) await write.delete(document).where(inArray(document.key, [...removed]))
    const gone = removed.flatMap((key) => (key.startsWith('account/') ? [numberIn(key)] : []))
    if (gone.length > 0) await write.delete(account).where(inArray(account.guardianId, gone))
    if (read.length > 0) {
      await write
        .insert(document)
        .values(read.map(({ key, body, hash }) => ({ key, body, hash, publishedAt: at })))
        .onConflictDoUpdate({
          target: document.key,
          set: { body: sql`excluded.body`, hash: sql`excluded.hash`, publishedAt: at },
        })
    }
    await takeAccounts(portal, write, accounts, at)
    for (const { kind, key, content } of read) {
      if (kind === 'answer') await takeAnswer(write, key.slice('answer/'.length), content as AnswerDocument)
    }
    await write.insert(publication).values({ id: 1, at }).onConflictDoUpdate({ target: publication.id, set: { at } })
  })
}

/** Hash of each document held, for a comparison in full. */
export const heldDocuments = async ({ store: { db } }: Portal): Promise<ReadonlyMap<string, string>> => {
  const rows = await db.select({ key: document.key, hash: document.hash }).from(document)
  return new Map(rows.map(({ key, hash }) => [key, hash]))
}

/** « Date de dernière mise à jour » */
export const publishedAt = async ({ store: { db } }: Portal): Promise<Instant | null> =>
  (await db.select().from(publication))[0]?.at ?? null

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
  const keys = [...new Set(ids.map((id) => keyOf(kind, id)))]
  const known = await work
    .select({ key: document.key, hash: document.hash })
    .from(document)
    .where(inArray(document.key, keys))
  const unread = known.filter(({ hash }) => !cache.has(hash)).map(({ key }) => key)
  const fresh = unread.length > 0 ? await work.select().from(document).where(inArray(document.key, unread)) : []
  const texts = new Map(fresh.map((row) => [row.key, row]))
  const found = new Map<string, DocumentOf<Kind>>()
  for (const { key, hash } of known) {
    const row = texts.get(key)
    const content = row ? JSON.parse(row.body) : cache.get(hash)
    keep(row?.hash ?? hash, content)
    found.set(key.slice(kind.length + 1), content as DocumentOf<Kind>)
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
  const rows = await work
    .select({ key: document.key })
    .from(document)
    .where(sql`${document.key} like ${`${kind}/%`}`)
  const found = await documentsOf(
    work,
    kind,
    rows.map(({ key }) => key.slice(kind.length + 1)),
  )
  return [...found.values()]
}

const keep = (hash: string, content: unknown): void => {
  cache.delete(hash)
  cache.set(hash, content)
  const [oldest] = cache.keys()
  if (cache.size > mostCached && oldest !== undefined) cache.delete(oldest)
}

const keyOf = (kind: DocumentKind, id: number | string): string => (id === '' ? kind : `${kind}/${id}`)
const numberIn = (key: string): number => Number(key.slice(key.indexOf('/') + 1))
const isKind = (name: string): name is DocumentKind => Object.hasOwn(shapes, name)

const parsed = (key: string, body: string): { kind: DocumentKind; content: unknown } => {
  const kind = key.split('/')[0] ?? ''
  if (!isKind(kind)) throw new Unreadable(`« ${key} » is no kind of document`)
  let content: unknown
  try {
    content = JSON.parse(body)
  } catch {
    throw new Unreadable(`« ${key} » is not JSON`)
  }
  const { success, data, error } = shapes[kind].safeParse(content)
  if (!success) throw new Unreadable(`« ${key} »: ${error.message}`)
  return { kind, content: data }
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
  // Two guardians may swap their addresses: none is in the way of the other meanwhile.
  await write
    .update(account)
    .set({ email: sql`'guardian ' || ${account.guardianId}` })
    .where(inArray(account.guardianId, ids))
  for (const { guardian: guardianId, email: typed, name, families, blocked, invitation } of accounts) {
    const email = foldedEmail(typed)
    const row = { email, name, blocked, invitation: invitation?.id ?? null }
    await write
      .insert(account)
      .values({ guardianId, ...row })
      .onConflictDoUpdate({ target: account.guardianId, set: row })
    await write.delete(accountHome).where(eq(accountHome.guardianId, guardianId))
    await write.insert(accountHome).values([...new Set(families)].map((familyId) => ({ guardianId, familyId })))
    const old = known.get(guardianId)
    // Another mailbox, no longer welcome, or out of a home: what is open is closed.
    if (old && (blocked || old.email !== email)) await write.delete(session).where(eq(session.guardianId, guardianId))
    else if (old) {
      await write
        .delete(session)
        .where(
          sql`${session.guardianId} = ${guardianId} and ${session.familyId} <> all (${sql.param(idsArray(families))}::int[])`,
        )
    }
    if (old && old.email !== email) await write.delete(token).where(eq(token.guardianId, guardianId))
    if (invitation && invitation.id !== old?.invitation && !blocked) {
      await write.delete(token).where(eq(token.guardianId, guardianId))
      if (invitation.by === 'letter') {
        const { codeHash: hash, expiresAt } = invitation
        await write.insert(token).values({ hash, guardianId, kind: 'letter', expiresAt })
      } else {
        const { secret, hash } = newSecret()
        await write.insert(token).values({ hash, guardianId, kind: 'activation', expiresAt: addMinutes(at, 48 * 60) })
        await written(write, activationMail(portal.address, { name, email, secret }), at)
      }
    }
  }
}

/** As PostgreSQL writes an array. */
const idsArray = (ids: readonly number[]): string => `{${ids.join(',')}}`

export const foldedEmail = (typed: string): string => typed.trim().toLowerCase()

/** The three kinds of asks have their ids from one space: the answer finds its own. */
const takeAnswer = async (write: Work, id: string, { answer, reason, at }: AnswerDocument): Promise<void> => {
  const told = { answer, answerReason: reason, answeredAt: at }
  await write.update(demande).set(told).where(eq(demande.id, id))
  await write.update(registrationDemande).set(told).where(eq(registrationDemande.id, id))
  await write.update(proposal).set(told).where(eq(proposal.id, id))
}
