import { Select, Textarea, TextInput } from '@mantine/core'
import type { ChangeEvent } from 'react'
import type { LetterChoice } from '../../../shared/contract/desk/messages/letters.ts'
import { kindRules } from '../../../shared/rules/templates/template-kinds.ts'

/** The texts that staff type when they write a letter, by field id. */
export type Typed = Readonly<Record<string, string>>

/** The typed texts that belong to fields of one template. */
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
  /** Whether it gets the focus when its dialog opens. */
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

/** The fields that staff must fill in for a template. */
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
