import { withUnbrokenNumbers } from '../../shared/rules/text/french.ts'

/** A section of the summary: a table, or a text in its place. */
export type SummarySection = {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Text shown without rows: that the family has none, or why they are left out. */
  readonly emptyText: string
}

export type FamilySummary = {
  readonly title: string
  /** Sentence that says who made the summary, when, and for whom. */
  readonly lead: string
  readonly rights: string
  readonly sections: readonly SummarySection[]
}

/** Makes an HTML page that any browser opens and prints, without external resources or scripts. */
export const summaryPage = ({ title, lead, rights, sections }: FamilySummary): string => `<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1d24; background: #fff }
h1 { font-size: 1.6rem } h2 { font-size: 1.15rem; margin-top: 2rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #c9ced8 }
td { white-space: pre-line }
@media print { body { margin: 0; max-width: none; font-size: 11pt } tr { break-inside: avoid } }
</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p>${escaped(lead)}</p>
${sections.map(section).join('\n')}
<h2>Vos droits</h2>
<p>${escaped(rights)}</p>
</main>
</body>
</html>
`

const section = ({ title, head, rows, emptyText }: SummarySection): string =>
  `<h2>${escaped(title)}</h2>\n${
    rows.length === 0
      ? `<p>${escaped(emptyText)}</p>`
      : `<table>
<thead><tr>${head.map((cell) => `<th scope="col">${escaped(cell)}</th>`).join('')}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${row.map((cell) => `<td>${escaped(withUnbrokenNumbers(cell))}</td>`).join('')}</tr>`).join('\n')}
</tbody>
</table>`
  }`

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
