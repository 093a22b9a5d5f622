import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { isLong, longFiles } from './support/long.ts'

/** Starts whole processes, or makes whole towns, whatever its size. */
const isSlow = ({ moduleId }: TestSpecification): boolean =>
  /-kill\.|\/tests\/(host|security)\/|example-town|two-processes|program/.test(moduleId)

/** The slow files first, so that the last ones end together. */
class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    // oxlint-disable-next-line unicorn/no-array-sort -- Vitest's own, which sorts no array in place
    const sorted = await super.sort(files)
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))]
  }
}

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: isLong ? [] : [longFiles],
    globalSetup: ['tests/support/machine/one-postgres.ts', 'tests/support/works/works-folder.ts'],
    setupFiles: 'tests/support/examples.ts',
    pool: 'forks',
    maxWorkers: 2,
    isolate: false,
    sequence: { sequencer: SlowFirst },
    // For what never ends: how long work takes is the machine's.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // A cached answer may be a second old by design, and the machine busy.
    expect: { poll: { timeout: 10_000 } },
    env: { TZ: 'UTC' },
  },
})
