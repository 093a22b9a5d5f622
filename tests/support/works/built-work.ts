import { cpSync, globSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'vite'
import { inject } from 'vitest'
import { madeOnce } from '../machine/made-once.ts'

const root = join(import.meta.dirname, '../../..')

const scripts = {
  desk: ['desk-work.ts', 'exchange-desk.ts', 'health-desk.ts', 'store-work.ts'],
  portal: ['exchange-portal.ts'],
} as const

/**
 * Scripts of this folder, built in the same way as the desk is built for Electron, with its workers and migrations
 * beside them. Node starts the build several times faster than the sources, and tests that kill them start them dozens
 * of times. Built once for all test files of a run.
 * @param of the face of the script, whose migrations are put beside the build
 * @returns the program's path
 */
export const builtWork = async <Face extends keyof typeof scripts>(
  of: Face,
  script: (typeof scripts)[Face][number],
): Promise<string> => {
  const folder = join(inject('worksFolder'), of)
  await madeOnce(folder, (unfinished) => buildWorks(of, unfinished))
  return join(folder, `${basename(script, '.ts')}.js`)
}

const buildWorks = async (of: keyof typeof scripts, folder: string): Promise<void> => {
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
          [...scripts[of].map((script) => join('tests/support/works', script)), ...workers].map((path) => [
            basename(path, '.ts'),
            join(root, path),
          ]),
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
}
