import { and, eq, inArray } from 'drizzle-orm'
import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import type { Answer } from '../../../shared/rules/cell/cell-actions.ts'
import type { FreePart } from '../../../shared/rules/money/debit/collection.ts'
import type { MandateFacts, Presented, SequenceType } from '../../../shared/rules/money/debit/mandate.ts'
import { committedOrBySql, committedSql } from '../../store/acts/committed.ts'
import {
  debit,
  debitCollection,
  debitFile,
  debitSettings,
  mandate,
  portalAsk,
  type yearPlan,
} from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type PayerIds, payerKey } from '../invoicing/invoicing.ts'

export type MandateRow = typeof mandate.$inferSelect
export type CollectionRow = typeof debitCollection.$inferSelect
export type DebitRow = typeof debit.$inferSelect

export const settingsRow = ({ db }: Store, regieId: number) =>
  db.select().from(debitSettings).where(eq(debitSettings.regieId, regieId)).get()

// ---- mandates

export const mandateRow = ({ db }: Store, id: number): MandateRow | undefined =>
  db.select().from(mandate).where(eq(mandate.id, id)).get()

export const mandateWithReference = ({ db }: Store, reference: string): MandateRow | undefined =>
  db.select().from(mandate).where(eq(mandate.reference, reference)).get()

/** Oldest first. */
export const mandatesOfPayer = ({ db }: Store, { familyId, thirdPartyId }: PayerIds): MandateRow[] =>
  db
    .select()
    .from(mandate)
    .where(familyId === null ? eq(mandate.thirdPartyId, thirdPartyId ?? 0) : eq(mandate.familyId, familyId))
    .orderBy(mandate.id)
    .all()

/** Oldest first, so that a payer's newest mandate comes last. */
export const mandatesOfRegie = ({ db }: Store, regieId: number): MandateRow[] =>
  db.select().from(mandate).where(eq(mandate.regieId, regieId)).orderBy(mandate.id).all()

/** All mandates on one bank account, of any payer and any régie. @param digest stands for the IBAN */
export const mandatesWithDigest = ({ db }: Store, digest: string): MandateRow[] =>
  db.select().from(mandate).where(eq(mandate.digest, digest)).all()

/** The highest number used this year among the references with this prefix. */
export const lastMandateNumber = (store: Store, prefix: string, year: number): number =>
  store
    .statement('select coalesce(max(number), 0) from mandate where year = ? and reference glob ?')
    .pluck()
    .get(year, `${prefix}-${year}-*`) as number

/** Aggregates of a mandate's debits, enough for its rules: the day of the last one, and whether one was settled. */
type Summary = { readonly mandateId: number; readonly lastOn: Day; readonly isSettled: 0 | 1 }

const wasPresented = `debit.removed_on is null and collection.state <> 'frozen'`

const summaries = (store: Store, mandateIds: readonly number[]): ReadonlyMap<number, Summary> =>
  new Map(
    (
      store
        .statement(
          `select debit.mandate_id as mandateId, max(collection.collect_on) as lastOn,
            max(debit.came_back is not 'rejected') as isSettled
          from json_each(?) wanted cross join debit on debit.mandate_id = wanted.value
          join debit_collection collection on collection.id = debit.collection_id
          where ${wasPresented} group by debit.mandate_id`,
        )
        .all(JSON.stringify(mandateIds)) as Summary[]
    ).map((summary) => [summary.mandateId, summary]),
  )

/** The facts that decide the state and the next sequence of each mandate. */
export const mandateFacts = (store: Store, rows: readonly MandateRow[]): ((row: MandateRow) => MandateFacts) => {
  const known = summaries(
    store,
    rows.map(({ id }) => id),
  )
  return ({ id, kind, signedOn, suspendedOn, stoppedOn }) => {
    const found = known.get(id)
    const presented: Presented[] = found ? [{ on: found.lastOn, cameBack: found.isSettled ? null : 'rejected' }] : []
    return { kind, signedOn, suspendedOn, stoppedOn, presented }
  }
}

/** Every debit of a mandate that was in a file, oldest first. */
export const presentedOf = (store: Store, mandateId: number): Presented[] =>
  store
    .statement(
      `select collection.collect_on as "on", debit.came_back as cameBack
      from debit join debit_collection collection on collection.id = debit.collection_id
      where debit.mandate_id = ? and ${wasPresented} order by collection.collect_on, debit.id`,
    )
    .all(mandateId) as Presented[]

type PortalMandateRow = {
  readonly id: number
  readonly kind: 'mandate' | 'mandateStop'
  readonly reference: string
  readonly recordedAt: Instant
  readonly familyId: number | null
  readonly family: string
  readonly settled: Answer | null
  readonly settledReason: string
  readonly dismissReason: string | null
}

/**
 * Mandates that parents signed or stopped on the portal since an instant, and older ones that nobody has settled;
 * newest first.
 */
export const portalMandateRows = (store: Store, familyId: number | null, since: Instant): PortalMandateRow[] =>
  store
    .statement(
      `select ask.id, ask.kind, receipt as reference, recorded_at as recordedAt, family.id as familyId,
        coalesce(family.name, '') as family, settled, settled_reason as settledReason,
        dismiss_reason as dismissReason
      from portal_ask ask left join family on family.id = ask.family_id
      where ask.kind in ('mandate', 'mandateStop') and (?2 is null or ask.family_id = ?2)
        and (recorded_at >= ?1 or settled is null or (settled = 'refused' and dismiss_reason is null))
      order by recorded_at desc, ask.id desc`,
    )
    .all({ 1: since, 2: familyId }) as PortalMandateRow[]

export const portalMandateRow = ({ db }: Store, id: number) =>
  db
    .select()
    .from(portalAsk)
    .where(and(eq(portalAsk.id, id), inArray(portalAsk.kind, ['mandate', 'mandateStop'])))
    .get()

type OpenRequest = {
  readonly id: number
  readonly familyId: number
  readonly regieId: number
  readonly askedOn: Day
}

/** The mandates that homes are asked to sign: requests for an account that nobody has ended. */
export const accountRequestsOf = (store: Store, familyIds: readonly number[]): OpenRequest[] =>
  store
    .statement(
      `select request.id, family_id as familyId, regie_id as regieId, asked_on as askedOn
      from json_each(?) wanted cross join account_request request on request.family_id = wanted.value
      where ended_on is null order by request.id`,
    )
    .all(JSON.stringify(familyIds)) as OpenRequest[]

// ---- collections

export const collectionRow = ({ db }: Store, id: number): CollectionRow | undefined =>
  db.select().from(debitCollection).where(eq(debitCollection.id, id)).get()

/** Whether a collection of that day and régie has lines that still count, or somebody is freezing one. */
export const hasCollectionOn = (store: Store, regieId: number, on: Day): boolean =>
  store
    .statement(
      `select 1 from debit_collection collection where regie_id = ? and collect_on = ?
        and (act_id in (select id from act where state = 'open')
          or exists (select 1 from debit where collection_id = collection.id and removed_on is null))`,
    )
    .get(regieId, on) !== undefined

type CollectionTotals = Pick<
  CollectionRow,
  'id' | 'regieId' | 'state' | 'frozenAt' | 'format' | 'fileName' | 'sha256'
> & {
  readonly on: Day
  readonly frozenBy: string
  readonly lines: number
  readonly cents: number
  readonly returned: number
  readonly returnedCents: number
}

/** Newest first. @param actId the caller's open act, whose own collection counts too */
export const collectionTotals = (
  store: Store,
  of: { regieId: number } | { id: number },
  actId = 0,
): CollectionTotals[] =>
  store
    .statement(
      `select collection.id, collection.regie_id as regieId, collect_on as "on", collection.state,
        frozen_at as frozenAt, format, file_name as fileName, sha256, act.actor_name as frozenBy,
        count(debit.id) filter (where removed_on is null) as lines,
        coalesce(sum(amount_cents) filter (where removed_on is null), 0) as cents,
        count(came_back) as returned, coalesce(sum(amount_cents) filter (where came_back is not null), 0) as returnedCents
      from debit_collection collection join act on act.id = collection.act_id
      left join debit on debit.collection_id = collection.id
      where ${'id' in of ? 'collection.id' : 'collection.regie_id'} = ?1 and ${committedOrBySql('?2', 'collection.act_id')}
      group by collection.id order by collect_on desc, collection.id desc`,
    )
    .all({ 1: 'id' in of ? of.id : of.regieId, 2: actId }) as CollectionTotals[]

/** SQL: the name of the payer of `mandate`. */
const payerNameSql = 'coalesce(family.name, third_party.name)'
const joinPayerSql = `left join family on family.id = mandate.family_id
  left join third_party on third_party.id = mandate.third_party_id`

export type LineRow = DebitRow &
  PayerIds & {
    readonly payer: string
    readonly debtor: string
    readonly lastFour: string
    readonly reference: string
    readonly receiptYear: number | null
    readonly receiptNumber: number | null
  }

/** Lines of a collection, by the name of the payer, including those that were removed. */
export const linesOf = (store: Store, collectionId: number): LineRow[] =>
  store
    .statement(
      `select debit.id, debit.collection_id as collectionId, debit.mandate_id as mandateId,
        debit.amount_cents as amountCents, sequence, end_to_end_id as endToEndId, notice_year as noticeYear,
        notice_number as noticeNumber, removed_on as removedOn, remove_reason as removeReason,
        payment_id as paymentId, came_back as cameBack, came_back_on as cameBackOn, return_code as returnCode,
        debit.act_id as actId, mandate.family_id as familyId, mandate.third_party_id as thirdPartyId,
        ${payerNameSql} as payer, mandate.debtor, mandate.last_four as lastFour, mandate.reference, payment.receipt_year as receiptYear,
        payment.receipt_number as receiptNumber
      from debit join mandate on mandate.id = debit.mandate_id ${joinPayerSql}
      left join payment on payment.id = debit.payment_id
      where debit.collection_id = ? order by payer, debit.id`,
    )
    .all(collectionId) as LineRow[]

export type PartRow = {
  readonly debitId: number
  readonly invoiceId: number | null
  readonly openingDebtId: number | null
  readonly yearPartId: number | null
  readonly cents: number
  /** Null for an opening balance and for the part of a year. */
  readonly series: string | null
  readonly year: number | null
  readonly number: number | null
  /** The number of an invoice taken over; null for everything else. */
  readonly reference: string | null
  /** The day of issue of an invoice, or the day of an opening balance or of a part. */
  readonly on: Day
  /** The first day that an invoice bills; null for the others. */
  readonly from: Day | null
}

export const partsOf = (store: Store, debitIds: readonly number[]): ReadonlyMap<number, PartRow[]> =>
  Map.groupBy(
    store
      .statement(
        `select debit_id as debitId, invoice_id as invoiceId, opening_debt_id as openingDebtId,
          year_part_id as yearPartId, part.amount_cents as cents, series, year, invoice.number, opening.reference,
          coalesce(issued_on, opening.on_day, ofYear.due_on) as "on", invoice.from_day as "from"
        from json_each(?) wanted cross join debit_part part on part.debit_id = wanted.value
        left join invoice on invoice.id = invoice_id left join opening_balance opening on opening.id = opening_debt_id
        left join year_part ofYear on ofYear.id = year_part_id
        order by part.id`,
      )
      .all(JSON.stringify(debitIds)) as PartRow[],
    ({ debitId }) => debitId,
  )

/** SQL: a line that is not paid yet. */
const pendingSql = `debit.removed_on is null and debit.came_back is null and debit.payment_id is null`

/** SQL: the day on which a frozen collection debits `invoice`; null when none does. */
export const debitOnSql = `(select max(collection.collect_on) from debit_part part
  join debit on debit.id = part.debit_id join debit_collection collection on collection.id = debit.collection_id
  where part.invoice_id = invoice.id and collection.state <> 'collected' and ${pendingSql}
    and ${committedSql('collection.act_id')})`

/** The opening balances that frozen collections debit, each with the day. */
export const openingsDebited = (store: Store, openingIds: readonly number[]): ReadonlyMap<number, Day> =>
  openingIds.length === 0
    ? new Map()
    : new Map(
        store
          .statement(
            `select part.opening_debt_id, max(collection.collect_on) from debit_collection collection
            join debit on debit.collection_id = collection.id join debit_part part on part.debit_id = debit.id
            where collection.state <> 'collected' and ${pendingSql} and ${committedSql('collection.act_id')}
              and part.opening_debt_id in (select value from json_each(?)) group by part.opening_debt_id`,
          )
          .raw()
          .all(JSON.stringify(openingIds)) as [number, Day][],
      )

type PublishedMandate = {
  readonly familyId: number
  readonly regieId: number
  readonly reference: string
  readonly lastFour: string
  readonly signedOn: Day
  /** Whether the desk stores the text that was signed. */
  readonly hasPaper: 0 | 1
}

/** The mandates of these homes through which money is collected: neither suspended nor stopped. */
export const collectedMandates = (store: Store, familyIds: readonly number[]): PublishedMandate[] =>
  store
    .statement(
      `select family_id as familyId, regie_id as regieId, reference, last_four as lastFour, signed_on as signedOn,
        paper is not null as hasPaper
      from json_each(?) wanted cross join mandate on mandate.family_id = wanted.value
      where suspended_on is null and stopped_on is null order by mandate.id`,
    )
    .all(JSON.stringify(familyIds)) as PublishedMandate[]

type AnnouncedDebit = Pick<DebitRow, 'noticeYear' | 'noticeNumber'> & {
  readonly familyId: number
  readonly prefix: string | null
  readonly on: Day
  readonly cents: number
  readonly lastFour: string
}

/** The amounts that frozen collections are about to debit from these homes, by day. */
export const announcedDebits = (store: Store, familyIds: readonly number[]): AnnouncedDebit[] =>
  store
    .statement(
      `select mandate.family_id as familyId, regie.prefix, collection.collect_on as "on",
        debit.amount_cents as cents, mandate.last_four as lastFour, notice_year as noticeYear,
        notice_number as noticeNumber
      from json_each(?) wanted cross join mandate on mandate.family_id = wanted.value
      join debit on debit.mandate_id = mandate.id join debit_collection collection on collection.id = debit.collection_id
      join regie on regie.id = collection.regie_id
      where collection.state <> 'collected' and ${pendingSql} and ${committedSql('collection.act_id')}
      order by collection.collect_on, debit.id`,
    )
    .all(JSON.stringify(familyIds)) as AnnouncedDebit[]

type ReturnedDebit = Pick<DebitRow, 'id'> & {
  readonly familyId: number
  readonly on: Day
  readonly cents: number
  readonly lastFour: string
  readonly code: string
}

/** Debits of these homes that came back, the last one first. */
export const returnedRows = (store: Store, familyIds: readonly number[]): ReturnedDebit[] =>
  store
    .statement(
      `select debit.id, mandate.family_id as familyId, collection.collect_on as "on", debit.amount_cents as cents,
        mandate.last_four as lastFour, return_code as code
      from json_each(?) wanted cross join mandate on mandate.family_id = wanted.value
      join debit on debit.mandate_id = mandate.id join debit_collection collection on collection.id = debit.collection_id
      where came_back is not null order by collection.collect_on desc, debit.id desc`,
    )
    .all(JSON.stringify(familyIds)) as ReturnedDebit[]

/** The days of the collections that are about to debit a mandate. */
export const announcedDays = (store: Store, mandateId: number): Day[] =>
  store
    .statement(
      `select collect_on from debit join debit_collection collection on collection.id = debit.collection_id
      where mandate_id = ? and collection.state <> 'collected' and ${pendingSql}`,
    )
    .pluck()
    .all(mandateId) as Day[]

/** The debts of a régie that collections are about to take, as « invoice 12 » and « opening 3 ». */
export const debtsInCollections = (store: Store, regieId: number): ReadonlySet<string> =>
  new Set(
    store
      .statement(
        `select iif(part.invoice_id is null, 'opening ' || part.opening_debt_id, 'invoice ' || part.invoice_id)
        from debit_collection collection join debit on debit.collection_id = collection.id
        join debit_part part on part.debit_id = debit.id
        where collection.regie_id = ? and collection.state <> 'collected' and ${pendingSql}
          and part.year_part_id is null`,
      )
      .pluck()
      .all(regieId) as string[],
  )

/** Whether an earlier collection, or one that somebody is freezing, takes a debt that this one takes too. */
export const sharesDebts = (store: Store, collectionId: number): boolean =>
  (['invoice_id', 'opening_debt_id', 'year_part_id'] as const).some(
    (debt) =>
      store
        .statement(
          `select 1 from debit mine join debit_part part on part.debit_id = mine.id
          join debit_part other on other.${debt} = part.${debt} join debit on debit.id = other.debit_id
          where mine.collection_id = ?1 and debit.collection_id < ?1 and ${pendingSql} limit 1`,
        )
        .get({ 1: collectionId }) !== undefined,
  )

/** SQL: whether a collection takes or took a part of a year that did not come back. */
export const isTakenSql = (part: string): string =>
  `exists (select 1 from debit_part taking join debit on debit.id = taking.debit_id
    where taking.year_part_id = ${part}.id and debit.removed_on is null and debit.came_back is null)`

type HomePart = FreePart & { readonly familyId: number }

const freePartsWhere = (store: Store, where: string, value: string | number): HomePart[] =>
  store
    .statement(
      `select plan.family_id as familyId, part.id as yearPartId, part.due_on as dueOn, part.amount_cents as cents
      from year_plan plan join year_part part on part.plan_id = plan.id
      where ${where} and plan.ended_on is null and part.dropped_on is null and not ${isTakenSql('part')}
      order by part.due_on`,
    )
    .all(value) as HomePart[]

/** By home, the parts of years at a régie that no collection takes yet. */
export const freeYearParts = (store: Store, regieId: number): ReadonlyMap<number, FreePart[]> =>
  Map.groupBy(freePartsWhere(store, 'plan.regie_id = ?', regieId), ({ familyId }) => familyId)

/** The same for some homes, at every régie. */
export const freePartsOf = (store: Store, familyIds: readonly number[]): FreePart[] =>
  freePartsWhere(store, 'plan.family_id in (select value from json_each(?))', JSON.stringify(familyIds))

export type YearPlanRow = Omit<typeof yearPlan.$inferSelect, 'actId'> & { readonly by: string }

/** Newest first. */
export const yearPlansOf = (store: Store, of: { familyIds: readonly number[] } | { id: number }): YearPlanRow[] =>
  store
    .statement(
      `select plan.id, family_id as familyId, regie_id as regieId, made_on as madeOn, balance_on as balanceOn,
        ended_on as endedOn, end_reason as endReason, act.actor_name as "by"
      from year_plan plan join act on act.id = act_id
      where ${'id' in of ? 'plan.id = ?' : 'family_id in (select value from json_each(?))'} order by plan.id desc`,
    )
    .all('id' in of ? of.id : JSON.stringify(of.familyIds)) as YearPlanRow[]

export type YearPartRow = {
  readonly id: number
  readonly planId: number
  readonly dueOn: Day
  readonly cents: number
  /** The outcome of the part in the last collection that took it; null when none did. */
  readonly last: 'announced' | 'taken' | 'returned' | null
}

/** The parts in force of these years, by day. */
export const partsOfYears = (store: Store, planIds: readonly number[]): ReadonlyMap<number, YearPartRow[]> =>
  Map.groupBy(
    store
      .statement(
        `select part.id, part.plan_id as planId, part.due_on as dueOn, part.amount_cents as cents, (
            select case when debit.came_back is not null then 'returned' when debit.payment_id is not null then 'taken'
              else 'announced' end
            from debit_part taking join debit on debit.id = taking.debit_id
            join debit_collection collection on collection.id = debit.collection_id
            where taking.year_part_id = part.id and debit.removed_on is null and ${committedSql('collection.act_id')}
            order by debit.id desc limit 1) as last
        from json_each(?) wanted cross join year_part part on part.plan_id = wanted.value
        where part.dropped_on is null order by part.due_on, part.id`,
      )
      .all(JSON.stringify(planIds)) as YearPartRow[],
    ({ planId }) => planId,
  )

/** The invoices paid by a year plan, less the credit notes made while it lasted. */
export const billedInYear = (store: Store, { familyId, regieId, madeOn, balanceOn, endedOn }: YearPlanRow): number =>
  store
    .statement(
      `select coalesce(sum(total_cents), 0) from invoice where family_id = ? and regie_id = ? and state = 'issued'
        and (due_on is null or kind = 'creditNote') and issued_on between ? and ?`,
    )
    .pluck()
    .get(familyId, regieId, madeOn, endedOn ?? balanceOn) as number

export const debitRow = ({ db }: Store, id: number): DebitRow | undefined =>
  db.select().from(debit).where(eq(debit.id, id)).get()

export const lastNoticeNumber = (store: Store, regieId: number, year: number): number =>
  store
    .statement(
      `select coalesce(max(notice_number), 0) from debit join debit_collection collection
        on collection.id = debit.collection_id where collection.regie_id = ? and notice_year = ?`,
    )
    .pluck()
    .get(regieId, year) as number

/** The number of files that a régie wrote between two instants. */
export const filesWritten = (store: Store, regieId: number, from: Instant): number =>
  store
    .statement('select count(*) from debit_collection where regie_id = ? and written_at >= ?')
    .pluck()
    .get(regieId, from) as number

/** The homes among these that asked for paper, or of which no guardian has a portal account. */
export const homesOffPortal = (
  store: Store,
  familyIds: readonly number[],
): { readonly familyId: number; readonly asksPaper: 0 | 1 }[] =>
  store
    .statement(
      `select family.id as familyId, family.invoices_by = 'paper' as asksPaper from json_each(?) wanted cross join family on family.id = wanted.value
        where family.invoices_by = 'paper' or not exists (
          select 1 from family_guardian link join portal_account account on account.guardian_id = link.guardian_id
          where link.family_id = family.id and account.activated_at is not null and not account.blocked)`,
    )
    .all(JSON.stringify(familyIds)) as { familyId: number; asksPaper: 0 | 1 }[]

/** SQL: the mails that carry the notices of an act's debits. A notice that was sent again has a row for each mail. */
const noticeMailsSql = `with recursive told(id, debitId) as (
    select id, paper ->> '$.id' from mail where act_id = :actId and paper ->> '$.kind' = 'debitNotice'
    union all
    select again.id, debitId from told join mail again on again.resend_of_id = told.id)`

/** The mails with notices of these debits that have not left. @param actId the act that froze the debits */
export const noticesWaiting = (store: Store, actId: number, debitIds: readonly number[]): number[] =>
  store
    .statement(
      `${noticeMailsSql} select told.id from told join mail_delivery delivery on delivery.id = told.id
      where fate = 'waiting' and debitId in (select value from json_each(:debitIds))`,
    )
    .pluck()
    .all({ actId, debitIds: JSON.stringify(debitIds) }) as number[]

/** Of the debits that an act froze, those whose notice was mailed or is still queued. */
export const noticesMailed = (
  store: Store,
  asked: { readonly actId: number; readonly lateBefore: Instant },
): number[] =>
  store
    .statement(
      `${noticeMailsSql}
      select distinct debitId from told join mail on mail.id = told.id join mail_delivery delivery on delivery.id = mail.id
      where withdrawn_at is null
        and (fate in ('sending', 'sent') or (fate = 'waiting' and queued_at >= :lateBefore))`,
    )
    .pluck()
    .all(asked) as number[]

type Payer = PayerIds & {
  readonly name: string
  /** Whether its debts are collected by the public accountant. */
  readonly toTitle: 0 | 1
}

/** The payers who ever gave a mandate at a régie, by their key. */
export const payersOfRegie = (store: Store, regieId: number): ReadonlyMap<string, Payer> =>
  new Map(
    (
      store
        .statement(
          `select distinct mandate.family_id as familyId, mandate.third_party_id as thirdPartyId, ${payerNameSql} as name,
            coalesce(third_party.to_title, 0) as toTitle
          from mandate ${joinPayerSql} where mandate.regie_id = ?`,
        )
        .all(regieId) as Payer[]
    ).map((payer) => [payerKey(payer), payer]),
  )

export const fileRow = ({ db }: Store, collectionId: number) =>
  db.select().from(debitFile).where(eq(debitFile.collectionId, collectionId)).get()

// ---- debits that come back

type FoundDebit = Pick<
  DebitRow,
  'id' | 'mandateId' | 'amountCents' | 'endToEndId' | 'cameBack' | 'cameBackOn' | 'removedOn' | 'paymentId'
> & {
  readonly on: Day
  readonly state: CollectionRow['state']
  readonly thirdPartyId: number | null
  readonly reference: string
  readonly payer: string
  readonly messageId: string | null
  readonly sequence: SequenceType
}

/** Whether a régie has a frozen collection without a file. */
export const hasFrozenCollection = (store: Store, regieId: number): boolean =>
  store.statement(`select 1 from debit_collection where regie_id = ? and state = 'frozen' limit 1`).get(regieId) !==
  undefined

/** The debits of a régie that have this name, this mandate or this file. */
export const debitsNamed = (
  store: Store,
  regieId: number,
  by: { endToEndId: string } | { reference: string } | { messageId: string },
): FoundDebit[] => {
  const [column, value] =
    'endToEndId' in by
      ? ['debit.end_to_end_id', by.endToEndId]
      : 'reference' in by
        ? ['mandate.reference', by.reference]
        : ['collection.message_id', by.messageId]
  return store
    .statement(
      `select debit.id, debit.mandate_id as mandateId, debit.amount_cents as amountCents,
        debit.end_to_end_id as endToEndId, debit.came_back as cameBack, debit.came_back_on as cameBackOn,
        debit.removed_on as removedOn, debit.payment_id as paymentId,
        collection.collect_on as "on", collection.state, mandate.third_party_id as thirdPartyId, mandate.reference,
        ${payerNameSql} as payer, collection.message_id as messageId, debit.sequence
      from debit join debit_collection collection on collection.id = debit.collection_id
      join mandate on mandate.id = debit.mandate_id ${joinPayerSql}
      where collection.regie_id = ? and ${column} = ? order by collection.collect_on desc, debit.id desc`,
    )
    .all(regieId, value) as FoundDebit[]
}
