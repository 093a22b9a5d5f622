import { TextInput, type TextInputProps } from '@mantine/core'
import { isTimeOfDay, type TimeOfDay } from '../../../../shared/rules/calendar/day.ts'
import { DayField } from './day-field.tsx'

type TimeFieldProps = Omit<TextInputProps, 'value' | 'onChange' | 'defaultValue'> & {
  readonly value: string
  readonly onChange: (text: string) => void
}

/** A time of day: accepts « 8h30 », « 8:30 » and « 08:30 ». The browser's own time field may require AM or PM. */
export const TimeField = ({ value, onChange, ...input }: TimeFieldProps) => (
  <TextInput
    placeholder="hh:mm"
    w={84}
    {...input}
    value={value}
    onChange={({ currentTarget }) => onChange(currentTarget.value)}
    onBlur={() => onChange(timeFrom(value) ?? value)}
  />
)

/** The typed time; null when the text is no time. */
export const timeFrom = (text: string): TimeOfDay | null => {
  const [, hours = '', minutes = '00'] = /^\s*(\d{1,2})\s*(?:[h:]\s*(\d{2})?)?\s*$/i.exec(text) ?? []
  const time = `${hours.padStart(2, '0')}:${minutes}`
  return isTimeOfDay(time) ? time : null
}

/** A day and a time in France, as one text `YYYY-MM-DDTHH:MM`; empty without a day. */
export const DateTimeField = ({
  label,
  value,
  error,
  path,
  isTimeFirst = false,
  onChange,
}: {
  label: string
  value: string
  error: React.ReactNode
  path: string
  /** Whether a dialog opens with the focus on the time: on the day, its calendar would open over the rest. */
  isTimeFirst?: boolean
  onChange: (text: string) => void
}) => {
  const [on = '', time = ''] = value.split('T')
  return (
    <div className="moment">
      <DayField
        label={label}
        clearable
        data-path={path}
        error={error}
        value={on}
        onChange={(next) => onChange(next ? `${next}T${time || '08:00'}` : '')}
      />
      <TimeField
        aria-label={`${label}, heure`}
        {...(isTimeFirst && { 'data-autofocus': true })}
        disabled={!on}
        value={time}
        onChange={(next) => onChange(`${on}T${next}`)}
      />
    </div>
  )
}
