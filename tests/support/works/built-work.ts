import { cpSync, globSync, mkdtempSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'vite'
import { inject } from 'vitest'

const root = join(import.meta.dirname, '../../..')

const builds = new Map<string, Promise<string>>()

/**
 * Builds a script of this folder in the same way as the desk is built for Electron, with its workers and migrations
 * beside it. Node starts the build several times faster than the sources, and a test that kills it starts it dozens of
 * times. Built once for all test files of a process.
 * @param of the face of the script: its migrations are put beside the build
 * @returns the program's path
 */
export const builtWork = (script: string, of: 'desk' | 'portal' = 'desk'): Promise<string> => {
  const known = builds.get(script) ?? buildWork(script, of)
  builds.set(script, known)
  return known
}

const buildWork = async (script: string, of: 'desk' | 'portal'): Promise<string> => {
  const folder = mkdtempSync(join(inject('worksFolder'), 'work-'))
  const workers = globSync('main/{store,documents,desk}/**/*-worker.ts', { cwd: root })
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    ssr: { noExternal: true, external: ['better-sqlite3', 'pdfkit', 'fontkit', '@electric-sql/pglite', 'pg'] },
    build: {
      ssr: true,
      outDir: folder,
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(
          [join('tests/support/works', script), ...workers].map((path) => [basename(path, '.ts'), join(root, path)]),
        ),
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  })
  cpSync(join(root, of === 'desk' ? 'main/store/migrations' : 'main/portal/migrations'), join(folder, 'migrations'), {
    recursive: true,
  })
  // Printing needs the fonts of the desk.
  cpSync(join(root, 'main/documents/fonts'), join(folder, 'fonts'), { recursive: true })
  cpSync(join(root, 'main/documents/bank/schemas'), join(folder, 'schemas'), { recursive: true })
  return join(folder, `${basename(script, '.ts')}.js`)
}
