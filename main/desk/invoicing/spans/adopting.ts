import type { Month } from '../../../../shared/rules/calendar/day.ts'
import type { Write } from '../../../store/acts/acts.ts'
import type { Store } from '../../../store/store.ts'
import { type CurrentBook, currentBook } from '../../prices/prices.ts'
import { priceSpans } from './spans.ts'
import { billedSpans, isAnotherActOpen, type SpanKey } from './spans-store.ts'

/*
 * Adoption writes down what papers of the first version were priced with, which it finds from the billed days and their
 * present marks. So before a billed day is freed or its mark changes, its month must be adopted.
 */

/** Adopts the months of a home, among these, that the first version billed and that are not adopted yet. */
export const adoptMonths = (
  store: Store,
  write: Write,
  current: CurrentBook,
  familyId: number,
  months: readonly Month[],
): void => {
  const [from, ...others] = months.toSorted()
  if (!from) return
  const to = others.at(-1) ?? from
  const adopted = new Set(billedSpans(store, { familyIds: [familyId], from, to }).map(({ month }) => month))
  const wanted = months.filter((month) => !adopted.has(month)).map((month) => ({ familyId, month }))
  if (wanted.length > 0) priceSpans(store, write, current, wanted)
}

/**
 * Adopts the months of billed days before these days change.
 * @returns why that is not possible now, as a French sentence; null once it is done, or when it was not needed
 */
export const adoptMonthsOfDays = (store: Store, write: Write, reservationIds: readonly number[]): string | null => {
  const spans = monthsToAdopt(store, reservationIds)
  if (spans.length === 0) return null
  if (isAnotherActOpen(store, write.actId))
    return 'Ce jour est facturé et une opération est en cours\u00a0: recommencez dans un instant.'
  priceSpans(store, write, currentBook(store), spans)
  return null
}

const monthsToAdopt = (store: Store, reservationIds: readonly number[]): SpanKey[] =>
  store
    .statement(
      `select distinct registration.family_id as familyId, substr(reservation.day, 1, 7) as month
      from json_each(?) wanted cross join reservation on reservation.id = wanted.value
      join registration on registration.id = reservation.registration_id
      join invoice on invoice.id = reservation.billed_by and invoice.state = 'issued'
      where not exists (select 1 from billed_span billed
        where billed.family_id = registration.family_id and billed.month = substr(reservation.day, 1, 7))
      and not exists (select 1 from final_span final
        where final.family_id = registration.family_id and final.month = substr(reservation.day, 1, 7)
          and (final.regie_id is null or final.regie_id = invoice.regie_id))`,
    )
    .all(JSON.stringify(reservationIds)) as SpanKey[]
