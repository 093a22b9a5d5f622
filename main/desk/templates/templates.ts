import type {
  TemplateKindShown,
  TemplateRead,
  TemplateRow,
  TemplateVersionRow,
} from '../../../shared/contract/desk/messages/templates.ts'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import { whyNotDiscreet } from '../../../shared/rules/messages/discretion.ts'
import { whyNotFilled } from '../../../shared/rules/messages/fields.ts'
import { sameLabel } from '../../../shared/rules/people/names.ts'
import {
  deliveredContent,
  deliveredName,
  type TemplateContent,
} from '../../../shared/rules/templates/delivered-templates.ts'
import { messageTextOf } from '../../../shared/rules/templates/document-text.ts'
import { inlinesOf, type TemplateDocument } from '../../../shared/rules/templates/template-document.ts'
import {
  fieldsOffered,
  templateBlocks,
  whyNotForRoles,
  whyNotTemplate,
} from '../../../shared/rules/templates/template-fields.ts'
import {
  type DeliveredKey,
  deliveredKeys,
  isDeliveredKey,
  kindOfDelivered,
  kindRules,
  type LetterKind,
  type TemplateKind,
  templateKinds,
} from '../../../shared/rules/templates/template-kinds.ts'
import type { Write } from '../../store/acts/acts.ts'
import { template, templateVersion } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { customFields } from '../fields/fields.ts'
import { documentOfVersion, type SavedTemplate, savedTemplates, versionsOf } from './templates-store.ts'

/*
 * « Modèles »: the texts of letters, reminders, attestations and messages. The software delivers a template for each
 * use; a delivered template has no row in the file until the town saves a version of its own.
 */

/** A template with the content of its last version, or the delivered content if the town saved none. */
export type Template = TemplateContent & {
  readonly key: string
  readonly kind: TemplateKind
  readonly name: string
  readonly archived: boolean
  readonly saved: SavedTemplate | null
}

const asDelivered = (key: DeliveredKey): Template => ({
  key,
  kind: kindOfDelivered(key),
  name: deliveredName(key),
  archived: false,
  saved: null,
  ...deliveredContent(key),
})

const asSaved = (saved: SavedTemplate): Template => {
  const { id, delivered, kind, name, archived, subject, document } = saved
  return { key: delivered ?? String(id), kind, name, archived, saved, subject, document }
}

const byPlace = (one: Template, other: Template): number =>
  Number(one.archived) - Number(other.archived) ||
  templateKinds.indexOf(one.kind) - templateKinds.indexOf(other.kind) ||
  Number(isDeliveredKey(other.key)) - Number(isDeliveredKey(one.key)) ||
  one.name.localeCompare(other.name, 'fr')

const allTemplates = (store: Store): Template[] => {
  const saved = savedTemplates(store).map(asSaved)
  const missing = deliveredKeys.filter((key) => !saved.some((one) => one.key === key))
  return [...missing.map(asDelivered), ...saved].toSorted(byPlace)
}

/** Every template of these kinds that is not archived. */
export const templatesOf = (store: Store, kinds: readonly TemplateKind[]): Template[] =>
  allTemplates(store).filter(({ kind, archived }) => kinds.includes(kind) && !archived)

/** @throws Refused when no template has this key */
export const requireTemplate = (store: Store, key: string): Template => {
  const found = allTemplates(store).find((one) => one.key === key)
  if (!found) throw new Refused('Ce modèle n’existe plus.')
  return found
}

/** What must be corrected before the template may be used, as a sentence; null when it may be used as it is. */
export const problemOf = (
  { store, clock }: Core,
  { kind, document }: Pick<Template, 'kind' | 'document'>,
): string | null => whyNotTemplate(document, kind, customFields(store), today(clock))

/** The template to make a paper from. @throws Refused when it is archived or must be corrected first */
export const usableTemplate = (store: Store, key: string, on: Day): Template => {
  const found = requireTemplate(store, key)
  const { kind, name, document, archived } = found
  if (archived) throw new Refused(`Le modèle «\u00a0${name}\u00a0» est retiré\u00a0: choisissez-en un autre.`)
  const why = whyNotTemplate(document, kind, customFields(store), on)
  if (why !== null) throw new Refused(`Modèle «\u00a0${name}\u00a0»\u00a0: ${why} Rien n’est parti.`)
  return found
}

/**
 * Why a person may not read a letter: it was made of a version, or of the words that the software delivers for its
 * kind, which tell what their roles do not read. Null when they may.
 */
export const whyNotReadMade = (
  store: Store,
  { roles }: Person,
  { kind, templateVersionId }: { readonly kind: LetterKind; readonly templateVersionId: number | null },
): string | null => {
  const document =
    templateVersionId === null ? deliveredContent(kind).document : documentOfVersion(store, templateVersionId)
  return whyNotForRoles(document, customFields(store), roles)
}

// ---- Reading --------------------------------------------------------------------------------------------------------

export const listKinds = ({ store, clock }: Core): TemplateKindShown[] => {
  const custom = customFields(store)
  const on = today(clock)
  return templateKinds.map((kind) => {
    const { name, use, mayAdd, blocks, neededBlock } = kindRules[kind]
    return {
      kind,
      name,
      use,
      mayAdd,
      neededBlock,
      fields: fieldsOffered(kind, custom, on).map(({ id, label, group, example }) => ({ id, label, group, example })),
      blocks: templateBlocks.filter(({ id }) => blocks.includes(id)).map(({ id, label }) => ({ id, label })),
    }
  })
}

const rowOf = (core: Core, one: Template): TemplateRow => {
  const { key, kind, name, archived, saved } = one
  return {
    key,
    kind,
    name,
    isDelivered: isDeliveredKey(key),
    archived,
    version: saved?.version ?? 0,
    savedIn: saved?.actId ?? null,
    by: saved?.by ?? null,
    savedAt: saved?.savedAt ?? null,
    problem: problemOf(core, one),
  }
}

export const listTemplates = (core: Core): TemplateRow[] => allTemplates(core.store).map((one) => rowOf(core, one))

export const readTemplate = (core: Core, { key }: { readonly key: string }): TemplateRead => {
  const found = requireTemplate(core.store, key)
  const { subject, document } = found
  return { ...rowOf(core, found), subject, document, delivered: isDeliveredKey(key) ? deliveredContent(key) : null }
}

export const listVersions = ({ store }: Core, { key }: { readonly key: string }): TemplateVersionRow[] => {
  const { saved } = requireTemplate(store, key)
  return saved === null
    ? []
    : versionsOf(store, saved.id).map(({ version, by, savedAt, subject, document }) => ({
        version,
        by,
        savedAt,
        subject,
        document,
      }))
}

/** For « Écrire »: the texts of the message templates, with each field written in braces. */
export const listMessages = (core: Core) =>
  templatesOf(core.store, ['message'])
    .filter((one) => problemOf(core, one) === null)
    .map(({ key, name, subject, document }) => ({ key, name, subject, text: messageTextOf(document) }))

// ---- Writing --------------------------------------------------------------------------------------------------------

type Content = { readonly subject: string; readonly document: TemplateDocument }

/** @throws Refused for words or fields that a template of this kind may not have */
const refuseContent = (core: Core, kind: TemplateKind, { subject, document }: Content): void => {
  const why = problemOf(core, { kind, document })
  if (why !== null) throw new Refused(why, 'document')
  if (kind !== 'message') {
    if (/[{}]/.test(subject)) throw new Refused('L’objet n’a pas de champ\u00a0: écrivez-le sans accolades.', 'subject')
    return
  }
  if (inlinesOf(document).some((one) => one.type === 'field' && (one.attrs.empty ?? null) !== null))
    throw new Refused(
      'Dans un message, un champ n’a pas de mots pour quand il est vide\u00a0: retirez-les.',
      'document',
    )
  const text = messageTextOf(document)
  if (text === '') throw new Refused('Écrivez le texte du modèle.', 'document')
  const unknown = whyNotFilled(subject) ?? whyNotFilled(text)
  if (unknown !== null) throw new Refused(unknown, 'document')
  const told = { subject, text, hasSms: false, isOwed: false, surnames: [], ownNames: [], files: [] }
  const indiscreet = whyNotDiscreet(told)
  if (indiscreet !== null) throw new Refused(`${indiscreet} Rien n’a été enregistré.`, 'document')
}

const refuseName = (store: Store, kind: TemplateKind, name: string, exceptKey?: string): void => {
  if (allTemplates(store).some((one) => one.kind === kind && one.key !== exceptKey && sameLabel(one.name, name)))
    throw new Refused(`Un modèle s’appelle déjà «\u00a0${name}\u00a0».`, 'name')
}

/** The id of the template's row. A delivered template gets its row the first time the town changes it. */
const ownRow = (write: Write, { key, kind, name, saved }: Template): number =>
  saved?.id ?? write.insert(template, { kind, delivered: key, name, archived: false }).id

const isSame = (one: Content, other: Content): boolean =>
  one.subject === other.subject && JSON.stringify(one.document) === JSON.stringify(other.document)

type SaveInput = Content & { readonly key: string; readonly name: string; readonly savedIn: number | null }

/**
 * @throws Refused when somebody else saved the template since it was opened, and for content that this kind may not
 * have
 */
export const saveTemplate = (core: Core, person: Person, { key, name, savedIn, ...content }: SaveInput) => {
  const { store } = core
  return store.act(person, 'templates.save', `Modèle enregistré\u00a0: ${name}`, (write) => {
    const found = requireTemplate(store, key)
    const version = found.saved?.version ?? 0
    if ((found.saved?.actId ?? null) !== savedIn)
      throw new Refused(
        `Ce modèle a été changé par ${found.saved?.by ?? 'un autre poste'} depuis que vous l’avez ouvert\u00a0: relisez-le. Rien n’a été enregistré.`,
        'savedIn',
      )
    refuseContent(core, found.kind, content)
    refuseName(store, found.kind, name, key)
    const templateId = ownRow(write, found)
    if (name !== found.name) write.update(template, templateId, { name })
    if (found.saved && isSame(found, content)) return { version, savedIn }
    write.insert(templateVersion, { templateId, version: version + 1, ...content })
    return { version: version + 1, savedIn: write.actId }
  })
}

type AddInput = Content & { readonly kind: TemplateKind; readonly name: string }

export const addTemplate = (core: Core, person: Person, { kind, name, ...content }: AddInput) => {
  const { store } = core
  return store.act(person, 'templates.save', `Modèle ajouté\u00a0: ${name}`, (write) => {
    if (!kindRules[kind].mayAdd)
      throw new Refused(`Un modèle «\u00a0${kindRules[kind].name}\u00a0» se change, il ne s’ajoute pas.`, 'kind')
    refuseContent(core, kind, content)
    refuseName(store, kind, name)
    const { id } = write.insert(template, { kind, delivered: null, name, archived: false })
    write.insert(templateVersion, { templateId: id, version: 1, ...content })
    return { key: String(id) }
  })
}

/** @throws Refused for a template that the service cannot do without */
export const archiveTemplate = (
  { store }: Core,
  person: Person,
  { key, archived }: { readonly key: string; readonly archived: boolean },
): void => {
  const label = archived ? 'Modèle retiré' : 'Modèle remis'
  store.act(person, 'templates.save', `${label}\u00a0: ${requireTemplate(store, key).name}`, (write) => {
    const { kind, saved } = requireTemplate(store, key)
    if (saved === null || isDeliveredKey(key))
      throw new Refused(
        `Un modèle livré ne se retire pas\u00a0: changez ses mots${kindRules[kind].mayAdd ? ', ou faites-en un autre' : ''}.`,
      )
    write.update(template, saved.id, { archived })
  })
}
