import type { Instant } from '../../../shared/rules/calendar/day.ts'
import type { TemplateDocument } from '../../../shared/rules/templates/template-document.ts'
import type { TemplateKind } from '../../../shared/rules/templates/template-kinds.ts'
import { committedSql } from '../../store/acts/committed.ts'
import type { Store } from '../../store/store.ts'

export type SavedTemplate = {
  readonly id: number
  readonly kind: TemplateKind
  readonly delivered: string | null
  readonly name: string
  readonly archived: boolean
  readonly versionId: number
  /**
   * The act that saved this version. Unlike a version number or a row id, which an undo frees for the next version, the
   * id of an act is never used again.
   */
  readonly actId: number
  readonly version: number
  readonly subject: string
  readonly document: TemplateDocument
  readonly by: string
  readonly savedAt: Instant
}

type Row = Omit<SavedTemplate, 'archived' | 'document'> & { readonly archived: 0 | 1; readonly document: string }

const versionsSql = `select template.id, template.kind, delivered, name, archived, own.id as versionId, own.act_id as actId, version, subject, document,
    act.actor_name as by, act.started_at as savedAt
  from template join template_version own on own.template_id = template.id join act on act.id = own.act_id
  where ${committedSql('own.act_id')}`

const toTemplate = ({ archived, document, ...row }: Row): SavedTemplate => ({
  ...row,
  archived: archived === 1,
  document: JSON.parse(document) as TemplateDocument,
})

/** The templates that the town saved, each with its last version. */
export const savedTemplates = (store: Store): SavedTemplate[] =>
  (
    store
      .statement(
        `${versionsSql} and version = (select max(version) from template_version last
          where last.template_id = template.id and ${committedSql('last.act_id')}) order by template.id`,
      )
      .all() as Row[]
  ).map(toTemplate)

/** All versions of a template, the newest first. */
export const versionsOf = (store: Store, templateId: number): SavedTemplate[] =>
  (store.statement(`${versionsSql} and template.id = ? order by version desc`).all(templateId) as Row[]).map(toTemplate)

/** A version stays as long as a letter was made of it. */
export const documentOfVersion = (store: Store, versionId: number): TemplateDocument =>
  JSON.parse(
    store.statement('select document from template_version where id = ?').pluck().get(versionId) as string,
  ) as TemplateDocument
