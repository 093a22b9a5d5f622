import type { Document } from '../../../shared/exchange/documents.ts'
import { addDays, type Day, day, yearOf } from '../../../shared/rules/calendar/day.ts'
import { issuedPdfs, paperNumber } from '../../desk/invoicing/invoicing.ts'
import { type YearPaperName, yearPaperPdfs, yearPapersOf } from '../../desk/statements/statements.ts'
import type { Store } from '../../store/store.ts'
import { hashOf, isPublishedHome, isToldInvoice, list, type Reach, rowsFor } from './reach.ts'

const paperId = (familyId: number, invoiceId: number): string => `paper/${familyId}/${invoiceId}`

/** « Relevé de l'année 2026 » of a home, or its « Attestation fiscale ». */
const yearPaperId = ({ familyId, kind, year }: YearPaperName): string => `paper/${familyId}/${kind}-${year}`

const yearPaperOf = (id: string): YearPaperName | null => {
  const [, familyId, kind, year] = /^paper\/(\d+)\/(statement|certificate)-(\d{4})$/.exec(id) ?? []
  return kind === 'statement' || kind === 'certificate'
    ? { familyId: Number(familyId), kind, year: Number(year) }
    : null
}

const invoiceOf = (id: string): { familyId: number; invoiceId: number } => {
  const [, familyId, invoiceId] = id.split('/')
  return { familyId: Number(familyId), invoiceId: Number(invoiceId) }
}

/**
 * The papers of these homes follow their money document: its invoices, and what a restored desk was given back. One that
 * the portal holds is not made again, unless a paper that the desk had lost took its id.
 */
export const listPapers = (store: Store, reach: Reach, familyIds: readonly number[]): void => {
  const told = rowsFor<{ familyId: number; invoiceId: number; on: Day }>(
    store,
    `select family.id familyId, invoice.id invoiceId, issued_on "on"
    from json_each(:ids) wanted cross join family on family.id = wanted.value
    cross join invoice on invoice.family_id = family.id where ${isPublishedHome} and ${isToldInvoice}`,
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
  for (const { familyId, invoiceId, on } of told) papers.set(paperId(familyId, invoiceId), on)
  const homes = rowsFor<{ id: number }>(
    store,
    `select family.id from json_each(:ids) wanted cross join family on family.id = wanted.value where ${isPublishedHome}`,
    reach,
    familyIds,
  ).map(({ id }) => id)
  const ofYears = yearPapersOf(store, homes, yearsTold(reach), reach.today)
  for (const one of ofYears) papers.set(yearPaperId(one), one.on)
  const want = store.statement(
    `insert into publication (id, kind, paper_of, stale) values (:id, 'paper', :on, 1)
    on conflict (id) do update set paper_of = :on, wanted_hash = held_hash, stale = held_hash is null or paper_of <> :on
    where wanted_hash is null and not stale or paper_of <> :on`,
  )
  for (const [id, on] of papers) want.run({ id, on })
  // Its day tells what changed since, but for what changed again on that day.
  const restate = store.statement('update publication set stale = 1 where id = ? and wanted_hash is not null')
  for (const one of ofYears) if (one.on >= addDays(reach.today, -1)) restate.run(yearPaperId(one))
  const isOwn = new Set(told.map(({ familyId, invoiceId }) => paperId(familyId, invoiceId)))
  const again = store.statement('update publication set stale = 1 where id = ? and wanted_hash = ?')
  for (const { id } of recovered) if (isOwn.has(id)) again.run(id, hashOf(recoveredBody(store, id) ?? ''))
  const drop = store.statement(
    `update publication set wanted_hash = null, stale = 0
    where id > :from and id < :to and (stale or wanted_hash is not null) and id not in (select value from json_each(:kept))`,
  )
  const forget = store.statement(
    'delete from publication where id > :from and id < :to and not stale and wanted_hash is null and held_hash is null',
  )
  const kept = Map.groupBy(papers.keys(), (id) => invoiceOf(id).familyId)
  for (const familyId of familyIds) {
    const range = { from: `paper/${familyId}/`, to: `paper/${familyId}0` }
    drop.run({ ...range, kept: list(kept.get(familyId) ?? []) })
    forget.run(range)
  }
}

/** Statements go as far back as invoices. */
const yearsTold = ({ issuedFrom, today }: Reach): number[] =>
  Array.from({ length: yearOf(today) - yearOf(issuedFrom) + 1 }, (_, index) => yearOf(issuedFrom) + index)

/** The papers that a gone one is among: the desk still knows them, they were taken back and not lost. */
export const knownPapers = (store: Store, ids: readonly string[]): ReadonlySet<string> =>
  new Set(
    ids.filter(
      (id) =>
        // Made anew from what the desk knows: never lost.
        yearPaperOf(id) !== null ||
        store
          .statement(
            `select exists (select 1 from invoice where id = :invoiceId and family_id = :familyId and state = 'issued')
              or exists (select 1 from recovered_paper where id = :id)`,
          )
          .pluck()
          .get({ ...invoiceOf(id), id }) === 1,
    ),
  )

/** The bytes of papers: printed from the invoice, or as the portal gave them back. One that cannot be printed holds no other back. */
export const printed = async (
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
  const ofYears = new Map(named.map(({ id }, index) => [id, made[index] ?? null]))
  const own = papers.filter(({ id }) => !ofYears.has(id) && isOwnPaper(store, id))
  const { pdfs, unprintable } = await pdfsOf(
    store,
    own.map(({ id }) => invoiceOf(id).invoiceId),
  )
  const failed = [
    ...own.filter(({ id }) => unprintable.includes(invoiceOf(id).invoiceId)).map(({ id }) => id),
    ...[...ofYears].flatMap(([id, pdf]) => (pdf ? [] : [id])),
  ]
  const documents = papers.flatMap(({ id, paperOf }) => {
    if (failed.includes(id)) return []
    const pdf = ofYears.get(id) ?? pdfs.get(invoiceOf(id).invoiceId)
    const body = pdf ? Buffer.from(pdf).toString('base64') : recoveredBody(store, id)
    return body === undefined ? [] : [{ id, kind: 'paper', paperOf, body, hash: hashOf(body) }]
  })
  return { documents, unprintable: failed }
}

type Pdfs = { readonly pdfs: ReadonlyMap<number, Uint8Array>; readonly unprintable: readonly number[] }

/** By halves, until those that cannot be printed stand alone. */
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

/** « la facture 2026-003146 de la famille Marchand » */
export const paperNamed = (store: Store, id: string): string => {
  const ofYear = yearPaperOf(id)
  if (ofYear) {
    const { familyId, kind, year } = ofYear
    const name = store.statement('select name from family where id = ?').pluck().get(familyId) as string
    return `${kind === 'statement' ? 'le relevé' : 'l’attestation fiscale'} ${year} de la famille ${name}`
  }
  const row = store
    .statement(
      `select invoice.kind, year, number, name from invoice join family on family.id = family_id where invoice.id = ?`,
    )
    .get(invoiceOf(id).invoiceId) as
    | { kind: 'invoice' | 'creditNote'; year: number; number: number; name: string }
    | undefined
  if (!row) throw new RangeError(`${id} is no paper of this desk`)
  const { kind, year, number, name } = row
  return `${kind === 'invoice' ? 'la facture' : 'l’avoir'} ${paperNumber(kind, year, number)} de la famille ${name}`
}

const isOwnPaper = (store: Store, id: string): boolean =>
  store
    .statement(`select 1 from invoice where id = :invoiceId and family_id = :familyId and state = 'issued'`)
    .get(invoiceOf(id)) !== undefined

const recoveredBody = (store: Store, id: string): string | undefined =>
  store.statement('select body from recovered_paper where id = ?').pluck().get(id) as string | undefined
