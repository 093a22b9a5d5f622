import type { Document } from '../../../shared/exchange/documents.ts'
import { addDays, type Day, day, yearOf } from '../../../shared/rules/calendar/day.ts'
import { numberIn } from '../../../shared/rules/money/series.ts'
import { collectedMandates, mandatePdf } from '../../desk/debits/debits.ts'
import { issuedPdfs } from '../../desk/invoicing/invoicing.ts'
import { type YearPaperName, yearPaperPdfs, yearPapersOf } from '../../desk/statements/statements.ts'
import type { Store } from '../../store/store.ts'
import { hashOf, isPublishedHome, isPublishedInvoice, jsonList, type Reach, rowsFor } from './reach.ts'

const paperId = (familyId: number, invoiceId: number): string => `paper/${familyId}/${invoiceId}`

/** Id of a home's « Relevé de l'année 2026 » or « Attestation fiscale ». */
const yearPaperId = ({ familyId, kind, year }: YearPaperName): string => `paper/${familyId}/${kind}-${year}`

const yearPaperOf = (id: string): YearPaperName | null => {
  const [, familyId, kind, year] = /^paper\/(\d+)\/(statement|certificate)-(\d{4})$/.exec(id) ?? []
  return kind === 'statement' || kind === 'certificate'
    ? { familyId: Number(familyId), kind, year: Number(year) }
    : null
}

/** Id of a mandate that a parent of the home signed on the portal. */
const mandatePaperId = (familyId: number, reference: string): string => `paper/${familyId}/mandate-${reference}`

const mandateOf = (id: string): { readonly familyId: number; readonly reference: string } | null => {
  const [, familyId, reference] = /^paper\/(\d+)\/mandate-(.+)$/.exec(id) ?? []
  return reference === undefined ? null : { familyId: Number(familyId), reference }
}

const invoiceOf = (id: string): { familyId: number; invoiceId: number } => {
  const [, familyId, invoiceId] = id.split('/')
  return { familyId: Number(familyId), invoiceId: Number(invoiceId) }
}

/**
 * Lists in `publication` the papers of these homes: those of their money document (invoices, yearly statements, signed
 * mandates) and those that the portal gave back. A paper that the portal already holds is not rendered again, unless
 * the portal holds a lost paper under the same id.
 */
export const listPapers = (store: Store, reach: Reach, familyIds: readonly number[]): void => {
  const invoices = rowsFor<{ familyId: number; invoiceId: number; on: Day }>(
    store,
    `select family.id familyId, invoice.id invoiceId, issued_on "on"
    from json_each(:ids) wanted cross join family on family.id = wanted.value
    cross join invoice on invoice.family_id = family.id where ${isPublishedHome} and ${isPublishedInvoice}`,
    reach,
    familyIds,
  )
  const recovered = rowsFor<{ familyId: number; id: string; on: Day }>(
    store,
    `select family.id familyId, paper.id, paper_of "on" from json_each(:ids) wanted
    cross join family on family.id = wanted.value
    cross join recovered_paper paper on paper.id > 'paper/' || family.id || '/' and paper.id < 'paper/' || family.id || '0'
    where ${isPublishedHome}`,
    reach,
    familyIds,
  )
  const papers = new Map(recovered.map(({ id, on }) => [id, on]))
  for (const { familyId, invoiceId, on } of invoices) papers.set(paperId(familyId, invoiceId), on)
  const homes = rowsFor<{ id: number }>(
    store,
    `select family.id from json_each(:ids) wanted cross join family on family.id = wanted.value where ${isPublishedHome}`,
    reach,
    familyIds,
  ).map(({ id }) => id)
  const yearPapers = yearPapersOf(store, homes, publishedYears(reach), reach.today)
  for (const one of yearPapers) papers.set(yearPaperId(one), one.on)
  for (const { familyId, reference, signedOn, hasPaper } of collectedMandates(store, homes))
    if (hasPaper === 1) papers.set(mandatePaperId(familyId, reference), signedOn)
  const want = store.statement(
    `insert into publication (id, kind, paper_of, stale) values (:id, 'paper', :on, 1)
    on conflict (id) do update set paper_of = :on, wanted_hash = held_hash, stale = held_hash is null or paper_of <> :on
    where wanted_hash is null and not stale or paper_of <> :on`,
  )
  for (const [id, on] of papers) want.run({ id, on })
  // A statement's date shows whether the statement changed, except for a second change on the same day.
  const restate = store.statement('update publication set stale = 1 where id = ? and wanted_hash is not null')
  for (const one of yearPapers) if (one.on >= addDays(reach.today, -1)) restate.run(yearPaperId(one))
  const invoicePaperIds = new Set(invoices.map(({ familyId, invoiceId }) => paperId(familyId, invoiceId)))
  const remake = store.statement('update publication set stale = 1 where id = ? and wanted_hash = ?')
  for (const { id } of recovered) if (invoicePaperIds.has(id)) remake.run(id, hashOf(recoveredBody(store, id) ?? ''))
  const drop = store.statement(
    `update publication set wanted_hash = null, stale = 0
    where id > :from and id < :to and (stale or wanted_hash is not null) and id not in (select value from json_each(:kept))`,
  )
  const forget = store.statement(
    'delete from publication where id > :from and id < :to and not stale and wanted_hash is null and held_hash is null',
  )
  const paperIdsByFamily = Map.groupBy(papers.keys(), (id) => invoiceOf(id).familyId)
  for (const familyId of familyIds) {
    const range = { from: `paper/${familyId}/`, to: `paper/${familyId}0` }
    drop.run({ ...range, kept: jsonList(paperIdsByFamily.get(familyId) ?? []) })
    forget.run(range)
  }
}

/** Statements are published for the same years as invoices. */
const publishedYears = ({ issuedFrom, today }: Reach): number[] =>
  Array.from({ length: yearOf(today) - yearOf(issuedFrom) + 1 }, (_, index) => yearOf(issuedFrom) + index)

/** Of these ids, the papers that the desk still knows: no longer published on purpose, not lost by a restore. */
export const papersStillKnown = (store: Store, ids: readonly string[]): ReadonlySet<string> =>
  new Set(
    ids.filter(
      (id) =>
        // A yearly statement is made from the desk's data: a restore cannot lose it.
        yearPaperOf(id) !== null ||
        store
          .statement(
            `select exists (select 1 from invoice where id = :invoiceId and family_id = :familyId and state = 'issued')
              or exists (select 1 from mandate where reference = :reference and family_id = :familyId)
              or exists (select 1 from recovered_paper where id = :id)`,
          )
          .pluck()
          .get({ ...invoiceOf(id), reference: mandateOf(id)?.reference ?? '', id }) === 1,
    ),
  )

/**
 * Documents of these papers: rendered to PDF from what the desk has, or the bytes that the portal gave back. A paper
 * that cannot be rendered does not stop the others.
 */
export const renderPapers = async (
  store: Store,
  papers: readonly { readonly id: string; readonly paperOf: string }[],
): Promise<{ readonly documents: Document[]; readonly unprintable: readonly string[] }> => {
  const named = papers.flatMap(({ id, paperOf }) => {
    const name = yearPaperOf(id)
    return name ? [{ id, name: { ...name, on: day(paperOf) } }] : []
  })
  const made = await yearPaperPdfs(
    store,
    named.map(({ name }) => name),
  )
  const yearPdfs = new Map(named.map(({ id }, index) => [id, made[index] ?? null]))
  const invoicePapers = papers.filter(({ id }) => !yearPdfs.has(id) && isInvoiceHere(store, id))
  const { pdfs, unprintable } = await pdfsOf(
    store,
    invoicePapers.map(({ id }) => invoiceOf(id).invoiceId),
  )
  const mandates = await mandatePdfsOf(
    store,
    papers.map(({ id }) => id),
  )
  const failed = [
    ...invoicePapers.filter(({ id }) => unprintable.includes(invoiceOf(id).invoiceId)).map(({ id }) => id),
    ...[...yearPdfs].flatMap(([id, pdf]) => (pdf ? [] : [id])),
    ...mandates.unprintable,
  ]
  const documents = papers.flatMap(({ id, paperOf }) => {
    if (failed.includes(id)) return []
    const pdf = yearPdfs.get(id) ?? mandates.pdfs.get(id) ?? pdfs.get(invoiceOf(id).invoiceId)
    const body = pdf ? Buffer.from(pdf).toString('base64') : recoveredBody(store, id)
    return body === undefined ? [] : [{ id, kind: 'paper', paperOf, body, hash: hashOf(body) }]
  })
  return { documents, unprintable: failed }
}

/** The mandates among these papers, by the id of the paper. */
const mandatePdfsOf = async (
  store: Store,
  ids: readonly string[],
): Promise<{ readonly pdfs: ReadonlyMap<string, Uint8Array>; readonly unprintable: readonly string[] }> => {
  const pdfs = new Map<string, Uint8Array>()
  const unprintable: string[] = []
  for (const id of ids) {
    const named = mandateOf(id)
    if (!named) continue
    try {
      const pdf = await mandatePdf(store, named.reference)
      if (pdf) pdfs.set(id, pdf)
    } catch {
      unprintable.push(id)
    }
  }
  return { pdfs, unprintable }
}

type Pdfs = { readonly pdfs: ReadonlyMap<number, Uint8Array>; readonly unprintable: readonly number[] }

/** Renders all; on failure, splits in halves until each paper that cannot be rendered is isolated. */
const pdfsOf = async (store: Store, ids: readonly number[]): Promise<Pdfs> => {
  try {
    return { pdfs: await issuedPdfs(store, ids), unprintable: [] }
  } catch {
    if (ids.length < 2) return { pdfs: new Map(), unprintable: ids }
    const middle = Math.ceil(ids.length / 2)
    const one = await pdfsOf(store, ids.slice(0, middle))
    const other = await pdfsOf(store, ids.slice(middle))
    return { pdfs: new Map([...one.pdfs, ...other.pdfs]), unprintable: [...one.unprintable, ...other.unprintable] }
  }
}

/** For a sentence: « la facture 2026-003146 de la famille Marchand ». */
export const paperText = (store: Store, id: string): string => {
  const yearPaper = yearPaperOf(id)
  if (yearPaper) {
    const { familyId, kind, year } = yearPaper
    const name = store.statement('select name from family where id = ?').pluck().get(familyId) as string
    return `${kind === 'statement' ? 'le relevé' : 'l’attestation fiscale'} ${year} de la famille ${name}`
  }
  const mandate = mandateOf(id)
  if (mandate) {
    const name = store.statement('select name from family where id = ?').pluck().get(mandate.familyId) as string
    return `le mandat ${mandate.reference} de la famille ${name}`
  }
  const row = store
    .statement(
      `select invoice.kind, series, year, number, name from invoice join family on family.id = family_id where invoice.id = ?`,
    )
    .get(invoiceOf(id).invoiceId) as
    | { kind: 'invoice' | 'creditNote'; series: string; year: number; number: number; name: string }
    | undefined
  if (!row) throw new RangeError(`${id} is no paper of this desk`)
  const { kind, series, year, number, name } = row
  return `${kind === 'invoice' ? 'la facture' : 'l’avoir'} ${numberIn(series, year, number)} de la famille ${name}`
}

const isInvoiceHere = (store: Store, id: string): boolean =>
  store
    .statement(`select 1 from invoice where id = :invoiceId and family_id = :familyId and state = 'issued'`)
    .get(invoiceOf(id)) !== undefined

const recoveredBody = (store: Store, id: string): string | undefined =>
  store.statement('select body from recovered_paper where id = ?').pluck().get(id) as string | undefined
