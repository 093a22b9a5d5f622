import type { Core } from '../../../main/desk/core.ts'
import { undoAct } from '../../../main/desk/history/history.ts'
import type { LongWorkTools } from '../../../main/desk/progress.ts'
import { applyWeeks } from '../../../main/desk/reservations/reservations.ts'
import type { Actor } from '../../../main/store/acts/acts.ts'
import { opening } from '../../../main/store/schema/index.ts'
import type { Role } from '../../../shared/rules/access/roles.ts'
import { addDays, day, weekday } from '../../../shared/rules/calendar/day.ts'

type Worker = Actor & { readonly roles: readonly Role[] }

const span = { from: day('2026-12-07'), to: day('2027-02-26') }
const days = Array.from({ length: 82 }, (_, index) => addDays(span.from, index)).filter((on) => weekday(on) <= 5)

const firstPeriod = ({ store }: Core) =>
  store.statement('select period_id periodId, min(slot_id) slotId from opening').get() as {
    periodId: number
    slotId: number
  }

/** Opens the first period for the winter, with places for three children out of four. */
export const openWinter = (core: Core, worker: Worker): void => {
  const { periodId, slotId } = firstPeriod(core)
  const registered = core.store
    .statement('select count(*) from registration where period_id = ?')
    .pluck()
    .get(periodId) as number
  const capacity = Math.ceil(registered * 0.75)
  core.store.act(worker, 'families.change', 'Hiver ouvert', (write) => {
    write.insertMany(
      opening,
      days.map((on) => ({ periodId, day: on, slotId, capacity })),
    )
  })
}

/** Books two days a week for everybody in the first period. */
export const bookWeeks = (core: Core, worker: Worker, tools: LongWorkTools) => {
  const { periodId, slotId } = firstPeriod(core)
  const registrationIds = core.store
    .statement('select id from registration where period_id = ? order by id')
    .pluck()
    .all(periodId) as number[]
  const week = [1, 4].map((on) => ({ weekday: on, slotId }))
  return applyWeeks(core, worker, { periodId, registrationIds, week, ...span }, tools)
}

/** The act that booked them; null until it is complete. */
const actOfWeeks = ({ store }: Core): number | null => {
  const id = store.statement(`select id from act where kind = 'reservations.weeks' and state = 'closed'`).pluck().get()
  return typeof id === 'number' ? id : null
}

/** Books for everybody, then undoes it; each of the two only if it is not done yet. */
export const bookAndTakeBack = async (
  core: Core,
  worker: Worker,
  tools: LongWorkTools,
  say: (line: string) => void,
): Promise<void> => {
  const actId = actOfWeeks(core) ?? (await bookWeeks(core, worker, tools)).actId
  say('booked')
  const isUndone = core.store.statement(`select 1 from act where kind = 'history.undo' and state = 'closed'`).get()
  if (!isUndone) await undoAct(core, worker, { actId, told: true }, tools)
  say('undone')
}

/** Who holds what, and the number of moves that led to it. */
export const winterOf = ({ store }: Core): string =>
  JSON.stringify([
    store
      .statement(`select registration_id, day, held from reservation where day >= ? and held <> 'none' order by day, 1`)
      .raw()
      .all(span.from),
    store.statement('select count(*) from reservation_move').pluck().get(),
  ])
