/**
 * CHANGELOG.md as a page: « ## version », paragraphs, lists with « - », **bold**. It is read by staff, so it is written
 * in French.
 *
 * @param since only what is newer than this version, when the text knows it
 */
export const newsPage = (changelog: string, nonce: string, since?: string): string => {
  const [, ...sections] = changelog.split(/^## /m)
  const known = sections.findIndex((section) => versionOf(section) === since)
  const shown = known === -1 ? sections : sections.slice(0, known)
  return `<!doctype html>
<html lang="fr">
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<title>Nouveautés – Espace Jeunesse</title>
<style nonce="${nonce}">${style}</style>
<main><h1>Nouveautés</h1>${shown.map(sectionOf).join('')}</main>
</html>`
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
  text
    .replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\*\*(.+?)\*\*/g, '<strong>$1</strong>')

const style = `
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: #1c2430; background: #f6f7f9 }
main { max-width: 38rem; margin: 0 auto; padding: 2rem 1.5rem 3rem }
h1 { font-size: 1.5rem; margin: 0 0 1rem }
h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem }
ul { padding-left: 1.25rem }
li { margin: .35rem 0 }
@media (prefers-color-scheme: dark) { body { color: #e6eaf0; background: #12161c } }`
