import type { MessagesDocument } from '../../../shared/contract/portal/documents.ts'
import { addMinutes, type Instant } from '../../../shared/rules/calendar/day.ts'
import type { Portal } from '../portal.ts'
import { enqueueMails, type OutgoingMail } from '../post/mail.ts'
import { readersOf } from '../post/readers.ts'
import { documentsOf } from '../published/documents.ts'
import type { Queryable, Transaction } from '../store/store.ts'

/** Older answers are not announced: a newly paired portal receives all answers of the past. */
const maxAgeDays = 7

/**
 * Homes with answers of the service that the stored documents do not have. Call it before the new documents are stored.
 * @param sent the new documents, by family
 */
export const newlyAnsweredHomes = async (
  db: Queryable,
  sent: ReadonlyMap<number, MessagesDocument>,
  now: Instant,
): Promise<number[]> => {
  const stored = await documentsOf(db, 'messages', [...sent.keys()])
  return [...sent].flatMap(([familyId, content]) =>
    hasNewAnswers(stored.get(`${familyId}`), content, now) ? [familyId] : [],
  )
}

const hasNewAnswers = (
  previous: MessagesDocument | undefined,
  { conversations }: MessagesDocument,
  now: Instant,
): boolean => {
  const since = addMinutes(now, -maxAgeDays * 24 * 60)
  const previousKeys = new Set(previous?.conversations.flatMap(({ messages }) => messages.map(({ key }) => key)))
  return conversations.some(({ messages }) =>
    messages.some(({ key, by, at }) => by === 'service' && at > since && !previousKeys.has(key)),
  )
}

/** Mails that an answer is there, not what it says: others than the parent may read a mailbox. */
export const mailAnsweredHomes = async (
  portal: Portal,
  tx: Transaction,
  familyIds: readonly number[],
  at: Instant,
): Promise<void> => {
  if (familyIds.length === 0) return
  const mails = (await readersOf(tx, familyIds)).map(
    ({ name, email }): OutgoingMail => ({
      kind: 'message',
      to: email,
      subject: 'L’Espace Jeunesse vous a écrit',
      body: `Bonjour ${name},

Un message de l’Espace Jeunesse vous attend sur le portail, dans «\u00a0Mes messages\u00a0»\u00a0:
${portal.address}/mes-messages
`,
    }),
  )
  await enqueueMails(tx, mails, at)
}
