import type { JSONContent } from '@tiptap/core'
import {
  type BlockNode,
  type InlineNode,
  type ParagraphNode,
  type TemplateDocument,
  textMarks,
} from '../../../shared/rules/templates/template-document.ts'

/**
 * The content of the editor in the form in which templates are stored: without the attributes that the editor's schema
 * adds to every node.
 */
export const documentOf = ({ content = [] }: JSONContent): TemplateDocument => ({
  type: 'doc',
  content: content.map(blockOf),
})

const blockOf = (node: JSONContent): BlockNode => {
  const { type, attrs, content = [] } = node
  if (type === 'heading')
    return { type, attrs: { level: attrs?.['level'] === 3 ? 3 : 2, ...alignOf(node) }, ...inlinesOf(node) }
  if (type === 'bulletList' || type === 'orderedList')
    return {
      type,
      content: content.map((item) => ({ type: 'listItem', content: (item.content ?? []).map(paragraphOf) })),
    }
  return type === 'fieldBlock' ? { type, attrs: { field: String(attrs?.['field']) } } : paragraphOf(node)
}

const paragraphOf = (node: JSONContent): ParagraphNode => {
  const attrs = alignOf(node)
  return { type: 'paragraph', ...('textAlign' in attrs && { attrs }), ...inlinesOf(node) }
}

const alignOf = ({ attrs }: JSONContent): { readonly textAlign?: 'center' | 'right' } => {
  const align: unknown = attrs?.['textAlign']
  return align === 'center' || align === 'right' ? { textAlign: align } : {}
}

const inlinesOf = ({ content }: JSONContent): { readonly content?: readonly InlineNode[] } =>
  content === undefined || content.length === 0 ? {} : { content: content.map(inlineOf) }

const inlineOf = (node: JSONContent): InlineNode => {
  const { type, text = '', attrs } = node
  if (type === 'hardBreak') return { type }
  if (type !== 'field') return { type: 'text', text, ...marksOf(node) }
  const empty: unknown = attrs?.['empty']
  return {
    type,
    attrs: { field: String(attrs?.['field']), empty: typeof empty === 'string' ? empty : null },
    ...marksOf(node),
  }
}

const marksOf = ({ marks = [] }: JSONContent): Pick<Extract<InlineNode, { type: 'text' }>, 'marks'> => {
  const found = textMarks.filter((name) => marks.some((mark) => mark.type === name))
  return found.length > 0 ? { marks: found.map((name) => ({ type: name })) } : {}
}
