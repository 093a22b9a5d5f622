import { Popover } from '@mantine/core'
import { Editor } from '@tiptap/core'
import { NodeSelection } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import { type CSSProperties, useEffect, useId, useReducer, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import type { TemplateDocument } from '../../../shared/rules/templates/template-document.ts'
import './editor.css'
import { documentOf } from './editor-document.ts'
import { type EditorField, editorNodes, inputRules, unknownFieldText } from './editor-nodes.ts'
import { EditorToolbar } from './editor-toolbar.tsx'
import { FieldMenu } from './field-menu.tsx'
import { FieldPanel } from './field-panel.tsx'

/** What is open over the text, for a position of the document, and where that position is in the frame. */
type Opened = {
  readonly at: number
  readonly place: CSSProperties
} /** `typed`: the sign that opened it, « @ », « / » or « { »; none for the button. */ & (
  | { readonly what: 'menu'; readonly typed: string }
  | { readonly what: 'field' }
)

/**
 * The text of a template. The component is uncontrolled: it reads the document once, and `onChange` reports each
 * change. Another document needs another `key`.
 */
export const TemplateEditor = ({
  label,
  fields,
  initial,
  isPlain = false,
  isReadOnly = false,
  onChange,
}: {
  /** The name of the text, for a screen reader. */
  label: string
  /** The fields that a template of this kind may use. */
  fields: readonly EditorField[]
  initial: TemplateDocument
  /** Whether it becomes plain text, such as an SMS: no bold, no titles. */
  isPlain?: boolean
  isReadOnly?: boolean
  onChange?: (document: TemplateDocument) => void
}) => {
  const host = useRef<HTMLDivElement>(null)
  const hintId = useId()
  const [opened, setOpened] = useState<Opened>()
  const [sought, setSought] = useState('')
  const [, redraw] = useReducer((count: number) => count + 1, 0)
  const [editor] = useState(
    () =>
      new Editor({
        // Mounted below.
        element: null,
        extensions: editorNodes({
          fields: new Map(fields.map((field) => [field.id, field])),
          // Synchronous, because the next typed letter already belongs to the menu's search.
          onMenu: (view, typed) =>
            flushSync(() => setOpened({ what: 'menu', typed, ...placed(view, view.state.selection.from) })),
          // A message template has no words for empty fields.
          onField: (view, at) => {
            if (!isPlain) setOpened({ what: 'field', ...placed(view, at) })
          },
        }),
        content: structuredClone(initial) as object,
        editable: !isReadOnly,
        // The page's content policy would refuse TipTap's style element: editor.css has the necessary rules.
        injectCSS: false,
        enablePasteRules: false,
        enableInputRules: inputRules,
        editorProps: {
          attributes: {
            class: 'template-text',
            role: 'textbox',
            'aria-multiline': 'true',
            'aria-label': label,
            ...(isReadOnly ? { 'aria-readonly': 'true' } : { 'aria-describedby': hintId }),
            lang: 'fr',
            spellcheck: 'true',
          },
        },
      }),
  )
  useEffect(() => {
    if (host.current) editor.mount(host.current)
    return () => editor.unmount()
  }, [editor])
  useEffect(() => {
    const tell = () => onChange?.(documentOf(editor.getJSON()))
    editor.on('transaction', redraw)
    editor.on('update', tell)
    return () => {
      editor.off('transaction', redraw)
      editor.off('update', tell)
    }
  }, [editor, onChange])
  const { selection, doc } = editor.state
  const chosen = selection instanceof NodeSelection ? selection.node : null
  const nameOf = (id: unknown): string => fields.find((field) => field.id === id)?.name ?? unknownFieldText(String(id))
  /** Synchronous: TipTap's own `focus` waits for the next frame, and letters typed meanwhile would be lost. */
  const backToText = () => {
    setOpened(undefined)
    setSought('')
    editor.view.focus()
  }
  /** When no field is chosen, the sign and what was typed after it are inserted as text. */
  const leave = () => {
    backToText()
    if (opened?.what === 'menu' && opened.typed !== '')
      editor.commands.insertContentAt(opened.at, opened.typed + sought)
  }
  const openedField = opened?.what === 'field' ? doc.nodeAt(opened.at) : null
  return (
    <div className="template-editor">
      {isReadOnly ? null : (
        <EditorToolbar
          editor={editor}
          isPlain={isPlain}
          onField={() => setOpened({ what: 'menu', typed: '', ...placed(editor.view, selection.from) })}
        />
      )}
      <div ref={host} />
      {isReadOnly ? null : (
        <p className="template-hint soft small" id={hintId} aria-live="polite">
          {chosen?.type.name === 'field'
            ? `Champ «\u00a0${nameOf(chosen.attrs['field'])}\u00a0»\u00a0: ${isPlain ? '' : 'Entrée règle ce qui s’écrit quand il est vide, '}Retour arrière le retire.`
            : chosen
              ? `Liste «\u00a0${nameOf(chosen.attrs['field'])}\u00a0»\u00a0: Retour arrière la retire.`
              : '@, / ou { ajoute un champ, Échap quitte le texte.'}
        </p>
      )}
      <Popover
        opened={opened !== undefined}
        position="bottom-start"
        trapFocus
        returnFocus={false}
        withRoles={false}
        shadow="md"
        width={320}
        // The menu handles Escape itself, and inserts what was typed.
        closeOnEscape={opened?.what === 'field'}
        transitionProps={{ duration: 0 }}
        onChange={(isOpen) => {
          if (!isOpen) leave()
        }}
      >
        <Popover.Target>
          <span className="template-anchor" aria-hidden="true" style={opened?.place} />
        </Popover.Target>
        <Popover.Dropdown>
          {opened?.what === 'menu' ? (
            <FieldMenu
              fields={fields}
              text={sought}
              onText={setSought}
              onChoose={({ id, isBlock }) => {
                backToText()
                editor.commands.insertContent({ type: isBlock ? 'fieldBlock' : 'field', attrs: { field: id } })
              }}
              onClose={leave}
            />
          ) : opened && openedField ? (
            <FieldPanel
              name={nameOf(openedField.attrs['field'])}
              empty={openedField.attrs['empty'] as string | null}
              onEmpty={(empty) => {
                backToText()
                editor
                  .chain()
                  .command(({ tr }) => {
                    tr.setNodeMarkup(opened.at, null, { ...openedField.attrs, empty }, openedField.marks)
                    return true
                  })
                  .setNodeSelection(opened.at)
                  .run()
              }}
              onRemove={() => {
                backToText()
                editor.commands.deleteRange({ from: opened.at, to: opened.at + openedField.nodeSize })
              }}
            />
          ) : null}
        </Popover.Dropdown>
      </Popover>
    </div>
  )
}

/** The position in the editor's frame of a position of the document. */
const placed = (view: EditorView, at: number): Pick<Opened, 'at' | 'place'> => {
  const { left, bottom } = view.coordsAtPos(at)
  const frame = view.dom.closest('.template-editor')?.getBoundingClientRect()
  return { at, place: { insetInlineStart: left - (frame?.left ?? 0), insetBlockStart: bottom - (frame?.top ?? 0) } }
}
