import { DateInput, type DateInputProps } from '@mantine/dates'
import { type ComponentProps, useEffect, useRef, useState } from 'react'
import { type Day, isDay } from '../../../../shared/rules/calendar/day.ts'
import { notADayText, typedDay } from '../../../../shared/rules/text/french.ts'

/**
 * A day, typed or chosen; `''` for none. One that does not exist is told and leaves the field empty: the day before it is
 * not kept unseen, and a form is not sent with it.
 */
export const DayField = ({
  value,
  onChange,
  error,
  ...props
}: Omit<DateInputProps, 'value' | 'onChange' | 'onInput' | 'onInvalid' | 'popoverProps' | 'ref'> & {
  value?: string | null
  onChange: (day: string) => void
}) => {
  const input = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState('')
  const [isTold, setIsTold] = useState(false)
  const unknown = typed === '' || typedDay(typed) !== null ? '' : notADayText(typed)
  useEffect(() => input.current?.setCustomValidity(unknown), [unknown])
  // Escape is for the calendar first: the dialog under it keeps what is typed. Told on the field itself, where the dialog
  // looks: a render would come after the next key.
  const opens = (isOpen: boolean) => () => input.current?.setAttribute('data-mantine-stop-propagation', `${isOpen}`)
  return (
    <DateInput
      {...props}
      ref={input}
      value={value || null}
      error={isTold && unknown !== '' ? unknown : error}
      popoverProps={{ withRoles: false, onOpen: opens(!props.readOnly), onClose: opens(false) }}
      onInput={({ currentTarget }) => {
        setTyped(currentTarget.value.trim())
        setIsTold(false)
      }}
      onChange={(day) => {
        setTyped('')
        onChange(day !== null && isDay(day) ? day : '')
      }}
      onInvalid={() => setIsTold(true)}
      onBlur={(event) => {
        props.onBlur?.(event)
        if (event.currentTarget.value.trim() === '') setTyped('')
        else if (unknown !== '') {
          setIsTold(true)
          onChange('')
        }
      }}
    />
  )
}

/** A day that cannot be empty: the last valid day stays until another valid one is typed. */
export const SetDay = ({
  onChange,
  ...props
}: Omit<ComponentProps<typeof DayField>, 'value' | 'onChange'> & { value: Day; onChange: (day: Day) => void }) => (
  <DayField
    valueFormat="ddd D MMM YYYY"
    {...props}
    onFocus={(event) => event.currentTarget.select()}
    onChange={(day) => {
      if (isDay(day)) onChange(day)
    }}
  />
)

/** Whether a form holds a day that does not exist: it is told, where one is about to send it. */
export const tellsUnknownDay = (form: HTMLFormElement): boolean => {
  const unknown = [...form.elements].find(
    (field): field is HTMLInputElement => field instanceof HTMLInputElement && field.validity.customError,
  )
  unknown?.focus()
  return unknown?.checkValidity() === false
}
