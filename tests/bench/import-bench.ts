import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import Sqlite from 'better-sqlite3'
import { openDesk } from '../../main/desk/desk.ts'
import { addMember } from '../../main/desk/staff/staff.ts'
import { system } from '../../main/store/acts.ts'
import { fileName } from '../../main/store/store.ts'
import { day, instantOf, timeOfDay } from '../../shared/rules/day.ts'
import { roles } from '../../shared/rules/roles.ts'
import { fillBenchTown } from '../support/bench-town.ts'

const password = 'Marronnier-14'
const count = 20_000

export type ImportFigures = {
  /** Written by the import: families, children, and what says who and where they are. */
  readonly rows: number
  /** From the file being handed over to the act being closed. */
  readonly seconds: number
  /** The same rows inserted by bare statements in one transaction. */
  readonly rawSeconds: number
}

/** 20,000 children nobody knows, two a home, each with its class; each home with its address, parent and quotient. */
export const import20000 = async (): Promise<ImportFigures> => {
  const folder = mkdtempSync(join(tmpdir(), 'import-bench-'))
  const now = instantOf(day('2026-11-02'), timeOfDay('10:00'))
  const desk = await openDesk({ dataDir: join(folder, 'data'), exampleDir: join(folder, 'example'), clock: () => now })
  try {
    fillBenchTown(desk.core, 200)
    await addMember(desk.core, { ...system, roles }, { name: 'Banc', login: 'banc', password, roles })
    const client = createRouterClient(desk.router, { context: desk.connect() })
    await client.staff.login({ login: 'banc', password })
    const before = rowsOf(desk.core.store.sqlite)
    const started = performance.now()
    const steps = await client.imports.run({
      file: townList(),
      fileName: 'familles.csv',
      withoutPending: false,
      sheet: '',
      list: null,
      mapping: null,
      words: [],
      schoolId: null,
      fromDay: '2026-09-01',
      corrections: [],
      decisions: [],
    })
    for await (const step of steps) if (step.step === 'failed') throw new Error(step.sentence)
    const seconds = (performance.now() - started) / 1000
    const after = rowsOf(desk.core.store.sqlite)
    const rows =
      Object.values(after).reduce((sum, one) => sum + one, 0) - Object.values(before).reduce((sum, one) => sum + one, 0)
    await desk.close()
    const rawSeconds = inserted(join(folder, 'data', fileName), join(folder, 'raw.sqlite'))
    return { rows, seconds, rawSeconds }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const tables = [
  'family',
  'family_address',
  'family_quotient',
  'guardian',
  'family_guardian',
  'child',
  'family_child',
  'schooling',
]

const rowsOf = (sqlite: Sqlite.Database): Record<string, number> =>
  Object.fromEntries(
    tables.map((table) => [table, sqlite.prepare(`select count(*) from ${table}`).pluck().get() as number]),
  )

/** The rows of the tables, copied one by one into bare tables of another file. */
const inserted = (from: string, into: string): number => {
  const source = new Sqlite(from, { readonly: true })
  const target = new Sqlite(into)
  try {
    target.pragma('journal_mode = wal')
    const copies = tables.map((table) => {
      const rows = source.prepare(`select * from ${table}`).all() as Record<string, unknown>[]
      const columns = Object.keys(rows[0] ?? {})
      target.exec(`create table ${table} (${columns.join(', ')})`)
      const statement = target.prepare(`insert into ${table} values (${columns.map(() => '?').join(', ')})`)
      return { rows: rows.map((row) => columns.map((column) => row[column])), statement }
    })
    const started = performance.now()
    target.transaction(() => {
      for (const { rows, statement } of copies) for (const row of rows) statement.run(...row)
    })()
    return (performance.now() - started) / 1000
  } finally {
    source.close()
    target.close()
  }
}

const townList = (): Blob => {
  const header =
    'Nom enfant;Prénom enfant;Né le;Sexe;Niveau;Classe;Nom parent 1;Prénom parent 1;Portable parent 1;Adresse;Code postal;Commune;Quotient familial'
  const lines = Array.from({ length: count }, (_, index) => {
    const home = index >> 1
    const birth = `${String(1 + (home % 28)).padStart(2, '0')}/0${1 + (index % 9)}/201${5 + (home % 5)}`
    return `Nom${home};Prénom${index % 2};${birth};F;CP;CP ${1 + (home % 40)};Nom${home};Camille;06${String(10_000_000 + home)};${home} rue du Banc;14000;Banc;${300 + (home % 900)}`
  })
  return new Blob([[header, ...lines].join('\r\n')], { type: 'text/csv' })
}
