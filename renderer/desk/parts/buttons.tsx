import { Button, type ButtonProps } from '@mantine/core'
import type { ReactNode } from 'react'
import { Key } from './keyboard/key.tsx'
import { useShortcut } from './keyboard/shortcuts.ts'

/** A button that shows its key, obeys it, and is on the help sheet. `main`: the only filled one of the screen. */
export const ActButton = ({
  combo,
  label,
  icon,
  main = false,
  dangerous = false,
  fullWidth = false,
  disabled = false,
  loading = false,
  onAct,
}: {
  combo?: string
  label: string
  icon?: ReactNode
  main?: boolean
  dangerous?: boolean
  fullWidth?: boolean
  disabled?: boolean
  loading?: boolean
  onAct: () => void
}) => {
  useShortcut(combo ?? '', label, onAct, { enabled: combo !== undefined && !disabled && !loading })
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
      onClick={onAct}
    >
      {label}
    </Button>
  )
}

/** An act among words. `aria` is what a screen reader hears of it, where the label alone leaves out what it is about. */
export const PlainAct = ({
  label,
  aria,
  isExpanded,
  disabled = false,
  onAct,
}: {
  label: string
  aria?: string
  isExpanded?: boolean
  disabled?: boolean
  onAct: () => void
}) => (
  <button
    type="button"
    className="plain-act"
    aria-label={aria}
    aria-expanded={isExpanded}
    disabled={disabled}
    onClick={onAct}
  >
    {label}
  </button>
)

/** A choice of two to four views, always all in sight. */
export const Segment = <Value extends string>({
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
