import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Desk } from '../../main/app/desk.ts'
import { issuedPdfs } from '../../main/desk/invoicing/invoicing.ts'
import { checkFile } from '../../main/store/checking/check.ts'
import { dataFileName } from '../../main/store/store.ts'
import type { CertificateRow } from '../../shared/contract/desk/statements.ts'
import { aClock, clientOf, openIn, password } from '../support/desk.ts'
import { pdfDigest } from './landed/pdf-digest.ts'

/*
 * A town whose invoices the first version issued: `landed/make-landed-town.ts` made the file, and what that version said
 * of it, over three school years.
 */
const landed = (name: string) => readFileSync(join(import.meta.dirname, 'landed', name))
const papers = JSON.parse(landed('papers.json').toString()) as { id: number; seal: string; pdf: string }[]
const accounts = JSON.parse(landed('accounts.json').toString()) as {
  balances: { name: string; familyId: number; cents: number }[]
  certificates: { year: number; rows: CertificateRow[] }[]
}

let folder: string
let desk: Desk
let client: ReturnType<typeof clientOf>
/** How many migrations the file had before it was opened. */
let applied: unknown
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'landed-'))
  const path = join(folder, 'data', dataFileName)
  mkdirSync(join(folder, 'data'))
  writeFileSync(path, gunzipSync(landed('town.sqlite.gz')))
  const file = new Sqlite(path, { readonly: true })
  applied = file.prepare('select count(*) from __drizzle_migrations').pluck().get()
  file.close()
  desk = await openIn(folder, aClock('2026-11-25', '11:30'))
  client = clientOf(desk)
  await client.staff.login({ login: 'sandrine', password })
})
afterAll(async () => {
  await desk.close()
  rmSync(folder, { recursive: true, force: true })
})

const issued = () =>
  desk.core.store.statement(`select id, hash as seal from invoice where state = 'issued' order by id`).all() as {
    id: number
    seal: string
  }[]

describe('a town of three years as the first version left it', () => {
  it('is of that version, is migrated, and contradicts itself nowhere', () => {
    expect(applied).toBe(3)
    expect(checkFile(desk.core.store.sqlite)).toEqual([])
  })

  it('has every paper under the seal that it was issued with', () => {
    expect(issued()).toEqual(papers.map(({ id, seal }) => ({ id, seal })))
  })

  it('hands out every paper as it was handed out', async () => {
    const pdfs = await issuedPdfs(
      desk.core.store,
      papers.map(({ id }) => id),
    )
    const digests = papers.map(({ id }) => ({ id, pdf: pdfDigest(pdfs.get(id) ?? new Uint8Array()) }))
    expect(digests).toEqual(papers.map(({ id, pdf }) => ({ id, pdf })))
  })

  it('owes what it owed, home by home', async () => {
    const balances = []
    for (const { name, familyId } of accounts.balances) {
      const { balanceCents: cents } = await client.payments.account({ familyId })
      balances.push({ name, familyId, cents })
    }
    expect(balances).toEqual(accounts.balances)
  })

  it.each(accounts.certificates)('certifies for $year what it certified', async ({ year, rows }) => {
    expect(await client.statements.certificates({ year })).toEqual(rows)
  })
})
