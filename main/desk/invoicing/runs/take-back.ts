import { setTimeout } from 'node:timers/promises'
import type { TakeBack } from '../../../../shared/contract/desk/money/invoicing.ts'
import type { Cents } from '../../../../shared/rules/money/money.ts'
import { type PayerUnit, withoutOpposites } from '../../../../shared/rules/money/payers.ts'
import { numberOf } from '../../../../shared/rules/money/series.ts'
import { type StayCause, stayCauses } from '../../../../shared/rules/money/take-back.ts'
import type { Write } from '../../../store/acts/acts.ts'
import type { Store } from '../../../store/store.ts'
import { type Core, type Person, Refused } from '../../core.ts'
import type { LongWorkTools } from '../../progress.ts'
import { atTreasurySql } from '../account-store.ts'
import { standsSql } from '../allocations.ts'
import { type HomePaperRow, invoiceRows, isHomePaper } from '../invoicing-store.ts'
import { allOrNothing, chunksOfFamilies, exclusively, maxFamiliesPerAct } from '../long-work.ts'
import { invoicesBeingPaid } from '../papers/being-paid.ts'
import { writeCreditNote } from '../papers/credit-notes.ts'
import { assignNumbers, type PreparedPaper, refuseUnknownNumbers } from '../papers/numbering.ts'
import { payerParts, raiseSpan, unitsOfPart } from '../spans/spans-store.ts'
import { dayGroup } from '../spans/standing.ts'
import { type PayerEntry, writePayerEntries } from './payer-ledger.ts'
import { requireRun, spanOf } from './runs.ts'

/** Invoices taken back in one slice, which prices and writes a credit note for each. */
const invoicesPerSlice = 6

/** An issued invoice of a run, as long as credit notes have not taken back all of it. */
type IssuedInvoice = {
  readonly id: number
  readonly familyId: number
  readonly family: string
  readonly series: string
  readonly year: number
  readonly number: number
  /** What credit notes have not taken back yet. */
  readonly leftCents: Cents
  /** What advances paid when the invoice was issued. */
  readonly aheadCents: Cents
  /** Null when it can be taken back. */
  readonly stays: StayCause | null
}

export const takeBackPreview = (store: Store, runId: number): TakeBack => {
  const invoices = issuedInvoices(store, requireRun(store, runId).id)
  const taken = invoices.filter(isTakenBack)
  const sumOf = (centsOf: (one: IssuedInvoice) => Cents) => taken.reduce((sum, one) => sum + centsOf(one), 0)
  return {
    invoices: taken.length,
    cents: sumOf(({ leftCents }) => leftCents),
    aheadCents: sumOf(({ aheadCents }) => aheadCents),
    withoutPaper: new Set(sharesWithoutPaper(store, runId).map(({ familyId }) => familyId)).size,
    leftOut: invoices.flatMap((one) =>
      one.stays === null ? [] : [{ id: one.id, number: numberOf(one) ?? '', family: one.family, cause: one.stays }],
    ),
  }
}

/**
 * Takes back a whole issued run, with one credit note for each invoice: everything is owed again, and the next run
 * bills it. Each act numbers the credit notes of its homes; what an interrupted work leaves is taken back by asking
 * again.
 */
export const takeBack = (
  core: Core,
  person: Person,
  { runId, reason }: { readonly runId: number; readonly reason: string },
  { signal, onProgress, familiesPerAct = maxFamiliesPerAct }: LongWorkTools & { readonly familiesPerAct?: number },
): Promise<{ creditNotes: number; cents: Cents }> =>
  exclusively(core.store, async () => {
    const { store } = core
    await hearOfPayments(core)
    signal.throwIfAborted()
    refuseUnknownNumbers(store)
    const run = requireRun(store, runId)
    const label = `Factures annulées\u00a0: ${spanOf(run)}`
    const taken = issuedInvoices(store, runId).filter(isTakenBack)
    const withoutPaper = sharesWithoutPaper(store, runId)
    if (taken.length + withoutPaper.length === 0)
      throw new Refused('Aucune facture de cette facturation ne peut être annulée.')
    let creditNotes = 0
    let cents = 0
    for (const chunk of chunksOfFamilies(taken, familiesPerAct)) {
      const act = store.longAct(person, 'invoicing.takeBack', label)
      const prepared: PreparedPaper[] = []
      const done = creditNotes
      await allOrNothing(act, async () => {
        await act.slices(
          chunksOfFamilies(chunk, invoicesPerSlice),
          (write, slice) => {
            for (const invoice of stillToTakeBack(store, runId, slice)) {
              const note = writeCreditNote(store, write, invoice, { lines: null, reason, billAgain: true })
              if (note) prepared.push(note)
            }
          },
          {
            signal,
            onProgress: (slices) => onProgress(done + Math.min(chunk.length, slices * invoicesPerSlice), taken.length),
          },
        )
        signal.throwIfAborted()
        act.close((write) => {
          assignNumbers(store, write, 'creditNote', prepared)
          takeBackPayers(store, write, sharesOf(prepared))
          write.trace('invoice_run', run.id, { takenBack: prepared.length })
        })
      })
      creditNotes += prepared.length
      cents -= prepared.reduce((sum, { row }) => sum + row.totalCents, 0)
    }
    for (const chunk of chunksOfFamilies(withoutPaper, familiesPerAct)) {
      signal.throwIfAborted()
      store.act(person, 'invoicing.takeBack', label, (write) => {
        takeBackPayers(store, write, chunk)
        for (const share of chunk) raiseSpan(store, write, share)
        write.trace('invoice_run', run.id, { takenBack: 0 })
      })
    }
    return { creditNotes, cents }
  })

/** How long to wait for an exchange to bring the payments that parents began on the portal since the last one. */
const hearingMilliseconds = 10_000

const hearOfPayments = async ({ exchange }: Core): Promise<void> => {
  const waiting = new AbortController()
  await Promise.race([
    exchange.now(),
    setTimeout(hearingMilliseconds, undefined, { signal: waiting.signal, ref: false }).catch(() => undefined),
  ])
  waiting.abort()
}

/**
 * Third parties no longer owe the days taken back: the next run bills them again, with the homes. What they owe for
 * other days of the month, which other papers bill, stays.
 */
const takeBackPayers = (store: Store, write: Write, shares: readonly TakenShare[]): void =>
  writePayerEntries(
    store,
    write,
    shares.map(({ days, ...share }) => ({
      ...share,
      units: standingUnits(store, share)
        .filter((unit) => days.has(dayGroup(unit)))
        .map((unit) => ({ ...unit, cents: 0 - unit.cents })),
    })),
  )

/** What is taken back from a month of a home at one régie. */
type TakenShare = Omit<PayerEntry, 'units'> & {
  /** The days of children in activities, as `dayGroup` names them. */
  readonly days: ReadonlySet<string>
}

const sharesOf = (notes: readonly PreparedPaper[]): TakenShare[] =>
  [...Map.groupBy(notes, ({ row }) => `${row.familyId} ${row.month} ${row.regieId}`).values()].flatMap((ofShare) => {
    const [first] = ofShare
    if (!first || first.row.familyId === null || first.row.month === null) return []
    const { id: homePaperId, familyId, month, regieId } = first.row
    const days = ofShare.flatMap(({ lines }) =>
      lines.flatMap((line) => line.days.map((day) => dayGroup({ ...line, day }))),
    )
    return [{ familyId, month, regieId, homePaperId, days: new Set(days) }]
  })

const standingUnits = (store: Store, { familyId, month, regieId }: Omit<PayerEntry, 'units'>): PayerUnit[] =>
  withoutOpposites(
    payerParts(store, { familyIds: [familyId], from: month, to: month })
      .filter((part) => part.regieId === regieId)
      .flatMap(unitsOfPart),
  )

/**
 * Months for which third parties pay everything that a run billed, so that the home has no paper. Final months are left
 * out.
 */
const sharesWithoutPaper = (store: Store, runId: number): TakenShare[] =>
  store
    .statement(
      `select part.family_id as familyId, part.month, part.regie_id as regieId, null as homePaperId,
        json_group_array(part.child_id || ' ' || part.activity_id || ' ' || given.value) as days
      from payer_part part, json_each(part.days) given
      where part.home_paper_id is null and part.act_id in (select traced.act_id from audit traced
          join act on act.id = traced.act_id and act.kind = 'invoicing.issue'
          where traced.entity = 'invoice_run' and traced.entity_id = ?)
        and not exists (select 1 from final_span final
          where final.family_id = part.family_id and final.month = part.month
            and (final.regie_id is null or final.regie_id = part.regie_id))
      group by part.family_id, part.month, part.regie_id`,
    )
    .all(runId)
    .map((row) => row as Omit<TakenShare, 'days'> & { readonly days: string })
    .map((share) => ({ ...share, days: new Set(JSON.parse(share.days) as string[]) }))
    .filter((share) => standingUnits(store, share).some((unit) => share.days.has(dayGroup(unit))))

const isTakenBack = ({ stays }: IssuedInvoice): boolean => stays === null

/**
 * SQL on `invoice`: the condition of each cause for which it stays. `?3` lists the invoices that parents are paying
 * online.
 */
const stayConditions: Readonly<Record<StayCause, string>> = {
  transmitted: `${atTreasurySql('invoice_id', 'invoice.id')} > 0`,
  final: `exists (select 1 from final_span final where final.family_id = invoice.family_id
    and final.month between substr(invoice.from_day, 1, 7) and substr(invoice.to_day, 1, 7)
    and (final.regie_id is null or final.regie_id = invoice.regie_id))`,
  paid: `exists (select 1 from allocation paid join act on act.id = paid.act_id
    where paid.invoice_id = invoice.id and paid.payment_id is not null and act.kind <> 'invoicing.issue'
      and ${standsSql('paid')})`,
  debited: `exists (select 1 from debit_part part join debit on debit.id = part.debit_id
    where part.invoice_id = invoice.id and debit.removed_on is null and debit.came_back is null
      and debit.payment_id is null)`,
  paying: 'invoice.id in (select value from json_each(?3))',
}

const stayCauseSql = `case ${stayCauses.map((cause) => `when ${stayConditions[cause]} then '${cause}'`).join(' ')} end`

/** The invoices that can still be taken back: somebody may have paid one while this work went on. */
const stillToTakeBack = (store: Store, runId: number, invoices: readonly IssuedInvoice[]): HomePaperRow[] => {
  const ids = new Set(invoices.map(({ id }) => id))
  const still = issuedInvoices(store, runId, [...ids]).filter(isTakenBack)
  return invoiceRows(
    store,
    still.map(({ id }) => id),
  ).filter(isHomePaper)
}

/**
 * The issued invoices of a run that credit notes have not taken back entirely. @param ids only these invoices; null for
 * all
 */
const issuedInvoices = (store: Store, runId: number, ids: readonly number[] | null = null): IssuedInvoice[] =>
  store
    .statement(
      `select invoice.id, invoice.family_id as familyId, family.name as family, invoice.series, invoice.year,
        invoice.number,
        invoice.total_cents + coalesce((select sum(note.total_cents) from invoice note
          where note.corrects_id = invoice.id and note.state = 'issued'), 0) as leftCents,
        coalesce((select sum(paid.amount_cents) from allocation paid join act on act.id = paid.act_id
          where paid.invoice_id = invoice.id and act.kind = 'invoicing.issue' and ${standsSql('paid')}), 0) as aheadCents,
        ${stayCauseSql} as stays
      from invoice join family on family.id = invoice.family_id
      where invoice.run_id = ?1 and invoice.kind = 'invoice' and invoice.state = 'issued' and leftCents > 0
        and (?2 is null or invoice.id in (select value from json_each(?2)))
      order by invoice.series, invoice.year, invoice.number`,
    )
    .all({ 1: runId, 2: ids && JSON.stringify(ids), 3: JSON.stringify(invoicesBeingPaid(store)) }) as IssuedInvoice[]
