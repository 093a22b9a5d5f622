import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

/** One folder for the programs that the test files build, inside the project so that they find its native packages. */
export default ({ provide }: TestProject) => {
  const out = join(import.meta.dirname, '../../../out')
  mkdirSync(out, { recursive: true })
  const folder = mkdtempSync(join(out, 'work-'))
  provide('worksFolder', folder)
  return () => rmSync(folder, { recursive: true, force: true })
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Erased after the last test. */
    worksFolder: string
  }
}
