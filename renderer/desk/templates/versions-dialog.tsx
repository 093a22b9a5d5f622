import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { TemplateRead } from '../../../shared/contract/desk/messages/templates.ts'
import type { TemplateDocument } from '../../../shared/rules/templates/template-document.ts'
import { instantText } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { Badge, Failure, Loading } from '../parts/feedback.tsx'
import { Dialog } from '../parts/forms/dialogs.tsx'
import type { EditorField } from './editor-nodes.ts'
import { TemplateEditor } from './template-editor.tsx'

type Content = { readonly subject: string; readonly document: TemplateDocument }

/** The versions of a template, with author and date. An older version, or the delivered one, can be made the newest. */
export const VersionsDialog = ({
  template: { key, version: current, delivered },
  fields,
  onRestore,
  onClose,
}: {
  template: TemplateRead
  fields: readonly EditorField[]
  onRestore: (content: Content) => void
  onClose: () => void
}) => {
  const { data, error, refetch } = useQuery(orpc.templates.versions.queryOptions({ input: { key } }))
  const [chosen, setChosen] = useState(current)
  const versions = [
    ...(data ?? []).map((one) => ({ ...one, when: `${instantText(one.savedAt)}, ${one.by}` })),
    ...(delivered ? [{ ...delivered, version: 0, when: 'livré avec le logiciel' }] : []),
  ]
  const shown = versions.find(({ version }) => version === chosen) ?? versions[0]
  return (
    <Dialog opened title="Versions" width="wide" onClose={onClose}>
      {error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : !data || !shown ? (
        <Loading />
      ) : (
        <div className="template-versions">
          <ul aria-label="Versions">
            {versions.map(({ version, when }) => (
              <li key={version}>
                <button
                  type="button"
                  className="choice-row"
                  aria-current={version === shown.version ? 'true' : undefined}
                  onClick={() => setChosen(version)}
                >
                  <b>
                    {version === 0 ? 'Modèle livré' : `Version ${version}`}{' '}
                    {version === current ? <Badge tone="good">en service</Badge> : null}
                  </b>
                  <span className="soft small">{when}</span>
                </button>
              </li>
            ))}
          </ul>
          <div className="stack">
            <b>{shown.subject}</b>
            <TemplateEditor
              key={shown.version}
              label={shown.version === 0 ? 'Texte livré' : `Texte de la version ${shown.version}`}
              fields={fields}
              initial={shown.document}
              isReadOnly
            />
            {shown.version === current ? null : (
              <div className="dialog-foot">
                <Button variant="filled" onClick={() => onRestore(shown)}>
                  {shown.version === 0 ? 'Revenir au modèle livré' : 'Reprendre cette version'}
                </Button>
              </div>
            )}
          </div>
        </div>
      )}
    </Dialog>
  )
}
