import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll } from 'vitest'
import { putNewFile } from '../new-file.ts'
import { builtWork } from './built-work.ts'

/**
 * A script to kill and the folder that it works on copies of, made before the tests of a file and erased after them.
 */
export const killedWork = (script: 'desk-work.ts' | 'store-work.ts', prepare: (base: string) => unknown) => {
  const root = mkdtempSync(join(tmpdir(), 'espace-jeunesse-'))
  const base = join(root, 'base')
  let program = ''
  beforeAll(async () => {
    program = await builtWork('desk', script)
    putNewFile(base)
    await prepare(base)
    return () => rmSync(root, { recursive: true, force: true })
  })
  return {
    root,
    base,
    get program() {
      return program
    },
  }
}
