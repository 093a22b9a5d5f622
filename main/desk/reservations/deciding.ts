import type { WeekResult } from '../../../shared/contract/desk/reservations.ts'
import type { Wish } from '../../../shared/rules/cell.ts'
import type { CellAct, Context } from '../../../shared/rules/cell-moves.ts'
import type { Day, Instant } from '../../../shared/rules/day.ts'
import { counted } from '../../../shared/rules/french.ts'
import type { Write } from '../../store/acts.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { decidedBy, whyNotAskedAnyMore, writeAccepted, writeRefused } from '../registrations/registrations.ts'
import { registrationFound } from './checks.ts'
import { type Moved, writeMoves } from './move-cells.ts'
import type { NotMoved } from './moving.ts'
import { type CellRow, movesOf } from './reservations-store.ts'
import { writeAcceptedWeek } from './typical-weeks.ts'
import { promoteFreed } from './waiting-lists.ts'

export type Decision =
  | {
      readonly kind: 'cells'
      readonly registrationId: number
      /** The demande that is answered: another one, or none any more, is left alone. */
      readonly wish: Wish
      readonly recordedAt: Instant
      readonly answers: readonly {
        readonly day: Day
        readonly slotIds: readonly number[]
        readonly act: CellAct
        readonly reason?: Context['reason']
        readonly charged?: boolean | undefined
      }[]
    }
  | {
      readonly kind: 'registration'
      readonly registrationId: number
      readonly act: 'accept' | 'acceptWithoutDays' | 'refuse'
      /** Of the refusal, or for which a condition is passed over. */
      readonly reason: string
    }

export type Decided = {
  /** Null when nothing could be done. */
  readonly actId: number | null
  /** Demandes answered, at least in part. */
  readonly done: number
  readonly refused: {
    registrationId: number
    day: Day | null
    slotId: number | null
    sentence: string
    needs: NotMoved['needs']
  }[]
  /** What the semaines types of the registrations accepted gave. */
  readonly week: WeekResult
  readonly promoted: number
}

/**
 * Answers demandes in one act, in the order given. What cannot be answered so is listed with its reason and waits on;
 * a demande that somebody answered meanwhile keeps that answer.
 * @throws Refused when nothing could be done and no reason would change it
 */
export const decide = ({ store }: Core, person: Person, decisions: readonly Decision[]): Decided =>
  store.act(person, 'reservations.decide', decisionLabel(store, decisions), (write) => {
    const refused: Decided['refused'] = []
    const week: WeekResult = { filled: [], waitListed: [], skipped: [] }
    let done = 0
    let promoted = 0
    for (const decision of decisions) {
      const { registrationId } = decision
      if (decision.kind === 'registration') {
        const sentence = writeRegistrationAnswer(store, write, person, decision, week)
        if (sentence === null) done += 1
        else refused.push({ registrationId, day: null, slotId: null, sentence, needs: null })
        continue
      }
      const moved = writeAnswers(store, write, person, decision)
      refused.push(...moved.refused)
      promoted += promoteFreed(store, write, moved.moves)
      done += Number(moved.moves.length > 0)
    }
    const [first] = refused
    if (done === 0 && first && refused.every(({ needs }) => needs === null)) throw new Refused(first.sentence)
    return { actId: done > 0 ? write.actId : null, done, refused, week, promoted }
  })

const decisionLabel = (store: Store, decisions: readonly Decision[]): string => {
  const [first, ...others] = decisions
  if (!first || others.length > 0) return counted(decisions.length, 'demande décidée', 'demandes décidées')
  const { firstName, lastName } = registrationFound(store, first.registrationId)
  return `Demande décidée\u00a0: ${firstName} ${lastName}`
}

/** What refuses it, or null. */
const writeRegistrationAnswer = (
  store: Store,
  write: Write,
  person: Person,
  { registrationId, act, reason }: Extract<Decision, { kind: 'registration' }>,
  week: WeekResult,
): string | null => {
  const answered = whyNotAskedAnyMore(store, registrationId)
  if (answered !== null) return answered
  if (act === 'refuse') {
    if (reason === '') return 'Indiquez un motif\u00a0: la famille le lira.'
    writeRefused(store, write, registrationId, reason)
    return null
  }
  try {
    writeAccepted(store, write, person, registrationId, reason)
  } catch (error) {
    // It refuses before it writes: the rest of the act stands.
    if (error instanceof Refused) return error.sentence
    throw error
  }
  if (act === 'accept') {
    const given = writeAcceptedWeek(store, write, person, registrationId)
    week.filled.push(...given.filled)
    week.waitListed.push(...given.waitListed)
    week.skipped.push(...given.skipped)
  }
  return null
}

const writeAnswers = (
  store: Store,
  write: Write,
  person: Person,
  { registrationId, wish, recordedAt, answers }: Extract<Decision, { kind: 'cells' }>,
): Moved => {
  const answerOf = new Map(
    answers.flatMap((answer) => answer.slotIds.map((slotId) => [`${answer.day} ${slotId}`, answer] as const)),
  )
  const cells = answers.flatMap(({ day, slotIds }) => slotIds.map((slotId) => ({ registrationId, day, slotId })))
  return writeMoves(store, write, person, cells, ({ day, slotId }, board) => {
    const stored = board.cell(registrationId, day, slotId)
    const answer = answerOf.get(`${day} ${slotId}`)
    if (!answer || stored?.ask !== wish || stored.recordedAt !== recordedAt)
      return { refused: answeredBefore(store, stored) }
    const { act, reason, charged } = answer
    return { act, context: { at: write.at, reason, charged } }
  })
}

const answeredBefore = (store: Store, stored: CellRow | undefined): string => {
  const answer = stored && movesOf(store, stored.id).find((one) => one.answer !== null)
  return answer
    ? decidedBy({ who: answer.mover === 'rule' ? 'une règle du service' : answer.who, at: answer.at })
    : 'Cette demande n’est plus là\u00a0: la famille l’a retirée.'
}
