/** A page of text without scripts. @param body HTML, in which every text has gone through `escaped` */
export const textPage = (title: string, body: string, nonce: string): string => `<!doctype html>
<html lang="fr">
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<title>${title} – Espace Jeunesse</title>
<style nonce="${nonce}">${style}</style>
<main><h1>${title}</h1>${body}</main>
</html>`

export const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

const style = `
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: #1c2430; background: #f6f7f9 }
main { max-width: 38rem; margin: 0 auto; padding: 2rem 1.5rem 3rem }
h1 { font-size: 1.5rem; margin: 0 0 1rem }
h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem }
ul { padding-left: 1.25rem }
li { margin: .35rem 0 }
a { color: #0f5c8c }
progress { inline-size: 100%; accent-color: #0f5c8c }
pre { font: 13px/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere }
@media (prefers-color-scheme: dark) { body { color: #e6eaf0; background: #12161c } a { color: #6bb8e6 } }`
