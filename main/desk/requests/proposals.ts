import { asc, eq, inArray } from 'drizzle-orm'
import type { ProposedChange } from '../../../shared/contract/desk/requests.ts'
import { type Instant, today } from '../../../shared/rules/calendar/day.ts'
import type { Write } from '../../store/acts/acts.ts'
import { child, guardian, portalAsk, proposal } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, Refused } from '../core.ts'
import {
  checkProposed,
  currentValue,
  type ProposedField,
  proposedLabel,
  undoAccepted,
  writeAccepted,
} from '../families/families.ts'
import { decidedByText } from '../registrations/registrations.ts'

/** A change proposed by a parent and not answered yet, with the guardian who proposes it. */
export type WaitingProposal = typeof proposal.$inferSelect & {
  readonly guardianId: number
  readonly recordedAt: Instant
  readonly number: number
}

export const waitingProposals = ({ db }: Store): WaitingProposal[] =>
  db
    .select({
      proposal,
      guardianId: portalAsk.guardianId,
      recordedAt: portalAsk.recordedAt,
      number: portalAsk.number,
    })
    .from(proposal)
    .innerJoin(portalAsk, eq(portalAsk.id, proposal.askId))
    .where(eq(proposal.state, 'waiting'))
    .orderBy(asc(portalAsk.recordedAt), asc(portalAsk.number))
    .all()
    .map(({ proposal: own, ...asked }) => ({ ...own, ...asked }))

export const proposalsOf = ({ db }: Store, ids: number[]) =>
  db.select().from(proposal).where(inArray(proposal.id, ids)).orderBy(asc(proposal.id)).all()

/**
 * A proposed change as staff see it: the obstacle to it, the current value, and whether that value changed since the
 * parent saw it.
 */
export const shownProposal = (core: Core, one: typeof proposal.$inferSelect): ProposedChange => {
  const { id, before, after } = one
  const label = proposedLabel(one)
  const whose = whoseOf(core.store, one)
  try {
    const now = currentValue(core.store, one, today(core.clock))
    checkProposed(core, one)
    return { id, whose, label, before, after, now, isOvertaken: now !== before, obstacle: null }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return { id, whose, label, before, after, now: '', isOvertaken: false, obstacle: error.sentence }
  }
}

const whoseOf = ({ db }: Store, { subject, subjectId }: Pick<ProposedField, 'subject' | 'subjectId'>): string => {
  if (subject === 'family') return 'Foyer'
  const table = subject === 'guardian' ? guardian : child
  const row = db
    .select({ firstName: table.firstName, lastName: table.lastName })
    .from(table)
    .where(eq(table.id, subjectId))
    .get()
  return row ? `${row.firstName} ${row.lastName}` : ''
}

export type ProposalAnswer = { readonly id: number; readonly act: 'accept' | 'refuse'; readonly reason: string }

/**
 * Part of an act: answers one proposed change. An accepted value is written as if staff had typed it.
 * @returns the sentence that refuses, or null; the sentence names whoever answered first
 */
export const writeProposalAnswer = (core: Core, write: Write, { id, act, reason }: ProposalAnswer): string | null => {
  const found = core.store.db.select().from(proposal).where(eq(proposal.id, id)).get()
  if (!found) return 'Ce changement n’existe plus.'
  if (found.state !== 'waiting') return answeredProposal(core.store, found)
  if (act === 'refuse') {
    if (reason === '') return 'Indiquez un motif\u00a0: la famille le lira.'
    write.update(proposal, id, { state: 'refused', reason, decidedAt: write.at })
    return null
  }
  try {
    const replaced = writeAccepted(core, write, found)
    write.update(proposal, id, { state: 'accepted', reason, decidedAt: write.at, replaced })
    return null
  } catch (error) {
    // `writeAccepted` refuses before it writes anything: the rest of the act is still valid.
    if (error instanceof Refused) return error.sentence
    throw error
  }
}

/** Says who answered a proposed change, or that its family withdrew it. Only for one that no longer waits. */
export const answeredProposal = (
  store: Store,
  { id, state }: Pick<typeof proposal.$inferSelect, 'id' | 'state'>,
): string =>
  state === 'withdrawn'
    ? 'Cette demande n’est plus là\u00a0: la famille l’a retirée.'
    : decidedByText(store, 'proposal', id, 'Ce changement n’attend plus de réponse.')

/**
 * Part of an act: puts the proposed changes decided by another act back in the queue. Returns how many. @throws Refused
 * when one has changed since
 */
export const writeProposalsUndone = (core: Core, write: Write, actId: number): number => {
  const { store } = core
  const ids = store
    .statement(
      `select distinct entity_id from audit where act_id = ? and entity = 'proposal' and operation = 'update'
        and json_extract(before, '$.state') = 'waiting' and json_extract(after, '$.state') in ('accepted', 'refused')`,
    )
    .pluck()
    .all(actId) as number[]
  if (ids.length === 0) return 0
  const decided = proposalsOf(store, ids)
  for (const one of decided.toReversed()) {
    if (one.state !== 'accepted' && one.state !== 'refused') throw new Refused(changedSince)
    if (one.state === 'accepted') {
      if (one.replaced === null || !undoAccepted(core, write, one, one.replaced)) throw new Refused(changedSince)
    }
    write.update(proposal, one.id, { state: 'waiting', reason: '', decidedAt: null, replaced: null })
  }
  return decided.length
}

const changedSince = 'Cette information a changé depuis\u00a0: il n’y a plus rien à annuler ici.'
