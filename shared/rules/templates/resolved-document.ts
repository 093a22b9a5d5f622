import {
  type Alignment,
  type BlockNode,
  type InlineNode,
  inlinesOf,
  type TemplateDocument,
  type TextMark,
  type TextNode,
} from './template-document.ts'

/* A document as one recipient reads it: the template with its fields filled. Paper, mail and SMS are made from it. */

export type Run = { readonly text: string } & { readonly [Mark in TextMark]?: true }

/** A list made by the desk: a table, or lines. */
export type FilledBlock =
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  | {
      readonly kind: 'table'
      readonly columns: readonly { readonly title: string; readonly width: number; readonly align?: 'left' | 'right' }[]
      readonly rows: readonly { readonly kind: 'section' | 'line' | 'total'; readonly cells: readonly string[] }[]
      /** A note in small print below the table; may be empty. */
      readonly note: string
    }

export type ResolvedBlock =
  | { readonly type: 'paragraph'; readonly align: Alignment; readonly runs: readonly Run[] }
  | { readonly type: 'heading'; readonly level: 2 | 3; readonly align: Alignment; readonly runs: readonly Run[] }
  /** Each item is one paragraph or several. */
  | { readonly type: 'list'; readonly isOrdered: boolean; readonly items: readonly (readonly (readonly Run[])[])[] }
  | { readonly type: 'filled'; readonly field: string; readonly block: FilledBlock }

export type ResolvedDocument = readonly ResolvedBlock[]

/** The text of fields, by id; an absent field is empty. */
export type FieldWords = Readonly<Record<string, string>>
export type FilledBlocks = Readonly<Record<string, FilledBlock>>
export type TemplateValues = { readonly fields: FieldWords; readonly blocks: FilledBlocks }

const marksOf = (marks: TextNode['marks']): Omit<Run, 'text'> =>
  Object.fromEntries((marks ?? []).map(({ type }) => [type, true as const]))

const runsOf = (content: readonly InlineNode[] | undefined, { fields }: TemplateValues): readonly Run[] => {
  const runs = (content ?? [])
    .map((one): Run => {
      if (one.type === 'hardBreak') return { text: '\n' }
      if (one.type === 'text') return { text: one.text, ...marksOf(one.marks) }
      const { field, empty } = one.attrs
      const words = fields[field] ?? ''
      return { text: words === '' ? (empty ?? '') : words, ...marksOf(one.marks) }
    })
    .filter(({ text }) => text !== '')
  // A field at either end of the line that is empty leaves no space behind.
  const ends = runs.map((run, at) => ({
    ...run,
    text: trimmed(run.text, at === 0, at === runs.length - 1),
  }))
  return ends.filter(({ text }) => text !== '')
}

const trimmed = (text: string, atStart: boolean, atEnd: boolean): string =>
  text.replace(atStart ? /^ +/ : /^(?!)/, '').replace(atEnd ? / +$/ : /(?!)$/, '')

const resolvedBlock = (block: BlockNode, values: TemplateValues): ResolvedBlock => {
  switch (block.type) {
    case 'paragraph':
      return { type: 'paragraph', align: block.attrs?.textAlign ?? 'left', runs: runsOf(block.content, values) }
    case 'heading': {
      const { level, textAlign } = block.attrs
      return { type: 'heading', level, align: textAlign ?? 'left', runs: runsOf(block.content, values) }
    }
    case 'bulletList':
    case 'orderedList':
      return {
        type: 'list',
        isOrdered: block.type === 'orderedList',
        items: block.content.map((item) => item.content.map(({ content }) => runsOf(content, values))),
      }
    case 'fieldBlock': {
      const { field } = block.attrs
      return { type: 'filled', field, block: values.blocks[field] ?? { kind: 'lines', lines: [] } }
    }
  }
}

/**
 * The document as one recipient reads it. The caller has checked that its fields are known (`whyNotTemplate`) and none
 * is missing (`missingFields`).
 */
export const resolved = ({ content }: TemplateDocument, values: TemplateValues): ResolvedDocument =>
  content.map((block) => resolvedBlock(block, values))

/** The ids of fields that are empty for a recipient without words to print instead: that recipient gets nothing. */
export const missingFields = (document: TemplateDocument, { fields }: TemplateValues): readonly string[] => [
  ...new Set(
    inlinesOf(document).flatMap((one) =>
      one.type === 'field' && (fields[one.attrs.field] ?? '') === '' && (one.attrs.empty ?? null) === null
        ? [one.attrs.field]
        : [],
    ),
  ),
]
