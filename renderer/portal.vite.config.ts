import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin, type Rolldown } from 'vite'
import type { Built } from './portal/offline/worker.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/**
 * Modules that the first page after the login needs, as other pages do: built into one file. Left alone they would be
 * ten small ones, each with half a kilobyte of headers and little to compress.
 */
const modulesOfEveryPage = [
  'renderer/portal/papers/asked-papers.tsx',
  'shared/pages/dossier/asked-papers.ts',
  'shared/pages/page.ts',
  'shared/pages/money/pending-payment.ts',
  'shared/collections.ts',
  'shared/rules/calendar/day.ts',
  'shared/rules/calendar/window.ts',
  'shared/rules/cell/cell.ts',
  'shared/rules/money/money.ts',
  'shared/rules/money/payment/payment.ts',
  'shared/rules/people/names.ts',
  'shared/rules/people/registration.ts',
  'shared/rules/requests/demande-texts.ts',
  'shared/rules/requests/paper.ts',
  'shared/rules/text/french.ts',
]
const moved = modulesOfEveryPage.filter((path) => !existsSync(here(`../${path}`)))
if (moved.length > 0) throw new Error(`not there any more: ${moved.join(', ')}`)

const isOfEveryPage = (id: string): boolean =>
  /node_modules\/|renderer\/portal\/parts\/(?!week-table)/.test(id) ||
  modulesOfEveryPage.some((path) => id.endsWith(`/${path}`))

const isChunk = (one: Rolldown.OutputAsset | Rolldown.OutputChunk): one is Rolldown.OutputChunk => one.type === 'chunk'

const pathsOf = (names: readonly string[]): string[] => [...new Set(names)].map((name) => `/${name}`)

/** The files that the worker caches (portal/offline/worker.ts): those of this build. */
const filesForWorker: Plugin = {
  name: 'files-for-worker',
  generateBundle: {
    // Runs once the style files have their final names.
    order: 'post',
    handler(_, bundle) {
      const chunks = Object.values(bundle).filter(isChunk)
      const under = (name: string): string[] => {
        const chunk = chunks.find(({ fileName }) => fileName === name)
        if (!chunk) return []
        return [name, ...(chunk.viteMetadata?.importedCss ?? []), ...chunk.imports.flatMap(under)]
      }
      const worker = chunks.find(({ name }) => name === workerName)
      const entry = chunks.find(({ isEntry, name }) => isEntry && name !== workerName)
      const link = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith('portal/link.ts'))
      if (!worker || !entry || !link) throw new Error('no worker, no page, or no way to the portal')
      const opened = chunks.filter(({ facadeModuleId }) =>
        /(dashboard|reservations)-page\.tsx$/.test(facadeModuleId ?? ''),
      )
      const first = pathsOf([...under(entry.fileName), ...under(link.fileName)])
      const next = pathsOf(opened.flatMap(({ fileName }) => under(fileName))).filter((path) => !first.includes(path))
      const names = Object.keys(bundle).toSorted().join(' ')
      const version = createHash('sha256').update(names).digest('hex').slice(0, 12)
      const built: Built = { version, entry: entry.fileName, first, next }
      worker.code = `const built=${JSON.stringify(built)};${worker.code}`
    },
  },
}
const workerName = 'hors-connexion'

/** The parents' pages. */
export default defineConfig({
  root: here('portal'),
  // Pages have addresses of different depths, so their files need absolute paths.
  base: '/',
  publicDir: false,
  plugins: [react(), filesForWorker],
  html: { cspNonce: 'nonce-of-this-page' },
  build: {
    outDir: here('../out/renderer/portal'),
    emptyOutDir: true,
    // When styles are converted for older browsers, light-dark() silently loses its colours.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // The CSP of the pages only allows fonts in files.
    assetsInlineLimit: 0,
    // All browsers that the styles support have it.
    modulePreload: { polyfill: false },
    // The portal itself serves the font, also to its public pages (main/portal/program/server.ts).
    rolldownOptions: {
      input: { index: here('portal/index.html'), [workerName]: here('portal/offline/worker.ts') },
      external: ['/lettres.woff2'],
      output: {
        // A service worker only controls addresses beside and below its own, so it is at the root, with a fixed name.
        entryFileNames: ({ name }) => (name === workerName ? '[name].js' : 'assets/[name]-[hash].js'),
        codeSplitting: { groups: [{ name: 'shared', test: isOfEveryPage, minShareCount: 2 }] },
      },
    },
  },
})
