import { addDays, addMonths, type Day, dayAt, lastOfMonth, yearOf } from '../../../shared/rules/calendar/day.ts'
import type { Cents } from '../../../shared/rules/money/money.ts'
import { allocateOldestFirst, type PaymentMeans } from '../../../shared/rules/money/payment/payment.ts'
import { handedOverMeans } from '../../../shared/rules/money/payment/till.ts'
import { isVoucher } from '../../../shared/rules/money/payment/vouchers.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { payment } from '../../store/schema/index.ts'
import type { Core } from '../core.ts'
import { allocateMany, cellsToBill, issue, openDebts, readDrafts, startRun } from '../invoicing/invoicing.ts'
import { closeTill, handOver, paymentsToHandOver, readOwed, readTill, recordPayment } from '../payments/payments.ts'
import { inSilence } from '../progress.ts'
import type { Agenda } from './agenda.ts'
import type { SchoolYear } from './calendar.ts'
import { lastReceiptNumber } from './facts.ts'
import { seededRandom } from './seeded.ts'
import type { Town, TownHome } from './town.ts'

/** Adds the invoicing and the payments of a school year: monthly, or by quarter for the oldest year. */
export const billMonths = (town: Town, agenda: Agenda, { index, firstMonth }: SchoolYear): void => {
  const length = index === 0 ? 3 : 1
  for (let month = 0; month < 12; month += length) {
    const first = addMonths(firstMonth, month)
    const last = lastOfMonth(addMonths(first, length - 1))
    const runDay = dayOfRun(last)
    agenda.add(runDay, '09:30', () => bill(town, first, last))
    for (const [group, days] of [3, 8, 13, 18, 24].entries()) {
      agenda.add(addDays(runDay, days), '15:00', () =>
        recordPayments(
          town,
          (home) =>
            home.planned.pays === 'atOnce' &&
            home.planned.index % 5 === group &&
            !hasSigned(town, home, dayAt(town.core.clock())),
        ),
      )
      agenda.add(addDays(runDay, days + 2), '17:00', () => bringToTreasury(town))
    }
    agenda.add(addDays(runDay, 52), '16:00', () =>
      recordPayments(town, ({ planned }) => planned.pays === 'late' || (planned.pays === 'never' && index === 0)),
    )
  }
}

/** The day on which a month is billed. @param month any of its days */
export const dayOfRun = (month: Day): Day => addDays(lastOfMonth(month), 6)

/** The first month that is paid by direct debit: in the last summer. @param firstMonth of the last school year */
export const firstDebitMonth = (firstMonth: Day): Day => addMonths(firstMonth, -3)

/** Whether a home has signed a mandate, so that it no longer pays at the counter. */
export const hasSigned = ({ years }: Pick<Town, 'years'>, { planned, leftOn }: TownHome, on: Day): boolean => {
  const current = years.at(-1)
  const hasMandate = planned.pays === 'atOnce' && planned.index % 5 === 4
  return hasMandate && leftOn === null && current !== undefined && on >= firstDebitMonth(current.firstMonth)
}

/**
 * Deposits all payments at the treasury and closes the till; not today's, so that a visitor can still record payments.
 */
const bringToTreasury = ({ core, today, staff: { cashier } }: Town) => {
  for (const means of handedOverMeans) {
    const { lines } = paymentsToHandOver(core, { means, regieId: firstRegieId })
    const totalCents = lines.reduce((sum, { amountCents }) => sum + amountCents, 0)
    if (totalCents > 0)
      handOver(core, cashier, {
        regieId: firstRegieId,
        means,
        paymentIds: lines.map(({ paymentId }) => paymentId),
        totalCents,
      })
  }
  const day = dayAt(core.clock())
  const { expectedCents, closing } = readTill(core, { day, regieId: firstRegieId })
  if (!closing && day < today)
    closeTill(core, cashier, { day, regieId: firstRegieId, countedCents: expectedCents, faces: null, note: '' })
}

const noProgress = inSilence(undefined)

const bill = async ({ core, staff: { cashier } }: Town, from: Day, to: Day) => {
  if (cellsToBill(core, { from, to }).length === 0) return
  const { id } = await startRun(core, cashier, { from, to, activityIds: null, familyIds: null }, noProgress)
  const issuable = (await readDrafts(core, id)).drafts.filter(
    ({ verdict }) => verdict === 'ready' || verdict === 'warning',
  )
  if (issuable.length > 0) await issue(core, cashier, { runId: id, ids: issuable.map((draft) => draft.id) }, noProgress)
}

const means: readonly PaymentMeans[] = [
  'cheque',
  'card',
  'cash',
  'transfer',
  'card',
  'cheque',
  'cesu',
  'holidayVouchers',
]

/** The payments of this number of last days have an act each, as at the desk; older ones share one act per day. */
const daysWithSingleActs = 12

/** What vouchers may pay of what the home owes; any other means pays all of it. */
const payableCents = (
  core: Core,
  {
    familyId,
    regieId,
    means: chosen,
    amountCents,
  }: { familyId: number; regieId: number; means: PaymentMeans; amountCents: Cents },
): Cents =>
  isVoucher(chosen)
    ? readOwed(core, { familyId, regieId }).debts.reduce((sum, { voucherCents }) => sum + voucherCents[chosen], 0)
    : amountCents

/** Records payments of all debts of these families, each by its usual means. */
const recordPayments = (
  { core, staff: { cashier }, townHomes, today }: Town,
  isPaying: (home: TownHome) => boolean,
) => {
  const { store } = core
  const on = dayAt(core.clock())
  const payments = townHomes.filter(isPaying).flatMap(({ id, planned }) => {
    const debts = openDebts(store, id)
    const amountCents = debts.reduce((sum, { leftCents }) => sum + leftCents, 0)
    if (amountCents <= 0) return []
    const chosen = means[planned.index % means.length] ?? 'cheque'
    const number = seededRandom(`payment ${planned.index} ${on}`).between(1_000_000, 9_999_999)
    const values = {
      familyId: id,
      regieId: firstRegieId,
      means: chosen,
      amountCents,
      receivedOn: on,
      payer: planned.family.home.beneficiaryName,
      reference: chosen === 'cheque' ? `n°\u00a0${number}` : '',
    }
    return [{ values, debts }]
  })
  if (payments.length === 0) return
  if (on > addDays(today, -daysWithSingleActs)) {
    for (const { values } of payments) {
      const amountCents = payableCents(core, values)
      if (amountCents > 0) recordPayment(core, cashier, { ...values, amountCents, chosen: null })
    }
    return
  }
  const label = `Règlements reçus\u00a0: ${counted(payments.length, 'règlement')}`
  store.act(cashier, 'payments.record', label, (write) => {
    const receiptYear = yearOf(on)
    const last = lastReceiptNumber(store, receiptYear)
    const ids = write.insertMany(
      payment,
      payments.map(({ values }, index) => ({
        ...values,
        bookedOn: values.receivedOn,
        recordedAt: write.at,
        receiptYear,
        receiptNumber: last + 1 + index,
      })),
    )
    allocateMany(
      store,
      write,
      payments.flatMap(({ values, debts }, index) =>
        allocateOldestFirst(values.amountCents, debts).parts.map(({ invoiceId, openingDebtId, cents }) => ({
          paymentId: ids[index] ?? 0,
          invoiceId,
          openingDebtId,
          amountCents: cents,
        })),
      ),
    )
  })
}
