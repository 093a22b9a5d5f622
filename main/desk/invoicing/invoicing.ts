import { createHash } from 'node:crypto'
import type { Draft, IssuedPaper, IssueReport, Run } from '../../../shared/contract/desk/invoicing.ts'
import { type Day, firstOfMonth, lastOfMonth, today, yearOf } from '../../../shared/rules/day.ts'
import { capitalised, monthText, numericDay } from '../../../shared/rules/french.ts'
import {
  draftChanges,
  dueDate,
  type JournalEntry,
  type PaperFacts,
  type PaperKind,
  refusePaper,
  sealOf,
  verdictOf,
} from '../../../shared/rules/invoice.ts'
import type { Write } from '../../store/acts.ts'
import { allocation, invoice, invoiceLine, invoiceRun, reservation } from '../../store/schema/index.ts'
import { sealedBody, sealedContent } from '../../store/sealed-paper.ts'
import type { LongAct, Store } from '../../store/store.ts'
import { familiesToBill, releasedCells } from '../attendance/attendance.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { childrenOnDay } from '../families/families.ts'
import { type PriceBook, priceBook } from '../prices/prices.ts'
import type { LongWork } from '../progress.ts'
import { organisationOf } from '../settings/settings.ts'
import { paperNumber } from './account.ts'
import { leftOf } from './account-store.ts'
import {
  type BillingScope,
  type Correction,
  correctionOf,
  type NewLine,
  named,
  type PricedFamily,
  priceFamilies,
} from './drafts.ts'
import {
  accountsChangedSince,
  actsOfRun,
  cellsById,
  cellsToBill,
  creditNotesOf,
  type DraftTotals,
  draftCount,
  draftsOfRun,
  draftTotals,
  type InvoiceRow,
  invoiceRow,
  issuedInRun,
  issuedOf,
  type LineRow,
  lastAudit,
  lastOf,
  linesOf,
  numberedRow,
  proposedCorrections,
  type RunTotals,
  runRow,
  runTotals,
} from './invoicing-store.ts'
import { paperFacts, type ToPrint } from './papers.ts'

export {
  balanceOf,
  balances,
  type CreditRow,
  type OpenInvoice,
  openCredits,
  openInvoices,
  paperNumber,
} from './account.ts'
export { letterheadOf } from './papers.ts'

/** How many families are read together: what one slice of the writer can do without keeping others waiting. */
const together = 12
/** Above it, an issue is several, each complete. */
const issuedTogether = 500

const seriesOf: Record<PaperKind, string> = { invoice: 'F', creditNote: 'A' }

// ---- Runs

export type RunInput = BillingScope & { readonly familyIds: readonly number[] | null }

/** Makes the drafts of every family that has something to bill. Writes nothing when stopped, or when there is nothing. */
export const startRun = (core: Core, person: Person, input: RunInput, work: LongWork): Promise<Run> =>
  alone(core.store, async () => {
    const { store } = core
    const { from, to, activityIds } = input
    if (from > to) throw new Refused('La date de fin est avant la date de début.', 'to')
    const label = spanText(from, to)
    const act = store.longAct(person, 'invoicing.run', `Brouillons préparés\u00a0: ${label}`)
    const runId = await wholly(act, async () => {
      let id = 0
      await act.slices([input], (write) => {
        id = write.insert(invoiceRun, {
          label: capitalised(label),
          fromDay: from,
          toDay: to,
          activityIds: activityIds && [...activityIds],
          familyIds: input.familyIds && [...input.familyIds],
          createdAt: write.at,
        }).id
      })
      await makeDrafts(core, act, { id, scope: input, familyIds: input.familyIds }, work)
      act.close((write) => {
        const drafts = draftCount(store, id)
        if (drafts === 0)
          throw new Refused(
            `Il n’y a rien à facturer ${spanWithin(from, to)}\u00a0: aucune réservation à facturer n’a été trouvée.`,
          )
        write.trace('invoice_run', id, { drafts })
      })
      return id
    })
    return readRun(core, runId)
  })

/** Makes them again: what is new, changed or gone. Drafts that stay the same keep what staff decided of them. */
export const recalculate = (core: Core, person: Person, runId: number, work: LongWork): Promise<Run> =>
  alone(core.store, async () => {
    const { store } = core
    const run = existingRun(store, runId)
    const act = store.longAct(person, 'invoicing.recalculate', `Brouillons recalculés\u00a0: ${run.label}`)
    await wholly(act, async () => {
      await makeDrafts(core, act, { id: runId, scope: scopeOf(run), familyIds: run.familyIds }, work)
      act.close((write) => write.trace('invoice_run', runId, {}))
    })
    return readRun(core, runId)
  })

const makeDrafts = async (
  { store }: Core,
  act: LongAct,
  run: { id: number; scope: BillingScope; familyIds: readonly number[] | null },
  { signal, onProgress }: LongWork,
) => {
  const book = priceBook(store)
  const before = draftsOfRun(store, run.id)
  const familyIds = [
    ...new Set([...(run.familyIds ?? familiesToBill(store, run.scope)), ...before.map(({ familyId }) => familyId)]),
  ]
  await act.slices(batchesOf(familyIds, together), (write, ids) => writeDrafts(store, write, book, run, ids, before), {
    signal,
    onProgress: (done) => onProgress(Math.min(familyIds.length, done * together), familyIds.length),
  })
  await act.slices(
    before.filter(({ kind }) => kind === 'creditNote'),
    (write, { id }) => removeDraft(store, write, id),
    { signal },
  )
  const wanted = run.familyIds && new Set(run.familyIds)
  const activities = run.scope.activityIds && new Set(run.scope.activityIds)
  const elsewhere = new Set(proposedCorrections(store))
  const released = releasedCells(store).filter(
    ({ familyId, activityId, billedBy }) =>
      (!wanted || wanted.has(familyId)) && (!activities || activities.has(activityId)) && !elsewhere.has(billedBy),
  )
  await act.slices(
    [...Map.groupBy(released, ({ billedBy }) => billedBy)],
    (write, [invoiceId, cells]) => {
      const correction = correctionOf(store, invoiceId, cells)
      if (correction) writeCorrection(store, write, book, run.id, correction)
    },
    { signal },
  )
}

const writeDrafts = (
  store: Store,
  write: Write,
  book: PriceBook,
  run: { id: number; scope: BillingScope },
  familyIds: readonly number[],
  before: readonly InvoiceRow[],
) => {
  const { priced, households } = priceFamilies(store, book, run.scope, familyIds)
  const found = [...priced.values()]
  const facts = paperFacts(
    store,
    book,
    found.map((one) => toPrint(run.scope, one)),
    households,
  )
  const old = new Map(before.flatMap((row) => (row.kind === 'invoice' ? [[row.familyId, row]] : [])))
  const added: { priced: PricedFamily; facts: PaperFacts }[] = []
  for (const [index, one] of found.entries()) {
    const paper = facts[index]
    if (!paper) continue
    const known = old.get(one.familyId)
    if (known) changeDraft(store, write, known, one, paper)
    else added.push({ priced: one, facts: paper })
  }
  for (const id of familyIds) {
    const known = old.get(id)
    if (known && !priced.has(id)) removeDraft(store, write, known.id)
  }
  const ids = write.insertMany(
    invoice,
    added.map(({ priced: { familyId, totalCents, journal }, facts: paper }) => ({
      runId: run.id,
      familyId,
      kind: 'invoice' as const,
      state: 'draft' as const,
      fromDay: run.scope.from,
      toDay: run.scope.to,
      totalCents,
      journal,
      verdict: verdictOf(journal),
      // What calls for a look is not issued with the rest, unless staff say so.
      setAside: journal.length > 0,
      previousBalanceCents: sumOf(paper),
      paper,
    })),
  )
  write.insertMany(
    invoiceLine,
    added.flatMap(({ priced: { lines } }, index) => lines.map((line) => ({ ...line, invoiceId: ids[index] ?? 0 }))),
  )
}

const changeDraft = (store: Store, write: Write, before: InvoiceRow, now: PricedFamily, paper: PaperFacts) => {
  const lines = linesOf(store, [before.id]).get(before.id) ?? []
  if (JSON.stringify(lines.map(plain)) !== JSON.stringify(now.lines.map(plain))) {
    for (const { id } of lines) write.remove(invoiceLine, id)
    write.insertMany(
      invoiceLine,
      now.lines.map((line) => ({ ...line, invoiceId: before.id })),
    )
  }
  const verdict = verdictOf(now.journal)
  write.update(invoice, before.id, {
    totalCents: now.totalCents,
    verdict,
    journal: now.journal,
    setAside: verdict === before.verdict ? before.setAside : verdict !== 'ready',
    previousBalanceCents: sumOf(paper),
    paper,
  })
}

/** Only what a line says, in one order, whether it was read or just priced. */
const plain = (line: NewLine) => [
  line.childId,
  line.activityId,
  line.label,
  line.quantity,
  line.unitCents,
  line.totalCents,
  line.fiscal,
  line.explanation,
  line.days,
  line.reservationIds,
]

const removeDraft = (store: Store, write: Write, id: number) => {
  for (const line of linesOf(store, [id]).get(id) ?? []) write.remove(invoiceLine, line.id)
  write.remove(invoice, id)
}

const writeCorrection = (
  store: Store,
  write: Write,
  book: PriceBook,
  runId: number | null,
  correction: Correction,
): number => {
  const { familyId, invoiceId, from, to, lines, totalCents, reason } = correction
  const corrected = invoiceRow(store, invoiceId)
  const number = corrected?.year && corrected.number ? paperNumber('invoice', corrected.year, corrected.number) : ''
  const [paper] = paperFacts(store, book, [{ familyId, from, to, lines, remarks: [], corrects: number }])
  if (!paper) throw new RangeError('a correction has a paper')
  const { id } = write.insert(invoice, {
    runId,
    familyId,
    kind: 'creditNote',
    state: 'draft',
    fromDay: from,
    toDay: to,
    totalCents,
    journal: [],
    verdict: 'ready',
    previousBalanceCents: sumOf(paper),
    paper,
    correctsId: invoiceId,
    reason,
  })
  write.insertMany(
    invoiceLine,
    lines.map((line) => ({ ...line, invoiceId: id })),
  )
  return id
}

/** Prices one draft again. Null: it has nothing to bill any more and was removed. */
export const replay = ({ store }: Core, person: Person, id: number): Draft | null => {
  refuseWhileBusy(store)
  const row = existingDraft(store, id)
  const run = existingRun(store, row.runId ?? 0)
  store.act(person, 'invoicing.replay', 'Brouillon recalculé', (write) => {
    const book = priceBook(store)
    if (row.kind === 'invoice') {
      writeDrafts(store, write, book, { id: run.id, scope: scopeOf(run) }, [row.familyId], [row])
    } else {
      removeDraft(store, write, id)
      const correctsId = row.correctsId ?? 0
      const correction = correctionOf(
        store,
        correctsId,
        releasedCells(store).filter(({ billedBy }) => billedBy === correctsId),
      )
      if (correction) writeCorrection(store, write, book, run.id, correction)
    }
    write.trace('invoice_run', run.id, {})
  })
  const found = draftTotals(store, { runId: run.id }).find(
    (one) => one.familyId === row.familyId && one.kind === row.kind && one.state === 'draft',
  )
  return found ? shownDraft(found) : null
}

export const setAside = (
  { store }: Core,
  person: Person,
  input: { ids: readonly number[]; setAside: boolean },
): void => {
  refuseWhileBusy(store)
  store.act(person, 'invoicing.setAside', input.setAside ? 'Brouillons mis de côté' : 'Brouillons repris', (write) => {
    for (const id of input.ids) {
      if (!input.setAside && existingDraft(store, id).verdict === 'error')
        throw new Refused('Ce brouillon a une erreur\u00a0: corrigez-la, puis recalculez-le.')
    }
    write.updateMany(
      invoice,
      input.ids.map((id) => existingDraft(store, id).id),
      { setAside: input.setAside },
    )
  })
}

export const discardRun = ({ store }: Core, person: Person, runId: number): void => {
  refuseWhileBusy(store)
  const run = existingRun(store, runId)
  store.act(person, 'invoicing.discard', `Brouillons supprimés\u00a0: ${run.label}`, (write) => {
    for (const { id } of draftsOfRun(store, runId)) removeDraft(store, write, id)
    if (issuedInRun(store, runId) === 0) write.remove(invoiceRun, runId)
  })
}

// ---- Issue

/**
 * Gives numbers to drafts. Each is priced again first: one that changed is not issued but marked « à recalculer », with
 * what changed. Credit notes go first, so that the invoices carry the balance they leave.
 */
export const issue = (
  core: Core,
  person: Person,
  { runId, ids }: { runId: number; ids: readonly number[] | null },
  work: LongWork,
): Promise<IssueReport> =>
  alone(core.store, async () => {
    const { store } = core
    const run = existingRun(store, runId)
    const chosen = ids && new Set(ids)
    const drafts = draftsOfRun(store, runId).filter((row) => (chosen ? chosen.has(row.id) : !row.setAside))
    const faulty = drafts.find(({ verdict }) => verdict === 'error')
    if (chosen && faulty)
      throw new Refused('Un des brouillons choisis a une erreur\u00a0: corrigez-la, puis recalculez-le.')
    const issuable = drafts.filter(({ verdict }) => verdict !== 'error')
    if (issuable.length === 0) throw new Refused('Il n’y a aucun brouillon à émettre.')
    const chunks = (['creditNote', 'invoice'] as const).flatMap((kind) =>
      batchesOf(
        issuable.filter((row) => row.kind === kind),
        issuedTogether,
      ),
    )
    const report = {
      issued: 0,
      issuedCents: 0,
      firstNumber: null as string | null,
      lastNumber: null as string | null,
      stale: 0,
    }
    let before = 0
    for (const chunk of chunks) {
      const done = before
      const made = await issueTogether(core, person, run, chunk, {
        signal: work.signal,
        onProgress: (part) => work.onProgress(done + part, issuable.length),
      })
      before += chunk.length
      report.issued += made.numbers.length
      report.issuedCents += made.cents
      report.stale += made.stale
      report.firstNumber ??= made.numbers[0] ?? null
      report.lastNumber = made.numbers.at(-1) ?? report.lastNumber
    }
    return report
  })

type RunRecord = ReturnType<typeof existingRun>

/** A paper ready for its number: its cells are marked as billed by it, so that nothing changes them meanwhile. */
type Prepared = {
  readonly row: InvoiceRow
  readonly lines: readonly LineRow[]
  /** What the seal covers of its words and lines. */
  readonly body: string
  readonly print: ToPrint
}

const issueTogether = async (
  core: Core,
  person: Person,
  run: RunRecord,
  drafts: readonly InvoiceRow[],
  work: Pick<LongWork, 'signal' | 'onProgress'>,
): Promise<{ numbers: string[]; cents: number; stale: number }> => {
  const { store } = core
  const book = priceBook(store)
  const kind = drafts[0]?.kind ?? 'invoice'
  const act = store.longAct(
    person,
    'invoicing.issue',
    `${kind === 'invoice' ? 'Factures émises' : 'Avoirs émis'}\u00a0: ${run.label}`,
  )
  const since = lastAudit(store)
  const prepared: Prepared[] = []
  return wholly(act, async () => {
    await act.slices(
      batchesOf(drafts, together),
      (write, batch) => {
        prepared.push(...(kind === 'invoice' ? prepareInvoices : prepareCredits)(store, write, book, run, batch))
      },
      {
        signal: work.signal,
        onProgress: (done) => work.onProgress(Math.min(drafts.length, done * together), drafts.length),
      },
    )
    work.signal.throwIfAborted()
    return act.close((write) => {
      const numbers = number(
        store,
        write,
        kind,
        accountsChangedSince(store, since, act.id) ? renewed(store, write, book, prepared) : prepared,
      )
      write.trace('invoice_run', run.id, { issued: numbers.length })
      return {
        numbers,
        cents: prepared.reduce((sum, { row }) => sum + row.totalCents, 0),
        stale: drafts.length - prepared.length,
      }
    })
  })
}

/** A payment recorded meanwhile changes what the papers carry over. */
const renewed = (store: Store, write: Write, book: PriceBook, papers: readonly Prepared[]): Prepared[] => {
  const facts = paperFacts(
    store,
    book,
    papers.map(({ print }) => print),
  )
  return papers.map((one, index) => {
    const found = facts[index]
    return found ? worded(write, one, found) : one
  })
}

/** The paper with its last words, written before the closing transaction, which has only numbers and seals to write. */
const worded = (write: Write, one: Omit<Prepared, 'body'>, facts: PaperFacts): Prepared => {
  const row = write.update(invoice, one.row.id, {
    paper: facts,
    previousBalanceCents: sumOf(facts),
    verdict: 'ready',
    journal: [],
    setAside: false,
  })
  return { ...one, row, body: sealedBody(facts, one.lines) }
}

const prepareInvoices = (
  store: Store,
  write: Write,
  book: PriceBook,
  run: RunRecord,
  drafts: readonly InvoiceRow[],
): Prepared[] => {
  const scope = scopeOf(run)
  const { priced, households } = priceFamilies(
    store,
    book,
    scope,
    drafts.map(({ familyId }) => familyId),
  )
  const lines = linesOf(
    store,
    drafts.map(({ id }) => id),
  )
  const ready = drafts.flatMap((row) => {
    const before = lines.get(row.id) ?? []
    const now = priced.get(row.familyId)
    const changes = changesOf(store, book, before, now)
    if (changes.length > 0 || !now) {
      markStale(write, row, changes)
      return []
    }
    write.updateMany(
      reservation,
      before.flatMap(({ reservationIds }) => reservationIds),
      { billedBy: row.id },
    )
    return [{ row, lines: before, print: toPrint(scope, now) }]
  })
  const facts = paperFacts(
    store,
    book,
    ready.map(({ print }) => print),
    households,
  )
  return ready.flatMap((one, index) => {
    const found = facts[index]
    if (!found) return []
    return [worded(write, one, found)]
  })
}

/** What changed since the draft was made, one sentence each. */
const changesOf = (
  store: Store,
  book: PriceBook,
  before: readonly LineRow[],
  now: PricedFamily | undefined,
): string[] => {
  if (!now) return ['Il n’y a plus rien à facturer\u00a0: ces réservations ont été annulées, ou facturées ailleurs.']
  const errors = now.journal.filter(({ level }) => level === 'error').map(({ sentence }) => sentence)
  if (errors.length > 0) return errors
  if (JSON.stringify(before.map(plain)) === JSON.stringify(now.lines.map(plain))) return []
  const childIds = [...new Set([...before, ...now.lines].map(({ childId }) => childId))]
  const children = new Map(
    [...childrenOnDay(store, childIds, today(store.clock))].map(([id, { firstName }]) => [id, firstName]),
  )
  const changes = draftChanges(named(before, children, book.activities), named(now.lines, children, book.activities))
  return changes.length > 0 ? changes : ['Des réservations ont changé.']
}

const markStale = (write: Write, row: InvoiceRow, sentences: readonly string[]) => {
  const journal: JournalEntry[] = sentences.map((sentence) => ({ level: 'stale', sentence }))
  write.update(invoice, row.id, { verdict: 'stale', setAside: true, journal })
}

const prepareCredits = (
  store: Store,
  write: Write,
  book: PriceBook,
  _run: RunRecord,
  drafts: readonly InvoiceRow[],
): Prepared[] =>
  drafts.flatMap((row): Prepared[] => {
    const lines = linesOf(store, [row.id]).get(row.id) ?? []
    const cells = cellsById(
      store,
      lines.flatMap(({ reservationIds }) => reservationIds),
    )
    const corrected = invoiceRow(store, row.correctsId ?? 0)
    const gone = cells.some(({ billedBy }) => billedBy !== row.correctsId)
    const back = cells.length > 0 && cells.every(({ held, charged }) => held !== 'none' || charged === 1)
    if (!corrected || gone || back) {
      markStale(write, row, [
        back ? 'Ces réservations sont de nouveau validées.' : 'Cette facture a été corrigée par un autre avoir.',
      ])
      return []
    }
    if (creditable(store, corrected) + row.totalCents < 0) {
      markStale(write, row, ['Les avoirs dépasseraient le montant de la facture.'])
      return []
    }
    return [prepareCredit(store, write, book, row, lines, corrected)]
  })

const prepareCredit = (
  store: Store,
  write: Write,
  book: PriceBook,
  row: InvoiceRow,
  lines: readonly LineRow[],
  corrected: InvoiceRow,
): Prepared => {
  write.updateMany(
    reservation,
    lines.flatMap(({ reservationIds }) => reservationIds),
    { billedBy: null },
  )
  const print: ToPrint = {
    familyId: row.familyId,
    from: row.fromDay,
    to: row.toDay,
    lines,
    remarks: [],
    corrects: paperNumber('invoice', corrected.year ?? 0, corrected.number ?? 0),
  }
  const [facts] = paperFacts(store, book, [print])
  if (!facts) throw new RangeError('a credit note has a paper')
  return worded(write, { row, lines, print }, facts)
}

/** What is left of an invoice once its credit notes are counted. */
const creditable = (store: Store, corrected: InvoiceRow): number =>
  creditNotesOf(store, corrected.id).reduce((sum, { totalCents }) => sum + totalCents, corrected.totalCents)

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Continuous numbers, each paper linked to the one before. One transaction: all of them, or none. */
const number = (store: Store, write: Write, kind: PaperKind, papers: readonly Prepared[]): string[] => {
  const series = seriesOf[kind]
  const issuedOn = today(store.clock)
  const year = yearOf(issuedOn)
  const last = lastOf(store, series)
  if (last && last.year > year)
    throw new Refused(
      `La date de l’ordinateur est avant la dernière pièce émise (${last.year})\u00a0: corrigez-la d’abord.`,
    )
  const dueOn = kind === 'invoice' ? dueDate(issuedOn, { unit: 'days', amount: organisationOf(store).dueDays }) : null
  let next = last?.year === year ? last.number + 1 : 1
  let previousHash = last?.hash ?? null
  return papers.map(({ row, body }) => {
    const issued = {
      state: 'issued' as const,
      series,
      year,
      number: next,
      issuedOn,
      dueOn,
    }
    const hash = sealOf(sealedContent({ ...row, ...issued }, body), previousHash, sha256)
    write.update(invoice, row.id, { ...issued, hash, previousHash })
    if (kind === 'creditNote') settle(store, write, row)
    previousHash = hash
    next += 1
    return paperNumber(kind, year, next - 1)
  })
}

/** A credit note pays what is left of the invoice it corrects; the rest stays the family's credit. */
const settle = (store: Store, write: Write, { id, correctsId, totalCents }: InvoiceRow) => {
  if (correctsId === null) return
  const amountCents = Math.min(leftOf(store, [correctsId]).get(correctsId) ?? 0, -totalCents)
  if (amountCents > 0) write.insert(allocation, { creditNoteId: id, invoiceId: correctsId, amountCents })
}

// ---- Credit notes

/** Issues at once what undoes an invoice, whole or by lines. What earlier credit notes undid is left out. */
export const creditNote = (
  { store }: Core,
  person: Person,
  input: { invoiceId: number; lineIds: readonly number[] | null; reason: string; billAgain: boolean },
): { id: number; number: string } => {
  refuseWhileBusy(store)
  const corrected = invoiceRow(store, input.invoiceId)
  if (
    corrected?.state !== 'issued' ||
    corrected.kind !== 'invoice' ||
    corrected.year === null ||
    corrected.number === null
  )
    throw new Refused('Un avoir corrige une facture émise.')
  const name = paperNumber('invoice', corrected.year, corrected.number)
  return store.act(person, 'invoicing.creditNote', `Avoir sur la facture ${name}`, (write) => {
    const lines = linesToCredit(store, corrected.id, input.lineIds, input.billAgain)
    const totalCents = lines.reduce((sum, line) => sum + line.totalCents, 0)
    if (lines.length === 0 || totalCents === 0)
      throw new Refused(`Il n’y a plus rien à annuler sur la facture ${name}\u00a0: des avoirs l’ont déjà fait.`)
    if (creditable(store, corrected) + totalCents < 0)
      throw new Refused('Les avoirs dépasseraient le montant de la facture.')
    const book = priceBook(store)
    const refusal = refusePaper('creditNote', named(lines, new Map(), book.activities))
    if (refusal) throw new Refused(refusal)
    const id = writeCorrection(store, write, book, null, {
      familyId: corrected.familyId,
      invoiceId: corrected.id,
      from: corrected.fromDay,
      to: corrected.toDay,
      lines,
      totalCents,
      reason: input.reason,
    })
    const row = existingDraft(store, id)
    const written = linesOf(store, [id]).get(id) ?? []
    const [numbered = ''] = number(store, write, 'creditNote', [
      prepareCredit(store, write, book, row, written, corrected),
    ])
    return { id, number: numbered }
  })
}

const linesToCredit = (
  store: Store,
  invoiceId: number,
  lineIds: readonly number[] | null,
  billAgain: boolean,
): NewLine[] => {
  const lines = linesOf(store, [invoiceId]).get(invoiceId) ?? []
  if (lineIds?.some((id) => !lines.some((line) => line.id === id)))
    throw new Refused('Une des lignes choisies n’est pas de cette facture.')
  const credited = [
    ...linesOf(
      store,
      creditNotesOf(store, invoiceId).map(({ id }) => id),
    ).values(),
  ].flat()
  const free = new Set(
    cellsById(
      store,
      lines.flatMap(({ reservationIds }) => reservationIds),
    ).flatMap(({ id, billedBy }) => (billedBy === invoiceId ? [id] : [])),
  )
  return lines
    .filter(({ id }) => !lineIds || lineIds.includes(id))
    .flatMap((before): NewLine[] => {
      const { id: _, invoiceId: __, actId: ___, ...line } = before
      const days = [...line.days]
      for (const note of credited) {
        if (!isSameProduct(note, line)) continue
        for (const day of note.days) {
          const place = days.indexOf(day)
          if (place >= 0) days.splice(place, 1)
        }
      }
      if (days.length === 0) return []
      return [
        {
          ...line,
          days,
          quantity: -days.length,
          totalCents: 0 - days.length * line.unitCents,
          reservationIds: billAgain ? line.reservationIds.filter((id) => free.has(id)) : [],
        },
      ]
    })
    .map((line, position) => ({ ...line, position }))
}

const isSameProduct = (one: NewLine, other: NewLine): boolean =>
  one.childId === other.childId &&
  one.activityId === other.activityId &&
  one.label === other.label &&
  one.unitCents === other.unitCents &&
  one.explanation === other.explanation

// ---- Reading

export const listRuns = ({ store }: Core): Run[] => runTotals(store, null).map(shownRun)

export const toBill = ({ store }: Core, { from, to }: { from: Day; to: Day }) =>
  cellsToBill(store, from, to).map((row) => ({ ...row, hasTariff: row.hasTariff === 1 }))

export const readDrafts = (core: Core, runId: number): { run: Run; drafts: Draft[] } => ({
  run: readRun(core, runId),
  drafts: draftTotals(core.store, { runId }).map(shownDraft),
})

export const storyOf = ({ store }: Core, runId: number) => actsOfRun(store, runId)

/** Issued papers of a family, newest first. */
export const issuedPapers = (store: Store, familyId: number): IssuedPaper[] => {
  const rows = issuedOf(store, familyId)
  const left = leftOf(
    store,
    rows.map(({ id }) => id),
  )
  return rows.flatMap((row) =>
    row.year === null || row.number === null || row.issuedOn === null
      ? []
      : [
          {
            id: row.id,
            kind: row.kind,
            number: paperNumber(row.kind, row.year, row.number),
            issuedOn: row.issuedOn,
            dueOn: row.dueOn,
            from: row.fromDay,
            to: row.toDay,
            totalCents: row.totalCents,
            leftCents: left.get(row.id) ?? 0,
            corrects: row.paper?.corrects ?? '',
            reason: row.reason,
          },
        ],
  )
}

/** The paper of a number as it is printed: « 2026-001284 », « 2026-A00012 ». */
export const paperNumbered = (store: Store, text: string): { id: number; familyId: number } | null => {
  const found = /^(\d{4})\s*-?\s*(A?)0*(\d{1,6})$/i.exec(text.trim())
  const [, year, credit, digits] = found ?? []
  if (!year || !digits) return null
  return numberedRow(store, seriesOf[credit ? 'creditNote' : 'invoice'], Number(year), Number(digits)) ?? null
}

const readRun = ({ store }: Core, id: number): Run => {
  const [found] = runTotals(store, id)
  if (!found) throw new Refused('Cette préparation n’existe plus.')
  return shownRun(found)
}

const shownRun = ({ activityIds, ...run }: RunTotals): Run => ({
  ...run,
  activityIds: activityIds === null ? null : (JSON.parse(activityIds) as number[]),
})

const shownDraft = ({ year, number: count, ...draft }: DraftTotals): Draft => ({
  ...draft,
  number: year !== null && count !== null ? paperNumber(draft.kind, year, count) : null,
  previousCents: draft.previousCents ?? 0,
  journal: JSON.parse(draft.journal) as Draft['journal'],
  setAside: draft.setAside === 1,
})

// ---- Shared

/** One long work of invoicing at a time: a second would clash with the first on every family. */
const busy = new WeakSet<Store>()

const alone = async <Result>(store: Store, work: () => Promise<Result>): Promise<Result> => {
  refuseWhileBusy(store)
  busy.add(store)
  try {
    return await work()
  } finally {
    busy.delete(store)
  }
}

const refuseWhileBusy = (store: Store) => {
  if (busy.has(store))
    throw new Refused('Une facturation est en cours\u00a0: attendez qu’elle se termine, puis recommencez.')
}

/** A long act that does not end is taken back: whole or not at all. */
const wholly = async <Result>(act: LongAct, work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work()
  } catch (error) {
    act.takeBack()
    throw error
  }
}

const existingRun = (store: Store, id: number) => {
  const found = runRow(store, id)
  if (!found) throw new Refused('Cette préparation n’existe plus.')
  return found
}

const existingDraft = (store: Store, id: number): InvoiceRow => {
  const found = invoiceRow(store, id)
  if (!found) throw new Refused('Ce brouillon n’existe plus.')
  if (found.state === 'issued') throw new Refused('Cette facture est émise\u00a0: elle se corrige par un avoir.')
  return found
}

const scopeOf = (run: RunRecord): BillingScope => ({ from: run.fromDay, to: run.toDay, activityIds: run.activityIds })

const toPrint = ({ from, to }: BillingScope, { familyId, lines, remarks }: PricedFamily): ToPrint => ({
  familyId,
  from,
  to,
  lines,
  remarks,
  corrects: '',
})

const sumOf = ({ carriedOver }: PaperFacts): number => carriedOver.reduce((sum, { amount }) => sum + amount, 0)

const batchesOf = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size))

/** « novembre 2026 », « du 1/11/2026 au 15/11/2026 » */
const spanText = (from: Day, to: Day): string =>
  isWholeMonth(from, to) ? monthText(from) : `du ${numericDay(from)} au ${numericDay(to)}`

const spanWithin = (from: Day, to: Day): string =>
  isWholeMonth(from, to) ? `en ${monthText(from)}` : spanText(from, to)

const isWholeMonth = (from: Day, to: Day): boolean => from === firstOfMonth(from) && to === lastOfMonth(from)
