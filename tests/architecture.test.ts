import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import packageFile from '../package.json' with { type: 'json' }

const root = resolve(import.meta.dirname, '..')

/** One import: the file that has it and what it reaches, a path from the root or the name of a package. */
type Import = { readonly from: string; readonly to: string }

const importsOf = (from: string): Import[] => {
  const text = readFileSync(join(root, from), 'utf8')
  const found = text.matchAll(/(?:^|\s)(?:from|import)\s*\(?\s*'([^']+)'/g)
  return [...found].map(([, name = '']) => ({
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
    rooms.some((room) => path.startsWith(`${room}/`))
const isNode = (name: string) => name.startsWith('node:')
const isPackage =
  (...names: string[]) =>
  (name: string) =>
    names.some((known) => name === known || name.startsWith(`${known}/`))

/** Highest first: a domain reads those below it. */
const domains = [
  'example',
  'home',
  'history',
  'import',
  'doubles',
  'year',
  'protection',
  'requests',
  'messages',
  'portal',
  'papers',
  'statements',
  'payments',
  'invoicing',
  'prices',
  'attendance',
  'reservations',
  'registrations',
  'activities',
  'families',
  'settings',
  'staff',
]
const domainOf = (path: string) => /^main\/desk\/([^/]+)\//.exec(path)?.[1]
const isBetweenDomains = ({ from, to }: Import) => {
  const [one, other] = [domainOf(from), domainOf(to)]
  return one !== undefined && other !== undefined && one !== other
}
/** Health records have a door of their own, so that sealing them is a small change. */
const isDoor = (path: string) => {
  const domain = domainOf(path) ?? ''
  return path === `main/desk/${domain}/${domain}.ts` || path === 'main/desk/families/health.ts'
}
const isTool = (path: string) => path.endsWith('.config.ts')

/** What stays true of the house, an import that would break it, and how to tell. */
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
    ({ from, to }) => isIn('shared/rules')(from) && (isIn('shared/contract')(to) || isPackage('@orpc', 'zod')(to)),
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
    'Electron is known to main/electron alone: the core runs without it',
    ['main/desk/core.ts', 'electron'],
    ({ from, to }) =>
      !isIn('main/electron')(from) && (isPackage('electron', 'electron-store')(to) || isIn('main/electron')(to)),
  ],
  [
    'the core does not know the hosts that open it',
    ['main/desk/core.ts', 'main/host/http.ts'],
    ({ from, to }) => isIn('main/desk', 'main/store', 'main/documents')(from) && isIn('main/host')(to),
  ],
  [
    'the store knows nothing of the desk above it',
    ['main/store/store.ts', 'main/desk/core.ts'],
    ({ from, to }) =>
      isIn('main/store')(from) && isIn('main/desk', 'main/documents', 'main/exchange', 'main/portal')(to),
  ],
  [
    'a paper is made of what it is given: documents never read the store',
    ['main/documents/paper.ts', 'main/store/store.ts'],
    ({ from, to }) =>
      isIn('main/documents')(from) &&
      (isIn('main/desk', 'main/store')(to) || isPackage('better-sqlite3', 'drizzle-orm')(to)),
  ],
  [
    'a domain reads downwards only',
    ['main/desk/families/families.ts', 'main/desk/payments/payments.ts'],
    (imported) =>
      isBetweenDomains(imported) &&
      domains.indexOf(domainOf(imported.from) ?? '') > domains.indexOf(domainOf(imported.to) ?? ''),
  ],
  [
    'another domain is reached through its own door',
    ['main/desk/payments/payments.ts', 'main/desk/families/families-store.ts'],
    (imported) => isBetweenDomains(imported) && !isDoor(imported.to),
  ],
  [
    'what the desk and the portal share carries no Mantine: the portal must stay light',
    ['renderer/parts/cell.tsx', '@mantine/core'],
    ({ from, to }) =>
      isIn('renderer/parts')(from) && (isPackage('@mantine')(to) || isIn('renderer/desk', 'renderer/portal')(to)),
  ],
  [
    'the two faces do not lean on each other',
    ['renderer/portal/day.tsx', 'renderer/desk/desk.tsx'],
    ({ from, to }) =>
      (isIn('renderer/desk')(from) && isIn('renderer/portal')(to)) ||
      (isIn('renderer/portal')(from) && isIn('renderer/desk')(to)),
  ],
]

describe('the house', () => {
  it.each(rules)('%s', (_, [from, to], breaks) => {
    expect(breaks({ from, to })).toBe(true)
    expect(imports.filter(breaks)).toEqual([])
  })

  it('has every domain in its order', () => {
    const there = new Set(sources.map(domainOf).filter((domain) => domain !== undefined))
    expect([...there].filter((domain) => !domains.includes(domain))).toEqual([])
  })

  it('goes round nowhere', () => {
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

  it('stands on the ten packages that the town asked for', () => {
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

  it('pins every version', () => {
    const versions = Object.values({ ...packageFile.dependencies, ...packageFile.devDependencies })
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([])
  })
})
