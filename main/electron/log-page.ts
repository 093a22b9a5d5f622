import { escaped, textPage } from './text-page.ts'

/** Beside the page's own address. */
export const savePath = 'enregistrer'

/** As many as a person reads; the saved file holds them all. */
const linesShown = 500

/** Its link is answered by the window, with the system's dialog: the page has no script. */
export const logPage = (log: string, nonce: string): string => {
  const lines = log.trimEnd().split('\n').slice(-linesShown)
  const about =
    'Ce que le logiciel note quand il échoue, le plus récent en bas. Les textes cités, les adresses et les numéros y sont remplacés par «\u00a0…\u00a0»\u00a0: relisez-le, puis envoyez-le à qui vous dépanne.'
  return textPage(
    'Journal technique',
    log === ''
      ? '<p>Rien n’y est noté\u00a0: tout a marché.</p>'
      : `<p>${about}</p><p><a href="${savePath}">Enregistrer…</a></p><pre>${escaped(lines.join('\n'))}</pre>`,
    nonce,
  )
}
