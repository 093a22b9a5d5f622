import { escaped, textPage } from './text-page.ts'

/** Path of the « Enregistrer… » link, relative to the page. */
export const savePath = 'enregistrer'

/** The page shows the newest lines only; the saved file contains them all. */
const maxLines = 500

/** The page has no script: `log-window.ts` intercepts its link and opens the system's save dialog. */
export const logPage = (log: string, nonce: string): string => {
  const lines = log.trimEnd().split('\n').slice(-maxLines)
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
