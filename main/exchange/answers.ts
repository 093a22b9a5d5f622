import { asc, eq, sql } from 'drizzle-orm'
import type { AnsweredCell } from '../../shared/contract/portal/documents.ts'
import { answerEntry } from '../../shared/exchange/answer-entries.ts'
import type { NewEntry } from '../../shared/exchange/log.ts'
import type { Day } from '../../shared/rules/calendar/day.ts'
import type { Answer } from '../../shared/rules/cell/cell-actions.ts'
import { surchargeFrom } from '../../shared/rules/cell/late-surcharge.ts'
import type { RegistrationState } from '../../shared/rules/people/registration.ts'
import { answerText, proposalAnswerText, registrationAnswerText } from '../../shared/rules/requests/answer.ts'
import { withFullStop } from '../../shared/rules/text/french.ts'
import type { Core } from '../desk/core.ts'
import { type NamedRegistration, registrationsNamed } from '../desk/registrations/registrations.ts'
import { cellHistories, daysTooLate, readHeld, writeExpired } from '../desk/reservations/reservations.ts'
import type { Write } from '../store/acts/acts.ts'
import { exchangeSide, portalAsk, proposal, signUp } from '../store/schema/index.ts'
import type { Store } from '../store/store.ts'

export type AskRow = typeof portalAsk.$inferSelect

/** The desk's present answer to an ask. */
type EffectiveAnswer = {
  readonly answer: Answer
  /** The reason given by staff or by a rule. */
  readonly reason: string
  /** The move of the cell that gave the answer; null when none did. */
  readonly moveId: number | null
  /** The reason is a complete sentence for the family. */
  readonly isText: boolean
  readonly isCharged: boolean
  /** False when the cell has moved since the answer. */
  readonly isLast: boolean
}

/**
 * Returns the answers to append to the desk's log. Answers are not stored when staff decide: they are derived here from
 * the decisions, so that a decision undone before the exchange is never sent. Each ask whose present answer differs
 * from the last one sent gets an answer or a correction.
 */
export const answersToSend = ({ store }: Core, write: Write): readonly NewEntry[] => {
  writeExpired(store, write)
  const entries = pending(store, write).flatMap(({ ask, effective, text, facts }) => {
    const { entryId: of, answer: lastAnswer, answerReason, answerRevision } = ask
    const lastSent = lastAnswer && { of, answer: lastAnswer, reason: answerReason, revision: answerRevision }
    const revision = answerRevision + 1
    const entry = answerEntry(
      { of, answer: effective.answer, reason: text || null, revision },
      lastSent || null,
      facts,
      write.at,
    )
    if (!entry) return []
    write.update(portalAsk, ask.id, {
      answer: effective.answer,
      answerReason: text,
      answerRevision: revision,
      toldMove: effective.moveId,
    })
    return [entry]
  })
  recordReviewed(store, write)
  return entries
}

/** Number of answers that the next exchange will send. */
export const countWaitingAnswers = (store: Store): number => pending(store, { actId: 0 }).length

type Pending = {
  readonly ask: AskRow
  readonly effective: EffectiveAnswer
  readonly text: string
  readonly facts: readonly AnsweredCell[]
}

/** @param act read only when an ask needs a look, because reading `actId` of a lazy act opens the act */
const pending = (store: Store, act: Pick<Write, 'actId'>): Pending[] => {
  const asks = asksToReview(store)
  if (asks.length === 0) return []
  const { actId: ownAct } = act
  const effective = effectiveAnswers(store, asks, ownAct)
  const moved = asks.flatMap((ask) => {
    const now = effective.get(ask.id)
    const isTold = now && ask.answer === now.answer && ask.toldMove === now.moveId && ask.kind === 'demande'
    return now && !isTold ? [{ ask, now }] : []
  })
  const named = registrationsNamed(
    store,
    moved.flatMap(({ ask }) => ask.registrationId ?? []),
    ownAct,
  )
  return moved.flatMap(({ ask, now }) => {
    const registration = ask.registrationId === null ? undefined : named.get(ask.registrationId)
    const cells = answeredCells(store, ask, now, registration)
    const text = familyText(store, ask, now, registration, cells, ownAct)
    if (ask.answer === now.answer && ask.answerReason === text) return []
    return [{ ask, effective: now, text, facts: cells }]
  })
}

/**
 * Asks whose present answer may differ from the one sent: their cell, registration, proposal or sign-up was decided
 * since, or they were settled on arrival. Asks that still wait for staff are not read, so that an exchange without news
 * opens no act.
 */
const asksToReview = (store: Store): AskRow[] => {
  // `cross join` makes SQLite start from the few new moves: by its own plan it would read every ask of every year.
  const ids = store
    .statement(
      `select id from portal_ask where answer is null and settled is not null
      union
      select a.id from reservation_move m
      cross join reservation r on r.id = m.reservation_id
      cross join portal_ask a on a.registration_id = r.registration_id and a.day = r.day and a.slot_id = r.slot_id
      where m.id > ? and a.kind = 'demande'
      union
      select a.id from portal_ask a
      left join registration g on a.kind = 'registration' and g.id = a.registration_id
      left join proposal p on p.ask_id = a.id
      left join sign_up s on s.ask_id = a.id
      where a.kind <> 'demande' and a.settled is null and (
        coalesce(nullif(case g.state when 'ended' then 'accepted' else g.state end, 'asked'),
          nullif(p.state, 'waiting'), nullif(s.state, 'waiting'), a.answer) is not a.answer
        or (a.answer = 'refused' and instr(a.answer_reason, coalesce(g.reason, p.reason, s.reason, '')) = 0))
      union
      select id from portal_ask where kind <> 'demande' and settled is not null and answer <> settled`,
    )
    .pluck()
    .all(lastReviewedMove(store)) as number[]
  return ids.length === 0
    ? []
    : store.db
        .select()
        .from(portalAsk)
        .where(sql`${portalAsk.id} in (select value from json_each(${JSON.stringify(ids)}))`)
        .orderBy(asc(portalAsk.number))
        .all()
}

const lastReviewedMove = (store: Store): number =>
  store.db.select({ move: exchangeSide.answeredMove }).from(exchangeSide).get()?.move ?? 0

/** Not while another act is open: its moves are not final, and must be read again when that act has closed. */
const recordReviewed = (store: Store, write: Write): void => {
  const last = store.statement('select max(id) from reservation_move').pluck().get() as number | null
  const side = store.db.select({ id: exchangeSide.id, move: exchangeSide.answeredMove }).from(exchangeSide).get()
  if (!side || last === null || last <= side.move) return
  const others = store.statement(`select count(*) from act where state = 'open' and id <> ?`).pluck().get(write.actId)
  if (others !== 0) return
  // A table of the exchange, without audit.
  store.db.update(exchangeSide).set({ answeredMove: last }).where(eq(exchangeSide.id, side.id)).run()
}

// ---- what was decided -----------------------------------------------------------------------------------------------

/** Present answers by id of the ask; asks without an answer are absent. */
export const effectiveAnswers = (
  store: Store,
  asks: readonly AskRow[],
  ownAct: number,
): ReadonlyMap<number, EffectiveAnswer> => {
  const cellOf = cellsOf(store, asks)
  const stories = Map.groupBy(cellHistories(store, [...new Set(cellOf.values())], ownAct), (move) => move.reservationId)
  const found = new Map<number, EffectiveAnswer>()
  for (const ask of asks) {
    const now =
      ask.settled !== null
        ? {
            ...answerWithoutMove(ask.settled, ask.settledReason),
            isText: ask.kind === 'undoing' || ask.settled === 'moot',
          }
        : ask.kind === 'demande'
          ? answerInStory(stories.get(cellOf.get(ask.id) ?? 0) ?? [], ask)
          : answerOfDecision(store, ask, ownAct)
    if (now) found.set(ask.id, now)
  }
  return found
}

const answerWithoutMove = (answer: Answer, reason: string): EffectiveAnswer => ({
  answer,
  reason,
  moveId: null,
  isText: false,
  isCharged: false,
  isLast: true,
})

const cellsOf = (store: Store, asks: readonly AskRow[]): ReadonlyMap<number, number> => {
  const find = store
    .statement('select id from reservation where registration_id = ? and day = ? and slot_id = ?')
    .pluck()
  return new Map(
    asks.flatMap(({ id, kind, registrationId, day, slotId }) => {
      const cell = kind === 'demande' ? (find.get(registrationId, day, slotId) as number | undefined) : undefined
      return cell === undefined ? [] : [[id, cell]]
    }),
  )
}

type StoryMove = ReturnType<typeof cellHistories>[number]

/**
 * The answer given by the last answering move between the move that collected this ask and the one that collected the
 * next ask for the same cell. Undone moves do not count.
 */
const answerInStory = (story: readonly StoryMove[], ask: AskRow): EffectiveAnswer | null => {
  const movesSinceAsk = story.filter(({ id }) => ask.moveId !== null && id >= ask.moveId)
  const next = movesSinceAsk.findIndex(
    ({ id, move, isJoined }) => id !== ask.moveId && ((move === 'collect' && isJoined === 0) || move === 'enterDemand'),
  )
  const standing: StoryMove[] = []
  for (const move of next < 0 ? movesSinceAsk : movesSinceAsk.slice(0, next)) {
    if (move.move === 'undo') standing.pop()
    else standing.push(move)
  }
  const at = standing.findLastIndex((move, index) => answerOf(ask, move, standing.slice(0, index)) !== null)
  const last = standing[at]
  if (!last) return null
  const answer = answerOf(ask, last, standing.slice(0, at))
  return (
    answer && {
      answer,
      reason: last.reason,
      moveId: last.id,
      isText: last.move === 'takenOver' || last.move === 'offer',
      isCharged: last.move === 'acceptCancel' && last.reason !== '',
      isLast: next < 0 && at === standing.length - 1,
    }
  )
}

/**
 * Returns the answer that a move gives to an ask. Some moves correct an earlier answer although the family asked
 * nothing new: a child on the waiting list got a place or was removed, a place was taken away, a refused cancellation
 * was accepted after all.
 * @param before the moves of the cell between the ask and this move
 */
const answerOf = ({ wish }: AskRow, { move, answer }: StoryMove, before: readonly StoryMove[]): Answer | null => {
  if (answer !== null) return answer
  if (wish === 'cancel' && (move === 'acceptCancel' || move === 'free'))
    return before.some((one) => one.answer === 'refused') ? 'accepted' : null
  const wasAnswered = before.some((one) => one.answer === 'waitListed' || one.answer === 'accepted')
  if (!wasAnswered) return null
  if (move === 'promote' || move === 'received') return 'accepted'
  // The child stays on the list while the family may accept the offered place.
  if (move === 'offer') return 'waitListed'
  return move === 'removeFromList' || move === 'lapse' || move === 'takenAway' ? 'refused' : null
}

const registrationAnswers: Readonly<Record<RegistrationState, Answer | null>> = {
  asked: null,
  accepted: 'accepted',
  ended: 'accepted',
  refused: 'refused',
  withdrawn: 'withdrawn',
}

const answerOfDecision = (store: Store, ask: AskRow, ownAct: number): EffectiveAnswer | null => {
  if (ask.kind === 'registration') {
    const found = ask.registrationId === null ? undefined : registrationsNamed(store, [ask.registrationId], ownAct)
    const registration = found?.get(ask.registrationId ?? 0)
    const answer = registration ? registrationAnswers[registration.state] : null
    return answer && answerWithoutMove(answer, registration?.state === 'refused' ? registration.reason : '')
  }
  if (ask.kind === 'signUp') {
    const signUpRow = store.db.select().from(signUp).where(eq(signUp.askId, ask.id)).get()
    return signUpRow && signUpRow.state !== 'waiting' ? answerWithoutMove(signUpRow.state, signUpRow.reason) : null
  }
  const change = store.db.select().from(proposal).where(eq(proposal.askId, ask.id)).get()
  return change && change.state !== 'waiting' ? answerWithoutMove(change.state, change.reason) : null
}

// ---- how the answer is worded ---------------------------------------------------------------------------------------

const answeredCells = (
  store: Store,
  ask: AskRow,
  { answer, reason }: EffectiveAnswer,
  registration: NamedRegistration | undefined,
): AnsweredCell[] => {
  if (!registration) return []
  const cells =
    ask.kind === 'demande' && ask.day !== null && ask.slotId !== null
      ? [{ registrationId: registration.id, day: ask.day, slotId: ask.slotId }]
      : ask.kind === 'registration' && answer === 'accepted'
        ? daysHeld(store, registration.id)
        : []
  const held = readHeld(store, cells)
  return cells.flatMap(({ registrationId, day, slotId }, index) => {
    const now = held[index]
    const note = ask.kind === 'demande' ? reason : ''
    return now
      ? [{ family: registration.familyId, registration: registrationId, day, slot: slotId, held: now, note }]
      : []
  })
}

/** The cells that a registration's typical week has filled. */
const daysHeld = (store: Store, registrationId: number) =>
  store
    .statement(
      `select registration_id registrationId, day, slot_id slotId from reservation
      where registration_id = ? and held <> 'none' order by day, slot_id`,
    )
    .all(registrationId) as { registrationId: number; day: Day; slotId: number }[]

const familyText = (
  store: Store,
  ask: AskRow,
  { answer, reason, isText, isCharged }: EffectiveAnswer,
  registration: NamedRegistration | undefined,
  cells: readonly AnsweredCell[],
  ownAct: number,
): string => {
  if (isText && reason !== '') return withFullStop(reason)
  if (ask.kind === 'proposal') return proposalAnswerText(answer, reason)
  if (ask.kind === 'signUp') return answer === 'accepted' ? otherMailText(store, ask) : withFullStop(reason)
  if (ask.kind === 'undoing' || ask.kind === 'payment' || ask.kind === 'mandate' || ask.kind === 'mandateStop')
    return reason
  const child = registration?.firstName ?? 'votre enfant'
  if (ask.kind === 'demande') {
    const held = cells[0]?.held
    const text = answerText(answer, {
      wish: ask.wish ?? 'book',
      child,
      rank: held?.kind === 'waitlisted' ? held.rank : null,
      reason,
      ...remainingCharge(store, ask, isCharged),
    })
    return ask.settledReason === '' || ask.settled !== null ? text : `${text} ${ask.settledReason}`
  }
  if (answer === 'withdrawn') return answerText(answer, { wish: 'book', child })
  if (answer === 'refused' && !registration)
    return `La demande d’inscription n’est pas acceptée. ${withFullStop(reason)}`
  const daysOf = (kind: AnsweredCell['held']['kind']): Day[] =>
    [...new Set(cells.flatMap(({ day, held }) => (held.kind === kind ? [day] : [])))].toSorted()
  const isAccepted = answer === 'accepted'
  return registrationAnswerText({
    accepted: isAccepted,
    child,
    period: registration?.period ?? '',
    days: daysOf('confirmed').length,
    waiting: daysOf('waitlisted'),
    late:
      isAccepted && registration
        ? daysTooLate(store, registration.decidedAt ?? registration.askedAt, registration.id, ownAct)
        : [],
    reason,
  })
}

/** Text only when the account already existed under another mail: the invitation is sent to that address. */
const otherMailText = (store: Store, ask: AskRow): string => {
  const isOther = store
    .statement(
      `select exists (select 1 from sign_up join guardian on guardian.id = ?
        where ask_id = ? and guardian.email <> sign_up.body ->> '$.email')`,
    )
    .pluck()
    .get(ask.guardianId, ask.id)
  return isOther === 1
    ? 'Votre compte est à une autre adresse mail, que l’Espace Jeunesse connaît déjà\u00a0: regardez-y vos mails, ou appelez-nous.'
    : ''
}

/** What a cancelled cell still costs the family. */
const remainingCharge = (store: Store, { registrationId, day, slotId }: AskRow, isCharged: boolean) => {
  const cell = store
    .statement(
      `select charged_reason is not null as charged, held, cancel_surcharge_cents as cents, cancel_notice as notice
      from reservation where registration_id = ? and day = ? and slot_id = ?`,
    )
    .get(registrationId, day, slotId) as
    | { charged: 0 | 1; held: string; cents: number; notice: number | null }
    | undefined
  return {
    charged: isCharged && cell?.charged === 1,
    surcharge: cell && cell.held !== 'confirmed' ? surchargeFrom(cell.cents, cell.notice) : 0,
  }
}
