/*
 * The content of a template: the text of a letter, a mail or an SMS, as the JSON of its editor (ProseMirror, TipTap). A
 * field is a node with an id of the registry (`template-fields.ts`). There are no expressions, no loops and no HTML: a
 * list made by the desk is a single block.
 */

export const alignments = ['left', 'center', 'right'] as const
export type Alignment = (typeof alignments)[number]

export const textMarks = ['bold', 'italic', 'underline'] as const
export type TextMark = (typeof textMarks)[number]

export type TextNode = {
  readonly type: 'text'
  readonly text: string
  readonly marks?: readonly { readonly type: TextMark }[] | undefined
}
export type BreakNode = { readonly type: 'hardBreak' }
export type FieldNode = {
  readonly type: 'field'
  readonly attrs: {
    /** An id of the registry: « child.firstName », « child.custom12 ». */
    readonly field: string
    /** The words written when the field is empty; null or absent: a recipient for whom it is empty gets nothing. */
    readonly empty?: string | null | undefined
  }
  readonly marks?: readonly { readonly type: TextMark }[] | undefined
}
export type InlineNode = TextNode | BreakNode | FieldNode

export type ParagraphNode = {
  readonly type: 'paragraph'
  readonly attrs?: { readonly textAlign?: Alignment | null | undefined } | undefined
  readonly content?: readonly InlineNode[] | undefined
}
export type HeadingNode = {
  readonly type: 'heading'
  readonly attrs: { readonly level: 2 | 3; readonly textAlign?: Alignment | null | undefined }
  readonly content?: readonly InlineNode[] | undefined
}
export type ListNode = {
  readonly type: 'bulletList' | 'orderedList'
  readonly content: readonly { readonly type: 'listItem'; readonly content: readonly ParagraphNode[] }[]
}
/** A list made by the desk, such as what is owed: a block between two paragraphs. */
export type FieldBlockNode = { readonly type: 'fieldBlock'; readonly attrs: { readonly field: string } }
export type BlockNode = ParagraphNode | HeadingNode | ListNode | FieldBlockNode
export type TemplateDocument = { readonly type: 'doc'; readonly content: readonly BlockNode[] }

/** The maximum size of a template. Characters are those of its text and of the words for empty fields. */
export const templateLimits = { blocks: 200, items: 100, inlines: 300, characters: 12_000, emptyWords: 200 } as const

const inlinesOfBlock = (block: BlockNode): readonly InlineNode[] => {
  switch (block.type) {
    case 'fieldBlock':
      return []
    case 'bulletList':
    case 'orderedList':
      return block.content.flatMap((item) => item.content.flatMap(({ content = [] }) => content))
    case 'paragraph':
    case 'heading':
      return block.content ?? []
  }
}

/** All text, breaks and fields of a document, in order. */
export const inlinesOf = ({ content }: TemplateDocument): readonly InlineNode[] => content.flatMap(inlinesOfBlock)

/** The ids of the fields used within the lines of a document. */
export const fieldsIn = (document: TemplateDocument): readonly string[] => [
  ...new Set(inlinesOf(document).flatMap((one) => (one.type === 'field' ? [one.attrs.field] : []))),
]

/**
 * The first word typed in braces, « {heure} », which would be printed as it is: a field is a node. Null when there is
 * none.
 */
export const bracesIn = ({ content }: TemplateDocument): string | null => {
  for (const block of content) {
    const text = inlinesOfBlock(block)
      .map((one) => (one.type === 'text' ? one.text : '\n'))
      .join('')
    const [found] = /\{[^{}\n]*\}/.exec(text) ?? []
    if (found !== undefined) return found
  }
  return null
}

/** The ids of the lists used as blocks of a document. */
export const blocksIn = ({ content }: TemplateDocument): readonly string[] =>
  content.flatMap((block) => (block.type === 'fieldBlock' ? [block.attrs.field] : []))

/** Whether the document has only spaces and empty paragraphs. */
export const saysNothing = (document: TemplateDocument): boolean =>
  blocksIn(document).length === 0 &&
  inlinesOf(document).every((one) => one.type === 'hardBreak' || (one.type === 'text' && one.text.trim() === ''))

/** Why a document is too large; null when it is not. */
export const whyTooLarge = (document: TemplateDocument): string | null => {
  const { blocks, items, inlines, characters } = templateLimits
  if (document.content.length > blocks) return `Ce modèle est trop long\u00a0: ${blocks} paragraphes au plus.`
  for (const block of document.content) {
    if (inlinesOfBlock(block).length > inlines) return 'Un paragraphe de ce modèle est trop long\u00a0: coupez-le.'
    if ((block.type === 'bulletList' || block.type === 'orderedList') && block.content.length > items)
      return `Une liste de ce modèle est trop longue\u00a0: ${items} lignes au plus.`
  }
  const length = inlinesOf(document).reduce(
    (sum, one) =>
      sum + (one.type === 'text' ? one.text.length : one.type === 'field' ? (one.attrs.empty ?? '').length : 1),
    0,
  )
  return length > characters ? `Ce modèle est trop long\u00a0: 12\u00a0000 signes au plus.` : null
}

/** A document of plain paragraphs, one for each text. */
export const plainDocument = (...paragraphs: readonly string[]): TemplateDocument => ({
  type: 'doc',
  content: paragraphs.map((text) => ({ type: 'paragraph', content: text === '' ? [] : [{ type: 'text', text }] })),
})
