import { ageOn, dayAt, type Instant } from '../../../shared/rules/calendar/day.ts'
import { bornWord, coupleName, sexNames } from '../../../shared/rules/people/names.ts'
import { levels, levelText } from '../../../shared/rules/people/schooling.ts'
import {
  type Fault,
  isBlank,
  maxChildren,
  noSecondParent,
  readChild,
  readHome,
  type SignUpChild,
  type SignUpHome,
  type TypedFields,
  type TypedSignUp,
} from '../../../shared/rules/people/sign-up.ts'
import {
  ageText,
  capitalised,
  counted,
  instantText,
  longDate,
  longDay,
  ordinal,
  withUnbrokenNumbers,
} from '../../../shared/rules/text/french.ts'
import { type Html, html, type PublicContext, paragraphs, publicPageHtml } from '../http/public-pages.ts'
import type { SignUpTown } from './signing-up.ts'

/** The sign-up in four steps, as HTML without scripts. */

/** The state of a sign-up. */
export type Walk = {
  readonly email: string
  readonly typed: TypedSignUp
  readonly town: SignUpTown
  readonly now: Instant
}

const title = 'Inscription'
const heading = 'Inscrivez-vous au portail de la famille\u00a0!'
const intro = '4 étapes, environ 5 minutes. Ce que vous écrivez est gardé 7 jours.'

const tick: Html = {
  html: '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M5 12l5 5l10 -10"/></svg>',
}
const plus: Html = {
  html: '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 5l0 14M5 12l14 0"/></svg>',
}
const lock: Html = {
  html: '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M5 13a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2h-10a2 2 0 0 1-2-2v-6M11 16a1 1 0 1 0 2 0a1 1 0 0 0-2 0M8 11v-4a4 4 0 1 1 8 0v4"/></svg>',
}
const warning: Html = {
  html: '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 9v4M10.363 3.591l-8.106 13.534a1.914 1.914 0 0 0 1.636 2.871h16.214a1.914 1.914 0 0 0 1.636-2.87l-8.106-13.536a1.914 1.914 0 0 0-3.274 0M12 16h.01"/></svg>',
}

const names = ['Votre adresse mail', 'Vous et votre foyer', 'Vos enfants', 'Relire et enregistrer'] as const
const paths = ['/inscription', '/inscription/foyer', '/inscription/enfants', '/inscription/relire'] as const

// ---- fields ---------------------------------------------------------------------------------------------------------

type Form = { readonly typed: TypedFields; readonly faults: readonly Fault[] }

type Field = {
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly attributes?: string
  readonly isOptional?: boolean
}

const faultOf = ({ faults }: Form, name: string): string | undefined =>
  faults.find(({ field }) => field === name)?.sentence

const attribute = (text: string): Html => ({ html: text === '' ? '' : ` ${text}` })

/** A labelled field. Its error is above the input, which names it in `aria-describedby`. */
const field = (
  form: Form,
  { name, label, hint, isOptional = false }: Field,
  control: (described: Html, value: string) => Html,
): Html => {
  const fault = faultOf(form, name)
  const by = [...(hint ? [`${name}-aide`] : []), ...(fault ? [`${name}-erreur`] : [])].join(' ')
  const described = attribute(
    [by && `aria-describedby="${by}"`, fault && 'aria-invalid="true"'].filter(Boolean).join(' '),
  )
  return html`<div class="${fault ? 'field faulty' : 'field'}"><label for="${name}">${label}${isOptional ? html` <span class="hint">(facultatif)</span>` : null}</label>
${hint ? html`<span class="hint" id="${name}-aide">${hint}</span>` : null}${fault ? faultText(name, fault) : null}
${control(described, form.typed[name] ?? '')}</div>
`
}

const faultText = (name: string, sentence: string): Html =>
  html`<p class="fault" id="${name}-erreur">${warning}<span><span class="vh">Erreur\u00a0: </span>${sentence}</span></p>`

const input = (form: Form, of: Field): Html =>
  field(
    form,
    of,
    (described, value) =>
      html`<input id="${of.name}" name="${of.name}" maxlength="200" value="${value}"${described}${attribute(of.attributes ?? '')}>`,
  )

const select = (form: Form, of: Field, choices: readonly (readonly [value: string, label: string])[]): Html =>
  field(
    form,
    of,
    (described, value) =>
      html`<select id="${of.name}" name="${of.name}"${described}>${choices.map(
        ([choice, label]) =>
          html`<option value="${choice}"${attribute(choice === value ? 'selected' : '')}>${label}</option>`,
      )}</select>`,
  )

const radios = (
  form: Form,
  { name, label }: Field,
  choices: readonly (readonly [value: string, label: string])[],
): Html => {
  const fault = faultOf(form, name)
  return html`<fieldset class="${fault ? 'faulty' : 'field'}"><legend>${label} <span class="hint">(facultatif)</span></legend>${fault ? faultText(name, fault) : null}<div class="choices">${choices.map(
    ([choice, words], at) =>
      html`<label class="choice"><input type="radio" id="${at === 0 ? name : `${name}-${at + 1}`}" name="${name}" value="${choice}"${attribute((form.typed[name] ?? '') === choice ? 'checked' : '')}><span>${words}</span></label>`,
  )}</div></fieldset>
`
}

/** The list of errors at the top of the page; each links to its field. */
const errorSummary = (faults: readonly Fault[], labels: Readonly<Record<string, string>>): Html | null =>
  faults.length === 0
    ? null
    : html`<div class="faults" role="alert" tabindex="-1" autofocus><h2>${counted(faults.length, 'réponse à corriger', 'réponses à corriger')}</h2>${Object.keys(labels).length > 1 ? html`<p>Le reste est gardé.</p>` : null}<ul>${faults.map(
        ({ field: name, sentence }) =>
          html`<li><a href="#${name}">${labels[name] ? `${labels[name]}\u00a0: ` : ''}${sentence}</a></li>`,
      )}</ul></div>
`

// ---- the walk -------------------------------------------------------------------------------------------------------

type Step = 1 | 2 | 3 | 4

/** The four steps below each other: finished ones on one line, the current one open. */
const walkPage = (context: PublicContext, walk: Walk, at: Step, body: Html, before: Html | null = null): string =>
  publicPageHtml(
    context,
    title,
    html`<h1>${heading}</h1>
<p class="soft">${intro}</p>
${before}<ol class="walk">${names.map((name, index): Html => {
      const step = index + 1
      if (step === at)
        return html`<li class="walk-now" aria-current="step"><span class="walk-n" aria-hidden="true">${String(step)}</span><div><h2><span class="vh">Étape ${String(step)} sur 4\u00a0: </span>${name}</h2>
${body}</div></li>`
      if (step < at || isDone(walk, step))
        return html`<li class="walk-done"><span class="walk-n">${tick}</span><div><h2><span class="vh">Étape ${String(step)}, faite\u00a0: </span>${name}</h2><p class="soft">${doneText(walk, step)}</p></div>${
          step === 1 ? null : html`<a href="${paths[index] ?? ''}">Modifier<span class="vh">\u00a0: ${name}</span></a>`
        }</li>`
      return html`<li><span class="walk-n" aria-hidden="true">${String(step)}</span><div><h2><span class="vh">Étape ${String(step)} sur 4\u00a0: </span>${name}</h2><p class="soft">${nextStepText(context, step)}</p></div></li>`
    })}</ol>
${at > 1 ? html`<p><a class="button quiet" href="/inscription/effacer">Abandonner et effacer ce que j’ai écrit</a></p>` : null}`,
  )

/** Asks for confirmation, so that a mistaken touch erases nothing. */
export const erasePage = (context: PublicContext): string =>
  publicPageHtml(
    context,
    title,
    html`<h1>Effacer votre inscription\u00a0?</h1>
<form class="card" method="post" action="/inscription/effacer">
<p>Tout ce que vous avez écrit sera effacé tout de suite. Pour vous inscrire, il faudra tout recommencer.</p>
<a class="button" href="/inscription">Garder et continuer</a>
<button class="quiet" type="submit">Effacer ce que j’ai écrit</button>
</form>`,
  )

const isDone = ({ typed, town, email, now }: Walk, step: number): boolean =>
  step === 2
    ? 'value' in readHome(typed.home, email)
    : step === 3 &&
      typed.children.some((one) => !isBlank(one)) &&
      typed.children.every((one) => isBlank(one) || 'value' in readChild(one, town.schools, dayAt(now)))

const doneText = ({ email, typed }: Walk, step: number): string => {
  if (step === 1) return `${email}, vérifiée par le lien reçu`
  if (step === 2) {
    const home = readHome(typed.home, email)
    if ('faults' in home) return ''
    const { guardians, address, homePhone } = home.value
    const phone = [...guardians.map(({ mobilePhone }) => mobilePhone), homePhone].find((one) => one !== '') ?? ''
    return [coupleName(guardians), address.line1, phone].join(', ')
  }
  return typed.children
    .filter((one) => !isBlank(one))
    .map(({ firstName = '', lastName = '' }) => `${firstName} ${lastName}`.trim())
    .join(', ')
}

const nextStepText = ({ town }: PublicContext, step: number): string => {
  if (step === 2) return 'Votre nom, votre adresse, vos téléphones.'
  if (step === 3) return 'Prénom, date de naissance, école.'
  const days = town?.answerWorkingDays ?? 2
  return `Vous lisez le règlement, vous enregistrez. Votre demande part à la mairie cette nuit. La réponse arrive par mail sous ${counted(days, 'jour ouvré', 'jours ouvrés')}\u00a0: un compte, ou un refus avec sa raison.`
}

// ---- 1. e-mail ------------------------------------------------------------------------------------------------------

const emptyWalk = (town: SignUpTown, now: Instant): Walk => ({
  email: '',
  typed: { home: {}, children: [] },
  town,
  now,
})

export const emailPage = (
  context: PublicContext,
  { town, now, email = '', faults = [] }: { town: SignUpTown; now: Instant; email?: string; faults?: readonly Fault[] },
): string => {
  const form = { typed: { email }, faults }
  return walkPage(
    context,
    emptyWalk(town, now),
    1,
    html`<form class="walk-form" method="post" action="/inscription">
${input(form, {
  name: 'email',
  label: 'Votre adresse mail',
  hint: 'Elle sera votre identifiant. Exemple\u00a0: nom@exemple.fr. Un lien y est envoyé pour la vérifier.',
  attributes: 'type="email" autocomplete="email" required',
})}${honeypot}
<button type="submit">Recevoir le lien</button>
<p class="after"><a href="/">J’ai déjà un compte</a></p>
</form>`,
    errorSummary(faults, { email: 'Votre adresse mail' }),
  )
}

/** A honeypot field: people do not see it, programs fill it, and the server ignores what a program sends. */
const honeypot: Html = {
  html: '<div class="trap" aria-hidden="true"><label for="site">Ne rien écrire ici</label><input id="site" name="site" tabindex="-1" autocomplete="off"></div>',
}

/** The confirmation, the same whether the address has an account or not. */
export const emailSentPage = (context: PublicContext): string =>
  publicPageHtml(
    context,
    'Regardez vos mails',
    html`<h1>Regardez vos mails</h1>
<p class="card">Un mail vient de partir à l’adresse que vous avez donnée. Son lien ouvre la suite de votre inscription\u00a0: il sert une fois, dans les 48 heures. Rien reçu\u00a0? Regardez dans les indésirables, ou <a href="/inscription">redemandez-le</a>.</p>
<p><a href="/">Retour à l’accueil</a></p>`,
  )

/** Programs that scan mails follow links too, so only this button uses the link. */
export const signUpLinkPage = (context: PublicContext, secret: string): string =>
  publicPageHtml(
    context,
    title,
    html`<h1>${heading}</h1>
<form class="card" method="post" action="/inscription/lien">
<p>Votre adresse mail est la bonne. Il reste 3 étapes, environ 5 minutes.</p>
<input type="hidden" name="jeton" value="${secret}">
<button type="submit">Continuer mon inscription</button>
</form>`,
  )

export const deadLinkPage = (context: PublicContext): string =>
  publicPageHtml(
    context,
    'Lien expiré',
    html`<h1>Ce lien ne marche plus</h1>
<p class="card">Il a déjà servi, ou son délai est passé. <a href="/inscription">Demandez un nouveau lien</a>\u00a0: ce que vous avez écrit depuis moins de 7 jours y est encore.</p>`,
  )

export const signUpClosedPage = (context: PublicContext): string =>
  publicPageHtml(
    context,
    title,
    html`<h1>${heading}</h1>
<p class="card">L’Espace Jeunesse ouvre votre compte au guichet ou par téléphone. <a href="/contact">Contactez-nous</a>.</p>`,
  )

// ---- 2. home --------------------------------------------------------------------------------------------------------

const civilities = [
  ['Mme', 'Madame'],
  ['M.', 'Monsieur'],
] as const

const phoneAttributes = 'type="tel" inputmode="tel"'

const homeLabels: Readonly<Record<string, string>> = {
  'guardian1.civility': 'Votre civilité',
  'guardian1.firstName': 'Votre prénom',
  'guardian1.lastName': 'Votre nom',
  'guardian1.mobilePhone': 'Portable Parent 1',
  'guardian1.workPhone': 'Tél travail parent 1',
  'guardian2.civility': 'Civilité du parent 2',
  'guardian2.firstName': 'Prénom du parent 2',
  'guardian2.lastName': 'Nom du parent 2',
  'guardian2.email': 'Email du parent 2',
  'guardian2.mobilePhone': 'Portable Parent 2',
  'guardian2.workPhone': 'Tél travail parent 2',
  line1: 'Adresse',
  line2: 'Complément d’adresse',
  postcode: 'Code postal',
  town: 'Commune',
  homePhone: 'Tél domicile',
}

export const homeStepPage = (context: PublicContext, walk: Walk, faults: readonly Fault[] = []): string => {
  const form = { typed: walk.typed.home, faults }
  const one = (name: string, more: Omit<Field, 'name' | 'label'> = {}) =>
    input(form, { name, label: homeLabels[name] ?? name, ...more })
  return walkPage(
    context,
    walk,
    2,
    html`<form class="walk-form" method="post" action="/inscription/foyer" novalidate>
<h3>Vous</h3>
${radios(form, { name: 'guardian1.civility', label: 'Votre civilité' }, civilities)}${one('guardian1.firstName', { attributes: 'autocomplete="given-name"' })}${one('guardian1.lastName', { attributes: 'autocomplete="family-name"' })}${one('guardian1.mobilePhone', { hint: 'Par exemple 06 39 98 41 07', attributes: `${phoneAttributes} autocomplete="tel"` })}${one('guardian1.workPhone', { isOptional: true, attributes: phoneAttributes })}
<h3>Votre adresse</h3>
${one('line1', { hint: 'Numéro et rue', attributes: 'autocomplete="address-line1"' })}${one('line2', { isOptional: true, attributes: 'autocomplete="address-line2"' })}${one('postcode', { attributes: 'inputmode="numeric" autocomplete="postal-code"' })}${one('town', { attributes: 'autocomplete="address-level2"' })}${one('homePhone', { isOptional: true, attributes: phoneAttributes })}
<h3>L’autre parent</h3>
<p class="soft">S’il vit avec vous. Laissez vide sinon.</p>
${radios(form, { name: 'guardian2.civility', label: 'Civilité du parent 2' }, [...civilities, [noSecondParent, 'Pas d’autre parent']])}${one('guardian2.firstName', { isOptional: true })}${one('guardian2.lastName', { isOptional: true })}${one('guardian2.mobilePhone', { isOptional: true, attributes: phoneAttributes })}${one('guardian2.workPhone', { isOptional: true, attributes: phoneAttributes })}${one('guardian2.email', { isOptional: true, attributes: 'type="email"' })}
<p class="notice">${lock}<span>Ces informations servent à ouvrir votre dossier à l’Espace Jeunesse. <a href="/mentions-legales">Vos droits</a></span></p>
<button type="submit">Continuer</button>
</form>`,
    errorSummary(faults, homeLabels),
  )
}

// ---- 3. children ----------------------------------------------------------------------------------------------------

const childLabels: Readonly<Record<string, string>> = {
  firstName: 'Prénom',
  lastName: 'Nom',
  birth: 'Date de naissance',
  sex: 'Sexe',
  school: 'École',
  schoolClass: 'Classe',
}

/** @param at the index of the open child; the index after the last opens a new child */
export const childrenStepPage = (
  context: PublicContext,
  walk: Walk,
  { at, faults = [] }: { at: number; faults?: readonly Fault[] },
): string => {
  const { children } = walk.typed
  const { schools } = walk.town
  const form = { typed: children[at] ?? {}, faults }
  const others = children.flatMap((typed, index) => (index === at || isBlank(typed) ? [] : [{ typed, index }]))
  const count = Math.max(children.length, at + 1)
  return walkPage(
    context,
    walk,
    3,
    html`${others.map(({ typed, index }) => childLine(walk, typed, index))}<form class="walk-form" method="post" action="/inscription/enfants" novalidate>
<h3>${others.length === 0 ? 'Votre enfant' : `${capitalised(ordinalChild(at + 1))} enfant`}</h3>
<input type="hidden" name="enfant" value="${String(at + 1)}">
${input(form, { name: 'firstName', label: 'Prénom', attributes: 'autocomplete="off"' })}${input(form, { name: 'lastName', label: 'Nom', attributes: 'autocomplete="off"' })}${input(form, { name: 'birth', label: 'Date de naissance', hint: 'jj/mm/aaaa, par exemple 14/03/2022', attributes: 'inputmode="numeric" autocomplete="off"' })}${radios(
  form,
  { name: 'sex', label: 'Sexe' },
  [
    ['F', sexNames.F],
    ['M', sexNames.M],
  ],
)}${select(form, { name: 'school', label: 'École' }, [['', 'Une autre, ou pas encore à l’école'], ...schools.map((name) => [name, name] as const)])}${select(form, { name: 'schoolClass', label: 'Classe' }, [['', 'Pas encore à l’école'], ...levels.map((level) => [level, levelText(level)] as const)])}
<p class="notice">${lock}<span><b>Santé, allergies, régime\u00a0:</b> pas ici. Vous les direz plus tard, dans la fiche sanitaire, lue seulement par la direction.</span></p>
<button type="submit" name="geste" value="continuer">Continuer</button>
${count < maxChildren ? html`<button class="second" type="submit" name="geste" value="ajouter">${plus} Ajouter un autre enfant</button>` : null}${others.length > 0 ? html`<button class="quiet" type="submit" name="geste" value="retirer">Retirer cet enfant</button>` : null}
<button class="quiet" type="submit" name="geste" value="revenir">Revenir à l’étape 2</button>
</form>`,
    errorSummary(faults, childLabels),
  )
}

const ordinalChild = (rank: number): string =>
  ['premier', 'deuxième', 'troisième', 'quatrième', 'cinquième', 'sixième'][rank - 1] ?? ordinal(rank)

const childLine = ({ town, now }: Walk, typed: TypedFields, index: number): Html => {
  const read = readChild(typed, town.schools, dayAt(now))
  const name = `${typed['firstName'] ?? ''} ${typed['lastName'] ?? ''}`.trim() || 'Sans nom'
  return html`<p class="kid"><span class="face" aria-hidden="true">${name.charAt(0).toUpperCase()}</span><span><b>${name}</b><br><span class="hint">${'value' in read ? childText(read.value, now) : 'à compléter'}</span></span><a href="/inscription/enfants?enfant=${String(index + 1)}">Modifier<span class="vh"> ${name}</span></a></p>
`
}

const childText = ({ birth, sex, school, schoolClass }: SignUpChild, now: Instant): string =>
  [`${bornWord[sex]} le ${longDate(birth)}`, ageText(ageOn(birth, dayAt(now))), school, levelText(schoolClass)]
    .filter((part) => part !== '')
    .join(', ')

// ---- 4. review ------------------------------------------------------------------------------------------------------

export const reviewPage = (
  context: PublicContext,
  walk: Walk,
  { home, children, faults = [] }: { home: SignUpHome; children: readonly SignUpChild[]; faults?: readonly Fault[] },
): string => {
  const { terms } = walk.town
  const fault = faults.find(({ field: name }) => name === 'accepted')
  return walkPage(
    context,
    walk,
    4,
    html`<div class="walk-form">
<h3>Votre demande</h3>
<dl>
<dt>Votre identifiant</dt><dd>${walk.email}</dd>
${home.guardians.map(
  (one, at) =>
    html`<dt>Parent ${String(at + 1)}</dt><dd>${`${one.civility} ${one.firstName} ${one.lastName}`.trim()}${[one.mobilePhone, one.workPhone, at === 0 ? '' : one.email].filter((text) => text !== '').map((text) => html`<br>${withUnbrokenNumbers(text)}`)}</dd>`,
)}
<dt>Adresse</dt><dd>${home.address.line1}${home.address.line2 === '' ? null : html`<br>${home.address.line2}`}<br>${home.address.postcode} ${home.address.town}</dd>
${home.homePhone === '' ? null : html`<dt>Tél domicile</dt><dd>${withUnbrokenNumbers(home.homePhone)}</dd>`}
${children.map((one, at) => html`<dt>Enfant ${String(at + 1)}</dt><dd>${one.firstName} ${one.lastName}<br>${childText(one, walk.now)}</dd>`)}
</dl>
<p><a href="/inscription/foyer">Modifier le foyer</a> · <a href="/inscription/enfants">Modifier les enfants</a></p>
<h3 id="reglement">Le règlement, version ${terms.version}</h3>
<div class="terms" role="region" aria-labelledby="reglement" tabindex="0">${paragraphs(terms.text)}</div>
<form method="post" action="/inscription/relire">
<input type="hidden" name="version" value="${terms.version}">
<div class="${fault ? 'field faulty' : 'field'}">${fault ? faultText('accepted', fault.sentence) : null}<label class="choice"><input type="checkbox" id="accepted" name="accepted" value="oui"${attribute(fault ? 'aria-invalid="true" aria-describedby="accepted-erreur"' : '')}><span>J’ai lu le règlement et je l’accepte</span></label></div>
<button type="submit">Enregistrer la demande</button>
</form>
</div>`,
    errorSummary(faults, { accepted: 'Le règlement' }),
  )
}

export const signUpSentPage = (
  context: PublicContext,
  { email, recordedAt, due, isAnswered }: { email: string; recordedAt: Instant; due: string; isAnswered: boolean },
): string =>
  publicPageHtml(
    context,
    'Demande enregistrée',
    isAnswered
      ? html`<h1>L’Espace Jeunesse a répondu</h1>
<p class="card">Regardez vos mails, à l’adresse ${email}.</p>
<p><a href="/">Aller à la connexion</a></p>`
      : html`<h1>Votre demande est enregistrée</h1>
<div class="card"><p><b>Enregistrée le ${instantText(recordedAt)}.</b></p>
<p>Elle part à la mairie cette nuit. La réponse arrive par mail à ${email}, au plus tard le ${due}\u00a0: un compte, ou un refus avec sa raison.</p>
<p>Un mail vient aussi de partir pour vous le redire.</p></div>
<form method="post" action="/inscription/autre"><button class="second" type="submit">Faire une autre demande</button></form>
<p><a href="/">Retour à l’accueil</a></p>`,
  )

/** « vendredi 27 novembre 2026 » */
export const dueText = longDay
