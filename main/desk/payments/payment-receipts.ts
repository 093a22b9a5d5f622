import { nextNumber } from '../../store/numbers.ts'
import type { Store } from '../../store/store.ts'
import { seriesOfRegie } from '../regies/regies.ts'
import { lastPaymentReceipt } from './payments-store.ts'

/** The number of the régie's next payment receipt. Numbers missing from the data file are recorded as skipped. */
export const nextPaymentReceiptNumber = (store: Store, regieId: number, year: number): number =>
  nextNumber(store, `${seriesOfRegie(store, regieId, 'Q')}${year}`, lastPaymentReceipt(store, regieId, year))
