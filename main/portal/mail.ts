import { randomUUID } from 'node:crypto'
import { and, asc, eq, inArray, isNull, lte } from 'drizzle-orm'
import { createTransport } from 'nodemailer'
import { addMinutes, type Clock, type Instant } from '../../shared/rules/day.ts'
import { mail } from './schema.ts'
import type { PortalStore, Work } from './store.ts'

/** `smtp://user:password@host:587` or `smtps://…:465`, and who mails come from. */
export type PostOffice = { readonly url: string; readonly from: string }

export type Letter = { readonly to: string; readonly subject: string; readonly body: string }

export type Post = {
  /** Sends what is due. @returns how many left */
  sendWaiting(): Promise<number>
  close(): Promise<void>
}

/** Minutes before the next try, by the tries already made; the last one goes on for good. */
const waits = [1, 5, 15, 60]
/** A worker that dies while sending leaves its letters to the others after as many minutes. */
const claim = 5
const mostAtOnce = 50

/** Writes mails in the transaction of what they tell: they leave if that happened, and only then. */
export const written = async (write: Work, letters: readonly Letter[], at: Instant): Promise<void> => {
  if (letters.length === 0) return
  await write.insert(mail).values(
    letters.map(({ to, subject, body }) => ({
      id: randomUUID(),
      recipient: to,
      subject,
      body,
      writtenAt: at,
      nextTryAt: at,
    })),
  )
}

export const openPost = (
  { db }: PortalStore,
  { clock, log, office }: { clock: Clock; log: (line: string) => void; office: PostOffice | null },
): Post => {
  const transport =
    office &&
    createTransport({
      url: office.url,
      pool: true,
      maxConnections: 2,
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: 30_000,
    })

  /** Each letter is claimed by one worker, so that none is sent by two. */
  const claimed = async () => {
    const now = clock()
    return db.transaction(async (write) => {
      const due = await write
        .select()
        .from(mail)
        .where(and(isNull(mail.sentAt), lte(mail.nextTryAt, now)))
        .orderBy(asc(mail.writtenAt))
        .limit(mostAtOnce)
        .for('update', { skipLocked: true })
      if (due.length > 0) {
        const ids = due.map(({ id }) => id)
        await write
          .update(mail)
          .set({ nextTryAt: addMinutes(now, claim) })
          .where(inArray(mail.id, ids))
      }
      return due
    })
  }

  const send = async ({ id, recipient, subject, body, tries }: typeof mail.$inferSelect): Promise<boolean> => {
    if (!office || !transport) return false
    try {
      await transport.sendMail({
        from: office.from,
        to: { name: '', address: recipient },
        subject,
        text: body,
        messageId: `<${id}@portail>`,
      })
      await db.update(mail).set({ sentAt: clock(), body: '' }).where(eq(mail.id, id))
      return true
    } catch (error) {
      log(`mail ${id}: ${error instanceof Error ? error.message : String(error)}`)
      const wait = waits[Math.min(tries, waits.length - 1)] ?? 60
      await db
        .update(mail)
        .set({ tries: tries + 1, nextTryAt: addMinutes(clock(), wait) })
        .where(eq(mail.id, id))
      return false
    }
  }

  return {
    async sendWaiting() {
      if (!transport) return 0
      let sent = 0
      for (const letter of await claimed()) if (await send(letter)) sent += 1
      return sent
    },
    close() {
      transport?.close()
      return Promise.resolve()
    },
  }
}
