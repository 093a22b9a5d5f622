import type { Reporter, Suite, TestCase, TestError } from 'playwright/types/testReporter'
import { inShort, leave, noCount } from './counting.ts'

/** Counts what Playwright ran or, with `--list`, what it would run. A class, since Playwright constructs it. */
export default class CountReporter implements Reporter {
  #tests: TestCase[] = []
  #errors: TestError[] = []
  onBegin(_config: unknown, suite: Suite) {
    this.#tests = suite.allTests()
  }
  onError(error: TestError) {
    this.#errors.push(error)
  }
  onEnd() {
    const count = noCount()
    for (const error of this.#errors) count.failed.push({ name: 'outside of any test', reason: inShort(error) })
    for (const test of this.#tests) {
      const name = test.titlePath().filter(Boolean).join(' › ')
      const skip = test.annotations.find(({ type }) => type === 'skip' || type === 'fixme')
      if (test.outcome() === 'skipped') {
        count.skipped.push({ name, reason: skip?.description ?? 'not run: a test before it failed' })
      } else if (test.outcome() === 'unexpected') count.failed.push({ name, reason: inShort(test.results[0]?.error) })
      else count.passed += 1
    }
    leave(count)
  }
}
