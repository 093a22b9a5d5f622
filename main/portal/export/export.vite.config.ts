import { cpSync, globSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const root = resolve(import.meta.dirname, '../../..')
const folder = join(root, 'out/portal')
const pglite = dirname(fileURLToPath(import.meta.resolve('@electric-sql/pglite')))

/** Files that the program reads at run time, copied flat next to it. */
const runtimeFiles = [
  ...globSync(
    'main/portal/export/{.dockerignore,Dockerfile,LISEZMOI.md,nginx.conf,portail-502.html,portail.js,portail.service}',
    { cwd: root },
  ),
  'main/portal/http/public-pages.css',
  'main/portal/http/mark.svg',
  ...globSync('main/portal/{http/icons/*.png,pages/help/*.webp}', { cwd: root }),
  'renderer/parts/tokens.css',
  'renderer/parts/accents.css',
  'renderer/portal/places.css',
  'node_modules/@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm',
  'node_modules/@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm',
  'node_modules/@jsquash/png/codec/pkg/squoosh_png_bg.wasm',
  'node_modules/@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2',
]

const copyRuntimeFiles = {
  name: 'copy-beside',
  closeBundle() {
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
    for (const path of runtimeFiles) cpSync(join(root, path), join(folder, basename(path)))
    for (const file of globSync('*.{wasm,data}', { cwd: pglite })) cpSync(join(pglite, file), join(folder, file))
    cpSync(join(root, 'main/portal/migrations'), join(folder, 'migrations'), { recursive: true })
    cpSync(join(root, 'main/documents/fonts'), join(folder, 'fonts'), { recursive: true })
    cpSync(join(root, 'out/renderer/portal'), join(folder, 'pages'), { recursive: true })
  },
}

/** Builds the portal as a folder that needs Node and no package. Run after the pages are built. */
export default defineConfig({
  root,
  plugins: [copyRuntimeFiles],
  ssr: { noExternal: true },
  build: {
    ssr: true,
    outDir: folder,
    emptyOutDir: true,
    minify: false,
    rolldownOptions: {
      input: {
        programme: join(root, 'main/portal/program/program.ts'),
        'judge-worker': join(root, 'main/portal/papers/judge-worker.ts'),
      },
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
})
