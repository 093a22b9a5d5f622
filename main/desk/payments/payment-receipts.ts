import { nextNumber } from '../../store/numbers.ts'
import type { Store } from '../../store/store.ts'
import { seriesOfRegie } from '../regies/regies.ts'
import { lastPaymentReceipt } from './payments-store.ts'

/**
 * The number that the next payment receipt of a régie gets. Numbers that the data file does not hold are recorded as
 * skipped.
 */
export const nextPaymentReceiptNumber = (store: Store, regieId: number, year: number): number =>
  nextNumber(store, `${seriesOfRegie(store, regieId, 'Q')}${year}`, lastPaymentReceipt(store, regieId, year))
