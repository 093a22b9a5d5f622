import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { logTo, readLog, withoutPersonalData } from '../../main/host/log.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'))
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

it.each([
  ['Unexpected token \'M\', "Marchand, Zo"... is not valid JSON', 'Unexpected token …, …... is not valid JSON'],
  ['no family « Marchand » for odile@exemple.fr', 'no family … for …'],
  ['call 02 31 44 55 66 or 0231445566', 'call … or …'],
  ['beneficiary 1234567 of invoice F2026-000012', 'beneficiary … of invoice F…'],
  ['GET /?cle=3fGh_x and https://portail.exemple.fr/rpc?x=1', 'GET / and https://portail.exemple.fr/rpc'],
  [`EACCES: ${homedir()}/donnees`, 'EACCES: ~/donnees'],
  [
    'a1b2c3d4 SqliteError: UNIQUE constraint failed: child.id',
    'a1b2c3d4 SqliteError: UNIQUE constraint failed: child.id',
  ],
  [
    'Error: no\n    at open (file:///app/out/main/index.js:12:34)',
    'Error: no\n    at open (file:///app/out/main/index.js:12:34)',
  ],
])('keeps where the program failed, never on what: %s', (line, kept) => {
  expect(withoutPersonalData(line)).toBe(kept)
})

it('is written without them, read back oldest first, and never fills the disk', () => {
  const log = logTo(folder)
  log('first "Marchand"')
  for (let times = 0; times < 210; times += 1) log(`at ${'x'.repeat(30_000)}`)
  log('last')
  expect(readdirSync(folder).toSorted()).toEqual(['journal.log', 'journal.log.1'])
  const bytes = readdirSync(folder).map((name) => statSync(join(folder, name)).size)
  expect(Math.max(...bytes)).toBeLessThan(2_100_000)
  const lines = readLog(folder).trimEnd().split('\n')
  expect(lines.at(-1)).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z last$/)
  expect(readLog(folder)).not.toContain('Marchand')
})

it('is empty where nothing failed', () => {
  expect(readLog(join(folder, 'absent'))).toBe('')
})
