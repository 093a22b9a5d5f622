import type { Closing, OpenPeriod } from '../../../shared/contract/desk/money/closings.ts'
import {
  addDays,
  type Day,
  dayOf,
  firstOfMonth,
  lastOfMonth,
  today,
  yearOf,
} from '../../../shared/rules/calendar/day.ts'
import type { ClosingStatement } from '../../../shared/rules/money/closing.ts'
import { sealOf } from '../../../shared/rules/money/invoice.ts'
import { capitalised, longDate, monthText, shortDay } from '../../../shared/rules/text/french.ts'
import { closingContent, closingOf } from '../../store/closing-rows.ts'
import { sha256 } from '../../store/paper-hash.ts'
import { closing } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { closedThrough, refuseUnlessHolder, regieOf } from '../regies/regies.ts'
import { closingRows, firstMovement, lastCashDay, lastCountedDay } from './closings-store.ts'

/** The periods that can be closed next at a régie, with their statements as they are now, and those that are closed. */
export const readClosings = (core: Core, regieId: number): { open: OpenPeriod[]; closed: Closing[] } => ({
  open: openPeriods(core, regieId),
  closed: closedPeriods(core.store, regieId).toReversed(),
})

/** The closings of a régie, the first one first. */
export const closedPeriods = (store: Store, regieId: number): Closing[] =>
  closingRows(store, regieId).map(({ fromDay, toDay, ...row }) => ({ ...row, from: fromDay, to: toDay }))

type Period = Pick<OpenPeriod, 'kind' | 'from' | 'to'>

/** « octobre 2026 », « année 2026 » */
export const periodText = ({ kind, from }: Pick<Period, 'kind' | 'from'>): string =>
  kind === 'month' ? monthText(from) : `année ${yearOf(from)}`

export const openPeriods = (core: Core, regieId: number): OpenPeriod[] => {
  const { store } = core
  const number = (closingRows(store, regieId).at(-1)?.number ?? 0) + 1
  return [nextMonth(store, regieId), nextYear(store, regieId)].flatMap((period) =>
    period === null
      ? []
      : [
          {
            ...period,
            number,
            missing: missingIn(core, regieId, period),
            statement: countedNow(store, regieId, period).statement,
          },
        ],
  )
}

/** The month after the last one closed; before the first closing, the month in which the first account moved. */
const nextMonth = (store: Store, regieId: number): Period | null => {
  const closed = closedThrough(store, regieId)
  const from = closed === null ? firstMovement(store, regieId) : addDays(closed, 1)
  return from === null ? null : { kind: 'month', from: firstOfMonth(from), to: lastOfMonth(from) }
}

/** The year after the last one closed, once all its months are closed. */
const nextYear = (store: Store, regieId: number): Period | null => {
  const rows = closingRows(store, regieId)
  const lastYear = rows.findLast(({ kind }) => kind === 'year')
  const year = lastYear ? yearOf(lastYear.toDay) + 1 : rows[0] && yearOf(rows[0].fromDay)
  const closed = closedThrough(store, regieId)
  if (year === undefined || closed === null || closed < dayOf(year, 12, 31)) return null
  return { kind: 'year', from: dayOf(year, 1, 1), to: dayOf(year, 12, 31) }
}

const missingIn = ({ store, clock }: Core, regieId: number, { kind, from, to }: Period): OpenPeriod['missing'] => {
  if (kind === 'year') return []
  const missing: OpenPeriod['missing'] = []
  if (today(clock) <= to)
    missing.push({
      what: 'over',
      sentence: `${capitalised(monthText(from))} n’est pas fini\u00a0: close à partir du ${shortDay(addDays(to, 1))}.`,
    })
  const cash = lastCashDay(store, regieId, { from, to })
  const counted = lastCountedDay(store, regieId, { from, to })
  if (cash !== null && (counted === null || counted < cash))
    missing.push({
      what: 'till',
      sentence: `La caisse n’a pas été comptée depuis les espèces du ${longDate(cash)}\u00a0: comptez-la à cette date ou à une date suivante du mois.`,
    })
  return missing
}

const countedNow = (store: Store, regieId: number, { from, to }: Period) =>
  closingOf(store, { regieId, from, to, natures: regieOf(store, regieId).natures })

type Asked = {
  readonly regieId: number
  readonly kind: Period['kind']
  readonly from: Day
  readonly dueAfterCents: number
}

/** Closes a period for good: from now on, what is dated in it is booked on the first day after it. */
export const closePeriod = (core: Core, person: Person, { regieId, kind, from, dueAfterCents }: Asked): Closing => {
  const { store } = core
  return store.act(person, 'closings.close', `Clôture\u00a0: ${periodText({ kind, from })}`, (write) => {
    refuseUnlessHolder(core, person, regieId)
    const closed = closingRows(store, regieId)
    if (closed.some((row) => row.kind === kind && row.fromDay === from))
      throw new Refused(`${capitalised(periodText({ kind, from }))}\u00a0: cette clôture est déjà faite.`)
    const period = [nextMonth(store, regieId), nextYear(store, regieId)].find(
      (one) => one?.kind === kind && one.from === from,
    )
    if (!period) throw new Refused('Les mois se closent l’un après l’autre\u00a0: ce n’est pas le suivant.')
    const [missing] = missingIn(core, regieId, period)
    if (missing) throw new Refused(missing.sentence)
    const { natures } = regieOf(store, regieId)
    const { statement, rowsHash } = closingOf(store, { regieId, from, to: period.to, natures })
    if (statement.dueAfterCents !== dueAfterCents)
      throw new Refused('Le compte a changé entre-temps\u00a0: relisez-le, rien n’est clos.')
    const values = {
      regieId,
      kind,
      fromDay: from,
      toDay: period.to,
      number: (closed.at(-1)?.number ?? 0) + 1,
      natures,
      statement,
      rowsHash,
    }
    const previousHash = closed.at(-1)?.hash ?? null
    const hash = sealOf(closingContent(values), previousHash, sha256)
    const { id } = write.insert(closing, { ...values, hash, previousHash })
    const made = closedPeriods(store, regieId).find((one) => one.id === id)
    if (!made) throw new RangeError(`closing ${id} was just written`)
    return made
  })
}

/** The statement of a closed period, or of one that can be closed next. @throws Refused when there is none */
export const statementOf = (
  core: Core,
  { regieId, kind, from }: Omit<Asked, 'dueAfterCents'>,
): { readonly closing: Closing | null; readonly period: Period; readonly statement: ClosingStatement } => {
  const isAsked = (one: Period) => one.kind === kind && one.from === from
  const made = closedPeriods(core.store, regieId).find(isAsked)
  if (made) return { closing: made, period: made, statement: made.statement }
  const open = openPeriods(core, regieId).find(isAsked)
  if (!open) throw new Refused('Cette période ne se clôt pas encore.')
  return { closing: null, period: open, statement: open.statement }
}
