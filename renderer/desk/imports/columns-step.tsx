import { Button, Select, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ImportPreview, ImportWord } from '../../../shared/contract/desk/imports.ts'
import { type ListKind, listKinds, lists } from '../../../shared/formats/lists.ts'
import { counted, listed } from '../../../shared/rules/text/french.ts'
import { orpc, orpcOutsideForms } from '../../connection/client.ts'
import { Note } from '../parts/feedback.tsx'
import { ScreenBody, Section } from '../parts/screen.tsx'

export type FieldColumn = { field: string; column: number }
export type WordChoice = { field: string; from: string; to: string }

/** First step of an import: what each column of the file contains, and what its unknown words mean. */
export const ColumnsStep = ({
  preview,
  mapping,
  words,
  onList,
  onSheet,
  onHeaderLine,
  onMapping,
  onWord,
}: {
  preview: ImportPreview
  /** The latest choices; the preview may still show earlier ones while it reloads. */
  mapping: readonly FieldColumn[]
  words: readonly WordChoice[]
  onList: (list: ListKind) => void
  onSheet: (sheet: string) => void
  onHeaderLine: (line: number) => void
  onMapping: (mapping: FieldColumn[]) => void
  onWord: (choice: WordChoice) => void
}) => {
  const { list, source, file, fields, missing, profile, headerLine, firstLines } = preview
  const aside = file.filter(({ isSkipped }) => isSkipped)
  const set = (column: number, field: string | null) =>
    onMapping([
      ...mapping.filter((one) => one.column !== column && one.field !== field),
      ...(field === null ? [] : [{ field, column }]),
    ])
  return (
    <ScreenBody label="Colonnes">
      <div className="stack stack-wide import-columns">
        <div className="row import-choices">
          <Select
            label="Cette liste contient"
            w={260}
            data={listKinds.map((kind) => ({ value: kind, label: lists[kind].title }))}
            value={list}
            onChange={(value) => value && onList(value)}
          />
          {source.sheets.length > 1 ? (
            <Select
              label="Feuille"
              w={220}
              data={source.sheets}
              value={source.sheet}
              onChange={(value) => value && onSheet(value)}
            />
          ) : null}
          <Select
            label="Ligne des titres de colonnes"
            w={420}
            data={firstLines.map(({ line, text }) => ({
              value: String(line),
              label: `${line}\u00a0: ${text || 'vide'}`,
            }))}
            value={String(headerLine)}
            onChange={(value) => value && onHeaderLine(Number(value))}
          />
        </div>
        {missing.length > 0 ? (
          <Note tone="warn">
            Dites quelle colonne contient {listed(missing.map((title) => `«\u00a0${title}\u00a0»`))}.
          </Note>
        ) : profile === '' ? null : (
          <Note tone="good">Colonnes reconnues d’après «&nbsp;{profile}&nbsp;».</Note>
        )}
        {aside.length > 0 && missing.length === 0 && profile === '' ? (
          <Note tone="warn">
            {aside.length === 1 ? 'Laissée de côté' : 'Laissées de côté'}&nbsp;:{' '}
            {listed(aside.map(({ name }) => `«\u00a0${name}\u00a0»`))}. Dites ce qu’
            {aside.length === 1 ? 'elle contient' : 'elles contiennent'}, ou passez à la vérification.
          </Note>
        ) : null}
        {list === 'guardians' ? (
          <Note>Les colonnes d’ONDE sont lues d’elles-mêmes.</Note>
        ) : (
          <table className="table import-mapping">
            <thead>
              <tr>
                <th scope="col">Colonne du fichier</th>
                <th scope="col">Premières valeurs</th>
                <th scope="col">Contient</th>
              </tr>
            </thead>
            <tbody>
              {file.map(({ position, name, samples }) => (
                <tr key={position}>
                  <th scope="row">{name}</th>
                  <td className="soft">{samples.join('\u00a0· ')}</td>
                  <td>
                    <Select
                      aria-label={`Contenu de la colonne ${name}`}
                      placeholder="laissée de côté"
                      size="xs"
                      clearable
                      searchable
                      data={fields.map(({ id, title }) => ({ value: id, label: title }))}
                      value={mapping.find((one) => one.column === position)?.field ?? null}
                      onChange={(field) => set(position, field)}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {preview.words.length > 0 ? <Words words={preview.words} onWord={onWord} /> : null}
        {list === 'guardians' || missing.length > 0 ? null : <SaveProfile preview={preview} words={words} />}
      </div>
    </ScreenBody>
  )
}

const nothing = 'laisser vide'

const Words = ({ words, onWord }: { words: readonly ImportWord[]; onWord: (choice: WordChoice) => void }) => (
  <Section title="Mots du fichier" subtitle="une réponse vaut pour toutes les lignes">
    <table className="table import-mapping">
      <thead>
        <tr>
          <th scope="col">Mot</th>
          <th scope="col">Où</th>
          <th scope="col">Veut dire</th>
        </tr>
      </thead>
      <tbody>
        {words.map(({ field, title, from, lines, to, proposal, choices }) => (
          <tr key={`${field} ${from}`}>
            <th scope="row">{from}</th>
            <td className="soft">
              {title}, {counted(lines, 'ligne')}
            </td>
            <td>
              <Select
                aria-label={`Sens de ${from}`}
                placeholder={proposal === null ? 'à choisir' : `${proposal}\u00a0?`}
                size="xs"
                searchable
                data={[nothing, ...choices]}
                value={to === '' ? nothing : to}
                onChange={(value) => value && onWord({ field, from, to: value === nothing ? '' : value })}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </Section>
)

const SaveProfile = ({ preview, words }: { preview: ImportPreview; words: readonly WordChoice[] }) => {
  const [name, setName] = useState(preview.profile)
  const queries = useQueryClient()
  const save = useMutation(
    orpcOutsideForms.imports.saveProfile.mutationOptions({
      onSuccess: () => {
        notifications.show({ message: `Réglage «\u00a0${name}\u00a0» enregistré.` })
        return queries.invalidateQueries({ queryKey: orpc.imports.profiles.key() })
      },
    }),
  )
  const columns = preview.mapping.flatMap(({ field, column }) => {
    const head = preview.file.find(({ position }) => position === column)?.name
    return head === undefined ? [] : [{ field, head }]
  })
  return (
    <form
      className="row import-choices"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate({ name, list: preview.list, columns, words: [...words] })
      }}
    >
      <TextInput
        label="Garder ce réglage sous le nom"
        placeholder="Export de l’école privée"
        w={260}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button type="submit" disabled={name.trim() === ''} loading={save.isPending}>
        Garder
      </Button>
    </form>
  )
}
