import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import packageFile from '../../package.json' with { type: 'json' }

const root = resolve(import.meta.dirname, '../..')
const text = readFileSync(resolve(root, '.github/workflows/release.yml'), 'utf8')

/** The words of a workflow that this one may use: a misspelled one does not pass in silence. */
const Step = z.strictObject({
  name: z.string().optional(),
  if: z.string().optional(),
  uses: z.string().optional(),
  with: z.record(z.string(), z.union([z.string(), z.boolean()])).optional(),
  run: z.string().optional(),
  env: z.record(z.string(), z.string()).optional(),
})
const Job = z.strictObject({
  needs: z.string().optional(),
  strategy: z
    .strictObject({
      matrix: z.strictObject({ include: z.array(z.strictObject({ runner: z.string(), system: z.string() })) }),
    })
    .optional(),
  'runs-on': z.string(),
  'timeout-minutes': z.number().optional(),
  permissions: z.record(z.string(), z.string()).optional(),
  defaults: z.strictObject({ run: z.strictObject({ shell: z.literal('bash') }) }).optional(),
  steps: z.array(Step),
})
const Workflow = z.strictObject({
  name: z.string(),
  on: z.strictObject({ push: z.strictObject({ tags: z.array(z.string()) }) }),
  permissions: z.record(z.string(), z.string()),
  jobs: z.strictObject({ desk: Job, draft: Job }),
})
const workflow = Workflow.parse(parse(text))
const { desk, draft } = workflow.jobs
const steps = [...desk.steps, ...draft.steps]
const at = (words: string) => desk.steps.findIndex(({ run }) => run?.includes(words))

describe('the workflow that makes a release', () => {
  it('starts on a tag, on three systems in pinned versions', () => {
    expect(workflow.on.push.tags).toEqual(['v*'])
    const { include = [] } = desk.strategy?.matrix ?? {}
    expect(include.map(({ system }) => system)).toEqual(['win', 'mac', 'linux'])
    expect(
      [...include.map(({ runner }) => runner), draft['runs-on']].filter((name) => name.includes('latest')),
    ).toEqual([])
  })

  it('takes every action at one commit, its version beside it', () => {
    const used = text.match(/uses: .*/g) ?? []
    expect(used).toHaveLength(steps.filter(({ uses }) => uses !== undefined).length)
    expect(used.filter((line) => !/^uses: actions\/[\w-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([])
  })

  it('tries real Electron, then packs, then installs, before anything is kept', () => {
    const order = [
      'npm ci',
      'electron:get',
      'npm run build',
      '--project=electron',
      'electron-builder',
      'tests/installed.ts',
    ]
    expect(order.map(at)).toEqual(order.map(at).toSorted((one, other) => one - other))
    expect(order.map(at)).not.toContain(-1)
    expect(desk.steps[at('--project=electron')]?.env).toEqual({ ELECTRON_REQUIRED: '1' })
    expect(draft.needs).toBe('desk')
  })

  it('writes only where the draft is made, and lets no secret or name into a command', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' })
    expect(desk.permissions).toBeUndefined()
    expect(draft.permissions).toEqual({ contents: 'write' })
    expect(steps.filter(({ run }) => run?.includes('${{'))).toEqual([])
    const withSecrets = steps.filter((step) => JSON.stringify(step).includes('secrets.'))
    expect(withSecrets.map(({ run }) => run?.includes('electron-builder'))).toEqual([true])
  })

  it('runs the Node that the tests ran, and programs that exist', () => {
    const node = desk.steps.find(({ uses }) => uses?.startsWith('actions/setup-node'))
    expect(node?.with?.['node-version']).toBe(packageFile.devDependencies.node)
    for (const [, script = ''] of text.matchAll(/npm run ([\w:]+)/g)) expect(packageFile.scripts).toHaveProperty(script)
    for (const [path] of text.matchAll(/tests\/[\w./-]+\.ts/g)) expect(existsSync(resolve(root, path))).toBe(true)
  })
})

describe('the workflow that runs the suite', () => {
  const suite = readFileSync(resolve(root, '.github/workflows/suite.yml'), 'utf8')
  const { on, permissions, jobs } = z
    .object({
      on: z.record(z.string(), z.unknown()),
      permissions: z.record(z.string(), z.string()),
      jobs: z.record(z.string(), z.object({ 'runs-on': z.string(), steps: z.array(Step) })),
    })
    .parse(parse(suite))
  const matrices = z.object({ strategy: z.object({ matrix: z.object({ runner: z.array(z.string()) }) }) })

  it('runs on every push and pull request, on the three systems, and the long tests in the night', () => {
    expect(Object.keys(on)).toEqual(['push', 'pull_request', 'schedule'])
    const { tests, electron } = z
      .object({ jobs: z.object({ tests: matrices, electron: matrices }) })
      .parse(parse(suite)).jobs
    for (const { strategy } of [tests, electron]) {
      expect(strategy.matrix.runner.map((name) => name.split('-')[0])).toEqual(['ubuntu', 'windows', 'macos'])
    }
    expect(jobs['long']?.steps.at(-1)?.run).toBe('npm run test:long')
  })

  it('opens real Electron, and shares the rest out among computers', () => {
    const commands = Object.values(jobs).flatMap(({ steps: of }) => of)
    expect(commands.filter(({ run }) => run?.includes('--project=electron')).map(({ env }) => env)).toEqual([
      { ELECTRON_REQUIRED: '1' },
    ])
    expect(commands.filter(({ run }) => run?.includes('--shard "$SHARD"'))).toHaveLength(2)
  })

  it('writes nothing, knows no secret, and takes every action at one commit', () => {
    expect(permissions).toEqual({ contents: 'read' })
    expect(suite).not.toContain('secrets.')
    const used = suite.match(/uses: .*/g) ?? []
    expect(used.filter((line) => !/^uses: actions\/[\w-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([])
  })

  it('runs the Node that the tests ran, and programs that exist', () => {
    const nodes = suite.match(/node-version: .*/g) ?? []
    expect(new Set(nodes)).toEqual(new Set([`node-version: ${packageFile.devDependencies.node}`]))
    for (const [, script = ''] of suite.matchAll(/npm run ([\w:]+)/g)) {
      expect(packageFile.scripts).toHaveProperty(script)
    }
  })
})
