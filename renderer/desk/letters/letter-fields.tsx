import { Select, Textarea, TextInput } from '@mantine/core'
import type { ChangeEvent } from 'react'
import type { LetterChoice } from '../../../shared/contract/desk/messages/letters.ts'
import { isDay } from '../../../shared/rules/calendar/day.ts'
import { kindRules } from '../../../shared/rules/templates/template-kinds.ts'
import { DayField } from '../parts/forms/day-field.tsx'
import { TimeField, timeFrom } from '../parts/forms/time-field.tsx'

/** The texts that staff type when they write a letter, by field id. */
export type Typed = Readonly<Record<string, string>>

/** The typed texts that belong to fields of one template; what is not yet a whole day or time is empty. */
export const typedFor = (choice: LetterChoice | undefined, typed: Typed): Record<string, string> =>
  Object.fromEntries(
    (choice?.typed ?? []).map(({ id, input }) => {
      const text = typed[id] ?? ''
      if (input === 'day') return [id, isDay(text) ? text : '']
      return [id, input === 'time' ? (timeFrom(text) ?? '') : text]
    }),
  )

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
  choice?.typed.map(({ id, label, input }) => {
    const value = typed[id] ?? ''
    const type = (text: string) => onType({ ...typed, [id]: text })
    const onChange = ({ currentTarget }: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      type(currentTarget.value)
    switch (input) {
      case 'line':
        return <TextInput key={id} label={label} value={value} onChange={onChange} />
      case 'lines':
        return <Textarea key={id} label={label} autosize minRows={4} maxRows={12} value={value} onChange={onChange} />
      case 'day':
        return <DayField key={id} label={label} clearable value={isDay(value) ? value : ''} onChange={type} />
      case 'time':
        return (
          <TimeField
            key={id}
            label={label}
            w="100%"
            error={value !== '' && timeFrom(value) === null ? 'Cette heure n’existe pas. Exemple\u00a0: 17h30.' : null}
            value={value}
            onChange={type}
          />
        )
    }
  })
