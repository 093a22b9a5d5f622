import { readFileSync } from 'node:fs'
import type { TownDocument } from '../../../../shared/contract/portal/documents.ts'
import { onlinePaymentsOf } from '../../../../shared/pages/money/online-payment.ts'
import { portalHelp } from '../../../../shared/pages/portal-pages.ts'
import { type CellState, cellStates, legend } from '../../../../shared/rules/cell/cell.ts'
import { telUrl } from '../../../../shared/rules/people/phone.ts'
import { counted } from '../../../../shared/rules/text/french.ts'
import { type Html, html, icon, type PublicContext, publicPageHtml } from '../../http/public-pages.ts'
import { runtimeFile } from '../../runtime-file.ts'

/**
 * « Comment utiliser le portail ? »: the steps of the town's guide for parents, in its words, and later additions.
 * `node tests/e2e/help-pictures.ts` takes the pictures again, from the running portal.
 */
export const helpPage = (context: PublicContext): string => {
  const { town } = context
  return publicPageHtml(
    context,
    portalHelp.name,
    html`<h1>${portalHelp.name}</h1>
<p class="soft">Choisissez ce que vous voulez faire.</p>
${topics(town)}
${town ? helpBlock(town) : null}`,
  )
}

const pictureNames = ['inscriptions', 'calendrier', 'recu', 'place', 'facture'] as const
type PictureName = (typeof pictureNames)[number]

const pictures = new Map<PictureName, Buffer>(
  pictureNames.map((name) => [name, readFileSync(runtimeFile(`pages/help/aide-${name}.webp`))]),
)

/** All help pictures, by URL path. */
export const helpPictures: Readonly<Record<string, { readonly type: string; readonly body: Buffer }>> =
  Object.fromEntries([...pictures].map(([name, body]) => [`/aide-${name}.webp`, { type: 'image/webp', body }]))

/** A picture that loads when its section opens; width and height reserve its space. */
const picture = (name: PictureName, alt: string): Html => {
  const body = pictures.get(name)
  // The extended WebP header (VP8X), which Chromium writes, has width − 1 and height − 1, three bytes each.
  const side = (at: number) => `${(body?.readUIntLE(at, 3) ?? 0) + 1}`
  return html`<img class="shot" src="/aide-${name}.webp" alt="${alt}" width="${side(24)}" height="${side(27)}" loading="lazy" decoding="async">`
}

const topics = (town: TownDocument | null): Html[] => [
  topic(
    'Réserver des jours',
    html`${steps([
      html`Ouvrez <b>Mes inscriptions</b> et choisissez l’enfant.`,
      html`Positionnez-vous sur l’inscription voulue (par exemple les mercredis), puis cliquez sur <b>Mes réservations</b>.`,
    ])}${picture('inscriptions', 'Mes inscriptions d’un enfant\u00a0: sous chaque activité, ses dates et le bouton «\u00a0Mes réservations\u00a0».')}${steps(
      [
        html`Sélectionnez vos demandes de réservations en cliquant sur les jours voulus. Leur bord est <b>en tirets</b>\u00a0: c’est un brouillon, la mairie ne le voit pas.`,
        html`Lisez en bas le nombre de demandes et leur prix, puis cliquez sur <b>Enregistrer mes demandes</b>.`,
      ],
      3,
    )}${picture('calendrier', 'Le calendrier d’un mois\u00a0: une case par moment de la journée, de la couleur de son état. En bas, le nombre de demandes, leur prix et le bouton «\u00a0Enregistrer mes demandes\u00a0».')}${steps(
      [
        html`Vos demandes se mettent en <b>jaune</b> «\u00a0Demande de réservation\u00a0», et un <b>reçu</b> donne l’heure. Elles ne sont pas encore validées par la mairie.`,
        html`Ces demandes seront transférées dans la nuit à la mairie, qui les validera ou non.`,
        html`Vous aurez connaissance de la confirmation sous ${counted(town?.answerWorkingDays ?? 2, 'jour ouvré', 'jours ouvrés')}\u00a0: vos demandes passeront alors en <b>vert</b> si elles ont été confirmées, en <b>orange foncé</b> si elles ont été placées en liste d’attente. Vous recevez aussi un mail.`,
      ],
      5,
    )}${picture('recu', 'Un reçu\u00a0: son numéro, l’heure, les jours demandés et leur prix.')}<div class="notice warn">${clockIcon}<p><b>Attention aux délais\u00a0:</b> faites vos demandes 8 jours avant la date souhaitée. Exemple\u00a0: pour une réservation pour le vendredi, faites votre demande au plus tard le jeudi de la semaine précédente. Le calendrier dit la règle de chaque activité.</p></div>`,
    true,
  ),
  topic(
    'Que veulent dire les couleurs\u00a0?',
    html`<ul class="legend">${cellStates.map(
      (state) =>
        html`<li><i class="swatch" data-state="${state}" aria-hidden="true">${characterOf[state]}</i><span><b>${legend[state].words}</b><br>${meaningOf[state]}</span></li>`,
    )}</ul><p>Un bord en tirets est votre brouillon\u00a0: rien n’est encore demandé.</p>`,
  ),
  topic(
    'Réserver les mêmes jours chaque semaine',
    steps([
      html`Ouvrez le calendrier de l’activité.`,
      html`Cliquez sur <b>Changer</b>, cochez vos jours, puis <b>Appliquer ma semaine type</b>.`,
      html`Regardez les cases cochées, puis cliquez sur <b>Enregistrer mes demandes</b>.`,
    ]),
  ),
  topic(
    'Annuler un jour',
    steps([
      html`Ouvrez le calendrier.`,
      html`Cliquez sur la case verte, puis sur <b>Enregistrer mes demandes</b>.`,
      html`La case reste verte tant que la mairie n’a pas répondu\u00a0: votre enfant est toujours inscrit.`,
    ]),
  ),
  topic(
    'Retirer une demande, quitter la liste d’attente',
    html`${steps([
      html`Cliquez sur la case jaune, ou ouvrez <b>Mes demandes</b>.`,
      html`Cliquez sur <b>Retirer ma demande</b>.`,
      html`En liste d’attente\u00a0: cliquez sur la case orange, puis sur <b>Laisser ma place</b>.`,
    ])}<p>C’est toujours possible tant que la mairie n’a pas répondu, même après le délai.</p>`,
  ),
  topic(
    'Une place s’est libérée',
    html`<p>La mairie vous propose une place\u00a0: un mail vous le dit, et jusqu’à quand elle vous est gardée.</p>${steps(
      [
        html`Ouvrez le calendrier et cliquez sur la case au bord orange, marquée «&nbsp;!&nbsp;».`,
        html`Cliquez sur <b>Accepter la place</b>, ou sur <b>Laisser ma place</b>.`,
        html`Sans réponse à l’heure dite, elle est proposée à la famille suivante.`,
      ],
    )}${picture('place', 'Une case de la liste d’attente, ouverte\u00a0: jusqu’à quand la place est gardée, et les boutons «\u00a0Accepter la place\u00a0» et «\u00a0Laisser ma place\u00a0».')}`,
  ),
  topic(
    'Suivre mes demandes',
    html`<p>Ouvrez <b>Mes demandes</b>. Chaque demande est <b>enregistrée</b> par vous, puis <b>envoyée</b> à la mairie, puis <b>décidée</b>. Vos reçus y sont aussi.</p>`,
  ),
  topic(
    'Inscrire un enfant à une activité',
    html`<p>Une seule inscription est nécessaire par activité et par année. Ne demandez pas une nouvelle inscription pour une activité où vous avez déjà une inscription\u00a0: ajoutez uniquement des réservations en cliquant sur <b>Mes réservations</b>.</p>${steps(
      [
        html`Ouvrez <b>Mes inscriptions</b> et choisissez l’enfant.`,
        html`Cliquez sur <b>Nouvelle inscription</b>.`,
        html`Choisissez l’équipement, le type, l’activité et la période.`,
        html`<b>Gardez les dates proposées par défaut</b>, qui vous permettront d’inscrire l’enfant sur toute l’année\u00a0: c’est ensuite l’étape des réservations qui vous permettra de sélectionner les jours voulus.`,
        html`Renseignez la semaine type si vous souhaitez informer la structure d’une demande régulière de réservation.`,
        html`Cliquez sur <b>Enregistrer la demande</b>. Elle s’affiche dans la liste des inscriptions avec un <b>point d’interrogation</b>, tant qu’elle n’est pas validée.`,
      ],
    )}`,
  ),
  topic(
    'Voir et payer une facture',
    html`${steps([
      html`Ouvrez <b>Mon compte</b>\u00a0: votre solde et votre quotient familial y sont.`,
      html`Cliquez sur <b>Détail financier par facture</b>.`,
      ...(onlinePaymentsOf(town).length > 0
        ? [
            html`Puis sur <b>Payer cette facture</b>\u00a0: la page de PayFiP, le paiement en ligne de l’État, s’ouvre. Au retour, le paiement est «\u00a0en cours\u00a0» jusqu’à ce que la mairie l’ait compté.`,
          ]
        : []),
    ])}${onlinePaymentsOf(town).length > 0 ? picture('facture', 'Une facture de «\u00a0Mon compte\u00a0»\u00a0: son montant, sa date limite et le bouton «\u00a0Payer cette facture\u00a0».') : null}<p>Vous pouvez également utiliser les modes de règlement habituels, en réglant auprès de l’Espace Jeunesse.</p>`,
  ),
  ...(town?.papersKey === undefined || town.debits === undefined
    ? []
    : [
        topic(
          'Payer par prélèvement',
          html`${steps([
            html`Ouvrez <b>Mon compte</b>, puis <b>Payer par prélèvement</b>.`,
            html`Tapez l’IBAN de votre compte. Sa clé est vérifiée tout de suite.`,
            html`Relisez le mandat, puis tapez le <b>code à 6 chiffres</b> reçu par mail.`,
          ])}<p>Au même endroit, vous changez de compte ou vous arrêtez quand vous voulez. Un prélèvement déjà annoncé part encore.</p>`,
        ),
      ]),
  ...(town?.papersKey === undefined
    ? []
    : [
        topic(
          'Envoyer une pièce',
          html`${steps([
            html`Ouvrez <b>Mes pièces</b>. Ce que la mairie vous demande est en haut.`,
            html`Choisissez un PDF ou une photo, puis envoyez.`,
            html`Votre pièce est <b>envoyée</b>, puis <b>acceptée</b> ou <b>refusée</b> avec une raison.`,
          ])}<p>Elle est scellée\u00a0: seule la mairie peut la lire.</p>`,
        ),
      ]),
  topic(
    'Écrire à l’Espace Jeunesse',
    html`${steps([
      html`Ouvrez <b>Mes messages</b>, puis <b>Écrire un message</b>.`,
      html`Choisissez le sujet, écrivez, puis envoyez.`,
      html`La réponse s’affiche au même endroit, et un mail vous le dit.`,
    ])}<p>Pour choisir les mails que vous recevez\u00a0: <b>Mon compte</b>, <b>Modifier mon compte\u00a0?</b>, puis <b>Mails que je reçois</b>.</p>`,
  ),
  topic(
    'Mes jours dans mon agenda',
    steps([
      html`Ouvrez <b>Mon compte</b>, puis <b>Modifier mon compte\u00a0?</b>`,
      html`Sous <b>Mon agenda</b>, cliquez sur <b>Créer mon adresse d’agenda</b>, puis sur <b>Ouvrir dans mon agenda</b>.`,
      html`Les jours confirmés y sont tenus à jour. Ne donnez l’adresse qu’à vos proches\u00a0: elle se remplace ou se ferme au même endroit.`,
    ]),
  ),
  topic(
    'Changer mon adresse, mon téléphone',
    html`${steps([
      html`Ouvrez <b>Mes coordonnées</b>.`,
      html`Cliquez sur <b>Consulter / Modifier mes coordonnées</b>.`,
      html`La mairie vérifie, puis accepte. En attendant, rien ne change.`,
    ])}<p>L’adresse mail n’est pas directement modifiable, car elle sert à se connecter au portail. Merci de contacter l’Espace Jeunesse pour faire cette modification.</p>`,
  ),
  topic(
    'Modifier les informations d’un enfant',
    steps([html`Ouvrez <b>Ma famille</b>.`, html`Sous l’enfant, cliquez sur <b>Modifier mes informations</b>.`]),
  ),
  ...(town?.papersKey === undefined
    ? []
    : [
        topic(
          'Signaler une allergie, un régime, un PAI',
          html`${steps([
            html`Ouvrez <b>Ma famille</b>.`,
            html`Sous l’enfant, cliquez sur <b>Fiche sanitaire</b>.`,
            html`Écrivez ce qui change, puis <b>Transmettre au service</b>.`,
          ])}<p>Ces informations partent scellées\u00a0: le portail dit seulement quand elles ont été transmises.</p>`,
        ),
      ]),
  topic(
    'Dire qui peut venir chercher un enfant',
    html`${steps([
      html`Ouvrez <b>Ma famille</b>. Sous vos enfants\u00a0: <b>Qui peut venir les chercher\u00a0?</b>`,
      html`Cliquez sur <b>Ajouter une personne</b>, ou sur <b>Retirer</b> à côté de son nom.`,
      html`La mairie vérifie, puis accepte. En attendant, rien ne change.`,
    ])}<p>Les responsables du foyer y sont toujours. Pour une demande urgente, téléphonez à la structure.</p>`,
  ),
  topic(
    'Ouvrir mon compte la première fois',
    html`<p>L’Espace Jeunesse vous envoie un mail\u00a0: cliquez sur son lien dans les 48 heures, et choisissez votre mot de passe. Vous avez reçu une lettre\u00a0? <a href="/activation">Ouvrez votre compte avec son code</a>.</p><p>Vous n’êtes pas encore connu de l’Espace Jeunesse\u00a0? ${
      town?.signUp
        ? html`<a href="/inscription">Inscrivez-vous en 4 étapes</a>`
        : html`<a href="/contact">Contactez-nous</a>`
    }.</p>`,
  ),
  topic(
    'Mot de passe oublié\u00a0?',
    html`<p>Sur la page de connexion, cliquez sur <a href="/mot-de-passe-oublie">Mot de passe oublié\u00a0?</a> Un lien arrive par mail.</p><p>Pour changer un mot de passe que vous connaissez\u00a0: <b>Mon compte</b>, puis <b>Modifier mon compte\u00a0?</b></p>`,
  ),
  topic(
    'Sans connexion, ou sur l’écran de mon téléphone',
    html`<p>Votre tableau de bord, vos calendriers, vos demandes, votre famille, vos coordonnées et votre compte restent lisibles sans connexion, tels que vous les avez vus en dernier, pendant 12 heures au plus. Les cases que vous cochez sont gardées sur l’appareil et envoyées dès que la connexion revient. «\u00a0Se déconnecter\u00a0» efface ce qui était gardé.</p><p>Pour l’ouvrir d’un geste\u00a0: dans le menu de votre navigateur, choisissez «\u00a0Ajouter à l’écran d’accueil\u00a0» ou «\u00a0Installer\u00a0».</p>`,
  ),
]

/** Shown as text, since this page loads no icon of the calendar; the words next to them explain them. */
const characterOf: Readonly<Record<CellState, string>> = {
  free: '',
  closed: '',
  confirmed: '✓',
  requested: '+',
  requestSent: '↗',
  waitlisted: '3ᵉ',
  cancelRequested: '−',
  cancelSent: '↗',
  cancelRefused: '−',
}

const meaningOf: Readonly<Record<CellState, string>> = {
  free: 'Rien n’est réservé. Touchez la case pour demander.',
  closed: 'Jour non disponible à la réservation\u00a0: fermé, ou hors délai.',
  confirmed: 'C’est sûr\u00a0: la place est à votre enfant.',
  requested: 'Enregistrée. Elle part à la mairie au plus tard cette nuit.',
  requestSent: 'La mairie l’a reçue et va répondre.',
  waitlisted: 'Plus de place\u00a0: liste d’attente. Le chiffre est votre rang.',
  cancelRequested: 'Enregistrée. Elle part à la mairie au plus tard cette nuit.',
  cancelSent: 'La mairie l’a reçue et va répondre.',
  cancelRefused: 'Annulation non validée\u00a0: votre enfant est toujours inscrit.',
}

/** A folding section about one thing that a parent comes to do. */
const topic = (title: string, body: Html, isOpen = false): Html =>
  html`<details class="card"${isOpen ? { html: ' open' } : null}><summary>${title}${downIcon}</summary><div>${body}</div></details>
`

/** @param from the number of the first step, when a picture splits the list */
const steps = (lines: readonly Html[], from = 1): Html =>
  html`<ol class="steps"${from === 1 ? null : { html: ` start="${from}"` }}>${lines.map((line) => html`<li><span>${line}</span></li>`)}</ol>`

const clockIcon = icon('M3 12a9 9 0 1 0 18 0a9 9 0 0 0-18 0M12 7v5l3 3')
const downIcon = icon('M6 9l6 6l6-6')
const phoneIcon = icon(
  'M5 4h4l2 5l-2.5 1.5a11 11 0 0 0 5 5l1.5-2.5l5 2v4a2 2 0 0 1-2 2a16 16 0 0 1-15-15a2 2 0 0 1 2-2',
)
const helpBlock = ({ openingHours, phone }: TownDocument): Html =>
  html`<section class="card help"><h2>Besoin d’aide\u00a0?</h2>${openingHours === '' ? null : html`<p>L’Espace Jeunesse vous répond ${openingHours}.</p>`}
${phone === '' ? null : html`<a class="button" href="${telUrl(phone)}">${phoneIcon} ${phone}</a>`}
<a class="button second" href="/contact">Contactez-nous</a></section>`
