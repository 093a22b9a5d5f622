import { statfs } from 'node:fs/promises'
import { and, count, isNull, min } from 'drizzle-orm'
import { counted } from '../../../shared/rules/text/french.ts'
import type { Portal } from '../portal.ts'
import { mail, toldOnce } from '../store/schema/index.ts'

/** Sentences: `faults` prevent the portal from working, `remarks` need attention though it works. */
type Health = { readonly faults: readonly string[]; readonly remarks: readonly string[] }

/** The answer is cached this long, since anybody may ask for it. */
const cacheMilliseconds = 10_000
/**
 * PostgreSQL's write-ahead log grows by files of 16 MB: with room for only a few more, PostgreSQL may stop at any
 * moment.
 */
const minFreeBytes = 100_000_000
/** A temporary refusal of the mail server is retried within an hour: mails older than this need a person. */
const maxMailSeconds = 2 * 60 * 60

/** @returns a function that reads the portal's health, cached so that it may be called often */
export const createHealthCheck = (portal: Portal): (() => Promise<Health>) => {
  let cached: { readonly until: number; readonly health: Promise<Health> } | undefined
  return () => {
    const now = performance.now()
    if (!cached || now >= cached.until) cached = { until: now + cacheMilliseconds, health: healthOf(portal) }
    return cached.health
  }
}

const healthOf = async (portal: Portal): Promise<Health> => {
  try {
    await testWrite(portal)
    const isFull = (await freeBytes(portal)) < minFreeBytes
    const { seconds } = await mailsWaiting(portal)
    const hours = counted(Math.floor(seconds / 3600), 'heure')
    return {
      faults: isFull ? ['Il n’y a presque plus de place sur le disque des données.'] : [],
      remarks:
        seconds > maxMailSeconds ? [`Des mails ne partent pas\u00a0: le plus ancien attend depuis ${hours}.`] : [],
    }
  } catch (error) {
    portal.logFailure('fiche sanitaire\u00a0:', error)
    return { faults: ['La base ne prend plus rien.'], remarks: [] }
  }
}

/** A database whose disk is full still answers reads: only a write detects it. */
const testWrite = ({ store: { db }, clock }: Portal) => {
  const row = { what: 'health', at: clock() }
  return db.insert(toldOnce).values(row).onConflictDoUpdate({ target: toldOnce.what, set: row })
}

/** Free bytes on the disk that the portal writes to; infinite when the portal writes to no disk of this computer. */
export const freeBytes = async ({ store: { folder } }: Portal): Promise<number> => {
  if (folder === null) return Number.POSITIVE_INFINITY
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/** How many mails wait, and the age of the oldest one in seconds. */
export const mailsWaiting = async ({ store: { db }, clock }: Portal): Promise<{ waiting: number; seconds: number }> => {
  const [row] = await db
    .select({ waiting: count(), since: min(mail.writtenAt) })
    .from(mail)
    .where(and(isNull(mail.sentAt), isNull(mail.refusedAt)))
  const since = row?.since ?? null
  const seconds = since === null ? 0 : Math.max(0, Math.round((Date.parse(clock()) - Date.parse(since)) / 1000))
  return { waiting: row?.waiting ?? 0, seconds }
}
