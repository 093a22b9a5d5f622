import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { newsPage } from '../../main/electron/windows/news-page.ts'
import packageFile from '../../package.json' with { type: 'json' }

const text = `# Nouveautés

<!-- for whoever writes it -->

## 0.3.0

Deux phrases
sur deux lignes.

- **Familles** : un champ
  de plus.
- Le reste.

## 0.2.0

Avant.

## 0.1.0

Au début.
`
const body = (since?: string) => /<main>(.*)<\/main>/s.exec(newsPage(text, 'nonce', since))?.[1]

describe('the news, from the text of the changes', () => {
  it('shows paragraphs, lists and emphasis, newest version first', () => {
    expect(body()).toBe(
      '<h1>Nouveautés</h1>' +
        '<section><h2>Version 0.3.0</h2><p>Deux phrases sur deux lignes.</p>' +
        '<ul><li><strong>Familles</strong> : un champ de plus.</li><li>Le reste.</li></ul></section>' +
        '<section><h2>Version 0.2.0</h2><p>Avant.</p></section>' +
        '<section><h2>Version 0.1.0</h2><p>Au début.</p></section>',
    )
  })

  it('shows after an update what changed since the previous version, or everything when that is unknown', () => {
    expect(body('0.2.0')).toContain('Version 0.3.0')
    expect(body('0.2.0')).not.toContain('Avant')
    expect(body('0.0.9')).toContain('Au début')
  })

  it('lets nothing of the text become part of the page', () => {
    expect(newsPage('## 1.0.0\n\n<script>alert(1)</script> & "', 'nonce')).toContain(
      '<p>&#60;script&#62;alert(1)&#60;/script&#62; &#38; &#34;</p>',
    )
  })

  it('is written for the version that is built', () => {
    const changes = readFileSync(new URL('../../CHANGELOG.md', import.meta.url), 'utf8')
    expect(changes).toContain(`\n## ${packageFile.version}\n`)
    expect(/^## .*?^/ms.exec(changes)?.[0]).toBe(`## ${packageFile.version}\n`)
  })
})
