import IconAlertCircle from '@tabler/icons-react/icons/IconAlertCircle'
import { useId } from 'react'
import { maxMessageLength } from '../../../shared/rules/requests/message.ts'

/** The text area of a message. Near the maximum length, it shows how many characters remain. */
export const MessageBox = ({
  label,
  value,
  onChange,
  error,
}: {
  label: string
  value: string
  onChange: (text: string) => void
  error: string | undefined
}) => {
  const id = useId()
  const left = maxMessageLength - value.length
  const isNearEnd = left < maxMessageLength / 10
  const described = [error ? `${id}-error` : '', isNearEnd ? `${id}-left` : ''].filter(Boolean).join(' ')
  return (
    <div className="field" data-error={error ? '' : undefined}>
      <label htmlFor={id}>{label}</label>
      {error && (
        <p className="error" id={`${id}-error`} role="alert">
          <IconAlertCircle className="icon icon-s" aria-hidden />
          <span>
            <span className="vh">Erreur&nbsp;: </span>
            {error}
          </span>
        </p>
      )}
      <textarea
        id={id}
        className="input message-input"
        rows={6}
        maxLength={maxMessageLength}
        value={value}
        onChange={({ target }) => onChange(target.value)}
        aria-invalid={error ? true : undefined}
        aria-describedby={described || undefined}
      />
      {isNearEnd && (
        <p className="soft small" id={`${id}-left`}>
          Encore {left} caractères.
        </p>
      )}
    </div>
  )
}
