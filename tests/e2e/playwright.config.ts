import { resolve } from 'node:path'
import { defineConfig } from 'playwright/test'
import { isLong, longFiles } from '../support/long.ts'
import { chromiumArguments, chromiumHere, shortLived } from '../support/machine/chromium.ts'

const executablePath = chromiumHere()

const long = isLong ? [] : [longFiles]

export default defineConfig({
  testDir: resolve(import.meta.dirname, '..'),
  globalSetup: ['built.ts', '../support/machine/one-postgres.ts'].map((path) => resolve(import.meta.dirname, path)),
  // Node reads our TypeScript by itself, twice as fast.
  build: { external: ['**/main/**', '**/renderer/**', '**/shared/**', '**/tests/**'] },
  outputDir: resolve(import.meta.dirname, '../../out/e2e'),
  // One more than CI's cores: a browser test waits as much as it works.
  workers: 3,
  timeout: 120_000,
  // A loaded machine answers late; what never comes is told all the same.
  expect: { timeout: 15_000 },
  forbidOnly: process.env['CI'] !== undefined,
  reporter: 'list',
  use: {
    locale: 'fr-FR',
    timezoneId: 'Europe/Paris',
    viewport: { width: 1280, height: 800 },
    launchOptions: { ...(executablePath && { executablePath }), args: [...chromiumArguments, shortLived] },
    // What still slides or changes colour would be judged half way.
    reducedMotion: 'reduce',
    screenshot: 'only-on-failure',
    // What a page asks for, a test may answer in its place; a worker would ask by itself (portal-offline.spec.ts has its own).
    serviceWorkers: 'block',
  },
  projects: [
    // The longest file first, so that the workers end at about the same time. Each project starts workers of its own.
    { name: 'stand-in', testMatch: 'security/*.spec.ts', testIgnore: long, use: { screenshot: 'off' } },
    { name: 'browser', testMatch: 'e2e/**/*.spec.ts', testIgnore: ['e2e/electron.spec.ts', ...long] },
    { name: 'electron', testMatch: 'e2e/electron.spec.ts' },
  ],
})
