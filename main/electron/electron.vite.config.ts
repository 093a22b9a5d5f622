import { cpSync, globSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { defineConfig } from 'electron-vite'

const root = resolve(import.meta.dirname, '../..')
// Not the portal's workers: the portal's own build puts them into the folder that an export carries.
const workers = globSync('main/**/*-worker.ts', { cwd: root, exclude: ['main/portal/**'] })

/**
 * Copies the assets (`migrations/`, `fonts/`, `schemas/`) that modules find under `import.meta.dirname`: beside their
 * source under Node, in the one flat folder `out/main` here.
 */
const copyAssets = {
  name: 'beside-modules',
  closeBundle() {
    cpSync(resolve(root, 'main/store/migrations'), resolve(root, 'out/main/migrations'), { recursive: true })
    cpSync(resolve(root, 'main/documents/fonts'), resolve(root, 'out/main/fonts'), { recursive: true })
    cpSync(resolve(root, 'main/documents/bank/schemas'), resolve(root, 'out/main/schemas'), { recursive: true })
  },
}

export default defineConfig({
  main: {
    plugins: [copyAssets],
    build: {
      outDir: resolve(root, 'out/main'),
      rolldownOptions: {
        input: {
          index: resolve(root, 'main/electron/index.ts'),
          ...Object.fromEntries(workers.map((path) => [basename(path, '.ts'), resolve(root, path)])),
        },
        output: { chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    // A sandboxed preload can require nothing but electron.
    build: {
      externalizeDeps: false,
      outDir: resolve(root, 'out/preload'),
      rolldownOptions: {
        input: globSync('main/electron/*preload.ts', { cwd: root }).map((path) => resolve(root, path)),
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
})
