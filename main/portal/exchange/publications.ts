import { and, inArray, isNull, sql } from 'drizzle-orm'
import { inChunks } from '../../../shared/collections.ts'
import {
  type AccountDocument,
  type FamilyPapersDocument,
  type HealthDocument,
  type MessagesDocument,
  type MoneyDocument,
  documents as shapes,
} from '../../../shared/contract/portal/documents.ts'
import type { Document } from '../../../shared/exchange/documents.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import { applyAccounts, publicKeysOf } from '../account/account.ts'
import { lockedSide, rowsPerStatement } from '../log/log.ts'
import { mailAnsweredHomes, newlyAnsweredHomes } from '../messages/messages.ts'
import { mailRequestedPapers, updateSentPapers } from '../papers/papers.ts'
import { mailInvoices, newInvoices, settleChecked } from '../payment/payment.ts'
import type { Portal } from '../portal.ts'
import { isDocumentKind } from '../published/documents.ts'
import { eraseDocuments, updateHolding } from '../published/stored-documents.ts'
import {
  account,
  answeredCell,
  demande,
  document,
  documentAside,
  exchangeSide,
  proposal,
  registrationDemande,
  sentPaper,
} from '../store/schema/index.ts'
import { sha256, type Transaction } from '../store/store.ts'

/** Ids in one statement: PostgreSQL accepts 65,535 parameters. */
const maxIds = 10_000

/** A document whose content does not match its hash, or the shape of its kind. */
class Unreadable extends Error {}

/**
 * Stores the documents that the desk publishes, in the transaction of its message and after `lockedSide`; storing them
 * twice changes nothing. A document of an unknown kind is stored for a newer portal to read. An unreadable document is
 * set aside, so that it does not block the others.
 */
export const storeDocuments = async (
  portal: Portal,
  tx: Transaction,
  {
    documents: sent,
    withdrawn: all,
  }: { readonly documents: readonly Document[]; readonly withdrawn: readonly string[] },
): Promise<void> => {
  if (sent.length + all.length === 0) return
  const [withdrawn, others] = [all.slice(0, maxIds), all.slice(maxIds)]
  if (others.length > 0) await storeDocuments(portal, tx, { documents: [], withdrawn: others })
  const names = new Set(withdrawn)
  const documents = [...new Map(sent.map((one) => [one.id, one])).values()].filter(({ id }) => !names.has(id))
  const at = portal.clock()
  const accounts: AccountDocument[] = []
  const money = new Map<number, MoneyDocument>()
  const messages = new Map<number, MessagesDocument>()
  const papers = new Map<number, FamilyPapersDocument>()
  const health = new Map<string, HealthDocument>()
  const readable: Document[] = []
  const aside: (typeof documentAside.$inferInsert)[] = []
  for (const one of documents) {
    try {
      const content = parseDocument(one)
      if (one.kind === 'account') accounts.push(content as AccountDocument)
      if (one.kind === 'money') money.set(numberIn(one.id), content as MoneyDocument)
      if (one.kind === 'messages') messages.set(numberIn(one.id), content as MessagesDocument)
      if (one.kind === 'familyPapers') papers.set(numberIn(one.id), content as FamilyPapersDocument)
      if (one.kind === 'health') health.set(one.id, content as HealthDocument)
      readable.push(one)
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      portal.log(`mis de côté\u00a0: ${error.message}`)
      // PostgreSQL texts cannot hold NUL.
      aside.push({ ...one, body: one.body.replaceAll('\0', ''), why: error.message.slice(0, 2000), receivedAt: at })
    }
  }
  await updateHolding(tx, documents, withdrawn)
  const ids = [...documents.map(({ id }) => id), ...withdrawn]
  await tx.delete(documentAside).where(inArray(documentAside.id, ids))
  if (aside.length > 0) await tx.insert(documentAside).values(aside)
  if (withdrawn.length > 0) await tx.delete(document).where(inArray(document.id, [...withdrawn]))
  const invoices = await newInvoices(tx, money)
  const answered = await newlyAnsweredHomes(tx, messages, at)
  const closedAccounts = withdrawn.flatMap((id) => (id.startsWith('account/') ? [numberIn(id)] : []))
  if (closedAccounts.length > 0) {
    await tx.delete(account).where(inArray(account.guardianId, closedAccounts))
    await eraseDocuments(
      tx,
      closedAccounts.map((id) => `health/${id}`),
    )
  }
  if (readable.length > 0) {
    await tx
      .insert(document)
      .values(await withoutLateCopies(tx, readable, health))
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
  await updateSentPapers(tx, [...papers.values()], at)
  await settleChecked(tx, money, at)
  // These documents now show the cells that answers had announced.
  const homes = readable.flatMap(({ id, kind }) => (kind === 'bookings' ? [numberIn(id)] : []))
  if (homes.length > 0) await tx.delete(answeredCell).where(inArray(answeredCell.familyId, homes))
  await applyAccounts(portal, tx, accounts, at)
  await mailInvoices(portal, tx, invoices, at)
  await mailRequestedPapers(portal, tx, papers, at)
  await mailAnsweredHomes(portal, tx, answered, at)
}

/**
 * Deletes records that the desk sealed while their account got another key, as at a reset, because nobody can read them
 * any more. The key to which they were sealed stays stored, so that the next login reports the account's own key to the
 * desk.
 */
const withoutLateCopies = async (
  tx: Transaction,
  documents: readonly Document[],
  health: ReadonlyMap<string, HealthDocument>,
): Promise<Document[]> => {
  const keys = await publicKeysOf(tx, [...health.keys()].map(numberIn))
  return documents.map((one) => {
    const content = health.get(one.id)
    if (!content || keys.get(numberIn(one.id)) === content.key) return one
    const empty: HealthDocument = { key: content.key, children: [] }
    return { ...one, body: JSON.stringify(empty) }
  })
}

const isReadable = (one: Document): boolean => {
  try {
    parseDocument(one)
    return true
  } catch {
    return false
  }
}

/** After an update: stores the documents that an earlier version of the portal could not read. */
export const retryUnreadable = async (portal: Portal, tx: Transaction): Promise<void> => {
  const rows = await tx.select().from(documentAside)
  const documents = rows.map(({ id, kind, hash, paperOf, body }) => ({ id, kind, hash, paperOf, body }))
  await storeDocuments(portal, tx, { documents: documents.filter(isReadable), withdrawn: [] })
}

/** Stores documents outside an exchange, in a transaction of its own, and sets the time of publication. */
export const publish = (
  portal: Portal,
  published: { readonly documents: readonly Document[]; readonly withdrawn: readonly string[] },
): Promise<void> =>
  portal.store.db.transaction(async (tx) => {
    await lockedSide(tx)
    await storeDocuments(portal, tx, published)
    await tx.update(exchangeSide).set({ publishedAt: portal.clock() })
  })

/** Notes that the desk has committed these entries: their demandes are « envoyées » from now on. */
export const markCollected = async (tx: Transaction, ids: readonly string[], at: Instant): Promise<void> => {
  for (const some of inChunks(ids, rowsPerStatement)) {
    for (const table of [demande, registrationDemande, proposal, sentPaper]) {
      await tx
        .update(table)
        .set({ collectedAt: at })
        .where(and(inArray(table.id, some), isNull(table.collectedAt)))
    }
  }
}

const numberIn = (id: string): number => Number(id.slice(id.indexOf('/') + 1))

/** @throws Unreadable */
const parseDocument = ({ id, kind, hash, body }: Document): unknown => {
  if (sha256(body) !== hash) throw new Unreadable(`« ${id} » is not what its hash says`)
  if (body.includes('\0')) throw new Unreadable(`« ${id} » holds a NUL`)
  if (!isDocumentKind(kind)) return null
  let content: unknown
  try {
    content = JSON.parse(body)
  } catch {
    throw new Unreadable(`« ${id} » is not JSON`)
  }
  const { success, data, error } = shapes[kind].safeParse(content)
  if (!success) throw new Unreadable(`« ${id} »: ${error.message}`)
  return data
}
