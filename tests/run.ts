import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { chromiumHere } from './support/chromium.ts'
import { type Count, noCount } from './support/counting.ts'

/** `npm test`: every check and every test, ended by one line that sums them up. `--long` adds the long ones. */
const root = resolve(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'tests-'))
const isLong = process.argv.includes('--long')
const isContinuous = process.env['CI'] === 'true'

const run = (command: readonly string[], environment: Record<string, string> = {}) =>
  new Promise<boolean>((done) => {
    const child = spawn(process.execPath, command, {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...(isLong && { LONG: '1' }), ...environment },
    })
    child.on('error', () => done(false))
    child.on('exit', (code) => done(code === 0))
  })

/** A tool that says yes or no. */
const check = async (name: string, command: readonly string[]): Promise<Count> => {
  console.log(`\n── ${name}`)
  const isFine = await run(command)
  return isFine ? { ...noCount(), passed: 1 } : { ...noCount(), failed: [{ name, reason: 'see above' }] }
}

/** A tool that runs tests and leaves their count. */
const tests = async (name: string, command: readonly string[]): Promise<Count> => {
  console.log(`\n── ${name}`)
  const path = join(folder, `${name}.json`)
  const isFine = await run(command, { TEST_COUNT: path })
  const count = countIn(path)
  // It stopped before its first test, or ended badly after its last.
  if (!isFine && count.failed.length === 0) count.failed.push({ name, reason: 'it ended badly: see above' })
  return count
}

const countIn = (path: string): Count => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Count
  } catch {
    return noCount()
  }
}

const reporter = (of: string) => join(root, `tests/support/${of}-count.ts`)
const npm = (script: string) => [process.env['npm_execpath'] ?? 'node_modules/npm/bin/npm-cli.js', 'run', '-s', script]
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'tests/vitest.config.ts']
const playwright = ['node_modules/playwright/cli.js', 'test', '--config', 'tests/e2e/playwright.config.ts']

const browserTests = async (): Promise<Count> => {
  if (chromiumHere()) {
    return tests('browser', [...playwright, '--reporter', `list,${reporter('playwright')}`])
  }
  const listed = await tests('browser, listed only', [...playwright, '--list', '--reporter', reporter('playwright')])
  const number = listed.passed + listed.skipped.length
  const reason =
    'no Chromium on this machine. Install chromium (apt install chromium) or Google Chrome, or name it in CHROMIUM_PATH'
  console.log(`\n${number} browser tests cannot run: ${reason}.`)
  const unrun = Array.from({ length: number }, (_, at) => ({ name: `browser test ${at + 1}`, reason }))
  return isContinuous ? { ...noCount(), failed: unrun } : { ...noCount(), skipped: unrun }
}

const counts = [
  await check('types', npm('typecheck')),
  await check('lint', npm('lint')),
  await check('format', npm('format:check')),
  await check('build', npm('build')),
  await tests('units', [...vitest, '--reporter', 'dot', '--reporter', reporter('vitest')]),
  await browserTests(),
]
rmSync(folder, { recursive: true, force: true })

const passed = counts.reduce((sum, count) => sum + count.passed, 0)
const tell = (title: string, of: (count: Count) => Count['failed']): number => {
  const told = counts.flatMap(of)
  if (told.length > 0) console.log(`\n${title}:`)
  for (const [reason, those] of Map.groupBy(told, (one) => one.reason)) {
    const names = those.length > 5 ? `${those.length} tests` : those.map(({ name }) => name).join('\n  ')
    console.log(`  ${names}\n    ${reason}`)
  }
  return told.length
}
const skipped = tell('Skipped', (count) => count.skipped)
const failed = tell('Failed', (count) => count.failed)
console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exitCode = failed > 0 ? 1 : 0
