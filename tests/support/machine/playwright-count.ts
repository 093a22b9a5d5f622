import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Reporter, Suite, TestCase, TestError, TestResult } from 'playwright/types/testReporter'
import { inShort, leave, noCount } from '../counting.ts'

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
      } else if (test.outcome() === 'unexpected') {
        count.failed.push({ name, reason: inShort(test.results[0]?.error) })
        console.log(`\n${name}\n${seenBy(test.results[0])}`)
      } else count.passed += 1
    }
    for (const [path, those] of Map.groupBy(this.#tests, ({ location }) => location.file)) {
      const milliseconds = those.flatMap(({ results }) => results).reduce((sum, { duration }) => sum + duration, 0)
      count.files.push({ name: relative(process.cwd(), path), seconds: milliseconds / 1000 })
    }
    leave(count)
  }
}

/** The text of the page when the test failed, because pictures are lost with the computer. */
const seenBy = (result: TestResult | undefined): string => {
  const path = result?.attachments.find((one) => one.name === 'error-context')?.path
  return path === undefined ? 'no page' : (/```yaml\n([\s\S]*?)```/.exec(readFileSync(path, 'utf8'))?.[1] ?? 'nothing')
}
