import type { LateCancellationPrices } from '../../../shared/contract/desk/money/prices.ts'
import type { CellKey } from '../../../shared/contract/desk/reservations/reservations.ts'
import type { LateSurcharge } from '../../../shared/rules/cell/late-surcharge.ts'
import { type Cents, sumOf } from '../../../shared/rules/money/money.ts'
import type { ChargeableSlot } from '../../../shared/rules/price/price-terms.ts'
import { type HomeToPrice, priceHome } from '../../../shared/rules/price/trying/home-price.ts'
import type { Core, Person } from '../core.ts'
import { lateBookings } from '../reservations/reservations.ts'
import { readHomesToPrice, yearAround } from './homes-to-price.ts'
import { currentBook } from './prices.ts'

/**
 * What it would cost, at the prices of a run today, to free these places after their deadline, for each choice that
 * staff have.
 */
export const lateCancellationPrices = (
  core: Core,
  person: Person,
  cells: readonly CellKey[],
): LateCancellationPrices | null => {
  const { store } = core
  const late = lateBookings(core, person, cells)
  const days = late.map(({ day }) => day).toSorted()
  const [first, last] = [days[0], days.at(-1)]
  if (!first || !last) return null
  const book = currentBook(store)
  const homes = readHomesToPrice(store, book, {
    ...yearAround(first, last),
    familyIds: [...new Set(late.map(({ familyId }) => familyId))],
    activityIds: null,
    asksRegistrations: book.needs.asksRegistrations,
  })
  const surcharges = new Map(late.map(({ id, surcharge }) => [id, surcharge]))
  const costOf = (change: (slot: ChargeableSlot, surcharge: LateSurcharge) => readonly ChargeableSlot[]): Cents =>
    [...homes.values()].reduce((sum, home) => sum + totalOf(withSlots(home, surcharges, change)), 0)
  const freed = costOf(() => [])
  const given = costOf((slot, surcharge) => [{ ...slot, why: 'lateCancellation', surcharge }])
  return {
    chargedCents: costOf((slot) => [slot]) - freed,
    surchargeCents: given - freed,
    byTariff: late.some(({ surcharge }) => typeof surcharge === 'object'),
  }
}

/** What the months of the home cost after its aids. */
const totalOf = (home: HomeToPrice): Cents =>
  priceHome(home).reduce((sum, { priced, reductions }) => sum + priced.totalCents + sumOf(reductions), 0)

/** The home with each of the late places replaced. */
const withSlots = (
  home: HomeToPrice,
  surcharges: ReadonlyMap<number, LateSurcharge>,
  change: (slot: ChargeableSlot, surcharge: LateSurcharge) => readonly ChargeableSlot[],
): HomeToPrice => ({
  ...home,
  parts: home.parts.map((part) => ({
    ...part,
    days: part.days.map((on) => ({
      ...on,
      slots: on.slots.flatMap((slot) => {
        const surcharge = surcharges.get(slot.cell ?? 0)
        return surcharge === undefined ? [slot] : change(slot, surcharge)
      }),
    })),
  })),
})
