import { Button, Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, skipToken, useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { TemplateKindShown } from '../../../shared/contract/desk/messages/templates.ts'
import { documentText } from '../../../shared/rules/templates/document-text.ts'
import { exampleValues } from '../../../shared/rules/templates/example-values.ts'
import { resolved } from '../../../shared/rules/templates/resolved-document.ts'
import type { TemplateDocument } from '../../../shared/rules/templates/template-document.ts'
import { missingText } from '../../../shared/rules/templates/template-fields.ts'
import { isLetterKind } from '../../../shared/rules/templates/template-kinds.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { readPaper } from '../../connection/paper.ts'
import { SegmentedControl } from '../parts/buttons.tsx'
import { Failure, Note } from '../parts/feedback.tsx'
import { Panel } from '../parts/screen.tsx'
import { LetterPage } from './letter-page.tsx'

/** A preview of a template as it is typed, with the examples of its fields or as a chosen family would read it. */
export const TemplatePreview = ({
  kind: { kind, fields },
  subject,
  document,
}: {
  kind: TemplateKindShown
  subject: string
  document: TemplateDocument
}) => {
  const [familyId, setFamilyId] = useState<number | null>(null)
  const [childId, setChildId] = useState<number | null>(null)
  const [way, setWay] = useState<'paper' | 'mail'>('paper')
  const [typed] = useDebouncedValue({ subject, document }, 300)
  const input = { kind, ...typed, familyId, childId }
  const { data: family } = useQuery(orpc.families.one.queryOptions({ input: familyId ? { id: familyId } : skipToken }))
  const { data, error } = useQuery(
    orpc.letters.preview.queryOptions({
      input: familyId === null ? skipToken : input,
      placeholderData: keepPreviousData,
      staleTime: 0,
    }),
  )
  const file = useMutation({ mutationFn: async () => readPaper(await clientOutsideForms.letters.previewFile(input)) })
  const examples = {
    fields: Object.fromEntries(fields.map(({ id, example }) => [id, example])),
    blocks: exampleValues([]).blocks,
  }
  const filled = familyId === null ? undefined : data
  const body = filled?.body ?? resolved(document, examples)
  const isWords = kind === 'message' || way === 'mail'
  return (
    <Panel label="Aperçu" title="Aperçu" subtitle={familyId === null ? 'avec les exemples des champs' : undefined}>
      {isLetterKind(kind) ? (
        <div className="stack">
          <FamilyField
            onChoose={(id) => {
              setFamilyId(id)
              setChildId(null)
            }}
          />
          {family && family.children.length > 0 ? (
            <Select
              aria-label="Enfant"
              placeholder="Aucun enfant en particulier"
              clearable
              data={family.children.map(({ id, firstName }) => ({ value: String(id), label: firstName }))}
              value={childId === null ? null : String(childId)}
              onChange={(id) => setChildId(id === null ? null : Number(id))}
            />
          ) : null}
          <SegmentedControl
            label="Lu"
            options={[
              ['paper', 'Sur papier'],
              ['mail', 'Par mail'],
            ]}
            value={way}
            onChange={setWay}
          />
        </div>
      ) : null}
      {familyId !== null && error ? <Failure error={error} /> : null}
      {filled && filled.missing.length > 0 ? (
        <Note tone="warn">Cette famille serait retenue&nbsp;: {missingText(filled.missing)}.</Note>
      ) : null}
      {filled && way === 'mail' && filled.onPaperOnly !== null ? <Note>{filled.onPaperOnly}</Note> : null}
      {isWords ? (
        <div className="letter-mail">
          <b>{subject}</b>
          {documentText(body)}
        </div>
      ) : (
        <LetterPage label="Aperçu du courrier" subject={filled?.subject ?? subject} body={body} />
      )}
      {kind === 'message' ? null : (
        <Button loading={file.isPending} disabled={subject.trim() === ''} onClick={() => file.mutate()}>
          Voir en PDF
        </Button>
      )}
    </Panel>
  )
}

/** Chooses a family by name, to preview the template as it would read it. */
const FamilyField = ({ onChoose }: { onChoose: (familyId: number | null) => void }) => {
  const [typed, setTyped] = useState('')
  const [text] = useDebouncedValue(typed.trim(), 120)
  const [chosen, setChosen] = useState<{ readonly value: string; readonly label: string }>()
  const { data } = useQuery(orpc.home.search.queryOptions({ input: { text }, enabled: text !== '' }))
  const found = (data?.families ?? []).map(({ id, name, guardians, children, town }) => ({
    value: String(id),
    // Several families may have the name: those of a home tell it from the others.
    label: [name, guardians, children, town].filter((part) => part !== '').join('\u00a0· '),
  }))
  return (
    <Select
      aria-label="Famille"
      placeholder="Lire comme une famille&nbsp;: son nom"
      searchable
      clearable
      searchValue={typed}
      onSearchChange={setTyped}
      nothingFoundMessage={text === '' ? 'Tapez un nom.' : 'Aucune famille.'}
      filter={({ options }) => options}
      data={chosen && !found.some(({ value }) => value === chosen.value) ? [chosen, ...found] : found}
      value={chosen?.value ?? null}
      onChange={(value) => {
        setChosen(found.find((one) => one.value === value))
        onChoose(value === null ? null : Number(value))
      }}
    />
  )
}
