import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { keyRingPath } from '../../../main/store/key-ring.ts'

/** An empty folder, deleted when the test ends. */
export const aDataFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'espace-jeunesse-'))
  onTestFinished(() => {
    for (const path of [folder, keyRingPath(folder)]) rmSync(path, { recursive: true, force: true })
  })
  return folder
}
