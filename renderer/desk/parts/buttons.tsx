import { Button, type ButtonProps } from '@mantine/core'
import type { ReactNode } from 'react'
import { Key } from './keyboard/key.tsx'
import { useShortcut } from './keyboard/shortcuts.ts'

/**
 * A button with a shortcut: it shows its key and lists it on the help sheet. `main`: the only filled button of a
 * screen.
 */
export const ActionButton = ({
  combo,
  label,
  icon,
  main = false,
  dangerous = false,
  fullWidth = false,
  disabled = false,
  loading = false,
  onAction,
}: {
  combo?: string
  label: string
  icon?: ReactNode
  main?: boolean
  dangerous?: boolean
  fullWidth?: boolean
  disabled?: boolean
  loading?: boolean
  onAction: () => void
}) => {
  useShortcut(combo ?? '', label, onAction, { enabled: combo !== undefined && !disabled && !loading })
  const look: Partial<ButtonProps> = dangerous ? { color: 'red' } : {}
  return (
    <Button
      {...look}
      variant={main ? 'filled' : 'default'}
      leftSection={icon}
      rightSection={combo ? <Key combo={combo} /> : undefined}
      justify={fullWidth ? 'space-between' : 'center'}
      fullWidth={fullWidth}
      disabled={disabled}
      loading={loading}
      onClick={onAction}
    >
      {label}
    </Button>
  )
}

/** A button drawn as a link in a text. `aria`: its name for a screen reader where the label alone is ambiguous. */
export const PlainAction = ({
  label,
  aria,
  isExpanded,
  disabled = false,
  onAction,
}: {
  label: string
  aria?: string
  isExpanded?: boolean
  disabled?: boolean
  onAction: () => void
}) => (
  <button
    type="button"
    className="plain-act"
    aria-label={aria}
    aria-expanded={isExpanded}
    disabled={disabled}
    onClick={onAction}
  >
    {label}
  </button>
)

/** A choice among two to four options, all of them visible. */
export const SegmentedControl = <Value extends string>({
  label,
  options,
  value,
  onChange,
}: {
  label: string
  options: readonly (readonly [value: Value, words: string])[]
  value: Value
  onChange: (value: Value) => void
}) => (
  <fieldset className="segment" aria-label={label}>
    {options.map(([option, words]) => (
      <button key={option} type="button" aria-pressed={option === value} onClick={() => onChange(option)}>
        {words}
      </button>
    ))}
  </fieldset>
)
