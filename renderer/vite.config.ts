import { cpSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { readingPage } from '../shared/contract/reading.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const pdfFiles = ['cmaps', 'standard_fonts', 'wasm']

/** Files that pdf.js loads besides a document: standard fonts, character maps and decoders in JavaScript. */
const besidePdf = {
  name: 'beside-pdf',
  closeBundle() {
    for (const folder of pdfFiles) {
      cpSync(here(`../node_modules/pdfjs-dist/${folder}`), here(`../out/renderer/desk/pdf/${folder}`), {
        recursive: true,
        filter: (path) => folder !== 'wasm' || basename(path) === folder || path.endsWith('_nowasm_fallback.js'),
      })
    }
  },
}

export default defineConfig({
  root: here('desk'),
  base: './',
  plugins: [react(), besidePdf],
  // Both hosts put a fresh nonce here (main/http/pages.ts): Mantine writes its colours into a style element.
  html: { cspNonce: 'nonce-of-this-page' },
  build: {
    outDir: here('../out/renderer/desk'),
    emptyOutDir: true,
    rolldownOptions: { input: [here('desk/index.html'), here(`desk/${readingPage}`)] },
    // Lowered for older browsers, light-dark() loses its colours without a word.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // The pages' CSP takes fonts from files only.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
})
