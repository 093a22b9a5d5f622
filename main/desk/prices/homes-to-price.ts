import { addMonths, type Day, firstOfMonth, lastOfMonth, today } from '../../../shared/rules/calendar/day.ts'
import { yearStart } from '../../../shared/rules/price/tariff.ts'
import type { HomeToPrice } from '../../../shared/rules/price/trying/home-price.ts'
import type { Store } from '../../store/store.ts'
import { chargeableCells } from '../attendance/attendance.ts'
import { childrenOnDay, homeHistories } from '../families/families.ts'
import {
  aidFacts,
  aidsOfHomes,
  type CurrentBook,
  homeFacts,
  partsWithRegistrations,
  registeredParts,
  siblingsOfHomes,
  withUnregistered,
} from './prices.ts'

type DaysOfHomes = {
  readonly from: Day
  readonly to: Day
  readonly familyIds: readonly number[]
  /** Null for every activity. */
  readonly activityIds: readonly number[] | null
  /** Whether some tariff needs the registrations of children. */
  readonly asksRegistrations: boolean
}

/**
 * The days on which the price of some days may depend: yearly amounts depend on the months before, and a week may end
 * in the next month.
 */
export const yearAround = (first: Day, last: Day): { readonly from: Day; readonly to: Day } => ({
  from: [yearStart('school', first), yearStart('civil', first)].toSorted()[0] ?? first,
  to: lastOfMonth(addMonths(firstOfMonth(last), 1)),
})

/**
 * What is needed to price days of homes from today's facts, whatever papers bill. Each part has the tariff of its
 * activity, which the caller may replace.
 * @returns by home id; only homes with something booked, attended or registered
 */
export const readHomesToPrice = (
  store: Store,
  book: CurrentBook,
  { asksRegistrations, ...scope }: DaysOfHomes,
): ReadonlyMap<number, HomeToPrice> => {
  const { familyIds } = scope
  const cells = chargeableCells(store, { ...scope, includesBilled: true })
  const cellsOf = Map.groupBy(cells, ({ familyId }) => familyId)
  const histories = homeHistories(store, familyIds)
  const siblingsOf = siblingsOfHomes(store, familyIds)
  const registeredOf = registeredParts(store, { slotCodes: book.slotCodes, needs: { asksRegistrations } }, familyIds)
  const aids = aidsOfHomes(store, familyIds)
  const children = childrenOnDay(store, [...new Set(cells.map(({ childId }) => childId))], today(store.clock))
  const found = new Map<number, HomeToPrice>()
  for (const familyId of familyIds) {
    const own = cellsOf.get(familyId) ?? []
    const parts = partsWithRegistrations(book, own, registeredOf(familyId))
    const history = histories.get(familyId)
    if (parts.length === 0 || !history) continue
    const facts = homeFacts(history)
    const siblings = withUnregistered(siblingsOf.get(familyId) ?? [], own, children)
    found.set(familyId, {
      ...facts,
      siblings,
      parts,
      aids: aids.get(familyId) ?? [],
      aidFacts: aidFacts({ book, siblings, scheme: facts.scheme }, own),
    })
  }
  return found
}
