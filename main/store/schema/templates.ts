import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { LetterFacts } from '../../../shared/rules/templates/letter.ts'
import type { TemplateDocument } from '../../../shared/rules/templates/template-document.ts'
import { letterKinds, templateKinds } from '../../../shared/rules/templates/template-kinds.ts'
import { child, family, guardian } from './families.ts'
import { act } from './record.ts'

/** A template that the town wrote, or its changed copy of one delivered with the program. */
export const template = sqliteTable(
  'template',
  {
    id: integer().primaryKey(),
    kind: text({ enum: templateKinds }).notNull(),
    /** The key of the delivered template that it replaces; null for a template of the town. */
    delivered: text(),
    name: text().notNull(),
    /** Whether the template is archived: it can no longer be chosen. */
    archived: integer({ mode: 'boolean' }).notNull().default(false),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [uniqueIndex('template_delivered').on(table.delivered)],
)

/** The text of a template. Versions are added, never changed: a sent or printed letter keeps its own. */
export const templateVersion = sqliteTable(
  'template_version',
  {
    id: integer().primaryKey(),
    templateId: integer()
      .notNull()
      .references(() => template.id),
    /** Counted from 1. */
    version: integer().notNull(),
    subject: text().notNull(),
    document: text({ mode: 'json' }).$type<TemplateDocument>().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [uniqueIndex('template_version_number').on(table.templateId, table.version)],
)

/** A letter to a home, printed or sent, with its whole text. Those of one act were made together. */
export const letter = sqliteTable(
  'letter',
  {
    id: integer().primaryKey(),
    familyId: integer()
      .notNull()
      .references(() => family.id),
    /** The child that the letter is about. */
    childId: integer().references(() => child.id),
    /** The addressee; null: the home, with the address of its invoices. */
    guardianId: integer().references(() => guardian.id),
    /** The version of the template that it was made from; null for the text delivered with the program. */
    templateVersionId: integer().references(() => templateVersion.id),
    kind: text({ enum: letterKinds }).notNull(),
    subject: text().notNull(),
    by: text({ enum: ['print', 'mail'] }).notNull(),
    madeOn: text().$type<Day>().notNull(),
    paper: text({ mode: 'json' }).$type<LetterFacts>().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [index('letter_family').on(table.familyId), index('letter_act').on(table.actId)],
)
