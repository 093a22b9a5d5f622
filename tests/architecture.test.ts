import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { parseSync } from 'vite'
import { describe, expect, it } from 'vitest'
import { domains } from '../main/app/domains.ts'
import packageFile from '../package.json' with { type: 'json' }

const root = resolve(import.meta.dirname, '..')

/** One import: the importing file, and what it imports (a path from the root, or the name of a package). */
type Import = { readonly from: string; readonly to: string }

const importsOf = (from: string): Import[] => {
  const text = readFileSync(join(root, from), 'utf8')
  const { staticImports, staticExports, dynamicImports } = parseSync(from, text).module
  const named = [...staticImports, ...staticExports.flatMap(({ entries }) => entries)].flatMap(
    ({ moduleRequest }) => moduleRequest?.value ?? [],
  )
  const later = dynamicImports.map(({ moduleRequest: { start, end } }) => text.slice(start + 1, end - 1))
  return [...new Set([...named, ...later])].map((name) => ({
    from,
    to: name.startsWith('.') ? slashed(relative(root, join(root, dirname(from), name))) : name,
  }))
}
const slashed = (path: string) => path.replaceAll('\\', '/')
const sources = globSync('{shared,main,renderer}/**/*.{ts,tsx}', { cwd: root }).map(slashed)
const imports = sources.flatMap(importsOf)

const isIn =
  (...rooms: string[]) =>
  (path: string) =>
    rooms.some((room) => path === room || path.startsWith(`${room}/`))
const isNode = (name: string) => name.startsWith('node:')
const isPackage =
  (...names: string[]) =>
  (name: string) =>
    names.some((known) => name === known || name.startsWith(`${known}/`))
const isTool = (path: string) => path.endsWith('.config.ts')

/** Rooms in order, highest first: a room may import those below it, never one above. */
const orders: Readonly<Record<string, readonly string[]>> = {
  main: [
    'electron',
    'host',
    'app',
    'exchange',
    'desk',
    'portal',
    'build.ts',
    'store',
    'documents',
    'payfip',
    'sms',
    'smtp',
    'http',
    'crypto',
    'xml.ts',
  ],
  'main/desk': [...domains.toReversed(), 'in-turns.ts', 'progress.ts', 'memoized.ts', 'core.ts'],
  'main/portal': [
    'export',
    'drizzle.config.ts',
    'start.ts',
    'program',
    'pages',
    'exchange',
    'sign-up',
    'debits',
    'payment',
    'dossier',
    'papers',
    'messages',
    'registrations',
    'reservations',
    'family',
    'account',
    'http',
    'portal.ts',
    'mails',
    'published',
    'log',
    'store',
    'refused.ts',
    'runtime-file.ts',
  ],
  renderer: ['vite.config.ts', 'portal.vite.config.ts', 'desk', 'portal', 'connection', 'parts'],
  shared: ['pages', 'contract', 'formats', 'examples', 'exchange', 'record', 'portal', 'rules', 'collections.ts'],
}

/** Domains of the two faces: other rooms may only import the file with the domain's name. */
const doors = new Map([
  ['main/desk', domains],
  [
    'main/portal',
    ['account', 'family', 'registrations', 'reservations', 'messages', 'papers', 'payment', 'debits', 'sign-up'],
  ],
])
/**
 * The guards of all calls by staff are in one file. Health records have a file of their own, so that sealing them stays
 * a small change.
 */
const secondDoors = ['main/desk/staff/procedures.ts', 'main/desk/families/health.ts', 'main/desk/families/photos.ts']

/** The room of `path` in `parent`: a folder or file directly in it; undefined for a path elsewhere. */
const roomIn = (parent: string, path: string): string | undefined =>
  path.startsWith(`${parent}/`) ? path.slice(parent.length + 1).split('/')[0] : undefined

const goesUp = ({ from, to }: Import): boolean =>
  Object.entries(orders).some(([parent, order]) => {
    const [one, other] = [roomIn(parent, from), roomIn(parent, to)]
    return one !== undefined && other !== undefined && one !== other && order.indexOf(one) > order.indexOf(other)
  })

const passesDoor = ({ from, to }: Import): boolean =>
  [...doors].some(([parent, behind]) => {
    const [one, other] = [roomIn(parent, from), roomIn(parent, to)]
    if (one === undefined || other === undefined || one === other || !behind.includes(other)) return false
    return to !== `${parent}/${other}/${other}.ts` && !secondDoors.includes(to)
  })

/** The rules of the architecture: a sentence, an import that would break the rule, and the test for it. */
const rules: [sentence: string, example: [from: string, to: string], breaks: (imported: Import) => boolean][] = [
  [
    'shared runs anywhere: it knows neither Node, nor Electron, nor React, nor another room',
    ['shared/rules/calendar/day.ts', 'node:fs'],
    ({ from, to }) =>
      isIn('shared')(from) &&
      (isNode(to) || isIn('main', 'renderer', 'tests')(to) || isPackage('electron', 'react', 'better-sqlite3')(to)),
  ],
  [
    'the rules know nothing of how calls travel',
    ['shared/rules/calendar/day.ts', 'zod'],
    ({ from, to }) => isIn('shared/rules')(from) && isPackage('@orpc', 'zod')(to),
  ],
  [
    'a screen never reaches into the Node side, nor into Node',
    ['renderer/desk/desk.tsx', 'main/desk/core.ts'],
    ({ from, to }) =>
      isIn('renderer')(from) && !isTool(from) && (isNode(to) || isIn('main', 'tests')(to) || isPackage('electron')(to)),
  ],
  [
    'the Node side knows nothing of screens',
    ['main/desk/core.ts', 'react'],
    ({ from, to }) => isIn('main')(from) && (isIn('renderer', 'tests')(to) || isPackage('react', '@mantine')(to)),
  ],
  [
    'Electron is known to main/electron alone: the desk runs without it',
    ['main/desk/core.ts', 'electron'],
    ({ from, to }) => !isIn('main/electron')(from) && isPackage('electron', 'electron-store')(to),
  ],
  [
    'the portal stands on its own: of the desk it knows neither its data, nor its exchange, nor its hosts',
    ['main/portal/program/server.ts', 'main/store/store.ts'],
    ({ from, to }) =>
      isIn('main/portal')(from) &&
      isIn('main/desk', 'main/store', 'main/exchange', 'main/app', 'main/host', 'main/electron')(to),
  ],
  [
    'the desk knows the portal by what they exchange alone',
    ['main/desk/core.ts', 'main/portal/portal.ts'],
    ({ from, to }) => isIn('main')(from) && !isIn('main/portal')(from) && isIn('main/portal')(to),
  ],
  [
    'a paper is made of what it is given: documents never read a store',
    ['main/documents/paper.ts', 'better-sqlite3'],
    ({ from, to }) =>
      isIn('main/documents')(from) && (isIn('main/store')(to) || isPackage('better-sqlite3', 'drizzle-orm')(to)),
  ],
  [
    'what programs share knows none of them: PayFiP, mail, HTTP and cryptography read no store and no domain',
    ['main/http/pages.ts', 'main/store/store.ts'],
    ({ from, to }) =>
      isIn('main/http', 'main/crypto', 'main/payfip', 'main/sms', 'main/smtp')(from) &&
      isIn('main/store', 'main/documents')(to),
  ],
  ['a room imports those below it', ['main/desk/families/families.ts', 'main/desk/payments/payments.ts'], goesUp],
  [
    'another domain is reached through its own door',
    ['main/desk/payments/payments.ts', 'main/desk/families/families-store.ts'],
    passesDoor,
  ],
  [
    'what the desk and the portal share carries no Mantine: the portal must stay light',
    ['renderer/parts/cell.tsx', '@mantine/core'],
    ({ from, to }) => isIn('renderer/parts', 'renderer/portal')(from) && isPackage('@mantine')(to),
  ],
  [
    'the two faces do not lean on each other',
    ['renderer/portal/day.tsx', 'renderer/desk/desk.tsx'],
    ({ from, to }) =>
      (isIn('renderer/desk')(from) && isIn('renderer/portal')(to)) ||
      (isIn('renderer/portal')(from) && isIn('renderer/desk')(to)),
  ],
]

/**
 * The functions that the forms and questions of a screen run when they are sent. A plain HTML form has no client of its
 * own.
 */
const submissionsIn = (name: string, text: string): string[] => {
  const found: string[] = []
  const look = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    if (isElement(node) && /^[A-Z]/.test(text.slice(node.name.start, node.name.end)))
      for (const { type, start, end } of node.attributes) {
        const attribute = text.slice(start, end)
        if (type === 'JSXAttribute' && /^on(Submit|Confirm)=/.test(attribute)) found.push(attribute)
      }
    for (const inside of Object.values(node)) look(inside)
  }
  look(parseSync(name, text).program)
  return found
}
const isSentOutside = (submission: string) => /OutsideForms|\.mutate/.test(submission)
type Place = { readonly type: string; readonly start: number; readonly end: number }
const isElement = (node: object): node is { readonly name: Place; readonly attributes: readonly Place[] } =>
  'type' in node && node.type === 'JSXOpeningElement'

describe('the house', () => {
  it.each(rules)('%s', (_, [from, to], breaks) => {
    expect(breaks({ from, to })).toBe(true)
    expect(imports.filter(breaks)).toEqual([])
  })

  it.each(Object.entries(orders))('has every room of %s in its order', (parent, order) => {
    const there = sources.flatMap((path) => roomIn(parent, path) ?? [])
    expect([...new Set(there)].toSorted()).toEqual(order.toSorted())
  })

  it('has a door for every domain', () => {
    const files = [...doors].flatMap(([parent, behind]) => behind.map((domain) => `${parent}/${domain}/${domain}.ts`))
    expect(files.filter((path) => !sources.includes(path))).toEqual([])
  })

  it('has rooms that a reader takes in at a glance', () => {
    const byFolder = Map.groupBy(sources, (path) => dirname(path))
    expect([...byFolder].filter(([, files]) => files.length > 24).map(([folder]) => folder)).toEqual([])
  })

  it('sends a form by the client that it is given: another would overwrite unseen', () => {
    const example = '<FormDialog onSubmit={(_client, values) => clientOutsideForms.families.change(values)} />'
    expect(submissionsIn('a.tsx', example).filter(isSentOutside)).toHaveLength(1)
    const screens = sources.filter((path) => isIn('renderer/desk')(path) && path.endsWith('.tsx'))
    const submissions = screens.flatMap((path) => submissionsIn(path, readFileSync(join(root, path), 'utf8')))
    expect(submissions.length).toBeGreaterThan(50)
    expect(submissions.filter(isSentOutside)).toEqual([])
  })

  it('has no import cycle', () => {
    const reached = Map.groupBy(imports, ({ from }) => from)
    const done = new Set<string>()
    const circle = (path: string, trail: readonly string[]): readonly string[] | null => {
      if (trail.includes(path)) return [...trail, path]
      if (done.has(path)) return null
      for (const { to } of reached.get(path) ?? []) {
        const found = circle(to, [...trail, path])
        if (found) return found
      }
      done.add(path)
      return null
    }
    expect(sources.map((path) => circle(path, [])).filter(Boolean)).toEqual([])
  })

  it('depends on the ten packages that the town asked for', () => {
    const named = { ...packageFile.dependencies, ...packageFile.devDependencies }
    expect(Object.keys(named)).toEqual(
      expect.arrayContaining([
        'electron',
        'electron-builder',
        'react',
        'zustand',
        'better-sqlite3',
        'drizzle-orm',
        'electron-store',
        'date-fns',
        'pdfkit',
        'playwright',
      ]),
    )
  })

  it('pins the exact version of every package', () => {
    const versions = Object.values({ ...packageFile.dependencies, ...packageFile.devDependencies })
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([])
  })
})
