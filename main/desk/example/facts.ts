import type { Day } from '../../../shared/rules/day.ts'
import type { Store } from '../../store/store.ts'

/** Places held in a period that nobody marked yet. */
export const expectedCells = (store: Store, periodId: number, from: Day, to: Day) =>
  store
    .statement(
      `select r.id, r.day, r.slot_id slotId, r.registration_id registrationId from reservation r
      where r.period_id = ? and r.day between ? and ? and r.held = 'confirmed'
        and not exists (select 1 from attendance a where a.reservation_id = r.id)
      order by r.day, r.id`,
    )
    .all(periodId, from, to) as { id: number; day: Day; slotId: number; registrationId: number }[]

export const lastReceipt = (store: Store, year: number): number =>
  (store.statement('select max(receipt_number) from payment where receipt_year = ?').pluck().get(year) as
    | number
    | null) ?? 0

export const cellsHeld = (store: Store, periodId: number, from: Day) =>
  store
    .statement(
      `select registration_id registrationId, day, slot_id slotId from reservation
      where period_id = ? and day >= ? and held <> 'none' order by day, id`,
    )
    .all(periodId, from) as { registrationId: number; day: Day; slotId: number }[]
