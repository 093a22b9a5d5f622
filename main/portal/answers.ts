import { and, eq, inArray, isNotNull, isNull, lt, or } from 'drizzle-orm'
import { AnsweredCell } from '../../shared/contract/portal/documents.ts'
import type { Answered } from '../../shared/exchange/request.ts'
import type { Wish } from '../../shared/rules/cell.ts'
import type { Answer } from '../../shared/rules/cell-moves.ts'
import type { Instant } from '../../shared/rules/day.ts'
import { counted, shortDay } from '../../shared/rules/french.ts'
import { type Letter, written } from './mail.ts'
import type { Portal } from './portal.ts'
import { documentsOf } from './publications.ts'
import { account, answeredCell, demande, proposal, registrationDemande } from './schema.ts'
import type { Work } from './store.ts'

/** An answer of the desk, as its entry of kind `answer` says it. */
export type Told = Answered & { readonly facts: readonly unknown[]; readonly at: Instant }

/**
 * Takes the desk's answers in the transaction of their message: the demande, the registration asked for or the proposal
 * that each is of, and the cells it changes. A correction takes the place of what was said before, never the reverse.
 * Each parent gets one mail for all of theirs.
 */
export const takeAnswers = async (portal: Portal, write: Work, answers: readonly Told[]): Promise<void> => {
  const days: { readonly row: typeof demande.$inferSelect; readonly told: Told }[] = []
  const registrations: { readonly row: typeof registrationDemande.$inferSelect; readonly told: Told }[] = []
  for (const told of answers) {
    const { of, answer, reason, revision, at } = told
    const said = { answer, answerReason: reason, answerRevision: revision, answeredAt: at }
    // The three kinds of asks have their ids from one space: the answer finds its own.
    const [day] = await write
      .update(demande)
      .set(said)
      .where(newerOf(demande, of, revision))
      .returning()
    const [registration] = day
      ? []
      : await write
          .update(registrationDemande)
          .set(said)
          .where(newerOf(registrationDemande, of, revision))
          .returning()
    if (!day && !registration) {
      const changed = await write
        .update(proposal)
        .set(said)
        .where(newerOf(proposal, of, revision))
        .returning()
      if (changed.length === 0) continue
    }
    if (day) days.push({ row: day, told })
    if (registration) registrations.push({ row: registration, told })
    for (const fact of told.facts) await showCell(write, fact)
  }
  await tell(portal, write, days, registrations)
}

const newerOf = (table: typeof demande | typeof registrationDemande | typeof proposal, id: string, revision: number) =>
  and(eq(table.id, id), or(isNull(table.answerRevision), lt(table.answerRevision, revision)))

const showCell = async (write: Work, fact: unknown): Promise<void> => {
  // A newer desk may tell facts that this portal does not know: the documents will show what they can.
  const cell = AnsweredCell.safeParse(fact).data
  if (!cell) return
  const { family: familyId, registration: registrationId, day, slot: slotId, held, note } = cell
  await write
    .insert(answeredCell)
    .values({ familyId, registrationId, day, slotId, held, note })
    .onConflictDoUpdate({
      target: [answeredCell.registrationId, answeredCell.day, answeredCell.slotId],
      set: { held, note },
    })
}

const words: Readonly<Record<Wish, Readonly<Record<Answer, string>>>> = {
  book: {
    accepted: 'réservation validée',
    waitListed: 'plus de place, en liste d’attente',
    refused: 'réservation refusée',
    withdrawn: 'demande retirée',
    expired: 'sans réponse avant le jour',
    moot: 'déjà réglé par le service',
  },
  cancel: {
    accepted: 'annulation validée',
    waitListed: '',
    refused: 'annulation non validée, votre enfant est toujours inscrit',
    withdrawn: 'demande retirée',
    expired: 'sans réponse avant le jour',
    moot: 'déjà réglé par le service',
  },
  leave: {
    accepted: 'sorti de la liste d’attente',
    waitListed: '',
    refused: '',
    withdrawn: 'demande retirée',
    expired: 'sans réponse avant le jour',
    moot: 'déjà réglé par le service',
  },
}

const registrationWords: Readonly<Record<Answer, string>> = {
  accepted: 'inscription acceptée',
  waitListed: 'inscription en attente',
  refused: 'inscription refusée',
  withdrawn: 'demande retirée',
  expired: 'inscription sans réponse',
  moot: 'déjà réglé par le service',
}

const tell = async (
  portal: Portal,
  write: Work,
  days: readonly { readonly row: typeof demande.$inferSelect; readonly told: Told }[],
  registrations: readonly { readonly row: typeof registrationDemande.$inferSelect; readonly told: Told }[],
): Promise<void> => {
  const asks = [...days, ...registrations]
  if (asks.length === 0) return
  const families = await documentsOf(write, 'family', [...new Set(asks.map(({ row }) => row.familyId))])
  const periodIds = [...families.values()].flatMap((family) => family.registrations.map(({ period }) => period))
  const periods = await documentsOf(write, 'period', [...periodIds, ...registrations.map(({ row }) => row.periodId)])
  const firstName = (familyId: number, childId: number) =>
    families.get(`${familyId}`)?.children.find(({ id }) => id === childId)?.firstName ?? ''
  const ended = ({ reason, revision }: Told) =>
    `${reason ? `. ${reason}` : ''}${revision > 1 ? ' (réponse corrigée)' : ''}`
  const lines = new Map<number, string[]>()
  const add = (guardianId: number, line: string) => lines.set(guardianId, [...(lines.get(guardianId) ?? []), line])
  for (const { row, told } of days.toSorted((one, other) => (one.row.day < other.row.day ? -1 : 1))) {
    const family = families.get(`${row.familyId}`)
    const period = periods.get(`${family?.registrations.find(({ id }) => id === row.registrationId)?.period}`)
    const slot = period?.slots.find(({ id }) => id === row.slotId)?.name ?? ''
    const where = [firstName(row.familyId, row.childId), period?.name ?? '', shortDay(row.day), slot]
    add(row.guardianId, `- ${where.filter(Boolean).join(', ')} : ${words[row.wish][told.answer]}${ended(told)}`)
  }
  for (const { row, told } of registrations) {
    const where = [firstName(row.familyId, row.childId), periods.get(`${row.periodId}`)?.name ?? '']
    add(row.guardianId, `- ${where.filter(Boolean).join(', ')} : ${registrationWords[told.answer]}${ended(told)}`)
  }
  const readers = await write
    .select()
    .from(account)
    .where(
      and(inArray(account.guardianId, [...lines.keys()]), eq(account.blocked, false), isNotNull(account.activatedAt)),
    )
  const letters = readers.map(({ guardianId, name, email }): Letter => {
    const said = lines.get(guardianId) ?? []
    return {
      to: email,
      subject: `Réponse à ${counted(said.length, 'demande')}`,
      body: `Bonjour ${name},

L’Espace Jeunesse a répondu :
${said.join('\n')}

Le détail est sur le portail : ${portal.address}
`,
    }
  })
  await written(write, letters, portal.clock())
}
