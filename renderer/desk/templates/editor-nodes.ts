import { Extension, type Extensions, mergeAttributes, Node, type NodeViewRenderer } from '@tiptap/core'
import { Bold } from '@tiptap/extension-bold'
import { HardBreak } from '@tiptap/extension-hard-break'
import { Heading } from '@tiptap/extension-heading'
import { Italic } from '@tiptap/extension-italic'
import { BulletList, ListItem, ListKeymap, OrderedList } from '@tiptap/extension-list'
import { Paragraph } from '@tiptap/extension-paragraph'
import { Underline } from '@tiptap/extension-underline'
import { Gapcursor, UndoRedo } from '@tiptap/extensions'
import { NodeSelection, Plugin } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import { readablePaste } from './pasted.ts'

/*
 * The schema of the editor allows exactly what a template may contain (shared/rules/templates/template-document.ts), so
 * that anything else is dropped when it is pasted.
 */

/** A field as the editor draws it. */
export type EditorField = {
  readonly id: string
  readonly name: string
  readonly group: string
  /** Whether it is a list, which is a block between paragraphs. */
  readonly isBlock: boolean
}

type FieldAttributes = { readonly field: string; readonly empty: string | null }

type Asks = {
  /** The fields that this kind of template may use, by id. */
  readonly fields: ReadonlyMap<string, EditorField>
  /** Called when `@`, `/` or `{` is typed where a word may begin. */
  readonly onMenu: (view: EditorView, typed: string) => void
  /** The field at this position was clicked, or chosen with Enter. */
  readonly onField: (view: EditorView, position: number) => void
}

export const unknownFieldText = (id: string): string => `champ disparu (${id})`

export const editorNodes = ({ fields, onMenu, onField }: Asks): Extensions => [
  Node.create({ name: 'doc', topNode: true, content: 'block+' }),
  Node.create({ name: 'text', group: 'inline' }),
  Paragraph.extend({ addAttributes: () => aligned, addKeyboardShortcuts: () => ({}) }),
  Heading.extend({
    addAttributes: () => ({ level: { default: 2, rendered: false }, ...aligned }),
    parseHTML: () => [
      ...['h1', 'h2'].map((tag) => ({ tag, attrs: { level: 2 } })),
      ...['h3', 'h4', 'h5', 'h6'].map((tag) => ({ tag, attrs: { level: 3 } })),
    ],
    // TipTap's own shortcuts are Ctrl Alt with a digit. On Windows that is AltGr, which types # and ~ on a French
    // keyboard.
    addKeyboardShortcuts() {
      return {
        'Mod-Shift-1': () => this.editor.commands.toggleHeading({ level: 2 }),
        'Mod-Shift-2': () => this.editor.commands.toggleHeading({ level: 3 }),
      }
    },
  }).configure({ levels: [2, 3] }),
  BulletList,
  OrderedList.extend({ addAttributes: () => ({}) }),
  ListItem.extend({ content: 'paragraph+' }),
  ListKeymap,
  Bold,
  Italic,
  Underline,
  HardBreak,
  UndoRedo,
  Gapcursor,
  fieldNode(fields),
  fieldBlockNode(fields),
  keysOf(onMenu, onField),
]

/** Only typing that makes a list is converted at the start of a line: « # » and « ** » stay as typed. */
export const inputRules = ['bulletList', 'orderedList']

const aligned = {
  textAlign: {
    default: null,
    parseHTML: ({ dataset }: HTMLElement) => ['center', 'right'].find((align) => align === dataset['align']) ?? null,
    // As an attribute rather than a style: the page's content policy refuses style attributes.
    renderHTML: ({ textAlign }: Record<string, unknown>) =>
      typeof textAlign === 'string' ? { 'data-align': textAlign } : {},
  },
}

const fieldNode = (fields: Asks['fields']) =>
  Node.create({
    name: 'field',
    group: 'inline',
    inline: true,
    atom: true,
    addAttributes: () => ({
      field: { default: '', parseHTML: (from: HTMLElement) => from.dataset['field'], rendered: false },
      // Null: the template has no words for an empty field, and recipients without a value are left out.
      empty: { default: null, parseHTML: ({ dataset }: HTMLElement) => dataset['empty'] ?? null, rendered: false },
    }),
    parseHTML: () => [{ tag: 'span[data-field]', getAttrs: knownOnly(fields, false) }],
    renderHTML({ node, HTMLAttributes }) {
      const { field, empty } = node.attrs as FieldAttributes
      const own = empty === null ? {} : { 'data-empty': empty }
      return ['span', mergeAttributes(HTMLAttributes, { 'data-field': field, ...own }), nameOf(fields, field)]
    },
    renderText: ({ node }) => nameOf(fields, String(node.attrs['field'])),
    addNodeView: () => drawnField(fields, 'span'),
  })

const fieldBlockNode = (fields: Asks['fields']) =>
  Node.create({
    name: 'fieldBlock',
    group: 'block',
    atom: true,
    addAttributes: () => ({
      field: { default: '', parseHTML: (from: HTMLElement) => from.dataset['field'], rendered: false },
    }),
    parseHTML: () => [{ tag: 'div[data-field]', getAttrs: knownOnly(fields, true) }],
    renderHTML: ({ node, HTMLAttributes }) => [
      'div',
      mergeAttributes(HTMLAttributes, { 'data-field': String(node.attrs['field']) }),
      nameOf(fields, String(node.attrs['field'])),
    ],
    renderText: ({ node }) => nameOf(fields, String(node.attrs['field'])),
    addNodeView: () => drawnField(fields, 'div'),
  })

const nameOf = (fields: Asks['fields'], id: string): string => fields.get(id)?.name ?? unknownFieldText(id)

/** Another page may use the same markup: pasted fields are accepted only if this template may use them. */
const knownOnly = (fields: Asks['fields'], isBlock: boolean) => (element: HTMLElement) =>
  fields.get(element.dataset['field'] ?? '')?.isBlock === isBlock ? null : false

/** Draws fields with plain DOM elements, so that hundreds of them cost nothing. */
const drawnField =
  (fields: Asks['fields'], tag: 'span' | 'div'): NodeViewRenderer =>
  ({ node }) => {
    const { field: id, empty = null } = node.attrs as Partial<FieldAttributes> & { field: string }
    const dom = document.createElement(tag)
    dom.className = tag === 'span' ? 'template-field' : 'template-list'
    dom.contentEditable = 'false'
    dom.dataset['field'] = id
    if (!fields.has(id)) dom.dataset['unknown'] = ''
    dom.append(unseen(tag === 'span' ? 'champ ' : 'liste '), nameOf(fields, id))
    if (empty !== null) {
      const words = document.createElement('small')
      words.textContent = empty === '' ? 'sinon rien' : `sinon «\u00a0${empty}\u00a0»`
      dom.append(' ', words)
    }
    return { dom }
  }

const unseen = (text: string): HTMLElement => {
  const element = document.createElement('span')
  element.className = 'unseen'
  element.textContent = text
  return element
}

const keysOf = (onMenu: Asks['onMenu'], onField: Asks['onField']) =>
  Extension.create({
    name: 'templateKeys',
    // Runs before the editor's own Enter, which would replace the chosen field by a new line.
    priority: 1000,
    addKeyboardShortcuts() {
      return {
        Enter: () => {
          const { selection } = this.editor.state
          if (!this.editor.isEditable) return false
          if (!(selection instanceof NodeSelection) || selection.node.type.name !== 'field') return false
          onField(this.editor.view, selection.from)
          return true
        },
        Escape: () => {
          const tools = this.editor.view.dom
            .closest('.template-editor')
            ?.querySelector('[role="toolbar"] [tabindex="0"]')
          if (!(tools instanceof HTMLElement)) return false
          tools.focus()
          return true
        },
      }
    },
    addProseMirrorPlugins: () => [
      new Plugin({
        props: {
          handleTextInput: (view, from, _to, text) => {
            if (text !== '@' && text !== '/' && text !== '{') return false
            const { parent, parentOffset } = view.state.doc.resolve(from)
            const before = parent.textBetween(Math.max(0, parentOffset - 2), parentOffset, undefined, 'x')
            // In « le 12 / 11 », the slash does not begin a word.
            if (/\S$/.test(before) || (text === '/' && /\d\s$/.test(before))) return false
            onMenu(view, text)
            return true
          },
          handleClickOn: (view, _position, node, at, _event, isDirect) => {
            if (!isDirect || !view.editable || node.type.name !== 'field') return false
            onField(view, at)
            return true
          },
          transformPastedHTML: readablePaste,
        },
      }),
    ],
  })
