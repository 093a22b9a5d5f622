import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Count, noCount } from './support/counting.ts'
import { longFiles } from './support/long.ts'
import { chromiumHere } from './support/machine/chromium.ts'

/**
 * `npm test`: every check and every test, ended by how long each phase took, the slowest files, and one line that sums
 * them up. `npm test -- PATTERN` runs the tests of the files whose path matches; `--long` adds the long ones; `--quick`
 * takes the types, the lint, the rules, and what the uncommitted change may touch without a browser.
 */
const root = resolve(import.meta.dirname, '..')
const options = process.argv.slice(2)

/** The folder that Linux keeps in memory, where there is room: waiting for a disk takes a fifth of the tests' time. */
function roomyMemory(): string | null {
  const path = '/dev/shm'
  if (!existsSync(path)) return null
  const { bavail, bsize } = statfsSync(path)
  return bavail * bsize > 4e9 ? path : null
}

const isLong = options.includes('--long')
const isQuick = options.includes('--quick')
const patterns = options.filter((option) => !option.startsWith('--'))
const isContinuous = process.env['CI'] === 'true'

// Temporary files of killed tests are removed with this folder. Readable by all: PostgreSQL runs as its own account.
const folder = mkdtempSync(join(roomyMemory() ?? tmpdir(), 'tests-'))
chmodSync(folder, 0o755)
const shared = {
  TMPDIR: folder,
  TEMP: folder,
  TMP: folder,
  // Cache compiled code, since hundreds of processes and threads load the same modules.
  NODE_COMPILE_CACHE: join(folder, 'compiled'),
  TEST_RUN: String(process.pid),
}

/** Everything begins with the build. */
const isBuilt = !isQuick && patterns.length === 0
/** What each process of the tests begins with, from `support/machine`. */
const hooks = ['quick-modules.ts', ...(isBuilt ? ['built-workers.ts'] : [])]
const nodeOptions = [
  process.env['NODE_OPTIONS'] ?? '',
  ...hooks.map((hook) => `--import=${pathToFileURL(resolve(import.meta.dirname, 'support/machine', hook)).href}`),
].join(' ')

type Ran = { readonly isFine: boolean; readonly printed: string }

/** @param isHeldBack prints only at the end, so that the outputs of two parallel checks do not mix */
const run = (command: readonly string[], environment: Record<string, string>, isHeldBack: boolean) =>
  new Promise<Ran>((done) => {
    const child = spawn(process.execPath, command, {
      cwd: root,
      stdio: isHeldBack ? ['ignore', 'pipe', 'pipe'] : 'inherit',
      env: { ...process.env, ...shared, ...(isLong && { LONG: '1' }), ...environment },
    })
    const printed: Buffer[] = []
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => printed.push(chunk))
    const end = (isFine: boolean) => done({ isFine, printed: Buffer.concat(printed).toString() })
    child.on('error', () => end(false))
    child.on('close', (code) => end(code === 0))
  })

const phases: { readonly name: string; readonly seconds: number }[] = []

const timed = async (name: string, work: () => Promise<Count>): Promise<Count> => {
  const began = performance.now()
  const count = await work()
  phases.push({ name, seconds: (performance.now() - began) / 1000 })
  return count
}

/**
 * For the type checker and the linter, both in Go: each extra thread infers the same types again, and slows the units.
 */
const oneThread = { GOMAXPROCS: '1', GOGC: '400' }

/** A check that only passes or fails. */
const check = (name: string, command: readonly string[]): Promise<Count> =>
  timed(name, async () => {
    const { isFine, printed } = await run(command, oneThread, true)
    console.log(`\n── ${name}: ${isFine ? 'fine' : 'failed'}\n${printed.trim()}`)
    return isFine ? { ...noCount(), passed: 1 } : { ...noCount(), failed: [{ name, reason: 'see above' }] }
  })

/** A check that runs tests and writes their count to a file. */
const tests = (name: string, command: readonly string[]): Promise<Count> =>
  timed(name, async () => {
    console.log(`\n── ${name}`)
    const path = join(folder, `${name}.json`)
    const { isFine } = await run(command, { TEST_COUNT: path, NODE_OPTIONS: nodeOptions }, false)
    const count = countIn(path)
    // The runner failed before its first test, or crashed after its last.
    if (!isFine && count.failed.length === 0) count.failed.push({ name, reason: 'it ended badly: see above' })
    return count
  })

const countIn = (path: string): Count => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Count
  } catch {
    return noCount()
  }
}

const reporter = (of: string) => join(root, `tests/support/machine/${of}-count.ts`)
const npm = (script: string) => [process.env['npm_execpath'] ?? 'node_modules/npm/bin/npm-cli.js', 'run', '-s', script]
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'tests/vitest.config.ts']
const playwright = ['node_modules/playwright/cli.js', 'test', '--config', 'tests/e2e/playwright.config.ts']

const unitTests = (name: string, ...chosen: string[]): Promise<Count> =>
  tests(name, [...vitest, '--reporter', 'dot', '--reporter', reporter('vitest'), '--passWithNoTests', ...chosen])

const browserTests = async (): Promise<Count> => {
  const chosen = ['--pass-with-no-tests', ...patterns]
  if (chromiumHere()) {
    return tests('browser', [...playwright, '--reporter', `list,${reporter('playwright')}`, ...chosen])
  }
  const list = [...playwright, '--list', '--reporter', reporter('playwright'), ...chosen]
  const listed = await tests('browser, listed only', list)
  const number = listed.passed + listed.skipped.length
  const reason =
    'no Chromium on this machine. Install chromium (apt install chromium) or Google Chrome, or name it in CHROMIUM_PATH'
  console.log(`\n${number} browser tests cannot run: ${reason}.`)
  const unrun = Array.from({ length: number }, (_, at) => ({ name: `browser test ${at + 1}`, reason }))
  return isContinuous ? { ...noCount(), failed: unrun } : { ...noCount(), skipped: unrun }
}

const inTurn = async (works: readonly (() => Promise<Count>)[]): Promise<Count[]> => {
  const counts: Count[] = []
  for (const work of works) counts.push(await work())
  return counts
}

/** Together, because the linter infers all types anyway. */
const typesAndLint = () => check('types and lint', npm('lint:types'))
const format = () => check('format', npm('format:check'))
const build = () => check('build', npm('build'))

/**
 * The build first: several tests, and the desk's threads, start on it. Checks run beside the unit tests, as both leave a core idle at times.
 * Browser tests run alone: load slows pages.
 */
const everything = async (): Promise<Count[]> => [
  await build(),
  ...(await Promise.all([inTurn([typesAndLint, format]), inTurn([() => unitTests('units')])])).flat(),
  await browserTests(),
]

const matching = () => inTurn([() => unitTests('units', ...patterns), browserTests])

const quick = async (): Promise<Count[]> => {
  const changed = spawnSync('git', ['status', '--porcelain', '--', 'main', 'shared', 'tests'], { cwd: root })
  const touched =
    changed.stdout.toString().trim() === '' ? [] : [() => unitTests('touched', '--changed', ...withoutSlowTests)]
  return (
    await Promise.all([inTurn([typesAndLint]), inTurn([() => unitTests('rules', 'tests/rules'), ...touched])])
  ).flat()
}

/** Slow tests, which kill processes or make whole towns: `--quick` leaves them out. */
const withoutSlowTests = ['**/*-kill.test.ts', 'tests/host/**', 'tests/security/**', '**/example-town.test.ts'].flatMap(
  (files) => ['--exclude', files],
)

const counts = isBuilt ? await everything() : isQuick ? await quick() : await matching()
rmSync(folder, { recursive: true, force: true })

const row = ({ name, seconds }: { name: string; seconds: number }) => `  ${seconds.toFixed(1).padStart(6)} s  ${name}`
console.log(`\nPhases:\n${phases.map(row).join('\n')}`)
const slowest = counts.flatMap(({ files }) => files).toSorted((a, b) => b.seconds - a.seconds)
if (slowest.length > 0) console.log(`\nSlowest files:\n${slowest.slice(0, 10).map(row).join('\n')}`)

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
if (!isLong) {
  const names = globSync(longFiles, { cwd: join(root, 'tests') }).map((path) => path.replace(/\.long.*/, ''))
  console.log(`\nLeft for npm run test:long, beside its bigger numbers: ${names.join(', ')}`)
}
const failed = tell('Failed', (count) => count.failed)
console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exitCode = failed > 0 ? 1 : 0
