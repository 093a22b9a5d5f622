import type { PortalSession } from '../../../shared/contract/portal/account.ts'
import type { DashboardShown } from '../../../shared/contract/portal/home.ts'
import type { PageData } from '../../../shared/contract/portal/page-data.ts'
import { portalLinks } from '../../../shared/portal/portal-pages.ts'
import { dayAt } from '../../../shared/rules/calendar/day.ts'
import { offerText } from '../../../shared/rules/cell/waiting.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { balanceText, owedDocumentsText } from '../../../shared/rules/money/payment.ts'
import { telUrl } from '../../../shared/rules/people/phone.ts'
import { draftCountText } from '../../../shared/rules/requests/demande-texts.ts'
import { briefDay, capitalised, shortDay } from '../../../shared/rules/text/french.ts'
import type { Page } from '../../http/pages.ts'
import { type Html, html, withPhones } from '../http/public-pages.ts'

/**
 * A parents' page before its scripts run: title, navigation, telephone number, and its content (`plain-pages.ts`). Has
 * the layout of `renderer/portal/frame.tsx`, which replaces it without a visible jump.
 */

/** Titles of pages that no navigation lists. */
const titles = [
  { path: '/mes-reservations', name: 'Mes réservations' },
  { path: '/nouvelle-inscription', name: 'Demander une nouvelle inscription' },
  { path: '/recu', name: 'Reçu' },
  { path: '/nouveau-message', name: 'Écrire un message' },
  { path: '/modifier-mon-compte', name: 'Modifier mon compte\u00a0?' },
]

const titleOf = (pathname: string): string =>
  [...portalLinks, ...titles].find(({ path }) => pathname === path || pathname.startsWith(`${path}/`))?.name ?? ''

/**
 * Inserts into the built page the data that it will show: as HTML to read before scripts run, and as JSON for the
 * scripts.
 * @param plain the page's content, except on the dashboard
 */
export const withContent = (page: Page, data: PageData, pathname: string, plain: Html | null): Page => {
  const root = /<div id="root">[\s\S]*?<\/main>\s*<\/div>/
  // Escape `<` so that `</script>` inside the JSON cannot close the script element.
  const read = JSON.stringify(data).replaceAll('<', String.raw`\u003c`)
  const put = `<div id="root">${skeleton(data, pathname, plain).html}</div><script type="application/json" id="lu">${read}</script>`
  const text = page.body
    .toString()
    .replace(root, () => put)
    .replace('<html lang="fr"', () => `<html lang="fr" data-accent="${data.session.service.accent}"`)
  return { ...page, body: Buffer.from(text) }
}

const skeleton = ({ session, dashboard }: PageData, pathname: string, plain: Html | null): Html => {
  const { login, service, publishedAt } = session
  const title = titleOf(pathname)
  const home = login?.families.find(({ id }) => id === login.family)?.title ?? ''
  return html`<a class="skip" href="#contenu">Aller au contenu</a>
<header class="top"><div class="top-in"><a class="brand" href="/mon-tableau-de-bord"><img src="/marque.svg" alt="" width="40" height="40"><span>${brand}<span class="brand-town">${service.town}</span></span></a>
<div class="who"><p><b>${home}</b><span class="welcome soft"><br>Bienvenue dans votre espace personnel.</span></p><a class="menu-link" href="#menu">Menu</a>${logOutForm}</div></div>
<nav class="nav" aria-label="Pages du portail">${links(pathname)}</nav></header>
<main class="page" id="contenu" tabindex="-1">
<nav class="crumbs" aria-label="Vous êtes ici">Vous êtes ici\u00a0: <a href="/mon-tableau-de-bord">Accueil</a>${title === '' ? null : html` » <span aria-current="page">${title}</span>`}</nav>
<div class="page-head"><h1>${title === '' ? 'Portail Famille' : title}</h1></div>
<div class="stack">${noScript(service)}<div id="avant">${dashboard ? dashboardFacts(dashboard, session) : (plain ?? html`<p class="soft opening">Votre espace s’ouvre…</p>`)}</div></div>
</main>
<footer class="foot" id="menu" tabindex="-1"><div class="foot-in">
<nav class="foot-all" aria-label="Toutes les pages"><h2>Toutes les pages</h2><ul class="foot-links">${portalLinks.map(({ path, name }) => html`<li><a href="${path}">${name}</a></li>`)}</ul></nav>
<nav class="legal" aria-label="Informations légales"><a href="/mentions-legales">Mentions légales</a><a href="/e-accessibilite">E-accessibilité</a><a href="/contact">Contactez-nous</a></nav>
<p class="legal-note">${withPhones([service.name, service.phone].filter(Boolean).join(' – '))}. ${publishedAt ? `Date de dernière mise à jour\u00a0: ${shortDay(dayAt(publishedAt))}.` : ''}</p>
</div></footer>`
}

/** Only without scripts: with them, logging out also erases what this device stored. */
const logOutForm: Html = html`<noscript><form method="post" action="/deconnexion"><button class="link">Se déconnecter</button></form></noscript>`

/** « Portail Famille » on narrow screens. */
const brand: Html = html`<b><span class="brand-more">Le </span>Portail <span class="brand-more">de la </span>Famille</b>`

const links = (pathname: string): Html[] =>
  portalLinks.map(
    ({ path, name }) =>
      html`<a href="${path}"${pathname === path ? { html: ' aria-current="page"' } : null}>${name}</a>`,
  )

const noScript = ({ phone }: PortalSession['service']): Html =>
  html`<noscript><div class="notice"><p>Pour agir sur cette page, activez JavaScript dans votre navigateur, puis rechargez-la.${
    phone === ''
      ? ' Tout peut aussi se faire à l’Espace Jeunesse.'
      : html` Tout peut aussi se faire par téléphone\u00a0: <a href="${telUrl(phone)}">${phone}</a>.`
  }</p></div></noscript>`

const dashboardFacts = (
  { firstSteps, toPay, drafts, offers, refusals, days, balance }: DashboardShown,
  { now }: PortalSession,
): Html => {
  const isLate = toPay.dueOn !== null && toPay.dueOn < dayAt(now)
  const owed = owedDocumentsText(toPay.count, toPay.isTakenOver)
  const ticked = draftCountText(drafts)
  return html`<div class="stack">
<section class="card"><h2>À faire</h2>${offers.map(
    ({ registration, firstName, day, slot, until }) =>
      html`<p><a href="/mes-reservations/${String(registration)}"><b>${firstName}, ${briefDay(day)}, ${slot.toLowerCase()}</b></a>\u00a0: ${offerText(until)}</p>`,
  )}${firstSteps.map(({ path, title, why }) => html`<p><a href="${path}"><b>${title}</b></a> ${why}</p>`)}${refusals.map(
    ({ receipt, title, about }) =>
      html`<p><a href="${receipt === '' ? '/mes-demandes' : `/recu/${receipt}`}"><b>${title}</b></a> ${about}. Lire pourquoi</p>`,
  )}${ticked === '' ? null : html`<p><a href="/mes-reservations"><b>${ticked} à enregistrer</b></a></p>`}${
    owed !== ''
      ? html`<p><a href="/mon-compte"><b>${capitalised(owed)} à payer, ${formatEuros(toPay.totalCents)}</b></a>${toPay.dueOn === null ? '' : ` ${isLate ? 'Échéance passée\u00a0:' : 'Avant le'} ${shortDay(toPay.dueOn)}`}</p>`
      : null
  }${ticked === '' && owed === '' && offers.length + refusals.length + firstSteps.length === 0 ? html`<p>Rien à faire pour le moment.</p>` : null}</section>
<section class="card"><h2>Prochains jours</h2>${
    days.length === 0
      ? html`<p>Rien de réservé dans les 7 jours qui viennent.</p>`
      : html`<ul class="agenda">${days.map(
          ({ day, children }) =>
            html`<li><b class="agenda-d">${briefDay(day)}</b><div>${children.map(
              ({ firstName, slots }) =>
                html`<p>${firstName}\u00a0: ${[...new Set(slots.map(({ activity }) => activity))].join(', ')}</p>`,
            )}</div></li>`,
        )}</ul>`
  }</section>
${
  balance
    ? html`<section class="card"><h2>Solde des factures</h2><p class="amount">${formatEuros(Math.abs(balance.cents))}</p><p class="soft">${balanceText(balance)}, au ${shortDay(balance.on)}</p>${
        balance.receivedCents > 0
          ? html`<p>Paiement en cours\u00a0: <b class="nowrap">${formatEuros(balance.receivedCents)}</b> payés en ligne, déjà déduits.</p>`
          : null
      }</section>`
    : null
}</div>`
}
