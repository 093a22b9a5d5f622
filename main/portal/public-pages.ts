import type { TownDocument } from '../../shared/contract/portal/documents.ts'
import { dayAt, type Instant } from '../../shared/rules/day.ts'
import { shortDay } from '../../shared/rules/french.ts'

/** The pages that anyone may read: HTML before any script, so that the slowest phone and the oldest browser have them. */

export type PublicContext = {
  /** Null before the desk first published. */
  readonly town: TownDocument | null
  readonly publishedAt: Instant | null
  /** Of this answer, for its style. */
  readonly nonce: string
  readonly style: string
}

export type Html = { readonly html: string }

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => signs[sign] ?? sign)

/** Everything put in is text, unless it was made by `html` itself. */
const html = (parts: TemplateStringsArray, ...values: readonly (string | Html | readonly Html[] | null)[]): Html => ({
  html: parts
    .map((part, index) => {
      const value = values[index]
      if (value === undefined || value === null) return part
      if (typeof value === 'string') return part + escaped(value)
      return part + ('html' in value ? value.html : value.map((one) => one.html).join(''))
    })
    .join(''),
})

/** Lines that the town wrote, as paragraphs. */
const paragraphs = (text: string): Html[] =>
  text
    .split(/\n+/)
    .filter((line) => line.trim() !== '')
    .map((line) => html`<p>${line}</p>`)

const page = (context: PublicContext, title: string, body: Html): string => {
  const { town, publishedAt, nonce, style } = context
  return html`<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Portail Famille${town ? ` – ${town.town}` : ''}</title>
<link rel="icon" href="/marque.svg">
<style nonce="${nonce}">${{ html: style }}</style>
</head>
<body>
<a class="skip" href="#contenu">Aller au contenu</a>
<header><div class="in">
<a class="brand" href="/"><img src="/marque.svg" alt="" width="40" height="40"><span class="brand-name"><b>Portail Famille</b><span>${town?.town ?? ''}</span></span></a>
<a href="/aide">Aide</a>
</div></header>
<main id="contenu" class="in">
${body}
</main>
<footer><div class="in">
<nav aria-label="Informations légales"><a href="/mentions-legales">Mentions légales</a><a href="/e-accessibilite">E-accessibilité : ${conformity(town)}</a><a href="/contact">Contactez-nous</a></nav>
<p>${town ? `${town.name} – ${town.phone}. ` : ''}${publishedAt ? `Date de dernière mise à jour : ${shortDay(dayAt(publishedAt))}` : ''}</p>
</div></footer>
</body>
</html>
`.html
}

const conformity = (town: TownDocument | null): string =>
  ({ non: 'non conforme', partielle: 'partiellement conforme', totale: 'totalement conforme' })[
    town?.accessibility.conformity ?? 'non'
  ]

export type Filled = { readonly error?: string | undefined; readonly email?: string; readonly next?: string }

const alert = (error: string | undefined): Html | null =>
  error === undefined ? null : html`<p class="error" role="alert" id="erreur"><b>Erreur :</b> ${error}</p>`

const described = (error: string | undefined): Html | null =>
  error === undefined ? null : { html: ' aria-invalid="true" aria-describedby="erreur"' }

const passwordHint =
  'Au moins 8 caractères mêlant majuscules, minuscules, chiffres ou signes, ou une phrase de 16 caractères.'

/** « Accueil » */
export const homePage = (context: PublicContext, { error, email = '', next = '' }: Filled = {}): string => {
  const { town } = context
  return page(
    context,
    'Le Portail de la Famille',
    html`<h1>Le Portail de la Famille</h1>
<p class="soft">Inscrire vos enfants, réserver leurs jours, payer vos factures.${town ? ` Pour les familles de ${town.town}.` : ''}</p>
<div class="columns">
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
<input id="mot-de-passe" name="mot-de-passe" type="password" autocomplete="current-password" required${described(error)}>
<button type="submit">Connexion</button>
<p class="after"><a href="/mot-de-passe-oublie">Mot de passe oublié ?</a></p>
</form>
</section>
<section class="card" aria-labelledby="inscription">
<h2 id="inscription">Inscrivez-vous au portail de la famille !</h2>
<p>Vous êtes nouvel arrivant, ou vos enfants ne sont jamais venus : l’Espace Jeunesse ouvre votre compte, au guichet ou par téléphone.</p>
<p><a class="button second" href="/contact">M’inscrire</a></p>
<p>Vous avez reçu une lettre avec un code ? <a href="/activation">Ouvrir mon compte avec le code</a></p>
</section>
</div>
${town && town.information.trim() !== '' ? html`<section class="notice" aria-labelledby="informations"><h2 id="informations">Informations</h2>${paragraphs(town.information)}</section>` : null}
${town ? html`<p class="notice"><b>Pas d’internet ?</b> Tout peut se faire à l’Espace Jeunesse, ${town.address}, ou au ${town.phone}.</p>` : null}`,
  )
}

export const forgottenPage = (context: PublicContext, { error, email = '' }: Filled = {}): string =>
  page(
    context,
    'Mot de passe oublié',
    html`<h1>Mot de passe oublié ?</h1>
<form class="card" method="post" action="/mot-de-passe-oublie">
${alert(error)}
<label for="identifiant">Votre identifiant</label>
<span class="hint" id="identifiant-aide">Votre adresse mail. Un lien y sera envoyé pour choisir un nouveau mot de passe.</span>
<input id="identifiant" name="identifiant" type="email" autocomplete="username" required value="${email}" aria-describedby="identifiant-aide">
<button type="submit">Recevoir le lien</button>
<p class="after"><a href="/">Retour à la connexion</a></p>
</form>`,
  )

/** The same for every address. */
export const forgottenSentPage = (context: PublicContext): string =>
  page(
    context,
    'Regardez vos mails',
    html`<h1>Regardez vos mails</h1>
<p class="card">Si cette adresse est celle d’un compte, un lien vient de partir. Il sert une fois, dans l’heure. Rien reçu ? Regardez dans les indésirables, ou appelez l’Espace Jeunesse.</p>
<p><a href="/">Retour à la connexion</a></p>`,
  )

/** By the link of a mail: `action` is the path that it came to. */
export const passwordPage = (
  context: PublicContext,
  { action, secret, error }: { action: string; secret: string; error?: string | undefined },
): string =>
  page(
    context,
    'Choisir mon mot de passe',
    html`<h1>Choisir mon mot de passe</h1>
<form class="card" method="post" action="${action}">
${alert(error)}
<input type="hidden" name="jeton" value="${secret}">
<label for="mot-de-passe">Votre nouveau mot de passe</label>
<span class="hint" id="aide">${passwordHint}</span>
<input id="mot-de-passe" name="mot-de-passe" type="password" autocomplete="new-password" required minlength="8" maxlength="200" aria-describedby="aide">
<button type="submit">Enregistrer</button>
</form>`,
  )

export const expiredPage = (context: PublicContext): string =>
  page(
    context,
    'Lien expiré',
    html`<h1>Ce lien ne marche plus</h1>
<p class="card">Il a déjà servi, ou son délai est passé. <a href="/mot-de-passe-oublie">Demandez un nouveau lien</a>.</p>`,
  )

/** By the code of a printed letter. */
export const letterPage = (context: PublicContext, { error, email = '' }: Filled = {}): string =>
  page(
    context,
    'Ouvrir mon compte',
    html`<h1>Ouvrir mon compte</h1>
<form class="card" method="post" action="/activation">
${alert(error)}
<label for="identifiant">Votre identifiant</label>
<span class="hint" id="identifiant-aide">L’adresse mail écrite sur la lettre</span>
<input id="identifiant" name="identifiant" type="email" autocomplete="username" required value="${email}" aria-describedby="identifiant-aide">
<label for="code">Le code de la lettre</label>
<span class="hint" id="code-aide">12 lettres et chiffres, par exemple K7PM-4XQ2-9TRD</span>
<input id="code" name="code" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" required aria-describedby="code-aide">
<label for="mot-de-passe">Votre nouveau mot de passe</label>
<span class="hint" id="aide">${passwordHint}</span>
<input id="mot-de-passe" name="mot-de-passe" type="password" autocomplete="new-password" required minlength="8" maxlength="200" aria-describedby="aide">
<button type="submit">Ouvrir mon compte</button>
</form>`,
  )

export const helpPage = (context: PublicContext): string => {
  const { town } = context
  return page(
    context,
    'Comment utiliser le portail ?',
    html`<h1>Comment utiliser le portail ?</h1>
<section class="card"><h2>Réserver des jours</h2><ol>
<li>Ouvrez <b>Mes inscriptions</b> et choisissez l’enfant.</li>
<li>Touchez <b>Mes réservations</b>.</li>
<li>Touchez les cases des jours voulus. Leur bord est en tirets : c’est un brouillon.</li>
<li>Touchez <b>Enregistrer mes demandes</b>. Avant, la mairie ne voit rien. Après, les cases sont <b>jaunes</b>.</li>
<li>La nuit, elles partent à la mairie.</li>
<li>La mairie répond sous ${String(town?.answerWorkingDays ?? 2)} jours : <b>vert</b> si c’est validé, <b>orange foncé</b> si c’est en liste d’attente.</li>
</ol><p><b>Attention aux délais :</b> en général, faites vos demandes 8 jours avant. Pour un vendredi, au plus tard le jeudi de la semaine d’avant.</p></section>
<section class="card"><h2>Annuler un jour</h2><ol><li>Ouvrez le calendrier.</li><li>Touchez la case verte, puis <b>Enregistrer mes demandes</b>.</li></ol></section>
<section class="card"><h2>Inscrire un enfant à une activité</h2><ol><li>Ouvrez <b>Mes inscriptions</b>.</li><li>Touchez <b>Nouvelle inscription</b>.</li><li>Gardez les dates proposées : vous choisirez les jours ensuite.</li></ol></section>
<section class="card"><h2>Voir une facture</h2><ol><li>Ouvrez <b>Mon compte</b>, puis <b>Détail financier par facture</b>.</li></ol></section>
<section class="card"><h2>Changer mon adresse, mon téléphone</h2><ol><li>Ouvrez <b>Mes coordonnées</b>.</li></ol></section>
<section class="card"><h2>Modifier les informations d’un enfant</h2><ol><li>Ouvrez <b>Ma famille</b>.</li></ol></section>
<section class="card"><h2>Mot de passe oublié ?</h2><p>Sur la page de connexion, touchez <a href="/mot-de-passe-oublie">Mot de passe oublié ?</a></p></section>
${town ? html`<p class="notice"><b>Besoin d’aide ?</b> L’Espace Jeunesse vous répond ${town.openingHours}, au ${town.phone}. <a href="/contact">Contactez-nous</a></p>` : null}`,
  )
}

export const legalPage = (context: PublicContext): string => {
  const legal = context.town?.legal
  return page(
    context,
    'Mentions légales',
    html`<h1>Mentions légales</h1>
<dl class="card">
<dt>Éditeur</dt><dd>${legal?.publisher ?? ''}</dd>
<dt>Directeur de la publication</dt><dd>${legal?.director ?? ''}</dd>
<dt>Hébergeur</dt><dd>${legal?.host ?? ''}</dd>
<dt>Délégué à la protection des données</dt><dd>${legal?.dataProtectionOfficer ?? ''}</dd>
</dl>
<section class="card"><h2>Vos données</h2><p>Elles servent à inscrire vos enfants, à les accueillir et à établir vos factures. Vous pouvez les voir, les faire corriger, et demander leur effacement quand la loi le permet, auprès du délégué à la protection des données. Vous pouvez aussi saisir la CNIL.</p>
<p>Ce site ne pose qu’un cookie, celui de votre connexion. Il ne vous suit pas.</p></section>`,
  )
}

export const accessibilityPage = (context: PublicContext): string => {
  const { town } = context
  return page(
    context,
    'E-accessibilité',
    html`<h1>E-accessibilité</h1>
<section class="card"><h2>État de conformité</h2><p>Ce site est <b>${conformity(town)}</b> au référentiel général d’amélioration de l’accessibilité (RGAA).</p>
${town && town.accessibility.audit.trim() !== '' ? paragraphs(town.accessibility.audit) : html`<p>Aucun audit n’a encore été fait.</p>`}</section>
<section class="card"><h2>Une difficulté ?</h2><p>Écrivez-nous : ${town?.accessibility.contact ?? ''}. Tout peut aussi se faire au guichet ou par téléphone.</p></section>
<section class="card"><h2>Sans réponse de notre part</h2><p>Vous pouvez saisir le Défenseur des droits : defenseurdesdroits.fr, 09 69 39 00 00, ou par courrier sans timbre : Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07.</p></section>`,
  )
}

export const contactPage = (context: PublicContext): string => {
  const { town } = context
  if (!town)
    return page(
      context,
      'Contactez-nous',
      html`<h1>Contactez-nous</h1><p class="card">La mairie n’a encore rien publié.</p>`,
    )
  return page(
    context,
    'Contactez-nous',
    html`<h1>Contactez-nous</h1>
<dl class="card">
<dt>Adresse</dt><dd>${town.name}, ${town.address}, ${town.postcode} ${town.town}</dd>
<dt>Téléphone</dt><dd><a href="tel:${town.phone.replaceAll(' ', '')}">${town.phone}</a></dd>
<dt>Mail</dt><dd><a href="mailto:${town.email}">${town.email}</a></dd>
<dt>Ouverture</dt><dd>${town.openingHours}</dd>
</dl>`,
  )
}
