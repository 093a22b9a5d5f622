import { and, eq, inArray, isNotNull } from 'drizzle-orm'
import type { MessagesDocument } from '../../../shared/contract/portal/documents.ts'
import { addMinutes, type Instant } from '../../../shared/rules/calendar/day.ts'
import type { Portal } from '../portal.ts'
import { account, accountHome, toldOnce } from '../store/schema/index.ts'
import type { Work } from '../store/store.ts'
import { type Letter, written } from './mail.ts'

/** Older answers are no news: a portal that was just paired is given all of them. */
const newsDays = 7

/** Whether a home's document has answers that the one held before had not. */
export const hasNewAnswers = (
  before: MessagesDocument | undefined,
  { conversations }: MessagesDocument,
  now: Instant,
): boolean => {
  const since = addMinutes(now, -newsDays * 24 * 60)
  const known = new Set(before?.conversations.flatMap(({ messages }) => messages.map(({ key }) => key)))
  return conversations.some(({ messages }) =>
    messages.some(({ key, by, at }) => by === 'service' && at > since && !known.has(key)),
  )
}

/** A mail is read by many eyes: it says that an answer is there, not what it says. */
export const tellAnswered = async (
  portal: Portal,
  write: Work,
  familyIds: readonly number[],
  at: Instant,
): Promise<void> => {
  if (familyIds.length === 0) return
  const letters = (await readersOf(write, familyIds)).map(
    ({ name, email }): Letter => ({
      kind: 'message',
      to: email,
      subject: 'L’Espace Jeunesse vous a écrit',
      body: `Bonjour ${name},

Un message de l’Espace Jeunesse vous attend sur le portail, dans « Mes messages » :
${portal.address}/mes-messages
`,
    }),
  )
  await written(write, letters, at)
}

/** Whoever may log in and reaches one of these homes, once; of all homes for `all`. */
export const readersOf = async (work: Work, familyIds: 'all' | readonly number[]) => {
  const { guardianId, name, email } = account
  return work
    .selectDistinct({ guardianId, name, email })
    .from(account)
    .innerJoin(accountHome, eq(accountHome.guardianId, account.guardianId))
    .where(isReader(familyIds))
}

/** The same, each with the ones of these homes that are theirs. */
export const readersByHome = async (work: Work, familyIds: readonly number[]) => {
  const { guardianId, name, email } = account
  const rows = await work
    .select({ guardianId, name, email, familyId: accountHome.familyId })
    .from(account)
    .innerJoin(accountHome, eq(accountHome.guardianId, account.guardianId))
    .where(isReader(familyIds))
  return [...Map.groupBy(rows, (row) => row.guardianId).values()].flatMap((homes) => {
    const [reader] = homes
    return reader ? [{ ...reader, homes: homes.map(({ familyId }) => familyId) }] : []
  })
}

const isReader = (familyIds: 'all' | readonly number[]) =>
  and(
    familyIds === 'all' ? undefined : inArray(accountHome.familyId, [...familyIds]),
    eq(account.blocked, false),
    isNotNull(account.activatedAt),
  )

/** Of what is told once, whichever worker comes first: those that nobody told before. */
export const firstOf = async (write: Work, all: readonly string[], at: Instant): Promise<ReadonlySet<string>> => {
  if (all.length === 0) return new Set()
  const rows = all.map((what) => ({ what, at }))
  const first = await write.insert(toldOnce).values(rows).onConflictDoNothing().returning()
  return new Set(first.map(({ what }) => what))
}

export const isFirst = async (write: Work, what: string, at: Instant): Promise<boolean> =>
  (await firstOf(write, [what], at)).has(what)
