import { type FilledBlock, type ResolvedBlock, type ResolvedDocument, type Run, resolved } from './resolved-document.ts'
import type { TemplateDocument } from './template-document.ts'
import { fieldsIn } from './template-document.ts'

/* A resolved document as plain text, and as the HTML of a mail, with the same words as on paper. */

const wordsOf = (runs: readonly Run[]): string => runs.map(({ text }) => text).join('')

const textOfFilled = (block: FilledBlock): string =>
  block.kind === 'lines'
    ? block.lines.map((line) => `- ${line}`).join('\n')
    : [
        ...[block.columns.map(({ title }) => title), ...block.rows.map(({ cells }) => cells)].map((cells) =>
          cells.filter((cell) => cell !== '').join(' – '),
        ),
        block.note,
      ]
        .filter((line) => line !== '')
        .join('\n')

const textOfBlock = (block: ResolvedBlock): string => {
  switch (block.type) {
    case 'paragraph':
    case 'heading':
      return wordsOf(block.runs)
    case 'list':
      return block.items
        .map((paragraphs, at) => `${block.isOrdered ? `${at + 1}.` : '-'} ${paragraphs.map(wordsOf).join('\n')}`)
        .join('\n')
    case 'filled':
      return textOfFilled(block.block)
  }
}

/** The text part of a mail: paragraphs separated by empty lines. */
export const documentText = (document: ResolvedDocument): string =>
  document
    .map(textOfBlock)
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .join('\n\n')

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => escapes[sign] ?? sign)

const htmlOfRuns = (runs: readonly Run[]): string =>
  runs
    .map(({ text, bold, italic, underline }) => {
      const words = escaped(text).replaceAll('\n', '<br>')
      const slanted = italic ? `<em>${words}</em>` : words
      const lined = underline ? `<u>${slanted}</u>` : slanted
      return bold ? `<strong>${lined}</strong>` : lined
    })
    .join('')

const aligned = (align: string): string => (align === 'left' ? '' : ` style="text-align:${align}"`)

const htmlOfFilled = (block: FilledBlock): string => {
  if (block.kind === 'lines') return `<ul>${block.lines.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>`
  const cell = (tag: 'td' | 'th', words: string, at: number) =>
    `<${tag}${aligned(block.columns[at]?.align ?? 'left')}>${escaped(words)}</${tag}>`
  const head = `<tr>${block.columns.map(({ title }, at) => cell('th', title, at)).join('')}</tr>`
  const rows = block.rows.map(
    ({ kind, cells }) =>
      `<tr>${cells.map((words, at) => cell(kind === 'line' ? 'td' : 'th', words, at)).join('')}</tr>`,
  )
  const note = block.note === '' ? '' : `<p><small>${escaped(block.note)}</small></p>`
  return `<table cellpadding="4">${head}${rows.join('')}</table>${note}`
}

const htmlOfBlock = (block: ResolvedBlock): string => {
  switch (block.type) {
    case 'paragraph':
      return `<p${aligned(block.align)}>${htmlOfRuns(block.runs)}</p>`
    case 'heading':
      return `<h${block.level}${aligned(block.align)}>${htmlOfRuns(block.runs)}</h${block.level}>`
    case 'list': {
      const tag = block.isOrdered ? 'ol' : 'ul'
      const item = (paragraphs: readonly (readonly Run[])[]) => `<li>${paragraphs.map(htmlOfRuns).join('<br>')}</li>`
      return `<${tag}>${block.items.map(item).join('')}</${tag}>`
    }
    case 'filled':
      return htmlOfFilled(block.block)
  }
}

/** The body of an HTML mail. Text is escaped, so that no word of it can become markup. */
export const documentHtml = (document: ResolvedDocument): string => document.map(htmlOfBlock).join('\n')

/** The text of a message template, with each field in braces, as « Écrire » fills it in. */
export const messageTextOf = (document: TemplateDocument): string => {
  const fields = Object.fromEntries(fieldsIn(document).map((id) => [id, `{${id.replace(/^message\./, '')}}`]))
  return documentText(resolved(document, { fields, blocks: {} }))
}
