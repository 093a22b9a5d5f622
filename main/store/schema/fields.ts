import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Role } from '../../../shared/rules/access/roles.ts'
import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { customKinds, customSubjects } from '../../../shared/rules/people/custom-field.ts'
import { child, family, guardian } from './families.ts'
import { pickupContact } from './pickups.ts'
import { act } from './record.ts'
import { registration } from './reservations.ts'
import { staffMember } from './settings.ts'

/* What the town records about people in addition to the fields of every town. */

/** A field that the town defined (« champ de la commune »). */
export const customField = sqliteTable('custom_field', {
  id: integer().primaryKey(),
  subject: text({ enum: customSubjects }).notNull(),
  label: text().notNull(),
  kind: text({ enum: customKinds }).notNull(),
  /** The words to choose from, for a choice. */
  choices: text({ mode: 'json' }).$type<readonly string[]>().notNull(),
  seenBy: text({ mode: 'json' }).$type<readonly Role[]>().notNull(),
  editedBy: text({ mode: 'json' }).$type<readonly Role[]>().notNull(),
  /** The day from which no screen shows the field; its values stay in histories and in exports of a family. */
  withdrawnFrom: text().$type<Day>(),
  actId: integer()
    .notNull()
    .references(() => act.id),
})

/** The value of a custom field in one record; without a row, the field is empty. */
export const customValue = sqliteTable(
  'custom_value',
  {
    id: integer().primaryKey(),
    fieldId: integer()
      .notNull()
      .references(() => customField.id),
    familyId: integer().references(() => family.id),
    guardianId: integer().references(() => guardian.id),
    childId: integer().references(() => child.id),
    registrationId: integer().references(() => registration.id),
    /** In the form of `shared/rules/people/custom-field`; never empty. */
    value: text().notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    uniqueIndex('custom_value_family').on(table.familyId, table.fieldId),
    uniqueIndex('custom_value_guardian').on(table.guardianId, table.fieldId),
    uniqueIndex('custom_value_child').on(table.childId, table.fieldId),
    uniqueIndex('custom_value_registration').on(table.registrationId, table.fieldId),
    index('custom_value_field').on(table.fieldId),
    check(
      'custom_value_owner',
      sql`(${table.familyId} is not null) + (${table.guardianId} is not null) + (${table.childId} is not null) + (${table.registrationId} is not null) = 1`,
    ),
    check('custom_value_typed', sql`${table.value} <> ''`),
  ],
)

/**
 * A note about a home, a child or neither. A note with a last day is an alert; a note with a person and a day is a
 * task.
 */
export const note = sqliteTable(
  'note',
  {
    id: integer().primaryKey(),
    familyId: integer().references(() => family.id),
    childId: integer().references(() => child.id),
    text: text().notNull(),
    seenBy: text({ mode: 'json' }).$type<readonly Role[]>().notNull(),
    /** The last day on which it is shown as an alert wherever the home or the child is opened. */
    alertUntil: text().$type<Day>(),
    /** The person who has to do the task. */
    assigneeId: integer().references(() => staffMember.id),
    dueOn: text().$type<Day>(),
    doneOn: text().$type<Day>(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('note_family').on(table.familyId),
    index('note_child').on(table.childId),
    index('note_assignee').on(table.assigneeId),
    check('note_owner', sql`${table.familyId} is null or ${table.childId} is null`),
    check('note_task', sql`(${table.assigneeId} is null) = (${table.dueOn} is null)`),
    check('note_done', sql`${table.doneOn} is null or ${table.dueOn} is not null`),
    check(
      'note_alert',
      sql`${table.alertUntil} is null or ${table.familyId} is not null or ${table.childId} is not null`,
    ),
    check('note_written', sql`${table.text} <> ''`),
  ],
)

/** The photo of a child, or of an adult who fetches children, with the consent to it. One per person. */
export const photo = sqliteTable(
  'photo',
  {
    id: integer().primaryKey(),
    childId: integer()
      .unique()
      .references(() => child.id),
    guardianId: integer()
      .unique()
      .references(() => guardian.id),
    pickupContactId: integer()
      .unique()
      .references(() => pickupContact.id),
    takenAt: text().$type<Instant>().notNull(),
    /** When an adult agreed; null for a child, for whom the holders of authority answer (`consent_answer`). */
    agreedOn: text().$type<Day>(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    check(
      'photo_owner',
      sql`(${table.childId} is not null) + (${table.guardianId} is not null) + (${table.pickupContactId} is not null) = 1`,
    ),
    check('photo_agreed', sql`(${table.childId} is null) = (${table.agreedOn} is not null)`),
  ],
)

/**
 * The JPEG of a photo, encrypted with the file's data key and bound to its row. Written without audit, so that no copy
 * of a removed photo remains. Only `main/desk/families/photos.ts` reads and writes it.
 */
export const photoContent = sqliteTable('photo_content', {
  id: integer()
    .primaryKey()
    .references(() => photo.id, { onDelete: 'cascade' }),
  sealed: text().notNull(),
})
