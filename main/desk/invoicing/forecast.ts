import { extname, join } from 'node:path'
import { inChunks } from '../../../shared/collections.ts'
import type { Forecast, ForecastAsked } from '../../../shared/contract/desk/money/invoicing.ts'
import {
  addMonths,
  type Day,
  daysOfMonth,
  firstOfMonth,
  type Month,
  monthKey,
  today,
} from '../../../shared/rules/calendar/day.ts'
import {
  comparedTotal,
  comparisonTexts,
  createForecast,
  type ForecastRow,
  forecastTotal,
  monthLastYear,
  withoutActivityText,
} from '../../../shared/rules/money/forecast.ts'
import { type Cents, sumOf } from '../../../shared/rules/money/money.ts'
import { payerDifference } from '../../../shared/rules/money/payers.ts'
import { alphabetically } from '../../../shared/rules/people/names.ts'
import { monthText } from '../../../shared/rules/text/french.ts'
import type { CsvTable } from '../../documents/spreadsheets/csv.ts'
import { writeXlsx } from '../../documents/spreadsheets/workbook.ts'
import { answersAhead, answersInTurns, type BatchReader } from '../../store/reading-thread.ts'
import type { Store } from '../../store/store.ts'
import { leads } from '../activities/activities.ts'
import type { ChargeableCell } from '../attendance/attendance.ts'
import { type Core, Refused } from '../core.ts'
import { type CurrentBook, currentBook } from '../prices/prices.ts'
import { isForThread, type PricingTools } from '../progress.ts'
import { billableDays, regieName, regieOfActivities, regiesOf } from '../regies/regies.ts'
import { allHomeIds, billedByMonth, bookedMonths } from './invoicing-store.ts'
import { familiesPerAnswer } from './long-work.ts'
import { differencesForRun } from './runs/proposals.ts'
import { monthsOf } from './runs/span-drafts.ts'
import type { BillingScope } from './runs/span-papers.ts'
import { readHomes } from './spans/home-spans.ts'
import { findSpans } from './spans/spans.ts'
import { forfaitSpans, keyOfSpan, type SpanKey, spanRows } from './spans/spans-store.ts'

/*
 * « Prévision ». What a month brings is what its issued papers bill, plus the difference that a run would find today:
 * so the sum is the same before and after its drafts are issued. Writes nothing.
 */

const maxMonths = 12

/** Spans priced before other calls get a turn. */
const spansPerTurn = 12

export const forecast = async (
  { store, clock }: Core,
  { from, to }: ForecastAsked,
  tools: PricingTools,
): Promise<Forecast> => {
  if (from > to) throw new Refused('La date de fin est avant la date de début.', 'to')
  if (firstOfMonth(to) >= addMonths(firstOfMonth(from), maxMonths))
    throw new Refused('Demandez un an au plus à la fois.', 'to')
  const months = monthsOf({ month: null, fromDay: from, toDay: to })
  const homes = allHomeIds(store)
  const isInThread = isForThread(store, homes.length * months.length, tools)
  const batches = inChunks(homes, isInThread ? familiesPerAnswer : Math.floor(spansPerTurn / months.length))
  const answers = (isInThread ? answersAhead : answersInTurns)(store, forecastReader, { topic: months, batches })
  const shownAs = leads(store)
  const found = createForecast()
  let done = 0
  let unpricedDays = 0
  for await (const ofHomes of answers) {
    tools.signal.throwIfAborted()
    found.addRows(
      ofHomes.rows.map((row) => ({ ...row, activityId: shownAs.get(row.activityId ?? 0) ?? row.activityId })),
    )
    unpricedDays += ofHomes.unpricedDays
    tools.onProgress((done += ofHomes.homes), homes.length)
  }
  const names = currentBook(store).activities
  const booked = bookedMonths(store, endsOf(months))
  return {
    months,
    unbooked: months.filter((month) => month >= monthKey(today(clock)) && !booked.has(month)),
    rows: found.rows().map((row) => ({ ...row, activity: names.get(row.activityId ?? 0)?.name ?? '' })),
    unpricedDays,
  }
}

type HomesForecast = {
  readonly homes: number
  readonly rows: readonly ForecastRow[]
  /** Days left out because they have no price. */
  readonly unpricedDays: number
}

/** Papers and prices of a home are read in one go, so that a paper issued meanwhile is counted once. */
export const forecastReader: BatchReader<readonly Month[], readonly number[], HomesForecast> = {
  read(store, months) {
    const current = currentBook(store)
    return (familyIds) => {
      const found = createForecast()
      addPapers(store, found, months, familyIds)
      const unpricedDays = addDifferences(store, found, { current, months, familyIds })
      return { homes: familyIds.length, rows: found.rows(), unpricedDays }
    }
  },
  program: join(import.meta.dirname, `forecast-worker${extname(import.meta.filename)}`),
}

type HomeForecast = {
  readonly cents: Cents
  readonly unpricedDays: number
  /** The same sum by activity. */
  readonly activities: readonly { readonly name: string; readonly cents: Cents }[]
}

/** What runs will still ask of a home itself for its months at a régie, from what is booked today. */
export const forecastOfHome = (
  store: Store,
  { familyId, regieId, from, to }: { familyId: number; regieId: number; from: Day; to: Day },
): HomeForecast => {
  const current = currentBook(store)
  const months = monthsOf({ month: null, fromDay: from, toDay: to })
  const { differences, unpricedDays } = leftToBill(store, { current, months, familyIds: [familyId] })
  const changes = differences
    .filter((one) => one.regieId === regieId)
    .flatMap(({ difference: { added, givenBack } }) => [
      ...added,
      ...givenBack.map(({ unit: { activityId }, cents }) => ({ activityId, cents: 0 - cents })),
    ])
  const activities = [...Map.groupBy(changes, ({ activityId }) => activityId)].map(([activityId, own]) => ({
    name: current.activities.get(activityId ?? 0)?.name ?? withoutActivityText,
    cents: sumOf(own),
  }))
  return { cents: sumOf(changes), unpricedDays, activities: activities.filter(({ cents }) => cents !== 0) }
}

type Collected = ReturnType<typeof createForecast>

const addPapers = (store: Store, found: Collected, months: readonly Month[], familyIds: readonly number[]): void => {
  for (const { cents, ...of } of billedByMonth(store, { familyIds, ...endsOf(months) })) found.addBilled(of, cents)
  const before = new Map(months.map((month) => [monthLastYear(month), month]))
  for (const { cents, ...of } of billedByMonth(store, { familyIds, ...endsOf([...before.keys()]) }))
    found.addLastYear({ ...of, month: before.get(of.month) ?? of.month }, cents)
}

type MonthsOfHomes = {
  readonly current: CurrentBook
  readonly months: readonly Month[]
  readonly familyIds: readonly number[]
  /** Cells that these homes plan, priced as if they were booked. */
  readonly planned?: readonly ChargeableCell[]
}

/** @returns the number of days left out because they have no price */
const addDifferences = (store: Store, found: Collected, of: MonthsOfHomes): number => {
  const { priced, differences, unpricedDays } = leftToBill(store, of)
  for (const { month, regieId, difference } of differences) {
    const rowOf = ({ activityId }: { readonly activityId: number | null }) => ({
      month: month.month,
      regieId,
      activityId,
    })
    for (const unit of difference.added) found.addDifference(rowOf(unit), unit.cents)
    for (const { unit, cents } of difference.givenBack) found.addDifference(rowOf(unit), 0 - cents)
  }
  if (priced.length === 0) return unpricedDays
  const regieOf = regieOfActivities(store)
  for (const { month, payers } of priced)
    for (const { activityId, cents } of payerDifference(payers.owed, payers.standing))
      found.addDifference({ month, regieId: regieOf(activityId), activityId }, cents)
  return unpricedDays
}

/** What runs would ask of homes, or give back to them, for these months today. */
export const leftToBill = (store: Store, of: MonthsOfHomes) => {
  const { current, months } = of
  const spans = spansToPrice(store, of)
  if (spans.length === 0) return { priced: [], differences: [], unpricedDays: 0 }
  const wanted = new Set(spans.map(keyOfSpan))
  const priced = findSpans(current, readHomes(store, current, spans, of.planned), spans, false).filter((span) =>
    wanted.has(keyOfSpan(span)),
  )
  const regies = { regies: regiesOf(store), regieOfActivity: regieOfActivities(store) }
  return {
    priced,
    differences: differencesForRun(regies, scopeOf(months), priced),
    /** Days left out because they have no price. */
    unpricedDays: priced.flatMap(({ priced: { errors } }) => errors.flatMap(({ days }) => days)).length,
  }
}

/** The months of these homes in which a run may find something to bill. */
const spansToPrice = (store: Store, { current, months, familyIds, planned = [] }: MonthsOfHomes): SpanKey[] => {
  const { from, to } = endsOf(months)
  const { first } = billableDays(store)
  const { forfaits } = current.needs
  const owedWithoutBooking = forfaitSpans(store, forfaits, { to: daysOfMonth(to).to, familyIds })
  const ofPlan = planned.map(({ familyId, day }) => ({ familyId, month: monthKey(day) }))
  const spans = [...spanRows(store, { familyIds, from, to }), ...owedWithoutBooking, ...ofPlan].filter(
    ({ month }) => from <= month && month <= to && (first === null || monthKey(first) <= month),
  )
  return [
    ...new Map(spans.map(({ familyId, month }) => [keyOfSpan({ familyId, month }), { familyId, month }])).values(),
  ]
}

const endsOf = (months: readonly Month[]): { readonly from: Month; readonly to: Month } => {
  const [from] = months
  const to = months.at(-1)
  if (!from || !to) throw new RangeError('no month')
  return { from, to }
}

/** The scope of a run over all of these months. */
const scopeOf = (months: readonly Month[]): BillingScope => {
  const { from, to } = endsOf(months)
  return { from: daysOfMonth(from).from, to: daysOfMonth(to).to, activityIds: null }
}

/** A forecast as a table: a row for each month, activity and régie. */
export const forecastSheet = ({ store }: Core, { months, rows, unbooked }: Forecast): CsvTable => {
  const regies = new Map(regiesOf(store).map((regie) => [regie.id, regieName(regie)]))
  const hasRegies = regies.size > 1
  const sorted = months.flatMap((month) =>
    rows.filter((row) => row.month === month).toSorted((one, other) => alphabetically(one.activity, other.activity)),
  )
  return {
    columns: ['Mois', 'Activité', ...(hasRegies ? ['Régie'] : []), 'Prévu', 'dont facturé', 'Année d’avant', 'Écart'],
    rows: [
      ...sorted.map((row) => [
        monthText(daysOfMonth(row.month).from),
        row.activity || withoutActivityText,
        ...(hasRegies ? [regies.get(row.regieId) ?? ''] : []),
        ...amountsOf([row], unbooked),
      ]),
      ['Total', '', ...(hasRegies ? [''] : []), ...amountsOf(rows, unbooked)],
    ],
  }
}

/** The forecast alone, of one régie or of all, as a spreadsheet. */
export const forecastFile = async (
  core: Core,
  { regieId, ...asked }: ForecastAsked & { readonly regieId: number | null },
  tools: PricingTools,
): Promise<File> => {
  const { rows, ...found } = await forecast(core, asked, tools)
  const { from, to } = scopeOf(found.months)
  const own = rows.filter((row) => regieId === null || row.regieId === regieId)
  const bytes = await writeXlsx('Prévision', forecastSheet(core, { ...found, rows: own }))
  return new File([new Uint8Array(bytes)], `prevision-${monthKey(from)}-${monthKey(to)}.xlsx`, {
    type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  })
}

const amountsOf = (rows: Forecast['rows'], unbooked: readonly Month[]): (number | string)[] => {
  const { cents, billedCents, lastYearCents } = forecastTotal(rows)
  const compared = comparedTotal(rows, unbooked)
  return [
    ...[cents, billedCents, lastYearCents].map((amount) => amount / 100),
    compared ? (compared.cents - compared.lastYearCents) / 100 : comparisonTexts(null)[0],
  ]
}
