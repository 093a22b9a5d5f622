import { escaped, textPage } from './text-page.ts'

/**
 * Renders CHANGELOG.md: « ## version », paragraphs, lists with « - », **bold**. Staff read it, so it is in French.
 *
 * @param since shows only newer versions than this one, if the changelog contains it
 */
export const newsPage = (changelog: string, nonce: string, since?: string): string => {
  const [, ...sections] = changelog.split(/^## /m)
  const position = sections.findIndex((section) => versionOf(section) === since)
  const shown = position === -1 ? sections : sections.slice(0, position)
  return textPage('Nouveautés', shown.map(sectionOf).join(''), nonce)
}

const versionOf = (section: string) => /^[\w.-]+/.exec(section)?.[0]

const sectionOf = (section: string): string => {
  const [title = '', ...lines] = section.split('\n')
  return `<section><h2>Version ${inline(title)}</h2>${lines
    .join('\n')
    .trim()
    .split(/\n{2,}/)
    .map(block)
    .join('')}</section>`
}

const block = (text: string): string =>
  text.startsWith('- ')
    ? `<ul>${text
        .slice(2)
        .split(/\n- /)
        .map((item) => `<li>${inline(item)}</li>`)
        .join('')}</ul>`
    : `<p>${inline(text)}</p>`

const inline = (text: string): string =>
  escaped(text)
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\*\*(.+?)\*\*/g, '<strong>$1</strong>')
