import { nextNumber } from '../../store/numbers.ts'
import type { Store } from '../../store/store.ts'
import { seriesOfRegie } from '../regies/regies.ts'
import { lastReceipt } from './payments-store.ts'

/**
 * The number that the next payment receipt of a régie gets. Numbers that the data file does not hold are recorded as
 * skipped.
 */
export const nextReceiptNumber = (store: Store, regieId: number, year: number): number =>
  nextNumber(store, `${seriesOfRegie(store, regieId, 'Q')}${year}`, lastReceipt(store, regieId, year))
