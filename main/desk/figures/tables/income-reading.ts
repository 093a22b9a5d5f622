import { extname, join } from 'node:path'
import type { Day } from '../../../../shared/rules/calendar/day.ts'
import type { Cents } from '../../../../shared/rules/money/money.ts'
import type { PaymentMeans } from '../../../../shared/rules/money/payment/payment.ts'
import {
  type ClosedPeriod,
  type PayerRange,
  payerRanges,
  type ReceivedFrom,
  receivedFrom,
} from '../../../store/closing-rows.ts'
import { answersAhead, answersInTurns, type BatchReader, mayReadInThread } from '../../../store/reading-thread.ts'
import type { Store } from '../../../store/store.ts'
import { booksOf, paymentCount } from '../../payments/payments.ts'
import { regieOf } from '../../regies/regies.ts'

/*
 * What the books of a régie count as received between two days, read by the same functions as its journal and its
 * closings.
 */

export type Books = { readonly regieId: number; readonly from: Day; readonly to: Day }

/**
 * A payment as the books count it: on the first day that is not closed. A cancellation counts below zero, on its own
 * day.
 */
export type Booked = {
  readonly payer: string
  readonly on: Day
  readonly means: PaymentMeans
  readonly cents: Cents
}

export const bookedIn = (store: Store, { regieId, from, to }: Books): Booked[] => {
  const { booked, takenBack } = booksOf(store, regieId, { from, to })
  return [...booked, ...takenBack].flatMap((one) => {
    const { familyId, thirdPartyId, means, bookedOn, amountCents, cancelled } = one
    const payer = familyId === null ? `third party ${thirdPartyId}` : `family ${familyId}`
    const of = (on: Day, cents: Cents) => (from <= on && on <= to ? [{ payer, means, on, cents }] : [])
    return [...of(bookedOn, amountCents), ...(cancelled ? of(cancelled.on, 0 - amountCents) : [])]
  })
}

export const incomeReader: BatchReader<ClosedPeriod, PayerRange, ReceivedFrom[]> = {
  read: (store, period) => (range) => receivedFrom(store, period, range),
  program: join(import.meta.dirname, `income-worker${extname(import.meta.filename)}`),
}

/** Starting a thread takes half a second, so another thread reads only from this many payments on. */
const threadFrom = 4000

/** In this thread, homes read before other calls get a turn. */
const homesPerTurn = 20

/** The same money by what it paid: one row for each activity, nature and payer. */
export const receivedIn = async (store: Store, { regieId, from, to }: Books): Promise<ReceivedFrom[]> => {
  const topic: ClosedPeriod = { regieId, from, to, natures: regieOf(store, regieId).natures, tellsKept: true }
  const isInThread = paymentCount(store, regieId, { from, to }) >= threadFrom && mayReadInThread(store)
  const batches = isInThread ? payerRanges(store) : payerRanges(store, homesPerTurn)
  const answers = (isInThread ? answersAhead : answersInTurns)(store, incomeReader, { topic, batches })
  return (await Array.fromAsync(answers)).flat()
}
