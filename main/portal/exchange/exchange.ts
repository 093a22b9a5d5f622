import { eq, inArray } from 'drizzle-orm'
import * as z from 'zod'
import { answerStandsEntry } from '../../../shared/exchange/answer-entries.ts'
import {
  compose,
  defaultBatchLimit,
  lookUpToCompose,
  type MessagePlan,
  type Payload,
} from '../../../shared/exchange/compose.ts'
import type { Entry } from '../../../shared/exchange/log.ts'
import type { Message } from '../../../shared/exchange/message.ts'
import {
  lookUpToReceive,
  type MessageEffects,
  maxSeries,
  nowUnderstood,
  receive,
} from '../../../shared/exchange/receive.ts'
import { isBehindWitness, restoredFromCopy, type Side } from '../../../shared/exchange/side.ts'
import { portalCapabilities } from '../../../shared/exchange/version.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import {
  appendToLog,
  appliedAmong,
  deletePruned,
  lockedSide,
  lookUp,
  markApplied,
  rewriteLog,
  type SideRow,
  settle,
  sideOf,
  sideRow,
  storeMirror,
  storeSide,
} from '../log/log.ts'
import { dropOldWaiting } from '../mails/mail.ts'
import type { Portal } from '../portal.ts'
import { storedDocuments, storedNames, unreadableDocuments } from '../published/stored-documents.ts'
import { deleteCollected } from '../sign-up/sign-up.ts'
import { answerHeld, exchangeSide, logEntry, mirrorEntry } from '../store/schema/index.ts'
import { type Queryable, sha256, type Transaction } from '../store/store.ts'
import { applyAnswers, type DeskAnswer } from './answers.ts'
import { applyErasures } from './erasures.ts'
import { mailLostIntervals } from './lost-intervals.ts'
import { applyKeyEntries } from './pairing.ts'
import { markCollected, retryUnreadable, storeDocuments } from './publications.ts'
import { recover } from './recovered.ts'

/** Maximum number of document names in one message. */
const maxListed = 10_000

/**
 * Receives a message of the desk: applies all its effects in one transaction, and composes the reply in the same one.
 * The reply acknowledges the message, so send it only after this returns, once the transaction is committed.
 */
export const handleMessage = async (portal: Portal, message: Message): Promise<Message> => {
  let hasNews = false
  const reply = await portal.store.db.transaction(async (tx) => {
    const row = await lockedSide(tx)
    const now = { at: portal.clock(), hashOf: sha256, speech: portalCapabilities }
    const effects = receive(row.side, message, await lookUp(tx, lookUpToReceive(row.side, message)), now)
    if (effects.side !== row.side) await storeEffects(portal, tx, row, effects, now.at)
    hasNews = effects.apply.length + effects.documents.length > 0 || effects.side.lost.length > row.lostTold
    return composeReply(tx, effects.next)
  })
  if (hasNews) {
    portal.afterResponse(async () => {
      await portal.mails.sendWaiting()
    })
  }
  return reply
}

/** The reply to a desk that shares no protocol version with this portal, whatever its message contains. */
export const unsupportedReply = async ({ store: { db } }: Portal): Promise<Message> =>
  composeReply(db, { kind: 'unsupported' })

const storeEffects = async (
  portal: Portal,
  tx: Transaction,
  previous: SideRow,
  effects: MessageEffects,
  at: Instant,
): Promise<void> => {
  const { side, logRepair } = effects
  const isHeard = effects.outcome === 'taken' || effects.outcome === 'comparing'
  const series = maxSeries(previous.series, effects.series)
  await storeSide(tx, { side, series, publishedAt: isHeard ? at : previous.publishedAt })
  if (logRepair) {
    await rewriteLog(tx, logRepair)
    await recover(portal, tx, [...logRepair.recovered, ...logRepair.conflicts.map(({ valid }) => valid)])
  }
  if (side.mirror.start.number !== previous.side.mirror.start.number) await deletePruned(tx, side)
  await storeMirror(tx, effects, at)
  if (logRepair || side.acknowledged.number !== previous.side.acknowledged.number) {
    // A repair rewrites acknowledged entries too, so settle from the start.
    const after = logRepair ? 0 : previous.side.acknowledged.number
    const ids = await settle(tx, after, side.acknowledged.number, at)
    await markCollected(tx, ids, at)
    await deleteCollected(tx, ids, at)
  }
  await reportStandingAnswers(tx, effects.duplicates, at)
  await applyEntries(portal, tx, effects.apply)
  await storeDocuments(portal, tx, effects)
  if (!side.comparing && side.lost.length > previous.lostTold) {
    await mailLostIntervals(portal, tx, side.lost.slice(previous.lostTold), at)
    await tx.update(exchangeSide).set({ lostTold: side.lost.length })
  }
}

/** The body of an entry of kind `answer`: see `answering` in shared/exchange/answer-entries.ts. */
const AnswerBody = z.object({
  of: z.string().max(200),
  answer: z.enum(['accepted', 'waitListed', 'refused', 'withdrawn', 'expired', 'moot']),
  reason: z.string().nullable(),
  revision: z.int().min(1),
  facts: z.array(z.unknown()),
})

/**
 * Applies each entry once, in order. An unreadable entry is logged and skipped, so that it does not block the others.
 */
const applyEntries = async (portal: Portal, tx: Transaction, entries: readonly Entry[]): Promise<void> => {
  await markApplied(tx, entries)
  await applyKeyEntries(portal, tx, entries)
  const answers: DeskAnswer[] = []
  for (const { id, kind, at, body } of entries) {
    if (kind !== 'answer') continue
    const answer = answerIn(body)
    if (!answer) {
      portal.log(`ignoré, ${id}\u00a0: ce n’est pas une réponse`)
      continue
    }
    answers.push({ ...answer, at })
    const { of, revision } = answer
    const [held] = await tx.select().from(answerHeld).where(eq(answerHeld.of, of))
    if (held && held.revision >= revision) continue
    await tx
      .insert(answerHeld)
      .values({ of, revision, body })
      .onConflictDoUpdate({ target: answerHeld.of, set: { revision, body } })
  }
  await applyAnswers(portal, tx, answers)
  await applyErasures(portal, tx, entries)
}

const answerIn = (body: string): z.infer<typeof AnswerBody> | null => {
  try {
    return AnswerBody.parse(JSON.parse(body))
  } catch {
    return null
  }
}

/**
 * A desk restored from an old copy may answer an ask again, differently. The answer that parents already received
 * remains valid: this reports it to the desk.
 */
const reportStandingAnswers = async (tx: Transaction, repeated: readonly Entry[], at: Instant): Promise<void> => {
  const again = repeated.flatMap((entry) => {
    const of = entry.kind === 'answer' ? answerIn(entry.body)?.of : undefined
    return of === undefined ? [] : [{ entry, of }]
  })
  if (again.length === 0) return
  const ids = again.map(({ of }) => of)
  const rows = await tx.select().from(answerHeld).where(inArray(answerHeld.of, ids))
  const held = new Map(rows.map(({ of, body }) => [of, body]))
  const standing = again.flatMap(({ entry, of }) => {
    const body = held.get(of)
    return (body === undefined ? null : answerStandsEntry(entry, body, at)) ?? []
  })
  const names = standing.map(({ id }) => id)
  const existing = await tx.select({ id: logEntry.id }).from(logEntry).where(inArray(logEntry.id, names))
  const alreadyAppended = new Set(existing.map(({ id }) => id))
  await appendToLog(
    tx,
    await sideOf(tx),
    standing.filter(({ id }) => !alreadyAppended.has(id)),
  )
}

const composeReply = async (db: Queryable, plan: MessagePlan): Promise<Message> => {
  const { side, holding, series } = await sideRow(db)
  const found = await lookUp(db, lookUpToCompose(side, plan, defaultBatchLimit))
  const payload: Payload = { documents: [], withdrawn: [], listed: null, holding, series }
  if (plan.kind !== 'exchange') return compose(side, plan, found, payload, portalCapabilities, defaultBatchLimit)
  const documents = await storedDocuments(db, plan.fetch, defaultBatchLimit)
  const listed = plan.list === null ? null : await namesAfter(db, plan.list)
  const aside = await unreadableDocuments(db)
  return compose(
    side,
    plan,
    found,
    { ...payload, documents, listed, ...(aside && { aside }) },
    portalCapabilities,
    defaultBatchLimit,
  )
}

const namesAfter = async (db: Queryable, after: string): Promise<Payload['listed']> => {
  const names = await storedNames(db, { after, limit: maxListed + 1 })
  const some = names.slice(0, maxListed)
  return { after, upTo: names.length > some.length ? (some.at(-1)?.id ?? null) : null, names: some }
}

/**
 * Runs before the portal serves anybody: detects that the store was replaced by an older copy, and acts upon entries
 * and documents that an earlier version of the portal could not read.
 */
export const beginExchange = (portal: Portal): Promise<void> =>
  portal.store.db.transaction(async (tx) => {
    const { side, receipts } = await lockedSide(tx)
    const restored = await restoredSide(portal, tx, side)
    const receiptsGiven = Math.max(receipts, portal.store.witnessed?.receipts ?? 0)
    // Write the witness on every start: the file may have been lost.
    await storeSide(tx, { side: restored ?? side, receipts: receiptsGiven })
    if (restored) {
      const dropped = await dropOldWaiting(tx, portal.clock())
      portal.log('cette base est une copie plus ancienne\u00a0: le prochain échange rend ce qu’il peut')
      if (dropped > 0)
        portal.log(`mails qui attendaient dans cette copie, peut-être partis depuis, non envoyés\u00a0: ${dropped}`)
    }
    const skipped = await tx
      .select()
      .from(mirrorEntry)
      .where(eq(mirrorEntry.passedOver, true))
      .orderBy(mirrorEntry.number)
    const appliedIds = await appliedAmong(
      tx,
      skipped.map(({ id }) => id),
    )
    const understood = nowUnderstood(skipped, portalCapabilities, appliedIds)
    await applyEntries(portal, tx, understood)
    const numbers = understood.map(({ number }) => number)
    if (numbers.length > 0) {
      await tx.update(mirrorEntry).set({ passedOver: false }).where(inArray(mirrorEntry.number, numbers))
    }
    await retryUnreadable(portal, tx)
  })

const restoredSide = async ({ store, clock }: Portal, db: Queryable, side: Side): Promise<Side | null> => {
  const { witnessed } = store
  // The witness is from an earlier epoch: another worker already detected the restore and began a new one.
  if (!witnessed || side.epoch > witnessed.epoch) return null
  const [logged] = await db.select().from(logEntry).where(eq(logEntry.number, witnessed.number))
  return isBehindWitness(side, witnessed, logged?.hash ?? null)
    ? restoredFromCopy(side, witnessed.epoch, clock())
    : null
}
