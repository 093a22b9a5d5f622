import { DateInput, type DateInputProps } from '@mantine/dates'
import { type ComponentProps, useEffect, useRef, useState } from 'react'
import { type Day, isDay } from '../../../../shared/rules/calendar/day.ts'
import { notADayText, shortDay, typedDay } from '../../../../shared/rules/text/french.ts'

/**
 * A day, typed or chosen; `''` for none. Typing a day that does not exist shows an error, sets the value to `''` rather
 * than keep the previous day unseen, and stops the form from being sent.
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
  const [isErrorShown, setIsErrorShown] = useState(false)
  const invalidText = typed === '' || typedDay(typed) !== null ? '' : notADayText(typed)
  useEffect(() => input.current?.setCustomValidity(invalidText), [invalidText])
  // Escape closes the open calendar, not the dialog around it: Mantine's dialog reads this attribute of the field. Set
  // directly, since a render could come after the next key.
  const opens = (isOpen: boolean) => () => input.current?.setAttribute('data-mantine-stop-propagation', `${isOpen}`)
  // Enter closes the calendar, which Mantine would leave open over the preview that the day leads to.
  const [isEnded, setIsEnded] = useState(false)
  const end = (isNowEnded: boolean) => {
    setIsEnded(isNowEnded)
    opens(!isNowEnded && !props.readOnly)()
  }
  return (
    <DateInput
      {...props}
      ref={input}
      value={value || null}
      error={isErrorShown && invalidText !== '' ? invalidText : error}
      popoverProps={{
        disabled: isEnded || (props.readOnly ?? false),
        withRoles: false,
        onOpen: opens(!props.readOnly),
        onClose: opens(false),
      }}
      onKeyDown={(event) => {
        props.onKeyDown?.(event)
        if (event.key === 'Enter') end(true)
      }}
      onClick={(event) => {
        props.onClick?.(event)
        end(false)
      }}
      onInput={({ currentTarget }) => {
        end(false)
        setTyped(currentTarget.value.trim())
        setIsErrorShown(false)
      }}
      onChange={(day) => {
        setTyped('')
        onChange(day !== null && isDay(day) ? day : '')
      }}
      onInvalid={() => setIsErrorShown(true)}
      onBlur={(event) => {
        props.onBlur?.(event)
        setIsEnded(false)
        if (event.currentTarget.value.trim() === '') setTyped('')
        else if (invalidText !== '') {
          setIsErrorShown(true)
          onChange('')
        }
      }}
    />
  )
}

/** A day that cannot be empty: the last valid day stays until another valid day is typed. */
export const RequiredDayField = ({
  onChange,
  ...props
}: Omit<ComponentProps<typeof DayField>, 'value' | 'onChange'> & { value: Day; onChange: (day: Day) => void }) => (
  <DayField
    valueFormat={(on) => (isDay(on) ? shortDay(on) : on)}
    {...props}
    onFocus={(event) => event.currentTarget.select()}
    onChange={(day) => {
      if (isDay(day)) onChange(day)
    }}
  />
)

/** Whether a form contains a day that does not exist; if so, focuses that field, which then shows its error. */
export const reportInvalidDay = (form: HTMLFormElement): boolean => {
  const invalidField = [...form.elements].find(
    (field): field is HTMLInputElement => field instanceof HTMLInputElement && field.validity.customError,
  )
  invalidField?.focus()
  return invalidField?.checkValidity() === false
}
