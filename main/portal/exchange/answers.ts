import { and, eq, inArray, isNotNull, isNull, lt, or } from 'drizzle-orm'
import { ascending } from '../../../shared/collections.ts'
import { AnsweredCell } from '../../../shared/contract/portal/documents.ts'
import type { AnswerToAsk } from '../../../shared/exchange/answer-entries.ts'
import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import type { Wish } from '../../../shared/rules/cell/cell.ts'
import { proposalName } from '../../../shared/rules/people/proposal.ts'
import { answerTitle, proposalAnswerText, withoutTitle } from '../../../shared/rules/requests/answer.ts'
import { counted, instantText, shortDay } from '../../../shared/rules/text/french.ts'
import { applyMandateAnswer } from '../debits/debits.ts'
import { enqueueMails, type OutgoingMail } from '../mails/mail.ts'
import type { Portal } from '../portal.ts'
import { documentsOf } from '../published/documents.ts'
import { applySignUpAnswer } from '../sign-up/sign-up.ts'
import { account, answeredCell, demande, proposal, registrationDemande } from '../store/schema/index.ts'
import type { Transaction } from '../store/store.ts'

/** The desk's answer to an ask, from a log entry of kind `answer`. */
export type DeskAnswer = AnswerToAsk & { readonly facts: readonly unknown[]; readonly at: Instant }

/**
 * `isPromoted`: accepted after a wait on the list, because a place became free: announced as a freed place, not as a
 * corrected answer.
 */
type AnsweredDay = {
  readonly row: typeof demande.$inferSelect
  readonly deskAnswer: DeskAnswer
  readonly isPromoted: boolean
}

type AnsweredRegistration = { readonly row: typeof registrationDemande.$inferSelect; readonly deskAnswer: DeskAnswer }
type AnsweredProposal = { readonly row: typeof proposal.$inferSelect; readonly deskAnswer: DeskAnswer }

/**
 * Stores the desk's answers, in the transaction of the message that brought them: on the demande, the requested
 * registration or the proposal that each answers, and on the cells that it changes. A correction replaces the previous
 * answer, never the reverse. Each parent gets one mail for all of their answers, and one for places that became free.
 */
export const applyAnswers = async (portal: Portal, tx: Transaction, answers: readonly DeskAnswer[]): Promise<void> => {
  const days: AnsweredDay[] = []
  const registrations: AnsweredRegistration[] = []
  const proposals: AnsweredProposal[] = []
  for (const deskAnswer of answers) {
    const { of, answer, reason, revision, at } = deskAnswer
    const values = { answer, answerReason: reason, answerRevision: revision, answeredAt: at }
    const [previous] = await tx.select({ answer: demande.answer }).from(demande).where(eq(demande.id, of))
    // All kinds of asks share one space of ids: at most one table has this id.
    const [day] = await tx
      .update(demande)
      .set(values)
      .where(newerOf(demande, of, revision))
      .returning()
    const [registration] = day
      ? []
      : await tx
          .update(registrationDemande)
          .set(values)
          .where(newerOf(registrationDemande, of, revision))
          .returning()
    if (!day && !registration) {
      const [changed] = await tx
        .update(proposal)
        .set(values)
        .where(newerOf(proposal, of, revision))
        .returning()
      if (!changed) {
        if (!(await applyMandateAnswer(portal, tx, deskAnswer))) await applySignUpAnswer(tx, deskAnswer)
        continue
      }
      proposals.push({ row: changed, deskAnswer })
    }
    if (day)
      days.push({
        row: day,
        deskAnswer,
        isPromoted: previous?.answer === 'waitListed' && answer === 'accepted',
      })
    if (registration) registrations.push({ row: registration, deskAnswer })
    for (const fact of deskAnswer.facts) await storeAnsweredCell(tx, fact)
  }
  await mailParents(portal, tx, days.filter(isNews), registrations.filter(isNews), proposals.filter(isNews))
}

/** When a parent withdrew a demande, the page said so at once: an answer « withdrawn » is no news to them. */
const isNews = ({
  row,
  deskAnswer,
}: {
  readonly row: { readonly withdrawnAt: Instant | null }
  readonly deskAnswer: DeskAnswer
}) => row.withdrawnAt === null || deskAnswer.answer !== 'withdrawn'

const newerOf = (table: typeof demande | typeof registrationDemande | typeof proposal, id: string, revision: number) =>
  and(eq(table.id, id), or(isNull(table.answerRevision), lt(table.answerRevision, revision)))

const storeAnsweredCell = async (tx: Transaction, fact: unknown): Promise<void> => {
  // A newer desk may send facts that this portal cannot read: the next published documents show what they can.
  const cell = AnsweredCell.safeParse(fact).data
  if (!cell) return
  const { family: familyId, registration: registrationId, day, slot: slotId, held, note } = cell
  await tx
    .insert(answeredCell)
    .values({ familyId, registrationId, day, slotId, held, note })
    .onConflictDoUpdate({
      target: [answeredCell.registrationId, answeredCell.day, answeredCell.slotId],
      set: { held, note },
    })
}

const offeredPlaceText =
  'Une place gardée est à prendre, ou à laisser, sur le portail avant l’heure dite\u00a0; ensuite elle va à la famille suivante\u00a0:'

const corrected = (revision: number): string => (revision > 1 ? ' (réponse corrigée)' : '')
const answerDetails = ({ answer, reason, revision }: DeskAnswer, wish: Wish | null): string => {
  const more = withoutTitle(reason ?? '', answer, wish)
  return `${more === '' ? '' : `. ${more}`}${corrected(revision)}`
}

/** Until when a place is offered; null when the answer offers none. */
const offeredUntil = ({ answer, facts }: DeskAnswer): Instant | null => {
  if (answer !== 'waitListed') return null
  for (const fact of facts) {
    const held = AnsweredCell.safeParse(fact).data?.held
    if (held?.kind === 'waitlisted' && held.offeredUntil !== undefined) return held.offeredUntil
  }
  return null
}

const mailParents = async (
  portal: Portal,
  tx: Transaction,
  days: readonly AnsweredDay[],
  registrations: readonly AnsweredRegistration[],
  proposals: readonly AnsweredProposal[],
): Promise<void> => {
  const asks = [...days, ...registrations, ...proposals]
  if (asks.length === 0) return
  const families = await documentsOf(tx, 'family', [...new Set(asks.map(({ row }) => row.familyId))])
  const periodIds = [...families.values()].flatMap((family) => family.registrations.map(({ period }) => period))
  const periods = await documentsOf(tx, 'period', [...periodIds, ...registrations.map(({ row }) => row.periodId)])
  const firstName = (familyId: number, childId: number) =>
    families.get(`${familyId}`)?.children.find(({ id }) => id === childId)?.firstName ?? ''
  const lines = new Map<number, string[]>()
  const addLine = (guardianId: number, line: string) => lines.set(guardianId, [...(lines.get(guardianId) ?? []), line])
  /**
   * Freed places, sent in a mail of their own: an offer expires within hours and must not be lost among other answers.
   */
  const freedPlaces = new Map<
    number,
    { readonly line: string; readonly path: string; readonly until: Instant | null }[]
  >()
  const addFreedPlace = (
    guardianId: number,
    line: string,
    row: { registrationId: number; day: Day },
    until: Instant | null,
  ) => {
    const path = `/mes-reservations/${row.registrationId}?mois=${row.day.slice(0, 7)}`
    freedPlaces.set(guardianId, [...(freedPlaces.get(guardianId) ?? []), { line, path, until }])
  }
  for (const { row, deskAnswer, isPromoted } of days.toSorted(ascending((one) => one.row.day))) {
    const family = families.get(`${row.familyId}`)
    const period = periods.get(`${family?.registrations.find(({ id }) => id === row.registrationId)?.period}`)
    const slot = period?.slots.find(({ id }) => id === row.slotId)?.name ?? ''
    const labels = [firstName(row.familyId, row.childId), period?.name ?? '', shortDay(row.day), slot]
    const title = answerTitle(deskAnswer.answer, row.wish)
    const spot = `- ${labels.filter(Boolean).join(', ')}\u00a0: `
    const until = offeredUntil(deskAnswer)
    if (until !== null)
      addFreedPlace(row.guardianId, `${spot}une place est gardée pour vous jusqu’au ${instantText(until)}`, row, until)
    else if (isPromoted) addFreedPlace(row.guardianId, `${spot}une place s’est libérée, ${title}`, row, null)
    else addLine(row.guardianId, `${spot}${title}${answerDetails(deskAnswer, row.wish)}`)
  }
  for (const { row, deskAnswer } of registrations) {
    const where = [firstName(row.familyId, row.childId), periods.get(`${row.periodId}`)?.name ?? '']
    addLine(
      row.guardianId,
      `- ${where.filter(Boolean).join(', ')}\u00a0: ${answerTitle(deskAnswer.answer, null)}${answerDetails(deskAnswer, null)}`,
    )
  }
  for (const { row, deskAnswer } of proposals) {
    const about = row.subject === 'child' ? firstName(row.familyId, row.subjectId) : ''
    const what = [about, proposalName(row.field)].filter(Boolean).join(', ')
    const line = `- ${what} : ${proposalAnswerText(deskAnswer.answer, deskAnswer.reason ?? '')}${corrected(deskAnswer.revision)}`
    // The lines of one postal address are separate proposals; when they got the same answer, list them once.
    if (!lines.get(row.guardianId)?.includes(line)) addLine(row.guardianId, line)
  }
  const readers = await tx
    .select()
    .from(account)
    .where(
      and(
        inArray(account.guardianId, [...lines.keys(), ...freedPlaces.keys()]),
        eq(account.blocked, false),
        isNotNull(account.activatedAt),
      ),
    )
  const answerMails = readers.flatMap(({ guardianId, name, email }): OutgoingMail[] => {
    const answered = lines.get(guardianId) ?? []
    if (answered.length === 0) return []
    return [
      {
        kind: 'decision',
        to: email,
        subject: `Réponse à ${counted(answered.length, 'demande')}`,
        body: `Bonjour ${name},

L’Espace Jeunesse a répondu\u00a0:
${answered.join('\n')}

Le détail est sur le portail, dans « Mes demandes »\u00a0:
${portal.address}/mes-demandes
`,
      },
    ]
  })
  const placeMails = readers.flatMap(({ guardianId, name, email }): OutgoingMail[] => {
    const places = freedPlaces.get(guardianId) ?? []
    if (places.length === 0) return []
    const paths = [...new Set(places.map(({ path }) => path))]
    // No expiry: a confirmed place is worth announcing however late the mail leaves.
    const linkUntil = places.some(({ until }) => until === null)
      ? undefined
      : places
          .flatMap(({ until }) => until ?? [])
          .toSorted()
          .at(-1)
    return [
      {
        kind: 'place',
        to: email,
        subject: places.length === 1 ? 'Une place s’est libérée' : `${places.length} places se sont libérées`,
        body: `Bonjour ${name},

Vous attendiez une place\u00a0:
${places.map(({ line }) => line).join('\n')}

${places.some(({ until }) => until !== null) ? offeredPlaceText : 'Le calendrier est sur le portail\u00a0:'}
${paths.map((path) => `${portal.address}${path}`).join('\n')}
`,
        ...(linkUntil !== undefined && { linkUntil }),
      },
    ]
  })
  await enqueueMails(tx, [...answerMails, ...placeMails], portal.clock())
}
