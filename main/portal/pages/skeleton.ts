import type { PortalSession } from '../../../shared/contract/portal/account.ts'
import type { PageData } from '../../../shared/contract/portal/page-data.ts'
import {
  breadcrumbStart,
  homeTitle,
  legalLinks,
  legalNote,
  logOutText,
  menuText,
  navigationNames,
  skipText,
  welcomeText,
} from '../../../shared/pages/frame.ts'
import { documentTitle, type PageHead } from '../../../shared/pages/page.ts'
import { currentMenuPath, portalLinks } from '../../../shared/pages/portal-pages.ts'
import { telUrl } from '../../../shared/rules/people/phone.ts'
import type { Page } from '../../http/pages.ts'
import { bottomBar, type Html, html, navigationLinks, withPhones } from '../http/public-pages.ts'

/**
 * A parents' page before its scripts run: title, navigation, telephone number, and its content (`plain-pages.ts`). Has
 * the layout of `renderer/portal/frame.tsx`, which replaces it without a visible jump, and says the same
 * (`shared/pages`).
 */

/** A page as HTML; its content is null when it only has a form, which needs scripts. */
export type PlainPage = { readonly head: PageHead; readonly content: Html | null }

/** Inserts into the built page what it will show: as HTML to read before scripts run, and as JSON for the scripts. */
export const withContent = (page: Page, data: PageData, pathname: string, plain: PlainPage): Page => {
  const root = /<div id="root">[\s\S]*?<\/main>\s*<\/div>/
  // Escape `<` so that `</script>` inside the JSON cannot close the script element.
  const read = JSON.stringify(data).replaceAll('<', String.raw`\u003c`)
  const put = `<div id="root">${skeleton(data.session, pathname, plain).html}</div><script type="application/json" id="lu">${read}</script>`
  const text = page.body
    .toString()
    .replace(root, () => put)
    .replace(/<title>.*?<\/title>/, () => html`<title>${documentTitle(plain.head.title)}</title>`.html)
    .replace('<html lang="fr"', () => `<html lang="fr" data-accent="${data.session.service.accent}"`)
  return { ...page, body: Buffer.from(text) }
}

const skeleton = (
  { login, service, publishedAt }: PortalSession,
  pathname: string,
  { head: { title, parents = [], intro }, content }: PlainPage,
): Html => {
  const current = currentMenuPath(pathname)
  const { pages, breadcrumb, all, legal } = navigationNames
  return html`<a class="skip" href="#contenu">${skipText}</a>
<header class="top"><div class="top-in"><a class="brand" href="${breadcrumbStart.path}"><img src="/marque.svg" alt="" width="40" height="40"><span>${brand}<span class="brand-town">${service.town}</span></span></a>
<div class="who"><p><b>${homeTitle(login)}</b><span class="welcome soft"><br>${welcomeText}</span></p><a class="menu-link" href="#menu">${menuText}</a>${logOutForm}</div></div>
<nav class="nav" aria-label="${pages}">${navigationLinks(portalLinks, current)}</nav></header>
<main class="page" id="contenu" tabindex="-1">
<nav class="crumbs" aria-label="${breadcrumb}">${breadcrumb}\u00a0: ${[breadcrumbStart, ...parents].map(({ path, name }) => html`<a href="${path}">${name}</a> » `)}<span aria-current="page">${title}</span></nav>
<div class="page-head"><h1>${title}</h1>${intro ? html`<p>${intro}</p>` : null}</div>
<div class="stack">${noScript(service)}<div id="avant">${content ?? html`<p class="soft opening">Votre espace s’ouvre…</p>`}</div></div>
</main>
<footer class="foot" id="menu" tabindex="-1"><div class="foot-in">
<nav class="foot-all" aria-label="${all}"><h2>${all}</h2><ul class="foot-links">${navigationLinks(portalLinks, current).map((link) => html`<li>${link}</li>`)}</ul></nav>
<nav class="legal" aria-label="${legal}">${legalLinks.map(({ path, name }) => html`<a href="${path}">${name}</a>`)}</nav>
<p class="legal-note">${withPhones(legalNote(service, publishedAt))}</p>
</div></footer>
${bottomBar(current)}`
}

/** Only without scripts: with them, logging out also erases what this device stored. */
const logOutForm: Html = html`<noscript><form method="post" action="/deconnexion"><button class="link">${logOutText}</button></form></noscript>`

/** « Portail Famille » on narrow screens. */
const brand: Html = html`<b><span class="brand-more">Le </span>Portail <span class="brand-more">de la </span>Famille</b>`

const noScript = ({ phone }: PortalSession['service']): Html =>
  html`<noscript><div class="notice"><p>Pour agir sur cette page, activez JavaScript dans votre navigateur, puis rechargez-la.${
    phone === ''
      ? ' Tout peut aussi se faire à l’Espace Jeunesse.'
      : html` Tout peut aussi se faire par téléphone\u00a0: <a href="${telUrl(phone)}">${phone}</a>.`
  }</p></div></noscript>`
