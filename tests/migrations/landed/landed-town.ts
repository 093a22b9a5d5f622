import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'
import type { Core } from '../../../main/desk/core.ts'
import { dataFileName } from '../../../main/store/store.ts'
import { aClock, openIn } from '../../support/desk.ts'

/** The file that the first version made (`make-landed-town.ts`). */
export const landedFile = (): Buffer => gunzipSync(readFileSync(join(import.meta.dirname, 'town.sqlite.gz')))

export const landedClock = () => aClock('2026-11-25', '11:30')

let migrated: Promise<string> | undefined

/** Migrated only once: each test of a process gets a copy of the result. */
const migrate = async (): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'landed-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'data'))
  writeFileSync(join(folder, 'data', dataFileName), landedFile())
  await (await openIn(folder, landedClock())).close()
  return folder
}

/** The core of a desk with the town of the first version, until the test ends. */
export const openLandedTown = async (): Promise<Core> => {
  migrated ??= migrate()
  const prepared = await migrated
  const folder = mkdtempSync(join(tmpdir(), 'landed-'))
  cpSync(prepared, folder, { recursive: true })
  const desk = await openIn(folder, landedClock())
  onTestFinished(async () => {
    await desk.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return desk.core
}
