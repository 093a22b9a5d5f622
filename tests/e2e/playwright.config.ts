import { resolve } from 'node:path'
import { defineConfig } from 'playwright/test'
import { chromiumArguments, chromiumHere } from '../support/chromium.ts'

const executablePath = chromiumHere()

export default defineConfig({
  testDir: resolve(import.meta.dirname, '..'),
  globalSetup: resolve(import.meta.dirname, 'built.ts'),
  outputDir: resolve(import.meta.dirname, '../../out/e2e'),
  workers: 2,
  timeout: 120_000,
  // A loaded machine answers late; what never comes is told all the same.
  expect: { timeout: 15_000 },
  forbidOnly: process.env['CI'] !== undefined,
  reporter: 'list',
  use: {
    locale: 'fr-FR',
    timezoneId: 'Europe/Paris',
    viewport: { width: 1280, height: 800 },
    launchOptions: { ...(executablePath && { executablePath }), args: chromiumArguments },
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
  },
  projects: [
    { name: 'browser', testMatch: 'e2e/**/*.spec.ts', testIgnore: 'e2e/electron.spec.ts' },
    // The shell opens and closes its own Chromium, which a trace would hold on to.
    { name: 'stand-in', testMatch: 'security/*.spec.ts', use: { trace: 'off', screenshot: 'off' } },
    { name: 'electron', testMatch: 'e2e/electron.spec.ts' },
  ],
})
