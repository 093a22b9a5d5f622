import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import Sqlite from 'better-sqlite3'
import { openDesk } from '../../main/app/desk.ts'
import { addMember } from '../../main/desk/staff/staff.ts'
import { systemActor } from '../../main/store/acts/acts.ts'
import { dataFileName } from '../../main/store/store.ts'
import { roles } from '../../shared/rules/access/roles.ts'
import { day, instantOf, timeOfDay } from '../../shared/rules/calendar/day.ts'
import { fillBenchTown } from '../support/towns/bench-town.ts'

const password = 'Marronnier-14'
const count = 20_000

export type ImportFigures = {
  /** The number of rows that the import wrote. */
  readonly rows: number
  /** From the upload of the file to the end of the act; for registrations, including a preview of all lines. */
  readonly seconds: number
  /** The same rows inserted by bare statements in one transaction. */
  readonly rawSeconds: number
}

/** 20,000 unknown children, two per home, each with a class; each home with its address, parent and quotient. */
export const import20000 = (): Promise<ImportFigures> =>
  withImports(async (imported, desk, folder) => {
    fillBenchTown(desk.core, 200)
    const before = rowsOf(desk.core.store.sqlite)
    const seconds = await imported(townList())
    const after = rowsOf(desk.core.store.sqlite)
    await desk.close()
    return {
      rows: sum(after) - sum(before),
      seconds,
      rawSeconds: inserted(join(folder, 'data', dataFileName), join(folder, 'raw.sqlite'), tables),
    }
  })

/**
 * 20,000 registrations of children of that town, as the import screen does it: a preview of all lines, then the import.
 */
export const importRegistrations = (): Promise<ImportFigures> =>
  withImports(async (imported, desk, folder) => {
    fillBenchTown(desk.core, 1)
    await imported(townList())
    const seconds = await imported(registrationsList(), true)
    const rows = desk.core.store.sqlite.prepare('select count(*) from registration').pluck().get() as number
    if (rows < count) throw new Error(`${rows} registrations are there`)
    await desk.close()
    return {
      rows,
      seconds,
      rawSeconds: inserted(join(folder, 'data', dataFileName), join(folder, 'raw.sqlite'), ['registration']),
    }
  })

const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((all, one) => all + one, 0)

/** Times a list in a desk of its own; with `previews`, from the first preview. */
const withImports = async <Result>(
  work: (
    imported: (file: Blob, previews?: boolean) => Promise<number>,
    desk: Awaited<ReturnType<typeof openDesk>>,
    folder: string,
  ) => Promise<Result>,
): Promise<Result> => {
  const folder = mkdtempSync(join(tmpdir(), 'import-bench-'))
  const now = instantOf(day('2026-11-02'), timeOfDay('10:00'))
  const desk = await openDesk({ dataDir: join(folder, 'data'), exampleDir: join(folder, 'example'), clock: () => now })
  try {
    await addMember(desk.core, { ...systemActor, roles }, { name: 'Banc', login: 'banc', password, roles })
    const client = createRouterClient(desk.router, { context: desk.connect() })
    await client.staff.login({ login: 'banc', password })
    return await work(
      async (file, previews = false) => {
        const wish = {
          file,
          sheet: '',
          list: null,
          mapping: null,
          words: [],
          schoolId: null,
          fromDay: '2026-09-01',
          corrections: [],
          decisions: [],
        }
        const started = performance.now()
        if (previews) await client.imports.preview(wish)
        const steps = await client.imports.run({ ...wish, fileName: 'liste.csv', withoutPending: false })
        for await (const step of steps) if (step.step === 'failed') throw new Error(step.sentence)
        return (performance.now() - started) / 1000
      },
      desk,
      folder,
    )
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

/** Times the copy of the rows of these tables, one by one, into tables without indexes of another file. */
const inserted = (from: string, into: string, tables: readonly string[]): number => {
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
    return `Nom${home};Prénom${index % 2};${birthOf(index)};F;CP;CP ${1 + (home % 40)};Nom${home};Camille;06${String(10_000_000 + home)};${home} rue du Banc;14000;Banc;${300 + (home % 900)}`
  })
  return new Blob([[header, ...lines].join('\r\n')], { type: 'text/csv' })
}

const registrationsList = (): Blob => {
  const lines = Array.from({ length: count }, (_, index) => {
    const home = index >> 1
    return `Nom${home};Prénom${index % 2};${birthOf(index)};ALSH mercredi 2026/2027`
  })
  return new Blob([['Nom enfant;Prénom enfant;Né le;Période', ...lines].join('\r\n')], { type: 'text/csv' })
}

const birthOf = (index: number): string => {
  const home = index >> 1
  return `${String(1 + (home % 28)).padStart(2, '0')}/0${1 + (index % 9)}/201${5 + (home % 5)}`
}
