import { globSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { firstDay } from '../../../renderer/desk/help/first-day-steps.ts'
import { helpPages, pageOf, pagesAbout, readPage, textOf } from '../../../renderer/desk/help/pages.ts'
import { topicAt, topics } from '../../../renderer/desk/help/topics.ts'
import { sectionGroups } from '../../../renderer/desk/settings/sections.ts'

const desk = resolve(import.meta.dirname, '../../../renderer/desk')
const read = (path: string) => readFileSync(join(desk, path), 'utf8')

const pathsOfRouter = [...read('routes.tsx').matchAll(/path: '([^']+)'/g)]
  .map(([, path = '']) => path)
  // Neither the gallery of parts nor an address that nothing answers to.
  .filter((path) => path !== '/planche' && path !== '$')
const tabsOf = (path: string, pattern: RegExp) => [...read(path).matchAll(pattern)].map(([, id = '']) => id)

/** As it is written in the source, whatever its spaces and apostrophes. */
const plain = (text: string) =>
  text
    .replaceAll(/\\u00a0|&nbsp;/g, ' ')
    .replace(/[\s\u00a0]+/g, ' ')
    .replaceAll('’', "'")
const sources = plain(
  globSync(['renderer/{desk,parts}/**/*.{ts,tsx}', 'shared/{rules,record,portal,pages}/**/*.ts'], {
    cwd: resolve(desk, '../..'),
  })
    .filter((path) => !path.includes('/help/'))
    .map((path) => readFileSync(resolve(desk, '../..', path), 'utf8'))
    .join('\n'),
)
const lowered = sources.toLowerCase()
// Capitals only begin its sentence.
const isThere = (words: string) => lowered.includes(words.toLowerCase())
/** What a page shows being typed, rather than a word of a screen. */
const typed = ['aide : tarif']

describe('the help', () => {
  it.each(pathsOfRouter)('has a page for the screen %s', (path) => {
    expect(topics.filter((topic) => 'path' in topic && topic.path === path)).not.toEqual([])
  })

  it('has a page for every tab of a family, of the portal and of the settings', () => {
    const tabs = [
      ...tabsOf('families/family-screen.tsx', /\['([a-z]+)', '[A-ZÉ]/g).map((id) => ['/familles/7', id] as const),
      ...tabsOf('portal/portal-screen.tsx', /\{ id: '([a-z]+)'/g).map((id) => ['/portail', id] as const),
      ...sectionGroups.flatMap(({ sections }) =>
        sections.flatMap((section) => ('path' in section ? [] : [['/reglages', section.id] as const])),
      ),
    ]
    expect(tabs.length).toBeGreaterThan(20)
    for (const [path, tab] of tabs) {
      const topic = topics.find(({ id }) => id === topicAt(path, { onglet: tab }))
      expect(topic, `${path} ${tab}`).toMatchObject({ tabs: expect.arrayContaining([tab]) })
    }
  })

  it('knows where one is', () => {
    expect(topicAt('/', {})).toBe('accueil')
    expect(topicAt('/familles/12', {})).toBe('famille')
    expect(topicAt('/familles/12', { onglet: 'argent' })).toBe('famille-argent')
    expect(topicAt('/reglages', {})).toBe('activites')
    expect(topicAt('/reglages', { periode: 3 })).toBe('periode')
    expect(topicAt('/calendrier/attente', { onglet: 'x' })).toBe('attente')
    expect(topicAt('/nulle-part', {})).toBe('reperes')
  })

  it('has one file a page, and a page a file', () => {
    const files = readdirSync(join(desk, 'help/pages')).map((name) => name.replace(/\.md$/, ''))
    expect(files.toSorted()).toEqual(topics.map(({ id }) => id).toSorted())
  })

  it.each(helpPages.map((page) => [page.id, page] as const))(
    '%s says what the screen is for, three to nine steps, and what may surprise',
    (id, page) => {
      const [first, ...others] = page.blocks
      expect(page.title).not.toBe('')
      expect(first).toMatchObject({ kind: 'paragraph' })
      const lists = others.flatMap((block) => ('items' in block ? [block.items] : []))
      expect(lists[0]?.length).toBeGreaterThanOrEqual(3)
      expect(lists[0]?.length).toBeLessThanOrEqual(9)
      expect(others).toContainEqual({ kind: 'heading', text: 'Ce qui peut surprendre' })
      expect(lists.length).toBe(2)
      const named = /Voir aussi[^:]*:(.*)/.exec(read(`help/pages/${id}.md`))?.[1]?.split(',') ?? []
      expect(page.seeAlso).toEqual(named.map((name) => name.trim()))
    },
  )

  it.each(helpPages.map((page) => [page.id, page] as const))(
    'every word of a screen that %s quotes is on it',
    (_, page) => {
      const quoted = [...plain(textOf(page)).matchAll(/« ([^»]+) »/g)].map(([, words = '']) => words)
      expect(quoted.filter((words) => !typed.includes(words) && !isThere(words))).toEqual([])
    },
  )

  it('quotes words of the screens in the steps of the first day', () => {
    const said = Object.values(firstDay).map(({ title, how }) => plain(`${title} ${how}`))
    const quoted = said.flatMap((text) => [...text.matchAll(/« ([^»]+) »/g)].map(([, words = '']) => words))
    expect(quoted.filter((words) => words !== 'ALSH mercredi' && !sources.includes(words))).toEqual([])
  })

  it('is written as French is', () => {
    const text = helpPages.map(textOf).join('\n')
    expect(text).not.toMatch(/'| [:;?!»]|« /)
    expect(text).toContain('Ce qui peut surprendre')
  })

  it('reads a few signs, a step going on under its line', () => {
    expect(
      readPage(
        'accueil',
        "# L'accueil\n\nUn « mot » :\nsuite\n\n1. Un\n   deux\n2. Trois\n\nVoir aussi : annuler, rien\n",
      ),
    ).toEqual({
      id: 'accueil',
      title: 'L’accueil',
      blocks: [
        { kind: 'paragraph', text: 'Un «\u00a0mot\u00a0»\u00a0: suite' },
        { kind: 'steps', items: ['Un deux', 'Trois'] },
      ],
      seeAlso: ['annuler'],
    })
  })

  it('is found by its words, titles first, whatever the accents', () => {
    expect(pagesAbout('TARIF')[0]?.id).toBe('tarifs')
    expect(pagesAbout('regle').map(({ id }) => id)).toContain('reglements')
    expect(pagesAbout('avoir')[0]?.id).toBe('facturation')
    expect(pagesAbout('fiche sanitaire').map(({ id }) => id)).toContain('famille-enfants')
    expect(pagesAbout('zzz')).toEqual([])
    expect(pageOf('annuler')?.title).toContain('Annuler')
  })
})
