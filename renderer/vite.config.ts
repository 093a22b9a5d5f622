import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: here('desk'),
  base: './',
  plugins: [react()],
  // Both hosts put a fresh nonce here (main/host/pages.ts): Mantine writes its colours into a style element.
  html: { cspNonce: 'nonce-of-this-page' },
  build: {
    outDir: here('../out/renderer/desk'),
    emptyOutDir: true,
    // Lowered for older browsers, light-dark() loses its colours without a word.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // The pages' CSP takes fonts from files only.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
})
