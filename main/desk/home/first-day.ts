import { type FirstDayStep, firstDaySteps } from '../../../shared/contract/desk/home.ts'
import type { Core } from '../core.ts'

/** In the facts of an example town's file: the last act of those that made it. */
export const exampleLastAct = 'exampleLastAct'

/** The acts that do each step, whatever was undone since. */
const actsOf: Readonly<Record<FirstDayStep, readonly string[]>> = {
  family: ['families.create'],
  registration: ['registrations.ask', 'registrations.accept'],
  booking: ['reservations.book', 'reservations.week'],
  request: ['reservations.decide'],
  waiting: ['reservations.promote', 'reservations.offer', 'reservations.openPlaces'],
  attendance: ['attendance.mark'],
  run: ['invoicing.run'],
  issue: ['invoicing.issue'],
  payment: ['payments.record'],
  undo: ['history.undo', 'reservations.undo'],
}

/** Read in what staff did, so that a step is ticked by whichever way led to it, and by none that only looked. */
export const readFirstDay = ({ store, isDemo }: Core): { done: FirstDayStep[] } | null => {
  if (!isDemo) return null
  const madeUpTo = store.statement('select value from file_fact where key = ?').pluck().get(exampleLastAct)
  // A town made by a version that did not note it: within a week it is made again.
  if (typeof madeUpTo !== 'string') return null
  const kinds = new Set(
    store
      .statement(`select distinct kind from act where id > ? and actor = 'staff' and state = 'closed'`)
      .pluck()
      .all(Number(madeUpTo)) as string[],
  )
  return { done: firstDaySteps.filter((step) => actsOf[step].some((kind) => kinds.has(kind))) }
}
