import { setImmediate } from 'node:timers/promises'
import {
  obstacleText,
  rightsToUndo,
  undoTooLateText,
  whyNeverUndone,
  whyNotOfService,
} from '../../../shared/record/undo.ts'
import { whyNotHere } from '../../../shared/rules/access/sites.ts'
import { dayAt, today } from '../../../shared/rules/calendar/day.ts'
import type { Write } from '../../store/acts/acts.ts'
import { CannotUndo, laterReferences, prepareUndo, type UndoStep } from '../../store/acts/undo.ts'
import { type LongAct, RowInUse } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { whyNotUndoValues } from '../fields/fields.ts'
import { whyNotUndoNotes } from '../notes/notes.ts'
import type { LongWorkTools } from '../progress.ts'
import { watchLists } from '../registrations/registrations.ts'
import { countAnswersSent, undoDecisions } from '../requests/requests.ts'
import {
  type MovesToUndo,
  movesToUndo,
  readCustody,
  refuseCellsOutsideRegistration,
  writeMovesUndone,
} from '../reservations/reservations.ts'
import { guardOf } from './guards.ts'
import { type ActRow, actOf, childrenOfCustody, rowsWritten, tablesWritten, undoneBy } from './history-store.ts'

/** Why an act cannot be undone because of its kind, its author, the person's rights or its age. Null when it may be. */
const whyNotUndoable = ({ store, clock }: Core, person: Person, act: ActRow): string | null => {
  if (act.actor === 'guardian') return 'Ce que les familles ont demandé ne s’annule pas\u00a0: répondez-y.'
  const never = whyNeverUndone(act.kind)
  if (never !== null) return never
  const mark = undoneBy(store, act.actId)
  if (mark) return `Déjà annulé par ${mark.who}.`
  const tables = tablesWritten(store, act.actId)
  if (tables.length === 0) return 'Ce geste n’a rien changé.'
  const rights = rightsToUndo(act.kind, tables)
  if (rights === null) return 'Ce geste ne s’annule pas d’ici\u00a0: corrigez à la main.'
  for (const right of rights) {
    const missing = whyNotHere(person, right)
    if (missing !== null) return missing
  }
  for (const table of tables) {
    const notHere = whyNotOfService(person, table)
    if (notHere !== null) return notHere
  }
  const notTheirs = tables.includes('custom_value') ? whyNotUndoValues(store, person, act.actId) : null
  if (notTheirs !== null) return notTheirs
  const notTheirNotes = tables.includes('note') ? whyNotUndoNotes(store, person, act) : null
  if (notTheirNotes !== null) return notTheirNotes
  return undoTooLateText(act.kind, dayAt(act.at), today(clock))
}

class TrialRollback extends Error {}

/**
 * An act with more rows is not tried, since that would block other calls. Only records created later on its rows are
 * looked for; other obstacles are found when the act is really undone.
 */
const maxTriedRows = 60

const isLarge = ({ store }: Core, { actId }: ActRow): boolean => rowsWritten(store, actId) > maxTriedRows

const obstacleToLarge = ({ store }: Core, { actId }: ActRow): string | null => {
  // Reservations do not count as obstacles: empty cells are removed with their registration.
  const found = laterReferences(store, actId, ['reservation'])
  return found && obstacleText(found.entity, found.leaning)
}

/** Why an act cannot be undone now, or null. Undoes it in a transaction that is always rolled back. */
export const whyNotUndone = (core: Core, person: Person, act: ActRow): string | null => {
  const refusal = whyNotUndoable(core, person, act)
  if (refusal !== null) return refusal
  if (isLarge(core, act)) return obstacleToLarge(core, act)
  try {
    core.store.act(person, 'history.try', 'Essai d’annulation', (write) => {
      if (isDecision(act)) undoDecisions(core, person, { actId: act.actId, told: true })
      else writeUndoing(core, write, undoingPlan(core, act))
      throw new TrialRollback()
    })
  } catch (error) {
    if (error instanceof TrialRollback) return null
    if (error instanceof Refused) return error.sentence
    if (error instanceof RowInUse) return error.message
    throw error
  }
  return null
}

/**
 * Undoes a whole act by a new act. When families already have answers from it (`answersSent`), nothing is done until
 * staff confirm with `told`.
 * @throws Refused with the obstacle, or with the right way to correct the act
 */
export const undoAct = async (
  core: Core,
  person: Person,
  { actId, told }: { readonly actId: number; readonly told: boolean },
  { signal, onProgress }: LongWorkTools,
): Promise<{ label: string; answersSent: number }> => {
  const { store } = core
  const act = actOf(store, actId)
  if (!act) throw new Refused('Ce geste n’existe pas.')
  const refusal = whyNotUndoable(core, person, act) ?? (isLarge(core, act) ? obstacleToLarge(core, act) : null)
  if (refusal !== null) throw new Refused(refusal)
  const { label } = act
  if (isDecision(act)) return { label, answersSent: undoDecisions(core, person, { actId, told }).answersSent }
  const answersSent = told ? 0 : countAnswersSent(store, actId)
  if (answersSent > 0) return { label, answersSent }
  // Both the check above and the plan below may read thousands of rows: serve other calls in between.
  await setImmediate()
  const plan = undoingPlan(core, act)
  const kind = 'history.undo'
  if (plan.steps.length <= maxStepsInOneTransaction) {
    store.act(person, kind, `Annulé\u00a0: ${label}`, (write) => writeUndoing(core, write, plan))
    return { label, answersSent: 0 }
  }
  const long = store.longAct(person, kind, `Annulé\u00a0: ${label}`)
  try {
    await inSlices(long, plan, { signal, onProgress })
    signal.throwIfAborted()
    long.close((write) => closeUndoing(core, write, plan))
  } catch (error) {
    await long.rollBack()
    throw toRefused(error)
  }
  return { label, answersSent: 0 }
}

/** Up to this number of steps, undoing is one transaction; above, a long act in slices. */
const maxStepsInOneTransaction = 10

const inSlices = (long: LongAct, { steps, write }: Plan, { signal, onProgress }: LongWorkTools): Promise<void> =>
  long.slices(steps, (into, step) => write(into, step), {
    signal,
    onProgress: (done) => onProgress(done, steps.length),
  })

/** Whether the act decided demandes: the rules of `requests` undo it. */
const isDecision = ({ kind }: ActRow): boolean => kind === 'reservations.decide'

type PlanStep = UndoStep | MovesToUndo
type Plan = {
  readonly actId: number
  readonly steps: readonly PlanStep[]
  readonly write: (write: Write, step: PlanStep) => void
  /** Children whose custody the act changed, with the number of bookings on the other home's days before undoing. */
  readonly custody: readonly { readonly childId: number; readonly unsettled: number }[]
  /** Throws when undoing puts more children on a list than it has places. */
  readonly refuseOverfilled: () => void
}

/**
 * The steps that undo an act. Moves of cells are undone by new moves, so a cell's history has both; other rows get
 * their previous values. Rows come before moves, so that a day is open again, or belongs to its home again, when its
 * cells are booked; registrations come last, once they are empty.
 */
const undoingPlan = (core: Core, { actId }: ActRow): Plan => {
  const { store } = core
  const moves = movesToUndo(store, actId)
  const skippedTables = moves.length > 0 ? ['reservation', 'reservation_move'] : []
  const rows = prepareUndo(store, actId, guardOf(store), skippedTables)
  const last = (step: UndoStep) => moves.length > 0 && step.entity === 'registration'
  return {
    actId,
    steps: [...rows.steps.filter((step) => !last(step)), ...moves, ...rows.steps.filter(last)],
    write: (write, step) => {
      if ('auditId' in step) rows.undo(write, step)
      else writeMovesUndone(store, write, step)
    },
    custody: childrenOfCustody(store, actId).map((childId) => ({ childId, unsettled: unsettledOf(core, childId) })),
    refuseOverfilled: watchLists(store),
  }
}

const unsettledOf = (core: Core, childId: number): number => {
  const on = today(core.clock)
  return readCustody(core, { childId, from: on, to: on }).unsettled
}

/** Applies the whole plan within the caller's act. */
const writeUndoing = (core: Core, write: Write, plan: Plan): void => {
  try {
    for (const step of plan.steps) plan.write(write, step)
    closeUndoing(core, write, plan)
  } catch (error) {
    throw toRefused(error)
  }
}

const closeUndoing = (core: Core, write: Write, { actId, custody, refuseOverfilled }: Plan): void => {
  if (undoneBy(core.store, actId)) throw new Refused('Quelqu’un vient d’annuler ce geste.')
  refuseCellsOutsideRegistration(core.store, actId)
  refuseOverfilled()
  for (const { childId, unsettled } of custody)
    if (unsettledOf(core, childId) > unsettled)
      throw new Refused(
        'Des réservations tomberaient sur un jour de l’autre foyer\u00a0: changez plutôt la règle de garde.',
      )
  write.trace('act', actId, { undone: true })
}

const toRefused = (error: unknown): unknown =>
  error instanceof CannotUndo ? new Refused(obstacleText(error.entity, error.referencing)) : error
