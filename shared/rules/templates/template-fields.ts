import { may, type Right, type Role, roleNames, roleNeeded } from '../access/roles.ts'
import { type Day, isDay, isTimeOfDay } from '../calendar/day.ts'
import { messageFields } from '../messages/fields.ts'
import {
  type CustomField,
  type CustomSubject,
  customIdNamed,
  customName,
  isWithdrawn,
  seesField,
} from '../people/custom-field.ts'
import { childFields, guardianFields, homeFields, type RecordFields, schoolingFields } from '../people/fields.ts'
import { listed, longDate, longDay, timeText } from '../text/french.ts'
import { multiLineText, singleLineText } from '../text/typed.ts'
import { blocksIn, bracesIn, fieldsIn, saysNothing, type TemplateDocument, whyTooLarge } from './template-document.ts'
import { type FieldGroup, kindRules, type TemplateKind } from './template-kinds.ts'

/*
 * The registry of fields: each is declared once, with its French name and its value's meaning. Fields of homes,
 * guardians and children are those of `people/fields.ts` that parents see; custom fields are added by the desk.
 */

/** How staff type a field: a day is `YYYY-MM-DD` and a time `HH:MM` until they are put into words. */
export const typedInputs = ['line', 'lines', 'day', 'time'] as const
export type TypedInput = (typeof typedInputs)[number]

export type TemplateField = {
  /** « child.firstName », « home.custom12 » */
  readonly id: string
  readonly label: string
  readonly group: FieldGroup
  /** What the preview without a family shows. */
  readonly example: string
  /** Its value is about money. It is printed on paper only, since other people may read a mailbox. */
  readonly isOnPaperOnly?: true | undefined
  /** How staff type it; absent: on one line. */
  readonly input?: Exclude<TypedInput, 'line'> | undefined
  /** The right that staff need to read its value, and so to write a letter that uses it. */
  readonly right?: Right | undefined
  /** The kinds of templates that fill it; absent for all kinds that offer its group. */
  readonly kinds?: readonly TemplateKind[] | undefined
  /** For a custom field, its declaration. */
  readonly custom?: CustomField | undefined
}

const declared = (group: 'home' | 'guardian' | 'child', fields: RecordFields): TemplateField[] =>
  Object.entries(fields).flatMap(([name, { label, parentsLabel = label, parents, kind }]) =>
    parents === 'none'
      ? []
      : [
          {
            id: `${group}.${name}`,
            label: parentsLabel,
            group,
            example: `[${parentsLabel}]`,
            ...(kind === 'income' && { isOnPaperOnly: true as const }),
          },
        ],
  )

const of =
  (group: FieldGroup) =>
  (name: string, label: string, example: string): TemplateField => ({ id: `${group}.${name}`, label, group, example })

const service = of('service')
const recipient = of('recipient')
const home = of('home')
const child = of('child')
const registration = of('registration')
const typed = of('typed')
const message = of('message')
const reminder = of('reminder')
/** Only for the letter of a reminder, not for the mail that brings it. */
const onLetter: Pick<TemplateField, 'kinds'> = { kinds: ['reminder'] }
const proof = (name: string, label: string, example: string, ...kinds: TemplateKind[]): TemplateField => ({
  ...of('proof')(name, label, example),
  kinds,
})

const builtIn: readonly TemplateField[] = [
  service('name', 'Nom du service', 'Espace Jeunesse'),
  service('authority', 'Nom de la collectivité', 'Ville de Blainville-sur-Orne'),
  service('address', 'Adresse du service', '3 place de la Mairie, 14550 Blainville-sur-Orne'),
  service('town', 'Commune du service', 'Blainville-sur-Orne'),
  service('phone', 'Téléphone du service', '02 61 91 12 34'),
  service('email', 'Adresse mail du service', 'jeunesse@exemple.fr'),
  service('portal', 'Adresse du portail', 'portail.exemple.fr'),
  service('author', 'Nom de qui écrit', 'Anne Petit'),
  service('today', 'Date du jour', '25 novembre 2026'),
  recipient('greeting', 'Madame, Monsieur ou Bonjour', 'Madame'),
  recipient('name', 'Nom du destinataire', 'Mme Camille Marchand'),
  recipient('familyNumber', 'Numéro de dossier', 'F-00418'),
  home('children', 'Prénoms des enfants', 'Léa et Tom'),
  home('address', 'Adresse de la famille', '12 rue des Lilas, 14550 Blainville-sur-Orne'),
  ...declared('home', homeFields),
  ...declared('guardian', guardianFields),
  child('fullName', 'Prénom et nom de l’enfant', 'Léa Marchand'),
  ...declared('child', childFields),
  child('age', 'Âge', '8 ans'),
  ...declared('child', schoolingFields),
  registration('period', 'Activité et période', 'Accueil de loisirs du mercredi, 2026/2027'),
  registration('from', 'Premier jour', '1ᵉʳ septembre 2026'),
  registration('until', 'Dernier jour', '2 juillet 2027'),
  registration('week', 'Semaine type', 'le mercredi matin'),
  { ...typed('text', 'Texte', 'Voici ce que nous avons à vous dire.'), input: 'lines' },
  { ...typed('day', 'Jour du rendez-vous', 'mardi 8 décembre 2026'), input: 'day' },
  { ...typed('time', 'Heure du rendez-vous', '17 h 30'), input: 'time' },
  typed('place', 'Lieu du rendez-vous', 'l’accueil de la mairie'),
  typed('subject', 'Ce dont il s’agit', 'l’accueil du mercredi'),
  typed('reason', 'Motif', 'toutes les places sont prises'),
  ...messageFields.map((name) => message(name, name.charAt(0).toUpperCase() + name.slice(1), `{${name}}`)),
  // Other people may read a mailbox: the mail of a reminder contains no amount and nothing about the children.
  { ...reminder('introduction', 'Ce qui n’est pas payé', 'Une facture n’est pas entièrement payée.'), ...onLetter },
  { ...reminder('amount', 'Somme à payer', '87,10\u00a0€'), ...onLetter },
  reminder('payBefore', 'À payer avant le', 'lun. 7 déc. 2026'),
  reminder('callBefore', 'Appelez-nous avant le…', 'Appelez-nous avant le lun. 7 déc. 2026 au 02 61 91 12 34'),
  reminder('level', 'Nom du niveau', 'Lettre'),
  { ...reminder('consequence', 'Suite écrite au niveau', 'Un dernier avis suivra.'), ...onLetter },
  {
    ...reminder('keepsPlace', 'Les enfants gardent leur place', 'Léa garde sa place à la cantine, dans tous les cas.'),
    ...onLetter,
  },
  { ...reminder('children', 'Prénoms des enfants', 'Léa'), ...onLetter },
  { ...reminder('previousOn', 'Jour de la relance d’avant', 'mer. 21 oct. 2026'), ...onLetter },
  reminder('regisseur', 'Nom du régisseur', 'Anne Petit'),
  { ...reminder('number', 'Numéro de la relance', 'R2026-000012'), kinds: ['recoveryMail'] },
  proof('child', 'Prénom et nom de l’enfant', 'Léa Marchand', 'presence', 'registered'),
  proof('born', 'Né le…, née le…', 'née le 4 mars 2018', 'presence', 'registered'),
  proof('present', 'Présent, présente', 'présente', 'presence'),
  proof('registered', 'Inscrit, inscrite', 'inscrite', 'registered'),
  proof('where', 'À l’activité…', 'à l’activité Mercredis 2026/2027', 'presence'),
  proof('from', 'Premier jour', '1ᵉʳ septembre 2026', 'presence', 'paid'),
  proof('until', 'Dernier jour', '30 novembre 2026', 'presence', 'paid'),
  proof('payer', 'Nom du payeur', 'Mme Camille Marchand', 'paid', 'quote'),
  proof('amount', 'Somme en tout', '87,10\u00a0€', 'paid', 'quote'),
  proof('days', 'Jours réservés ou prévus', 'les jours réservés', 'quote'),
  proof('months', 'Mois du devis', 'décembre 2026 à janvier 2027', 'quote'),
]

export type TemplateBlock = {
  readonly id: string
  readonly label: string
  /** The list is about money, or may reveal something about health: it is printed on paper only. */
  readonly isOnPaperOnly?: true | undefined
  readonly right?: Right | undefined
}

/** The lists made by the desk that a template may use as blocks. */
export const templateBlocks: readonly TemplateBlock[] = [
  { id: 'children', label: 'Les enfants de la famille' },
  { id: 'registrations', label: 'Les inscriptions' },
  { id: 'missingPapers', label: 'Les pièces qui manquent au dossier', isOnPaperOnly: true, right: 'dossiers' },
  { id: 'owed', label: 'Les factures à payer', isOnPaperOnly: true, right: 'invoices.read' },
  { id: 'debts', label: 'Ce qui est dû, facture par facture', isOnPaperOnly: true },
  { id: 'proof', label: 'Ce qui est attesté, ligne par ligne' },
]

const groupOfSubject: Readonly<Record<CustomSubject, FieldGroup>> = {
  family: 'home',
  guardian: 'guardian',
  child: 'child',
  registration: 'registration',
}

/** Every field: built-in fields and custom fields, including withdrawn ones. */
export const allFields = (custom: readonly CustomField[]): readonly TemplateField[] => [
  ...builtIn,
  ...custom.map((field): TemplateField => {
    const group = groupOfSubject[field.subject]
    return {
      id: `${group}.${customName(field)}`,
      label: field.label,
      group,
      example: `[${field.label}]`,
      // Parents do not see custom fields elsewhere, and other people may read a mailbox.
      isOnPaperOnly: true,
      custom: field,
    }
  }),
]

const isOfferedBy = (kind: TemplateKind, { group, kinds }: TemplateField): boolean =>
  kindRules[kind].groups.includes(group) && (kinds === undefined || kinds.includes(kind))

/** The fields that templates of this kind may use today. */
export const fieldsOffered = (kind: TemplateKind, custom: readonly CustomField[], on: Day): readonly TemplateField[] =>
  allFields(custom).filter((field) => isOfferedBy(kind, field) && !(field.custom && isWithdrawn(field.custom, on)))

const quoted = (label: string): string => `«\u00a0${label}\u00a0»`

/** The fields that staff fill in when they write the letter. */
export const typedFieldsIn = (document: TemplateDocument): readonly TemplateField[] => {
  const used = fieldsIn(document)
  return builtIn.filter(({ id, group }) => group === 'typed' && used.includes(id))
}

/** What staff typed for a field, in the words of the letter; or why it is not valid. Nothing typed stays empty. */
export const typedWords = (id: string, text: string): { readonly words: string } | { readonly why: string } => {
  const field = builtIn.find((one) => one.id === id)
  if (field?.input === 'lines') return { words: multiLineText(text).trim() }
  const words = singleLineText(text).trim()
  if (words === '' || (field?.input !== 'day' && field?.input !== 'time')) return { words }
  if (field.input === 'day')
    return isDay(words) ? { words: longDay(words) } : { why: `${field.label}\u00a0: cette date n’existe pas.` }
  return isTimeOfDay(words)
    ? { words: timeText(words) }
    : { why: `${field.label}\u00a0: cette heure n’existe pas. Exemple\u00a0: 08:30.` }
}

export const labelOfField = (id: string, custom: readonly CustomField[]): string =>
  allFields(custom).find((field) => field.id === id)?.label ??
  (customIdNamed(id.slice(id.indexOf('.') + 1)) === null ? id : 'champ supprimé')

/** « le champ « Motif » est vide », « les champs « Motif » et « Classe » sont vides » */
export const missingText = (labels: readonly string[]): string =>
  labels.length === 1
    ? `le champ ${quoted(labels[0] ?? '')} est vide`
    : `les champs ${listed(labels.map(quoted))} sont vides`

/**
 * Why a document cannot be a template of this kind; null when it can. A custom field withdrawn since is named: the
 * template must be corrected before it is used again.
 */
export const whyNotTemplate = (
  document: TemplateDocument,
  kind: TemplateKind,
  custom: readonly CustomField[],
  on: Day,
): string | null => {
  const large = whyTooLarge(document)
  if (large !== null) return large
  if (saysNothing(document)) return 'Écrivez le texte du modèle.'
  // A message, which becomes plain text, has its fields in braces: `whyNotFilled` reads them.
  const typedField = kind === 'message' ? null : bracesIn(document)
  if (typedField !== null)
    return `${quoted(typedField)} s’imprimerait tel quel\u00a0: ajoutez le champ avec @, ou écrivez sans accolades.`
  const known = new Map(allFields(custom).map((field) => [field.id, field]))
  const { blocks, neededBlock, name } = kindRules[kind]
  for (const id of fieldsIn(document)) {
    const field = known.get(id)
    if (!field) {
      const block = templateBlocks.find((one) => one.id === id)
      return block
        ? `${quoted(block.label)} est une liste\u00a0: elle se met entre deux paragraphes, pas dans une phrase.`
        : customIdNamed(id.slice(id.indexOf('.') + 1)) === null
          ? `Le champ ${quoted(id)} n’existe pas\u00a0: remplacez-le.`
          : 'Ce modèle a un champ de la commune supprimé depuis\u00a0: retirez-le du texte.'
    }
    if (field.custom && isWithdrawn(field.custom, on) && field.custom.withdrawnFrom !== null)
      return `Le champ ${quoted(field.label)} est retiré depuis le ${longDate(field.custom.withdrawnFrom)}\u00a0: remplacez-le dans le modèle.`
    if (!isOfferedBy(kind, field))
      return `Le champ ${quoted(field.label)} n’est pas offert par un modèle ${quoted(name)}\u00a0: retirez-le.`
  }
  for (const id of blocksIn(document)) {
    const block = templateBlocks.find((one) => one.id === id)
    if (!block)
      return known.has(id)
        ? `Le champ ${quoted(labelOfField(id, custom))} n’est pas une liste\u00a0: mettez-le dans une phrase.`
        : `La liste ${quoted(id)} n’existe pas\u00a0: retirez-la.`
    if (!blocks.includes(id))
      return `La liste ${quoted(block.label)} n’est pas offerte par un modèle ${quoted(name)}\u00a0: retirez-la.`
    if (blocksIn(document).filter((one) => one === id).length > 1)
      return `La liste ${quoted(block.label)} est deux fois dans ce modèle\u00a0: gardez-en une.`
  }
  if (neededBlock !== null && !blocksIn(document).includes(neededBlock)) {
    const label = templateBlocks.find(({ id }) => id === neededBlock)?.label ?? neededBlock
    return `Il manque la liste ${quoted(label)}\u00a0: sans elle, ce papier ne dit rien.`
  }
  return null
}

/** Why a person may not use a template: it uses fields that their roles may not read. Null when they may. */
export const whyNotForRoles = (
  document: TemplateDocument,
  custom: readonly CustomField[],
  roles: readonly Role[],
): string | null => {
  const used = new Set([...fieldsIn(document), ...blocksIn(document)])
  for (const { id, label, right } of [...allFields(custom), ...templateBlocks])
    if (used.has(id) && right !== undefined && !may(roles, right))
      return `Ce modèle dit ${quoted(label)}. ${roleNeeded(right)}`
  const hidden = allFields(custom).find(({ id, custom: own }) => used.has(id) && own && !seesField(roles, own))
  return hidden?.custom
    ? `Ce modèle dit ${quoted(hidden.label)}, que voit seulement\u00a0: ${listed(hidden.custom.seenBy.map((role) => roleNames[role]))}.`
    : null
}

/** Why a letter cannot leave by mail, since other people may read a mailbox; null when it can. */
export const whyOnPaperOnly = (document: TemplateDocument, custom: readonly CustomField[]): string | null => {
  const used = new Set([...fieldsIn(document), ...blocksIn(document)])
  const told = [...allFields(custom), ...templateBlocks].find(
    ({ id, isOnPaperOnly }) => isOnPaperOnly === true && used.has(id),
  )
  return told
    ? `${quoted(told.label)} ne va pas dans un mail, que d’autres peuvent lire\u00a0: imprimez cette lettre.`
    : null
}
