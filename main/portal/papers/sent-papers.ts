import { createHash, randomUUID } from 'node:crypto'
import { and, desc, eq, inArray, isNotNull, lt, or, sql } from 'drizzle-orm'
import type { PaperPart, PaperPartRequest } from '../../../shared/contract/exchange/paper-parts.ts'
import type { FamilyPapersDocument } from '../../../shared/contract/portal/documents.ts'
import { type SealedPaperHead, SentPaperEntry } from '../../../shared/contract/portal/entries.ts'
import type { PaperHead, PapersShown, SentPaperShown } from '../../../shared/contract/portal/papers.ts'
import { addMinutes, dayAt, type Instant } from '../../../shared/rules/calendar/day.ts'
import { type DossierItem, itemState } from '../../../shared/rules/dossier/dossier.ts'
import { type DeclaredHealth, declaredFields, firstFields } from '../../../shared/rules/dossier/health.ts'
import { isAnsweredBy, isSentUnnamed, sentKind, unnamedOnPortal } from '../../../shared/rules/dossier/required-paper.ts'
import {
  healthAnswersType,
  maxPapersPerDay,
  maxPapersWaiting,
  type PaperKind,
  paperFileName,
  paperKindRules,
  whyNotPaperOf,
} from '../../../shared/rules/requests/paper.ts'
import { padded } from '../../crypto/data-key.ts'
import { paperHeadData, sealForDesk } from '../../crypto/sealed-for-desk.ts'
import type { Login } from '../account/account.ts'
import { dossierOn, homeOf, lockHome, requireMayAsk, waitingAnswers } from '../family/family.ts'
import { newEntry } from '../log/entries.ts'
import { appendToLog, lockedSide } from '../log/log.ts'
import type { Portal, Reading } from '../portal.ts'
import { documentOf } from '../published/documents.ts'
import { Refused } from '../refused.ts'
import { logEntry, sentPaper } from '../store/schema/index.ts'
import type { Queryable } from '../store/store.ts'
import { checkUploadInWorker } from './check-in-worker.ts'
import { givenBy, waitingConfirmations } from './confirmations.ts'
import { forgetAnswers } from './health.ts'

type SentPaper = Omit<typeof sentPaper.$inferSelect, 'bytes' | 'hash'>

const sentColumns = {
  id: sentPaper.id,
  requestId: sentPaper.requestId,
  guardianId: sentPaper.guardianId,
  familyId: sentPaper.familyId,
  childId: sentPaper.childId,
  kind: sentPaper.kind,
  askedId: sentPaper.askedId,
  name: sentPaper.name,
  recordedAt: sentPaper.recordedAt,
  collectedAt: sentPaper.collectedAt,
  hereAt: sentPaper.hereAt,
  answer: sentPaper.answer,
  answerReason: sentPaper.answerReason,
}

/** Papers sent from the home that the guardian looks at, newest first. */
const sentPapersOf = (db: Queryable, { familyId }: Pick<Login, 'familyId'>): Promise<SentPaper[]> =>
  db
    .select(sentColumns)
    .from(sentPaper)
    .where(eq(sentPaper.familyId, familyId))
    .orderBy(desc(sentPaper.recordedAt), desc(sentPaper.id))

const requestedPapersOf = async (db: Queryable, familyId: number): Promise<FamilyPapersDocument['asked']> =>
  (await documentOf(db, 'familyPapers', familyId))?.asked ?? []

/** « Mes pièces »: the papers requested from the home, and those it has sent. */
export const papersShown = async (portal: Reading, login: Login): Promise<PapersShown> => {
  const { db } = portal.store
  const home = await homeOf(db, login)
  const { family, town, unseen } = home
  const isSeen = (child: number | null) => child === null || !unseen.has(child)
  const asked = (await requestedPapersOf(db, login.familyId)).filter(({ child }) => isSeen(child))
  const today = dayAt(portal.clock())
  const sent = (await sentPapersOf(db, login)).filter(({ childId }) => isSeen(childId))
  const declared = await declaredIn(db, sent)
  const about = (childId: number | null) => {
    const child = family.children.find(({ id }) => id === childId)
    return child ? `${child.firstName} ${child.lastName}` : 'Votre foyer'
  }
  const confirmed = await waitingConfirmations(db, login.familyId)
  const isConfirmed = ({ kind }: Pick<DossierItem, 'kind'>) => confirmed.some((one) => givenBy(one) === kind)
  const waiting = sent.filter(({ answer }) => answer === null)
  const answering = await requiredByPaper(db, waiting)
  const isWaiting = (item: DossierItem) =>
    waiting.some(({ id, kind, childId }) =>
      isAnsweredBy(item, { kind, childId, requiredId: answering.get(id) ?? null }),
    )
  return {
    isOpen: town?.papersKey !== undefined,
    asksWholeHealth: town?.wholeHealth === true,
    children: family.children.map(({ id, firstName, lastName }) => ({ id, name: `${firstName} ${lastName}` })),
    asked: asked.map(({ id, kind, name, child, note, dueOn }) => ({
      id,
      kind,
      name: name ?? paperKindRules[kind].title,
      child,
      about: about(child),
      note,
      dueOn,
      isLate: dueOn < today,
      isSent: sent.some((one) => one.askedId === id && one.answer === null),
    })),
    dossier: dossierOn(home, today, await waitingAnswers(db)).map((item) => ({
      required: item.requiredId,
      kind: item.kind,
      name: item.name,
      child: item.childId,
      about: about(item.childId),
      state: itemState(item, today),
      isSent: isWaiting(item) || isConfirmed(item),
    })),
    sent: sent.map((one) => ({
      id: one.id,
      kind: one.kind,
      child: one.childId,
      about: about(one.childId),
      name: one.name,
      recordedAt: one.recordedAt,
      state: stateOf(one),
      reason: one.answerReason,
      quotient: declared.get(one.id)?.quotient ?? null,
      incomeCents: declared.get(one.id)?.incomeCents ?? null,
    })),
  }
}

/**
 * The log entries of benefit papers that wait for an answer: they contain the quotient and income that the parent
 * declared.
 */
const declaredIn = async (db: Queryable, sent: readonly SentPaper[]): Promise<Map<string, SentPaperEntry>> => {
  const waiting = sent.filter(({ kind, answer }) => kind === 'benefits' && answer === null).map(({ id }) => id)
  if (waiting.length === 0) return new Map()
  const rows = await db
    .select({ id: logEntry.id, body: logEntry.body })
    .from(logEntry)
    .where(inArray(logEntry.id, waiting))
  return new Map(rows.map(({ id, body }) => [id, SentPaperEntry.parse(JSON.parse(body))]))
}

/** For each waiting paper, the required paper that it answers. Only the log stores it. */
const requiredByPaper = async (db: Queryable, waiting: readonly SentPaper[]): Promise<Map<string, number>> => {
  const ids = waiting.map(({ id }) => id)
  if (ids.length === 0) return new Map()
  const rows = await db.select({ id: logEntry.id, body: logEntry.body }).from(logEntry).where(inArray(logEntry.id, ids))
  return new Map(
    rows.flatMap(({ id, body }) => {
      const { required } = SentPaperEntry.parse(JSON.parse(body))
      return required === undefined ? [] : [[id, required] as const]
    }),
  )
}

const stateOf = ({ answer, collectedAt }: SentPaper): SentPaperShown['state'] =>
  answer ?? (collectedAt === null ? 'recorded' : 'sent')

/**
 * Receives one file from a parent: checks it, seals it for the desk, and records it in the log. A repeated request
 * changes nothing; a refused file leaves nothing stored.
 * @throws Refused
 */
export const sendPaper = (portal: Portal, login: Login, head: PaperHead, bytes: Uint8Array): Promise<PapersShown> =>
  sendSealed(portal, login, head, () => checkUploadInWorker(bytes))

/**
 * Sends what a parent declares about a child's health, in answer to a request of the desk or on their own initiative.
 * @throws Refused
 */
export const sendHealth = async (
  portal: Portal,
  login: Login,
  {
    request,
    child,
    told,
  }: {
    readonly request: string
    readonly child: number
    readonly told: DeclaredHealth & { readonly shown?: string | undefined }
  },
): Promise<PapersShown> => {
  const declared = declaredFields(told)
  // « Rien n’a changé » confirms a record that was shown, so it is refused when none was.
  if (declared.length === 0 && told.shown === undefined) throw new Refused('Écrivez au moins une information.')
  const known: readonly string[] = firstFields
  const readsAll = (await documentOf(portal.store.db, 'town'))?.wholeHealth === true
  // The desk would drop fields that it does not know, so nothing is sent rather than a part.
  if (!readsAll && declared.some((field) => !known.includes(field)))
    throw new Refused('Le service ne reçoit pas encore ces informations par le portail. Rechargez la page.')
  const asked = (await requestedPapersOf(portal.store.db, login.familyId)).find(
    (one) => one.kind === 'health' && one.child === child,
  )
  const head = {
    request,
    kind: 'health',
    child,
    asked: asked?.id ?? null,
    required: null,
    name: '',
    quotient: null,
  } as const
  const sent = await sendSealed(portal, login, { ...head, incomeCents: null }, () =>
    Promise.resolve({ type: healthAnswersType, pages: 1, bytes: Buffer.from(padded(JSON.stringify(told))) }),
  )
  await forgetAnswers(portal.store.db, login.guardianId, child)
  return sent
}

type Head = Omit<PaperHead, 'kind'> & { readonly kind: PaperKind }
type Content = { readonly type: SentPaperEntry['type']; readonly pages: number; readonly bytes: Uint8Array }

const sendSealed = async (
  portal: Portal,
  login: Login,
  head: Head,
  contentOf: () => Promise<Content>,
): Promise<PapersShown> => {
  const { db } = portal.store
  if (await isStored(db, login, head)) return papersShown(portal, login)
  const key = await requireKey(portal, db, login, head)
  const { type, pages, bytes } = await contentOf()
  const id = randomUUID()
  const sealed = sealForDesk(key, bytes, id)
  await db.transaction(async (tx) => {
    await lockHome(tx, login.familyId)
    if (await isStored(tx, login, head)) return
    // Check again under the lock, where no other sending of the home runs.
    if ((await requireKey(portal, tx, login, head)) !== key) throw sendingClosed()
    const { side } = await lockedSide(tx)
    const recordedAt = portal.clock()
    const name = type === healthAnswersType ? '' : paperFileName(head.name, type)
    const isUnnamed = type !== healthAnswersType && isSentUnnamed(head)
    const row = {
      id,
      requestId: head.request,
      guardianId: login.guardianId,
      familyId: login.familyId,
      childId: head.child,
      kind: isUnnamed ? unnamedOnPortal.kind : head.kind,
      askedId: head.asked,
      name: isUnnamed ? paperFileName('document', type) : name,
      recordedAt,
      hash: createHash('sha256').update(sealed).digest('hex'),
    }
    await tx.insert(sentPaper).values({ ...row, bytes: sealed })
    const entry: SentPaperEntry = {
      guardian: row.guardianId,
      family: row.familyId,
      recordedAt,
      kind: row.kind,
      child: row.childId,
      asked: row.askedId,
      ...(head.required !== null && { required: head.required }),
      name: row.name,
      ...(isUnnamed && { sealedHead: sealedHead(key, id, { kind: head.kind, name }) }),
      type,
      pages,
      size: sealed.length,
      hash: row.hash,
      quotient: head.quotient,
      incomeCents: head.incomeCents,
    }
    await appendToLog(tx, side, [newEntry(id, 'sentPaper', recordedAt, entry)])
  })
  return papersShown(portal, login)
}

const sealedHead = (key: string, id: string, head: SealedPaperHead): string =>
  sealForDesk(key, Buffer.from(padded(JSON.stringify(head))), paperHeadData(id)).toString('base64')

const isStored = async (db: Queryable, { guardianId }: Login, { request }: Head): Promise<boolean> =>
  (
    await db
      .select({ id: sentPaper.id })
      .from(sentPaper)
      .where(and(eq(sentPaper.guardianId, guardianId), eq(sentPaper.requestId, request)))
  ).length > 0

const sendingClosed = () =>
  new Refused('L’envoi de pièces n’est pas ouvert en ce moment\u00a0: apportez-la à la structure, ou réessayez demain.')

/** Checks that the paper may be sent. @returns the key to seal it with @throws Refused */
const requireKey = async (portal: Portal, db: Queryable, login: Login, head: Head): Promise<string> => {
  const home = await homeOf(db, login)
  const { family } = home
  const key = home.town?.papersKey
  if (key === undefined) throw sendingClosed()
  if (head.child !== null && !family.children.some(({ id }) => id === head.child)) {
    throw new Refused('Cet enfant n’est pas de votre foyer.', 'child')
  }
  requireMayAsk(home, head.child)
  const wrong = whyNotPaperOf(head.kind, head.child !== null)
  if (wrong !== null) throw new Refused(wrong, 'child')
  if ((head.quotient !== null || head.incomeCents !== null) && head.kind !== 'benefits') {
    throw new Refused(`Un quotient familial vient avec une ${paperKindRules.benefits.title}.`, 'quotient')
  }
  const requested = (await requestedPapersOf(db, login.familyId)).find(({ id }) => id === head.asked)
  if (head.asked !== null && (requested?.kind !== head.kind || requested.child !== head.child)) {
    throw new Refused('Cette pièce n’est plus demandée. Rechargez la page.')
  }
  const answered = dossierOn(home, dayAt(portal.clock())).find(
    ({ requiredId, childId }) => requiredId === head.required && childId === head.child,
  )
  if (head.required !== null && (!answered || sentKind(answered.kind) !== head.kind)) {
    throw new Refused('Cette pièce n’est plus demandée. Rechargez la page.')
  }
  const sent = await sentPapersOf(db, login)
  if (sent.filter(({ answer }) => answer === null).length >= maxPapersWaiting) {
    throw new Refused(
      `${maxPapersWaiting} pièces attendent déjà une réponse\u00a0: attendez que le service en ait lu avant d’en envoyer d’autres.`,
    )
  }
  const dayAgo = addMinutes(portal.clock(), -24 * 60)
  if (sent.filter(({ recordedAt }) => recordedAt > dayAgo).length >= maxPapersPerDay) {
    throw new Refused(`${maxPapersPerDay} pièces ont été envoyées depuis hier\u00a0: la suite demain.`)
  }
  return key
}

// ---- to the desk ----------------------------------------------------------------------------------------------------

/** Half a million characters once in base64: even a slow connection sends a part within seconds. */
const partBytes = 360 * 1024

/**
 * One part of a paper's sealed bytes, for the desk. Reading changes nothing, so an interrupted desk asks for the part
 * again.
 */
export const paperPart = async (portal: Portal, { id, from }: PaperPartRequest): Promise<PaperPart> => {
  const [found] = await portal.store.db
    .select({
      size: sql<number | null>`octet_length(${sentPaper.bytes})`,
      bytes: sql<Buffer | Uint8Array | null>`substring(${sentPaper.bytes} from ${from + 1}::int for ${partBytes}::int)`,
    })
    .from(sentPaper)
    .where(eq(sentPaper.id, id))
  return {
    size: found?.size ?? 0,
    bytes: found?.bytes ? Buffer.from(found.bytes).toString('base64') : null,
  }
}

/**
 * Bytes that the desk has received but not yet backed up are kept this many days; no longer, since they may be about
 * health.
 */
const receivedBytesDays = 8
/**
 * Bytes that the desk has not fetched are kept this many days, so that a desk that was off all summer still gets them.
 */
const uncollectedBytesDays = 120
const shownDays = 366

/** Deletes bytes that the desk has or that nobody fetched, and later the row. */
export const prunePapers = async ({ db }: { readonly db: Queryable }, now: Instant): Promise<void> => {
  const ago = (days: number) => addMinutes(now, -days * 24 * 60)
  await db
    .update(sentPaper)
    .set({ bytes: null })
    .where(
      and(
        isNotNull(sentPaper.bytes),
        or(lt(sentPaper.hereAt, ago(receivedBytesDays)), lt(sentPaper.recordedAt, ago(uncollectedBytesDays))),
      ),
    )
  await db.delete(sentPaper).where(lt(sentPaper.recordedAt, ago(shownDays)))
}
