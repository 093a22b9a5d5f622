import type { Core } from '../../../main/desk/core.ts'
import { openPlaces } from '../../../main/desk/reservations/reservations.ts'
import type { Actor } from '../../../main/store/acts/acts.ts'
import { opening, reservation } from '../../../main/store/schema/index.ts'
import type { Role } from '../../../shared/rules/access/roles.ts'
import { addDays, addMinutes, day, instant, weekday } from '../../../shared/rules/calendar/day.ts'

type Worker = Actor & { readonly roles: readonly Role[] }

const from = day('2026-12-01')
const days = Array.from({ length: 45 }, (_, index) => addDays(from, index)).filter((on) => weekday(on) <= 5)
/** Fewer places than there are children waiting for each day. */
const more = 25

/** All children registered in the first period wait for a place on each day of the winter, because no place is open. */
export const everybodyWaits = ({ store }: Core, worker: Worker): void => {
  const { periodId, slotId } = store
    .statement('select period_id periodId, min(slot_id) slotId from opening group by period_id order by period_id')
    .get() as { periodId: number; slotId: number }
  const registrations = store
    .statement('select id from registration where period_id = ? order by id')
    .pluck()
    .all(periodId) as number[]
  store.act(worker, 'families.change', 'Tous attendent', (write) => {
    write.insertMany(
      opening,
      days.map((on) => ({ periodId, day: on, slotId, capacity: 0 })),
    )
    write.insertMany(
      reservation,
      days.flatMap((on) =>
        registrations.map((registrationId, index) => ({
          registrationId,
          periodId,
          day: on,
          slotId,
          held: 'waitlisted' as const,
          waitingSince: addMinutes(instant('2026-11-03T08:00:00.000Z'), index),
          waitingNumber: index,
        })),
      ),
    )
  })
}

/** « Si j’ouvre 25 places », carried out, unless it was done before. */
export const openForWinter = async (core: Core, worker: Worker): Promise<void> => {
  const isDone = core.store.statement('select 1 from opening where day >= ? and capacity > 0').get(from) !== undefined
  if (isDone) return
  const periodId = Number(core.store.statement('select min(period_id) from opening where day >= ?').pluck().get(from))
  await openPlaces(core, worker, { periodId, from, to: days.at(-1) ?? from, slotIds: null, more, act: 'promote' })
}

/** The places, who holds them, and the messages about each. */
export const placesOf = ({ store }: Core) => ({
  openings: store.statement('select day, capacity from opening where day >= ? order by day').all(from),
  cells: store
    .statement('select registration_id, day, held from reservation where day >= ? order by day, registration_id')
    .all(from),
  moves: store.statement('select count(*) from reservation_move').pluck().get(),
})
