import type { Closing, OpenPeriod } from '../../../shared/contract/desk/money/closings.ts'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import {
  type ClosingStatement,
  closedPeriodText,
  closingChecks,
  periodsToClose,
} from '../../../shared/rules/money/closing.ts'
import { sealOf } from '../../../shared/rules/money/invoice.ts'
import { type AccountingNature, natureLabel } from '../../../shared/rules/money/regie.ts'
import { numberIn } from '../../../shared/rules/money/series.ts'
import { capitalised } from '../../../shared/rules/text/french.ts'
import { closingContent } from '../../store/closing-rows.ts'
import { lastingSeries, lastKnownNumber, nextNumber, numbersUnknown } from '../../store/numbers.ts'
import { sha256 } from '../../store/paper-hash.ts'
import { closing } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { lastDayRead, waitingThrough } from '../bank/bank.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { refuseUnlessHolder, regieOf, seriesOfRegie } from '../regies/regies.ts'
import { closingRows, firstCountedDay, firstMovement, lastCashDay, receiptsBooked } from './closings-store.ts'
import { isCurrent, readPeriod } from './reading.ts'

/** The periods of a régie that can be closed next, with their present statements, and the closed ones. */
export const readClosings = async (
  core: Core,
  regieId: number,
): Promise<{ open: OpenPeriod[]; closed: Closing[] }> => ({
  open: await openPeriods(core, regieId),
  closed: closedPeriods(core.store, regieId).toReversed(),
})

/** The closings of a régie with the names of its natures, oldest first. */
export const closedPeriods = (store: Store, regieId: number): Closing[] =>
  closingRows(store, regieId).map(({ fromDay, toDay, natures, ...row }) => ({
    ...row,
    from: fromDay,
    to: toDay,
    natureLabels: labelsIn(row.statement, natures),
    receipts: receiptsOf(store, regieId, { from: fromDay, to: toDay }),
  }))

const receiptsOf = (store: Store, regieId: number, days: Pick<Period, 'from' | 'to'>): OpenPeriod['receipts'] => {
  const booked = receiptsBooked(store, regieId, days)
  if (!booked) return null
  const series = seriesOfRegie(store, regieId, 'Q')
  const [first, last] = [booked.first, booked.last].map(({ year, number }) => numberIn(series, year, number))
  return { count: booked.count, first: first ?? '', last: last ?? '' }
}

export const labelsIn = (
  { received }: Pick<ClosingStatement, 'received'>,
  natures: readonly AccountingNature[],
): Record<string, string> => Object.fromEntries(received.map(({ nature }) => [nature, natureLabel(natures, nature)]))

const seriesOfClosings = (store: Store, regieId: number) => lastingSeries(regieOf(store, regieId).prefix, 'C')

type Period = Pick<OpenPeriod, 'kind' | 'from' | 'to'>

const openPeriods = async (core: Core, regieId: number): Promise<OpenPeriod[]> => {
  const { store } = core
  const periods: OpenPeriod[] = []
  // Periods are read one after the other, since each uses threads of its own.
  for (const period of nextPeriods(store, regieId)) {
    const { statement, period: read } = await readPeriod(core, { regieId, from: period.from, to: period.to })
    const held = closingRows(store, regieId).at(-1)?.number ?? 0
    periods.push({
      ...period,
      number: Math.max(held, lastKnownNumber(store, seriesOfClosings(store, regieId))) + 1,
      checks: checksOf(core, regieId, period),
      statement,
      natureLabels: labelsIn(statement, read.natures),
      receipts: receiptsOf(store, regieId, period),
    })
  }
  return periods
}

const nextPeriods = (store: Store, regieId: number): Period[] => {
  const closed = closingRows(store, regieId).map(({ kind, fromDay, toDay }) => ({ kind, from: fromDay, to: toDay }))
  return periodsToClose(closed, closed.length === 0 ? firstMovement(store, regieId) : null)
}

const checksOf = ({ store, clock }: Core, regieId: number, period: Period): OpenPeriod['checks'] => {
  const before = closingRows(store, regieId).findLast(({ kind }) => kind === 'month')
  const lastCashOn = lastCashDay(store, regieId, period)
  return closingChecks({
    ...period,
    today: today(clock),
    before: before ? { ...before, from: before.fromDay } : null,
    lastCashOn,
    countedOn: lastCashOn === null ? null : firstCountedDay(store, regieId, lastCashOn),
    waitingLines: waitingThrough(store, regieId, period.to),
    lastStatementDay: lastDayRead(store, regieId),
  })
}

type Asked = {
  readonly regieId: number
  readonly kind: Period['kind']
  readonly from: Day
  readonly dueAfterCents: number
}

/** Closes a period for good: whatever is later recorded with a date in it is booked on the first day after it. */
export const closePeriod = async (core: Core, person: Person, asked: Asked): Promise<Closing> => {
  const { store } = core
  const { regieId, kind, from, dueAfterCents } = asked
  const { to } = periodToClose(core, person, asked)
  const reading = await readPeriod(core, { regieId, from, to })
  return store.act(person, 'closings.close', `Clôture\u00a0: ${closedPeriodText({ kind, from })}`, (write) => {
    periodToClose(core, person, asked)
    const { statement, rowsHash, period } = reading
    if (!isCurrent(core, reading) || statement.dueAfterCents !== dueAfterCents)
      throw new Refused('Le compte a changé entre-temps\u00a0: relisez-le, rien n’est clos.')
    const last = closingRows(store, regieId).at(-1)
    const values = {
      regieId,
      kind,
      fromDay: from,
      toDay: to,
      number: nextNumber(store, seriesOfClosings(store, regieId), last?.number ?? 0),
      natures: period.natures,
      statement,
      rowsHash,
    }
    const previousHash = last?.hash ?? null
    const hash = sealOf(closingContent(values), previousHash, sha256)
    const { id } = write.insert(closing, { ...values, hash, previousHash })
    const made = closedPeriods(store, regieId).find((one) => one.id === id)
    if (!made) throw new RangeError(`closing ${id} was just written`)
    return made
  })
}

/** @throws Refused when the period is already closed or not the next one, and when something must be done before */
const periodToClose = (core: Core, person: Person, { regieId, kind, from }: Asked): Period => {
  const { store } = core
  refuseUnlessHolder(core, person, regieId)
  if (closingRows(store, regieId).some((row) => row.kind === kind && row.fromDay === from))
    throw new Refused(`${capitalised(closedPeriodText({ kind, from }))}\u00a0: cette clôture est déjà faite.`)
  const period = nextPeriods(store, regieId).find((one) => one.kind === kind && one.from === from)
  if (!period) throw new Refused('Les mois se closent l’un après l’autre\u00a0: ce n’est pas le suivant.')
  const missing = checksOf(core, regieId, period).find(({ isDone }) => !isDone)
  if (missing) throw new Refused(`${missing.title}, ${missing.detail}.`)
  const unknown = numbersUnknown(store)
  if (unknown !== null) throw new Refused(unknown)
  return period
}

/** A closed period, or one that can be closed next. @throws Refused when there is none */
export const statementOf = async (
  core: Core,
  { regieId, kind, from }: Omit<Asked, 'dueAfterCents'>,
): Promise<{ readonly closing: Closing | null; readonly period: Closing | OpenPeriod }> => {
  const isAsked = (one: Period) => one.kind === kind && one.from === from
  const closing = closedPeriods(core.store, regieId).find(isAsked) ?? null
  const period = closing ?? (await openPeriods(core, regieId)).find(isAsked)
  if (!period) throw new Refused('Cette période ne se clôt pas encore.')
  return { closing, period }
}
