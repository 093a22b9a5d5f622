import { setImmediate } from 'node:timers/promises'
import { obstacleText, rightsToUndo, undoTooLateText, whyNeverUndone } from '../../../shared/record/undo.ts'
import { may, roleNeeded } from '../../../shared/rules/access/roles.ts'
import { dayAt, today } from '../../../shared/rules/calendar/day.ts'
import type { Write } from '../../store/acts/acts.ts'
import { CannotUndo, laterReferences, prepareUndo, type UndoStep } from '../../store/acts/undo.ts'
import { type LongAct, RowInUse } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import type { LongWork } from '../progress.ts'
import { countAnswersSent, undoDecisions } from '../requests/requests.ts'
import {
  type MovesToUndo,
  movesToUndo,
  readCustody,
  refuseCellsOutsideRegistration,
  writeMovesUndone,
} from '../reservations/reservations.ts'
import { guardOf } from './guards.ts'
import { type ActRow, actOf, childrenOfCustody, markOf, rowsWritten, tablesWritten } from './history-store.ts'

/** Why an act is not taken back, without trying it: its kind, who asks, when it was done. */
const whyNotAsked = ({ store, clock }: Core, person: Person, act: ActRow): string | null => {
  if (act.actor === 'guardian') return 'Ce que les familles ont demandé ne s’annule pas\u00a0: répondez-y.'
  const never = whyNeverUndone(act.kind)
  if (never !== null) return never
  const mark = markOf(store, act.actId)
  if (mark) return `Déjà annulé par ${mark.who}.`
  const tables = tablesWritten(store, act.actId)
  if (tables.length === 0) return 'Ce geste n’a rien changé.'
  const rights = rightsToUndo(act.kind, tables)
  if (rights === null) return 'Ce geste ne s’annule pas d’ici\u00a0: corrigez à la main.'
  const missing = rights.find((right) => !may(person.roles, right))
  if (missing !== undefined) return roleNeeded(missing)
  return undoTooLateText(act.kind, dayAt(act.at), today(clock))
}

class OnlyTried extends Error {}

/**
 * More rows than these would keep others waiting: what was made on them since is looked for, and what else refuses is
 * told when they are taken back.
 */
const mostTried = 60

const isLarge = ({ store }: Core, { actId }: ActRow): boolean => rowsWritten(store, actId) > mostTried

const whyNotLarge = ({ store }: Core, { actId }: ActRow): string | null => {
  // Cells go with their registration, once they are empty.
  const found = laterReferences(store, actId, ['reservation'])
  return found && obstacleText(found.entity, found.leaning)
}

/** Why an act would not be taken back now: all is done, looked at, and undone at once. */
export const whyNotUndone = (core: Core, person: Person, act: ActRow): string | null => {
  const asked = whyNotAsked(core, person, act)
  if (asked !== null) return asked
  if (isLarge(core, act)) return whyNotLarge(core, act)
  try {
    core.store.act(person, 'history.try', 'Essai d’annulation', (write) => {
      if (isDecision(act)) undoDecisions(core, person, { actId: act.actId, told: true })
      else writeUndoing(core, write, undoingPlan(core, act))
      throw new OnlyTried()
    })
  } catch (error) {
    if (error instanceof OnlyTried) return null
    if (error instanceof Refused) return error.sentence
    if (error instanceof RowInUse) return error.message
    throw error
  }
  return null
}

/**
 * Takes a whole act back as an act of its own. Answers that families were told are counted first: nothing is done
 * before staff know. @throws Refused with what stands in the way, or the right way instead
 */
export const undoAct = async (
  core: Core,
  person: Person,
  { actId, told }: { readonly actId: number; readonly told: boolean },
  { signal, onProgress }: LongWork,
): Promise<{ label: string; wereTold: number }> => {
  const { store } = core
  const act = actOf(store, actId)
  if (!act) throw new Refused('Ce geste n’existe pas.')
  const asked = whyNotAsked(core, person, act) ?? (isLarge(core, act) ? whyNotLarge(core, act) : null)
  if (asked !== null) throw new Refused(asked)
  const { label } = act
  if (isDecision(act)) return { label, wereTold: undoDecisions(core, person, { actId, told }).wereTold }
  const wereTold = told ? 0 : countAnswersSent(store, actId)
  if (wereTold > 0) return { label, wereTold }
  // Thousands of rows were looked at, as many are listed now: others are served in between.
  await setImmediate()
  const plan = undoingPlan(core, act)
  const kind = 'history.undo'
  if (plan.steps.length <= mostAtOnce) {
    store.act(person, kind, `Annulé\u00a0: ${label}`, (write) => writeUndoing(core, write, plan))
    return { label, wereTold: 0 }
  }
  const long = store.longAct(person, kind, `Annulé\u00a0: ${label}`)
  try {
    await inSlices(long, plan, { signal, onProgress })
    signal.throwIfAborted()
    long.close((write) => closeUndoing(core, write, plan))
  } catch (error) {
    long.rollBack()
    throw sentenced(error)
  }
  return { label, wereTold: 0 }
}

/** Few enough steps for one transaction. */
const mostAtOnce = 10

const inSlices = (long: LongAct, { steps, write }: Plan, { signal, onProgress }: LongWork): Promise<void> =>
  long.slices(steps, (into, step) => write(into, step), {
    signal,
    onProgress: (done) => onProgress(done, steps.length),
  })

/** A demande decided, or cells moved: Demandes and Calendrier have the rule of it. */
const isDecision = ({ kind }: ActRow): boolean => kind === 'reservations.decide'

type PlanStep = UndoStep | MovesToUndo
type Plan = {
  readonly actId: number
  readonly steps: readonly PlanStep[]
  readonly write: (write: Write, step: PlanStep) => void
  /** Children whose custody the act changed, with what is on the other home's days now. */
  readonly custody: readonly { readonly childId: number; readonly unsettled: number }[]
}

/**
 * Cells that were moved are moved back, the story of each keeping both; every other row becomes what it was. Rows come
 * first, so that a day is open again, or its home's again, when its cells come back; registrations last, once they are
 * empty.
 */
const undoingPlan = (core: Core, { actId }: ActRow): Plan => {
  const { store } = core
  const moves = movesToUndo(store, actId)
  const leaves = moves.length > 0 ? ['reservation', 'reservation_move'] : []
  const rows = prepareUndo(store, actId, guardOf(store), leaves)
  const last = (step: UndoStep) => moves.length > 0 && step.entity === 'registration'
  return {
    actId,
    steps: [...rows.steps.filter((step) => !last(step)), ...moves, ...rows.steps.filter(last)],
    write: (write, step) => {
      if ('auditId' in step) rows.undo(write, step)
      else writeMovesUndone(store, write, step)
    },
    custody: childrenOfCustody(store, actId).map((childId) => ({ childId, unsettled: unsettledOf(core, childId) })),
  }
}

const unsettledOf = (core: Core, childId: number): number => {
  const on = today(core.clock)
  return readCustody(core, { childId, from: on, to: on }).unsettled
}

/** Part of an act: the whole of it. */
const writeUndoing = (core: Core, write: Write, plan: Plan): void => {
  try {
    for (const step of plan.steps) plan.write(write, step)
    closeUndoing(core, write, plan)
  } catch (error) {
    throw sentenced(error)
  }
}

const closeUndoing = (core: Core, write: Write, { actId, custody }: Plan): void => {
  if (markOf(core.store, actId)) throw new Refused('Quelqu’un vient d’annuler ce geste.')
  refuseCellsOutsideRegistration(core.store, actId)
  for (const { childId, unsettled } of custody)
    if (unsettledOf(core, childId) > unsettled)
      throw new Refused(
        'Des réservations tomberaient sur un jour de l’autre foyer\u00a0: changez plutôt la règle de garde.',
      )
  write.trace('act', actId, { undone: true })
}

const sentenced = (error: unknown): unknown =>
  error instanceof CannotUndo ? new Refused(obstacleText(error.entity, error.referencing)) : error
