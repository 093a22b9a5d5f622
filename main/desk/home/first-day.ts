import { type FirstDayStep, firstDaySteps } from '../../../shared/contract/desk/home.ts'
import type { Core } from '../core.ts'

/** Key in table `file_fact` of an example town: id of the last act that created the town. */
export const exampleLastAct = 'exampleLastAct'

/** Kinds of act that complete each step, even if undone later. */
const actsOf: Readonly<Record<FirstDayStep, readonly string[]>> = {
  family: ['families.create'],
  registration: ['registrations.ask', 'registrations.accept'],
  booking: ['reservations.book', 'reservations.week'],
  request: ['reservations.decide'],
  waiting: ['reservations.promote', 'reservations.offer', 'reservations.openPlaces'],
  attendance: ['attendance.mark'],
  run: ['invoicing.run'],
  issue: ['invoicing.issue'],
  payment: ['payments.record', 'payments.together'],
  undo: ['history.undo', 'reservations.undo'],
}

/** Steps of the guided first day that staff have done in the example town, according to their acts; null elsewhere. */
export const readFirstDay = ({ store, isDemo }: Core): { done: FirstDayStep[] } | null => {
  if (!isDemo) return null
  const madeUpTo = store.statement('select value from file_fact where key = ?').pluck().get(exampleLastAct)
  // An older version created this town without the fact; the town is created again within a week.
  if (typeof madeUpTo !== 'string') return null
  const kinds = new Set(
    store
      .statement(`select distinct kind from act where id > ? and actor = 'staff' and state = 'closed'`)
      .pluck()
      .all(Number(madeUpTo)) as string[],
  )
  return { done: firstDaySteps.filter((step) => actsOf[step].some((kind) => kinds.has(kind))) }
}
