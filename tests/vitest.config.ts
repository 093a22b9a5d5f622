import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { isLong, longFiles } from './support/long.ts'

/** Files that start whole processes, make or migrate whole towns, or play many histories, whatever their size. */
const isSlow = ({ moduleId }: TestSpecification): boolean =>
  /-(kill|model)\.|\/tests\/(host|migrations|security)\/|example-town|two-processes|program/.test(moduleId)

/** Runs the slow files first, so that all threads end at about the same time. */
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
    // Only stops tests that never end: how long a test takes depends on the computer.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // A cached answer may be a second old by design, and the computer may be busy.
    expect: { poll: { timeout: 10_000 } },
    env: { TZ: 'UTC' },
  },
})
