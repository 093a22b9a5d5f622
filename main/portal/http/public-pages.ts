import type { TownDocument } from '../../../shared/contract/portal/documents.ts'
import {
  accessibilityLink,
  legalLinks,
  legalNote,
  logOutText,
  menuText,
  navigationNames,
  skipText,
} from '../../../shared/pages/frame.ts'
import type { PageLink } from '../../../shared/pages/page.ts'
import { mainPages, portalHome, portalLinks } from '../../../shared/pages/portal-pages.ts'
import { accentNamed } from '../../../shared/portal/accent.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import { queryingPayfipText } from '../../../shared/rules/money/payment/payfip.ts'
import { splitAtPhones, telUrl } from '../../../shared/rules/people/phone.ts'
import { type MailKind, mailNames } from '../../../shared/rules/requests/mails.ts'
import { counted, withUnbrokenNumbers } from '../../../shared/rules/text/french.ts'
import type { QueuePosition } from './visitor-queue.ts'

/** Public pages, rendered as HTML without scripts, so that slow phones and old browsers can read them. */

export type PublicContext = {
  /** Null until the desk has published the town. */
  readonly town: TownDocument | null
  readonly publishedAt: Instant | null
  /** The Content-Security-Policy nonce of this response, for its style element. */
  readonly nonce: string
  readonly style: string
  /** Whether the reader is logged in: the page then shows the links to their own pages. */
  readonly isLoggedIn: boolean
}

export type Html = { readonly html: string }

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? character)

/** A template tag that escapes every value, except those that `html` itself returned. */
export const html = (
  parts: TemplateStringsArray,
  ...values: readonly (string | Html | readonly Html[] | null)[]
): Html => ({
  html: parts
    .map((part, index) => {
      const value = values[index]
      if (value === undefined || value === null) return part
      if (typeof value === 'string') return part + escape(value)
      return part + ('html' in value ? value.html : value.map((one) => one.html).join(''))
    })
    .join(''),
})

/** Renders a text with its telephone numbers as `tel:` links. */
export const withPhones = (text: string): readonly Html[] =>
  splitAtPhones(text).map((part) =>
    part.isPhone
      ? html`<a class="tel" href="${telUrl(part.text)}">${withUnbrokenNumbers(part.text)}</a>`
      : html`${part.text}`,
  )

/** Turns a text of several lines, written by the town, into paragraphs. */
export const paragraphs = (text: string): Html[] =>
  text
    .split(/\n+/)
    .filter((line) => line.trim() !== '')
    .map((line) => html`<p>${line}</p>`)

/** An icon of the set used by the parents' pages, drawn in 24 × 24 units. */
export const icon = (drawing: string): Html => ({
  html: `<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="${drawing}"/></svg>`,
})
const helpIcon = icon(
  'M3 12a9 9 0 1 0 18 0a9 9 0 0 0-18 0M12 16v.01M12 13a2 2 0 0 0 .914-3.782a1.98 1.98 0 0 0-2.414.483',
)
const infoIcon = icon('M3 12a9 9 0 1 0 18 0a9 9 0 0 0-18 0M12 9h.01M11 12h1v4h1')

const navigationIcons: Readonly<Record<(typeof mainPages)[number]['path'], Html>> = {
  '/mon-tableau-de-bord': icon(
    'M5 4h4a1 1 0 0 1 1 1v6a1 1 0 0 1 -1 1h-4a1 1 0 0 1 -1 -1v-6a1 1 0 0 1 1 -1M5 16h4a1 1 0 0 1 1 1v2a1 1 0 0 1 -1 1h-4a1 1 0 0 1 -1 -1v-2a1 1 0 0 1 1 -1M15 12h4a1 1 0 0 1 1 1v6a1 1 0 0 1 -1 1h-4a1 1 0 0 1 -1 -1v-6a1 1 0 0 1 1 -1M15 4h4a1 1 0 0 1 1 1v2a1 1 0 0 1 -1 1h-4a1 1 0 0 1 -1 -1v-2a1 1 0 0 1 1 -1',
  ),
  '/ma-famille': icon(
    'M5 7a4 4 0 1 0 8 0a4 4 0 1 0 -8 0M3 21v-2a4 4 0 0 1 4 -4h4a4 4 0 0 1 4 4v2M16 3.13a4 4 0 0 1 0 7.75M21 21v-2a4 4 0 0 0 -3 -3.85',
  ),
  '/mes-inscriptions': icon(
    'M9 5h-2a2 2 0 0 0 -2 2v12a2 2 0 0 0 2 2h10a2 2 0 0 0 2 -2v-12a2 2 0 0 0 -2 -2h-2M9 5a2 2 0 0 1 2 -2h2a2 2 0 0 1 2 2a2 2 0 0 1 -2 2h-2a2 2 0 0 1 -2 -2M9 12h.01M13 12h2M9 16h.01M13 16h2',
  ),
  '/mon-compte': icon(
    'M17 8v-3a1 1 0 0 0 -1 -1h-10a2 2 0 0 0 0 4h12a1 1 0 0 1 1 1v3m0 4v3a1 1 0 0 1 -1 1h-12a2 2 0 0 1 -2 -2v-12M20 12v4h-4a2 2 0 0 1 0 -4h4',
  ),
}

const homeTitle = 'Le Portail de la Famille'

/** A public page around a body: head, navigation, footer. @param refreshSeconds reloads the page after this long */
export const publicPageHtml = (context: PublicContext, title: string, body: Html, refreshSeconds?: number): string => {
  const { town, publishedAt, nonce, style, isLoggedIn } = context
  const isHome = title === homeTitle
  const current = portalLinks.find(({ name }) => name === title)?.path
  return html`<!doctype html>
<html lang="fr" data-accent="${accentNamed(town?.accent)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Portail Famille${town ? ` – ${town.town}` : ''}</title>
<link rel="icon" href="/marque.svg">
<link rel="manifest" href="/portail.webmanifest">
<link rel="apple-touch-icon" href="/icone-${accentNamed(town?.accent)}-petite.png">
${
  refreshSeconds === undefined
    ? null
    : html`<meta http-equiv="refresh" content="${`${refreshSeconds}`}">
`
}<style nonce="${nonce}">${{ html: style }}</style>
</head>
<body>
<a class="skip" href="#contenu">${skipText}</a>
<header><div class="in">
<a class="brand" href="/"><img src="/marque.svg" alt="" width="40" height="40"><span class="brand-name"><b>Portail Famille</b><span>${town?.town ?? ''}</span></span></a>
${
  isLoggedIn
    ? html`<form method="post" action="/deconnexion"><button class="quiet" type="submit">${logOutText}</button></form></div>
<nav class="nav" aria-label="${navigationNames.pages}">${navigationLinks(portalLinks, current)}</nav>`
    : html`<a href="/aide">${helpIcon} Aide</a></div>`
}</header>
<main id="contenu" class="${isHome ? 'in' : 'in narrow'}">
${
  isHome
    ? null
    : html`<nav class="crumbs" aria-label="${navigationNames.breadcrumb}">${navigationNames.breadcrumb}\u00a0: <a href="${portalHome.path}">${portalHome.name}</a> » <span aria-current="page">${title}</span></nav>
`
}${body}
</main>
<footer id="menu" tabindex="-1"><div class="in">
${
  isLoggedIn
    ? html`<nav class="foot-all" aria-label="${navigationNames.all}"><h2>${navigationNames.all}</h2><ul class="foot-links">${navigationLinks(portalLinks, current).map((link) => html`<li>${link}</li>`)}</ul></nav>
`
    : null
}<nav aria-label="${navigationNames.legal}">${legalLinks.map(
    (link) =>
      html`<a href="${link.path}">${link.name}${link === accessibilityLink ? `\u00a0: ${conformity(town)}` : ''}</a>`,
  )}</nav>
<p>${withPhones(legalNote(town ?? undefined, publishedAt))}</p>
</div></footer>
${isLoggedIn ? bottomBar(current) : null}</body>
</html>
`.html
}

/** Links of a menu. @param current the path of the page on screen, or of the menu's page that it belongs to */
export const navigationLinks = (pages: readonly PageLink[], current: string | undefined): Html[] =>
  pages.map(({ path, name }) => html`<a href="${path}"${currentMark(path === current)}>${name}</a>`)

const currentMark = (isCurrent: boolean): Html | null => (isCurrent ? { html: ' aria-current="page"' } : null)

/** The bar at the bottom of a phone's screen, as in `renderer/portal/frame.tsx`. */
export const bottomBar = (
  current: string | undefined,
): Html => html`<div class="dock"><nav class="tabs" aria-label="${navigationNames.main}">${mainPages.map(
  ({ path, name }) =>
    html`<a href="${path}"${currentMark(path === current)}>${navigationIcons[path]}<span>${name}</span></a>`,
)}<a href="#menu">${icon('M4 6h16M4 12h16M4 18h16')}<span>${menuText}</span></a></nav></div>
`

/**
 * « totalement conforme » needs an audit under the RGAA: without one, shows « non conforme » whatever the town
 * published.
 */
const conformity = (town: TownDocument | null): string => {
  const { conformity: published, audit } = town?.accessibility ?? { conformity: 'non', audit: '' }
  const state = published === 'totale' && audit.trim() === '' ? 'non' : published
  return { non: 'non conforme', partielle: 'partiellement conforme', totale: 'totalement conforme' }[state]
}

export type LoginPageState = {
  readonly error?: string | undefined
  readonly email?: string
  readonly next?: string
  /**
   * Why the login page is shown again: a session ended and the page stored or lost what was being typed, or a sign-up
   * was erased.
   */
  readonly ended?: keyof typeof endingMessages | undefined
}

const endingMessages = {
  kept: 'Votre session est terminée. Reconnectez-vous\u00a0: ce que vous écriviez est gardé.',
  gone: 'Votre session est terminée. Reconnectez-vous.',
  erased: 'C’est effacé\u00a0: il ne reste rien de votre inscription.',
}

const alert = (error: string | undefined): Html | null =>
  error === undefined ? null : html`<p class="error" role="alert" id="erreur"><b>Erreur\u00a0:</b> ${error}</p>`

const invalidAttributes = (error: string | undefined): Html | null =>
  error === undefined ? null : { html: ' aria-invalid="true" aria-describedby="erreur"' }

/**
 * Adds a « Voir » button to a password field: a script adds it, so that browsers without scripts show no dead button.
 * Submitting turns the field back into a password, so that browsers offer to save it.
 */
export const seePasswordScript = `
var input = document.getElementById('mot-de-passe')
var button = document.createElement('button')
button.type = 'button'
button.className = 'password-see'
button.textContent = 'Voir'
button.setAttribute('aria-label', 'Voir le mot de passe')
button.setAttribute('aria-pressed', 'false')
function show(isShown) {
  input.type = isShown ? 'text' : 'password'
  button.setAttribute('aria-pressed', String(isShown))
}
button.addEventListener('click', function () { show(input.type === 'password') })
input.form.addEventListener('submit', function () { show(false) })
input.parentNode.appendChild(button)
`

const passwordInput = (attributes: Html): Html =>
  html`<div class="password"><input id="mot-de-passe" name="mot-de-passe" type="password" autocapitalize="off" spellcheck="false" ${attributes}></div><script>${{ html: seePasswordScript }}</script>`

const newPasswordInput: Html = passwordInput({
  html: 'autocomplete="new-password" required minlength="8" maxlength="200" aria-describedby="aide"',
})

const passwordHint =
  'Au moins 8 caractères mêlant majuscules, minuscules, chiffres ou signes (trois sortes), ou une phrase de 16 caractères.'

/**
 * The page shown instead of the portal while the visitor waits in the queue; reloads automatically, without a script.
 */
export const queuePage = (context: PublicContext, { ticket, place, seconds }: QueuePosition): string =>
  publicPageHtml(
    context,
    'File d’attente',
    html`<h1>Beaucoup de monde en ce moment</h1>
<p>${
      ticket === null
        ? 'Beaucoup de visites viennent de votre connexion. Laissez cette page ouverte\u00a0: elle demande pour vous une place dans la file, puis vous ouvre le portail.'
        : 'Laissez cette page ouverte, vous gardez votre place dans la file. Elle vous ouvre le portail dès que c’est votre tour.'
    }</p>
<p class="place" role="status">${place === 1 ? 'Vous êtes le prochain.' : html`<b>${counted(place - 1, 'personne')}</b> avant vous.`}</p>
<p>Ce que vous avez déjà enregistré l’est.</p>`,
    seconds,
  )

/** The page to which PayFiP sends a parent back; links to the page that shows the payment. */
export const payfipReturnPage = (context: PublicContext, next: string): string =>
  publicPageHtml(
    context,
    'Paiement',
    html`<h1>Paiement</h1>
<p>${queryingPayfipText}</p>
<p><a class="button" href="${next}">Voir mon paiement</a></p>`,
  )

/** « Accueil »: the login page. */
export const homePage = (
  context: PublicContext,
  { error, email = '', next = '', ended }: LoginPageState = {},
): string => {
  const { town } = context
  return publicPageHtml(
    context,
    homeTitle,
    html`<h1>${homeTitle}</h1>
<p class="soft">Inscrire vos enfants, réserver leurs jours, payer vos factures.${town ? ` Pour les familles de ${town.town}.` : ''}</p>
${ended ? html`<div class="notice" role="status">${infoIcon}<p>${endingMessages[ended]}</p></div>` : null}<div class="columns">
<section class="card" aria-labelledby="connexion">
<h2 id="connexion">Connexion au portail de la famille</h2>
<p class="soft">Vous êtes déjà connu de l’Espace Jeunesse.</p>
<form method="post" action="/connexion">
${alert(error)}
<input type="hidden" name="suite" value="${next}">
<label for="identifiant">Votre identifiant</label>
<span class="hint" id="identifiant-aide">Votre adresse mail, par exemple nom@exemple.fr</span>
<input id="identifiant" name="identifiant" type="email" autocomplete="username" required value="${email}" aria-describedby="identifiant-aide">
<label for="mot-de-passe">Votre mot de passe</label>
${passwordInput({ html: `autocomplete="current-password" required${invalidAttributes(error)?.html ?? ''}` })}
<button type="submit">Connexion</button>
<p class="after"><a href="/mot-de-passe-oublie">Mot de passe oublié\u00a0?</a></p>
</form>
</section>
<section class="card" aria-labelledby="inscription">
<h2 id="inscription">Inscrivez-vous au portail de la famille\u00a0!</h2>
${
  town?.signUp
    ? html`<p>Vous êtes nouvel arrivant, ou vos enfants n’ont jamais participé aux activités\u00a0: inscrivez-vous en 4 étapes.</p>
<p><a class="button second" href="/inscription">M’inscrire</a></p>`
    : html`<p>Vous êtes nouvel arrivant, ou vos enfants ne sont jamais venus\u00a0: l’Espace Jeunesse ouvre votre compte, au guichet ou par téléphone.</p>
<p><a class="button second" href="/contact">M’inscrire</a></p>`
}
<p>Vous avez reçu une lettre avec un code\u00a0? <a href="/activation">Ouvrir mon compte avec le code</a></p>
</section>
</div>
${town && town.information.trim() !== '' ? html`<section class="notice" aria-labelledby="informations">${infoIcon}<div><h2 id="informations">Informations</h2>${paragraphs(town.information)}</div></section>` : null}
${town ? html`<div class="notice">${infoIcon}<p><b>Pas d’internet\u00a0?</b> Tout peut se faire à l’Espace Jeunesse, ${town.address}${town.phone === '' ? null : withPhones(`, ou au ${town.phone}`)}.</p></div>` : null}`,
  )
}

export const forgottenPasswordPage = (context: PublicContext, { error, email = '' }: LoginPageState = {}): string =>
  publicPageHtml(
    context,
    'Mot de passe oublié',
    html`<h1>Mot de passe oublié\u00a0?</h1>
<form class="card" method="post" action="/mot-de-passe-oublie">
${alert(error)}
<label for="identifiant">Votre identifiant</label>
<span class="hint" id="identifiant-aide">Votre adresse mail. Un lien y sera envoyé pour choisir un nouveau mot de passe.</span>
<input id="identifiant" name="identifiant" type="email" autocomplete="username" required value="${email}" aria-describedby="identifiant-aide">
<button type="submit">Recevoir le lien</button>
<p class="after"><a href="/">Retour à la connexion</a></p>
</form>`,
  )

/** The confirmation, the same whether the address has an account or not. */
export const forgottenPasswordSentPage = (context: PublicContext): string =>
  publicPageHtml(
    context,
    'Regardez vos mails',
    html`<h1>Regardez vos mails</h1>
<p class="card">Si cette adresse est celle d’un compte, un lien vient de partir. Il sert une fois, dans l’heure. Rien reçu\u00a0? Regardez dans les indésirables, ou appelez l’Espace Jeunesse.</p>
<p><a href="/">Retour à la connexion</a></p>`,
  )

/** Chooses a password through the link of a mail. `action` is the link's path, to which the form posts. */
export const passwordPage = (
  context: PublicContext,
  { action, secret, error }: { action: string; secret: string; error?: string | undefined },
): string =>
  publicPageHtml(
    context,
    'Choisir mon mot de passe',
    html`<h1>Choisir mon mot de passe</h1>
<form class="card" method="post" action="${action}">
${alert(error)}
<input type="hidden" name="jeton" value="${secret}">
<label for="mot-de-passe">Votre nouveau mot de passe</label>
<span class="hint" id="aide">${passwordHint}</span>
${newPasswordInput}
<button type="submit">Enregistrer</button>
</form>`,
  )

/**
 * The page of a link that stops mails. Nothing happens before the button is pressed, since mail programs open links on
 * their own.
 */
export const stopMailsPage = (
  context: PublicContext,
  { kind, isStopped }: { readonly kind: MailKind; readonly isStopped: boolean },
): string =>
  publicPageHtml(
    context,
    isStopped ? 'C’est noté' : 'Ne plus recevoir ces mails',
    isStopped
      ? html`<h1>C’est noté</h1>
<p>Vous ne recevrez plus ces mails\u00a0: «\u00a0${mailNames[kind]}\u00a0».</p>
<p>Vous changez d’avis\u00a0? Connectez-vous, puis «\u00a0Mon compte\u00a0», «\u00a0Modifier mon compte\u00a0?\u00a0», «\u00a0Mails que je reçois\u00a0».</p>
<p><a href="/">Aller au portail</a></p>`
      : html`<h1>Ne plus recevoir ces mails</h1>
<p>«\u00a0${mailNames[kind]}\u00a0»\u00a0: ne plus m’envoyer ces mails. Ce qu’ils disent reste sur le portail.</p>
<form method="post"><button type="submit">Ne plus recevoir ces mails</button></form>`,
  )

export const unknownStopLinkPage = (context: PublicContext): string =>
  publicPageHtml(
    context,
    'Ce lien ne sert plus',
    html`<h1>Ce lien ne sert plus</h1>
<p>Pour choisir vos mails, connectez-vous, puis «\u00a0Mon compte\u00a0», «\u00a0Modifier mon compte\u00a0?\u00a0», «\u00a0Mails que je reçois\u00a0».</p>
<p><a href="/">Aller au portail</a></p>`,
  )

export const expiredLinkPage = (context: PublicContext): string =>
  publicPageHtml(
    context,
    'Lien expiré',
    html`<h1>Ce lien ne marche plus</h1>
<p class="card">Il a déjà servi, ou son délai est passé. <a href="/mot-de-passe-oublie">Demandez un nouveau lien</a>.</p>`,
  )

/** Opens an account through the code of a printed letter. */
export const letterCodePage = (context: PublicContext, { error, email = '' }: LoginPageState = {}): string =>
  publicPageHtml(
    context,
    'Ouvrir mon compte',
    html`<h1>Ouvrir mon compte</h1>
<form class="card" method="post" action="/activation">
${alert(error)}
<label for="identifiant">Votre identifiant</label>
<span class="hint" id="identifiant-aide">L’adresse mail écrite sur la lettre</span>
<input id="identifiant" name="identifiant" type="email" autocomplete="username" required value="${email}" aria-describedby="identifiant-aide">
<label for="code">Le code de la lettre</label>
<span class="hint" id="code-aide">12 lettres et chiffres, par exemple <span class="nowrap">K7PM-4XQ2-9TRD</span></span>
<input id="code" name="code" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" required aria-describedby="code-aide">
<label for="mot-de-passe">Votre nouveau mot de passe</label>
<span class="hint" id="aide">${passwordHint}</span>
${newPasswordInput}
<button type="submit">Ouvrir mon compte</button>
</form>`,
  )

/**
 * Shown in place of legal information that the town has not filled in: the law requires it, so its absence is shown.
 */
const missingText = 'À compléter par la mairie.'

export const legalPage = (context: PublicContext): string => {
  const legal = context.town?.legal
  return publicPageHtml(
    context,
    'Mentions légales',
    html`<h1>Mentions légales</h1>
<dl class="card">
<dt>Éditeur</dt><dd>${legal?.publisher || missingText}</dd>
<dt>Directeur de la publication</dt><dd>${legal?.director || missingText}</dd>
<dt>Hébergeur</dt><dd>${legal?.host || missingText}</dd>
<dt>Délégué à la protection des données</dt><dd>${legal?.dataProtectionOfficer || missingText}</dd>
</dl>
<section class="card"><h2>Vos données</h2><p>Elles servent à inscrire vos enfants, à les accueillir et à établir vos factures. Vous pouvez les voir, les faire corriger, et demander leur effacement quand la loi le permet, auprès du délégué à la protection des données. Vous pouvez aussi saisir la CNIL.</p>
<p>Ce site ne pose que les cookies de votre connexion, de votre inscription et de votre place dans la file. Il ne vous suit pas.</p>
<p>Pour rester lisible sans connexion, il garde sur votre appareil ce que vous y avez vu en dernier, 12 heures au plus. Vous déconnecter l’efface.</p></section>`,
  )
}

export const accessibilityPage = (context: PublicContext): string => {
  const { town } = context
  return publicPageHtml(
    context,
    'E-accessibilité',
    html`<h1>E-accessibilité</h1>
<section class="card"><h2>État de conformité</h2><p>Ce site est <b>${conformity(town)}</b> au référentiel général d’amélioration de l’accessibilité (RGAA).</p>
${town && town.accessibility.audit.trim() !== '' ? paragraphs(town.accessibility.audit) : html`<p>Aucun audit n’a encore été fait.</p>`}</section>
<section class="card"><h2>Une difficulté\u00a0?</h2><p>${town?.accessibility.contact ? `Écrivez-nous\u00a0: ${town.accessibility.contact}. ` : ''}Tout peut aussi se faire au guichet ou par téléphone.</p></section>
<section class="card"><h2>Sans réponse de notre part</h2><p>Vous pouvez saisir le Défenseur des droits\u00a0: <a href="https://www.defenseurdesdroits.fr">defenseurdesdroits.fr</a>, <span class="nowrap">09 69 39 00 00</span>, ou par courrier sans timbre\u00a0: Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07.</p></section>`,
  )
}

export const contactPage = (context: PublicContext): string => {
  const { town } = context
  if (!town)
    return publicPageHtml(
      context,
      'Contactez-nous',
      html`<h1>Contactez-nous</h1><p class="card">La mairie n’a encore rien publié.</p>`,
    )
  return publicPageHtml(
    context,
    'Contactez-nous',
    html`<h1>Contactez-nous</h1>
<dl class="card">
<dt>Adresse</dt><dd>${town.name}, ${town.address}, ${town.postcode} ${town.town}</dd>
${town.phone === '' ? null : html`<dt>Téléphone</dt><dd>${withPhones(town.phone)}</dd>`}
${town.email === '' ? null : html`<dt>Mail</dt><dd><a href="mailto:${town.email}">${town.email}</a></dd>`}
${town.openingHours === '' ? null : html`<dt>Ouverture</dt><dd>${town.openingHours}</dd>`}
</dl>`,
  )
}
