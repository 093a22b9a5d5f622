import { resolve } from 'node:path'
import { defineConfig } from 'playwright/test'
import { isLong, longFiles } from '../support/long.ts'
import { chromiumArguments, chromiumHere, shortLived, simulatedCamera } from '../support/machine/chromium.ts'

const executablePath = chromiumHere()

const offline = 'e2e/portal/portal-offline.spec.ts'
const long = isLong ? [] : [longFiles]

export default defineConfig({
  testDir: resolve(import.meta.dirname, '..'),
  globalSetup: ['built.ts', '../support/machine/one-postgres.ts'].map((path) => resolve(import.meta.dirname, path)),
  // Node itself reads our TypeScript, twice as fast.
  build: { external: ['**/main/**', '**/renderer/**', '**/shared/**', '**/tests/**'] },
  outputDir: resolve(import.meta.dirname, '../../out/e2e'),
  // One more than the cores of CI, because a browser test waits half of its time.
  workers: 3,
  timeout: 120_000,
  // A busy computer answers late; an element that never appears still fails.
  expect: { timeout: 15_000 },
  forbidOnly: process.env['CI'] !== undefined,
  reporter: 'list',
  use: {
    locale: 'fr-FR',
    timezoneId: 'Europe/Paris',
    viewport: { width: 1280, height: 800 },
    launchOptions: {
      ...(executablePath && { executablePath }),
      args: [...chromiumArguments, ...simulatedCamera, shortLived],
    },
    // Otherwise elements would be checked while they still move or change colour.
    reducedMotion: 'reduce',
    screenshot: 'only-on-failure',
    // Tests answer some requests in place of the server; a service worker would bypass them (portal-offline.spec.ts
    // allows it).
    serviceWorkers: 'block',
  },
  projects: [
    // The longest files first, so that the workers end at about the same time. Each project starts workers of its own.
    { name: 'stand-in', testMatch: 'security/*.spec.ts', testIgnore: long, use: { screenshot: 'off' } },
    { name: 'offline', testMatch: offline },
    { name: 'browser', testMatch: 'e2e/**/*.spec.ts', testIgnore: [offline, 'e2e/electron.spec.ts', ...long] },
    { name: 'electron', testMatch: 'e2e/electron.spec.ts' },
  ],
})
