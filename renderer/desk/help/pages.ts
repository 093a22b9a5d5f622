import { folded } from '../../../shared/rules/people/names.ts'
import { type TopicId, topics } from './topics.ts'
import { french } from './typography.ts'

/**
 * A parsed help page. Its file uses a small part of Markdown, so that anyone who writes French can correct it: `# `
 * title, `## ` heading, `1. ` step, `- ` point, `Voir aussi : ` related pages; everything else is a paragraph. The
 * files use plain spaces and apostrophes; French typography is applied here.
 */
export type HelpPage = {
  readonly id: TopicId
  readonly title: string
  readonly blocks: readonly Block[]
  readonly seeAlso: readonly TopicId[]
}

export type Block =
  | { readonly kind: 'heading' | 'paragraph'; readonly text: string }
  | { readonly kind: 'steps' | 'points'; readonly items: readonly string[] }

export const readPage = (id: TopicId, markdown: string): HelpPage => {
  const blocks: Block[] = []
  let title = ''
  let seeAlso: TopicId[] = []
  for (const part of markdown.split(/\n{2,}/)) {
    // A line that continues a step belongs to that step.
    const lines = part.trim().split(/\n(?=\d+\. |- |#)/)
    const [first = ''] = lines
    if (first === '') continue
    if (first.startsWith('# ')) title = plain(first)
    else if (first.startsWith('## ')) blocks.push({ kind: 'heading', text: plain(first) })
    else if (first.startsWith('Voir aussi')) seeAlso = namedIn(first)
    else if (/^\d+\. /.test(first)) blocks.push({ kind: 'steps', items: lines.map(plain) })
    else if (first.startsWith('- ')) blocks.push({ kind: 'points', items: lines.map(plain) })
    else blocks.push({ kind: 'paragraph', text: plain(first) })
  }
  return { id, title, blocks, seeAlso }
}

const plain = (line: string) => french(line.replace(/^(\d+\. |- |#+ )/, '').replace(/\s*\n\s*/g, ' '))

const namedIn = (line: string): TopicId[] => {
  const names = line.replace(/^[^:]*:/, '').split(',')
  return names.flatMap((name) => topics.find(({ id }) => id === name.trim())?.id ?? [])
}

const files: Record<string, string> = import.meta.glob('./pages/*.md', {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** All help pages, in the order of `topics`. */
export const helpPages: readonly HelpPage[] = topics.map(({ id }) => readPage(id, files[`./pages/${id}.md`] ?? ''))

export const pageOf = (id: TopicId): HelpPage | undefined => helpPages.find((page) => page.id === id)

/**
 * Pages that contain every typed word: first pages with the words in their title, then in a quotation of the screen («
 * … »), then anywhere.
 */
export const pagesAbout = (text: string): readonly HelpPage[] => {
  const words = folded(text)
    .split(' ')
    .filter((word) => word !== '')
  const has = (where: string) => words.every((word) => ` ${folded(where)}`.includes(` ${word}`))
  const rankOf = (page: HelpPage) => {
    const whole = textOf(page)
    if (has(page.title)) return 0
    return [...whole.matchAll(/«([^»]+)»/g)].some(([, quoted = '']) => has(quoted)) ? 1 : has(whole) ? 2 : null
  }
  const ranked = helpPages.map((page) => ({ page, rank: rankOf(page) }))
  return [0, 1, 2].flatMap((wanted) => ranked.filter(({ rank }) => rank === wanted).map(({ page }) => page))
}

export const textOf = ({ title, blocks }: HelpPage): string =>
  [title, ...blocks.flatMap((block) => ('items' in block ? block.items : [block.text]))].join('\n')
