import IconAlertCircle from '@tabler/icons-react/icons/IconAlertCircle'
import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react'

type Labels = {
  label: ReactNode
  /** What to type, with an example. */
  hint?: ReactNode
  /** A French sentence about what to correct, shown between the label and the field. */
  error?: string | undefined
}

/** Renders label, hint and error around one control, and links them to it for screen readers. */
const Labelled = ({
  asked: { label, hint, error },
  id,
  children,
}: {
  asked: Labels
  id: string
  children: (described: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }) => ReactNode
}) => {
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ')
  return (
    <div className="field" data-error={error ? '' : undefined}>
      <label htmlFor={id}>{label}</label>
      {hint && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {error && (
        <p className="error" id={`${id}-error`}>
          <IconAlertCircle className="icon icon-s" aria-hidden />
          <span>
            <span className="vh">Erreur&nbsp;: </span>
            {error}
          </span>
        </p>
      )}
      {children({ id, ...(described && { 'aria-describedby': described }), ...(error && { 'aria-invalid': true }) })}
    </div>
  )
}

export const Field = ({ label, hint, error, ...input }: Labels & InputHTMLAttributes<HTMLInputElement>) => {
  const own = useId()
  return (
    <Labelled asked={{ label, hint, error }} id={input.id ?? own}>
      {(described) => <input {...input} {...described} className="input" />}
    </Labelled>
  )
}

export const TextArea = ({ label, hint, error, ...input }: Labels & TextareaHTMLAttributes<HTMLTextAreaElement>) => {
  const own = useId()
  return (
    <Labelled asked={{ label, hint, error }} id={input.id ?? own}>
      {(described) => <textarea rows={3} {...input} {...described} className="input textarea" />}
    </Labelled>
  )
}

type Option = {
  readonly value: string
  readonly text: string
  readonly isDisabled?: boolean
  /** Heading of the group of options; options without a group come first. */
  readonly group?: string | undefined
}

export const Select = ({
  label,
  hint,
  error,
  options,
  ...select
}: Labels & { options: readonly Option[]; value: string } & SelectHTMLAttributes<HTMLSelectElement>) => {
  const own = useId()
  return (
    <Labelled asked={{ label, hint, error }} id={select.id ?? own}>
      {(described) => (
        <div className="input select">
          {/* A native select cuts long text, and a period's name ends with its year: this text wraps instead. */}
          <span aria-hidden="true">{options.find(({ value }) => value === select.value)?.text}</span>
          <select {...select} {...described}>
            {[...Map.groupBy(options, ({ group = '' }) => group)]
              .toSorted(([one], [other]) => (one === '' ? -1 : other === '' ? 1 : 0))
              .map(([group, of]) => {
                const shown = of.map(({ value, text, isDisabled = false }) => (
                  <option key={value} value={value} disabled={isDisabled}>
                    {text}
                  </option>
                ))
                return group === '' ? (
                  shown
                ) : (
                  <optgroup key={group} label={group}>
                    {shown}
                  </optgroup>
                )
              })}
          </select>
        </div>
      )}
    </Labelled>
  )
}
