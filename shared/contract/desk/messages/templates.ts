import * as z from 'zod'
import type { Instant } from '../../../rules/calendar/day.ts'
import { alignments, type TemplateDocument, textMarks } from '../../../rules/templates/template-document.ts'
import { fieldGroups, templateKinds } from '../../../rules/templates/template-kinds.ts'
import { withoutBidiControls } from '../../../rules/text/typed.ts'
import { Id, procedure, RequiredLine } from '../../procedure.ts'

const at = z.custom<Instant>((value) => typeof value === 'string')

// ---- The document, as its editor writes it: nothing else is let in ---------------------------------------------------

const notADocument = 'Ce modèle a un contenu que l’Espace Jeunesse ne connaît pas\u00a0: rien n’a été enregistré.'
const shape = <Fields extends z.ZodRawShape>(fields: Fields) => z.strictObject(fields, notADocument)
/** Removes characters that neither paper nor a mail can show; line breaks become spaces. */
const carriedText = (text: string): string =>
  withoutBidiControls(text)
    .replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ')
    .toWellFormed()
const Text = z.string(notADocument).overwrite(carriedText).max(4000, 'Un paragraphe de ce modèle est trop long.')
const FieldName = z.string(notADocument).min(1, notADocument).max(60, notADocument)

const Marks = z
  .array(shape({ type: z.enum(textMarks, notADocument) }), notADocument)
  .max(textMarks.length, notADocument)
  .readonly()
  .optional()

const Inline = z.discriminatedUnion(
  'type',
  [
    shape({ type: z.literal('text', notADocument), text: Text.min(1, notADocument), marks: Marks }),
    shape({ type: z.literal('hardBreak', notADocument) }),
    shape({
      type: z.literal('field', notADocument),
      attrs: shape({
        field: FieldName,
        empty: Text.max(200, 'Les mots d’un champ vide\u00a0: 200 signes au plus.').nullish(),
      }),
      marks: Marks,
    }),
  ],
  notADocument,
)
const Inlines = z
  .array(Inline, notADocument)
  .max(300, 'Un paragraphe de ce modèle est trop long\u00a0: coupez-le.')
  .readonly()
  .optional()
const textAlign = z.enum(alignments, notADocument).nullish()

const Paragraph = shape({
  type: z.literal('paragraph', notADocument),
  attrs: shape({ textAlign }).optional(),
  content: Inlines,
})
const Items = z
  .array(
    shape({
      type: z.literal('listItem', notADocument),
      content: z.array(Paragraph, notADocument).min(1, notADocument).max(20, notADocument).readonly(),
    }),
    notADocument,
  )
  .min(1, notADocument)
  .max(100, 'Une liste de ce modèle est trop longue\u00a0: 100 lignes au plus.')
  .readonly()

const Block = z.discriminatedUnion(
  'type',
  [
    Paragraph,
    shape({
      type: z.literal('heading', notADocument),
      attrs: shape({ level: z.union([z.literal(2), z.literal(3)], notADocument), textAlign }),
      content: Inlines,
    }),
    shape({ type: z.literal('bulletList', notADocument), content: Items }),
    shape({ type: z.literal('orderedList', notADocument), content: Items }),
    shape({ type: z.literal('fieldBlock', notADocument), attrs: shape({ field: FieldName }) }),
  ],
  notADocument,
)

export const TemplateDocumentInput = shape({
  type: z.literal('doc', notADocument),
  content: z
    .array(Block, notADocument)
    .min(1, 'Écrivez le texte du modèle.')
    .max(200, 'Ce modèle est trop long\u00a0: 200 paragraphes au plus.')
    .readonly(),
})
const DocumentOut = z.custom<TemplateDocument>((value) => typeof value === 'object')

// ---- Calls -----------------------------------------------------------------------------------------------------------

const Kind = z.enum(templateKinds)
/** The key of a delivered template (« reminder2 »), or the id of a template of the town, as text. */
const Key = z.string().min(1).max(20)

const FieldShown = z.object({
  id: z.string(),
  label: z.string(),
  group: z.enum(fieldGroups),
  /** The value in a preview without a family. */
  example: z.string(),
})
export type TemplateFieldShown = z.infer<typeof FieldShown>

const TemplateKindShown = z.object({
  kind: Kind,
  name: z.string(),
  /** A sentence that says where the kind is used. */
  use: z.string(),
  /** Whether the town may add templates of this kind. */
  mayAdd: z.boolean(),
  /** In the order of their groups. */
  fields: z.array(FieldShown),
  /** Lists, each a block of the document. */
  blocks: z.array(z.object({ id: z.string(), label: z.string() })),
  /** The list (`fieldBlock`) that each template of this kind must contain, such as the debts in a reminder. */
  neededBlock: z.string().nullable(),
})
export type TemplateKindShown = z.infer<typeof TemplateKindShown>

const TemplateRow = z.object({
  key: Key,
  kind: Kind,
  name: z.string(),
  /** A template delivered with the program: it cannot be removed, and may be reset. */
  isDelivered: z.boolean(),
  archived: z.boolean(),
  /** 0: the text delivered with the program. */
  version: z.int(),
  /** The act that saved this version; null for the delivered text. */
  savedIn: Id.nullable(),
  by: z.string().nullable(),
  savedAt: at.nullable(),
  /** Why the template cannot be used before it is corrected, with the name of the field; null when it can be. */
  problem: z.string().nullable(),
})
export type TemplateRow = z.infer<typeof TemplateRow>

const TemplateRead = TemplateRow.extend({
  subject: z.string(),
  document: DocumentOut,
  /** The text delivered with the program, to compare with or to reset to; null for a template of the town. */
  delivered: z.object({ subject: z.string(), document: DocumentOut }).nullable(),
})
export type TemplateRead = z.infer<typeof TemplateRead>

const TemplateVersionRow = z.object({
  version: z.int(),
  by: z.string(),
  savedAt: at,
  subject: z.string(),
  document: DocumentOut,
})
export type TemplateVersionRow = z.infer<typeof TemplateVersionRow>

const Subject = RequiredLine.max(120, 'Un objet de 120 caractères au plus.')

/** « Modèles » */
export const templates = {
  /** What the editor offers for each kind, including the custom fields. */
  kinds: procedure('templates').output(z.array(TemplateKindShown)),
  /** By kind, the delivered one first, then by name; archived ones last. */
  list: procedure('templates').output(z.array(TemplateRow)),
  read: procedure('templates')
    .input(z.object({ key: Key }))
    .output(TemplateRead),
  /** Earlier versions, newest first. */
  versions: procedure('templates')
    .input(z.object({ key: Key }))
    .output(z.array(TemplateVersionRow)),
  /** Saves a new version, unless the text is unchanged. */
  save: procedure('templates')
    .input(
      z.object({
        key: Key,
        name: RequiredLine.max(80, 'Un nom de 80 caractères au plus.'),
        subject: Subject,
        document: TemplateDocumentInput,
        /**
         * The act of the version that the editor opened: if another version was saved since, the call is refused
         * instead of overwriting it.
         */
        savedIn: Id.nullable(),
      }),
    )
    .output(z.object({ version: z.int(), savedIn: Id.nullable() })),
  add: procedure('templates')
    .input(
      z.object({
        kind: Kind,
        name: RequiredLine.max(80, 'Un nom de 80 caractères au plus.'),
        subject: Subject,
        document: TemplateDocumentInput,
      }),
    )
    .output(z.object({ key: Key })),
  /** Archives a template, or takes it out of the archive. */
  archive: procedure('templates')
    .input(z.object({ key: Key, archived: z.boolean() }))
    .output(z.void()),
  /** For « Écrire »: the templates of messages, with their fields in braces. */
  messages: procedure('sendings').output(
    z.array(z.object({ key: Key, name: z.string(), subject: z.string(), text: z.string() })),
  ),
}
