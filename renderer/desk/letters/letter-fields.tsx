import { Select, Textarea, TextInput } from '@mantine/core'
import type { ChangeEvent } from 'react'
import type { LetterChoice } from '../../../shared/contract/desk/messages/letters.ts'
import { kindRules } from '../../../shared/rules/templates/template-kinds.ts'

/** What is filled in as a letter is written, by the ids of its fields. */
export type Typed = Readonly<Record<string, string>>

/** What one template asks for, of all that was typed. */
export const typedFor = (choice: LetterChoice | undefined, typed: Typed): Record<string, string> =>
  Object.fromEntries((choice?.typed ?? []).map(({ id }) => [id, typed[id] ?? '']))

export const TemplateField = ({
  label,
  choices,
  value,
  isFirst = false,
  onChange,
}: {
  label?: string
  choices: readonly LetterChoice[]
  value: string
  /** It has the focus when its dialog opens. */
  isFirst?: boolean
  onChange: (key: string) => void
}) => (
  <Select
    {...(label === undefined ? { 'aria-label': 'Modèle' } : { label })}
    {...(isFirst && { 'data-autofocus': true })}
    allowDeselect={false}
    data={choices.map(({ key, kind, name }) => ({
      value: key,
      label: name === kindRules[kind].name ? name : `${name}, ${kindRules[kind].name}`,
    }))}
    value={value}
    onChange={(next) => next !== null && onChange(next)}
  />
)

/** What is to be filled in for a template. */
export const TypedFields = ({
  choice,
  typed,
  onType,
}: {
  choice: LetterChoice | undefined
  typed: Typed
  onType: (typed: Typed) => void
}) =>
  choice?.typed.map(({ id, label, isLong }) => {
    const TextField = isLong ? Textarea : TextInput
    return (
      <TextField
        key={id}
        label={label}
        {...(isLong && { autosize: true, minRows: 4, maxRows: 12 })}
        value={typed[id] ?? ''}
        onChange={({ currentTarget: { value } }: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
          onType({ ...typed, [id]: value })
        }
      />
    )
  })
