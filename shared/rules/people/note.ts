import type { Role } from '../access/roles.ts'
import type { Day } from '../calendar/day.ts'

/** The facts that decide who sees a note, and where. */
export type NoteFacts = {
  readonly seenBy: readonly Role[]
  /** The last day on which it is an alert; null for a plain note. */
  readonly alertUntil: Day | null
  /** The person who has to do it, and by when; both null for a note that is not a task. */
  readonly assigneeId: number | null
  readonly dueOn: Day | null
  readonly doneOn: Day | null
}

/** The roles named in a note see it; a task is also seen by the person who has to do it. */
export const seesNote = (
  { roles, staffId }: { readonly roles: readonly Role[]; readonly staffId: number },
  { seenBy, assigneeId }: Pick<NoteFacts, 'seenBy' | 'assigneeId'>,
): boolean => assigneeId === staffId || roles.some((role) => seenBy.includes(role))

export const isAlert = ({ alertUntil }: Pick<NoteFacts, 'alertUntil'>, today: Day): boolean =>
  alertUntil !== null && today <= alertUntil

/** `late`: its day has passed; `due`: its day is today; `coming`: its day is later. */
export type TaskState = 'done' | 'late' | 'due' | 'coming'

/** The state of a task; null for a note that is not a task. */
export const taskState = ({ dueOn, doneOn }: Pick<NoteFacts, 'dueOn' | 'doneOn'>, today: Day): TaskState | null => {
  if (dueOn === null) return null
  if (doneOn !== null) return 'done'
  if (dueOn < today) return 'late'
  return dueOn === today ? 'due' : 'coming'
}
