import type { Reporter, Suite, TestCase } from 'playwright/types/testReporter'
import { leave, noCount } from './counting.ts'

/** Counts what Playwright ran or, with `--list`, what it would run. A class, since Playwright constructs it. */
export default class CountReporter implements Reporter {
  #tests: TestCase[] = []
  #errors = 0
  onBegin(_config: unknown, suite: Suite) {
    this.#tests = suite.allTests()
  }
  onError() {
    this.#errors += 1
  }
  onEnd() {
    const count = { ...noCount(), failed: this.#errors }
    for (const test of this.#tests) {
      const name = test.titlePath().filter(Boolean).join(' › ')
      const skip = test.annotations.find(({ type }) => type === 'skip' || type === 'fixme')
      if (test.outcome() === 'skipped') {
        count.skipped.push({ name, reason: skip?.description ?? 'not run: a test before it failed' })
      } else if (test.outcome() === 'unexpected') count.failed += 1
      else count.passed += 1
    }
    leave(count)
  }
}
