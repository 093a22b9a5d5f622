import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { Store } from '../../store/store.ts'

/** Confirmed cells of a period without an attendance mark. */
export const expectedCells = (store: Store, periodId: number, from: Day, to: Day) =>
  store
    .statement(
      `select r.id, r.day, r.slot_id slotId, r.registration_id registrationId from reservation r
      where r.period_id = ? and r.day between ? and ? and r.held = 'confirmed'
        and not exists (select 1 from attendance a where a.reservation_id = r.id)
      order by r.day, r.id`,
    )
    .all(periodId, from, to) as { id: number; day: Day; slotId: number; registrationId: number }[]

export const lastReceiptNumber = (store: Store, year: number): number =>
  (store.statement('select max(receipt_number) from payment where receipt_year = ?').pluck().get(year) as
    | number
    | null) ?? 0

export const heldCells = (store: Store, periodId: number, from: Day) =>
  store
    .statement(
      `select registration_id registrationId, day, slot_id slotId from reservation
      where period_id = ? and day >= ? and held <> 'none' order by day, id`,
    )
    .all(periodId, from) as { registrationId: number; day: Day; slotId: number }[]

/** For each day and slot with a waiting list, one confirmed cell; in the order of days. */
export const bookedCellsWithWaiting = (store: Store, from: Day) =>
  store
    .statement(
      `select min(held.registration_id) registrationId, held.day, held.slot_id slotId
      from (select distinct period_id, day, slot_id from reservation where held = 'waitlisted' and day >= ?) awaited
      join reservation held on held.period_id = awaited.period_id and held.day = awaited.day
        and held.slot_id = awaited.slot_id and held.held = 'confirmed' and held.ask is null
      group by held.period_id, held.day, held.slot_id order by held.day, held.slot_id`,
    )
    .all(from) as { registrationId: number; day: Day; slotId: number }[]
