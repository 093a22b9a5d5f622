import type { TemplateKindShown } from '../../../shared/contract/desk/templates.ts'
import { resolved } from '../../../shared/rules/templates/resolved-document.ts'
import type { TemplateDocument } from '../../../shared/rules/templates/template-document.ts'
import { Panel } from '../parts/screen.tsx'
import { LetterPage } from './letter-page.tsx'

/** What is read of a template as it is typed: with the examples of its fields. */
export const TemplatePreview = ({
  kind,
  subject,
  document,
}: {
  kind: TemplateKindShown
  subject: string
  document: TemplateDocument
}) => {
  const examples = {
    fields: Object.fromEntries(kind.fields.map(({ id, example }) => [id, example])),
    blocks: Object.fromEntries(
      kind.blocks.map(({ id, label }) => [id, { kind: 'lines' as const, lines: [`[${label}]`] }]),
    ),
  }
  return (
    <Panel label="Aperçu" title="Aperçu" subtitle="avec les exemples des champs">
      <LetterPage label="Aperçu du courrier" subject={subject} body={resolved(document, examples)} />
    </Panel>
  )
}
