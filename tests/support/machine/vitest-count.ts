import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node'
import { inShort, leave, noCount } from '../counting.ts'

/**
 * Counts what vitest ran, and keeps why a test was skipped, which its JSON leaves out. A class, since vitest constructs
 * it.
 */
export default class CountReporter implements Reporter {
  readonly #count = noCount()
  onTestCaseResult(test: TestCase) {
    const result = test.result()
    if (result.state === 'passed') this.#count.passed += 1
    else if (result.state === 'failed') {
      this.#fail(result.errors.slice(0, 1), `${test.module.relativeModuleId} › ${test.fullName}`)
    } else if (result.state === 'skipped') {
      this.#count.skipped.push({ name: test.fullName, reason: result.note ?? 'its name says what it needs' })
    }
  }
  onTestSuiteResult(suite: TestSuite) {
    // Its preparation failed: its tests count as skipped.
    this.#fail(suite.errors(), `${suite.module.relativeModuleId} › ${suite.fullName}`)
  }
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]) {
    for (const module of modules) {
      this.#fail(module.errors(), module.relativeModuleId)
      this.#count.files.push({ name: module.relativeModuleId, seconds: module.diagnostic().duration / 1000 })
    }
    this.#fail(errors, 'outside of any test')
    leave(this.#count)
  }
  #fail(errors: readonly unknown[], name: string) {
    for (const error of errors) this.#count.failed.push({ name, reason: inShort(error) })
  }
}
