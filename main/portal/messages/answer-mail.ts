import type { MessagesDocument } from '../../../shared/contract/portal/documents.ts'
import { addMinutes, type Instant } from '../../../shared/rules/calendar/day.ts'
import { childrenNotTold } from '../family/family.ts'
import { enqueueMails, type OutgoingMail } from '../mails/mail.ts'
import { readersWithHomes } from '../mails/readers.ts'
import type { Portal } from '../portal.ts'
import { documentsOf } from '../published/documents.ts'
import type { Queryable, Transaction } from '../store/store.ts'

/** Older answers are not announced: a newly paired portal receives all answers of the past. */
const maxAgeDays = 7

/** By family, the children whom new answers are about; null among them for an answer about the whole home. */
export type AnsweredHomes = ReadonlyMap<number, readonly (number | null)[]>

/**
 * Homes with answers of the service that the stored documents do not have. Call it before the new documents are stored.
 * @param sent the new documents, by family
 */
export const newlyAnsweredHomes = async (
  db: Queryable,
  sent: ReadonlyMap<number, MessagesDocument>,
  now: Instant,
): Promise<AnsweredHomes> => {
  const stored = await documentsOf(db, 'messages', [...sent.keys()])
  return new Map(
    [...sent].flatMap(([familyId, content]) => {
      const about = newlyAnswered(stored.get(`${familyId}`), content, now)
      return about.length > 0 ? [[familyId, about]] : []
    }),
  )
}

const newlyAnswered = (
  previous: MessagesDocument | undefined,
  { conversations }: MessagesDocument,
  now: Instant,
): (number | null)[] => {
  const since = addMinutes(now, -maxAgeDays * 24 * 60)
  const previousKeys = new Set(previous?.conversations.flatMap(({ messages }) => messages.map(({ key }) => key)))
  return conversations
    .filter(({ messages }) =>
      messages.some(({ key, by, at }) => by === 'service' && at > since && !previousKeys.has(key)),
    )
    .map(({ child }) => child)
}

/** Mails that an answer is there, not what it says: others than the parent may read a mailbox. */
export const mailAnsweredHomes = async (
  portal: Portal,
  tx: Transaction,
  answered: AnsweredHomes,
  at: Instant,
): Promise<void> => {
  if (answered.size === 0) return
  const familyIds = [...answered.keys()]
  const families = await documentsOf(tx, 'family', familyIds)
  const readers = (await readersWithHomes(tx, familyIds)).filter(({ guardianId, homes }) =>
    homes.some((familyId) => {
      const untold = childrenNotTold(families.get(`${familyId}`), guardianId)
      return answered.get(familyId)?.some((child) => child === null || !untold.has(child))
    }),
  )
  const mails = readers.map(
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
