import type { Reporter, TestCase, TestModule } from 'vitest/node'
import { leave, noCount } from './counting.ts'

/** Counts what vitest ran, and keeps why a test was skipped, which its JSON leaves out. A class, since vitest constructs it. */
export default class CountReporter implements Reporter {
  readonly #count = noCount()
  onTestCaseResult(test: TestCase) {
    const result = test.result()
    if (result.state === 'passed') this.#count.passed += 1
    else if (result.state === 'failed') this.#count.failed += 1
    else if (result.state === 'skipped') {
      this.#count.skipped.push({ name: test.fullName, reason: result.note ?? 'no reason given' })
    }
  }
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]) {
    // A file that does not load has no test to count.
    this.#count.failed += modules.reduce((sum, module) => sum + module.errors().length, errors.length)
    leave(this.#count)
  }
}
