import type {
  FilledBlock,
  ResolvedBlock,
  ResolvedDocument,
  Run,
} from '../../../shared/rules/templates/resolved-document.ts'
import { MARGIN, type Organisation, WIDTH } from '../letterhead.ts'
import { heightOf, type Line, mm, type Paper, type Style, sizes, type Words, wrapped } from '../paper.ts'
import { table } from './letter-table.ts'

/*
 * The text of a template on paper, with the same words as in a mail in HTML or plain text
 * (`shared/rules/templates/document-text.ts`).
 */

export const body = { size: sizes.medium, leading: 1.45 } as const
const headings: Readonly<Record<2 | 3, Partial<Style>>> = {
  2: { size: sizes.large, weight: 'semibold', leading: 1.25 },
  3: { size: sizes.medium, weight: 'semibold', leading: 1.3 },
}
/** The space between two blocks, and between the lines of a list, in millimetres. */
const blockGap = 3
const itemGap = 0.8
const indent = 6

export const wordsOf = (runs: readonly Run[]): Words =>
  runs.map(({ text, bold, italic, underline }) => ({
    text,
    ...(bold && { weight: 'semibold' as const }),
    ...(italic && { isSlanted: true }),
    ...(underline && { isUnderlined: true }),
  }))

type Page = {
  /** Used by the table of a list, which adds pages itself. */
  readonly organisation: Organisation
  readonly title: string
  /** The lower limit of the text on a page, in points. */
  readonly bottom: number
  /** Adds a page; returns the y where the text continues. */
  readonly next: () => number
  /** The text style. */
  readonly style?: Partial<Style>
  /** Draws a list in a special way; returns the y below it, or null for the usual way. */
  readonly drawFilled?: (field: string, y: number) => number | null
}

/** Draws a document from `y` on, over as many pages as it needs; returns the y below it. */
export const drawDocument = (paper: Paper, document: ResolvedDocument, page: Page, y: number): number => {
  const { bottom, next, style = body } = page
  let top = y
  const write = (
    tag: 'P' | 'H2' | 'H3' | 'LBody',
    lines: readonly Line[],
    x: number,
    width: number,
    align: 'left' | 'right' | 'center',
  ) => {
    let left = lines
    while (left.length > 0) {
      const fitting = countFitting(left, bottom - top)
      if (fitting === 0 && top > y) {
        top = next()
        continue
      }
      const now = left.slice(0, Math.max(1, fitting))
      paper.put(tag, now, x, top, width, align)
      top += heightOf(now)
      left = left.slice(now.length)
      if (left.length > 0) top = next()
    }
  }
  const list = (items: readonly Words[], marker: (at: number) => string) => {
    paper.group('L', () => {
      for (const [at, words] of items.entries()) {
        const lines = wrapped(words, mm(WIDTH - indent), style)
        const [first] = lines
        if (first && top + first.height > bottom) top = next()
        paper.group('LI', () => {
          paper.put('Lbl', wrapped(marker(at), mm(indent), style), mm(MARGIN), top, mm(indent))
          write('LBody', lines, mm(MARGIN + indent), mm(WIDTH - indent), 'left')
        })
        top += mm(itemGap)
      }
    })
  }
  const filled = (field: string, block: FilledBlock) => {
    const own = page.drawFilled?.(field, top)
    if (own !== null && own !== undefined) {
      top = own
      return
    }
    if (block.kind === 'lines') {
      list(block.lines, () => '–')
      return
    }
    const columns = block.columns.map(({ title, width, align }) => ({
      title,
      width: mm(width),
      ...(align && { align }),
    }))
    top = table(paper, page.organisation, page.title, columns, block.rows, top) + mm(1.5)
    if (block.note !== '') write('P', wrapped(block.note, mm(WIDTH), { ink: 'soft' }), mm(MARGIN), mm(WIDTH), 'left')
  }
  const drawBlock = (block: ResolvedBlock): void => {
    switch (block.type) {
      case 'paragraph': {
        const lines = wrapped(wordsOf(block.runs), mm(WIDTH), style)
        if (block.runs.length > 0) write('P', lines, mm(MARGIN), mm(WIDTH), block.align)
        else top += heightOf(lines)
        return
      }
      case 'heading': {
        const lines = wrapped(wordsOf(block.runs), mm(WIDTH), headings[block.level])
        // A title is never alone at the foot of a page.
        if (top > y && top + heightOf(lines) + 3 * (style.size ?? sizes.plain) > bottom) top = next()
        if (block.runs.length > 0) write(`H${block.level}`, lines, mm(MARGIN), mm(WIDTH), block.align)
        return
      }
      case 'list':
        list(
          block.items.map((paragraphs) =>
            paragraphs.flatMap((runs, at) => [...(at > 0 ? ['\n'] : []), ...(wordsOf(runs) as Exclude<Words, string>)]),
          ),
          (at) => (block.isOrdered ? `${at + 1}.` : '–'),
        )
        return
      case 'filled':
        filled(block.field, block.block)
    }
  }
  for (const [at, block] of document.entries()) {
    if (at > 0) top += mm(document[at - 1]?.type === 'heading' ? 1 : blockGap)
    drawBlock(block)
  }
  return top
}

/** How many lines fit into a height. */
const countFitting = (lines: readonly Line[], height: number): number => {
  let used = 0
  const at = lines.findIndex((line) => {
    used += line.height
    return used > height
  })
  return at === -1 ? lines.length : at
}
