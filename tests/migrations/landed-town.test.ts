import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Desk } from '../../main/app/desk.ts'
import { issuedPdfs } from '../../main/desk/invoicing/invoicing.ts'
import { checkFile } from '../../main/store/checking/check.ts'
import { dataFileName } from '../../main/store/store.ts'
import type { Draft } from '../../shared/contract/desk/money/invoicing.ts'
import type { CertificateRow } from '../../shared/contract/desk/money/statements.ts'
import { day } from '../../shared/rules/calendar/day.ts'
import { clientOf, openIn, password } from '../support/desk.ts'
import { last } from '../support/towns/billing.ts'
import { landedClock, landedFile } from './landed/landed-town.ts'
import { pdfDigest } from './landed/pdf-digest.ts'

/*
 * A town with invoices issued by the first version over three school years: `landed/make-landed-town.ts` made the file,
 * and recorded the results of that version.
 */
const landed = (name: string) => readFileSync(join(import.meta.dirname, 'landed', name))
const papers = JSON.parse(landed('papers.json').toString()) as { id: number; seal: string; pdf: string }[]
const accounts = JSON.parse(landed('accounts.json').toString()) as {
  balances: { name: string; familyId: number; cents: number }[]
  certificates: { year: number; rows: CertificateRow[] }[]
}
type OpenMonth = { family: string; month: string; invoiceCents: number; creditNoteCents: number; setAside: boolean }
/** The only months for which the first run by difference must propose papers, with these papers. */
const open = JSON.parse(landed('open.json').toString()) as (OpenMonth & { why: string })[]

let folder: string
let desk: Desk
let client: ReturnType<typeof clientOf>
/** The migrations that the file had before it was opened. */
let applied: unknown
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'landed-'))
  const path = join(folder, 'data', dataFileName)
  mkdirSync(join(folder, 'data'))
  writeFileSync(path, landedFile())
  const file = new Sqlite(path, { readonly: true })
  applied = file.prepare('select count(*) from __drizzle_migrations').pluck().get()
  file.close()
  desk = await openIn(folder, landedClock())
  client = clientOf(desk)
  await client.staff.login({ login: 'sandrine', password })
})
afterAll(async () => {
  await desk.close()
  rmSync(folder, { recursive: true, force: true })
})

const rows = <Row>(sql: string): Row[] => desk.core.store.statement(sql).all() as Row[]
const sealed = () =>
  rows<{ id: number; seal: string }>(`select id, hash as seal from invoice where state = 'issued' order by id`)
const handedOut = async (ids: readonly number[]) => {
  const pdfs = await issuedPdfs(desk.core.store, ids)
  return ids.map((id) => ({ id, pdf: pdfDigest(pdfs.get(id) ?? new Uint8Array()) }))
}
const balances = async () => {
  const found = []
  for (const { name, familyId } of accounts.balances) {
    const { balanceCents: cents } = await client.payments.account({ familyId })
    found.push({ name, familyId, cents })
  }
  return found
}

describe('a town of three years as the first version left it', () => {
  it('is of that version, is migrated, and contradicts itself nowhere', () => {
    expect(applied).toBe(3)
    expect(checkFile(desk.core.store.sqlite)).toEqual([])
  })

  it('has every paper under the seal that it was issued with', () => {
    expect(sealed()).toEqual(papers.map(({ id, seal }) => ({ id, seal })))
  })

  it('prints every paper exactly as it was handed out', async () => {
    expect(await handedOut(papers.map(({ id }) => id))).toEqual(papers.map(({ id, pdf }) => ({ id, pdf })))
  })

  it('owes what it owed, home by home', async () => {
    expect(await balances()).toEqual(accounts.balances)
  })

  it.each(accounts.certificates)('certifies for $year what it certified', async ({ year, rows }) => {
    expect(await client.statements.certificates({ year })).toEqual(rows)
  })
})

const newDrafts = async (runId: number) =>
  (await client.invoicing.drafts({ runId })).drafts.filter(({ state }) => state === 'draft')
const centsOf = (drafts: readonly Draft[], kind: Draft['kind']) =>
  drafts.reduce((sum, draft) => sum + (draft.kind === kind ? draft.totalCents : 0), 0)
const billedFor = (name: string) =>
  open.reduce((sum, one) => sum + (one.family === name ? one.invoiceCents + one.creditNoteCents : 0), 0)
const openText = ({ family, month, invoiceCents, creditNoteCents, setAside }: OpenMonth) =>
  `${family} ${month}: ${invoiceCents} ${creditNoteCents}${setAside ? ', set aside' : ''}`

describe('the first run by difference over these three years', () => {
  const years = { from: day('2024-09-01'), to: day('2026-12-31'), activityIds: null, familyIds: null }
  let runId: number

  it('finds the drafts of the first version to be calculated again', async () => {
    expect(rows(`select distinct verdict, set_aside as setAside from invoice where state = 'draft'`)).toEqual([
      { verdict: 'stale', setAside: 1 },
    ])
    expect(await client.settings.organisation()).toMatchObject({ billsFrom: '2024-09-01' })
  })

  it('proposes what changed since the papers, what no paper bills, and what was forgotten', async () => {
    const run = await last(await client.invoicing.run(years))
    runId = run.id
    const byMonth = Map.groupBy(await newDrafts(runId), ({ familyId, month }) => `${month} ${familyId}`)
    const proposed = [...byMonth.values()].map((drafts) => ({
      family: drafts[0]?.family ?? '',
      month: drafts[0]?.month ?? '',
      invoiceCents: centsOf(drafts, 'invoice'),
      creditNoteCents: centsOf(drafts, 'creditNote'),
      setAside: drafts.some(({ setAside }) => setAside),
    }))
    expect(proposed.map(openText).toSorted()).toEqual(open.map(openText).toSorted())
  })

  it('says of two memberships that they were forgotten', async () => {
    const forgotten = (await newDrafts(runId)).filter(({ journal }) =>
      journal.some(({ sentence }) => sentence.startsWith('Oubli d’une facture d’avant la mise à jour')),
    )
    expect(forgotten.map(({ family, month }) => `${family} ${month}`).toSorted()).toEqual([
      'Caron 2026-01',
      'Évrard 2026-02',
    ])
  })

  it('leaves no draft of the first version', () => {
    expect(rows(`select id from invoice where state = 'draft' and run_id <> ${runId}`)).toEqual([])
  })

  it('issues these papers, those set aside once they are chosen', async () => {
    await last(await client.invoicing.issue({ runId, ids: null }))
    const left = await newDrafts(runId)
    expect(new Set(left.map(({ family, month }) => `${family} ${month}`))).toEqual(
      new Set(open.flatMap(({ family, month, setAside }) => (setAside ? [`${family} ${month}`] : []))),
    )
    const { stale } = await last(await client.invoicing.issue({ runId, ids: left.map(({ id }) => id) }))
    expect(stale).toBe(0)
    expect(await newDrafts(runId)).toEqual([])
    expect(sealed()).toHaveLength(papers.length + open.length + 1)
    expect(checkFile(desk.core.store.sqlite)).toEqual([])
  })

  it('leaves nothing to a second run', async () => {
    await expect(client.invoicing.run(years).then(last)).rejects.toMatchObject({
      data: { sentence: expect.stringMatching(/^Il n’y a rien à facturer/) },
    })
    expect(rows('select family_id, month from billing_span where revision > checked_revision')).toEqual([])
  })

  it('changes no paper of the first version', async () => {
    expect(sealed().slice(0, papers.length)).toEqual(papers.map(({ id, seal }) => ({ id, seal })))
    const corrected = rows<{ id: number }>(
      `select distinct corrects_id as id from invoice where run_id = ${runId} and kind = 'creditNote' order by 1`,
    ).map(({ id }) => id)
    expect(corrected).toHaveLength(3)
    const asHandedOut = papers.flatMap(({ id, pdf }) => (corrected.includes(id) ? [{ id, pdf }] : []))
    expect(await handedOut(corrected)).toEqual(asHandedOut)
  })

  it('changes what a home owes by these papers alone', async () => {
    expect(await balances()).toEqual(
      accounts.balances.map((balance) => ({ ...balance, cents: balance.cents + billedFor(balance.name) })),
    )
  })

  it.each(accounts.certificates)('certifies for $year what it certified', async ({ year, rows: before }) => {
    // The money that Lemoine paid for the minimum given back, which is no care, now pays for half-days.
    const isSame = ({ family }: CertificateRow) => year !== 2026 || family !== 'Lemoine'
    const now = await client.statements.certificates({ year })
    expect(now.filter(isSame)).toEqual(before.filter(isSame))
    const careOf = (certificates: readonly CertificateRow[]) => certificates.find((row) => !isSame(row))?.careCents ?? 0
    expect(careOf(now) - careOf(before)).toBe(year === 2026 ? 194 : 0)
  })
})
