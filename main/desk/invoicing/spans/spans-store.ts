import { setImmediate } from 'node:timers/promises'
import { and, between, type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import { ascending, inChunks } from '../../../../shared/collections.ts'
import type { Day, Month } from '../../../../shared/rules/calendar/day.ts'
import type { PaperKind } from '../../../../shared/rules/money/invoice.ts'
import type { PayerUnit } from '../../../../shared/rules/money/payers.ts'
import type { YearTakes } from '../../../../shared/rules/price/span-price.ts'
import type { Write } from '../../../store/acts/acts.ts'
import { among, preparedOnce, queryByIds } from '../../../store/connection.ts'
import { answersInTurns } from '../../../store/reading-thread.ts'
import {
  billedSpan,
  billingSpan,
  finalSpan,
  freeLine,
  giveUp,
  type invoiceLine,
  keptPrice,
  payerPart,
} from '../../../store/schema/index.ts'
import { alphabeticalSql } from '../../../store/search-index.ts'
import type { Store } from '../../../store/store.ts'
import type { BookNeeds, PriceBook } from '../../prices/prices.ts'

/** A home in a month: what a run prices whole. */
export type SpanKey = { readonly familyId: number; readonly month: Month }

/** The key of a span in a map. */
export const keyOfSpan = ({ familyId, month }: SpanKey): string => `${familyId} ${month}`

export const familiesOf = (spans: readonly SpanKey[]): number[] => [...new Set(spans.map(({ familyId }) => familyId))]

/** Homes in several months. */
export type SpanRange = { readonly familyIds: readonly number[]; readonly from: Month; readonly to: Month }

/** SQL: months since the year 0. */
const monthNumber = (month: string): string => `(substr(${month}, 1, 4) * 12 + substr(${month}, 6, 2))`

/** The conditions under which a run looks at a span. */
export type SpanScope = {
  /** The last day that the run bills. */
  readonly to: Day
  /** The id of the price book in force today. */
  readonly bookId: number
  /** The first day that the town bills with this program; null when every day is billed. */
  readonly billsFrom: Day | null
  /** The number of months before and after a changed one whose price may change with it. */
  readonly monthsAround: number
  /** The run that is being made again: months with a draft in another run are left to that run. Null for a new run. */
  readonly madeAgain: number | null
}

/**
 * The spans of these homes that a run up to the day `to` has to price: those whose revision rose since a run found
 * nothing to do in them, and unbilled ones for which a run used another price book. They include earlier months, and
 * later ones that were billed in advance. Sorted by family name, then month.
 */
export const changedSpans = (store: Store, familyIds: readonly number[], scope: SpanScope): SpanKey[] =>
  byName(changedHomes(store, familyIds, scope))

/**
 * The changed spans of many homes, read in parts between which other calls are served. A span that changes after its
 * home was read is left for the next run; a span that was read is priced later, by the facts of that moment.
 */
export const changedSpansInTurns = async (
  store: Store,
  familyIds: readonly number[],
  scope: SpanScope,
  signal: AbortSignal,
): Promise<SpanKey[]> => {
  const homes: ChangedHome[] = []
  const batches = inChunks(familyIds, homesPerRead)
  const read = () => (some: readonly number[]) => changedHomes(store, some, scope)
  for await (const found of answersInTurns(store, { read }, { topic: null, batches })) {
    signal.throwIfAborted()
    homes.push(...found)
  }
  // Sorting the names of a large town takes a few milliseconds: other calls get a turn before it.
  await setImmediate()
  return byName(homes)
}

/** Homes read at once: their spans of several years take some milliseconds. */
const homesPerRead = 250

type ChangedHome = { readonly name: string; readonly spans: readonly SpanKey[] }

const byName = (homes: readonly ChangedHome[]): SpanKey[] =>
  homes.toSorted(ascending(({ name }) => name)).flatMap(({ spans }) => spans)

/** @returns the homes with such spans, with the names by which they are sorted */
const changedHomes = (
  store: Store,
  familyIds: readonly number[],
  { to, bookId, billsFrom, monthsAround, madeAgain }: SpanScope,
): ChangedHome[] => {
  const rows = store
    .statement(
      `select ${alphabeticalSql('family.name')} as name, span.family_id as familyId, span.month
      from json_each(:familyIds) wanted
      cross join billing_span span on span.family_id = wanted.value
      cross join family on family.id = span.family_id
      where (span.revision > span.checked_revision or span.checked_book_id <> :bookId and not exists (
          select 1 from billed_span billed where billed.family_id = span.family_id and billed.month = span.month)
        or :monthsAround > 0 and exists (
          select 1 from billing_span near where near.family_id = span.family_id
            and near.revision > near.checked_revision
            and abs(${monthNumber('near.month')} - ${monthNumber('span.month')}) <= :monthsAround))
      and span.month >= :first
      and (span.month <= :last or exists (
        select 1 from invoice where invoice.family_id = span.family_id and invoice.state = 'issued'
          and invoice.kind = 'invoice' and substr(invoice.from_day, 1, 7) <= span.month
          and substr(invoice.to_day, 1, 7) >= span.month))
      and not exists (
        select 1 from final_span final where final.family_id = span.family_id and final.month = span.month
          and (final.regie_id is null or (select count(*) from regie) = 1))
      and (:madeAgain is null or not exists (
        select 1 from invoice draft where draft.family_id = span.family_id and draft.state = 'draft'
          and draft.run_id <> :madeAgain
          and span.month between coalesce(draft.month, substr(draft.from_day, 1, 7))
            and coalesce(draft.month, substr(draft.to_day, 1, 7))))
      order by family.id, span.month`,
    )
    .all({
      familyIds: JSON.stringify(familyIds),
      bookId,
      monthsAround,
      first: (billsFrom ?? '').slice(0, 7),
      last: to.slice(0, 7),
      madeAgain,
    }) as (SpanKey & { readonly name: string })[]
  return [...Map.groupBy(rows, ({ familyId }) => familyId).values()].map((spans) => ({
    name: spans[0]?.name ?? '',
    spans: spans.map(({ familyId, month }) => ({ familyId, month })),
  }))
}

/** The homes that have registered a child in one of these activities. */
export const homesRegisteredIn = (store: Store, activityIds: readonly number[]): number[] =>
  store
    .statement(
      `select distinct registration.family_id from json_each(?) wanted
      cross join period on period.activity_id = wanted.value
      join registration on registration.period_id = period.id order by registration.family_id`,
    )
    .pluck()
    .all(JSON.stringify(activityIds)) as number[]

type ForfaitScope = Pick<SpanScope, 'to'> & { readonly familyIds: readonly number[] }

/** SQL: the months in which registered children of some homes may owe a forfait. */
const forfaitMonths = `with recursive due(family_id, month, last) as (
    select registration.family_id,
      substr(date(registration.start_day, '-' || (forfait.value ->> '$.daysBefore') || ' days'), 1, 7),
      min(substr(registration.end_day, 1, 7), :last)
    from json_each(:familyIds) wanted
    cross join registration on registration.family_id = wanted.value
    cross join period on period.id = registration.period_id
    cross join json_each(:forfaits) forfait on forfait.value ->> '$.activityId' = period.activity_id
    where registration.state in ('accepted', 'ended')
    union
    select family_id, substr(date(month || '-01', '+1 month'), 1, 7), last from due where month < last
  )
  select distinct family_id, month from due where month <= last`

const forfaitValues = (forfaits: BookNeeds['forfaits'], { to, familyIds }: ForfaitScope) => ({
  forfaits: JSON.stringify(forfaits),
  last: to.slice(0, 7),
  familyIds: JSON.stringify(familyIds),
})

/** The months in which registered children may owe a forfait, booked or not. */
export const forfaitSpans = (store: Store, forfaits: BookNeeds['forfaits'], scope: ForfaitScope): SpanKey[] =>
  forfaits.length === 0
    ? []
    : (store
        .statement(`select family_id as familyId, month from (${forfaitMonths})`)
        .all(forfaitValues(forfaits, scope)) as SpanKey[])

/**
 * Adds the months in which registered children may owe a forfait without a booking: since no cell is written for these,
 * no trigger adds them. Without audit, as every write to `billing_span`.
 */
export const addForfaitSpans = (
  store: Store,
  _write: Write,
  forfaits: BookNeeds['forfaits'],
  scope: ForfaitScope,
): void => {
  if (forfaits.length === 0) return
  store
    .statement(`insert into billing_span (family_id, month) ${forfaitMonths} on conflict (family_id, month) do nothing`)
    .run(forfaitValues(forfaits, scope))
}

/**
 * The months of a home with a billed day in these activities from a day on, without the final ones, which no longer
 * change.
 */
export const billedMonths = (
  store: Store,
  familyId: number,
  {
    from,
    activityIds,
  }: { readonly from: Day /** Null: every activity. */; readonly activityIds: readonly number[] | null },
): SpanKey[] =>
  store
    .statement(
      `select distinct registration.family_id as familyId, substr(reservation.day, 1, 7) as month from registration
      join period on period.id = registration.period_id
        and (:everyActivity or period.activity_id in (select value from json_each(:activityIds)))
      join activity on activity.id = period.activity_id
      cross join reservation on reservation.registration_id = registration.id
      where registration.family_id = :familyId and reservation.billed_by is not null and reservation.day >= :from
      and not exists (select 1 from final_span final where final.family_id = registration.family_id
        and final.month = substr(reservation.day, 1, 7)
        and (final.regie_id is null or final.regie_id = activity.regie_id))
      union select invoice.family_id, substr(billed.value, 1, 7) from invoice
      join invoice_line line on line.invoice_id = invoice.id
        and (:everyActivity or line.activity_id in (select value from json_each(:activityIds)))
      -- A forfait, a membership and a minimum bill no cell; nor does a day that costs nothing once aids are taken off.
      cross join json_each(line.days) billed
      where invoice.family_id = :familyId and invoice.state = 'issued' and invoice.kind = 'invoice'
      and line.reservation_ids = '[]' and billed.value >= :from
      and not exists (select 1 from final_span final where final.family_id = invoice.family_id
        and final.month = substr(billed.value, 1, 7) and (final.regie_id is null or final.regie_id = invoice.regie_id))
      -- Third parties may pay all of a month, of which the home has no paper.
      union select part.family_id, part.month from payer_part part
      where part.family_id = :familyId and part.month >= substr(:from, 1, 7)
      and (:everyActivity or part.activity_id in (select value from json_each(:activityIds)))
      and exists (select 1 from json_each(part.days) given where given.value >= :from)
      and not exists (select 1 from final_span final where final.family_id = part.family_id
        and final.month = part.month and (final.regie_id is null or final.regie_id = part.regie_id))
      order by month`,
    )
    .all({
      familyId,
      from,
      everyActivity: activityIds === null ? 1 : 0,
      activityIds: JSON.stringify(activityIds ?? []),
    }) as SpanKey[]

/** Prepares a query for the rows of some homes in some months. */
const queryByRange = <Row>(
  table: { readonly familyId: SQLiteColumn; readonly month: SQLiteColumn },
  build: (db: Store['db'], within: SQL | undefined) => { all(values: Record<string, string>): Row[] },
) => {
  const months = between(table.month, sql.placeholder('from'), sql.placeholder('to'))
  const query = preparedOnce((db) => build(db, and(among(table.familyId), months)))
  return (store: Store, { familyIds, from, to }: SpanRange): Row[] =>
    query(store).all({ ids: JSON.stringify(familyIds), from, to })
}

export type SpanRow = typeof billingSpan.$inferSelect

export const spanRows = queryByRange(billingSpan, (db, within) =>
  db.select().from(billingSpan).where(within).orderBy(billingSpan.month).prepare(),
)

export type BilledSpanRow = typeof billedSpan.$inferSelect

export const billedSpans = queryByRange(billedSpan, (db, within) =>
  db.select().from(billedSpan).where(within).prepare(),
)

export type GiveUpRow = typeof giveUp.$inferSelect

/** Not limited to a range of months: the first version gave up days of several months by one line. */
export const giveUps = queryByIds((db) =>
  db.select().from(giveUp).where(among(giveUp.familyId)).orderBy(giveUp.id).prepare(),
)

/** Not limited to a range of months: what one month is too small to take off is taken off later ones. */
export const freeLines = queryByIds((db) =>
  db.select().from(freeLine).where(among(freeLine.familyId)).orderBy(freeLine.id).prepare(),
)

export const freeLinesById = queryByIds((db) => db.select().from(freeLine).where(among(freeLine.id)).prepare())

export type KeptPriceRow = typeof keptPrice.$inferSelect

export const keptPrices = queryByRange(keptPrice, (db, within) =>
  db.select().from(keptPrice).where(within).orderBy(keptPrice.id).prepare(),
)

export const finalSpans = queryByRange(finalSpan, (db, within) =>
  db
    .select({ familyId: finalSpan.familyId, month: finalSpan.month, regieId: finalSpan.regieId })
    .from(finalSpan)
    .where(within)
    .prepare(),
)

type LeftOut = 'invoiceId' | 'position' | 'actId'

/** A line of an issued invoice, or of an issued credit note that corrects one. */
export type IssuedLine = Omit<typeof invoiceLine.$inferSelect, LeftOut> & {
  readonly paperId: number
  readonly familyId: number
  readonly regieId: number
  readonly kind: PaperKind
  readonly runId: number | null
  readonly sealVersion: number
  /** For a credit note, the invoice that it corrects. */
  readonly correctsId: number | null
  readonly reason: string
  readonly isGivenUp: boolean
}

type JsonColumn = 'unit' | 'basis' | 'days' | 'reservationIds'
type StoredLine = Omit<IssuedLine, JsonColumn | 'isGivenUp'> &
  Readonly<Record<JsonColumn, string>> & { readonly isGivenUp: 0 | 1 }

/**
 * The lines of all invoices that bill days of these months, in the order of issue, then the lines of their credit
 * notes.
 */
export const issuedLines = (store: Store, { familyIds, from, to }: SpanRange): IssuedLine[] =>
  (
    store
      .statement(
        `with issued as (
          select invoice.* from json_each(:familyIds) wanted
          cross join invoice on invoice.family_id = wanted.value and invoice.state = 'issued'
          where invoice.kind = 'invoice' and substr(invoice.from_day, 1, 7) <= :to and substr(invoice.to_day, 1, 7) >= :from),
        paper as (select * from issued union all select note.* from issued
          cross join invoice note on note.corrects_id = issued.id and note.state = 'issued')
        select line.id, paper.id as paperId, paper.family_id as familyId, paper.regie_id as regieId, paper.kind, paper.run_id as runId,
          paper.seal_version as sealVersion, paper.corrects_id as correctsId, paper.reason, line.child_id as childId,
          line.activity_id as activityId, line.label, line.quantity, line.unit, line.unit_cents as unitCents,
          line.total_cents as totalCents, line.fiscal, line.explanation, line.basis, line.days,
          line.reservation_ids as reservationIds, line.corrects_line_id as correctsLineId,
          line.nature, line.product_code as productCode,
          give_up.id is not null as isGivenUp
        from paper join invoice_line line on line.invoice_id = paper.id
        left join give_up on give_up.credit_line_id = line.id
        order by paper.kind = 'creditNote', paper.year, paper.number, line.position`,
      )
      .all({ familyIds: JSON.stringify(familyIds), from, to }) as StoredLine[]
  ).map((row) => ({
    ...row,
    unit: JSON.parse(row.unit) as IssuedLine['unit'],
    basis: JSON.parse(row.basis) as IssuedLine['basis'],
    days: JSON.parse(row.days) as IssuedLine['days'],
    reservationIds: JSON.parse(row.reservationIds) as IssuedLine['reservationIds'],
    isGivenUp: row.isGivenUp === 1,
  }))

type PayerPartRow = typeof payerPart.$inferSelect

/**
 * What issued papers left to third parties in the months of homes: the units added, and the opposite of the units taken
 * back.
 */
export const payerUnits = (
  store: Store,
  range: SpanRange,
): (PayerUnit & { readonly familyId: number; readonly month: Month })[] =>
  payerParts(store, range).flatMap((row) =>
    unitsOfPart(row).map((unit) => ({ ...unit, familyId: row.familyId, month: row.month })),
  )

export const payerParts = queryByRange(payerPart, (db, within) =>
  db.select().from(payerPart).where(within).orderBy(payerPart.id).prepare(),
)

export const unitsOfPart = ({ days, unitCents, ...part }: PayerPartRow): PayerUnit[] => {
  const { thirdPartyId, aidId, childId, activityId, label, unit, fiscal, explanation } = part
  return days.map((day) => ({
    thirdPartyId,
    aidId,
    childId,
    activityId,
    label,
    unit,
    fiscal,
    explanation,
    day,
    cents: unitCents,
  }))
}

/** Whether another act is open: its rows cannot be read yet, although they already raised revisions. */
export const isAnotherActOpen = (store: Store, actId: number): boolean =>
  store.statement(`select exists (select 1 from act where state = 'open' and id <> ?)`).pluck().get(actId) === 1

/** Raises the revision of a span, so that a run prices it again. @returns the new revision */
export const raiseSpan = (store: Store, _write: Write, { familyId, month }: SpanKey): number =>
  store
    .statement(
      `insert into billing_span (family_id, month) values (?, ?)
      on conflict (family_id, month) do update set revision = revision + 1 returning revision`,
    )
    .pluck()
    .get(familyId, month) as number

export const revisionOf = (store: Store, { familyId, month }: SpanKey): number =>
  (store
    .statement('select revision from billing_span where family_id = ? and month = ?')
    .pluck()
    .get(familyId, month) as number | undefined) ?? 0

/** The revisions of all spans of these homes as one text: if the text differs, a price may have changed. */
export const revisionsOf = (store: Store, familyIds: readonly number[]): string =>
  store
    .statement(
      `select coalesce(group_concat(span.family_id || ' ' || span.month || ' ' || span.revision, ', '), '')
      from json_each(?) wanted cross join billing_span span on span.family_id = wanted.value`,
    )
    .pluck()
    .get(JSON.stringify(familyIds)) as string

/**
 * Whether tariffs, the hours of slots or the settings changed since the run began, so that its drafts might be priced
 * otherwise today. A deleted run may have had the same id: the latest insert is that of this run.
 */
export const wereRulesChanged = (store: Store, runId: number): boolean =>
  store
    .statement(
      `select exists (select 1 from audit
        where entity in ('tariff', 'tariff_version', 'activity_tariff', 'activity', 'slot', 'organisation', 'regie')
        and id > (select max(id) from audit
          where entity = 'invoice_run' and entity_id = ? and operation = 'insert'))`,
    )
    .pluck()
    .get(runId) === 1

/**
 * The drafts, among these, that need not be priced again at issue provided that no tariff changed: their month was
 * never billed, and no fact of the home changed in it, nor in earlier months of the year.
 */
export const unchangedDrafts = (
  store: Store,
  ids: readonly number[],
  { hasYearAccounts }: Pick<PriceBook, 'hasYearAccounts'>,
): ReadonlySet<number> =>
  new Set(
    store
      .statement(
        `select draft.id from json_each(:ids) wanted
        cross join invoice draft on draft.id = wanted.value
        cross join billing_span span on span.family_id = draft.family_id and span.month = draft.month
          and span.revision = draft.span_revision
        where draft.kind = 'invoice' and draft.state = 'draft'
        and not exists (select 1 from billed_span billed
          where billed.family_id = draft.family_id and billed.month = draft.month)
        and not exists (select 1 from aid where aid.family_id = draft.family_id)
        and not exists (select 1 from invoice paper
          where paper.family_id = draft.family_id and paper.state = 'issued'
            and substr(paper.from_day, 1, 7) <= draft.month and substr(paper.to_day, 1, 7) >= draft.month)
        and not ((:hasYearAccounts or exists (select 1 from billing_span own
            where own.family_id = draft.family_id and own.takes <> '{}'))
          and exists (select 1 from billing_span earlier
          where earlier.family_id = draft.family_id and earlier.month < draft.month
            and earlier.month > substr(date(draft.month || '-01', '-1 year'), 1, 7)
            and earlier.takes_revision <> earlier.revision))`,
      )
      .pluck()
      .all({ ids: JSON.stringify(ids), hasYearAccounts: hasYearAccounts ? 1 : 0 }) as number[],
  )

/** Whether a month of these homes took something of a year account, or found nothing left in one. */
export const hasTakes = (store: Store, familyIds: readonly number[]): boolean =>
  store
    .statement(
      `select exists (select 1 from json_each(?) wanted
        cross join billing_span span on span.family_id = wanted.value and span.takes <> '{}')`,
    )
    .pluck()
    .get(JSON.stringify(familyIds)) === 1

/** Stores what the span takes of year accounts, as priced at this revision. */
export const keepTakes = (
  store: Store,
  _write: Write,
  { familyId, month }: SpanKey,
  { takes, revision, bookId }: { takes: YearTakes; revision: number; bookId: number },
): void => {
  store
    .statement(
      'update billing_span set takes = ?, takes_revision = ?, takes_book_id = ? where family_id = ? and month = ?',
    )
    .run(JSON.stringify(takes), revision, bookId, familyId, month)
}

/** Records that a run found nothing to bill or give back in the span at this revision. */
export const settleSpan = (
  store: Store,
  _write: Write,
  { familyId, month }: SpanKey,
  { revision, bookId }: { revision: number; bookId: number },
): void => {
  store
    .statement('update billing_span set checked_revision = ?, checked_book_id = ? where family_id = ? and month = ?')
    .run(revision, bookId, familyId, month)
}
