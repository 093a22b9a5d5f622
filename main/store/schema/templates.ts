import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { LetterFacts } from '../../../shared/rules/templates/letter.ts'
import type { TemplateDocument } from '../../../shared/rules/templates/template-document.ts'
import { letterKinds, templateKinds } from '../../../shared/rules/templates/template-kinds.ts'
import { child, family, guardian } from './families.ts'
import { act } from './record.ts'

/** A template that the town wrote, or its version of one that the software delivers. */
export const template = sqliteTable(
  'template',
  {
    id: integer().primaryKey(),
    kind: text({ enum: templateKinds }).notNull(),
    /** The key of the delivered template whose place it takes; null for one of the town's own. */
    delivered: text(),
    name: text().notNull(),
    /** It is offered no more. */
    archived: integer({ mode: 'boolean' }).notNull().default(false),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [uniqueIndex('template_delivered').on(table.delivered)],
)

/** What a template says. Versions are added, never changed: what was sent or printed keeps its own. */
export const templateVersion = sqliteTable(
  'template_version',
  {
    id: integer().primaryKey(),
    templateId: integer()
      .notNull()
      .references(() => template.id),
    /** From 1. */
    version: integer().notNull(),
    subject: text().notNull(),
    document: text({ mode: 'json' }).$type<TemplateDocument>().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [uniqueIndex('template_version_number').on(table.templateId, table.version)],
)

/** A letter to a home, printed or sent. Those of one act were made together. It keeps all that it says. */
export const letter = sqliteTable(
  'letter',
  {
    id: integer().primaryKey(),
    familyId: integer()
      .notNull()
      .references(() => family.id),
    /** The child that it is about. */
    childId: integer().references(() => child.id),
    /** To whom it is addressed; null: to the home, as its invoices are. */
    guardianId: integer().references(() => guardian.id),
    /** The version of the town that it was made from; null for the words that the software delivers. */
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
