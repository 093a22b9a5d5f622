import { and, asc, eq, inArray, isNull, notInArray, or, sql } from 'drizzle-orm'
import {
  type AccountDocument,
  FamilyPapersDocument,
  MessagesDocument,
  type MoneyDocument,
  documents as shapes,
} from '../../shared/contract/portal/documents.ts'
import { type Document, type DocumentName, joined } from '../../shared/exchange/documents.ts'
import { fitting, type Limit } from '../../shared/exchange/log.ts'
import type { Aside } from '../../shared/exchange/message.ts'
import { addMinutes, type Instant } from '../../shared/rules/day.ts'
import { longDate } from '../../shared/rules/french.ts'
import { isMailKind } from '../../shared/rules/mails.ts'
import { formatEuros } from '../../shared/rules/money.ts'
import { documentsOf, isKind } from './documents.ts'
import { inBatches, lockedSide } from './log.ts'
import { type Letter, written } from './mail.ts'
import { hasNewAnswers, readersByHome, tellAnswered } from './message-mail.ts'
import { tellAskedPapers } from './papers/asked-mail.ts'
import { notePapersHere } from './papers/here.ts'
import { noteChecked } from './payment/checked.ts'
import type { Portal } from './portal.ts'
import {
  account,
  accountHome,
  answeredCell,
  demande,
  document,
  documentAside,
  exchangeSide,
  proposal,
  registrationDemande,
  sentPaper,
  session,
  token,
} from './schema/index.ts'
import { sha256, type Work } from './store.ts'
import { activationMail, newSecret } from './tokens.ts'

/** Names in one statement: PostgreSQL takes 65,535. */
const mostAtOnce = 10_000

/** A document that is not what its hash says, or not of the shape of its kind. */
class Unreadable extends Error {}

/**
 * Keeps what the desk publishes, in the transaction that takes its message and after `lockedSide`. The same twice is the
 * same as once. What is of an unknown kind is kept for a newer portal to read; what cannot be read is set aside, so that
 * one bad document holds nothing else back.
 */
export const keepDocuments = async (
  portal: Portal,
  write: Work,
  {
    documents: sent,
    withdrawn: all,
  }: { readonly documents: readonly Document[]; readonly withdrawn: readonly string[] },
): Promise<void> => {
  if (sent.length + all.length === 0) return
  const [withdrawn, others] = [all.slice(0, mostAtOnce), all.slice(mostAtOnce)]
  if (others.length > 0) await keepDocuments(portal, write, { documents: [], withdrawn: others })
  const names = new Set(withdrawn)
  const documents = [...new Map(sent.map((one) => [one.id, one])).values()].filter(({ id }) => !names.has(id))
  const at = portal.clock()
  const accounts: AccountDocument[] = []
  const money = new Map<number, MoneyDocument>()
  const readable: Document[] = []
  const aside: (typeof documentAside.$inferInsert)[] = []
  for (const one of documents) {
    try {
      const content = read(one)
      if (one.kind === 'account') accounts.push(content as AccountDocument)
      if (one.kind === 'money') money.set(numberIn(one.id), content as MoneyDocument)
      readable.push(one)
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      portal.log(`mis de côté\u00a0: ${error.message}`)
      // PostgreSQL keeps no NUL in a text.
      aside.push({ ...one, body: one.body.replaceAll('\0', ''), why: error.message.slice(0, 2000), receivedAt: at })
    }
  }
  await countHeld(write, documents, withdrawn)
  const ids = [...documents.map(({ id }) => id), ...withdrawn]
  await write.delete(documentAside).where(inArray(documentAside.id, ids))
  if (aside.length > 0) await write.insert(documentAside).values(aside)
  if (withdrawn.length > 0) await write.delete(document).where(inArray(document.id, [...withdrawn]))
  const invoices = await invoicesIn(write, money)
  const answered = await answeredIn(write, readable, at)
  const gone = withdrawn.flatMap((id) => (id.startsWith('account/') ? [numberIn(id)] : []))
  if (gone.length > 0) await write.delete(account).where(inArray(account.guardianId, gone))
  if (readable.length > 0) {
    await write
      .insert(document)
      .values(readable)
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
  const papers = papersIn(readable)
  await notePapersHere(write, [...papers.values()], at)
  await noteChecked(write, money, at)
  // What answers told beforehand is in the document now.
  const homes = readable.flatMap(({ id, kind }) => (kind === 'bookings' ? [numberIn(id)] : []))
  if (homes.length > 0) await write.delete(answeredCell).where(inArray(answeredCell.familyId, homes))
  await takeAccounts(portal, write, accounts, at)
  await tellInvoices(portal, write, invoices, at)
  await tellAskedPapers(portal, write, papers, at)
  await tellAnswered(portal, write, answered, at)
}

/** Homes that the service has answered. To be asked before the new documents are kept. */
const answeredIn = async (write: Work, documents: readonly Document[], at: Instant): Promise<number[]> => {
  const sent = documents.filter(({ kind }) => kind === 'messages')
  const known = await documentsOf(
    write,
    'messages',
    sent.map(({ id }) => numberIn(id)),
  )
  return sent.flatMap(({ id, body }) => {
    const familyId = numberIn(id)
    const content = MessagesDocument.parse(JSON.parse(body))
    return hasNewAnswers(known.get(`${familyId}`), content, at) ? [familyId] : []
  })
}

/** By family. */
const papersIn = (documents: readonly Document[]): ReadonlyMap<number, FamilyPapersDocument> =>
  new Map(
    documents.flatMap(({ id, kind, body }): [number, FamilyPapersDocument][] =>
      kind === 'familyPapers' ? [[numberIn(id), FamilyPapersDocument.parse(JSON.parse(body))]] : [],
    ),
  )

type Invoice = MoneyDocument['invoices'][number]

/** By family: invoices that its document did not have. A home seen for the first time has its past, and no news. */
const invoicesIn = async (
  write: Work,
  sent: ReadonlyMap<number, MoneyDocument>,
): Promise<Map<number, readonly Invoice[]>> => {
  const known = await documentsOf(write, 'money', [...sent.keys()])
  return new Map(
    [...sent].flatMap(([familyId, { invoices }]): [number, readonly Invoice[]][] => {
      const before = known.get(`${familyId}`)
      if (!before) return []
      const told = new Set(before.invoices.map((one) => one.id))
      const fresh = invoices.filter((one) => one.kind === 'invoice' && !told.has(one.id))
      return fresh.length === 0 ? [] : [[familyId, fresh]]
    }),
  )
}

/** One mail a parent, whatever the homes. */
const tellInvoices = async (
  portal: Portal,
  write: Work,
  invoices: ReadonlyMap<number, readonly Invoice[]>,
  at: Instant,
): Promise<void> => {
  if (invoices.size === 0) return
  const letters = (await readersByHome(write, [...invoices.keys()])).map(({ name, email, homes }): Letter => {
    const own = homes.flatMap((familyId) => invoices.get(familyId) ?? [])
    const lines = own.map(({ number, label, totalCents, dueOn }) => {
      const due = dueOn === null ? '' : `, à régler au plus tard le ${longDate(dueOn)}`
      return `- ${label}, n° ${number} : ${formatEuros(totalCents)}${due}`
    })
    return {
      kind: 'invoice',
      to: email,
      subject: own.length === 1 ? 'Une nouvelle facture' : `${own.length} nouvelles factures`,
      body: `Bonjour ${name},

L’Espace Jeunesse vous adresse :
${lines.join('\n')}

Le détail et le PDF sont sur le portail, dans « Mon compte » : ${portal.address}
`,
    }
  })
  await written(write, letters, at)
}

/** The holding in the side's row follows: hashing the names of a whole town at each message would take too long. */
const countHeld = async (write: Work, documents: readonly Document[], withdrawn: readonly string[]): Promise<void> => {
  const [row] = await write.select({ holding: exchangeSide.holding }).from(exchangeSide)
  if (!row) throw new Error('documents are kept after the side is locked')
  let { holding } = row
  const held = new Map(
    (await namesHeld(write, { ids: [...documents.map(({ id }) => id), ...withdrawn] })).map((name) => [name.id, name]),
  )
  const change = (id: string, next: DocumentName | null) => {
    const before = held.get(id)
    if (before) holding = joined(holding, before, -1, sha256)
    if (next) held.set(id, next)
    else held.delete(id)
    if (next) holding = joined(holding, next, 1, sha256)
  }
  for (const one of documents) change(one.id, one)
  for (const id of withdrawn) change(id, null)
  await write.update(exchangeSide).set({ holding })
}

/**
 * The names of what is held, in the order of ids: those of these ids, or as many as `limit` after one. What was set
 * aside is held under the hash it came with.
 */
export const namesHeld = async (
  work: Work,
  asked: { readonly ids: readonly string[] } | { readonly after: string; readonly limit: number },
): Promise<DocumentName[]> => {
  if ('ids' in asked && asked.ids.length === 0) return []
  const found = new Map<string, DocumentName>()
  for (const table of [document, documentAside]) {
    // As JavaScript orders texts: by their signs, in no language.
    const order = sql`${table.id} collate "C"`
    const names = work.select({ id: table.id, hash: table.hash, paperOf: table.paperOf }).from(table)
    const rows =
      'ids' in asked
        ? await names.where(inArray(table.id, [...asked.ids]))
        : await names.where(sql`${order} > ${asked.after}`).orderBy(order).limit(asked.limit)
    for (const row of rows) found.set(row.id, row)
  }
  const names = [...found.values()].toSorted((one, other) => (one.id < other.id ? -1 : 1))
  return 'ids' in asked ? names : names.slice(0, asked.limit)
}

/** Documents whole, as the desk sent them: papers that it asks back. As many as fit in a message. */
export const heldDocuments = async (work: Work, ids: readonly string[], limit: Limit): Promise<Document[]> => {
  if (ids.length === 0) return []
  const sizes = await work
    .select({ id: document.id, size: sql<number>`length(${document.body})` })
    .from(document)
    .where(inArray(document.id, [...ids]))
  const some = fitting(sizes, ({ size }) => size, limit).map(({ id }) => id)
  return some.length === 0 ? [] : work.select().from(document).where(inArray(document.id, some))
}

/** Names told of what was set aside. */
const mostNamed = 20

/** What is held without being readable here, for staff to know; null for nothing. */
export const documentsAside = async (work: Work): Promise<Aside | null> => {
  const held = await work.$count(documentAside)
  if (held === 0) return null
  const named = await work
    .select({ id: documentAside.id })
    .from(documentAside)
    .orderBy(asc(documentAside.id))
    .limit(mostNamed)
  return { count: held, names: named.map(({ id }) => id) }
}

const isReadable = (one: Document): boolean => {
  try {
    read(one)
    return true
  } catch {
    return false
  }
}

/** After an update: what an older portal could not read. */
export const readAgain = async (portal: Portal, write: Work): Promise<void> => {
  const rows = await write.select().from(documentAside)
  const documents = rows.map(({ id, kind, hash, paperOf, body }) => ({ id, kind, hash, paperOf, body }))
  await keepDocuments(portal, write, { documents: documents.filter(isReadable), withdrawn: [] })
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

/** The desk has committed these entries: their demandes are « envoyées » from now on. */
export const markCollected = async (write: Work, ids: readonly string[], at: Instant): Promise<void> => {
  for (const some of inBatches(ids)) {
    for (const table of [demande, registrationDemande, proposal, sentPaper]) {
      await write
        .update(table)
        .set({ collectedAt: at })
        .where(and(inArray(table.id, some), isNull(table.collectedAt)))
    }
  }
}

const numberIn = (id: string): number => Number(id.slice(id.indexOf('/') + 1))

/** @throws Unreadable */
const read = ({ id, kind, hash, body }: Document): unknown => {
  if (sha256(body) !== hash) throw new Unreadable(`« ${id} » is not what its hash says`)
  if (body.includes('\0')) throw new Unreadable(`« ${id} » holds a NUL`)
  if (!isKind(kind)) return null
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
  const rows = accounts.map(({ guardian: guardianId, email, name, blocked, invitation, unwantedMails = [] }) => ({
    guardianId,
    email: foldedEmail(email),
    name,
    blocked,
    invitation: invitation?.id ?? null,
    // Only for a new account: on a known one, the parent may have chosen otherwise since and the desk not know it yet.
    unwanted: unwantedMails.filter(isMailKind),
  }))
  const moved = rows.flatMap(({ guardianId, email }) => {
    const old = known.get(guardianId)
    return old && old.email !== email ? [guardianId] : []
  })
  // Two guardians may swap their addresses, in one message or in two: none is in the way of the other meanwhile.
  const inTheWay = await write
    .update(account)
    .set({ email: sql`'guardian ' || ${account.guardianId}` })
    .where(
      or(
        inArray(account.guardianId, moved),
        and(
          inArray(
            account.email,
            rows.map(({ email }) => email),
          ),
          notInArray(account.guardianId, ids),
        ),
      ),
    )
    .returning({ guardianId: account.guardianId })
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
  await closeWhatIsNoLongerOpen(
    write,
    rows,
    inTheWay.map(({ guardianId }) => guardianId),
  )
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
  const until = addMinutes(at, 48 * 60)
  for (const { guardian: guardianId, name, email, invitation } of invited) {
    if (invitation?.by === 'letter') {
      tokens.push({ hash: invitation.codeHash, guardianId, kind: 'letter', expiresAt: invitation.expiresAt })
    } else {
      const { secret, hash } = newSecret()
      tokens.push({ hash, guardianId, kind: 'activation', expiresAt: until })
      letters.push(activationMail(portal.address, { name, email: foldedEmail(email), secret, until }))
    }
  }
  const ids = invited.map(({ guardian }) => guardian)
  await write.delete(token).where(inArray(token.guardianId, ids))
  await write.insert(token).values(tokens)
  await written(write, letters, at)
}

/** As it is compared and kept; PostgreSQL keeps no zero. */
export const foldedEmail = (typed: string): string => typed.replaceAll('\0', '').trim().toLowerCase()
