import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: 'tests/support/one-postgres.ts',
    setupFiles: 'tests/support/examples.ts',
    pool: 'forks',
    maxWorkers: 2,
    isolate: false,
    // For what never ends: how long work takes is the machine's.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // A cached answer may be a second old by design, and the machine busy.
    expect: { poll: { timeout: 10_000 } },
    env: { TZ: 'UTC' },
  },
})
