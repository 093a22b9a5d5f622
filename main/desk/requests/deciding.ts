import type { WeekDays } from '../../../shared/contract/desk/requests.ts'
import type { WeekResult } from '../../../shared/contract/desk/reservations/reservations.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { proposedPickups } from '../families/families.ts'
import {
  type Decision as CellsDecision,
  childOfDecision,
  type DecisionsResult,
  endExpiredOffers,
  writeActUndone,
  writeDecisions,
} from '../reservations/reservations.ts'
import { type ProposalAnswer, proposalsOf, writeProposalAnswer, writeProposalsUndone } from './proposals.ts'
import { daysIn } from './queue.ts'

export type Decision = CellsDecision | { readonly kind: 'proposals'; readonly answers: readonly ProposalAnswer[] }

type WrittenDecisions = Omit<DecisionsResult, 'refused' | 'actId'> & {
  readonly refused: (Omit<DecisionsResult['refused'][number], 'registrationId'> & { registrationId: number | null })[]
}

type Decided = Omit<WrittenDecisions, 'weeks'> & {
  /** Null when no decision could be applied. */
  readonly actId: number | null
  readonly week: WeekResult
  readonly weekDays: WeekDays
}

/**
 * Answers demandes in one act, in the given order. A demande that cannot be answered is listed with its reason and
 * keeps waiting; one answered meanwhile keeps that answer.
 * @throws Refused when no decision could be applied and no reason would change that
 */
export const decide = (core: Core, person: Person, decisions: readonly Decision[]): Decided => {
  endExpiredOffers(core)
  return core.store.act(person, 'reservations.decide', decisionLabel(core.store, decisions), (write) => {
    const { weeks, ...decided } = writeAllDecisions(core, write, person, decisions)
    const { done, refused } = decided
    const [first] = refused
    if (done === 0 && first && refused.every(({ needs }) => needs === null)) throw new Refused(first.sentence)
    const week = {
      filled: weeks.flatMap(({ filled }) => filled),
      waitListed: weeks.flatMap(({ waitListed }) => waitListed),
      skipped: weeks.flatMap(({ skipped }) => skipped),
    }
    return { ...decided, week, weekDays: weekDays(weeks), actId: done > 0 ? write.actId : null }
  })
}

/** Runs `decide` in a transaction and rolls it back: returns what it would do. */
export const rehearse = (core: Core, person: Person, decisions: readonly Decision[]): WrittenDecisions => {
  const rehearsed = new RehearsalRollback()
  try {
    return core.store.act(person, 'reservations.decide', decisionLabel(core.store, decisions), (write) => {
      rehearsed.written = writeAllDecisions(core, write, person, decisions)
      throw rehearsed
    })
  } catch (error) {
    if (error !== rehearsed || !rehearsed.written) throw error
    return rehearsed.written
  }
}

class RehearsalRollback extends Error {
  written: WrittenDecisions | undefined
}

/** Counts days of typical weeks by outcome. */
export const weekDays = (weeks: readonly WeekResult[]): WeekDays => {
  const days = (of: keyof WeekResult) => weeks.reduce((sum, week) => sum + daysIn(week[of]), 0)
  return { filled: days('filled'), waitListed: days('waitListed'), skipped: days('skipped') }
}

/** Part of an act, such as the one that answers automatically. */
export const writeAllDecisions = (
  core: Core,
  write: Write,
  person: Person,
  decisions: readonly Decision[],
): WrittenDecisions => {
  const isOfCells = (decision: Decision): decision is CellsDecision => decision.kind !== 'proposals'
  const { done, ...decided } = writeDecisions(core.store, write, person, decisions.filter(isOfCells))
  const refused: WrittenDecisions['refused'] = [...decided.refused]
  let changed = 0
  for (const decision of decisions) {
    if (decision.kind !== 'proposals') continue
    const sentences = decision.answers.map((answer) => writeProposalAnswer(core, write, answer))
    changed += Number(sentences.some((sentence) => sentence === null))
    for (const sentence of sentences) {
      if (sentence !== null) refused.push({ registrationId: null, day: null, slotId: null, sentence, needs: null })
    }
  }
  return { ...decided, refused, done: done + changed }
}

const decisionLabel = (store: Store, decisions: readonly Decision[]): string => {
  const [first, ...others] = decisions
  if (!first || others.length > 0) return counted(decisions.length, 'demande décidée', 'demandes décidées')
  if (first.kind === 'proposals') {
    const answered = first.answers.map(({ id }) => id)
    const pickups = proposedPickups(store, proposalsOf(store, answered))
    if (pickups !== '') return `Demande décidée\u00a0: ${pickups}`
    return counted(answered.length, 'changement proposé décidé', 'changements proposés décidés')
  }
  return `Demande décidée\u00a0: ${childOfDecision(store, first)}`
}

/**
 * Undoes a decision, all or nothing. Families already notified get a correction at the next exchange, so the first call
 * only returns how many there are, for staff to confirm.
 */
export const undoDecisions = (
  core: Core,
  person: Person,
  { actId, told }: { readonly actId: number; readonly told: boolean },
): { done: number; answersSent: number } => {
  const answersSent = told ? 0 : countAnswersSent(core.store, actId)
  if (answersSent > 0) return { done: 0, answersSent }
  return core.store.act(person, 'reservations.undo', 'Annulation de la dernière action', (write) => {
    const changes = writeProposalsUndone(core, write, actId)
    const done = changes + writeActUndone(core.store, write, actId)
    if (done === 0) throw new Refused('Cette action ne s’annule pas.')
    write.trace('act', actId, { undone: true })
    return { done, answersSent: 0 }
  })
}

/**
 * How many answers of this act the portal has received. The query starts from the act: the table of asks, kept for
 * years, is large.
 */
export const countAnswersSent = (store: Store, actId: number): number =>
  store
    .statement(
      `select
        (select count(*) from audit u, json_each(u.after, '$.ids') span
          join reservation_move m on m.id between json_extract(span.value, '$[0]') and json_extract(span.value, '$[1]')
          join reservation r on r.id = m.reservation_id
          join portal_ask a on a.registration_id = r.registration_id and a.day = r.day and a.slot_id = r.slot_id
            and a.told_move = m.id
          where u.act_id = ? and u.entity = 'reservation_move' and u.operation = 'insertMany')
        + (select count(*) from audit u
          join portal_ask a on a.registration_id = u.entity_id and a.kind = 'registration' and a.answer is not null
          where u.act_id = ? and u.entity = 'registration' and json_extract(u.after, '$.state') is not null)
        + (select count(*) from audit u
          join proposal p on p.id = u.entity_id join portal_ask a on a.id = p.ask_id and a.answer is not null
          where u.act_id = ? and u.entity = 'proposal' and u.operation = 'update')
        + (select count(*) from audit u
          join sign_up s on s.id = u.entity_id join portal_ask a on a.id = s.ask_id and a.answer is not null
          where u.act_id = ? and u.entity = 'sign_up' and u.operation = 'update')`,
    )
    .pluck()
    .get(actId, actId, actId, actId) as number
