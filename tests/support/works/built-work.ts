import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'vite'

const root = join(import.meta.dirname, '../../..')

/**
 * Builds a script of this folder as the desk is built for Electron, its workers and migrations beside it: Node starts it
 * several times faster than from its sources, and a test that kills it does so dozens of times.
 * @param of whose work it is: the one's migrations lie beside it
 * @returns the program's path, and the way to erase it
 */
export const builtWork = async (
  script: string,
  of: 'desk' | 'portal' = 'desk',
): Promise<{ path: string; erase: () => void }> => {
  // Inside the project, so that it finds its native packages.
  mkdirSync(join(root, 'out'), { recursive: true })
  const folder = mkdtempSync(join(root, 'out/work-'))
  const workers = globSync('main/{store,documents}/**/*-worker.ts', { cwd: root })
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
  // Whoever prints needs its letters.
  cpSync(join(root, 'main/documents/fonts'), join(folder, 'fonts'), { recursive: true })
  return { path: join(folder, `${basename(script, '.ts')}.js`), erase: () => rmSync(folder, { recursive: true }) }
}
