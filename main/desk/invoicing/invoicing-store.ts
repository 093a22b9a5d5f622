import { setImmediate } from 'node:timers/promises'
import { and, asc, desc, eq } from 'drizzle-orm'
import { compareTexts } from '../../../shared/collections.ts'
import { type Day, daysOfMonth, type Instant, type Month } from '../../../shared/rules/calendar/day.ts'
import type { AttendanceMark } from '../../../shared/rules/cell/attendance.ts'
import type { JournalEntry, PaperKind, Verdict } from '../../../shared/rules/money/invoice.ts'
import { committedSql } from '../../store/acts/committed.ts'
import { among, queryByIds } from '../../store/connection.ts'
import { invoice, invoiceLine, invoiceRun } from '../../store/schema/index.ts'
import { alphabeticalSql } from '../../store/search-index.ts'
import type { Store } from '../../store/store.ts'
import type { PayerKind } from './account-store.ts'

export type InvoiceRow = typeof invoice.$inferSelect
/** A paper of a home, not of a third party. */
export type HomePaperRow = InvoiceRow & { readonly familyId: number }
export type LineRow = typeof invoiceLine.$inferSelect

export type RunTotals = {
  readonly id: number
  readonly label: string
  readonly from: Day
  readonly to: Day
  readonly activityIds: string | null
  readonly createdAt: Instant
  readonly drafts: number
  readonly issued: number
  readonly draftCents: number
  readonly issuedCents: number
}

/** Runs with the number and sum of their papers, newest first, at most 100. @param id reads this run only */
export const runTotals = (store: Store, id: number | null): RunTotals[] =>
  store
    .statement(
      `select run.id, run.label, run.from_day as "from", run.to_day as "to", run.activity_ids as activityIds,
        run.created_at as createdAt,
        count(distinct case when invoice.state = 'draft'
          then coalesce(invoice.family_id || ' ' || invoice.month || ' ' || invoice.regie_id, invoice.id) end) as drafts,
        count(case when invoice.state = 'issued' then 1 end) as issued,
        coalesce(sum(case when invoice.state = 'draft' then invoice.total_cents end), 0) as draftCents,
        coalesce(sum(case when invoice.state = 'issued' then invoice.total_cents end), 0) as issuedCents
      from invoice_run run left join invoice on invoice.run_id = run.id and ${committedSql('invoice.act_id')}
      where (? is null or run.id = ?) and ${committedSql('run.act_id')}
      group by run.id order by run.id desc limit 100`,
    )
    .all(id, id) as RunTotals[]

export const runRow = (store: Store, id: number) =>
  store.db.select().from(invoiceRun).where(eq(invoiceRun.id, id)).get()

export type DraftTotals = {
  readonly id: number
  readonly familyId: number
  readonly regieId: number
  readonly family: string
  readonly children: number
  readonly kind: PaperKind
  readonly state: 'draft' | 'issued'
  readonly series: string | null
  readonly year: number | null
  readonly number: number | null
  readonly month: Month | null
  readonly goesWithId: number | null
  readonly familyQuotient: number | null
  readonly previousCents: number | null
  readonly totalCents: number
  readonly regularisedCents: number
  readonly creditedCents: number
  readonly leftCents: number
  readonly verdict: Verdict
  readonly journal: JournalEntry[]
  readonly setAside: 0 | 1
  /** The family's name in the form by which lists are sorted. */
  readonly alphabetical: string
}

/**
 * Papers of a run, drafts and issued. Those that need attention come first, then by family name. @param familyId null
 * for every family
 */
export const draftTotals = async (
  store: Store,
  by: { readonly runId: number; readonly familyId: number | null },
): Promise<DraftTotals[]> => {
  const found = await readInTurns(draftsPerRead, (after) => draftTotalsAfter(store, by, after))
  return found.toSorted(
    (one, other) =>
      rankOf(one) - rankOf(other) ||
      compareTexts(one.alphabetical, other.alphabetical) ||
      compareTexts(other.kind, one.kind) ||
      one.id - other.id,
  )
}

/** Drafts read at once with their sums: about twenty milliseconds of work. */
const draftsPerRead = 500

const rankOf = ({ verdict }: DraftTotals): number => ['stale', 'error', 'warning', 'ready'].indexOf(verdict)

const draftTotalsAfter = (
  store: Store,
  by: { readonly runId: number; readonly familyId: number | null },
  after: number,
): DraftTotals[] => {
  const rows = store
    .statement(
      `select invoice.id, family.id as familyId, invoice.regie_id as regieId, family.name as family,
        ${alphabeticalSql('family.name')} as alphabetical, invoice.kind, invoice.state, invoice.series, invoice.year,
        invoice.number, invoice.month, invoice.goes_with_id as goesWithId, json_extract(invoice.paper, '$.familyQuotients[#-1].value') as familyQuotient,
        invoice.previous_balance_cents as previousCents, invoice.total_cents as totalCents, invoice.verdict,
        invoice.journal, invoice.set_aside as setAside,
        (select coalesce(sum(note.total_cents), 0) from invoice note where note.goes_with_id = invoice.id)
          as regularisedCents,
        (select count(distinct child_id) from invoice_line where invoice_id = invoice.id) as children,
        (select coalesce(-sum(note.total_cents), 0) from invoice note
          where note.corrects_id = invoice.id and note.state = 'issued') as creditedCents,
        invoice.total_cents - coalesce((select sum(amount_cents) from allocation where invoice_id = invoice.id), 0)
          as leftCents
      from invoice join family on family.id = invoice.family_id
      where invoice.run_id = :runId and invoice.id > :after and (:familyId is null or invoice.family_id = :familyId)
        and ${committedSql('invoice.act_id')}
      order by invoice.id limit ${draftsPerRead}`,
    )
    .all({ ...by, after }) as (Omit<DraftTotals, 'journal'> & { readonly journal: string })[]
  return rows.map((row) => ({ ...row, journal: JSON.parse(row.journal) as JournalEntry[] }))
}

/** All rows, by id, read in parts between which other calls are served. */
const readInTurns = async <Row extends { readonly id: number }>(
  rowsPerRead: number,
  read: (after: number) => readonly Row[],
): Promise<Row[]> => {
  const rows: Row[] = []
  for (;;) {
    const found = read(rows.at(-1)?.id ?? 0)
    rows.push(...found)
    if (found.length < rowsPerRead) return rows
    await setImmediate()
  }
}

/** A draft without its texts, so that the drafts of a large run fit in memory. */
export type DraftKey = Pick<
  HomePaperRow,
  'id' | 'familyId' | 'regieId' | 'kind' | 'month' | 'fromDay' | 'toDay' | 'verdict' | 'setAside'
>

/** The drafts of homes in a run, by id. */
export const draftKeysOfRun = (store: Store, runId: number): Promise<DraftKey[]> =>
  readInTurns(draftKeysPerRead, (after) => draftKeysAfter(store, runId, after))

const draftKeysPerRead = 2000

const draftKeysAfter = (store: Store, runId: number, after: number): DraftKey[] =>
  (
    store
      .statement(
        `select id, family_id as familyId, regie_id as regieId, kind, month, from_day as fromDay, to_day as toDay, verdict,
          set_aside as setAside
        from invoice where run_id = ? and id > ? and state = 'draft' and family_id is not null
        order by id limit ${draftKeysPerRead}`,
      )
      .all(runId, after) as (Omit<DraftKey, 'setAside'> & { setAside: 0 | 1 })[]
  ).map((row) => ({ ...row, setAside: row.setAside === 1 }))

export const draftCount = (store: Store, runId: number): number =>
  store.statement(`select count(*) from invoice where run_id = ? and state = 'draft'`).pluck().get(runId) as number

export const hasIssued = (store: Store, runId: number): boolean =>
  store.statement(`select exists (select 1 from invoice where run_id = ? and state = 'issued')`).pluck().get(runId) ===
  1

export const isHomePaper = <Row extends Pick<InvoiceRow, 'familyId'>>(row: Row): row is Row & { familyId: number } =>
  row.familyId !== null

export const invoiceRow = (store: Store, id: number) => store.db.select().from(invoice).where(eq(invoice.id, id)).get()

export const invoiceRows = queryByIds((db) => db.select().from(invoice).where(among(invoice.id)).prepare())

/** Lines by invoice id, in the order in which they are printed. */
export const linesOf = (store: Store, invoiceIds: readonly number[]): ReadonlyMap<number, LineRow[]> =>
  Map.groupBy(lineRows(store, invoiceIds), (line) => line.invoiceId)

const lineRows = queryByIds((db) =>
  db
    .select()
    .from(invoiceLine)
    .where(among(invoiceLine.invoiceId))
    .orderBy(asc(invoiceLine.invoiceId), asc(invoiceLine.position))
    .prepare(),
)

export const issuedOf = (store: Store, payerId: number, of: PayerKind = 'family'): InvoiceRow[] =>
  store.db
    .select()
    .from(invoice)
    .where(and(eq(of === 'family' ? invoice.familyId : invoice.thirdPartyId, payerId), eq(invoice.state, 'issued')))
    .orderBy(desc(invoice.issuedOn), desc(invoice.id))
    .all()

export const paperByNumber = (store: Store, series: string, year: number, number: number) =>
  store.db
    .select()
    .from(invoice)
    .where(and(eq(invoice.series, series), eq(invoice.year, year), eq(invoice.number, number)))
    .get()

/** The last numbered paper of a series: its hash is part of what the next paper's seal covers. */
export const lastNumbered = (store: Store, series: string) =>
  store
    .statement(
      'select year, number, hash from invoice where series = ? and number is not null order by year desc, number desc limit 1',
    )
    .get(series) as { year: number; number: number; hash: string } | undefined

/** Acts on a run, newest first. Ids of deleted runs are used again, so only acts since the last insert of this id. */
export const actsOfRun = (store: Store, runId: number) =>
  store
    .statement(
      `select distinct act.id, act.started_at as at, act.label as what, act.actor_name as person from act
      where act.state = 'closed' and act.id in (
        select act_id from audit where entity = 'invoice_run' and entity_id = :runId and id >= coalesce((
          select max(id) from audit where entity = 'invoice_run' and entity_id = :runId and operation = 'insert'), 0)
      ) order by act.id desc limit 50`,
    )
    .all({ runId }) as { id: number; at: Instant; what: string; person: string }[]

/** Day, billing paper and state of these reservations. */
export const cellsById = (store: Store, ids: readonly number[]) =>
  store
    .statement(
      `select reservation.id, day, billed_by as billedBy, held, charged_reason is not null as charged from json_each(?) wanted
      cross join reservation on reservation.id = wanted.value`,
    )
    .all(JSON.stringify(ids)) as {
    id: number
    day: Day
    billedBy: number | null
    held: 'none' | 'waitlisted' | 'confirmed'
    charged: 0 | 1
  }[]

/** Number of chargeable cells that no paper bills yet, by activity, day, booking and attendance mark. */
export const cellsNotBilled = (store: Store, { from, to, bookId }: { from: Day; to: Day; bookId: number }) =>
  store
    .statement(
      `with settled as materialized (select span.family_id, span.month, null as regie_id from billing_span span
        where span.month between substr(:from, 1, 7) and substr(:to, 1, 7) and span.revision <= span.checked_revision
        and (span.checked_book_id = :bookId or exists (select 1 from billed_span billed
          where billed.family_id = span.family_id and billed.month = span.month))
        union all select final.family_id, final.month, final.regie_id from final_span final)
      select activity.id as activityId, reservation.day, reservation.held = 'confirmed' as isBooked,
        attendance.mark, count(*) as cells
      from period
      join activity on activity.id = period.activity_id
      cross join reservation on reservation.period_id = period.id and reservation.day between :from and :to
      cross join registration on registration.id = reservation.registration_id
      left join attendance on attendance.reservation_id = reservation.id
      where period.start_day <= :to and period.end_day >= :from and reservation.billed_by is null
      and not exists (select 1 from settled
        where settled.family_id = registration.family_id and settled.month = substr(reservation.day, 1, 7)
          and (settled.regie_id is null or settled.regie_id = activity.regie_id))
      and (reservation.held = 'confirmed' or reservation.charged_reason is not null
        or reservation.cancel_surcharge_cents > 0 or reservation.cancel_notice is not null
        or attendance.mark = 'present')
      group by activity.id, reservation.day, isBooked, attendance.mark
      order by ${alphabeticalSql('activity.name')}, activity.id, reservation.day`,
    )
    .all({ from, to, bookId }) as {
    activityId: number
    day: Day
    isBooked: 0 | 1
    mark: AttendanceMark | null
    cells: number
  }[]

/** SQL: the drafts that `issue` issues when the user chooses none. */
const issuable = `invoice.kind = 'invoice' and invoice.state = 'draft' and not invoice.set_aside
  and invoice.verdict <> 'error'`

/**
 * Cells of today or later that these drafts bill: their number and first and last day in the drafts to be issued, and
 * their number in the drafts that would stay (`staying`). A cell with a second line for its surcharge counts once.
 * @param draftIds all or none of the drafts of a home
 */
export const futureCells = (store: Store, draftIds: readonly number[], today: Day) =>
  store
    .statement(
      `select count(distinct cell.id) filter (where ${issuable}) as cells,
        min(cell.day) filter (where ${issuable}) as "from", max(cell.day) filter (where ${issuable}) as "to",
        count(distinct cell.id) filter (where not (${issuable})) as staying
      from json_each(?) draft cross join invoice on invoice.id = draft.value
      cross join invoice_line line on line.invoice_id = invoice.id
      cross join json_each(line.reservation_ids) wanted
      cross join reservation cell on cell.id = wanted.value
      where invoice.kind = 'invoice' and invoice.state = 'draft' and cell.day >= ?`,
    )
    .get(JSON.stringify(draftIds), today) as { cells: number; from: Day | null; to: Day | null; staying: number }

/** SQL: the month of a draft. A draft of the first version may bill several months; its first month is then taken. */
const monthOfDraft = `coalesce(draft.month, substr(draft.from_day, 1, 7))`

/**
 * Drafts by run, counted once for each month of a family: those of this month and of earlier ones, and those of later
 * months that give something back. Only of families with a line or a booking of these activities in the draft's month.
 */
export const draftsUpTo = (
  store: Store,
  scope: {
    readonly month: Month
    /** Null for every activity. */
    readonly activityIds: readonly number[] | null
    /** Null for every family. */
    readonly familyIds: readonly number[] | null
    /** Null for every régie. */
    readonly regieId: number | null
  },
) =>
  store
    .statement(
      `select run.id as runId, run.label, count(distinct draft.family_id || ' ' || ${monthOfDraft} || ' ' || draft.regie_id) as drafts
      from invoice draft join invoice_run run on run.id = draft.run_id
      where draft.state = 'draft' and ${committedSql('draft.act_id')}
      and (${monthOfDraft} <= :month or draft.kind = 'creditNote')
      and (:regieId is null or draft.regie_id = :regieId)
      and (:everyFamily or draft.family_id in (select value from json_each(:familyIds)))
      and (:everyActivity
        or exists (select 1 from invoice_line line where line.invoice_id = draft.id
          and line.activity_id in (select value from json_each(:activityIds)))
        or exists (select 1 from registration own
          join period on period.id = own.period_id
          join reservation cell on cell.registration_id = own.id and substr(cell.day, 1, 7) = ${monthOfDraft}
          where own.family_id = draft.family_id
          and period.activity_id in (select value from json_each(:activityIds))))
      group by run.id order by run.id`,
    )
    .all({
      month: scope.month,
      regieId: scope.regieId,
      everyFamily: scope.familyIds === null ? 1 : 0,
      familyIds: JSON.stringify(scope.familyIds ?? []),
      everyActivity: scope.activityIds === null ? 1 : 0,
      activityIds: JSON.stringify(scope.activityIds ?? []),
    }) as { runId: number; label: string; drafts: number }[]

/** Whether any act but `actId` changed invoices, payments, allocations or opening balances after audit row `since`. */
export const accountsChangedSince = (store: Store, since: number, actId: number): boolean =>
  store
    .statement(
      `select exists (select 1 from audit where id > ? and act_id <> ?
        and entity in ('invoice', 'payment', 'allocation', 'opening_balance'))`,
    )
    .pluck()
    .get(since, actId) === 1

export const lastAudit = (store: Store): number =>
  (store.statement('select max(id) from audit').pluck().get() as number | null) ?? 0

/** « Allocataire n° 1234567, régime général », for the families that have one. */
export const beneficiariesOf = (store: Store, familyIds: readonly number[]): ReadonlyMap<number, string[]> =>
  new Map(
    (
      store
        .statement(
          `select family.id, beneficiary_number as number, benefit_scheme as scheme from json_each(?) wanted
          cross join family on family.id = wanted.value where beneficiary_number <> ''`,
        )
        .all(JSON.stringify(familyIds)) as { id: number; number: string; scheme: string }[]
    ).map(({ id, number, scheme }) => [
      id,
      [
        `Allocataire n°\u00a0${number}${scheme === '' ? '' : `, ${scheme.replace(/^\p{Lu}(?=\p{Ll})/u, (letter) => letter.toLocaleLowerCase('fr'))}`}`,
      ],
    ]),
  )

/** Drafts of these families, of any run, by id. */
export const draftsOfFamilies = (store: Store, familyIds: readonly number[]): HomePaperRow[] =>
  draftRows(store, familyIds).filter(isHomePaper)

const draftRows = queryByIds((db) =>
  db
    .select()
    .from(invoice)
    .where(and(among(invoice.familyId), eq(invoice.state, 'draft')))
    .orderBy(asc(invoice.id))
    .prepare(),
)

export const readLogo = (store: Store, id: number): Buffer | undefined =>
  store.statement('select bytes from picture where id = ?').pluck().get(id) as Buffer | undefined

export const actLabel = (store: Store, actId: number): string => {
  const label = store.statement('select label from act where id = ?').pluck().get(actId)
  return typeof label === 'string' ? label : ''
}

/** The homes whose quotients or addresses an act wrote or removed, and the earliest day from which these count. */
export const homesChangedBy = (
  store: Store,
  actId: number,
): { readonly familyIds: readonly number[]; readonly from: Day | null } => {
  const rows = store
    .statement(
      `select family_id as familyId, from_day as fromDay from family_quotient where act_id = ?1
      union select family_id, from_day from family_address where act_id = ?1
      union select before ->> '$.familyId', before ->> '$.fromDay' from audit
        where act_id = ?1 and entity in ('family_quotient', 'family_address') and operation = 'remove'
      order by fromDay`,
    )
    .all({ 1: actId }) as { familyId: number; fromDay: Day }[]
  return { familyIds: [...new Set(rows.map(({ familyId }) => familyId))], from: rows[0]?.fromDay ?? null }
}

export const allHomeIds = (store: Store): number[] =>
  store.statement('select id from family order by id').pluck().all() as number[]

export type BilledOfMonth = {
  readonly month: Month
  readonly regieId: number
  /** Null for lines that belong to no activity. */
  readonly activityId: number | null
  readonly cents: number
}

/**
 * What issued papers of homes bill for these months, less what credit notes took back, and what they left to third
 * parties. Papers of the first version may bill several months: their lines are then split by day.
 */
export const billedByMonth = (
  store: Store,
  { familyIds, from, to }: { readonly familyIds: readonly number[]; readonly from: Month; readonly to: Month },
): BilledOfMonth[] =>
  store
    .statement(
      `with paper as (
        select invoice.* from json_each(:familyIds) wanted
        cross join invoice on invoice.family_id = wanted.value and invoice.state = 'issued'
        where substr(invoice.from_day, 1, 7) <= :to and substr(invoice.to_day, 1, 7) >= :from),
      billed as (
        select coalesce(paper.month, substr(paper.from_day, 1, 7)) as month, paper.regie_id, line.activity_id,
          line.total_cents as cents
        from paper join invoice_line line on line.invoice_id = paper.id
        where paper.month is not null or line.days = '[]'
        union all
        select substr(day.value, 1, 7), paper.regie_id, line.activity_id, sign(line.quantity) * line.unit_cents
        from paper join invoice_line line on line.invoice_id = paper.id cross join json_each(line.days) day
        where paper.month is null
        union all
        select part.month, part.regie_id, part.activity_id, part.unit_cents * json_array_length(part.days)
        from json_each(:familyIds) wanted cross join payer_part part on part.family_id = wanted.value
          and part.month between :from and :to)
      select month, regie_id as regieId, activity_id as activityId, sum(cents) as cents from billed
      where month between :from and :to group by month, regie_id, activity_id`,
    )
    .all({ familyIds: JSON.stringify(familyIds), from, to }) as BilledOfMonth[]

/** What invoices bill for each activity; null stands for lines without an activity. */
export const amountsOfInvoices = (
  store: Store,
  ids: readonly number[],
): { readonly invoiceId: number; readonly activityId: number | null; readonly cents: number }[] =>
  store
    .statement(
      `select invoice_id as invoiceId, activity_id as activityId, sum(total_cents) as cents
      from json_each(?) wanted cross join invoice_line on invoice_id = wanted.value group by invoice_id, activity_id`,
    )
    .all(JSON.stringify(ids)) as { invoiceId: number; activityId: number | null; cents: number }[]

/** The months between two, in which at least one child is booked. */
export const bookedMonths = (
  store: Store,
  { from, to }: { readonly from: Month; readonly to: Month },
): ReadonlySet<Month> =>
  new Set(
    store
      .statement(
        `select distinct substr(day, 1, 7) from reservation
        where held = 'confirmed' and day between ? and ? and ${committedSql('act_id')}`,
      )
      .pluck()
      .all(daysOfMonth(from).from, daysOfMonth(to).to) as Month[],
  )
